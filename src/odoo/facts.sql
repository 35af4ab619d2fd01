/*
 * facts.sql: what enable() and preview() must know of Odoo, read with Odoo's own rights.
 */
CREATE FUNCTION cartona._odoo_facts(company_id integer, OUT vendor_addon boolean, OUT company_currency text)
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_odoo_facts'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona._odoo_facts(integer) IS 'Is the vendor''s own add-on installed, and what is the currency of this company?';

CREATE FUNCTION cartona._order_levels(account_id integer, OUT order_id integer, OUT cartona_id text, OUT status text, OUT known_status text)
RETURNS SETOF record
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_order_levels'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona._order_levels(integer) IS 'Orders whose state in Odoo is ahead of what Cartona knows, with the status that would be sent.';

CREATE FUNCTION cartona._odoo_has_state(state text) RETURNS boolean
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_odoo_has_state'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona._odoo_has_state(text) IS 'Does a module of this Odoo add this state to sales orders? true where Odoo cannot be asked: its tables are not there, or a dump is being restored.';
