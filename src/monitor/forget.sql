/*
 * forget.sql: the personal data of one retailer, on request.
 *
 * What is removed: what Cartona sent of him, wherever this extension has it.
 * What stays: that his orders were imported (so they never are again), which
 * customer he is in Odoo, and his id at Cartona.  Odoo's own tables are Odoo's.
 */

/* Texts of a person's that are long enough to be found by. */
CREATE FUNCTION cartona._personal_texts(VARIADIC said jsonb[]) RETURNS text[]
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT coalesce(array_agg(DISTINCT btrim(f.value)), '{}')
	FROM unnest(said) s (object), jsonb_each_text(CASE jsonb_typeof(s.object) WHEN 'object' THEN s.object ELSE '{}' END) f
	WHERE f.key NOT IN ('retailer_code', 'id', 'retailer_id') AND length(btrim(f.value)) >= 5
$$;
COMMENT ON FUNCTION cartona._personal_texts(jsonb[]) IS 'The names, numbers and addresses in what Cartona said of a retailer.';

CREATE FUNCTION cartona.forget(retailer text, account_id integer DEFAULT NULL, force boolean DEFAULT false) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	a cartona.account := cartona._account(account_id);
	code constant text := regexp_replace(retailer, '^retailer_', '');
	key constant text := 'retailer_' || code;
	rows bigint[];			/* inbox rows to be reduced */
	ids text[];				/* their orders */
	open_orders integer;
	texts text[];
	done jsonb;
	n integer;
BEGIN
	IF coalesce(code, '') = '' THEN
		RAISE EXCEPTION 'the retailer must not be null or empty'
			USING ERRCODE = 'null_value_not_allowed', HINT = 'Give his code at Cartona, as res_partner.cartona_id has it: retailer_<code>.';
	END IF;

	/* each row once, locked: the worker must not make an order of it meanwhile */
	WITH his AS MATERIALIZED (
		SELECT i.id FROM cartona.inbox i LEFT JOIN cartona.order_sync s ON s.account_id = i.account_id AND s.hashed_id = i.hashed_id
		WHERE i.account_id = a.id AND (s.retailer = key OR code = coalesce(nullif(btrim(i.payload #>> '{retailer,retailer_code}'), ''),
			nullif(btrim(i.payload #>> '{retailer,id}'), ''), nullif(btrim(i.payload #>> '{retailer,retailer_id}'), '')))),
	locked AS MATERIALIZED (
		SELECT i.* FROM cartona.inbox i WHERE i.id IN (SELECT h.id FROM his h) ORDER BY i.id FOR UPDATE),
	judged AS (
		SELECT l.id, l.hashed_id, l.payload, forget.force OR cartona._is_over(l.state, l.order_id, s.known_status, greatest(l.seen_at, s.known_at)) AS over
		FROM locked l LEFT JOIN cartona.order_sync s ON s.account_id = l.account_id AND s.hashed_id = l.hashed_id)
	SELECT coalesce(array_agg(j.id) FILTER (WHERE j.over), '{}'), coalesce(array_agg(j.hashed_id) FILTER (WHERE j.over), '{}'),
		count(*) FILTER (WHERE NOT j.over), cartona._personal_texts(VARIADIC coalesce(array_agg(j.payload -> 'retailer') FILTER (WHERE j.over), '{}'))
	INTO rows, ids, open_orders, texts FROM judged j;
	IF rows = '{}' AND open_orders = 0 AND NOT EXISTS (SELECT FROM cartona.customer c WHERE c.account_id = a.id AND c.cartona_id = key) THEN
		RAISE EXCEPTION 'nothing is known of retailer "%"', code
			USING ERRCODE = 'no_data_found', HINT = 'Give his code at Cartona, as res_partner.cartona_id has it: retailer_<code>.';
	END IF;

	IF open_orders = 0 THEN
		texts := texts || cartona._personal_texts((SELECT c.sent FROM cartona.customer c WHERE c.account_id = a.id AND c.cartona_id = key));
	END IF;

	/* An order that was not imported would never be: with its data gone it is as if a clerk had deleted it. */
	UPDATE cartona.inbox i SET payload = cartona._kept(i.payload, 'facts'), kept = 'facts', error = NULL, missing = NULL,
		note = CASE WHEN i.state IN ('applied', 'deleted') THEN NULL ELSE 'its retailer was forgotten before it was imported' END,
		state = CASE WHEN i.order_id IS NOT NULL AND i.state <> 'deleted' THEN 'applied' WHEN i.state = 'applied' THEN 'applied' ELSE 'deleted' END
	WHERE i.id = ANY (rows) AND (i.kept <> 'facts' OR i.note IS NOT NULL OR i.error IS NOT NULL);
	GET DIAGNOSTICS n = ROW_COUNT;
	done := jsonb_build_object('orders', n, 'orders_left', open_orders);

	PERFORM cartona._forget_otp(i.order_id) FROM cartona.inbox i WHERE i.id = ANY (rows) AND i.order_id IS NOT NULL;

	/* What a draft is compared by is of no use any more. */
	UPDATE cartona.order_sync s SET problem = NULL, head = s.head - '{said,note,address,standing}'::text[], lines = cartona._lines_kept(s.lines)
	WHERE s.account_id = a.id AND s.hashed_id = ANY (ids);

	/* what Odoo still has to do with an order goes on, without the reason that Cartona gave */
	UPDATE cartona.odoo_task t SET result = NULL,
		arg = CASE WHEN t.state = 'new' AND t.kind NOT IN ('customer', 'create') THEN t.arg - 'reason' ELSE '{}' END,
		state = CASE WHEN t.state = 'new' AND t.kind NOT IN ('customer', 'create') THEN 'new' ELSE 'done' END,
		done_at = CASE WHEN t.state = 'new' AND t.kind NOT IN ('customer', 'create') THEN NULL ELSE coalesce(t.done_at, now()) END
	WHERE t.account_id = a.id AND t.hashed_id = ANY (ids)
		AND (t.result IS NOT NULL OR CASE WHEN t.state = 'new' AND t.kind NOT IN ('customer', 'create') THEN t.arg ? 'reason' ELSE t.arg <> '{}' END);
	GET DIAGNOSTICS n = ROW_COUNT;
	done := done || jsonb_build_object('tasks', n);

	UPDATE cartona.event e SET reason = NULL WHERE e.account_id = a.id AND e.hashed_id = ANY (ids) AND e.reason IS NOT NULL;
	GET DIAGNOSTICS n = ROW_COUNT;
	done := done || jsonb_build_object('events', n);

	UPDATE cartona.delivery d SET last_error = 'removed by cartona.forget()'
	WHERE d.account_id = a.id AND d.hashed_id = ANY (ids) AND d.last_error <> 'removed by cartona.forget()';
	UPDATE cartona.dead_letter l SET error = 'removed by cartona.forget()'
	WHERE l.account_id = a.id AND l.kind = 'order' AND l.ref = ANY (ids) AND l.error <> 'removed by cartona.forget()';
	GET DIAGNOSTICS n = ROW_COUNT;
	done := done || jsonb_build_object('dead_letters', n);

	UPDATE cartona.log l SET message = NULL
	WHERE l.account_id = a.id AND l.message IS NOT NULL AND (l.ref = ANY (ids) OR l.refs && ids
		OR EXISTS (SELECT FROM unnest(texts) t (text) WHERE strpos(l.message, t.text) > 0));
	GET DIAGNOSTICS n = ROW_COUNT;
	done := done || jsonb_build_object('log', n);

	/* A page is others' as well: which orders were on it is known to Cartona, and it was pulled again. */
	UPDATE cartona.inbox_page p SET body = NULL
	WHERE p.account_id = a.id AND p.body IS NOT NULL AND (
		EXISTS (SELECT FROM unnest(texts || ids) t (text) WHERE strpos(p.body, t.text) > 0)
		OR code ~ '^[[:alnum:]_-]+$' AND p.body ~ ('"(retailer_code|retailer_id)"\s*:\s*"?' || code || '"?\s*[,}]'));
	GET DIAGNOSTICS n = ROW_COUNT;
	done := done || jsonb_build_object('pages', n);

	IF open_orders = 0 THEN
		UPDATE cartona.customer c SET sent = '{}' WHERE c.account_id = a.id AND c.cartona_id = key AND c.sent <> '{}';
		GET DIAGNOSTICS n = ROW_COUNT;
	ELSE
		n := 0;
	END IF;
	RETURN done || jsonb_build_object('customers', n,
		'odoo_partners', (SELECT coalesce(jsonb_agg(DISTINCT p.id), '[]') FROM cartona.customer c, unnest(ARRAY[c.partner_id, c.address_id]) p (id)
			WHERE c.account_id = a.id AND c.cartona_id = key AND p.id IS NOT NULL));
END
$$;
COMMENT ON FUNCTION cartona.forget(text, integer, boolean) IS
'Remove the personal data of a retailer (his code at Cartona, with or without "retailer_"): names, phones, addresses, emails, one-time passwords and notes in inbox, inbox_page, customer, odoo_task, event, delivery, dead_letter and log. That his orders were imported stays known, so they never are again. Orders that are not over are left (orders_left): call again when they are; force => true takes them too: one that is not in Odoo yet will not be imported, one that is follows Cartona no more but for its status. Returns how many rows of each were changed, and odoo_partners: the customer and his delivery address in Odoo, which are Odoo''s to anonymise. A new order of his brings new data.';
