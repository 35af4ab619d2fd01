/*-------------------------------------------------------------------------
 *
 * fulfil.h
 *	  How far Odoo is with an order: its state, its deliveries, its lines.
 *
 * IDENTIFICATION
 *	  src/odoo/fulfil.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_FULFIL_H
#define CARTONA_FULFIL_H

#include "utils/numeric.h"

typedef struct CartonaFulfilLine
{
	int32		id;				/* sale_order_line.id */
	char	   *cartona_id;		/* Cartona's line id; NULL: a clerk's line */
	int32		product;		/* product_product.id, 0: none */
	int32		uom;
	Numeric		ordered;		/* in "uom" */
	Numeric		delivered;		/* in "uom", less what was returned; what is
								 * not delivered from stock (services) counts
								 * as delivered as ordered */
	Numeric		price;			/* of one, less the line's discount */
	Numeric		price_with_taxes;	/* of one, as the retailer pays it */
	bool		from_stock;		/* goods, which Odoo delivers */
	bool		entered;		/* of the others: somebody (or Odoo, from
								 * timesheets and the like) entered all of it
								 * as delivered */
	char	   *name;
} CartonaFulfilLine;

typedef struct CartonaFulfil
{
	char	   *state;			/* sale_order.state */
	char	   *delivered_by;
	char	   *otp;			/* the retailer's one-time password; NULL: not
								 * entered */
	bool		confirmed;		/* sale, or done: locked (Odoo <= 16) */
	bool		ready;			/* a delivery to the customer is reserved, or
								 * a part is done */
	bool		moved;			/* it has transfers */
	bool		delivered;		/* something reached the customer, and no
								 * transfer of the order is open; where there
								 * is nothing to transfer: all of Cartona's
								 * lines are entered as delivered */
	CartonaFulfilLine *lines;	/* without sections and notes */
	int			nlines;
} CartonaFulfil;

/*
 * Read an order, in an open transaction with SPI, into the current context.
 * Takes no lock.  False: it is gone.  "ready" stays false in an Odoo without
 * deliveries (sale_stock), and for an order of services only.
 */
extern bool cartona_fulfil_read(int32 order_id, CartonaFulfil *order);

/* The retailer's one-time password has done its work: take it away, unless somebody holds the order just now. */
extern void cartona_fulfil_forget_otp(int32 order_id);

#endif							/* CARTONA_FULFIL_H */
