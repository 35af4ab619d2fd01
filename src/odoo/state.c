/*-------------------------------------------------------------------------
 *
 * state.c
 *	  The state of a sales order, written without Odoo (apply_status 'sql').
 *
 * For databases in which no Odoo runs.  Confirming in Odoo writes the state and
 * the date into the order; the lines repeat the state, and what is to be
 * invoiced follows from it (of products invoiced as ordered; those invoiced as
 * delivered wait for that).  The deliveries that Odoo makes are not made here.
 *
 * Neighbours: apply/target.c decides; editor.c writes.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/odoo/state.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "odoo/catalog.h"
#include "odoo/editor.h"
#include "odoo/state.h"

#define UTC_NOW "(now() AT TIME ZONE 'UTC')"

/* $1: order.  A clerk who has it is never waited for. */
static CartonaQuery lock_query = {
	"SELECT o.id, coalesce((SELECT d.res_id FROM {ir_model_data} d WHERE d.module = 'base' AND d.name = 'user_root'), 1)"
	" FROM {sale_order} o WHERE o.id = $1 FOR UPDATE OF o SKIP LOCKED",
	1, {INT4OID}
};

/* $1: order, $2: state, $3: user */
static const CartonaEdit order_edits[] = {
	{"state", "$2"},
	{"invoice_status", "CASE WHEN $2 = 'sale' AND EXISTS (SELECT FROM {sale_order_line} l"
	" WHERE l.order_id = t.id AND l.invoice_status = 'to invoice') THEN 'to invoice' ELSE 'no' END"},
	{"date_order", "CASE WHEN $2 = 'sale' THEN date_trunc('second', " UTC_NOW ") ELSE t.date_order END"},
	{"write_uid", "$3"},
	{"write_date", UTC_NOW},
	{NULL}
};

static CartonaEditor order_editor = {
	"sale_order", order_edits, "t.id = $1", 3, {INT4OID, TEXTOID, INT4OID}
};

/* Is something of the line to be invoiced as soon as it is ordered? */
#define INVOICED_AS_ORDERED \
	"$2 = 'sale' AND t.display_type IS NULL AND t.product_uom_qty > 0 AND EXISTS (SELECT FROM {product_product} p" \
	" JOIN {product_template} pt ON pt.id = p.product_tmpl_id WHERE p.id = t.product_id" \
	" AND coalesce({pt.product_template.invoice_policy|'order'}, 'order') = 'order')"

static const CartonaEdit line_edits[] = {
	{"state", "$2"},
	{"invoice_status", "CASE WHEN " INVOICED_AS_ORDERED " THEN 'to invoice' ELSE 'no' END"},
	{"qty_to_invoice", "CASE WHEN " INVOICED_AS_ORDERED " THEN t.product_uom_qty ELSE 0 END"},
	{"untaxed_amount_to_invoice", "CASE WHEN " INVOICED_AS_ORDERED " THEN t.price_subtotal ELSE 0 END"},
	{"write_uid", "$3"},
	{"write_date", UTC_NOW},
	{NULL}
};

static CartonaEditor line_editor = {
	"sale_order_line", line_edits, "t.order_id = $1", 3, {INT4OID, TEXTOID, INT4OID}
};

bool
cartona_state_write(int32 order_id, const char *state)
{
	Datum		values[3];

	values[0] = Int32GetDatum(order_id);
	if (cartona_query_run_latest(&lock_query, values, NULL) == 0)
		return false;
	values[2] = Int32GetDatum(cartona_spi_int32(0, 2));
	values[1] = CStringGetTextDatum(state);
	cartona_editor_cause(order_id);
	(void) cartona_editor_run(&line_editor, values, NULL);
	(void) cartona_editor_run(&order_editor, values, NULL);
	cartona_editor_cause(0);
	return true;
}
