--
-- Capture: which of Odoo's writes put what into the outbox.
--
-- A database of its own, dropped at the end; no worker takes the rows away.
--
\set ECHO none
\set database cartona_capture
\i test/schema/database.sql
\o /dev/null
\i test/schema/attached.sql
\i test/schema/odoo_actions.sql
\o
\set ECHO all

-- What an action has captured, each once; then it is forgotten.
CREATE FUNCTION captured() RETURNS TABLE (kind text, subject bigint, account_id int, status text, ref text) LANGUAGE sql AS $$
	WITH taken AS (DELETE FROM cartona.outbox RETURNING *)
	SELECT DISTINCT kind, subject, account_id, status, ref FROM taken ORDER BY 1, 2, 4
$$;
SELECT count(*) FROM captured();

--
-- Products.
--
SELECT odoo_sim.set_price(11, 43);
SELECT * FROM captured();
SELECT odoo_sim.set_price(11, 43);
SELECT * FROM captured();
UPDATE product_template SET cartona_id = 'T11' WHERE id = 11;
SELECT * FROM captured();
UPDATE product_template SET cartona_id = NULL WHERE id = 11;
SELECT * FROM captured();
UPDATE product_template SET name = '{"en_US": "other"}', write_date = now(), default_code = 'X', sequence = 5, weight = 2 WHERE id = 11;
SELECT * FROM captured();
SELECT odoo_sim.archive(11);
SELECT * FROM captured();
SELECT odoo_sim.unarchive(11);
SELECT * FROM captured();
SELECT odoo_sim.set_sale_ok(11, false);
SELECT * FROM captured();
UPDATE product_template SET type = 'service' WHERE id = 11;
SELECT * FROM captured();
UPDATE product_template SET is_storable = false WHERE id = 11;
SELECT * FROM captured();
UPDATE product_template SET company_id = 1 WHERE id = 11;
SELECT * FROM captured();
-- The price of a variant: what its attribute values add.
SELECT odoo_sim.set_extra(2, 13);
SELECT * FROM captured();
UPDATE product_variant_combination SET product_template_attribute_value_id = 2 WHERE product_product_id = 104;
SELECT * FROM captured();
DELETE FROM product_variant_combination WHERE product_product_id = 105;
SELECT * FROM captured();
UPDATE product_product SET active = false WHERE id = 101;
SELECT * FROM captured();
UPDATE product_product SET barcode = '1', standard_price = '{"1": 3}', write_date = now() WHERE id = 102;
SELECT * FROM captured();
-- A new one, and one that goes.
INSERT INTO product_template SELECT (jsonb_populate_record(t, '{"id": 90}')).* FROM product_template t WHERE id = 16;
INSERT INTO product_product SELECT (jsonb_populate_record(p, '{"id": 190, "product_tmpl_id": 90}')).* FROM product_product p WHERE id = 107;
SELECT * FROM captured();
DELETE FROM product_product WHERE id = 190;
DELETE FROM product_template WHERE id = 90;
SELECT * FROM captured();

--
-- Stock: all that changes what is there, what is promised and what is coming.
--
SELECT odoo_sim.receive(102, 5) > 0 AS received;
SELECT * FROM captured();
SELECT odoo_sim.adjust(103, 9);
SELECT * FROM captured();
SELECT odoo_sim.create_order(10, 102, 2) AS own \gset
SELECT * FROM captured();
SELECT odoo_sim.confirm(:own);
SELECT * FROM captured();
SELECT odoo_sim.deliver(:own);
SELECT * FROM captured();
UPDATE stock_quant SET in_date = now(), write_date = now(), inventory_quantity = 4 WHERE product_id = 102;
UPDATE stock_move SET write_date = now(), priority = '1' WHERE product_id = 102;
SELECT * FROM captured();
UPDATE stock_quant SET product_id = 103 WHERE product_id = 102 AND location_id = 5;
SELECT * FROM captured();
DELETE FROM stock_quant WHERE product_id = 108;
SELECT * FROM captured();

--
-- Orders: those of Cartona's, and what a clerk does with them.
--
SELECT odoo_sim.create_order(10, 102, 2) AS ours \gset
UPDATE sale_order SET cartona_id = 'hash1', cartona_account_id = 1, delivered_by = 'delivered_by_supplier' WHERE id = :ours;
UPDATE sale_order_line SET cartona_line_id = '1' WHERE order_id = :ours;
SELECT * FROM captured();
UPDATE sale_order SET note = 'x', write_date = now(), state = state WHERE id = :ours;
SELECT * FROM captured();
UPDATE sale_order SET amount_total = 3 WHERE id = :ours;
SELECT kind, subject - :ours AS subject, account_id, status, ref FROM captured();
-- A draft holds stock back: its lines matter.
UPDATE sale_order_line SET product_uom_qty = 3 WHERE order_id = :ours;
SELECT * FROM captured();
UPDATE sale_order_line SET price_unit = 3, name = 'y' WHERE order_id = :ours;
SELECT * FROM captured();
UPDATE sale_order_line SET product_id = 101 WHERE order_id = :ours;
SELECT * FROM captured();
UPDATE sale_order SET state = 'sent' WHERE id = :ours;
SELECT kind, subject - :ours AS subject, account_id, status, ref FROM captured();
UPDATE sale_order SET state = 'sale' WHERE id = :ours;
SELECT kind, subject - :ours AS subject, account_id, status, ref FROM captured();
-- Caused by Cartona: only its stock.
BEGIN;
SET LOCAL cartona.cause = :'ours';
UPDATE sale_order SET state = 'cancel' WHERE id = :ours;
COMMIT;
SELECT kind, subject - :ours AS subject, account_id, status, ref FROM captured();
-- The cause is over with the transaction, and is this order only.
SHOW cartona.cause;
BEGIN;
SET LOCAL cartona.cause = '999999';
UPDATE sale_order SET state = 'draft' WHERE id = :ours;
COMMIT;
SELECT kind, subject - :ours AS subject, account_id, status, ref FROM captured();
-- Cartona delivers: only the cancellation is told.
UPDATE sale_order SET delivered_by = 'delivered_by_cartona' WHERE id = :ours;
UPDATE sale_order SET state = 'sale' WHERE id = :ours;
SELECT kind, subject - :ours AS subject, account_id, status, ref FROM captured();
UPDATE sale_order SET state = 'cancel' WHERE id = :ours;
SELECT kind, subject - :ours AS subject, account_id, status, ref FROM captured();
DELETE FROM sale_order WHERE id = :ours;
SELECT kind, subject - CASE WHEN kind = 'order_deleted' THEN :ours ELSE 0 END AS subject, account_id, status, ref FROM captured();
-- Not Cartona's.
UPDATE sale_order SET state = 'draft' WHERE id = :own;
DELETE FROM sale_order WHERE id = :own;
SELECT * FROM captured();

--
-- Transactions: Odoo's is REPEATABLE READ, with savepoints.
--
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT odoo_sim.set_price(12, 50);
SAVEPOINT a;
SELECT odoo_sim.set_price(13, 51);
ROLLBACK TO a;
SELECT odoo_sim.set_price(11, 52);
RELEASE a;
COMMIT;
SELECT * FROM captured();
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT odoo_sim.set_price(12, 60);
ROLLBACK;
SELECT * FROM captured();
BEGIN ISOLATION LEVEL SERIALIZABLE;
SELECT odoo_sim.set_price(12, 61);
COMMIT;
SELECT * FROM captured();

--
-- Rights: who writes Odoo's tables needs none on ours.
--
CREATE ROLE cartona_test_clerk;
GRANT SELECT, UPDATE ON product_template TO cartona_test_clerk;
SET ROLE cartona_test_clerk;
SET search_path = pg_temp;
UPDATE public.product_template SET list_price = 70 WHERE id = 12;
SELECT count(*) FROM cartona.outbox;
RESET ROLE;
RESET search_path;
SELECT * FROM captured();
-- A replica's apply captures nothing: its origin has.
SET session_replication_role = replica;
UPDATE product_template SET list_price = 71 WHERE id = 12;
RESET session_replication_role;
SELECT * FROM captured();

--
-- A copy captures nothing: the installation is another database's.
--
UPDATE cartona.installation SET database_oid = 1;
\c -
SET client_min_messages = warning;
UPDATE product_template SET list_price = 72 WHERE id = 12;
SELECT * FROM captured();
SELECT cartona._adopt();
UPDATE product_template SET list_price = 73 WHERE id = 12;
SELECT * FROM captured();

DROP OWNED BY cartona_test_clerk;
DROP ROLE cartona_test_clerk;
\c postgres
DROP DATABASE cartona_capture;
