/*-------------------------------------------------------------------------
 *
 * order.h
 *	  A Cartona order as a sales order of Odoo's.
 *
 * IDENTIFICATION
 *	  src/apply/order.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_ORDER_H
#define CARTONA_ORDER_H

#include "apply/payload.h"
#include "odoo/shop.h"

/* What was made of it. */
typedef struct CartonaOrderResult
{
	int32		order_id;
	char	   *note;			/* what a clerk should know; NULL: nothing */
	char	   *problem;		/* what a human must look at; NULL: nothing */
} CartonaOrderResult;

/*
 * Write the customer (where new), the draft order, its lines and their taxes,
 * in an open (sub)transaction with SPI.  Throws where the order cannot be
 * made; the caller rolls back.
 */
extern void cartona_order_create(const CartonaShop *shop, const CartonaOrder *order, CartonaOrderResult *result);

#endif							/* CARTONA_ORDER_H */
