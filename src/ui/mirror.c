/*-------------------------------------------------------------------------
 *
 * mirror.c
 *	  Keeps the columns Odoo can show equal to ours.
 *
 * Odoo gives a field that no module defines a name that begins with x_; the
 * integration guide's names (cartona_id, delivered_by) stay the truth.  This
 * BEFORE row trigger copies one to the other, whichever was written.
 *
 * Neighbours: ui_install() creates the triggers; capture.c's triggers run
 * after it and see our columns as they will be.
 * Transactions: the writer's; nothing is read but the row itself.
 * Memory: the trigger's.
 * Failure: never raises.  A column that is not there, or is of another type
 * (an administrator may have dropped Odoo's field), is left alone.
 *
 * IDENTIFICATION
 *	  src/ui/mirror.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/datum.h"
#include "utils/rel.h"

PG_FUNCTION_INFO_V1(cartona_sql_mirror);

/* The same text, or both null? */
static bool
same(Datum a, bool a_null, Datum b, bool b_null)
{
	if (a_null || b_null)
		return a_null && b_null;
	return datum_image_eq(a, b, false, -1);
}

static bool
is_text(TupleDesc desc, int attnum)
{
	Oid			type = attnum > 0 ? TupleDescAttr(desc, attnum - 1)->atttypid : InvalidOid;

	return type == VARCHAROID || type == TEXTOID;
}

/* Make the two columns of "row" equal; the row itself where they are. */
static HeapTuple
mirror(TupleDesc desc, HeapTuple row, HeapTuple old, int truth, int shown)
{
	Datum		t,
				s;
	bool		t_null,
				s_null;
	int			target = shown;

	t = heap_getattr(row, truth, desc, &t_null);
	s = heap_getattr(row, shown, desc, &s_null);
	if (same(t, t_null, s, s_null))
		return row;
	if (old == NULL)
	{
		/* a new row: whoever made it gave one of them */
		if (t_null)
			target = truth;
	}
	else
	{
		Datum		old_t,
					old_s;
		bool		old_t_null,
					old_s_null;

		old_t = heap_getattr(old, truth, desc, &old_t_null);
		old_s = heap_getattr(old, shown, desc, &old_s_null);
		if (same(t, t_null, old_t, old_t_null) && !same(s, s_null, old_s, old_s_null))
			target = truth;
	}
	if (target == truth)
		return heap_modify_tuple_by_cols(row, desc, 1, &truth, &s, &s_null);
	return heap_modify_tuple_by_cols(row, desc, 1, &shown, &t, &t_null);
}

/* cartona.mirror(ours, Odoo's, ...) */
Datum
cartona_sql_mirror(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	HeapTuple	row;
	HeapTuple	old = NULL;
	int			i;

	/* called as anything else it does nothing */
	if (!CALLED_AS_TRIGGER(fcinfo))
		PG_RETURN_NULL();
	if (!TRIGGER_FIRED_BEFORE(data->tg_event) || !TRIGGER_FIRED_FOR_ROW(data->tg_event))
		PG_RETURN_POINTER(data->tg_trigtuple);
	row = data->tg_trigtuple;
	if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
	{
		old = data->tg_trigtuple;
		row = data->tg_newtuple;
	}
	else if (!TRIGGER_FIRED_BY_INSERT(data->tg_event))
		PG_RETURN_POINTER(row);
	for (i = 0; i + 1 < data->tg_trigger->tgnargs; i += 2)
	{
		TupleDesc	desc = RelationGetDescr(data->tg_relation);
		int			truth = SPI_fnumber(desc, data->tg_trigger->tgargs[i]);
		int			shown = SPI_fnumber(desc, data->tg_trigger->tgargs[i + 1]);

		if (is_text(desc, truth) && is_text(desc, shown))
			row = mirror(desc, row, old, truth, shown);
	}
	PG_RETURN_POINTER(row);
}
