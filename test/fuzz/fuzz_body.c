/*-------------------------------------------------------------------------
 *
 * fuzz_body.c
 *	  Fuzz target: JSON from outside, a webhook's body and a page of orders.
 *
 * What is checked beside memory: what is made fit for jsonb is JSON, and stays as
 * it is when it is made fit again; a refusal has a reason.
 *
 * IDENTIFICATION
 *	  test/fuzz/fuzz_body.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "base/json.h"
#include "cartona/api.h"
#include "cartona/fit.h"
#include "webhook/body.h"

#include "fuzz.h"

/* What was made fit is JSON for good. */
static void
check_fit(const char *json)
{
	StringInfoData again;
	const char *why;

	if (cartona_json_parse(json, strlen(json), &why) == NULL && why != NULL)
		abort();
	initStringInfo(&again);
	if (cartona_fit_jsonb(json, strlen(json), &again) != NULL || strcmp(again.data, json) != 0)
		abort();
}

/* The text as the body of an answer that refuses something. */
static void
check_refusal(char *text, size_t size)
{
	CartonaHttpAnswer answer = {0};
	char	   *reason;

	answer.outcome = CARTONA_HTTP_ANSWERED;
	answer.status = 422;
	answer.body = text;
	answer.body_len = size;
	answer.error = "";
	if (cartona_api_judge(&answer, &reason) != CARTONA_REFUSED || reason == NULL || reason[0] == '\0' || strlen(reason) > 1000)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text = malloc(size + 1);
	CartonaApiOrder *orders;
	const char *order = NULL;
	const char *why = NULL;
	char	   *reason;
	char	   *json;
	int			n;
	int			i;

	memcpy(text, data, size);
	text[size] = '\0';

	json = cartona_body_json(text, size, &order, &why);
	if (json == NULL ? why == NULL : order == NULL)
		abort();
	if (json != NULL)
		check_fit(json);

	n = cartona_api_parse_orders(text, size, &orders, &reason);
	for (i = 0; i < n; i++)
	{
		if (orders[i].why == NULL)
			check_fit(orders[i].json);
	}
	check_refusal(text, size);
	free(text);
	cartona_fuzz_reset();
	return 0;
}
