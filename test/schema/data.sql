--
-- data.sql: one fresh company in Egypt, as Odoo 19 would store it, and a few products to sell.
--
-- Neighbours: needs odoo.sql's tables, empty; odoo_actions.sql then acts on these rows.
-- Load as the role that owns the database, with psql -v ON_ERROR_STOP=1: the first error
-- stops the load, and everything is one transaction, so nothing half-loaded is left.
--
-- Ids are given, so that tests can name them:
--   company 1; users 1 OdooBot, 2 admin; customer 10; warehouse 1 with stock location 5;
--   taxes 1 = 14 % on top, 2 = 14 % inside the price, 3 = 0 %.
-- A template's id is never one of its variants' ids: whoever confuses them fails here.
--
--   template  variant    sold as                          list price   tax   on hand
--   11        101        tea 250 g                             42.50   14 %      120
--   12        102        sugar 1 kg                            38.00   14 %       40
--   13        103        sunflower oil 1 l                     95.75   inside      8
--   14        104, 105   soda, 330 ml / 1 l (+ 12.00)          15.00   14 %  60 / 24
--   15        106        delivery (a service)                  30.00    0 %        -
--   16        107        plastic bags (stock not kept)          5.00   14 %        -
--   17        108        old soap (archived)                   12.00   14 %        3
--
BEGIN;

--
-- Names are stored once per language; every timestamp is naive UTC, as Odoo writes it.
--
CREATE FUNCTION pg_temp.utc_now() RETURNS timestamp
LANGUAGE sql STABLE
AS $$ SELECT date_trunc('second', now() AT TIME ZONE 'UTC') $$;

--
-- Money, places, precision.
--
INSERT INTO res_currency (id, name, symbol, full_name, position, rounding, decimal_places, active)
VALUES
	( 1, 'USD', '$',    'United States dollar', 'before', 0.01,  2, true),
	(77, 'EGP', 'ج.م',  'Egyptian pound',       'after',  0.01,  2, true),
	(97, 'KWD', 'د.ك',  'Kuwaiti dinar',        'after',  0.001, 3, true);

INSERT INTO res_country (id, code, name, currency_id, phone_code, name_position, state_required, zip_required)
VALUES (65, 'EG', '{"en_US": "Egypt", "ar_001": "مصر"}', 77, 20, 'before', false, false);

INSERT INTO res_country_state (id, country_id, name, code)
VALUES
	(1, 65, 'Cairo',      'C'),
	(2, 65, 'Giza',       'GZ'),
	(3, 65, 'Alexandria', 'ALX');

INSERT INTO decimal_precision (name, digits)
VALUES
	('Product Price', 2),
	('Discount',      2),
	('Product Unit',  2),
	('Stock Weight',  2),
	('Volume',        2);

--
-- Company and people. Partner, company and user point at each other: the partners come
-- first, with their company and authors filled in afterwards.
--
INSERT INTO res_partner (id, name, complete_name, commercial_partner_id, commercial_company_name, company_id, lang, tz,
						 type, country_id, state_id, city, phone, phone_sanitized, email, email_normalized,
						 active, is_company, partner_share, color, message_bounce, supplier_rank, customer_rank, autopost_bills)
VALUES
	( 1, 'مورد القاهرة',   'مورد القاهرة',   1, 'مورد القاهرة', NULL, 'ar_001', NULL,           'contact', 65, 1, 'القاهرة',
	  NULL, NULL, 'info@supplier.example', 'info@supplier.example', true,  true,  true,  0, 0, 0, 0, 'ask'),
	( 2, 'OdooBot',        'OdooBot',        2, NULL, NULL, 'en_US',  NULL,           'contact', NULL, NULL, NULL,
	  NULL, NULL, 'odoobot@example.com', 'odoobot@example.com',     false, false, false, 0, 0, 0, 0, 'ask'),
	( 3, 'مدير المبيعات',   'مدير المبيعات',   3, NULL, NULL, 'ar_001', 'Africa/Cairo', 'contact', NULL, NULL, NULL,
	  NULL, NULL, 'admin@supplier.example', 'admin@supplier.example', true, false, false, 0, 0, 0, 0, 'ask'),
	(10, 'بقالة الأمانة',  'بقالة الأمانة',  10, NULL, NULL, 'ar_001', NULL,          'contact', 65, 2, 'الجيزة',
	  '+201001234567', '+201001234567', NULL, NULL,                 true,  false, true,  0, 0, 0, 1, 'ask');

INSERT INTO res_company (id, name, partner_id, currency_id, sequence, parent_path, active, layout_background,
						 fiscalyear_last_day, fiscalyear_last_month, tax_calculation_rounding_method, account_price_include,
						 account_fiscal_country_id, horizon_days, annual_inventory_day, annual_inventory_month,
						 inventory_period, cost_method, quotation_validity_days, portal_confirmation_sign,
						 portal_confirmation_pay, prepayment_percent, security_lead)
VALUES (1, 'مورد القاهرة', 1, 77, 0, '1/', true, 'Blank',
		31, '12', 'round_globally', 'tax_excluded',
		65, 365, 31, '12',
		'manual', 'standard', 30, true,
		false, 1.0, 0);

INSERT INTO res_users (id, login, company_id, partner_id, active, share, notification_type, signature)
VALUES
	(1, '__system__', 1, 2, false, false, 'email', '<span>System</span>'),
	(2, 'admin',      1, 3, true,  false, 'email', '<span>Administrator</span>');
INSERT INTO res_company_users_rel (cid, user_id) VALUES (1, 1), (1, 2);

INSERT INTO res_groups (id, name, share) VALUES (1, '{"en_US": "Role / User", "ar_001": "الدور / المستخدم"}', false);
INSERT INTO res_groups_users_rel (gid, uid) VALUES (1, 1), (1, 2);

UPDATE res_partner SET company_id = 1 WHERE id IN (2, 3);
UPDATE res_partner SET create_uid = 1, write_uid = 1, create_date = pg_temp.utc_now(), write_date = pg_temp.utc_now();
UPDATE res_company SET create_uid = 1, write_uid = 1, create_date = pg_temp.utc_now(), write_date = pg_temp.utc_now();
UPDATE res_users   SET create_uid = 1, write_uid = 1, create_date = pg_temp.utc_now(), write_date = pg_temp.utc_now();

--
-- Installed modules, parameters, number sequences. A "standard" sequence draws from a
-- PostgreSQL sequence named after its id; its number_next column is not kept up to date.
--
INSERT INTO ir_module_module (name, shortdesc, state, latest_version, license, application, imported)
SELECT name, jsonb_build_object('en_US', name), 'installed', version, 'LGPL-3', name IN ('sale_management', 'stock'), false
FROM (VALUES
	('base',            '19.0.1.3'),
	('web',             '19.0.1.0'),
	('mail',            '19.0.1.19'),
	('uom',             '19.0.1.0'),
	('product',         '19.0.1.2'),
	('account',         '19.0.1.4'),
	('sales_team',      '19.0.1.1'),
	('sale',            '19.0.1.2'),
	('sale_management', '19.0.1.0'),
	('stock',           '19.0.1.1'),
	('stock_account',   '19.0.1.1'),
	('sale_stock',      '19.0.1.0')) AS m (name, version);

INSERT INTO ir_config_parameter (key, value)
VALUES
	('database.uuid',        gen_random_uuid()::text),
	('database.create_date', pg_temp.utc_now()::text),
	('web.base.url',         'http://localhost:8069');

INSERT INTO ir_sequence (id, code, name, prefix, padding, implementation, number_next, number_increment, company_id, active, use_date_range)
VALUES
	(20, 'sale.order', 'Sales Order',        'S',       5, 'standard', 1, 1, NULL, true, false),
	(21, NULL,         'Cairo Sequence in',  'WH/IN/',  5, 'standard', 1, 1, 1,    true, false),
	(22, NULL,         'Cairo Sequence out', 'WH/OUT/', 5, 'standard', 1, 1, 1,    true, false),
	(23, NULL,         'Cairo Sequence int', 'WH/INT/', 5, 'standard', 1, 1, 1,    true, false);
CREATE SEQUENCE ir_sequence_020;
CREATE SEQUENCE ir_sequence_021;
CREATE SEQUENCE ir_sequence_022;
CREATE SEQUENCE ir_sequence_023;

--
-- Taxes: each has a base and a tax row, for invoices and for refunds.
--
INSERT INTO account_tax_group (id, name, company_id, country_id, sequence)
VALUES
	(1, '{"en_US": "VAT 14%", "ar_001": "ضريبة القيمة المضافة 14%"}', 1, 65, 10),
	(2, '{"en_US": "VAT 0%",  "ar_001": "ضريبة القيمة المضافة 0%"}',  1, 65, 10);

INSERT INTO account_tax (id, name, amount, price_include_override, sequence, tax_group_id, company_id, country_id,
						 type_tax_use, amount_type, tax_exigibility, active, include_base_amount, is_base_affected, analytic)
VALUES
	(1, '{"en_US": "14%",      "ar_001": "14%"}',        14, 'tax_excluded', 1, 1, 1, 65, 'sale', 'percent', 'on_invoice', true, false, true, false),
	(2, '{"en_US": "14% incl", "ar_001": "14% شامل"}',   14, 'tax_included', 2, 1, 1, 65, 'sale', 'percent', 'on_invoice', true, false, true, false),
	(3, '{"en_US": "0%",       "ar_001": "0%"}',          0, 'tax_excluded', 3, 2, 1, 65, 'sale', 'percent', 'on_invoice', true, false, true, false);

INSERT INTO account_tax_repartition_line (tax_id, document_type, repartition_type, factor_percent, company_id, sequence, use_in_tax_closing)
SELECT t.id, d, r, 100, 1, 1, false
FROM account_tax t, unnest(ARRAY['invoice', 'refund']) d, unnest(ARRAY['base', 'tax']) r
ORDER BY 1, 2, 3;

UPDATE res_company SET account_sale_tax_id = 1 WHERE id = 1;

--
-- Warehouse. Only what lies below its view location counts as stock.
--
INSERT INTO stock_location (id, name, complete_name, usage, location_id, parent_path, company_id, active, replenish_location, cyclic_inventory_frequency)
VALUES
	(1, 'Vendors',              'Vendors',                     'supplier',  NULL, '1/',   NULL, true, false, 0),
	(2, 'Customers',            'Customers',                   'customer',  NULL, '2/',   NULL, true, false, 0),
	(4, 'WH',                   'WH',                          'view',      NULL, '4/',   1,    true, false, 0),
	(5, 'Stock',                'WH/Stock',                    'internal',  4,    '4/5/', 1,    true, true,  0),
	(8, 'Inventory adjustment', 'Inventory adjustment',        'inventory', NULL, '8/',   1,    true, false, 0);

INSERT INTO stock_warehouse (id, name, code, company_id, partner_id, view_location_id, lot_stock_id, reception_steps, delivery_steps, active, sequence)
VALUES (1, 'مخزن القاهرة', 'WH', 1, 1, 4, 5, 'one_step', 'ship_only', true, 10);
UPDATE stock_location SET warehouse_id = 1 WHERE id IN (4, 5);

INSERT INTO stock_picking_type (id, name, code, sequence_code, sequence_id, default_location_src_id, default_location_dest_id,
								warehouse_id, company_id, reservation_method, create_backorder, move_type, sequence, color, active)
VALUES
	(1, '{"en_US": "Receipts",           "ar_001": "الاستلامات"}',       'incoming', 'IN',  21, 1, 5, 1, 1, 'at_confirm', 'ask', 'direct', 1, 0, true),
	(2, '{"en_US": "Delivery Orders",    "ar_001": "أوامر التوصيل"}',     'outgoing', 'OUT', 22, 5, 2, 1, 1, 'at_confirm', 'ask', 'direct', 2, 0, true),
	(3, '{"en_US": "Internal Transfers", "ar_001": "التحويلات الداخلية"}', 'internal', 'INT', 23, 5, 5, 1, 1, 'at_confirm', 'ask', 'direct', 3, 0, true);
UPDATE stock_picking_type SET return_picking_type_id = CASE id WHEN 1 THEN 2 ELSE 1 END WHERE id IN (1, 2);
UPDATE stock_warehouse SET in_type_id = 1, out_type_id = 2, int_type_id = 3;

--
-- Units, categories, products. No pricelist: Odoo 19 makes none until the feature is switched on.
--
INSERT INTO uom_uom (id, name, relative_factor, relative_uom_id, parent_path, factor, sequence, active)
VALUES
	(1, '{"en_US": "Units",  "ar_001": "الوحدات"}', 1,  NULL, '1/',   1,  0, true),
	(2, '{"en_US": "Dozens", "ar_001": "دزينة"}',   12, 1,    '1/2/', 12, 1, true);

INSERT INTO product_category (id, name, complete_name, parent_path)
VALUES
	(1, 'Goods',    'Goods',    '1/'),
	(2, 'Services', 'Services', '2/');

INSERT INTO crm_team (id, name, sequence, company_id, color, active)
VALUES (1, '{"en_US": "Sales", "ar_001": "المبيعات"}', 0, NULL, 0, true);

INSERT INTO product_template (id, name, type, is_storable, list_price, default_code, categ_id, active, invoice_policy,
							  uom_id, sale_ok, purchase_ok, tracking, service_tracking, service_type, expense_policy,
							  sequence, color, sale_delay, weight, volume, is_favorite, has_configurable_attributes)
SELECT p.*, 1, true, true, 'none', 'no', 'manual', 'no', 1, 0, 0, 0, 0, false, p.id = 14
FROM (VALUES
	(11, '{"en_US": "El Arosa Tea 250 g",    "ar_001": "شاي العروسة 250 جم"}'::jsonb,   'consu',   true,  42.50, 'TEA-250',  1, true,  'order'),
	(12, '{"en_US": "White Sugar 1 kg",      "ar_001": "سكر أبيض 1 كجم"}',              'consu',   true,  38.00, 'SUG-1',    1, true,  'order'),
	(13, '{"en_US": "Sunflower Oil 1 l",     "ar_001": "زيت عباد الشمس 1 لتر"}',        'consu',   true,  95.75, 'OIL-1',    1, true,  'delivery'),
	(14, '{"en_US": "Soda",                  "ar_001": "مياه غازية"}',                  'consu',   true,  15.00, NULL,       1, true,  'order'),
	(15, '{"en_US": "Delivery",              "ar_001": "توصيل"}',                       'service', false, 30.00, 'DELIVERY', 2, true,  'order'),
	(16, '{"en_US": "Plastic Bags",          "ar_001": "أكياس بلاستيك"}',               'consu',   false,  5.00, 'BAGS',     1, true,  'order'),
	(17, '{"en_US": "Old Soap",              "ar_001": "صابون قديم"}',                  'consu',   true,  12.00, 'SOAP-OLD', 1, false, 'order')
) AS p (id, name, type, is_storable, list_price, default_code, categ_id, active, invoice_policy);

INSERT INTO product_product (id, product_tmpl_id, default_code, barcode, combination_indices, active, standard_price, weight, volume)
VALUES
	(101, 11, 'TEA-250',  '6221031000012', '',  true,  '{"1": 30.0}', 0, 0),
	(102, 12, 'SUG-1',    '6221031000029', '',  true,  '{"1": 27.0}', 0, 0),
	(103, 13, 'OIL-1',    '6221031000036', '',  true,  '{"1": 70.0}', 0, 0),
	(104, 14, 'SODA-330', NULL,            '1', true,  '{"1": 9.0}',  0, 0),
	(105, 14, 'SODA-1L',  NULL,            '2', true,  '{"1": 17.0}', 0, 0),
	(106, 15, 'DELIVERY', NULL,            '',  true,  NULL,          0, 0),
	(107, 16, 'BAGS',     NULL,            '',  true,  '{"1": 2.0}',  0, 0),
	(108, 17, 'SOAP-OLD', NULL,            '',  false, '{"1": 6.0}',  0, 0);

INSERT INTO product_attribute (id, name, create_variant, display_type, sequence, active)
VALUES (1, '{"en_US": "Size", "ar_001": "الحجم"}', 'always', 'radio', 10, true);
INSERT INTO product_attribute_value (id, attribute_id, name, sequence, color, is_custom, active, default_extra_price)
VALUES
	(1, 1, '{"en_US": "330 ml", "ar_001": "330 مل"}', 1, 1, false, true, 0),
	(2, 1, '{"en_US": "1 l",    "ar_001": "1 لتر"}',  2, 2, false, true, 12);
INSERT INTO product_template_attribute_line (id, product_tmpl_id, attribute_id, sequence, value_count, active)
VALUES (1, 14, 1, 10, 2, true);
INSERT INTO product_template_attribute_value (id, product_attribute_value_id, attribute_line_id, product_tmpl_id, attribute_id, price_extra, color, ptav_active)
VALUES
	(1, 1, 1, 14, 1,  0, 1, true),
	(2, 2, 1, 14, 1, 12, 2, true);
INSERT INTO product_variant_combination (product_product_id, product_template_attribute_value_id)
VALUES (104, 1), (105, 2);

INSERT INTO product_taxes_rel (prod_id, tax_id)
VALUES (11, 1), (12, 1), (13, 2), (14, 1), (15, 3), (16, 1), (17, 1);

UPDATE product_template SET create_uid = 1, write_uid = 1, create_date = pg_temp.utc_now(), write_date = pg_temp.utc_now();
UPDATE product_product  SET create_uid = 1, write_uid = 1, create_date = pg_temp.utc_now(), write_date = pg_temp.utc_now();

--
-- Stock on hand, counted in: what lies in the warehouse is missing at the adjustment location.
--
INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date, inventory_date, inventory_quantity_set, create_uid, write_uid, create_date, write_date)
SELECT c.product_id, l.location_id, 1, l.sign * c.counted, 0, pg_temp.utc_now(),
	   CASE l.sign WHEN 1 THEN (date_trunc('year', pg_temp.utc_now()) + interval '1 year - 1 day')::date END,
	   false, 2, 2, pg_temp.utc_now(), pg_temp.utc_now()
FROM (VALUES (101, 120), (102, 40), (103, 8), (104, 60), (105, 24), (108, 3)) AS c (product_id, counted),
	 (VALUES (5, 1), (8, -1)) AS l (location_id, sign)
ORDER BY c.product_id, l.sign DESC;

--
-- External names of the rows other modules look up.
--
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
VALUES
	('base',    'main_company',             'res.company',        1,  true),
	('base',    'main_partner',             'res.partner',        1,  true),
	('base',    'user_root',                'res.users',          1,  true),
	('base',    'user_admin',               'res.users',          2,  true),
	('base',    'partner_root',             'res.partner',        2,  true),
	('base',    'partner_admin',            'res.partner',        3,  true),
	('base',    'group_user',               'res.groups',         1,  true),
	('base',    'USD',                      'res.currency',       1,  true),
	('base',    'EGP',                      'res.currency',       77, true),
	('base',    'KWD',                      'res.currency',       97, true),
	('base',    'eg',                       'res.country',        65, true),
	('uom',     'product_uom_unit',         'uom.uom',            1,  true),
	('uom',     'product_uom_dozen',        'uom.uom',            2,  true),
	('stock',   'warehouse0',               'stock.warehouse',    1,  true),
	('stock',   'stock_location_suppliers', 'stock.location',     1,  true),
	('stock',   'stock_location_customers', 'stock.location',     2,  true),
	('stock',   'stock_location_stock',     'stock.location',     5,  true),
	('stock',   'picking_type_in',          'stock.picking.type', 1,  true),
	('stock',   'picking_type_out',         'stock.picking.type', 2,  true),
	('sale',    'seq_sale_order',           'ir.sequence',        20, true),
	('sales_team', 'team_sales_department', 'crm.team',           1,  true),
	('mail',    'mt_comment',               'mail.message.subtype', 1, true),
	('mail',    'mt_note',                  'mail.message.subtype', 2, true);

--
-- Kinds of messages in the chatter, and where orders may come from.
--
INSERT INTO mail_message_subtype (id, name, sequence, internal, "default", create_uid, create_date, write_uid, write_date)
VALUES
	(1, '{"en_US": "Discussions"}', 0,   NULL, true,  1, '2026-01-01', 1, '2026-01-01'),
	(2, '{"en_US": "Note"}',        100, true, false, 1, '2026-01-01', 1, '2026-01-01');
INSERT INTO utm_source (id, name, create_uid, create_date, write_uid, write_date)
VALUES
	(1, 'Search engine', 1, '2026-01-01', 1, '2026-01-01'),
	(2, 'Newsletter',    1, '2026-01-01', 1, '2026-01-01');

--
-- Odoo's own description of the models whose tables are here (rel tables are no models).
--
INSERT INTO ir_model (model, name, "order", state, transient, abstract, is_mail_thread, is_mail_activity, is_mail_blacklist)
SELECT m.model, jsonb_build_object('en_US', m.name), m.ord, 'base', false, false, m.thread, m.thread, false
FROM (VALUES
	('res.currency',                     'res.currency',                     'id',                                       false),
	('res.currency.rate',                'res.currency.rate',                'id',                                       false),
	('res.country',                      'res.country',                      'id',                                       false),
	('res.country.state',                'res.country.state',                'id',                                       false),
	('decimal.precision',                'decimal.precision',                'id',                                       false),
	('res.company',                      'res.company',                      'id',                                       false),
	('res.partner',                      'Contact',                          'complete_name ASC, id DESC',               true),
	('res.users',                        'res.users',                        'id',                                       false),
	('res.groups',                       'res.groups',                       'id',                                       false),
	('ir.model',                         'ir.model',                         'id',                                       false),
	('ir.cron',                          'ir.cron',                          'id',                                       false),
	('ir.model.fields',                  'ir.model.fields',                  'id',                                       false),
	('ir.model.data',                    'ir.model.data',                    'id',                                       false),
	('ir.default',                       'ir.default',                       'id',                                       false),
	('ir.config.parameter',              'ir.config.parameter',              'id',                                       false),
	('ir.module.module',                 'ir.module.module',                 'id',                                       false),
	('ir.sequence',                      'ir.sequence',                      'id',                                       false),
	('ir.sequence.date.range',           'ir.sequence.date.range',           'id',                                       false),
	('uom.uom',                          'uom.uom',                          'id',                                       false),
	('product.category',                 'product.category',                 'id',                                       false),
	('product.template',                 'Product',                          'is_favorite desc, name',                   true),
	('product.product',                  'Product Variant',                  'is_favorite desc, default_code, name, id', true),
	('product.attribute',                'product.attribute',                'id',                                       false),
	('product.attribute.value',          'product.attribute.value',          'id',                                       false),
	('product.template.attribute.line',  'product.template.attribute.line',  'id',                                       false),
	('product.template.attribute.value', 'product.template.attribute.value', 'id',                                       false),
	('product.pricelist',                'product.pricelist',                'id',                                       false),
	('product.pricelist.item',           'product.pricelist.item',           'id',                                       false),
	('account.tax.group',                'account.tax.group',                'id',                                       false),
	('account.tax',                      'account.tax',                      'id',                                       true),
	('account.tax.repartition.line',     'account.tax.repartition.line',     'id',                                       false),
	('account.fiscal.position',          'account.fiscal.position',          'id',                                       false),
	('account.payment.term',             'account.payment.term',             'id',                                       false),
	('crm.team',                         'crm.team',                         'id',                                       true),
	('sale.order',                       'Sales Order',                      'date_order desc, id desc',                 true),
	('sale.order.line',                  'Sales Order Line',                 'order_id, sequence, id',                   false),
	('stock.location',                   'stock.location',                   'id',                                       false),
	('stock.warehouse',                  'stock.warehouse',                  'id',                                       false),
	('stock.picking.type',               'stock.picking.type',               'id',                                       false),
	('stock.picking',                    'stock.picking',                    'id',                                       true),
	('stock.move',                       'stock.move',                       'id',                                       false),
	('stock.move.line',                  'stock.move.line',                  'id',                                       false),
	('stock.quant',                      'stock.quant',                      'id',                                       false),
	('stock.reference',                  'stock.reference',                  'id',                                       false),
	('utm.source',                       'utm.source',                       'id',                                       false),
	('mail.message.subtype',             'mail.message.subtype',             'id',                                       false),
	('mail.message',                     'mail.message',                     'id',                                       false),
	('mail.followers',                   'mail.followers',                   'id',                                       false)
) AS m (model, name, ord, thread);

-- Every stored column of the four models an order or a product touches first. The HTML
-- types matter most: text from outside may enter such a column only escaped.
INSERT INTO ir_model_fields (model, model_id, name, ttype, required, related, relation, on_delete, company_dependent, translate,
							 field_description, state, store, selectable)
SELECT f.model, m.id, f.name, f.ttype, f.required, f.related, f.relation, f.on_delete, f.company_dependent, f.translate,
	   jsonb_build_object('en_US', initcap(replace(f.name, '_', ' '))), 'base', true, true
FROM (VALUES
	('sale.order',       'id',                                       'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'campaign_id',                              'many2one',   false, NULL,                   'utm.campaign',                'set null', false, NULL),
	('sale.order',       'source_id',                                'many2one',   false, NULL,                   'utm.source',                  'set null', false, NULL),
	('sale.order',       'medium_id',                                'many2one',   false, NULL,                   'utm.medium',                  'set null', false, NULL),
	('sale.order',       'company_id',                               'many2one',   true,  NULL,                   'res.company',                 'restrict', false, NULL),
	('sale.order',       'partner_id',                               'many2one',   true,  NULL,                   'res.partner',                 'restrict', false, NULL),
	('sale.order',       'pending_email_template_id',                'many2one',   false, NULL,                   'mail.template',               'set null', false, NULL),
	('sale.order',       'journal_id',                               'many2one',   false, NULL,                   'account.journal',             'set null', false, NULL),
	('sale.order',       'partner_invoice_id',                       'many2one',   true,  NULL,                   'res.partner',                 'restrict', false, NULL),
	('sale.order',       'partner_shipping_id',                      'many2one',   true,  NULL,                   'res.partner',                 'restrict', false, NULL),
	('sale.order',       'fiscal_position_id',                       'many2one',   false, NULL,                   'account.fiscal.position',     'set null', false, NULL),
	('sale.order',       'payment_term_id',                          'many2one',   false, NULL,                   'account.payment.term',        'set null', false, NULL),
	('sale.order',       'preferred_payment_method_line_id',         'many2one',   false, NULL,                   'account.payment.method.line', 'set null', false, NULL),
	('sale.order',       'pricelist_id',                             'many2one',   false, NULL,                   'product.pricelist',           'set null', false, NULL),
	('sale.order',       'currency_id',                              'many2one',   false, NULL,                   'res.currency',                'restrict', false, NULL),
	('sale.order',       'user_id',                                  'many2one',   false, NULL,                   'res.users',                   'set null', false, NULL),
	('sale.order',       'team_id',                                  'many2one',   false, NULL,                   'crm.team',                    'set null', false, NULL),
	('sale.order',       'create_uid',                               'many2one',   false, NULL,                   'res.users',                   'set null', false, NULL),
	('sale.order',       'write_uid',                                'many2one',   false, NULL,                   'res.users',                   'set null', false, NULL),
	('sale.order',       'access_token',                             'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'name',                                     'char',       true,  NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'state',                                    'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'client_order_ref',                         'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'origin',                                   'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'reference',                                'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'signed_by',                                'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'invoice_status',                           'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'validity_date',                            'date',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'note',                                     'html',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'currency_rate',                            'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'amount_untaxed',                           'monetary',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'amount_tax',                               'monetary',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'amount_total',                             'monetary',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'locked',                                   'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'require_signature',                        'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'require_payment',                          'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'create_date',                              'datetime',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'commitment_date',                          'datetime',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'date_order',                               'datetime',   true,  NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'signed_on',                                'datetime',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'write_date',                               'datetime',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'prepayment_percent',                       'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'sale_order_template_id',                   'many2one',   false, NULL,                   'sale.order.template',         'set null', false, NULL),
	('sale.order',       'incoterm',                                 'many2one',   false, NULL,                   'account.incoterms',           'set null', false, NULL),
	('sale.order',       'warehouse_id',                             'many2one',   false, NULL,                   'stock.warehouse',             'set null', false, NULL),
	('sale.order',       'incoterm_location',                        'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'picking_policy',                           'selection',  true,  NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'delivery_status',                          'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'effective_date',                           'datetime',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order',       'customizable_pdf_form_fields',             'json',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'id',                                       'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'order_id',                                 'many2one',   true,  NULL,                   'sale.order',                  'cascade',  false, NULL),
	('sale.order.line',  'sequence',                                 'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'company_id',                               'many2one',   false, 'order_id.company_id',  'res.company',                 'set null', false, NULL),
	('sale.order.line',  'currency_id',                              'many2one',   false, 'order_id.currency_id', 'res.currency',                'set null', false, NULL),
	('sale.order.line',  'order_partner_id',                         'many2one',   false, 'order_id.partner_id',  'res.partner',                 'set null', false, NULL),
	('sale.order.line',  'salesman_id',                              'many2one',   false, 'order_id.user_id',     'res.users',                   'set null', false, NULL),
	('sale.order.line',  'product_id',                               'many2one',   false, NULL,                   'product.product',             'restrict', false, NULL),
	('sale.order.line',  'product_uom_id',                           'many2one',   false, NULL,                   'uom.uom',                     'restrict', false, NULL),
	('sale.order.line',  'linked_line_id',                           'many2one',   false, NULL,                   'sale.order.line',             'cascade',  false, NULL),
	('sale.order.line',  'combo_item_id',                            'many2one',   false, NULL,                   'product.combo.item',          'set null', false, NULL),
	('sale.order.line',  'create_uid',                               'many2one',   false, NULL,                   'res.users',                   'set null', false, NULL),
	('sale.order.line',  'write_uid',                                'many2one',   false, NULL,                   'res.users',                   'set null', false, NULL),
	('sale.order.line',  'state',                                    'selection',  false, 'order_id.state',       NULL,                          NULL,       false, NULL),
	('sale.order.line',  'display_type',                             'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'virtual_id',                               'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'linked_virtual_id',                        'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'qty_delivered_method',                     'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'invoice_status',                           'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'analytic_distribution',                    'json',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'extra_tax_data',                           'json',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'name',                                     'text',       true,  NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'product_uom_qty',                          'float',      true,  NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'price_unit',                               'float',      true,  NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'discount',                                 'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'price_subtotal',                           'monetary',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'price_total',                              'monetary',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'price_reduce_taxexcl',                     'monetary',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'price_reduce_taxinc',                      'monetary',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'qty_delivered',                            'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'qty_invoiced',                             'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'qty_to_invoice',                           'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'untaxed_amount_invoiced',                  'monetary',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'untaxed_amount_to_invoice',                'monetary',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'is_downpayment',                           'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'is_expense',                               'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'collapse_prices',                          'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'collapse_composition',                     'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'create_date',                              'datetime',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'write_date',                               'datetime',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'technical_price_unit',                     'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'price_tax',                                'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'customer_lead',                            'float',      true,  NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'is_optional',                              'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('sale.order.line',  'warehouse_id',                             'many2one',   false, NULL,                   'stock.warehouse',             'set null', false, NULL),
	('res.partner',      'id',                                       'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'company_id',                               'many2one',   false, NULL,                   'res.company',                 'set null', false, NULL),
	('res.partner',      'create_date',                              'datetime',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'name',                                     'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'parent_id',                                'many2one',   false, NULL,                   'res.partner',                 'set null', false, NULL),
	('res.partner',      'user_id',                                  'many2one',   false, NULL,                   'res.users',                   'set null', false, NULL),
	('res.partner',      'state_id',                                 'many2one',   false, NULL,                   'res.country.state',           'restrict', false, NULL),
	('res.partner',      'country_id',                               'many2one',   false, NULL,                   'res.country',                 'restrict', false, NULL),
	('res.partner',      'industry_id',                              'many2one',   false, NULL,                   'res.partner.industry',        'set null', false, NULL),
	('res.partner',      'color',                                    'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'commercial_partner_id',                    'many2one',   false, NULL,                   'res.partner',                 'set null', false, NULL),
	('res.partner',      'create_uid',                               'many2one',   false, NULL,                   'res.users',                   'set null', false, NULL),
	('res.partner',      'write_uid',                                'many2one',   false, NULL,                   'res.users',                   'set null', false, NULL),
	('res.partner',      'complete_name',                            'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'ref',                                      'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'lang',                                     'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'tz',                                       'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'vat',                                      'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'company_registry',                         'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'website',                                  'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'function',                                 'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'type',                                     'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'street',                                   'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'street2',                                  'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'zip',                                      'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'city',                                     'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'email',                                    'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'phone',                                    'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'commercial_company_name',                  'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'company_name',                             'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'properties',                               'properties', false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'barcode',                                  'char',       false, NULL,                   NULL,                          NULL,       true,  NULL),
	('res.partner',      'comment',                                  'html',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'partner_latitude',                         'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'partner_longitude',                        'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'active',                                   'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'employee',                                 'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'is_company',                               'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'partner_share',                            'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'write_date',                               'datetime',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'message_bounce',                           'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'email_normalized',                         'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'signup_type',                              'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'phone_sanitized',                          'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'specific_property_product_pricelist',      'many2one',   false, NULL,                   'product.pricelist',           NULL,       true,  NULL),
	('res.partner',      'invoice_template_pdf_report_id',           'many2one',   false, NULL,                   'ir.act.report.xml',           'set null', false, NULL),
	('res.partner',      'supplier_rank',                            'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'customer_rank',                            'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'autopost_bills',                           'selection',  true,  NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'credit_limit',                             'float',      false, NULL,                   NULL,                          NULL,       true,  NULL),
	('res.partner',      'property_account_payable_id',              'many2one',   false, NULL,                   'account.account',             NULL,       true,  NULL),
	('res.partner',      'property_account_receivable_id',           'many2one',   false, NULL,                   'account.account',             NULL,       true,  NULL),
	('res.partner',      'property_account_position_id',             'many2one',   false, NULL,                   'account.fiscal.position',     NULL,       true,  NULL),
	('res.partner',      'property_payment_term_id',                 'many2one',   false, NULL,                   'account.payment.term',        NULL,       true,  NULL),
	('res.partner',      'property_supplier_payment_term_id',        'many2one',   false, NULL,                   'account.payment.term',        NULL,       true,  NULL),
	('res.partner',      'trust',                                    'selection',  false, NULL,                   NULL,                          NULL,       true,  NULL),
	('res.partner',      'ignore_abnormal_invoice_date',             'boolean',    false, NULL,                   NULL,                          NULL,       true,  NULL),
	('res.partner',      'ignore_abnormal_invoice_amount',           'boolean',    false, NULL,                   NULL,                          NULL,       true,  NULL),
	('res.partner',      'invoice_sending_method',                   'selection',  false, NULL,                   NULL,                          NULL,       true,  NULL),
	('res.partner',      'invoice_edi_format_store',                 'char',       false, NULL,                   NULL,                          NULL,       true,  NULL),
	('res.partner',      'property_outbound_payment_method_line_id', 'many2one',   false, NULL,                   'account.payment.method.line', NULL,       true,  NULL),
	('res.partner',      'property_inbound_payment_method_line_id',  'many2one',   false, NULL,                   'account.payment.method.line', NULL,       true,  NULL),
	('res.partner',      'property_stock_customer',                  'many2one',   false, NULL,                   'stock.location',              NULL,       true,  NULL),
	('res.partner',      'property_stock_supplier',                  'many2one',   false, NULL,                   'stock.location',              NULL,       true,  NULL),
	('res.partner',      'picking_warn_msg',                         'text',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'global_location_number',                   'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'peppol_endpoint',                          'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'peppol_eas',                               'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('res.partner',      'sale_warn_msg',                            'text',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'id',                                       'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'sequence',                                 'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'categ_id',                                 'many2one',   false, NULL,                   'product.category',            'set null', false, NULL),
	('product.template', 'uom_id',                                   'many2one',   true,  NULL,                   'uom.uom',                     'restrict', false, NULL),
	('product.template', 'company_id',                               'many2one',   false, NULL,                   'res.company',                 'set null', false, NULL),
	('product.template', 'color',                                    'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'create_uid',                               'many2one',   false, NULL,                   'res.users',                   'set null', false, NULL),
	('product.template', 'write_uid',                                'many2one',   false, NULL,                   'res.users',                   'set null', false, NULL),
	('product.template', 'type',                                     'selection',  true,  NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'service_tracking',                         'selection',  true,  NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'default_code',                             'char',       false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'name',                                     'char',       true,  NULL,                   NULL,                          NULL,       false, 'standard'),
	('product.template', 'description',                              'html',       false, NULL,                   NULL,                          NULL,       false, 'standard'),
	('product.template', 'description_purchase',                     'text',       false, NULL,                   NULL,                          NULL,       false, 'standard'),
	('product.template', 'description_sale',                         'text',       false, NULL,                   NULL,                          NULL,       false, 'standard'),
	('product.template', 'product_properties',                       'properties', false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'list_price',                               'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'volume',                                   'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'weight',                                   'float',      false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'sale_ok',                                  'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'purchase_ok',                              'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'active',                                   'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'can_image_1024_be_zoomed',                 'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'has_configurable_attributes',              'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'is_favorite',                              'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'create_date',                              'datetime',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'write_date',                               'datetime',   false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'property_account_income_id',               'many2one',   false, NULL,                   'account.account',             NULL,       true,  NULL),
	('product.template', 'property_account_expense_id',              'many2one',   false, NULL,                   'account.account',             NULL,       true,  NULL),
	('product.template', 'sale_delay',                               'integer',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'lot_sequence_id',                          'many2one',   false, NULL,                   'ir.sequence',                 'set null', false, NULL),
	('product.template', 'tracking',                                 'selection',  true,  NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'responsible_id',                           'many2one',   false, NULL,                   'res.users',                   NULL,       true,  NULL),
	('product.template', 'property_stock_production',                'many2one',   false, NULL,                   'stock.location',              NULL,       true,  NULL),
	('product.template', 'property_stock_inventory',                 'many2one',   false, NULL,                   'stock.location',              NULL,       true,  NULL),
	('product.template', 'description_picking',                      'text',       false, NULL,                   NULL,                          NULL,       false, 'standard'),
	('product.template', 'description_pickingout',                   'text',       false, NULL,                   NULL,                          NULL,       false, 'standard'),
	('product.template', 'description_pickingin',                    'text',       false, NULL,                   NULL,                          NULL,       false, 'standard'),
	('product.template', 'is_storable',                              'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'property_price_difference_account_id',     'many2one',   false, NULL,                   'account.account',             NULL,       true,  NULL),
	('product.template', 'lot_valuated',                             'boolean',    false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'service_type',                             'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'expense_policy',                           'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'invoice_policy',                           'selection',  false, NULL,                   NULL,                          NULL,       false, NULL),
	('product.template', 'sale_line_warn_msg',                       'text',       false, NULL,                   NULL,                          NULL,       false, NULL)
) AS f (model, name, ttype, required, related, relation, on_delete, company_dependent, translate)
JOIN ir_model m ON m.model = f.model;

-- The tax fields are stored in relation tables, and are named differently in other versions.
INSERT INTO ir_model_fields (model, model_id, name, ttype, relation, relation_table, column1, column2,
							 required, field_description, state, store, selectable)
SELECT f.model, m.id, f.name, 'many2many', 'account.tax', f.relation_table, f.column1, f.column2,
	   false, '{"en_US": "Taxes"}', 'base', true, true
FROM (VALUES
	('sale.order.line',  'tax_ids',  'account_tax_sale_order_line_rel', 'sale_order_line_id', 'account_tax_id'),
	('product.template', 'taxes_id', 'product_taxes_rel',               'prod_id',            'tax_id')
) AS f (model, name, relation_table, column1, column2)
JOIN ir_model m ON m.model = f.model;

--
-- The ids above were given by hand: let each id sequence go on behind them. The signal
-- tables start with one row each, as Odoo leaves them.
--
INSERT INTO orm_signaling_registry  DEFAULT VALUES;
INSERT INTO orm_signaling_default   DEFAULT VALUES;
INSERT INTO orm_signaling_assets    DEFAULT VALUES;
INSERT INTO orm_signaling_stable    DEFAULT VALUES;
INSERT INTO orm_signaling_templates DEFAULT VALUES;
INSERT INTO orm_signaling_routing   DEFAULT VALUES;
INSERT INTO orm_signaling_groups    DEFAULT VALUES;

DO $$
DECLARE
	t record;
BEGIN
	FOR t IN
		SELECT c.oid::regclass AS tab, pg_get_serial_sequence(c.oid::regclass::text, 'id') AS seq
		FROM pg_class c
		WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
			AND EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'id')
	LOOP
		EXECUTE format('SELECT setval(%L, coalesce(max(id), 0) + 1, false) FROM %s', t.seq, t.tab);
	END LOOP;
END
$$;

COMMIT;
