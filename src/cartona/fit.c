/*-------------------------------------------------------------------------
 *
 * fit.c
 *	  Text from outside as jsonb takes it.
 *
 * json-c and jsonb do not agree on what JSON is: jsonb refuses \u0000, half
 * surrogate pairs, bare control characters and numbers that numeric cannot
 * hold, and json-c lets NaN and comments pass.  One pass over strings, numbers
 * and words settles these; brackets, commas and depth are json-c's to judge.
 * Neighbours: orders.c, the only user.
 *
 * Failure: what cannot be fitted is a reason, never an error.
 *
 * IDENTIFICATION
 *	  src/cartona/fit.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "cartona/fit.h"

/*
 * numeric, which jsonb stores numbers in, takes 131072 digits before the point
 * and 16383 behind it.  A number beyond these smaller bounds is no amount and
 * no price; it is kept as text.
 */
#define MAX_NUMBER_LENGTH 200
#define MAX_EXPONENT_DIGITS 3

/* Where to read on in a text that ends at "end". */
typedef struct Cursor
{
	const char *at;
	const char *end;
} Cursor;

/* The value of four hexadecimal digits at "text", -1 when they are none. */
static int
hex4(const char *text, const char *end)
{
	int			value = 0;
	int			i;

	if (end - text < 4)
		return -1;
	for (i = 0; i < 4; i++)
	{
		unsigned char c = (unsigned char) text[i];

		if (!isxdigit(c))
			return -1;
		value = value * 16 + (isdigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value;
}

/*
 * Append the \u escape at the cursor (on the "u"): without \u0000, which jsonb
 * refuses, and with U+FFFD for half a surrogate pair, which it refuses too.
 */
static const char *
fit_unicode_escape(Cursor *cursor, StringInfo out)
{
	int			code = hex4(cursor->at + 1, cursor->end);
	int			low = -1;

	if (code < 0)
		return "a backslash in a text stands before something that means nothing";
	if (code >= 0xD800 && code <= 0xDBFF &&
		cursor->end - cursor->at > 6 && cursor->at[5] == '\\' && cursor->at[6] == 'u')
		low = hex4(cursor->at + 7, cursor->end);

	if (low >= 0xDC00 && low <= 0xDFFF)
	{
		appendStringInfoChar(out, '\\');
		appendBinaryStringInfo(out, cursor->at, 11);
		cursor->at += 11;
		return NULL;
	}
	if (code >= 0xD800 && code <= 0xDFFF)
		appendStringInfoString(out, "\\ufffd");
	else if (code != 0)
	{
		appendStringInfoChar(out, '\\');
		appendBinaryStringInfo(out, cursor->at, 5);
	}
	cursor->at += 5;
	return NULL;
}

/* Append the string at the cursor (on its opening quote). */
static const char *
fit_string(Cursor *cursor, StringInfo out)
{
	appendStringInfoCharMacro(out, '"');
	cursor->at++;
	while (cursor->at < cursor->end)
	{
		const char *plain = cursor->at;

		while (cursor->at < cursor->end && (unsigned char) *cursor->at >= 0x20 &&
			   *cursor->at != '"' && *cursor->at != '\\')
			cursor->at++;
		appendBinaryStringInfo(out, plain, cursor->at - plain);
		if (cursor->at >= cursor->end)
			break;

		if (*cursor->at == '"')
		{
			appendStringInfoCharMacro(out, '"');
			cursor->at++;
			return NULL;
		}
		if (*cursor->at != '\\')
		{
			/* A bare line feed or tab, which some senders leave in comments. */
			appendStringInfo(out, "\\u%04x", (unsigned char) *cursor->at);
			cursor->at++;
			continue;
		}
		cursor->at++;
		if (cursor->at >= cursor->end)
			break;
		if (*cursor->at == 'u')
		{
			const char *why = fit_unicode_escape(cursor, out);

			if (why != NULL)
				return why;
		}
		else if (strchr("\"\\/bfnrt", *cursor->at) != NULL)
		{
			appendStringInfoChar(out, '\\');
			appendStringInfoChar(out, *cursor->at);
			cursor->at++;
		}
		else
			return "a backslash in a text stands before something that means nothing";
	}
	return "a text does not end";
}

/*
 * Append the number at the cursor with its own digits; one that numeric could
 * not hold becomes a text (the API's numbers arrive as either).
 */
static const char *
fit_number(Cursor *cursor, StringInfo out)
{
	const char *start = cursor->at;
	const char *exponent = NULL;
	const char *first;
	bool		huge;

#define SKIP_DIGITS() \
	while (cursor->at < cursor->end && isdigit((unsigned char) *cursor->at)) \
		cursor->at++

	if (*cursor->at == '-')
		cursor->at++;
	first = cursor->at;
	SKIP_DIGITS();
	if (cursor->at == first || (*first == '0' && cursor->at - first > 1))
		return "a number is malformed";
	if (cursor->at < cursor->end && *cursor->at == '.')
	{
		cursor->at++;
		first = cursor->at;
		SKIP_DIGITS();
		if (cursor->at == first)
			return "a number is malformed";
	}
	if (cursor->at < cursor->end && (*cursor->at == 'e' || *cursor->at == 'E'))
	{
		cursor->at++;
		if (cursor->at < cursor->end && (*cursor->at == '+' || *cursor->at == '-'))
			cursor->at++;
		exponent = cursor->at;
		SKIP_DIGITS();
		if (cursor->at == exponent)
			return "a number is malformed";
	}
#undef SKIP_DIGITS

	huge = cursor->at - start > MAX_NUMBER_LENGTH ||
		(exponent != NULL && cursor->at - exponent > MAX_EXPONENT_DIGITS);
	if (huge)
		appendStringInfoCharMacro(out, '"');
	appendBinaryStringInfo(out, start, cursor->at - start);
	if (huge)
		appendStringInfoCharMacro(out, '"');
	return NULL;
}

/* Append the word at the cursor: true, false or null. */
static const char *
fit_word(Cursor *cursor, StringInfo out)
{
	static const char *const words[] = {"true", "false", "null"};
	int			i;

	for (i = 0; i < (int) lengthof(words); i++)
	{
		size_t		len = strlen(words[i]);

		if ((size_t) (cursor->end - cursor->at) >= len &&
			memcmp(cursor->at, words[i], len) == 0)
		{
			appendBinaryStringInfo(out, words[i], len);
			cursor->at += len;
			return NULL;
		}
	}
	return "a value is none that JSON knows";
}

const char *
cartona_fit_jsonb(const char *text, size_t len, StringInfo out)
{
	Cursor		cursor;
	const char *why = NULL;

	cursor.at = text;
	cursor.end = text + len;
	while (why == NULL && cursor.at < cursor.end)
	{
		char		c = *cursor.at;

		if (c == '"')
			why = fit_string(&cursor, out);
		else if (c == '-' || isdigit((unsigned char) c))
			why = fit_number(&cursor, out);
		else if (c != '\0' && strchr("{}[],: \t\n\r", c) != NULL)
		{
			appendStringInfoCharMacro(out, c);
			cursor.at++;
		}
		else
			why = fit_word(&cursor, out);
	}
	return why;
}
