/*-------------------------------------------------------------------------
 *
 * pull.c
 *	  One cycle in: every page of new orders into the inbox.
 *
 * Cartona returns the orders not yet acknowledged, page by page.  Pages are cut
 * from what is unacknowledged at that moment, so an acknowledgement accepted
 * while we are paging shifts the rest.  Therefore a pull waits until those on
 * their way are answered, and none is sent while it is paging (push/acks.c)
 * but for an order that a clerk has changed already; where one was accepted
 * all the same, the pull goes round once more.  The
 * end is a page without an order that this pull has not seen (empty, or a
 * server that ignores the page number); a short page is not the end, because a
 * server may return fewer than asked for.
 *
 * Neighbours: inbox.c stores the pages, apply.c takes them from there.
 * Transactions: one a page, when its answer is here.
 * Memory: the ids seen live in the pull's own context, a page's orders in its
 * transfer's.  Where the pull stands changes only after the commit
 * (cartona_pull_go_on): a page whose transaction fails is settled once more.
 * Failure: what cannot be read is kept in cartona.inbox_page with the reason;
 * the pull is tried again soon, from the same time on, because last_order_sync
 * moves only when all pages are in.
 *
 * IDENTIFICATION
 *	  src/pull/pull.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/spi.h"
#include "base/xact.h"
#include "inbox/inbox.h"
#include "monitor/log.h"
#include "outbox/delivery.h"
#include "pull/pull.h"

#define MAX_PASSES 3
#define MAX_PAGES 100000
#define SEEN_KEY_SIZE 256
#define RESTART_MS 5000

/* What comes after a page. */
typedef enum PullNext
{
	PULL_NEXT_PAGE,
	PULL_NEXT_PASS,
	PULL_SUCCEEDED,
	PULL_FAILED
} PullNext;

/* An answered page, read once, however often it is settled. */
typedef struct PullPage
{
	bool		read;
	CartonaApiOrder *orders;
	int			norders;		/* -1: "why" it is no page */
	char	   *why;
	int			unseen;			/* of its orders, by this pull */
	PullNext	next;
} PullPage;

static void
begin_pass(CartonaTraffic *traffic)
{
	HASHCTL		control;

	if (traffic->pull_context != NULL)
		MemoryContextDelete(traffic->pull_context);
	traffic->pull_context = AllocSetContextCreate(TopMemoryContext, "cartona pull", ALLOCSET_DEFAULT_SIZES);
	memset(&control, 0, sizeof(control));
	control.keysize = SEEN_KEY_SIZE;
	control.entrysize = SEEN_KEY_SIZE;
	control.hcxt = traffic->pull_context;
	traffic->pull_seen = hash_create("cartona pulled orders", 256, &control,
									 HASH_ELEM | HASH_CONTEXT | HASH_STRINGS);
	traffic->pull_page = 1;
	traffic->acks_before = traffic->acks;
}

static void
end_pull(CartonaTraffic *traffic)
{
	traffic->pulling = false;
	if (traffic->pull_context != NULL)
		MemoryContextDelete(traffic->pull_context);
	traffic->pull_context = NULL;
	traffic->pull_seen = NULL;
}

TimestampTz
cartona_pull_next_due(const CartonaTraffic *traffic)
{
	if (traffic->account == NULL || traffic->pulling)
		return PG_INT64_MAX;
	/* Their answers wake the worker. */
	if (traffic->pull_waits && traffic->acks_in_flight > 0)
		return PG_INT64_MAX;
	if (traffic->account->pull_wanted)
		return traffic->retry_at;
	return Max(traffic->pull_due, traffic->retry_at);
}

/* Ask for the page where the pull stands. */
static void
ask_for_page(CartonaTraffic *traffic)
{
	const CartonaAccount *account = traffic->account;
	MemoryContext context;
	MemoryContext old;

	if (account == NULL)
	{
		end_pull(traffic);
		return;
	}
	/* Should sending fail, no pull is running, and the next one is due soon. */
	traffic->pulling = false;
	traffic->pull_due = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), RESTART_MS);
	context = AllocSetContextCreate(CurrentMemoryContext, "cartona pull transfer", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(context);
	cartona_traffic_send(traffic, account, CARTONA_TRANSFER_PULL, "GET",
						 cartona_api_pull_path(traffic->pull_page, account->pull_page_size, account->pull_from),
						 NULL, context, palloc0(sizeof(PullPage)));
	MemoryContextSwitchTo(old);
	traffic->pulling = true;
}

void
cartona_pull_start(CartonaTraffic *traffic)
{
	static CartonaPlan plan = {
		"UPDATE cartona.account_state SET pull_wanted = false WHERE account_id = $1 AND pull_wanted",
		1, {INT4OID}
	};
	Datum		values[1];
	bool		on;

	if (cartona_pull_next_due(traffic) > GetCurrentTimestamp())
		return;
	traffic->pull_waits = traffic->acks_in_flight > 0;
	if (traffic->pull_waits)
		return;
	values[0] = Int32GetDatum(traffic->account_id);
	cartona_xact_begin("starting a pull");
	on = cartona_account_is_on(traffic->account_id);
	if (on && traffic->account->pull_wanted)
		cartona_spi_execute(&plan, values, NULL);
	cartona_xact_commit();
	if (!on)
	{
		traffic->account = NULL;
		return;
	}
	traffic->account->pull_wanted = false;
	traffic->pull_pass = 1;
	traffic->pull_started = GetCurrentTimestamp();
	begin_pass(traffic);
	ask_for_page(traffic);
}

static void
log_pull(CartonaTraffic *traffic, const CartonaTransfer *transfer, const CartonaHttpAnswer *answer,
		 int items, const char *result, const char *message)
{
	CartonaLogEntry entry;

	memset(&entry, 0, sizeof(entry));
	entry.account_id = traffic->account_id;
	entry.kind = transfer->kind == CARTONA_TRANSFER_PULL ? "pull" : "check";
	entry.request = transfer->request;
	entry.http_status = answer->status;
	entry.duration_ms = answer->elapsed_ms;
	entry.items = items;
	entry.result = result;
	entry.message = message;
	cartona_log_write(&entry);
}

static void
write_failure(const CartonaTraffic *traffic, const char *reason)
{
	static CartonaPlan plan = {
		"UPDATE cartona.account_state SET last_pull_error = $2 WHERE account_id = $1",
		2, {INT4OID, TEXTOID}
	};
	Datum		values[2];

	values[0] = Int32GetDatum(traffic->account_id);
	values[1] = CStringGetTextDatum(reason);
	cartona_spi_execute(&plan, values, NULL);
}

static void
write_success(const CartonaTraffic *traffic)
{
	static CartonaPlan plan = {
		"UPDATE cartona.account_state SET last_order_sync = $2, last_pull_at = now(), last_pull_error = NULL WHERE account_id = $1",
		2, {INT4OID, TIMESTAMPTZOID}
	};
	Datum		values[2];

	values[0] = Int32GetDatum(traffic->account_id);
	values[1] = TimestampTzGetDatum(traffic->pull_started);
	cartona_spi_execute(&plan, values, NULL);
}

/*
 * How many of the page's items this pull had not seen.  What is no order counts
 * too, by its text: a page full of such items is not the last one.
 */
static int
count_unseen(CartonaTraffic *traffic, const CartonaApiOrder *orders, int n)
{
	int			unseen = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		char		key[SEEN_KEY_SIZE];
		bool		found;

		if (orders[i].hashed_id != NULL)
			strlcpy(key, orders[i].hashed_id, sizeof(key));
		else
			snprintf(key, sizeof(key), "\n%u %zu", hash_bytes((const unsigned char *) orders[i].json,
															  (int) strlen(orders[i].json)), strlen(orders[i].json));
		(void) hash_search(traffic->pull_seen, key, HASH_ENTER, &found);
		if (!found)
			unseen++;
	}
	return unseen;
}

/* Read an answer's orders, into the transfer's memory. */
static void
read_page(CartonaTransfer *transfer, const CartonaHttpAnswer *answer)
{
	PullPage   *page = (PullPage *) transfer->payload;
	MemoryContext old;

	if (page->read)
		return;
	old = MemoryContextSwitchTo(transfer->context);
	/* Only 204 may say nothing: an empty 200 comes from something in between. */
	if (answer->body_len == 0 && answer->status != 204)
	{
		page->norders = -1;
		page->why = pstrdup("the answer is empty");
	}
	else
		page->norders = cartona_api_parse_orders(answer->body, answer->body_len, &page->orders, &page->why);
	MemoryContextSwitchTo(old);
	page->unseen = count_unseen(transfer->traffic, page->orders, page->norders);
	page->read = true;
}

/* A page that was answered well: store it, and say what comes after it. */
static PullNext
take_page(CartonaTransfer *transfer, const CartonaHttpAnswer *answer)
{
	CartonaTraffic *traffic = transfer->traffic;
	PullPage   *page = (PullPage *) transfer->payload;
	CartonaInboxCount count;

	read_page(transfer, answer);
	if (page->norders < 0)
	{
		cartona_inbox_keep_page(traffic->account_id, page->why, answer->body, answer->body_len);
		log_pull(traffic, transfer, answer, 0, "retry", page->why);
		write_failure(traffic, psprintf("the answer is no list of orders: %s", page->why));
		return PULL_FAILED;
	}
	if (page->norders > 0)
		cartona_inbox_store(traffic->account_id, "pull", page->orders, page->norders, &count);
	log_pull(traffic, transfer, answer, page->norders, "done", NULL);
	if (page->unseen > 0 && traffic->pull_page < MAX_PAGES)
		return PULL_NEXT_PAGE;
	if (traffic->acks != traffic->acks_before && traffic->pull_pass < MAX_PASSES)
		return PULL_NEXT_PASS;
	write_success(traffic);
	return PULL_SUCCEEDED;
}

void
cartona_pull_answer(CartonaTransfer *transfer, const CartonaHttpAnswer *answer)
{
	CartonaTraffic *traffic = transfer->traffic;
	PullPage   *page = (PullPage *) transfer->payload;
	char	   *reason = NULL;
	CartonaVerdict verdict = cartona_api_judge(answer, &reason);

	cartona_traffic_judge(transfer, verdict, answer, reason);
	if (verdict == CARTONA_DONE && answer->outcome == CARTONA_HTTP_ANSWERED)
	{
		page->next = take_page(transfer, answer);
		return;
	}
	log_pull(traffic, transfer, answer, 0,
			 verdict == CARTONA_DONE ? "retry" : cartona_traffic_result_name(verdict), reason);
	if (answer->outcome == CARTONA_HTTP_TOO_LARGE)
		cartona_inbox_keep_page(traffic->account_id, reason, answer->body, answer->body_len);
	write_failure(traffic, reason);
	page->next = PULL_FAILED;
}

void
cartona_pull_go_on(CartonaTransfer *transfer)
{
	CartonaTraffic *traffic = transfer->traffic;
	const CartonaAccount *account = traffic->account;
	int			cap_s = 900;

	switch (((PullPage *) transfer->payload)->next)
	{
		case PULL_NEXT_PAGE:
			traffic->pull_page++;
			ask_for_page(traffic);
			break;
		case PULL_NEXT_PASS:
			traffic->pull_pass++;
			begin_pass(traffic);
			ask_for_page(traffic);
			break;
		case PULL_SUCCEEDED:
			traffic->pull_failures = 0;
			if (account != NULL)
				traffic->pull_due = traffic->pull_started + account->pull_interval_us;
			end_pull(traffic);
			break;
		case PULL_FAILED:
			if (account != NULL)
				cap_s = Max((int) Min(account->pull_interval_us / 1000000, account->retry_cap_s), 1);
			traffic->pull_failures++;
			traffic->pull_due = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
															cartona_settle_backoff(traffic->pull_failures, cap_s, -1));
			end_pull(traffic);
			break;
	}
}

void
cartona_check_record(int32 account_id, const char *result)
{
	static CartonaPlan plan = {
		"UPDATE cartona.account_state SET check_wanted = false, last_check_at = now(), last_check_result = $2 WHERE account_id = $1",
		2, {INT4OID, TEXTOID}
	};
	Datum		values[2];

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(result);
	cartona_spi_execute(&plan, values, NULL);
}

void
cartona_check_start(CartonaTraffic *traffic, const CartonaAccount *account)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cartona check transfer", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);

	cartona_traffic_send(traffic, account, CARTONA_TRANSFER_CHECK, "GET", CARTONA_API_CHECK_PATH,
						 NULL, context, NULL);
	MemoryContextSwitchTo(old);
}

void
cartona_check_answer(CartonaTransfer *transfer, const CartonaHttpAnswer *answer)
{
	CartonaTraffic *traffic = transfer->traffic;
	char	   *reason = NULL;
	CartonaVerdict verdict = cartona_api_judge(answer, &reason);
	char	   *result;

	switch (verdict)
	{
		case CARTONA_DONE:
			result = psprintf("ok: Cartona answered in %.0f ms", answer->elapsed_ms);
			break;
		case CARTONA_STOP:
			result = psprintf("the token is not accepted (HTTP %d): %s", answer->status, reason);
			break;
		default:
			result = answer->status > 0 ? psprintf("failed (HTTP %d): %s", answer->status, reason)
				: psprintf("failed: %s", reason);
	}
	cartona_check_record(traffic->account_id, result);
	log_pull(traffic, transfer, answer, 0, cartona_traffic_result_name(verdict), reason);
}
