/*-------------------------------------------------------------------------
 *
 * kept.c
 *	  Events that wait for their order (cartona.event).
 *
 * One row per order: the status furthest ahead.  The import takes it along
 * (row.c); what crossed the import, or found a clerk at work on the order, the
 * worker applies when it is due.  A row whose order never comes is looked at
 * ever more seldom, and shown in cartona.problem.
 *
 * Neighbours: event.c calls and is called; the worker.
 * Transactions: the caller's, with an SPI connection; cartona_event_work its own.
 * Memory: the current context.
 * Failure: SQL errors propagate; in the worker's turn an event that fails is
 * tried again later and stops no other.
 *
 * IDENTIFICATION
 *	  src/apply/kept.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "apply/kept.h"
#include "base/settings.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "base/xact.h"
#include "cartona/status.h"
#include "monitor/log.h"

/* Of one account.  A sender that invents orders must not fill the disk. */
#define MAX_KEPT 10000

/* In one transaction: each has a subtransaction. */
#define BATCH 32

/* Somebody else's event of the same order came first: look again. */
#define MAX_TRIES 20

/* $1: account, $2: hashed_id; has a pull that began after the first event been through? */
static CartonaPlan find_plan = {
	"SELECT e.id, e.status, coalesce((SELECT a.last_order_sync > e.received_at FROM cartona.account_state a WHERE a.account_id = $1), false)"
	" FROM cartona.event e WHERE e.account_id = $1 AND e.hashed_id = $2 FOR UPDATE OF e",
	2, {INT4OID, TEXTOID}
};

/* $1: account, $2: hashed_id */
static CartonaPlan inbox_plan = {
	"SELECT i.state = 'applied' AND i.order_id IS NULL FROM cartona.inbox i WHERE i.account_id = $1 AND i.hashed_id = $2",
	2, {INT4OID, TEXTOID}
};

/* $1: account */
static CartonaPlan count_plan = {
	"SELECT count(*) FROM (SELECT 1 FROM cartona.event e WHERE e.account_id = $1 LIMIT " CppAsString2(MAX_KEPT) ") e",
	1, {INT4OID}
};

/* $1: account, $2: hashed_id, $3: status, $4: reason, $5: source */
static CartonaPlan insert_plan = {
	"INSERT INTO cartona.event (account_id, hashed_id, status, reason, source) VALUES ($1, $2, $3, $4, $5)"
	" ON CONFLICT (account_id, hashed_id) DO NOTHING",
	5, {INT4OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

/* $1: id, $2: status, $3: reason */
static CartonaPlan replace_plan = {
	"UPDATE cartona.event SET status = $2, reason = $3, due_at = clock_timestamp(), attempt = 0 WHERE id = $1",
	3, {INT8OID, TEXTOID, TEXTOID}
};

/* $1: account */
static CartonaPlan pull_plan = {
	"INSERT INTO cartona.outbox (kind, subject) VALUES ('pull', $1)",
	1, {INT4OID}
};

void
cartona_kept_pull(int32 account_id)
{
	Datum		values[1] = {Int32GetDatum(account_id)};

	(void) cartona_spi_execute(&pull_plan, values, NULL);
	cartona_shmem_wake_at_commit();
}

void
cartona_kept_due(int32 account_id, const char *hashed_id)
{
	/* $1: account, $2: hashed_id */
	static CartonaPlan plan = {
		"UPDATE cartona.event SET due_at = clock_timestamp() WHERE account_id = $1 AND hashed_id = $2",
		2, {INT4OID, TEXTOID}
	};
	Datum		values[2];

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(hashed_id);
	(void) cartona_spi_execute_latest(&plan, values, NULL);
	cartona_shmem_wake_at_commit();
}

static void
finish(CartonaEvent *event, CartonaEventOutcome outcome, const char *message)
{
	event->result->outcome = outcome;
	event->result->message = pstrdup(message);
}

/* A new row; false where another session has just made it. */
static bool
insert(const CartonaEvent *event)
{
	Datum		values[5];
	char		nulls[5] = {' ', ' ', ' ', ' ', ' '};

	values[0] = Int32GetDatum(event->account);
	if (cartona_spi_execute_latest(&count_plan, values, NULL) == 1 && cartona_spi_int64(0, 1) >= MAX_KEPT)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%d events of account %d wait for orders that no pull has brought", MAX_KEPT, event->account),
				 errhint("Look at cartona.event and cartona.problem, and delete what is not wanted.")));
	values[1] = CStringGetTextDatum(event->hashed_id);
	values[2] = CStringGetTextDatum(event->status);
	cartona_spi_set_text(values, nulls, 3, event->reason);
	values[4] = CStringGetTextDatum(event->source);
	return cartona_spi_execute_latest(&insert_plan, values, nulls) > 0;
}

static void
replace(int64 id, const CartonaEvent *event)
{
	Datum		values[3];
	char		nulls[3] = {' ', ' ', ' '};

	values[0] = Int64GetDatum(id);
	values[1] = CStringGetTextDatum(event->status);
	cartona_spi_set_text(values, nulls, 2, event->reason);
	(void) cartona_spi_execute_latest(&replace_plan, values, nulls);
	cartona_shmem_wake_at_commit();
}

static void
keep(CartonaEvent *event, bool received)
{
	bool		busy = event->result->order_id != 0;
	Datum		values[2];
	int			tries;

	values[0] = Int32GetDatum(event->account);
	values[1] = CStringGetTextDatum(event->hashed_id);
	for (tries = 1; cartona_spi_execute_latest(&find_plan, values, NULL) == 0; tries++)
	{
		if (insert(event))
		{
			cartona_shmem_wake_at_commit();
			if (!busy && !received)
				cartona_kept_pull(event->account);
			return;
		}
		if (tries == MAX_TRIES)
			ereport(ERROR,
					(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					 errmsg("could not keep an event of order \"%s\": others come and go", event->hashed_id)));
	}
	if (!busy && !received && cartona_spi_bool(0, 3))
		finish(event, CARTONA_EVENT_UNKNOWN_ORDER, "no order with this hashed_id has come, and it was pulled for");
	if (cartona_status_may_follow(cartona_spi_text(0, 2, CurrentMemoryContext), event->status))
		replace(cartona_spi_int64(0, 1), event);
}

bool
cartona_kept_take(CartonaEvent *event)
{
	bool		busy = event->result->order_id != 0;
	bool		received;
	Datum		values[2];

	values[0] = Int32GetDatum(event->account);
	values[1] = CStringGetTextDatum(event->hashed_id);
	received = !busy && cartona_spi_execute_latest(&inbox_plan, values, NULL) > 0;
	if (received && cartona_spi_bool(0, 1))
	{
		finish(event, CARTONA_EVENT_UNCHANGED, "the order had ended before it was imported: there is no sales order");
		return true;
	}
	finish(event, CARTONA_EVENT_KEPT, busy ? "somebody is changing the order in Odoo: it is applied in a moment"
		   : received ? "the order is not imported yet: it is applied then"
		   : "the order is not here yet: it is pulled, and this is applied then");
	if (event->is_kept)
		return true;
	keep(event, received);
	return true;
}

/* ---- the import ---- */

/* $1: account */
static CartonaPlan any_plan = {
	"SELECT 1 FROM cartona.event e WHERE e.account_id = $1 LIMIT 1",
	1, {INT4OID}, true
};

/* $1: account, $2: hashed_ids */
static CartonaPlan kept_plan = {
	"SELECT r.ord::int4, e.id, e.status, e.reason FROM unnest($2) WITH ORDINALITY AS r (hashed_id, ord)"
	" CROSS JOIN LATERAL (SELECT k.id, k.status, k.reason FROM cartona.event k"
	"  WHERE k.account_id = $1 AND k.hashed_id = r.hashed_id LIMIT 1) e",
	2, {INT4OID, TEXTARRAYOID}, true
};

/* $1: id, $2: status */
static CartonaPlan taken_plan = {
	"DELETE FROM cartona.event WHERE id = $1 AND status = $2",
	2, {INT8OID, TEXTOID}
};

CartonaEventKept *
cartona_event_kept(int32 account_id, Datum hashed_ids, int n)
{
	CartonaEventKept *kept = palloc0((n + 1) * sizeof(CartonaEventKept));
	Datum		values[2];
	uint64		found;
	uint64		i;

	values[0] = Int32GetDatum(account_id);
	values[1] = hashed_ids;
	if (cartona_spi_execute(&any_plan, values, NULL) == 0)
		return kept;
	found = cartona_spi_execute(&kept_plan, values, NULL);
	for (i = 0; i < found; i++)
	{
		CartonaEventKept *one = &kept[cartona_spi_int32(i, 1) - 1];

		one->id = cartona_spi_int64(i, 2);
		one->status = cartona_spi_text(i, 3, CurrentMemoryContext);
		one->reason = cartona_spi_text(i, 4, CurrentMemoryContext);
	}
	return kept;
}

/* Who sent it was told that it is kept: what became of it is in the log. */
static void
log_outcome(int32 account_id, const char *hashed_id, int32 order_id, const char *status, bool done, const char *message)
{
	CartonaLogEntry entry = {0};

	entry.account_id = account_id;
	entry.kind = "event";
	entry.subject = order_id;
	entry.ref = hashed_id;
	entry.request = status;
	entry.items = 1;
	entry.result = done ? "done" : "refused";
	entry.message = message;
	cartona_log_write(&entry);
}

static void
forget(int64 id, const char *status)
{
	Datum		values[2];

	values[0] = Int64GetDatum(id);
	values[1] = CStringGetTextDatum(status);
	(void) cartona_spi_execute(&taken_plan, values, NULL);
}

void
cartona_event_taken(int32 account_id, const char *hashed_id, int32 order_id, const CartonaEventKept *kept, bool applied)
{
	if (kept->id == 0)
		return;
	forget(kept->id, kept->status);
	log_outcome(account_id, hashed_id, order_id, kept->status, applied,
				applied ? "taken along with the import" : "not Cartona's to say of this order, or passed when it came");
}

/* ---- the worker ---- */

/*
 * $1: this system, $2: this database, where the account must have been enabled.
 * The rows are not locked: whoever judges an event locks the order first, and
 * its kept event after it; whoever judges several takes them in this order
 * (intake.c), or two of them would wait for each other.
 */
static CartonaPlan due_plan = {
	"SELECT d.id, d.account_id, d.hashed_id, d.status, d.reason FROM (SELECT e.* FROM cartona.event e"
	" WHERE e.due_at <= now() AND EXISTS (SELECT FROM cartona.account a WHERE a.id = e.account_id AND a.active"
	"  AND a.bound_system = $1 AND a.bound_database = $2)"
	" ORDER BY e.due_at LIMIT " CppAsString2(BATCH) ") d ORDER BY d.account_id, d.hashed_id COLLATE \"C\"",
	2, {INT8OID, OIDOID}
};

static CartonaPlan next_plan = {
	"SELECT min(e.due_at) FROM cartona.event e WHERE EXISTS (SELECT FROM cartona.account a WHERE a.id = e.account_id AND a.active"
	"  AND a.bound_system = $1 AND a.bound_database = $2)",
	2, {INT8OID, OIDOID}
};

/* $1: id, $2: a clerk has the order; for others it can be a moment or days until it is here */
static CartonaPlan later_plan = {
	"UPDATE cartona.event SET attempt = attempt + 1, due_at = clock_timestamp() + CASE WHEN $2 THEN interval '1 second'"
	" ELSE interval '1 second' * least(3600, power(2, least(attempt, 12))) END WHERE id = $1",
	2, {INT8OID, BOOLOID}
};

static void
later(int64 id, bool busy)
{
	Datum		values[2];

	values[0] = Int64GetDatum(id);
	values[1] = BoolGetDatum(busy);
	(void) cartona_spi_execute(&later_plan, values, NULL);
}

static void
work_one(int64 id, CartonaEvent *event)
{
	ErrorData  *error;

	if (!cartona_xact_try(cartona_event_take, event, &error))
	{
		if (error != NULL)
			ereport(LOG,
					(errmsg("Cartona worker: the event \"%s\" of order \"%s\" failed: %s",
							event->status, event->hashed_id, error->message)));
		later(id, false);
		return;
	}
	if (event->result->outcome == CARTONA_EVENT_KEPT)
	{
		later(id, event->result->order_id != 0);
		return;
	}
	forget(id, event->status);
	log_outcome(event->account, event->hashed_id, event->result->order_id, event->status,
				event->result->outcome != CARTONA_EVENT_NOT_ALLOWED, event->result->message);
}

TimestampTz
cartona_event_work(void)
{
	CartonaEvent *events;
	CartonaEventResult *results;
	int64	   *ids;
	Datum		values[2];
	TimestampTz next;
	bool		isnull;
	uint64		n;
	uint64		i;

	values[0] = Int64GetDatum((int64) GetSystemIdentifier());
	values[1] = ObjectIdGetDatum(MyDatabaseId);
	cartona_xact_begin("applying kept events");
	n = cartona_spi_execute(&due_plan, values, NULL);
	events = palloc0((n + 1) * sizeof(CartonaEvent));
	results = palloc0((n + 1) * sizeof(CartonaEventResult));
	ids = palloc0((n + 1) * sizeof(int64));
	for (i = 0; i < n; i++)
	{
		ids[i] = cartona_spi_int64(i, 1);
		events[i].account = cartona_spi_int32(i, 2);
		events[i].hashed_id = cartona_spi_text(i, 3, CurrentMemoryContext);
		events[i].status = cartona_spi_text(i, 4, CurrentMemoryContext);
		events[i].reason = cartona_spi_text(i, 5, CurrentMemoryContext);
		events[i].result = &results[i];
		events[i].is_kept = true;
	}
	for (i = 0; i < n; i++)
		work_one(ids[i], &events[i]);
	(void) cartona_spi_execute(&next_plan, values, NULL);
	next = DatumGetTimestampTz(cartona_spi_datum(0, 1, &isnull));
	cartona_xact_commit();
	return isnull ? PG_INT64_MAX : next;
}

/* $1: days */
static CartonaPlan expire_plan = {
	"DELETE FROM cartona.event WHERE received_at < now() - make_interval(days => $1)",
	1, {INT4OID}
};

void
cartona_event_expire(void)
{
	Datum		values[1] = {Int32GetDatum(cartona_guc_log_retention_days)};

	(void) cartona_spi_execute(&expire_plan, values, NULL);
}
