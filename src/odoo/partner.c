/*-------------------------------------------------------------------------
 *
 * partner.c
 *	  Retailers as Odoo's customers.
 *
 * A retailer is one customer by res_partner.cartona_id, never by name or
 * phone: people share both.  Archived customers are found, not doubled; one
 * of another company is not used, because Odoo refuses to confirm such an
 * order.
 *
 * Neighbours: shop.c; columns.c says what is written; apply/order.c asks.
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

#include "odoo/catalog.h"
#include "base/spi.h"
#include "odoo/partner.h"
#include "odoo/writer.h"

/* First key of the advisory locks on retailers: "crtn". */
#define RETAILER_LOCK 0x6372746e

/*
 * $1: cartona_id, $2: company.  Addresses as Odoo's address_get: a child of
 * the type, else the customer.  The fiscal position is the delivery address's
 * before the customer's.
 */
static CartonaQuery find_query = {
	"SELECT p.id,"
	" coalesce((SELECT a.id FROM {res_partner} a WHERE a.parent_id = p.id AND a.type = 'invoice' AND a.active ORDER BY a.id LIMIT 1), p.id),"
	" coalesce(d.id, p.id), p.lang::text, coalesce(p.user_id, cp.user_id), {p.res_partner.team_id|NULL::int4},"

	/*
	 * only one given to this customer: the general one counts where Odoo
	 * needs a pricelist (shop.c)
	 */
	" {?ir_property|(SELECT split_part(pr.value_reference, ',', 2)::int4 FROM {ir_property} pr"
	"   WHERE pr.name = 'property_product_pricelist' AND pr.res_id = concat('res.partner,', p.id)"
	"   AND (pr.company_id = $2 OR pr.company_id IS NULL) ORDER BY pr.company_id NULLS LAST LIMIT 1)"
	"  |{%p.res_partner.specific_property_product_pricelist}},"
	" {%p.res_partner.property_payment_term_id},"
	" coalesce({%d.res_partner.property_account_position_id}, {%p.res_partner.property_account_position_id})"
	" FROM {res_partner} p"
	" LEFT JOIN {res_partner} cp ON cp.id = p.commercial_partner_id"
	" LEFT JOIN LATERAL (SELECT a.* FROM {res_partner} a WHERE a.parent_id = p.id AND a.type = 'delivery' AND a.active ORDER BY a.id LIMIT 1) d ON true"
	" WHERE p.cartona_id = $1 AND (p.company_id IS NULL OR p.company_id = $2)"
	" ORDER BY p.active DESC NULLS LAST, p.company_id NULLS LAST, p.id LIMIT 1",
	2, {TEXTOID, INT4OID}
};

/*
 * $1: delivery address, $2: company.  The position Odoo applies by itself where
 * none was given to the customer: it fits his country, group of countries,
 * state, zip and VAT, the more closely the better, then by sequence.  Without a
 * country there is none.
 */
static CartonaQuery auto_position_query = {
	"SELECT f.id"
	" FROM {account_fiscal_position} f CROSS JOIN {res_partner} p"
	" CROSS JOIN LATERAL (SELECT"
	"  {?account_fiscal_position_res_country_state_rel"
	"   |EXISTS (SELECT FROM {account_fiscal_position_res_country_state_rel} s WHERE s.account_fiscal_position_id = f.id)"
	"   |false} AS by_state) b"
	" WHERE p.id = $1 AND p.country_id IS NOT NULL AND f.company_id = $2 AND f.auto_apply AND f.active"
	" AND (f.vat_required IS NOT TRUE OR coalesce(p.vat, '') <> '')"
	" AND (coalesce(f.zip_from, '') = '' OR p.zip BETWEEN f.zip_from AND coalesce(nullif(f.zip_to, ''), f.zip_from))"
	" AND (NOT b.by_state OR {?account_fiscal_position_res_country_state_rel"
	"   |EXISTS (SELECT FROM {account_fiscal_position_res_country_state_rel} s"
	"     WHERE s.account_fiscal_position_id = f.id AND s.res_country_state_id = p.state_id)"
	"   |true})"
	" AND (f.country_id = p.country_id OR f.country_id IS NULL AND (f.country_group_id IS NULL"
	"   OR {?res_country_res_country_group_rel"
	"     |EXISTS (SELECT FROM {res_country_res_country_group_rel} g"
	"       WHERE g.res_country_group_id = f.country_group_id AND g.res_country_id = p.country_id)"
	"     |false}))"
	" ORDER BY f.vat_required IS TRUE DESC, coalesce(f.zip_from, '') <> '' DESC, b.by_state DESC,"
	" f.country_id IS NOT NULL DESC, f.country_group_id IS NOT NULL DESC, f.sequence NULLS LAST, f.id LIMIT 1",
	2, {INT4OID, INT4OID}
};

static void
apply_position(const CartonaShop *shop, CartonaPartner *partner)
{
	Datum		values[2];

	if (partner->fiscal_position != 0)
		return;
	values[0] = Int32GetDatum(partner->ship_to);
	values[1] = Int32GetDatum(shop->company);
	if (cartona_query_run(&auto_position_query, values, NULL) > 0)
		partner->fiscal_position = cartona_spi_int32(0, 1);
}

static bool
find(const CartonaShop *shop, const char *cartona_id, bool latest, CartonaPartner *partner)
{
	Datum		values[2];
	uint64		n;

	values[0] = CStringGetTextDatum(cartona_id);
	values[1] = Int32GetDatum(shop->company);
	n = latest ? cartona_query_run_latest(&find_query, values, NULL) : cartona_query_run(&find_query, values, NULL);
	if (n == 0)
		return false;
	partner->id = cartona_spi_int32(0, 1);
	partner->invoice_to = cartona_spi_int32(0, 2);
	partner->ship_to = cartona_spi_int32(0, 3);
	partner->lang = cartona_spi_text(0, 4, CurrentMemoryContext);
	partner->salesman = cartona_spi_int32(0, 5);
	partner->team = cartona_spi_int32(0, 6);
	partner->pricelist = cartona_spi_int32(0, 7);
	partner->payment_term = cartona_spi_int32(0, 8);
	partner->fiscal_position = cartona_spi_int32(0, 9);
	if (partner->lang == NULL || partner->lang[0] == '\0')
		partner->lang = shop->lang;
	apply_position(shop, partner);
	return true;
}

/*
 * The international form Odoo searches by: digits with a leading "+".  A
 * number that is neither international nor of the company's country in its
 * usual form stays as it came.
 */
static char *
sanitize_phone(const char *phone, int32 phone_code)
{
	StringInfoData digits;
	const char *c;

	if (phone == NULL)
		return NULL;
	initStringInfo(&digits);
	for (c = phone; *c; c++)
	{
		if (*c >= '0' && *c <= '9')
			appendStringInfoChar(&digits, *c);
		else if (*c == '+' && digits.len == 0)
			appendStringInfoString(&digits, "00");
		else if (strchr(" -.()/", *c) == NULL)
			return pstrdup(phone);
	}
	if (digits.len < 7 || digits.len > 17)
		return pstrdup(phone);
	if (strncmp(digits.data, "00", 2) == 0)
		return psprintf("+%s", digits.data + 2);
	if (digits.data[0] == '0' && phone_code > 0)
		return psprintf("+%d%s", phone_code, digits.data + 1);
	return pstrdup(phone);
}

/* Lower case, where it looks like one address; NULL otherwise, as Odoo has it. */
static char *
normalize_email(const char *email)
{
	const char *at;
	char	   *normal;
	char	   *c;

	if (email == NULL || (at = strchr(email, '@')) == NULL || at == email || strchr(at + 1, '@') != NULL ||
		strchr(at, '.') == NULL || strpbrk(email, " ,;<>\"") != NULL)
		return NULL;
	normal = pstrdup(email);
	for (c = normal; *c; c++)
		*c = pg_ascii_tolower((unsigned char) *c);
	return normal;
}

static void
insert(const CartonaShop *shop, const CartonaRetailer *retailer)
{
	CartonaWriterRows *rows = cartona_writer_rows(&cartona_write_partner, 1);

	cartona_writer_set_text(rows, 0, PARTNER_CARTONA_ID, retailer->cartona_id);
	cartona_writer_set_text(rows, 0, PARTNER_NAME, retailer->name);
	cartona_writer_set_text(rows, 0, PARTNER_PHONE, retailer->phone);
	cartona_writer_set_text(rows, 0, PARTNER_MOBILE, retailer->phone2);
	cartona_writer_set_text(rows, 0, PARTNER_PHONE_SANITIZED, sanitize_phone(retailer->phone, shop->phone_code));
	cartona_writer_set_text(rows, 0, PARTNER_EMAIL, retailer->email);
	cartona_writer_set_text(rows, 0, PARTNER_EMAIL_NORMALIZED, normalize_email(retailer->email));
	cartona_writer_set_text(rows, 0, PARTNER_STREET, retailer->address);
	cartona_writer_set_text(rows, 0, PARTNER_STREET2, retailer->address_notes);
	cartona_writer_set_id(rows, 0, PARTNER_COUNTRY, shop->country);
	cartona_writer_set_text(rows, 0, PARTNER_LANG, shop->lang);
	cartona_writer_set_id(rows, 0, PARTNER_USER, shop->technical_user);
	(void) cartona_writer_insert(rows, shop->company);
}

static void
get_one(const CartonaShop *shop, const CartonaRetailer *retailer, CartonaPartner *partner)
{
	const char *cartona_id = retailer->cartona_id;
	uint32		hash;

	if (find(shop, cartona_id, false, partner))
		return;

	hash = DatumGetUInt32(hash_any((const unsigned char *) cartona_id, (int) strlen(cartona_id)));
	(void) DirectFunctionCall2(pg_advisory_xact_lock_int4, Int32GetDatum(RETAILER_LOCK), Int32GetDatum((int32) hash));
	if (find(shop, cartona_id, true, partner))
	{
		/*
		 * a transaction with one snapshot sees the customer, but its foreign
		 * keys do not
		 */
		if (IsolationUsesXactSnapshot())
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("the customer of retailer \"%s\" was made by another session", cartona_id),
					 errhint("Try the transaction again.")));
		return;
	}
	insert(shop, retailer);
	if (!find(shop, cartona_id, false, partner))
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
				 errmsg("the new customer of retailer \"%s\" was not found again", cartona_id),
				 errhint("Look for a trigger on res_partner that changes or drops new rows.")));
}

void
cartona_partner_get(const CartonaShop *shop, const CartonaRetailer *retailers, int n, CartonaPartner *partners)
{
	int			i;

	for (i = 0; i < n; i++)
		get_one(shop, &retailers[i], &partners[i]);
}
