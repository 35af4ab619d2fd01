/*-------------------------------------------------------------------------
 *
 * shop.c
 *	  An account and the Odoo company it sells for.
 *
 * Read once per transaction, so that an order costs no query for what all
 * orders share.
 *
 * Neighbours: catalog.c; partner.c, product.c and apply/order.c read it.
 * Transactions: the caller's, with an SPI connection.
 * Memory: one context per shop, a child of the caller's.
 * Failure: an account that cannot take orders throws, with what to set where.
 *
 * IDENTIFICATION
 *	  src/odoo/shop.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "odoo/catalog.h"
#include "odoo/clock.h"
#include "odoo/money.h"
#include "odoo/sequence.h"
#include "odoo/shop.h"
#include "odoo/utm.h"
#include "odoo/writer.h"

/* $1: account */
static CartonaQuery shop_query = {
	"SELECT a.currency, a.user_id, a.team_id, a.price_includes_tax, a.product_key = 'template', a.missing_product = 'reject',"
	" a.order_writer = 'odoo', a.company_id,"
	" c.id IS NOT NULL, c.currency_id, cur.name::text, cur.rounding::numeric,"
	" a.warehouse_id, (SELECT w.id FROM {stock_warehouse} w WHERE w.company_id = c.id AND w.active ORDER BY w.sequence NULLS LAST, w.id LIMIT 1),"
	" (SELECT w.company_id FROM {stock_warehouse} w WHERE w.id = a.warehouse_id),"
	" p.country_id, country.phone_code, coalesce(nullif(p.lang, ''), 'en_US')::text,"
	" coalesce((SELECT d.res_id FROM {ir_model_data} d WHERE d.module = 'base' AND d.name = 'user_root'), 1),"
	" c.tax_calculation_rounding_method = 'round_globally',"
	" coalesce((SELECT max(d.digits) FROM {decimal_precision} d WHERE d.name = 'Product Price'), 2),"
	" coalesce((SELECT max(d.digits) FROM {decimal_precision} d WHERE d.name IN ('Product Unit', 'Product Unit of Measure')), 2),"

	/*
	 * Until Odoo 16 a parameter switched the validity on; with the company's
	 * prepayment_percent came the rule that its days alone decide.
	 */
	" CASE WHEN {c.res_company.prepayment_percent|NULL::float8} IS NOT NULL"
	"   OR EXISTS (SELECT 1 FROM {ir_config_parameter} ip WHERE ip.key = 'sale.use_quotation_validity_days' AND ip.value IN ('True', 'true', '1'))"
	"  THEN {c.res_company.quotation_validity_days|0} END,"
	" {c.res_company.portal_confirmation_sign|NULL::boolean}, {c.res_company.portal_confirmation_pay|NULL::boolean},"
	" {c.res_company.prepayment_percent|NULL}::float8,"

	/*
	 * Whose clock says what day it is: the salesperson's, as it would be his
	 * who typed the orders in; else the company's, else the technical user's.
	 */
	" coalesce((SELECT nullif(up.tz, '') FROM {res_users} u JOIN {res_partner} up ON up.id = u.partner_id WHERE u.id = a.user_id),"
	"  nullif(p.tz, ''), (SELECT up.tz FROM {res_users} u JOIN {res_partner} up ON up.id = u.partner_id"
	"   JOIN {ir_model_data} d ON d.res_id = u.id WHERE d.module = 'base' AND d.name = 'user_root'))::text,"
	" (SELECT coalesce(max(d.write_date)::text, '') || count(*) || coalesce(max(d.id), 0) FROM {ir_default} d),"
	" a.name, " CARTONA_UTM_SOURCE
	" FROM cartona.account a"
	" LEFT JOIN {res_company} c ON c.id = a.company_id"
	" LEFT JOIN {res_currency} cur ON cur.id = c.currency_id"
	" LEFT JOIN {res_partner} p ON p.id = c.partner_id"
	" LEFT JOIN {res_country} country ON country.id = p.country_id"
	" WHERE a.id = $1",
	1, {INT4OID}
};

/*
 * $1: company; with its parents, which Odoo 17 and later fall back to.  The
 * last column says how near the tax's company is.
 */
static CartonaQuery taxes_query = {
	"SELECT t.id, t.company_id, t.sequence, t.amount_type::text, t.amount::numeric,"
	" {t.account_tax.price_include_override|CASE WHEN {t.account_tax.price_include|false} THEN 'tax_included' ELSE 'tax_excluded' END}::text,"
	" {c.res_company.account_price_include|NULL}::text,"
	" t.include_base_amount, {t.account_tax.is_base_affected|true},"
	" coalesce(to_jsonb(t.name) ->> 'en_US', to_jsonb(t.name) #>> ARRAY[]::text[]),"
	" ARRAY(SELECT r.child_tax FROM {account_tax_filiation_rel} r WHERE r.parent_tax = t.id),"
	" coalesce(array_position(own.path, t.company_id::text), 0)"
	" FROM (SELECT string_to_array(coalesce({o.res_company.parent_path|NULL}::text, o.id::text), '/') AS path"
	"       FROM {res_company} o WHERE o.id = $1) own"
	" JOIN {account_tax} t ON t.company_id = $1 OR t.company_id::text = ANY (own.path)"
	" JOIN {res_company} c ON c.id = t.company_id"
	" ORDER BY t.id",
	1, {INT4OID}
};

/*
 * Payment terms with a discount for early payment that is taken off the base
 * of the taxes at once ("mixed"; Odoo 17 and later).
 */
static CartonaQuery mixed_terms_query = {
	"{?account_payment_term|SELECT pt.id FROM {account_payment_term} pt WHERE {pt.account_payment_term.early_discount|false}"
	" AND {pt.account_payment_term.early_pay_discount_computation|NULL}::text = 'mixed'"
	" AND {pt.account_payment_term.discount_percentage|0} <> 0|SELECT 0 WHERE false}",
	0, {0}
};

static void
read_mixed_terms(CartonaShop *shop)
{
	uint64		n = cartona_query_run(&mixed_terms_query, NULL, NULL);
	uint64		i;

	for (i = 0; i < n; i++)
		shop->mixed_terms = lappend_int(shop->mixed_terms, cartona_spi_int32(i, 1));
}

static CartonaTaxKind
tax_kind(const char *amount_type)
{
	if (strcmp(amount_type, "percent") == 0)
		return CARTONA_TAX_PERCENT;
	if (strcmp(amount_type, "fixed") == 0)
		return CARTONA_TAX_FIXED;
	if (strcmp(amount_type, "division") == 0)
		return CARTONA_TAX_DIVISION;
	if (strcmp(amount_type, "group") == 0)
		return CARTONA_TAX_GROUP;
	return CARTONA_TAX_OTHER;
}

static CartonaTax *
find_tax(const CartonaShop *shop, int32 id)
{
	int			low = 0;
	int			high = shop->ntaxes - 1;

	while (low <= high)
	{
		int			middle = (low + high) / 2;

		if (shop->tax[middle].id == id)
			return &shop->tax[middle];
		if (shop->tax[middle].id < id)
			low = middle + 1;
		else
			high = middle - 1;
	}
	return NULL;
}

static void
read_taxes(CartonaShop *shop)
{
	Datum		values[1] = {Int32GetDatum(shop->company)};
	Datum	  **children;
	int		   *nchildren;
	uint64		n;
	uint64		i;
	int			k;

	n = cartona_query_run(&taxes_query, values, NULL);
	shop->tax = palloc0((n + 1) * sizeof(CartonaTax));
	shop->ntaxes = (int) n;
	children = palloc0((n + 1) * sizeof(Datum *));
	nchildren = palloc0((n + 1) * sizeof(int));
	for (i = 0; i < n; i++)
	{
		CartonaTax *tax = &shop->tax[i];
		char	   *override = cartona_spi_text(i, 6, CurrentMemoryContext);
		char	   *usual = cartona_spi_text(i, 7, CurrentMemoryContext);
		bool		isnull;
		Datum		array;

		tax->id = cartona_spi_int32(i, 1);
		tax->sequence = cartona_spi_int32(i, 3);
		tax->kind = tax_kind(cartona_spi_text(i, 4, CurrentMemoryContext));
		tax->amount = cartona_spi_numeric(i, 5);
		if (tax->amount == NULL)
			tax->amount = money_int(0);
		tax->included = strcmp(override ? override : (usual ? usual : ""), "tax_included") == 0;
		tax->include_base = cartona_spi_bool(i, 8);
		tax->base_affected = cartona_spi_bool(i, 9);
		tax->name = cartona_spi_text(i, 10, CurrentMemoryContext);
		tax->nearness = cartona_spi_int32(i, 12);
		array = cartona_spi_datum(i, 11, &isnull);
		if (!isnull)
			deconstruct_array(DatumGetArrayTypeP(array), INT4OID, 4, true, TYPALIGN_INT,
							  &children[i], NULL, &nchildren[i]);
	}
	for (i = 0; i < n; i++)
		for (k = 0; k < nchildren[i]; k++)
		{
			CartonaTax *child = find_tax(shop, DatumGetInt32(children[i][k]));

			if (child != NULL)
				shop->tax[i].children = lappend(shop->tax[i].children, child);
		}
}

/* Which of the rule sets this Odoo has, by what only its tables have. */
static CartonaTaxRules
tax_rules(void)
{
	if (OidIsValid(cartona_catalog_table("account_tax_alternatives")))
		return CARTONA_TAXES_19;
	if (OidIsValid(cartona_catalog_column("account_tax", "price_include_override")))
		return CARTONA_TAXES_18;
	if (OidIsValid(cartona_catalog_table("account_analytic_distribution_model")))
		return CARTONA_TAXES_17;
	if (OidIsValid(cartona_catalog_column("account_tax", "is_base_affected")))
		return CARTONA_TAXES_15;
	return CARTONA_TAXES_14;
}

static void
need_attached(void)
{
	if (!OidIsValid(cartona_catalog_column("sale_order", "cartona_id")) ||
		!OidIsValid(cartona_catalog_column("sale_order", "cartona_account_id")) ||
		!OidIsValid(cartona_catalog_column("sale_order", "delivered_by")) ||
		!OidIsValid(cartona_catalog_column("sale_order_line", "cartona_line_id")) ||
		!OidIsValid(cartona_catalog_column("res_partner", "cartona_id")) ||
		!OidIsValid(cartona_catalog_column("product_template", "cartona_id")))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("Odoo's tables do not have Cartona's columns"),
				 errhint("Call cartona.attach().")));
}

/* What the rows read must say before an order can be written. */
static void
check(const CartonaShop *shop, bool company_found, int32 warehouse_company)
{
	if (!company_found)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("company %d of account %d is not in Odoo", shop->company, shop->account),
				 errhint("Set company_id of the account in cartona.account.")));
	if (shop->warehouse == 0 && shop->first_warehouse == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("company %d has no warehouse in Odoo", shop->company)));
	if (warehouse_company != 0 && warehouse_company != shop->company)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("warehouse %d of account %d belongs to company %d, not to company %d",
						shop->warehouse, shop->account, warehouse_company, shop->company),
				 errhint("Set warehouse_id of the account in cartona.account.")));
	if (shop->currency_step == NULL || money_cmp(shop->currency_step, money_int(0)) <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the currency of company %d has no rounding in Odoo", shop->company)));
}

/*
 * The shop's time zone (one that is not known is UTC, as for Odoo), and the day
 * new quotations expire.  Until Odoo 15, which has no such rules for analytic
 * accounts, that day is counted in UTC.
 */
static void
read_clock(CartonaShop *shop, const char *zone, int32 validity_days)
{
	bool		by_zone = OidIsValid(cartona_catalog_table("account_analytic_distribution_model"));
	struct tm	now;

	if (zone != NULL)
		shop->zone = pg_tzset(zone);
	if (shop->zone == NULL)
		shop->zone = pg_tzset("UTC");
	if (shop->zone == NULL)
		elog(ERROR, "time zone UTC is not known to PostgreSQL");
	cartona_clock_at(GetCurrentTransactionStartTimestamp(), by_zone ? shop->zone : pg_tzset("UTC"), &now);
	shop->expires = validity_days > 0;
	shop->expires_at = cartona_clock_day(&now) + validity_days;
}

static void
read_company(CartonaShop *shop)
{
	static char last_defaults[128] = "";
	Datum		values[1] = {Int32GetDatum(shop->account)};
	char	   *defaults;
	bool		company_found;
	int32		warehouse_company;
	int32		validity_days;

	if (cartona_query_run(&shop_query, values, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no account %d", shop->account),
				 errhint("See cartona.account.")));
	shop->account_currency = cartona_spi_text(0, 1, CurrentMemoryContext);
	shop->salesman = cartona_spi_int32(0, 2);
	shop->team = cartona_spi_int32(0, 3);
	shop->price_includes_tax = cartona_spi_bool(0, 4);
	shop->key_is_template = cartona_spi_bool(0, 5);
	shop->reject_missing = cartona_spi_bool(0, 6);
	shop->writer_is_odoo = cartona_spi_bool(0, 7);
	shop->company = cartona_spi_int32(0, 8);
	company_found = cartona_spi_bool(0, 9);
	shop->currency = cartona_spi_int32(0, 10);
	shop->currency_name = cartona_spi_text(0, 11, CurrentMemoryContext);
	shop->currency_step = cartona_spi_numeric(0, 12);
	shop->warehouse = cartona_spi_int32(0, 13);
	shop->first_warehouse = cartona_spi_int32(0, 14);
	warehouse_company = cartona_spi_int32(0, 15);
	shop->country = cartona_spi_int32(0, 16);
	shop->phone_code = cartona_spi_int32(0, 17);
	shop->lang = cartona_spi_text(0, 18, CurrentMemoryContext);
	shop->technical_user = cartona_spi_int32(0, 19);
	shop->taxes.globally = cartona_spi_bool(0, 20);
	shop->price_digits = cartona_spi_int32(0, 21);
	shop->quantity_digits = cartona_spi_int32(0, 22);
	validity_days = cartona_spi_int32(0, 23);
	shop->require_signature = cartona_spi_bool(0, 24);
	shop->require_payment = cartona_spi_bool(0, 25);
	shop->prepayment = cartona_spi_isnull(0, 26) ? -1 : cartona_spi_float8(0, 26);
	read_clock(shop, cartona_spi_text(0, 27, CurrentMemoryContext), validity_days);
	defaults = cartona_spi_text(0, 28, CurrentMemoryContext);
	shop->account_name = cartona_spi_text(0, 29, CurrentMemoryContext);
	shop->source = cartona_spi_int32(0, 30);
	check(shop, company_found, warehouse_company);

	/* ir_default is an ordinary table: no cache tells when its rows change */
	if (defaults != NULL && strcmp(defaults, last_defaults) != 0)
	{
		strlcpy(last_defaults, defaults, sizeof(last_defaults));
		cartona_writer_forget_defaults();
	}
}

CartonaShop *
cartona_shop_read(int32 account, MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "cartona shop", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	CartonaShop *shop = palloc0(sizeof(CartonaShop));

	shop->context = context;
	shop->terms = palloc0(sizeof(List *));
	shop->mappings = palloc0(sizeof(List *));
	shop->account = account;
	need_attached();
	read_company(shop);
	shop->taxes.rules = tax_rules();
	shop->taxes.step = shop->currency_step;
	shop->note_is_html = cartona_writer_is_html("sale.order", "note");
	shop->needs_pricelist = cartona_catalog_not_null("sale_order", "pricelist_id");
	shop->no_gap = cartona_sequence_is_no_gap(shop->company);
	read_taxes(shop);
	read_mixed_terms(shop);
	MemoryContextSwitchTo(old);
	return shop;
}

/* $1: fiscal position; a row per pair of taxes; a tax that is only taken away has dest null */
static CartonaQuery mapping_query = {
	"{?account_tax_alternatives|"
	"SELECT a.src_tax_id, t.id FROM {account_fiscal_position_account_tax_rel} r"
	" JOIN {account_tax} t ON t.id = r.account_tax_id AND t.active"
	" LEFT JOIN {account_tax_alternatives} a ON a.dest_tax_id = t.id"
	" WHERE r.account_fiscal_position_id = $1 ORDER BY t.sequence, t.id|"
	"SELECT m.tax_src_id, m.tax_dest_id FROM {account_fiscal_position_tax} m"
	" WHERE m.position_id = $1 ORDER BY m.id}",
	1, {INT4OID}
};

typedef struct FiscalMapping
{
	int32		position;
	int			n;
	int32	   *from;			/* 0: none */
	CartonaTax **to;			/* NULL: none, or not this company's */
} FiscalMapping;

/* A fiscal position's pairs of taxes, read once. */
static const FiscalMapping *
find_mapping(const CartonaShop *shop, int32 position)
{
	Datum		values[1] = {Int32GetDatum(position)};
	MemoryContext old;
	FiscalMapping *mapping;
	ListCell   *cell;
	int			i;

	foreach(cell, *shop->mappings)
	{
		mapping = lfirst(cell);
		if (mapping->position == position)
			return mapping;
	}
	old = MemoryContextSwitchTo(shop->context);
	mapping = palloc(sizeof(FiscalMapping));
	mapping->position = position;
	mapping->n = (int) cartona_query_run(&mapping_query, values, NULL);
	mapping->from = palloc((mapping->n + 1) * sizeof(int32));
	mapping->to = palloc((mapping->n + 1) * sizeof(CartonaTax *));
	for (i = 0; i < mapping->n; i++)
	{
		mapping->from[i] = cartona_spi_int32(i, 1);
		mapping->to[i] = cartona_spi_isnull(i, 2) ? NULL : find_tax(shop, cartona_spi_int32(i, 2));
	}
	*shop->mappings = lappend(*shop->mappings, mapping);
	MemoryContextSwitchTo(old);
	return mapping;
}

/* Since Odoo 19 a position without any tax takes all taxes away; before, none. */
static List *
map_taxes(const CartonaShop *shop, List *taxes, int32 fiscal_position)
{
	const FiscalMapping *mapping = find_mapping(shop, fiscal_position);
	List	   *mapped = NIL;
	ListCell   *cell;

	if (mapping->n == 0)
		return shop->taxes.rules == CARTONA_TAXES_19 ? NIL : taxes;
	foreach(cell, taxes)
	{
		CartonaTax *tax = lfirst(cell);
		bool		found = false;
		int			i;

		for (i = 0; i < mapping->n; i++)
		{
			if (mapping->from[i] != tax->id)
				continue;
			found = true;
			if (mapping->to[i] != NULL)
				mapped = list_append_unique_ptr(mapped, mapping->to[i]);
		}
		if (!found)
			mapped = list_append_unique_ptr(mapped, tax);
	}
	return mapped;
}

List *
cartona_shop_line_taxes(const CartonaShop *shop, const int32 *ids, int nids, int32 fiscal_position)
{
	List	   *taxes = NIL;
	int32		nearest = -1;
	int			i;

	for (i = 0; i < nids; i++)
	{
		CartonaTax *tax = find_tax(shop, ids[i]);

		if (tax != NULL && tax->nearness > nearest)
			nearest = tax->nearness;
	}
	for (i = 0; i < nids; i++)
	{
		CartonaTax *tax = find_tax(shop, ids[i]);

		if (tax != NULL && tax->nearness == nearest)
			taxes = list_append_unique_ptr(taxes, tax);
	}
	if (fiscal_position != 0)
		taxes = map_taxes(shop, taxes, fiscal_position);
	return taxes;
}

List *
cartona_shop_taxes(const CartonaShop *shop, const int32 *ids, int nids)
{
	List	   *taxes = NIL;
	int			i;

	for (i = 0; i < nids; i++)
	{
		CartonaTax *tax = find_tax(shop, ids[i]);

		if (tax == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_EXCEPTION),
					 errmsg("a line of the order has a tax of another company (tax %d)", ids[i])));
		taxes = lappend(taxes, tax);
	}
	return taxes;
}
