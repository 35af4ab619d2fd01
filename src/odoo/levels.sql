/*
 * levels.sql: what price and stock Odoo has now, as it would be sent.
 */
CREATE FUNCTION cartona.product_levels(
	account_id integer,
	products integer[] DEFAULT NULL,
	OUT product_id integer,
	OUT supplier_product_id text,
	OUT internal_product_id text,
	OUT on_sale boolean,
	OUT unlimited boolean,
	OUT stock bigint,
	OUT price numeric,
	OUT price_problem text,
	OUT same boolean)
RETURNS SETOF record
LANGUAGE c VOLATILE
AS 'MODULE_PATHNAME', 'cartona_product_levels';
COMMENT ON FUNCTION cartona.product_levels(integer, integer[]) IS
'The price and stock of variants (product_product ids; null: everything on sale) as an account would send them now, and whether Cartona has accepted the same before. on_sale false: Cartona still has it, and is told 0; stock null: unlimited; price_problem: why it is not sent.';
