/*-------------------------------------------------------------------------
 *
 * api.h
 *	  Cartona's supplier-integration API: addresses (address.c), payloads
 *	  (body.c), what an answer means (answer.c) and holds (orders.c).  Pure
 *	  functions: no database, no network.
 *
 * IDENTIFICATION
 *	  src/cartona/api.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_API_H
#define CARTONA_API_H

#include "http/client.h"

/*
 * "base" as a person typed it (with or without a trailing slash, with or
 * without /api/v1) plus "path" ("/order/pull-orders"...), palloc'd.  Throws
 * ERRCODE_INVALID_PARAMETER_VALUE with a hint where base is no http(s) URL.
 */
extern char *cartona_api_url(const char *base, const char *path);

/* True when "base" can be used; else *why says what is wrong (a constant). */
extern bool cartona_api_url_ok(const char *base, const char **why);

/* /order/pull-orders?page=..&per_page=..&from=.. ("from" an ISO 8601 text or NULL) */
extern char *cartona_api_pull_path(int page, int per_page, const char *from);

/* The same for the first page of the orders made between two times; NULL: any. */
extern char *cartona_api_orders_path(int per_page, const char *from, const char *to);

/* /order/update-order-status/<hashed_id>, percent-encoded */
extern char *cartona_api_status_path(const char *hashed_id);

/* Its body. Fields given as NULL are left out. */
extern char *cartona_api_status_body(const char *hashed_id, const char *status,
									 const char *retailer_otp, const char *cancellation_reason);

/* The same for many orders at once; an answer that refuses does not say which one it means. */
#define CARTONA_API_STATUSES_PATH "/order/update-order-status"

/* Its body: this one status for each order. */
extern char *cartona_api_statuses_body(const char *const *hashed_ids, int n, const char *status);

#define CARTONA_API_BULK_PATH "/supplier-product/bulk-update"
#define CARTONA_API_CHECK_PATH "/supplier-product?page=1&per_page=1"

/* Is it a plain decimal number ("12.5") that goes out as a JSON number of the same digits? */
extern bool cartona_api_is_decimal(const char *text);

/* One product of a bulk update; ids that are NULL are left out, price NULL is not sent. */
typedef struct CartonaApiProduct
{
	const char *supplier_product_id;
	const char *internal_product_id;
	const char *price;			/* a plain decimal number as text ("12.5"),
								 * goes out as a JSON number */
	int64		stock;			/* >= 0; ignored when unlimited */
	bool		unlimited;
	bool		in_stock;
} CartonaApiProduct;

extern char *cartona_api_products_body(const CartonaApiProduct *products, int nproducts);

/* One order of an answer to pull-orders. */
typedef struct CartonaApiOrder
{
	char	   *hashed_id;		/* NULL: unusable, see "why" */
	char	   *json;			/* the order's own text, valid UTF-8 without
								 * \u0000: fit for jsonb */
	char	   *why;			/* why it is unusable; NULL when usable */
} CartonaApiOrder;

/*
 * Split an answer to pull-orders: an array, or an object whose "data" (or
 * "orders") is one.  An empty body is no orders.  Returns the number of items
 * (palloc'd array in *orders), or -1 with *why set when the text is no such
 * thing (HTML, truncated JSON, a bare number...).
 */
extern int	cartona_api_parse_orders(const char *body, size_t body_len,
									 CartonaApiOrder **orders, char **why);

/* What an answer means for what was sent. */
typedef enum CartonaVerdict
{
	CARTONA_DONE,				/* 200, 201, 204 and other 2xx */
	CARTONA_RETRY,				/* network error, 408, 425, 429, 5xx, 1xx and
								 * 3xx (no redirect is followed) */
	CARTONA_STOP,				/* 401, 403: the account's token is not
								 * accepted */
	CARTONA_REFUSED				/* other 4xx: this will never be taken as it
								 * is */
} CartonaVerdict;

/*
 * The verdict, and in *reason (palloc'd, valid UTF-8 without control
 * characters, at most 1000 bytes, never empty unless done) what the server or
 * the network said, for a person to read: "error"/"message"/"errors" of a JSON
 * answer, else the start of the text.
 */
extern CartonaVerdict cartona_api_judge(const CartonaHttpAnswer *answer, char **reason);

/* Valid UTF-8 without NUL bytes from any bytes: what is not becomes U+FFFD.  palloc'd. */
extern char *cartona_api_clean_text(const char *bytes, size_t len);

#endif							/* CARTONA_API_H */
