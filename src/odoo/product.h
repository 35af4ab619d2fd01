/*-------------------------------------------------------------------------
 *
 * product.h
 *	  Which Odoo variant a Cartona line means, and what its line needs.
 *
 * IDENTIFICATION
 *	  src/odoo/product.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_PRODUCT_H
#define CARTONA_PRODUCT_H

#include "odoo/shop.h"
#include "odoo/words.h"

/* What a line says of its product, and the language its text is wanted in. */
typedef struct CartonaProductKey
{
	const char *lang;
	const char *supplier_product_id;	/* NULL: none */
	int32		internal_id;	/* 0: none */
	const char *unit;			/* "carton"; NULL: not said */
	Numeric		unit_count;		/* pieces in it; NULL: not said */
} CartonaProductKey;

/* The variant, or why there is none. */
typedef struct CartonaProduct
{
	CartonaSentence *problem;	/* NULL: usable; else why not, for a person */
	bool		stays;			/* a problem that products coming and going do
								 * not end: a mapping does, or a person */
	int32		id;				/* product_product.id */
	Numeric		factor;			/* Odoo units in one Cartona unit */
	int32		uom;
	char	   *method;			/* how its delivered quantity is known:
								 * "stock_move", or for a service "manual",
								 * "timesheet", ... */
	double		lead;
	char	   *name;			/* the line's text, as Odoo words it */
	int32	   *taxes;			/* account_tax ids of the template */
	int			ntaxes;
} CartonaProduct;

/*
 * Look up the lines of many orders at once: the same key is asked for once,
 * with one query per language.  The result, palloc'd, has one pointer per key;
 * equal keys share what it points to.
 */
extern CartonaProduct **cartona_product_find(const CartonaShop *shop, const CartonaProductKey *keys, int nkeys);

#endif							/* CARTONA_PRODUCT_H */
