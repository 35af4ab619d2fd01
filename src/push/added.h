/*-------------------------------------------------------------------------
 *
 * added.h
 *	  Lines that a clerk adds to a confirmed order.
 *
 * IDENTIFICATION
 *	  src/push/added.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_ADDED_H
#define CARTONA_ADDED_H

#include "apply/lines.h"
#include "odoo/fulfil.h"
#include "push/level.h"

/*
 * The step that adds the lines Cartona does not know, in an open transaction
 * with SPI; false: there are none.
 */
extern bool cartona_added_next(const CartonaAccount *account, const CartonaOrderClaim *claim, const CartonaFulfil *order,
							   const CartonaWritten *known, int nknown, CartonaStep *step);

/* The step that looks the order up at Cartona, to learn the ids of its added lines. */
extern void cartona_added_look_up(const CartonaAccount *account, const CartonaOrderClaim *claim, CartonaStep *step);

/* Before the request goes out: that it may arrive is kept, or the line could be added twice. */
extern void cartona_added_intend(int32 account_id, const CartonaOrderClaim *claim, const CartonaStep *step);

/* What became of it: accepted, or certainly not. */
extern void cartona_added_settle(int32 account_id, const CartonaOrderClaim *claim, const CartonaStep *step, bool accepted);

/*
 * The order was looked up.  The body of the answer, NULL: Cartona does not tell.
 * Lines that are there get their ids; those that are not will be added again;
 * where the order is not in the answer nobody can tell, and the sentence for a
 * human is returned.
 */
extern char *cartona_added_looked_up(int32 account_id, const CartonaOrderClaim *claim, const char *body, size_t len);

#endif							/* CARTONA_ADDED_H */
