/*-------------------------------------------------------------------------
 *
 * state.c
 *	  The state of a sales order, written without Odoo (apply_status 'sql').
 *
 * For databases in which no Odoo runs.  Confirming in Odoo writes the state and
 * the date into the order; the lines repeat the state, and what is to be
 * invoiced follows from it.  The deliveries that Odoo makes are not made here.
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
	{"date_order", "CASE WHEN $2 = 'sale' THEN date_trunc('second', " UTC_NOW ") ELSE t.date_order END"},
	{"write_uid", "$3"},
	{"write_date", UTC_NOW},
	{NULL}
};

static CartonaEditor order_editor = {
	"sale_order", order_edits, "t.id = $1", 3, {INT4OID, TEXTOID, INT4OID}
};

static const CartonaEdit line_edits[] = {
	{"state", "$2"},
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
	(void) cartona_editor_run(&order_editor, values, NULL);
	(void) cartona_editor_run(&line_editor, values, NULL);
	cartona_editor_cause(0);
	return true;
}
