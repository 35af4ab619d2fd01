--
-- Installing, attaching and detaching: in a database without Odoo and in one
-- with it, as the superuser and as Odoo's role; who may do what.
--
-- Databases of its own, dropped at the end; no worker is needed.
--
\set home :DBNAME
\set super :USER
SET client_min_messages = warning;
CREATE ROLE cartona_test_odoo LOGIN CREATEDB;
CREATE ROLE cartona_test_stranger LOGIN;
CREATE DATABASE cartona_install OWNER cartona_test_odoo TEMPLATE template0 ENCODING 'UTF8';
\c cartona_install
SET client_min_messages = warning;

-- It works in any database, and makes nothing outside its schema.
CREATE EXTENSION cartona_integration;
SELECT count(*) AS made_in_public FROM pg_class WHERE relnamespace = 'public'::regnamespace;
SELECT count(*) AS made_elsewhere FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND d.refclassid = 'pg_extension'::regclass
WHERE e.extname = 'cartona_integration' AND d.deptype = 'e' AND (pg_identify_object(d.classid, d.objid, 0)).schema NOT IN ('cartona');
SELECT cartona._attach_state();
SELECT count(*) FROM cartona.account;
SELECT account_id, state FROM cartona.status;

-- There is no Odoo: an error that says what to do.
\set SHOW_CONTEXT never
DO $$
DECLARE
	detail text;
	hint text;
BEGIN
	PERFORM cartona.attach();
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
	RAISE WARNING '% % / % / %', sqlstate, sqlerrm, detail, hint;
END
$$;
SELECT cartona.enable();
SELECT cartona.detach();

-- Nothing for PUBLIC, nowhere.
SELECT n.nspname FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = 'cartona' AND a.grantee = 0;
SELECT c.relname FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'cartona'::regnamespace AND a.grantee = 0;
SELECT p.proname FROM pg_proc p, aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE p.pronamespace = 'cartona'::regnamespace AND a.grantee = 0;
-- Nobody but its owner for the secrets.
SELECT has_table_privilege('cartona_test_odoo', 'cartona.secret', 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER, REFERENCES');

-- Every table, view and function for people says what it is.
SELECT p.oid::regprocedure FROM pg_proc p
WHERE p.pronamespace = 'cartona'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL ORDER BY 1;
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'cartona'::regnamespace AND c.relkind IN ('r', 'v') AND obj_description(c.oid, 'pg_class') IS NULL ORDER BY 1;
-- Functions in SQL and PL/pgSQL, and those that run SQL, have a search_path of their own.
SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
WHERE p.pronamespace = 'cartona'::regnamespace AND l.lanname <> 'c'
AND NOT coalesce(p.proconfig @> ARRAY['search_path=pg_catalog, pg_temp'], false) ORDER BY 1;
-- None has the rights of its owner.
SELECT p.oid::regprocedure FROM pg_proc p WHERE p.pronamespace = 'cartona'::regnamespace AND p.prosecdef ORDER BY 1;
-- pg_dump carries every table and sequence but the log, the secrets and what is no data.
SELECT c.relname FROM pg_class c, pg_extension e
WHERE c.relnamespace = 'cartona'::regnamespace AND c.relkind IN ('r', 'S') AND e.extname = 'cartona_integration'
AND NOT c.oid = ANY (e.extconfig) ORDER BY 1;
-- Captures are numbered without gaps in a session's cache.
SELECT seqcache FROM pg_sequence WHERE seqrelid = 'cartona.outbox_id_seq'::regclass;

DROP EXTENSION cartona_integration;
SELECT count(*) FROM pg_namespace WHERE nspname = 'cartona';

--
-- As the owner of the database, who is no superuser.
--
\c - cartona_test_odoo
SET client_min_messages = warning;
CREATE EXTENSION cartona_integration;
SELECT count(*) FROM cartona.account;
SELECT count(*) FROM cartona.secret;
SELECT has_schema_privilege('cartona_test_stranger', 'cartona', 'USAGE') AS stranger;
DROP EXTENSION cartona_integration;

--
-- With an Odoo.
--
\c - :super
\set ECHO none
\o /dev/null
SET SESSION AUTHORIZATION cartona_test_odoo;
\i test/schema/odoo.sql
\i test/schema/data.sql
RESET SESSION AUTHORIZATION;
\o
\set ECHO all
SET client_min_messages = warning;
CREATE EXTENSION cartona_integration;
SELECT cartona._attach_state();
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'cartona%' AND NOT tgisinternal AND tgrelid::regclass::text NOT LIKE 'cartona.%';
-- The worker does not attach while pg_restore is at work, whose own triggers come late.
SET application_name = 'pg_restore';
SELECT cartona._attach_state();
RESET application_name;

-- Only who owns Odoo's tables, or a superuser.
GRANT USAGE ON SCHEMA cartona TO cartona_test_stranger;
GRANT EXECUTE ON FUNCTION cartona.attach(), cartona.detach(boolean) TO cartona_test_stranger;
SET ROLE cartona_test_stranger;
SELECT cartona.attach();
RESET ROLE;
REVOKE ALL ON SCHEMA cartona FROM cartona_test_stranger;

-- What attach() makes on Odoo's tables.
CREATE FUNCTION made() RETURNS TABLE (kind text, what text) LANGUAGE sql AS $$
	SELECT 'column', attrelid::regclass || '.' || attname || ' ' || format_type(atttypid, NULL) || CASE WHEN attnotnull OR atthasdef THEN ' (not null or default)' ELSE '' END
	FROM pg_attribute WHERE attname ~ '^(cartona_|delivered_by$)' AND NOT attisdropped AND attrelid::regclass::text NOT LIKE 'cartona.%'
	AND attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r')
	UNION ALL
	SELECT 'index', pg_get_indexdef(indexrelid) FROM pg_index WHERE indexrelid::regclass::text ~ 'cartona' AND indexrelid::regclass::text NOT LIKE 'cartona.%'
	UNION ALL
	SELECT 'trigger', regexp_replace(pg_get_triggerdef(oid), 'EXECUTE .*', '') FROM pg_trigger WHERE tgname LIKE 'cartona\_%' AND tgrelid::regclass::text NOT LIKE 'cartona.%'
	ORDER BY 1, 2
$$;
SELECT cartona.attach();
SELECT * FROM made();
SELECT cartona._attach_state();
SELECT id, name, company_id, active, api_token IS NULL AS no_token FROM cartona.account;
SELECT direction, odoo_state, cartona_status FROM cartona.status_map ORDER BY 1, 2, 3;

-- No constraint trigger, no column list, no condition on Odoo's columns: -u must be able to change them.
SELECT tgname FROM pg_trigger WHERE tgname LIKE 'cartona\_capture%' AND (tgconstraint <> 0 OR tgdeferrable OR tgattr <> '' OR tgqual IS NOT NULL);
SELECT conrelid::regclass, confrelid::regclass FROM pg_constraint
WHERE contype = 'f' AND (conrelid::regclass::text LIKE 'cartona.%') <> (confrelid::regclass::text LIKE 'cartona.%');
SELECT tgrelid::regclass, tableowner FROM pg_trigger JOIN pg_tables ON tablename = tgrelid::regclass::text
WHERE tgname LIKE 'cartona\_capture%' AND tableowner <> 'cartona_test_odoo';

-- Again: nothing changes.
UPDATE cartona.account SET name = 'Mine';
DELETE FROM cartona.status_map WHERE odoo_state = 'note';
CREATE TABLE once AS SELECT * FROM made();
SELECT cartona.attach();
SELECT * FROM made() EXCEPT SELECT * FROM once;
SELECT name FROM cartona.account;
SELECT count(*) FROM cartona.status_map WHERE odoo_state = 'note';

-- Odoo's role can use it all, but for the secrets.
SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'cartona'::regnamespace AND c.relkind IN ('r', 'v')
AND NOT has_table_privilege('cartona_test_odoo', c.oid, 'SELECT') ORDER BY 1;
SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'cartona'::regnamespace AND c.relkind = 'S'
AND NOT CASE WHEN c.relkind = 'S' THEN has_sequence_privilege('cartona_test_odoo', c.oid, 'SELECT') END ORDER BY 1;
SELECT count(*) FROM pg_proc p WHERE p.pronamespace = 'cartona'::regnamespace AND NOT has_function_privilege('cartona_test_odoo', p.oid, 'EXECUTE');

-- Odoo drops and makes a column or a table anew (-u, a module's removal): attach() mends it.
SET ROLE cartona_test_odoo;
ALTER TABLE sale_order DROP COLUMN state CASCADE;
ALTER TABLE sale_order ADD COLUMN state varchar;
ALTER TABLE product_template ALTER COLUMN list_price TYPE numeric(16, 2);
RESET ROLE;
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'cartona\_capture%';
DROP TRIGGER cartona_capture_stock_quant ON stock_quant;
SELECT cartona._attach_state();
SELECT cartona.attach();
SELECT * FROM made() EXCEPT SELECT * FROM once;
SELECT cartona._attach_state();

-- DROP EXTENSION would take the capture away silently: refused.
\set VERBOSITY terse
DROP EXTENSION cartona_integration;
\set VERBOSITY default

-- Undone: the columns stay with their data, unless they are to go.
UPDATE sale_order SET cartona_id = 'x';
SELECT cartona.detach();
SELECT * FROM made();
SELECT cartona._attach_state();
SELECT cartona.detach(true);
SELECT * FROM made();
SELECT cartona.attach();
SELECT count(*) FROM made();
SELECT cartona.detach(drop_columns => true);
DROP EXTENSION cartona_integration;
SELECT count(*) FROM made();

\c :home
DROP DATABASE cartona_install;

-- Cartona's orders are UTF-8: another encoding is refused, with a way out.
CREATE DATABASE cartona_latin OWNER cartona_test_odoo TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C';
\c cartona_latin
SET client_min_messages = warning;
CREATE EXTENSION cartona_integration;
CREATE TABLE sale_order (id integer);
SELECT cartona.attach();
SELECT count(*) FROM pg_attribute WHERE attrelid = 'sale_order'::regclass AND attname LIKE 'cartona%';
\c :home
DROP DATABASE cartona_latin;
DROP ROLE cartona_test_odoo, cartona_test_stranger;
