--
-- odoo18.sql: what Odoo 18 has otherwise than Odoo 17: a field that differs by company is a JSON
-- column of its record, a product is storable by a box to tick, a line has its own warehouse.
--
-- Neighbours: odoo17.sql comes first; odoo.sql is Odoo 19, written as a whole.
--
BEGIN;

DROP TABLE ir_property;
ALTER TABLE res_partner ADD COLUMN autopost_bills varchar, ADD COLUMN credit_limit jsonb, ADD COLUMN barcode jsonb,
	ADD COLUMN specific_property_product_pricelist jsonb, ADD COLUMN property_payment_term_id jsonb, ADD COLUMN property_supplier_payment_term_id jsonb,
	ADD COLUMN property_account_position_id jsonb, ADD COLUMN property_account_payable_id jsonb, ADD COLUMN property_account_receivable_id jsonb,
	ADD COLUMN property_outbound_payment_method_line_id jsonb, ADD COLUMN property_inbound_payment_method_line_id jsonb,
	ADD COLUMN property_stock_customer jsonb, ADD COLUMN property_stock_supplier jsonb, ADD COLUMN trust jsonb, ADD COLUMN invoice_sending_method jsonb,
	ADD COLUMN ignore_abnormal_invoice_date jsonb, ADD COLUMN ignore_abnormal_invoice_amount jsonb, ADD COLUMN invoice_edi_format_store jsonb,
	ADD COLUMN invoice_template_pdf_report_id integer;
UPDATE res_partner SET autopost_bills = 'ask';
ALTER TABLE res_partner ALTER COLUMN autopost_bills SET NOT NULL, DROP COLUMN date, DROP COLUMN signup_token, DROP COLUMN signup_expiration,
	DROP COLUMN team_id, DROP COLUMN ubl_cii_format, DROP COLUMN last_time_entries_checked;

ALTER TABLE product_template ADD COLUMN is_storable boolean, ADD COLUMN service_tracking varchar, ADD COLUMN is_favorite boolean, ADD COLUMN lot_valuated boolean;
UPDATE product_template SET is_storable = type = 'product', type = CASE type WHEN 'service' THEN 'service' ELSE 'consu' END, service_tracking = 'no';
ALTER TABLE product_template ALTER COLUMN type SET NOT NULL, ALTER COLUMN service_tracking SET NOT NULL, DROP COLUMN detailed_type, DROP COLUMN priority;

ALTER TABLE account_tax ADD COLUMN price_include_override varchar, ADD COLUMN invoice_legal_notes text;
UPDATE account_tax SET price_include_override = 'tax_included' WHERE price_include;
ALTER TABLE account_tax DROP COLUMN price_include;
ALTER TABLE res_company ADD COLUMN account_price_include varchar;
UPDATE res_company SET account_price_include = 'tax_excluded';
ALTER TABLE res_company ALTER COLUMN account_price_include SET NOT NULL, DROP COLUMN period_lock_date;

ALTER TABLE sale_order ALTER COLUMN warehouse_id DROP NOT NULL, DROP COLUMN analytic_account_id, DROP COLUMN amount_to_invoice, ADD COLUMN customizable_pdf_form_fields jsonb;
ALTER TABLE sale_order_line ADD COLUMN warehouse_id integer, ADD COLUMN technical_price_unit double precision, ADD COLUMN linked_line_id integer,
	ADD COLUMN combo_item_id integer, ADD COLUMN virtual_id varchar, ADD COLUMN linked_virtual_id varchar,
	DROP CONSTRAINT sale_order_line_accountable_required_fields,
	ADD CONSTRAINT sale_order_line_accountable_required_fields
		CHECK (display_type IS NOT NULL OR is_downpayment OR (product_id IS NOT NULL AND product_uom IS NOT NULL));

ALTER TABLE product_pricelist DROP COLUMN discount_policy;
ALTER TABLE product_product ADD COLUMN standard_price jsonb;
ALTER TABLE stock_move ADD COLUMN location_final_id integer;

ALTER TABLE ir_cron DROP COLUMN numbercall, DROP COLUMN doall, ADD COLUMN failure_count integer, ADD COLUMN first_failure_date timestamp,
	ALTER COLUMN interval_number SET NOT NULL, ALTER COLUMN interval_type SET NOT NULL, ADD CONSTRAINT ir_cron_check_strictly_positive_interval CHECK (interval_number > 0);
ALTER TABLE ir_actions ADD COLUMN path varchar;
ALTER TABLE ir_model_fields ADD COLUMN company_dependent boolean;

CREATE SEQUENCE base_cache_signaling_groups;

-- Whether there are pricelists is asked of the technical user's groups.
CREATE TABLE res_groups_users_rel (gid integer NOT NULL, uid integer NOT NULL, PRIMARY KEY (gid, uid));

-- A list is called so.
UPDATE ir_ui_view SET type = 'list', arch_db = replace(replace(arch_db::text, '<tree', '<list'), '</tree', '</list')::jsonb WHERE type = 'tree';

UPDATE ir_module_module SET latest_version = replace(latest_version, '17.0.', '18.0.');

COMMIT;
