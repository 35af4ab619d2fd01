/*-------------------------------------------------------------------------
 *
 * details.h
 *	  The body of update-order-details: lines changed, added, cancelled.
 *
 * IDENTIFICATION
 *	  src/cartona/details.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_DETAILS_H
#define CARTONA_DETAILS_H

#define CARTONA_API_DETAILS_PATH "/order/update-order-details"

/* A price is told to so many digits behind the point. */
#define CARTONA_API_PRICE_DIGITS 2

/* One line.  Amount and price are plain decimal texts ("2.5"); what is NULL is left out. */
typedef struct CartonaApiDetail
{
	const char *id;				/* Cartona's line id; NULL: a line to be added */
	const char *supplier_product_id;	/* of a line to be added, and so below */
	const char *internal_product_id;
	const char *amount;
	const char *price;
	bool		cancelled;
} CartonaApiDetail;

/*
 * [{"hashed_id", "order_details": [...]}] for one order, palloc'd.  Changing and
 * cancelling by id can be repeated; adding adds again.
 */
extern char *cartona_api_details_body(const char *hashed_id, const CartonaApiDetail *details, int n);

/* Is it one of the reasons Cartona takes for a cancellation? */
extern bool cartona_api_is_reason(const char *reason);

#endif							/* CARTONA_DETAILS_H */
