/*
 * translate.sql: what the extension said in English, for who reads Arabic.
 *
 * Problems and errors are kept in English, once, as whoever looks after the
 * database reads them in cartona.problem.  In Odoo they are shown to clerks:
 * each sentence is found again in the list of sentences (arabic.tsv, and words.c
 * for those that the chatter says), and said in Arabic with the same parts.
 * What is not in the list, Cartona's own words for instance, stays as it is.
 *
 * An error that was kept is its message, its detail in brackets, and its hint:
 * each is looked for by itself.
 *
 * Neighbours: actions.sql and python/translate.py call _ui_translate(), in Odoo's
 * own transaction, as Odoo's role.  Nothing is kept, and no text makes it fail.
 */
CREATE FUNCTION cartona._words() RETURNS text[]
LANGUAGE c IMMUTABLE AS 'MODULE_PATHNAME', 'cartona_sql_words';
COMMENT ON FUNCTION cartona._words() IS 'What people read about orders, in pairs: English, Arabic. {1} is the first part.';

/* Of each sentence: its Arabic for format(), what LIKE finds it by (regular expressions are dear), how it is recognized, its parts in their order, and how much of it is its own. */
CREATE FUNCTION cartona._ui_sentences(OUT ar text, OUT shape text, OUT pattern text, OUT parts integer[], OUT weight integer) RETURNS SETOF record
LANGUAGE sql STABLE ROWS 200 SET search_path = pg_catalog, pg_temp AS $$
	WITH words AS (SELECT cartona._words() AS w),
	said AS (
		SELECT d.en, d.ar FROM cartona.ui_word d
		UNION ALL SELECT w[2 * i - 1], w[2 * i] FROM words, generate_series(1, cardinality(w) / 2) i)
	SELECT regexp_replace(replace(s.ar, '%', '%%'), '\{(\d)\}', '%\1$s', 'g'), regexp_replace(regexp_replace(s.en, '([\\%_])', '\\\1', 'g'), '\{\d\}', '%', 'g'),
		'^' || regexp_replace(regexp_replace(s.en, '([][\\.^$*+?()|])', '\\\1', 'g'), '\{\d\}', '(.+?)', 'g') || '$',
		ARRAY(SELECT m[1]::integer FROM regexp_matches(s.en, '\{(\d)\}', 'g') m),
		length(regexp_replace(s.en, '\{\d\}', '', 'g'))
	FROM said s
	/* "{1} is {2}" would find itself in everything */
	WHERE length(regexp_replace(regexp_replace(s.en, '\{\d\}', '', 'g'), '\W', '', 'g')) >= 4
$$;
COMMENT ON FUNCTION cartona._ui_sentences() IS 'The sentences that can be said in Arabic; weight: how many of its letters are its own.';

CREATE FUNCTION cartona._ui_in_arabic(said text, ar text[], shape text[], pattern text[], parts jsonb[], depth integer) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	n integer;
	found text[];
	before text;
	after text;
	args text[] := array_fill(''::text, ARRAY[9]);
	halves text[];
BEGIN
	/* nothing of ours nests deeper, or is that long */
	IF said IS NULL OR depth > 6 OR length(said) > 4000 THEN
		RETURN said;
	END IF;
	/* one word is a sentence in the log only ("applied"), and no part of another one */
	IF strpos(said, ' ') = 0 THEN
		n := CASE WHEN depth = 0 THEN array_position(pattern, '^' || said || '$') END;
		RETURN CASE WHEN n IS NULL THEN said ELSE ar[n] END;
	END IF;
	SELECT s.n INTO n FROM unnest(shape, pattern) WITH ORDINALITY s (shape, pattern, n) WHERE said LIKE s.shape AND said ~ s.pattern ORDER BY s.n LIMIT 1;
	IF n IS NOT NULL THEN
		found := regexp_match(said, pattern[n]);
		FOR i IN 1 .. jsonb_array_length(parts[n]) LOOP
			args[(parts[n] ->> (i - 1))::integer] := cartona._ui_in_arabic(found[i], ar, shape, pattern, parts, depth + 1);
		END LOOP;
		RETURN format(ar[n], VARIADIC args);
	END IF;
	/* with a hint: a sentence with a full stop; with a detail */
	IF right(said, 1) = '.' THEN
		SELECT regexp_match(said, '^(.+?) (' || substr(s.pattern, 2, length(s.pattern) - 2) || ')$') INTO found FROM unnest(shape, pattern) WITH ORDINALITY s (shape, pattern, n)
		WHERE said LIKE '% ' || s.shape AND substr(s.pattern, 2) ~ '^[A-Z]' AND right(s.pattern, 3) = '\.$' AND said ~ ('^.+ ' || substr(s.pattern, 2)) ORDER BY s.n LIMIT 1;
		IF found IS NOT NULL THEN
			RETURN cartona._ui_in_arabic(found[1], ar, shape, pattern, parts, depth + 1) || ' ' || cartona._ui_in_arabic(found[2], ar, shape, pattern, parts, depth + 1);
		END IF;
	END IF;
	found := regexp_match(said, '^([^(]+) \((.+)\)$');
	IF found IS NOT NULL THEN
		RETURN format('%s (%s)', cartona._ui_in_arabic(found[1], ar, shape, pattern, parts, depth + 1), cartona._ui_in_arabic(found[2], ar, shape, pattern, parts, depth + 1));
	END IF;
	/* several, or one with its reason */
	FOREACH halves SLICE 1 IN ARRAY ARRAY[['; ', '؛ '], [': ', ': ']] LOOP
		n := strpos(said, halves[1]);
		IF n > 1 THEN
			before := cartona._ui_in_arabic(left(said, n - 1), ar, shape, pattern, parts, depth + 1);
			after := cartona._ui_in_arabic(substr(said, n + 2), ar, shape, pattern, parts, depth + 1);
			RETURN before || CASE before || halves[1] || after WHEN said THEN halves[1] ELSE halves[2] END || after;
		END IF;
	END LOOP;
	RETURN said;
END
$$;
COMMENT ON FUNCTION cartona._ui_in_arabic(text, text[], text[], text[], jsonb[], integer) IS 'One text in Arabic, as far as its sentences are known; part of _ui_translate().';

CREATE FUNCTION cartona._ui_translate(said text[], lang text) RETURNS text[]
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	ar text[];
	shape text[];
	pattern text[];
	parts jsonb[];
BEGIN
	IF lang IS NULL OR lang NOT LIKE 'ar%' OR cardinality(said) = 0 THEN
		RETURN said;
	END IF;
	SELECT array_agg(s.ar ORDER BY s.weight DESC, s.pattern), array_agg(s.shape ORDER BY s.weight DESC, s.pattern),
		array_agg(s.pattern ORDER BY s.weight DESC, s.pattern), array_agg(to_jsonb(s.parts) ORDER BY s.weight DESC, s.pattern)
		INTO ar, shape, pattern, parts FROM cartona._ui_sentences() s;
	/* lists say the same again and again */
	RETURN ARRAY(SELECT o.said FROM unnest(said) WITH ORDINALITY u (t, n)
		LEFT JOIN (SELECT d.t, cartona._ui_in_arabic(d.t, ar, shape, pattern, parts, 0) AS said FROM (SELECT DISTINCT t FROM unnest(said) t) d OFFSET 0) o ON o.t = u.t ORDER BY u.n);
END
$$;
COMMENT ON FUNCTION cartona._ui_translate(text[], text) IS 'Texts that the extension wrote, in a language of Odoo''s: Arabic, or as they stand.';
