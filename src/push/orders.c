/*-------------------------------------------------------------------------
 *
 * orders.c
 *	  Send what orders have to tell, one request in flight per order.
 *
 * The head of an order's queue is a status, or a comparison (level.c), which
 * stays at the head until it finds nothing more to tell.
 *
 * Neighbours: claim.c leases the head of each order's queue, traffic.c carries
 * it, settle.c records.
 * Transactions: claiming and settling are short; none while the request is out.
 * Memory: a claim lives in its transfer's context.
 * Failure: what is refused goes to the dead letters and the order's next item
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
#include "odoo/fulfil.h"
#include "outbox/delivery.h"
#include "push/added.h"
#include "push/level.h"
#include "push/push.h"

/* A claim on its way: what was sent for it. */
typedef struct OrderTransfer
{
	CartonaOrderClaim claim;
	CartonaStep step;			/* of a comparison */
} OrderTransfer;

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

/* What a human must know of an order, in cartona.problem; beside what is there already. */
static void
set_problem(int32 account_id, const CartonaOrderClaim *claim, const char *problem)
{
	static CartonaPlan plan = {
		"UPDATE cartona.order_sync SET problem = concat_ws('; ', problem, $3)"
		" WHERE account_id = $1 AND hashed_id = $2 AND strpos(coalesce(problem, ''), $3) = 0",
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

/*
 * Why Cartona is told that the order is cancelled: what the order says, else
 * what the account says.
 */
static const char *
cancellation_reason(const CartonaAccount *account, const CartonaOrderClaim *claim)
{
	if (!cartona_rule_is_cancellation(claim->status))
		return NULL;
	if (claim->cancel_reason == NULL)
		return account->cancellation_reason;
	if (cartona_api_is_reason(claim->cancel_reason))
		return claim->cancel_reason;
	set_problem(account->id, claim,
				psprintf("Cartona has no cancellation reason \"%s\": the account's was sent", claim->cancel_reason));
	return account->cancellation_reason;
}

/* Decide what goes out for a claim, in the claiming transaction.  False: nothing; it is settled. */
static bool
prepare(CartonaTraffic *traffic, OrderTransfer *out)
{
	CartonaOrderClaim *claim = &out->claim;
	CartonaStep *step = &out->step;
	const char *why;

	if (claim->item_id == 0)
	{
		cartona_settle_order_next(claim);
		return false;
	}
	if (claim->compare)
	{
		cartona_level_next(traffic->account, claim, step);
		if (step->problem != NULL)
			set_problem(traffic->account_id, claim, step->problem);
		claim->status = step->status;
		if (step->kind == CARTONA_STEP_ADD)
			cartona_added_intend(traffic->account_id, claim, step);
		if (step->kind != CARTONA_STEP_NONE)
			return true;
		cartona_level_set_waiting(traffic->account_id, claim, step->waiting);
		log_order(traffic, claim, NULL, NULL, step->waiting ? "waiting" : "dropped", step->waiting ? step->waiting : step->why);
		cartona_settle_order_next(claim);
		return false;
	}
	why = reason_to_drop(claim);
	if (why == NULL)
	{
		step->body = cartona_api_status_body(claim->hashed_id, claim->status, NULL, cancellation_reason(traffic->account, claim));
		return true;
	}
	log_order(traffic, claim, NULL, NULL, "dropped", why);
	note_contradiction(traffic->account_id, claim);
	cartona_settle_order_next(claim);
	return false;
}

static char *
copy_text(const char *text)
{
	return text ? pstrdup(text) : NULL;
}

void
cartona_push_order_copy(const CartonaOrderClaim *claim, CartonaOrderClaim *copy)
{
	*copy = *claim;
	copy->hashed_id = pstrdup(claim->hashed_id);
	copy->status = pstrdup(claim->status);
	copy->odoo_state = copy_text(claim->odoo_state);
	copy->known_status = copy_text(claim->known_status);
	copy->delivered_by = NULL;
	copy->cancel_reason = NULL;
}

/* Into the context of the transfer, which is current. */
static OrderTransfer *
copy_transfer(const OrderTransfer *from)
{
	OrderTransfer *to = palloc0(sizeof(OrderTransfer));
	int			i;

	cartona_push_order_copy(&from->claim, &to->claim);
	to->step.kind = from->step.kind;
	to->step.otp = copy_text(from->step.otp);
	to->step.nlines = from->step.nlines;
	to->step.lines = palloc((from->step.nlines + 1) * sizeof(CartonaStepLine));
	for (i = 0; i < from->step.nlines; i++)
	{
		to->step.lines[i] = from->step.lines[i];
		to->step.lines[i].key = pstrdup(from->step.lines[i].key);
		to->step.lines[i].quantity = copy_text(from->step.lines[i].quantity);
		to->step.lines[i].price = copy_text(from->step.lines[i].price);
		to->step.lines[i].said = copy_text(from->step.lines[i].said);
		to->step.lines[i].factor = copy_text(from->step.lines[i].factor);
	}
	return to;
}

bool
cartona_push_orders(CartonaTraffic *traffic)
{
	CartonaOrderClaim *claims;
	OrderTransfer *out;
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
	out = MemoryContextAllocZero(scratch, sizeof(OrderTransfer) * (n + 1));
	for (i = 0; i < n; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(scratch);

		out[i].claim = claims[i];
		send[i] = prepare(traffic, &out[i]);
		MemoryContextSwitchTo(old);
	}
	cartona_xact_commit();
	if (!on)
		traffic->account = NULL;

	for (i = 0; i < n; i++)
	{
		MemoryContext context;
		MemoryContext old;
		CartonaStepKind kind = out[i].step.kind;
		bool		lines = kind == CARTONA_STEP_DETAILS || kind == CARTONA_STEP_ADD;

		if (!send[i])
			continue;
		context = AllocSetContextCreate(CurrentMemoryContext, "cartona order transfer", ALLOCSET_SMALL_SIZES);
		old = MemoryContextSwitchTo(context);
		if (kind == CARTONA_STEP_LOOK_UP)
			cartona_traffic_send(traffic, account, CARTONA_TRANSFER_ORDER, "GET",
								 out[i].step.path, NULL, context, copy_transfer(&out[i]));
		else
			cartona_traffic_send(traffic, account, CARTONA_TRANSFER_ORDER, "POST",
								 lines ? CARTONA_API_DETAILS_PATH : cartona_api_status_path(out[i].claim.hashed_id),
								 out[i].step.body, context, copy_transfer(&out[i]));
		MemoryContextSwitchTo(old);
	}
	MemoryContextDelete(scratch);
	return n == room;
}

/* What Cartona holds of an order was read, or cannot be ("body" NULL): compare again. */
static void
looked_up(CartonaTraffic *traffic, const CartonaOrderClaim *claim, const char *body, size_t len)
{
	char	   *problem = cartona_added_looked_up(traffic->account_id, claim, body, len);

	if (problem != NULL)
		set_problem(traffic->account_id, claim, problem);
	cartona_settle_order_again(claim);
}

/* A step of a comparison was accepted: remember it, and compare again. */
static void
accept_step(CartonaTraffic *traffic, const CartonaOrderClaim *claim, const CartonaStep *step)
{
	if (step->kind == CARTONA_STEP_DETAILS)
		cartona_level_accepted(traffic->account_id, claim, step);
	else if (step->kind == CARTONA_STEP_ADD)
		cartona_added_settle(traffic->account_id, claim, step, true);
	else
	{
		cartona_settle_order_known(traffic->account_id, claim);
		cartona_level_set_waiting(traffic->account_id, claim, NULL);
	}
	cartona_settle_order_again(claim);
}

/*
 * The server's words without the password, which some repeat: the password is
 * nobody's to read in a log.
 */
static char *
without_otp(char *reason, const char *otp)
{
	char	   *at;

	if (otp == NULL || reason == NULL)
		return reason;
	for (at = strstr(reason, otp); at != NULL; at = strstr(at + strlen(otp), otp))
		memset(at, '*', strlen(otp));
	return reason;
}

/*
 * Refused with a password: most likely it is the wrong one.  It is taken off
 * the order, so that it is not tried again, and the delivery waits for another.
 */
static void
refuse_otp(CartonaTraffic *traffic, const CartonaOrderClaim *claim, const char *reason)
{
	cartona_fulfil_forget_otp((int32) claim->order_id);
	cartona_level_set_waiting(traffic->account_id, claim,
							  psprintf("it is delivered, and Cartona refused the retailer's one-time password (%s): ask him again, and enter it as cartona_otp of the order", reason));
	cartona_settle_order_next(claim);
}

bool
cartona_push_maybe_arrived(const CartonaHttpAnswer *answer)
{
	return answer->sent && answer->status != 429 && answer->status != 425;
}

static bool
cancels_a_line(const CartonaStep *step)
{
	int			i;

	for (i = 0; i < step->nlines; i++)
		if (step->lines[i].cancelled)
			return true;
	return false;
}

/* While the retailer is editing the order Cartona takes nothing for it; that passes. */
static bool
is_edited(const CartonaOrderClaim *claim, CartonaVerdict verdict)
{
	return verdict == CARTONA_REFUSED && claim->known_status != NULL &&
		strcmp(claim->known_status, CARTONA_STATUS_EDITING) == 0;
}

/*
 * Cartona will never take this as it is.  The log's word for what is done about
 * it.
 */
static const char *
refuse(CartonaTraffic *traffic, const CartonaOrderClaim *claim, const CartonaStep *step, int http_status, const char *reason)
{
	const char *result = cartona_traffic_result_name(CARTONA_REFUSED);

	/*
	 * An earlier attempt may have been accepted without our hearing of it,
	 * and this is the refusal of a repetition.  If the order has moved on,
	 * the newest status is what counts; else it is taken for accepted, and a
	 * human is told.  A line that was changed is not refused for having been
	 * changed already; one that was cancelled may be.
	 */
	if (step->kind != CARTONA_STEP_ADD && step->kind != CARTONA_STEP_LOOK_UP &&
		cartona_settle_order_overtaken(traffic->account_id, claim))
	{
		/* no wonder: Cartona has told meanwhile what became of the order */
		result = "dropped";
		cartona_settle_order_next(claim);
	}
	else if (step->otp != NULL && !claim->lease_lost)
		refuse_otp(traffic, claim, reason);
	else if (step->kind == CARTONA_STEP_LOOK_UP)
		looked_up(traffic, claim, NULL, 0);
	else if (step->kind == CARTONA_STEP_ADD)
	{
		/* an attempt that may have arrived was looked up before this one */
		cartona_added_settle(traffic->account_id, claim, step, false);
		cartona_settle_order_dead(traffic->account_id, claim, http_status, reason);
	}
	else if (claim->lease_lost && claim->more && !claim->compare)
	{
		result = "dropped";
		cartona_settle_order_next(claim);
	}
	else if (claim->lease_lost && (step->kind != CARTONA_STEP_DETAILS || cancels_a_line(step)))
	{
		result = "presumed";
		if (claim->compare)
			accept_step(traffic, claim, step);
		else
			cartona_settle_order_done(traffic->account_id, claim);
		set_problem(traffic->account_id, claim,
					psprintf("an attempt to send %s got no answer, its repetition was refused (%s); it was probably accepted the first time",
							 claim->status, reason));
	}
	else
		cartona_settle_order_dead(traffic->account_id, claim, http_status, reason);
	return result;
}

static void
settle_order(CartonaTransfer *transfer, const CartonaOrderClaim *claim, const CartonaStep *step,
			 const CartonaHttpAnswer *answer)
{
	CartonaTraffic *traffic = transfer->traffic;
	char	   *reason = NULL;
	CartonaVerdict verdict = cartona_api_judge(answer, &reason);
	const char *result = cartona_traffic_result_name(verdict);
	int			cap_s = traffic->account ? traffic->account->retry_cap_s : 900;
	bool		arrived = cartona_push_maybe_arrived(answer);	/* perhaps */

	reason = without_otp(reason, step->otp);
	cartona_traffic_judge(transfer, verdict, answer, reason);
	if (is_edited(claim, verdict))
	{
		verdict = CARTONA_RETRY;
		result = "retry";
		reason = psprintf("the retailer is editing the order (%s)", reason);
		arrived = false;
	}
	switch (verdict)
	{
		case CARTONA_DONE:
			if (step->kind == CARTONA_STEP_LOOK_UP)
				looked_up(traffic, claim, answer->body, answer->body_len);
			else if (claim->compare)
				accept_step(traffic, claim, step);
			if (claim->compare)
				break;
			if (strcmp(claim->status, CARTONA_STATUS_SYNCED) == 0)
				traffic->acks++;
			cartona_settle_order_done(traffic->account_id, claim);
			break;
		case CARTONA_RETRY:
			cartona_settle_retry(&claim->delivery_id, 1,
								 cartona_settle_backoff(claim->attempt, cap_s, answer->retry_after_s),
								 true, answer->status, reason);
			if (arrived)
				cartona_settle_maybe_arrived(&claim->delivery_id, 1);
			else if (step->kind == CARTONA_STEP_ADD)
				cartona_added_settle(traffic->account_id, claim, step, false);
			break;
		case CARTONA_STOP:
			if (step->kind == CARTONA_STEP_ADD)
				cartona_added_settle(traffic->account_id, claim, step, false);
			cartona_settle_retry(&claim->delivery_id, 1, 0, false, answer->status, reason);
			break;
		case CARTONA_REFUSED:
			result = refuse(traffic, claim, step, answer->status, reason);
			break;
	}
	log_order(traffic, claim, transfer->request, answer, result, reason);
}

void
cartona_push_order_settle(CartonaTransfer *transfer, const CartonaOrderClaim *claim, const CartonaHttpAnswer *answer)
{
	CartonaStep none;

	memset(&none, 0, sizeof(none));
	settle_order(transfer, claim, &none, answer);
}

void
cartona_push_order_answer(CartonaTransfer *transfer, const CartonaHttpAnswer *answer)
{
	OrderTransfer *sent = (OrderTransfer *) transfer->payload;

	settle_order(transfer, &sent->claim, &sent->step, answer);
}
