/*
 * metrics.sql: cartona.status and cartona.problem for a monitoring system.
 *
 * The listener serves the text at GET /cartona_integration/metrics; whoever has
 * another exporter (postgres_exporter, sql_exporter, ...) may call the function.
 */
CREATE FUNCTION cartona._metric_labels(VARIADIC pairs text[]) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
	SELECT '{' || string_agg(format('%s="%s"', pairs[i], replace(replace(replace(pairs[i + 1], E'\\', E'\\\\'), '"', E'\\"'), E'\n', E'\\n')), ',' ORDER BY i) || '}'
	FROM generate_series(1, array_length(pairs, 1), 2) i
$$;
COMMENT ON FUNCTION cartona._metric_labels(text[]) IS 'Labels of a Prometheus metric, {name="value",...}, escaped as its text format asks.';

/* Compiling it to machine code, which the planner would have where an account's table was never analyzed, takes longer than it does. */
CREATE FUNCTION cartona._metrics() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET jit = off AS $$
	WITH now_status AS MATERIALIZED (SELECT * FROM cartona.status),
	account AS (SELECT s.*, cartona._metric_labels('account', s.account_id::text) AS labels FROM now_status s WHERE s.account_id IS NOT NULL),
	family (n, name, help) AS (VALUES
		(1, 'cartona_info', 'The installed version, always 1.'),
		(2, 'cartona_worker_running', 'Does the worker of this database run? webhook: where it is configured.'),
		(3, 'cartona_captured', 'Changes caught in Odoo that no worker has looked at yet (stops at 10000).'),
		(4, 'cartona_account_info', 'The name of an account, always 1.'),
		(5, 'cartona_account_state', 'Which state the account is in: 1, the others 0.'),
		(6, 'cartona_outage', 'Does Cartona fail to answer this account?'),
		(7, 'cartona_waiting', 'Orders and products with something to send (stops at 10000).'),
		(8, 'cartona_oldest_waiting_seconds', 'For how long the oldest of what waits to be sent has waited; 0 where nothing waits.'),
		(9, 'cartona_dead_letters', 'What Cartona refused for good (stops at 10000).'),
		(10, 'cartona_imports', 'Orders in the inbox that are not in Odoo, or not as Cartona has them (stops at 10000).'),
		(11, 'cartona_odoo_tasks', 'What Odoo has to do: waiting, or given up (stops at 10000).'),
		(12, 'cartona_items_per_minute', 'Orders and products accepted by Cartona, and orders and events received, in the last minute.'),
		(13, 'cartona_problems', 'Rows of cartona.problem: what needs a human.'),
		(14, 'cartona_last_success_timestamp_seconds', 'When Cartona last accepted or answered something.'),
		(15, 'cartona_last_error_timestamp_seconds', 'When a call last failed or was refused.'),
		(16, 'cartona_last_pull_timestamp_seconds', 'When all new orders were last pulled.'),
		(17, 'cartona_last_webhook_timestamp_seconds', 'When Cartona last called the webhook.')),
	sample (n, labels, value) AS (
		SELECT 1, cartona._metric_labels('version', e.extversion), '1' FROM pg_extension e WHERE e.extname = 'cartona_integration'
		UNION ALL
		SELECT 2, cartona._metric_labels('worker', 'sync'), CASE w.state WHEN 'running' THEN '1' ELSE '0' END FROM cartona._worker('sync') w
		UNION ALL
		SELECT 2, cartona._metric_labels('worker', 'webhook'), CASE w.state WHEN 'running' THEN '1' ELSE '0' END
		FROM cartona._worker('webhook') w WHERE w.state NOT IN ('not configured', 'not preloaded')
		UNION ALL
		SELECT 3, '', max(s.captured)::text FROM now_status s
		UNION ALL
		SELECT 4, cartona._metric_labels('account', a.account_id::text, 'name', a.name), '1' FROM account a
		UNION ALL
		SELECT 5, cartona._metric_labels('account', a.account_id::text, 'state', t.state), CASE WHEN a.state = t.state THEN '1' ELSE '0' END
		FROM account a, unnest(ARRAY['on', 'off', 'stopped', 'held']) t (state)
		UNION ALL
		SELECT 6, a.labels, CASE a.breaker WHEN 'closed' THEN '0' ELSE '1' END FROM account a
		UNION ALL
		SELECT 7, cartona._metric_labels('account', a.account_id::text, 'kind', v.kind), v.n::text
		FROM account a, LATERAL (VALUES ('order', a.orders_waiting), ('product', a.products_waiting)) v (kind, n)
		UNION ALL
		SELECT 8, a.labels, greatest(round(coalesce(extract(epoch FROM now() - a.oldest_waiting), 0)::numeric, 3), 0)::text FROM account a
		UNION ALL
		SELECT 9, a.labels, a.dead_letters::text FROM account a
		UNION ALL
		SELECT 10, cartona._metric_labels('account', a.account_id::text, 'state', v.state), v.n::text
		FROM account a, LATERAL (VALUES ('waiting', a.imports_waiting), ('failed', a.imports_failed)) v (state, n)
		UNION ALL
		SELECT 11, cartona._metric_labels('account', a.account_id::text, 'state', v.state), v.n::text
		FROM account a, LATERAL (VALUES ('waiting', a.tasks_waiting), ('failed', a.tasks_failed)) v (state, n)
		UNION ALL
		SELECT 12, cartona._metric_labels('account', a.account_id::text, 'direction', v.direction), v.n::text
		FROM account a, LATERAL (VALUES ('out', a.sent_per_minute), ('in', a.received_per_minute)) v (direction, n)
		UNION ALL
		SELECT 13, cartona._metric_labels('account', coalesce(p.account_id::text, ''), 'kind', p.kind), count(*)::text
		FROM cartona.problem p GROUP BY p.account_id, p.kind
		UNION ALL
		SELECT v.n, a.labels, round(extract(epoch FROM v.at)::numeric, 3)::text
		FROM account a, LATERAL (VALUES (14, a.last_success_at), (15, a.last_error_at), (16, a.last_pull_at), (17, a.last_webhook_at)) v (n, at)
		WHERE v.at IS NOT NULL)
	SELECT string_agg(format(E'# HELP %1$s %2$s\n# TYPE %1$s gauge\n%3$s', f.name, f.help, s.lines), '' ORDER BY f.n)
	FROM family f
	JOIN (SELECT m.n, string_agg((SELECT g.name FROM family g WHERE g.n = m.n) || m.labels || ' ' || m.value || E'\n', '' ORDER BY m.labels COLLATE "C") AS lines
		FROM sample m GROUP BY m.n) s ON s.n = f.n
$$;
COMMENT ON FUNCTION cartona._metrics() IS
'cartona.status and cartona.problem in Prometheus'' text format, names cartona_..., one label account. Reads no big table whole.';
