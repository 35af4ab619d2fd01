/*
 * monitor.sql: how it goes, what needs a human, and sending things again.
 */
CREATE FUNCTION cartona._worker(kind text DEFAULT 'sync', OUT pid integer, OUT state text, OUT since timestamptz, OUT report text)
LANGUAGE c VOLATILE STRICT AS 'MODULE_PATHNAME', 'cartona_sql_worker';
COMMENT ON FUNCTION cartona._worker(text) IS 'The worker of this database, sync or webhook: its pid, its state since when, and why it does not run.';

/* One row an account; one row without an account where there is none yet. */
CREATE VIEW cartona.status AS
SELECT
	a.id AS account_id,
	a.name,
	CASE
		WHEN a.id IS NULL THEN 'off'
		WHEN a.active AND (a.bound_system, a.bound_database) IS DISTINCT FROM (h.system_identifier, h.database_oid) THEN 'stopped'
		WHEN w.state <> 'running' THEN 'off'
		WHEN NOT a.active THEN 'off'
		WHEN s.stopped_reason IS NOT NULL OR neutralized.yes THEN 'stopped'
		WHEN attached.state <> 'attached' THEN 'off'
		WHEN NOT cartona._has_token(a.id) OR cartona._url_problem(a.api_url) IS NOT NULL THEN 'off'
		WHEN s.held_reason IS NOT NULL THEN 'held'
		ELSE 'on'
	END AS state,
	CASE
		WHEN a.id IS NULL THEN 'no account yet: cartona.attach() makes the first one in Odoo''s database'
		WHEN a.active AND (a.bound_system, a.bound_database) IS DISTINCT FROM (h.system_identifier, h.database_oid)
			THEN format('this database is a copy of the one the account was enabled in; only where the original is gone: SELECT cartona.set_token(%1$s, ...), SELECT cartona.enable(%1$s)', a.id)
		WHEN neutralized.yes THEN 'Odoo neutralized this database'
		WHEN w.state <> 'running' THEN 'the worker is ' || w.state || coalesce(': ' || w.report, '')
		WHEN NOT cartona._has_token(a.id) THEN format('no token: SELECT cartona.set_token(%s, ...)', a.id)
		WHEN cartona._url_problem(a.api_url) IS NOT NULL THEN cartona._url_problem(a.api_url)
		WHEN NOT a.active THEN format('disabled: SELECT cartona.enable(%s)', a.id)
		WHEN s.stopped_reason IS NOT NULL THEN s.stopped_reason
		WHEN attached.state <> 'attached' THEN attached.state || ': SELECT cartona.attach()'
		WHEN s.held_reason IS NOT NULL THEN s.held_reason
		ELSE w.report
	END AS reason,
	attached.state AS odoo,
	w.pid AS worker_pid,
	w.state AS worker,
	hook.state AS webhook,
	CASE WHEN hook.state = 'running' AND a.id IS NOT NULL AND NOT cartona._has_webhook_secret(a.id)
		THEN format('no webhook secret: SELECT cartona.set_webhook_secret(%s, ...)', a.id)
		ELSE hook.report END AS webhook_report,
	/* counts stop at 10,000: reading on would cost much and say little */
	captured.n AS captured,
	orders.n AS orders_waiting,
	products.n AS products_waiting,
	least(captured.oldest,
		CASE WHEN orders.n < 10000 THEN orders.oldest
			ELSE (SELECT d.created_at FROM cartona.delivery d WHERE d.account_id = a.id AND d.kind = 'order' ORDER BY d.id LIMIT 1) END,
		CASE WHEN products.n < 10000 THEN products.oldest
			ELSE (SELECT d.created_at FROM cartona.delivery d WHERE d.account_id = a.id AND d.kind = 'product' ORDER BY d.id LIMIT 1) END) AS oldest_waiting,
	(SELECT count(*) FROM (SELECT FROM cartona.dead_letter l WHERE l.account_id = a.id LIMIT 10000) l) AS dead_letters,
	(SELECT count(*) FROM (SELECT FROM cartona.inbox i WHERE i.account_id = a.id AND i.state IN ('new', 'waiting') LIMIT 10000) i) AS imports_waiting,
	(SELECT count(*) FROM (SELECT FROM cartona.inbox i WHERE i.account_id = a.id AND i.state = 'failed' LIMIT 10000) i) AS imports_failed,
	(SELECT count(*) FROM (SELECT FROM cartona.odoo_task t WHERE t.account_id = a.id AND t.state = 'new' LIMIT 10000) t) AS tasks_waiting,
	(SELECT count(*) FROM (SELECT FROM cartona.odoo_task t WHERE t.account_id = a.id AND t.state = 'failed' LIMIT 10000) t) AS tasks_failed,
	rate.sent AS sent_per_minute,
	rate.received AS received_per_minute,
	CASE WHEN s.outage_since IS NULL THEN 'closed' WHEN s.next_try_at > now() THEN 'open' ELSE 'probing' END AS breaker,
	s.outage_since,
	s.next_try_at,
	cartona._unmapped() AS unmapped,
	s.last_order_sync,
	s.last_pull_at,
	s.last_pull_error,
	(SELECT max(l.at) FROM cartona.log l WHERE l.account_id = a.id AND l.result = 'done' AND l.kind NOT IN ('webhook', 'event')) AS last_success_at,
	last_error.at AS last_error_at,
	last_error.message AS last_error,
	s.last_webhook_at,
	s.last_check_at,
	CASE WHEN s.check_wanted OR EXISTS (SELECT FROM cartona.outbox o WHERE o.kind = 'check' AND o.subject = a.id)
		THEN 'waiting for the worker' ELSE s.last_check_result END AS last_check_result
FROM cartona._identity() h
CROSS JOIN cartona._worker() w
CROSS JOIN cartona._worker('webhook') hook
CROSS JOIN LATERAL (SELECT cartona._attach_state() AS state) attached
CROSS JOIN LATERAL (SELECT cartona._is_neutralized() AS yes) neutralized
LEFT JOIN cartona.account a ON true
LEFT JOIN cartona.account_state s ON s.account_id = a.id
CROSS JOIN LATERAL (
	SELECT count(*) AS n, min(o.created_at) AS oldest
	FROM (SELECT c.created_at FROM cartona.outbox c ORDER BY c.id LIMIT 10000) o) captured
/* in an index's order: an account with nothing waiting must not read what waits for another */
CROSS JOIN LATERAL (
	SELECT count(*) AS n, min(d.created_at) AS oldest
	FROM (SELECT c.created_at FROM cartona.delivery c WHERE c.account_id = a.id AND c.kind = 'order' ORDER BY c.subject LIMIT 10000) d) orders
CROSS JOIN LATERAL (
	SELECT count(*) AS n, min(d.created_at) AS oldest
	FROM (SELECT c.created_at FROM cartona.delivery c WHERE c.account_id = a.id AND c.kind = 'product' ORDER BY c.subject LIMIT 10000) d) products
CROSS JOIN LATERAL (
	SELECT coalesce(sum(m.items) FILTER (WHERE m.kind NOT IN ('pull', 'webhook', 'event', 'check')), 0) AS sent,
		coalesce(sum(m.items) FILTER (WHERE m.kind IN ('pull', 'webhook')), 0) AS received
	FROM (SELECT l.kind, l.items FROM cartona.log l
		WHERE l.account_id = a.id AND l.result = 'done' AND l.at > now() - interval '1 minute' LIMIT 100000) m) rate
LEFT JOIN LATERAL (
	SELECT l.at, l.message FROM cartona.log l
	WHERE l.account_id = a.id AND l.result IN ('retry', 'stopped', 'refused') AND l.kind NOT IN ('webhook', 'event')
	ORDER BY l.id DESC LIMIT 1) last_error ON true;
COMMENT ON VIEW cartona.status IS
'One row per account: whether it works (state on, off, stopped, held) and why not, its worker, what waits (counts stop at 10,000), what went out and came in during the last minute, whether Cartona answers (breaker: closed, open until next_try_at, probing), the last success and the last error.';

CREATE FUNCTION cartona._still_waits(known_status text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT coalesce(known_status, '') !~ '^(delivered|return|cancelled)'
$$;
COMMENT ON FUNCTION cartona._still_waits(text) IS 'May a delivery that waits still be told, or has Cartona the order as over?';

/* Everything that needs a human, each with what to do. */
CREATE VIEW cartona.problem AS
SELECT l.account_id, 'dead letter' AS kind, l.id, l.ref AS subject,
	CASE WHEN l.status = 'update-order-details' THEN format('Cartona refused the changed lines of order %s: %s', l.ref, l.error)
		WHEN l.kind = 'order' THEN format('Cartona refused status %s of order %s: %s', l.status, l.ref, l.error)
		WHEN l.http_status IS NULL THEN format('product %s cannot be sent: %s', coalesce(l.ref, l.subject::text), l.error)
		ELSE format('Cartona refused product %s: %s', coalesce(l.ref, l.subject::text), l.error) END AS problem,
	format('Mend the cause, then SELECT cartona.retry(%s).', l.id) AS what_to_do,
	l.died_at AS since
FROM cartona.dead_letter l
UNION ALL
SELECT i.account_id, CASE WHEN i.order_id IS NULL THEN 'order not imported' ELSE 'order not changed' END, i.id, i.hashed_id, i.error,
	format('Mend the cause, then SELECT cartona.retry_order(%L); it is also tried again by itself.', i.hashed_id), i.received_at
FROM cartona.inbox i WHERE i.state = 'failed'
UNION ALL
SELECT s.account_id, 'order', NULL, s.hashed_id, s.problem,
	format('Look at the order in Odoo and at Cartona, then SELECT cartona.resolve(%L)', s.hashed_id)
		|| coalesce(format(', or have Odoo try again: SELECT cartona.retry_task(%s)', (SELECT max(t.id) FROM cartona.odoo_task t
			WHERE t.account_id = s.account_id AND t.hashed_id = s.hashed_id AND t.state = 'failed' AND (cartona._is_target(t.kind) OR t.kind = 'activity'))), '') || '.',
	coalesce(s.known_at, s.ordered_at)
FROM cartona.order_sync s WHERE s.problem IS NOT NULL
UNION ALL
SELECT s.account_id, 'waiting', s.order_id, s.hashed_id, 'Cartona is not told of the delivery of order ' || coalesce(s.hashed_id, '') || ': ' || s.waiting,
	format('See there; then it goes by itself, or SELECT cartona.sync_status_to_marketplace(ARRAY[%s]).', s.order_id), s.known_at
FROM cartona.order_sync s
WHERE s.waiting IS NOT NULL AND cartona._still_waits(s.known_status)
UNION ALL
SELECT e.account_id, 'event without order', e.id, e.hashed_id, format('Cartona said that order %s is %s, but no pull has brought it', e.hashed_id, e.status),
	format('Look for the order at Cartona; SELECT cartona.resolve(%L) forgets what it said.', e.hashed_id), e.received_at
FROM cartona.event e JOIN cartona.account a ON a.id = e.account_id
WHERE e.received_at < now() - interval '1 hour' AND NOT EXISTS (SELECT FROM cartona.inbox i WHERE i.account_id = e.account_id AND i.hashed_id = e.hashed_id)
UNION ALL
SELECT p.account_id, 'unreadable answer', p.id, NULL, p.reason, 'Look at body in cartona.inbox_page, then delete the row.', p.received_at
FROM cartona.inbox_page p
UNION ALL
/* the oldest thousand: where more is stuck, nobody reads on */
SELECT d.account_id, 'not delivered', d.id, coalesce(d.hashed_id, d.subject::text),
	format('%s attempts, the last one: %s', d.attempt, d.last_error), 'Cartona or the network is at fault; it is tried again by itself.', d.created_at
FROM (SELECT * FROM cartona.delivery o ORDER BY o.id LIMIT 1000) d WHERE d.last_error IS NOT NULL AND d.created_at < now() - interval '1 hour'
UNION ALL
SELECT s.account_id, 'no answer', NULL, a.name,
	format('Cartona has not answered since %s', date_trunc('second', s.outage_since)) || coalesce('; the last error: ' || e.message, ''),
	'Look at the network, or ask Cartona; everything waits, and goes on by itself.', s.outage_since
FROM cartona.account_state s JOIN cartona.account a ON a.id = s.account_id AND a.active
LEFT JOIN LATERAL (SELECT l.message FROM cartona.log l WHERE l.account_id = s.account_id AND l.result IN ('retry', 'stopped', 'refused') AND l.kind NOT IN ('webhook', 'event')
	ORDER BY l.id DESC LIMIT 1) e ON true
WHERE s.outage_since < now() - interval '10 minutes'
UNION ALL
/* one row a product, however many orders ask for it */
SELECT i.account_id, 'unmapped product', NULL, substr(k.key, 3),
	format('%s a product of Cartona''s that %s (%s)', CASE count(*) WHEN 1 THEN format('order %s has', min(i.hashed_id)) ELSE count(*) || ' orders have' END,
		CASE WHEN k.key ~ '^[md]:' THEN 'cannot be sold as it is in Odoo' ELSE 'is not in Odoo' END,
		CASE WHEN k.key ~ '^[sm]:' THEN 'supplier_product_id ' ELSE 'internal_product_id ' END || substr(k.key, 3)),
	CASE WHEN k.key LIKE 's:%'
		THEN format('Set cartona_id of the product in Odoo to %s, or add a row to cartona.product_map; the orders follow by themselves.', substr(k.key, 3))
		WHEN k.key ~ '^[md]:' THEN 'The note of the order says why; with a row in cartona.product_map the orders follow by themselves, else within a day.'
		ELSE 'Make the product saleable again in Odoo, or correct its id at Cartona; the orders follow by themselves.' END,
	min(i.received_at)
FROM cartona.inbox i CROSS JOIN unnest(i.missing) k (key) WHERE i.missing IS NOT NULL
GROUP BY i.account_id, k.key
UNION ALL
/* an order that Odoo could not make is among those not imported; what it could not do with one is a problem of the order */
SELECT t.account_id, 'Odoo task', t.id, coalesce(t.hashed_id, t.order_id::text),
	CASE t.kind WHEN 'inspect' THEN 'Odoo could not say which columns it computes: '
		ELSE format('Odoo could not compute the rest of sales order %s: ', t.order_id) END || coalesce(t.result, ''),
	format('Mend the cause, then SELECT cartona.retry_task(%s).', t.id), t.done_at
FROM cartona.odoo_task t WHERE t.state = 'failed' AND t.kind IN ('inspect', 'recompute')
UNION ALL
SELECT w.account_id, 'Odoo does not work', w.id, w.subject, w.problem, w.what_to_do, w.since
FROM cartona._task_silence() w
UNION ALL
SELECT NULL, 'webhook', w.pid, NULL, 'Cartona''s webhook is not listened for: ' || w.report, 'Mend the setting or free the port; it is tried again by itself, at the latest in a minute.', w.since
FROM cartona._worker('webhook') w WHERE w.state = 'failed'
UNION ALL
/* its sender is known, so it is no stranger's */
SELECT a.id, 'webhook', NULL, a.name,
	format('%s events of Cartona''s were not understood in the last day; the last one: %s', CASE WHEN m.n = 1000 THEN 'at least 1000' ELSE m.n::text END, m.said),
	'They changed nothing. See cartona.log (kind webhook, http_status 400) and ask Cartona; a day after the last one this goes away.', m.first
FROM cartona.account a
CROSS JOIN LATERAL (SELECT count(*) AS n, min(l.at) AS first, (array_agg(l.message ORDER BY l.at DESC))[1] AS said
	FROM (SELECT w.at, w.message FROM cartona.log w WHERE w.account_id = a.id AND w.kind = 'webhook' AND w.http_status = 400 AND w.at > now() - interval '1 day'
		ORDER BY w.at DESC LIMIT 1000) l) m
WHERE m.n > 0
UNION ALL
/* who called is not known, but that he knows an order of the account: most likely Cartona with another secret */
SELECT s.account_id, 'webhook refused', NULL, a.name,
	format('refused calls of the webhook that named orders of this account: %s, the last one at %s from address %s: %s',
		s.webhook_refused, date_trunc('second', s.webhook_refused_at), s.webhook_refused_from, s.webhook_refused_why),
	format('They changed nothing. Where it is Cartona''s address, the secrets differ: SELECT cartona.set_webhook_secret(%s, ...) with the one that Cartona has (for a wrong webhook-timestamp: set the clock). Else somebody knows an order''s id, and can do nothing with it. It goes by itself with the next right call, or a day after the last refused one.', a.id),
	s.webhook_refused_since
FROM cartona.account_state s JOIN cartona.account a ON a.id = s.account_id AND a.active
WHERE s.webhook_refused_at > greatest(s.last_webhook_at, now() - interval '1 day')
UNION ALL
SELECT s.account_id, 'account ' || s.state, s.account_id, s.name, s.reason, 'See the reason.', NULL
FROM cartona.status s WHERE s.state IN ('stopped', 'held') OR (s.state = 'off' AND EXISTS (SELECT FROM cartona.account a WHERE a.id = s.account_id AND a.active));
COMMENT ON VIEW cartona.problem IS
'Everything that needs a human: what happened, to what, since when, and what to do about it.';

CREATE FUNCTION cartona.retry(dead_letter_id bigint DEFAULT NULL) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	n integer;
BEGIN
	WITH revived AS (
		DELETE FROM cartona.dead_letter l WHERE dead_letter_id IS NULL OR l.id = dead_letter_id
		RETURNING l.*)
	INSERT INTO cartona.outbox (kind, subject, account_id, status, ref)
	SELECT CASE WHEN r.kind = 'product' THEN 'product' WHEN r.odoo_state IS NOT NULL THEN 'order' WHEN r.status = 'synced' THEN 'ack' ELSE 'order_change' END,
		r.subject, r.account_id,
		CASE WHEN r.kind = 'product' THEN NULL ELSE coalesce(r.odoo_state, r.status) END,
		CASE WHEN r.kind = 'product' THEN NULL ELSE r.ref END
	FROM revived r ORDER BY r.id;
	GET DIAGNOSTICS n = ROW_COUNT;
	IF dead_letter_id IS NOT NULL AND n = 0 THEN
		RAISE EXCEPTION 'dead letter % does not exist', dead_letter_id
			USING ERRCODE = 'no_data_found', HINT = 'The dead letters are in cartona.dead_letter.';
	END IF;
	IF dead_letter_id IS NULL THEN
		UPDATE cartona.inbox SET due_at = now(), state = CASE WHEN state = 'applied' THEN 'new' ELSE state END
		WHERE state = 'failed' OR (state = 'applied' AND missing IS NOT NULL);
		UPDATE cartona.delivery SET due_at = now() WHERE leased_until IS NULL AND due_at > now();
	END IF;
	PERFORM cartona._wake();
	RETURN n;
END
$$;
COMMENT ON FUNCTION cartona.retry(bigint) IS
'Send a dead letter again (its id is in cartona.problem); null: all of them, and everything that waits for its next try or for a product. An order''s status that the order has meanwhile passed is dropped. Returns how many dead letters were revived.';

CREATE FUNCTION cartona.retry_order(hashed_id text, account_id integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	a cartona.account := cartona._account(account_id);
BEGIN
	IF EXISTS (SELECT FROM cartona.inbox i WHERE i.account_id = a.id AND i.hashed_id = retry_order.hashed_id
		AND i.kept = 'facts' AND (i.order_id IS NULL OR i.state = 'deleted')) THEN
		RAISE EXCEPTION 'what Cartona said of order "%" is no longer kept', hashed_id
			USING ERRCODE = 'no_data_found', HINT = 'Personal data was removed: see cartona.inbox_retention and cartona.forget().';
	END IF;
	UPDATE cartona.inbox i SET state = 'new', due_at = now(), attempt = 0, order_id = CASE WHEN i.state = 'deleted' THEN NULL ELSE i.order_id END
	WHERE i.account_id = a.id AND i.hashed_id = retry_order.hashed_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'order "%" has not been received', hashed_id
			USING ERRCODE = 'no_data_found', HINT = 'The orders received are in cartona.inbox.';
	END IF;
	UPDATE cartona.order_sync s SET problem = NULL, head = s.head - 'differs' WHERE s.account_id = a.id AND s.hashed_id = retry_order.hashed_id;
	PERFORM cartona._wake();
END
$$;
COMMENT ON FUNCTION cartona.retry_order(text, integer) IS
'Import a received order now: one that failed, or one whose draft was deleted in Odoo. An order that exists is not made again, but follows what Cartona said last, with lines that were left out and have their product now.';

CREATE FUNCTION cartona.resolve(hashed_id text, account_id integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	a cartona.account := cartona._account(account_id);
	known boolean;
	waits text;
BEGIN
	/* a delivery nobody was told of stays one, whoever has seen it */
	SELECT s.waiting INTO waits FROM cartona.order_sync s
	WHERE s.account_id = a.id AND s.hashed_id = resolve.hashed_id AND s.problem IS NULL AND s.waiting IS NOT NULL AND cartona._still_waits(s.known_status);
	IF FOUND THEN
		RAISE EXCEPTION 'the delivery of order "%" still waits to be told to Cartona', hashed_id
			USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = waits, HINT = format('It goes by itself when that is there. Where Cartona has the order as delivered all the same: SELECT cartona.receive_order_status(%L, %s);',
				json_build_object('hashed_id', hashed_id, 'status', 'delivered'), a.id);
	END IF;
	UPDATE cartona.order_sync s SET problem = NULL, head = s.head - 'differs' WHERE s.account_id = a.id AND s.hashed_id = resolve.hashed_id;
	known := FOUND;
	DELETE FROM cartona.event e WHERE e.account_id = a.id AND e.hashed_id = resolve.hashed_id AND NOT known;
	IF NOT known AND NOT FOUND THEN
		RAISE EXCEPTION 'order "%" has not been received', hashed_id
			USING ERRCODE = 'no_data_found', HINT = 'The orders received are in cartona.inbox.';
	END IF;
	UPDATE cartona.inbox i SET note = NULL WHERE i.account_id = a.id AND i.hashed_id = resolve.hashed_id AND i.state = 'applied';
	UPDATE cartona.odoo_task t SET state = 'done', result = t.result || ' (seen to)' WHERE t.account_id = a.id AND t.hashed_id = resolve.hashed_id
		AND t.state = 'failed' AND t.kind IN ('confirm', 'assign', 'deliver', 'cancel', 'activity');
END
$$;
COMMENT ON FUNCTION cartona.resolve(text, integer) IS
'A person has seen to what cartona.problem says about this order: take the problem away, and what Odoo could not do with it; of an order that never came, what Cartona said of it. A delivery that waits to be told (kind waiting) is not resolved by hand; where that is all there is, 55000 and a hint that says what to do instead.';

CREATE FUNCTION cartona.preview(account_id integer DEFAULT NULL)
RETURNS TABLE (kind text, id integer, cartona_id text, price numeric, stock bigint, status text, note text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
	a cartona.account := cartona._account(account_id);
BEGIN
	RETURN QUERY
	SELECT 'product'::text, l.product_id, coalesce(l.supplier_product_id, l.internal_product_id), l.price,
		CASE WHEN l.unlimited THEN NULL ELSE coalesce(l.stock, 0) END, NULL::text,
		CASE WHEN l.price_problem IS NOT NULL THEN 'not sent: ' || l.price_problem
			WHEN NOT l.on_sale THEN 'no longer on sale: set to 0'
			WHEN l.unlimited THEN 'unlimited stock' END
	FROM cartona.product_levels(a.id) l
	WHERE NOT l.same
	ORDER BY l.product_id;

	RETURN QUERY
	SELECT 'order'::text, o.order_id, o.cartona_id, NULL::numeric, NULL::bigint, o.status,
		'is ' || coalesce(o.known_status, 'unknown') || ' at Cartona'
	FROM cartona._order_levels(a.id) o;

	RETURN QUERY
	SELECT 'order'::text, o.order_id, o.cartona_id, NULL::numeric, NULL::bigint, o.status,
		coalesce(o.note, 'is ' || coalesce(o.known_status, 'unknown') || ' at Cartona')
	FROM cartona._order_steps(a.id) o;
END
$$;
COMMENT ON FUNCTION cartona.preview(integer) IS
'What cartona.enable() would send: products whose price or stock differs from what Cartona accepted last (on a first enable: all that are mapped), orders whose state Cartona may not know, and confirmed orders with lines or a delivery it does not know. Sends nothing.';
