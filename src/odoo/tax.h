/*-------------------------------------------------------------------------
 *
 * tax.h
 *	  What taxes make of a price: to the last digit as Odoo computes it.
 *	  Pure functions: no database.
 *
 * IDENTIFICATION
 *	  src/odoo/tax.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_TAX_H
#define CARTONA_TAX_H

#include "nodes/pg_list.h"
#include "utils/numeric.h"

typedef enum CartonaTaxKind
{
	CARTONA_TAX_PERCENT,
	CARTONA_TAX_FIXED,
	CARTONA_TAX_DIVISION,
	CARTONA_TAX_GROUP,			/* stands for its children */
	CARTONA_TAX_OTHER			/* python code: only Odoo can compute it */
} CartonaTaxKind;

typedef struct CartonaTax
{
	int32		id;
	int32		nearness;		/* of its company to the order's: the highest
								 * counts */
	int32		sequence;
	CartonaTaxKind kind;
	Numeric		amount;
	bool		included;		/* the price holds it already */
	bool		include_base;	/* later taxes are computed on it too */
	bool		base_affected;	/* earlier taxes that include_base change its
								 * base */
	char	   *name;
	List	   *children;		/* of a group: CartonaTax pointers */
} CartonaTax;

/* The rules differ between Odoo's generations: facts of the catalog decide (shop.c). */
typedef enum CartonaTaxRules
{
	CARTONA_TAXES_14,			/* no account_tax.is_base_affected */
	CARTONA_TAXES_15,			/* no rules for analytic accounts: totals as
								 * before */
	CARTONA_TAXES_17,			/* account_tax.price_include */
	CARTONA_TAXES_18,			/* account_tax.price_include_override */
	CARTONA_TAXES_19			/* account_tax_alternatives */
} CartonaTaxRules;

typedef struct CartonaTaxMethod
{
	CartonaTaxRules rules;
	bool		globally;		/* res_company.tax_calculation_rounding_method
								 * = 'round_globally' */
	Numeric		step;			/* the currency's rounding: 0.01 */
} CartonaTaxMethod;

/* A line's amounts. */
typedef struct CartonaTaxLine
{
	Numeric		price;			/* of one, after discount */
	Numeric		quantity;
	List	   *taxes;			/* CartonaTax pointers, as they are on the
								 * line */
	/* computed */
	bool		left;			/* only Odoo can compute one of them: it
								 * counts as 0 here */
	List	   *flat;			/* groups resolved, in the order of computing */
	Numeric    *tax_amounts;	/* of each of "flat", as exact as the method
								 * keeps it */
	Numeric		base;			/* likewise */
	Numeric		subtotal;
	Numeric		tax;
	Numeric		total;
} CartonaTaxLine;

typedef struct CartonaTaxTotals
{
	Numeric		untaxed;
	Numeric		tax;
	Numeric		total;
} CartonaTaxTotals;

/* Fill a line's computed fields. */
extern void cartona_tax_line(const CartonaTaxMethod *method, CartonaTaxLine *line);

/* The order's amounts from its computed lines. */
extern void cartona_tax_totals(const CartonaTaxMethod *method, CartonaTaxLine *lines, int nlines, CartonaTaxTotals *totals);

/*
 * The unit price to write so that one piece costs the customer "total" with
 * all taxes: "total" itself where every tax is included in the price, or where
 * only Odoo can compute one of them.
 */
extern Numeric cartona_tax_price_of_total(const CartonaTaxMethod *method, List *taxes, Numeric total);

#endif							/* CARTONA_TAX_H */
