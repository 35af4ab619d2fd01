/*-------------------------------------------------------------------------
 *
 * answers.c
 *	  Answered requests, until each is settled.
 *
 * Neighbours: http/client.c answers, push and pull settle, sync.c calls.
 * Transactions: one for all answers that are here; after one that failed, one
 * each, so that a row somebody has locked holds up only its own answer.
 * Memory: answers live in a context of their own, reset when all are settled.
 * Failure: none is lost: what could not be settled stays in the list.
 *
 * IDENTIFICATION
 *	  src/worker/answers.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/memutils.h"

#include "base/xact.h"
#include "pull/pull.h"
#include "push/push.h"
#include "worker/answers.h"

/* A request that was answered, until the answer is settled. */
typedef struct Answered
{
	CartonaTransfer *transfer;
	CartonaHttpAnswer *answer;
} Answered;

static CartonaHttp *http = NULL;
static MemoryContext answers_context = NULL;
static List *answers = NIL;		/* of Answered, in answers_context */

void
cartona_answers_start(MemoryContext parent, CartonaHttp *client)
{
	http = client;
	answers_context = AllocSetContextCreate(parent, "cartona answers", ALLOCSET_DEFAULT_SIZES);
}

bool
cartona_answers_waiting(void)
{
	return answers != NIL;
}

void
cartona_answers_collect(void)
{
	MemoryContext old = MemoryContextSwitchTo(answers_context);
	CartonaHttpAnswer *answer;

	cartona_http_drive(http);
	while ((answer = cartona_http_next(http)) != NULL)
	{
		Answered   *answered = palloc(sizeof(Answered));

		answered->transfer = cartona_traffic_take(answer->tag);
		answered->answer = answer;
		answers = lappend(answers, answered);
	}
	MemoryContextSwitchTo(old);
}

/* Settle one answer in the open transaction; true: its transfer goes on afterwards. */
static bool
settle(CartonaTransfer *transfer, const CartonaHttpAnswer *answer)
{
	switch (transfer->kind)
	{
		case CARTONA_TRANSFER_ORDER:
			cartona_push_order_answer(transfer, answer);
			return false;
		case CARTONA_TRANSFER_ACKS:
			return cartona_push_acks_answer(transfer, answer);
		case CARTONA_TRANSFER_PRODUCTS:
			return cartona_push_products_answer(transfer, answer);
		case CARTONA_TRANSFER_PULL:
			cartona_pull_answer(transfer, answer);
			return true;
		case CARTONA_TRANSFER_CHECK:
			cartona_check_answer(transfer, answer);
			return false;
	}
	return false;
}

/* What follows from a settled answer, outside any transaction. */
static void
go_on(CartonaTransfer *transfer)
{
	switch (transfer->kind)
	{
		case CARTONA_TRANSFER_ACKS:
			cartona_push_acks_split(transfer);
			break;
		case CARTONA_TRANSFER_PRODUCTS:
			cartona_push_products_split(transfer);
			break;
		case CARTONA_TRANSFER_PULL:
			cartona_pull_go_on(transfer);
			break;
		default:
			break;
	}
}

bool
cartona_answers_settle(bool together)
{
	bool		pulled = false;
	List	   *batch;
	bool	   *goes_on;
	ListCell   *lc;
	int			i;

	if (answers == NIL)
		return false;
	if (together)
		batch = list_copy(answers);
	else
	{
		/* The next one goes to the end, so that all have their turn. */
		void	   *first = linitial(answers);
		MemoryContext old = MemoryContextSwitchTo(answers_context);

		answers = lappend(list_delete_first(answers), first);
		MemoryContextSwitchTo(old);
		batch = list_make1(first);
	}

	goes_on = palloc0(sizeof(bool) * list_length(batch));
	cartona_xact_begin("settling answers");
	i = 0;
	foreach(lc, batch)
	{
		Answered   *answered = (Answered *) lfirst(lc);

		pulled = pulled || answered->transfer->kind == CARTONA_TRANSFER_PULL;
		goes_on[i++] = settle(answered->transfer, answered->answer);
	}
	cartona_xact_commit();

	/* Settled: whatever comes of what follows, they are not settled again. */
	foreach(lc, batch)
		answers = list_delete_ptr(answers, lfirst(lc));
	i = 0;
	foreach(lc, batch)
	{
		CartonaTransfer *transfer = ((Answered *) lfirst(lc))->transfer;

		if (goes_on[i++])
			go_on(transfer);
		cartona_traffic_end(transfer);
	}
	if (answers == NIL)
		MemoryContextReset(answers_context);
	return pulled;
}
