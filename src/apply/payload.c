/*-------------------------------------------------------------------------
 *
 * payload.c
 *	  An order as Cartona sent it, read and judged.
 *
 * Nothing outside is trusted: every field may be missing, null, of another
 * type, empty, enormous or negative.  Texts that only describe are cleaned and
 * cut; what decides about money, goods and customers must be right, or the
 * order fails with a reason; what is only shown to people (credit, discounts,
 * delivery day) and cannot be read leaves a remark.
 *
 * One-time passwords (retailer_otp, pickup_otp) are never read here, so they
 * can get into no note, error or log: they stay in the inbox.
 *
 * Neighbours: payload_value.c reads single values; draft.c and note.c use what
 * is read here.
 * Transactions: none.  Memory: the current context.
 * Failure: ERRCODE_DATA_EXCEPTION, naming the field and the line.
 *
 * IDENTIFICATION
 *	  src/apply/payload.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "apply/payload.h"
#include "apply/payload_value.h"
#include "odoo/money.h"

static char *
text_field(JsonbContainer *object, const char *name, int max)
{
	return cartona_value_text(cartona_value_field(object, name), max, false);
}

/* An id that is cut would be another one: too long is no id. */
static char *
id_field(JsonbContainer *object, const char *name)
{
	char	   *id = text_field(object, name, PG_INT32_MAX);

	if (id != NULL && strlen(id) > CARTONA_MAX_ID)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s is longer than %d bytes", name, CARTONA_MAX_ID)));
	return id;
}

/* A line's number; "what" names it in errors. */
static Numeric
line_number(JsonbValue *value, const char *what, int line, bool zero_allowed)
{
	Numeric		number;
	int			sign;

	if (cartona_value_is_missing(value))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("line %d has no %s", line, what)));
	number = cartona_value_number(value);
	if (number == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s of line %d is no number: %s", what, line, cartona_value_show(value))));
	sign = money_cmp(number, money_int(0));
	if (sign < 0 || (sign == 0 && !zero_allowed))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s of line %d is %s: %s", what, line, zero_allowed ? "negative" : "not above zero", cartona_value_show(value))));
	if (money_cmp(number, money_int(CARTONA_MAX_NUMBER)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("%s of line %d is absurdly large: %s", what, line, cartona_value_show(value))));
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

char *
cartona_payload_reason(Jsonb *payload)
{
	char	   *reason = text_field(&payload->root, "cancellation_reason", CARTONA_MAX_SHORT);

	return reason ? reason : text_field(&payload->root, "return_reason", CARTONA_MAX_SHORT);
}

bool
cartona_payload_is_ended(const char *status)
{
	return strncmp(status, "cancelled", 9) == 0 || strncmp(status, "return", 6) == 0;
}

CartonaInbound
cartona_payload_status(Jsonb *payload, char **status, char **strange)
{
	static const char *const known[] = {
		"pending", "editing", "approved", "assigned_to_salesman", "delivered", "returned", "synced",
		"cancelled_by_retailer", "cancelled_by_supplier", "cancelled", "return"
	};
	JsonbValue *value = cartona_value_field(&payload->root, "status");
	char	   *text = cartona_value_text(value, CARTONA_MAX_ID, false);
	int			i;

	*status = pstrdup("pending");
	*strange = NULL;
	if (cartona_value_is_missing(value))
		return CARTONA_INBOUND_IMPORT;
	for (i = 0; text != NULL && i < lengthof(known); i++)
		if (strcmp(known[i], text) == 0)
			break;
	if (text == NULL || i == lengthof(known))
	{
		*strange = cartona_value_show(value);
		return CARTONA_INBOUND_IMPORT;
	}
	/* "synced" is no state of an order, only our acknowledgement shown back */
	if (strcmp(text, "synced") != 0)
		*status = text;
	if (strcmp(text, "return") == 0)
		*status = pstrdup("returned");
	if (strcmp(text, "editing") == 0)
		return CARTONA_INBOUND_WAIT;
	if (cartona_payload_is_ended(text))
		return CARTONA_INBOUND_CANCELLED;
	return CARTONA_INBOUND_IMPORT;
}

static void
read_retailer(JsonbContainer *object, CartonaRetailer *retailer)
{
	JsonbValue *value = cartona_value_field(object, "retailer");
	JsonbContainer *from;
	char	   *code;

	if (cartona_value_is_missing(value))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order has no retailer")));
	if (value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order's retailer is no object but %s", cartona_value_show(value))));
	from = value->val.binary.data;
	if ((code = id_field(from, "retailer_code")) == NULL &&
		(code = id_field(from, "id")) == NULL &&
		(code = id_field(from, "retailer_id")) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order's retailer has neither retailer_code nor id")));
	retailer->cartona_id = psprintf("retailer_%s", code);
	retailer->name = text_field(from, "retailer_name", CARTONA_MAX_SHORT);
	if (retailer->name == NULL)
		retailer->name = retailer->cartona_id;
	retailer->phone = text_field(from, "retailer_number", CARTONA_MAX_SHORT);
	retailer->phone2 = text_field(from, "retailer_number2", CARTONA_MAX_SHORT);
	retailer->email = text_field(from, "retailer_email", CARTONA_MAX_SHORT);
	retailer->address = text_field(from, "retailer_address", CARTONA_MAX_SHORT);
	retailer->address_notes = text_field(from, "address_notes", CARTONA_MAX_SHORT);
}

static void
remark(CartonaOrder *order, CartonaWord word, const char *name, int number, const JsonbValue *value)
{
	CartonaSentence *what = cartona_words_text(name);

	if (number > 0)
		what = cartona_words_make(WORD_OF_LINE, what, cartona_words_text(psprintf("%d", number)), NULL);
	order->remarks = lappend(order->remarks, cartona_words_make(word, what, cartona_words_text(cartona_value_show(value)), NULL));
}

/*
 * A number nothing but a note depends on, of line "number" (0: of the order):
 * one that cannot be used leaves a remark.
 */
static Numeric
optional_number(CartonaOrder *order, JsonbContainer *object, const char *name, int number)
{
	JsonbValue *value = cartona_value_field(object, name);
	Numeric		amount;

	if (cartona_value_is_missing(value))
		return NULL;
	amount = cartona_value_number(value);
	if (amount == NULL)
	{
		remark(order, WORD_NO_NUMBER, name, number, value);
		return NULL;
	}
	if (money_cmp(amount, money_int(CARTONA_MAX_NUMBER)) > 0 || money_cmp(amount, money_int(-CARTONA_MAX_NUMBER)) < 0)
	{
		remark(order, WORD_TOO_LARGE, name, number, value);
		return NULL;
	}
	if (money_cmp(amount, money_int(0)) < 0)
		remark(order, WORD_NEGATIVE, name, number, value);
	return amount;
}

static void
read_when(JsonbContainer *object, const char *name, CartonaWhen *when)
{
	JsonbValue *value = cartona_value_field(object, name);

	when->text = cartona_value_text(value, CARTONA_MAX_ID, false);
	when->known = cartona_value_time(value, &when->at, &when->day_only);
}

static void
read_line(CartonaOrder *order, JsonbContainer *from, int number, CartonaOrderLine *line)
{
	JsonbValue *price = cartona_value_field(from, "selling_price");

	line->id = text_field(from, "id", CARTONA_MAX_ID);
	line->supplier_product_id = text_field(from, "supplier_product_id", CARTONA_MAX_ID);
	line->internal_product_id = text_field(from, "internal_product_id", CARTONA_MAX_ID);
	line->internal_id = internal_number(line->internal_product_id);
	line->product_name = text_field(from, "product_name", CARTONA_MAX_ID);
	line->unit = text_field(from, "unit", CARTONA_MAX_ID);
	line->unit_count = optional_number(order, from, "unit_count", number);
	line->comment = cartona_value_text(cartona_value_field(from, "comment"), CARTONA_MAX_SHORT, true);
	line->supplier_discount = optional_number(order, from, "applied_supplier_discount", number);
	line->cartona_discount = optional_number(order, from, "applied_cartona_discount", number);
	line->cancelled = cartona_value_is_true(cartona_value_field(from, "cancelled"));
	if (line->cancelled)
	{
		/* nothing of it is written, so nothing of it must be right */
		line->amount = line->price = money_int(0);
		return;
	}
	line->amount = line_number(cartona_value_field(from, "amount"), "amount", number, false);
	/* older payloads call it price */
	if (cartona_value_is_missing(price) && !cartona_value_is_missing(cartona_value_field(from, "price")))
		line->price = line_number(cartona_value_field(from, "price"), "price", number, true);
	else
		line->price = line_number(price, "selling_price", number, true);
}

static void
read_lines(JsonbContainer *object, CartonaOrder *order)
{
	JsonbValue *value = cartona_value_field(object, "order_details");
	JsonbContainer *array;
	uint32		n;
	uint32		i;

	if (cartona_value_is_missing(value))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order has no order_details")));
	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order's order_details is no list but %s", cartona_value_show(value))));
	array = value->val.binary.data;
	n = JsonContainerSize(array);
	if (n > CARTONA_MAX_LINES)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order has %u lines, more than the %d that one order may have", n, CARTONA_MAX_LINES)));
	order->lines = palloc0((n + 1) * sizeof(CartonaOrderLine));
	order->nlines = (int) n;
	for (i = 0; i < n; i++)
	{
		JsonbValue *line = getIthJsonbValueFromContainer(array, i);

		if (line == NULL || line->type != jbvBinary || !JsonContainerIsObject(line->val.binary.data))
			ereport(ERROR,
					(errcode(ERRCODE_DATA_EXCEPTION),
					 errmsg("line %d is no object", (int) i + 1)));
		read_line(order, line->val.binary.data, (int) i + 1, &order->lines[i]);
	}
}

static char *
read_delivered_by(JsonbContainer *object)
{
	JsonbValue *value = cartona_value_field(object, "delivered_by");
	char	   *text;

	if (cartona_value_is_missing(value))
		return pstrdup("delivered_by_supplier");
	text = cartona_value_text(value, CARTONA_MAX_ID, false);
	if (text == NULL ||
		(strcmp(text, "delivered_by_supplier") != 0 && strcmp(text, "delivered_by_cartona") != 0))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("delivered_by is neither delivered_by_supplier nor delivered_by_cartona: %s", cartona_value_show(value))));
	return text;
}

CartonaOrder *
cartona_payload_read(const char *hashed_id, Jsonb *payload)
{
	CartonaOrder *order = palloc0(sizeof(CartonaOrder));
	JsonbContainer *object = &payload->root;
	bool		day_only;

	if (!JsonContainerIsObject(object))
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order is no JSON object")));
	order->hashed_id = pstrdup(hashed_id);
	order->receipt_id = text_field(object, "receipt_id", CARTONA_MAX_ID);
	(void) cartona_payload_status(payload, &order->status, &order->strange_status);
	order->delivered_by = read_delivered_by(object);
	order->has_created_at = cartona_value_time(cartona_value_field(object, "created_at"), &order->created_at, &day_only);
	order->note_message = cartona_value_text(cartona_value_field(object, "note_message"), CARTONA_MAX_LONG, true);
	order->supplier_code = text_field(object, "supplier_code", CARTONA_MAX_ID);
	order->route = text_field(object, "distribution_route_code", CARTONA_MAX_ID);
	order->total_price = optional_number(order, object, "total_price", 0);
	order->cartona_credit = optional_number(order, object, "cartona_credit", 0);
	order->installment_cost = optional_number(order, object, "installment_cost", 0);
	order->wallet_top_up = optional_number(order, object, "wallet_top_up", 0);
	order->supplier_rebate = optional_number(order, object, "applied_supplier_rebate", 0);
	read_when(object, "estimated_delivery_day", &order->estimated_delivery);
	read_when(object, "retailer_preferred_delivery_date", &order->preferred_delivery);
	read_when(object, "pickup_date", &order->pickup);
	read_retailer(object, &order->retailer);
	order->retailer.said_at = order->has_created_at ? order->created_at : 0;
	read_lines(object, order);
	return order;
}

bool
cartona_payload_commitment(const CartonaOrder *order, Timestamp *when)
{
	const CartonaWhen *choice = NULL;

	if (order->pickup.known && strcmp(order->delivered_by, "delivered_by_cartona") == 0)
		choice = &order->pickup;
	else if (order->estimated_delivery.known)
		choice = &order->estimated_delivery;
	else if (order->preferred_delivery.known)
		choice = &order->preferred_delivery;
	if (choice == NULL)
		return false;
	*when = (Timestamp) (choice->at + (choice->day_only ? 12 * USECS_PER_HOUR : 0));
	return true;
}

bool
cartona_payload_needs_password(const CartonaOrder *order)
{
	return (order->installment_cost != NULL && money_cmp(order->installment_cost, money_int(0)) > 0) ||
		(order->wallet_top_up != NULL && money_cmp(order->wallet_top_up, money_int(0)) > 0);
}

char *
cartona_payload_hashed_id(Jsonb *payload)
{
	char	   *id;

	if (!JsonContainerIsObject(&payload->root))
		return NULL;
	id = cartona_value_text(cartona_value_field(&payload->root, "hashed_id"), PG_INT32_MAX, false);
	return id != NULL && strlen(id) <= CARTONA_MAX_ID ? id : NULL;
}
