/*-------------------------------------------------------------------------
 *
 * apply.c
 *	  The worker's import: what is due in the inbox, a batch a transaction.
 *
 * Neighbours: inbox.c stored the rows; row.c applies them; the worker calls.
 * Transactions: see apply.h.
 * Memory: one context per batch, a child of it per attempt.
 * Failure: kept on the row with the next due time.  An error at commit, which
 * no subtransaction can catch, makes the next transactions smaller, a lock that
 * somebody holds makes the next rows go alone, until they meet the row that
 * caused it.
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
#define MAX_SUBTRANSACTIONS 32

/*
 * Orders per transaction: as many as take a quarter of a second, because
 * statuses wait for it; but not few, because what a transaction costs in itself
 * is much more than an order does.
 */
#define SMALLEST_BATCH 64
#define LARGEST_BATCH 256
#define LONGEST_BATCH_MS 250

/* And as many as have this much to say: a page may be an order of 32 MB, and memory is not only ours. */
#define LARGEST_BATCH_BYTES (32 * 1024 * 1024)

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
	cartona_row_fail(row, error_text(error), retry_after(error, row->attempt));
}

/* Somebody else holds what the rows need: nothing is wrong with any of them. */
static bool
is_blocked(const ErrorData *error)
{
	return error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
		error->sqlerrcode == ERRCODE_T_R_DEADLOCK_DETECTED ||
		error->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE;
}

/* One transaction's work. */
typedef struct Batch
{
	MemoryContext context;		/* lives as long as the batch */
	MemoryContext scratch;		/* of one attempt */
	CartonaInboxRow *rows;
	int			n;
	int			kept;			/* subtransactions */
	bool		blocked;		/* by a lock somebody holds */
	bool		no_gap;
} Batch;

/* Rows of one account, and how far they are. */
typedef struct AccountRows
{
	Batch	   *batch;
	int32		account;
	CartonaShop *shop;
	CartonaInboxRow **rows;
	int			n;
} AccountRows;

static bool
prepare(void *arg)
{
	AccountRows *group = arg;

	group->shop = cartona_shop_read(group->account, group->batch->context);
	cartona_row_classify(group->account, group->rows, group->n);
	return true;
}

static bool
apply(void *arg)
{
	AccountRows *group = arg;
	int			i;

	cartona_row_apply(group->shop, group->rows, group->n);
	for (i = 0; i < group->n; i++)
		if (group->rows[i]->error != NULL)
			return false;
	return true;
}

/* Keep the errors of rows that have one; the others stay in the group. */
static void
take_out_failed(AccountRows *group)
{
	int			n = 0;
	int			i;

	for (i = 0; i < group->n; i++)
	{
		if (group->rows[i]->error != NULL)
			write_failure(group->rows[i], group->rows[i]->error);
		else
			group->rows[n++] = group->rows[i];
	}
	group->n = n;
}

/*
 * All rows of a group in one subtransaction; where that fails and nobody says
 * which row is to blame, half of them and the other half, until the culprit
 * stands alone.
 */
static void
apply_group(AccountRows *group)
{
	Batch	   *batch = group->batch;
	AccountRows half = *group;
	ErrorData  *error;
	bool		kept;

	CHECK_FOR_INTERRUPTS();
	if (group->n == 0 || batch->blocked || batch->kept == MAX_SUBTRANSACTIONS)
		return;
	MemoryContextReset(batch->scratch);
	MemoryContextSwitchTo(batch->scratch);
	kept = cartona_xact_try(apply, group, &error);
	MemoryContextSwitchTo(batch->context);
	if (kept)
		batch->kept++;
	else if (error == NULL)
	{
		take_out_failed(group);
		apply_group(group);
	}
	else if (group->n == 1)
		write_failure(group->rows[0], error);
	else if (is_blocked(error))
		batch->blocked = true;
	else
	{
		half.n = group->n / 2;
		apply_group(&half);
		half.rows = group->rows + half.n;
		half.n = group->n - half.n;
		apply_group(&half);
	}
}

/*
 * The rows of one account.  A no_gap sequence row stays locked until commit and
 * Odoo does not wait for it, so there the transaction ends after one order.
 */
static void
apply_account(Batch *batch, int32 account)
{
	AccountRows group = {batch, account};
	ErrorData  *error;
	int			i;

	group.rows = palloc((batch->n + 1) * sizeof(CartonaInboxRow *));
	for (i = 0; i < batch->n; i++)
		if (batch->rows[i].account == account)
			group.rows[group.n++] = &batch->rows[i];
	if (!cartona_xact_try(prepare, &group, &error))
	{
		if (is_blocked(error) && group.n > 1)
			batch->blocked = true;
		for (i = 0; i < group.n && !batch->blocked; i++)
			write_failure(group.rows[i], error);
		return;
	}
	batch->no_gap = group.shop->no_gap;
	if (batch->no_gap)
		group.n = 1;
	take_out_failed(&group);
	apply_group(&group);
}

/* The first row of its account among them? */
static bool
is_first(const Batch *batch, int at)
{
	int			i;

	for (i = 0; i < at; i++)
		if (batch->rows[i].account == batch->rows[at].account)
			return false;
	return true;
}

/* How many rows the next transaction takes. */
static int	batch_size = SMALLEST_BATCH;

/* After a lock: how many of the next rows go alone. */
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

static void
apply_batch(Batch *batch)
{
	Datum		values[3];
	Size		bytes = 0;
	int			n;
	int			i;

	here(values);
	values[2] = Int32GetDatum(one_by_one > 0 ? 1 : batch_size);
	n = (int) cartona_spi_execute(&due_plan, values, NULL);
	/* the rows outlive the transaction, should it fail at commit */
	MemoryContextSwitchTo(batch->context);
	batch->rows = palloc0((n + 1) * sizeof(CartonaInboxRow));
	for (i = 0; i < n && bytes < LARGEST_BATCH_BYTES; i++)
	{
		cartona_row_read(i, &batch->rows[i]);
		bytes += VARSIZE(batch->rows[i].payload);
	}
	batch->n = n = i;
	for (i = 0; i < n && !batch->no_gap; i++)
		if (is_first(batch, i))
			apply_account(batch, batch->rows[i].account);
}

/* A batch has taken this long. */
static void
learn_batch_size(const Batch *batch, TimestampTz start)
{
	long		ms = TimestampDifferenceMilliseconds(start, GetCurrentTimestamp());

	if (batch->no_gap)
		batch_size = 1;
	else if (ms > LONGEST_BATCH_MS && batch_size > SMALLEST_BATCH)
		batch_size = Max(batch_size / 2, SMALLEST_BATCH);
	else if (batch->n == batch_size && (ms < LONGEST_BATCH_MS / 2 || batch_size < SMALLEST_BATCH))
		batch_size = Min(batch_size * 2, LARGEST_BATCH);
}

/* A transaction failed as a whole on this row alone: keep the reason in another. */
static void
keep_commit_failure(const CartonaInboxRow *row, const ErrorData *error)
{
	cartona_xact_begin("cartona: keeping why an order was not taken");
	write_failure(row, error);
	cartona_xact_commit();
}

/*
 * The transaction failed as a whole, at its commit unless "n" is 0: a deferred
 * constraint, which no subtransaction meets.  Smaller ones meet the culprit.
 */
static void
batch_failed(const Batch *batch, ErrorData *error)
{
	if (batch->n == 0)
		ReThrowError(error);
	if (batch->n == 1)
		keep_commit_failure(&batch->rows[0], error);
	else
		batch_size = batch->n / 2;
}

int
cartona_apply_due(void)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "cartona apply", ALLOCSET_DEFAULT_SIZES);
	Batch	   *batch = MemoryContextAllocZero(context, sizeof(Batch));
	TimestampTz start = GetCurrentTimestamp();
	int			n;

	batch->context = context;
	batch->scratch = AllocSetContextCreate(context, "cartona apply attempt", ALLOCSET_DEFAULT_SIZES);
	PG_TRY();
	{
		cartona_xact_begin("cartona: applying orders");
		apply_batch(batch);
		cartona_xact_commit();
		learn_batch_size(batch, start);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		cartona_xact_abort();
		MemoryContextSwitchTo(caller);
		batch_failed(batch, error);
	}
	PG_END_TRY();

	if (one_by_one > 0)
		one_by_one--;
	n = batch->n;
	if (batch->blocked)
	{
		/* whoever holds the lock may keep it from some of them only */
		one_by_one = n;
		n = 0;
	}
	if (n == 0)
		found_nothing_at = GetCurrentTimestamp();
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);
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
