--
-- odoo16.sql: what Odoo 16 has otherwise than Odoo 15. Above all: a translated text is a JSON object
-- with a key for each language; the table of translations is gone.
--
-- Neighbours: odoo15.sql comes first, and the tables of the screens where they are wanted
-- (odoo14_screens.sql); odoo17.sql goes on from here.
--
BEGIN;

CREATE FUNCTION pg_temp.translated(tab text, VARIADIC cols text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	col text;
BEGIN
	IF to_regclass(tab) IS NULL THEN
		RETURN;
	END IF;
	FOREACH col IN ARRAY cols LOOP
		EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE jsonb USING CASE WHEN %2$I IS NOT NULL THEN jsonb_build_object(''en_US'', %2$I) END', tab, col);
	END LOOP;
END
$$;
SELECT pg_temp.translated('product_template', 'name', 'description', 'description_sale', 'description_purchase',
	'description_picking', 'description_pickingin', 'description_pickingout');
ALTER TABLE uom_uom DROP CONSTRAINT IF EXISTS uom_uom_name_uniq;
ALTER TABLE res_country DROP CONSTRAINT IF EXISTS res_country_name_uniq;
ALTER TABLE res_groups DROP CONSTRAINT IF EXISTS res_groups_name_uniq;
SELECT pg_temp.translated(t, 'name') FROM unnest(ARRAY['uom_uom', 'uom_category', 'product_pricelist', 'res_country', 'res_groups', 'crm_team',
	'account_tax_group', 'account_payment_term', 'account_fiscal_position', 'stock_picking_type', 'mail_message_subtype', 'utm_source',
	'ir_model', 'ir_ui_menu', 'ir_model_fields_selection']) t;
SELECT pg_temp.translated('ir_model_fields', 'field_description', 'help'), pg_temp.translated('ir_actions', 'name', 'help'),
	pg_temp.translated('res_company', 'invoice_terms', 'invoice_terms_html', 'report_header', 'report_footer', 'company_details'),
	pg_temp.translated('ir_ui_view', 'arch_db'), pg_temp.translated('account_payment_term', 'note'), pg_temp.translated('account_fiscal_position', 'note');
DROP TABLE IF EXISTS ir_translation;

-- What a line costs is spread over analytic accounts by rules.
CREATE TABLE account_analytic_distribution_model (id serial PRIMARY KEY);
ALTER TABLE sale_order_line ADD COLUMN analytic_distribution jsonb;
ALTER TABLE sale_order DROP COLUMN show_update_pricelist, DROP COLUMN message_main_attachment_id, ADD COLUMN delivery_status varchar;
ALTER TABLE res_company ADD COLUMN account_use_credit_limit boolean;

-- Also of a customer.
ALTER TABLE res_partner DROP COLUMN credit_limit, ADD COLUMN company_registry varchar, ADD COLUMN ubl_cii_format varchar;

UPDATE ir_module_module SET latest_version = replace(latest_version, '15.0.', '16.0.');

COMMIT;
