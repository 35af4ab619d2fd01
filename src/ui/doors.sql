/*
 * doors.sql: what a person calls for the screens, and the triggers' functions.
 */
CREATE FUNCTION cartona.mirror() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_mirror';
COMMENT ON FUNCTION cartona.mirror() IS
'BEFORE row trigger (our column, Odoo''s column, ...): keeps the two equal. Ours wins where both change, or where they differ for no reason seen. Never raises, looks at nothing but its own row.';

CREATE FUNCTION cartona.ui_write() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_ui_write'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona.ui_write() IS
'INSTEAD OF UPDATE trigger of the configuration form. What is wrong is raised as a check violation (23514), which Odoo shows as a plain message.';

CREATE FUNCTION cartona._ui_gate() RETURNS bigint
LANGUAGE c IMMUTABLE AS 'MODULE_PATHNAME', 'cartona_sql_ui_gate';
COMMENT ON FUNCTION cartona._ui_gate() IS
'Key of the advisory lock that fields and buttons of Odoo hold, shared, while they call the extension: DROP EXTENSION waits for them, and they leave the extension alone while it waits.';

CREATE FUNCTION cartona.ui_install() RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_ui_install'
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s';
COMMENT ON FUNCTION cartona.ui_install() IS
'Put the screens into Odoo: menu, forms, and a tab on the forms of orders, products and customers. Repeatable: what is there is put right, also what somebody edited. The worker does it by itself when it attaches, unless cartona.ui is off; it tells Odoo''s processes after the commit. Each lock is waited for at most 1 s; on "canceling statement due to lock timeout" call it again. Errors: 42P01 or 42704 where this Odoo has no place for screens (nothing is written then), 55000 where cartona.attach() comes first, 42501 where the caller is neither a superuser nor Odoo''s role.';

CREATE FUNCTION cartona.ui_disable() RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_ui_disable'
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s';
COMMENT ON FUNCTION cartona.ui_disable() IS
'Emergency: switch the screens off without removing them, where a form of Odoo''s does not open because of ours. cartona.ui_install() switches them on again.';

CREATE FUNCTION cartona.ui_uninstall() RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_ui_uninstall'
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s';
COMMENT ON FUNCTION cartona.ui_uninstall() IS
'Take the screens out of Odoo. The rows go at once; the worker tells Odoo''s processes and, some seconds later, drops the views and columns that requests under way may still read. Where no worker runs, call it a second time for that, and restart Odoo. The screens do not come back by themselves.';

/* Odoo's tables as they were before attach(). */
CREATE FUNCTION cartona.detach(drop_columns boolean DEFAULT false) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
	wanted_before boolean := coalesce((SELECT s.wanted FROM cartona.ui_state s), true);
BEGIN
	PERFORM cartona.ui_uninstall();
	/* with the next attach() the screens come back, unless they were removed for themselves */
	UPDATE cartona.ui_state s SET wanted = wanted_before;
	PERFORM cartona._detach(drop_columns);
END
$$;
COMMENT ON FUNCTION cartona.detach(boolean) IS
'Undo cartona.attach() and cartona.ui_install(): drop the triggers and indexes on Odoo''s tables, take the screens and the scheduled action away, stop every account. The columns (cartona_id and the like) stay with their data unless drop_columns is true. The worker does not attach again until cartona.attach() is called. Call it before DROP EXTENSION.';
