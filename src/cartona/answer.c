/*-------------------------------------------------------------------------
 *
 * answer.c
 *	  What an answer of Cartona's supplier-integration API means, and says.
 *
 * Neighbours: push/ and pull/ judge what http/client.h brought; orders.c reads the
 * answer to pull-orders.  JSON is read with json-c through base/json.h only.
 * Memory: results in the caller's context; json-c's objects in a context that
 * is gone on return, so nothing of malloc's stays behind.
 * Failure: an answer never throws, whatever it holds.
 *
 * IDENTIFICATION
 *	  src/cartona/answer.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "base/json.h"
#include "cartona/api.h"

/* What a person reads of an answer; the log and the dead letters keep it. */
#define MAX_REASON 1000

/* A longer error answer is a web page: its start is enough. */
#define MAX_ERROR_BODY (256 * 1024)

char *
cartona_api_clean_text(const char *bytes, size_t len)
{
	static const char replacement[] = "\xEF\xBF\xBD";
	const unsigned char *in = (const unsigned char *) bytes;
	const unsigned char *end = in + len;
	size_t		bad = 0;
	char	   *text;
	char	   *out;
	int			pass;

	/*
	 * First count what is to be replaced, then write: one allocation of the
	 * right size.
	 */
	text = out = NULL;
	for (pass = 0; pass < 2; pass++)
	{
		if (pass == 1)
			text = out = MemoryContextAllocHuge(CurrentMemoryContext, len + 2 * bad + 1);
		for (in = (const unsigned char *) bytes; in < end;)
		{
			int			width = *in < 0x80 ? 1 : pg_utf_mblen(in);
			bool		good = *in != '\0' &&
				(*in < 0x80 || (end - in >= width && pg_utf8_islegal(in, width)));

			if (!good)
			{
				width = 1;
				bad++;
			}
			if (out != NULL)
			{
				memcpy(out, good ? (const char *) in : replacement, good ? width : 3);
				out += good ? width : 3;
			}
			in += width;
		}
	}
	*out = '\0';
	return text;
}

/*
 * Append "text" for a person to read on one line: without control characters,
 * runs of white space as one space.
 */
static void
append_readable(StringInfo out, const char *bytes, size_t len)
{
	const unsigned char *at = (const unsigned char *) cartona_api_clean_text(bytes, len);

	for (; *at != '\0'; at++)
	{
		bool		c1 = at[0] == 0xC2 && at[1] < 0xA0;

		if (*at > ' ' && *at != 0x7F && !c1)
			appendStringInfoCharMacro(out, *at);
		else if (out->len > 0 && out->data[out->len - 1] != ' ')
			appendStringInfoCharMacro(out, ' ');
		if (c1)
			at++;
		if (out->len > 4 * MAX_REASON)
			break;
	}
}

/* Append one part of a reason, unless the server said just that already. */
static void
append_part(StringInfo out, struct json_object *value)
{
	StringInfoData part;

	if (value == NULL || json_object_is_type(value, json_type_boolean))
		return;
	initStringInfo(&part);
	if (json_object_is_type(value, json_type_string))
		append_readable(&part, json_object_get_string(value), json_object_get_string_len(value));
	else
	{
		char	   *text = cartona_json_text(value);

		append_readable(&part, text, strlen(text));
	}
	if (part.len == 0 || strstr(out->data, part.data) != NULL)
		return;
	appendStringInfo(out, "%s%s", out->len > 0 ? "; " : "", part.data);
}

/* Append what an answer's body says: the members where servers put it, else its start. */
static void
append_body(StringInfo out, const char *body, size_t len)
{
	static const char *const names[] = {"error", "message", "errors"};
	struct json_object *answer = NULL;
	const char *why;
	int			i;

	if (len <= MAX_ERROR_BODY)
	{
		char	   *clean = cartona_api_clean_text(body, len);

		answer = cartona_json_parse(clean, strlen(clean), &why);
	}
	if (json_object_is_type(answer, json_type_string))
		append_part(out, answer);
	else if (answer != NULL && json_object_is_type(answer, json_type_object))
	{
		for (i = 0; i < (int) lengthof(names); i++)
		{
			struct json_object *value;

			if (json_object_object_get_ex(answer, names[i], &value))
				append_part(out, value);
		}
	}
	if (out->len == 0)
		append_readable(out, body, Min(len, MAX_ERROR_BODY));
}

static CartonaVerdict
judge_status(const CartonaHttpAnswer *answer)
{
	int			status = answer->status;

	if (answer->outcome == CARTONA_HTTP_FAILED)
		return CARTONA_RETRY;
	if (status >= 200 && status <= 299)
		return CARTONA_DONE;
	if (status == 401 || status == 403)
		return CARTONA_STOP;
	if (status == 408 || status == 425 || status == 429)
		return CARTONA_RETRY;
	if (status >= 400 && status <= 499)
		return CARTONA_REFUSED;
	return CARTONA_RETRY;
}

/* What there is to say about an answer that is not plainly done. */
static char *
explain(const CartonaHttpAnswer *answer)
{
	StringInfoData said;

	initStringInfo(&said);
	if (answer->outcome == CARTONA_HTTP_FAILED)
	{
		append_readable(&said, answer->error, strlen(answer->error));
		return said.len > 0 ? said.data : "no answer";
	}
	if (answer->outcome == CARTONA_HTTP_TOO_LARGE)
		return psprintf("HTTP %d: the answer is larger than allowed", answer->status);
	append_body(&said, answer->body, answer->body_len);
	if (said.len == 0)
		appendStringInfoString(&said, answer->status >= 300 && answer->status <= 399 ?
							   "redirects are not followed" : "an empty answer");
	return psprintf("HTTP %d: %s", answer->status, said.data);
}

CartonaVerdict
cartona_api_judge(const CartonaHttpAnswer *answer, char **reason)
{
	CartonaVerdict verdict = judge_status(answer);
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext work;
	char	   *said;

	if (verdict == CARTONA_DONE && answer->outcome == CARTONA_HTTP_ANSWERED)
	{
		*reason = pstrdup("");
		return verdict;
	}
	work = AllocSetContextCreate(caller, "cartona json", ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(work);
	said = explain(answer);
	MemoryContextSwitchTo(caller);
	*reason = pnstrdup(said, pg_encoding_mbcliplen(PG_UTF8, said, strlen(said), MAX_REASON));
	MemoryContextDelete(work);
	return verdict;
}
