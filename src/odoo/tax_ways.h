/*-------------------------------------------------------------------------
 *
 * tax_ways.h
 *	  The two ways in which Odoo computes a line's taxes: for tax.c.
 *
 * IDENTIFICATION
 *	  src/odoo/tax_ways.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_TAX_WAYS_H
#define CARTONA_TAX_WAYS_H

#include "odoo/tax.h"

/*
 * From price, quantity and "flat" to base, total and tax_amounts (an array of
 * "flat"'s length).  "exact": nothing is rounded.
 */
extern void cartona_tax_until_17(const CartonaTaxMethod *method, CartonaTaxLine *line, bool exact);
extern void cartona_tax_since_18(const CartonaTaxMethod *method, CartonaTaxLine *line, bool exact);

#endif							/* CARTONA_TAX_WAYS_H */
