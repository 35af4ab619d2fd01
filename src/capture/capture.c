/*-------------------------------------------------------------------------
 *
 * capture.c
 *	  Row triggers on Odoo's tables: what changed goes into the outbox.
 *
 * Neighbours: attach_table.c creates the triggers (its table says which columns
 * matter); drain.c takes the rows from the outbox.
 * Transactions: Odoo's own, REPEATABLE READ, with savepoints.  A trigger only
 * INSERTs, into a table no user transaction updates: nobody waits for it and
 * it waits for nobody.  The worker is woken when the transaction commits.
 * Rights: the row is inserted as the outbox's owner, as referential triggers
 * do, so that no missing GRANT can fail a clerk's click.
 * Decisions: only OLD and NEW of the trigger's own row are looked at.  A filter
 * on another table (is the product mapped? is the account active?) would lose
 * changes made at the same time as the mapping; the worker drops what is not
 * needed.
 * Failure: nothing here raises; what an INSERT itself can throw (disk full)
 * would fail Odoo's own write as well.
 *
 * IDENTIFICATION
 *	  src/capture/capture.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/settings.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "base/xact.h"
#include "capture/capture.h"
#include "cartona/rule.h"
#include "config/guard.h"

PG_FUNCTION_INFO_V1(cartona_sql_capture);
PG_FUNCTION_INFO_V1(cartona_sql_capture_line);
PG_FUNCTION_INFO_V1(cartona_sql_capture_order);
PG_FUNCTION_INFO_V1(cartona_sql_capture_picking);

bool		cartona_capture_importing = false;

/* One outbox row; texts may be NULL. */
static void
enqueue(const char *kind, int64 subject, int32 account_id, const char *status, const char *ref)
{
	static CartonaPlan plan = {
		"INSERT INTO cartona.outbox (kind, subject, account_id, status, ref) VALUES ($1, $2, $3, $4, $5)",
		5, {TEXTOID, INT8OID, INT4OID, TEXTOID, TEXTOID}
	};
	Datum		values[5];
	char		nulls[5] = {' ', ' ', ' ', ' ', ' '};
	Oid			owner = cartona_extension_owner();
	CartonaUser saved;

	if (!OidIsValid(owner))
		return;

	SPI_connect();
	values[0] = CStringGetTextDatum(kind);
	values[1] = Int64GetDatum(subject);
	values[2] = Int32GetDatum(account_id);
	if (account_id == 0)
		nulls[2] = 'n';
	values[3] = status ? CStringGetTextDatum(status) : (Datum) 0;
	if (status == NULL)
		nulls[3] = 'n';
	values[4] = ref ? CStringGetTextDatum(ref) : (Datum) 0;
	if (ref == NULL)
		nulls[4] = 'n';
	cartona_user_become(owner, &saved);
	cartona_spi_execute(&plan, values, nulls);
	cartona_user_restore(&saved);
	SPI_finish();

	cartona_shmem_wake_at_commit();
}

/* An integer column of a row; false when the column is missing, null or no integer. */
static bool
get_id(HeapTuple tuple, TupleDesc desc, const char *column, int64 *id)
{
	int			attnum = SPI_fnumber(desc, column);
	bool		isnull;
	Datum		value;

	if (attnum <= 0)
		return false;
	value = SPI_getbinval(tuple, desc, attnum, &isnull);
	if (isnull)
		return false;
	switch (TupleDescAttr(desc, attnum - 1)->atttypid)
	{
		case INT4OID:
			*id = DatumGetInt32(value);
			return true;
		case INT8OID:
			*id = DatumGetInt64(value);
			return true;
		default:
			return false;
	}
}

/* A column as text; NULL when it is missing, null or empty. */
static char *
get_text(HeapTuple tuple, TupleDesc desc, const char *column)
{
	int			attnum = SPI_fnumber(desc, column);
	char	   *text;

	if (attnum <= 0)
		return NULL;
	text = SPI_getvalue(tuple, desc, attnum);
	return (text == NULL || text[0] == '\0') ? NULL : text;
}

/* Does a column differ between two versions of a row?  A column that is not there does not. */
static bool
differs(HeapTuple old, HeapTuple new, TupleDesc desc, const char *column)
{
	int			attnum = SPI_fnumber(desc, column);
	bool		old_null;
	bool		new_null;
	Datum		old_value;
	Datum		new_value;
	Form_pg_attribute attr;

	if (attnum <= 0)
		return false;
	old_value = SPI_getbinval(old, desc, attnum, &old_null);
	new_value = SPI_getbinval(new, desc, attnum, &new_null);
	if (old_null || new_null)
		return old_null != new_null;
	attr = TupleDescAttr(desc, attnum - 1);
	return !datum_image_eq(old_value, new_value, attr->attbyval, attr->attlen);
}

/* A row of an imported order on its way in? */
static bool
is_imported(FunctionCallInfo fcinfo)
{
	TriggerData *data = (TriggerData *) fcinfo->context;

	return cartona_capture_importing && CALLED_AS_TRIGGER(fcinfo) && TRIGGER_FIRED_BY_INSERT(data->tg_event);
}

/* Fired as a row trigger AFTER the change, in a database that is not a copy? */
static bool
must_capture(FunctionCallInfo fcinfo)
{
	TriggerData *data = (TriggerData *) fcinfo->context;

	return CALLED_AS_TRIGGER(fcinfo) &&
		TRIGGER_FIRED_AFTER(data->tg_event) &&
		TRIGGER_FIRED_FOR_ROW(data->tg_event) &&
		cartona_guard_is_home();
}

/* The row versions of the event: either can be NULL. */
static void
row_versions(TriggerData *data, HeapTuple *old, HeapTuple *new)
{
	bool		updated = TRIGGER_FIRED_BY_UPDATE(data->tg_event);

	*new = updated ? data->tg_newtuple :
		TRIGGER_FIRED_BY_INSERT(data->tg_event) ? data->tg_trigtuple : NULL;
	*old = TRIGGER_FIRED_BY_INSERT(data->tg_event) ? NULL : data->tg_trigtuple;
}

/* The subject of the old row, and of the new one where it is another. */
static void
enqueue_subjects(const char *kind, const char *column, HeapTuple old, HeapTuple new, TupleDesc desc)
{
	int64		old_id = 0;
	int64		new_id = 0;
	bool		has_old = old != NULL && get_id(old, desc, column, &old_id);
	bool		has_new = new != NULL && get_id(new, desc, column, &new_id);

	if (has_new)
		enqueue(kind, new_id, 0, NULL, NULL);
	if (has_old && !(has_new && old_id == new_id))
		enqueue(kind, old_id, 0, NULL, NULL);
}

/*
 * cartona.capture(kind, subject column, watched columns...): the subject is
 * enqueued when a row comes, goes, or changes in a watched column.
 */
Datum
cartona_sql_capture(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	Trigger    *trigger;
	TupleDesc	desc;
	HeapTuple	old;
	HeapTuple	new;
	bool		changed;
	int			i;

	if (!must_capture(fcinfo))
		return PointerGetDatum(NULL);
	trigger = data->tg_trigger;
	if (trigger->tgnargs < 2)
		return PointerGetDatum(NULL);

	desc = RelationGetDescr(data->tg_relation);
	row_versions(data, &old, &new);
	changed = old == NULL || new == NULL;
	for (i = 1; i < trigger->tgnargs && !changed; i++)
		changed = differs(old, new, desc, trigger->tgargs[i]);
	if (changed)
		enqueue_subjects(trigger->tgargs[0], trigger->tgargs[1], old, new, desc);
	return PointerGetDatum(NULL);
}

/* A confirmed order, or a line of one: what changes on it, Cartona may have to be told. */
static bool
is_confirmed(const char *state)
{
	return state != NULL && (strcmp(state, "sale") == 0 || strcmp(state, "done") == 0);
}

/* What is not delivered from stock somebody enters as delivered; the rest the transfers tell. */
static bool
is_entered_as_delivered(HeapTuple old, HeapTuple new, TupleDesc desc)
{
	char	   *method = get_text(new, desc, "qty_delivered_method");

	return (method == NULL || strcmp(method, "stock_move") != 0) && differs(old, new, desc, "qty_delivered");
}

/*
 * A line of Cartona's that changes on a confirmed order, or goes: the order is
 * to be compared.  That a clerk adds a line shows in the order's sums.
 */
static void
compare_order_of_line(HeapTuple old, HeapTuple new, TupleDesc desc)
{
	int64		order;

	if (old == NULL || !is_confirmed(get_text(new ? new : old, desc, "state")) ||
		!get_id(new ? new : old, desc, "order_id", &order))
		return;
	if (new == NULL ||
		differs(old, new, desc, "product_id") ||
		differs(old, new, desc, "product_uom_qty") ||
		differs(old, new, desc, "price_unit") ||
		differs(old, new, desc, "discount") ||
		is_entered_as_delivered(old, new, desc))
		enqueue("order_change", order, 0, NULL, NULL);
}

/*
 * cartona.capture_line(): a line of an imported order holds stock back while
 * the order is a draft, so its product is due when the line changes.
 */
Datum
cartona_sql_capture_line(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	TupleDesc	desc;
	HeapTuple	old;
	HeapTuple	new;

	if (is_imported(fcinfo) || !must_capture(fcinfo))
		return PointerGetDatum(NULL);

	desc = RelationGetDescr(data->tg_relation);
	row_versions(data, &old, &new);
	if (get_text(new ? new : old, desc, "cartona_line_id") == NULL)
		return PointerGetDatum(NULL);
	if (old == NULL || new == NULL ||
		differs(old, new, desc, "product_id") ||
		differs(old, new, desc, "product_uom_qty") ||
		differs(old, new, desc, "product_uom") ||
		differs(old, new, desc, "product_uom_id"))
		enqueue_subjects("product", "product_id", old, new, desc);
	compare_order_of_line(old, new, desc);
	return PointerGetDatum(NULL);
}

/*
 * cartona.capture_picking(): a transfer that is ready, done, cancelled or gone
 * may make its sales order delivered, or shipped.  Whose order that is and what
 * else is open the worker finds out.
 */
Datum
cartona_sql_capture_picking(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	TupleDesc	desc;
	HeapTuple	old;
	HeapTuple	new;
	char	   *state;
	int64		order;

	if (!must_capture(fcinfo))
		return PointerGetDatum(NULL);
	desc = RelationGetDescr(data->tg_relation);
	row_versions(data, &old, &new);
	if (!get_id(new ? new : old, desc, "sale_id", &order))
		return PointerGetDatum(NULL);
	if (new != NULL)
	{
		state = get_text(new, desc, "state");
		if (state == NULL ||
			(strcmp(state, "assigned") != 0 && strcmp(state, "done") != 0 && strcmp(state, "cancel") != 0) ||
			(old != NULL && !differs(old, new, desc, "state") && !differs(old, new, desc, "sale_id")))
			return PointerGetDatum(NULL);
	}
	enqueue("order_change", order, 0, NULL, NULL);
	return PointerGetDatum(NULL);
}

/* Is the transaction's cause this very order? */
static bool
caused_by(int64 order_id)
{
	char		id[32];

	if (cartona_guc_cause == NULL || cartona_guc_cause[0] == '\0')
		return false;
	snprintf(id, sizeof(id), INT64_FORMAT, order_id);
	return strcmp(id, cartona_guc_cause) == 0;
}

/*
 * What the rule needs to know of an Odoo state.  What it is called at Cartona is in
 * status_map, which no trigger looks at: here it is a cancellation or none.
 */
static const char *
rule_status(const char *state)
{
	return strcmp(state, "cancel") == 0 ? "cancelled" : state;
}

/*
 * cartona.capture_order(): the state of an order from Cartona changed, or the
 * order is gone.  Who may report it is on the row itself (delivered_by: an
 * order that Cartona delivers reports only its cancellation); the worker checks
 * again before it sends.  A draft holds back stock, so an import, a state change
 * and an edit concern the order's products: kind order implies them,
 * order_products is for them alone.
 */
Datum
cartona_sql_capture_order(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	TupleDesc	desc;
	HeapTuple	old;
	HeapTuple	new;
	HeapTuple	row;
	char	   *hashed_id;
	char	   *state;
	char	   *delivered_by;
	int64		id;
	int64		account = 0;

	if (is_imported(fcinfo) || !must_capture(fcinfo))
		return PointerGetDatum(NULL);

	desc = RelationGetDescr(data->tg_relation);
	row_versions(data, &old, &new);
	row = new ? new : old;
	hashed_id = get_text(row, desc, "cartona_id");
	if (hashed_id == NULL || !get_id(row, desc, "id", &id))
		return PointerGetDatum(NULL);
	(void) get_id(row, desc, "cartona_account_id", &account);
	state = get_text(row, desc, "state");

	if (old == NULL)
		enqueue("order_products", id, (int32) account, NULL, hashed_id);
	else if (new == NULL)
		enqueue("order_deleted", id, (int32) account, state, hashed_id);
	else if (state != NULL && differs(old, new, desc, "state"))
	{
		delivered_by = get_text(row, desc, "delivered_by");
		if (caused_by(id) || !cartona_rule_allows(delivered_by, CARTONA_TO_CARTONA, rule_status(state)))
			enqueue("order_products", id, (int32) account, NULL, hashed_id);
		else
			enqueue("order", id, (int32) account, state, hashed_id);
	}

	/*
	 * Odoo sums an order up again when one of its lines changes, whoever's
	 * line it is.
	 */
	else if (differs(old, new, desc, "amount_untaxed") || differs(old, new, desc, "amount_total") ||
			 differs(old, new, desc, "warehouse_id") || differs(old, new, desc, "company_id"))
	{
		enqueue("order_products", id, (int32) account, NULL, hashed_id);
		if (is_confirmed(state))
			enqueue("order_change", id, 0, NULL, NULL);
	}
	else if (is_confirmed(state) && get_text(row, desc, "cartona_otp") != NULL && differs(old, new, desc, "cartona_otp"))
		enqueue("order_change", id, 0, NULL, NULL);
	return PointerGetDatum(NULL);
}
