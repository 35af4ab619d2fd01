/*-------------------------------------------------------------------------
 *
 * levels_stock.c
 *	  The part of the price and stock query that is about stock.
 *
 * Neighbours: levels_sql.c writes the query around it, and its rules hold here: a
 * table of Odoo's is named with "odoo.", which it replaces.
 * Memory: texts are palloc'd in the current context.
 * Failure: nothing here can fail but memory.
 *
 * IDENTIFICATION
 *	  src/odoo/levels_stock.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "odoo/levels_stock.h"

/*
 * Quantity "qty" of unit f in unit u.  Units that do not convert (another
 * category, no common ancestor) count as they are, as Odoo does where it does
 * not refuse.  Up to 18 a dozen's factor is 1/12, in 19 it is 12.
 */
static void
add_converted(StringInfo text, const CartonaLevelsShape *shape, const char *qty)
{
	if (shape->have[HAVE_UOM_CATEGORY])
	{
		appendStringInfoString(text, "CASE WHEN f.id = u.id OR f.category_id <> u.category_id THEN ");
		appendStringInfoString(text, qty);
		appendStringInfoString(text, " ELSE ");
		appendStringInfoString(text, qty);
		appendStringInfoString(text, " * u.factor / f.factor END");
	}
	else
	{
		appendStringInfoString(text,
							   "CASE WHEN f.id = u.id"
							   " OR split_part(f.parent_path, '/', 1) IS DISTINCT FROM split_part(u.parent_path, '/', 1) THEN ");
		appendStringInfoString(text, qty);
		appendStringInfoString(text, " ELSE ");
		appendStringInfoString(text, qty);
		appendStringInfoString(text, " * coalesce(f.factor, 1) / coalesce(nullif(u.factor, 0), 1) END");
	}
}

/* "qty" rounded half up to the smallest quantity of unit u, as Odoo rounds each quantity. */
static void
add_rounded(StringInfo text, const CartonaLevelsShape *shape, const char *qty)
{
	const char *grain = shape->have[HAVE_UOM_ROUNDING] ? "u.rounding" : "a.grain";

	appendStringInfoString(text, "round((");
	appendStringInfoString(text, qty);
	appendStringInfoString(text, ") / ");
	appendStringInfoString(text, grain);
	appendStringInfoString(text, ") * ");
	appendStringInfoString(text, grain);
}

/*
 * CTE draft: what imported orders that Odoo has not confirmed ask for, in the
 * product's unit.  A draft lowers none of Odoo's measures.  After an import
 * these are many lines of few products and few quantities: those that ask for
 * the same are counted first, and converted and rounded once.
 */
static void
add_draft(StringInfo text, const CartonaLevelsShape *shape)
{
	StringInfoData converted;

	initStringInfo(&converted);
	add_converted(&converted, shape, "greatest(l.product_uom_qty, 0)");

	appendStringInfoString(text, "draft AS MATERIALIZED (\nSELECT l.product_id, sum(");
	add_rounded(text, shape, converted.data);
	appendStringInfoString(text, " * l.n) AS qty\nFROM a CROSS JOIN (SELECT l.product_id, l.");
	appendStringInfoString(text, shape->have[HAVE_LINE_UOM_ID] ? "product_uom_id" : "product_uom");
	appendStringInfoString(text,
						   " AS uom, l.product_uom_qty, count(*) AS n\n"
						   "  FROM a JOIN odoo.sale_order o ON o.company_id = a.company_id\n"
						   "  JOIN odoo.sale_order_line l ON l.order_id = o.id\n"
						   "  WHERE o.cartona_id IS NOT NULL AND o.state IN ('draft', 'sent') AND l.display_type IS NULL\n");
	if (shape->have[HAVE_LINE_WAREHOUSE] && shape->have[HAVE_ORDER_WAREHOUSE])
		appendStringInfoString(text,
							   "  AND (a.warehouse_id IS NULL"
							   " OR coalesce(l.warehouse_id, o.warehouse_id, a.warehouse_id) = a.warehouse_id)\n");
	else if (shape->have[HAVE_ORDER_WAREHOUSE])
		appendStringInfoString(text,
							   "  AND (a.warehouse_id IS NULL"
							   " OR coalesce(o.warehouse_id, a.warehouse_id) = a.warehouse_id)\n");
	appendStringInfoString(text,
						   "  GROUP BY 1, 2, 3) l\n"
						   "JOIN odoo.product_product p ON p.id = l.product_id\n"
						   "JOIN odoo.product_template t ON t.id = p.product_tmpl_id\n"
						   "JOIN odoo.uom_uom u ON u.id = t.uom_id\n"
						   "JOIN odoo.uom_uom f ON f.id = coalesce(l.uom, t.uom_id)\n"
						   "GROUP BY l.product_id)");
	pfree(converted.data);
}

/*
 * The bill of materials that makes variant p a kit, as Odoo picks it, and how
 * many of p's unit it yields.
 */
static void
add_kit_of_p(StringInfo text, const CartonaLevelsShape *shape)
{
	appendStringInfoString(text, "LEFT JOIN LATERAL (SELECT b.id, ");
	add_converted(text, shape, "b.product_qty::numeric");
	appendStringInfoString(text,
						   " AS yields\n"
						   "  FROM odoo.mrp_bom b JOIN odoo.uom_uom f ON f.id = b.product_uom_id\n"
						   "  JOIN odoo.uom_uom u ON u.id = t.uom_id\n"
						   "  WHERE b.type = 'phantom' AND b.active AND b.product_tmpl_id = p.product_tmpl_id\n"
						   "    AND (b.product_id IS NULL OR b.product_id = p.id)\n"
						   "    AND (b.company_id IS NULL OR b.company_id = ANY (a.companies))\n"
						   "  ORDER BY b.sequence, b.product_id, b.id LIMIT 1) kit ON true\n");
}

/*
 * CTE part: each product that is on sale or on a draft, taken apart into what
 * lies on a shelf; a product that is no kit is its own only part.
 */
static void
add_part(StringInfo text, const CartonaLevelsShape *shape)
{
	if (!shape->have[HAVE_KITS])
	{
		appendStringInfoString(text,
							   "part AS MATERIALIZED (\n"
							   "SELECT live.id AS root, live.id AS product_id, 1::numeric AS qty, NULL::integer AS bom_id FROM live\n"
							   "UNION SELECT product_id, product_id, 1::numeric, NULL::integer FROM draft)");
		return;
	}

	appendStringInfoString(text,
						   "part AS (\n"
						   "SELECT p.id AS root, p.id AS product_id, 1::numeric AS qty, kit.id AS bom_id, kit.yields, ARRAY[p.id] AS path\n"
						   "FROM a CROSS JOIN odoo.product_product p\n"
						   "JOIN odoo.product_template t ON t.id = p.product_tmpl_id\n");
	add_kit_of_p(text, shape);
	appendStringInfoString(text,
						   "WHERE p.id = ANY (ARRAY(SELECT live.id FROM live UNION SELECT product_id FROM draft))\n"
						   "UNION ALL\n"
						   "SELECT part.root, p.id, part.qty / part.yields * ");
	add_converted(text, shape, "l.product_qty::numeric");
	appendStringInfoString(text,
						   ", kit.id, kit.yields, part.path || p.id\n"
						   "FROM part CROSS JOIN a\n"
						   "JOIN odoo.mrp_bom_line l ON l.bom_id = part.bom_id\n"
						   "JOIN odoo.product_product p ON p.id = l.product_id\n"
						   "JOIN odoo.product_template t ON t.id = p.product_tmpl_id\n"
						   "JOIN odoo.uom_uom f ON f.id = l.product_uom_id\n"
						   "JOIN odoo.uom_uom u ON u.id = t.uom_id\n");
	add_kit_of_p(text, shape);
	appendStringInfoString(text,
						   "WHERE part.yields > 0 AND l.product_qty > 0 AND p.id <> ALL (part.path)\n");
	if (shape->have[HAVE_KIT_VARIANTS])
		appendStringInfoString(text,
							   "  AND NOT EXISTS (SELECT FROM odoo.mrp_bom_line_product_template_attribute_value_rel r\n"
							   "    JOIN odoo.product_template_attribute_value av ON av.id = r.product_template_attribute_value_id\n"
							   "    LEFT JOIN odoo.product_variant_combination c\n"
							   "      ON c.product_template_attribute_value_id = av.id AND c.product_product_id = part.product_id\n"
							   "    WHERE r.mrp_bom_line_id = l.id\n"
							   "    GROUP BY av.attribute_line_id HAVING count(c.product_product_id) = 0)\n");
	appendStringInfoString(text, ")");
}

/*
 * What of a product's quants nobody may have any more, as their lots are to be
 * removed by today, and what is not promised to anybody yet.  Odoo 19 (which has
 * units without categories) takes it off what is free and off the forecast; an
 * older one still counts it.
 */
static void
add_expired(StringInfo text, const CartonaLevelsShape *shape)
{
	if (!shape->have[HAVE_REMOVAL_DATE] || shape->have[HAVE_UOM_CATEGORY])
		appendStringInfoString(text, "0::numeric");
	else
		appendStringInfoString(text,
							   "coalesce(sum(q.quantity - q.reserved_quantity)\n"
							   "    FILTER (WHERE q.removal_date < (now() AT TIME ZONE 'UTC')::date + 1), 0)::numeric");
}

/*
 * CTEs quant and move: Odoo's own sums for the parts, by its own rules: what
 * lies below the view location of the account's warehouse (or of every active
 * warehouse of its company), and open moves that cross that border.  The parts
 * go in as one array, so that only their own quants and moves are read.
 */
static void
add_quant_and_move(StringInfo text, const CartonaLevelsShape *shape)
{
	appendStringInfoString(text,
						   "loc AS MATERIALIZED (\n"
						   "SELECT l.id FROM odoo.stock_location l\n"
						   "WHERE EXISTS (SELECT FROM a JOIN odoo.stock_warehouse w\n"
						   "    ON CASE WHEN a.warehouse_id IS NULL THEN w.active AND w.company_id = a.company_id\n"
						   "      ELSE w.id = a.warehouse_id END\n"
						   "  JOIN odoo.stock_location r ON r.id = w.view_location_id\n"
						   "  WHERE l.parent_path LIKE r.parent_path || '%')),\n"
						   "quant AS MATERIALIZED (\n"
						   "SELECT q.product_id, sum(q.quantity)::numeric AS quantity, sum(q.reserved_quantity)::numeric AS reserved,\n  ");
	add_expired(text, shape);
	appendStringInfoString(text,
						   " AS expired\nFROM a CROSS JOIN odoo.stock_quant q\n"
						   "WHERE q.product_id = ANY (ARRAY(SELECT leaf.id FROM leaf)) AND q.location_id IN (SELECT loc.id FROM loc)\n"
						   "  AND (q.company_id IS NULL OR q.company_id = a.company_id)\n"
						   "GROUP BY q.product_id),\n"
						   "move AS MATERIALIZED (\n"
						   "SELECT m.product_id,\n"
						   "  (sum(m.product_qty) FILTER (WHERE dest.id IS NOT NULL AND src.id IS NULL))::numeric AS incoming,\n"
						   "  (sum(m.product_qty) FILTER (WHERE dest.id IS NULL AND src.id IS NOT NULL))::numeric AS outgoing\n"
						   "FROM a CROSS JOIN odoo.stock_move m\n"
						   "LEFT JOIN loc src ON src.id = m.location_id\n"
						   "LEFT JOIN loc dest ON dest.id = ");
	appendStringInfoString(text,
						   shape->have[HAVE_FINAL_LOCATION] ?
						   "coalesce(m.location_final_id, m.location_dest_id)\n" :
						   "m.location_dest_id\n");
	appendStringInfoString(text,
						   "WHERE m.product_id = ANY (ARRAY(SELECT leaf.id FROM leaf)) AND m.company_id = a.company_id\n"
						   "  AND m.state IN ('waiting', 'confirmed', 'assigned', 'partially_available')\n"
						   "GROUP BY m.product_id)");
}

/* What is there and not expired, and what comes, without what goes. */
static void
add_forecast(StringInfo text, const CartonaLevelsShape *shape)
{
	StringInfoData forecast;

	initStringInfo(&forecast);
	appendStringInfoString(&forecast, "coalesce(quant.quantity, 0) - coalesce(quant.expired, 0) + ");
	add_rounded(&forecast, shape, "coalesce(move.incoming, 0)");
	appendStringInfoString(&forecast, " - ");
	add_rounded(&forecast, shape, "coalesce(move.outgoing, 0)");
	add_rounded(text, shape, forecast.data);
	pfree(forecast.data);
}

/*
 * CTE able: how many of each live product its parts allow.  "limited" is false
 * where no part is kept in stock.
 */
static void
add_able(StringInfo text, const CartonaLevelsShape *shape)
{
	appendStringInfoString(text,
						   "need AS MATERIALIZED (\n"
						   "SELECT root, product_id, sum(qty) AS qty FROM part WHERE bom_id IS NULL GROUP BY root, product_id),\n"
						   "leaf AS MATERIALIZED (\n"
						   "SELECT DISTINCT need.product_id AS id FROM need JOIN live ON live.id = need.root),\n");
	if (!shape->have[HAVE_STOCK])
	{
		appendStringInfoString(text, "able AS (SELECT DISTINCT live.id AS root, false AS limited, 0::numeric AS qty FROM live)");
		return;
	}

	add_quant_and_move(text, shape);
	appendStringInfoString(text,
						   ",\ndemand AS MATERIALIZED (\n"
						   "SELECT need.product_id, sum(draft.qty * need.qty) AS qty\n"
						   "FROM draft JOIN need ON need.root = draft.product_id GROUP BY need.product_id),\n"
						   "onhand AS MATERIALIZED (\n"
						   "SELECT leaf.id, ");
	appendStringInfoString(text,
						   shape->have[HAVE_STORABLE] ?
						   "t.is_storable IS TRUE" :
						   "t.type = 'product'");
	appendStringInfoString(text,
						   " AS storable,\n"
						   "  CASE a.stock_measure\n"
						   "  WHEN 'qty_available' THEN ");
	add_rounded(text, shape, "coalesce(quant.quantity, 0)");
	appendStringInfoString(text, "\n  WHEN 'free_qty' THEN ");
	add_rounded(text, shape, "coalesce(quant.quantity, 0) - coalesce(quant.reserved, 0) - coalesce(quant.expired, 0)");
	appendStringInfoString(text, "\n  ELSE ");
	add_forecast(text, shape);
	appendStringInfoString(text,
						   "\n  END - coalesce(demand.qty, 0) AS qty\n"
						   "FROM a CROSS JOIN leaf\n"
						   "JOIN odoo.product_product p ON p.id = leaf.id\n"
						   "JOIN odoo.product_template t ON t.id = p.product_tmpl_id\n"
						   "JOIN odoo.uom_uom u ON u.id = t.uom_id\n"
						   "LEFT JOIN quant ON quant.product_id = leaf.id\n"
						   "LEFT JOIN move ON move.product_id = leaf.id\n"
						   "LEFT JOIN demand ON demand.product_id = leaf.id),\n"
						   "able AS MATERIALIZED (\n"
						   "SELECT need.root, bool_or(onhand.storable) AS limited,\n"
						   "  min(CASE WHEN need.root = need.product_id THEN onhand.qty ELSE floor(onhand.qty / need.qty) END)\n"
						   "    FILTER (WHERE onhand.storable) AS qty\n"
						   "FROM need JOIN onhand ON onhand.id = need.product_id\n"
						   "GROUP BY need.root)");
}

void
cartona_levels_add_stock(StringInfo text, const CartonaLevelsShape *shape)
{
	add_draft(text, shape);
	appendStringInfoString(text, ",\n");
	add_part(text, shape);
	appendStringInfoString(text, ",\n");
	add_able(text, shape);
}
