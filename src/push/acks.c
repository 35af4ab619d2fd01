/*-------------------------------------------------------------------------
 *
 * acks.c
 *	  Send the acknowledgements of imported orders, many in one call.
 *
 * Only orders with nothing else to send are here: where a clerk has done
 * something already, orders.c sends the acknowledgement and then his status.
 * While a pull is paging none is sent: each that is accepted moves the pages
 * to come forward.  The answer to a bulk call that was refused does not say
 * which order it means, so the batch is split in halves until the culprit
 * stands alone, and that one is judged as any other status.
 *
 * Neighbours: claim.c, traffic.c, settle.c; orders.c for a single one.
 * Transactions: claiming and settling are short; none while a request is out.
 * Memory: a batch lives in its transfer's context.
 * Failure: errors of the network and the server are tried again, with smaller
 * batches after some of them; nothing here is lost with the worker, because a
 * lease is taken over and an acknowledgement repeated does no harm.
 *
 * IDENTIFICATION
 *	  src/push/acks.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/xact.h"
#include "cartona/status.h"
#include "monitor/log.h"
#include "outbox/delivery.h"
#include "push/push.h"

/* So many server errors on batches in a row are taken as they come; after that each halves the next batch. */
#define PATIENCE_WITH_SIZE 2

typedef struct AckBatch
{
	int			n;
	CartonaOrderClaim *claims;
} AckBatch;

/* A batch of its own memory, of some of these claims. */
static AckBatch *
copy_batch(const CartonaOrderClaim *claims, int n)
{
	AckBatch   *batch = palloc(sizeof(AckBatch));
	int			i;

	batch->n = n;
	batch->claims = palloc(sizeof(CartonaOrderClaim) * n);
	for (i = 0; i < n; i++)
		cartona_push_order_copy(&claims[i], &batch->claims[i]);
	return batch;
}

static const char **
refs_of(const AckBatch *batch)
{
	const char **refs = palloc(sizeof(char *) * batch->n);
	int			i;

	for (i = 0; i < batch->n; i++)
		refs[i] = batch->claims[i].hashed_id;
	return refs;
}

static void
send_batch(CartonaTraffic *traffic, const CartonaAccount *account, const CartonaOrderClaim *claims, int n)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cartona acks transfer", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	AckBatch   *batch = copy_batch(claims, n);
	const char *only = n == 1 ? batch->claims[0].hashed_id : NULL;

	cartona_traffic_send(traffic, account, CARTONA_TRANSFER_ACKS, "POST",
						 only ? cartona_api_status_path(only) : CARTONA_API_STATUSES_PATH,
						 only ? cartona_api_status_body(only, CARTONA_STATUS_SYNCED, NULL, NULL)
						 : cartona_api_statuses_body(refs_of(batch), n, CARTONA_STATUS_SYNCED),
						 context, batch);
	MemoryContextSwitchTo(old);
}

bool
cartona_push_acks(CartonaTraffic *traffic)
{
	const CartonaAccount *account = traffic->account;
	CartonaOrderClaim *claims;
	MemoryContext scratch;
	int			limit;
	int			n = 0;
	int			kept = 0;
	bool		on;
	int			i;

	if (account == NULL || traffic->pulling || traffic->pull_waits || cartona_traffic_room(traffic) == 0)
		return false;
	/* The last place is for what a clerk did. */
	if (account->push_parallel > 1 && traffic->in_flight >= account->push_parallel - 1)
		return false;
	limit = Max(account->push_batch_size >> Min(Max(traffic->refused_acks - PATIENCE_WITH_SIZE, 0), 10), 1);

	scratch = AllocSetContextCreate(CurrentMemoryContext, "cartona claims", ALLOCSET_DEFAULT_SIZES);
	cartona_xact_begin("claiming acknowledgements");
	on = cartona_account_is_on(traffic->account_id);
	if (on)
		n = cartona_claim_acks(traffic->account_id, limit, account->total_timeout_ms * 2, scratch, &claims);
	for (i = 0; i < n; i++)
	{
		if (claims[i].item_id != 0)
			claims[kept++] = claims[i];
		else
			cartona_settle_order_next(&claims[i]);
	}
	cartona_xact_commit();
	if (!on)
		traffic->account = NULL;
	if (kept > 0)
		send_batch(traffic, account, claims, kept);
	MemoryContextDelete(scratch);
	return n == limit;
}

static void
retry_batch(const AckBatch *batch, int64 delay_ms, bool counts, bool maybe_arrived, int http_status, const char *reason)
{
	int64	   *ids = palloc(sizeof(int64) * batch->n);
	int			i;

	for (i = 0; i < batch->n; i++)
		ids[i] = batch->claims[i].delivery_id;
	cartona_settle_retry(ids, batch->n, delay_ms, counts, http_status, reason);
	if (maybe_arrived)
		cartona_settle_maybe_arrived(ids, batch->n);
}

static void
log_batch(const CartonaTransfer *transfer, const AckBatch *batch,
		  const CartonaHttpAnswer *answer, const char *result, const char *message)
{
	CartonaLogEntry entry;

	memset(&entry, 0, sizeof(entry));
	entry.account_id = transfer->traffic->account_id;
	entry.kind = "order";
	entry.refs = refs_of(batch);
	entry.request = transfer->request;
	entry.http_status = answer->status;
	entry.duration_ms = answer->elapsed_ms;
	entry.items = batch->n;
	entry.result = result;
	entry.message = message;
	cartona_log_write(&entry);
}

bool
cartona_push_acks_answer(CartonaTransfer *transfer, const CartonaHttpAnswer *answer)
{
	CartonaTraffic *traffic = transfer->traffic;
	AckBatch   *batch = (AckBatch *) transfer->payload;
	char	   *reason = NULL;
	CartonaVerdict verdict;
	int			cap_s = traffic->account ? traffic->account->retry_cap_s : 900;
	bool		split = false;

	if (batch->n == 1)
	{
		cartona_push_order_settle(transfer, &batch->claims[0], answer);
		return false;
	}
	verdict = cartona_api_judge(answer, &reason);
	cartona_traffic_judge(transfer, verdict, answer, reason);
	switch (verdict)
	{
		case CARTONA_DONE:
			traffic->refused_acks = 0;
			traffic->acks += batch->n;
			cartona_settle_acks_done(traffic->account_id, batch->claims, batch->n);
			break;
		case CARTONA_RETRY:
			if (answer->status >= 500)
				traffic->refused_acks++;
			retry_batch(batch, cartona_settle_backoff(batch->claims[0].attempt, cap_s, answer->retry_after_s),
						true, cartona_push_maybe_arrived(answer), answer->status, reason);
			break;
		case CARTONA_STOP:
			retry_batch(batch, 0, false, false, answer->status, reason);
			break;
		case CARTONA_REFUSED:
			split = traffic->account != NULL;
			if (!split)
				retry_batch(batch, 0, false, false, answer->status, reason);
			break;
	}
	log_batch(transfer, batch, answer, split ? "split" : cartona_traffic_result_name(verdict), reason);
	return split;
}

void
cartona_push_acks_split(CartonaTransfer *transfer)
{
	AckBatch   *batch = (AckBatch *) transfer->payload;
	CartonaTraffic *traffic = transfer->traffic;
	int			half = batch->n / 2;

	/* The account may have been stopped by another answer, or disabled. */
	if (traffic->account == NULL)
	{
		cartona_xact_begin("giving back acknowledgements");
		retry_batch(batch, 0, false, false, 0, NULL);
		cartona_xact_commit();
		return;
	}
	send_batch(traffic, traffic->account, batch->claims, half);
	send_batch(traffic, traffic->account, batch->claims + half, batch->n - half);
}
