/*-------------------------------------------------------------------------
 *
 * intake.c
 *	  Complete webhook requests into the database, and their answers.
 *
 * All that are here go into one transaction, and so cost one flush of the log
 * together; they are answered when it is durable.  Where that transaction fails
 * each of them has a subtransaction of its own in the next one, and where that
 * one cannot be committed, a transaction of its own: one event that cannot be
 * taken costs the others nothing but a little time.
 *
 * Neighbours: listener.c brings requests of known callers; apply/event.c decides
 * what an event does; monitor/log.c; report.c has the metrics; worker/webhook.c
 * calls.
 * Transactions: its own.  Memory: the context of the caller's pass.
 * Failure: an event that meets an error is answered with 503 (come again), or 400
 * where its own data are at fault.  Nothing is answered with 200 before its commit.
 *
 * IDENTIFICATION
 *	  src/webhook/intake.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "apply/event.h"
#include "base/xact.h"
#include "monitor/log.h"
#include "webhook/body.h"
#include "webhook/intake.h"
#include "webhook/listener.h"
#include "webhook/report.h"

#define BATCH_SIZE 64

/* More subtransactions that stay would overflow the snapshots of the whole server. */
#define SUBTRANSACTIONS 32

/* How long a batch may go on one by one; the rest is asked to come again. */
#define PATIENCE_MS 2000

#define AGAIN_S 30

#define REQUEST "POST /cartona_integration/webhook/order_status"
#define JSON "application/json"
#define METRICS "text/plain; version=0.0.4; charset=utf-8"

/* One event on its way through. */
typedef struct Event
{
	CartonaCall *call;
	int32		account_id;
	const char *order;			/* of which order; "": none that is known */
	char	   *json;			/* fit for jsonb; NULL: it is no event */
	CartonaEventResult result;
	int			status;			/* of the answer; 0: not known yet */
	const char *word;			/* result, as the caller is told */
	const char *message;
} Event;

static const char *trouble = NULL;
static TimestampTz batch_begun = 0;

static void
decide(Event *event, int status, const char *word, const char *message)
{
	event->status = status;
	event->word = word;
	event->message = message;
}

/* The body as JSON, or an answer that says what is wrong with it. */
static void
read_body(Event *event)
{
	const char *why = NULL;
	size_t		len;
	const char *body = cartona_call_body(event->call, &len);

	event->json = cartona_body_json(body, len, &event->order, &why);
	if (event->json == NULL)
		decide(event, 400, "malformed", why);
}

static int
status_of(CartonaEventOutcome outcome)
{
	switch (outcome)
	{
		case CARTONA_EVENT_APPLIED:
		case CARTONA_EVENT_HANDED_OVER:
		case CARTONA_EVENT_UNCHANGED:
		case CARTONA_EVENT_KEPT:
			return 200;
		case CARTONA_EVENT_NOT_ALLOWED:
			return 409;
		case CARTONA_EVENT_MALFORMED:
			return 400;
		case CARTONA_EVENT_UNKNOWN_ORDER:
			return 404;
		case CARTONA_EVENT_NOT_NOW:
			return 503;
	}
	return 500;
}

/* What happens to one event, in the open transaction. */
static bool
receive(void *arg)
{
	Event	   *event = arg;
	Jsonb	   *payload = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(event->json)));

	cartona_event_receive(event->account_id, "webhook", payload, &event->result);
	decide(event, status_of(event->result.outcome), cartona_event_outcome_name(event->result.outcome), event->result.message);
	return true;
}

static void
log_event(const Event *event)
{
	CartonaLogEntry entry = {0};

	entry.account_id = event->account_id;
	entry.kind = "webhook";
	entry.subject = event->result.order_id;
	entry.ref = event->result.hashed_id;
	entry.request = REQUEST;
	entry.http_status = event->status;
	entry.duration_ms = cartona_call_age_ms(event->call);
	entry.items = 1;
	entry.result = event->status == 200 ? "done" : event->status == 503 ? "retry" : "refused";
	entry.message = event->message ? event->message : event->word;
	cartona_log_write(&entry);
}

/* So long the listener waits for nothing else. */
static bool
patience_is_over(void)
{
	return TimestampDifferenceExceeds(batch_begun, GetCurrentTimestamp(), PATIENCE_MS);
}

static void
put_off(Event *event)
{
	trouble = "the database is too slow";
	decide(event, 503, "not now", "the database is too slow to take the event now");
}

/* An event that met an error: who is at fault? */
static void
blame(Event *event, const ErrorData *error)
{
	memset(&event->result, 0, sizeof(event->result));
	if (ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_DATA_EXCEPTION)
	{
		decide(event, 400, "malformed", pstrdup(error->message));
		return;
	}
	trouble = "the database could not take an event";
	decide(event, 503, "not now", "the database cannot take the event now");
	ereport(LOG,
			(errmsg("Cartona webhook: an event could not be taken: %s", error->message),
			 error->detail ? errdetail_internal("%s", error->detail) : 0,
			 error->context ? errcontext("%s", error->context) : 0,
			 errhint("It was answered with 503: Cartona sends it again.")));
}

/*
 * Receive n events in one transaction; alone: each in a subtransaction, and none
 * after the patience with the batch has ended.  Throws, or all have their answer
 * and are durable.
 */
static void
receive_all(Event **events, int n, bool alone)
{
	MemoryContext context = CurrentMemoryContext;
	const char *problem = NULL;
	int			i;

	cartona_xact_begin("receiving webhook events");
	MemoryContextSwitchTo(context);
	for (i = 0; i < n; i++)
	{
		Event	   *event = events[i];

		if (i == 0 || event->account_id != events[i - 1]->account_id)
			problem = cartona_event_refusal(event->account_id);
		if (event->json != NULL)
		{
			ErrorData  *error = NULL;

			if (problem != NULL)
				decide(event, status_of(CARTONA_EVENT_NOT_NOW), cartona_event_outcome_name(CARTONA_EVENT_NOT_NOW), problem);
			else if (!alone)
				receive(event);
			else if (patience_is_over())
				put_off(event);
			else if (!cartona_xact_try(receive, event, &error))
				blame(event, error);
		}
		log_event(event);
		CHECK_FOR_INTERRUPTS();
	}
	cartona_xact_commit();
}

/* The same, catching what it throws; false: nothing of it was kept, and *error says why. */
static bool
try_all(Event **events, int n, bool alone, ErrorData **error)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool done = false;

	*error = NULL;
	PG_TRY();
	{
		receive_all(events, n, alone);
		done = true;
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		*error = CopyErrorData();
		FlushErrorState();
		cartona_xact_abort();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	return done;
}

/* One event by itself, whatever happens to it. */
static void
receive_alone(Event *event)
{
	ErrorData  *error;

	if (patience_is_over())
		put_off(event);
	else if (!try_all(&event, 1, true, &error))
	{
		blame(event, error);
		FreeErrorData(error);
	}
}

static void
receive_batch(Event **events, int n)
{
	ErrorData  *error;
	int			i;

	trouble = NULL;
	batch_begun = GetCurrentTimestamp();
	if (n > 1)
	{
		if (try_all(events, n, false, &error))
			return;
		FreeErrorData(error);
	}
	for (i = 0; i < n; i += SUBTRANSACTIONS)
	{
		int			part = Min(SUBTRANSACTIONS, n - i);
		int			j;

		if (part > 1 && try_all(events + i, part, true, &error))
			continue;
		for (j = i; j < i + part; j++)
			receive_alone(events[j]);
	}
}

static void
answer(const Event *event)
{
	StringInfoData body;

	initStringInfo(&body);
	appendStringInfoString(&body, "{\"result\": ");
	escape_json(&body, event->word);
	if (event->message != NULL)
	{
		appendStringInfoString(&body, ", \"message\": ");
		escape_json(&body, event->message);
	}
	appendStringInfoChar(&body, '}');
	cartona_call_answer(event->call, event->status, JSON, body.data, event->status == 503 ? AGAIN_S : 0);
}

/* Does one come before another, whenever it came? */
static bool
is_before(const Event *event, const Event *other)
{
	if (event->account_id != other->account_id)
		return event->account_id < other->account_id;
	return strcmp(event->order, other->order) < 0;
}

/*
 * By account and order, those of one order as they came.  Orders are locked in
 * this order by the worker, too (kept.c): so the two never wait for each other.
 */
static void
sort(Event **events, int n)
{
	int			i;

	for (i = 1; i < n; i++)
	{
		Event	   *event = events[i];
		int			j;

		for (j = i; j > 0 && is_before(event, events[j - 1]); j--)
			events[j] = events[j - 1];
		events[j] = event;
	}
}

static void
answer_metrics(CartonaCall *call)
{
	MemoryContext context = CurrentMemoryContext;
	char	   *volatile text = NULL;

	PG_TRY();
	{
		text = cartona_report_metrics();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		EmitErrorReport();
		FlushErrorState();
		cartona_xact_abort();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	if (text != NULL)
		cartona_call_answer(call, 200, METRICS, text, 0);
	else
		cartona_call_answer(call, 503, JSON, "{\"result\": \"not now\", \"message\": \"the metrics could not be read\"}", AGAIN_S);
}

int
cartona_intake_run(void)
{
	Event	   *events[BATCH_SIZE];
	CartonaCall *call;
	int			n = 0;
	int			taken = 0;
	int			i;

	while (n < BATCH_SIZE && (call = cartona_listener_next()) != NULL)
	{
		taken++;
		if (cartona_call_endpoint(call) == CARTONA_ENDPOINT_METRICS)
		{
			answer_metrics(call);
			continue;
		}
		events[n] = palloc0(sizeof(Event));
		events[n]->call = call;
		events[n]->account_id = cartona_call_account(call);
		read_body(events[n]);
		n++;
	}
	if (n == 0)
		return taken;
	sort(events, n);
	receive_batch(events, n);
	for (i = 0; i < n; i++)
	{
		cartona_report_seen(events[i]->account_id);
		answer(events[i]);
	}
	return taken;
}

const char *
cartona_intake_trouble(void)
{
	return trouble;
}
