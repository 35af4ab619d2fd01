/*-------------------------------------------------------------------------
 *
 * orders.c
 *	  Split an answer to pull-orders into orders, each fit for jsonb.
 *
 * Neighbours: pull/ hands over an answer's body, inbox/ stores what comes out.
 *
 * Each order's own text is cut out of the body instead of being written anew
 * from parsed values, because json-c's numbers would lose digits.  The body is
 * therefore walked twice: once over brackets and quotes, to find where each
 * item begins and ends (a truncated page is known before any work is done for
 * it), then item by item: make the text one that jsonb takes (fit.c), let
 * json-c judge it, read the key.  What one item holds can spoil that item only.
 *
 * Memory: results in the caller's context, work in a scratch context that is
 * reset after each item.
 * Failure: throws only on out of memory and interrupts; everything that can be
 * wrong with an answer is a result with a reason.
 *
 * IDENTIFICATION
 *	  src/cartona/orders.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/json.h"
#include "cartona/api.h"
#include "cartona/fit.h"

/* A page holds some hundred orders; more than this is no page of orders. */
#define MAX_ITEMS 100000

/* The key's limit: it stands in a unique index. */
#define MAX_HASHED_ID 200

/* A stretch of the body. */
typedef struct Slice
{
	const char *start;
	size_t		len;
} Slice;

/* Where to read on in a text that ends at "end". */
typedef struct Cursor
{
	const char *at;
	const char *end;
} Cursor;

static void
skip_space(Cursor *cursor)
{
	while (cursor->at < cursor->end &&
		   (*cursor->at == ' ' || *cursor->at == '\t' ||
			*cursor->at == '\n' || *cursor->at == '\r'))
		cursor->at++;
}

/* Step over "c" and the white space around it. */
static bool
take(Cursor *cursor, char c)
{
	skip_space(cursor);
	if (cursor->at >= cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	skip_space(cursor);
	return true;
}

/*
 * Step over one string; false when the text ends inside it.  The cursor stands
 * on its opening quote.
 */
static bool
take_string(Cursor *cursor)
{
	for (cursor->at++; cursor->at < cursor->end; cursor->at++)
	{
		if (*cursor->at == '\\')
			cursor->at++;
		else if (*cursor->at == '"')
		{
			cursor->at++;
			return true;
		}
	}
	cursor->at = cursor->end;
	return false;
}

/*
 * Step over one value of any kind, looking at brackets and quotes only; false
 * when the text ends inside it or there is none.  Without recursion: depth
 * costs nothing here, and json-c limits it later.
 */
static bool
take_value(Cursor *cursor, Slice *value)
{
	size_t		depth = 0;

	value->start = cursor->at;
	while (cursor->at < cursor->end)
	{
		char		c = *cursor->at;

		if (c == '"')
		{
			if (!take_string(cursor))
				return false;
		}
		else if (c == '[' || c == '{')
		{
			depth++;
			cursor->at++;
		}
		else if (depth > 0)
		{
			if (c == ']' || c == '}')
				depth--;
			cursor->at++;
		}
		else
		{
			/* A number or a word goes on until something ends it. */
			const char *start = cursor->at;

			while (cursor->at < cursor->end && strchr("[]{},:\" \t\n\r", *cursor->at) == NULL)
				cursor->at++;
			if (cursor->at == start || cursor->at == cursor->end)
				return false;
		}
		if (depth == 0)
		{
			value->len = cursor->at - value->start;
			return true;
		}
	}
	return false;
}

/* Is the JSON string "key" (with its quotes) spelled "name", escapes or not? */
static bool
key_is(Slice key, const char *name)
{
	struct json_object *string;
	const char *why;

	if (key.len < 2)
		return false;
	if (memchr(key.start, '\\', key.len) == NULL)
		return key.len - 2 == strlen(name) &&
			memcmp(key.start + 1, name, key.len - 2) == 0;
	string = cartona_json_parse(key.start, key.len, &why);
	return string != NULL && strcmp(json_object_get_string(string), name) == 0;
}

/*
 * The value of member "name" of the object at the cursor, which is left behind
 * the object.  Of duplicate keys the last counts, as in jsonb.  Returns false
 * when the text is no complete object; value->start is NULL when the object has
 * no such member.
 */
static bool
find_member(Cursor *cursor, const char *name, Slice *value)
{
	value->start = NULL;
	if (!take(cursor, '{'))
		return false;
	if (take(cursor, '}'))
		return true;
	for (;;)
	{
		Slice		key;
		Slice		found;

		if (cursor->at >= cursor->end || *cursor->at != '"' ||
			!take_value(cursor, &key) || !take(cursor, ':') ||
			!take_value(cursor, &found))
			return false;
		if (key_is(key, name))
			*value = found;
		if (take(cursor, ','))
			continue;
		return take(cursor, '}');
	}
}

/*
 * The hashed_id of an object's text: a string's characters or a number's
 * digits, as they stand.  NULL and *why when there is none to use.
 */
static char *
read_hashed_id(const char *text, size_t len, const char **why)
{
	Cursor		cursor;
	Slice		value;
	char	   *hashed_id;

	cursor.at = text;
	cursor.end = text + len;
	*why = "the order has no hashed_id";
	if (!find_member(&cursor, "hashed_id", &value) || value.start == NULL)
		return NULL;

	if (*value.start == '"')
	{
		struct json_object *string = cartona_json_parse(value.start, value.len, why);

		if (string == NULL)
			return NULL;
		hashed_id = pnstrdup(json_object_get_string(string),
							 json_object_get_string_len(string));
	}
	else if (*value.start == '-' || isdigit((unsigned char) *value.start))
		hashed_id = pnstrdup(value.start, value.len);
	else
	{
		if (*value.start != 'n')
			*why = "the order's hashed_id is neither text nor number";
		return NULL;
	}

	if (hashed_id[0] == '\0')
		*why = "the order's hashed_id is empty";
	else if (strlen(hashed_id) > MAX_HASHED_ID)
		*why = "the order's hashed_id is too long";
	else
		return hashed_id;
	return NULL;
}

/*
 * Make one order of an item.  Runs in the scratch context; what is kept is
 * copied into "result".
 */
static void
read_order(Slice item, CartonaApiOrder *order, MemoryContext result)
{
	StringInfoData json;
	const char *why;
	char	   *hashed_id = NULL;

	initStringInfo(&json);
	why = cartona_fit_jsonb(item.start, item.len, &json);
	if (why == NULL)
	{
		struct json_object *object = cartona_json_parse(json.data, json.len, &why);

		if (why == NULL && !json_object_is_type(object, json_type_object))
			why = "the item is no object";
		else if (why == NULL)
			hashed_id = read_hashed_id(json.data, json.len, &why);
	}
	else
	{
		/* No jsonb, so kept as it came. */
		resetStringInfo(&json);
		appendBinaryStringInfo(&json, item.start, item.len);
	}

	order->json = MemoryContextStrdup(result, json.data);
	order->hashed_id = hashed_id == NULL ? NULL : MemoryContextStrdup(result, hashed_id);
	order->why = hashed_id == NULL ? MemoryContextStrdup(result, why) : NULL;
}

/*
 * The items of the array at the cursor, which is left behind it.  Returns their
 * number, or -1 and *why.
 */
static int
split_array(Cursor *cursor, Slice **items, const char **why)
{
	int			nitems = 0;
	int			room = 64;

	*items = palloc(room * sizeof(Slice));
	if (!take(cursor, '['))
	{
		*why = "the answer is no array of orders";
		return -1;
	}
	if (take(cursor, ']'))
		return 0;
	for (;;)
	{
		if (nitems == MAX_ITEMS)
		{
			*why = "the answer holds too many items for one page";
			return -1;
		}
		if (nitems == room)
		{
			room *= 2;
			*items = repalloc(*items, room * sizeof(Slice));
		}
		if (!take_value(cursor, &(*items)[nitems]))
			break;
		nitems++;
		if (take(cursor, ','))
			continue;
		if (take(cursor, ']'))
			return nitems;
		break;
	}
	*why = cursor->at >= cursor->end ?
		"the answer ends in the middle" : "the answer is malformed JSON";
	return -1;
}

/*
 * Find the array of orders in the page and split it.  Returns the number of
 * items, or -1 and *why.
 */
static int
split_page(Slice page, Slice **items, const char **why)
{
	static const char *const names[] = {"data", "orders"};
	Cursor		cursor;
	int			i;
	int			nitems;

	cursor.at = page.start;
	cursor.end = page.start + page.len;
	skip_space(&cursor);
	if (cursor.at >= cursor.end)
		return 0;

	if (*cursor.at == '{')
	{
		Cursor		object = cursor;
		Slice		found = {NULL, 0};

		for (i = 0; i < (int) lengthof(names) && found.start == NULL; i++)
		{
			object = cursor;
			if (!find_member(&object, names[i], &found))
			{
				*why = object.at >= object.end ?
					"the answer ends in the middle" : "the answer is malformed JSON";
				return -1;
			}
			if (found.start != NULL && *found.start != '[')
				found.start = NULL;
		}
		if (found.start == NULL)
		{
			*why = "the answer is an object without an array \"data\" or \"orders\"";
			return -1;
		}
		if (object.at < object.end)
		{
			*why = "the answer goes on behind its end";
			return -1;
		}
		cursor.at = found.start;
		cursor.end = found.start + found.len;
	}
	else if (*cursor.at == '<')
	{
		*why = "the answer is HTML or XML, not JSON";
		return -1;
	}

	nitems = split_array(&cursor, items, why);
	if (nitems >= 0 && cursor.at < cursor.end)
	{
		*why = "the answer goes on behind its end";
		return -1;
	}
	return nitems;
}

int
cartona_api_parse_orders(const char *body, size_t body_len,
						 CartonaApiOrder **orders, char **why)
{
	static const char byte_order_mark[] = "\xEF\xBB\xBF";
	MemoryContext result = CurrentMemoryContext;
	MemoryContext work;
	MemoryContext scratch;
	Slice		page;
	Slice	   *items = NULL;
	const char *reason = NULL;
	int			nitems;
	int			i;

	*orders = NULL;
	*why = NULL;
	work = AllocSetContextCreate(result, "cartona page", ALLOCSET_DEFAULT_SIZES);
	scratch = AllocSetContextCreate(work, "cartona page item", ALLOCSET_DEFAULT_SIZES);

	MemoryContextSwitchTo(work);
	page.start = cartona_api_clean_text(body, body_len);
	page.len = strlen(page.start);
	if (strncmp(page.start, byte_order_mark, 3) == 0)
	{
		page.start += 3;
		page.len -= 3;
	}
	nitems = split_page(page, &items, &reason);

	if (nitems > 0)
		*orders = MemoryContextAllocZero(result, nitems * sizeof(CartonaApiOrder));
	for (i = 0; i < nitems; i++)
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextSwitchTo(scratch);
		read_order(items[i], &(*orders)[i], result);
		MemoryContextReset(scratch);
	}

	MemoryContextSwitchTo(result);
	if (nitems < 0)
		*why = pstrdup(reason);
	MemoryContextDelete(work);
	return nitems;
}
