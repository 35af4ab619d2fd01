/*-------------------------------------------------------------------------
 *
 * customer.h
 *	  Between the files that make partner.h true: a retailer on his way to
 *	  being a customer.
 *
 * IDENTIFICATION
 *	  src/odoo/customer.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_CUSTOMER_H
#define CARTONA_CUSTOMER_H

#include "odoo/partner.h"

/* How to reach somebody; NULL: nothing (an empty text is read as nothing). */
typedef struct CartonaContact
{
	char	   *phone;
	char	   *phone2;
	char	   *email;
	char	   *street;
	char	   *street2;
} CartonaContact;

/* One retailer of a batch. */
typedef struct CartonaCustomer
{
	const CartonaRetailer *retailer;	/* the newest word on him in the batch */
	int32		id;				/* res_partner; 0: none yet */
	bool		merged;			/* found through his orders: his customer is
								 * gone */
	bool		remembered;		/* there is a row in cartona.customer */
	int32		remembered_id;	/* the partner it names */
	int32		address;		/* his delivery address below the customer; 0:
								 * none */
	char	   *email_kept;		/* what Cartona says and was not written, as
								 * he signs in to Odoo with his own; NULL:
								 * nothing */
	bool		has_parent;		/* a contact of another: has that one's
								 * address */
	bool		outdated;		/* a newer order said more; valid where asked */
	int32		phone_code;		/* of the customer's country; 0: none */
	char	   *comment;		/* res_partner.comment */
	CartonaContact sent;		/* what Cartona said last */
	CartonaContact own;			/* the customer's, in Odoo */
	CartonaContact delivery;	/* the delivery address's, in Odoo */
	int32		ship_to;		/* the address this retailer's orders go to;
								 * 0: as Odoo has it */
} CartonaCustomer;

/* What is to be done about one customer. */
typedef struct CartonaCustomerChange
{
	CartonaContact says;		/* what Cartona says now: what is missing is
								 * as it was */
	CartonaContact own;			/* what the customer is to have */
	CartonaContact delivery;	/* what the delivery address is to have */
	char	   *comment;
	bool		write_own;
	bool		write_email;	/* with new_email, where he has no login */
	char	   *new_email;
	bool		move_contacts;	/* his contacts live where he lives */
	bool		write_delivery;
	bool		new_delivery;
	bool		remember;
} CartonaCustomerChange;

/*
 * Find the customers of those that have none yet in the array.  "latest": on
 * what is committed now, whatever the isolation level; "newer": also say who
 * is outdated.  One statement.
 */
extern void cartona_customer_find(const CartonaShop *shop, CartonaCustomer *customers, int n, bool latest, bool newer);

/* Follow what Cartona says of customers that were found; sets ship_to. */
extern void cartona_customer_follow(const CartonaShop *shop, CartonaCustomer *customers, int n);

/* Write what is decided of customers and remember what Cartona said of them; a new delivery address is their "address". */
extern void cartona_customer_write(const CartonaShop *shop, CartonaCustomer *customers, const CartonaCustomerChange *changes, int n);

/* What an order takes from each customer, in the order of "customers".  One statement. */
extern void cartona_customer_terms(const CartonaShop *shop, const CartonaCustomer *customers, int n,
								   CartonaPartner *partners);

/* contact.c: texts as Odoo keeps them. */

/* The international form Odoo searches a phone by, of the first usable of two; NULL: none. */
extern char *cartona_contact_sanitize_phones(const char *mobile, const char *phone, int32 phone_code);

/* Lower case, where it is one address; NULL otherwise, as Odoo has it. */
extern char *cartona_contact_normalize_email(const char *email);

/*
 * What a person reads in the customer's notes: the retailer's code, and his
 * second phone where "phone2" is not NULL.
 */
extern char *cartona_contact_comment(const char *cartona_id, const char *phone2, bool html);

/* Equal, where an empty text is nothing. */
extern bool cartona_contact_same(const char *a, const char *b);

#endif							/* CARTONA_CUSTOMER_H */
