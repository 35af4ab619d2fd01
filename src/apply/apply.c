/*-------------------------------------------------------------------------
 *
 * apply.c
 *	  The worker's import: what is due in the inbox, some rows a transaction,
 *	  each row in a subtransaction of its own.
 *
 * Neighbours: inbox.c stored the rows; row.c applies one; the worker calls.
 * Transactions: see apply.h.
 * Memory: one context per row, reset after it; the shop's per transaction.
 * Failure: kept on the row with the next due time.  An error at commit, which
 * no subtransaction can catch, makes the next rows go one by one, so that it
 * meets the row that caused it.
 *
 * IDENTIFICATION
 *	  src/apply/apply.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

#include "apply/apply.h"
#include "apply/row.h"
#include "base/spi.h"
#include "base/xact.h"

/* More subtransactions in one transaction overflow every snapshot in the cluster. */
#define MAX_ORDERS_PER_XACT 32

/*
 * Orders are imported where the account was enabled: a copy of the database
 * must not number and reserve what the original takes.  $1: this system, $2:
 * this database
 */
#define ACCOUNT_IS_ACTIVE_HERE \
	" AND EXISTS (SELECT 1 FROM cartona.account a WHERE a.id = i.account_id AND a.active" \
	" AND a.bound_system = $1 AND a.bound_database = $2)"

/* $3: how many.  In the index's order: rows of one page are due at once, and sorting them costs a look at all. */
static CartonaPlan due_plan = {
	"SELECT " CARTONA_ROW_COLUMNS " FROM cartona.inbox i"
	" WHERE i.state IN ('new', 'failed', 'waiting') AND i.due_at <= now()"
	ACCOUNT_IS_ACTIVE_HERE
	" ORDER BY i.due_at LIMIT $3 FOR UPDATE OF i SKIP LOCKED",
	3, {INT8OID, OIDOID, INT4OID}
};

static CartonaPlan next_due_plan = {
	"SELECT i.due_at FROM cartona.inbox i WHERE i.state IN ('new', 'failed', 'waiting')"
	ACCOUNT_IS_ACTIVE_HERE
	" ORDER BY i.due_at LIMIT 1",
	2, {INT8OID, OIDOID}
};

/* $1: id, $2: error, $3: seconds until the next attempt */
static CartonaPlan failed_plan = {
	"UPDATE cartona.inbox SET state = 'failed', error = $2, attempt = attempt + 1,"
	" due_at = clock_timestamp() + $3 * interval '1 second' WHERE id = $1",
	3, {INT8OID, TEXTOID, FLOAT8OID}
};

/* An error as a clerk reads it. */
static char *
error_text(const ErrorData *error)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfoString(&text, error->message ? error->message : "unknown error");
	if (error->detail != NULL)
		appendStringInfo(&text, " (%s)", error->detail);
	if (error->hint != NULL)
		appendStringInfo(&text, " %s", error->hint);
	return text.data;
}

/*
 * Seconds until the next attempt: what another session's work caused is over
 * soon; what is wrong with the order needs a person, so ever longer up to an
 * hour.
 */
static double
retry_after(const ErrorData *error, int32 attempt)
{
	switch (error->sqlerrcode)
	{
		case ERRCODE_T_R_SERIALIZATION_FAILURE:
		case ERRCODE_T_R_DEADLOCK_DETECTED:
		case ERRCODE_LOCK_NOT_AVAILABLE:
		case ERRCODE_UNIQUE_VIOLATION:
		case ERRCODE_QUERY_CANCELED:
			return 1.0 + Min(attempt, 30);
		default:
			return Min(3600.0, 30.0 * (double) (1 << Min(attempt, 7)));
	}
}

static void
write_failure(const CartonaInboxRow *row, const ErrorData *error)
{
	Datum		values[3];

	values[0] = Int64GetDatum(row->id);
	values[1] = CStringGetTextDatum(error_text(error));
	values[2] = Float8GetDatum(retry_after(error, row->attempt));
	(void) cartona_spi_execute(&failed_plan, values, NULL);
}

/* The shops read in this transaction: orders of one account come together. */
static CartonaShop *
find_shop(List **shops, int32 account, MemoryContext context)
{
	ListCell   *cell;
	CartonaShop *shop;
	MemoryContext old;

	foreach(cell, *shops)
		if (((CartonaShop *) lfirst(cell))->account == account)
		return lfirst(cell);
	shop = cartona_shop_read(account, context);
	old = MemoryContextSwitchTo(context);
	*shops = lappend(*shops, shop);
	MemoryContextSwitchTo(old);
	return shop;
}

/* In its own subtransaction; a failure is kept on the row.  The row's shop, where it could be read. */
static CartonaShop *
try_row(const CartonaInboxRow *row, List **shops, MemoryContext batch, MemoryContext scratch)
{
	ResourceOwner owner = CurrentResourceOwner;
	CartonaShop *volatile shop = NULL;
	CartonaOutcome outcome;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(scratch);
	PG_TRY();
	{
		shop = find_shop(shops, row->account, batch);
		cartona_row_apply(row, shop, &outcome);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(scratch);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		CurrentResourceOwner = owner;
		MemoryContextSwitchTo(scratch);
		write_failure(row, error);
	}
	PG_END_TRY();
	CurrentResourceOwner = owner;
	MemoryContextSwitchTo(batch);
	MemoryContextReset(scratch);
	return shop;
}

/* After a transaction failed as a whole: how many of the next rows go alone. */
static int	one_by_one = 0;

/* When cartona_apply_due last found nothing to do. */
static TimestampTz found_nothing_at = 0;

/* The first two parameters of ACCOUNT_IS_ACTIVE_HERE. */
static void
here(Datum *values)
{
	values[0] = Int64GetDatum((int64) GetSystemIdentifier());
	values[1] = ObjectIdGetDatum(MyDatabaseId);
}

/*
 * One transaction's rows.  A no_gap sequence row stays locked until commit and
 * Odoo does not wait for it, so there the transaction ends after one order.
 */
static int
apply_batch(MemoryContext batch, MemoryContext scratch, CartonaInboxRow **current)
{
	Datum		values[3];
	CartonaInboxRow *rows;
	List	   *shops = NIL;
	int			limit = one_by_one > 0 ? 1 : MAX_ORDERS_PER_XACT;
	int			n;
	int			i;

	here(values);
	values[2] = Int32GetDatum(limit);
	n = (int) cartona_spi_execute(&due_plan, values, NULL);
	/* the rows outlive the transaction, should it fail at commit */
	MemoryContextSwitchTo(batch);
	rows = palloc0((n + 1) * sizeof(CartonaInboxRow));
	for (i = 0; i < n; i++)
		cartona_row_read(i, &rows[i]);
	for (i = 0; i < n; i++)
	{
		CartonaShop *shop;

		CHECK_FOR_INTERRUPTS();
		*current = &rows[i];
		shop = try_row(&rows[i], &shops, batch, scratch);
		if (shop != NULL && shop->no_gap)
			return i + 1;
	}
	return n;
}

/* A transaction failed as a whole on this row alone: keep the reason in another. */
static void
keep_commit_failure(const CartonaInboxRow *row, const ErrorData *error)
{
	cartona_xact_begin("cartona: keeping why an order was not taken");
	write_failure(row, error);
	cartona_xact_commit();
}

int
cartona_apply_due(void)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext batch = AllocSetContextCreate(TopMemoryContext, "cartona apply", ALLOCSET_DEFAULT_SIZES);
	MemoryContext scratch = AllocSetContextCreate(batch, "cartona apply row", ALLOCSET_DEFAULT_SIZES);
	CartonaInboxRow *volatile current = NULL;
	volatile int n = 0;

	PG_TRY();
	{
		CartonaInboxRow *at = NULL;

		cartona_xact_begin("cartona: applying orders");
		n = apply_batch(batch, scratch, &at);
		current = at;
		cartona_xact_commit();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(batch);
		error = CopyErrorData();
		FlushErrorState();
		cartona_xact_abort();
		MemoryContextSwitchTo(caller);
		if (one_by_one > 0 && current != NULL)
			keep_commit_failure(current, error);
		else if (current == NULL)
			ReThrowError(error);
		else
			one_by_one = MAX_ORDERS_PER_XACT + 1;
		n = 1;
	}
	PG_END_TRY();

	if (one_by_one > 0)
		one_by_one--;
	if (n == 0)
		found_nothing_at = GetCurrentTimestamp();
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(batch);
	return n;
}

TimestampTz
cartona_apply_next_due(void)
{
	Datum		values[2];
	TimestampTz due;
	bool		isnull;

	here(values);
	if (cartona_spi_execute(&next_due_plan, values, NULL) == 0)
		return PG_INT64_MAX;
	due = DatumGetTimestampTz(cartona_spi_datum(0, 1, &isnull));

	/*
	 * A row that is due, but was not found due a moment ago, is locked by
	 * another session: look again in a second rather than at once.
	 */
	return Max(due, found_nothing_at + USECS_PER_SEC);
}
