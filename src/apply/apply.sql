/*
 * apply.sql: making an order by hand.
 *
 * Runs as its caller, who therefore needs the rights Odoo's role has on
 * Odoo's tables (a superuser runs it as that role); the path is pinned so that nothing in the caller's is used.
 */
CREATE FUNCTION cartona.create_or_update_order(payload jsonb, account_id integer DEFAULT NULL)
RETURNS integer
LANGUAGE c
SET search_path = pg_catalog, pg_temp
AS 'MODULE_PATHNAME', 'cartona_create_or_update_order';
COMMENT ON FUNCTION cartona.create_or_update_order(jsonb, integer) IS
'Take one order as Cartona would send it: store it in the inbox and make the sales order at once, in the caller''s transaction. Returns sale_order.id (of the order that exists already, where it does), null where no order is to be made. Errors are raised. account_id may be left out while there is only one account.';
