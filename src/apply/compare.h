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
	CartonaSentence *why_not;	/* NULL: it follows; else why it must not */
	CartonaWritten *old;
	int			nold;
	bool	   *seen;			/* of old: Cartona still has it */
	CartonaWritten *new;
	int			nnew;
	CartonaDraftLine *added;
	int		   *added_as;		/* in "new" */
	int			nadded;
	bool		edited;			/* something of the order is to be written */
	List	   *done;			/* of CartonaSentence *: what followed */
	List	   *told;			/* likewise: what did not, and why */
	List	   *differs;		/* of CartonaDiffers *: what does not by now */
	List	   *missing;
} CartonaCompared;

/*
 * Compare an order, locked and read into work->order, with its draft and with
 * what is known of it.  Given: draft, known, order, method, why_not.  The rest
 * is found out, and work->order's rows are marked; nothing is written.  "head"
 * is what the draft would have written, and becomes what is to be kept.
 */
extern void cartona_compare(CartonaCompared *work, CartonaHead *head);

/* The same of what is not of a line. */
extern void cartona_compare_head(CartonaCompared *work, CartonaHead *head);

/* A difference that stays, in place of the one with the same key; told in the chatter. */
extern void cartona_compare_tell(CartonaCompared *work, const char *key, const CartonaSentence *what,
								 const CartonaSentence *why);

/* There is no such difference any more; was there one? */
extern bool cartona_compare_settle(CartonaCompared *work, const char *key);

#endif							/* CARTONA_COMPARE_H */
