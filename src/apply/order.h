/*-------------------------------------------------------------------------
 *
 * order.h
 *	  Drafts as sales orders of Odoo's: one INSERT per table for all of them.
 *
 * IDENTIFICATION
 *	  src/apply/order.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_ORDER_H
#define CARTONA_ORDER_H

#include "apply/draft.h"

/* What was made of a draft. */
typedef struct CartonaOrderMade
{
	int32		id;				/* sale_order.id */
	int32	   *line_ids;		/* sale_order_line.id of each of its lines */
} CartonaOrderMade;

/*
 * Write n drafts of one shop, none with an error, in an open (sub)transaction
 * with SPI: the orders, their lines, the lines' taxes.  The caller enqueues
 * their products, which this keeps the triggers from doing one by one.  Throws
 * what Odoo's tables refuse; the caller rolls back.
 */
extern CartonaOrderMade *cartona_order_create(const CartonaDraft *drafts, int n);

/*
 * Write a draft's lines and their taxes into an order that is there, which
 * delivers from "warehouse"; their ids.  The order's sums are the caller's.
 */
extern int32 *cartona_order_add(const CartonaDraft *draft, int32 order_id, int32 warehouse);

#endif							/* CARTONA_ORDER_H */
