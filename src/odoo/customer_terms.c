/*-------------------------------------------------------------------------
 *
 * customer_terms.c
 *	  What an order takes from its customer, as Odoo's order form fills it in:
 *	  addresses, salesperson, team, pricelist, payment term, fiscal position,
 *	  warehouse.
 *
 * Neighbours: partner.c found the customers.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: an Odoo that wants a pricelist on every order and has none throws.
 *
 * IDENTIFICATION
 *	  src/odoo/customer_terms.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "odoo/catalog.h"
#include "odoo/customer.h"

/*
 * As Odoo's address_get: depth first through the contacts below the customer,
 * not into companies, by their names; then the same from his parent, up to
 * the company they belong to; the first of each type counts.  A delivery
 * address that is a retailer's (his own comes as a parameter) is not another's.
 * Most customers are alone, and are not looked at for more.
 */
#define ADDRESSES \
	" CROSS JOIN LATERAL (WITH RECURSIVE up AS (" \
	"   SELECT p.id, p.parent_id, p.type::text AS type, p.is_company, 0 AS level" \
	"    WHERE p.parent_id IS NOT NULL OR EXISTS (SELECT FROM {res_partner} c WHERE c.parent_id = p.id)" \
	"   UNION ALL SELECT q.id, q.parent_id, q.type::text, q.is_company, up.level + 1" \
	"   FROM up JOIN {res_partner} q ON q.id = up.parent_id WHERE up.is_company IS NOT TRUE AND up.level < 20)," \
	"  down AS (SELECT up.id, up.type, up.level, false AS is_retailer, ARRAY[]::text[] AS path FROM up" \
	"   UNION ALL SELECT c.id, c.type::text, down.level, c.cartona_id IS NOT NULL, down.path ||" \
	"    ARRAY[coalesce({c.res_partner.complete_name|{c.res_partner.display_name|c.name}}::text, ''), lpad((2147483647 - c.id)::text, 10, '0')]" \
	"   FROM down JOIN {res_partner} c ON c.parent_id = down.id AND c.active AND c.is_company IS NOT TRUE" \
	"   WHERE cardinality(down.path) < 40)" \
	"  SELECT (SELECT down.id FROM down WHERE down.type = 'contact' ORDER BY down.level, down.path LIMIT 1) AS contact," \
	"   (SELECT down.id FROM down WHERE down.type = 'invoice' ORDER BY down.level, down.path LIMIT 1) AS invoice," \
	"   (SELECT down.id FROM down WHERE down.type = 'delivery'" \
	"     AND NOT down.is_retailer ORDER BY down.level, down.path LIMIT 1) AS delivery) adr"

/* The account's, the customer's, his company's: the first who works in the order's company and is not Odoo itself. */
#define SALESPERSON \
	" LEFT JOIN LATERAL (SELECT u.* FROM unnest(ARRAY[$4, p.user_id, cp.user_id]) WITH ORDINALITY AS w (id, ord)" \
	"   JOIN {res_users} u ON u.id = w.id AND u.active AND u.id <> $6" \
	"   WHERE EXISTS (SELECT FROM {res_company_users_rel} ur WHERE ur.user_id = u.id AND ur.cid = $2)" \
	"   ORDER BY w.ord LIMIT 1) seller ON true"

#define TEAM_FITS "t.active AND (t.company_id IS NULL OR t.company_id = $2)"
#define TEAM_ORDER "t.sequence, t.create_date DESC, t.id DESC LIMIT 1"

/*
 * As Odoo's _get_default_team_id: a team of the salesperson, the customer's
 * own among those first; else the customer's; else, where there is a
 * salesperson, the first one.
 */
#define TEAM \
	" coalesce((SELECT t.id FROM {crm_team} t WHERE t.id = $5 AND " TEAM_FITS ")," \
	"  (SELECT t.id FROM {crm_team} t WHERE " TEAM_FITS " AND (t.user_id = seller.id OR {?crm_team_member|" \
	"    t.id IN (SELECT tm.crm_team_id FROM {crm_team_member} tm WHERE tm.user_id = seller.id AND tm.active)" \
	"    |t.id = (SELECT {u.res_users.sale_team_id|NULL::int4} FROM {res_users} u WHERE u.id = seller.id)})" \
	"    ORDER BY t.id IS NOT DISTINCT FROM {p.res_partner.team_id|NULL::int4} DESC, " TEAM_ORDER ")," \
	"  (SELECT t.id FROM {crm_team} t WHERE t.id = {p.res_partner.team_id|NULL::int4} AND " TEAM_FITS ")," \
	"  CASE WHEN seller.id IS NOT NULL THEN (SELECT t.id FROM {crm_team} t WHERE " TEAM_FITS " ORDER BY " TEAM_ORDER ") END)"

#define PRICELIST_FITS "l.active AND (l.company_id IS NULL OR l.company_id = $2)"
#define PRICELIST_ORDER \
	"l.sequence, CASE WHEN (SELECT im.\"order\" ~* 'id +desc' FROM {ir_model} im WHERE im.model = 'product.pricelist')" \
	" THEN -l.id ELSE l.id END LIMIT 1"

/*
 * Since Odoo 18 only where the feature is switched on: the technical user has
 * its group, by himself or through another; up to 17 an Odoo without the
 * feature has no pricelist that is active.
 */
#define PRICELISTS_ARE_ON \
	"{?ir_property|true|EXISTS (WITH RECURSIVE g AS (" \
	"  SELECT gu.gid AS id FROM {res_groups_users_rel} gu WHERE gu.uid = $6" \
	"  {?res_groups_implied_rel|UNION SELECT gi.hid FROM g JOIN {res_groups_implied_rel} gi ON gi.gid = g.id|})" \
	" SELECT FROM g JOIN {ir_model_data} md ON md.res_id = g.id" \
	" WHERE md.module = 'product' AND md.name = 'group_product_pricelist' AND md.model = 'res.groups')}"

/* The customer's own; else one for his country; else one for no country; else the general one; else any. */
#define PRICELIST \
	" CASE WHEN " PRICELISTS_ARE_ON " THEN coalesce(" \
	"  (SELECT l.id FROM {product_pricelist} l WHERE l.active AND l.id =" \
	"    {?ir_property|{%p.res_partner.property_product_pricelist}|{%p.res_partner.specific_property_product_pricelist}})," \
	"  {?res_country_group_pricelist_rel|" \
	"   (SELECT l.id FROM {product_pricelist} l WHERE " PRICELIST_FITS " AND l.id IN (" \
	"     SELECT gp.pricelist_id FROM {res_country_group_pricelist_rel} gp" \
	"     JOIN {res_country_res_country_group_rel} gc ON gc.res_country_group_id = gp.res_country_group_id" \
	"     WHERE gc.res_country_id = p.country_id) ORDER BY " PRICELIST_ORDER ")," \
	"   (SELECT l.id FROM {product_pricelist} l WHERE " PRICELIST_FITS \
	"     AND NOT EXISTS (SELECT FROM {res_country_group_pricelist_rel} gp WHERE gp.pricelist_id = l.id) ORDER BY " PRICELIST_ORDER "),|}" \
	"  {?ir_property| |(SELECT l.id FROM {product_pricelist} l JOIN {ir_config_parameter} cf" \
	"     ON cf.key IN ('res.partner.property_product_pricelist_' || $2, 'res.partner.property_product_pricelist')" \
	"     AND cf.value = l.id::text ORDER BY length(cf.key) DESC LIMIT 1),}" \
	"  (SELECT l.id FROM {product_pricelist} l WHERE " PRICELIST_FITS " ORDER BY " PRICELIST_ORDER ")) END"

/*
 * The position Odoo applies by itself where none was given: it fits the
 * country, group of countries, state and zip of the delivery address and the
 * customer's VAT.  Odoo 19 takes the first by sequence (none counts as 0),
 * before it the closest was taken.
 */
#define STATES "account_fiscal_position_res_country_state_rel"
#define AUTO_POSITION \
	"(SELECT f.id FROM {account_fiscal_position} f CROSS JOIN LATERAL (SELECT {?" STATES "|" \
	"   EXISTS (SELECT FROM {" STATES "} s WHERE s.account_fiscal_position_id = f.id)|false} AS by_state," \
	"   coalesce(f.zip_from, '') <> '' AND coalesce(f.zip_to, '') <> '' AS by_zip) b" \
	"  WHERE p.country_id IS NOT NULL AND d.country_id IS NOT NULL AND f.auto_apply AND f.active" \
	"  AND (f.company_id IS NULL OR f.company_id = ANY (own.path))" \
	"  AND (f.vat_required IS NOT TRUE OR coalesce(p.vat, '') <> '')" \
	"  AND (NOT b.by_zip OR d.zip BETWEEN f.zip_from AND f.zip_to)" \
	"  AND (NOT b.by_state OR {?" STATES "|EXISTS (SELECT FROM {" STATES "} s" \
	"    WHERE s.account_fiscal_position_id = f.id AND s.res_country_state_id = d.state_id)|true})" \
	"  AND (f.country_id IS NULL OR f.country_id = d.country_id)" \
	"  AND (f.country_id IS NOT NULL OR f.country_group_id IS NULL OR {?res_country_res_country_group_rel|EXISTS (" \
	"    SELECT FROM {res_country_res_country_group_rel} g" \
	"    WHERE g.res_country_group_id = f.country_group_id AND g.res_country_id = d.country_id)|false})" \
	"  ORDER BY {?account_tax_alternatives|array_position(own.path, f.company_id) DESC NULLS LAST, coalesce(f.sequence, 0),|f.vat_required IS TRUE DESC," \
	"   array_position(own.path, f.company_id) DESC NULLS LAST, b.by_zip DESC, b.by_state DESC," \
	"   f.country_id IS NOT NULL DESC, f.country_group_id IS NOT NULL DESC,}" \
	"  coalesce(f.sequence{+res_company.parent_path|, 0}, 2147483647), f.id LIMIT 1)"

/*
 * Where the account names none: what the shop has as the default for new orders
 * (the salesperson's own before everybody's, the company's before all
 * companies'), else the salesperson's default warehouse; else the company's
 * first.  One of another company is passed over: Odoo refuses to save such an
 * order.
 */
#define WAREHOUSE \
	" coalesce(nullif($7, 0)," \
	"  (SELECT w.id FROM {stock_warehouse} w WHERE w.company_id = $2 AND w.id::text =" \
	"    (SELECT df.json_value FROM {ir_default} df JOIN {ir_model_fields} ff ON ff.id = df.field_id" \
	"     WHERE ff.model = 'sale.order' AND ff.name = 'warehouse_id' AND nullif(df.condition, '') IS NULL" \
	"     AND (df.user_id IS NULL OR df.user_id = seller.id) AND (df.company_id IS NULL OR df.company_id = $2)" \
	"     ORDER BY df.user_id, df.company_id, df.id LIMIT 1))," \
	"  CASE WHEN seller.id IS NOT NULL THEN (SELECT w.id FROM {stock_warehouse} w" \
	"    WHERE w.company_id = $2 AND w.id = {%seller.res_users.property_warehouse_id}) END, $8)"

/*
 * $1: customers, $2: company, $3: their delivery addresses or 0, $4: the
 * account's salesperson, $5: its team, $6: the technical user, $7: the
 * account's warehouse or 0, $8: the company's first.  LIMIT 1 as in partner.c.
 */
static CartonaQuery terms_query = {
	"SELECT nullif(p.lang, '')::text, coalesce(adr.invoice, adr.contact, p.id), d.id, seller.id,"
	TEAM ","
	PRICELIST ","
	" {%p.res_partner.property_payment_term_id},"
	" coalesce({%d.res_partner.property_account_position_id}, {%p.res_partner.property_account_position_id}, " AUTO_POSITION "),"
	" {%p.res_partner.property_inbound_payment_method_line_id},"
	WAREHOUSE
	" FROM (SELECT string_to_array(rtrim(coalesce({c.res_company.parent_path|NULL}::text, c.id::text), '/'), '/')::int4[] AS path"
	"       FROM {res_company} c WHERE c.id = $2) own"
	" CROSS JOIN unnest($1, $3) WITH ORDINALITY AS n (partner_id, address_id, ord)"
	" CROSS JOIN LATERAL (SELECT x.* FROM {res_partner} x WHERE x.id = n.partner_id LIMIT 1) p"
	" LEFT JOIN LATERAL (SELECT x.user_id FROM {res_partner} x WHERE x.id = p.commercial_partner_id LIMIT 1) cp ON true"
	ADDRESSES
	" CROSS JOIN LATERAL (SELECT x.* FROM {res_partner} x"
	"   WHERE x.id = coalesce(nullif(n.address_id, 0), adr.delivery, adr.contact, p.id) LIMIT 1) d"
	SALESPERSON
	" ORDER BY n.ord",
	8, {INT4ARRAYOID, INT4OID, INT4ARRAYOID, INT4OID, INT4OID, INT4OID, INT4OID, INT4OID}
};

void
cartona_customer_terms(const CartonaShop *shop, const CartonaCustomer *customers, int n, CartonaPartner *partners)
{
	Datum	   *ids = palloc((n + 1) * sizeof(Datum));
	Datum	   *addresses = palloc((n + 1) * sizeof(Datum));
	Datum		values[8];
	int			i;

	for (i = 0; i < n; i++)
	{
		ids[i] = Int32GetDatum(customers[i].id);
		addresses[i] = Int32GetDatum(customers[i].ship_to);
	}
	values[0] = cartona_spi_array(ids, NULL, n, INT4OID);
	values[1] = Int32GetDatum(shop->company);
	values[2] = cartona_spi_array(addresses, NULL, n, INT4OID);
	values[3] = Int32GetDatum(shop->salesman);
	values[4] = Int32GetDatum(shop->team);
	values[5] = Int32GetDatum(shop->technical_user);
	values[6] = Int32GetDatum(shop->warehouse);
	values[7] = Int32GetDatum(shop->first_warehouse);
	if (cartona_query_run(&terms_query, values, NULL) != (uint64) n)
		elog(ERROR, "the terms of %d customers were not all found", n);
	for (i = 0; i < n; i++)
	{
		CartonaPartner *partner = &partners[i];

		partner->id = customers[i].id;
		partner->lang = cartona_spi_text(i, 1, CurrentMemoryContext);
		if (partner->lang == NULL)
			partner->lang = shop->lang;
		partner->invoice_to = cartona_spi_int32(i, 2);
		partner->ship_to = cartona_spi_int32(i, 3);
		partner->salesman = cartona_spi_int32(i, 4);
		partner->team = cartona_spi_int32(i, 5);
		partner->pricelist = cartona_spi_int32(i, 6);
		partner->payment_term = cartona_spi_int32(i, 7);
		partner->fiscal_position = cartona_spi_int32(i, 8);
		partner->payment_method = cartona_spi_int32(i, 9);
		partner->warehouse = cartona_spi_int32(i, 10);
		partner->email_kept = customers[i].email_kept;
		if (partner->pricelist == 0 && shop->needs_pricelist)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("company %d has no pricelist in Odoo", shop->company)));
	}
}
