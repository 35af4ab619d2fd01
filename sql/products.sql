--
-- Which Odoo product a Cartona line means: factors, units, keys, and why a
-- product cannot be sold; orders that missed a product and get it later.
--
-- Neighbours: test/schema for the tables of an Odoo 19 with a fresh company.
-- A database of its own, dropped at the end.
--
\set ECHO none
\set VERBOSITY terse
\set database cartona_products
\i test/schema/database.sql
\o /dev/null
\i test/schema/attached.sql
\i test/schema/take.sql
\o
\set ECHO all

CREATE VIEW made AS
SELECT o.cartona_id AS of, l.cartona_line_id AS line, l.product_id AS product, l.product_uom_qty AS qty, l.price_unit AS price, l.price_subtotal AS subtotal, l.price_total AS total
FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id ORDER BY l.id;

-- One order of some lines: what was made, or why not.
CREATE FUNCTION take(hashed text, lines jsonb) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	took text := take(jsonb_build_object('hashed_id', hashed, 'retailer', '{"retailer_code": "R9"}'::jsonb, 'order_details', lines));
BEGIN
	RETURN CASE WHEN took IN ('made', 'no order') THEN coalesce((SELECT note FROM cartona.inbox WHERE hashed_id = hashed), 'made') ELSE took END;
END
$$;

--
-- Factors: amounts times, prices divided; a price that Odoo's digits cannot hold is the nearest.
--
INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor)
VALUES (1, 'sugar-12', 102, 12), (1, 'sugar-half', 102, 0.5), (1, 'sugar-3', 102, 3), (1, 'bag-1', 107, 1);
SELECT take('even', '[{"id": 1, "supplier_product_id": "sugar-12", "amount": 2, "selling_price": 456}, {"id": 2, "supplier_product_id": "sugar-half", "amount": 3, "selling_price": 19}]');
SELECT take('uneven', '[{"id": 1, "supplier_product_id": "sugar-3", "amount": 1, "selling_price": 100}]');
UPDATE decimal_precision SET digits = 4 WHERE name = 'Product Price';
SELECT take('uneven, 4 digits', '[{"id": 1, "supplier_product_id": "sugar-3", "amount": 1, "selling_price": 100}]');
UPDATE decimal_precision SET digits = 2 WHERE name = 'Product Price';
SELECT * FROM made;
-- What the retailer pays is met to the cent where some price of Odoo's digits does it.
UPDATE cartona.account SET price_includes_tax = true;
SELECT count(take('paid ' || p, jsonb_build_array(jsonb_build_object('id', p, 'internal_product_id', '101', 'amount', 3, 'selling_price', p::numeric / 100)))) AS taken
FROM generate_series(100, 300) p;
SELECT count(*) FILTER (WHERE total = line::numeric * 3 / 100) AS met, max(abs(total - line::numeric * 3 / 100)) AS farthest FROM made WHERE of LIKE 'paid%';
UPDATE cartona.account SET price_includes_tax = false;

--
-- A unit of several pieces is never guessed.
--
UPDATE product_template SET cartona_id = 'tea' WHERE id = 11;
SELECT take('unit', '[{"id": 1, "supplier_product_id": "tea", "unit": "carton", "unit_count": 12, "product_name": "Tea", "amount": 1, "selling_price": 500}]');
SELECT take('unit', '[{"id": 1, "internal_product_id": "101", "unit_count": "6", "amount": 1, "selling_price": 500}]');
-- one piece is a piece, and nonsense says nothing
SELECT take('unit 1', '[{"id": 1, "supplier_product_id": "tea", "unit_count": 1, "amount": 1, "selling_price": 42}, {"id": 2, "supplier_product_id": "tea", "unit_count": "many", "amount": 1, "selling_price": 42}, {"id": 3, "supplier_product_id": "tea", "unit_count": 0, "amount": 1, "selling_price": 42}]');
-- a row of product_map says what it is: the carton itself, or so many pieces
SELECT take('unit mapped', '[{"id": 1, "supplier_product_id": "bag-1", "unit": "pack", "unit_count": 100, "amount": 2, "selling_price": 5}, {"id": 2, "supplier_product_id": "sugar-12", "unit_count": 12, "amount": 1, "selling_price": 456}]');
SELECT line, product, qty, price FROM made WHERE of LIKE 'unit%';

--
-- Why a product cannot be sold.
--
INSERT INTO res_company SELECT (jsonb_populate_record(c, '{"id": 2, "name": "Other company", "parent_path": "2/"}')).* FROM res_company c WHERE c.id = 1;
UPDATE product_template SET sale_ok = false WHERE id = 12;
UPDATE product_template SET company_id = 2 WHERE id = 13;
UPDATE product_template SET type = 'combo' WHERE id = 15;
UPDATE product_product SET active = false WHERE id = 105;
INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id) VALUES (1, 'gone', 4711);
UPDATE product_template SET cartona_id = 'both' WHERE id IN (11, 16);
SELECT take('unsaleable', '[{"id": 1, "internal_product_id": "102", "amount": 1, "selling_price": 1}]');
SELECT take('other company', '[{"id": 1, "internal_product_id": "103", "amount": 1, "selling_price": 1}]');
SELECT take('combo', '[{"id": 1, "internal_product_id": "106", "amount": 1, "selling_price": 1}]');
SELECT take('archived variant', '[{"id": 1, "internal_product_id": "105", "amount": 1, "selling_price": 1}]');
SELECT take('archived template', '[{"id": 1, "internal_product_id": "108", "amount": 1, "selling_price": 1}]');
SELECT take('gone', '[{"id": 1, "supplier_product_id": "gone", "internal_product_id": "101", "amount": 1, "selling_price": 1}]');
SELECT take('contested', '[{"id": 1, "supplier_product_id": "both", "amount": 1, "selling_price": 1}]');
SELECT take('contested, named', '[{"id": 1, "supplier_product_id": "both", "internal_product_id": "107#2", "amount": 1, "selling_price": 1}]');
SELECT take('unknown', '[{"id": 1, "supplier_product_id": "nothing", "internal_product_id": "x", "amount": 1, "selling_price": 1}]');
-- a branch sells its parent's products, not the other way round
UPDATE res_company SET parent_id = 2, parent_path = '2/1/' WHERE id = 1;
SELECT take('branch', '[{"id": 1, "internal_product_id": "103", "amount": 1, "selling_price": 1}]');
UPDATE res_company SET parent_id = NULL, parent_path = '1/' WHERE id = 1;
UPDATE res_company SET parent_id = 1, parent_path = '1/2/' WHERE id = 2;
SELECT take('parent', '[{"id": 1, "internal_product_id": "103", "amount": 1, "selling_price": 1}]');
UPDATE product_template SET sale_ok = true, type = 'consu', company_id = NULL;
UPDATE product_template SET cartona_id = NULL WHERE id IN (11, 16);

--
-- A line that was left out: where a person sees it, and added when its product is there.
--
SELECT take('later', '[{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 42}, {"id": 2, "supplier_product_id": "new", "product_name": "New", "amount": 2, "selling_price": 10}]');
SELECT i.state, i.missing, s.problem = i.note AS is_problem, s.lines -> 1 -> 'missing' AS missing_line FROM cartona.inbox i JOIN cartona.order_sync s USING (hashed_id) WHERE hashed_id = 'later';
-- asked again without a mapping: the same, said once
SELECT cartona.retry_order('later');
SELECT state FROM cartona.inbox WHERE hashed_id = 'later';
SELECT cartona.create_or_update_order(payload) IS NOT NULL AS there, note FROM cartona.inbox WHERE hashed_id = 'later';
SELECT count(*) FROM made WHERE of = 'later';
INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, 'new', 107, 2);
SELECT take('later', payload -> 'order_details') FROM cartona.inbox WHERE hashed_id = 'later';
SELECT line, product, qty, price FROM made WHERE of = 'later';
SELECT amount_total, i.missing, s.problem FROM sale_order o JOIN cartona.inbox i ON i.order_id = o.id JOIN cartona.order_sync s ON s.order_id = o.id WHERE cartona_id = 'later';
-- confirmed meanwhile: a human adds it, and is told once
SELECT take('too late', '[{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 42}, {"id": 2, "supplier_product_id": "new2", "amount": 2, "selling_price": 10}]');
UPDATE sale_order SET state = 'sale' WHERE cartona_id = 'too late';
INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id) VALUES (1, 'new2', 107);
SELECT take('too late', payload -> 'order_details') FROM cartona.inbox WHERE hashed_id = 'too late';
SELECT cartona.resolve('too late');
SELECT take('too late', payload -> 'order_details') FROM cartona.inbox WHERE hashed_id = 'too late';
SELECT count(*) FROM made WHERE of = 'too late';
-- confirmed without it: said before, and not looked for any more
SELECT take('without', '[{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 42}, {"id": 2, "internal_product_id": "107", "unit": "carton", "unit_count": 12, "amount": 1, "selling_price": 10}]');
SELECT missing FROM cartona.inbox WHERE hashed_id = 'without';
UPDATE sale_order SET state = 'sale' WHERE cartona_id = 'without';
SELECT take('without', payload -> 'order_details') FROM cartona.inbox WHERE hashed_id = 'without';
SELECT missing, state FROM cartona.inbox WHERE hashed_id = 'without';
-- reject: the order waits whole
UPDATE cartona.account SET missing_product = 'reject';
SELECT take('reject', '[{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 42}, {"id": 2, "supplier_product_id": "new3", "amount": 2, "selling_price": 10}]');
SELECT count(*) FROM made WHERE of = 'reject';
-- an order that is there already does not fail for a line that comes without a product
SELECT take('later', (SELECT payload -> 'order_details' FROM cartona.inbox WHERE hashed_id = 'later') || '[{"id": 3, "supplier_product_id": "new4", "amount": 2, "selling_price": 10}]');

\set ECHO none
\c postgres
DROP DATABASE cartona_products;
