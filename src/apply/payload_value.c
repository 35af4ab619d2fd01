/*-------------------------------------------------------------------------
 *
 * payload_value.c
 *	  One value out of what Cartona sent, whatever type it arrived as.
 *
 * Numbers come as numbers or as text, ids likewise; dates with or without a
 * time; texts with anything in them.  Here each is read or found unusable; what
 * that means for the order is decided by the caller.
 *
 * Neighbours: payload.c.
 * Transactions: none.  Memory: the current context.
 * Failure: none; what cannot be read is answered with NULL or false.
 *
 * IDENTIFICATION
 *	  src/apply/payload_value.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "apply/payload_value.h"
#include "odoo/money.h"

JsonbValue *
cartona_value_field(JsonbContainer *object, const char *name)
{
	JsonbValue	key;

	key.type = jbvString;
	key.val.string.val = (char *) name;
	key.val.string.len = (int) strlen(name);
	return findJsonbValueFromContainer(object, JB_FOBJECT, &key);
}

bool
cartona_value_is_missing(const JsonbValue *value)
{
	return value == NULL || value->type == jbvNull;
}

/*
 * Bytes from "at" that are a character no text needs: the control characters,
 * also those above 127, and the two that XML forbids and Odoo's reports
 * therefore fail on (U+FFFE, U+FFFF).  0: an ordinary character.
 */
static int
control_length(const char *at, int left)
{
	unsigned char c = (unsigned char) at[0];

	if (c < 0x20 || c == 0x7f)
		return 1;
	if (GetDatabaseEncoding() != PG_UTF8)
		return 0;
	if (c == 0xc2 && left >= 2 && (unsigned char) at[1] < 0xa0)
		return 2;
	if (c == 0xef && left >= 3 && (unsigned char) at[1] == 0xbf && (unsigned char) at[2] >= 0xbe)
		return 3;
	return 0;
}

/* Without control characters, trimmed and cut at a character; NULL when nothing is left. */
static char *
clean(const char *text, int len, int max, bool lines)
{
	char	   *out = palloc(len + 1);
	int			n = 0;
	int			start = 0;
	int			i = 0;

	while (i < len)
	{
		int			control = control_length(text + i, len - i);

		if (control == 0)
			out[n++] = text[i];
		else if (text[i] != '\r')
			out[n++] = lines && text[i] == '\n' ? '\n' : ' ';
		i += Max(control, 1);
	}
	if (n > max)
		n = pg_mbcliplen(out, n, max);
	while (n > 0 && (out[n - 1] == ' ' || out[n - 1] == '\n'))
		n--;
	while (start < n && (out[start] == ' ' || out[start] == '\n'))
		start++;
	out[n] = '\0';
	return start < n ? out + start : NULL;
}

char *
cartona_value_text(const JsonbValue *value, int max, bool lines)
{
	if (value == NULL)
		return NULL;
	if (value->type == jbvString)
		return clean(value->val.string.val, value->val.string.len, max, lines);
	if (value->type == jbvNumeric)
	{
		/* an exponent written out can be longer than any text here */
		char	   *digits = money_text(value->val.numeric);

		return strlen(digits) > CARTONA_MAX_ID ? NULL : digits;
	}
	return NULL;
}

/* Plain decimal notation only: numeric_in would also take NaN, Infinity and 1e9999. */
static bool
is_decimal(const char *text)
{
	const char *c = text;
	int			digits = 0;

	if (strlen(text) > 60)
		return false;
	if (*c == '-' || *c == '+')
		c++;
	for (; *c >= '0' && *c <= '9'; c++)
		digits++;
	if (*c == '.')
		for (c++; *c >= '0' && *c <= '9'; c++)
			digits++;
	return digits > 0 && *c == '\0';
}

Numeric
cartona_value_number(const JsonbValue *value)
{
	char	   *text;

	if (value == NULL)
		return NULL;
	if (value->type == jbvNumeric)
		return value->val.numeric;
	if (value->type != jbvString)
		return NULL;
	text = clean(value->val.string.val, value->val.string.len, 100, false);
	if (text == NULL || !is_decimal(text))
		return NULL;
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text),
											   ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

bool
cartona_value_is_true(const JsonbValue *value)
{
	char	   *text;

	if (value != NULL && value->type == jbvBool)
		return value->val.boolean;
	text = cartona_value_text(value, CARTONA_MAX_ID, false);
	return text != NULL && (pg_strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0);
}

char *
cartona_value_show(const JsonbValue *value)
{
	char	   *text;

	switch (value->type)
	{
		case jbvString:
			text = clean(value->val.string.val, value->val.string.len, 40, false);
			return psprintf("\"%s\"", text ? text : "");
		case jbvNumeric:
			text = money_text(value->val.numeric);
			return strlen(text) > 40 ? psprintf("%.40s...", text) : text;
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		case jbvNull:
			return pstrdup("null");
		default:
			return pstrdup(JsonContainerIsArray(value->val.binary.data) ? "a list" : "an object");
	}
}

/* n digits at *at, advancing it. */
static bool
take_digits(const char **at, int n, int *value)
{
	*value = 0;
	for (; n > 0; n--, (*at)++)
	{
		if (**at < '0' || **at > '9')
			return false;
		*value = *value * 10 + (**at - '0');
	}
	return true;
}

/* Z, +02:00, +0200, +02 or nothing (UTC), in seconds east. */
static bool
take_zone(const char *at, int *seconds)
{
	int			sign;
	int			hours;
	int			minutes = 0;

	*seconds = 0;
	if (*at == '\0' || (strcmp(at, "Z") == 0 || strcmp(at, "z") == 0 || strcmp(at, " UTC") == 0))
		return true;
	if (*at == ' ')
		at++;
	if (*at != '+' && *at != '-')
		return false;
	sign = *at++ == '-' ? -1 : 1;
	if (!take_digits(&at, 2, &hours))
		return false;
	if (*at == ':')
		at++;
	if (*at != '\0' && !take_digits(&at, 2, &minutes))
		return false;
	*seconds = sign * (hours * 3600 + minutes * 60);
	return *at == '\0' && hours <= 15 && minutes < 60;
}

/* The time of day and the zone behind a date, in seconds; false where it is none. */
static bool
take_time(const char *at, int *seconds)
{
	int			hour;
	int			minute;
	int			second = 0;
	int			zone;

	if (!take_digits(&at, 2, &hour) || *at++ != ':' || !take_digits(&at, 2, &minute))
		return false;
	if (*at == ':')
	{
		at++;
		if (!take_digits(&at, 2, &second))
			return false;
	}
	if (*at == '.' || *at == ',')
		for (at++; *at >= '0' && *at <= '9'; at++)
			;
	if (hour > 23 || minute > 59 || second > 59 || !take_zone(at, &zone))
		return false;
	*seconds = hour * 3600 + minute * 60 + second - zone;
	return true;
}

bool
cartona_value_time(const JsonbValue *value, TimestampTz *time, bool *day_only)
{
	const char *at = cartona_value_text(value, 100, false);
	int			year;
	int			month;
	int			day;
	int			seconds = 0;

	if (at == NULL)
		return false;
	if (!take_digits(&at, 4, &year) || *at++ != '-' || !take_digits(&at, 2, &month) || *at++ != '-' ||
		!take_digits(&at, 2, &day))
		return false;

	/*
	 * Odoo fails on showing a time near the end of the calendar in another
	 * zone
	 */
	if (year < 2000 || year > 2199 || month < 1 || month > 12 || day < 1 || day > day_tab[isleap(year) ? 1 : 0][month - 1])
		return false;
	*day_only = *at != 'T' && *at != 't' && *at != ' ';
	if (!*day_only && !take_time(at + 1, &seconds))
		return false;
	if (*day_only)
	{
		if (!take_zone(at, &seconds))
			return false;
		seconds = -seconds;
	}
	*time = ((int64) (date2j(year, month, day) - POSTGRES_EPOCH_JDATE) * SECS_PER_DAY + seconds) * USECS_PER_SEC;
	return true;
}
