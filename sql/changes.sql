--
-- Changes after import: a draft follows what the retailer changed at Cartona,
-- a clerk's own changes stay, and what does not follow is told once.
--
-- Neighbours: test/schema for the tables of an Odoo 19 and an Odoo 14;
-- test/schema/twins.sql compares a draft that was edited with one made new.
-- Databases of its own, dropped at the end.
--
\set ECHO none
\set VERBOSITY terse
\set database cartona_changes
\i test/schema/database.sql
\o /dev/null
\i test/schema/odoo14.sql
\i test/schema/data14.sql
\i test/schema/twins.sql
\o
\set ECHO all
-- Odoo 14: an edited draft is what a new one would have been, column by column.
SELECT * FROM twins();
-- Odoo 15 knows whether a tax is affected by others, and still keeps a line's tax unrounded where taxes are rounded globally.
ALTER TABLE account_tax ADD COLUMN is_base_affected boolean DEFAULT true;
UPDATE cartona.account SET price_includes_tax = false;
UPDATE res_company SET tax_calculation_rounding_method = 'round_globally';
SELECT take('{"hashed_id": "fifteen", "status": "pending", "retailer": {"retailer_code": "R9"}, "order_details": [{"id": 1, "internal_product_id": "101", "amount": 3, "selling_price": 33.33}]}');
SELECT l.price_tax, o.amount_tax FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id WHERE cartona_id = 'fifteen';
\set ECHO none
\i test/schema/database.sql
\o /dev/null
\i test/schema/odoo.sql
\i test/schema/data.sql
\i test/schema/twins.sql
\o
\set ECHO all
-- Odoo 19: likewise.
SELECT * FROM twins();

--
-- What a clerk did stays: his lines, his discounts, his quantities, his deletions.
--
CREATE VIEW lines AS
SELECT o.cartona_id AS of, l.cartona_line_id AS line, l.product_id AS product, l.product_uom_qty AS qty, l.price_unit AS price, l.discount,
	l.price_subtotal AS subtotal, l.price_tax AS tax, l.price_total AS total
FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id ORDER BY l.id;

-- An order of four lines; edits are keyed by line id: {"1": {...}}, null takes the line away.
CREATE FUNCTION four(id text, edits jsonb DEFAULT '{}', more jsonb DEFAULT '[]') RETURNS jsonb LANGUAGE sql AS $$
SELECT jsonb_build_object('hashed_id', id, 'status', 'pending', 'retailer', '{"retailer_code": "R9", "retailer_name": "Plain Shop"}'::jsonb,
	'order_details', (SELECT jsonb_agg(l || coalesce(edits -> (l ->> 'id'), '{}') ORDER BY l ->> 'id')
		FROM jsonb_array_elements('[{"id": 1, "internal_product_id": "101", "product_name": "Tea", "amount": 2, "selling_price": 40},
			{"id": 2, "internal_product_id": "102", "product_name": "Sugar", "amount": 3, "selling_price": 38},
			{"id": 3, "internal_product_id": "103", "product_name": "Oil", "amount": 1, "selling_price": 95.75},
			{"id": 4, "internal_product_id": "104", "product_name": "Soda", "amount": 6, "selling_price": 15}]') l
		WHERE coalesce(edits -> (l ->> 'id'), '{}') <> 'null') || more)
$$;
CREATE FUNCTION said(id text) RETURNS text LANGUAGE sql AS $$ SELECT problem FROM cartona.order_sync WHERE hashed_id = id $$;

SELECT take(four('clerk'));
UPDATE sale_order_line SET product_uom_qty = 9 WHERE cartona_line_id = '1';
UPDATE sale_order_line SET discount = 10 WHERE cartona_line_id = '2';
DELETE FROM sale_order_line WHERE cartona_line_id = '3';
INSERT INTO sale_order_line (order_id, name, product_id, product_uom_id, product_uom_qty, price_unit, discount, customer_lead, price_subtotal, price_total, company_id, sequence)
SELECT id, 'By the clerk', 105, 1, 1, 27, 50, 0, 13.5, 13.5, 1, 10 FROM sale_order WHERE cartona_id = 'clerk';
INSERT INTO sale_order_line (order_id, name, display_type, product_uom_qty, price_unit, customer_lead, company_id, sequence)
SELECT id, 'A section', 'line_section', 0, 0, 0, 1, 5 FROM sale_order WHERE cartona_id = 'clerk';
-- nothing changed at Cartona: nothing is touched, not even summed up again
SELECT take(four('clerk') || '{"note_message": null}'), said('clerk');
SELECT amount_total FROM sale_order WHERE cartona_id = 'clerk';
SELECT take(four('clerk', '{"1": {"amount": 5}, "2": {"amount": 4}, "3": {"amount": 2}, "4": null}'));
SELECT * FROM lines WHERE of = 'clerk';
SELECT amount_untaxed, amount_tax, amount_total FROM sale_order WHERE cartona_id = 'clerk';
SELECT said('clerk');
-- said once per change; a second change of what the clerk did not touch follows
SELECT cartona.resolve('clerk');
SELECT take(four('clerk', '{"1": {"amount": 5}, "2": {"amount": 5}, "3": {"amount": 2}, "4": null}')), said('clerk');
SELECT qty, discount, subtotal FROM lines WHERE of = 'clerk' AND line = '2';
-- another line comes, and one that the clerk has put there himself does not come twice
SELECT take(four('clerk', '{"1": {"amount": 5}, "2": {"amount": 5}, "3": {"amount": 2}, "4": null}',
	'[{"id": 8, "internal_product_id": "107", "amount": 10, "selling_price": 5}, {"id": 9, "internal_product_id": "105", "product_name": "Big soda", "amount": 1, "selling_price": 27}]')), said('clerk');
SELECT line, product, qty FROM lines WHERE of = 'clerk';
-- the note and the delivery day, until the clerk writes his own
SELECT take(four('head') || '{"note_message": "one", "estimated_delivery_day": "2026-03-04"}');
SELECT take(four('head') || '{"note_message": "two", "estimated_delivery_day": "2026-03-05"}'), said('head');
SELECT note, commitment_date FROM sale_order WHERE cartona_id = 'head';
UPDATE sale_order SET note = '<p>mine</p>', commitment_date = '2026-03-09 10:00' WHERE cartona_id = 'head';
SELECT take(four('head') || '{"note_message": "three", "estimated_delivery_day": "2026-03-06"}'), said('head');
SELECT note, commitment_date FROM sale_order WHERE cartona_id = 'head';

-- the company's terms are not the retailer's words: another text of theirs is no change, and stays where it was printed
UPDATE res_company SET invoice_terms = '{"en_US": "<p>Goods stay ours until paid.</p>"}';
INSERT INTO ir_config_parameter (key, value) VALUES ('account.use_invoice_terms', 'True');
SELECT take(four('terms') || '{"note_message": "ring twice"}');
UPDATE res_company SET invoice_terms = '{"en_US": "<p>New terms.</p>"}';
SELECT take(four('terms', '{"1": {"amount": 4}}') || '{"note_message": "ring twice"}'), said('terms');
SELECT take(four('terms', '{"1": {"amount": 4}}') || '{"note_message": "ring once"}'), said('terms');
SELECT note FROM sale_order WHERE cartona_id = 'terms';
SELECT take(four('terms', '{"1": {"amount": 4}}')), said('terms');
SELECT note FROM sale_order WHERE cartona_id = 'terms';
-- a clerk's text before them stays as well
UPDATE sale_order SET note = '<p>Ask Mona.</p>' || note WHERE cartona_id = 'terms';
SELECT take(four('terms', '{"1": {"amount": 4}}') || '{"note_message": "back door"}'), said('terms');
SELECT note FROM sale_order WHERE cartona_id = 'terms';
SELECT body FROM mail_message m JOIN sale_order o ON m.model = 'sale.order' AND m.res_id = o.id WHERE cartona_id = 'terms' ORDER BY m.id OFFSET 1;
DELETE FROM ir_config_parameter WHERE key = 'account.use_invoice_terms';

--
-- Where the goods go: a corrected customer has a new delivery address, and the draft goes there.
--
CREATE FUNCTION at(id text, street text, phone text DEFAULT '0100') RETURNS text LANGUAGE sql AS $$
SELECT take(four(id) || jsonb_build_object('retailer', jsonb_build_object('retailer_code', 'R8', 'retailer_name', 'Mover', 'retailer_number', phone, 'retailer_address', street)))
$$;
CREATE FUNCTION goes_to(id text) RETURNS text LANGUAGE sql AS $$
SELECT format('%s, %s (%s)', d.type, d.street, d.phone) FROM sale_order o JOIN res_partner d ON d.id = o.partner_shipping_id WHERE o.cartona_id = goes_to.id
$$;
SELECT at('goods', '1 Nile'), at('confirmed', '1 Nile'), at('moved by a clerk', '1 Nile'), goes_to('goods');
-- the customer's own address follows, and the order has it
SELECT at('goods', '2 Nile'), goes_to('goods'), said('goods');
UPDATE res_partner SET street = '2 Nile Street' WHERE cartona_id = 'retailer_R8';
UPDATE sale_order SET state = 'sale' WHERE cartona_id = 'confirmed';
UPDATE sale_order SET partner_shipping_id = 10 WHERE cartona_id = 'moved by a clerk';
SELECT at('goods', '3 Nile'), goes_to('goods'), said('goods');
SELECT at('confirmed', '3 Nile'), goes_to('confirmed'), said('confirmed');
SELECT at('moved by a clerk', '3 Nile'), goes_to('moved by a clerk') = goes_to('goods') AS same, said('moved by a clerk');
SELECT at('goods', '4 Nile'), goes_to('goods'), said('goods');
-- his goods come to where he is again
SELECT at('goods', '2 Nile Street'), goes_to('goods'), said('goods');
-- an address that the shop adds is for new orders, as it is in Odoo
SELECT take(four('own address'));
INSERT INTO res_partner (name, complete_name, parent_id, type, active, autopost_bills) SELECT 'Door', 'Plain Shop, Door', id, 'delivery', true, 'ask' FROM res_partner WHERE cartona_id = 'retailer_R9';
SELECT take(four('own address', '{"1": {"amount": 7}}')), said('own address');
SELECT partner_shipping_id = partner_id AS as_it_was FROM sale_order WHERE cartona_id = 'own address';
DELETE FROM res_partner WHERE name = 'Door';

--
-- An order that must not follow: confirmed, cancelled, approved at Cartona, another currency.  Told, once.
--
SELECT take(four('sale')), take(four('cancel')), take(four('approved')), take(four('currency')), take(four('sent')), take(four('locked'));
UPDATE sale_order SET state = cartona_id WHERE cartona_id IN ('sale', 'cancel', 'sent');
UPDATE sale_order SET locked = true WHERE cartona_id = 'locked';
UPDATE sale_order SET currency_id = 1 WHERE cartona_id = 'currency';
SELECT id, take(four(id, '{"1": {"amount": 5}, "2": null}', '[{"id": 7, "internal_product_id": "107", "amount": 1, "selling_price": 5}]')
	|| CASE WHEN id = 'approved' THEN '{"status": "approved"}' ELSE '{}' END::jsonb), said(id)
FROM unnest(ARRAY['sale', 'cancel', 'approved', 'currency', 'sent', 'locked']) id;
SELECT of, string_agg(format('%s: %s x %s', line, qty, price), ', ' ORDER BY line) FROM lines WHERE of IN ('sale', 'cancel', 'approved', 'currency', 'sent', 'locked') GROUP BY 1 ORDER BY 1;
SELECT cartona.resolve('sale');
SELECT take(four('sale', '{"1": {"amount": 5}, "2": null}', '[{"id": 7, "internal_product_id": "107", "amount": 1, "selling_price": 5}]') || '{"receipt_id": "same lines"}'), said('sale');

--
-- However often it changes: each difference stands once, as it is now, and goes when there is none any more.
--
SELECT take(four('often') || '{"note_message": "one"}');
UPDATE sale_order SET state = 'sale' WHERE cartona_id = 'often';
SELECT take(four('often', '{"1": {"amount": 3}}') || '{"note_message": "two"}'), said('often');
SELECT take(four('often', '{"1": {"amount": 4}, "2": null}') || '{"note_message": "three"}'), said('often');
SELECT take(four('often', '{"1": {"amount": 2}}') || '{"note_message": "one"}'), said('often');
SELECT body FROM mail_message ORDER BY id DESC LIMIT 1;
SELECT take(four('often', '{"1": {"amount": 5}}', '[{"id": 7, "internal_product_id": "107", "amount": 1, "selling_price": 5}]')), said('often');
SELECT take(four('often', '{"1": {"amount": 5}}', '[{"id": 7, "internal_product_id": "107", "amount": 2, "selling_price": 5}]')), said('often');
-- what a person has settled is not told again
SELECT cartona.resolve('often');
SELECT take(four('often', '{"1": {"amount": 6}}')), said('often');
-- the chatter does not grow for ever either, and shows the newest
DO $$
BEGIN
	FOR n IN 7 .. 40 LOOP
		PERFORM cartona.create_or_update_order(four('often', jsonb_build_object('1', jsonb_build_object('amount', n))));
		PERFORM cartona.create_or_update_order(four('often', jsonb_build_object('1', jsonb_build_object('amount', n))) || '{"status": "editing"}');
	END LOOP;
END
$$;
SELECT said('often'), count(*) FROM mail_message m JOIN sale_order o ON m.model = 'sale.order' AND m.res_id = o.id WHERE cartona_id = 'often';
SELECT body FROM mail_message m JOIN sale_order o ON m.model = 'sale.order' AND m.res_id = o.id WHERE cartona_id = 'often' ORDER BY m.id DESC LIMIT 1;
-- a draft's line that a clerk changed, gone at Cartona and there again: it is the same one
SELECT take(four('returned'));
UPDATE sale_order_line l SET product_uom_qty = 9 FROM sale_order o WHERE o.id = l.order_id AND o.cartona_id = 'returned' AND cartona_line_id = '2';
SELECT take(four('returned', '{"2": null}')), said('returned');
SELECT take(four('returned')), said('returned');
SELECT take(four('returned', '{"2": {"amount": 9}}')), said('returned');
SELECT line, qty FROM lines WHERE of = 'returned' AND product = 102;

--
-- Editing: the draft stays as it is until the order comes back.
--
SELECT take(four('editing'));
SELECT take(four('editing', '{"1": {"amount": 6}}') || '{"status": "editing"}');
SELECT i.state, i.due_at, s.known_status, s.problem, l.qty FROM cartona.inbox i JOIN cartona.order_sync s USING (hashed_id) JOIN lines l ON l.of = hashed_id AND line = '1' WHERE hashed_id = 'editing';
SELECT take(four('editing', '{"1": {"amount": 7}}'));
SELECT i.state, s.known_status, s.problem FROM cartona.inbox i JOIN cartona.order_sync s USING (hashed_id) WHERE hashed_id = 'editing';
SELECT qty FROM lines WHERE of = 'editing' AND line = '1';
-- cancelled while a draft: a human's
SELECT take(four('editing', '{"1": {"amount": 8}}') || '{"status": "cancelled_by_retailer"}'), said('editing');
SELECT qty FROM lines WHERE of = 'editing' AND line = '1';
SELECT body FROM mail_message m JOIN sale_order o ON m.model = 'sale.order' AND m.res_id = o.id WHERE cartona_id = 'editing' ORDER BY m.id DESC LIMIT 1;

--
-- Money: what costs nothing is not re-priced by Odoo, an early-payment discount stays Odoo's to compute,
-- the order's own fiscal position counts, and an order of another company is left alone.
--
SELECT take(four('free', '{"4": {"selling_price": 0}}'));
SELECT cartona_line_id, price_unit, technical_price_unit FROM sale_order JOIN sale_order_line l ON l.order_id = sale_order.id WHERE cartona_id = 'free' ORDER BY 1;
SELECT take(four('free', '{"1": {"selling_price": 0}}'));
SELECT cartona_line_id, price_unit, technical_price_unit FROM sale_order JOIN sale_order_line l ON l.order_id = sale_order.id WHERE cartona_id = 'free' ORDER BY 1;
INSERT INTO account_payment_term (id, name, sequence, early_discount, early_pay_discount_computation, discount_percentage) VALUES (50, '{"en_US": "2/7"}', 1, true, 'mixed', 2);
SELECT take(four('early'));
UPDATE sale_order SET payment_term_id = 50 WHERE cartona_id = 'early';
SELECT take(four('early', '{"1": {"amount": 5}}'));
SELECT t.kind, t.arg -> 'taxes' AS taxes FROM cartona.odoo_task t JOIN sale_order o ON o.id = t.order_id WHERE cartona_id = 'early';
-- (the table of a later Odoo, where an order's taxes are not its customer's any more)
CREATE TABLE account_analytic_distribution_model (id serial);
SELECT take(four('position'));
INSERT INTO account_fiscal_position (id, name, company_id, active) VALUES (50, '{"en_US": "none"}', 1, true);
UPDATE res_partner SET property_account_position_id = '{"1": 50}' WHERE cartona_id = 'retailer_R9';
SELECT take(four('position', '{}', '[{"id": 5, "internal_product_id": "101", "amount": 1, "selling_price": 10}]'));
SELECT line, tax FROM lines WHERE of = 'position' AND product = 101;
UPDATE res_partner SET property_account_position_id = NULL WHERE cartona_id = 'retailer_R9';
SELECT take(four('moved'));
INSERT INTO res_company SELECT (jsonb_populate_record(c, '{"id": 50, "name": "other", "parent_path": "50/"}')).* FROM res_company c WHERE id = 1;
INSERT INTO account_tax SELECT (jsonb_populate_record(t, '{"id": 950, "name": {"en_US": "other"}, "company_id": 50}')).* FROM account_tax t WHERE id = 1;
UPDATE sale_order SET company_id = 50 WHERE cartona_id = 'moved';
UPDATE account_tax_sale_order_line_rel SET account_tax_id = 950 WHERE sale_order_line_id IN (SELECT l.id FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id WHERE cartona_id = 'moved');
SELECT take(four('moved', '{"1": {"amount": 5}}')), said('moved');

--
-- Odd payloads: no ids, the same id twice, every line cancelled, another retailer.
--
SELECT take('{"hashed_id": "noid", "retailer": {"id": 1}, "order_details": [{"internal_product_id": "101", "amount": 1, "selling_price": 40}, {"internal_product_id": "102", "amount": 1, "selling_price": 38}]}');
SELECT take('{"hashed_id": "noid", "retailer": {"id": 1}, "order_details": [{"internal_product_id": "101", "amount": 1, "selling_price": 40}, {"internal_product_id": "102", "amount": 4, "selling_price": 38}, {"internal_product_id": "104", "amount": 1, "selling_price": 15}]}'), said('noid');
SELECT product, qty FROM lines WHERE of = 'noid';
SELECT take('{"hashed_id": "twice", "retailer": {"id": 1}, "order_details": [{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 40}, {"id": 1, "internal_product_id": "102", "amount": 1, "selling_price": 38}]}');
SELECT take('{"hashed_id": "twice", "retailer": {"id": 1}, "order_details": [{"id": 1, "internal_product_id": "101", "amount": 2, "selling_price": 40}, {"id": 1, "internal_product_id": "102", "amount": 3, "selling_price": 38}]}'), said('twice');
SELECT product, qty FROM lines WHERE of = 'twice';
SELECT take(four('none'));
SELECT take(four('none', '{"1": {"cancelled": true}, "2": {"cancelled": true}, "3": {"cancelled": true}, "4": {"cancelled": true}}')), said('none');
SELECT amount_total, (SELECT count(*) FROM lines WHERE of = 'none') AS lines FROM sale_order WHERE cartona_id = 'none';
SELECT take(four('none'));
SELECT count(*) AS lines FROM lines WHERE of = 'none';
SELECT take(four('broken'));
SELECT take(four('broken', '{"1": {"amount": -1}}'));
SELECT take(four('broken', '{"1": {"amount": 1e9, "selling_price": 1e9}}'));
SELECT qty FROM lines WHERE of = 'broken' AND line = '1';
-- of very many lines not each is told
SELECT take(four('many', '{}', (SELECT jsonb_agg(jsonb_build_object('id', g, 'internal_product_id', '101', 'amount', 1, 'selling_price', 1)) FROM generate_series(1001, 1102) g)));
UPDATE sale_order SET state = 'sale' WHERE cartona_id = 'many';
SELECT take(four('many', '{}', (SELECT jsonb_agg(jsonb_build_object('id', g, 'internal_product_id', '101', 'amount', 2, 'selling_price', 1)) FROM generate_series(1001, 1102) g)));
SELECT right(said('many'), 83), (SELECT right(body, 15) FROM mail_message ORDER BY id DESC LIMIT 1);

\set ECHO none
\c postgres
DROP DATABASE cartona_changes;
