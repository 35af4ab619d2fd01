--
-- version.sql: what must go in every version of Odoo, told in words that differ only where Odoo does:
-- attach, an order in, price and stock out, what a clerk does with the order, the screens in and out.
--
-- Neighbours: sql/versions.sql names the version and the database. Odoo 19 is written as a whole, 15 to 18 as
-- what each has otherwise than the one before.
--
\echo == Odoo :version
\i test/schema/database.sql
SELECT :version >= 15 AS from15, :version >= 16 AS from16, :version >= 17 AS from17, :version >= 18 AS from18, :version >= 19 AS from19 \gset
\o /dev/null
\if :from19
\i test/schema/odoo.sql
\i test/schema/data.sql
\i test/schema/odoo_screens.sql
\else
\i test/schema/odoo14.sql
\i test/schema/data14.sql
\i test/schema/odoo14_screens.sql
\if :from15
\i test/schema/odoo15.sql
\endif
\if :from16
\i test/schema/odoo16.sql
\endif
\if :from17
\i test/schema/odoo17.sql
\endif
\if :from18
\i test/schema/odoo18.sql
\endif
\endif
CREATE EXTENSION cartona_integration;
\o

CREATE FUNCTION odoo_rows() RETURNS TABLE (kind text, n bigint) LANGUAGE plpgsql AS $$
DECLARE
	tab text;
BEGIN
	FOREACH tab IN ARRAY ARRAY['ir_act_server', 'ir_act_window', 'ir_cron', 'ir_cron_trigger', 'ir_model', 'ir_model_access', 'ir_model_data', 'ir_model_fields',
		'ir_model_fields_selection', 'ir_translation', 'ir_ui_menu', 'ir_ui_view'] LOOP
		CONTINUE WHEN to_regclass(tab) IS NULL;
		kind := tab;
		EXECUTE format('SELECT count(*) FROM %I', tab) INTO n;
		RETURN NEXT;
	END LOOP;
END
$$;
CREATE TABLE before AS SELECT * FROM odoo_rows();

-- Columns of ours that are filled and Odoo's that are not, without times and ids that any Odoo has.
CREATE FUNCTION filled(tab text, row_id integer) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	row_is jsonb;
BEGIN
	EXECUTE format('SELECT to_jsonb(t) FROM %I t WHERE id = $1', tab) INTO row_is USING row_id;
	RETURN (SELECT string_agg(e.key || '=' || (e.value #>> '{}'), ' ' ORDER BY e.key) FROM jsonb_each(row_is) e
		WHERE e.value <> 'null' AND e.key NOT LIKE '%\_date' AND e.key NOT IN ('id', 'date', 'message_id', 'validity_date'));
END
$$;

\echo -- attached; the scheduled action, its minutes
SELECT cartona.attach();
SELECT cartona._attach_state();
SELECT filled('ir_act_server', c.ir_actions_server_id) ~ 'state=code' AS action, c.interval_number AS minutes, c.active FROM ir_cron c WHERE c.id = cartona._ui_xmlid('__cartona__', 'task_cron');

-- Only an enabled account takes events.
UPDATE cartona.account SET active = true, (bound_system, bound_database) = (SELECT h.system_identifier, h.database_oid FROM cartona._identity() h);

-- Price and stock.
UPDATE product_template SET cartona_id = 'C' || id;
\echo -- price and stock
SELECT product_id, supplier_product_id, price, stock, unlimited, price_problem FROM cartona.product_levels(1);

-- The largest of those that fit the first line is for it: Odoo 15 to 18.
\if :from15
\if :from19
\else
INSERT INTO product_packaging (id, name, sequence, product_id, qty, sales, company_id) VALUES (1, 'box', 1, 101, 1.5, true, NULL), (2, 'carton', 2, 101, 3, true, 1),
	(3, 'carton', 3, 101, 3, true, NULL), (4, 'not for sale', 1, 101, 3, false, NULL), (5, 'pallet', 1, 101, 30, true, NULL), (6, 'two', 1, 101, 2, true, NULL), (7, 'pair', 1, 103, 2, true, NULL);
\endif
\endif

-- An order: customer, head, lines, the note.
SELECT cartona.create_or_update_order('{"hashed_id": "v1", "created_at": "2026-01-02T10:00:00Z", "status": "pending", "delivered_by": "delivered_by_cartona",
	"total_price": "245.60", "retailer": {"retailer_code": "R1", "retailer_name": "بقالة النور 😀", "retailer_number": "0100 111 2223", "retailer_number2": "01112223334",
	"retailer_email": "nour@example.com", "retailer_address": "12 Nile"},
	"order_details": [{"id": 7, "internal_product_id": "101", "amount": 3, "selling_price": 42.5}, {"id": 8, "internal_product_id": "103", "amount": 1, "selling_price": 95.75},
	{"id": 9, "internal_product_id": "106", "amount": 1, "selling_price": 20}]}', 1) AS made \gset
\echo -- customer, order, lines, taxes, note
SELECT filled('res_partner', partner_id) FROM sale_order WHERE id = :made;
SELECT filled('sale_order', :made);
SELECT filled('sale_order_line', l.id) FROM sale_order_line l WHERE l.order_id = :made ORDER BY l.id;
SELECT array_agg(r.account_tax_id ORDER BY r.sale_order_line_id) AS taxes FROM account_tax_sale_order_line_rel r;
SELECT filled('mail_message', m.id) FROM mail_message m WHERE m.model = 'sale.order' AND m.res_id = :made;
SELECT note, problem FROM cartona.inbox i JOIN cartona.order_sync s USING (hashed_id);

-- Columns nobody knows are asked of Odoo: there must be none.
\echo -- columns that Odoo is asked about
SELECT kind, arg FROM cartona.odoo_task ORDER BY id;

-- The retailer edits his order; then it is confirmed by the written state, and what a clerk's click does is captured.
\echo -- edited by the retailer
SELECT cartona.create_or_update_order('{"hashed_id": "v1", "created_at": "2026-01-02T10:00:00Z", "status": "pending", "delivered_by": "delivered_by_cartona",
	"retailer": {"retailer_code": "R1", "retailer_name": "بقالة النور 😀"},
	"order_details": [{"id": 7, "internal_product_id": "101", "amount": 2, "selling_price": 42.5}, {"id": 8, "internal_product_id": "103", "amount": 1, "selling_price": 95.75}]}', 1) = :made AS same;
SELECT product_id, product_uom_qty, price_subtotal, price_total, to_jsonb(l) ->> 'product_packaging_id' AS packaging, to_jsonb(l) ->> 'product_packaging_qty' AS of_it
FROM sale_order_line l WHERE order_id = :made ORDER BY id;
SELECT amount_untaxed, amount_tax, amount_total FROM sale_order WHERE id = :made;
\echo -- confirmed by the written state, cancelled by a task
UPDATE cartona.account SET apply_status = 'sql';
SELECT cartona.receive_order_status('{"hashed_id": "v1", "status": "approved"}') AS told;
SELECT state, invoice_status, (SELECT array_agg(DISTINCT l.state::text || ' ' || l.invoice_status ORDER BY l.state::text || ' ' || l.invoice_status) FROM sale_order_line l WHERE l.order_id = o.id) AS lines
FROM sale_order o WHERE id = :made;
UPDATE cartona.account SET apply_status = 'odoo';
SELECT cartona.receive_order_status('{"hashed_id": "v1", "status": "cancelled_by_retailer"}') AS told;
SELECT kind, order_id = :made AS of_it FROM cartona.odoo_task ORDER BY id;
\echo -- captured: stock, delivery, price, cancel
TRUNCATE cartona.outbox;
UPDATE stock_quant SET quantity = quantity - 1 WHERE product_id = 101 AND location_id = 5;
INSERT INTO stock_picking (name, sale_id, state, picking_type_id, location_id, location_dest_id, move_type, company_id) VALUES ('WH/OUT/1', :made, 'assigned', 2, 5, 2, 'direct', 1);
UPDATE stock_picking SET state = 'done';
UPDATE product_template SET list_price = 43 WHERE id = 11;
UPDATE sale_order SET state = 'cancel' WHERE id = :made;
SELECT kind, subject = :made AS of_order, count(*) FROM cartona.outbox GROUP BY 1, 2 ORDER BY 1, 2;

-- The screens.
\echo -- the screens
SELECT cartona.ui_install();
SELECT state, left_out, signal_wanted FROM cartona.ui_state;
SELECT o.kind, o.n > b.n AS more FROM odoo_rows() o JOIN before b USING (kind) ORDER BY 1;
DO $$
BEGIN
	ASSERT NOT EXISTS (SELECT FROM ir_ui_view v WHERE v.name LIKE 'cartona.%' AND NOT xml_is_well_formed_document(coalesce(to_jsonb(v.arch_db) ->> 'en_US', to_jsonb(v.arch_db) #>> '{}')));
EXCEPTION WHEN feature_not_supported THEN
	NULL;	-- this server was built without libxml
END $$;
-- As this Odoo writes a list, and hides what is not for every row.
SELECT to_jsonb(v.arch_db) #>> '{}' ~ 'الآن' AS several_languages, (regexp_match(coalesce(to_jsonb(v.arch_db) ->> 'en_US', to_jsonb(v.arch_db) #>> '{}'), '<(list|tree)'))[1] AS kind,
	(regexp_match(coalesce(to_jsonb(v.arch_db) ->> 'en_US', to_jsonb(v.arch_db) #>> '{}'), 'fa-paper-plane" (.*)/>'))[1] AS hidden, v.type FROM ir_ui_view v WHERE v.name = 'cartona.product_list';
SELECT to_jsonb(m.name) #>> '{}' AS menu FROM ir_ui_menu m WHERE m.id = cartona._ui_xmlid('__cartona__', 'ui_menu_log');
SELECT view_mode FROM ir_act_window WHERE res_model = 'x_cartona_log';
\echo -- all of it out again: what is left over
SELECT cartona._ui_signal();
SELECT cartona.ui_uninstall();
SELECT cartona._ui_sweep(true);
SELECT cartona.detach(true);
SELECT o.kind, o.n - b.n AS left_over FROM odoo_rows() o JOIN before b USING (kind) WHERE o.n <> b.n ORDER BY 1;
SELECT attrelid::regclass, attname FROM pg_attribute WHERE attname ~ 'cartona' AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'x\_%') ORDER BY 1, 2;
