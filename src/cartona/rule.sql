/*
 * rule.sql: who may change the status of an order.
 */
CREATE FUNCTION cartona._rule_allows(delivered_by text, direction text, status text) RETURNS boolean
LANGUAGE c IMMUTABLE PARALLEL SAFE AS 'MODULE_PATHNAME', 'cartona_sql_rule_allows';
COMMENT ON FUNCTION cartona._rule_allows(text, text, text) IS
'May this side (direction out: Odoo tells Cartona; in: Cartona tells Odoo) set this Cartona status on an order delivered so? delivered_by_supplier, or nothing: out any status, in cancellations only. delivered_by_cartona: the other way round. The acknowledgement synced may always go out.';
