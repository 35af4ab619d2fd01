/*-------------------------------------------------------------------------
 *
 * compare.h
 *	  What an imported order must become, and what only a human can decide.
 *
 * IDENTIFICATION
 *	  src/apply/compare.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_COMPARE_H
#define CARTONA_COMPARE_H

#include "apply/known.h"
#include "odoo/existing.h"

/* An order while it is compared. */
typedef struct CartonaCompared
{
	const CartonaDraft *draft;
	const CartonaKnown *known;
	CartonaExisting order;
	CartonaTaxMethod method;
	const char *why_not;		/* NULL: it follows; else why it must not */
	CartonaWritten *old;
	int			nold;
	bool	   *seen;			/* of old: Cartona still has it */
	CartonaWritten *new;
	int			nnew;
	CartonaDraftLine *added;
	int		   *added_as;		/* in "new" */
	int			nadded;
	bool		edited;			/* something of the order is to be written */
	List	   *done;			/* of char *: what followed */
	List	   *told;			/* of char *: what did not, and why */
	List	   *missing;
} CartonaCompared;

/*
 * Compare an order, locked and read into work->order, with its draft and with
 * what is known of it.  Given: draft, known, order, method, why_not.  The rest
 * is found out, and work->order's rows are marked; nothing is written.  "head"
 * is what the draft would have written, and becomes what is to be kept.
 */
extern void cartona_compare(CartonaCompared *work, CartonaHead *head);

#endif							/* CARTONA_COMPARE_H */
