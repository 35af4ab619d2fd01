/*-------------------------------------------------------------------------
 *
 * partner.c
 *	  Retailers as Odoo's customers: found, or made.
 *
 * A retailer is one customer, never found by name or phone: people share both.
 * He is found, in this order, by
 *
 *	1. res_partner.cartona_id;
 *	2. cartona.customer, which remembers what follows;
 *	3. his orders: Odoo's merge of customers moves the orders to the customer
 *	   that stays and deletes the other, with the cartona_id on it.
 *
 * Archived customers are found, not doubled; one of another company is not
 * used, because Odoo refuses to confirm such an order.
 *
 * Neighbours: customer_change.c lets a customer follow what Cartona says,
 * customer_terms.c reads what an order takes from him; columns.c says what is
 * written; apply/draft.c asks.
 * Transactions: the caller's, with an SPI connection; a new retailer is
 * locked (advisory) until it ends.
 * Memory: results in the caller's context.
 * Failure: Odoo's own constraints throw.
 *
 * IDENTIFICATION
 *	  src/odoo/partner.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/timestamp.h"

#include "odoo/catalog.h"
#include "odoo/customer.h"
#include "odoo/writer.h"

/* First key of the advisory locks on retailers: "crtn". */
#define RETAILER_LOCK 0x6372746e

/* A company may use its own partners, those of nobody, and those of companies above it (Odoo 17 and later). */
#define COMPANY_FITS(alias) "(" alias ".company_id IS NULL OR " alias ".company_id = ANY (own.path))"

/*
 * $1: retailers, $2: account, $3: company, $4: look for newer orders, $5: when
 * each said what he says.  Steps 2 and 3 are not taken where the one before
 * found somebody.  LIMIT 1 in each look: so that one kept plan, without a look
 * at whole tables, serves one retailer and a hundred.
 */
static CartonaQuery find_query = {
	"SELECT r.ord::int4, p.id, o.id IS NULL AND m.id IS NOT NULL, k.cartona_id IS NOT NULL, k.partner_id, a.id,"
	" p.parent_id IS NOT NULL AND p.type = 'contact',"
	" $4 AND (SELECT max(s.ordered_at) FROM cartona.order_sync s WHERE s.account_id = $2 AND s.retailer = r.cartona_id"
	"   AND s.ordered_at <= now()) > r.said_at,"
	" ctry.phone_code, p.comment::text,"
	" p.phone::text, {p.res_partner.mobile|NULL::text}::text, p.email::text, p.street::text, p.street2::text,"
	" k.sent ->> 'phone', k.sent ->> 'phone2', k.sent ->> 'email', k.sent ->> 'street', k.sent ->> 'street2',"
	" a.phone::text, a.street::text, a.street2::text"
	" FROM (SELECT string_to_array(rtrim(coalesce({c.res_company.parent_path|NULL}::text, c.id::text), '/'), '/')::int4[] AS path"
	"       FROM {res_company} c WHERE c.id = $3) own"
	" CROSS JOIN unnest($1, $5) WITH ORDINALITY AS r (cartona_id, said_at, ord)"
	" LEFT JOIN LATERAL (SELECT x.* FROM cartona.customer x WHERE x.account_id = $2 AND x.cartona_id = r.cartona_id LIMIT 1) k ON true"
	" LEFT JOIN LATERAL (SELECT x.id FROM {res_partner} x WHERE x.cartona_id = r.cartona_id AND " COMPANY_FITS("x")
	"   ORDER BY x.active DESC NULLS LAST, array_position(own.path, x.company_id) DESC NULLS LAST, x.id LIMIT 1) o ON true"
	" LEFT JOIN LATERAL (SELECT x.id FROM {res_partner} x WHERE o.id IS NULL AND x.id = k.partner_id AND " COMPANY_FITS("x") ") b ON true"
	" LEFT JOIN LATERAL (SELECT x.id FROM cartona.order_sync s JOIN {sale_order} so ON so.id = s.order_id"
	"   JOIN {res_partner} x ON x.id = so.partner_id"
	"   WHERE o.id IS NULL AND b.id IS NULL AND s.account_id = $2 AND s.retailer = r.cartona_id AND " COMPANY_FITS("x")
	"   ORDER BY s.ordered_at DESC NULLS LAST, s.order_id DESC LIMIT 1) m ON true"
	" LEFT JOIN LATERAL (SELECT x.* FROM {res_partner} x WHERE x.id = coalesce(o.id, b.id, m.id) LIMIT 1) p ON true"
	" LEFT JOIN LATERAL (SELECT x.* FROM {res_partner} x WHERE x.id = k.address_id AND x.active AND x.type = 'delivery'"
	"   AND x.parent_id = p.id LIMIT 1) a ON true"
	" LEFT JOIN {res_country} ctry ON ctry.id = p.country_id"
	" ORDER BY r.ord",
	5, {TEXTARRAYOID, INT4OID, INT4OID, BOOLOID, TIMESTAMPTZARRAYOID}
};

static char *
text_at(uint64 row, int col)
{
	return cartona_spi_text(row, col, CurrentMemoryContext);
}

static void
read_found(uint64 row, CartonaCustomer *customer)
{
	customer->id = cartona_spi_int32(row, 2);
	customer->merged = cartona_spi_bool(row, 3);
	customer->remembered = cartona_spi_bool(row, 4);
	customer->remembered_id = cartona_spi_int32(row, 5);
	customer->address = cartona_spi_int32(row, 6);
	customer->has_parent = cartona_spi_bool(row, 7);
	customer->outdated = cartona_spi_bool(row, 8);
	customer->phone_code = cartona_spi_int32(row, 9);
	customer->comment = text_at(row, 10);
	customer->own.phone = text_at(row, 11);
	customer->own.phone2 = text_at(row, 12);
	customer->own.email = text_at(row, 13);
	customer->own.street = text_at(row, 14);
	customer->own.street2 = text_at(row, 15);
	customer->sent.phone = text_at(row, 16);
	customer->sent.phone2 = text_at(row, 17);
	customer->sent.email = text_at(row, 18);
	customer->sent.street = text_at(row, 19);
	customer->sent.street2 = text_at(row, 20);
	customer->delivery.phone = text_at(row, 21);
	customer->delivery.street = text_at(row, 22);
	customer->delivery.street2 = text_at(row, 23);
}

void
cartona_customer_find(const CartonaShop *shop, CartonaCustomer *customers, int n, bool latest, bool newer)
{
	Datum	   *ids = palloc((n + 1) * sizeof(Datum));
	Datum	   *times = palloc((n + 1) * sizeof(Datum));
	Datum		values[5];
	uint64		found;
	uint64		i;

	for (i = 0; i < (uint64) n; i++)
	{
		TimestampTz said_at = customers[i].retailer->said_at;

		ids[i] = CStringGetTextDatum(customers[i].retailer->cartona_id);
		times[i] = TimestampTzGetDatum(said_at != 0 ? said_at : DT_NOEND);
	}
	values[0] = cartona_spi_array(ids, NULL, n, TEXTOID);
	values[1] = Int32GetDatum(shop->account);
	values[2] = Int32GetDatum(shop->company);
	values[3] = BoolGetDatum(newer);
	values[4] = cartona_spi_array(times, NULL, n, TIMESTAMPTZOID);
	found = latest ? cartona_query_run_latest(&find_query, values, NULL) : cartona_query_run(&find_query, values, NULL);
	if (found != (uint64) n)
		elog(ERROR, "looking for %d customers gave %llu rows", n, (unsigned long long) found);
	for (i = 0; i < found; i++)
		read_found(i, &customers[i]);
}

/* One entry per retailer of the batch, with the newest word on him; "which" says whose each order is. */
static CartonaCustomer *
distinct_customers(const CartonaRetailer *retailers, int n, int *which, int *ncustomers)
{
	CartonaCustomer *customers = palloc0((n + 1) * sizeof(CartonaCustomer));
	int			count = 0;
	int			i;
	int			k;

	for (i = 0; i < n; i++)
	{
		for (k = 0; k < count; k++)
			if (strcmp(customers[k].retailer->cartona_id, retailers[i].cartona_id) == 0)
				break;
		which[i] = k;
		if (k == count)
			customers[count++].retailer = &retailers[i];
		else if (retailers[i].said_at == 0 ||
				 (customers[k].retailer->said_at != 0 && retailers[i].said_at >= customers[k].retailer->said_at))
			customers[k].retailer = &retailers[i];
	}
	*ncustomers = count;
	return customers;
}

static int
compare_hashes(const void *a, const void *b)
{
	uint32		x = *(const uint32 *) a;
	uint32		y = *(const uint32 *) b;

	return x < y ? -1 : x > y;
}

/* In the order of the keys, so that two batches with the same new retailers do not wait for each other. */
static void
lock_retailers(const CartonaCustomer *customers, int n)
{
	uint32	   *hashes = palloc((n + 1) * sizeof(uint32));
	int			i;

	for (i = 0; i < n; i++)
	{
		const char *id = customers[i].retailer->cartona_id;

		hashes[i] = DatumGetUInt32(hash_any((const unsigned char *) id, (int) strlen(id)));
	}
	qsort(hashes, n, sizeof(uint32), compare_hashes);
	for (i = 0; i < n; i++)
		(void) DirectFunctionCall2(pg_advisory_xact_lock_int4, Int32GetDatum(RETAILER_LOCK), Int32GetDatum((int32) hashes[i]));
}

static void
insert(const CartonaShop *shop, const CartonaCustomer *customers, int n)
{
	CartonaWriterRows *rows = cartona_writer_rows(&cartona_write_partner, n);
	bool		has_mobile = OidIsValid(cartona_catalog_column("res_partner", "mobile"));
	bool		html = cartona_writer_is_html("res.partner", "comment");
	int			i;

	for (i = 0; i < n; i++)
	{
		const CartonaRetailer *retailer = customers[i].retailer;

		cartona_writer_set_text(rows, i, PARTNER_CARTONA_ID, retailer->cartona_id);
		cartona_writer_set_text(rows, i, PARTNER_NAME, retailer->name);
		cartona_writer_set_text(rows, i, PARTNER_PHONE, retailer->phone);
		cartona_writer_set_text(rows, i, PARTNER_MOBILE, retailer->phone2);
		cartona_writer_set_text(rows, i, PARTNER_PHONE_SANITIZED,
								cartona_contact_sanitize_phones(has_mobile ? retailer->phone2 : NULL, retailer->phone, shop->phone_code));
		cartona_writer_set_text(rows, i, PARTNER_EMAIL, retailer->email);
		cartona_writer_set_text(rows, i, PARTNER_EMAIL_NORMALIZED, cartona_contact_normalize_email(retailer->email));
		cartona_writer_set_text(rows, i, PARTNER_STREET, retailer->address);
		cartona_writer_set_text(rows, i, PARTNER_STREET2, retailer->address_notes);
		cartona_writer_set_text(rows, i, PARTNER_COMMENT,
								cartona_contact_comment(retailer->cartona_id, has_mobile ? NULL : retailer->phone2, html));
		cartona_writer_set_id(rows, i, PARTNER_COUNTRY, shop->country);
		cartona_writer_set_text(rows, i, PARTNER_LANG, shop->lang);
		cartona_writer_set_id(rows, i, PARTNER_USER, shop->technical_user);
	}
	(void) cartona_writer_insert(rows, shop->company);
}

/* Those without a customer, moved to the front of a copy; "at" says where each came from. */
static CartonaCustomer *
missing_customers(const CartonaCustomer *customers, int n, int *at, int *nmissing)
{
	CartonaCustomer *missing = palloc0((n + 1) * sizeof(CartonaCustomer));
	int			count = 0;
	int			i;

	for (i = 0; i < n; i++)
		if (customers[i].id == 0)
		{
			at[count] = i;
			missing[count++] = customers[i];
		}
	*nmissing = count;
	return missing;
}

/*
 * Two sessions that meet the same new retailer make one customer: the second
 * waits for the first's transaction and finds its customer.
 */
static void
make_missing(const CartonaShop *shop, CartonaCustomer *customers, int n)
{
	int		   *at = palloc((n + 1) * sizeof(int));
	int		   *still_at = palloc((n + 1) * sizeof(int));
	int			nmissing;
	int			nstill;
	CartonaCustomer *missing = missing_customers(customers, n, at, &nmissing);
	CartonaCustomer *still;
	int			i;

	if (nmissing == 0)
		return;
	lock_retailers(missing, nmissing);
	cartona_customer_find(shop, missing, nmissing, true, false);
	still = missing_customers(missing, nmissing, still_at, &nstill);

	/*
	 * a transaction with one snapshot sees the customer, but its foreign keys
	 * do not
	 */
	if (nstill < nmissing && IsolationUsesXactSnapshot())
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("the customer of a new retailer was made by another session"),
				 errhint("Try the transaction again.")));
	if (nstill > 0)
	{
		insert(shop, still, nstill);
		cartona_customer_find(shop, missing, nmissing, false, false);
	}
	for (i = 0; i < nmissing; i++)
	{
		if (missing[i].id == 0)
			ereport(ERROR,
					(errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
					 errmsg("the new customer of retailer \"%s\" was not found again", missing[i].retailer->cartona_id),
					 errhint("Look for a trigger on res_partner that changes or drops new rows.")));
		customers[at[i]] = missing[i];
	}
}

int32
cartona_partner_lock(const CartonaShop *shop, char *cartona_id)
{
	CartonaRetailer retailer = {0};
	CartonaCustomer customer = {0};

	retailer.cartona_id = cartona_id;
	customer.retailer = &retailer;
	lock_retailers(&customer, 1);
	cartona_customer_find(shop, &customer, 1, true, false);
	return customer.id;
}

/* Those that have a customer, in an array of their own; "at" says where each is in it, -1: nowhere. */
static CartonaCustomer *
known_customers(const CartonaCustomer *customers, int n, int *at, int *nknown)
{
	CartonaCustomer *known = palloc0((n + 1) * sizeof(CartonaCustomer));
	int			i;

	*nknown = 0;
	for (i = 0; i < n; i++)
	{
		at[i] = customers[i].id != 0 ? *nknown : -1;
		if (at[i] >= 0)
			known[(*nknown)++] = customers[i];
	}
	return known;
}

void
cartona_partner_get(const CartonaShop *shop, const CartonaRetailer *retailers, int n, CartonaPartner *partners)
{
	int		   *which = palloc((n + 1) * sizeof(int));
	int		   *at = palloc((n + 1) * sizeof(int));
	int			ncustomers;
	int			nknown;
	CartonaCustomer *customers;
	CartonaCustomer *known;
	CartonaPartner *terms;
	int			i;

	if (n == 0)
		return;
	customers = distinct_customers(retailers, n, which, &ncustomers);
	cartona_customer_find(shop, customers, ncustomers, false, false);
	if (!shop->writer_is_odoo)
		make_missing(shop, customers, ncustomers);
	known = known_customers(customers, ncustomers, at, &nknown);
	cartona_customer_follow(shop, known, nknown);

	terms = palloc0((nknown + 1) * sizeof(CartonaPartner));
	if (nknown > 0)
		cartona_customer_terms(shop, known, nknown, terms);
	for (i = 0; i < n; i++)
	{
		if (at[which[i]] >= 0)
			partners[i] = terms[at[which[i]]];
		else
		{
			memset(&partners[i], 0, sizeof(CartonaPartner));
			partners[i].lang = shop->lang;
		}
	}
}
