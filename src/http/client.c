/*-------------------------------------------------------------------------
 *
 * client.c
 *	  Many HTTP requests at once on one thread.
 *
 * Neighbours: push/ and pull/ start requests and take answers; the worker's
 * main loop waits on cartona_http_fd() beside its latch and calls
 * cartona_http_drive(); transfer.c is one request; mux.c keeps libcurl's sockets
 * behind that descriptor.  Each start gives exactly one answer, unless it is
 * abandoned.
 * Memory: the client's memory context frees all of it.  An answer is copied out
 * into the caller's context.
 * Failure: create and start throw before anything was sent; what goes wrong
 * later is an answer.
 *
 * IDENTIFICATION
 *	  src/http/client.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <curl/curl.h>

#include "lib/ilist.h"
#include "utils/memutils.h"

#include "http/client.h"
#include "http/mux.h"
#include "http/transfer.h"

struct CartonaHttp
{
	CartonaMux	mux;
	dlist_head	running;
	dlist_head	finished;
	int			in_flight;		/* on both lists */
	MemoryContextCallback callback;
};

void
cartona_http_start(CartonaHttp *http, const CartonaHttpRequest *request)
{
	CartonaHttpTransfer *transfer = cartona_transfer_make(request);
	CURLMcode	added;
	sigset_t	saved;

	cartona_mux_block_signals(&saved);
	added = curl_multi_add_handle(http->mux.multi, transfer->easy);
	cartona_mux_restore_signals(&saved);
	if (added != CURLM_OK)
	{
		cartona_transfer_free(transfer, http->mux.multi);
		ereport(ERROR,
				(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
				 errmsg("could not start an HTTP request: %s", curl_multi_strerror(added))));
	}
	dlist_push_tail(&http->running, &transfer->node);
	http->in_flight++;
}

static void
free_first(CartonaHttp *http, dlist_head *list)
{
	cartona_transfer_free(dlist_container(CartonaHttpTransfer, node, dlist_pop_head_node(list)), http->mux.multi);
}

void
cartona_http_abandon(CartonaHttp *http)
{
	while (!dlist_is_empty(&http->running))
		free_first(http, &http->running);
	while (!dlist_is_empty(&http->finished))
		free_first(http, &http->finished);
	http->in_flight = 0;
}

static void
close_client(void *arg)
{
	CartonaHttp *http = arg;

	cartona_http_abandon(http);
	cartona_mux_close(&http->mux);
}

CartonaHttp *
cartona_http_create(MemoryContext parent)
{
	static bool started = false;
	MemoryContext context;
	CartonaHttp *http;

	/* In the worker, never in the postmaster: TLS state must not be forked. */
	if (!started)
	{
		CURLcode	code = curl_global_init(CURL_GLOBAL_DEFAULT);

		if (code != CURLE_OK)
			ereport(ERROR,
					(errcode(ERRCODE_EXTERNAL_ROUTINE_EXCEPTION),
					 errmsg("could not start libcurl: %s", curl_easy_strerror(code))));
		started = true;
	}

	context = AllocSetContextCreate(parent, "cartona http", ALLOCSET_SMALL_SIZES);
	http = MemoryContextAllocZero(context, sizeof(CartonaHttp));
	dlist_init(&http->running);
	dlist_init(&http->finished);
	http->mux.epoll_fd = http->mux.timer_fd = -1;
	http->callback.func = close_client;
	http->callback.arg = http;
	MemoryContextRegisterResetCallback(context, &http->callback);
	PG_TRY();
	{
		cartona_mux_open(&http->mux);
	}
	PG_CATCH();
	{
		/* The parent may live long: leave nothing of a failed start in it. */
		MemoryContextDelete(context);
		PG_RE_THROW();
	}
	PG_END_TRY();
	return http;
}

int
cartona_http_fd(const CartonaHttp *http)
{
	return http->mux.epoll_fd;
}

/* libcurl is done with it. */
static void
finish(CartonaHttp *http, CartonaHttpTransfer *transfer, CURLcode code)
{
	cartona_transfer_finish(transfer, http->mux.multi, code);
	dlist_delete(&transfer->node);
	dlist_push_tail(&http->finished, &transfer->node);
}

void
cartona_http_drive(CartonaHttp *http)
{
	bool		working = cartona_mux_drive(&http->mux);
	CURLMsg    *message;
	int			left;

	while ((message = curl_multi_info_read(http->mux.multi, &left)) != NULL)
	{
		CartonaHttpTransfer *transfer = NULL;
		CURLcode	code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		/* The message is gone once its handle is. */
		(void) curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **) &transfer);
		if (transfer != NULL)
			finish(http, transfer, code);
	}

	/* No answer would come any more for those that are left: say so. */
	while (!working && !dlist_is_empty(&http->running))
	{
		CartonaHttpTransfer *transfer = dlist_head_element(CartonaHttpTransfer, node, &http->running);

		transfer->broken = "the connections broke down";
		finish(http, transfer, CURLE_ABORTED_BY_CALLBACK);
	}
}

CartonaHttpAnswer *
cartona_http_next(CartonaHttp *http)
{
	CartonaHttpTransfer *transfer;
	CartonaHttpAnswer *answer;

	if (dlist_is_empty(&http->finished))
		return NULL;
	transfer = dlist_head_element(CartonaHttpTransfer, node, &http->finished);

	/* All that can throw comes first: the transfer stays on its list then. */
	answer = palloc(sizeof(CartonaHttpAnswer));
	answer->error = pstrdup(transfer->error);
	answer->body = MemoryContextAllocHuge(CurrentMemoryContext, transfer->body_len + 1);

	answer->tag = transfer->tag;
	answer->outcome = transfer->outcome;
	answer->status = transfer->status;
	answer->sent = transfer->sent;
	answer->retry_after_s = transfer->retry_after_s;
	answer->elapsed_ms = transfer->elapsed_ms;
	answer->body_len = transfer->body_len;
	if (transfer->body_len > 0)
		memcpy(answer->body, transfer->body, transfer->body_len);
	answer->body[answer->body_len] = '\0';

	dlist_delete(&transfer->node);
	cartona_transfer_free(transfer, http->mux.multi);
	http->in_flight--;
	return answer;
}

int
cartona_http_in_flight(const CartonaHttp *http)
{
	return http->in_flight;
}
