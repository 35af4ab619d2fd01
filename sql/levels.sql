--
-- levels: the price and stock of products as they would be sent.
--
-- In a database of its own, with the embedded Odoo tables; no worker is needed.
--
\set ECHO none
\set database cartona_levels
\i test/schema/database.sql
SET jit = on;
\o /dev/null
\i test/schema/attached.sql
\i test/schema/odoo_actions.sql
\o
\set ECHO all

SELECT product_levels FROM cartona.product_levels(7);
SELECT id, currency, product_key, product_scope, stock_measure FROM cartona.account;

-- Nothing is mapped, nothing is on sale.
SELECT * FROM cartona.product_levels(1);

-- A template with several variants has one cartona_id, which cannot say which
-- is meant; an archived product is not on sale; what has no stock is unlimited.
UPDATE product_template SET cartona_id = 'C' || id;
SELECT * FROM cartona.product_levels(1);

-- The caller's settings are as they were, in his transaction, too.
BEGIN;
SELECT count(*) FROM cartona.product_levels(1);
SHOW search_path;
SHOW jit;
COMMIT;

-- Only what is asked for; what is not on sale has no level.
SELECT product_id FROM cartona.product_levels(1, '{101,108,999,NULL}');

-- What was accepted is the same, until it changes.
CREATE FUNCTION accept() RETURNS void LANGUAGE sql AS $$
	INSERT INTO cartona.product_sync (account_id, product_id, supplier_product_id, internal_product_id, price, stock, unlimited, accepted_at)
	SELECT 1, product_id, coalesce(supplier_product_id, ''), internal_product_id, price, coalesce(stock, 0), unlimited, clock_timestamp()
	FROM cartona.product_levels(1) WHERE price IS NOT NULL OR NOT on_sale
	ON CONFLICT (account_id, product_id, supplier_product_id) DO UPDATE
	SET internal_product_id = coalesce(EXCLUDED.internal_product_id, product_sync.internal_product_id), price = EXCLUDED.price,
		stock = EXCLUDED.stock, unlimited = EXCLUDED.unlimited, accepted_at = EXCLUDED.accepted_at
$$;
SELECT accept();
SELECT count(*) FROM cartona.product_levels(1) WHERE NOT same;
SELECT odoo_sim.set_price(11, 43.25), odoo_sim.set_extra(2, 12.5), odoo_sim.adjust(102, 39);
SELECT odoo_sim.receive(103, 2.75) > 0 AS received;
SELECT * FROM cartona.product_levels(1) WHERE NOT same;
SELECT accept();

--
-- Stock.
--
-- An imported draft asks for 10 pieces and a dozen; another order's draft does not count.
SELECT odoo_sim.create_order(10, 101, 10) AS draft \gset
SELECT odoo_sim.add_line(:draft, 101, 1) > 0 AS line;
UPDATE sale_order_line SET product_uom_id = 2 WHERE order_id = :draft AND product_uom_qty = 1;
SELECT stock, odoo_sim.virtual_available(product_id) AS odoo FROM cartona.product_levels(1, '{101}');
UPDATE sale_order SET cartona_id = 'h1', cartona_account_id = 1 WHERE id = :draft;
SELECT stock, odoo_sim.virtual_available(product_id) AS odoo FROM cartona.product_levels(1, '{101}');
-- By warehouse: a draft that names none counts, another warehouse's does not.
UPDATE cartona.account SET warehouse_id = 1;
UPDATE sale_order_line SET warehouse_id = NULL WHERE order_id = :draft;
UPDATE sale_order SET warehouse_id = NULL WHERE id = :draft;
SELECT stock FROM cartona.product_levels(1, '{101}');
SET session_replication_role = replica;
UPDATE sale_order SET warehouse_id = 2 WHERE id = :draft;
SELECT stock FROM cartona.product_levels(1, '{101}');
RESET session_replication_role;
UPDATE sale_order SET warehouse_id = 1 WHERE id = :draft;
UPDATE cartona.account SET warehouse_id = NULL;
-- Confirmed, Odoo's own forecast has it, and nothing is taken off twice.
DELETE FROM sale_order_line WHERE order_id = :draft AND product_uom_id = 2;
SELECT stock FROM cartona.product_levels(1, '{101}');
SELECT odoo_sim.confirm(:draft);
SELECT stock, odoo_sim.virtual_available(product_id) AS odoo FROM cartona.product_levels(1, '{101}');

-- The three measures, the buffer, and never below zero.
UPDATE cartona.account SET stock_measure = 'qty_available';
SELECT stock FROM cartona.product_levels(1, '{101}');
UPDATE cartona.account SET stock_measure = 'free_qty';
SELECT stock FROM cartona.product_levels(1, '{101}');
UPDATE cartona.account SET stock_measure = 'virtual_available', stock_buffer = 30;
SELECT product_id, unlimited, stock FROM cartona.product_levels(1);
UPDATE cartona.account SET stock_buffer = 0;

-- Cartons of 12 and half pieces of the same product.
INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor)
VALUES (1, 'CARTON', 101, 12), (1, 'HALF', 101, 0.5);
SELECT * FROM cartona.product_levels(1, '{101}');
DELETE FROM cartona.product_map;

-- Quantities that would break a number stay numbers.
INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date)
VALUES (102, 5, 1, 'NaN', 0, now()), (103, 5, 1, 1e15, 0, now()), (104, 5, 1, -1e15, 0, now());
SELECT product_id, stock FROM cartona.product_levels(1, '{102,103,104}');
DELETE FROM stock_quant WHERE quantity = 'NaN' OR abs(quantity) = 1e15;

-- Lots that are to be removed by today (module product_expiry): Odoo 19 sells them no more, but for what is promised already.
BEGIN;
ALTER TABLE stock_quant ADD removal_date timestamp;
SELECT stock AS before FROM cartona.product_levels(1, '{103}') \gset
INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date, removal_date) VALUES
	(103, 5, 1, 100, 0, now(), now() - interval '3 days'), (103, 5, 1, 10, 4, now(), date_trunc('day', now() AT TIME ZONE 'UTC') + interval '1 hour'),
	(103, 5, 1, 20, 0, now(), now() + interval '2 days');
SELECT stock - :before AS more FROM cartona.product_levels(1, '{103}');
UPDATE cartona.account SET stock_measure = 'free_qty';
SELECT stock - :before AS more FROM cartona.product_levels(1, '{103}');
UPDATE cartona.account SET stock_measure = 'qty_available';
SELECT stock - :before AS more FROM cartona.product_levels(1, '{103}');
-- an older Odoo counts them
ALTER TABLE uom_uom ADD category_id integer;
UPDATE cartona.account SET stock_measure = 'virtual_available';
SELECT stock - :before AS more FROM cartona.product_levels(1, '{103}');
ROLLBACK;

-- Many places, many moves: always Odoo's own numbers.
INSERT INTO stock_location (id, name, usage, location_id, parent_path, company_id, active) VALUES
	(50, 'Shelf', 'internal', 5, '4/5/50/', 1, true),
	(51, 'Old shelf', 'internal', 5, '4/5/51/', 1, false),
	(52, 'Elsewhere', 'internal', NULL, '52/', 1, true),
	(53, 'Not below 4', 'internal', NULL, '45/53/', 1, true);
INSERT INTO product_template (id, name, type, is_storable, list_price, active, uom_id, sale_ok, purchase_ok, tracking, service_tracking, cartona_id)
SELECT 5000 + i, '{"en_US": "x"}', 'consu', true, i, true, 1, true, true, 'none', 'no', 'R' || i FROM generate_series(1, 100) i;
INSERT INTO product_product (id, product_tmpl_id, combination_indices, active)
SELECT 9000 + i, 5000 + i, '', true FROM generate_series(1, 100) i;
SELECT setseed(0.25);
INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date)
SELECT 9001 + floor(random() * 100)::int, (ARRAY[5, 50, 51, 52, 53, 2])[1 + floor(random() * 6)::int],
	(ARRAY[1, NULL])[1 + floor(random() * 2)::int], round((random() * 100)::numeric, 3), round((random() * 10)::numeric, 2), now()
FROM generate_series(1, 1000);
INSERT INTO stock_move (company_id, product_id, product_uom, location_id, location_dest_id, location_final_id, state, procure_method, product_qty, product_uom_qty, date)
SELECT 1, 9001 + floor(random() * 100)::int, 1, (ARRAY[1, 2, 5, 50, 51, 52, 8])[1 + floor(random() * 7)::int],
	(ARRAY[1, 2, 5, 50, 51, 52, 8])[1 + floor(random() * 7)::int], (ARRAY[NULL, NULL, 2, 5, 52])[1 + floor(random() * 5)::int],
	(ARRAY['draft', 'waiting', 'confirmed', 'assigned', 'partially_available', 'done', 'cancel'])[1 + floor(random() * 7)::int],
	'make_to_stock', round((random() * 20)::numeric, 3), 1, now()
FROM generate_series(1, 5000);
SELECT count(*) AS products, count(*) FILTER (WHERE stock <> greatest(floor(odoo_sim.virtual_available(product_id)), 0)) AS wrong
FROM cartona.product_levels(1) WHERE product_id > 9000;
UPDATE cartona.account SET stock_measure = 'free_qty', warehouse_id = 1;
SELECT count(*) AS products, count(*) FILTER (WHERE l.stock <> greatest(floor(s.free_qty), 0)) AS wrong
FROM cartona.product_levels(1) l, odoo_sim.stock(l.product_id, '{1}', 1) s WHERE product_id > 9000;
UPDATE cartona.account SET stock_measure = 'virtual_available', warehouse_id = NULL;
SELECT count(*) AS products, count(*) FILTER (WHERE price <> odoo_sim.lst_price(product_id)) AS wrong FROM cartona.product_levels(1);
UPDATE product_template SET cartona_id = NULL WHERE id > 5000;

--
-- Price.
--
SELECT odoo_sim.set_price(11, 0), odoo_sim.set_price(12, 2.995), odoo_sim.set_price(16, -5);
UPDATE product_template SET list_price = 'NaN' WHERE id = 15;
UPDATE cartona.account SET price_floor = 4;
SELECT product_id, on_sale, price, price_problem FROM cartona.product_levels(1);
UPDATE cartona.account SET price_floor = 0, currency = 'USD';
SELECT product_id, price, price_problem FROM cartona.product_levels(1, '{102}');
UPDATE cartona.account SET currency = 'EGP', price_includes_tax = true;
SELECT odoo_sim.set_price(12, 38), odoo_sim.set_price(11, 42.55), odoo_sim.set_price(16, 5), odoo_sim.set_price(15, 30);
-- 101 14 % on top, 103 14 % inside, 106 0 %
SELECT product_id, price, price_problem FROM cartona.product_levels(1);
UPDATE account_tax SET amount_type = 'fixed' WHERE id = 1;
SELECT product_id, price, price_problem FROM cartona.product_levels(1, '{102,103}');
UPDATE account_tax SET amount_type = 'percent' WHERE id = 1;
UPDATE cartona.account SET price_includes_tax = false;
-- A piece may cost a fraction of a cent: a price is rounded once, for what is sold.
BEGIN;
UPDATE product_template SET list_price = 0.3333 WHERE id = 12;
INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, 'carton', 102, 12);
SELECT supplier_product_id, price, price_problem FROM cartona.product_levels(1, '{102}');
UPDATE cartona.account SET price_includes_tax = true;
SELECT supplier_product_id, price, price_problem FROM cartona.product_levels(1, '{102}');
ROLLBACK;

-- The same cartona_id on two products would give Cartona both prices in turns.
UPDATE product_template SET cartona_id = 'C11' WHERE id = 12;
SELECT product_id, supplier_product_id, price, price_problem FROM cartona.product_levels(1, '{101,102}');
UPDATE product_template SET cartona_id = 'C12' WHERE id = 12;

-- The template's id for all variants, where it can say which.
UPDATE cartona.account SET product_key = 'template';
SELECT product_id, supplier_product_id, internal_product_id, price, price_problem FROM cartona.product_levels(1, '{101,104}');
UPDATE cartona.account SET product_key = 'variant';

--
-- What goes out of sale is told once that there are 0.
--
SELECT accept();
SELECT count(*) FROM cartona.product_levels(1) WHERE NOT same;
BEGIN;
SET LOCAL session_replication_role = replica;
SELECT odoo_sim.archive(11), odoo_sim.set_sale_ok(12, false);
UPDATE product_template SET cartona_id = '' WHERE id = 13;
UPDATE product_template SET type = 'combo' WHERE id = 15;
UPDATE product_template SET company_id = 2 WHERE id = 16;
UPDATE product_product SET active = false WHERE id = 104;
SELECT * FROM cartona.product_levels(1) WHERE NOT same;
SELECT accept();
SELECT count(*) FROM cartona.product_levels(1) WHERE NOT same;
ROLLBACK;

-- Deleted.
BEGIN;
SET LOCAL session_replication_role = replica;
DELETE FROM product_product WHERE id = 102;
SELECT * FROM cartona.product_levels(1, '{102}');
ROLLBACK;

-- Mapped from A to B: A gets 0, without the internal id that is B's now.
UPDATE product_template SET cartona_id = 'B11' WHERE id = 11;
SELECT * FROM cartona.product_levels(1, '{101}');
SELECT accept();

-- Taken over by another product: no 0 for an id that is on sale; given back, it
-- is sent again though it was once accepted just like this.
SELECT odoo_sim.set_sale_ok(12, false);
UPDATE product_template SET cartona_id = 'C12' WHERE id = 11;
SELECT product_id, supplier_product_id, on_sale, stock, same FROM cartona.product_levels(1, '{101,102}');
SELECT accept();
UPDATE product_template SET cartona_id = 'B11' WHERE id = 11;
SELECT odoo_sim.set_sale_ok(12, true);
SELECT product_id, supplier_product_id, on_sale, stock, same FROM cartona.product_levels(1, '{101,102}');
UPDATE product_template SET cartona_id = 'C11' WHERE id = 11;
SELECT accept();

-- Every saleable variant.
UPDATE product_template SET cartona_id = NULL WHERE id NOT IN (11, 14);
UPDATE cartona.account SET product_scope = 'saleable';
SELECT product_id, supplier_product_id, internal_product_id, on_sale FROM cartona.product_levels(1) WHERE product_id < 9000;
UPDATE cartona.account SET product_scope = 'mapped';
UPDATE product_template SET cartona_id = 'C' || id WHERE id < 5000;

--
-- Kits: the module mrp comes in while we run.
--
CREATE TABLE mrp_bom (id serial PRIMARY KEY, type varchar, active boolean, sequence integer, product_tmpl_id integer,
	product_id integer, product_qty numeric, product_uom_id integer, company_id integer);
CREATE TABLE mrp_bom_line (id serial PRIMARY KEY, bom_id integer, product_id integer, product_qty numeric, product_uom_id integer);
SELECT product_id, stock FROM cartona.product_levels(1, '{101,102,103,105,107}');
-- 107 is a box of 2 tea and 1 sugar; 105 is a dozen of such boxes and a bag, made 2 at a time.
INSERT INTO mrp_bom VALUES (1, 'phantom', true, 1, 16, NULL, 1, 1, 1), (2, 'phantom', true, 1, 14, 105, 2, 1, NULL),
	(3, 'normal', true, 0, 11, NULL, 1, 1, NULL), (4, 'phantom', true, 0, 16, NULL, 1, 1, 2);
INSERT INTO mrp_bom_line (bom_id, product_id, product_qty, product_uom_id)
VALUES (1, 101, 2, 1), (1, 102, 1, 1), (2, 107, 1, 2), (2, 106, 1, 1), (3, 103, 1, 1), (4, 103, 1, 1);
SELECT product_id, unlimited, stock FROM cartona.product_levels(1, '{101,102,103,105,107}');
-- Three boxes on an imported draft take their tea and sugar.
SELECT odoo_sim.create_order(10, 107, 3) AS draft \gset
UPDATE sale_order SET cartona_id = 'h2', cartona_account_id = 1 WHERE id = :draft;
SELECT product_id, unlimited, stock FROM cartona.product_levels(1, '{101,102,103,105,107}');
-- A line for certain variants only.
CREATE TABLE mrp_bom_line_product_template_attribute_value_rel (mrp_bom_line_id integer, product_template_attribute_value_id integer);
INSERT INTO mrp_bom_line_product_template_attribute_value_rel SELECT id, 1 FROM mrp_bom_line WHERE product_id = 107;
SELECT product_id, unlimited, stock FROM cartona.product_levels(1, '{105}');
UPDATE mrp_bom_line_product_template_attribute_value_rel SET product_template_attribute_value_id = 2;
SELECT product_id, unlimited, stock FROM cartona.product_levels(1, '{105}');
-- A kit inside itself, and a kit of nothing.
INSERT INTO mrp_bom_line (bom_id, product_id, product_qty, product_uom_id) VALUES (1, 105, 1, 1);
SELECT product_id, unlimited, stock FROM cartona.product_levels(1, '{105,107}');
DELETE FROM mrp_bom_line WHERE bom_id = 1;
SELECT product_id, unlimited, stock FROM cartona.product_levels(1, '{107}');

--
-- The tables of Odoo 14: other units, types and taxes.
--
DROP TABLE mrp_bom, mrp_bom_line;
\set ECHO none
DROP SCHEMA odoo_sim CASCADE;
UPDATE product_template SET type = 'product' WHERE is_storable;
ALTER TABLE product_template DROP COLUMN is_storable;
ALTER TABLE stock_move DROP COLUMN location_final_id;
ALTER TABLE uom_uom ADD category_id integer DEFAULT 1, ADD rounding numeric DEFAULT 0.01;
UPDATE uom_uom SET factor = 0.0833333333333333 WHERE id = 2;
ALTER TABLE uom_uom DROP COLUMN relative_uom_id, DROP COLUMN relative_factor, DROP COLUMN parent_path;
ALTER TABLE sale_order_line RENAME product_uom_id TO product_uom;
ALTER TABLE sale_order_line DROP COLUMN warehouse_id;
ALTER TABLE account_tax ADD price_include boolean;
UPDATE account_tax SET price_include = price_include_override = 'tax_included';
ALTER TABLE account_tax DROP COLUMN price_include_override;
ALTER TABLE res_company DROP COLUMN account_price_include, DROP COLUMN parent_path;
ALTER TABLE stock_quant ALTER quantity TYPE double precision, ALTER reserved_quantity TYPE double precision;
\set ECHO all
UPDATE cartona.account SET price_includes_tax = true;
UPDATE sale_order SET state = 'draft', cartona_id = 'h1' WHERE cartona_id = 'h1';
UPDATE sale_order_line SET product_uom = 2 WHERE product_id = 107;
SELECT product_id, unlimited, stock, price FROM cartona.product_levels(1);
UPDATE sale_order_line SET product_id = 101 WHERE product_id = 107;
SELECT stock FROM cartona.product_levels(1, '{101}');

-- Sales without the stock module: nothing is limited.
DROP TABLE stock_quant CASCADE;
SELECT product_id, unlimited, stock FROM cartona.product_levels(1, '{101,102}');

-- Without our column nothing is guessed.
ALTER TABLE product_template RENAME cartona_id TO gone;
\set VERBOSITY sqlstate
SELECT * FROM cartona.product_levels(1);
ALTER TABLE product_template RENAME TO elsewhere;
SELECT * FROM cartona.product_levels(1);

\c postgres
DROP DATABASE cartona_levels;
