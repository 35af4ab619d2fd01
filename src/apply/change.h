/*-------------------------------------------------------------------------
 *
 * change.h
 *	  An order that is in Odoo follows Cartona, while it is a draft.
 *
 * IDENTIFICATION
 *	  src/apply/change.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_CHANGE_H
#define CARTONA_CHANGE_H

#include "apply/known.h"

/* What came of it. */
typedef struct CartonaChange
{
	char	   *note;			/* what a clerk should know; NULL: nothing */
	char	   *problem;		/* all that needs a human now; NULL: nothing */
	List	   *missing;		/* of char *: keys of products that are still
								 * not found */
} CartonaChange;

/*
 * Let the order follow the draft made of Cartona's newest payload, in an open
 * (sub)transaction with SPI; "status" is the newest one known of it at Cartona.
 * Where it must not follow (confirmed, changed by a clerk, ...) the difference
 * is told, once.  False where somebody is changing it in Odoo right now: nothing
 * was written.  Throws what else stands in the way; the caller rolls back.
 */
extern bool cartona_order_change(const CartonaDraft *draft, int32 order_id, const char *status,
								 const CartonaKnown *known, CartonaChange *change);

/* The retailer is editing it: say so on the order, once. */
extern void cartona_change_editing(const CartonaShop *shop, int32 order_id, const char *hashed_id, const CartonaKnown *known);

#endif							/* CARTONA_CHANGE_H */
