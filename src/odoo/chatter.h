/*-------------------------------------------------------------------------
 *
 * chatter.h
 *	  Notes in the chatter of sales orders.
 *
 * IDENTIFICATION
 *	  src/odoo/chatter.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_CHATTER_H
#define CARTONA_CHATTER_H

#include "odoo/shop.h"

typedef struct CartonaChatter
{
	int32		order_id;
	const char *text;			/* plain, one fact per line */
} CartonaChatter;

/*
 * Write n internal notes by OdooBot, as Odoo's own log notes are, in an open
 * (sub)transaction with SPI.  Nobody is notified, and nobody but the shop's
 * own people sees them.  Nothing where this Odoo has no chatter.
 */
extern void cartona_chatter_write(const CartonaShop *shop, const CartonaChatter *notes, int n);

#endif							/* CARTONA_CHATTER_H */
