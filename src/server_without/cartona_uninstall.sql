/*
 * cartona_uninstall.sql: take everything of cartona_integration off a database,
 * also where its library is gone or the extension was dropped with CASCADE.
 *
 * Run as a superuser, or as the role that owns both Odoo's tables and the
 * extension.  The columns it added to Odoo's tables (cartona_id, delivered_by,
 * cartona_account_id, cartona_otp, cartona_cancel_reason, cartona_line_id) stay with their data; they are nullable
 * and disturb nobody.  Everything in schema cartona is lost.
 */
DO $$
DECLARE
	found record;
BEGIN
	FOR found IN
		SELECT t.tgrelid::regclass AS tab, t.tgname FROM pg_catalog.pg_trigger t
		WHERE t.tgname LIKE 'cartona\_capture\_%' AND NOT t.tgisinternal
	LOOP
		EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.tab);
	END LOOP;
	FOR found IN
		SELECT c.oid::regclass AS index FROM pg_catalog.pg_class c
		WHERE c.relkind = 'i'
		AND c.relname IN ('sale_order_cartona_id_idx', 'res_partner_cartona_id_idx', 'product_template_cartona_id_idx')
	LOOP
		EXECUTE format('DROP INDEX %s', found.index);
	END LOOP;
END
$$;
DO $$
DECLARE
	odoo text := (SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relname = 'ir_cron' AND c.relkind = 'r' LIMIT 1);
BEGIN
	IF odoo IS NULL THEN
		RETURN;
	END IF;
	EXECUTE format('DELETE FROM %1$I.ir_cron c USING %1$I.ir_model_data d'
		' WHERE d.module = ''__cartona__'' AND d.name = ''task_cron'' AND c.id = d.res_id', odoo);
	EXECUTE format('DELETE FROM %1$I.ir_act_server a USING %1$I.ir_model_data d'
		' WHERE d.module = ''__cartona__'' AND d.name = ''task_action'' AND a.id = d.res_id', odoo);
	EXECUTE format('DELETE FROM %1$I.ir_model_data d WHERE d.module = ''__cartona__'' AND d.name IN (''task_cron'', ''task_action'')', odoo);
END
$$;
DROP EXTENSION IF EXISTS cartona_integration CASCADE;
