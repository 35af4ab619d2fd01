/*-------------------------------------------------------------------------
 *
 * payload.c
 *	  An order as Cartona sent it, read and judged.
 *
 * Nothing outside is trusted: every field may be missing, null, of another
 * type, empty, enormous or negative.  Texts that only describe are cleaned and
 * cut; what decides about money, goods and customers must be right, or the
 * order fails with a reason.
 *
 * Neighbours: order.c writes what is read here.
 * Transactions: none.  Memory: the current context.
 * Failure: ERRCODE_DATA_EXCEPTION, naming the field and the line.
 *
 * IDENTIFICATION
 *	  src/apply/payload.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "apply/payload.h"
#include "odoo/money.h"

/* Lengths in bytes; an index entry of PostgreSQL's takes 2,700. */
#define MAX_ID 200
#define MAX_SHORT 500			/* names, phones, addresses */
#define MAX_LONG 4000			/* notes */

/* No amount or price of a real order comes near; more would overflow Odoo's columns and reports. */
#define MAX_NUMBER 1000000000

static JsonbValue *
field(JsonbContainer *object, const char *name)
{
	JsonbValue	key;

	key.type = jbvString;
	key.val.string.val = (char *) name;
	key.val.string.len = (int) strlen(name);
	return findJsonbValueFromContainer(object, JB_FOBJECT, &key);
}

/* Without control characters (line breaks stay where "lines"), trimmed and cut at a character; NULL when nothing is left. */
static char *
clean(const char *text, int len, int max, bool lines)
{
	char	   *out = palloc(len + 1);
	int			n = 0;
	int			start = 0;
	int			i;

	for (i = 0; i < len; i++)
	{
		unsigned char c = (unsigned char) text[i];

		if (c == '\r')
			continue;
		if (c < 0x20 || c == 0x7f)
			out[n++] = (lines && c == '\n') ? '\n' : ' ';
		else
			out[n++] = (char) c;
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

/* Ids and descriptions arrive as text or as numbers; anything else is as if missing. */
static char *
text_of(JsonbValue *value, int max, bool lines)
{
	if (value == NULL)
		return NULL;
	if (value->type == jbvString)
		return clean(value->val.string.val, value->val.string.len, max, lines);
	if (value->type == jbvNumeric)
	{
		/* an exponent written out can be longer than any text here */
		char	   *digits = money_text(value->val.numeric);

		return strlen(digits) > MAX_ID ? NULL : digits;
	}
	return NULL;
}

static char *
text_field(JsonbContainer *object, const char *name, int max)
{
	return text_of(field(object, name), max, false);
}

/* An id that is cut would be another one: too long is no id. */
static char *
id_field(JsonbContainer *object, const char *name)
{
	char	   *id = text_of(field(object, name), PG_INT32_MAX, false);

	if (id != NULL && strlen(id) > MAX_ID)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s is longer than %d bytes", name, MAX_ID)));
	return id;
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

/* A number, or a text that is one; NULL when it is neither. */
static Numeric
number_of(JsonbValue *value)
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

static bool
is_missing(JsonbValue *value)
{
	return value == NULL || value->type == jbvNull;
}

/* What came, short enough to be read in an error. */
static char *
show(JsonbValue *value)
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

/* A line's number; "what" names it in errors. */
static Numeric
line_number(JsonbValue *value, const char *what, int line, bool zero_allowed)
{
	Numeric		number;
	int			sign;

	if (is_missing(value))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("line %d has no %s", line, what)));
	number = number_of(value);
	if (number == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s of line %d is no number: %s", what, line, show(value))));
	sign = money_cmp(number, money_int(0));
	if (sign < 0 || (sign == 0 && !zero_allowed))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s of line %d is %s: %s", what, line, zero_allowed ? "negative" : "not above zero", show(value))));
	if (money_cmp(number, money_int(MAX_NUMBER)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s of line %d is absurdly large: %s", what, line, show(value))));
	return number;
}

/* "479" and "904#2" are ids of Odoo's (with several accounts the supplier's number follows); other texts are not. */
static int32
internal_number(const char *text)
{
	int64		number = 0;
	int			digits = 0;

	if (text == NULL)
		return 0;
	for (; *text >= '0' && *text <= '9'; text++)
	{
		number = number * 10 + (*text - '0');
		if (++digits > 10)
			return 0;
	}
	if (digits == 0 || (*text != '\0' && *text != '#') || number > PG_INT32_MAX)
		return 0;
	return (int32) number;
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

/* An ISO 8601 time; false where it is none. */
static bool
read_time(const char *text, TimestampTz *result)
{
	int			year;
	int			month;
	int			day;
	int			hour = 0;
	int			minute = 0;
	int			second = 0;
	int			zone;
	const char *at = text;

	if (text == NULL)
		return false;
	if (!take_digits(&at, 4, &year) || *at++ != '-' || !take_digits(&at, 2, &month) || *at++ != '-' ||
		!take_digits(&at, 2, &day))
		return false;
	if (year < 2000 || month < 1 || month > 12 || day < 1 || day > day_tab[isleap(year) ? 1 : 0][month - 1])
		return false;
	if (*at == 'T' || *at == 't' || *at == ' ')
	{
		at++;
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
	}
	if (hour > 23 || minute > 59 || second > 59 || !take_zone(at, &zone))
		return false;
	*result = ((int64) (date2j(year, month, day) - POSTGRES_EPOCH_JDATE) * SECS_PER_DAY +
			   hour * 3600 + minute * 60 + second - zone) * USECS_PER_SEC;
	return true;
}

CartonaInbound
cartona_payload_status(Jsonb *payload, char **status, char **strange)
{
	static const char *const known[] = {
		"pending", "editing", "approved", "assigned_to_salesman", "delivered", "returned", "synced",
		"cancelled_by_retailer", "cancelled_by_supplier", "cancelled", "return"
	};
	JsonbValue *value = field(&payload->root, "status");
	char	   *text = text_of(value, MAX_ID, false);
	int			i;

	*status = pstrdup("pending");
	*strange = NULL;
	if (is_missing(value))
		return CARTONA_INBOUND_IMPORT;
	for (i = 0; text != NULL && i < lengthof(known); i++)
		if (strcmp(known[i], text) == 0)
			break;
	if (text == NULL || i == lengthof(known))
	{
		*strange = show(value);
		return CARTONA_INBOUND_IMPORT;
	}
	/* "synced" is no state of an order, only our acknowledgement shown back */
	if (strcmp(text, "synced") != 0)
		*status = text;
	if (strcmp(text, "return") == 0)
		*status = pstrdup("returned");
	if (strcmp(text, "editing") == 0)
		return CARTONA_INBOUND_WAIT;
	if (strncmp(text, "cancelled", 9) == 0 || strncmp(text, "return", 6) == 0)
		return CARTONA_INBOUND_CANCELLED;
	return CARTONA_INBOUND_IMPORT;
}

static void
read_retailer(JsonbContainer *object, CartonaRetailer *retailer)
{
	JsonbValue *value = field(object, "retailer");
	JsonbContainer *from;
	char	   *code;

	if (is_missing(value))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order has no retailer")));
	if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order's retailer is no object but %s", show(value))));
	from = value->val.binary.data;
	if ((code = id_field(from, "retailer_code")) == NULL &&
		(code = id_field(from, "id")) == NULL &&
		(code = id_field(from, "retailer_id")) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order's retailer has neither retailer_code nor id")));
	retailer->cartona_id = psprintf("retailer_%s", code);
	retailer->name = text_field(from, "retailer_name", MAX_SHORT);
	if (retailer->name == NULL)
		retailer->name = retailer->cartona_id;
	retailer->phone = text_field(from, "retailer_number", MAX_SHORT);
	retailer->phone2 = text_field(from, "retailer_number2", MAX_SHORT);
	retailer->email = text_field(from, "retailer_email", MAX_SHORT);
	retailer->address = text_field(from, "retailer_address", MAX_SHORT);
	retailer->address_notes = text_field(from, "address_notes", MAX_SHORT);
}

static void
read_line(JsonbContainer *from, int number, CartonaOrderLine *line)
{
	JsonbValue *price = field(from, "selling_price");

	line->id = text_field(from, "id", MAX_ID);
	line->supplier_product_id = text_field(from, "supplier_product_id", MAX_ID);
	line->internal_product_id = text_field(from, "internal_product_id", MAX_ID);
	line->internal_id = internal_number(line->internal_product_id);
	line->product_name = text_field(from, "product_name", MAX_ID);
	line->amount = line_number(field(from, "amount"), "amount", number, false);
	/* older payloads call it price */
	if (is_missing(price) && !is_missing(field(from, "price")))
		line->price = line_number(field(from, "price"), "price", number, true);
	else
		line->price = line_number(price, "selling_price", number, true);
}

static void
read_lines(JsonbContainer *object, CartonaOrder *order)
{
	JsonbValue *value = field(object, "order_details");
	JsonbContainer *array;
	uint32		n;
	uint32		i;

	if (is_missing(value))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order has no order_details")));
	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order's order_details is no list but %s", show(value))));
	array = value->val.binary.data;
	n = JsonContainerSize(array);
	order->lines = palloc0((n + 1) * sizeof(CartonaOrderLine));
	order->nlines = (int) n;
	for (i = 0; i < n; i++)
	{
		JsonbValue *line = getIthJsonbValueFromContainer(array, i);

		if (line == NULL || line->type != jbvBinary || !JsonContainerIsObject(line->val.binary.data))
			ereport(ERROR,
					(errcode(ERRCODE_DATA_EXCEPTION),
					 errmsg("line %d is no object", (int) i + 1)));
		read_line(line->val.binary.data, (int) i + 1, &order->lines[i]);
	}
}

static char *
read_delivered_by(JsonbContainer *object)
{
	JsonbValue *value = field(object, "delivered_by");
	char	   *text;

	if (is_missing(value))
		return pstrdup("delivered_by_supplier");
	text = text_of(value, MAX_ID, false);
	if (text == NULL ||
		(strcmp(text, "delivered_by_supplier") != 0 && strcmp(text, "delivered_by_cartona") != 0))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("delivered_by is neither delivered_by_supplier nor delivered_by_cartona: %s", show(value))));
	return text;
}

CartonaOrder *
cartona_payload_read(const char *hashed_id, Jsonb *payload)
{
	CartonaOrder *order = palloc0(sizeof(CartonaOrder));
	JsonbContainer *object = &payload->root;
	JsonbValue *note;

	if (!JsonContainerIsObject(object))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order is no JSON object")));
	order->hashed_id = pstrdup(hashed_id);
	order->receipt_id = text_field(object, "receipt_id", MAX_ID);
	(void) cartona_payload_status(payload, &order->status, &order->strange_status);
	order->delivered_by = read_delivered_by(object);
	order->has_created_at = read_time(text_field(object, "created_at", 100), &order->created_at);
	note = field(object, "note_message");
	order->note_message = text_of(note, MAX_LONG, true);
	order->total_price = number_of(field(object, "total_price"));
	read_retailer(object, &order->retailer);
	read_lines(object, order);
	return order;
}

char *
cartona_payload_hashed_id(Jsonb *payload)
{
	char	   *id;

	if (!JsonContainerIsObject(&payload->root))
		return NULL;
	id = text_of(field(&payload->root, "hashed_id"), PG_INT32_MAX, false);
	return id != NULL && strlen(id) <= MAX_ID ? id : NULL;
}
