--
-- What Cartona adds to an order, and where people see it: delivery day, source,
-- printed note, chatter, problems.
--
-- Neighbours: test/schema for the tables of a fresh Odoo 19 and 14.  A database
-- of its own for each, dropped at the end.
--
\set ECHO none
\set VERBOSITY terse
\set database cartona_notes
\i test/schema/database.sql
\o /dev/null
\i test/schema/attached.sql
UPDATE res_partner SET lang = 'en_US' WHERE id = (SELECT partner_id FROM res_company WHERE id = 1);
\o
\set ECHO all

-- Attaching makes the source once; a shop's own is used.
SELECT name, create_uid, create_date IS NOT NULL AS dated FROM utm_source WHERE id > 2;
SELECT cartona.attach();
UPDATE utm_source SET name = 'CARTONA' WHERE name = 'Cartona';
SELECT cartona.attach();
SELECT count(*) FROM utm_source WHERE lower(name) = 'cartona';
DELETE FROM utm_source WHERE name = 'CARTONA';
SELECT cartona._attach_state();
SELECT cartona.attach();
SELECT cartona._attach_state();

CREATE VIEW seen AS
SELECT o.cartona_id, o.client_order_ref AS ref, o.origin, u.name AS source, o.commitment_date AS commitment, o.note, replace(m.body, '<br>', E'\n') AS chatter, s.problem
FROM sale_order o LEFT JOIN utm_source u ON u.id = o.source_id LEFT JOIN mail_message m ON m.model = 'sale.order' AND m.res_id = o.id
LEFT JOIN cartona.order_sync s ON s.order_id = o.id;

CREATE FUNCTION good(id text) RETURNS jsonb LANGUAGE sql AS $$
SELECT jsonb_build_object('hashed_id', id, 'status', 'pending', 'retailer', '{"retailer_code": "R9", "retailer_name": "Plain Shop"}'::jsonb,
	'order_details', '[{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 10}]'::jsonb)
$$;

--
-- The plainest order: nothing printed, and a note of where it comes from, as
-- Odoo's own log notes are.
--
SELECT cartona.create_or_update_order(good('plain')) IS NOT NULL AS made;
SELECT * FROM seen WHERE cartona_id = 'plain' \gx
SELECT m.message_type, d.name AS subtype, m.is_internal, m.author_id, m.email_from, m.reply_to, m.message_id ~ '^<[0-9.]+-openerp-message-notify@cartona>$' AS message_id,
	m.email_add_signature, m.create_uid, m.write_uid, m.date = date_trunc('second', m.create_date) AS date, m.parent_id, m.subject, m.record_company_id
FROM mail_message m LEFT JOIN ir_model_data d ON d.model = 'mail.message.subtype' AND d.res_id = m.subtype_id \gx
SELECT count(*) AS followers FROM mail_followers;

--
-- Everything at once.  The terms of the company come first on the printed order.
--
INSERT INTO ir_config_parameter (key, value) VALUES ('account.use_invoice_terms', 'True');
UPDATE res_company SET invoice_terms = '{"en_US": "<p>Our terms</p>", "ar_001": "<p>الشروط</p>"}' WHERE id = 1;
SELECT cartona.create_or_update_order('{"hashed_id": "all", "receipt_id": 4711, "supplier_code": "SUP-7", "status": "approved", "delivered_by": "delivered_by_supplier",
	"created_at": "2026-01-02T03:04:05Z", "estimated_delivery_day": "2026-01-05", "retailer_preferred_delivery_date": "2026-01-04T09:30:00+02:00", "pickup_date": "2026-01-03",
	"distribution_route_code": "R-12", "note_message": "Ring twice\n<b>loudly</b>", "retailer_otp": "secret-4242", "pickup_otp": "secret-2424",
	"total_price": "63.90", "cartona_credit": 20, "installment_cost": "10.50", "wallet_top_up": 5, "applied_supplier_rebate": "1.25",
	"retailer": {"retailer_code": "R1", "retailer_name": "Shop <i>One</i>"},
	"order_details": [
		{"id": 1, "internal_product_id": "101", "product_name": "Tea & <u>more</u>", "amount": 2, "selling_price": 20, "applied_supplier_discount": "2.50", "applied_cartona_discount": 1,
			"unit": "carton", "unit_count": "1", "comment": "the green one\nnot the red"},
		{"id": 2, "internal_product_id": "101", "amount": 1, "selling_price": 23.90, "applied_supplier_discount": 0, "applied_cartona_discount": null},
		{"id": 3, "internal_product_id": "102", "cancelled": true}]}') IS NOT NULL AS made;
SELECT * FROM seen WHERE cartona_id = 'all' \gx
SELECT l.name, l.product_uom_qty, l.price_unit FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id WHERE o.cartona_id = 'all' ORDER BY l.id;
-- Passwords are in the inbox, and nowhere else.
SELECT (SELECT count(*) FROM cartona.inbox WHERE payload::text LIKE '%secret-%') AS in_inbox,
	(SELECT count(*) FROM sale_order o WHERE o::text LIKE '%secret-%') + (SELECT count(*) FROM sale_order_line l WHERE l::text LIKE '%secret-%')
	+ (SELECT count(*) FROM mail_message m WHERE m::text LIKE '%secret-%') + (SELECT count(*) FROM res_partner p WHERE p::text LIKE '%secret-%')
	+ (SELECT count(*) FROM cartona.order_sync s WHERE s::text LIKE '%secret-%') + (SELECT count(*) FROM cartona.log l WHERE l::text LIKE '%secret-%')
	+ (SELECT count(*) FROM cartona.outbox b WHERE b::text LIKE '%secret-%') AS elsewhere;

--
-- When the goods must be ready.
--
SELECT cartona.create_or_update_order(good(id) || '{"estimated_delivery_day": "2026-03-05", "retailer_preferred_delivery_date": "2026-03-06", "pickup_date": "2026-03-04"}' || more::jsonb) IS NOT NULL AS made
FROM (VALUES ('day1', '{}'), ('day2', '{"delivered_by": "delivered_by_cartona"}'), ('day3', '{"delivered_by": "delivered_by_cartona", "pickup_date": null}'),
	('day4', '{"estimated_delivery_day": "next Sunday"}'), ('day5', '{"estimated_delivery_day": "2026-03-05T00:00:00+02:00"}'), ('day6', '{"estimated_delivery_day": "2026-03-05+02:00"}'),
	('day7', '{"estimated_delivery_day": "9999-12-31", "retailer_preferred_delivery_date": {}}'), ('day8', '{"estimated_delivery_day": 20260305, "retailer_preferred_delivery_date": "2026-02-30"}')) d (id, more);
SELECT cartona_id, commitment, substring(chatter FROM 'Delivery day: [^\n<]*') AS said FROM seen WHERE cartona_id LIKE 'day%' ORDER BY 1;

--
-- What a clerk must look at: in the chatter and as a problem, not on paper.
--
SELECT cartona.create_or_update_order(good('look') || '{"status": "teleported <b>", "total_price": 99, "order_details": [
	{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 10},
	{"id": 2, "internal_product_id": "999", "product_name": "<i>Lost</i>", "amount": 1, "selling_price": 89}]}') IS NOT NULL AS made;
SELECT note, chatter, problem FROM seen WHERE cartona_id = 'look' \gx
SELECT cartona.create_or_update_order(good('total') || '{"total_price": 9.99}') IS NOT NULL AS made;
SELECT amount_total, chatter, problem, i.note AS inbox FROM seen JOIN sale_order USING (cartona_id) JOIN cartona.inbox i ON i.hashed_id = cartona_id WHERE cartona_id = 'total' \gx
SELECT subject, problem FROM cartona.problem WHERE subject IN ('look', 'total') ORDER BY 1;
-- Taxes on top of Cartona's prices are what the account says, and no problem.
SELECT cartona.create_or_update_order(good('taxed') || '{"total_price": 10}') IS NOT NULL AS made;
SELECT amount_total, chatter, problem FROM seen JOIN sale_order USING (cartona_id) WHERE cartona_id = 'taxed' \gx
SELECT cartona.create_or_update_order(good('untaxed') || '{"total_price": 30, "order_details": [{"internal_product_id": "106", "amount": 1, "selling_price": 30}]}') IS NOT NULL AS made;
SELECT amount_total, chatter, problem FROM seen JOIN sale_order USING (cartona_id) WHERE cartona_id = 'untaxed' \gx
-- A carton's price that does not divide is no matter of taxes, and what no coin can pay is no difference.
INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, 'sp-dozen', 106, 12);
SELECT cartona.create_or_update_order(good('dozen') || '{"total_price": 100, "order_details": [{"supplier_product_id": "sp-dozen", "amount": 1, "selling_price": 100}]}') IS NOT NULL AS made;
SELECT amount_total, chatter, problem FROM seen JOIN sale_order USING (cartona_id) WHERE cartona_id = 'dozen' \gx
SELECT cartona.create_or_update_order(good('coin') || '{"total_price": 10.004, "order_details": [{"internal_product_id": "106", "amount": 1, "selling_price": 10.004}]}') IS NOT NULL AS made;
SELECT amount_total, chatter, problem FROM seen JOIN sale_order USING (cartona_id) WHERE cartona_id = 'coin' \gx
-- Numbers that cannot be used stop nothing and are named.
SELECT cartona.create_or_update_order(good('odd') || '{"cartona_credit": -5, "installment_cost": "ten", "wallet_top_up": {}, "applied_supplier_rebate": 1e40, "total_price": [],
	"order_details": [{"internal_product_id": "106", "amount": 1, "selling_price": 30, "unit_count": "dozen", "applied_supplier_discount": "NaN"}]}') IS NOT NULL AS made;
SELECT seen.note, chatter, problem, i.note AS inbox FROM seen JOIN cartona.inbox i ON i.hashed_id = cartona_id WHERE cartona_id = 'odd' \gx
SELECT cartona.create_or_update_order(good('ahead') || '{"status": "delivered"}') IS NOT NULL AS made;
SELECT chatter, problem FROM seen WHERE cartona_id = 'ahead' \gx
-- Nobody reads thousands of sentences.
SELECT cartona.create_or_update_order(good('many') || jsonb_build_object('order_details', (SELECT jsonb_agg(jsonb_build_object('internal_product_id', CASE WHEN i = 1 THEN '101' ELSE '999' END,
	'amount', 1, 'selling_price', i, 'applied_supplier_discount', i)) FROM generate_series(1, 500) i))) IS NOT NULL AS made;
SELECT array_length(string_to_array(chatter, E'\n'), 1) AS lines, length(chatter) < 5000 AS short FROM seen WHERE cartona_id = 'many';

--
-- HTML, control characters and what XML forbids.
--
SELECT cartona.create_or_update_order('{"hashed_id": "<img src=x>", "receipt_id": "<script>alert(1)</script>", "supplier_code": "<a href=javascript:1>", "estimated_delivery_day": "<b>soon</b>",
	"distribution_route_code": "\u0001\u0085\ufffe\uffff<r>", "note_message": "</p><script>x</script>&amp;", "cartona_credit": "<1>", "wallet_top_up": 1,
	"retailer": {"id": "h"}, "order_details": [{"internal_product_id": "106", "product_name": "<p>\u000b", "amount": 1, "selling_price": 30, "applied_cartona_discount": 1, "comment": "<script>\u0007\u0080y</script>"}]}') IS NOT NULL AS made;
SELECT ref, seen.note, chatter, l.name AS line FROM seen JOIN sale_order o USING (cartona_id) JOIN sale_order_line l ON l.order_id = o.id WHERE cartona_id = '<img src=x>' \gx

--
-- An Arabic shop.
--
UPDATE res_partner SET lang = 'ar_001' WHERE id = (SELECT partner_id FROM res_company WHERE id = 1);
SELECT cartona.create_or_update_order((SELECT payload || '{"hashed_id": "arabic", "delivered_by": "delivered_by_cartona"}' FROM cartona.inbox WHERE hashed_id = 'all')) IS NOT NULL AS made;
SELECT note, chatter FROM seen WHERE cartona_id = 'arabic' \gx
SELECT cartona.create_or_update_order(good('arabic2') || '{"status": "teleported", "total_price": 99, "order_details": [
	{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 10}, {"id": 2, "internal_product_id": "999", "amount": 1, "selling_price": 89}]}') IS NOT NULL AS made;
SELECT note, chatter FROM seen WHERE cartona_id = 'arabic2' \gx

--
-- Without chatter and sources the order is made all the same.
--
DROP TABLE mail_message CASCADE;
DROP TABLE utm_source CASCADE;
SELECT cartona.create_or_update_order(good('bare')) IS NOT NULL AS made;
SELECT origin, source_id FROM sale_order WHERE cartona_id = 'bare';
SELECT cartona._attach_state();

\set ECHO none
\i test/schema/database.sql
\o /dev/null
\i test/schema/odoo14.sql
\i test/schema/data14.sql
CREATE TABLE ir_translation (id serial PRIMARY KEY, type varchar, name varchar, lang varchar, res_id integer, value text);
CREATE EXTENSION cartona_integration;
SELECT cartona.attach();
INSERT INTO ir_config_parameter (key, value) VALUES ('account.use_invoice_terms', 'True');
UPDATE res_partner SET lang = 'en_US' WHERE id = (SELECT partner_id FROM res_company WHERE id = 1);
\o
\set ECHO all

--
-- Odoo 14: the note is plain text there, the chatter HTML.
--
UPDATE res_company SET invoice_terms = 'Our terms' WHERE id = 1;
SELECT cartona.create_or_update_order('{"hashed_id": "all", "receipt_id": "R-1", "estimated_delivery_day": "2026-01-05", "note_message": "Ring <b>twice</b>", "cartona_credit": 20, "total_price": 40,
	"retailer": {"retailer_code": "R1"}, "order_details": [{"id": 1, "internal_product_id": "106", "amount": 1, "selling_price": 30, "comment": "<c>"}]}') IS NOT NULL AS made;
SELECT o.client_order_ref, o.origin, u.name AS source, o.commitment_date, o.note, replace(m.body, '<br>', E'\n') AS chatter, s.problem, l.name AS line
FROM sale_order o JOIN utm_source u ON u.id = o.source_id JOIN mail_message m ON m.model = 'sale.order' AND m.res_id = o.id JOIN cartona.order_sync s ON s.order_id = o.id
JOIN sale_order_line l ON l.order_id = o.id \gx
SELECT m.message_type, d.name AS subtype, m.is_internal, m.author_id, m.email_from, m.reply_to, m.add_sign, m.record_name, m.parent_id, m.create_uid
FROM mail_message m LEFT JOIN ir_model_data d ON d.model = 'mail.message.subtype' AND d.res_id = m.subtype_id \gx

-- Until Odoo 15 translations are rows of their own.
INSERT INTO ir_translation (type, name, lang, res_id, value) VALUES ('model', 'res.company,invoice_terms', 'ar_001', 1, 'شروطنا'), ('model', 'res.company,invoice_terms', 'fr_FR', 1, '');
UPDATE res_partner SET lang = 'ar_001' WHERE cartona_id = 'retailer_R1';
SELECT cartona.create_or_update_order('{"hashed_id": "translated", "retailer": {"retailer_code": "R1"}, "order_details": [{"id": 1, "internal_product_id": "106", "amount": 1, "selling_price": 30}]}') IS NOT NULL AS made;
UPDATE res_partner SET lang = 'fr_FR' WHERE cartona_id = 'retailer_R1';
SELECT cartona.create_or_update_order('{"hashed_id": "untranslated", "retailer": {"retailer_code": "R1"}, "order_details": [{"id": 1, "internal_product_id": "106", "amount": 1, "selling_price": 30}]}') IS NOT NULL AS made;
SELECT cartona_id, note FROM sale_order WHERE cartona_id ~ 'translated' ORDER BY 1;

\set ECHO none
\c postgres
DROP DATABASE cartona_notes;
