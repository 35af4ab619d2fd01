/*
 * attach.sql: putting the triggers and columns on Odoo's tables, and off.
 */
CREATE FUNCTION cartona.attach() RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_attach'
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s';
COMMENT ON FUNCTION cartona.attach() IS
'Put columns, indexes and capture triggers on Odoo''s tables, grant the extension''s tables to the role that owns them, make the default account and status map where there are none, and install the scheduled action that does in Odoo what only Odoo can do. Repeatable: what is there is left alone. Each lock is waited for at most 1 s; on "canceling statement due to lock timeout" call it again. Runs in one transaction here; the sync worker does the same by itself, one table at a time. Errors: 42P01 where this is no Odoo with sales, 42501 where the caller is neither a superuser nor Odoo''s role.';

CREATE FUNCTION cartona._detach(drop_columns boolean) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_detach'
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s';
COMMENT ON FUNCTION cartona._detach(boolean) IS 'Undo cartona.attach(): the part of cartona.detach() that concerns Odoo''s tables and the accounts.';

CREATE FUNCTION cartona._attach_state() RETURNS text
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_attach_state'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona._attach_state() IS 'attached, detached (something is missing on Odoo''s tables) or no Odoo.';
