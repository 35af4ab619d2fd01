/*-------------------------------------------------------------------------
 *
 * body.c
 *	  What is sent to Cartona's supplier-integration API, as JSON.
 *
 * Neighbours: push/ sends it with http/client.h; details.c has what a confirmed
 * order still has to tell.  JSON is built with json-c through base/json.h only.
 * Memory: results in the caller's context; json-c's objects in a context that
 * is gone on return, so nothing of malloc's stays behind.
 * Failure: a value that cannot be sent throws.
 *
 * IDENTIFICATION
 *	  src/cartona/body.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/json.h"
#include "cartona/api.h"

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

/* A new value that nothing took over, or that could not be made. */
static void
not_taken(struct json_object *value)
{
	if (value != NULL)
		json_object_put(value);
	ereport(ERROR,
			(errcode(ERRCODE_OUT_OF_MEMORY),
			 errmsg("out of memory")));
}

/* Add a new value to an object, which then owns it. */
static void
add(struct json_object *object, const char *key, struct json_object *value)
{
	if (value == NULL || json_object_object_add(object, key, value) != 0)
		not_taken(value);
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

/* A new object at the end of an array, which owns it. */
static struct json_object *
append(struct json_object *array)
{
	struct json_object *item = json_object_new_object();

	if (item == NULL || json_object_array_add(array, item) != 0)
		not_taken(item);
	return item;
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
		struct json_object *item = append(body);

		add_text(item, "hashed_id", hashed_ids[i]);
		add_text(item, "status", status);
	}
	return work_end(work, caller, body);
}

bool
cartona_api_is_decimal(const char *text)
{
	size_t		whole = strspn(text, "0123456789");
	size_t		fraction = text[whole] == '.' ? strspn(text + whole + 1, "0123456789") : 0;
	size_t		len = whole + (fraction > 0 ? fraction + 1 : 0);

	return whole > 0 && text[len] == '\0' && (whole == 1 || text[0] != '0');
}

/*
 * A price as a JSON number of exactly these digits: as a double it could come
 * out as 12.300000000000001.
 */
static struct json_object *
new_price(const char *price)
{
	if (!cartona_api_is_decimal(price))
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
		fill_product(append(body), &products[i]);
	return work_end(work, caller, body);
}
