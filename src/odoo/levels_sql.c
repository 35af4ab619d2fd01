/*-------------------------------------------------------------------------
 *
 * levels_sql.c
 *	  The texts of the price and stock queries.
 *
 * Neighbours: levels_stock.c writes the part about stock; levels.c finds the shape
 * of Odoo's tables in the catalog, and prepares and runs these texts under our own
 * search_path.  Therefore every table of Odoo's is named with its schema: a
 * function planted in that schema is never called with the rights of whoever asks
 * for levels.  In the pieces below "odoo." stands for that schema.
 * Memory: texts are palloc'd in the current context.
 * Failure: nothing here can fail but memory.  A table or column that every
 * Odoo has is named without looking: where it is missing, PostgreSQL's own
 * error says which one.  That holds for our cartona_id columns, too: without
 * them everything would look unmapped, and 0 would be sent for all of it.
 *
 * IDENTIFICATION
 *	  src/odoo/levels_sql.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "odoo/levels_sql.h"
#include "odoo/levels_stock.h"

const CartonaLevelsColumn cartona_levels_columns[CARTONA_LEVELS_HAVES] = {
	[HAVE_STOCK] = {"stock_quant", "reserved_quantity"},
	[HAVE_STORABLE] = {"product_template", "is_storable"},
	[HAVE_FINAL_LOCATION] = {"stock_move", "location_final_id"},
	[HAVE_UOM_ROUNDING] = {"uom_uom", "rounding"},
	[HAVE_UOM_CATEGORY] = {"uom_uom", "category_id"},
	[HAVE_LINE_UOM_ID] = {"sale_order_line", "product_uom_id"},
	[HAVE_LINE_WAREHOUSE] = {"sale_order_line", "warehouse_id"},
	[HAVE_ORDER_WAREHOUSE] = {"sale_order", "warehouse_id"},
	[HAVE_PRICE_INCLUDE_OVERRIDE] = {"account_tax", "price_include_override"},
	[HAVE_COMPANY_PATH] = {"res_company", "parent_path"},
	[HAVE_KITS] = {"mrp_bom_line", "bom_id"},
	[HAVE_KIT_VARIANTS] = {"mrp_bom_line_product_template_attribute_value_rel", "mrp_bom_line_id"},
	[HAVE_REMOVAL_DATE] = {"stock_quant", "removal_date"},
};

/* The finished text: "odoo." becomes the schema. */
static char *
finish(StringInfo text, const CartonaLevelsShape *shape)
{
	StringInfoData done;
	const char *rest = text->data;
	const char *mark;

	initStringInfo(&done);
	while ((mark = strstr(rest, "odoo.")) != NULL)
	{
		appendBinaryStringInfo(&done, rest, mark - rest);
		appendStringInfoString(&done, shape->schema);
		appendStringInfoChar(&done, '.');
		rest = mark + strlen("odoo.");
	}
	appendStringInfoString(&done, rest);
	pfree(text->data);
	return done.data;
}

/* CTE a: the account $1, its company, and the company's ancestors. */
static void
add_account(StringInfo text, const CartonaLevelsShape *shape)
{
	appendStringInfoString(text,
						   "a AS MATERIALIZED (\n"
						   "SELECT x.company_id, x.warehouse_id, x.currency, x.price_includes_tax, x.product_key,\n"
						   "  x.product_scope, x.stock_measure, x.stock_buffer, x.price_floor,\n"
						   "  cur.name AS company_currency, coalesce(cur.rounding, 0.01)::numeric AS cent,\n");
	if (!shape->have[HAVE_UOM_ROUNDING])
		appendStringInfoString(text,
							   "  power(10::numeric, -coalesce((SELECT d.digits FROM odoo.decimal_precision d\n"
							   "    WHERE d.name = 'Product Unit'), 2)) AS grain,\n");
	if (shape->have[HAVE_COMPANY_PATH])
		appendStringInfoString(text,
							   "  CASE WHEN co.parent_path ~ '^[0-9]+(/[0-9]+)*/$'\n"
							   "    THEN string_to_array(rtrim(co.parent_path, '/'), '/')::integer[]\n"
							   "    ELSE ARRAY[x.company_id] END AS companies\n");
	else
		appendStringInfoString(text, "  ARRAY[x.company_id] AS companies\n");
	appendStringInfoString(text,
						   "FROM cartona.account x\n"
						   "LEFT JOIN odoo.res_company co ON co.id = x.company_id\n"
						   "LEFT JOIN odoo.res_currency cur ON cur.id = co.currency_id\n"
						   "WHERE x.id = $1)");
}

/*
 * Whether variant p of template t can be sold by account a.  A combo is a
 * choice among products: it has neither a price nor a stock of its own.
 */
#define SALEABLE \
	"(p.active AND t.active AND t.sale_ok AND t.type <> 'combo'" \
	" AND (t.company_id IS NULL OR t.company_id = ANY (a.companies))) IS TRUE"

/*
 * CTEs v (the asked variants $2 as Odoo has them) and live (what of them is on
 * sale, under which supplier_product_id).
 *
 * A template with several active variants has one cartona_id, which cannot say
 * which of them is meant.  "contested": the cartona_id stands on another
 * product too; Cartona would get the two products' values in turns.
 */
static const char live_ctes[] =
"v AS MATERIALIZED (\n"
"SELECT p.id, t.id AS tmpl_id, nullif(t.cartona_id, '')::text AS cartona_id, t.list_price,\n"
"  (SELECT count(*) FROM odoo.product_product s WHERE s.product_tmpl_id = t.id AND s.active) AS variants\n"
"FROM a CROSS JOIN odoo.product_product p\n"
"JOIN odoo.product_template t ON t.id = p.product_tmpl_id\n"
"WHERE p.id = ANY ($2) AND " SALEABLE "),\n"
"live AS MATERIALIZED (\n"
"SELECT v.*, m.supplier_product_id AS supplier, m.factor, false AS contested\n"
"FROM v JOIN cartona.product_map m ON m.account_id = $1 AND m.product_id = v.id\n"
"UNION ALL\n"
"SELECT v.*, CASE WHEN v.variants = 1 THEN v.cartona_id END, 1,\n"
"  v.variants = 1 AND (EXISTS (SELECT FROM cartona.product_map m\n"
"      WHERE m.account_id = $1 AND m.supplier_product_id = v.cartona_id)\n"
"    OR EXISTS (SELECT FROM odoo.product_template t JOIN odoo.product_product p ON p.product_tmpl_id = t.id\n"
"      WHERE t.cartona_id = v.cartona_id AND t.id <> v.tmpl_id AND " SALEABLE "))\n"
"FROM a CROSS JOIN v\n"
"WHERE (v.cartona_id IS NOT NULL OR a.product_scope = 'saleable')\n"
/* a map row replaces the plain listing only where it is about the same id: a carton is sold beside the piece */
"  AND NOT EXISTS (SELECT FROM cartona.product_map m WHERE m.account_id = $1 AND m.product_id = v.id\n"
"    AND (v.cartona_id IS NULL OR v.variants > 1 OR m.supplier_product_id = v.cartona_id)))";

/*
 * CTE tax: percent taxes to add to a live template's price, where the
 * account's prices include taxes.  As Odoo picks them: active sale taxes of
 * the company, else of its nearest ancestor that has some.
 */
static void
add_tax(StringInfo text, const CartonaLevelsShape *shape)
{
	appendStringInfoString(text,
						   "tax AS MATERIALIZED (\n"
						   "SELECT x.prod_id,\n"
						   "  coalesce(sum(x.amount) FILTER (WHERE NOT x.inside), 0) AS added,\n"
						   "  coalesce(sum(x.amount) FILTER (WHERE x.inside), 0) AS inside,\n"
						   "  CASE WHEN NOT bool_and(x.inside) THEN min(x.kind) FILTER (WHERE x.kind <> 'percent') END AS other_kind,\n"
						   "  NOT bool_and(x.inside) AND count(*) > 1 AND bool_or(x.on_top) AS on_top\n"
						   "FROM (SELECT r.prod_id, tx.amount::numeric AS amount, tx.amount_type::text AS kind,\n"
						   "    tx.include_base_amount IS TRUE AS on_top, ");
	appendStringInfoString(text,
						   shape->have[HAVE_PRICE_INCLUDE_OVERRIDE] ?
						   "coalesce(tx.price_include_override, tc.account_price_include) IS NOT DISTINCT FROM 'tax_included'" :
						   "tx.price_include IS TRUE");
	appendStringInfoString(text,
						   " AS inside,\n"
						   "    rank() OVER (PARTITION BY r.prod_id ORDER BY array_position(a.companies, tx.company_id) DESC) AS place\n"
						   "  FROM a CROSS JOIN odoo.product_taxes_rel r\n"
						   "  JOIN odoo.account_tax tx ON tx.id = r.tax_id\n"
						   "  JOIN odoo.res_company tc ON tc.id = tx.company_id\n"
						   "  WHERE a.price_includes_tax AND r.prod_id = ANY (ARRAY(SELECT live.tmpl_id FROM live))\n"
						   "    AND tx.active AND tx.type_tax_use = 'sale' AND tx.company_id = ANY (a.companies)) x\n"
						   "WHERE x.place = 1 GROUP BY x.prod_id)");
}

/*
 * CTEs priced and levelled: the live products' price and stock in Cartona's
 * units.  A price is rounded once, at the end: a piece may cost a fraction of
 * a cent that a carton of twelve makes whole.  The comparisons are written so
 * that NaN fails them.
 */
static const char levelled_ctes[] =
"unit AS (\n"
"SELECT live.*, (coalesce(live.list_price, 0) + coalesce((SELECT sum(av.price_extra)\n"
"    FROM odoo.product_variant_combination c\n"
"    JOIN odoo.product_template_attribute_value av ON av.id = c.product_template_attribute_value_id\n"
"    WHERE c.product_product_id = live.id), 0))::numeric AS price\n"
"FROM live),\n"
"priced AS (\n"
"SELECT unit.id, unit.tmpl_id, unit.variants, unit.supplier, unit.contested, tax.other_kind, tax.on_top,\n"
"  CASE WHEN a.product_key = 'template' THEN unit.tmpl_id ELSE unit.id END::text AS internal,\n"
"  able.root IS NOT NULL AND NOT able.limited AS unlimited,\n"
"  floor((able.qty - a.stock_buffer) / unit.factor) AS units,\n"
"  trim_scale(round(unit.price * unit.factor * (1 + coalesce(tax.added / nullif(100 + tax.inside, 0), 0)) / a.cent)\n"
"    * a.cent) AS price\n"
"FROM a CROSS JOIN unit\n"
"LEFT JOIN able ON able.root = unit.id\n"
"LEFT JOIN tax ON tax.prod_id = unit.tmpl_id),\n"
"levelled AS (\n"
"SELECT priced.*,\n"
"  CASE WHEN priced.unlimited OR NOT priced.units > 0 OR priced.units = 'NaN' OR priced.units IS NULL THEN 0\n"
"    ELSE least(priced.units, 2147483647) END::bigint AS stock,\n"
"  CASE WHEN a.company_currency IS NULL\n"
"      THEN 'company ' || a.company_id || ' of the account is not in Odoo'\n"
"    WHEN a.company_currency <> a.currency\n"
"      THEN 'Odoo''s prices are in ' || a.company_currency || ', the account''s in ' || a.currency\n"
"    WHEN priced.contested\n"
"      THEN 'cartona_id ' || priced.supplier || ' stands for another product, too'\n"
"    WHEN a.product_key = 'template' AND priced.variants > 1 AND priced.supplier IS NULL\n"
"      THEN 'template ' || priced.tmpl_id || ' has several variants, and its id (product_key template) cannot say which is meant'\n"
"    WHEN priced.other_kind IS NOT NULL\n"
"      THEN 'a tax of kind ' || priced.other_kind || ' cannot be added to the price: only percent taxes can'\n"
"    WHEN priced.on_top\n"
"      THEN 'taxes that are computed on top of each other cannot be added to the price'\n"
"    WHEN NOT (priced.price > 0 AND priced.price < 1000000000000)\n"
"      THEN 'the price is ' || priced.price || ': only a price above 0 is sent'\n"
"    WHEN priced.price < a.price_floor\n"
"      THEN 'the price ' || priced.price || ' is below the account''s price_floor ' || trim_scale(a.price_floor)\n"
"  END AS problem\n"
"FROM a CROSS JOIN priced)";

/*
 * CTE taken and the result: what is live, and what Cartona still holds as on sale though it
 * is not any more.  Of the latter we leave out
 * - what the variant is on sale as now, and a product that Cartona knows by the
 *   same internal id: it would be set to 0 beside its real stock;
 * - an id that another product has taken over.
 * "taken": the id was accepted for another product since, so what was accepted
 * for this one is not what Cartona has, and its 0 is the other's to send.
 */
static const char result_select[] =
",\ntaken AS MATERIALIZED (\n"
"SELECT s.product_id, s.supplier_product_id AS supplier\n"
"FROM cartona.product_sync s\n"
"JOIN cartona.product_sync n ON n.account_id = s.account_id AND n.supplier_product_id = s.supplier_product_id\n"
"WHERE s.account_id = $1 AND s.product_id = ANY ($2) AND s.supplier_product_id <> ''\n"
"  AND n.product_id <> s.product_id AND (n.accepted_at, n.product_id) > (s.accepted_at, s.product_id))\n"
"SELECT o.id AS product_id, o.supplier, o.internal, true AS on_sale, o.unlimited, o.stock,\n"
"  CASE WHEN o.problem IS NULL THEN o.price END::text AS price, o.problem, s.product_id IS NOT NULL AS known,\n"
"  (o.problem IS NULL AND s.price = o.price AND s.unlimited = o.unlimited\n"
"    AND (o.unlimited OR s.stock = o.stock) AND s.internal_product_id = o.internal\n"
"    AND NOT EXISTS (SELECT FROM taken WHERE taken.product_id = o.id AND taken.supplier = o.supplier)) IS TRUE AS same,\n"
"  s.stock AS known_stock\n"
"FROM levelled o\n"
"LEFT JOIN cartona.product_sync s\n"
"  ON s.account_id = $1 AND s.product_id = o.id AND s.supplier_product_id = coalesce(o.supplier, '')\n"
"UNION ALL\n"
"SELECT s.product_id, nullif(s.supplier_product_id, ''),\n"
"  CASE WHEN NOT EXISTS (SELECT FROM live WHERE live.id = s.product_id) THEN s.internal_product_id END,\n"
"  false, false, 0, NULL, NULL, true, (s.stock = 0 AND NOT s.unlimited) IS TRUE, s.stock\n"
"FROM cartona.product_sync s\n"
"WHERE s.account_id = $1 AND s.product_id = ANY ($2)\n"
"  AND NOT EXISTS (SELECT FROM live WHERE live.id = s.product_id\n"
"    AND (live.supplier IS NULL OR s.supplier_product_id IN ('', live.supplier)))\n"
"  AND NOT EXISTS (SELECT FROM taken WHERE taken.product_id = s.product_id AND taken.supplier = s.supplier_product_id)\n"
"  AND NOT EXISTS (SELECT FROM a CROSS JOIN cartona.product_map m\n"
"    JOIN odoo.product_product p ON p.id = m.product_id JOIN odoo.product_template t ON t.id = p.product_tmpl_id\n"
"    WHERE m.account_id = $1 AND m.supplier_product_id = s.supplier_product_id AND m.product_id <> s.product_id\n"
"      AND " SALEABLE ")\n"
"  AND NOT EXISTS (SELECT FROM a CROSS JOIN odoo.product_template t\n"
"    JOIN odoo.product_product p ON p.product_tmpl_id = t.id\n"
"    WHERE s.supplier_product_id <> '' AND t.cartona_id = s.supplier_product_id AND p.id <> s.product_id\n"
"      AND " SALEABLE ")\n"
"ORDER BY 1, 2 NULLS FIRST";

/* $1 account id, $2 variants: the levels, columns as in result_select. */
char *
cartona_levels_sql_read(const CartonaLevelsShape *shape)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, "WITH RECURSIVE ");
	add_account(&text, shape);
	appendStringInfoString(&text, ",\n");
	appendStringInfoString(&text, live_ctes);
	appendStringInfoString(&text, ",\n");
	cartona_levels_add_stock(&text, shape);
	appendStringInfoString(&text, ",\n");
	add_tax(&text, shape);
	appendStringInfoString(&text, ",\n");
	appendStringInfoString(&text, levelled_ctes);
	appendStringInfoString(&text, result_select);
	return finish(&text, shape);
}

/* $1 account id: every variant it has, or had, on sale. */
char *
cartona_levels_sql_all(const CartonaLevelsShape *shape)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, "WITH ");
	add_account(&text, shape);
	appendStringInfoString(&text,
						   "\nSELECT product_id FROM cartona.product_map WHERE account_id = $1\n"
						   "UNION SELECT product_id FROM cartona.product_sync WHERE account_id = $1\n"
						   "UNION SELECT p.id FROM a CROSS JOIN odoo.product_template t\n"
						   "  JOIN odoo.product_product p ON p.product_tmpl_id = t.id\n"
						   "  WHERE (t.cartona_id <> '' OR a.product_scope = 'saleable') AND " SALEABLE "\n"
						   "ORDER BY 1");
	return finish(&text, shape);
}

/*
 * $1 account id, $2 variants: those of them, and of the kits they are in, that
 * the account has or had on sale.  What is being sent at this moment is not in
 * product_sync yet: it counts as well, or its last change could be dropped.
 *
 * A variant that comes or goes can make its template's cartona_id mean, or no
 * longer mean, a sibling: such siblings come along.
 */
char *
cartona_levels_sql_mapped(const CartonaLevelsShape *shape)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text,
						   "WITH RECURSIVE sibling AS (\n"
						   "SELECT p.id, t.cartona_id::text AS cartona_id,\n"
						   "  (SELECT count(*) FROM odoo.product_product c WHERE c.product_tmpl_id = t.id AND c.active) AS variants\n"
						   "FROM odoo.product_template t JOIN odoo.product_product p ON p.product_tmpl_id = t.id\n"
						   "WHERE t.id = ANY (ARRAY(SELECT c.product_tmpl_id FROM odoo.product_product c WHERE c.id = ANY ($2)))\n"
						   "  AND p.active AND t.cartona_id <> ''),\n"
						   "up (id) AS (\n"
						   "SELECT unnest($2)\n"
						   "UNION SELECT sibling.id FROM sibling\n"
						   "  WHERE (sibling.variants = 1) <> EXISTS (SELECT FROM cartona.product_sync s WHERE s.account_id = $1\n"
						   "    AND s.product_id = sibling.id AND s.supplier_product_id = sibling.cartona_id)\n");
	if (shape->have[HAVE_KITS])
		appendStringInfoString(&text,
							   "UNION SELECT p.id FROM up\n"
							   "  JOIN odoo.mrp_bom_line l ON l.product_id = up.id\n"
							   "  JOIN odoo.mrp_bom b ON b.id = l.bom_id AND b.type = 'phantom' AND b.active\n"
							   "  JOIN odoo.product_product p ON p.product_tmpl_id = b.product_tmpl_id\n"
							   "    AND (b.product_id IS NULL OR b.product_id = p.id)\n");
	appendStringInfoString(&text,
						   ")\nSELECT DISTINCT up.id FROM up\n"
						   "WHERE EXISTS (SELECT FROM cartona.product_map m WHERE m.account_id = $1 AND m.product_id = up.id)\n"
						   "OR EXISTS (SELECT FROM cartona.product_sync s WHERE s.account_id = $1 AND s.product_id = up.id)\n"
						   "OR EXISTS (SELECT FROM cartona.delivery d\n"
						   "  WHERE d.account_id = $1 AND d.kind = 'product' AND d.subject = up.id)\n"
						   "OR EXISTS (SELECT FROM cartona.account x CROSS JOIN odoo.product_product p\n"
						   "  JOIN odoo.product_template t ON t.id = p.product_tmpl_id\n"
						   "  WHERE x.id = $1 AND p.id = up.id AND (t.cartona_id <> '' OR x.product_scope = 'saleable'))\n"
						   "ORDER BY 1");
	return finish(&text, shape);
}

/*
 * $1 templates: their variants.  A deleted template's variants are known only
 * from what was sent, and only where its id was sent.
 */
char *
cartona_levels_sql_of_templates(const CartonaLevelsShape *shape)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text,
						   "SELECT p.id FROM odoo.product_product p WHERE p.product_tmpl_id = ANY ($1)\n"
						   "UNION SELECT s.product_id FROM cartona.account x JOIN cartona.product_sync s ON s.account_id = x.id\n"
						   "  WHERE x.product_key = 'template' AND s.internal_product_id = ANY ($1::text[])\n"
						   "ORDER BY 1");
	return finish(&text, shape);
}

/* $1 orders: their products, and the parts of those that are kits. */
char *
cartona_levels_sql_of_orders(const CartonaLevelsShape *shape)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text,
						   "WITH RECURSIVE down (id) AS (\n"
						   "SELECT l.product_id FROM odoo.sale_order_line l\n"
						   "  WHERE l.order_id = ANY ($1) AND l.product_id IS NOT NULL\n");
	if (shape->have[HAVE_KITS])
		appendStringInfoString(&text,
							   "UNION SELECT l.product_id FROM down\n"
							   "  JOIN odoo.product_product p ON p.id = down.id\n"
							   "  JOIN odoo.mrp_bom b ON b.product_tmpl_id = p.product_tmpl_id\n"
							   "    AND (b.product_id IS NULL OR b.product_id = p.id) AND b.type = 'phantom' AND b.active\n"
							   "  JOIN odoo.mrp_bom_line l ON l.bom_id = b.id\n");
	appendStringInfoString(&text, ")\nSELECT DISTINCT id FROM down ORDER BY 1");
	return finish(&text, shape);
}
