/*-------------------------------------------------------------------------
 *
 * product.c
 *	  Which Odoo variant a Cartona line means, and what its line needs.
 *
 * Three keys, the first that knows the product wins:
 *	1. product_map: a person said so, and only it knows of factors;
 *	2. product_template.cartona_id = supplier_product_id, where the template
 *	   has one variant only: Cartona itself lets supplier_product_id take
 *	   precedence over internal_product_id;
 *	3. internal_product_id: the variant's id, or the template's, as the
 *	   account's product_key says.
 *
 * What a row of product_map does not say is never guessed: a unit_count above 1
 * without one is a problem, because the Odoo product may be the piece or the
 * carton itself.  A kit is an ordinary line: Odoo takes it apart at confirming.
 *
 * Neighbours: shop.c; apply/draft.c asks once per batch.
 * Transactions: the caller's, with an SPI connection.
 * Memory: results in the caller's context.
 * Failure: what cannot be sold is no error here but a reason on the product.
 *
 * IDENTIFICATION
 *	  src/odoo/product.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "odoo/catalog.h"
#include "odoo/money.h"
#include "odoo/product.h"

/*
 * $1: language, $2: company, $3: supplier_product_ids, $4: internal ids,
 * $5: account, $6: product_key is template.
 *
 * One row per key.  A product may belong to the company, to one above it where
 * this Odoo has branches, or to none.
 *
 * The name as Odoo words it on a sales order line: "[code] name (variant)",
 * then the sales description on its own line.  Attributes with one value only
 * are not part of it.
 */
static CartonaQuery find_query = {
	"WITH own AS (SELECT c.id FROM {res_company} c WHERE c.id::text = ANY"
	"  (SELECT unnest(string_to_array(coalesce({o.res_company.parent_path|NULL}::text, o.id::text), '/'))"
	"   FROM {res_company} o WHERE o.id = $2)),"
	" named AS (SELECT xt.cartona_id::text AS cartona_id, count(*)::int4 AS variants,"
	"   CASE WHEN count(*) FILTER (WHERE x.active) = 1 THEN max(x.id) FILTER (WHERE x.active) WHEN count(*) = 1 THEN max(x.id) END AS id"
	"  FROM {product_template} xt JOIN {product_product} x ON x.product_tmpl_id = xt.id"
	"  WHERE xt.cartona_id = ANY ($3) AND (xt.company_id IS NULL OR xt.company_id IN (SELECT own.id FROM own))"
	"  GROUP BY xt.cartona_id)"
	" SELECT n.ord::int4, v.id, coalesce(m.factor, 1), t.uom_id, CASE WHEN t.type = 'service'"
	" THEN coalesce(nullif({t.product_template.service_type|NULL}, ''), 'manual') ELSE 'stock_move' END::text, coalesce({t.product_template.sale_delay|0}, 0)::float8,"
	" coalesce('[' || nullif(v.default_code, '') || '] ', '') || {~t.product_template.name}"
	"  || coalesce(' (' || {?product_attribute_value|(SELECT string_agg({~av.product_attribute_value.name}, ', '"
	"     ORDER BY {al.product_template_attribute_line.sequence|a.sequence}, al.attribute_id, al.id, av.sequence, av.id)"
	"    FROM {product_variant_combination} c"
	"    JOIN {product_template_attribute_value} pv ON pv.id = c.product_template_attribute_value_id"
	"    JOIN {product_template_attribute_line} al ON al.id = pv.attribute_line_id"
	"    JOIN {product_attribute} a ON a.id = al.attribute_id"
	"    JOIN {product_attribute_value} av ON av.id = pv.product_attribute_value_id"
	"    WHERE c.product_product_id = v.id"
	"    AND (SELECT count(*) FROM {product_template_attribute_value} o WHERE o.attribute_line_id = pv.attribute_line_id AND coalesce(o.ptav_active, true)) > 1)"
	"    |NULL::text} || ')', '')"
	"  || coalesce(E'\\n' || nullif({~t.product_template.description_sale}, ''), ''),"
	" ARRAY(SELECT tx.id FROM {product_taxes_rel} r JOIN {account_tax} tx ON tx.id = r.tax_id"
	"  WHERE r.prod_id = t.id AND tx.active AND tx.type_tax_use = 'sale'),"
	" coalesce(v.active, false) AND coalesce(t.active, false),"
	" t.company_id IS NULL OR t.company_id IN (SELECT own.id FROM own), coalesce(t.type = 'combo', false), coalesce(t.sale_ok, false),"
	" m.id IS NOT NULL, coalesce(s.variants, 0)"
	" FROM unnest($3, $4) WITH ORDINALITY AS n (supplier_id, internal_id, ord)"
	" LEFT JOIN cartona.product_map m ON m.account_id = $5 AND m.supplier_product_id = n.supplier_id"
	" LEFT JOIN named s ON m.id IS NULL AND s.cartona_id = n.supplier_id"
	" LEFT JOIN LATERAL (SELECT CASE WHEN count(*) FILTER (WHERE x.active) = 1 THEN max(x.id) FILTER (WHERE x.active)"
	"   WHEN count(*) = 1 THEN max(x.id) END AS id"
	"  FROM {product_product} x WHERE m.id IS NULL AND s.id IS NULL AND n.internal_id > 0"
	"  AND ($6 AND x.product_tmpl_id = n.internal_id OR NOT $6 AND x.id = n.internal_id)) i ON true"
	" LEFT JOIN {product_product} v ON v.id = coalesce(m.product_id, s.id, i.id)"
	" LEFT JOIN {product_template} t ON t.id = v.product_tmpl_id",
	6, {TEXTOID, INT4OID, TEXTARRAYOID, INT4ARRAYOID, INT4OID, BOOLOID}, true
};

/* A key and where it stands among those asked for. */
typedef struct SortedKey
{
	const CartonaProductKey *key;
	int			at;
} SortedKey;

static int
compare_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int
by_key(const void *a, const void *b)
{
	const CartonaProductKey *x = ((const SortedKey *) a)->key;
	const CartonaProductKey *y = ((const SortedKey *) b)->key;
	int			order = compare_text(x->lang, y->lang);

	if (order == 0)
		order = compare_text(x->supplier_product_id, y->supplier_product_id);
	if (order == 0 && x->internal_id != y->internal_id)
		order = x->internal_id < y->internal_id ? -1 : 1;
	if (order == 0)
		order = compare_text(x->unit, y->unit);
	if (order == 0 && (x->unit_count == NULL || y->unit_count == NULL))
		order = (x->unit_count != NULL) - (y->unit_count != NULL);
	else if (order == 0)
		order = money_cmp(x->unit_count, y->unit_count);
	return order;
}

/*
 * Cartona sells so many pieces at once: is Odoo's product one of them, or all
 * of them?  Only a person knows.
 */
static CartonaSentence *
unit_problem(const CartonaShop *shop, const CartonaProductKey *key, int32 product)
{
	CartonaSentence *count = cartona_words_text(numeric_normalize(key->unit_count));
	CartonaSentence *unit = cartona_words_make(WORD_UNIT_OF, cartona_words_text(key->unit ? key->unit : "unit"), count, NULL);

	if (key->supplier_product_id == NULL)
		return cartona_words_make(WORD_UNIT_UNKNOWN, unit, NULL);
	return cartona_words_make(WORD_UNIT_UNMAPPED, unit, cartona_words_text(psprintf("%d", shop->account)),
							  cartona_words_text(key->supplier_product_id), cartona_words_text(psprintf("%d", product)), count, NULL);
}

/* Why no product that can be sold was found; NULL where one was. */
static CartonaSentence *
not_found(uint64 row, const CartonaProduct *product)
{
	if (product->id == 0 && cartona_spi_bool(row, 13))
		return cartona_words_make(WORD_VARIANT_GONE, NULL);
	if (product->id == 0 && cartona_spi_int32(row, 14) <= 1)
		return cartona_words_make(WORD_NO_PRODUCT, NULL);
	if (product->id != 0 && !cartona_spi_bool(row, 9))
		return cartona_words_make(WORD_ARCHIVED, NULL);
	if (product->id != 0 && !cartona_spi_bool(row, 12))
		return cartona_words_make(WORD_NOT_FOR_SALE, NULL);
	return NULL;
}

/* Why one that can be sold cannot be taken; NULL where it can. */
static CartonaSentence *
not_taken(const CartonaShop *shop, const CartonaProductKey *key, uint64 row, const CartonaProduct *product)
{
	if (product->id == 0)
		return cartona_words_make(WORD_MANY_VARIANTS, cartona_words_text(psprintf("%d", cartona_spi_int32(row, 14))), NULL);
	if (!cartona_spi_bool(row, 10))
		return cartona_words_make(WORD_OTHER_COMPANY, NULL);
	if (cartona_spi_bool(row, 11))
		return cartona_words_make(WORD_COMBO, NULL);
	if (product->name == NULL)
		return cartona_words_make(WORD_NO_NAME, NULL);
	if (!cartona_spi_bool(row, 13) && key->unit_count != NULL && money_cmp(key->unit_count, money_int(1)) > 0)
		return unit_problem(shop, key, product->id);
	return NULL;
}

static void
read_row(uint64 row, CartonaProduct *product)
{
	bool		isnull;
	Datum		value;
	Datum	   *elements;
	int			i;

	product->id = cartona_spi_int32(row, 2);
	product->factor = DatumGetNumericCopy(cartona_spi_datum(row, 3, &isnull));
	product->uom = cartona_spi_int32(row, 4);
	product->method = cartona_spi_text(row, 5, CurrentMemoryContext);
	product->lead = cartona_spi_float8(row, 6);
	product->name = cartona_spi_text(row, 7, CurrentMemoryContext);
	value = cartona_spi_datum(row, 8, &isnull);
	deconstruct_array(DatumGetArrayTypeP(value), INT4OID, 4, true, TYPALIGN_INT, &elements, NULL, &product->ntaxes);
	product->taxes = palloc((product->ntaxes + 1) * sizeof(int32));
	for (i = 0; i < product->ntaxes; i++)
		product->taxes[i] = DatumGetInt32(elements[i]);
}

/* Keys of one language, each of them once. */
static void
find_in_language(const CartonaShop *shop, const CartonaProductKey **keys, CartonaProduct **products, int nkeys)
{
	Datum	   *supplier_ids = palloc((nkeys + 1) * sizeof(Datum));
	Datum	   *internal_ids = palloc((nkeys + 1) * sizeof(Datum));
	bool	   *nulls = palloc((nkeys + 1) * sizeof(bool));
	int			lower = 1;
	Datum		values[6];
	uint64		n;
	uint64		i;

	for (i = 0; i < nkeys; i++)
	{
		nulls[i] = keys[i]->supplier_product_id == NULL;
		supplier_ids[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(keys[i]->supplier_product_id);
		internal_ids[i] = Int32GetDatum(keys[i]->internal_id);
	}
	values[0] = CStringGetTextDatum(keys[0]->lang);
	values[1] = Int32GetDatum(shop->company);
	values[2] = PointerGetDatum(construct_md_array(supplier_ids, nulls, 1, &nkeys, &lower, TEXTOID, -1, false, TYPALIGN_INT));
	values[3] = PointerGetDatum(construct_array(internal_ids, nkeys, INT4OID, 4, true, TYPALIGN_INT));
	values[4] = Int32GetDatum(shop->account);
	values[5] = BoolGetDatum(shop->key_is_template);
	n = cartona_query_run(&find_query, values, NULL);
	if (n != (uint64) nkeys)
		elog(ERROR, "product lookup returned " UINT64_FORMAT " rows for %d keys", n, nkeys);
	for (i = 0; i < n; i++)
	{
		int32		ord = cartona_spi_int32(i, 1);
		CartonaProduct *product;

		if (ord < 1 || ord > nkeys)
			elog(ERROR, "product lookup returned key %d of %d", ord, nkeys);
		product = products[ord - 1];
		read_row(i, product);
		product->problem = not_found(i, product);
		if (product->problem == NULL)
		{
			product->problem = not_taken(shop, keys[ord - 1], i, product);
			product->stays = product->problem != NULL;
		}
	}
}

CartonaProduct **
cartona_product_find(const CartonaShop *shop, const CartonaProductKey *keys, int nkeys)
{
	CartonaProduct **products = palloc0((nkeys + 1) * sizeof(CartonaProduct *));
	CartonaProduct **distinct = palloc((nkeys + 1) * sizeof(CartonaProduct *));
	const CartonaProductKey **wanted = palloc((nkeys + 1) * sizeof(CartonaProductKey *));
	SortedKey  *sorted = palloc((nkeys + 1) * sizeof(SortedKey));
	int			n = 0;
	int			i;

	for (i = 0; i < nkeys; i++)
	{
		sorted[i].key = &keys[i];
		sorted[i].at = i;
	}
	qsort(sorted, nkeys, sizeof(SortedKey), by_key);
	for (i = 0; i < nkeys; i++)
	{
		bool		same = i > 0 && by_key(&sorted[i - 1], &sorted[i]) == 0;

		if (i > 0 && strcmp(sorted[i - 1].key->lang, sorted[i].key->lang) != 0)
		{
			find_in_language(shop, wanted, distinct, n);
			n = 0;
		}
		if (!same)
		{
			wanted[n] = sorted[i].key;
			distinct[n++] = palloc0(sizeof(CartonaProduct));
		}
		products[sorted[i].at] = distinct[n - 1];
	}
	if (n > 0)
		find_in_language(shop, wanted, distinct, n);
	return products;
}
