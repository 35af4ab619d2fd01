/*-------------------------------------------------------------------------
 *
 * transfer.h
 *	  One HTTP request, from what is asked to what came back.  For client.c
 *	  only.
 *
 * IDENTIFICATION
 *	  src/http/transfer.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_TRANSFER_H
#define CARTONA_TRANSFER_H

#include <curl/curl.h>

#include "lib/ilist.h"

#include "http/client.h"

/* From start to the answer's handing over; malloc'd. */
typedef struct CartonaHttpTransfer
{
	dlist_node	node;			/* the client's */
	CURL	   *easy;			/* NULL once finished */
	struct curl_slist *headers;
	char	   *token;			/* NULL: none */
	bool		once;
	int			begun;			/* how often libcurl began to send it */
	uint64		tag;

	/* the answer, as it comes in */
	char	   *body;			/* NULL while empty; no NUL behind it */
	size_t		body_len;
	size_t		body_room;
	size_t		max_body;
	size_t		header_bytes;
	bool		too_large;
	const char *broken;			/* why a callback gave up, NULL: it did not */
	char		error[CURL_ERROR_SIZE];

	/* the result, once finished */
	CartonaHttpOutcome outcome;
	int			status;
	bool		sent;
	int			retry_after_s;
	double		elapsed_ms;
} CartonaHttpTransfer;

/*
 * The request as libcurl is to send it, not yet added to "multi".  Throws where
 * it cannot be sent (a token no header can carry, an unusable URL) or memory is
 * out.
 */
extern CartonaHttpTransfer *cartona_transfer_make(const CartonaHttpRequest *request);

/* Note the result, of which libcurl says "code", and let go of libcurl's side and the token.  Never throws. */
extern void cartona_transfer_finish(CartonaHttpTransfer *transfer, CURLM *multi, CURLcode code);

/* With libcurl's side, where it has one still; "multi" NULL: it was never added.  Never throws. */
extern void cartona_transfer_free(CartonaHttpTransfer *transfer, CURLM *multi);

#endif							/* CARTONA_TRANSFER_H */
