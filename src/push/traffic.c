/*-------------------------------------------------------------------------
 *
 * traffic.c
 *	  What is on its way for each account, and when it may send again.
 *
 * Neighbours: orders.c, products.c and pull.c send through this file and
 * settle what it hands back; stages.c drives.
 * Transactions: none for sending; judging runs in the settling one.
 * Memory: a transfer owns a context with all it needs, deleted when settled.
 * Failure: a worker that dies forgets everything here: leases are taken over.
 *
 * IDENTIFICATION
 *	  src/push/traffic.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/pg_list.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/spi.h"
#include "outbox/delivery.h"
#include "push/traffic.h"

/* So many failed rounds in a row make an outage. */
#define OUTAGE_ROUNDS 3

static MemoryContext traffic_context = NULL;
static CartonaHttp *client = NULL;
static List *traffics = NIL;	/* of CartonaTraffic, one per account ever
								 * seen */
static List *transfers = NIL;	/* of CartonaTransfer, those in flight */
static uint64 last_tag = 0;

void
cartona_traffic_start(MemoryContext context, CartonaHttp *http)
{
	traffic_context = context;
	client = http;
	traffics = NIL;
	transfers = NIL;
}

CartonaTraffic *
cartona_traffic_nth(int i)
{
	return i < list_length(traffics) ? (CartonaTraffic *) list_nth(traffics, i) : NULL;
}

CartonaTraffic *
cartona_traffic_of(int32 account_id)
{
	CartonaTraffic *traffic;
	MemoryContext old;
	ListCell   *lc;

	foreach(lc, traffics)
	{
		traffic = (CartonaTraffic *) lfirst(lc);
		if (traffic->account_id == account_id)
			return traffic;
	}
	old = MemoryContextSwitchTo(traffic_context);
	traffic = palloc0(sizeof(CartonaTraffic));
	traffic->account_id = account_id;
	traffics = lappend(traffics, traffic);
	MemoryContextSwitchTo(old);
	return traffic;
}

void
cartona_traffic_accounts(CartonaAccount *accounts, int naccounts)
{
	ListCell   *lc;
	int			i;

	foreach(lc, traffics)
		((CartonaTraffic *) lfirst(lc))->account = NULL;

	for (i = 0; i < naccounts; i++)
		cartona_traffic_of(accounts[i].id)->account = &accounts[i];
}

int
cartona_traffic_room(const CartonaTraffic *traffic)
{
	if (traffic->account == NULL)
		return 0;
	if (traffic->retry_at > GetCurrentTimestamp())
		return 0;
	if (traffic->outages >= OUTAGE_ROUNDS)
		return traffic->in_flight == 0 ? 1 : 0;
	return Max(traffic->account->push_parallel - traffic->in_flight, 0);
}

void
cartona_traffic_send(CartonaTraffic *traffic, const CartonaAccount *account,
					 CartonaTransferKind kind, const char *method, const char *path,
					 const char *body, MemoryContext context, void *payload)
{
	CartonaHttpRequest request;
	CartonaTransfer *transfer;
	MemoryContext old = MemoryContextSwitchTo(context);

	transfer = palloc0(sizeof(CartonaTransfer));
	transfer->tag = ++last_tag;
	transfer->kind = kind;
	transfer->traffic = traffic;
	transfer->request = psprintf("%s %s", method, path);
	transfer->payload = payload;
	transfer->context = context;
	transfer->started = GetCurrentTimestamp();

	memset(&request, 0, sizeof(request));
	request.method = method;
	request.url = cartona_api_url(account->api_url, path);
	request.token = account->token;
	request.body = body;
	request.body_len = body ? strlen(body) : 0;
	request.connect_timeout_ms = account->connect_timeout_ms;
	request.total_timeout_ms = account->total_timeout_ms;
	request.max_answer = account->max_answer_bytes;
	request.tag = transfer->tag;

	/*
	 * Products are what they are now, as often as it is said.  A status that
	 * the order has already can be refused, as can a password that was used:
	 * whether a request went out twice must be known when its refusal is
	 * judged.
	 */
	request.once = body != NULL && kind != CARTONA_TRANSFER_PRODUCTS;
	cartona_http_start(client, &request);

	/*
	 * From here on it is ours; before, an error leaves it to the caller's
	 * context.
	 */
	MemoryContextSetParent(context, traffic_context);
	MemoryContextSwitchTo(traffic_context);
	transfers = lappend(transfers, transfer);
	traffic->in_flight++;
	if (kind == CARTONA_TRANSFER_ACKS)
		traffic->acks_in_flight++;
	MemoryContextSwitchTo(old);
}

CartonaTransfer *
cartona_traffic_take(uint64 tag)
{
	ListCell   *lc;

	foreach(lc, transfers)
	{
		CartonaTransfer *transfer = (CartonaTransfer *) lfirst(lc);

		if (transfer->tag == tag)
		{
			transfers = foreach_delete_current(transfers, lc);
			transfer->traffic->in_flight--;
			if (transfer->kind == CARTONA_TRANSFER_ACKS)
				transfer->traffic->acks_in_flight--;
			return transfer;
		}
	}
	elog(ERROR, "no request %llu is on its way", (unsigned long long) tag);
}

void
cartona_traffic_end(CartonaTransfer *transfer)
{
	MemoryContextDelete(transfer->context);
}

/* For cartona.status: what this worker alone knows of the account.  "until" 0: it does not pause. */
static void
report_pause(int32 account_id, bool outage, TimestampTz until)
{
	static CartonaPlan plan = {
		"UPDATE cartona.account_state SET outage_since = CASE WHEN $2 THEN coalesce(outage_since, now()) END, next_try_at = $3"
		" WHERE account_id = $1",
		3, {INT4OID, BOOLOID, TIMESTAMPTZOID}
	};
	Datum		values[3];
	char		nulls[3] = {' ', ' ', ' '};

	values[0] = Int32GetDatum(account_id);
	values[1] = BoolGetDatum(outage);
	values[2] = TimestampTzGetDatum(until);
	if (until == 0)
		nulls[2] = 'n';
	cartona_spi_execute(&plan, values, nulls);
}

void
cartona_traffic_judge(CartonaTransfer *transfer, CartonaVerdict verdict,
					  const CartonaHttpAnswer *answer, const char *reason)
{
	CartonaTraffic *traffic = transfer->traffic;
	TimestampTz now = GetCurrentTimestamp();
	int			cap_s = traffic->account ? traffic->account->retry_cap_s : 900;

	switch (verdict)
	{
		case CARTONA_RETRY:
			/* Requests that were under way together fail together: one round. */
			if (transfer->started < traffic->failed_at)
				break;
			traffic->failed_at = now;
			traffic->outages++;
			if (traffic->outages >= OUTAGE_ROUNDS || answer->retry_after_s >= 0)
			{
				traffic->retry_at = TimestampTzPlusMilliseconds(now,
																cartona_settle_backoff(Max(traffic->outages - OUTAGE_ROUNDS + 1, 1),
																					   cap_s, answer->retry_after_s));
				report_pause(traffic->account_id, traffic->outages >= OUTAGE_ROUNDS, traffic->retry_at);
			}
			break;
		case CARTONA_STOP:
			cartona_account_stop(traffic->account_id,
								 psprintf("Cartona refused the token (HTTP %d): %s", answer->status, reason));
			traffic->account = NULL;
			break;
		case CARTONA_DONE:
		case CARTONA_REFUSED:
			if (traffic->outages >= OUTAGE_ROUNDS)
				cartona_settle_all_due(traffic->account_id);
			if (traffic->retry_at != 0)
				report_pause(traffic->account_id, false, 0);
			traffic->outages = 0;
			traffic->retry_at = 0;
			break;
	}
}

const char *
cartona_traffic_result_name(CartonaVerdict verdict)
{
	switch (verdict)
	{
		case CARTONA_DONE:
			return "done";
		case CARTONA_RETRY:
			return "retry";
		case CARTONA_STOP:
			return "stopped";
		case CARTONA_REFUSED:
			return "refused";
	}
	return "unknown";
}
