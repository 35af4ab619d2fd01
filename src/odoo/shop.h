/*-------------------------------------------------------------------------
 *
 * shop.h
 *	  An account and the Odoo company it sells for: all that every order of
 *	  the account has in common.
 *
 * IDENTIFICATION
 *	  src/odoo/shop.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_SHOP_H
#define CARTONA_SHOP_H

#include "pgtime.h"
#include "utils/date.h"
#include "utils/numeric.h"

#include "odoo/tax.h"

typedef struct CartonaShop
{
	MemoryContext context;		/* owns everything here */
	/* the account */
	int32		account;
	char	   *account_name;
	char	   *account_currency;
	int32		salesman;		/* 0: none */
	int32		team;			/* 0: none */
	bool		price_includes_tax;
	bool		key_is_template;
	bool		reject_missing;
	bool		writer_is_odoo; /* order_writer: Odoo makes orders and
								 * customers */
	/* the company */
	int32		company;
	int32		currency;
	char	   *currency_name;
	Numeric		currency_step;
	int32		warehouse;		/* the account's; 0: none, each order has
								 * its own (customer_terms.c) */
	int32		first_warehouse;	/* the company's; 0: none */
	int32		country;		/* 0: none */
	int32		phone_code;		/* 0: none */
	char	   *lang;
	int32		technical_user;
	CartonaTaxMethod taxes;
	int32		price_digits;
	int32		quantity_digits;
	bool		expires;		/* new quotations expire */
	DateADT		expires_at;
	bool		require_signature;
	bool		require_payment;
	double		prepayment;		/* negative: unset */
	pg_tz	   *zone;			/* whose clock says what day it is */
	List	  **terms;			/* read so far: cartona_shop_terms() */
	List	  **mappings;		/* of fiscal positions, read so far */
	int32		source;			/* UTM source "Cartona"; 0: none */
	bool		note_is_html;
	bool		no_gap;			/* its order numbers: one order per
								 * transaction */
	bool		needs_pricelist;	/* this Odoo refuses an order without one */
	List	   *mixed_terms;	/* ids of payment terms that lower the taxes
								 * of an order: Odoo computes those */
	/* every sale tax of the company and of those above it, by id */
	CartonaTax *tax;
	int			ntaxes;
} CartonaShop;

/*
 * Read it, in an open transaction with SPI, into a child of "parent"; valid
 * for this transaction.  Throws a reason a person understands where the
 * account cannot take orders (no such company, no warehouse, not attached).
 */
extern CartonaShop *cartona_shop_read(int32 account, MemoryContext parent);

/*
 * The taxes on a line: those of the product that belong to the company (or,
 * where it has none, to the nearest company above it), mapped by the fiscal
 * position (0: none).  "ids": the product's taxes.
 */
extern List *cartona_shop_line_taxes(const CartonaShop *shop, const int32 *ids, int nids, int32 fiscal_position);

/* Taxes that are on a line already, by their ids, unmapped.  Throws where one is of another company. */
extern List *cartona_shop_taxes(const CartonaShop *shop, const int32 *ids, int nids);

/*
 * The terms and conditions for the note of an order to a customer of this
 * language, in HTML where the note is; NULL: none.
 */
extern const char *cartona_shop_terms(const CartonaShop *shop, const char *lang);

#endif							/* CARTONA_SHOP_H */
