/*-------------------------------------------------------------------------
 *
 * partner.h
 *	  Retailers as Odoo's customers.
 *
 * IDENTIFICATION
 *	  src/odoo/partner.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_PARTNER_H
#define CARTONA_PARTNER_H

#include "odoo/shop.h"

/* What Cartona says of a retailer; NULL: nothing. Never HTML, never control characters. */
typedef struct CartonaRetailer
{
	char	   *cartona_id;		/* "retailer_<code>" */
	char	   *name;
	char	   *phone;
	char	   *phone2;
	char	   *email;
	char	   *address;
	char	   *address_notes;
} CartonaRetailer;

/* What an order takes from its customer; 0: nothing. */
typedef struct CartonaPartner
{
	int32		id;
	int32		invoice_to;
	int32		ship_to;
	char	   *lang;
	int32		salesman;
	int32		team;
	int32		pricelist;
	int32		payment_term;
	int32		fiscal_position;
} CartonaPartner;

/*
 * The customers of n retailers (the same one may come twice), made where there
 * are none.  Two sessions that meet the same new retailer make one: the second
 * waits for the first's transaction and finds its customer.
 */
extern void cartona_partner_get(const CartonaShop *shop, const CartonaRetailer *retailers, int n,
								CartonaPartner *partners);

#endif							/* CARTONA_PARTNER_H */
