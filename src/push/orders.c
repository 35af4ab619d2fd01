/*-------------------------------------------------------------------------
 *
 * orders.c
 *	  Send order statuses, one in flight per order.
 *
 * Neighbours: claim.c leases the head of each order's queue, traffic.c carries
 * it, settle.c records.
 * Transactions: claiming and settling are short; none while the request is out.
 * Memory: a claim lives in its transfer's context.
 * Failure: a refused status goes to the dead letters and the order's next one
 * goes on; everything else is tried again.
 *
 * IDENTIFICATION
 *	  src/push/orders.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/spi.h"
#include "base/xact.h"
#include "cartona/rule.h"
#include "cartona/status.h"
#include "monitor/log.h"
#include "outbox/delivery.h"
#include "push/push.h"

static void
log_order(CartonaTraffic *traffic, const CartonaOrderClaim *claim, const char *request,
		  const CartonaHttpAnswer *answer, const char *result, const char *message)
{
	CartonaLogEntry entry;

	memset(&entry, 0, sizeof(entry));
	entry.account_id = traffic->account_id;
	entry.kind = "order";
	entry.subject = claim->order_id;
	entry.ref = claim->hashed_id;
	entry.request = request;
	entry.http_status = answer ? answer->status : 0;
	entry.duration_ms = answer ? answer->elapsed_ms : 0;
	entry.items = 1;
	entry.result = result;
	entry.message = message;
	cartona_log_write(&entry);
}

/*
 * Why a status is not sent after all; NULL: send it.  The trigger saw the order
 * as it was; this sees what is known now.
 */
static const char *
reason_to_drop(const CartonaOrderClaim *claim)
{
	if (strcmp(claim->status, CARTONA_STATUS_SYNCED) == 0)
		return NULL;
	if (!cartona_rule_allows(claim->delivered_by, CARTONA_TO_CARTONA, claim->status))
		return "Cartona delivers this order: only its cancellation is reported";
	if (!cartona_status_is_ahead(claim->known_status, claim->status))
		return psprintf("Cartona knows it as %s already", claim->known_status);
	return NULL;
}

/* What a human must know of an order, in cartona.problem. */
static void
set_problem(int32 account_id, const CartonaOrderClaim *claim, const char *problem)
{
	static CartonaPlan plan = {
		"UPDATE cartona.order_sync SET problem = $3 WHERE account_id = $1 AND hashed_id = $2",
		3, {INT4OID, TEXTOID, TEXTOID}
	};
	Datum		values[3];

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(claim->hashed_id);
	values[2] = CStringGetTextDatum(problem);
	cartona_spi_execute(&plan, values, NULL);
}

/*
 * Odoo confirmed what Cartona holds as cancelled, or cancelled what it holds as
 * delivered: nothing can be sent.
 */
static void
note_contradiction(int32 account_id, const CartonaOrderClaim *claim)
{
	/*
	 * A draft asks for nothing: it was set back after the end, and may be
	 * deleted next.
	 */
	if (strcmp(claim->status, CARTONA_STATUS_PENDING) == 0 ||
		!cartona_status_is_end(claim->known_status) ||
		cartona_status_is_end(claim->status) == (strncmp(claim->known_status, "cancelled", 9) == 0))
		return;
	set_problem(account_id, claim,
				psprintf("Odoo's state \"%s\" means %s, but at Cartona the order is %s for good",
						 claim->odoo_state ? claim->odoo_state : "", claim->status, claim->known_status));
}

void
cartona_push_order_copy(const CartonaOrderClaim *claim, CartonaOrderClaim *copy)
{
	*copy = *claim;
	copy->hashed_id = pstrdup(claim->hashed_id);
	copy->status = pstrdup(claim->status);
	copy->odoo_state = claim->odoo_state ? pstrdup(claim->odoo_state) : NULL;
	copy->known_status = claim->known_status ? pstrdup(claim->known_status) : NULL;
	copy->delivered_by = NULL;
}

bool
cartona_push_orders(CartonaTraffic *traffic)
{
	CartonaOrderClaim *claims;
	MemoryContext scratch;
	const CartonaAccount *account = traffic->account;
	int			room = cartona_traffic_room(traffic);
	bool	   *send;
	bool		on;
	int			n = 0;
	int			i;

	if (room == 0)
		return false;

	scratch = AllocSetContextCreate(CurrentMemoryContext, "cartona claims", ALLOCSET_DEFAULT_SIZES);
	cartona_xact_begin("claiming order statuses");
	on = cartona_account_is_on(traffic->account_id);
	if (on)
		n = cartona_claim_orders(traffic->account_id, room, account->total_timeout_ms * 2, scratch, &claims);
	send = MemoryContextAllocZero(scratch, sizeof(bool) * (n + 1));
	for (i = 0; i < n; i++)
	{
		const char *why = claims[i].item_id == 0 ? "" : reason_to_drop(&claims[i]);

		send[i] = why == NULL;
		if (send[i])
			continue;
		if (claims[i].item_id != 0)
		{
			log_order(traffic, &claims[i], NULL, NULL, "dropped", why);
			note_contradiction(traffic->account_id, &claims[i]);
		}
		cartona_settle_order_next(&claims[i]);
	}
	cartona_xact_commit();
	if (!on)
		traffic->account = NULL;

	for (i = 0; i < n; i++)
	{
		MemoryContext context;
		MemoryContext old;
		CartonaOrderClaim *claim;

		if (!send[i])
			continue;
		context = AllocSetContextCreate(CurrentMemoryContext, "cartona order transfer", ALLOCSET_SMALL_SIZES);
		old = MemoryContextSwitchTo(context);
		claim = palloc(sizeof(CartonaOrderClaim));
		cartona_push_order_copy(&claims[i], claim);
		cartona_traffic_send(traffic, account, CARTONA_TRANSFER_ORDER, "POST",
							 cartona_api_status_path(claim->hashed_id),
							 cartona_api_status_body(claim->hashed_id, claim->status, NULL, NULL),
							 context, claim);
		MemoryContextSwitchTo(old);
	}
	MemoryContextDelete(scratch);
	return n == room;
}

void
cartona_push_order_answer(CartonaTransfer *transfer, const CartonaHttpAnswer *answer)
{
	cartona_push_order_settle(transfer, (CartonaOrderClaim *) transfer->payload, answer);
}

bool
cartona_push_maybe_arrived(const CartonaHttpAnswer *answer)
{
	return answer->status != 429 && answer->status != 425;
}

void
cartona_push_order_settle(CartonaTransfer *transfer, const CartonaOrderClaim *claim, const CartonaHttpAnswer *answer)
{
	CartonaTraffic *traffic = transfer->traffic;
	char	   *reason = NULL;
	CartonaVerdict verdict = cartona_api_judge(answer, &reason);
	const char *result = cartona_traffic_result_name(verdict);
	int			cap_s = traffic->account ? traffic->account->retry_cap_s : 900;

	cartona_traffic_judge(transfer, verdict, answer, reason);
	switch (verdict)
	{
		case CARTONA_DONE:
			if (strcmp(claim->status, CARTONA_STATUS_SYNCED) == 0)
				traffic->acks++;
			cartona_settle_order_done(traffic->account_id, claim);
			break;
		case CARTONA_RETRY:
			cartona_settle_retry(&claim->delivery_id, 1,
								 cartona_settle_backoff(claim->attempt, cap_s, answer->retry_after_s),
								 true, answer->status, reason);
			if (cartona_push_maybe_arrived(answer))
				cartona_settle_maybe_arrived(&claim->delivery_id, 1);
			break;
		case CARTONA_STOP:
			cartona_settle_retry(&claim->delivery_id, 1, 0, false, answer->status, reason);
			break;
		case CARTONA_REFUSED:

			/*
			 * An earlier attempt may have been accepted without our hearing
			 * of it, and this is the refusal of a repetition.  If the order
			 * has moved on, the newest status is what counts; else it is
			 * taken for accepted, and a human is told.
			 */
			if (claim->lease_lost && claim->more)
			{
				result = "dropped";
				cartona_settle_order_next(claim);
			}
			else if (claim->lease_lost)
			{
				result = "presumed";
				cartona_settle_order_done(traffic->account_id, claim);
				set_problem(traffic->account_id, claim,
							psprintf("an attempt to send %s got no answer, its repetition was refused (%s); it was probably accepted the first time",
									 claim->status, reason));
			}
			else
				cartona_settle_order_dead(traffic->account_id, claim, answer->status, reason);
			break;
	}
	log_order(traffic, claim, transfer->request, answer, result, reason);
}
