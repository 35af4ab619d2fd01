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
 * Neighbours: partner.c found the customers; columns.c says what is written
 * of a delivery address.
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

/* What is to be done about one customer. */
typedef struct Change
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
} Change;

/* $1: partners; their contacts get their address. */
static CartonaQuery lock_query = {
	"SELECT 1 FROM {res_partner} p WHERE p.id = ANY ($1) OR p.parent_id = ANY ($1) AND p.type = 'contact' AND p.active"
	" ORDER BY p.id FOR NO KEY UPDATE",
	1, {INT4ARRAYOID}
};

/* $1: ids, $2 to $9: phone, mobile, phone_sanitized, email, email_normalized, street, street2, comment; $10: user */
static CartonaQuery update_query = {
	"UPDATE {res_partner} p SET phone = n.phone, email = n.email, street = n.street, street2 = n.street2, comment = n.comment,"
	" {+res_partner.mobile|mobile = n.mobile,}"
	" {+res_partner.phone_sanitized|phone_sanitized = n.phone_sanitized,}"
	" {+res_partner.email_normalized|email_normalized = n.email_normalized,}"
	" write_uid = $10, write_date = now() AT TIME ZONE 'UTC'"
	" FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9)"
	" AS n (id, phone, mobile, phone_sanitized, email, email_normalized, street, street2, comment)"
	" WHERE p.id = n.id",
	10, {INT4ARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID,
	TEXTARRAYOID, INT4OID}
};

/* $1: delivery addresses, $2 to $5: phone, phone_sanitized, street, street2; $6: user */
static CartonaQuery delivery_query = {
	"UPDATE {res_partner} p SET phone = n.phone, street = n.street, street2 = n.street2,"
	" {+res_partner.phone_sanitized|phone_sanitized = n.phone_sanitized,}"
	" write_uid = $6, write_date = now() AT TIME ZONE 'UTC'"
	" FROM unnest($1, $2, $3, $4, $5) AS n (id, phone, phone_sanitized, street, street2) WHERE p.id = n.id",
	6, {INT4ARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, INT4OID}
};

/* $1: customers, $2: user */
static CartonaQuery contacts_query = {
	"UPDATE {res_partner} c SET street = p.street, street2 = p.street2, write_uid = $2, write_date = now() AT TIME ZONE 'UTC'"
	" FROM {res_partner} p WHERE p.id = ANY ($1) AND c.parent_id = p.id AND c.type = 'contact' AND c.active"
	" AND (c.street, c.street2) IS DISTINCT FROM (p.street, p.street2)",
	2, {INT4ARRAYOID, INT4OID}
};

/* $1: account, then an element each: $2 cartona_id, $3 partner, $4 address, $5 to $9 what Cartona said */
static CartonaPlan remember_plan = {
	"INSERT INTO cartona.customer (account_id, cartona_id, partner_id, address_id, sent)"
	" SELECT $1, n.cartona_id, n.partner_id, nullif(n.address_id, 0), jsonb_strip_nulls(jsonb_build_object("
	"  'phone', n.phone, 'phone2', n.phone2, 'email', n.email, 'street', n.street, 'street2', n.street2))"
	" FROM unnest($2, $3, $4, $5, $6, $7, $8, $9)"
	" AS n (cartona_id, partner_id, address_id, phone, phone2, email, street, street2) ORDER BY n.cartona_id"
	" ON CONFLICT (account_id, cartona_id) DO UPDATE SET partner_id = EXCLUDED.partner_id,"
	" address_id = EXCLUDED.address_id, sent = EXCLUDED.sent",
	9, {INT4OID, TEXTARRAYOID, INT4ARRAYOID, INT4ARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID}
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
follow_phone2(const CartonaCustomer *customer, Change *change, bool has_mobile, bool html)
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
judge_delivery(const CartonaCustomer *customer, Change *change, bool corrected)
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
judge(CartonaCustomer *customer, Change *change, bool has_mobile, bool html)
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

/* Growing arrays of parameters. */
typedef struct Rows
{
	int			n;
	Datum	   *ids;
	Datum	   *texts[9];
	bool	   *nulls[9];
} Rows;

static void
init_rows(Rows *rows, int max)
{
	int			i;

	memset(rows, 0, sizeof(*rows));
	rows->ids = palloc((max + 1) * sizeof(Datum));
	for (i = 0; i < lengthof(rows->texts); i++)
	{
		rows->texts[i] = palloc((max + 1) * sizeof(Datum));
		rows->nulls[i] = palloc((max + 1) * sizeof(bool));
	}
}

static void
set_row_text(Rows *rows, int col, const char *text)
{
	/* a field without a value is null in Odoo, not an empty text */
	rows->nulls[col][rows->n] = is_empty(text);
	rows->texts[col][rows->n] = is_empty(text) ? (Datum) 0 : CStringGetTextDatum(text);
}

static Datum
id_array(Datum *ids, int n)
{
	return cartona_spi_array(ids, NULL, n, INT4OID);
}

static Datum
text_array(const Rows *rows, int col)
{
	return cartona_spi_array(rows->texts[col], rows->nulls[col], rows->n, TEXTOID);
}

/* Triggers on Odoo's tables may rely on Odoo's own search_path. */
static void
run_write(CartonaQuery *query, Datum *values)
{
	cartona_path_odoo();
	(void) cartona_query_run(query, values, NULL);
	cartona_path_own();
}

/* $1: partners */
static CartonaQuery logins_query = {
	"SELECT DISTINCT u.partner_id FROM {res_users} u WHERE u.partner_id = ANY ($1)",
	1, {INT4ARRAYOID}
};

/* New emails are looked at once more: not for one who signs in with his own. */
static void
judge_emails(CartonaCustomer *customers, Change *changes, int n)
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
	values[0] = id_array(ids, nids);
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

static void
write_customers(const CartonaShop *shop, const CartonaCustomer *customers, const Change *changes, int n)
{
	bool		has_mobile = OidIsValid(cartona_catalog_column("res_partner", "mobile"));
	Datum	   *moved = palloc((n + 1) * sizeof(Datum));
	int			nmoved = 0;
	Datum		values[10];
	Rows		rows;
	int			i;

	init_rows(&rows, n);
	for (i = 0; i < n; i++)
	{
		const CartonaContact *own = &changes[i].own;

		if (!changes[i].write_own)
			continue;
		rows.ids[rows.n] = Int32GetDatum(customers[i].id);
		if (changes[i].move_contacts)
			moved[nmoved++] = Int32GetDatum(customers[i].id);
		set_row_text(&rows, 0, own->phone);
		set_row_text(&rows, 1, own->phone2);
		set_row_text(&rows, 2, cartona_contact_sanitize_phones(has_mobile ? own->phone2 : NULL, own->phone,
															   customers[i].phone_code ? customers[i].phone_code : shop->phone_code));
		set_row_text(&rows, 3, own->email);
		set_row_text(&rows, 4, cartona_contact_normalize_email(own->email));
		set_row_text(&rows, 5, own->street);
		set_row_text(&rows, 6, own->street2);
		set_row_text(&rows, 7, changes[i].comment);
		rows.n++;
	}
	if (rows.n == 0)
		return;
	values[0] = id_array(rows.ids, rows.n);
	for (i = 0; i < 8; i++)
		values[1 + i] = text_array(&rows, i);
	values[9] = Int32GetDatum(shop->technical_user);
	run_write(&update_query, values);
	if (nmoved > 0)
	{
		values[0] = id_array(moved, nmoved);
		values[1] = Int32GetDatum(shop->technical_user);
		run_write(&contacts_query, values);
	}
}

static void
write_deliveries(const CartonaShop *shop, const CartonaCustomer *customers, const Change *changes, int n)
{
	Datum		values[6];
	Rows		rows;
	int			i;

	init_rows(&rows, n);
	for (i = 0; i < n; i++)
	{
		const CartonaContact *delivery = &changes[i].delivery;

		if (!changes[i].write_delivery)
			continue;
		rows.ids[rows.n] = Int32GetDatum(customers[i].address);
		set_row_text(&rows, 0, delivery->phone);
		set_row_text(&rows, 1, cartona_contact_sanitize_phones(NULL, delivery->phone, shop->phone_code));
		set_row_text(&rows, 2, delivery->street);
		set_row_text(&rows, 3, delivery->street2);
		rows.n++;
	}
	if (rows.n == 0)
		return;
	values[0] = id_array(rows.ids, rows.n);
	for (i = 0; i < 4; i++)
		values[1 + i] = text_array(&rows, i);
	values[5] = Int32GetDatum(shop->technical_user);
	run_write(&delivery_query, values);
}

/* New delivery addresses; each customer's "address" is the new one. */
static void
insert_deliveries(const CartonaShop *shop, CartonaCustomer *customers, const Change *changes, int n)
{
	CartonaWriterRows *rows;
	int		   *at = palloc((n + 1) * sizeof(int));
	int32	   *ids;
	int			count = 0;
	int			i;

	for (i = 0; i < n; i++)
		if (changes[i].new_delivery)
			at[count++] = i;
	rows = cartona_writer_rows(&cartona_write_address, count);
	for (i = 0; i < count; i++)
	{
		const CartonaCustomer *customer = &customers[at[i]];
		const CartonaContact *delivery = &changes[at[i]].delivery;

		/* says whose it is, and is no retailer's id: he is not found by it */
		cartona_writer_set_text(rows, i, ADDRESS_CARTONA_ID, psprintf("address_of_%s", customer->retailer->cartona_id));
		cartona_writer_set_id(rows, i, ADDRESS_PARENT, customer->id);
		/* without a name of his own he is called by his id */
		if (strcmp(customer->retailer->name, customer->retailer->cartona_id) != 0)
			cartona_writer_set_text(rows, i, ADDRESS_NAME, customer->retailer->name);
		cartona_writer_set_text(rows, i, ADDRESS_PHONE, delivery->phone);
		cartona_writer_set_text(rows, i, ADDRESS_PHONE_SANITIZED,
								cartona_contact_sanitize_phones(NULL, delivery->phone, shop->phone_code));
		cartona_writer_set_text(rows, i, ADDRESS_STREET, delivery->street);
		cartona_writer_set_text(rows, i, ADDRESS_STREET2, delivery->street2);
		cartona_writer_set_id(rows, i, ADDRESS_COUNTRY, shop->country);
		cartona_writer_set_text(rows, i, ADDRESS_LANG, shop->lang);
		cartona_writer_set_id(rows, i, ADDRESS_USER, shop->technical_user);
	}
	ids = cartona_writer_insert(rows, shop->company);
	for (i = 0; i < count; i++)
		customers[at[i]].address = ids[i];
}

static void
remember(const CartonaShop *shop, const CartonaCustomer *customers, const Change *changes, int n)
{
	Datum	   *addresses = palloc((n + 1) * sizeof(Datum));
	Datum		values[9];
	Rows		rows;
	int			i;

	init_rows(&rows, n);
	for (i = 0; i < n; i++)
	{
		const CartonaContact *says = &changes[i].says;

		if (!changes[i].remember)
			continue;
		rows.ids[rows.n] = Int32GetDatum(customers[i].id);
		addresses[rows.n] = Int32GetDatum(customers[i].address);
		set_row_text(&rows, 0, customers[i].retailer->cartona_id);
		set_row_text(&rows, 1, says->phone);
		set_row_text(&rows, 2, says->phone2);
		set_row_text(&rows, 3, says->email);
		set_row_text(&rows, 4, says->street);
		set_row_text(&rows, 5, says->street2);
		rows.n++;
	}
	if (rows.n == 0)
		return;
	values[0] = Int32GetDatum(shop->account);
	values[1] = text_array(&rows, 0);
	values[2] = id_array(rows.ids, rows.n);
	values[3] = id_array(addresses, rows.n);
	for (i = 0; i < 5; i++)
		values[4 + i] = text_array(&rows, 1 + i);
	(void) cartona_spi_execute(&remember_plan, values, NULL);
}

/*
 * Look at the customers that change once more, under a lock: a clerk may have
 * saved since, and an order newer than ours may have been taken.
 */
static void
judge_again(const CartonaShop *shop, CartonaCustomer *customers, const Change *changes, int n)
{
	Datum	   *ids = palloc((2 * n + 1) * sizeof(Datum));
	Datum		values[1];
	int			nids = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		const Change *change = &changes[i];

		if (!change->write_own && !change->write_email && !change->write_delivery && !change->new_delivery && !(change->remember && customers[i].remembered))
			continue;
		ids[nids++] = Int32GetDatum(customers[i].id);
		if (customers[i].address != 0)
			ids[nids++] = Int32GetDatum(customers[i].address);
	}
	if (nids == 0)
		return;
	values[0] = id_array(ids, nids);
	(void) cartona_query_run(&lock_query, values, NULL);
	cartona_customer_find(shop, customers, n, false, true);
}

void
cartona_customer_follow(const CartonaShop *shop, CartonaCustomer *customers, int n)
{
	Change	   *changes = palloc0((n + 1) * sizeof(Change));
	bool		has_mobile = OidIsValid(cartona_catalog_column("res_partner", "mobile"));
	bool		html = !has_mobile && cartona_writer_is_html("res.partner", "comment");
	int			i;

	for (i = 0; i < n; i++)
		judge(&customers[i], &changes[i], has_mobile, html);
	judge_again(shop, customers, changes, n);
	for (i = 0; i < n; i++)
		judge(&customers[i], &changes[i], has_mobile, html);

	judge_emails(customers, changes, n);
	write_customers(shop, customers, changes, n);
	write_deliveries(shop, customers, changes, n);
	insert_deliveries(shop, customers, changes, n);
	remember(shop, customers, changes, n);
	for (i = 0; i < n; i++)
	{
		const Change *change = &changes[i];

		/*
		 * what Cartona says is not all at the customer: his goods go where
		 * his own delivery address is
		 */
		if (customers[i].address != 0 &&
			(!same_address(&change->own, &change->says) || !cartona_contact_same(change->own.phone, change->says.phone)))
			customers[i].ship_to = customers[i].address;
	}
}
