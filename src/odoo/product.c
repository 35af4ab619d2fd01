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
 * Neighbours: shop.c; apply/order.c asks once per order.
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
 * The name as Odoo words it on a sales order line: "[code] name (variant)",
 * then the sales description on its own line.  Attributes with one value only
 * are not part of it.
 */
static CartonaQuery find_query = {
	"SELECT n.ord::int4, v.id, coalesce(m.factor, 1), t.uom_id, t.type = 'service', coalesce({t.product_template.sale_delay|0}, 0)::float8,"
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
	" t.company_id IS NULL OR t.company_id = $2, t.type = 'combo'"
	" FROM unnest($3, $4) WITH ORDINALITY AS n (supplier_id, internal_id, ord)"
	" LEFT JOIN cartona.product_map m ON m.account_id = $5 AND m.supplier_product_id = n.supplier_id"
	" LEFT JOIN LATERAL (SELECT CASE WHEN count(*) FILTER (WHERE x.active) = 1 THEN max(x.id) FILTER (WHERE x.active)"
	"   WHEN count(*) = 1 THEN max(x.id) END AS id"
	"  FROM {product_template} xt JOIN {product_product} x ON x.product_tmpl_id = xt.id"
	"  WHERE m.id IS NULL AND xt.cartona_id = n.supplier_id AND (xt.company_id IS NULL OR xt.company_id = $2)) s ON true"
	" LEFT JOIN LATERAL (SELECT CASE WHEN count(*) FILTER (WHERE x.active) = 1 THEN max(x.id) FILTER (WHERE x.active)"
	"   WHEN count(*) = 1 THEN max(x.id) END AS id"
	"  FROM {product_product} x WHERE m.id IS NULL AND s.id IS NULL AND n.internal_id > 0"
	"  AND CASE WHEN $6 THEN x.product_tmpl_id ELSE x.id END = n.internal_id) i ON true"
	" JOIN {product_product} v ON v.id = coalesce(m.product_id, s.id, i.id)"
	" JOIN {product_template} t ON t.id = v.product_tmpl_id",
	6, {TEXTOID, INT4OID, TEXTARRAYOID, INT4ARRAYOID, INT4OID, BOOLOID}
};

static void
read_row(uint64 row, CartonaProduct *product)
{
	bool		isnull;
	Datum		value;
	Datum	   *elements;
	int			i;

	product->problem = NULL;
	product->id = cartona_spi_int32(row, 2);
	product->factor = DatumGetNumericCopy(cartona_spi_datum(row, 3, &isnull));
	product->uom = cartona_spi_int32(row, 4);
	product->is_service = cartona_spi_bool(row, 5);
	product->lead = cartona_spi_float8(row, 6);
	product->name = cartona_spi_text(row, 7, CurrentMemoryContext);
	value = cartona_spi_datum(row, 8, &isnull);
	deconstruct_array(DatumGetArrayTypeP(value), INT4OID, 4, true, TYPALIGN_INT, &elements, NULL, &product->ntaxes);
	product->taxes = palloc((product->ntaxes + 1) * sizeof(int32));
	for (i = 0; i < product->ntaxes; i++)
		product->taxes[i] = DatumGetInt32(elements[i]);

	if (!cartona_spi_bool(row, 10))
		product->problem = "its Odoo product belongs to another company";
	else if (!cartona_spi_bool(row, 9))
		product->problem = "its Odoo product is archived";
	else if (cartona_spi_bool(row, 11))
		product->problem = "its Odoo product is a combo, which needs a choice";
	else if (product->name == NULL)
		product->problem = "its Odoo product has no name";
}

CartonaProduct *
cartona_product_find(const CartonaShop *shop, const char *lang, const CartonaProductKey *keys, int nkeys)
{
	CartonaProduct *products = palloc0((nkeys + 1) * sizeof(CartonaProduct));
	Datum	   *supplier_ids = palloc((nkeys + 1) * sizeof(Datum));
	Datum	   *internal_ids = palloc((nkeys + 1) * sizeof(Datum));
	bool	   *nulls = palloc((nkeys + 1) * sizeof(bool));
	int			lower = 1;
	Datum		values[6];
	uint64		n;
	uint64		i;

	for (i = 0; i < nkeys; i++)
	{
		products[i].problem = "no Odoo product for it";
		nulls[i] = keys[i].supplier_product_id == NULL;
		supplier_ids[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(keys[i].supplier_product_id);
		internal_ids[i] = Int32GetDatum(keys[i].internal_id);
	}
	values[0] = CStringGetTextDatum(lang);
	values[1] = Int32GetDatum(shop->company);
	values[2] = PointerGetDatum(construct_md_array(supplier_ids, nulls, 1, &nkeys, &lower, TEXTOID, -1, false, TYPALIGN_INT));
	values[3] = PointerGetDatum(construct_array(internal_ids, nkeys, INT4OID, 4, true, TYPALIGN_INT));
	values[4] = Int32GetDatum(shop->account);
	values[5] = BoolGetDatum(shop->key_is_template);
	n = cartona_query_run(&find_query, values, NULL);
	for (i = 0; i < n; i++)
	{
		int32		ord = cartona_spi_int32(i, 1);

		if (ord < 1 || ord > nkeys)
			elog(ERROR, "product lookup returned line %d of %d", ord, nkeys);
		read_row(i, &products[ord - 1]);
	}
	return products;
}
