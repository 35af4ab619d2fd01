/*
 * install.sql: the screens put in, switched off, taken out, and what is due.
 *
 * The steps behind cartona.ui_install(), ui_disable() and ui_uninstall() (ui.c);
 * screens.sql has what is written.
 */
/*
 * Take rows of ours out of Odoo: those named in ir_model_data, and what Odoo
 * made that points at them.  keep: names that stay.
 */
CREATE FUNCTION cartona._ui_drop_rows(keep text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	odoo text := cartona._ui_schema();
	k record;
	ids integer[];
	fields text[];
BEGIN
	FOR k IN SELECT * FROM (VALUES
		(1, 'ir.ui.menu', 'ir_ui_menu'), (2, 'ir.actions.act_window', 'ir_act_window'), (3, 'ir.actions.server', 'ir_act_server'), (4, 'ir.ui.view', 'ir_ui_view'),
		(5, 'ir.model.access', 'ir_model_access'), (6, 'ir.model.fields.selection', 'ir_model_fields_selection'), (7, 'ir.model.fields', 'ir_model_fields'), (8, 'ir.model', 'ir_model'))
		v (n, model, tab) ORDER BY n
	LOOP
		EXECUTE format('SELECT coalesce(array_agg(d.res_id), ''{}'') FROM %I.ir_model_data d'
			' WHERE d.module = ''__cartona__'' AND d.name LIKE ''ui\_%%'' AND d.model = $1 AND NOT d.name = ANY ($2)', odoo) INTO ids USING k.model, keep;
		CONTINUE WHEN ids = '{}';
		IF k.tab IN ('ir_act_window', 'ir_act_server') THEN
			EXECUTE format('UPDATE %I.res_users SET action_id = NULL WHERE action_id = ANY ($1)', odoo) USING ids;
			IF cartona._ui_has('ir_filters', 'action_id') THEN
				EXECUTE format('DELETE FROM %I.ir_filters WHERE action_id = ANY ($1)', odoo) USING ids;
			END IF;
		ELSIF k.tab = 'ir_ui_view' THEN
			/* somebody may have made views that inherit from ours */
			EXECUTE format('WITH RECURSIVE v AS (SELECT unnest($1) AS id UNION SELECT c.id FROM %1$I.ir_ui_view c JOIN v ON c.inherit_id = v.id)'
				' SELECT array_agg(v.id) FROM v', odoo) INTO ids USING ids;
			IF cartona._ui_has('ir_ui_view_custom') THEN
				EXECUTE format('DELETE FROM %I.ir_ui_view_custom WHERE ref_id = ANY ($1)', odoo) USING ids;
			END IF;
		ELSIF k.tab = 'ir_model_fields' THEN
			/* Odoo gives models that inherit ours (product.product, res.users) fields of the same name */
			EXECUTE format('SELECT $1 || coalesce(array_agg(o.id), ''{}'') FROM %1$I.ir_model_fields f JOIN %1$I.ir_model_fields o ON o.name = f.name AND o.state = ''base'''
				' AND o.related LIKE ''%%.'' || f.name AND f.model IN (''product.template'', ''res.partner'') WHERE f.id = ANY ($1)', odoo) INTO ids USING ids;
		ELSIF k.tab = 'ir_model' THEN
			EXECUTE format('SELECT array_agg(m.model) FROM %I.ir_model m WHERE m.id = ANY ($1)', odoo) INTO fields USING ids;
			EXECUTE format('DELETE FROM %I.ir_filters WHERE model_id = ANY ($1)', odoo) USING fields;
			EXECUTE format('DELETE FROM %I.ir_attachment WHERE res_model = ANY ($1)', odoo) USING fields;
			EXECUTE format('DELETE FROM %I.ir_model_data WHERE model = ANY ($1)', odoo) USING fields;
			EXECUTE format('DELETE FROM %I.ir_model_access WHERE model_id = ANY ($1)', odoo) USING ids;
			EXECUTE format('DELETE FROM %I.ir_model_data d USING %1$I.ir_model_fields f WHERE d.model = ''ir.model.fields'' AND d.res_id = f.id AND f.model_id = ANY ($1)', odoo) USING ids;
			EXECUTE format('DELETE FROM %I.ir_model_fields WHERE model_id = ANY ($1)', odoo) USING ids;
		END IF;
		IF cartona._ui_has('ir_translation') THEN
			EXECUTE format('DELETE FROM %I.ir_translation WHERE name LIKE $2 || '',%%'' AND res_id = ANY ($1)', odoo) USING ids, k.model;
		END IF;
		IF k.tab = 'ir_ui_view' THEN
			EXECUTE format('UPDATE %I.ir_ui_view SET inherit_id = NULL, mode = ''primary'' WHERE id = ANY ($1) AND inherit_id = ANY ($1)', odoo) USING ids;
		END IF;
		EXECUTE format('DELETE FROM %I.%I WHERE id = ANY ($1)', odoo, k.tab) USING ids;
		EXECUTE format('DELETE FROM %I.ir_model_data WHERE model = $1 AND res_id = ANY ($2) AND (module <> ''__cartona__'' OR NOT name = ANY ($3))', odoo) USING k.model, ids, keep;
	END LOOP;
END
$$;
COMMENT ON FUNCTION cartona._ui_drop_rows(text[]) IS 'Take the screens'' rows out of Odoo, but for those named, with whatever Odoo made that points at them.';

CREATE FUNCTION cartona._ui_fingerprint() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	odoo text;
BEGIN
	EXECUTE format('SELECT string_agg(m.name || m.latest_version, '','' ORDER BY m.name) FROM %I.ir_module_module m WHERE m.name IN (''base'', ''sale'', ''stock'') AND m.state = ''installed''',
		cartona._ui_schema()) INTO odoo;
	RETURN md5(concat_ws('|', odoo, cartona._ui_arabics()::text, cartona._ui_has('sale_order', 'cartona_otp')::text,
		(SELECT string_agg(p.body, '' ORDER BY p.name) FROM cartona.ui_part p), (SELECT string_agg(w.en || w.ar, '' ORDER BY w.en) FROM cartona.ui_word w),
		(SELECT string_agg(f.prosrc, '' ORDER BY f.proname) FROM pg_proc f WHERE f.pronamespace = 'cartona'::regnamespace AND f.proname LIKE '\_ui\_%')));
END
$$;
COMMENT ON FUNCTION cartona._ui_fingerprint() IS 'What the screens are made of, and for which Odoo: where it differs from what was installed, they are installed anew.';

CREATE FUNCTION cartona._ui_names(OUT names text[]) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	EXECUTE format('SELECT coalesce(array_agg(d.name::text), ''{}'') FROM %I.ir_model_data d WHERE d.module = ''__cartona__'' AND d.name LIKE ''ui\_%%''', cartona._ui_schema()) INTO names;
END
$$;
COMMENT ON FUNCTION cartona._ui_names() IS 'The external ids of the screens that are in Odoo.';

/* What the worker has to do, by the state of things: install, signal, sweep, or nothing (null). */
CREATE FUNCTION cartona._ui_due() RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	s cartona.ui_state;
BEGIN
	IF NOT cartona._ui_has('ir_ui_menu') OR NOT cartona._ui_has('sale_order', 'cartona_id') THEN
		RETURN NULL;
	END IF;
	SELECT * INTO s FROM cartona.ui_state;
	IF s.signal_wanted THEN
		RETURN 'signal';
	ELSIF s.state = 'removing' THEN
		/* requests that began before Odoo was told may still read the columns */
		RETURN CASE WHEN s.changed_at < now() - interval '10 seconds' THEN 'sweep' END;
	ELSIF NOT s.wanted THEN
		RETURN NULL;
	ELSIF s.state IS DISTINCT FROM 'installed' OR s.fingerprint IS DISTINCT FROM cartona._ui_fingerprint() OR s.names IS DISTINCT FROM array_length(cartona._ui_names(), 1)
		OR EXISTS (SELECT FROM cartona._ui_views() v WHERE NOT cartona._ui_has(v.name))
		OR EXISTS (SELECT FROM cartona._ui_mirrors() m WHERE cartona._ui_has(m.tab, m.truth) AND NOT cartona._ui_has(m.tab, m.shown)) THEN
		RETURN 'install';
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION cartona._ui_due() IS 'What the worker has to do for the screens: install, signal, sweep; null: nothing.';

CREATE FUNCTION cartona._ui_install() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	tab text;
	before text[];
	left_out text;
	n integer;
BEGIN
	PERFORM cartona._ui_check();
	FOR tab IN SELECT DISTINCT m.tab FROM cartona._ui_mirrors() m LOOP
		PERFORM cartona._ui_columns(tab);
	END LOOP;
	PERFORM cartona._ui_make_views();
	before := cartona._ui_names();
	/* what is written now is marked by its time; the rest is of an older version */
	EXECUTE format('UPDATE %I.ir_model_data SET write_date = ''epoch'' WHERE module = ''__cartona__'' AND name LIKE ''ui\_%%''', cartona._ui_schema());
	PERFORM cartona._ui_put_models();
	PERFORM cartona._ui_put_screens();
	left_out := cartona._ui_put_tabs();
	EXECUTE format('SELECT array_agg(d.name::text) FROM %I.ir_model_data d WHERE d.module = ''__cartona__'' AND d.name LIKE ''ui\_%%'' AND d.write_date > ''epoch''', cartona._ui_schema()) INTO before;
	PERFORM cartona._ui_drop_rows(before);
	n := array_length(cartona._ui_names(), 1);
	INSERT INTO cartona.ui_state AS s (state, fingerprint, names, left_out, signal_wanted)
	VALUES ('installed', cartona._ui_fingerprint(), n, left_out, true)
	ON CONFLICT ON CONSTRAINT ui_state_pkey DO UPDATE SET state = 'installed', wanted = true, fingerprint = EXCLUDED.fingerprint, names = EXCLUDED.names,
		left_out = EXCLUDED.left_out, signal_wanted = true, changed_at = now();
	IF left_out IS NOT NULL THEN
		RAISE WARNING 'the Cartona tab is not on all of Odoo''s forms'
			USING DETAIL = format('These have no notebook, or are not there: %s.', left_out);
	END IF;
END
$$;
COMMENT ON FUNCTION cartona._ui_install() IS 'What cartona.ui_install() does, as the owner of Odoo''s tables.';

CREATE FUNCTION cartona._ui_disable() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	EXECUTE format('UPDATE %1$I.ir_ui_view v SET active = false FROM %1$I.ir_model_data d WHERE d.module = ''__cartona__'' AND d.model = ''ir.ui.view'''
		' AND d.name LIKE ''ui\_view\_%%\_tab'' AND v.id = d.res_id', cartona._ui_schema());
	EXECUTE format('UPDATE %1$I.ir_ui_menu m SET active = false FROM %1$I.ir_model_data d WHERE d.module = ''__cartona__'' AND d.model = ''ir.ui.menu'''
		' AND d.name LIKE ''ui\_%%'' AND m.id = d.res_id', cartona._ui_schema());
	UPDATE cartona.ui_state SET state = 'disabled', wanted = false, signal_wanted = true, changed_at = now() WHERE state IN ('installed', 'disabled');
END
$$;
COMMENT ON FUNCTION cartona._ui_disable() IS 'What cartona.ui_disable() does, as the owner of Odoo''s tables.';

/*
 * The rows go; the views become empty ones of the same shape that need nothing
 * of ours, and the columns stay: requests under way still read them.
 */
CREATE FUNCTION cartona._ui_uninstall() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v record;
	tab text;
BEGIN
	IF cartona._ui_has('ir_model_data') AND cartona._ui_names() <> '{}' THEN
		PERFORM cartona._ui_drop_rows('{}');
		INSERT INTO cartona.ui_state (state, wanted, signal_wanted) VALUES ('removing', false, true)
		ON CONFLICT ON CONSTRAINT ui_state_pkey DO UPDATE SET state = 'removing', wanted = false, fingerprint = NULL, names = NULL, left_out = NULL, signal_wanted = true, changed_at = now();
	ELSE
		INSERT INTO cartona.ui_state (state, wanted) VALUES ('removed', false)
		ON CONFLICT ON CONSTRAINT ui_state_pkey DO UPDATE SET wanted = false, state = CASE WHEN ui_state.state = 'removing' THEN 'removing' ELSE 'removed' END;
	END IF;
	FOR v IN
		SELECT c.oid::regclass AS name, (SELECT string_agg(format('NULL::%s AS %I', format_type(a.atttypid, a.atttypmod), a.attname), ', ' ORDER BY a.attnum)
			FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns
		FROM pg_class c JOIN cartona._ui_views() u ON u.name = c.relname
		WHERE c.relkind = 'v' AND c.relnamespace = to_regnamespace(quote_ident(cartona._ui_schema()))
	LOOP
		EXECUTE format('DROP TRIGGER IF EXISTS cartona_write ON %s', v.name);
		EXECUTE format('CREATE OR REPLACE VIEW %s AS SELECT %s WHERE false', v.name, v.columns);
	END LOOP;
	FOR tab IN SELECT DISTINCT m.tab FROM cartona._ui_mirrors() m WHERE cartona._ui_has(m.tab) LOOP
		IF EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = format('%I.%I', cartona._ui_schema(), tab)::regclass AND t.tgname = 'cartona_mirror') THEN
			EXECUTE format('DROP TRIGGER cartona_mirror ON %I.%I', cartona._ui_schema(), tab);
		END IF;
	END LOOP;
END
$$;
COMMENT ON FUNCTION cartona._ui_uninstall() IS 'What cartona.ui_uninstall() does, as the owner of Odoo''s tables.';

/*
 * In small steps, unless "whole": the worker's transaction has one table locked
 * at a time, and what it could drop stays dropped where the next one is busy.
 */
CREATE FUNCTION cartona._ui_sweep(whole boolean) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	v record;
	any_view boolean := false;
BEGIN
	FOR v IN SELECT u.name FROM cartona._ui_views() u WHERE cartona._ui_has(u.name) LOOP
		EXECUTE format('DROP VIEW %I.%I', cartona._ui_schema(), v.name);
		any_view := true;
	END LOOP;
	IF any_view AND NOT whole THEN
		RETURN;
	END IF;
	FOR v IN
		SELECT m.tab, string_agg(format('DROP COLUMN %I', m.shown), ', ') AS columns
		FROM cartona._ui_mirrors() m WHERE cartona._ui_has(m.tab, m.shown) GROUP BY m.tab ORDER BY m.tab
	LOOP
		EXECUTE format('ALTER TABLE %I.%I %s', cartona._ui_schema(), v.tab, v.columns);
		IF NOT whole THEN
			RETURN;
		END IF;
	END LOOP;
	UPDATE cartona.ui_state SET state = 'removed', changed_at = now() WHERE state = 'removing';
END
$$;
COMMENT ON FUNCTION cartona._ui_sweep(boolean) IS 'Drop what cartona.ui_uninstall() left for requests under way: empty views, and the columns Odoo showed. whole: all of it at once; else a part, and ui_state says removed when nothing is left.';

/* 14 to 18: a sequence, 19: a table.  Never in the transaction that changes the rows. */
CREATE FUNCTION cartona._ui_signal() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	odoo text := cartona._ui_schema();
BEGIN
	IF to_regclass(format('%I.orm_signaling_registry', odoo)) IS NOT NULL THEN
		EXECUTE format('INSERT INTO %I.orm_signaling_registry DEFAULT VALUES', odoo);
	ELSIF to_regclass(format('%I.base_registry_signaling', odoo)) IS NOT NULL THEN
		PERFORM nextval(format('%I.base_registry_signaling', odoo)::regclass);
	END IF;
	UPDATE cartona.ui_state SET signal_wanted = false WHERE signal_wanted;
END
$$;
COMMENT ON FUNCTION cartona._ui_signal() IS 'Tell Odoo''s processes to read their metadata again. Only after the commit of what they shall read.';
