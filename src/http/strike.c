/*-------------------------------------------------------------------------
 *
 * strike.c
 *	  Strike a secret out of what came back.
 *
 * A server that refuses a token may show it, and rarely as it was sent: escaped
 * for JSON or HTML, percent-encoded, in other case, folded into lines, as base64,
 * or cut short.  Whoever reads the answer takes these spellings apart again, so
 * that the token would stand in his log.
 *
 * Neighbours: transfer.c, for answers and libcurl's errors.
 * Memory: in place; what is worked out of the secret is on the stack and wiped.
 * Failure: never throws.
 *
 * IDENTIFICATION
 *	  src/http/strike.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "http/strike.h"

/* No secret is longer (config/secret.c); of one that is, the rest is not looked for as base64. */
#define MAX_SECRET 4096

/* A part of a secret that is shorter gives nothing away. */
#define MIN_PART 8

/* JSON in JSON in JSON; a longer run of backslashes would be gone through again from each of them. */
#define MAX_BACKSLASHES 7

/* What is looked for. */
typedef struct Pattern
{
	const char *text;
	size_t		len;
	bool		any_case;
	bool		parts;
} Pattern;

static bool
same(const Pattern *pattern, int a, int b)
{
	return a == b || (pattern->any_case && a < 0x80 && tolower(a) == tolower(b));
}

/* The number that "digits" hexadecimal digits are; -1: they are not there. */
static int
hex_number(const char *at, const char *end, int digits)
{
	int			number = 0;

	if (end - at < digits)
		return -1;
	for (; digits > 0; digits--, at++)
	{
		if (!isxdigit((unsigned char) *at))
			return -1;
		number = number * 16 + (isdigit((unsigned char) *at) ? *at - '0' : (*at | 0x20) - 'a' + 10);
	}
	return number;
}

/* How many bytes of HTML (&amp; &#47; &#x2f;) stand for "c"; 0: none. */
static size_t
html_char(const Pattern *pattern, const char *at, const char *end, int c)
{
	static const struct
	{
		const char *name;
		int			c;
	}			names[] =
	{
		{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}
	};
	const char *digit = at + 2;
	int			number = 0;
	int			base = 10;
	int			i;

	for (i = 0; i < (int) lengthof(names); i++)
	{
		size_t		len = strlen(names[i].name);

		if (c == names[i].c && (size_t) (end - at) >= len && memcmp(at, names[i].name, len) == 0)
			return len;
	}
	if (end - at < 4 || at[1] != '#')
		return 0;
	if ((*digit | 0x20) == 'x')
		base = 16, digit++;
	for (; digit < end && number < 0x100; digit++)
	{
		int			value = hex_number(digit, end, 1);

		if (value < 0 || value >= base)
			break;
		number = number * base + value;
	}
	return digit < end && *digit == ';' && same(pattern, number, c) ? digit + 1 - at : 0;
}

/* How many bytes at "at" stand for the character "c"; 0: they do not. */
static size_t
spelled(const Pattern *pattern, const char *at, const char *end, int c)
{
	const char *from = at;
	size_t		len;

	/* JSON, also JSON in JSON: \/ \u002f \\u002f */
	while (at < end && at - from < MAX_BACKSLASHES && *at == '\\' && (c != '\\' || (end - at > 1 && at[1] == 'u')))
		at++;
	if (at == end)
		return 0;
	if (at > from && *at == 'u' && same(pattern, hex_number(at + 1, end, 4), c))
		return at + 5 - from;
	if (c == '\\')
		at = from;
	/* %2f, also %252f */
	if (*at == '%')
	{
		const char *digits = at + 1;

		while (end - digits >= 4 && digits[0] == '2' && digits[1] == '5' && hex_number(digits + 2, end, 2) >= 0)
			digits += 2;
		if (same(pattern, hex_number(digits, end, 2), c))
			return digits + 2 - from;
	}
	len = *at == '&' ? html_char(pattern, at, end, c) : 0;
	if (len > 0)
		return at + len - from;
	return same(pattern, (unsigned char) *at, c) || (*at == '+' && c == ' ') ? at + 1 - from : 0;
}

/* How many bytes are a line's end, in JSON or not, and the white space of the next line's beginning. */
static size_t
line_end(const char *at, const char *end)
{
	const char *from = at;

	while (at < end)
	{
		if (*at == '\r' || *at == '\n')
			at++;
		else if (end - at >= 2 && *at == '\\' && (at[1] == 'r' || at[1] == 'n'))
			at += 2;
		else
			break;
	}
	while (at > from && at < end && (*at == ' ' || *at == '\t'))
		at++;
	return at - from;
}

/* How many bytes at "at" are the pattern, or what of it counts; 0: they are not. */
static size_t
match(const Pattern *pattern, const char *at, const char *end)
{
	const char *from = at;
	size_t		matched;

	for (matched = 0; matched < pattern->len && at < end; matched++)
	{
		int			c = (unsigned char) pattern->text[matched];
		size_t		len = spelled(pattern, at, end, c);

		if (len == 0 && matched > 0)
		{
			size_t		fold = line_end(at, end);

			len = fold > 0 ? spelled(pattern, at + fold, end, c) : 0;
			at += len > 0 ? fold : 0;
		}
		if (len == 0)
			break;
		at += len;
	}
	if (matched == pattern->len)
		return at - from;
	if (!pattern->parts || matched < MIN_PART)
		return 0;
	return at == end || matched >= (pattern->len + 1) / 2 ? at - from : 0;
}

static void
strike(char *bytes, size_t len, const Pattern *pattern)
{
	static const char other_spellings[] = "\\%&+";
	bool		begins[256] = {false};	/* most bytes begin nothing */
	const char *other;
	char	   *end = bytes + len;
	char	   *at = bytes;
	int			c;

	if (pattern->len == 0)
		return;
	for (c = 0; c < (int) lengthof(begins); c++)
		begins[c] = same(pattern, c, (unsigned char) pattern->text[0]);
	for (other = other_spellings; *other != '\0'; other++)
		begins[(unsigned char) *other] = true;
	while (at < end)
	{
		size_t		found = begins[(unsigned char) *at] ? match(pattern, at, end) : 0;

		memset(at, '*', found);
		at += Max(found, 1);
	}
}

/*
 * What base64 makes of a text that has the secret "shift" bytes behind a multiple
 * of three, without the characters that have bits of something else.
 */
static size_t
base64(const char *secret, size_t len, int shift, const char *last, char *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	size_t		bit = (6 - shift * 8 % 6) % 6;
	size_t		n = 0;

	for (; bit + 6 <= len * 8; bit += 6)
	{
		unsigned	pair = (unsigned char) secret[bit / 8] << 8;
		int			digit;

		if (bit / 8 + 1 < len)
			pair |= (unsigned char) secret[bit / 8 + 1];
		digit = (pair >> (10 - bit % 8)) & 63;
		out[n++] = digit < 62 ? digits[digit] : last[digit - 62];
	}
	return n;
}

void
cartona_strike_out(char *bytes, size_t len, const char *secret, bool parts)
{
	char		encoded[MAX_SECRET * 4 / 3 + 1];
	Pattern		pattern = {secret, strlen(secret), true, parts};
	int			shift;

	strike(bytes, len, &pattern);

	pattern.text = encoded;
	pattern.any_case = false;
	for (shift = 0; shift < 3; shift++)
	{
		pattern.len = base64(secret, Min(strlen(secret), MAX_SECRET), shift, "+/", encoded);
		if (pattern.len < MIN_PART)
			continue;
		strike(bytes, len, &pattern);
		pattern.len = base64(secret, Min(strlen(secret), MAX_SECRET), shift, "-_", encoded);
		strike(bytes, len, &pattern);
	}
	explicit_bzero(encoded, sizeof(encoded));
}
