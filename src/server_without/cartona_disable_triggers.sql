/*
 * cartona_disable_triggers.sql: let Odoo write again on a server whose
 * cartona_integration library is gone.
 *
 * Without the library every write to a table with a trigger of ours fails with
 * "could not access file".  Run this as Odoo's role or a superuser in Odoo's
 * database; it needs nothing of the extension.  Nothing is captured from then
 * on.  When the library is back: ALTER TABLE ... ENABLE TRIGGER, or
 * cartona.detach() and cartona.attach(), then cartona.enable().
 */
DO $$
DECLARE
	found record;
BEGIN
	FOR found IN
		SELECT t.tgrelid::regclass AS tab, t.tgname FROM pg_catalog.pg_trigger t
		WHERE (t.tgname LIKE 'cartona\_capture\_%' OR t.tgname = 'cartona_mirror') AND NOT t.tgisinternal AND t.tgenabled <> 'D'
	LOOP
		EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', found.tab, found.tgname);
		RAISE NOTICE 'trigger % on % is disabled', found.tgname, found.tab;
	END LOOP;
END
$$;
