/*-------------------------------------------------------------------------
 *
 * customer_change.c
 *	  A customer follows what Cartona says of the retailer, and keeps what was
 *	  corrected in Odoo.
 *
 * Only what Cartona changed is looked at: what it says again is known.  A
 * field that in Odoo still equals what Cartona said last, or is empty, takes
 * the new value.  Another was corrected: it stays, and where it is the address
 * (street and notes together) or the phone, the new ones go to a delivery
 * address below the customer, which from then on follows by the same rule.  The
 * name is a person's to change, and so is the email of one who signs in to
 * Odoo: the link for a new password goes there.
 *
 * A customer without a row in cartona.customer was the shop's own before (or
 * is new): what he has stays.  One reached through a merge keeps the other's
 * address, so that this retailer's goods need a delivery address.
 *
 * An older order that arrives late says nothing.
 *
 * Neighbours: partner.c found the customers; customer_write.c writes what is
 * decided here.
 * Transactions: the caller's, with an SPI connection.  Rows are locked by id
 * before they are judged, so that two batches do not wait for each other and a
 * clerk's save in between is seen; nothing is locked where nothing changed.
 * Memory: the current context.
 * Failure: a clerk who holds a row longer than the lock timeout makes the
 * statement fail; the order is tried again.
 *
 * IDENTIFICATION
 *	  src/odoo/customer_change.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "base/xact.h"
#include "odoo/catalog.h"
#include "odoo/customer.h"
#include "odoo/writer.h"

/* $1: partners; their contacts get their address. */
static CartonaQuery lock_query = {
	"SELECT 1 FROM {res_partner} p WHERE p.id = ANY ($1) OR p.parent_id = ANY ($1) AND p.type = 'contact' AND p.active"
	" ORDER BY p.id FOR NO KEY UPDATE",
	1, {INT4ARRAYOID}
};

static bool
is_empty(const char *text)
{
	return text == NULL || text[0] == '\0';
}

static char *
said(char *now, char *last)
{
	return now != NULL ? now : last;
}

static bool
same_address(const CartonaContact *a, const CartonaContact *b)
{
	return cartona_contact_same(a->street, b->street) && cartona_contact_same(a->street2, b->street2);
}

/* May a field be written: it has what Cartona said last, or nothing. */
static bool
is_free(const char *field, const char *sent)
{
	return is_empty(field) || cartona_contact_same(field, sent);
}

static bool
is_address_free(const CartonaContact *contact, const CartonaContact *sent)
{
	return (is_empty(contact->street) && is_empty(contact->street2)) || same_address(contact, sent);
}

/*
 * A field that Cartona changed; false where it was corrected.  "field" gets
 * the new value where it may.
 */
static bool
follow(char **field, char *sent, char *says, bool *written)
{
	if (cartona_contact_same(sent, says) || cartona_contact_same(*field, says))
		return true;
	if (!is_free(*field, sent))
		return false;
	*field = says;
	*written = true;
	return true;
}

static bool
follow_address(CartonaContact *contact, const CartonaContact *sent, const CartonaContact *says, bool *written)
{
	if (same_address(sent, says) || same_address(contact, says))
		return true;
	if (!is_address_free(contact, sent))
		return false;
	contact->street = says->street;
	contact->street2 = says->street2;
	*written = true;
	return true;
}

/* Where this Odoo has no second phone it stands in the notes, as long as nobody wrote anything else there. */
static void
follow_phone2(const CartonaCustomer *customer, CartonaCustomerChange *change, bool has_mobile, bool html)
{
	const char *id = customer->retailer->cartona_id;
	char	   *before;

	if (has_mobile)
	{
		(void) follow(&change->own.phone2, customer->sent.phone2, change->says.phone2, &change->write_own);
		return;
	}
	if (cartona_contact_same(customer->sent.phone2, change->says.phone2))
		return;
	before = cartona_contact_comment(id, customer->sent.phone2, html);
	(void) follow(&change->comment, before, cartona_contact_comment(id, change->says.phone2, html), &change->write_own);
}

/* The delivery address below the customer: there already, wanted now, or neither. */
static void
judge_delivery(const CartonaCustomer *customer, CartonaCustomerChange *change, bool corrected)
{
	change->delivery = customer->delivery;
	if (customer->address != 0)
	{
		bool		address_ok = follow_address(&change->delivery, &customer->sent, &change->says, &change->write_delivery);

		(void) follow(&change->delivery.phone, customer->sent.phone, change->says.phone, &change->write_delivery);
		change->new_delivery = corrected && !address_ok;
	}
	else
		change->new_delivery = corrected;
	if (change->new_delivery)
	{
		change->write_delivery = false;
		change->delivery = change->says;
	}
}

static void
judge(CartonaCustomer *customer, CartonaCustomerChange *change, bool has_mobile, bool html)
{
	const CartonaRetailer *retailer = customer->retailer;
	const CartonaContact *sent = &customer->sent;
	bool		corrected = false;
	bool		moved = false;

	memset(change, 0, sizeof(*change));
	change->own = customer->own;
	change->comment = customer->comment;
	change->says.phone = said(retailer->phone, sent->phone);
	change->says.phone2 = said(retailer->phone2, sent->phone2);
	change->says.email = said(retailer->email, sent->email);
	change->says.street = said(retailer->address, sent->street);
	change->says.street2 = said(retailer->address_notes, sent->street2);
	if (customer->outdated)
		change->says = *sent;

	if (customer->merged)
		corrected = customer->address == 0 && !is_empty(change->says.street) && !same_address(&change->own, &change->says);
	else
	{
		if (customer->has_parent)
			corrected |= !same_address(sent, &change->says) && !same_address(&change->own, &change->says);
		else
			corrected |= !follow_address(&change->own, sent, &change->says, &moved);
		corrected |= !follow(&change->own.phone, sent->phone, change->says.phone, &change->write_own);
		change->new_email = change->own.email;
		(void) follow(&change->new_email, sent->email, change->says.email, &change->write_email);
		follow_phone2(customer, change, has_mobile, html);
		/* nothing was said before that anybody could have corrected */
		if (!customer->remembered)
			corrected = false;
	}
	change->move_contacts = moved;
	change->write_own |= moved;
	judge_delivery(customer, change, corrected);
	change->remember = !customer->remembered || customer->remembered_id != customer->id || change->new_delivery ||
		!cartona_contact_same(sent->phone, change->says.phone) ||
		!cartona_contact_same(sent->phone2, change->says.phone2) ||
		!cartona_contact_same(sent->email, change->says.email) || !same_address(sent, &change->says);
}

/* $1: partners */
static CartonaQuery logins_query = {
	"SELECT DISTINCT u.partner_id FROM {res_users} u WHERE u.partner_id = ANY ($1)",
	1, {INT4ARRAYOID}
};

/* New emails are looked at once more: not for one who signs in with his own. */
static void
judge_emails(CartonaCustomer *customers, CartonaCustomerChange *changes, int n)
{
	Datum	   *ids = palloc((n + 1) * sizeof(Datum));
	Datum		values[1];
	List	   *logins = NIL;
	uint64		found;
	int			nids = 0;
	int			i;

	for (i = 0; i < n; i++)
		if (changes[i].write_email)
			ids[nids++] = Int32GetDatum(customers[i].id);
	if (nids == 0)
		return;
	values[0] = cartona_spi_array(ids, NULL, nids, INT4OID);
	found = cartona_query_run(&logins_query, values, NULL);
	for (i = 0; i < (int) found; i++)
		logins = lappend_int(logins, cartona_spi_int32(i, 1));
	for (i = 0; i < n; i++)
	{
		if (!changes[i].write_email)
			continue;
		if (list_member_int(logins, customers[i].id))
		{
			customers[i].email_kept = changes[i].new_email;
			continue;
		}
		changes[i].own.email = changes[i].new_email;
		changes[i].write_own = true;
	}
}

/*
 * Look at the customers that change once more, under a lock: a clerk may have
 * saved since, and an order newer than ours may have been taken.
 */
static void
judge_again(const CartonaShop *shop, CartonaCustomer *customers, const CartonaCustomerChange *changes, int n)
{
	Datum	   *ids = palloc((2 * n + 1) * sizeof(Datum));
	Datum		values[1];
	int			nids = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		const CartonaCustomerChange *change = &changes[i];

		if (!change->write_own && !change->write_email && !change->write_delivery && !change->new_delivery && !(change->remember && customers[i].remembered))
			continue;
		ids[nids++] = Int32GetDatum(customers[i].id);
		if (customers[i].address != 0)
			ids[nids++] = Int32GetDatum(customers[i].address);
	}
	if (nids == 0)
		return;
	values[0] = cartona_spi_array(ids, NULL, nids, INT4OID);
	(void) cartona_query_run(&lock_query, values, NULL);
	cartona_customer_find(shop, customers, n, false, true);
}

void
cartona_customer_follow(const CartonaShop *shop, CartonaCustomer *customers, int n)
{
	CartonaCustomerChange *changes = palloc0((n + 1) * sizeof(CartonaCustomerChange));
	bool		has_mobile = OidIsValid(cartona_catalog_column("res_partner", "mobile"));
	bool		html = !has_mobile && cartona_writer_is_html("res.partner", "comment");
	int			i;

	for (i = 0; i < n; i++)
		judge(&customers[i], &changes[i], has_mobile, html);
	judge_again(shop, customers, changes, n);
	for (i = 0; i < n; i++)
		judge(&customers[i], &changes[i], has_mobile, html);

	judge_emails(customers, changes, n);
	cartona_customer_write(shop, customers, changes, n);
	for (i = 0; i < n; i++)
	{
		const CartonaCustomerChange *change = &changes[i];

		/*
		 * what Cartona says is not all at the customer: his goods go where
		 * his own delivery address is
		 */
		if (customers[i].address != 0 &&
			(!same_address(&change->own, &change->says) || !cartona_contact_same(change->own.phone, change->says.phone)))
			customers[i].ship_to = customers[i].address;
	}
}
