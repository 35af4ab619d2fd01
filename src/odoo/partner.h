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

#include "datatype/timestamp.h"

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
	TimestampTz said_at;		/* when the order that says so was made; 0:
								 * unknown */
} CartonaRetailer;

/*
 * What an order takes from its customer; 0: nothing.  Salesperson and team are
 * the account's before the customer's, and never Odoo's technical user.
 */
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
	int32		payment_method; /* the line of a journal he pays by */
	int32		warehouse;		/* of the order */
	char	   *email_kept;		/* a new email of Cartona's that was not
								 * written, because he signs in to Odoo with
								 * his own; NULL: none */
} CartonaPartner;

/*
 * The customers of the retailers of n orders, made where there is none, and
 * brought up to what the newest order says of each; one element of "partners"
 * per retailer.  The same retailer may come several times.  Two sessions that
 * meet the same new retailer make one customer: the second waits for the
 * first's transaction and finds its customer.  The number of statements does
 * not depend on n.  Where Odoo is to make customers (shop->writer_is_odoo) none
 * is made: one that is not there has id 0 and nothing but the shop's language.
 */
extern void cartona_partner_get(const CartonaShop *shop, const CartonaRetailer *retailers, int n,
								CartonaPartner *partners);

/*
 * Who is about to make the customer of a retailer by other means: lock him as
 * above, until the end of the transaction, and look whether he is there by now,
 * whatever the isolation level.  0: he is not.
 */
extern int32 cartona_partner_lock(const CartonaShop *shop, char *cartona_id);

#endif							/* CARTONA_PARTNER_H */
