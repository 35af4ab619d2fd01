--
-- Orders in: what cartona.create_or_update_order() makes of plain, odd and
-- hostile payloads.
--
-- Neighbours: test/schema for the tables of an Odoo 19 with a fresh company.
-- A database of its own, dropped at the end.
--
\set ECHO none
\set VERBOSITY terse
\set database cartona_orders_in
\i test/schema/database.sql
\o /dev/null
\i test/schema/attached.sql
\i test/schema/take.sql
\o
\set ECHO all

UPDATE product_template SET cartona_id = 'sp-tea' WHERE id = 11;
UPDATE product_template SET cartona_id = 'sp-soda' WHERE id = 14;
UPDATE product_template SET cartona_id = 'sp-soap' WHERE id = 17;
INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, 'sp-carton', 102, 12);

-- What a test shows of an order.
CREATE VIEW made AS
SELECT o.cartona_id, o.name AS number, p.name AS customer, l.product_id AS product, l.name AS line, l.product_uom_qty AS qty,
	l.price_unit AS price, l.price_subtotal AS subtotal, l.price_tax AS tax, l.price_total AS total,
	(SELECT array_agg(r.account_tax_id) FROM account_tax_sale_order_line_rel r WHERE r.sale_order_line_id = l.id) AS taxes
FROM sale_order o JOIN res_partner p ON p.id = o.partner_id JOIN sale_order_line l ON l.order_id = o.id ORDER BY l.id;

-- A usable order to spoil in one place.
CREATE FUNCTION good(id text) RETURNS jsonb LANGUAGE sql AS $$
SELECT jsonb_build_object('hashed_id', id, 'status', 'pending', 'retailer', '{"retailer_code": "R9", "retailer_name": "Plain Shop"}'::jsonb,
	'order_details', '[{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 10}]'::jsonb)
$$;

--
-- The plain order: Arabic, a product twice at two prices, three kinds of tax.
--
SELECT take('{"hashed_id": "plain", "receipt_id": "R-1001", "status": "pending", "created_at": "2026-01-02T03:04:05.678+02:00",
	"delivered_by": "delivered_by_cartona", "note_message": "الباب الخلفي\n<script>alert(\"x\")</script> & ''من فضلك''",
	"retailer": {"retailer_code": "7001", "retailer_name": "بقالة النور 𠮷", "retailer_number": "01001112223", "retailer_number2": "0223334445",
		"retailer_email": "Nour@Example.com", "retailer_address": "١٢ شارع النيل", "address_notes": "<b>بجوار المسجد</b>"},
	"order_details": [
		{"id": 11, "supplier_product_id": "sp-tea", "amount": 2, "selling_price": "40.00"},
		{"id": "12", "supplier_product_id": "sp-tea", "amount": "3", "selling_price": 42.5},
		{"id": 13, "internal_product_id": "105", "amount": 1, "price": 27},
		{"id": 14, "internal_product_id": "103#2", "amount": 1, "selling_price": 95.75},
		{"id": 15, "internal_product_id": 106, "amount": 1, "selling_price": 30}]}');
SELECT * FROM made WHERE cartona_id = 'plain';
SELECT name, state, client_order_ref, origin, delivered_by, date_order, validity_date = (now() AT TIME ZONE 'UTC')::date + 30 AS valid_30_days,
	note, amount_untaxed, amount_tax, amount_total, currency_id, currency_rate, user_id, team_id, create_uid, warehouse_id,
	require_signature, require_payment, prepayment_percent, picking_policy
FROM sale_order WHERE cartona_id = 'plain' \gx
SELECT p.name, complete_name, phone, phone_sanitized, email, email_normalized, street, street2, country_id, lang, active, type, customer_rank, company_id,
	commercial_partner_id = id AS own_commercial, autopost_bills, cartona_id
FROM res_partner p WHERE cartona_id = 'retailer_7001' \gx
SELECT DISTINCT state, sequence, company_id, currency_id, warehouse_id, order_partner_id = o.partner_id AS partner, salesman_id, technical_price_unit, discount, create_uid
FROM sale_order_line l, LATERAL (SELECT partner_id FROM sale_order WHERE id = l.order_id) o WHERE cartona_line_id IN ('11', '12', '13', '14', '15');
SELECT cartona_line_id, qty_delivered_method, product_uom_id, customer_lead, price_reduce_taxexcl, price_reduce_taxinc FROM sale_order_line ORDER BY id;
SELECT state, order_id = (SELECT id FROM sale_order WHERE cartona_id = 'plain') AS right_order, note, error FROM cartona.inbox WHERE hashed_id = 'plain';
SELECT kind, status, ref, subject = (SELECT id FROM sale_order WHERE cartona_id = 'plain') AS right_order FROM cartona.outbox WHERE kind = 'ack';
SELECT known_status, ordered_at AT TIME ZONE 'UTC' AS ordered_at, problem FROM cartona.order_sync WHERE hashed_id = 'plain';

--
-- The same order again makes none, and no second acknowledgement.
--
SELECT take(payload) FROM cartona.inbox WHERE hashed_id = 'plain';
SELECT count(*) AS orders, (SELECT count(*) FROM cartona.outbox WHERE kind = 'ack') AS acks FROM sale_order;
-- Changed at Cartona: the draft follows.
SELECT take(jsonb_set(payload, '{order_details,0,amount}', '9')) FROM cartona.inbox WHERE hashed_id = 'plain';
SELECT take(jsonb_set(payload, '{order_details,0,amount}', '8')) FROM cartona.inbox WHERE hashed_id = 'plain';
SELECT take(jsonb_set(payload, '{status}', '"cancelled_by_retailer"')) FROM cartona.inbox WHERE hashed_id = 'plain';
SELECT i.note, s.problem, s.known_status FROM cartona.inbox i JOIN cartona.order_sync s USING (account_id, hashed_id) WHERE hashed_id = 'plain';
SELECT product_uom_qty FROM sale_order_line WHERE cartona_line_id = '11';
-- What Cartona knows does not go back.
SELECT take(jsonb_set(payload, '{status}', '"pending"')) FROM cartona.inbox WHERE hashed_id = 'plain';
SELECT known_status FROM cartona.order_sync WHERE hashed_id = 'plain';

--
-- Customers: the known one is used, also when archived; by retailer_code, id, retailer_id.
--
UPDATE res_partner SET active = false WHERE cartona_id = 'retailer_7001';
SELECT take(good('known') || '{"retailer": {"retailer_code": 7001, "retailer_name": "Another name"}}');
UPDATE res_partner SET active = true WHERE cartona_id = 'retailer_7001';
SELECT take(good('by_id') || '{"retailer": {"id": 55, "retailer_id": 66, "retailer_code": null}}');
SELECT take(good('by_retailer_id') || '{"retailer": {"retailer_id": 66, "id": "", "retailer_code": {}}}');
SELECT o.cartona_id, p.cartona_id AS customer, p.name FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
WHERE o.cartona_id IN ('known', 'by_id', 'by_retailer_id') ORDER BY o.id;
-- One of another company is not used.
INSERT INTO res_company SELECT (jsonb_populate_record(c, '{"id": 2, "name": "Other company"}')).* FROM res_company c WHERE c.id = 1;
UPDATE res_partner SET company_id = 2 WHERE cartona_id = 'retailer_55';
SELECT take(good('other_company') || '{"retailer": {"id": 55}}');
SELECT count(*) AS customers_55, count(company_id) AS of_company_2 FROM res_partner WHERE cartona_id = 'retailer_55';

--
-- Products: map with a factor first, then the template's cartona_id, then the internal id.
--
SELECT take(good('carton') || '{"order_details": [{"id": 1, "supplier_product_id": "sp-carton", "internal_product_id": "101", "amount": 2, "selling_price": 456}]}');
SELECT product, qty, price, subtotal FROM made WHERE cartona_id = 'carton';
-- Two variants under one supplier_product_id: only the internal id can tell.
SELECT take(good('soda') || '{"order_details": [{"supplier_product_id": "sp-soda", "internal_product_id": "104", "amount": 1, "selling_price": 15}]}');
SELECT product, line FROM made WHERE cartona_id = 'soda';
-- Skipped lines leave a note; an order of nothing else is none.
SELECT take(good('skip') || '{"order_details": [
	{"internal_product_id": "101", "amount": 1, "selling_price": 10},
	{"supplier_product_id": "sp-soda", "product_name": "<i>Soda</i>", "amount": 1, "selling_price": 15},
	{"supplier_product_id": "sp-soap", "amount": 1, "selling_price": 1},
	{"internal_product_id": "12345", "amount": 1, "selling_price": 1},
	{"internal_product_id": "abc", "amount": 1, "selling_price": 1},
	{"internal_product_id": "99999999999999999999", "amount": 1, "selling_price": 1},
	{"amount": 1, "selling_price": 1}]}');
SELECT o.note AS order_note, i.note AS inbox_note, s.problem = i.note AS is_problem
FROM sale_order o JOIN cartona.inbox i ON i.order_id = o.id JOIN cartona.order_sync s ON s.order_id = o.id WHERE o.cartona_id = 'skip' \gx
SELECT take(good('nothing') || '{"order_details": [{"internal_product_id": "12345", "amount": 1, "selling_price": 1}]}');
UPDATE product_template SET company_id = 2 WHERE id = 12;
SELECT take(good('not_ours') || '{"order_details": [{"internal_product_id": "102", "amount": 1, "selling_price": 1}]}');
UPDATE product_template SET company_id = NULL WHERE id = 12;
-- missing_product = 'reject', product_key = 'template'
UPDATE cartona.account SET missing_product = 'reject', product_key = 'template';
SELECT take(good('reject') || '{"order_details": [{"internal_product_id": "11", "amount": 1, "selling_price": 1}, {"internal_product_id": "101", "amount": 1, "selling_price": 1}]}');
SELECT take(good('by_template') || '{"order_details": [{"internal_product_id": "11", "amount": 1, "selling_price": 1}]}');
SELECT product FROM made WHERE cartona_id = 'by_template';
UPDATE cartona.account SET missing_product = 'skip', product_key = 'variant';

--
-- Prices with taxes inside.
--
UPDATE cartona.account SET price_includes_tax = true;
SELECT take(good('gross') || '{"total_price": 209.75, "order_details": [{"internal_product_id": "101", "amount": 1, "selling_price": 114}, {"internal_product_id": "103", "amount": 1, "selling_price": 95.75}]}');
SELECT price, subtotal, tax, total FROM made WHERE cartona_id = 'gross';
SELECT amount_total, i.note FROM sale_order o JOIN cartona.inbox i ON i.order_id = o.id AND o.cartona_id = 'gross' WHERE i.note IS NULL;
UPDATE cartona.account SET price_includes_tax = false;

--
-- Status decides first.
--
SELECT take('{"hashed_id": "editing", "status": "editing"}'), (SELECT state FROM cartona.inbox WHERE hashed_id = 'editing');
SELECT state, due_at, note FROM cartona.inbox WHERE hashed_id = 'editing';
SELECT take(good('editing'));
SELECT take('{"hashed_id": "never", "status": "cancelled_by_retailer"}');
SELECT state, order_id, note FROM cartona.inbox WHERE hashed_id IN ('editing', 'never') ORDER BY hashed_id DESC;
SELECT take(good('strange') || '{"status": "teleported"}');
SELECT take(good('strange2') || '{"status": 7}');
SELECT take(good('approved') || '{"status": "approved"}');
SELECT s.hashed_id, s.known_status, i.note FROM cartona.order_sync s JOIN cartona.inbox i USING (hashed_id) WHERE s.hashed_id IN ('strange', 'strange2', 'approved') ORDER BY 1;
-- A clerk deleted it: it stays deleted.
DELETE FROM sale_order_line WHERE order_id = (SELECT id FROM sale_order WHERE cartona_id = 'strange');
DELETE FROM sale_order WHERE cartona_id = 'strange';
SELECT take(good('strange') || '{"note_message": "again"}');
SELECT state FROM cartona.inbox WHERE hashed_id = 'strange';
SELECT count(*) FROM sale_order WHERE cartona_id = 'strange';

--
-- Hostile payloads: each field missing, null, of the wrong type, empty, enormous, negative.
--
SELECT take(NULL);
SELECT p, take(p::jsonb) FROM unnest(ARRAY['null', '[]', '{}', '7', '"x"', '[{"hashed_id": "x"}]', '{"hashed_id": null}', '{"hashed_id": ""}',
	'{"hashed_id": "  "}', '{"hashed_id": {}}', '{"hashed_id": true}', '{"hashed_id": "x1"}']) p;
SELECT take(jsonb_build_object('hashed_id', repeat('x', 5000)));
SELECT field, value, take(jsonb_set(good('f' || row_number() OVER ()), ARRAY[field], value::jsonb))
FROM (VALUES ('retailer'), ('order_details'), ('status'), ('delivered_by'), ('created_at'), ('note_message'), ('receipt_id'), ('total_price')) f (field),
	unnest(ARRAY['null', 'true', '-1', '1e300', '""', '"x"', '[]', '{}', '[[[[{}]]]]']) value ORDER BY 1, 2;
SELECT field, value, take(jsonb_set(good('l' || row_number() OVER ()), ARRAY['order_details', '0', field], value::jsonb))
FROM (VALUES ('amount'), ('selling_price'), ('internal_product_id'), ('supplier_product_id'), ('id'), ('product_name')) f (field),
	unnest(ARRAY['null', 'true', '-1', '0', '0.0000001', '1e10', '1e300', '""', '"x"', '"NaN"', '"Infinity"', '"1e5"', '"12.50"', '" 3 "', '"١٢"', '[]', '{}']) value ORDER BY 1, 2;
SELECT field, value, take(jsonb_set(good('r' || row_number() OVER ()), ARRAY['retailer', field], value::jsonb))
FROM (VALUES ('retailer_code'), ('retailer_name'), ('retailer_number'), ('retailer_email'), ('retailer_address'), ('address_notes')) f (field),
	unnest(ARRAY['null', 'true', '-1', '1e300', '""', '"\t \n"', '[]', '{}']) value ORDER BY 1, 2;
SELECT take(good('no_line') || '{"order_details": [null]}'), take(good('no_line') || '{"order_details": [[]]}'), take(good('no_line') || '{"order_details": ["a"]}');
SELECT take(good('no_fields') || '{"order_details": [{}]}'), take(good('no_price') || '{"order_details": [{"amount": 1}]}');
SELECT field, take(good('m' || row_number() OVER ()) - field) FROM unnest(ARRAY['hashed_id', 'status', 'retailer', 'order_details']) field;
-- Enormous texts are cut, not refused.
SELECT take(good('huge') || jsonb_build_object('note_message', repeat('ن', 1000000), 'receipt_id', repeat('9', 100000),
	'retailer', jsonb_build_object('id', 'huge', 'retailer_name', repeat('𠮷', 100000), 'retailer_address', repeat('<', 100000), 'retailer_number', repeat('0', 100000))));
SELECT octet_length(p.name) AS name, octet_length(street) AS street, octet_length(phone) AS phone, octet_length(client_order_ref) AS ref, char_length(note) AS note
FROM sale_order o JOIN res_partner p ON p.id = o.partner_id WHERE o.cartona_id = 'huge';
SELECT take(good('many_lines') || jsonb_build_object('order_details', (SELECT jsonb_agg(jsonb_build_object('id', 1, 'internal_product_id', '101', 'amount', 1, 'selling_price', 1)) FROM generate_series(1, 10001))));
SELECT take(good('long_code') || jsonb_build_object('retailer', jsonb_build_object('id', repeat('7', 5000))));
-- HTML and control characters everywhere.
SELECT take('{"hashed_id": "<b>html</b>", "receipt_id": "<img src=x onerror=alert(1)>", "note_message": "</p><script>1</script>",
	"retailer": {"id": "<i>", "retailer_name": "<u>N\u0001\u0002\nme</u>", "retailer_number": "<1>", "retailer_email": "<e>", "retailer_address": "<a>", "address_notes": "\u007f<n>"},
	"order_details": [{"id": "<7>", "internal_product_id": "101", "product_name": "<p>", "amount": 1, "selling_price": 1}, {"product_name": "<script>x</script>", "amount": 1, "selling_price": 1}]}');
SELECT o.note, p.name, p.street, p.street2, p.cartona_id FROM sale_order o JOIN res_partner p ON p.id = o.partner_id WHERE o.cartona_id = '<b>html</b>' \gx

--
-- What the shop must have.
--
UPDATE cartona.account SET currency = 'USD';
SELECT take(good('currency'));
UPDATE cartona.account SET currency = 'EGP', company_id = 3;
SELECT take(good('company'));
UPDATE cartona.account SET company_id = 2;
SELECT take(good('warehouse'));
UPDATE cartona.account SET company_id = 1;
UPDATE account_tax SET amount_type = 'code' WHERE id = 1;
-- Only Odoo can compute this one: the order is there, without it.
SELECT take(good('python'));
SELECT so.amount_tax, i.note, t.kind, t.arg
FROM sale_order so JOIN cartona.inbox i ON i.order_id = so.id JOIN cartona.odoo_task t ON t.order_id = so.id
WHERE so.cartona_id = 'python';
UPDATE account_tax SET amount_type = 'percent' WHERE id = 1;
SELECT take(cartona.create_or_update_order(good('x'), 99)::text::jsonb);
INSERT INTO cartona.account (name) VALUES ('Second');
SELECT take(good('which'));
DELETE FROM cartona.account WHERE id = 2;

--
-- Columns of other modules, added while the session has its plans.
--
ALTER TABLE sale_order ADD COLUMN x_with_default integer NOT NULL DEFAULT 5;
ALTER TABLE sale_order_line ADD COLUMN x_flag boolean, ADD COLUMN x_text varchar, ADD COLUMN x_when timestamp, ADD COLUMN x_json jsonb;
UPDATE sale_order_line SET x_flag = true, x_text = 'old', x_when = now(), x_json = '[]';
ALTER TABLE sale_order_line ALTER x_flag SET NOT NULL, ALTER x_text SET NOT NULL, ALTER x_when SET NOT NULL, ALTER x_json SET NOT NULL;
INSERT INTO ir_model_fields (model, model_id, name, ttype, field_description, state)
SELECT 'sale.order.line', id, 'x_text', 'char', '{"en_US": "Text"}', 'manual' FROM ir_model WHERE model = 'sale.order.line';
INSERT INTO ir_default (field_id, json_value, write_date) SELECT id, '"the shop''s own"', now() FROM ir_model_fields WHERE name = 'x_text';
INSERT INTO ir_default (field_id, json_value, write_date) SELECT id, '"one"', now() FROM ir_model_fields WHERE model = 'sale.order' AND name = 'picking_policy';
SELECT take(good('columns'));
SELECT o.x_with_default, o.picking_policy, l.x_flag, l.x_text, l.x_when IS NOT NULL AS x_when, l.x_json
FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id WHERE o.cartona_id = 'columns';

--
-- The shop's defaults of many2many fields: what is there of the list, as ids or as Odoo's commands; not those of a user, and not of lines.
--
CREATE TABLE crm_tag (id integer PRIMARY KEY);
CREATE TABLE res_partner_category (id integer PRIMARY KEY);
CREATE TABLE res_partner_res_partner_category_rel (category_id integer NOT NULL REFERENCES res_partner_category, partner_id integer NOT NULL REFERENCES res_partner, PRIMARY KEY (category_id, partner_id));
INSERT INTO crm_tag SELECT generate_series(1, 9);
INSERT INTO res_partner_category VALUES (4), (5);
INSERT INTO ir_model_fields (model, model_id, name, ttype, relation, relation_table, column1, column2, field_description, state, store)
SELECT f.model, m.id, f.name, 'many2many', f.relation, f.relation_table, f.column1, f.column2, '{}', 'base', true
FROM (VALUES ('sale.order', 'tag_ids', 'crm.tag', 'sale_order_tag_rel', 'order_id', 'tag_id'),
	('res.partner', 'category_id', 'res.partner.category', 'res_partner_res_partner_category_rel', 'partner_id', 'category_id'))
	AS f (model, name, relation, relation_table, column1, column2) JOIN ir_model m ON m.model = f.model;
CREATE FUNCTION default_links(field text, list text, of_user integer DEFAULT NULL, of_company integer DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
	INSERT INTO ir_default (field_id, user_id, company_id, json_value, write_date)
	SELECT id, of_user, of_company, list, clock_timestamp() FROM ir_model_fields WHERE name = field
$$;
SELECT default_links('tag_ids', '[3, 1, 77]'), default_links('tag_ids', '[2]', of_user => 2), default_links('category_id', '[5, 4, 5]'), default_links('tax_ids', '[1, 2, 3]');
SELECT take(good('links no table') || '{"retailer": {"id": 561}}');
CREATE TABLE sale_order_tag_rel (order_id integer NOT NULL REFERENCES sale_order ON DELETE CASCADE, tag_id integer NOT NULL REFERENCES crm_tag ON DELETE CASCADE, PRIMARY KEY (order_id, tag_id));
SELECT take(good('links list') || '{"retailer": {"id": 561}}');
SELECT default_links('tag_ids', '[[6, 0, [4, 5]], [4, 6], [5, 7]]', of_company => 1);
SELECT take(good('links commands') || '{"retailer": {"id": 561}}');
UPDATE ir_default SET json_value = '[]', write_date = clock_timestamp() WHERE json_value LIKE '[%';
SELECT take(good('links none') || '{"retailer": {"id": 562}}');
SELECT o.cartona_id, ARRAY(SELECT r.tag_id FROM sale_order_tag_rel r WHERE r.order_id = o.id ORDER BY 1) AS tags,
	ARRAY(SELECT r.category_id FROM res_partner_res_partner_category_rel r WHERE r.partner_id = o.partner_id ORDER BY 1) AS categories,
	(SELECT count(*) FROM account_tax_sale_order_line_rel r JOIN sale_order_line l ON l.id = r.sale_order_line_id WHERE l.order_id = o.id) AS taxes
FROM sale_order o WHERE o.cartona_id LIKE 'links %' ORDER BY o.id;

--
-- The warehouse, where the account names none: the default for new orders (his, who would have typed them, before all others), else the
-- salesperson's own, else the company's first.
--
INSERT INTO stock_warehouse (id, name, code, company_id, partner_id, view_location_id, lot_stock_id, reception_steps, delivery_steps, active, sequence)
SELECT n, 'W' || n, 'W' || n, CASE n WHEN 9 THEN 2 ELSE 1 END, 1, 4, 5, 'one_step', 'ship_only', true, 10 FROM generate_series(2, 9) n;
CREATE FUNCTION default_warehouse(warehouse integer, of_user integer DEFAULT NULL, of_company integer DEFAULT NULL) RETURNS void LANGUAGE sql AS $$
	INSERT INTO ir_default (field_id, user_id, company_id, json_value)
	SELECT id, of_user, of_company, warehouse FROM ir_model_fields WHERE model = 'sale.order' AND name = 'warehouse_id'
$$;
UPDATE cartona.account SET user_id = 2;
SELECT take(good('wh nobody says'));
UPDATE res_users SET property_warehouse_id = '{"1": 2, "2": 9}' WHERE id = 2;
SELECT take(good('wh the salesperson'));
SELECT default_warehouse(3);
SELECT take(good('wh all'));
SELECT default_warehouse(4, of_company => 1), default_warehouse(9, of_company => 2);
SELECT take(good('wh the company'));
SELECT default_warehouse(5, of_user => 1);
SELECT take(good('wh not another user'));
SELECT default_warehouse(6, of_user => 2);
SELECT take(good('wh the salesperson as user'));
UPDATE ir_default SET json_value = '9' WHERE json_value = '6';
SELECT take(good('wh of another company'));
UPDATE cartona.account SET warehouse_id = 7;
SELECT take(good('wh the account'));
UPDATE cartona.account SET warehouse_id = NULL, user_id = NULL;
DELETE FROM ir_default WHERE company_id IS NOT NULL OR user_id IS NOT NULL;
SELECT take(good('wh no salesperson'));
SELECT o.cartona_id, o.user_id, o.warehouse_id, array_agg(DISTINCT l.warehouse_id) AS of_lines
FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id WHERE o.cartona_id LIKE 'wh %' GROUP BY o.id ORDER BY o.id;

--
-- Order numbers.
--
INSERT INTO ir_sequence (id, code, name, prefix, suffix, padding, implementation, number_next, number_increment, company_id, active, use_date_range)
VALUES (1234, 'sale.order', 'Own', 'C%%%(range_year)s/', '-%(y)s', 3, 'no_gap', 77, 5, 1, true, false);
SELECT take(good('gap1')), take(good('gap2'));
SELECT replace(replace(name, to_char(now() AT TIME ZONE 'UTC', 'YYYY'), 'YYYY'), '-' || to_char(now() AT TIME ZONE 'UTC', 'YY'), '-YY') FROM sale_order WHERE cartona_id LIKE 'gap%' ORDER BY id;
SELECT number_next FROM ir_sequence WHERE id = 1234;
UPDATE ir_sequence SET implementation = 'standard', use_date_range = true, prefix = '%(range_year)s/', suffix = NULL WHERE id = 1234;
SELECT take(good('range1') || '{"created_at": "2024-12-31T23:30:00Z"}'), take(good('range2') || '{"created_at": "2025-01-01"}'), take(good('range3') || '{"created_at": "2024-05-05T10:00:00"}');
SELECT cartona_id, name FROM sale_order WHERE cartona_id LIKE 'range%' ORDER BY id;
SELECT date_from, date_to FROM ir_sequence_date_range ORDER BY 1;
UPDATE ir_sequence SET prefix = '%(nonsense)s' WHERE id = 1234;
SELECT take(good('pattern'));
UPDATE ir_sequence SET active = false;
SELECT take(good('unnumbered'));
SELECT name FROM sale_order WHERE cartona_id = 'unnumbered';

--
-- Nothing half-made is left behind: every order has lines, an inbox row and an acknowledgement.
--
SELECT count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM sale_order_line l WHERE l.order_id = o.id)) AS without_lines,
	count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM cartona.inbox i WHERE i.order_id = o.id AND i.state = 'applied')) AS without_inbox,
	count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM cartona.outbox b WHERE b.kind = 'ack' AND b.subject = o.id)) AS without_ack,
	count(*) FILTER (WHERE NOT EXISTS (SELECT 1 FROM cartona.order_sync s WHERE s.order_id = o.id)) AS without_sync,
	count(*) > 50 AS many
FROM sale_order o;

\set ECHO none
\c postgres
DROP DATABASE cartona_orders_in;
