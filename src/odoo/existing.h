/*-------------------------------------------------------------------------
 *
 * existing.h
 *	  A sales order that is in Odoo: read under lock, edited, summed up again.
 *
 * IDENTIFICATION
 *	  src/odoo/existing.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_EXISTING_H
#define CARTONA_EXISTING_H

#include "odoo/shop.h"

typedef struct CartonaExistingLine
{
	int32		id;
	char	   *cartona_id;		/* cartona_line_id; NULL: none */
	int32		product;		/* 0: none */
	int32		uom;
	Numeric		quantity;
	Numeric		price;			/* price_unit: before the discount */
	Numeric		discount;		/* percent, a clerk's */
	char	   *name;
	bool		is_text;		/* a section or note: costs nothing */
	List	   *taxes;			/* CartonaTax pointers */

	/*
	 * what is to be done with it; a changed line's fields above are the new
	 * ones
	 */
	bool		removed;
	bool		changed;
	bool		other_product;	/* taxes, lead and method are new as well */
	char	   *method;			/* as CartonaProduct.method */
	double		lead;
} CartonaExistingLine;

typedef struct CartonaExisting
{
	int32		id;
	char	   *state;
	bool		locked;
	int32		company;
	int32		warehouse;
	int32		partner;
	int32		salesman;
	int32		currency;
	Numeric		step;			/* of its currency */
	int32		fiscal_position;	/* 0: none */
	int32		payment_term;	/* 0: none */
	int32		ship_to;		/* partner_shipping_id */
	char	   *note;			/* NULL: none */
	bool		has_commitment;
	Timestamp	commitment;
	CartonaExistingLine *lines; /* in the order's order */
	int			nlines;
	bool		note_changed;	/* likewise: "note" is the new one */
	bool		commitment_changed;
	bool		ship_to_changed;
} CartonaExisting;

/*
 * Lock the order and its lines and read them as they are now; false where
 * somebody is changing or deleting it: a clerk is never waited for.
 */
extern bool cartona_existing_lock(const CartonaShop *shop, int32 order_id, CartonaExisting *order);

/*
 * Write what is marked, in the same transaction; then the order's amounts, of
 * its own lines that are left and of "added", whose rows the caller wrote.  True
 * where only Odoo can compute some of the taxes.
 */
extern bool cartona_existing_write(const CartonaShop *shop, const CartonaTaxMethod *method, CartonaExisting *order,
								   const CartonaTaxLine *added, int nadded);

#endif							/* CARTONA_EXISTING_H */
