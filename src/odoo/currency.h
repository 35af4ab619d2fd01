/*-------------------------------------------------------------------------
 *
 * currency.h
 *	  The currency of an order, and its rate.
 *
 * IDENTIFICATION
 *	  src/odoo/currency.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_CURRENCY_H
#define CARTONA_CURRENCY_H

#include "odoo/shop.h"

typedef struct CartonaCurrency
{
	int32		id;
	char	   *name;			/* NULL: Odoo has no such currency */
	Numeric		step;			/* its rounding */
	Numeric		rate;			/* of the company's currency to it */
} CartonaCurrency;

/* The currency of a pricelist (0: the company's own), with its rate at "when". */
extern void cartona_currency_of_pricelist(const CartonaShop *shop, int32 pricelist, Timestamp when, CartonaCurrency *currency);

/* The currency the account is set to, without a rate. */
extern void cartona_currency_of_account(const CartonaShop *shop, CartonaCurrency *currency);

#endif							/* CARTONA_CURRENCY_H */
