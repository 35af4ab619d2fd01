/*-------------------------------------------------------------------------
 *
 * columns.c
 *	  What is written into Odoo's tables, column by column, and why.
 *
 * A column is written where this Odoo has it, so one table serves every
 * version; columns not named here stay as Odoo's ORM leaves them (null), get
 * the shop's own default (ir_default), or, where null is refused, a neutral
 * value: column_value.c.
 *
 * create_uid and write_uid are the technical user (base.user_root): the rows
 * come from no person.  The salesperson is never that user.
 *
 * Neighbours: writer.c builds the statements; partner.c, customer_change.c and
 * order.c give the parameters, by the enums of writer.h, here named for the
 * expressions.
 * Failure, transactions, memory: data only.
 *
 * IDENTIFICATION
 *	  src/odoo/columns.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "odoo/packaging.h"
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
	/* where the shop's contacts are companies by default */
	{"commercial_company_name", "CASE WHEN @@is_company THEN o.name END", CARTONA_VALUE},
	{"partner_share", "true", CARTONA_VALUE},
	{"phone", "o.phone", CARTONA_VALUE},
	{"mobile", "o.mobile", CARTONA_VALUE},
	{"phone_sanitized", "o.phone_sanitized", CARTONA_VALUE},
	{"email", "o.email", CARTONA_VALUE},
	{"email_normalized", "o.email_normalized", CARTONA_VALUE},
	{"street", "o.street", CARTONA_VALUE},
	{"street2", "o.street2", CARTONA_VALUE},
	{"comment", "o.comment", CARTONA_VALUE},
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
	/* columns of Odoo's own modules, with what each gives a new customer */
	{"purchase_warn", "'no-message'", CARTONA_DEFAULT},
	{"group_rfq", "'default'", CARTONA_DEFAULT},
	{"group_on", "'default'", CARTONA_DEFAULT},
	{"suggest_based_on", "'30_days'", CARTONA_DEFAULT},
	{"suggest_days", "7", CARTONA_DEFAULT},
	{"suggest_percent", "100", CARTONA_DEFAULT},
	{"is_published", "false", CARTONA_DEFAULT},
	{"calendar_last_notif_ack", "date_trunc('second', " UTC_NOW ")", CARTONA_VALUE},
	{"create_uid", "o.uid", CARTONA_VALUE},
	{"create_date", UTC_NOW, CARTONA_VALUE},
	{"write_uid", "o.uid", CARTONA_VALUE},
	{"write_date", UTC_NOW, CARTONA_VALUE},
	{NULL}
};

static const CartonaWriterArg partner_args[PARTNER_NARGS] = {
	[PARTNER_CARTONA_ID] = {"cartona_id", TEXTOID},
	[PARTNER_NAME] = {"name", TEXTOID},
	[PARTNER_PHONE] = {"phone", TEXTOID},
	[PARTNER_MOBILE] = {"mobile", TEXTOID},
	[PARTNER_PHONE_SANITIZED] = {"phone_sanitized", TEXTOID},
	[PARTNER_EMAIL] = {"email", TEXTOID},
	[PARTNER_EMAIL_NORMALIZED] = {"email_normalized", TEXTOID},
	[PARTNER_STREET] = {"street", TEXTOID},
	[PARTNER_STREET2] = {"street2", TEXTOID},
	[PARTNER_COMMENT] = {"comment", TEXTOID},
	[PARTNER_COUNTRY] = {"country_id", INT4OID},
	[PARTNER_LANG] = {"lang", TEXTOID},
	[PARTNER_USER] = {"uid", INT4OID},
};

/*
 * What Odoo leaves null in a new customer, of all versions and of the modules
 * an Odoo with sales and stock has.  Any other column that is not named above
 * may be one that Odoo computes: task_arg.c has it asked.
 */
static const CartonaNullColumn partner_null_columns[] = {
	/* filled by trigger cartona_mirror */
	{"x_cartona_id"},
	{"additional_info"}, {"avalara_exemption_id"}, {"avalara_partner_code"}, {"barcode"},
	{"box_1099_id"}, {"city"}, {"comment"}, {"commercial_company_name"}, {"company_id"},
	{"company_name"}, {"company_registry"}, {"credit_limit"}, {"date"}, {"debit_limit"}, {"employee"},
	{"function"}, {"global_location_number"}, {"ignore_abnormal_invoice_amount"},
	{"ignore_abnormal_invoice_date"}, {"industry_id"}, {"invoice_edi_format_store"},
	{"invoice_sending_method"}, {"invoice_template_pdf_report_id"}, {"invoice_warn_msg"},
	{"last_time_entries_checked"}, {"message_main_attachment_id"}, {"ocn_token"},
	{"online_partner_information"}, {"parent_id"}, {"partner_gid"}, {"partner_latitude"},
	{"partner_longitude"}, {"peppol_eas"}, {"peppol_endpoint"}, {"picking_warn_msg"}, {"properties"},
	{"property_account_payable_id"}, {"property_account_position_id"},
	{"property_account_receivable_id"}, {"property_inbound_payment_method_line_id"},
	{"property_outbound_payment_method_line_id"}, {"property_payment_term_id"},
	{"property_stock_customer"}, {"property_stock_supplier"}, {"property_supplier_payment_term_id"},
	{"ref"}, {"sale_warn_msg"}, {"signup_expiration"}, {"signup_token"}, {"signup_type"},
	{"specific_property_product_pricelist"}, {"state_id"}, {"team_id"}, {"title"}, {"trust"}, {"tz"},
	{"ubl_cii_format"}, {"user_id"}, {"vat"}, {"website"}, {"zip"},
	{NULL}
};

CartonaWriter cartona_write_partner = {
	"res_partner", "res.partner", partner_columns, partner_args, PARTNER_NARGS, true, true, true, NULL, partner_null_columns
};

/*
 * A delivery address below a customer (p; cp is his commercial entity).  What
 * belongs to the entity as a whole is copied, as Odoo does when a person adds
 * an address; up to Odoo 17 some of it is in ir_property, where an order looks
 * it up by the customer.
 */
static const CartonaColumn address_columns[] = {
	{"id", "o.id", CARTONA_VALUE},
	{"cartona_id", "o.cartona_id", CARTONA_VALUE},
	{"parent_id", "o.parent_id", CARTONA_VALUE},
	{"type", "'delivery'", CARTONA_VALUE},
	{"name", "coalesce(o.name, p.name)", CARTONA_VALUE},
	{"complete_name", "concat(CASE WHEN cp.is_company THEN cp.name ELSE p.name END, ', ', coalesce(o.name, p.name))", CARTONA_VALUE},
	{"display_name", "concat(CASE WHEN cp.is_company THEN cp.name ELSE p.name END, ', ', coalesce(o.name, p.name))", CARTONA_VALUE},
	{"commercial_partner_id", "cp.id", CARTONA_VALUE},
	{"commercial_company_name", "CASE WHEN cp.is_company THEN cp.name END", CARTONA_VALUE},
	{"company_id", "p.company_id", CARTONA_VALUE},
	{"user_id", "p.user_id", CARTONA_VALUE},
	{"lang", "coalesce(nullif(p.lang, ''), o.lang)", CARTONA_VALUE},
	{"country_id", "coalesce(p.country_id, o.country_id)", CARTONA_VALUE},
	{"active", "true", CARTONA_VALUE},
	{"is_company", "false", CARTONA_VALUE},
	{"partner_share", "true", CARTONA_VALUE},
	{"phone", "o.phone", CARTONA_VALUE},
	{"phone_sanitized", "o.phone_sanitized", CARTONA_VALUE},
	{"street", "o.street", CARTONA_VALUE},
	{"street2", "o.street2", CARTONA_VALUE},
	{"vat", "cp.vat", CARTONA_VALUE},
	{"company_registry", "cp.company_registry", CARTONA_VALUE},
	{"industry_id", "cp.industry_id", CARTONA_VALUE},
	{"credit_limit", "cp.credit_limit", CARTONA_VALUE},
	{"property_account_payable_id", "cp.property_account_payable_id", CARTONA_VALUE},
	{"property_account_receivable_id", "cp.property_account_receivable_id", CARTONA_VALUE},
	{"property_account_position_id", "cp.property_account_position_id", CARTONA_VALUE},
	{"property_payment_term_id", "cp.property_payment_term_id", CARTONA_VALUE},
	{"property_supplier_payment_term_id", "cp.property_supplier_payment_term_id", CARTONA_VALUE},
	{"specific_property_product_pricelist", "cp.specific_property_product_pricelist", CARTONA_VALUE},
	{"color", "0", CARTONA_DEFAULT},
	{"message_bounce", "0", CARTONA_VALUE},
	{"customer_rank", "0", CARTONA_VALUE},
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

static const CartonaWriterArg address_args[ADDRESS_NARGS] = {
	[ADDRESS_PARENT] = {"parent_id", INT4OID},
	[ADDRESS_CARTONA_ID] = {"cartona_id", TEXTOID},
	[ADDRESS_NAME] = {"name", TEXTOID},
	[ADDRESS_PHONE] = {"phone", TEXTOID},
	[ADDRESS_PHONE_SANITIZED] = {"phone_sanitized", TEXTOID},
	[ADDRESS_STREET] = {"street", TEXTOID},
	[ADDRESS_STREET2] = {"street2", TEXTOID},
	[ADDRESS_COUNTRY] = {"country_id", INT4OID},
	[ADDRESS_LANG] = {"lang", TEXTOID},
	[ADDRESS_USER] = {"uid", INT4OID},
};

CartonaWriter cartona_write_address = {
	"res_partner", "res.partner", address_columns, address_args, ADDRESS_NARGS, true, true, true,
	" JOIN {res_partner} p ON p.id = o.parent_id"
	" JOIN {res_partner} cp ON cp.id = coalesce(p.commercial_partner_id, p.id)"
};

static const CartonaColumn order_columns[] = {
	/* ours */
	{"cartona_id", "o.cartona_id", CARTONA_VALUE},
	{"cartona_account_id", "o.account_id", CARTONA_VALUE},
	{"delivered_by", "o.delivered_by", CARTONA_VALUE},
	/* where it came from */
	{"name", "o.name", CARTONA_VALUE},
	{"origin", "'Cartona'", CARTONA_VALUE},
	{"source_id", "o.source_id", CARTONA_VALUE},
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
	{"preferred_payment_method_line_id", "o.payment_method_id", CARTONA_VALUE},
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
	{"commitment_date", "o.commitment_date", CARTONA_VALUE},
	/* the form's answer to a question nobody asked (until Odoo 15) */
	{"show_update_pricelist", "false", CARTONA_VALUE},
	/* columns of Odoo's own modules, with what each gives a new order */
	{"amount_delivery", "0", CARTONA_VALUE},
	{"report_grids", "true", CARTONA_DEFAULT},
	{"create_uid", "o.uid", CARTONA_VALUE},
	{"create_date", UTC_NOW, CARTONA_VALUE},
	{"write_uid", "o.uid", CARTONA_VALUE},
	{"write_date", UTC_NOW, CARTONA_VALUE},
	{NULL}
};

static const CartonaWriterArg order_args[ORDER_NARGS] = {
	[ORDER_CARTONA_ID] = {"cartona_id", TEXTOID},
	[ORDER_ACCOUNT] = {"account_id", INT4OID},
	[ORDER_DELIVERED_BY] = {"delivered_by", TEXTOID},
	[ORDER_NAME] = {"name", TEXTOID},
	[ORDER_CLIENT_REF] = {"client_ref", TEXTOID},
	[ORDER_DATE] = {"date_order", TIMESTAMPOID},
	[ORDER_COMPANY] = {"company_id", INT4OID},
	[ORDER_WAREHOUSE] = {"warehouse_id", INT4OID},
	[ORDER_PARTNER] = {"partner_id", INT4OID},
	[ORDER_INVOICE_TO] = {"invoice_to", INT4OID},
	[ORDER_SHIP_TO] = {"ship_to", INT4OID},
	[ORDER_SALESMAN] = {"salesman_id", INT4OID},
	[ORDER_TEAM] = {"team_id", INT4OID},
	[ORDER_PRICELIST] = {"pricelist_id", INT4OID},
	[ORDER_CURRENCY] = {"currency_id", INT4OID},
	[ORDER_RATE] = {"currency_rate", NUMERICOID},
	[ORDER_PAYMENT_TERM] = {"payment_term_id", INT4OID},
	[ORDER_PAYMENT_METHOD] = {"payment_method_id", INT4OID},
	[ORDER_FISCAL_POSITION] = {"fiscal_position_id", INT4OID},
	[ORDER_VALIDITY] = {"validity_date", DATEOID},
	[ORDER_SIGNATURE] = {"require_signature", BOOLOID},
	[ORDER_PAYMENT] = {"require_payment", BOOLOID},
	[ORDER_PREPAYMENT] = {"prepayment_percent", FLOAT8OID},
	[ORDER_NOTE] = {"note", TEXTOID},
	[ORDER_COMMITMENT] = {"commitment_date", TIMESTAMPOID},
	[ORDER_SOURCE] = {"source_id", INT4OID},
	[ORDER_UNTAXED] = {"amount_untaxed", NUMERICOID},
	[ORDER_TAX] = {"amount_tax", NUMERICOID},
	[ORDER_TOTAL] = {"amount_total", NUMERICOID},
	[ORDER_USER] = {"uid", INT4OID},
};

/* Likewise in a new order. */
static const CartonaNullColumn order_null_columns[] = {
	/* ours, of an order that is under way */
	{"cartona_otp"}, {"cartona_cancel_reason"},
	/* filled by trigger cartona_mirror */
	{"x_cartona_id"}, {"x_delivered_by"}, {"x_cartona_otp"},
	{"access_token"}, {"analytic_account_id"}, {"campaign_id"}, {"commitment_date"},
	{"customizable_pdf_form_fields"}, {"delivery_status"}, {"effective_date"}, {"incoterm"},
	{"incoterm_location"}, {"journal_id"}, {"medium_id"}, {"message_main_attachment_id"},
	{"pending_email_template_id"}, {"procurement_group_id"},
	{"reference"}, {"sale_order_template_id"}, {"show_update_pricelist"}, {"signed_by"}, {"signed_on"},
	{"source_id"},
	{NULL}
};

CartonaWriter cartona_write_order = {
	"sale_order", "sale.order", order_columns, order_args, ORDER_NARGS, false, true, true, NULL, order_null_columns
};

static const CartonaColumn line_columns[] = {
	{"cartona_line_id", "o.cartona_id", CARTONA_VALUE},
	{"order_id", "o.order_id", CARTONA_VALUE},
	{"sequence", "10", CARTONA_VALUE},	/* Odoo gives every line the same and
										 * orders by id */
	{"product_id", "o.product_id", CARTONA_VALUE},
	{"product_uom", "o.uom_id", CARTONA_VALUE},
	{"product_uom_id", "o.uom_id", CARTONA_VALUE},	/* its name since Odoo 19 */
	{"name", "o.name", CARTONA_VALUE},
	{"product_uom_qty", "o.quantity", CARTONA_VALUE},
	{"price_unit", "o.price", CARTONA_VALUE},
	{"discount", "0", CARTONA_VALUE},

	/*
	 * Not the price, on purpose: where it differs from price_unit (null is 0
	 * to Odoo) Odoo takes the price for one a person gave, and does not
	 * replace it with the list price when a clerk edits the quantity of what
	 * the retailer has agreed to, or gets for nothing.
	 */
	{"technical_price_unit", "CASE WHEN o.price = 0 THEN 1 END", CARTONA_VALUE},
	{"price_subtotal", "o.subtotal", CARTONA_VALUE},
	{"price_tax", "o.tax", CARTONA_VALUE},
	{"price_total", "o.total", CARTONA_VALUE},
	{"price_reduce", "o.price", CARTONA_VALUE},
	{"price_reduce_taxexcl", "o.reduce_excl", CARTONA_VALUE},
	{"price_reduce_taxinc", "o.reduce_incl", CARTONA_VALUE},
	{"state", "'draft'", CARTONA_VALUE},
	{"invoice_status", "'no'", CARTONA_VALUE},
	{"qty_delivered", "0", CARTONA_VALUE},
	{"qty_delivered_manual", "0", CARTONA_VALUE},
	/* deliveries are not counted without it */
	{"qty_delivered_method", "o.method", CARTONA_VALUE},
	{"qty_invoiced", "0", CARTONA_VALUE},
	{"qty_to_invoice", "0", CARTONA_VALUE},
	{"untaxed_amount_invoiced", "0", CARTONA_VALUE},
	{"untaxed_amount_to_invoice", "0", CARTONA_VALUE},
	{"customer_lead", "o.lead", CARTONA_VALUE},
	{"product_packaging_id", CARTONA_PACKAGING("pk.id", "o.product_id", "o.uom_id", "o.quantity", "o.company_id"), CARTONA_LOOKUP},
	{"product_packaging_qty", "coalesce(" CARTONA_PACKAGING("o.quantity / pk.qty::numeric", "o.product_id", "o.uom_id", "o.quantity", "o.company_id") ", 0)", CARTONA_LOOKUP},
	{"collapse_prices", "false", CARTONA_DEFAULT},
	{"collapse_composition", "false", CARTONA_DEFAULT},
	{"is_optional", "false", CARTONA_DEFAULT},
	/* columns of Odoo's own modules */
	{"is_delivery", "false", CARTONA_DEFAULT},
	{"is_service", "o.method <> 'stock_move'", CARTONA_VALUE},
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

static const CartonaWriterArg line_args[LINE_NARGS] = {
	[LINE_CARTONA_ID] = {"cartona_id", TEXTOID},
	[LINE_PRODUCT] = {"product_id", INT4OID},
	[LINE_UOM] = {"uom_id", INT4OID},
	[LINE_NAME] = {"name", TEXTOID},
	[LINE_QUANTITY] = {"quantity", NUMERICOID},
	[LINE_PRICE] = {"price", NUMERICOID},
	[LINE_SUBTOTAL] = {"subtotal", NUMERICOID},
	[LINE_TAX] = {"tax", NUMERICOID},
	[LINE_TOTAL] = {"total", NUMERICOID},
	[LINE_REDUCE_EXCL] = {"reduce_excl", NUMERICOID},
	[LINE_REDUCE_INCL] = {"reduce_incl", NUMERICOID},
	[LINE_LEAD] = {"lead", FLOAT8OID},
	[LINE_METHOD] = {"method", TEXTOID},
	[LINE_ORDER] = {"order_id", INT4OID},
	[LINE_COMPANY] = {"company_id", INT4OID},
	[LINE_CURRENCY] = {"currency_id", INT4OID},
	[LINE_PARTNER] = {"partner_id", INT4OID},
	[LINE_SALESMAN] = {"salesman_id", INT4OID},
	[LINE_WAREHOUSE] = {"warehouse_id", INT4OID},
	[LINE_USER] = {"uid", INT4OID},
};

/* Likewise in its lines.  Rules that spread sales over analytic accounts are applied by Odoo alone. */
static const CartonaNullColumn line_null_columns[] = {
	{"combo_item_id"}, {"display_type"}, {"extra_tax_data"}, {"is_downpayment"}, {"is_expense"},
	{"linked_line_id"}, {"linked_virtual_id"}, {"product_packaging"},
	{"route_id"}, {"virtual_id"},
	{"analytic_distribution", "account_analytic_distribution_model"},
	{NULL}
};

CartonaWriter cartona_write_lines = {
	"sale_order_line", "sale.order.line", line_columns, line_args, LINE_NARGS, false, true, false, NULL, line_null_columns
};

static const CartonaColumn line_tax_columns[] = {
	{"sale_order_line_id", "o.line_id", CARTONA_VALUE},
	{"account_tax_id", "o.tax_id", CARTONA_VALUE},
	{NULL}
};

static const CartonaWriterArg line_tax_args[LINE_TAX_NARGS] = {
	[LINE_TAX_LINE] = {"line_id", INT4OID},
	[LINE_TAX_TAX] = {"tax_id", INT4OID},
};

/* Odoo 19 renamed the field, not the table. */
CartonaWriter cartona_write_line_taxes = {
	"account_tax_sale_order_line_rel", NULL, line_tax_columns, line_tax_args, LINE_TAX_NARGS, false, false, false
};
