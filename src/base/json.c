/*-------------------------------------------------------------------------
 *
 * json.c
 *	  json-c objects owned by memory contexts.
 *
 * json-c allocates with malloc, which an error's longjmp would leak.  Every
 * object therefore belongs to a memory context from the moment it exists; its
 * reset callback puts the one reference.  Neighbours: cartona/ builds and reads
 * payloads through this file, and nothing else parses JSON with json-c.
 *
 * Failure: out of memory throws; a text that is no JSON is an answer (NULL and
 * a reason), never an error.  Nothing here throws while json-c is on the stack.
 *
 * IDENTIFICATION
 *	  src/base/json.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>

#include "utils/memutils.h"

#include "base/json.h"

static void
put_object(void *object)
{
	json_object_put((struct json_object *) object);
}

static void
out_of_memory(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("out of memory"),
			 errdetail("A JSON value could not be made.")));
}

struct json_object *
cartona_json_own(struct json_object *object)
{
	MemoryContextCallback *callback;

	if (object == NULL)
		out_of_memory();

	/* Without throwing: nobody owns the object yet. */
	callback = MemoryContextAllocExtended(CurrentMemoryContext, sizeof(*callback),
										  MCXT_ALLOC_NO_OOM);
	if (callback == NULL)
	{
		json_object_put(object);
		out_of_memory();
	}
	callback->func = put_object;
	callback->arg = object;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, callback);
	return object;
}

/* One parse; NULL with *why set, or with *why NULL for a JSON null. */
static struct json_object *
parse(const char *text, size_t len, int flags, const char **why)
{
	struct json_tokener *tokener = json_tokener_new_ex(CARTONA_JSON_DEPTH);
	struct json_object *object;
	enum json_tokener_error error;

	if (tokener == NULL)
		out_of_memory();
	json_tokener_set_flags(tokener, flags);
	object = json_tokener_parse_ex(tokener, text, (int) len);
	error = json_tokener_get_error(tokener);
	if (error == json_tokener_continue)
	{
		/*
		 * A number's end is only seen at the end of the text, which this
		 * says.
		 */
		object = json_tokener_parse_ex(tokener, "", 1);
		error = json_tokener_get_error(tokener);
	}
	json_tokener_free(tokener);
	if (error == json_tokener_success)
		return object;

	if (object != NULL)
		json_object_put(object);
	if (error == json_tokener_error_depth)
		*why = "the text is nested too deeply";
	else if (error == json_tokener_continue || error == json_tokener_error_parse_eof)
		*why = "the text ends in the middle";
	else
		*why = json_tokener_error_desc(error);
	return NULL;
}

/* Fewer digits than those of an int64. */
#define DIGITS 18

/*
 * Is the text JSON to the letter?  json-c in strict mode refuses more than JSON
 * does: 0.18 takes every byte above 127 for a control character (json-c issue
 * 892), and from 0.17 on an integer beyond 64 bits is no number.  So it judges a
 * copy in which those bytes, which only strings can hold, are ordinary letters,
 * and of many digits in a row only the first ones stand, which changes neither a
 * number's form nor an escape in a string.
 */
static bool
is_strict(const char *text, size_t len, const char **why)
{
	char	   *copy = MemoryContextAllocHuge(CurrentMemoryContext, len + 1);
	struct json_object *object;
	size_t		copied = 0;
	size_t		digits = 0;
	size_t		i;

	for (i = 0; i < len; i++)
	{
		digits = text[i] >= '0' && text[i] <= '9' ? digits + 1 : 0;
		if (digits <= DIGITS)
			copy[copied++] = (text[i] & 0x80) ? 'x' : text[i];
	}
	copy[copied] = '\0';
	object = parse(copy, copied, JSON_TOKENER_STRICT, why);
	if (object != NULL)
		json_object_put(object);
	pfree(copy);
	return *why == NULL;
}

struct json_object *
cartona_json_parse(const char *text, size_t len, const char **why)
{
	struct json_object *object;

	*why = NULL;
	/* json-c takes a NUL for the end of the text and counts bytes in an int. */
	if (len > 0 && memchr(text, '\0', len) != NULL)
	{
		*why = "the text holds a NUL byte";
		return NULL;
	}
	if (len >= INT_MAX)
	{
		*why = "the text is too long";
		return NULL;
	}
	if (!is_strict(text, len, why))
		return NULL;
	object = parse(text, len, JSON_TOKENER_VALIDATE_UTF8, why);
	return object == NULL ? NULL : cartona_json_own(object);
}

char *
cartona_json_text(struct json_object *object)
{
	const char *text = json_object_to_json_string_ext(object,
													  JSON_C_TO_STRING_PLAIN |
													  JSON_C_TO_STRING_NOSLASHESCAPE);

	if (text == NULL)
		out_of_memory();
	return pstrdup(text);
}
