/*-------------------------------------------------------------------------
 *
 * event.c
 *	  What Cartona says became of an order: one door for the webhook, the pull
 *	  and a person.
 *
 * An event comes twice, late, or before its order.  Events of one order go one
 * after another: the order's row of order_sync is locked while one is judged.
 * What is not ahead of what Cartona said last changes nothing.  An event of an
 * order that is not here yet is kept (cartona.event), the pull that will bring
 * it is woken, and the import takes it along; where import and event cross each
 * other, the worker finds the two together a moment later.
 *
 * A caller may be REPEATABLE READ and have an old snapshot.  So each statement
 * looks at what is committed now, and where another transaction changed a row
 * in between, all of it is tried again in another subtransaction.
 *
 * Neighbours: target.c decides what becomes of the order in Odoo; row.c takes
 * kept events; the worker calls cartona_event_work; kept.c keeps.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: SQL errors propagate; nothing of the event is kept then, and who sent
 * it sends it again.
 *
 * IDENTIFICATION
 *	  src/apply/event.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "apply/event.h"
#include "apply/kept.h"
#include "apply/payload.h"
#include "apply/payload_value.h"
#include "apply/target.h"
#include "base/spi.h"
#include "base/xact.h"
#include "cartona/status.h"
#include "config/account.h"

PG_FUNCTION_INFO_V1(cartona_sql_receive_order_status);
PG_FUNCTION_INFO_V1(cartona_sql_event_imported);

/* Each of them sees what the one before it met; more only where somebody writes all the time. */
#define MAX_TRIES 20

static const char *const outcome_names[] = {
	[CARTONA_EVENT_APPLIED] = "applied",
	[CARTONA_EVENT_HANDED_OVER] = "handed over",
	[CARTONA_EVENT_UNCHANGED] = "unchanged",
	[CARTONA_EVENT_KEPT] = "kept",
	[CARTONA_EVENT_NOT_ALLOWED] = "not allowed",
	[CARTONA_EVENT_MALFORMED] = "malformed",
	[CARTONA_EVENT_UNKNOWN_ORDER] = "unknown order",
	[CARTONA_EVENT_NOT_NOW] = "not now",
};

const char *
cartona_event_outcome_name(CartonaEventOutcome outcome)
{
	return outcome_names[outcome];
}

const char *
cartona_event_refusal(int32 account_id)
{
	const char *silence = cartona_account_silence();

	if (silence != NULL)
		return silence;
	return cartona_account_is_on(account_id) ? NULL : "the account does not take events now: it is disabled or stopped";
}

/* $1: account, $2: hashed_id */
static CartonaPlan sync_plan = {
	"SELECT s.order_id, s.known_status FROM cartona.order_sync s WHERE s.account_id = $1 AND s.hashed_id = $2 FOR UPDATE",
	2, {INT4OID, TEXTOID}
};

/* $1: account, $2: hashed_id, $3: status */
static CartonaPlan editing_plan = {
	"UPDATE cartona.order_sync SET known_status = $3, known_at = now() WHERE account_id = $1 AND hashed_id = $2",
	3, {INT4OID, TEXTOID, TEXTOID}
};

static void
finish(CartonaEventResult *result, CartonaEventOutcome outcome, const char *message)
{
	result->outcome = outcome;
	result->message = message ? pstrdup(message) : NULL;
}

/* What he made of it comes with the pull. */
static void
take_editing(CartonaEvent *event)
{
	Datum		values[3];

	values[0] = Int32GetDatum(event->account);
	values[1] = CStringGetTextDatum(event->hashed_id);
	values[2] = CStringGetTextDatum(event->status);
	(void) cartona_spi_execute_latest(&editing_plan, values, NULL);
	cartona_kept_pull(event->account);
	finish(event->result, CARTONA_EVENT_UNCHANGED, "the retailer is editing the order, or was: it is pulled again");
}

bool
cartona_event_take(void *arg)
{
	CartonaEvent *event = arg;
	CartonaEventResult *result = event->result;
	CartonaTarget target = {0};
	Datum		values[2];
	char	   *known;

	values[0] = Int32GetDatum(event->account);
	values[1] = CStringGetTextDatum(event->hashed_id);
	if (cartona_spi_execute_latest(&sync_plan, values, NULL) == 0 || cartona_spi_isnull(0, 1))
		return cartona_kept_take(event);
	result->order_id = cartona_spi_int32(0, 1);
	known = cartona_spi_text(0, 2, CurrentMemoryContext);
	if (cartona_status_is_edit(known, event->status))
	{
		take_editing(event);
		return true;
	}
	if (!cartona_status_may_follow(known, event->status))
	{
		finish(result, CARTONA_EVENT_UNCHANGED, psprintf("the order is known as %s already", known));
		return true;
	}
	target.account = event->account;
	target.hashed_id = event->hashed_id;
	target.order_id = result->order_id;
	target.status = event->status;
	target.reason = event->reason;
	result->outcome = cartona_target_set(&target, &result->message);
	/* a clerk has it: again in a moment */
	if (result->outcome == CARTONA_EVENT_KEPT)
		return cartona_kept_take(event);
	return true;
}

/* As in cartona_event_take, tried again where another transaction came in between. */
static void
take_repeatable(CartonaEvent *event)
{
	ErrorData  *error;
	int			tries;

	for (tries = 1; !cartona_xact_try(cartona_event_take, event, &error); tries++)
	{
		if (error == NULL)
			elog(ERROR, "an event was neither taken nor refused");
		if (error->sqlerrcode != ERRCODE_T_R_SERIALIZATION_FAILURE || tries == MAX_TRIES)
			ReThrowError(error);
		FreeErrorData(error);
	}
}

/* What is wrong with the payload; NULL: nothing, and the event is read. */
static char *
read_payload(Jsonb *payload, CartonaEvent *event)
{
	JsonbContainer *root = &payload->root;
	JsonbValue *value;
	char	   *strange;

	if (!JsonContainerIsObject(root) || JsonContainerIsScalar(root))
		return pstrdup("the event is no JSON object");
	value = cartona_value_field(root, "hashed_id");
	event->hashed_id = cartona_payload_hashed_id(payload);
	if (event->hashed_id == NULL)
		return cartona_value_is_missing(value) ? pstrdup("hashed_id is missing")
			: psprintf("hashed_id cannot be used: %s", cartona_value_show(value));
	value = cartona_value_field(root, "status");
	if (cartona_value_is_missing(value))
		return pstrdup("status is missing");
	if (value->type != jbvString)
		return psprintf("status is no text: %s", cartona_value_show(value));
	(void) cartona_payload_status(payload, &event->status, &strange);
	if (strange != NULL)
		return psprintf("status is none of Cartona's: %s", strange);
	event->reason = cartona_payload_reason(payload);
	return NULL;
}

void
cartona_event_receive(int32 account_id, const char *source, Jsonb *payload, CartonaEventResult *result)
{
	CartonaEvent event = {0};
	char	   *wrong;

	memset(result, 0, sizeof(*result));
	event.account = account_id;
	event.source = source;
	event.result = result;
	wrong = read_payload(payload, &event);
	result->hashed_id = event.hashed_id;
	if (wrong != NULL)
	{
		finish(result, CARTONA_EVENT_MALFORMED, wrong);
		return;
	}

	/*
	 * an acknowledgement of our own that is shown back is no state of the
	 * order
	 */
	if (strcmp(cartona_value_text(cartona_value_field(&payload->root, "status"), CARTONA_MAX_ID, false), CARTONA_STATUS_SYNCED) == 0)
	{
		finish(result, CARTONA_EVENT_UNCHANGED, "synced is no state of an order");
		return;
	}
	if (IsolationUsesXactSnapshot())
		take_repeatable(&event);
	else
		(void) cartona_event_take(&event);
}

void
cartona_event_imported(int32 account_id, const char *hashed_id, const char *reason)
{
	CartonaTarget target = {0};
	Datum		values[2];
	char	   *message;

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(hashed_id);
	if (cartona_spi_execute_latest(&sync_plan, values, NULL) == 0 || cartona_spi_isnull(0, 1) || cartona_spi_isnull(0, 2))
		return;
	target.account = account_id;
	target.hashed_id = hashed_id;
	target.order_id = cartona_spi_int32(0, 1);
	target.status = cartona_spi_text(0, 2, CurrentMemoryContext);
	target.reason = reason;
	/* where the rule forbids it the draft says so itself (note.c) */
	if (cartona_status_is_ahead(CARTONA_STATUS_PENDING, target.status))
		(void) cartona_target_set(&target, &message);
}

/* cartona._event_imported(account_id integer, hashed_id text) */
Datum
cartona_sql_event_imported(PG_FUNCTION_ARGS)
{
	CartonaUser saved;

	SPI_connect();
	cartona_user_shed_superuser(&saved);
	cartona_event_imported(PG_GETARG_INT32(0), text_to_cstring(PG_GETARG_TEXT_PP(1)), NULL);
	cartona_kept_due(PG_GETARG_INT32(0), text_to_cstring(PG_GETARG_TEXT_PP(1)));
	cartona_user_restore(&saved);
	SPI_finish();
	PG_RETURN_VOID();
}

static Datum
result_json(const CartonaEventResult *result)
{
	static CartonaPlan plan = {
		"SELECT jsonb_strip_nulls(jsonb_build_object('result', $1, 'message', $2, 'hashed_id', $3, 'order_id', nullif($4, 0)))",
		4, {TEXTOID, TEXTOID, TEXTOID, INT4OID}
	};
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};
	bool		isnull;

	values[0] = CStringGetTextDatum(cartona_event_outcome_name(result->outcome));
	cartona_spi_set_text(values, nulls, 1, result->message);
	cartona_spi_set_text(values, nulls, 2, result->hashed_id);
	values[3] = Int32GetDatum(result->order_id);
	(void) cartona_spi_execute(&plan, values, nulls);
	return cartona_spi_datum(0, 1, &isnull);
}

/* cartona._receive_order_status(payload jsonb, account_id integer) returns jsonb */
Datum
cartona_sql_receive_order_status(PG_FUNCTION_ARGS)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(caller, "cartona event", ALLOCSET_DEFAULT_SIZES);
	int32		account_id = PG_GETARG_INT32(1);
	CartonaEventResult result = {0};
	CartonaUser saved;
	const char *refusal;
	Jsonb	   *payload;
	Datum		json;

	payload = PG_GETARG_JSONB_P(0);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to the SPI manager");
	MemoryContextSwitchTo(context);
	cartona_user_shed_superuser(&saved);
	refusal = cartona_event_refusal(account_id);
	if (refusal != NULL)
		finish(&result, CARTONA_EVENT_NOT_NOW, refusal);
	else
		cartona_event_receive(account_id, "sql", payload, &result);
	json = result_json(&result);
	MemoryContextSwitchTo(caller);
	json = PointerGetDatum(PG_DETOAST_DATUM_COPY(json));
	cartona_user_restore(&saved);
	SPI_finish();
	MemoryContextDelete(context);
	PG_RETURN_DATUM(json);
}
