--
-- The screens in Odoo as rows: installed, repaired, switched off, taken out;
-- the columns that mirror ours; the configuration form; every word in Arabic.
--
-- A database of its own, dropped at the end; no worker is there to tell Odoo.
--
\set home :DBNAME
\set super :USER
SET client_min_messages = warning;
CREATE ROLE cartona_test_screens LOGIN;
CREATE DATABASE cartona_screens OWNER cartona_test_screens TEMPLATE template0 ENCODING 'UTF8';
\c cartona_screens
SET client_min_messages = warning;
SET client_encoding = 'UTF8';
\set ECHO none
\o /dev/null
SET SESSION AUTHORIZATION cartona_test_screens;
\i test/schema/odoo.sql
\i test/schema/data.sql
\i test/schema/odoo_actions.sql
RESET SESSION AUTHORIZATION;
\o
\set ECHO all
SET client_min_messages = warning;
\set SHOW_CONTEXT never
CREATE EXTENSION cartona_integration;

-- Every word has its Arabic, and nothing is translated that is not there.
WITH words AS (
	SELECT w FROM cartona.ui_part p, cartona._ui_words(p.body) w
	UNION SELECT w FROM cartona._ui_models() m, cartona._ui_words(m.label) w
	UNION SELECT w FROM cartona._ui_fields() f, cartona._ui_words(f.label) w
	UNION SELECT f.extra ->> 'help' FROM cartona._ui_fields() f WHERE f.extra ? 'help'
	UNION SELECT c ->> 1 FROM cartona._ui_fields() f, jsonb_array_elements(f.extra -> 'choices') c
	UNION SELECT w FROM cartona._ui_buttons() b, cartona._ui_words(b.label) w
	UNION SELECT replace(m[1], '''''', '''') FROM pg_proc f, regexp_matches(f.prosrc, '_ui_say\(''((?:[^'']|'''')*)''', 'g') m WHERE f.pronamespace = 'cartona'::regnamespace
	UNION SELECT m[1] FROM pg_proc f, regexp_matches(f.prosrc, '\{\{([^{}''|]+)\}\}', 'g') m WHERE f.pronamespace = 'cartona'::regnamespace AND f.prosrc LIKE '%_ui_put%'
	UNION SELECT m[1] FROM pg_proc f, regexp_matches(f.prosrc, 'THEN ''([A-Z][^'']*\.)''', 'g') m WHERE f.proname = '_ui_value_problem'
	UNION SELECT m[1] FROM pg_proc f, regexp_matches(f.prosrc, ', ''([A-Z][^'']*\.)''\)', 'g') m WHERE f.proname = '_ui_config_problem')
SELECT count(*) > 200 AS many, array_agg(w ORDER BY w) FILTER (WHERE w !~ '^%' AND NOT EXISTS (SELECT FROM cartona.ui_word d WHERE d.en = w)) AS without_arabic FROM words;
SELECT en FROM cartona.ui_word WHERE en ~ '["<>&]' OR ar ~ '["<>&]' OR ar !~ '[؀-ۿ]' ORDER BY 1;

-- What the extension says itself is said in Arabic with the same parts; what others said stays as it is.
SELECT cartona._ui_translate(ARRAY['no such sentence: really', NULL, '', 'Cartona refused status delivered of order A 1: {2} % is; not; ours',
	'it is approved at Cartona, but cancelled in Odoo; the total is 1.00 EGP in Odoo and 2.00 EGP at Cartona',
	'Cartona is not told of the delivery of order A1: it is delivered, and Cartona wants the retailer''s one-time password: ask him, and enter it as cartona_otp of the order',
	'line 2 Tea, 3 x 5.00: not imported, no Odoo product for it', 'order A1 has a product of Cartona''s that is not in Odoo (internal_product_id 7)'], 'ar_001');
SELECT cartona._ui_translate(ARRAY['no valid line'], 'en_US'), cartona._ui_translate(ARRAY['no valid line'], NULL), cartona._ui_translate('{}', 'ar'), cartona._ui_translate(ARRAY['no valid line'], 'ar_EG');
SELECT count(*) > 150 AS many, bool_and(format(s.ar, VARIADIC array_fill('x'::text, ARRAY[9])) ~ '[؀-ۿ]') AS arabic FROM cartona._ui_sentences() s;
-- So is whatever of ours can come into the lists of inbox, queue and log, and nothing of it stays in English.
CREATE TABLE texts (en text);
\copy texts FROM PROGRAM 'python3 -B test/texts.py'
SELECT t.en AS in_english, u.ar FROM (SELECT array_agg(en ORDER BY en COLLATE "C") AS said FROM texts) s, unnest(s.said, cartona._ui_translate(s.said, 'ar_001')) u (en, ar) JOIN texts t USING (en)
WHERE u.ar !~ '[؀-ۿ]' OR u.ar ~ '[a-z]{3,} [a-z'']{2,} [a-z]{2,}' ORDER BY t.en COLLATE "C";
DROP TABLE texts;
-- An error as it is kept: message, detail and hint. What others said in one of ours stays; a log's one word.
SELECT unnest(cartona._ui_translate(ARRAY['no valid line (its Odoo product is archived) Map the product (cartona_id of its template, or cartona.product_map).',
	'the order would be in USD, but Cartona''s prices are in EGP Set currency of account 1, or the customer''s pricelist in Odoo.',
	'duplicate key value violates unique constraint "x" (Key (a)=(1) already exists.)', 'HTTP 422: {"error": "no such order (at all)"}', 'HTTP 500: an empty answer',
	'failed (HTTP 503): Service (temporarily) unavailable. Try later.', 'applied', 'the answer is an object without an array "data" or "orders"'], 'ar_001'));
-- A hostile one costs no more than others.
SELECT length((cartona._ui_translate(ARRAY[repeat('line is ; : of order ', 20000)], 'ar_001'))[1]);
SELECT length((cartona._ui_translate(ARRAY[repeat('A (b) Set it. : ; ', 200)], 'ar_001'))[1]);

-- Each kind of problem is one of the field's choices.
SELECT count(*) >= 12 AS many, array_agg(k.kind) FILTER (WHERE NOT EXISTS (SELECT FROM cartona._ui_fields() f, jsonb_array_elements(f.extra -> 'choices') c
	WHERE f.model = 'x_cartona_problem' AND f.field = 'x_kind' AND c ->> 0 = k.kind)) AS without_choice
FROM (SELECT DISTINCT m[1] AS kind FROM regexp_matches(pg_get_viewdef('cartona.problem'), 'SELECT [^,()]+,\s+''([^'']+)''::text', 'g') m WHERE m[1] <> 'account ') k;

-- What a view hides something by is in that view (Odoo 14 refuses it otherwise).
SELECT p.name, m[1] AS field FROM cartona.ui_part p, regexp_matches(p.body, 'hide="(\w+?)!?=', 'g') m WHERE strpos(p.body, '<field name="' || m[1] || '"') = 0;

-- An Odoo that has no place for screens: refused, and nothing is written; detach() does not mind.
SELECT cartona.ui_install();
SELECT cartona.attach();
SELECT cartona.ui_install();
SELECT count(*) FROM pg_attribute WHERE attname LIKE 'x\_%' AND NOT attisdropped AND attrelid = 'sale_order'::regclass;
SELECT cartona.ui_uninstall();
SELECT state, wanted FROM cartona.ui_state;

\set ECHO none
\o /dev/null
SET SESSION AUTHORIZATION cartona_test_screens;
\i test/schema/odoo_screens.sql
RESET SESSION AUTHORIZATION;
\o
\set ECHO all
SET client_min_messages = warning;
-- Everything in Odoo's metadata, to compare.
CREATE FUNCTION odoo() RETURNS TABLE (kind text, n bigint) LANGUAGE sql AS $$
	SELECT 'menus', count(*) FROM ir_ui_menu UNION ALL SELECT 'views', count(*) FROM ir_ui_view UNION ALL SELECT 'windows', count(*) FROM ir_act_window
	UNION ALL SELECT 'server actions', count(*) FROM ir_act_server UNION ALL SELECT 'models', count(*) FROM ir_model UNION ALL SELECT 'fields', count(*) FROM ir_model_fields
	UNION ALL SELECT 'choices', count(*) FROM ir_model_fields_selection UNION ALL SELECT 'access', count(*) FROM ir_model_access UNION ALL SELECT 'names', count(*) FROM ir_model_data
	UNION ALL SELECT 'groups of menus', count(*) FROM ir_ui_menu_group_rel UNION ALL SELECT 'signals', count(*) FROM orm_signaling_registry
$$;
CREATE TABLE before AS SELECT * FROM odoo();

-- A group is missing: nothing is written.
BEGIN;
DELETE FROM ir_model_data WHERE module = 'sales_team' AND name = 'group_sale_manager';
SAVEPOINT s;
SELECT cartona.ui_install();
ROLLBACK TO s;
SELECT o.kind FROM odoo() o JOIN before b USING (kind) WHERE o.n <> b.n;
ROLLBACK;

-- A form without a notebook gets no tab, and it is said.
BEGIN;
UPDATE ir_ui_view SET arch_db = '{"en_US": "<form/>"}' WHERE model = 'res.partner';
SELECT cartona.ui_install();
SELECT left_out FROM cartona.ui_state;
SELECT name FROM ir_ui_view WHERE mode = 'extension' ORDER BY 1;
ROLLBACK;

-- Rows that were there before have their mirror; nobody is told before the commit.
SELECT odoo_sim.create_order((SELECT min(id) FROM res_partner), (SELECT min(id) FROM product_product), 1, 10) > 0 AS made;
UPDATE sale_order SET cartona_id = 'OLD', delivered_by = 'delivered_by_cartona' WHERE id = (SELECT min(id) FROM sale_order);
INSERT INTO res_partner (name, autopost_bills, cartona_id) VALUES ('قديم', 'ask', 'retailer_1');
SELECT cartona.ui_install();
SELECT cartona_id, x_cartona_id, delivered_by, x_delivered_by FROM sale_order WHERE cartona_id IS NOT NULL;
SELECT cartona_id, x_cartona_id FROM res_partner WHERE cartona_id IS NOT NULL;
SELECT state, wanted, left_out, signal_wanted FROM cartona.ui_state;
SELECT o.kind, o.n > b.n AS more FROM odoo() o JOIN before b USING (kind) ORDER BY 1;
SELECT cartona._ui_due();
SELECT cartona._ui_signal();
SELECT cartona._ui_due();
SELECT count(*) FROM orm_signaling_registry;

-- The menu, who sees it; views and columns belong to Odoo's role.
SELECT m.parent_id IS NULL AS root, m.sequence, m.name ->> 'en_US' AS english, m.name ->> 'ar_001' AS arabic, split_part(m.action, ',', 1) AS action,
	(SELECT array_agg(d.name ORDER BY d.name) FROM ir_ui_menu_group_rel r JOIN ir_model_data d ON d.model = 'res.groups' AND d.res_id = r.gid WHERE r.menu_id = m.id) AS groups
FROM ir_ui_menu m ORDER BY 1 DESC, 2;
SELECT d.name, m.model, a.perm_read, a.perm_write, a.perm_create, a.perm_unlink FROM ir_model_access a JOIN ir_model m ON m.id = a.model_id
JOIN ir_model_data d ON d.model = 'res.groups' AND d.res_id = a.group_id ORDER BY 2, 1;
SELECT DISTINCT viewowner FROM pg_views WHERE viewname LIKE 'x\_cartona%';
SELECT m.model, f.name, f.copied, f.store, f.readonly FROM ir_model_fields f JOIN ir_model m ON m.id = f.model_id WHERE f.name LIKE 'x\_%' AND m.model NOT LIKE 'x\_%' ORDER BY 1, 2;
-- Each stored field has its column, of a type Odoo reads.
SELECT f.model, f.name, f.ttype FROM ir_model_fields f WHERE f.state = 'manual' AND f.store AND f.ttype <> 'one2many'
AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = replace(f.model, '.', '_')::regclass AND a.attname = f.name AND format_type(a.atttypid, NULL) =
	ANY (CASE f.ttype WHEN 'char' THEN ARRAY['character varying'] WHEN 'selection' THEN ARRAY['character varying'] WHEN 'text' THEN ARRAY['text'] WHEN 'integer' THEN ARRAY['integer']
		WHEN 'many2one' THEN ARRAY['integer'] WHEN 'boolean' THEN ARRAY['boolean'] WHEN 'float' THEN ARRAY['double precision'] WHEN 'datetime' THEN ARRAY['timestamp without time zone'] END));
-- Every field of ours in a view is there; no placeholder was left in one.
SELECT v.name, x.field FROM ir_ui_view v, LATERAL (SELECT DISTINCT m[1] AS field FROM regexp_matches(v.arch_db ->> 'en_US', '<field name="(x_\w+)"', 'g') m) x
WHERE v.name LIKE 'cartona.%' AND NOT EXISTS (SELECT FROM ir_model_fields f WHERE f.name = x.field AND (f.model = v.model OR v.name = 'cartona.overview_form')) ORDER BY 1, 2;
SELECT v.name FROM ir_ui_view v WHERE v.name LIKE 'cartona.%' AND v.arch_db::text ~ '\[\[|\]\]|\{\{|hide=' ORDER BY 1;
SELECT name FROM ir_model_fields WHERE compute ~ '\[\[\w' UNION SELECT name ->> 'en_US' FROM ir_act_server WHERE code ~ '\[\[\w';
-- Python that asks whether the extension is there asks in the same lines, as deep as it stands.
SELECT compute FROM ir_model_fields WHERE model = 'x_cartona_problem' AND name = 'x_problem_text';
SELECT s.code LIKE E'%\n    if there:\n%AND p.proname IN (''_ui_press'', ''_ui_waited'')%\n        there = cr.fetchone()[0] == 2\n    if not there:%' AS asks
FROM ir_act_server s JOIN ir_model_data d ON d.model = 'ir.actions.server' AND d.res_id = s.id WHERE d.name = 'ui_button_problem_again';
DO $$
BEGIN
	ASSERT NOT EXISTS (SELECT FROM ir_ui_view v WHERE v.name LIKE 'cartona.%' AND NOT xml_is_well_formed_document(v.arch_db ->> 'ar_001'));
EXCEPTION WHEN feature_not_supported THEN
	NULL;	-- this server was built without libxml
END $$;
SELECT v.arch_db ->> 'ar_001' FROM ir_ui_view v WHERE v.name = 'cartona.partner_tab';

-- Again: nothing changes. Deleted and edited rows come back.
CREATE TABLE once AS SELECT * FROM odoo();
CREATE TABLE ids AS SELECT name, model, res_id FROM ir_model_data WHERE module = '__cartona__';
SELECT cartona.ui_install();
SELECT * FROM odoo() EXCEPT SELECT * FROM once;
SELECT name, model, res_id FROM ir_model_data WHERE module = '__cartona__' EXCEPT SELECT * FROM ids;
SELECT cartona._ui_signal();
DELETE FROM ir_ui_menu WHERE id = (SELECT res_id FROM ids WHERE name = 'ui_menu_log');
DELETE FROM ir_model_data WHERE name = 'ui_menu_log';
UPDATE ir_ui_view SET arch_db = '{"en_US": "<form/>"}' WHERE name = 'cartona.log_form';
DROP VIEW x_cartona_log;
SELECT cartona._ui_due();
SELECT cartona.ui_install();
SELECT arch_db ->> 'en_US' LIKE '%x_message%' FROM ir_ui_view WHERE name = 'cartona.log_form';
SELECT n FROM odoo() WHERE kind <> 'signals' EXCEPT SELECT n FROM once;
SELECT cartona._ui_signal();
SELECT cartona._ui_due();
-- What an older version had goes.
SELECT cartona._ui_put('ui_menu_older', 'ir.ui.menu', 'ir_ui_menu', '{"name": "{{Log}}", "active": true, "sequence": 1, "no_such_column": 1}') IS NOT NULL;
SELECT cartona._ui_due();
SELECT cartona.ui_install();
SELECT count(*) FROM ir_model_data WHERE name = 'ui_menu_older';

-- Only Odoo's role, or a superuser; who ever calls it, it runs as Odoo's role.
CREATE ROLE cartona_test_other;
GRANT USAGE ON SCHEMA cartona TO cartona_test_other;
GRANT EXECUTE ON FUNCTION cartona.ui_install(), cartona.ui_disable(), cartona.ui_uninstall() TO cartona_test_other;
SET ROLE cartona_test_other;
SELECT cartona.ui_install();
SELECT cartona.ui_disable();
SELECT cartona.ui_uninstall();
RESET ROLE;
DROP OWNED BY cartona_test_other;
DROP ROLE cartona_test_other;
CREATE TABLE who (name text);
GRANT INSERT ON who TO PUBLIC;
CREATE FUNCTION planted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.who VALUES (current_user); RETURN NEW; END $$;
CREATE TRIGGER planted BEFORE INSERT OR UPDATE ON ir_ui_menu FOR EACH ROW EXECUTE FUNCTION planted();
SELECT cartona.ui_install();
SELECT DISTINCT name FROM who;
DROP TRIGGER planted ON ir_ui_menu;

--
-- The mirror: both directions, ours first, never an error.
--
\c - cartona_test_screens
SET client_min_messages = warning;
\set SHOW_CONTEXT never
SELECT min(id) AS tmpl FROM product_template \gset
CREATE VIEW shown AS SELECT cartona_id, x_cartona_id FROM product_template WHERE id = :tmpl;
UPDATE product_template SET x_cartona_id = '884213' WHERE id = :tmpl;
TABLE shown;
UPDATE product_template SET cartona_id = '٨٨٤' WHERE id = :tmpl;
TABLE shown;
UPDATE product_template SET cartona_id = 'a', x_cartona_id = 'b' WHERE id = :tmpl;
TABLE shown;
UPDATE product_template SET x_cartona_id = NULL WHERE id = :tmpl;
TABLE shown;
UPDATE product_template SET list_price = list_price WHERE id = :tmpl;
ALTER TABLE product_template DISABLE TRIGGER cartona_mirror;
UPDATE product_template SET cartona_id = 'unseen' WHERE id = :tmpl;
ALTER TABLE product_template ENABLE TRIGGER cartona_mirror;
UPDATE product_template SET list_price = list_price WHERE id = :tmpl;
TABLE shown;
INSERT INTO res_partner (name, autopost_bills, x_cartona_id) VALUES ('جديد', 'ask', 'retailer_7') RETURNING cartona_id, x_cartona_id;
INSERT INTO res_partner (name, autopost_bills, cartona_id, x_cartona_id) VALUES ('جديد', 'ask', 'retailer_8', 'retailer_9') RETURNING cartona_id, x_cartona_id;
DROP VIEW shown;
-- An administrator deletes Odoo's field, or makes it another: rows are written all the same.
BEGIN;
ALTER TABLE res_partner DROP COLUMN x_cartona_id;
UPDATE res_partner SET cartona_id = 'retailer_10' WHERE cartona_id = 'retailer_8' RETURNING cartona_id;
ALTER TABLE res_partner ADD COLUMN x_cartona_id integer;
UPDATE res_partner SET cartona_id = 'retailer_11' WHERE cartona_id = 'retailer_10' RETURNING cartona_id, x_cartona_id;
ROLLBACK;

--
-- The configuration form.
--
SELECT x_name, x_api_url, x_api_token, x_enabled, x_pull_minutes, x_full_sync_at FROM x_cartona_config;
UPDATE x_cartona_config SET x_api_url = 'ftp://example.com', write_uid = 1;
UPDATE x_cartona_config SET x_api_url = ' https://example.com ', x_api_token = 'geheim', x_pull_minutes = 7.5, x_warehouse_id = 1, x_full_sync_at = '4:30', write_uid = 1;
SELECT x_api_url, x_api_token, x_pull_minutes, x_full_sync_at FROM x_cartona_config;
SELECT api_url, api_token, pull_interval, warehouse_id, full_sync_at FROM cartona.account;
-- The mask written back changes nothing; asterisks are no token.
UPDATE x_cartona_config SET x_api_token = '********', x_name = 'بقالة';
SELECT cartona._has_token(1), (SELECT name FROM cartona.account);
-- Values that are not possible, in plain words, in the language of who saves.
UPDATE x_cartona_config SET x_pull_minutes = 0;
UPDATE x_cartona_config SET x_currency = 'egp';
UPDATE x_cartona_config SET x_full_sync_at = '24:00';
UPDATE x_cartona_config SET x_name = '  ';
UPDATE x_cartona_config SET x_stock_buffer = -1;
UPDATE x_cartona_config SET x_push_parallel = 65;
UPDATE x_cartona_config SET x_product_key = 'nothing';
UPDATE x_cartona_config SET x_company_id = NULL;
UPDATE x_cartona_config SET x_retry_minutes = 100000;
BEGIN;
UPDATE res_partner SET lang = 'ar_001' WHERE id = (SELECT partner_id FROM res_users WHERE id = 1);
UPDATE x_cartona_config SET x_api_url = 'ftp://example.com', write_uid = 1;
ROLLBACK;
-- With a new token nothing is raised (Odoo logs a statement that fails): the token is kept, the rest refused, the reason on the form.
UPDATE x_cartona_config SET x_api_url = 'ftp://example.com', x_api_token = 'geheimer', x_name = 'no', write_uid = 1;
SELECT x_api_url, x_name, x_api_token, (SELECT value FROM cartona._ui_value('x_cartona_config', 'x_last_check_result', ARRAY[1], 'en_US')) AS result FROM x_cartona_config;
SELECT cartona.set_token(1, NULL);
UPDATE x_cartona_config SET x_api_token = E' geheim und\tfalsch\n', x_pull_page_size = 50, write_uid = 1;
SELECT x_pull_page_size, x_api_token, (SELECT value FROM cartona._ui_value('x_cartona_config', 'x_last_check_result', ARRAY[1], 'en_US')) AS result FROM x_cartona_config;
UPDATE x_cartona_config SET x_api_token = E'\tgeheim\r\n', x_product_key = 'no such', write_uid = 1;
SELECT x_product_key, x_api_token, (SELECT value FROM cartona._ui_value('x_cartona_config', 'x_last_check_result', ARRAY[1], 'en_US')) AS result FROM x_cartona_config;
UPDATE x_cartona_config SET x_api_token = NULL;
SELECT x_api_token, cartona._has_token(1) FROM x_cartona_config;
DELETE FROM x_cartona_config;
INSERT INTO x_cartona_config (x_name) VALUES ('one more');
SELECT has_table_privilege('cartona_test_screens', 'cartona.secret', 'SELECT');

--
-- Fields the database knows, and buttons.
--
SELECT value FROM cartona._ui_value('x_cartona_overview', 'x_reason', ARRAY[1], 'en_US');
SELECT value FROM cartona._ui_value('x_cartona_overview', 'x_reason', ARRAY[1], 'ar_001');
SELECT cartona._ui_press('enable', ARRAY[1], 'en_US');
SELECT cartona._ui_press('enable', ARRAY[1], 'ar_001');
SELECT cartona._ui_press('pull', ARRAY[1], 'en_US');
SELECT cartona._ui_press('full', ARRAY[]::integer[], 'en_US');
SELECT cartona._ui_press('check', ARRAY[1], 'en_US') ? 'wait';
SELECT kind, subject FROM cartona.outbox WHERE kind = 'check';
SELECT cartona._ui_press('no such button', ARRAY[1], 'en_US') ->> 'type';

INSERT INTO cartona.dead_letter (account_id, kind, subject, ref, status, odoo_state, attempt, http_status, error)
VALUES (1, 'order', (SELECT min(id) FROM sale_order), 'OLD', 'approved', 'sale', 1, 422, 'نفد المخزون');
INSERT INTO cartona.delivery (account_id, kind, subject, attempt, due_at, last_error) VALUES (1, 'product', 1, 3, now() + interval '1 hour', 'HTTP 500');
SELECT x_state, x_kind, x_name, x_status, x_attempt, x_http_status, x_error FROM x_cartona_queue WHERE x_state <> 'captured' ORDER BY id;
SELECT cartona._ui_press('queue_open', ARRAY[(SELECT id FROM x_cartona_queue WHERE x_state = 'dead')], 'en_US') -> 'action' ->> 'res_model';
SELECT cartona._ui_press('queue_again', (SELECT array_agg(id) FROM x_cartona_queue WHERE x_state <> 'captured'), 'en_US');
SELECT count(*) FROM cartona.dead_letter;
SELECT kind, status, ref FROM cartona.outbox WHERE ref = 'OLD';
SELECT due_at <= now() FROM cartona.delivery;
SELECT cartona._ui_press('queue_again', ARRAY[2147483647], 'ar_001');

INSERT INTO cartona.inbox (account_id, hashed_id, payload, state, error) VALUES (1, 'BAD', '{"hashed_id": "BAD", "status": "pending", "total_price": 50}', 'failed', 'no such product');
INSERT INTO cartona.inbox_page (account_id, reason, body) VALUES (1, 'no JSON', '<html>');
SELECT x_name, x_state, x_status, x_error, x_payload FROM x_cartona_inbox ORDER BY id;
SELECT x_kind, x_name, x_problem FROM x_cartona_problem ORDER BY x_kind;
SELECT cartona._ui_value_problem((SELECT array_agg(id) FROM x_cartona_problem WHERE x_kind = 'order not imported'), 'ar_001');
SELECT cartona._ui_press('inbox_again', ARRAY[(SELECT id FROM x_cartona_inbox WHERE x_name = 'BAD')], 'en_US');
SELECT state FROM cartona.inbox WHERE hashed_id = 'BAD';
SELECT cartona._ui_press('problem_again', (SELECT array_agg(id) FROM x_cartona_problem WHERE x_kind = 'unreadable answer'), 'en_US');
SELECT count(*) FROM cartona.inbox_page;
INSERT INTO cartona.order_sync (account_id, hashed_id, order_id, known_status, problem) SELECT 1, 'OLD', min(id), 'pending', 'a line was left out' FROM sale_order;
SELECT field, value FROM unnest(ARRAY['x_cartona_account', 'x_cartona_status', 'x_cartona_problem', 'x_cartona_total']) field, cartona._ui_value('sale.order', field, (SELECT array_agg(id) FROM sale_order), 'en_US');
SELECT cartona._ui_press('problem_again', (SELECT array_agg(id) FROM x_cartona_problem WHERE x_kind = 'order'), 'en_US');
SELECT problem FROM cartona.order_sync;

--
-- Off, on, out.
--
SELECT cartona.ui_disable();
SELECT count(*) FROM ir_ui_view WHERE active AND name LIKE 'cartona.%\_tab';
SELECT count(*) FROM ir_ui_menu WHERE active;
SELECT state, wanted, signal_wanted FROM cartona.ui_state;
SELECT cartona._ui_signal();
SELECT cartona._ui_due();
SELECT cartona.ui_install();
SELECT count(*) FROM ir_ui_menu WHERE active;

-- What Odoo and its people made for our rows goes with them.
INSERT INTO ir_filters (name, sort, model_id, domain, context) VALUES ('mine', '[]', 'x_cartona_log', '[]', '{}');
INSERT INTO ir_ui_view (name, model, type, mode, priority, active, inherit_id, arch_db)
SELECT 'child', 'x_cartona_log', 'list', 'extension', 16, true, id, '{"en_US": "<data/>"}' FROM ir_ui_view WHERE name = 'cartona.log_list';
INSERT INTO ir_model_fields (name, model, model_id, ttype, field_description, state, related, store)
SELECT 'x_cartona_id', 'product.product', m.id, 'char', '{"en_US": "Cartona id"}', 'base', 'product_tmpl_id.x_cartona_id', false FROM ir_model m WHERE m.model = 'product.product';
INSERT INTO ir_model_data (module, name, model, res_id) SELECT 'product', 'field_product_product__x_cartona_id', 'ir.model.fields', max(id) FROM ir_model_fields;
\c - :super
SET client_min_messages = warning;
DO $$
DECLARE
	hint text;
BEGIN
	DROP EXTENSION cartona_integration;
EXCEPTION WHEN dependent_objects_still_exist THEN
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RAISE WARNING '% / %', sqlerrm, hint;
END
$$;
SELECT cartona.detach();
SELECT o.kind, o.n FROM odoo() o JOIN before b USING (kind) WHERE o.n <> b.n AND kind <> 'signals';
SELECT state, wanted FROM cartona.ui_state;
-- Nothing of Odoo's needs the extension any more; requests under way still find views and columns.
SELECT count(*) FROM x_cartona_log;
SELECT count(x_cartona_id) FROM sale_order;
SELECT cartona.ui_uninstall();
SELECT count(*) FROM pg_class WHERE relname LIKE 'x\_cartona%' AND relkind = 'v';
SELECT attrelid::regclass, attname FROM pg_attribute WHERE attname LIKE 'x\_%' AND NOT attisdropped AND attrelid::regclass::text !~ '^cartona\.' ;
SELECT state FROM cartona.ui_state;

-- The plain SQL file does the same where the extension is gone.
SELECT cartona.attach();
SELECT cartona.ui_install();
DROP EXTENSION cartona_integration CASCADE;
\set ECHO none
\i src/server_without/cartona_uninstall.sql
\set ECHO all
SELECT o.kind, o.n FROM odoo() o JOIN before b USING (kind) WHERE o.n <> b.n AND kind <> 'signals';
SELECT attrelid::regclass, attname FROM pg_attribute WHERE attname LIKE 'x\_%' AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class WHERE relkind IN ('r', 'v'));
SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'cartona%';

\c :home
DROP DATABASE cartona_screens;
DROP ROLE cartona_test_screens;
