/*-------------------------------------------------------------------------
 *
 * api.c
 *	  Cartona's supplier-integration API: addresses, payloads, what an answer
 *	  means.
 *
 * Neighbours: push/ and pull/ build their requests here and send them with
 * http/client.h; orders.c reads the answer to pull-orders.  JSON is built and
 * read with json-c through base/json.h only.
 *
 * Memory: results in the caller's context; json-c's objects in a context that
 * is gone on return, so nothing of malloc's stays behind.
 * Failure: a wrong setting or a value that cannot be sent throws; an answer
 * never does, whatever it holds.
 *
 * IDENTIFICATION
 *	  src/cartona/api.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "base/json.h"
#include "cartona/api.h"

#define API_ROOT "/api/v1"

/* What a person reads of an answer; the log and the dead letters keep it. */
#define MAX_REASON 1000

/* A longer error answer is a web page: its start is enough. */
#define MAX_ERROR_BODY (256 * 1024)

/*
 * Addresses
 */

/* A text without the white space around it, which a paste often brings. */
static void
trim(const char *text, const char **start, const char **end)
{
	*start = text;
	while (isspace((unsigned char) **start))
		(*start)++;
	*end = *start + strlen(*start);
	while (*end > *start && isspace((unsigned char) (*end)[-1]))
		(*end)--;
}

/* Is "port" (up to "end") empty or a port number? */
static bool
port_ok(const char *port, const char *end)
{
	int			number = 0;

	for (; port < end; port++)
	{
		if (!isdigit((unsigned char) *port))
			return false;
		number = number * 10 + (*port - '0');
		if (number > 65535)
			return false;
	}
	return true;
}

/* "host", "host:port", "[address]" or "[address]:port" */
static bool
host_ok(const char *host, const char *end)
{
	const char *at = host;

	if (at < end && *at == '[')
	{
		for (at++; at < end && (isxdigit((unsigned char) *at) || *at == ':' || *at == '.'); at++)
			;
		if (at == end || *at != ']' || at == host + 1)
			return false;
		at++;
	}
	else
	{
		while (at < end && (isalnum((unsigned char) *at) || strchr("-._", *at) != NULL))
			at++;
		if (at == host)
			return false;
	}
	return at == end || (*at == ':' && port_ok(at + 1, end));
}

/* This machine itself, where a simulator or a proxy of one's own may listen. */
static bool
is_loopback(const char *host, const char *end)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
	int			i;

	for (i = 0; i < (int) lengthof(names); i++)
	{
		size_t		len = strlen(names[i]);

		if ((size_t) (end - host) >= len && pg_strncasecmp(host, names[i], len) == 0 &&
			(host + len == end || host[len] == ':'))
			return true;
	}
	return false;
}

bool
cartona_api_url_ok(const char *base, const char **why)
{
	const char *end;
	const char *host;
	const char *host_end;
	const char *at;

	*why = NULL;
	trim(base, &base, &end);
	if (pg_strncasecmp(base, "https://", 8) == 0)
		host = base + 8;
	else if (pg_strncasecmp(base, "http://", 7) == 0)
		host = base + 7;
	else
	{
		*why = base == end ? "the URL is empty" : "the URL does not start with https://";
		return false;
	}

	for (at = host; at < end; at++)
	{
		if ((unsigned char) *at <= ' ' || (unsigned char) *at >= 0x7F || strchr("\"<>\\^`{|}", *at) != NULL)
			*why = "the URL holds a character that no URL can hold";
		else if (*at == '?' || *at == '#')
			*why = "the URL holds a query or a fragment";
		if (*why != NULL)
			return false;
	}
	for (host_end = host; host_end < end && *host_end != '/'; host_end++)
	{
		if (*host_end == '@')
		{
			*why = "the URL holds a user name";
			return false;
		}
	}
	if (!host_ok(host, host_end))
	{
		*why = "the URL names no host";
		return false;
	}
	if (pg_strncasecmp(base, "http://", 7) == 0 && !is_loopback(host, host_end))
	{
		*why = "the URL does not start with https://, and the token must not travel in the clear";
		return false;
	}
	return true;
}

char *
cartona_api_url(const char *base, const char *path)
{
	const char *why;
	const char *end;
	const char *host;
	size_t		root = strlen(API_ROOT);

	if (!cartona_api_url_ok(base, &why))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the account's API URL cannot be used: %s", why),
				 errhint("Set it to the address Cartona gave you, for instance https://supplier-integrations.cartona.com.")));

	trim(base, &base, &end);
	host = strstr(base, "://") + 3;
	while (end[-1] == '/')
		end--;
	/* In the path only: a host may be called "api". */
	if ((size_t) (end - host) > root && memcmp(end - root, API_ROOT, root) == 0)
		end -= root;
	while (end[-1] == '/')
		end--;
	return psprintf("%.*s%s%s", (int) (end - base), base, API_ROOT, path);
}

/* Append "text" so that it is one segment of a path or one value of a query. */
static void
append_encoded(StringInfo out, const char *text)
{
	for (; *text != '\0'; text++)
	{
		unsigned char c = (unsigned char) *text;

		if (c < 0x80 && (isalnum(c) || strchr("-._~", c) != NULL))
			appendStringInfoChar(out, c);
		else
			appendStringInfo(out, "%%%02X", c);
	}
}

char *
cartona_api_pull_path(int page, int per_page, const char *from)
{
	StringInfoData path;

	initStringInfo(&path);
	appendStringInfo(&path, "/order/pull-orders?page=%d&per_page=%d", page, per_page);
	if (from != NULL)
	{
		appendStringInfoString(&path, "&from=");
		append_encoded(&path, from);
	}
	return path.data;
}

char *
cartona_api_orders_path(int per_page, const char *from, const char *to)
{
	StringInfoData path;

	initStringInfo(&path);
	appendStringInfoString(&path, cartona_api_pull_path(1, per_page, from));
	if (to != NULL)
	{
		appendStringInfoString(&path, "&to=");
		append_encoded(&path, to);
	}
	return path.data;
}

char *
cartona_api_status_path(const char *hashed_id)
{
	StringInfoData path;

	initStringInfo(&path);
	appendStringInfoString(&path, "/order/update-order-status/");
	append_encoded(&path, hashed_id);
	return path.data;
}

/*
 * Payloads
 */

/* Where json-c objects of one call live; the caller deletes it with work_end(). */
static MemoryContext
work_begin(MemoryContext *caller)
{
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "cartona json",
											   ALLOCSET_SMALL_SIZES);

	*caller = MemoryContextSwitchTo(work);
	return work;
}

/* The text of "object" in the caller's context, which is current again. */
static char *
work_end(MemoryContext work, MemoryContext caller, struct json_object *object)
{
	char	   *text;

	MemoryContextSwitchTo(caller);
	text = cartona_json_text(object);
	MemoryContextDelete(work);
	return text;
}

/* Add a new value to an object, which then owns it. */
static void
add(struct json_object *object, const char *key, struct json_object *value)
{
	if (value != NULL && json_object_object_add(object, key, value) == 0)
		return;
	if (value != NULL)
		json_object_put(value);
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("out of memory")));
}

static void
add_text(struct json_object *object, const char *key, const char *text)
{
	if (text != NULL)
		add(object, key, json_object_new_string(text));
}

char *
cartona_api_status_body(const char *hashed_id, const char *status,
						const char *retailer_otp, const char *cancellation_reason)
{
	MemoryContext caller;
	MemoryContext work = work_begin(&caller);
	struct json_object *body = cartona_json_own(json_object_new_object());

	add_text(body, "hashed_id", hashed_id);
	add_text(body, "status", status);
	add_text(body, "retailer_otp", retailer_otp);
	add_text(body, "cancellation_reason", cancellation_reason);
	return work_end(work, caller, body);
}

/* Add a new value to an array, which then owns it. */
static void
append(struct json_object *array, struct json_object *value)
{
	if (value != NULL && json_object_array_add(array, value) == 0)
		return;
	if (value != NULL)
		json_object_put(value);
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("out of memory")));
}

char *
cartona_api_statuses_body(const char *const *hashed_ids, int n, const char *status)
{
	MemoryContext caller;
	MemoryContext work = work_begin(&caller);
	struct json_object *body = cartona_json_own(json_object_new_array());
	int			i;

	for (i = 0; i < n; i++)
	{
		struct json_object *item = json_object_new_object();

		append(body, item);
		add_text(item, "hashed_id", hashed_ids[i]);
		add_text(item, "status", status);
	}
	return work_end(work, caller, body);
}

/*
 * A price as a JSON number of exactly these digits: as a double it could come
 * out as 12.300000000000001.
 */
static struct json_object *
new_price(const char *price)
{
	size_t		whole = strspn(price, "0123456789");
	size_t		fraction = price[whole] == '.' ? strspn(price + whole + 1, "0123456789") : 0;
	size_t		len = whole + (fraction > 0 ? fraction + 1 : 0);

	if (whole == 0 || price[len] != '\0' || (whole > 1 && price[0] == '0'))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("price \"%s\" is no plain decimal number", price)));
	return json_object_new_double_s(strtod(price, NULL), price);
}

static void
fill_product(struct json_object *item, const CartonaApiProduct *product)
{
	add_text(item, "supplier_product_id", product->supplier_product_id);
	add_text(item, "internal_product_id", product->internal_product_id);
	if (product->price != NULL)
		add(item, "selling_price", new_price(product->price));
	/* Always said, or a product that was unlimited once would stay so. */
	add(item, "is_unlimited_stock", json_object_new_boolean(product->unlimited));
	if (!product->unlimited)
	{
		if (product->stock < 0)
			elog(ERROR, "stock " INT64_FORMAT " of a product is negative", product->stock);
		add(item, "available_stock_quantity", json_object_new_int64(product->stock));
	}
	add(item, "in_stock", json_object_new_boolean(product->in_stock));
}

char *
cartona_api_products_body(const CartonaApiProduct *products, int nproducts)
{
	MemoryContext caller;
	MemoryContext work = work_begin(&caller);
	struct json_object *body = cartona_json_own(json_object_new_array());
	int			i;

	for (i = 0; i < nproducts; i++)
	{
		struct json_object *item = json_object_new_object();

		append(body, item);
		fill_product(item, &products[i]);
	}
	return work_end(work, caller, body);
}

/*
 * Answers
 */

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
	MemoryContext caller;
	MemoryContext work;
	char	   *said;

	if (verdict == CARTONA_DONE && answer->outcome == CARTONA_HTTP_ANSWERED)
	{
		*reason = pstrdup("");
		return verdict;
	}
	work = work_begin(&caller);
	said = explain(answer);
	MemoryContextSwitchTo(caller);
	*reason = pnstrdup(said, pg_encoding_mbcliplen(PG_UTF8, said, strlen(said), MAX_REASON));
	MemoryContextDelete(work);
	return verdict;
}
