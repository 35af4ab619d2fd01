/*-------------------------------------------------------------------------
 *
 * currency.c
 *	  The currency of an order, and its rate.
 *
 * Neighbours: shop.c read the company's own; apply/draft.c asks.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/odoo/currency.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "odoo/catalog.h"
#include "odoo/currency.h"
#include "odoo/money.h"

/*
 * $1: pricelist, $2: company, $3: when, $4: the company's currency.
 *
 * Odoo computes the rate in binary floating point, and so does this.  With
 * branches of companies (Odoo 17, parent_path) the rates became those of the
 * topmost company, an order before the first rate takes that, the division
 * goes the other way round, and the result is no longer rounded.
 */
static CartonaQuery currency_query = {
	"SELECT cur.id, cur.name::text, cur.rounding::numeric,"
	" CASE WHEN root.id IS NULL THEN round((rate.of_order / rate.of_company)::numeric, 6)"
	"  ELSE (1 / (rate.of_company / rate.of_order))::text::numeric END"
	" FROM {product_pricelist} l JOIN {res_currency} cur ON cur.id = l.currency_id"
	" LEFT JOIN LATERAL (SELECT split_part({c.res_company.parent_path|NULL}::text, '/', 1)::int4 AS id FROM {res_company} c WHERE c.id = $2) root ON true"
	" CROSS JOIN LATERAL (SELECT max(x.rate) FILTER (WHERE x.currency = cur.id) AS of_order,"
	"   max(x.rate) FILTER (WHERE x.currency = $4) AS of_company"
	"  FROM (SELECT one.currency, coalesce("
	"    (SELECT r.rate FROM {res_currency_rate} r WHERE r.currency_id = one.currency AND r.name <= $3::date"
	"     AND (r.company_id = coalesce(root.id, $2) OR r.company_id IS NULL) ORDER BY r.company_id NULLS LAST, r.name DESC LIMIT 1),"
	"    (SELECT r.rate FROM {res_currency_rate} r WHERE r.currency_id = one.currency AND root.id IS NOT NULL"
	"     AND (r.company_id = root.id OR r.company_id IS NULL) ORDER BY r.company_id NULLS LAST, r.name LIMIT 1), 1)::float8 AS rate"
	"   FROM unnest(ARRAY[cur.id, $4]) AS one (currency)) x) rate"
	" WHERE l.id = $1",
	4, {INT4OID, INT4OID, TIMESTAMPOID, INT4OID}
};

/* $1: name */
static CartonaQuery named_currency_query = {
	"SELECT cur.id, cur.name::text, cur.rounding::numeric FROM {res_currency} cur WHERE cur.name = $1",
	1, {TEXTOID}
};

void
cartona_currency_of_account(const CartonaShop *shop, CartonaCurrency *currency)
{
	Datum		values[1];

	memset(currency, 0, sizeof(*currency));
	values[0] = CStringGetTextDatum(shop->account_currency);
	if (cartona_query_run(&named_currency_query, values, NULL) == 0)
		return;
	currency->id = cartona_spi_int32(0, 1);
	currency->name = cartona_spi_text(0, 2, CurrentMemoryContext);
	currency->step = cartona_spi_numeric(0, 3);
}

void
cartona_currency_of_pricelist(const CartonaShop *shop, int32 pricelist, Timestamp when, CartonaCurrency *currency)
{
	Datum		values[4];

	currency->id = shop->currency;
	currency->name = shop->currency_name;
	currency->step = shop->currency_step;
	currency->rate = money_int(1);
	if (pricelist == 0)
		return;

	values[0] = Int32GetDatum(pricelist);
	values[1] = Int32GetDatum(shop->company);
	values[2] = TimestampGetDatum(when);
	values[3] = Int32GetDatum(shop->currency);
	if (cartona_query_run(&currency_query, values, NULL) == 0 || cartona_spi_int32(0, 1) == shop->currency)
		return;
	currency->id = cartona_spi_int32(0, 1);
	currency->name = cartona_spi_text(0, 2, CurrentMemoryContext);
	currency->step = cartona_spi_numeric(0, 3);
	currency->rate = cartona_spi_numeric(0, 4);
}
