--
-- What Cartona says became of an order: every cell of delivered_by, status and
-- state in Odoo, through both doors (the webhook's function, and an order pulled
-- again), asked of Odoo and written by SQL; events that come before their order.
--
-- Neighbours: test/schema for the tables of a fresh Odoo 19; 016_events.pl has
-- the worker, test/odoo/events.py a real Odoo.  A database of its own.
--
\set ECHO none
\set VERBOSITY terse
\set database cartona_events
\i test/schema/database.sql
\o /dev/null
\i test/schema/attached.sql
-- of a disabled account nothing is taken
UPDATE cartona.account SET active = true, (bound_system, bound_database) = (SELECT h.system_identifier, h.database_oid FROM cartona._identity() h);
UPDATE res_partner SET lang = 'en_US' WHERE id = (SELECT partner_id FROM res_company WHERE id = 1);
\o
\set ECHO all

CREATE FUNCTION pulled(id text, status text, by text DEFAULT 'delivered_by_cartona', product text DEFAULT '101') RETURNS jsonb LANGUAGE sql AS $$
SELECT jsonb_build_object('hashed_id', id, 'status', status, 'delivered_by', by, 'retailer', '{"retailer_code": "R9", "retailer_name": "Plain Shop"}'::jsonb,
	'order_details', jsonb_build_array('{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 10}'::jsonb,
		jsonb_build_object('id', 2, 'internal_product_id', product, 'amount', 1, 'selling_price', 10)))
$$;
CREATE FUNCTION take(payload jsonb) RETURNS integer LANGUAGE sql AS $$ SELECT cartona.create_or_update_order(payload) $$;
CREATE FUNCTION said(id text, status text) RETURNS text LANGUAGE sql AS $$
SELECT cartona.receive_order_status(jsonb_build_object('hashed_id', id, 'status', status)) ->> 'result'
$$;
CREATE VIEW asked AS
SELECT t.hashed_id AS of, t.kind || CASE WHEN t.kind = 'activity' THEN ' (' || (t.arg ->> 'what') || ')' ELSE '' END AS task, t.arg, t.order_id
FROM cartona.odoo_task t ORDER BY t.id;

-- An order in one of Odoo's states, known at Cartona as what that state means there.
CREATE FUNCTION in_state(id text, by text, state text) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
	made integer := take(pulled(id, 'pending', by));
BEGIN
	IF state <> 'draft' THEN
		PERFORM set_config('cartona.cause', made::text, true);
		UPDATE sale_order SET state = CASE WHEN in_state.state = 'delivered' THEN 'sale' ELSE in_state.state END WHERE sale_order.id = made;
		PERFORM set_config('cartona.cause', '', true);
	END IF;
	IF state IN ('sale', 'delivered') THEN
		INSERT INTO stock_picking (name, sale_id, state, picking_type_id, location_id, location_dest_id, move_type, company_id)
		SELECT 'WH/OUT/' || in_state.id, made, CASE state WHEN 'delivered' THEN 'done' ELSE 'confirmed' END, t.id, t.default_location_src_id, t.default_location_dest_id, 'direct', 1
		FROM stock_picking_type t WHERE t.code = 'outgoing';
	END IF;
	RETURN made;
END
$$;

-- One cell: what is answered, what is asked of Odoo, what Cartona is known to hold, and what a human must see to.
CREATE FUNCTION cell(door text, by text, status text, state text, OUT result text, OUT task text, OUT known text, OUT now_is text, OUT problem text)
LANGUAGE plpgsql AS $$
DECLARE
	id text := concat_ws(' ', door, by, status, state);
	made integer := in_state(id, by, state);
BEGIN
	IF door = 'webhook' THEN
		result := said(id, status);
	ELSE
		PERFORM take(pulled(id, status, by));
	END IF;
	SELECT string_agg(a.task, ', ') INTO task FROM asked a WHERE a.of = id AND a.order_id = made;
	SELECT s.known_status, s.problem INTO known, problem FROM cartona.order_sync s WHERE s.hashed_id = id;
	SELECT o.state INTO now_is FROM sale_order o WHERE o.id = made;
END
$$;
CREATE TABLE matrix (apply text, by text, status text, state text, door text, result text, task text, known text, now_is text, problem text);
CREATE FUNCTION fill(apply text) RETURNS bigint LANGUAGE sql AS $$
INSERT INTO matrix SELECT fill.apply, by, status, state, door, c.*
FROM unnest('{delivered_by_supplier,delivered_by_cartona,NULL}'::text[]) by,
	unnest('{pending,editing,approved,assigned_to_salesman,delivered,returned,cancelled_by_retailer,cancelled_by_supplier,cancelled,synced}'::text[]) status,
	unnest('{draft,sale,delivered,cancel}'::text[]) state, unnest('{webhook,pull}'::text[]) door,
	LATERAL cell(door, by, status, state) c;
SELECT count(*) FROM matrix m WHERE m.apply = fill.apply
$$;
SELECT fill('odoo');
TRUNCATE cartona.odoo_task;
DELETE FROM stock_picking;
UPDATE sale_order SET cartona_id = cartona_id || ' (odoo)';
DELETE FROM cartona.order_sync;
DELETE FROM cartona.inbox;
UPDATE cartona.account SET apply_status = 'sql';
SELECT fill('sql');
UPDATE cartona.account SET apply_status = 'odoo';

-- An order that does not say is the supplier's.
SELECT apply, status, state, door, result, task, known, now_is, replace(problem, 'delivered_by_supplier', '') FROM matrix WHERE by IS NULL
EXCEPT SELECT apply, status, state, door, result, task, known, now_is, problem FROM matrix WHERE by = 'delivered_by_supplier';
-- Of the supplier's orders Cartona may change nothing but cancel them.
SELECT DISTINCT status FROM matrix WHERE by = 'delivered_by_supplier' AND (task IS NOT NULL OR now_is <> CASE state WHEN 'delivered' THEN 'sale' ELSE state END) ORDER BY 1;
SELECT status, state, result FROM matrix WHERE by = 'delivered_by_supplier' AND apply = 'odoo' AND door = 'webhook' ORDER BY status COLLATE "C", state COLLATE "C";
-- Both doors ask the same of Odoo.
SELECT w.by, w.status, w.state, w.task, p.task FROM matrix w JOIN matrix p ON (p.apply, p.by, p.status, p.state) = (w.apply, w.by, w.status, w.state) AND p.door = 'pull'
WHERE w.door = 'webhook' AND (w.task, w.now_is) IS DISTINCT FROM (p.task, p.now_is) ORDER BY 1, 2, 3;
-- Orders that Cartona delivers: asked of Odoo.
SELECT status, state, result, task, known FROM matrix WHERE by = 'delivered_by_cartona' AND apply = 'odoo' AND door = 'webhook' ORDER BY status COLLATE "C", state COLLATE "C";
SELECT DISTINCT status, state, problem FROM matrix WHERE by = 'delivered_by_cartona' AND apply = 'odoo' AND problem IS NOT NULL ORDER BY 1, 2;
-- The same without an Odoo: nothing is asked.
SELECT count(*) FROM cartona.odoo_task;
SELECT status, state, result, now_is, problem FROM matrix WHERE by = 'delivered_by_cartona' AND apply = 'sql' AND door = 'webhook'
AND (result <> 'unchanged' OR now_is <> CASE state WHEN 'delivered' THEN 'sale' ELSE state END) ORDER BY status COLLATE "C", state COLLATE "C";
-- What a pull says of the supplier's orders and Odoo does not have is for a human.
SELECT DISTINCT status, state, known, problem FROM matrix WHERE by = 'delivered_by_supplier' AND door = 'pull' AND problem IS NOT NULL AND apply = 'odoo' ORDER BY 1, 2;
-- None of it goes back to Cartona.
SELECT DISTINCT kind FROM cartona.outbox WHERE kind = 'order';

--
-- Never backwards, never twice.
--
SELECT in_state('life', 'delivered_by_cartona', 'draft') IS NOT NULL AS made;
SELECT status, said('life', status) FROM unnest('{approved,approved,pending,assigned_to_salesman,approved,delivered,delivered,assigned_to_salesman,editing,cancelled_by_retailer,cancelled,delivered,returned}'::text[]) status;
SELECT task FROM asked WHERE of = 'life';
SELECT known_status FROM cartona.order_sync WHERE hashed_id = 'life';
-- The newest one is what Odoo takes; the others have gone.
SELECT kind, arg ->> 'force' AS force, arg ->> 'responsible' AS responsible, lang FROM cartona._task_take() WHERE order_id = (SELECT id FROM sale_order WHERE cartona_id = 'life');
SELECT kind, state, result FROM cartona.odoo_task WHERE hashed_id = 'life' ORDER BY id;
TRUNCATE cartona.odoo_task;
-- While the retailer edits, and after it, the order is pulled again.
SELECT in_state('edited', 'delivered_by_cartona', 'draft') IS NOT NULL AS made;
DELETE FROM cartona.outbox;
SELECT status, said('edited', status) FROM unnest('{editing,editing,pending,pending,approved}'::text[]) status;
SELECT kind, count(*) FROM cartona.outbox GROUP BY kind;
SELECT task FROM asked WHERE of = 'edited';
-- A pull that is older than the webhook changes nothing.
SELECT take(pulled('edited', 'pending')) IS NOT NULL AS again, (SELECT known_status FROM cartona.order_sync WHERE hashed_id = 'edited');
SELECT task FROM asked WHERE of = 'edited';

--
-- A draft past pending at its import; an order of which a line is missing.
--
SELECT take(pulled('ahead', 'delivered')) IS NOT NULL AS made;
SELECT take(pulled('not ours', 'delivered', 'delivered_by_supplier')) IS NOT NULL AS made;
SELECT take(pulled('skipped', 'approved', 'delivered_by_cartona', '999')) IS NOT NULL AS made;
SELECT of, task, arg FROM asked WHERE of IN ('ahead', 'not ours', 'skipped');
SELECT hashed_id, known_status, problem FROM cartona.order_sync WHERE hashed_id IN ('ahead', 'not ours', 'skipped') ORDER BY 1;
SELECT said('skipped', 'delivered'), said('skipped', 'cancelled');
SELECT task FROM asked WHERE of = 'skipped';
-- The retailer's last edit and his approval come in one pull: the draft follows first.
SELECT in_state('both', 'delivered_by_cartona', 'draft') IS NOT NULL AS made;
SELECT take(jsonb_set(pulled('both', 'approved'), '{order_details,0,amount}', '7')) IS NOT NULL AS again;
SELECT l.product_uom_qty FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id WHERE o.cartona_id = 'both' ORDER BY l.id;
SELECT task FROM asked WHERE of = 'both';
SELECT problem FROM cartona.order_sync WHERE hashed_id = 'both';
-- Deleted in Odoo.
SELECT in_state('deleted', 'delivered_by_cartona', 'draft') IS NOT NULL AS made;
DELETE FROM sale_order_line WHERE order_id = (SELECT id FROM sale_order WHERE cartona_id = 'deleted');
DELETE FROM sale_order WHERE cartona_id = 'deleted';
SELECT said('deleted', 'approved'), said('deleted', 'cancelled');
SELECT problem FROM cartona.order_sync WHERE hashed_id = 'deleted';

--
-- What is said on an order, in the company's language; why, in Cartona's words.
--
SELECT in_state('why', 'delivered_by_supplier', 'draft') IS NOT NULL AS made;
SELECT cartona.receive_order_status('{"hashed_id": "why", "status": "cancelled_by_retailer", "cancellation_reason": "late \u0627\u0644\u062a\u0623\u062e\u064a\u0631 \ud842\udfb7 <b>", "retailer_otp": "1234"}') ->> 'result';
SELECT task, arg FROM asked WHERE of = 'why';
SELECT cartona._target_text('en_US', 'cancel', 'late'), cartona._target_text('ar_001', 'cancel', NULL);
UPDATE cartona.account SET apply_status = 'sql';
SELECT in_state('why not', 'delivered_by_supplier', 'draft') IS NOT NULL AS made;
SELECT cartona.receive_order_status('{"hashed_id": "why not", "status": "cancelled_by_retailer", "cancellation_reason": "late <b>"}') ->> 'result';
SELECT m.body FROM mail_message m JOIN sale_order o ON o.id = m.res_id WHERE o.cartona_id = 'why not' ORDER BY m.id DESC LIMIT 1;
SELECT o.state, l.state AS line FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id WHERE o.cartona_id = 'why not';
UPDATE cartona.account SET apply_status = 'odoo';

UPDATE cartona.account SET apply_status = 'sql';
SELECT in_state('to invoice', 'delivered_by_cartona', 'draft') IS NOT NULL AS made;
UPDATE product_template SET invoice_policy = CASE id WHEN (SELECT product_tmpl_id FROM product_product WHERE id = 101) THEN 'delivery' ELSE 'order' END;
UPDATE sale_order_line SET product_id = 102 WHERE cartona_line_id = '2' AND order_id = (SELECT id FROM sale_order WHERE cartona_id = 'to invoice');
SELECT said('to invoice', 'approved');
CREATE VIEW invoicing AS
SELECT o.state, o.invoice_status, o.date_order > now() AT TIME ZONE 'UTC' - interval '1 hour' AS now, l.cartona_line_id AS line, l.state AS line_state, l.invoice_status AS line_status, l.qty_to_invoice
FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id WHERE o.cartona_id = 'to invoice' ORDER BY l.id;
SELECT * FROM invoicing;
SELECT said('to invoice', 'cancelled');
SELECT * FROM invoicing;
UPDATE cartona.account SET apply_status = 'odoo';

--
-- Bad input: said what is wrong, and nothing done.
--
SELECT payload, cartona.receive_order_status(payload) - 'hashed_id' FROM unnest(ARRAY[NULL, 'null', '7', '"x"', '[]', '[{"hashed_id": "life", "status": "approved"}]', '{}',
	'{"hashed_id": "life"}', '{"status": "approved"}', '{"hashed_id": null, "status": "approved"}', '{"hashed_id": {}, "status": "approved"}', '{"hashed_id": " ", "status": "approved"}',
	'{"hashed_id": "life", "status": null}', '{"hashed_id": "life", "status": 7}', '{"hashed_id": "life", "status": ""}', '{"hashed_id": "life", "status": ["approved"]}',
	'{"hashed_id": "life", "status": "shipped to \u0642\u0646\u0627 \ud842\udfb7"}']::jsonb[]) payload;
SELECT cartona.receive_order_status(jsonb_build_object('hashed_id', repeat('x', 201), 'status', 'approved')) ->> 'result';
SELECT cartona.receive_order_status('{"hashed_id": "life", "status": "approved"}', 99);
-- Ids as numbers; a status that is mapped to nothing, and to a note.
SELECT take(pulled('1', 'pending') || '{"hashed_id": 4711}') IS NOT NULL AS made;
SELECT cartona.receive_order_status('{"hashed_id": 4711, "status": "approved", "order": {"retailer": {"id": 1}}}') ->> 'result', cartona.receive_order_status('{"hashed_id": "4711", "status": "approved"}') ->> 'message';
UPDATE cartona.status_map SET odoo_state = 'note' WHERE direction = 'in' AND cartona_status = 'assigned_to_salesman';
SELECT said('4711', 'assigned_to_salesman');
UPDATE cartona.status_map SET odoo_state = 'assign' WHERE direction = 'in' AND cartona_status = 'assigned_to_salesman';
DELETE FROM cartona.status_map WHERE direction = 'in' AND cartona_status = 'delivered';
SELECT cartona.receive_order_status('{"hashed_id": "4711", "status": "delivered"}') - 'order_id';
SELECT task FROM asked WHERE of = '4711';
INSERT INTO cartona.status_map (direction, odoo_state, cartona_status) VALUES ('in', 'deliver', 'delivered');

--
-- An account that takes nothing now says so, as the webhook does, and nothing is kept.
--
UPDATE cartona.account SET active = false;
SELECT cartona.receive_order_status('{"hashed_id": "4711", "status": "cancelled"}'), cartona.receive_order_status('{}') ->> 'result';
UPDATE cartona.account SET active = true;
UPDATE cartona.account_state SET stopped_reason = 'Cartona refused the token';
SELECT said('4711', 'cancelled'), said('not here', 'cancelled');
UPDATE cartona.account_state SET stopped_reason = NULL;
INSERT INTO ir_config_parameter (key, value) VALUES ('database.is_neutralized', 'true');
SELECT cartona.receive_order_status('{"hashed_id": "4711", "status": "cancelled"}');
DELETE FROM ir_config_parameter WHERE key = 'database.is_neutralized';
SELECT task FROM asked WHERE of = '4711';
SELECT count(*) FROM cartona.event;

--
-- Events of orders that are not here yet.
--
DELETE FROM cartona.outbox;
SELECT cartona.receive_order_status('{"hashed_id": "soon", "status": "approved"}');
SELECT said('soon', 'assigned_to_salesman'), said('soon', 'approved'), said('never', 'cancelled');
SELECT hashed_id, status, source FROM cartona.event ORDER BY id;
SELECT kind, count(*) FROM cartona.outbox GROUP BY kind;
SELECT take(pulled('soon', 'pending')) IS NOT NULL AS made;
SELECT task FROM asked WHERE of = 'soon';
SELECT known_status FROM cartona.order_sync WHERE hashed_id = 'soon';
SELECT hashed_id, status FROM cartona.event ORDER BY id;
-- Cancelled before it came: no order is made.
SELECT take(pulled('never', 'pending')) IS NULL AS none;
SELECT state, note FROM cartona.inbox WHERE hashed_id = 'never';
SELECT said('never', 'delivered');
SELECT count(*) FROM cartona.event;
-- Not Cartona's to say of an order that the supplier delivers.
SELECT said('supplier', 'approved');
SELECT take(pulled('supplier', 'pending', 'delivered_by_supplier')) IS NOT NULL AS made;
SELECT count(*) FROM asked WHERE of = 'supplier';
SELECT kind, ref, request, result, message FROM cartona.log ORDER BY id;
SELECT known_status, problem FROM cartona.order_sync WHERE hashed_id = 'supplier';
SELECT count(*) FROM cartona.event;
-- Received, but not to be imported yet.
INSERT INTO cartona.inbox (account_id, hashed_id, payload, state, due_at) VALUES (1, 'failing', pulled('failing', 'pending') - 'retailer', 'failed', 'infinity');
SELECT cartona.receive_order_status('{"hashed_id": "failing", "status": "approved"}');
-- A pull that began after the event is through, and did not bring it.
SELECT said('lost', 'approved');
UPDATE cartona.account_state SET last_order_sync = clock_timestamp();
SELECT cartona.receive_order_status('{"hashed_id": "lost", "status": "approved"}');
SELECT said('failing', 'approved'), said('later', 'approved');
SELECT count(*) FROM cartona.problem WHERE kind = 'event without order';
UPDATE cartona.event SET received_at = received_at - interval '2 hours';
UPDATE cartona.account_state SET last_order_sync = clock_timestamp();
SELECT subject, problem, what_to_do FROM cartona.problem WHERE kind = 'event without order' ORDER BY 1;
SELECT cartona.resolve('lost');
SELECT subject FROM cartona.problem WHERE kind = 'event without order' ORDER BY 1;

--
-- What Odoo refuses: on the order, until it is done or seen to.
--
TRUNCATE cartona.odoo_task;
UPDATE cartona.account SET deliver_without_stock = 'force', responsible_user_id = 6;
SELECT in_state('stuck', 'delivered_by_cartona', 'sale') IS NOT NULL AS made;
SELECT said('stuck', 'delivered');
SELECT id AS task FROM cartona._task_take() WHERE kind = 'deliver' AND (arg ->> 'force')::boolean AND (arg ->> 'responsible')::integer = 6 \gset
SELECT cartona._target_failed(:task, cartona._target_said(:task, 'stock', 'Tea; Sugar'));
SELECT regexp_replace(problem, '\d+', 'N', 'g') AS problem, regexp_replace(what_to_do, '\d+', 'N', 'g') AS what_to_do FROM cartona.problem WHERE subject = 'stuck';
SELECT state FROM cartona.odoo_task WHERE id = :task;
SELECT cartona.retry_task(:task);
SELECT problem FROM cartona.order_sync WHERE hashed_id = 'stuck';
SELECT id = :task AS again FROM cartona._task_take();
SELECT cartona._target_failed(:task, 'no');
SELECT cartona.resolve('stuck');
SELECT state, result FROM cartona.odoo_task WHERE id = :task;
SELECT count(*) FROM cartona.problem WHERE subject = 'stuck';
-- A newer one settles what an older one could not do.
SELECT in_state('passed', 'delivered_by_cartona', 'sale') IS NOT NULL AS made;
SELECT said('passed', 'assigned_to_salesman');
SELECT id AS task FROM cartona._task_take() \gset
SELECT cartona._target_failed(:task, 'no');
SELECT said('passed', 'delivered');
SELECT id AS task FROM cartona._task_take() \gset
SELECT cartona._task_done(:task, '');
SELECT kind, state, result FROM cartona.odoo_task WHERE hashed_id = 'passed' ORDER BY id;
SELECT count(*) FROM cartona.problem WHERE subject = 'passed';
-- Four attempts, then it is for a human; a collision with a clerk is tried again at once.
SELECT in_state('tried', 'delivered_by_cartona', 'draft') IS NOT NULL AS made;
SELECT said('tried', 'approved');
SELECT id AS task FROM cartona._task_take() \gset
SELECT cartona._task_failed(:task, 'could not serialize access', true);
SELECT due_at < now() + interval '10 seconds' AS soon FROM cartona.odoo_task WHERE id = :task;
UPDATE cartona.odoo_task SET due_at = now(), attempt = 3 WHERE id = :task;
SELECT id = :task AS again FROM cartona._task_take();
SELECT cartona._task_failed(:task, 'no');
SELECT regexp_replace(problem, '\d+', 'N', 'g') AS problem FROM cartona.order_sync WHERE hashed_id = 'tried';
-- Telling a human is a task that can fail, too.
SELECT in_state('untold', 'delivered_by_cartona', 'sale') IS NOT NULL AS made;
SELECT said('untold', 'returned');
SELECT id AS task FROM cartona._task_take() WHERE kind = 'activity' \gset
UPDATE cartona.odoo_task SET attempt = 4 WHERE id = :task;
SELECT cartona._task_failed(:task, 'no');
SELECT replace(what_to_do, :'task', 'N') AS what_to_do FROM cartona.problem WHERE subject = 'untold';
SELECT cartona.retry_task(:task);
SELECT count(*) FROM cartona.problem WHERE subject = 'untold';

\c postgres
SET client_min_messages = warning;
DROP DATABASE cartona_events;
