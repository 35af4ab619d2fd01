/*
 * rows.sql: how a row of Odoo's own metadata is written, whatever its version.
 *
 * Odoo 14 to 19 differ in the columns of their ir_* tables and in how they keep
 * translations (rows of ir_translation until 15, jsonb with a key for each
 * language since).  _ui_put() looks into the catalog and hides that.  The texts
 * of the screens (forms/, python/) and their Arabic (arabic.tsv) are put into
 * the two tables below by the install script; they are no user data.
 *
 * Everything here runs as the owner of Odoo's tables (ui.c sees to it).
 */
CREATE TABLE cartona.ui_part (
	name text PRIMARY KEY,
	body text NOT NULL
);
COMMENT ON TABLE cartona.ui_part IS
'Texts of the screens in Odoo: forms and lists (XML), what buttons do (Python). Part of the extension, not of its data.';

CREATE TABLE cartona.ui_word (
	en text PRIMARY KEY,
	ar text NOT NULL
);
COMMENT ON TABLE cartona.ui_word IS
'Every word on the screens, in English and Arabic. Part of the extension, not of its data.';

CREATE TABLE cartona.ui_state (
	only_row      boolean PRIMARY KEY DEFAULT true CHECK (only_row),
	state         text NOT NULL CHECK (state IN ('installed', 'disabled', 'removing', 'removed')),
	wanted        boolean NOT NULL DEFAULT true,
	fingerprint   text,
	names         integer,
	left_out      text,
	signal_wanted boolean NOT NULL DEFAULT false,
	changed_at    timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE cartona.ui_state IS
'The screens in Odoo. state: installed; disabled (cartona.ui_disable()); removing (the rows are gone, the worker drops the rest once Odoo has noticed); removed. wanted: false after ui_disable() and ui_uninstall(), so that the worker leaves it so. No row: never installed. fingerprint: what was installed, and for which Odoo; names: how many of Odoo''s external ids are ours; left_out: parts for which Odoo had no place; signal_wanted: Odoo''s processes have still to be told.';

CREATE FUNCTION cartona._ui_schema() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
	WHERE c.relname = 'sale_order' AND c.relkind = 'r' AND n.nspname NOT LIKE 'pg\_temp%'
	ORDER BY n.nspname <> 'public', c.oid DESC LIMIT 1
$$;
COMMENT ON FUNCTION cartona._ui_schema() IS 'The schema of Odoo''s tables; null where there is no Odoo with sales.';

CREATE FUNCTION cartona._ui_has(tab text, col text DEFAULT NULL) RETURNS boolean
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT EXISTS (
		SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = cartona._ui_schema() AND c.relname = tab AND c.relkind IN ('r', 'v')
		AND (col IS NULL OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = col AND a.attnum > 0 AND NOT a.attisdropped)))
$$;
COMMENT ON FUNCTION cartona._ui_has(text, text) IS 'Has this Odoo the table (or view), and the column?';

/* The languages that get the Arabic texts: all of Odoo's Arabics, installed or not. */
CREATE FUNCTION cartona._ui_arabics() RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	codes text[];
BEGIN
	IF NOT cartona._ui_has('res_lang') THEN
		RETURN ARRAY['ar_001'];
	END IF;
	EXECUTE format('SELECT array_agg(code::text ORDER BY code) FROM %I.res_lang WHERE code LIKE ''ar\_%%'' OR code = ''ar''', cartona._ui_schema()) INTO codes;
	RETURN coalesce(codes, ARRAY['ar_001']);
END
$$;
COMMENT ON FUNCTION cartona._ui_arabics() IS 'The codes under which this Odoo knows Arabic.';

CREATE FUNCTION cartona._ui_say(en text, lang text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT coalesce((SELECT w.ar FROM cartona.ui_word w WHERE w.en = _ui_say.en AND lang LIKE 'ar%'), en)
$$;
COMMENT ON FUNCTION cartona._ui_say(text, text) IS 'A word of the screens in a language of Odoo''s: Arabic, or English as it stands.';

/* The words of a text are in {{double braces}}. */
CREATE FUNCTION cartona._ui_words(body text) RETURNS SETOF text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT DISTINCT m[1] FROM regexp_matches(body, '\{\{(.*?)\}\}', 'g') m
$$;
COMMENT ON FUNCTION cartona._ui_words(text) IS 'The words to be translated in a text of the screens.';

CREATE FUNCTION cartona._ui_render(body text, lang text) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	word text;
BEGIN
	FOR word IN SELECT * FROM cartona._ui_words(body) LOOP
		body := replace(body, '{{' || word || '}}', cartona._ui_say(word, lang));
	END LOOP;
	RETURN body;
END
$$;
COMMENT ON FUNCTION cartona._ui_render(text, text) IS 'A text of the screens with its words in one language.';

/* Odoo 14 and 15 keep translations in a table. */
CREATE FUNCTION cartona._ui_translate(model text, col text, id integer, body text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	odoo text := cartona._ui_schema();
BEGIN
	IF NOT cartona._ui_has('ir_translation') THEN
		RETURN;
	END IF;
	EXECUTE format('DELETE FROM %I.ir_translation t WHERE t.name = $1 AND t.res_id = $2 AND t.lang = ANY ($3)', odoo)
	USING model || ',' || col, id, cartona._ui_arabics();
	/* a view's or a help's terms are translated one by one, other texts as a whole */
	EXECUTE format('INSERT INTO %I.ir_translation (name, res_id, lang, type, src, value, module, state)'
		' SELECT $1, $2, l, CASE WHEN $4 THEN ''model_terms'' ELSE ''model'' END, w, cartona._ui_say(w, l), ''__cartona__'', ''translated'''
		' FROM cartona._ui_words($5) w, unnest($3) l', odoo)
	USING model || ',' || col, id, cartona._ui_arabics(), body NOT LIKE '{{%}}' OR body LIKE '%}}%{{%', body;
END
$$;
COMMENT ON FUNCTION cartona._ui_translate(text, text, integer, text) IS 'Odoo 14 and 15: the Arabic of a text that was written.';

/*
 * Write one row of Odoo's.  Known by its name in ir_model_data (module
 * __cartona__, noupdate: no update of a module touches it).  Keys the table has
 * no column for are left out; a text with words in it is written in all
 * languages where the column holds several.
 */
CREATE FUNCTION cartona._ui_put(name text, model text, tab text, vals jsonb) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	odoo text := cartona._ui_schema();
	now_utc text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS');
	row_id integer;
	col record;
	names text[] := '{}';
	exprs text[] := '{}';
	written jsonb := vals || jsonb_build_object('write_uid', 1, 'write_date', now_utc);
	lang text;
	val jsonb;
BEGIN
	EXECUTE format('SELECT t.id FROM %1$I.ir_model_data d JOIN %1$I.%2$I t ON t.id = d.res_id'
		' WHERE d.module = ''__cartona__'' AND d.name = $1 AND d.model = $2', odoo, tab)
	INTO row_id USING _ui_put.name, _ui_put.model;
	IF row_id IS NULL THEN
		written := written || jsonb_build_object('create_uid', 1, 'create_date', now_utc);
	END IF;

	FOR col IN
		SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type
		FROM pg_attribute a WHERE a.attrelid = format('%I.%I', odoo, tab)::regclass AND a.attnum > 0 AND NOT a.attisdropped
		AND written ? a.attname::text
	LOOP
		val := written -> col.attname::text;
		names := names || quote_ident(col.attname);
		IF jsonb_typeof(val) = 'string' AND val #>> '{}' LIKE '%{{%}}%' THEN
			IF col.type = 'jsonb' THEN
				val := jsonb_build_object('en_US', cartona._ui_render(val #>> '{}', 'en_US'));
				FOREACH lang IN ARRAY cartona._ui_arabics() LOOP
					val := val || jsonb_build_object(lang, cartona._ui_render(written ->> col.attname::text, lang));
				END LOOP;
			ELSE
				val := to_jsonb(cartona._ui_render(val #>> '{}', 'en_US'));
			END IF;
		ELSIF col.type = 'jsonb' AND jsonb_typeof(val) = 'string' THEN
			val := jsonb_build_object('en_US', val);
		END IF;
		exprs := exprs || format('%L::%s', val #>> '{}', col.type);
	END LOOP;

	IF row_id IS NULL THEN
		EXECUTE format('INSERT INTO %I.%I (%s) VALUES (%s) RETURNING id', odoo, tab, array_to_string(names, ', '), array_to_string(exprs, ', ')) INTO row_id;
	ELSE
		EXECUTE format('UPDATE %I.%I SET (%s) = ROW(%s) WHERE id = %s', odoo, tab, array_to_string(names, ', '), array_to_string(exprs, ', '), row_id);
	END IF;
	EXECUTE format('INSERT INTO %I.ir_model_data (module, name, model, res_id, noupdate, create_uid, create_date, write_uid, write_date)'
		' VALUES (''__cartona__'', $1, $2, $3, true, 1, $4, 1, $4)'
		' ON CONFLICT (module, name) DO UPDATE SET model = EXCLUDED.model, res_id = EXCLUDED.res_id, noupdate = true, write_date = EXCLUDED.write_date', odoo)
	USING _ui_put.name, _ui_put.model, row_id, now_utc::timestamp;

	FOR col IN SELECT e.key, e.value #>> '{}' AS body FROM jsonb_each(vals) e
		WHERE jsonb_typeof(e.value) = 'string' AND e.value #>> '{}' LIKE '%{{%}}%' LOOP
		PERFORM cartona._ui_translate(_ui_put.model, col.key, row_id, col.body);
	END LOOP;
	RETURN row_id;
END
$$;
COMMENT ON FUNCTION cartona._ui_put(text, text, text, jsonb) IS 'Write one row of Odoo''s metadata, known by its external id __cartona__.<name>; returns its id.';

CREATE FUNCTION cartona._ui_xmlid(module text, name text) RETURNS integer
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	id integer;
BEGIN
	EXECUTE format('SELECT d.res_id FROM %I.ir_model_data d WHERE d.module = $1 AND d.name = $2', cartona._ui_schema()) INTO id USING module, name;
	RETURN id;
END
$$;
COMMENT ON FUNCTION cartona._ui_xmlid(text, text) IS 'The id behind one of Odoo''s external ids; null where there is none.';

/* Exactly these groups on a menu, an action or a field. */
CREATE FUNCTION cartona._ui_groups(tab text, col text, group_col text, id integer, groups integer[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	EXECUTE format('DELETE FROM %I.%I WHERE %I = $1', cartona._ui_schema(), tab, col) USING id;
	EXECUTE format('INSERT INTO %I.%I (%I, %I) SELECT $1, g FROM unnest($2) g', cartona._ui_schema(), tab, col, group_col) USING id, groups;
END
$$;
COMMENT ON FUNCTION cartona._ui_groups(text, text, text, integer, integer[]) IS 'Give a menu, an action or a field exactly these groups.';
