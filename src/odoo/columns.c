/*-------------------------------------------------------------------------
 *
 * columns.c
 *	  What is written into Odoo's tables, column by column, and why.
 *
 * A column is written where this Odoo has it, so one table serves every
 * version; columns not named here stay as Odoo's ORM leaves them (null), get
 * the shop's own default (ir_default), or, where null is refused, a neutral
 * value: writer.c.
 *
 * create_uid and write_uid are the technical user (base.user_root): the rows
 * come from no person.  The salesperson is never that user.
 *
 * Neighbours: writer.c builds the statements; partner.c and order.c give the
 * parameters, by the enums of writer.h.
 * Failure, transactions, memory: data only.
 *
 * IDENTIFICATION
 *	  src/odoo/columns.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "odoo/writer.h"

/* Odoo keeps every time as UTC without a zone. */
#define UTC_NOW "(now() AT TIME ZONE 'UTC')"

static const CartonaColumn partner_columns[] = {
	{"id", "o.id", CARTONA_VALUE},
	{"cartona_id", "o.cartona_id", CARTONA_VALUE},
	{"name", "o.name", CARTONA_VALUE},
	/* name_search finds a partner by these, not by name */
	{"complete_name", "o.name", CARTONA_VALUE},
	{"display_name", "o.name", CARTONA_VALUE},

	/*
	 * without it journal items have no partner: a customer without a parent
	 * is its own
	 */
	{"commercial_partner_id", "o.id", CARTONA_VALUE},
	{"active", "true", CARTONA_VALUE},
	{"type", "'contact'", CARTONA_DEFAULT},
	{"is_company", "false", CARTONA_DEFAULT},
	{"partner_share", "true", CARTONA_VALUE},
	{"phone", "o.phone", CARTONA_VALUE},
	{"mobile", "o.mobile", CARTONA_VALUE},
	{"phone_sanitized", "o.phone_sanitized", CARTONA_VALUE},
	{"email", "o.email", CARTONA_VALUE},
	{"email_normalized", "o.email_normalized", CARTONA_VALUE},
	{"street", "o.street", CARTONA_VALUE},
	{"street2", "o.street2", CARTONA_VALUE},
	{"country_id", "o.country_id", CARTONA_VALUE},
	{"lang", "o.lang", CARTONA_VALUE},
	{"color", "0", CARTONA_DEFAULT},
	{"message_bounce", "0", CARTONA_VALUE},
	/* as when a customer is made from the Sales app */
	{"customer_rank", "1", CARTONA_VALUE},
	{"supplier_rank", "0", CARTONA_VALUE},
	{"autopost_bills", "'ask'", CARTONA_DEFAULT},
	{"sale_warn", "'no-message'", CARTONA_DEFAULT},
	{"invoice_warn", "'no-message'", CARTONA_DEFAULT},
	{"picking_warn", "'no-message'", CARTONA_DEFAULT},
	{"create_uid", "o.uid", CARTONA_VALUE},
	{"create_date", UTC_NOW, CARTONA_VALUE},
	{"write_uid", "o.uid", CARTONA_VALUE},
	{"write_date", UTC_NOW, CARTONA_VALUE},
	{NULL}
};

CartonaWriter cartona_write_partner = {
	"res_partner", "res.partner", partner_columns,
	"FROM (SELECT $1 AS cartona_id, $2 AS name, $3 AS phone, $4 AS mobile, $5 AS phone_sanitized,"
	" $6 AS email, $7 AS email_normalized, $8 AS street, $9 AS street2, $10 AS country_id, $11 AS lang, $12 AS uid,"
	" nextval(pg_get_serial_sequence('res_partner', 'id'))::int4 AS id) AS o",
	true, PARTNER_NARGS,
	{TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, TEXTOID, INT4OID, TEXTOID, INT4OID}
};

static const CartonaColumn order_columns[] = {
	/* ours */
	{"cartona_id", "o.cartona_id", CARTONA_VALUE},
	{"cartona_account_id", "o.account_id", CARTONA_VALUE},
	{"delivered_by", "o.delivered_by", CARTONA_VALUE},
	/* where it came from */
	{"name", "o.name", CARTONA_VALUE},
	{"origin", "'Cartona'", CARTONA_VALUE},
	{"client_order_ref", "o.client_ref", CARTONA_VALUE},
	{"date_order", "date_trunc('second', o.date_order)", CARTONA_VALUE},
	/* confirming refuses an order without a state */
	{"state", "'draft'", CARTONA_VALUE},
	{"locked", "false", CARTONA_VALUE},
	{"invoice_status", "'no'", CARTONA_VALUE},
	{"company_id", "o.company_id", CARTONA_VALUE},
	{"warehouse_id", "o.warehouse_id", CARTONA_VALUE},
	{"picking_policy", "'direct'", CARTONA_DEFAULT},
	/* who */
	{"partner_id", "o.partner_id", CARTONA_VALUE},
	{"partner_invoice_id", "o.invoice_to", CARTONA_VALUE},
	{"partner_shipping_id", "o.ship_to", CARTONA_VALUE},
	{"user_id", "o.salesman_id", CARTONA_VALUE},
	{"team_id", "o.team_id", CARTONA_VALUE},
	/* money */
	{"pricelist_id", "o.pricelist_id", CARTONA_VALUE},
	/* printing and invoicing fail without a currency */
	{"currency_id", "o.currency_id", CARTONA_VALUE},
	{"currency_rate", "o.currency_rate", CARTONA_VALUE},
	{"payment_term_id", "o.payment_term_id", CARTONA_VALUE},
	{"fiscal_position_id", "o.fiscal_position_id", CARTONA_VALUE},
	{"amount_untaxed", "o.amount_untaxed", CARTONA_VALUE},
	{"amount_tax", "o.amount_tax", CARTONA_VALUE},
	{"amount_total", "o.amount_total", CARTONA_VALUE},
	{"amount_to_invoice", "o.amount_total", CARTONA_VALUE}, /* stored in Odoo 17
															 * only */
	/* the portal's rules, as the company has them */
	{"validity_date", "o.validity_date", CARTONA_VALUE},
	{"require_signature", "o.require_signature", CARTONA_VALUE},
	{"require_payment", "o.require_payment", CARTONA_VALUE},
	{"prepayment_percent", "o.prepayment_percent", CARTONA_VALUE},
	{"note", "o.note", CARTONA_VALUE},
	{"create_uid", "o.uid", CARTONA_VALUE},
	{"create_date", UTC_NOW, CARTONA_VALUE},
	{"write_uid", "o.uid", CARTONA_VALUE},
	{"write_date", UTC_NOW, CARTONA_VALUE},
	{NULL}
};

CartonaWriter cartona_write_order = {
	"sale_order", "sale.order", order_columns,
	"FROM (SELECT $1 AS cartona_id, $2 AS account_id, $3 AS delivered_by, $4 AS name, $5 AS client_ref, $6 AS date_order,"
	" $7 AS company_id, $8 AS warehouse_id, $9 AS partner_id, $10 AS invoice_to, $11 AS ship_to, $12 AS salesman_id,"
	" $13 AS team_id, $14 AS pricelist_id, $15 AS currency_id, $16 AS currency_rate, $17 AS payment_term_id,"
	" $18 AS fiscal_position_id, $19 AS validity_date, $20 AS require_signature, $21 AS require_payment,"
	" $22 AS prepayment_percent, $23 AS note, $24 AS amount_untaxed, $25 AS amount_tax, $26 AS amount_total, $27 AS uid) AS o",
	true, ORDER_NARGS,
	{TEXTOID, INT4OID, TEXTOID, TEXTOID, TEXTOID, TIMESTAMPOID,
		INT4OID, INT4OID, INT4OID, INT4OID, INT4OID, INT4OID, INT4OID,
		INT4OID, INT4OID, NUMERICOID, INT4OID, INT4OID,
		DATEOID, BOOLOID, BOOLOID, FLOAT8OID, TEXTOID,
	NUMERICOID, NUMERICOID, NUMERICOID, INT4OID}
};

static const CartonaColumn line_columns[] = {
	{"cartona_line_id", "l.cartona_id", CARTONA_VALUE},
	{"order_id", "o.order_id", CARTONA_VALUE},
	{"sequence", "10", CARTONA_VALUE},	/* Odoo gives every line the same and
										 * orders by id */
	{"product_id", "l.product_id", CARTONA_VALUE},
	{"product_uom", "l.uom_id", CARTONA_VALUE},
	{"product_uom_id", "l.uom_id", CARTONA_VALUE},	/* its name since Odoo 19 */
	{"name", "l.name", CARTONA_VALUE},
	{"product_uom_qty", "l.quantity", CARTONA_VALUE},
	{"price_unit", "l.price", CARTONA_VALUE},
	{"discount", "0", CARTONA_VALUE},

	/*
	 * technical_price_unit is not here on purpose: while it is null Odoo
	 * takes the price for one a person gave, and does not replace it with the
	 * list price when a clerk edits the quantity of what the retailer has
	 * agreed to.
	 */
	{"price_subtotal", "l.subtotal", CARTONA_VALUE},
	{"price_tax", "l.tax", CARTONA_VALUE},
	{"price_total", "l.total", CARTONA_VALUE},
	{"price_reduce", "l.price", CARTONA_VALUE},
	{"price_reduce_taxexcl", "l.reduce_excl", CARTONA_VALUE},
	{"price_reduce_taxinc", "l.reduce_incl", CARTONA_VALUE},
	{"state", "'draft'", CARTONA_VALUE},
	{"invoice_status", "'no'", CARTONA_VALUE},
	{"qty_delivered", "0", CARTONA_VALUE},
	{"qty_delivered_manual", "0", CARTONA_VALUE},
	/* deliveries are not counted without it */
	{"qty_delivered_method", "l.method", CARTONA_VALUE},
	{"qty_invoiced", "0", CARTONA_VALUE},
	{"qty_to_invoice", "0", CARTONA_VALUE},
	{"untaxed_amount_invoiced", "0", CARTONA_VALUE},
	{"untaxed_amount_to_invoice", "0", CARTONA_VALUE},
	{"customer_lead", "l.lead", CARTONA_VALUE},
	{"product_packaging_qty", "0", CARTONA_VALUE},
	{"collapse_prices", "false", CARTONA_DEFAULT},
	{"collapse_composition", "false", CARTONA_DEFAULT},
	{"is_optional", "false", CARTONA_DEFAULT},
	/* copies of the order's: without the company, users do not see the line */
	{"company_id", "o.company_id", CARTONA_VALUE},
	{"currency_id", "o.currency_id", CARTONA_VALUE},
	{"order_partner_id", "o.partner_id", CARTONA_VALUE},
	{"salesman_id", "o.salesman_id", CARTONA_VALUE},
	/* without it confirming finds no rule to deliver the line (Odoo 18, 19) */
	{"warehouse_id", "o.warehouse_id", CARTONA_VALUE},
	{"create_uid", "o.uid", CARTONA_VALUE},
	{"create_date", UTC_NOW, CARTONA_VALUE},
	{"write_uid", "o.uid", CARTONA_VALUE},
	{"write_date", UTC_NOW, CARTONA_VALUE},
	{NULL}
};

CartonaWriter cartona_write_lines = {
	"sale_order_line", "sale.order.line", line_columns,
	"FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) WITH ORDINALITY"
	" AS l (cartona_id, product_id, uom_id, name, quantity, price, subtotal, tax, total, reduce_excl, reduce_incl, lead, method, ord),"
	" (SELECT $14 AS order_id, $15 AS company_id, $16 AS currency_id, $17 AS partner_id, $18 AS salesman_id,"
	" $19 AS warehouse_id, $20 AS uid) AS o ORDER BY l.ord",
	true, LINE_NARGS,
	{TEXTARRAYOID, INT4ARRAYOID, INT4ARRAYOID, TEXTARRAYOID, NUMERICARRAYOID, NUMERICARRAYOID, NUMERICARRAYOID,
		NUMERICARRAYOID, NUMERICARRAYOID, NUMERICARRAYOID, NUMERICARRAYOID, FLOAT8ARRAYOID, TEXTARRAYOID,
	INT4OID, INT4OID, INT4OID, INT4OID, INT4OID, INT4OID, INT4OID}
};

static const CartonaColumn line_tax_columns[] = {
	{"sale_order_line_id", "l.line_id", CARTONA_VALUE},
	{"account_tax_id", "l.tax_id", CARTONA_VALUE},
	{NULL}
};

/* Odoo 19 renamed the field, not the table. */
CartonaWriter cartona_write_line_taxes = {
	"account_tax_sale_order_line_rel", NULL, line_tax_columns,
	"FROM unnest($1, $2) AS l (line_id, tax_id)",
	false, 2,
	{INT4ARRAYOID, INT4ARRAYOID}
};
