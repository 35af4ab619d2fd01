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
	int32		id;				/* mail_message.id once written; 0: none */
} CartonaChatter;

/*
 * Write n internal notes by OdooBot, as Odoo's own log notes are, in an open
 * (sub)transaction with SPI.  Nobody is notified, and nobody but the shop's
 * own people sees them.  Nothing where this Odoo has no chatter.
 */
extern void cartona_chatter_write(const CartonaShop *shop, CartonaChatter *notes, int n);

/* Put the text into the order's note with this id; false where that is not there. */
extern bool cartona_chatter_rewrite(const CartonaShop *shop, CartonaChatter *note, int32 id);

#endif							/* CARTONA_CHATTER_H */
