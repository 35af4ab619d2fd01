/*
 * cartona_uninstall.sql: take everything of cartona_integration off a database,
 * also where its library is gone or the extension was dropped with CASCADE.
 *
 * Run as a superuser, or as the role that owns both Odoo's tables and the
 * extension.  The columns it added to Odoo's tables (cartona_id, delivered_by,
 * cartona_account_id, cartona_otp, cartona_cancel_reason, cartona_line_id) stay with their data; they are nullable
 * and disturb nobody.  Everything in schema cartona is lost.
 *
 * Its screens in Odoo are found by their external ids (module __cartona__) and
 * go with what Odoo made for them.  Odoo's processes must be told: restart Odoo
 * afterwards.
 */
DO $$
DECLARE
	found record;
BEGIN
	FOR found IN
		SELECT t.tgrelid::regclass AS tab, t.tgname FROM pg_catalog.pg_trigger t
		WHERE (t.tgname LIKE 'cartona\_capture\_%' OR t.tgname = 'cartona_mirror') AND NOT t.tgisinternal
	LOOP
		EXECUTE format('DROP TRIGGER %I ON %s', found.tgname, found.tab);
	END LOOP;
	FOR found IN
		SELECT c.oid::regclass AS index FROM pg_catalog.pg_class c
		WHERE c.relkind = 'i'
		AND c.relname IN ('sale_order_cartona_id_idx', 'res_partner_cartona_id_idx', 'product_template_cartona_id_idx',
			'sale_order_x_cartona_id_idx', 'res_partner_x_cartona_id_idx')
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
/* The screens: rows first, then the views and columns they showed. */
DO $$
DECLARE
	odoo text := (SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relname = 'ir_ui_menu' AND c.relkind = 'r' LIMIT 1);
	kind record;
	found record;
	ids integer[];
	models text[];
BEGIN
	IF odoo IS NULL THEN
		RETURN;
	END IF;
	FOR kind IN SELECT * FROM (VALUES
		(1, 'ir.ui.menu', 'ir_ui_menu'), (2, 'ir.actions.act_window', 'ir_act_window'), (3, 'ir.actions.server', 'ir_act_server'), (4, 'ir.ui.view', 'ir_ui_view'),
		(5, 'ir.model.access', 'ir_model_access'), (6, 'ir.model.fields.selection', 'ir_model_fields_selection'), (7, 'ir.model.fields', 'ir_model_fields'), (8, 'ir.model', 'ir_model'))
		v (n, model, tab) ORDER BY n
	LOOP
		EXECUTE format('SELECT coalesce(array_agg(d.res_id), ''{}'') FROM %I.ir_model_data d'
			' WHERE d.module = ''__cartona__'' AND d.name LIKE ''ui\_%%'' AND d.model = $1', odoo) INTO ids USING kind.model;
		IF kind.tab IN ('ir_act_window', 'ir_act_server') THEN
			EXECUTE format('UPDATE %I.res_users SET action_id = NULL WHERE action_id = ANY ($1)', odoo) USING ids;
			EXECUTE format('DELETE FROM %I.ir_filters WHERE action_id = ANY ($1)', odoo) USING ids;
		ELSIF kind.tab = 'ir_ui_view' THEN
			EXECUTE format('WITH RECURSIVE v AS (SELECT unnest($1) AS id UNION SELECT c.id FROM %1$I.ir_ui_view c JOIN v ON c.inherit_id = v.id)'
				' SELECT coalesce(array_agg(v.id), ''{}'') FROM v', odoo) INTO ids USING ids;
			EXECUTE format('DELETE FROM %I.ir_ui_view_custom WHERE ref_id = ANY ($1)', odoo) USING ids;
			EXECUTE format('UPDATE %I.ir_ui_view SET inherit_id = NULL, mode = ''primary'' WHERE id = ANY ($1) AND inherit_id = ANY ($1)', odoo) USING ids;
		ELSIF kind.tab = 'ir_model_fields' THEN
			EXECUTE format('SELECT $1 || coalesce(array_agg(o.id), ''{}'') FROM %1$I.ir_model_fields f JOIN %1$I.ir_model_fields o ON o.name = f.name AND o.state = ''base'''
				' AND o.related LIKE ''%%.'' || f.name AND f.model IN (''product.template'', ''res.partner'') WHERE f.id = ANY ($1)', odoo) INTO ids USING ids;
		ELSIF kind.tab = 'ir_model' THEN
			EXECUTE format('SELECT coalesce(array_agg(m.model::text), ''{}'') FROM %I.ir_model m WHERE m.id = ANY ($1)', odoo) INTO models USING ids;
			EXECUTE format('DELETE FROM %I.ir_filters WHERE model_id = ANY ($1)', odoo) USING models;
			EXECUTE format('DELETE FROM %I.ir_attachment WHERE res_model = ANY ($1)', odoo) USING models;
			EXECUTE format('DELETE FROM %I.ir_model_data WHERE model = ANY ($1)', odoo) USING models;
			EXECUTE format('DELETE FROM %I.ir_model_access WHERE model_id = ANY ($1)', odoo) USING ids;
			EXECUTE format('DELETE FROM %1$I.ir_model_data d USING %1$I.ir_model_fields f WHERE d.model = ''ir.model.fields'' AND d.res_id = f.id AND f.model_id = ANY ($1)', odoo) USING ids;
			EXECUTE format('DELETE FROM %I.ir_model_fields WHERE model_id = ANY ($1)', odoo) USING ids;
		END IF;
		IF to_regclass(format('%I.ir_translation', odoo)) IS NOT NULL THEN
			EXECUTE format('DELETE FROM %I.ir_translation WHERE name LIKE $2 || '',%%'' AND res_id = ANY ($1)', odoo) USING ids, kind.model;
		END IF;
		EXECUTE format('DELETE FROM %I.%I WHERE id = ANY ($1)', odoo, kind.tab) USING ids;
		EXECUTE format('DELETE FROM %I.ir_model_data WHERE model = $1 AND res_id = ANY ($2)', odoo) USING kind.model, ids;
	END LOOP;
	FOR found IN SELECT c.oid::regclass AS name FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = odoo AND c.relkind = 'v' AND c.relname LIKE 'x\_cartona\_%'
	LOOP
		EXECUTE format('DROP VIEW %s', found.name);
	END LOOP;
	FOR found IN SELECT c.oid::regclass AS tab, a.attname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = odoo AND c.relname IN ('sale_order', 'product_template', 'res_partner') AND NOT a.attisdropped
		AND a.attname IN ('x_cartona_id', 'x_delivered_by', 'x_cartona_otp')
	LOOP
		EXECUTE format('ALTER TABLE %s DROP COLUMN %I', found.tab, found.attname);
	END LOOP;
END
$$;
DROP EXTENSION IF EXISTS cartona_integration CASCADE;
