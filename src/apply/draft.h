/*-------------------------------------------------------------------------
 *
 * draft.h
 *	  What sales orders will be, decided before any of their rows is written.
 *
 * IDENTIFICATION
 *	  src/apply/draft.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_DRAFT_H
#define CARTONA_DRAFT_H

#include "nodes/pg_list.h"

#include "apply/payload.h"
#include "odoo/currency.h"
#include "odoo/partner.h"
#include "odoo/product.h"
#include "odoo/shop.h"

/* A line that will be written: what Cartona said, what Odoo has, what it costs. */
typedef struct CartonaDraftLine
{
	const CartonaOrderLine *from;
	const CartonaProduct *product;
	Numeric		quantity;		/* in Odoo's unit */
	CartonaTaxLine *amount;
} CartonaDraftLine;

/* A line that is left out. */
typedef struct CartonaDraftSkip
{
	const CartonaOrderLine *from;
	CartonaSentence *reason;	/* for a clerk, naming the line */
	List	   *missing;		/* of char *: the keys of what it waits for,
								 * as in cartona.inbox.missing */
} CartonaDraftSkip;

typedef struct CartonaDraft
{
	const CartonaShop *shop;
	const CartonaOrder *order;
	struct ErrorData *error;	/* NULL; or why there can be no such order:
								 * then only "missing" is set below */
	CartonaPartner partner;		/* id 0: Odoo must make the customer first,
								 * and nothing below is decided */
	CartonaCurrency currency;
	CartonaTaxMethod method;
	Timestamp	ordered_at;		/* UTC, as Odoo keeps times */
	int32		pricelist;		/* 0: none, and so below */
	int32		salesman;
	int32		team;
	CartonaDraftLine *lines;
	int			nlines;
	CartonaTaxLine *amounts;	/* what the lines' "amount" point to */
	CartonaDraftSkip *skipped;
	int			nskipped;
	List	   *missing;		/* of char *: the keys of products not found,
								 * of all lines left out */
	CartonaTaxTotals totals;
	bool		taxes_left;		/* only Odoo can compute some of them:
								 * "totals" is without these */
} CartonaDraft;

/*
 * Decide n orders of a shop: customers (made where new), products, currencies
 * and money, in an open (sub)transaction with SPI.  What is wrong with one
 * order is its "error"; the caller rolls back then, because its customer may
 * have been made.  Throws what concerns all of them.
 * "exist": they are in Odoo already, and a missing product is no error.
 */
extern CartonaDraft *cartona_draft_make(const CartonaShop *shop, const CartonaOrder *const *orders, int n, bool exist);

/* What Odoo's unit of a line's product is to cost, with these taxes on the line. */
extern Numeric cartona_draft_price(const CartonaShop *shop, const CartonaTaxMethod *method, const CartonaOrderLine *from,
								   const CartonaProduct *product, Numeric quantity, List *taxes);

#endif							/* CARTONA_DRAFT_H */
