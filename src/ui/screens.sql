/*
 * screens.sql: what is written into Odoo for the screens.
 *
 * One code path for Odoo 14 to 19: what differs is read from the catalog and
 * from Odoo's own views (rows.sql; _ui_dialect below).  Everything is known by
 * its external id (__cartona__.ui_...): a second run repairs, and takes away what
 * an older version of this extension had and this one has not.
 *
 * Runs as the owner of Odoo's tables, in the caller's transaction (ui.c).  Odoo
 * must be told after the commit and not before (until 18 by a sequence, which
 * knows no transactions: a process that reloads too early reads the old rows and
 * is content); so only a wish is recorded here, and the worker tells it.
 */
CREATE FUNCTION cartona._ui_buttons(OUT button text, OUT model text, OUT label text, OUT settings boolean) RETURNS SETOF record
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
VALUES
	('check', 'x_cartona_config', '{{Test connection}}', true),
	('full', 'x_cartona_config', '{{Send all products}}', true),
	('enable', 'x_cartona_config', '{{Enable}}', true),
	('release', 'x_cartona_config', '{{Send the held products}}', true),
	('disable', 'x_cartona_config', '{{Disable}}', true),
	('pull_config', 'x_cartona_config', '{{Pull orders now}}', true),
	('pull', 'x_cartona_overview', '{{Pull orders now}}', false),
	('again_all', 'x_cartona_overview', '{{Send everything again}}', false),
	('problem_open', 'x_cartona_problem', '{{Open}}', false),
	('problem_again', 'x_cartona_problem', '{{Try again}}', false),
	('queue_open', 'x_cartona_queue', '{{Open}}', false),
	('queue_again', 'x_cartona_queue', '{{Send again}}', false),
	('inbox_open', 'x_cartona_inbox', '{{Open the order}}', false),
	('inbox_again', 'x_cartona_inbox', '{{Try again}}', false),
	('product_send', 'product.template', '{{Send now}}', false)
$$;
COMMENT ON FUNCTION cartona._ui_buttons() IS 'The buttons: each is a server action of Odoo''s, for the settings group or for sales managers.';

/* Who sees what: sales managers and the settings group, or the latter alone. */
CREATE FUNCTION cartona._ui_people(settings boolean) RETURNS integer[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT CASE WHEN settings THEN ARRAY[cartona._ui_xmlid('base', 'group_system')]
		ELSE ARRAY[cartona._ui_xmlid('sales_team', 'group_sale_manager'), cartona._ui_xmlid('base', 'group_system')] END
$$;
COMMENT ON FUNCTION cartona._ui_people(boolean) IS 'The groups that see a screen: the settings group alone, or with it the sales managers.';

/* What differs in the XML of a view, by what Odoo's own views say. */
CREATE FUNCTION cartona._ui_dialect(OUT list text, OUT attrs boolean) RETURNS record
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	EXECUTE format('SELECT CASE WHEN EXISTS (SELECT FROM %1$I.ir_ui_view v WHERE v.type = ''list'') THEN ''list'' ELSE ''tree'' END,'
		' (SELECT v.arch_db::text LIKE ''%%attrs=%%'' FROM %1$I.ir_ui_view v WHERE v.id = cartona._ui_xmlid(''base'', ''view_partner_form''))', cartona._ui_schema())
	INTO list, attrs;
END
$$;
COMMENT ON FUNCTION cartona._ui_dialect() IS 'How this Odoo calls a list in a view, and whether it hides things by attrs.';

/* One text of ours in this Odoo's dialect; words stay in braces. */
CREATE FUNCTION cartona._ui_arch(part text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	arch text;
	dialect record;
	hide text[];
	button text;
	val text;
BEGIN
	SELECT p.body INTO STRICT arch FROM cartona.ui_part p WHERE p.name = part;
	SELECT * INTO dialect FROM cartona._ui_dialect();
	arch := replace(arch, '[[otp]]', CASE WHEN cartona._ui_has('sale_order', 'x_cartona_otp') THEN '<field name="x_cartona_otp"/>' ELSE '' END);
	arch := replace(arch, '[[warehouse]]', CASE WHEN cartona._ui_has('stock_warehouse') THEN '<field name="x_warehouse_id" options="{''no_create'': True, ''no_open'': True}"/>' ELSE '' END);
	IF dialect.list = 'tree' THEN
		arch := replace(replace(arch, '<list', '<tree'), '</list>', '</tree>');
	END IF;
	/* hide="field=value" or "field!=value" */
	FOR hide IN SELECT regexp_matches(arch, 'hide="(\w+)(!?=)(\w+)"', 'g') LOOP
		val := CASE WHEN hide[3] IN ('True', 'False') THEN hide[3] ELSE '''' || hide[3] || '''' END;
		arch := replace(arch, format('hide="%s%s%s"', hide[1], hide[2], hide[3]),
			CASE WHEN dialect.attrs THEN format('attrs="{''invisible'': [(''%s'', ''%s'', %s)]}"', hide[1], hide[2], val)
			WHEN val = 'False' AND hide[2] = '=' THEN format('invisible="not %s"', hide[1])
			ELSE format('invisible="%s %s %s"', hide[1], replace(hide[2], '!=', '!'), val) END);
		arch := replace(arch, format('"%s ! ', hide[1]), format('"%s != ', hide[1]));
		arch := replace(arch, format('"%s = ', hide[1]), format('"%s == ', hide[1]));
	END LOOP;
	FOR button IN SELECT DISTINCT m[1] FROM regexp_matches(arch, '\[\[button (\w+)\]\]', 'g') m LOOP
		arch := replace(arch, '[[button ' || button || ']]', cartona._ui_xmlid('__cartona__', 'ui_button_' || button)::text);
	END LOOP;
	RETURN arch;
END
$$;
COMMENT ON FUNCTION cartona._ui_arch(text) IS 'The XML of a view as this Odoo wants it.';

/* "[[there NAMES]]" in a line of its own becomes the lines of there.py, as deep as it stands. */
CREATE FUNCTION cartona._ui_code(part text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	code text;
	asks text;
	there text[];
	names text[];
BEGIN
	SELECT p.body INTO STRICT code FROM cartona.ui_part p WHERE p.name = part;
	SELECT p.body INTO STRICT asks FROM cartona.ui_part p WHERE p.name = 'there.py';
	FOR there IN SELECT regexp_matches(code, '^( *)\[\[there ([\w ]+)\]\]$', 'gn') LOOP
		names := string_to_array(there[2], ' ');
		code := replace(code, format('%s[[there %s]]', there[1], there[2]), replace(replace(
			regexp_replace(rtrim(asks, E'\n'), '^', there[1], 'gn'),
			'[[names]]', (SELECT string_agg(quote_literal(n), ', ') FROM unnest(names) n)), '[[count]]', cardinality(names)::text));
	END LOOP;
	RETURN replace(code, '[[gate]]', cartona._ui_gate()::text);
END
$$;
COMMENT ON FUNCTION cartona._ui_code(text) IS 'The Python of a field or an action.';

/* Nothing is written where Odoo has no place for it. */
CREATE FUNCTION cartona._ui_check() RETURNS void
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	missing text;
BEGIN
	SELECT string_agg(t, ', ') INTO missing
	FROM unnest(ARRAY['ir_model', 'ir_model_fields', 'ir_model_fields_selection', 'ir_model_access', 'ir_model_data', 'ir_ui_view', 'ir_ui_menu',
		'ir_act_window', 'ir_act_server', 'ir_ui_menu_group_rel', 'ir_act_server_group_rel']) t
	WHERE NOT cartona._ui_has(t);
	IF missing IS NOT NULL THEN
		RAISE EXCEPTION 'this Odoo has no place for screens: it lacks %', missing
			USING ERRCODE = 'undefined_table', HINT = 'The screens need Odoo 14 or later.';
	END IF;
	IF array_position(cartona._ui_people(false), NULL) IS NOT NULL THEN
		RAISE EXCEPTION 'this Odoo has no group for the screens'
			USING ERRCODE = 'undefined_object', DETAIL = 'sales_team.group_sale_manager or base.group_system is missing.',
			HINT = 'Install or update Odoo''s Sales module.';
	END IF;
END
$$;
COMMENT ON FUNCTION cartona._ui_check() IS 'Has this Odoo the tables and groups that the screens need? An error with a hint where not.';

/* Columns on one of Odoo's tables, and the trigger that keeps them equal to ours. */
CREATE FUNCTION cartona._ui_columns(odoo_table text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	rel regclass := format('%I.%I', cartona._ui_schema(), odoo_table)::regclass;
	m record;
	args text := '';
BEGIN
	FOR m IN SELECT * FROM cartona._ui_mirrors() v WHERE v.tab = odoo_table AND cartona._ui_has(odoo_table, v.truth) LOOP
		IF NOT cartona._ui_has(odoo_table, m.shown) THEN
			EXECUTE format('ALTER TABLE %s ADD COLUMN %I varchar', rel, m.shown);
		END IF;
		args := args || format('%s%L, %L', CASE WHEN args = '' THEN '' ELSE ', ' END, m.truth, m.shown);
	END LOOP;
	IF odoo_table <> 'product_template' AND to_regclass(format('%I.%I', cartona._ui_schema(), odoo_table || '_x_cartona_id_idx')) IS NULL THEN
		EXECUTE format('CREATE INDEX %I ON %s (x_cartona_id) WHERE x_cartona_id IS NOT NULL', odoo_table || '_x_cartona_id_idx', rel);
	END IF;
	IF NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = rel AND t.tgname = 'cartona_mirror'
		AND pg_get_triggerdef(t.oid) LIKE '%(' || args || ')') THEN
		EXECUTE format('DROP TRIGGER IF EXISTS cartona_mirror ON %s', rel);
		EXECUTE format('CREATE TRIGGER cartona_mirror BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION cartona.mirror(%s)', rel, args);
	END IF;
END
$$;
COMMENT ON FUNCTION cartona._ui_columns(text) IS 'Put the columns that Odoo shows on one of its tables, and the trigger that keeps them equal to ours. What is there is left alone.';

/* Rows written before the trigger was there; a row somebody is saving right now follows at its next write, or the next call. */
CREATE FUNCTION cartona._ui_fill(odoo_table text, most integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	n integer;
	differs text;
	sets text;
BEGIN
	SELECT string_agg(format('t.%I IS DISTINCT FROM t.%I', m.truth, m.shown), ' OR '), string_agg(format('%I = t.%I', m.shown, m.truth), ', ')
	INTO differs, sets FROM cartona._ui_mirrors() m WHERE m.tab = odoo_table AND cartona._ui_has(odoo_table, m.truth);
	EXECUTE format('WITH todo AS (SELECT t.id FROM %1$I.%2$I t WHERE t.cartona_id IS NOT NULL AND (%3$s) LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED)'
		' UPDATE %1$I.%2$I t SET %4$s FROM todo WHERE t.id = todo.id', cartona._ui_schema(), odoo_table, differs, sets) USING most;
	GET DIAGNOSTICS n = ROW_COUNT;
	RETURN n;
END
$$;
COMMENT ON FUNCTION cartona._ui_fill(text, integer) IS 'Fill the columns Odoo shows from ours, at most so many rows; returns how many.';

CREATE FUNCTION cartona._ui_make_views() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	odoo text := cartona._ui_schema();
	v record;
	existing regclass;
BEGIN
	FOR v IN SELECT * FROM cartona._ui_views() LOOP
		existing := to_regclass(format('%I.%I', odoo, v.name));
		IF existing IS NOT NULL THEN
			EXECUTE format('DROP VIEW %s', existing);
		END IF;
		EXECUTE format('CREATE VIEW %I.%I AS %s', odoo, v.name, v.body);
		EXECUTE format('COMMENT ON VIEW %I.%I IS %L', odoo, v.name, 'Cartona''s screens in Odoo: cartona.ui_install()');
	END LOOP;
	EXECUTE format('CREATE TRIGGER cartona_write INSTEAD OF UPDATE ON %I.x_cartona_config FOR EACH ROW EXECUTE FUNCTION cartona.ui_write()', odoo);
END
$$;
COMMENT ON FUNCTION cartona._ui_make_views() IS 'Make the views behind the screens anew.';

/* The fields of one model, with their choices. */
CREATE FUNCTION cartona._ui_put_fields(of_model text, model_id integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	f record;
	id integer;
	choice record;
	short text := replace(of_model, '.', '_');
	magic text[];
BEGIN
	FOR f IN SELECT * FROM cartona._ui_fields() d WHERE d.model = of_model AND (d.extra ? 'part' OR d.ttype = 'one2many'
		OR cartona._ui_has(replace(of_model, '.', '_'), d.field)) LOOP
		id := cartona._ui_put('ui_field_' || short || '__' || f.field, 'ir.model.fields', 'ir_model_fields', jsonb_build_object(
			'model', of_model, 'model_id', model_id, 'name', f.field, 'ttype', f.ttype, 'field_description', f.label, 'complete_name', f.field,
			'help', CASE WHEN f.extra ? 'help' THEN '{{' || (f.extra ->> 'help') || '}}' END,
			'state', 'manual', 'store', NOT (f.extra ? 'part'), 'selectable', true, 'copied', false, 'index', false, 'required', false,
			'readonly', coalesce((f.extra ->> 'readonly')::boolean, true), 'company_dependent', false, 'group_expand', false,
			'relation', f.extra ->> 'relation', 'relation_field', f.extra ->> 'inverse',
			'relation_field_id', CASE WHEN f.extra ? 'inverse' THEN cartona._ui_xmlid('__cartona__', 'ui_field_' || (f.extra ->> 'relation') || '__' || (f.extra ->> 'inverse')) END,
			'on_delete', CASE WHEN f.ttype = 'many2one' THEN 'set null' END, 'domain', '[]',
			'compute', CASE WHEN f.extra ? 'part' THEN replace(replace(cartona._ui_code(f.extra ->> 'part'), '[[field]]', f.field), '[[of]]', coalesce(f.extra ->> 'of', '')) END));
		FOR choice IN SELECT c.value, c.n FROM jsonb_array_elements(f.extra -> 'choices') WITH ORDINALITY c (value, n) LOOP
			PERFORM cartona._ui_put(format('ui_choice_%s__%s__%s', short, f.field, replace(choice.value ->> 0, ' ', '_')), 'ir.model.fields.selection', 'ir_model_fields_selection',
				jsonb_build_object('field_id', id, 'value', choice.value ->> 0, 'name', '{{' || (choice.value ->> 1) || '}}', 'sequence', choice.n));
		END LOOP;
	END LOOP;
	IF of_model NOT LIKE 'x\_%' THEN
		RETURN;
	END IF;
	/* as Odoo adds them to every model */
	magic := ARRAY['id', 'integer', 'ID', 'display_name', 'char', 'Display Name'];
	IF cartona._ui_has(of_model, 'write_uid') THEN
		magic := magic || ARRAY['create_uid', 'many2one', 'Created by', 'create_date', 'datetime', 'Created on', 'write_uid', 'many2one', 'Last Updated by', 'write_date', 'datetime', 'Last Updated on'];
	END IF;
	FOR i IN 1 .. array_length(magic, 1) BY 3 LOOP
		PERFORM cartona._ui_put('ui_field_' || short || '__' || magic[i], 'ir.model.fields', 'ir_model_fields', jsonb_build_object(
			'model', of_model, 'model_id', model_id, 'name', magic[i], 'ttype', magic[i + 1], 'field_description', magic[i + 2], 'complete_name', magic[i],
			'state', 'base', 'store', magic[i] <> 'display_name', 'selectable', true, 'copied', magic[i] <> 'display_name', 'index', false, 'required', false,
			'readonly', true, 'domain', '[]', 'relation', CASE WHEN magic[i + 1] = 'many2one' THEN 'res.users' END,
			'on_delete', CASE WHEN magic[i + 1] = 'many2one' THEN 'set null' END));
	END LOOP;
END
$$;
COMMENT ON FUNCTION cartona._ui_put_fields(text, integer) IS 'Write the fields of a model, ours or Odoo''s.';

CREATE FUNCTION cartona._ui_put_models() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	m record;
	id integer;
	settings boolean;
	who integer[];
BEGIN
	FOR m IN SELECT * FROM cartona._ui_models() LOOP
		id := cartona._ui_put('ui_model_' || m.model, 'ir.model', 'ir_model', jsonb_build_object(
			'model', m.model, 'name', m.label, 'order', m.sort, 'state', 'manual', 'transient', false, 'abstract', false,
			'is_mail_thread', false, 'is_mail_activity', false, 'is_mail_blacklist', false));
		settings := m.model = 'x_cartona_config';
		who := cartona._ui_people(settings);
		FOR i IN 1 .. array_length(who, 1) LOOP
			PERFORM cartona._ui_put(format('ui_access_%s_%s', m.model, i), 'ir.model.access', 'ir_model_access', jsonb_build_object(
				'name', m.model, 'model_id', id, 'group_id', who[i], 'active', true, 'perm_read', true, 'perm_write', settings, 'perm_create', false, 'perm_unlink', false));
		END LOOP;
	END LOOP;
	/* the related models first: an inverse is named by its id */
	FOR m IN SELECT * FROM cartona._ui_models() d ORDER BY d.model = 'x_cartona_overview' LOOP
		PERFORM cartona._ui_put_fields(m.model, cartona._ui_xmlid('__cartona__', 'ui_model_' || m.model));
	END LOOP;
	FOR m IN EXECUTE format('SELECT d.id, d.model FROM %I.ir_model d WHERE d.model IN (''sale.order'', ''product.template'', ''res.partner'')', cartona._ui_schema()) LOOP
		PERFORM cartona._ui_put_fields(m.model, m.id);
	END LOOP;
END
$$;
COMMENT ON FUNCTION cartona._ui_put_models() IS 'Write the models, who may read them, and all fields.';

CREATE FUNCTION cartona._ui_put_server(name text, label text, model text, code text, settings boolean) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	id integer;
	model_id integer;
BEGIN
	EXECUTE format('SELECT m.id FROM %I.ir_model m WHERE m.model = $1', cartona._ui_schema()) INTO STRICT model_id USING model;
	id := cartona._ui_put(name, 'ir.actions.server', 'ir_act_server', jsonb_build_object(
		'name', label, 'type', 'ir.actions.server', 'binding_type', 'action', 'binding_view_types', 'list,form', 'usage', 'ir_actions_server', 'state', 'code',
		'automated_name', cartona._ui_render(label, 'en_US'), 'sequence', 5, 'model_id', model_id, 'model_name', model, 'code', code,
		'update_m2m_operation', 'add', 'update_boolean_value', 'true', 'evaluation_type', 'value',
		'activity_date_deadline_range_type', 'days', 'activity_user_type', 'specific', 'activity_user_field_name', 'user_id'));
	PERFORM cartona._ui_groups('ir_act_server_group_rel', 'act_id', 'gid', id, cartona._ui_people(settings));
	RETURN id;
END
$$;
COMMENT ON FUNCTION cartona._ui_put_server(text, text, text, text, boolean) IS 'Write a server action.';

CREATE FUNCTION cartona._ui_put_view(part text, model text, inherit_id integer DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	arch text := cartona._ui_arch(part || '.xml');
BEGIN
	RETURN cartona._ui_put('ui_view_' || part, 'ir.ui.view', 'ir_ui_view', jsonb_build_object(
		'name', 'cartona.' || part, 'model', model, 'type', CASE WHEN inherit_id IS NOT NULL OR arch LIKE '<form%' THEN 'form' ELSE substring(arch FROM '^<(\w+)') END,
		'mode', CASE WHEN inherit_id IS NULL THEN 'primary' ELSE 'extension' END, 'inherit_id', inherit_id,
		'priority', CASE WHEN model LIKE 'x\_%' THEN 16 ELSE 99 END, 'active', true, 'arch_db', arch, 'arch_updated', false, 'customize_show', false));
END
$$;
COMMENT ON FUNCTION cartona._ui_put_view(text, text, integer) IS 'Write a view of Odoo''s.';

/* Tabs on Odoo's own forms; returns the forms that have no place for one. */
CREATE FUNCTION cartona._ui_put_tabs() RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	tab record;
	parent integer;
	fits boolean;
	left_out text;
BEGIN
	FOR tab IN SELECT * FROM (VALUES
		('order_tab', 'sale.order', 'sale', 'view_order_form'), ('product_tab', 'product.template', 'product', 'product_template_form_view'),
		('partner_tab', 'res.partner', 'base', 'view_partner_form')) v (part, model, module, view)
	LOOP
		parent := cartona._ui_xmlid(tab.module, tab.view);
		EXECUTE format('SELECT v.active AND v.model = $2 AND v.arch_db::text LIKE ''%%<notebook%%'' FROM %I.ir_ui_view v WHERE v.id = $1', cartona._ui_schema())
		INTO fits USING parent, tab.model;
		IF fits THEN
			PERFORM cartona._ui_put_view(tab.part, tab.model, parent);
		ELSE
			left_out := concat_ws(', ', left_out, tab.module || '.' || tab.view);
		END IF;
	END LOOP;
	RETURN left_out;
END
$$;
COMMENT ON FUNCTION cartona._ui_put_tabs() IS 'Write the tabs on Odoo''s own forms where these have a notebook.';

/* A list with its form: a window action, its views and its menu. */
CREATE FUNCTION cartona._ui_put_window(name text, label text, model text, help text, extra jsonb DEFAULT '{}') RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	list text := (SELECT d.list FROM cartona._ui_dialect() d);
	list_view integer := cartona._ui_put_view(name || '_list', model);
	search_view integer := cartona._ui_put_view(name || '_search', model);
	id integer;
BEGIN
	IF model LIKE 'x\_%' THEN
		PERFORM cartona._ui_put_view(name || '_form', model);
	END IF;
	id := cartona._ui_put('ui_window_' || name, 'ir.actions.act_window', 'ir_act_window', jsonb_build_object(
		'name', label, 'type', 'ir.actions.act_window', 'res_model', model, 'view_mode', list || ',form', 'view_id', list_view, 'search_view_id', search_view,
		'context', '{}', 'binding_type', 'action', 'binding_view_types', 'list,form', 'target', 'current', 'limit', 80, 'filter', false, 'cache', true,
		'help', format('<p class="o_view_nocontent_smiling_face">{{%s}}</p>', help)) || extra);
	PERFORM cartona._ui_groups('ir_act_window_group_rel', 'act_id', 'gid', id, cartona._ui_people(false));
	RETURN id;
END
$$;
COMMENT ON FUNCTION cartona._ui_put_window(text, text, text, text, jsonb) IS 'Write a list: its views and its window action.';

CREATE FUNCTION cartona._ui_put_menu(name text, label text, place integer, parent integer, action text, settings boolean, icon text DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	id integer;
BEGIN
	id := cartona._ui_put('ui_menu_' || name, 'ir.ui.menu', 'ir_ui_menu', jsonb_build_object(
		'name', label, 'sequence', place, 'active', true, 'parent_id', parent, 'action', action, 'web_icon', icon));
	EXECUTE format('UPDATE %I.ir_ui_menu SET parent_path = $1 WHERE id = $2', cartona._ui_schema()) USING concat_ws('/', parent, id) || '/', id;
	PERFORM cartona._ui_groups('ir_ui_menu_group_rel', 'menu_id', 'gid', id, cartona._ui_people(settings));
	RETURN id;
END
$$;
COMMENT ON FUNCTION cartona._ui_put_menu(text, text, integer, integer, text, boolean, text) IS 'Write a menu.';

CREATE FUNCTION cartona._ui_put_screens() RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	list text := (SELECT d.list FROM cartona._ui_dialect() d);
	b record;
	root integer;
	windows integer[];
	account record;
	code text;
	server integer;
BEGIN
	FOR b IN SELECT * FROM cartona._ui_buttons() LOOP
		PERFORM cartona._ui_put_server('ui_button_' || b.button, b.label, b.model,
			replace(cartona._ui_code('button.py'), '[[button]]', b.button), b.settings);
	END LOOP;
	root := cartona._ui_put_menu('root', '{{Cartona}}', 60, NULL, NULL, false, 'fa fa-exchange,#FFFFFF,#1B7F5C');
	FOR account IN SELECT * FROM (VALUES ('overview', '{{Overview}}', false, 1), ('config', '{{Configuration}}', true, 90)) v (name, label, settings, place) LOOP
		code := cartona._ui_code('open_account.py');
		code := replace(code, '[[form]]', cartona._ui_put_view(account.name || '_form', 'x_cartona_' || account.name)::text);
		code := replace(code, '[[list_id]]', cartona._ui_put_view(account.name || '_list', 'x_cartona_' || account.name)::text);
		code := replace(replace(code, '[[list]]', list), '[[name]]', cartona._ui_render(account.label, 'en_US'));
		code := replace(code, '[[names]]', (SELECT string_agg(format('''%s'': ''%s''', l, cartona._ui_render(account.label, l)), ', ') FROM unnest(cartona._ui_arabics()) l));
		server := cartona._ui_put_server('ui_open_' || account.name, account.label, 'x_cartona_' || account.name, code, account.settings);
		PERFORM cartona._ui_put_menu(account.name, account.label, account.place, root, 'ir.actions.server,' || server, account.settings);
	END LOOP;
	windows := ARRAY[
		cartona._ui_put_window('problem', '{{What needs a person}}', 'x_cartona_problem', 'Nothing needs a person'),
		cartona._ui_put_window('order', '{{Orders}}', 'sale.order', 'No order has come from Cartona yet', jsonb_build_object('domain', '[(''x_cartona_id'', ''!='', False)]', 'context', '{''create'': False}')),
		cartona._ui_put_window('product', '{{Products}}', 'product.template', 'No product',
			jsonb_build_object('domain', '[(''sale_ok'', ''='', True)]', 'context', '{''create'': False, ''search_default_mapped'': 1}')),
		cartona._ui_put_window('queue', '{{Queue}}', 'x_cartona_queue', 'Nothing waits to be sent'),
		cartona._ui_put_window('inbox', '{{Inbox}}', 'x_cartona_inbox', 'Nothing has been received from Cartona yet'),
		cartona._ui_put_window('log', '{{Log}}', 'x_cartona_log', 'Nothing has been exchanged with Cartona yet')];
	FOR b IN SELECT * FROM (VALUES (1, 'problem', '{{What needs a person}}'), (2, 'order', '{{Orders}}'), (3, 'product', '{{Products}}'), (4, 'queue', '{{Queue}}'),
		(5, 'inbox', '{{Inbox}}'), (6, 'log', '{{Log}}')) v (n, name, label) LOOP
		PERFORM cartona._ui_put_menu(b.name, b.label, b.n * 10, root, 'ir.actions.act_window,' || windows[b.n], false);
	END LOOP;
END
$$;
COMMENT ON FUNCTION cartona._ui_put_screens() IS 'Write the buttons, views, actions and menus.';
