/*
 * fulfil.sql: the retailer's one-time password of a sales order.
 */
CREATE FUNCTION cartona._forget_otp(order_id integer) RETURNS void
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_forget_otp'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona._forget_otp(integer) IS 'Empty sale_order.cartona_otp, unless somebody holds the order just now.';
