/*
 * models.sql: what the screens show: views in Odoo's schema, and Odoo's names
 * for them and their columns.
 *
 * A view holds at most the newest 10,000 rows of a table: Odoo counts whatever
 * a list holds (14 to the last row), and a list must open at once with ten
 * million rows of log.  Ids are int4, as Odoo wants them; ours are bigint, so a
 * view's id is the row's modulo a power of 2, far more than a view shows at
 * once.  Times are UTC without a zone, texts varchar or text, as Odoo has them.
 * No view reads a table of Odoo's: that would keep Odoo from changing it.
 */
/*
 * The planner thinks these two dear, and would compile them to machine code each
 * time, which takes ten times as long as they do.
 */
CREATE FUNCTION cartona._ui_status() RETURNS SETOF cartona.status
LANGUAGE sql STABLE ROWS 1 SET search_path = pg_catalog, pg_temp SET jit = off AS $$
	SELECT * FROM cartona.status s WHERE s.account_id IS NOT NULL
$$;
COMMENT ON FUNCTION cartona._ui_status() IS 'cartona.status for the screens.';

CREATE FUNCTION cartona._ui_problems() RETURNS SETOF cartona.problem
LANGUAGE sql STABLE ROWS 100 SET search_path = pg_catalog, pg_temp SET jit = off AS $$
	SELECT * FROM cartona.problem LIMIT 10000
$$;
COMMENT ON FUNCTION cartona._ui_problems() IS 'cartona.problem for the screens.';

CREATE FUNCTION cartona._ui_views(OUT name text, OUT body text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $function$
VALUES
('x_cartona_overview', $$
SELECT s.account_id AS id, s.name::varchar AS x_name, s.state::varchar AS x_state,
	s.last_pull_at AT TIME ZONE 'UTC' AS x_last_pull, s.last_pull_error AS x_last_pull_error,
	(s.orders_waiting + s.products_waiting)::integer AS x_waiting,
	(s.imports_waiting)::integer AS x_imports_waiting,
	(s.dead_letters)::integer AS x_dead_letters,
	(s.imports_failed)::integer AS x_imports_failed,
	(SELECT count(*)::integer FROM (SELECT b.account_id, b.applied_at FROM cartona.inbox b ORDER BY b.id DESC LIMIT 10000) i
		WHERE i.account_id = s.account_id AND i.applied_at >= date_trunc('day', now())) AS x_orders_today,
	(SELECT count(*)::integer FROM (SELECT FROM cartona.log b WHERE b.account_id = s.account_id AND b.result = 'done'
		AND b.kind NOT IN ('pull', 'check') /* by log_done_idx: */ AND b.kind NOT IN ('webhook', 'event')
		AND b.at >= date_trunc('day', now()) LIMIT 10000) l) AS x_sent_today,
	s.last_success_at AT TIME ZONE 'UTC' AS x_last_success,
	s.last_error_at AT TIME ZONE 'UTC' AS x_last_error_at, s.last_error AS x_last_error,
	s.last_check_at AT TIME ZONE 'UTC' AS x_last_check
FROM cartona._ui_status() s$$),

('x_cartona_problem', $$
SELECT DISTINCT ON (id) p.id, p.account_id AS x_account_id, p.kind::varchar AS x_kind, p.number AS x_number, p.subject::varchar AS x_name,
	p.problem AS x_problem, p.since AT TIME ZONE 'UTC' AS x_since
FROM (SELECT ('x' || substr(md5(concat_ws('|', q.account_id, q.kind, q.id, q.subject)), 1, 8))::bit(32)::integer & 2147483647 AS id,
		q.id::varchar AS number, q.account_id, q.kind, q.subject, q.problem, q.since
	FROM cartona._ui_problems() q) p
ORDER BY id$$),

('x_cartona_queue', $$
SELECT (1073741824 + d.id % 536870912)::integer AS id, d.account_id AS x_account_id, 'dead'::varchar AS x_state, d.kind::varchar AS x_kind,
	coalesce(d.ref, d.subject::text)::varchar AS x_name, d.status::varchar AS x_status, d.subject::integer AS x_record,
	d.attempt AS x_attempt, NULL::timestamp AS x_due, d.http_status AS x_http_status, d.error AS x_error, d.died_at AT TIME ZONE 'UTC' AS x_created
FROM (SELECT * FROM cartona.dead_letter ORDER BY id DESC LIMIT 10000) d
UNION ALL
SELECT (536870912 + d.id % 536870912)::integer, d.account_id,
	(CASE WHEN d.leased_until IS NOT NULL THEN 'sending' WHEN d.attempt > 0 THEN 'again' ELSE 'waiting' END)::varchar, d.kind::varchar,
	coalesce(d.hashed_id, d.subject::text)::varchar,
	(SELECT i.status FROM cartona.delivery_item i WHERE i.delivery_id = d.id ORDER BY i.id LIMIT 1)::varchar, d.subject::integer,
	d.attempt, d.due_at AT TIME ZONE 'UTC', d.http_status, d.last_error, d.created_at AT TIME ZONE 'UTC'
FROM (SELECT * FROM cartona.delivery ORDER BY id DESC LIMIT 10000) d
UNION ALL
SELECT (o.id % 536870912)::integer, o.account_id, 'captured'::varchar, o.kind::varchar, coalesce(o.ref, o.subject::text)::varchar, o.status::varchar,
	CASE WHEN o.subject BETWEEN 0 AND 2147483647 THEN o.subject::integer END,
	0, NULL::timestamp, NULL::integer, NULL::text, o.created_at AT TIME ZONE 'UTC'
FROM (SELECT * FROM cartona.outbox ORDER BY id DESC LIMIT 10000) o$$),

('x_cartona_inbox', $$
SELECT (i.id % 1073741824)::integer AS id, i.account_id AS x_account_id, i.hashed_id::varchar AS x_name, i.source::varchar AS x_source,
	i.state::varchar AS x_state, i.received_at AT TIME ZONE 'UTC' AS x_received, i.applied_at AT TIME ZONE 'UTC' AS x_applied,
	CASE WHEN i.state IN ('new', 'failed', 'waiting') THEN i.due_at AT TIME ZONE 'UTC' END AS x_due,
	i.attempt AS x_attempt, i.order_id AS x_record, (i.payload ->> 'status')::varchar AS x_status, i.note AS x_note, i.error AS x_error,
	jsonb_pretty(i.payload) AS x_payload
FROM (SELECT * FROM cartona.inbox ORDER BY id DESC LIMIT 10000) i
UNION ALL
SELECT (1073741824 + p.id % 536870912)::integer, p.account_id, NULL::varchar, 'pull'::varchar, 'unreadable'::varchar, p.received_at AT TIME ZONE 'UTC', NULL::timestamp, NULL::timestamp,
	0, NULL::integer, NULL::varchar, NULL::text, p.reason, p.body
FROM (SELECT * FROM cartona.inbox_page ORDER BY id DESC LIMIT 10000) p
UNION ALL
SELECT (1610612736 + e.id % 536870912)::integer, e.account_id, e.hashed_id::varchar, e.source::varchar, 'early'::varchar, e.received_at AT TIME ZONE 'UTC', NULL::timestamp,
	e.due_at AT TIME ZONE 'UTC', e.attempt, NULL::integer, e.status::varchar, e.reason, NULL::text, NULL::text
FROM (SELECT * FROM cartona.event ORDER BY id DESC LIMIT 10000) e$$),

('x_cartona_log', $$
SELECT (l.id & 2147483647)::integer AS id, l.account_id AS x_account_id, l.at AT TIME ZONE 'UTC' AS x_at, l.kind::varchar AS x_kind, l.ref::varchar AS x_name,
	l.request::varchar AS x_request, l.http_status AS x_http_status, l.duration_ms AS x_duration, l.items AS x_items,
	l.result::varchar AS x_result, l.message AS x_message
FROM (SELECT * FROM cartona.log ORDER BY id DESC LIMIT 10000) l$$),

('x_cartona_config', $$
SELECT a.id, a.name::varchar AS x_name, a.api_url::varchar AS x_api_url,
	CASE WHEN a.api_token IS NOT NULL THEN '********' END::varchar AS x_api_token,
	s.last_order_sync AT TIME ZONE 'UTC' AS x_last_order_sync, a.active AS x_enabled,
	a.company_id AS x_company_id, a.warehouse_id AS x_warehouse_id, a.user_id AS x_user_id, a.team_id AS x_team_id,
	a.currency::varchar AS x_currency, a.price_includes_tax AS x_price_includes_tax, a.orders_since AT TIME ZONE 'UTC' AS x_orders_since,
	(extract(epoch FROM a.pull_interval) / 60)::double precision AS x_pull_minutes,
	(extract(epoch FROM a.pull_overlap) / 3600)::double precision AS x_overlap_hours, a.pull_page_size AS x_pull_page_size,
	a.product_key::varchar AS x_product_key, a.product_scope::varchar AS x_product_scope, a.missing_product::varchar AS x_missing_product,
	a.stock_measure::varchar AS x_stock_measure, a.stock_buffer AS x_stock_buffer, a.price_floor::double precision AS x_price_floor,
	to_char(a.full_sync_at, 'HH24:MI')::varchar AS x_full_sync_at, a.apply_status::varchar AS x_apply_status, a.order_writer::varchar AS x_order_writer,
	a.push_batch_size AS x_push_batch_size, a.push_parallel AS x_push_parallel,
	extract(epoch FROM a.connect_timeout)::double precision AS x_connect_seconds, extract(epoch FROM a.total_timeout)::double precision AS x_total_seconds,
	(extract(epoch FROM a.retry_cap) / 60)::double precision AS x_retry_minutes,
	st.state::varchar AS x_state, st.last_pull_at AT TIME ZONE 'UTC' AS x_last_pull, st.last_pull_error AS x_last_pull_error,
	st.last_check_at AT TIME ZONE 'UTC' AS x_last_check, s.last_full_sync AT TIME ZONE 'UTC' AS x_last_full_sync,
	1 AS create_uid, NULL::timestamp AS create_date, 1 AS write_uid, NULL::timestamp AS write_date
FROM cartona.account a
LEFT JOIN cartona.account_state s ON s.account_id = a.id
LEFT JOIN cartona._ui_status() st ON st.account_id = a.id$$)
$function$;
COMMENT ON FUNCTION cartona._ui_views() IS 'The views in Odoo''s schema that the screens show.';

/* The models: one for each view. */
CREATE FUNCTION cartona._ui_models(OUT model text, OUT label text, OUT sort text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
VALUES
	('x_cartona_overview', '{{Cartona: overview}}', 'id'),
	('x_cartona_problem', '{{Cartona: problem}}', 'x_since desc, id'),
	('x_cartona_queue', '{{Cartona: queue}}', 'id desc'),
	('x_cartona_inbox', '{{Cartona: inbox}}', 'id desc'),
	('x_cartona_log', '{{Cartona: log}}', 'id desc'),
	('x_cartona_config', '{{Cartona: configuration}}', 'id')
$$;
COMMENT ON FUNCTION cartona._ui_models() IS 'Odoo''s models of the screens: each is a view of the same name.';

/*
 * The fields.  extra: readonly (false: a person may write it), relation,
 * choices (value, label, ...), part (the Python text that computes it; such a
 * field is not stored), of (the field with the English of one that is translated), help.  A field on a model of Odoo's own is
 * never copied by its Duplicate.
 */
CREATE FUNCTION cartona._ui_fields(OUT model text, OUT field text, OUT ttype text, OUT label text, OUT extra jsonb) RETURNS SETOF record
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $function$
SELECT v.model, v.field, v.ttype, '{{' || v.label || '}}', v.extra::jsonb FROM (VALUES
	('x_cartona_overview', 'x_name', 'char', 'Account', '{}'),
	('x_cartona_overview', 'x_state', 'selection', 'Connection', '{"choices": [["on", "Works"], ["off", "Off"], ["stopped", "Stopped"], ["held", "Products are held"]]}'),
	('x_cartona_overview', 'x_reason', 'text', 'Reason', '{"part": "compute.py"}'),
	('x_cartona_overview', 'x_last_pull', 'datetime', 'Last pull', '{}'),
	('x_cartona_overview', 'x_last_pull_error', 'text', 'Error of the last pull, in English', '{}'),
	('x_cartona_overview', 'x_last_pull_error_text', 'text', 'Error of the last pull', '{"part": "translate.py", "of": "x_last_pull_error"}'),
	('x_cartona_overview', 'x_waiting', 'integer', 'To be sent', '{}'),
	('x_cartona_overview', 'x_imports_waiting', 'integer', 'To be imported', '{}'),
	('x_cartona_overview', 'x_dead_letters', 'integer', 'Refused', '{}'),
	('x_cartona_overview', 'x_imports_failed', 'integer', 'Not imported', '{}'),
	('x_cartona_overview', 'x_orders_today', 'integer', 'Orders today', '{}'),
	('x_cartona_overview', 'x_sent_today', 'integer', 'Sent today', '{}'),
	('x_cartona_overview', 'x_last_success', 'datetime', 'Last success', '{}'),
	('x_cartona_overview', 'x_last_error_at', 'datetime', 'Last error at', '{}'),
	('x_cartona_overview', 'x_last_error', 'text', 'Last error, in English', '{}'),
	('x_cartona_overview', 'x_last_error_text', 'text', 'Last error', '{"part": "translate.py", "of": "x_last_error"}'),
	('x_cartona_overview', 'x_last_check', 'datetime', 'Last connection test', '{}'),
	('x_cartona_overview', 'x_last_check_result', 'text', 'Result of the connection test', '{"part": "compute.py"}'),
	('x_cartona_overview', 'x_problem_ids', 'one2many', 'What needs a person', '{"relation": "x_cartona_problem", "inverse": "x_account_id"}'),

	('x_cartona_problem', 'x_account_id', 'many2one', 'Account', '{"relation": "x_cartona_overview"}'),
	('x_cartona_problem', 'x_kind', 'selection', 'Kind', '{"choices": [["dead letter", "Refused by Cartona"], ["order not imported", "Order not imported"], ["order not changed", "Order not changed"], ["order", "Order to look at"], ["waiting", "Delivery not told yet"], ["event without order", "Status of an unknown order"], ["unmapped product", "Product without a Cartona id"], ["no answer", "Cartona does not answer"], ["unreadable answer", "Unreadable answer"], ["not delivered", "Not delivered"], ["Odoo task", "Task that Odoo could not do"], ["Odoo does not work", "Odoo does not work"], ["webhook", "Webhook"], ["webhook refused", "Webhook calls refused"], ["account off", "Account is off"], ["account stopped", "Account is stopped"], ["account held", "Products are held"]]}'),
	('x_cartona_problem', 'x_number', 'char', 'Number', '{}'),
	('x_cartona_problem', 'x_name', 'char', 'Subject', '{}'),
	('x_cartona_problem', 'x_problem', 'text', 'Problem, in English', '{}'),
	('x_cartona_problem', 'x_problem_text', 'text', 'Problem', '{"part": "translate.py", "of": "x_problem"}'),
	('x_cartona_problem', 'x_what_to_do', 'text', 'What to do', '{"part": "compute.py"}'),
	('x_cartona_problem', 'x_since', 'datetime', 'Since', '{}'),

	('x_cartona_queue', 'x_account_id', 'many2one', 'Account', '{"relation": "x_cartona_overview"}'),
	('x_cartona_queue', 'x_state', 'selection', 'State', '{"choices": [["captured", "Just changed"], ["waiting", "Waits"], ["sending", "On its way"], ["again", "Is tried again"], ["dead", "Refused"]]}'),
	('x_cartona_queue', 'x_kind', 'selection', 'Kind', '{"choices": [["order", "Order status"], ["product", "Product"], ["template", "Product"], ["ack", "Receipt of an order"], ["order_deleted", "Deleted order"], ["order_products", "Products of an order"], ["order_level", "Order to compare"], ["order_change", "Changed order"], ["pull", "Pull orders"], ["check", "Connection test"], ["full", "All products"], ["refresh", "Changed settings"], ["enable", "Compare everything"]]}'),
	('x_cartona_queue', 'x_name', 'char', 'Subject', '{}'),
	('x_cartona_queue', 'x_status', 'char', 'Status', '{}'),
	('x_cartona_queue', 'x_record', 'integer', 'Id in Odoo', '{}'),
	('x_cartona_queue', 'x_attempt', 'integer', 'Attempts', '{}'),
	('x_cartona_queue', 'x_due', 'datetime', 'Next try', '{}'),
	('x_cartona_queue', 'x_http_status', 'integer', 'HTTP status', '{}'),
	('x_cartona_queue', 'x_error', 'text', 'Last error, in English', '{}'),
	('x_cartona_queue', 'x_error_text', 'text', 'Last error', '{"part": "translate.py", "of": "x_error"}'),
	('x_cartona_queue', 'x_created', 'datetime', 'Created', '{}'),

	('x_cartona_inbox', 'x_account_id', 'many2one', 'Account', '{"relation": "x_cartona_overview"}'),
	('x_cartona_inbox', 'x_name', 'char', 'Cartona id', '{}'),
	('x_cartona_inbox', 'x_source', 'selection', 'Came by', '{"choices": [["pull", "Pull"], ["webhook", "Webhook"], ["sql", "By hand"]]}'),
	('x_cartona_inbox', 'x_state', 'selection', 'State', '{"choices": [["new", "To be imported"], ["applied", "In Odoo"], ["failed", "Not imported"], ["waiting", "Waits"], ["deleted", "Deleted in Odoo"], ["unreadable", "Unreadable"], ["early", "Status before its order"]]}'),
	('x_cartona_inbox', 'x_received', 'datetime', 'Received', '{}'),
	('x_cartona_inbox', 'x_applied', 'datetime', 'Imported', '{}'),
	('x_cartona_inbox', 'x_due', 'datetime', 'Next try', '{}'),
	('x_cartona_inbox', 'x_attempt', 'integer', 'Attempts', '{}'),
	('x_cartona_inbox', 'x_record', 'integer', 'Id in Odoo', '{}'),
	('x_cartona_inbox', 'x_status', 'char', 'Status', '{}'),
	('x_cartona_inbox', 'x_note', 'text', 'Note, in English', '{}'),
	('x_cartona_inbox', 'x_note_text', 'text', 'Note', '{"part": "translate.py", "of": "x_note"}'),
	('x_cartona_inbox', 'x_error', 'text', 'Last error, in English', '{}'),
	('x_cartona_inbox', 'x_error_text', 'text', 'Last error', '{"part": "translate.py", "of": "x_error"}'),
	('x_cartona_inbox', 'x_payload', 'text', 'As Cartona sent it', '{}'),

	('x_cartona_log', 'x_account_id', 'many2one', 'Account', '{"relation": "x_cartona_overview"}'),
	('x_cartona_log', 'x_at', 'datetime', 'Time', '{}'),
	('x_cartona_log', 'x_kind', 'char', 'Kind', '{}'),
	('x_cartona_log', 'x_name', 'char', 'Subject', '{}'),
	('x_cartona_log', 'x_request', 'char', 'Request', '{}'),
	('x_cartona_log', 'x_http_status', 'integer', 'HTTP status', '{}'),
	('x_cartona_log', 'x_duration', 'float', 'Milliseconds', '{}'),
	('x_cartona_log', 'x_items', 'integer', 'Items', '{}'),
	('x_cartona_log', 'x_result', 'selection', 'Result', '{"choices": [["done", "Done"], ["retry", "Is tried again"], ["refused", "Refused"], ["split", "Sent again in halves"], ["stopped", "Stopped"], ["dropped", "Not needed"], ["presumed", "Taken for accepted"], ["waiting", "Waits"]]}'),
	('x_cartona_log', 'x_message', 'text', 'Message, in English', '{}'),
	('x_cartona_log', 'x_message_text', 'text', 'Message', '{"part": "translate.py", "of": "x_message"}'),

	('x_cartona_config', 'x_name', 'char', 'Name', '{"readonly": false}'),
	('x_cartona_config', 'x_api_url', 'char', 'API URL', '{"readonly": false, "help": "The address of Cartona''s interface for suppliers, such as https://supplier-integrations.cartona.com"}'),
	('x_cartona_config', 'x_api_token', 'char', 'API token', '{"readonly": false, "help": "The token that Cartona gave you. It is kept where nobody can read it: here it shows as asterisks. Type a new one to replace it."}'),
	('x_cartona_config', 'x_last_order_sync', 'datetime', 'Last order sync', '{}'),
	('x_cartona_config', 'x_enabled', 'boolean', 'Enabled', '{}'),
	('x_cartona_config', 'x_company_id', 'many2one', 'Company', '{"readonly": false, "relation": "res.company"}'),
	('x_cartona_config', 'x_warehouse_id', 'many2one', 'Warehouse', '{"readonly": false, "relation": "stock.warehouse", "help": "Stock of this warehouse only, and orders for it. Empty: the stock of all warehouses of the company."}'),
	('x_cartona_config', 'x_user_id', 'many2one', 'Salesperson', '{"readonly": false, "relation": "res.users", "help": "Of imported orders. Empty: the customer''s own."}'),
	('x_cartona_config', 'x_team_id', 'many2one', 'Sales team', '{"readonly": false, "relation": "crm.team"}'),
	('x_cartona_config', 'x_currency', 'char', 'Currency', '{"readonly": false, "help": "Three letters; it must be the currency of the company."}'),
	('x_cartona_config', 'x_price_includes_tax', 'boolean', 'Prices include taxes', '{"readonly": false, "help": "On: a price at Cartona is what the retailer pays, taxes included. Off: it is Odoo''s unit price as it stands."}'),
	('x_cartona_config', 'x_orders_since', 'datetime', 'Orders since', '{"readonly": false, "help": "Orders made before are not imported. Empty: from the first time it is enabled."}'),
	('x_cartona_config', 'x_pull_minutes', 'float', 'Minutes between pulls', '{"readonly": false}'),
	('x_cartona_config', 'x_overlap_hours', 'float', 'Overlap of pulls (hours)', '{"readonly": false, "help": "Each pull begins that long before the last one."}'),
	('x_cartona_config', 'x_pull_page_size', 'integer', 'Orders per page', '{"readonly": false}'),
	('x_cartona_config', 'x_product_key', 'selection', 'Internal product id', '{"readonly": false, "choices": [["variant", "Id of the variant"], ["template", "Id of the template"]]}'),
	('x_cartona_config', 'x_product_scope', 'selection', 'Products on sale', '{"readonly": false, "choices": [["mapped", "With a Cartona id"], ["saleable", "All that can be sold"]]}'),
	('x_cartona_config', 'x_missing_product', 'selection', 'Unknown product in an order', '{"readonly": false, "choices": [["skip", "Leave the line out"], ["reject", "The order waits"]]}'),
	('x_cartona_config', 'x_stock_measure', 'selection', 'Stock', '{"readonly": false, "choices": [["virtual_available", "Forecast"], ["free_qty", "On hand and not reserved"], ["qty_available", "On hand"]]}'),
	('x_cartona_config', 'x_stock_buffer', 'integer', 'Pieces kept back', '{"readonly": false}'),
	('x_cartona_config', 'x_price_floor', 'float', 'Lowest price', '{"readonly": false, "help": "Lower prices are not sent."}'),
	('x_cartona_config', 'x_full_sync_at', 'char', 'Daily sync at', '{"readonly": false, "help": "When all products are sent again each day: hours and minutes, by the clock of the database server."}'),
	('x_cartona_config', 'x_apply_status', 'selection', 'Statuses from Cartona', '{"readonly": false, "choices": [["odoo", "Applied by Odoo"], ["sql", "Written directly"]]}'),
	('x_cartona_config', 'x_order_writer', 'selection', 'Orders are written', '{"readonly": false, "choices": [["sql", "By the extension"], ["odoo", "By Odoo itself"]]}'),
	('x_cartona_config', 'x_push_batch_size', 'integer', 'Products per call', '{"readonly": false}'),
	('x_cartona_config', 'x_push_parallel', 'integer', 'Calls at the same time', '{"readonly": false}'),
	('x_cartona_config', 'x_connect_seconds', 'float', 'Connecting takes at most (seconds)', '{"readonly": false}'),
	('x_cartona_config', 'x_total_seconds', 'float', 'A call takes at most (seconds)', '{"readonly": false}'),
	('x_cartona_config', 'x_retry_minutes', 'float', 'Longest pause between tries (minutes)', '{"readonly": false}'),
	('x_cartona_config', 'x_state', 'selection', 'Connection', '{"choices": [["on", "Works"], ["off", "Off"], ["stopped", "Stopped"], ["held", "Products are held"]]}'),
	('x_cartona_config', 'x_reason', 'text', 'Reason', '{"part": "compute.py"}'),
	('x_cartona_config', 'x_last_pull', 'datetime', 'Last pull', '{}'),
	('x_cartona_config', 'x_last_pull_error', 'text', 'Error of the last pull, in English', '{}'),
	('x_cartona_config', 'x_last_pull_error_text', 'text', 'Error of the last pull', '{"part": "translate.py", "of": "x_last_pull_error"}'),
	('x_cartona_config', 'x_last_check', 'datetime', 'Last connection test', '{}'),
	('x_cartona_config', 'x_last_check_result', 'text', 'Result of the connection test', '{"part": "compute.py"}'),
	('x_cartona_config', 'x_last_full_sync', 'datetime', 'All products sent', '{}'),

	('sale.order', 'x_cartona_id', 'char', 'Cartona id', '{}'),
	('sale.order', 'x_delivered_by', 'selection', 'Delivered by', '{"choices": [["delivered_by_supplier", "Supplier"], ["delivered_by_cartona", "Cartona"]]}'),
	('sale.order', 'x_cartona_otp', 'char', 'One-time password', '{"readonly": false, "help": "The password that the retailer says at the delivery of an order paid in part by instalments or topped up. It is sent with the status delivered, and then removed."}'),
	('sale.order', 'x_cartona_account', 'char', 'Cartona account', '{"part": "compute.py"}'),
	('sale.order', 'x_cartona_status', 'char', 'Status at Cartona', '{"part": "compute.py"}'),
	('sale.order', 'x_cartona_synced', 'datetime', 'Last sync with Cartona', '{"part": "compute.py"}'),
	('sale.order', 'x_cartona_problem', 'text', 'Problem', '{"part": "compute.py"}'),
	('sale.order', 'x_cartona_total', 'char', 'Total at Cartona', '{"part": "compute.py"}'),
	('sale.order', 'x_cartona_credit', 'char', 'Cartona credit', '{"part": "compute.py"}'),
	('sale.order', 'x_cartona_installment', 'char', 'Instalments', '{"part": "compute.py"}'),
	('sale.order', 'x_cartona_top_up', 'char', 'Wallet top-up', '{"part": "compute.py"}'),

	('product.template', 'x_cartona_id', 'char', 'Cartona id', '{"readonly": false, "help": "The id of this product at Cartona (supplier_product_id). With it the product is on sale there; without it, it is not."}'),
	('product.template', 'x_cartona_price', 'char', 'Price at Cartona', '{"part": "compute.py", "help": "The price that Cartona accepted last."}'),
	('product.template', 'x_cartona_stock', 'char', 'Stock at Cartona', '{"part": "compute.py", "help": "The stock that Cartona accepted last."}'),
	('product.template', 'x_cartona_accepted', 'datetime', 'Accepted by Cartona', '{"part": "compute.py"}'),
	('product.template', 'x_cartona_error', 'text', 'Problem at Cartona', '{"part": "compute.py"}'),

	('res.partner', 'x_cartona_id', 'char', 'Cartona id', '{"readonly": false, "help": "retailer_ and the retailer''s code: his orders are given to this customer."}')
) v (model, field, ttype, label, extra)
WHERE v.extra::jsonb ->> 'relation' IS NULL OR v.extra::jsonb ->> 'relation' LIKE 'x\_%'
	OR cartona._ui_has(replace(v.extra::jsonb ->> 'relation', '.', '_'))
$function$;
COMMENT ON FUNCTION cartona._ui_fields() IS 'The fields of the screens'' models, and those on Odoo''s own models; those whose related model this Odoo lacks are left out.';

/* The columns on Odoo's tables that are Odoo's way to ours. */
CREATE FUNCTION cartona._ui_mirrors(OUT tab text, OUT truth text, OUT shown text) RETURNS SETOF record
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
VALUES
	('sale_order', 'cartona_id', 'x_cartona_id'), ('sale_order', 'delivered_by', 'x_delivered_by'), ('sale_order', 'cartona_otp', 'x_cartona_otp'),
	('product_template', 'cartona_id', 'x_cartona_id'), ('res_partner', 'cartona_id', 'x_cartona_id')
$$;
COMMENT ON FUNCTION cartona._ui_mirrors() IS 'Columns with names Odoo can give a field, kept equal to ours by trigger cartona_mirror.';
