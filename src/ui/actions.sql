/*
 * actions.sql: what the fields show and the buttons do.
 *
 * Called by the texts in python/, in Odoo's own transaction, as Odoo's role.
 * A button only asks for something; the worker does it after the commit.  No
 * error leaves a button: what is wrong is said in plain words.
 */
CREATE FUNCTION cartona._ui_value_order(field text, ids integer[]) RETURNS TABLE (id integer, value text)
LANGUAGE plpgsql STABLE ROWS 80 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN QUERY
	SELECT DISTINCT ON (s.order_id) s.order_id, CASE field
		WHEN 'x_cartona_account' THEN (SELECT a.name FROM cartona.account a WHERE a.id = s.account_id)
		WHEN 'x_cartona_status' THEN s.known_status
		WHEN 'x_cartona_synced' THEN to_char(greatest(s.known_at, s.sent_at, s.acked_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
		WHEN 'x_cartona_problem' THEN concat_ws('; ', s.problem,
			CASE WHEN cartona._still_waits(s.known_status) THEN s.waiting END, (SELECT string_agg(l.error, '; ' ORDER BY l.id) FROM cartona.dead_letter l
			WHERE l.account_id = s.account_id AND l.kind = 'order' AND l.subject = s.order_id))
		ELSE (SELECT i.payload ->> CASE field WHEN 'x_cartona_total' THEN 'total_price' WHEN 'x_cartona_credit' THEN 'cartona_credit'
				WHEN 'x_cartona_installment' THEN 'installment_cost' WHEN 'x_cartona_top_up' THEN 'wallet_top_up' END
			FROM cartona.inbox i WHERE i.account_id = s.account_id AND i.hashed_id = s.hashed_id)
		END
	FROM cartona.order_sync s WHERE s.order_id = ANY (ids)
	ORDER BY s.order_id, s.ordered_at DESC NULLS LAST;
END
$$;
COMMENT ON FUNCTION cartona._ui_value_order(text, integer[]) IS 'What a field of the Cartona tab shows for these sales orders.';

/* Of a template with several variants or listings: each that differs, in the order of the variants. */
CREATE FUNCTION cartona._ui_value_product(field text, ids integer[]) RETURNS TABLE (id integer, value text)
LANGUAGE plpgsql STABLE ROWS 80 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN QUERY EXECUTE format($q$
		SELECT v.product_tmpl_id, CASE $1
			WHEN 'x_cartona_price' THEN string_agg(DISTINCT trim_scale(s.price)::text, ', ')
			WHEN 'x_cartona_stock' THEN string_agg(DISTINCT CASE WHEN s.unlimited THEN '∞' ELSE s.stock::text END, ', ')
			WHEN 'x_cartona_accepted' THEN to_char(max(s.accepted_at) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
			WHEN 'x_cartona_error' THEN string_agg(DISTINCT coalesce(l.error, d.last_error), '; ')
			END
		FROM %I.product_product v
		LEFT JOIN cartona.product_sync s ON $1 <> 'x_cartona_error' AND s.product_id = v.id AND s.account_id IN (SELECT a.id FROM cartona.account a)
		LEFT JOIN cartona.dead_letter l ON $1 = 'x_cartona_error' AND l.kind = 'product' AND l.subject = v.id AND l.account_id IN (SELECT a.id FROM cartona.account a)
		LEFT JOIN cartona.delivery d ON $1 = 'x_cartona_error' AND d.kind = 'product' AND d.subject = v.id AND d.account_id IN (SELECT a.id FROM cartona.account a)
		WHERE v.product_tmpl_id = ANY ($2) GROUP BY v.product_tmpl_id$q$, cartona._ui_schema()) USING field, ids;
END
$$;
COMMENT ON FUNCTION cartona._ui_value_product(text, integer[]) IS 'What a field of the Cartona tab shows for these product templates.';

/* What cartona.status and the worker say, without SQL in the words. */
CREATE FUNCTION cartona._ui_reason(said text, lang text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT CASE
		WHEN said LIKE 'no token%' THEN cartona._ui_say('The API token is missing: enter the one that Cartona gave you.', lang)
		WHEN said LIKE 'disabled:%' THEN cartona._ui_say('The account is disabled.', lang)
		WHEN said LIKE 'the URL is missing%' OR said LIKE '%URL is not set%' THEN cartona._ui_say('The API URL is missing or wrong.', lang)
		WHEN said LIKE 'this database is a copy%' THEN cartona._ui_say('This database is a copy of the one the account was enabled in. Only where the original is gone: enter the token and enable it.', lang)
		WHEN said = 'Odoo neutralized this database' THEN cartona._ui_say('Odoo neutralized this database.', lang)
		WHEN said LIKE 'the worker is %' THEN cartona._ui_say('The worker in the database server does not run.', lang) || ' ' || said
		WHEN said LIKE '%SELECT cartona.attach()' THEN cartona._ui_say('The extension has not found its place in Odoo yet. Try again in a minute.', lang)
		WHEN said IN ('waiting for the worker', 'asking Cartona') THEN cartona._ui_say('Cartona is being asked. The result will be on this form: load it again.', lang)
		WHEN said ~ '^ok: Cartona answered in \d+ ms$' THEN format(cartona._ui_say('OK: Cartona answered in %s ms', lang), substring(said FROM '\d+'))
		WHEN said LIKE 'failed: %' THEN cartona._ui_say('It failed:', lang) || ' ' || substr(said, 9)
		ELSE said END
$$;
COMMENT ON FUNCTION cartona._ui_reason(text, text) IS 'What the worker says, in words for a person in Odoo.';

CREATE FUNCTION cartona._ui_value_account(field text, ids integer[], lang text) RETURNS TABLE (id integer, value text)
LANGUAGE plpgsql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN QUERY
	SELECT s.account_id, cartona._ui_reason(CASE field WHEN 'x_reason' THEN s.reason ELSE s.last_check_result END, lang)
	FROM cartona._ui_status() s WHERE s.account_id = ANY (ids);
END
$$;
COMMENT ON FUNCTION cartona._ui_value_account(text, integer[], text) IS 'What a field of the overview or the configuration says, in somebody''s language.';

/* Problems are found as the screens found them: by the ids of their view. */
CREATE FUNCTION cartona._ui_picked_problems(ids integer[]) RETURNS TABLE (shown_id integer, account_id integer, kind text, id bigint, subject text)
LANGUAGE plpgsql STABLE ROWS 80 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	RETURN QUERY EXECUTE format('SELECT p.id, p.x_account_id, p.x_kind::text, p.x_number::bigint, p.x_name::text FROM %I.x_cartona_problem p WHERE p.id = ANY ($1)',
		cartona._ui_schema()) USING ids;
END
$$;
COMMENT ON FUNCTION cartona._ui_picked_problems(integer[]) IS 'The rows of cartona.problem behind these ids of the screens.';

CREATE FUNCTION cartona._ui_value_problem(ids integer[], lang text) RETURNS TABLE (id integer, value text)
LANGUAGE sql STABLE ROWS 80 SET search_path = pg_catalog, pg_temp AS $$
	SELECT p.shown_id, cartona._ui_say(CASE
		WHEN p.kind = 'dead letter' THEN 'Mend the cause, then press Try again.'
		WHEN p.kind IN ('order not imported', 'order not changed') THEN 'Mend the cause, then press Try again; it is also tried again by itself.'
		WHEN p.kind = 'order' THEN 'Look at the order in Odoo and at Cartona. Try again takes it off this list.'
		WHEN p.kind = 'unreadable answer' THEN 'Look at it in the inbox. Try again deletes it.'
		WHEN p.kind = 'not delivered' THEN 'Cartona or the network is at fault; it is tried again by itself.'
		WHEN p.kind = 'waiting' THEN 'Do what the problem says; then it goes by itself.'
		WHEN p.kind = 'event without order' THEN 'Look for the order at Cartona. Try again forgets what Cartona said.'
		WHEN p.kind = 'unmapped product' THEN 'Enter the Cartona id on the product; its orders then come by themselves.'
		WHEN p.kind = 'no answer' THEN 'Look at the network, or ask Cartona; everything waits, and goes on by itself.'
		WHEN p.kind = 'Odoo task' THEN 'Mend the cause, then press Try again.'
		WHEN p.kind = 'webhook refused' THEN 'If Cartona called, its secret is another one than here: whoever looks after the database server sets the same on both sides. It goes away by itself with the next right call.'
		ELSE 'See the reason.' END, lang)
	FROM cartona._ui_picked_problems(ids) p
$$;
COMMENT ON FUNCTION cartona._ui_value_problem(integer[], text) IS 'What to do about problems, in somebody''s language.';

CREATE FUNCTION cartona._ui_value(model text, field text, ids integer[], lang text) RETURNS TABLE (id integer, value text)
LANGUAGE plpgsql STABLE ROWS 80 SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	IF model IN ('x_cartona_overview', 'x_cartona_config') THEN
		RETURN QUERY SELECT v.id, v.value FROM cartona._ui_value_account(field, ids, lang) v;
	ELSIF model = 'x_cartona_problem' THEN
		RETURN QUERY SELECT v.id, v.value FROM cartona._ui_value_problem(ids, lang) v;
	ELSIF model IN ('sale.order', 'product.template') THEN
		RETURN QUERY EXECUTE format($q$
			WITH shown AS (SELECT array_agg(v.id) AS ids, array_agg(nullif(v.value, '')) AS said FROM cartona.%I($1, $2) v)
			SELECT v.id, v.value FROM shown s, unnest(s.ids, CASE WHEN $1 IN ('x_cartona_problem', 'x_cartona_error') THEN cartona._ui_translate(s.said, $3) ELSE s.said END) v (id, value)$q$,
			CASE model WHEN 'sale.order' THEN '_ui_value_order' ELSE '_ui_value_product' END) USING field, ids, lang;
	END IF;
END
$$;
COMMENT ON FUNCTION cartona._ui_value(text, text, integer[], text) IS 'What a field that the database knows shows for these records of Odoo''s; called by the field itself.';

CREATE FUNCTION cartona._ui_open(model text, id bigint, lang text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	there boolean := false;
BEGIN
	IF model IS NOT NULL AND id IS NOT NULL THEN
		EXECUTE format('SELECT EXISTS (SELECT FROM %I.%I t WHERE t.id = $1)', cartona._ui_schema(), replace(model, '.', '_')) INTO there USING id;
	END IF;
	IF NOT there THEN
		RETURN jsonb_build_object('type', 'warning', 'message', cartona._ui_say('There is nothing in Odoo to open for this.', lang));
	END IF;
	RETURN jsonb_build_object('action', jsonb_build_object('type', 'ir.actions.act_window', 'res_model', model, 'res_id', id, 'view_mode', 'form',
		'views', jsonb_build_array(jsonb_build_array(false, 'form')), 'target', 'current'));
END
$$;
COMMENT ON FUNCTION cartona._ui_open(text, bigint, text) IS 'The action that opens a record of Odoo''s, or a message where it is not there.';

/* The buttons on the account. */
CREATE FUNCTION cartona._ui_press_account(button text, account integer, lang text) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	since text := to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US');
BEGIN
	CASE button
		WHEN 'check' THEN
			PERFORM cartona.test_connection(account);
			RETURN jsonb_build_object('wait', since, 'type', 'info', 'message', cartona._ui_say('Cartona is being asked. The result will be on this form: load it again.', lang));
		WHEN 'pull', 'pull_config' THEN
			IF NOT EXISTS (SELECT FROM cartona.account a WHERE a.id = account AND a.active) THEN
				RETURN jsonb_build_object('type', 'warning', 'message', cartona._ui_say('The account is disabled: enable it first.', lang));
			END IF;
			PERFORM cartona.pull_orders(account);
			RETURN jsonb_build_object('wait', since, 'type', 'info', 'message', cartona._ui_say('New orders are being pulled. They will be under Orders.', lang));
		WHEN 'full' THEN
			IF NOT EXISTS (SELECT FROM cartona.account a WHERE a.id = account AND a.active) THEN
				RETURN jsonb_build_object('type', 'warning', 'message', cartona._ui_say('The account is disabled: enable it first.', lang));
			END IF;
			PERFORM cartona.sync_all_products(account);
			RETURN jsonb_build_object('message', cartona._ui_say('All products are being sent.', lang));
		WHEN 'enable' THEN
			PERFORM cartona.enable(account);
			RETURN jsonb_build_object('message', cartona._ui_say('The account is enabled. What differs is being sent.', lang));
		WHEN 'release' THEN
			PERFORM cartona.enable(account, true);
			RETURN jsonb_build_object('message', cartona._ui_say('The held products are being sent.', lang));
		WHEN 'disable' THEN
			PERFORM cartona.disable(account);
			RETURN jsonb_build_object('message', cartona._ui_say('The account is disabled. Nothing is sent or pulled any more.', lang));
		WHEN 'again_all' THEN
			PERFORM cartona.retry();
			RETURN jsonb_build_object('message', cartona._ui_say('Everything that waits or was refused is being tried again.', lang));
	END CASE;
END
$$;
COMMENT ON FUNCTION cartona._ui_press_account(text, integer, text) IS 'A button of the overview or the configuration was pressed.';

/* "Send again" in the queue: ids are those of view x_cartona_queue. */
CREATE FUNCTION cartona._ui_press_queue(ids integer[], lang text) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	letter record;
	n integer := 0;
	due integer;
BEGIN
	FOR letter IN SELECT l.id FROM cartona.dead_letter l WHERE (1073741824 + l.id % 536870912)::integer = ANY (ids) ORDER BY l.id LOOP
		n := n + cartona.retry(letter.id);
	END LOOP;
	UPDATE cartona.delivery d SET due_at = now() WHERE (536870912 + d.id % 536870912)::integer = ANY (ids) AND d.leased_until IS NULL AND d.due_at > now();
	GET DIAGNOSTICS due = ROW_COUNT;
	PERFORM cartona._wake();
	IF n + due = 0 THEN
		RETURN jsonb_build_object('type', 'info', 'message', cartona._ui_say('Nothing is left to be sent again: it is on its way, or done.', lang));
	END IF;
	RETURN jsonb_build_object('message', cartona._ui_say('It is being sent again.', lang));
END
$$;
COMMENT ON FUNCTION cartona._ui_press_queue(integer[], text) IS '"Send again" was pressed for rows of the queue.';

CREATE FUNCTION cartona._ui_press_inbox(ids integer[], lang text) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	i record;
	n integer := 0;
BEGIN
	FOR i IN SELECT b.hashed_id, b.account_id FROM cartona.inbox b WHERE (b.id % 1073741824)::integer = ANY (ids) LOOP
		PERFORM cartona.retry_order(i.hashed_id, i.account_id);
		n := n + 1;
	END LOOP;
	IF n = 0 THEN
		RETURN jsonb_build_object('type', 'warning', 'message', cartona._ui_say('This could not be read as an order: there is nothing to try again.', lang));
	END IF;
	RETURN jsonb_build_object('message', cartona._ui_say('The order is being looked at again.', lang));
END
$$;
COMMENT ON FUNCTION cartona._ui_press_inbox(integer[], text) IS '"Try again" was pressed for rows of the inbox.';

/* "Try again" among the problems: what helps depends on the kind. */
CREATE FUNCTION cartona._ui_press_problem(ids integer[], lang text) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	p record;
	odd boolean := false;
BEGIN
	FOR p IN SELECT * FROM cartona._ui_picked_problems(ids) LOOP
		CASE p.kind
			WHEN 'dead letter' THEN PERFORM cartona.retry(p.id);
			WHEN 'order not imported', 'order not changed' THEN PERFORM cartona.retry_order(p.subject, p.account_id);
			WHEN 'order', 'event without order' THEN PERFORM cartona.resolve(p.subject, p.account_id);
			WHEN 'waiting' THEN PERFORM cartona.sync_status_to_marketplace(ARRAY[p.id::integer]);
			WHEN 'Odoo task' THEN PERFORM cartona.retry_task(p.id);
			WHEN 'unreadable answer' THEN DELETE FROM cartona.inbox_page g WHERE g.id = p.id;
			WHEN 'not delivered' THEN
				UPDATE cartona.delivery d SET due_at = now() WHERE d.id = p.id AND d.leased_until IS NULL;
				PERFORM cartona._wake();
			ELSE odd := true;
		END CASE;
	END LOOP;
	IF odd THEN
		RETURN jsonb_build_object('type', 'info', 'sticky', true, 'message', cartona._ui_say('This goes away by itself when its cause is mended. The configuration says what it is.', lang));
	END IF;
	RETURN jsonb_build_object('message', cartona._ui_say('Done: it is tried again, or taken off the list.', lang));
END
$$;
COMMENT ON FUNCTION cartona._ui_press_problem(integer[], text) IS '"Try again" was pressed for problems.';

CREATE FUNCTION cartona._ui_press_open(button text, picked integer, lang text) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	q record;
BEGIN
	CASE button
		WHEN 'queue_open' THEN
			EXECUTE format('SELECT CASE WHEN x_kind IN (''order'', ''ack'', ''order_level'', ''order_products'') THEN ''sale.order'' WHEN x_kind = ''product'' THEN ''product.product'''
				' WHEN x_kind = ''template'' THEN ''product.template'' END AS model, x_record AS id FROM %I.x_cartona_queue WHERE id = $1', cartona._ui_schema()) INTO q USING picked;
		WHEN 'inbox_open' THEN
			SELECT 'sale.order' AS model, i.order_id AS id INTO q FROM cartona.inbox i WHERE (i.id % 1073741824)::integer = picked;
		WHEN 'problem_open' THEN
			SELECT * INTO q FROM cartona._ui_picked_problems(ARRAY[picked]);
			IF q.kind IN ('dead letter', 'not delivered') THEN
				SELECT CASE d.kind WHEN 'order' THEN 'sale.order' ELSE 'product.product' END AS model, d.subject AS id INTO q
				FROM (SELECT l.kind, l.subject FROM cartona.dead_letter l WHERE q.kind = 'dead letter' AND l.id = q.id
					UNION ALL SELECT v.kind, v.subject FROM cartona.delivery v WHERE q.kind = 'not delivered' AND v.id = q.id) d;
			ELSE
				SELECT 'sale.order' AS model, i.order_id AS id INTO q FROM cartona.inbox i WHERE i.account_id = q.account_id AND i.hashed_id = q.subject;
			END IF;
	END CASE;
	RETURN cartona._ui_open(q.model, q.id, lang);
END
$$;
COMMENT ON FUNCTION cartona._ui_press_open(text, integer, text) IS '"Open" was pressed: what Odoo has of it.';

CREATE FUNCTION cartona._ui_press(button text, ids integer[], lang text) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	hint text;
BEGIN
	IF coalesce(array_length(ids, 1), 0) = 0 THEN
		RETURN jsonb_build_object('type', 'warning', 'message', cartona._ui_say('Nothing is selected.', lang));
	END IF;
	CASE button
		WHEN 'queue_again' THEN RETURN cartona._ui_press_queue(ids, lang);
		WHEN 'inbox_again' THEN RETURN cartona._ui_press_inbox(ids, lang);
		WHEN 'problem_again' THEN RETURN cartona._ui_press_problem(ids, lang);
		WHEN 'queue_open', 'inbox_open', 'problem_open' THEN RETURN cartona._ui_press_open(button, ids[1], lang);
		WHEN 'product_send' THEN
			PERFORM cartona.sync_products_to_marketplace(ids);
			RETURN jsonb_build_object('message', cartona._ui_say('Price and stock are being sent.', lang));
		ELSE RETURN cartona._ui_press_account(button, ids[1], lang);
	END CASE;
EXCEPTION WHEN OTHERS THEN
	/* a serialization failure is Odoo's to repeat */
	IF sqlstate LIKE '40%' OR sqlstate = '55P03' THEN
		RAISE;
	END IF;
	GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
	RETURN jsonb_build_object('type', 'danger', 'sticky', true, 'message', cartona._ui_plain(sqlerrm, hint, lang));
END
$$;
COMMENT ON FUNCTION cartona._ui_press(text, integer[], text) IS 'A button of the screens was pressed: {message, type} to be shown, or {action}; {wait}: since when _ui_waited() is to be asked.';

/* What enable() and its like refuse, without SQL in the words. */
CREATE FUNCTION cartona._ui_plain(message text, hint text, lang text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT CASE
		WHEN message LIKE '%has no usable API URL%' THEN cartona._ui_say('The API URL is missing or wrong.', lang) || ' ' || regexp_replace(message, '^.*?URL: ', '')
		WHEN message LIKE 'account % has no token' THEN cartona._ui_say('The API token is missing: enter the one that Cartona gave you.', lang)
		WHEN message LIKE '%not attached%' THEN cartona._ui_say('The extension has not found its place in Odoo yet. Try again in a minute.', lang)
		WHEN message LIKE '%marketplace add-on%' THEN cartona._ui_say('The marketplace add-on is installed in this Odoo: uninstall it first, or each order would come twice.', lang)
		WHEN message LIKE 'the currency of account %' THEN cartona._ui_say('The currency is not that of the company.', lang) || ' ' || regexp_replace(message, '^.*?account \d+ ', '')
		WHEN message LIKE 'company %does not exist%' THEN cartona._ui_say('The company does not exist.', lang)
		ELSE concat_ws(E'\n', message, CASE WHEN hint NOT LIKE '%SELECT%' AND hint NOT LIKE '%UPDATE%' THEN nullif(hint, '') END) END
$$;
COMMENT ON FUNCTION cartona._ui_plain(text, text, text) IS 'An error of ours in words for a person in Odoo.';

/* Has the worker answered since then?  Null: not yet. */
CREATE FUNCTION cartona._ui_waited(button text, ids integer[], since text, lang text) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	st cartona.account_state;
	began timestamptz := (since::timestamp) AT TIME ZONE 'UTC';
BEGIN
	SELECT * INTO st FROM cartona.account_state s WHERE s.account_id = ids[1];
	IF button = 'check' AND st.last_check_at >= began AND NOT st.check_wanted
		AND st.last_check_result NOT IN ('asking Cartona', 'waiting for the worker')
		AND NOT EXISTS (SELECT FROM cartona.outbox o WHERE o.kind = 'check' AND o.subject = ids[1]) THEN
		RETURN jsonb_build_object('type', CASE WHEN st.last_check_result LIKE 'ok%' THEN 'success' ELSE 'danger' END, 'message', cartona._ui_reason(st.last_check_result, lang));
	ELSIF button LIKE 'pull%' AND st.last_pull_at >= began AND NOT st.pull_wanted
		AND NOT EXISTS (SELECT FROM cartona.inbox i WHERE i.account_id = ids[1] AND i.state = 'new' AND i.due_at <= now()) THEN
		IF st.last_pull_error IS NOT NULL THEN
			RETURN jsonb_build_object('type', 'danger', 'message', st.last_pull_error);
		END IF;
		RETURN jsonb_build_object('message', format(cartona._ui_say('New orders: %s', lang),
			(SELECT count(*) FROM cartona.inbox i WHERE i.account_id = ids[1] AND i.received_at >= began)));
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION cartona._ui_waited(text, integer[], text, text) IS 'What became of a pressed button, as _ui_press() answers; null: the worker has not answered yet.';

/* A value of the form that is not possible, in words; null where all are. */
CREATE FUNCTION cartona._ui_config_problem(new jsonb, lang text) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT cartona._ui_say(c.says, lang) FROM (VALUES
		(1, btrim(coalesce(new ->> 'x_name', '')) = '', 'The name must not be empty.'),
		(2, new ->> 'x_currency' IS NULL OR new ->> 'x_currency' !~ '^[A-Z]{3}$', 'The currency is three capital letters, such as EGP.'),
		(3, new ->> 'x_company_id' IS NULL, 'The company must not be empty.'),
		(4, (new ->> 'x_pull_minutes')::numeric NOT BETWEEN 0.166 AND 10080, 'The minutes between pulls are from 0.17 (ten seconds) to 10080 (a week).'),
		(5, (new ->> 'x_overlap_hours')::numeric NOT BETWEEN 0 AND 8760, 'The overlap is from 0 to 8760 hours (a year).'),
		(6, (new ->> 'x_pull_page_size')::numeric NOT BETWEEN 1 AND 1000, 'The orders per page are from 1 to 1000.'),
		(7, (new ->> 'x_stock_buffer')::numeric < 0, 'The pieces kept back cannot be fewer than 0.'),
		(8, (new ->> 'x_price_floor')::numeric < 0, 'The lowest price cannot be below 0.'),
		(9, coalesce(new ->> 'x_full_sync_at', '') !~ '^([01]?\d|2[0-3]):[0-5]\d$', 'The time of the daily sync is hours and minutes, such as 03:00.'),
		(10, (new ->> 'x_push_batch_size')::numeric NOT BETWEEN 1 AND 1000, 'The products per call are from 1 to 1000.'),
		(11, (new ->> 'x_push_parallel')::numeric NOT BETWEEN 1 AND 64, 'The calls at the same time are from 1 to 64.'),
		(12, (new ->> 'x_connect_seconds')::numeric NOT BETWEEN 0.1 AND 300, 'Connecting may take from 0.1 to 300 seconds.'),
		(13, (new ->> 'x_total_seconds')::numeric NOT BETWEEN 0.1 AND 600, 'A call may take from 0.1 to 600 seconds.'),
		(14, (new ->> 'x_retry_minutes')::numeric NOT BETWEEN 0.0166 AND 1440, 'The longest pause between tries is from 0.02 minutes (a second) to 1440 (a day).')
	) c (n, wrong, says) WHERE c.wrong ORDER BY c.n LIMIT 1
$$;
COMMENT ON FUNCTION cartona._ui_config_problem(jsonb, text) IS 'What is wrong with the values of the configuration form, but for the URL; null: nothing.';

/* The account as the form has it, but for the token.  Returns what is wrong, in the language; null: it is written. */
CREATE FUNCTION cartona._ui_write_account(new jsonb, lang text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
	UPDATE cartona.account a SET name = btrim(new ->> 'x_name'), api_url = nullif(btrim(new ->> 'x_api_url'), ''),
		company_id = (new ->> 'x_company_id')::integer, warehouse_id = (new ->> 'x_warehouse_id')::integer,
		user_id = (new ->> 'x_user_id')::integer, team_id = (new ->> 'x_team_id')::integer, currency = new ->> 'x_currency',
		price_includes_tax = coalesce((new ->> 'x_price_includes_tax')::boolean, false), orders_since = (new ->> 'x_orders_since')::timestamp AT TIME ZONE 'UTC',
		pull_interval = greatest(make_interval(secs => (new ->> 'x_pull_minutes')::double precision * 60), '10 seconds'),
		pull_overlap = make_interval(secs => (new ->> 'x_overlap_hours')::double precision * 3600),
		pull_page_size = (new ->> 'x_pull_page_size')::integer, product_key = new ->> 'x_product_key', product_scope = new ->> 'x_product_scope',
		missing_product = new ->> 'x_missing_product', stock_measure = new ->> 'x_stock_measure', stock_buffer = (new ->> 'x_stock_buffer')::integer,
		price_floor = coalesce((new ->> 'x_price_floor')::numeric, 0), full_sync_at = (new ->> 'x_full_sync_at')::time,
		apply_status = new ->> 'x_apply_status', order_writer = new ->> 'x_order_writer',
		push_batch_size = (new ->> 'x_push_batch_size')::integer, push_parallel = (new ->> 'x_push_parallel')::integer,
		connect_timeout = make_interval(secs => (new ->> 'x_connect_seconds')::double precision),
		total_timeout = make_interval(secs => (new ->> 'x_total_seconds')::double precision),
		retry_cap = greatest(make_interval(secs => (new ->> 'x_retry_minutes')::double precision * 60), '1 second')
	WHERE a.id = (new ->> 'id')::integer;
	PERFORM cartona._wake();
	RETURN NULL;
EXCEPTION WHEN not_null_violation OR check_violation OR invalid_text_representation OR numeric_value_out_of_range THEN
	RETURN cartona._ui_say('A value is missing or not possible.', lang) || E'\n' || sqlerrm;
END
$$;
COMMENT ON FUNCTION cartona._ui_write_account(jsonb, text) IS 'The form''s values into the account; returns what is not possible, or null.';

/*
 * Somebody saved the configuration.  Returns what is wrong, in his language;
 * null: it is written.  A token of nothing but asterisks is the mask, unchanged.
 */
CREATE FUNCTION cartona._ui_write_config(old jsonb, new jsonb) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	lang text;
	problem text;
	/* without what was copied along with it */
	given text := regexp_replace(new ->> 'x_api_token', '^\s+|\s+$', '', 'g');
	token text := CASE WHEN given ~ '^\*+$' THEN old ->> 'x_api_token' ELSE given END;
BEGIN
	EXECUTE format('SELECT p.lang FROM %1$I.res_users u JOIN %1$I.res_partner p ON p.id = u.partner_id WHERE u.id = $1', cartona._ui_schema())
	INTO lang USING (new ->> 'write_uid')::integer;

	IF new ->> 'x_api_url' IS NOT NULL AND new ->> 'x_api_url' IS DISTINCT FROM old ->> 'x_api_url' THEN
		problem := cartona._url_problem(btrim(new ->> 'x_api_url'));
		IF problem IS NOT NULL THEN
			problem := cartona._ui_say('This API URL cannot be used. It begins with https:// and names Cartona''s server, such as https://supplier-integrations.cartona.com', lang)
				|| E'\n' || (new ->> 'x_api_url') || CASE WHEN coalesce(lang, '') LIKE 'ar%' THEN '' ELSE E'\n' || problem END;
		END IF;
	END IF;
	IF problem IS NULL THEN
		problem := cartona._ui_config_problem(new, lang);
	END IF;
	IF problem IS NULL THEN
		problem := cartona._ui_write_account(new, lang);
	END IF;
	IF token IS NOT DISTINCT FROM old ->> 'x_api_token' THEN
		RETURN problem;
	END IF;

	/* An error would put the whole statement, with the token, into Odoo's own log: the rest is refused, the reason is on the form. */
	BEGIN
		PERFORM cartona.set_token((new ->> 'id')::integer, token);
	EXCEPTION WHEN invalid_parameter_value THEN
		problem := concat_ws(E'\n', problem, cartona._ui_say('This API token cannot be used. Copy it as Cartona gave it to you, without line breaks.', lang));
	END;
	IF problem IS NOT NULL THEN
		UPDATE cartona.account_state s SET last_check_at = now(), last_check_result = problem WHERE s.account_id = (new ->> 'id')::integer;
	END IF;
	RETURN NULL;
END
$$;
COMMENT ON FUNCTION cartona._ui_write_config(jsonb, jsonb) IS 'Write what somebody saved in the configuration form; returns what is wrong, in his language, or null.';
