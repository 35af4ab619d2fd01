/*-------------------------------------------------------------------------
 *
 * details.c
 *	  The body of update-order-details: lines changed, added, cancelled.
 *
 * Neighbours: push/level.c decides what goes in.  Pure functions, as body.c.
 * Memory: the caller's context.
 *
 * IDENTIFICATION
 *	  src/cartona/details.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "cartona/api.h"
#include "cartona/details.h"

PG_FUNCTION_INFO_V1(cartona_sql_is_cancellation_reason);

/* The most digits a number has in every JSON reader. */
#define MAX_NUMBER_DIGITS 15

/* From the API's description, in its order. */
static const char *const reasons[] = {
	"out_of_stock", "cannot_deliver_the_order", "supplier_asked_me_to_cancel", "delayed_order",
	"pending_order_without_action", "removed_items", "supplier_attitude", "missing_items",
	"expired_products", "different_prices", "different_products"
};

bool
cartona_api_is_reason(const char *reason)
{
	int			i;

	for (i = 0; i < (int) lengthof(reasons); i++)
		if (strcmp(reasons[i], reason) == 0)
			return true;
	return false;
}

/* cartona._is_cancellation_reason(reason text) returns boolean */
Datum
cartona_sql_is_cancellation_reason(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(cartona_api_is_reason(text_to_cstring(PG_GETARG_TEXT_PP(0))));
}

/* An id as Cartona gave it: a number where it can have been one, else text. */
static void
append_id(StringInfo out, const char *id)
{
	size_t		len = strlen(id);

	if (len > 0 && len <= MAX_NUMBER_DIGITS && strspn(id, "0123456789") == len && (id[0] != '0' || len == 1))
		appendStringInfoString(out, id);
	else
		escape_json(out, id);
}

/* A number as exactly these digits. */
static void
append_number(StringInfo out, const char *name, const char *number)
{
	if (!cartona_api_is_decimal(number))
		elog(ERROR, "\"%s\" is no plain decimal number", number);
	appendStringInfo(out, "\"%s\": %s", name, number);
}

static void
append_text(StringInfo out, const char *name, const char *text)
{
	appendStringInfo(out, "\"%s\": ", name);
	escape_json(out, text);
}

static void
append_detail(StringInfo out, const CartonaApiDetail *detail)
{
	const char *comma = "";

	appendStringInfoChar(out, '{');
	if (detail->id != NULL)
	{
		appendStringInfoString(out, "\"id\": ");
		append_id(out, detail->id);
		comma = ", ";
	}
	else if (detail->supplier_product_id != NULL)
	{
		append_text(out, "supplier_product_id", detail->supplier_product_id);
		comma = ", ";
	}
	else if (detail->internal_product_id != NULL)
	{
		append_text(out, "internal_product_id", detail->internal_product_id);
		comma = ", ";
	}
	if (detail->cancelled)
	{
		appendStringInfo(out, "%s\"cancelled\": true}", comma);
		return;
	}
	if (detail->amount != NULL)
	{
		appendStringInfoString(out, comma);
		append_number(out, "amount", detail->amount);
		comma = ", ";
	}
	if (detail->price != NULL)
	{
		appendStringInfoString(out, comma);
		append_number(out, "price", detail->price);
	}
	appendStringInfoChar(out, '}');
}

char *
cartona_api_details_body(const char *hashed_id, const CartonaApiDetail *details, int n)
{
	StringInfoData out;
	int			i;

	initStringInfo(&out);
	appendStringInfoString(&out, "[{");
	append_text(&out, "hashed_id", hashed_id);
	appendStringInfoString(&out, ", \"order_details\": [");
	for (i = 0; i < n; i++)
	{
		if (i > 0)
			appendStringInfoString(&out, ", ");
		append_detail(&out, &details[i]);
	}
	appendStringInfoString(&out, "]}]");
	return out.data;
}
