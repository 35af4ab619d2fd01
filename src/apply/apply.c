/*-------------------------------------------------------------------------
 *
 * apply.c
 *	  Inbox rows into Odoo, each exactly once.
 *
 * One row, one subtransaction: the customer, the order, its lines, the
 * acknowledgement in the outbox and the row's new state live and die
 * together.  So the acknowledgement can leave only after the order is
 * committed, and a crash at any point leaves either all or nothing.
 *
 * Neighbours: inbox.c stored the rows; order.c writes the order; the outbox
 * carries the acknowledgement; the worker calls cartona_apply_due, a person
 * cartona.create_or_update_order.
 * Transactions: see apply.h; the SQL function works in its caller's.
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
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/timestamp.h"

#include "apply/apply.h"
#include "apply/order.h"
#include "apply/payload.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "base/xact.h"
#include "inbox/inbox.h"
#include "inbox/note.h"
#include "odoo/catalog.h"
#include "odoo/shop.h"

/* More subtransactions in one transaction overflow every snapshot in the cluster. */
#define MAX_ORDERS_PER_XACT 32

typedef struct InboxRow
{
	int64		id;
	int32		account;
	char	   *hashed_id;
	Jsonb	   *payload;
	int32		attempt;
	int32		order_id;		/* 0: none */
	char	   *note;
} InboxRow;

/* What applying a row came to. */
typedef struct Outcome
{
	const char *state;			/* applied, waiting, deleted */
	int32		order_id;		/* 0: none */
	char	   *note;
} Outcome;

#define ROW_COLUMNS "i.id, i.account_id, i.hashed_id, i.payload, i.attempt, i.order_id, i.note"

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
	"SELECT " ROW_COLUMNS " FROM cartona.inbox i"
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

/* $1: account, $2: hashed_id */
static CartonaPlan one_plan = {
	"SELECT " ROW_COLUMNS " FROM cartona.inbox i WHERE i.account_id = $1 AND i.hashed_id = $2 FOR UPDATE",
	2, {INT4OID, TEXTOID}
};

/* $1: id, $2: state, $3: order, $4: note; a row that waits is due when its payload changes */
static CartonaPlan applied_plan = {
	"UPDATE cartona.inbox SET state = $2, order_id = $3, note = $4, error = NULL, attempt = 0,"
	" due_at = CASE WHEN $2 = 'waiting' THEN 'infinity' ELSE due_at END,"
	" applied_at = CASE WHEN $2 = 'applied' THEN coalesce(applied_at, now()) ELSE applied_at END"
	" WHERE id = $1",
	4, {INT8OID, TEXTOID, INT4OID, TEXTOID}
};

/* $1: id, $2: error, $3: seconds until the next attempt */
static CartonaPlan failed_plan = {
	"UPDATE cartona.inbox SET state = 'failed', error = $2, attempt = attempt + 1,"
	" due_at = clock_timestamp() + $3 * interval '1 second' WHERE id = $1",
	3, {INT8OID, TEXTOID, FLOAT8OID}
};

/* $1: order, $2: account, $3: hashed_id */
static CartonaPlan ack_plan = {
	"INSERT INTO cartona.outbox (kind, subject, account_id, status, ref) VALUES ('ack', $1, $2, 'synced', $3)",
	3, {INT4OID, INT4OID, TEXTOID}
};

/*
 * $1: account, $2: hashed_id, $3: order, $4: status, $5: ordered_at,
 * $6: problem.  What Cartona is known to have only moves ahead, or to an end:
 * a page pulled before our own status was accepted is older than what we know.
 */
static CartonaPlan sync_plan = {
	"INSERT INTO cartona.order_sync AS s (account_id, hashed_id, order_id, known_status, known_at, ordered_at, problem)"
	" VALUES ($1, $2, $3, $4, now(), $5, $6)"
	" ON CONFLICT (account_id, hashed_id) DO UPDATE SET order_id = EXCLUDED.order_id,"
	" ordered_at = coalesce(EXCLUDED.ordered_at, s.ordered_at), problem = coalesce(EXCLUDED.problem, s.problem),"
	" known_at = now(),"
	" known_status = CASE WHEN s.known_status IS NULL"
	"  OR coalesce(array_position(ARRAY['pending', 'editing', 'approved', 'assigned_to_salesman', 'delivered', 'returned'], EXCLUDED.known_status), 99)"
	"  >= coalesce(array_position(ARRAY['pending', 'editing', 'approved', 'assigned_to_salesman', 'delivered', 'returned'], s.known_status), 99)"
	"  THEN EXCLUDED.known_status ELSE s.known_status END",
	6, {INT4OID, TEXTOID, INT4OID, TEXTOID, TIMESTAMPTZOID, TEXTOID}
};

/* $1: account, $2: hashed_id; as attach.c made the unique index */
static CartonaQuery existing_query = {
	"SELECT so.id FROM {sale_order} so WHERE coalesce(so.cartona_account_id, 0) = $1 AND so.cartona_id = $2",
	2, {INT4OID, TEXTOID}
};

static Datum
text_or_null(const char *text, char *null)
{
	*null = text ? ' ' : 'n';
	return text ? CStringGetTextDatum(text) : (Datum) 0;
}

static void
read_row(uint64 at, InboxRow *row)
{
	bool		isnull;
	Datum		payload;

	row->id = cartona_spi_int64(at, 1);
	row->account = cartona_spi_int32(at, 2);
	row->hashed_id = cartona_spi_text(at, 3, CurrentMemoryContext);
	payload = cartona_spi_datum(at, 4, &isnull);
	row->payload = (Jsonb *) PG_DETOAST_DATUM_COPY(payload);
	row->attempt = cartona_spi_int32(at, 5);
	row->order_id = cartona_spi_int32(at, 6);
	row->note = cartona_spi_text(at, 7, CurrentMemoryContext);
}

static int32
find_existing(const InboxRow *row)
{
	Datum		values[2];

	values[0] = Int32GetDatum(row->account);
	values[1] = CStringGetTextDatum(row->hashed_id);
	return cartona_query_run(&existing_query, values, NULL) > 0 ? cartona_spi_int32(0, 1) : 0;
}

static void
write_sync(const InboxRow *row, int32 order_id, const char *status, const CartonaOrder *order, const char *problem)
{
	Datum		values[6];
	char		nulls[6];

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int32GetDatum(row->account);
	values[1] = CStringGetTextDatum(row->hashed_id);
	values[2] = Int32GetDatum(order_id);
	values[3] = CStringGetTextDatum(status);
	nulls[4] = order != NULL && order->has_created_at ? ' ' : 'n';
	values[4] = nulls[4] == ' ' ? TimestampTzGetDatum(order->created_at) : (Datum) 0;
	values[5] = text_or_null(problem, &nulls[5]);
	(void) cartona_spi_execute(&sync_plan, values, nulls);
}

static void
write_ack(const InboxRow *row, int32 order_id)
{
	Datum		values[3];

	values[0] = Int32GetDatum(order_id);
	values[1] = Int32GetDatum(row->account);
	values[2] = CStringGetTextDatum(row->hashed_id);
	(void) cartona_spi_execute(&ack_plan, values, NULL);
	cartona_shmem_wake_at_commit();
}

/* An order that is in Odoo already is not made again; what changed is a human's to judge. */
static void
apply_existing(const InboxRow *row, int32 order_id, const char *status, CartonaInbound inbound, Outcome *outcome)
{
	StringInfoData problem;

	initStringInfo(&problem);
	if (row->note != NULL && strstr(row->note, CARTONA_INBOX_CHANGED) != NULL)
		appendStringInfoString(&problem, CARTONA_INBOX_CHANGED);
	if (inbound == CARTONA_INBOUND_CANCELLED)
		appendStringInfo(&problem, "%s%s at Cartona after import", problem.len ? "; " : "", status);
	write_sync(row, order_id, status, NULL, problem.len > 0 ? problem.data : NULL);
	outcome->state = "applied";
	outcome->order_id = order_id;
	outcome->note = row->note;
}

static void
apply_new(const InboxRow *row, const CartonaShop *shop, Outcome *outcome)
{
	CartonaOrder *order = cartona_payload_read(row->hashed_id, row->payload);
	CartonaOrderResult result;

	cartona_order_create(shop, order, &result);
	write_ack(row, result.order_id);
	write_sync(row, result.order_id, order->status, order, result.problem);
	outcome->state = "applied";
	outcome->order_id = result.order_id;
	outcome->note = result.note;
}

/* One row, all of it; throws what is wrong with it. */
static void
apply_row(const InboxRow *row, const CartonaShop *shop, Outcome *outcome)
{
	char	   *status;
	char	   *strange;
	CartonaInbound inbound = cartona_payload_status(row->payload, &status, &strange);
	int32		existing = find_existing(row);
	Datum		values[4];
	char		nulls[4];

	memset(outcome, 0, sizeof(*outcome));
	if (existing != 0)
		apply_existing(row, existing, status, inbound, outcome);
	else if (row->order_id != 0)
	{
		/* deleted in Odoo: making it again would undo what a clerk did */
		outcome->state = "deleted";
		outcome->order_id = row->order_id;
		outcome->note = row->note;
	}
	else if (inbound == CARTONA_INBOUND_WAIT)
	{
		outcome->state = "waiting";
		outcome->note = "the retailer is editing it";
	}
	else if (inbound == CARTONA_INBOUND_CANCELLED)
	{
		outcome->state = "applied";
		outcome->note = psprintf("%s before it was imported: no sales order was made", status);
	}
	else
		apply_new(row, shop, outcome);

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int64GetDatum(row->id);
	values[1] = CStringGetTextDatum(outcome->state);
	nulls[2] = outcome->order_id ? ' ' : 'n';
	values[2] = Int32GetDatum(outcome->order_id);
	values[3] = text_or_null(outcome->note, &nulls[3]);
	(void) cartona_spi_execute(&applied_plan, values, nulls);
}

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
write_failure(const InboxRow *row, const ErrorData *error)
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
try_row(const InboxRow *row, List **shops, MemoryContext batch, MemoryContext scratch)
{
	ResourceOwner owner = CurrentResourceOwner;
	CartonaShop *volatile shop = NULL;
	Outcome		outcome;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(scratch);
	PG_TRY();
	{
		shop = find_shop(shops, row->account, batch);
		apply_row(row, shop, &outcome);
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
apply_batch(MemoryContext batch, MemoryContext scratch, InboxRow **current)
{
	Datum		values[3];
	InboxRow   *rows;
	List	   *shops = NIL;
	int			limit = one_by_one > 0 ? 1 : MAX_ORDERS_PER_XACT;
	int			n;
	int			i;

	here(values);
	values[2] = Int32GetDatum(limit);
	n = (int) cartona_spi_execute(&due_plan, values, NULL);
	/* the rows outlive the transaction, should it fail at commit */
	MemoryContextSwitchTo(batch);
	rows = palloc0((n + 1) * sizeof(InboxRow));
	for (i = 0; i < n; i++)
		read_row(i, &rows[i]);
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
keep_commit_failure(const InboxRow *row, const ErrorData *error)
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
	InboxRow   *volatile current = NULL;
	volatile int n = 0;

	PG_TRY();
	{
		InboxRow   *at = NULL;

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

static CartonaPlan only_account_plan = {
	"SELECT max(a.id), count(*) FROM cartona.account a", 0, {0}
};

static int32
only_account(void)
{
	if (cartona_spi_execute(&only_account_plan, NULL, NULL) != 1 || cartona_spi_int64(0, 2) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("there is no account"),
				 errhint("Call cartona.attach().")));
	if (cartona_spi_int64(0, 2) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there are several accounts: name one"),
				 errhint("cartona.create_or_update_order(payload, account_id)")));
	return cartona_spi_int32(0, 1);
}

/* The row of an order in the inbox, stored and locked. */
static void
store_one(int32 account, Jsonb *payload, InboxRow *row)
{
	CartonaApiOrder order = {0};
	CartonaInboxCount count;
	Datum		values[2];

	order.hashed_id = cartona_payload_hashed_id(payload);
	if (order.hashed_id == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order has no usable hashed_id")));
	order.json = JsonbToCString(NULL, &payload->root, VARSIZE(payload));
	cartona_inbox_store(account, "sql", &order, 1, &count);
	values[0] = Int32GetDatum(account);
	values[1] = CStringGetTextDatum(order.hashed_id);
	if (cartona_spi_execute(&one_plan, values, NULL) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("order \"%s\" could not be stored", order.hashed_id)));
	read_row(0, row);
}

/*
 * cartona.create_or_update_order(payload jsonb, account_id integer) returns
 * sale_order.id, null where no order is made (cancelled, being edited, deleted
 * by a clerk).
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(cartona_create_or_update_order);

Datum
cartona_create_or_update_order(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	MemoryContext caller = CurrentMemoryContext;
	InboxRow	row;
	Outcome		outcome;
	Jsonb	   *payload;
	int32		account;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the order must not be null")));
	payload = PG_GETARG_JSONB_P(0);

	context = AllocSetContextCreate(caller, "cartona create order", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to the SPI manager");
	MemoryContextSwitchTo(context);
	account = PG_ARGISNULL(1) ? only_account() : PG_GETARG_INT32(1);
	store_one(account, payload, &row);
	apply_row(&row, cartona_shop_read(account, context), &outcome);
	SPI_finish();
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);

	if (outcome.order_id == 0 || strcmp(outcome.state, "applied") != 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(outcome.order_id);
}
