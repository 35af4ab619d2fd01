/*-------------------------------------------------------------------------
 *
 * packaging.h
 *	  The packaging that Odoo 15 to 18 enter by themselves on a line, as SQL
 *	  with braces as in catalog.h; where there is no table of packagings: null.
 *
 * Odoo takes the largest packaging of the product, one for sales, of which the
 * quantity is a whole number; its company is the product's, where that has one,
 * and the order's.  Only for a line in the product's own unit.
 *
 * Neighbours: columns.c for new lines, existing.c for edited ones.
 *
 * IDENTIFICATION
 *	  src/odoo/packaging.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_PACKAGING_H
#define CARTONA_PACKAGING_H

/* "what" of the packaging "pk"; the others are expressions of the line's. */
#define CARTONA_PACKAGING(what, product, uom, quantity, company) \
	"{?product_packaging|(SELECT " what " FROM {product_packaging} pk JOIN {product_product} kp ON kp.id = pk.product_id" \
	" JOIN {product_template} kt ON kt.id = kp.product_tmpl_id" \
	" WHERE pk.product_id = " product " AND kt.uom_id = " uom " AND {pk.product_packaging.sales|true} AND pk.qty > 0" \
	" AND " quantity " > 0 AND mod(" quantity ", pk.qty::numeric) = 0" \
	" AND (kt.company_id IS NULL OR kt.company_id = pk.company_id) AND (pk.company_id IS NULL OR pk.company_id = " company ")" \
	" ORDER BY pk.qty DESC, pk.sequence, pk.id LIMIT 1)|NULL}"

/* How many of the packaging "id" the quantity is. */
#define CARTONA_PACKAGING_COUNT(id, quantity) \
	"{?product_packaging|(SELECT round(" quantity " / pk.qty::numeric / {ku.uom_uom.rounding|0.01}) * {ku.uom_uom.rounding|0.01}" \
	" FROM {product_packaging} pk JOIN {product_product} kp ON kp.id = pk.product_id" \
	" JOIN {product_template} kt ON kt.id = kp.product_tmpl_id JOIN {uom_uom} ku ON ku.id = kt.uom_id" \
	" WHERE pk.id = " id " AND pk.qty > 0)|NULL}"

#endif							/* CARTONA_PACKAGING_H */
