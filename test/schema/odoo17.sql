--
-- odoo17.sql: what Odoo 17 has otherwise than Odoo 16: branches of a company, locked orders,
-- down payments from the portal, names of taxes in each language.
--
-- Neighbours: odoo16.sql comes first; odoo18.sql goes on from here.
--
BEGIN;

ALTER TABLE res_partner RENAME COLUMN display_name TO complete_name;
ALTER TABLE res_partner DROP COLUMN message_main_attachment_id, ADD COLUMN peppol_endpoint varchar, ADD COLUMN peppol_eas varchar;

ALTER TABLE account_tax DROP CONSTRAINT account_tax_name_company_uniq;
ALTER TABLE account_tax ALTER COLUMN name TYPE jsonb USING jsonb_build_object('en_US', name),
	ALTER COLUMN description TYPE jsonb USING jsonb_build_object('en_US', description), ADD COLUMN invoice_label jsonb;
ALTER TABLE account_tax_repartition_line ADD COLUMN tax_id integer, ADD COLUMN document_type varchar;
UPDATE account_tax_repartition_line SET tax_id = coalesce(invoice_tax_id, refund_tax_id), document_type = CASE WHEN refund_tax_id IS NULL THEN 'invoice' ELSE 'refund' END;
ALTER TABLE account_tax_repartition_line ALTER COLUMN document_type SET NOT NULL, DROP COLUMN invoice_tax_id, DROP COLUMN refund_tax_id;

ALTER TABLE account_payment_term ADD COLUMN early_discount boolean, ADD COLUMN discount_percentage double precision,
	ADD COLUMN early_pay_discount_computation varchar, ADD COLUMN discount_days integer, ADD COLUMN display_on_invoice boolean;

-- A company may be a branch of another.
ALTER TABLE res_company ADD COLUMN parent_path varchar, ADD COLUMN active boolean, ADD COLUMN prepayment_percent double precision,
	ADD COLUMN mobile varchar, ADD COLUMN uses_default_logo boolean;
UPDATE res_company SET parent_path = id || '/', active = true, prepayment_percent = 1;

ALTER TABLE sale_order ALTER COLUMN pricelist_id DROP NOT NULL, ADD COLUMN locked boolean, ADD COLUMN prepayment_percent double precision,
	ADD COLUMN amount_to_invoice numeric, ADD COLUMN journal_id integer, ADD COLUMN pending_email_template_id integer, ADD COLUMN incoterm_location varchar;
ALTER TABLE sale_order DROP CONSTRAINT sale_order_date_order_conditional_required,
	ADD CONSTRAINT sale_order_date_order_conditional_required CHECK ((state = 'sale' AND date_order IS NOT NULL) OR state <> 'sale');
ALTER TABLE sale_order_line DROP COLUMN price_reduce;

-- Without the feature there is no pricelist that is active.
UPDATE product_pricelist SET active = false;

ALTER TABLE product_template ALTER COLUMN type DROP NOT NULL, ALTER COLUMN sale_delay TYPE integer,
	DROP COLUMN message_main_attachment_id, ADD COLUMN product_properties jsonb;
ALTER TABLE stock_move ADD COLUMN quantity numeric, ADD COLUMN picked boolean, ADD COLUMN reservation_date date, ADD COLUMN is_inventory boolean,
	DROP COLUMN note, DROP COLUMN inventory_id;
ALTER TABLE stock_location ADD COLUMN warehouse_id integer;

ALTER TABLE mail_message ADD COLUMN record_alias_domain_id integer, ADD COLUMN record_company_id integer, ADD COLUMN pinned_at timestamp;

ALTER TABLE ir_act_server ALTER COLUMN activity_user_type DROP NOT NULL, ADD COLUMN update_m2m_operation varchar,
	ADD COLUMN update_boolean_value varchar, ADD COLUMN evaluation_type varchar, ADD COLUMN webhook_url varchar, ADD COLUMN value text;
ALTER TABLE ir_model_fields ADD COLUMN currency_field varchar, ADD COLUMN sanitize boolean, ADD COLUMN sanitize_overridable boolean,
	ADD CONSTRAINT ir_model_fields_name_manual_field CHECK (state <> 'manual' OR name LIKE 'x\_%');

DROP SEQUENCE base_cache_signaling;
CREATE SEQUENCE base_cache_signaling_default;
CREATE SEQUENCE base_cache_signaling_assets;
CREATE SEQUENCE base_cache_signaling_templates;
CREATE SEQUENCE base_cache_signaling_routing;

-- Views hide by expressions, no longer by attrs.
UPDATE ir_ui_view SET arch_db = replace(arch_db::text, ' attrs=\"{}\"', '')::jsonb;

UPDATE ir_module_module SET latest_version = replace(latest_version, '16.0.', '17.0.');

COMMIT;
