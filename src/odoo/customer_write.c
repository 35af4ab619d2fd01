/*-------------------------------------------------------------------------
 *
 * customer_write.c
 *	  Writes what a customer, his contacts and his delivery address are to have.
 *
 * Neighbours: customer_change.c decided it, with the rows locked; columns.c
 * says what is written of a new delivery address.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/odoo/customer_write.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "base/xact.h"
#include "odoo/catalog.h"
#include "odoo/customer.h"
#include "odoo/writer.h"

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
	bool		empty = text == NULL || text[0] == '\0';

	rows->nulls[col][rows->n] = empty;
	rows->texts[col][rows->n] = empty ? (Datum) 0 : CStringGetTextDatum(text);
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

static void
write_customers(const CartonaShop *shop, const CartonaCustomer *customers, const CartonaCustomerChange *changes, int n)
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
write_deliveries(const CartonaShop *shop, const CartonaCustomer *customers, const CartonaCustomerChange *changes, int n)
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
insert_deliveries(const CartonaShop *shop, CartonaCustomer *customers, const CartonaCustomerChange *changes, int n)
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
remember(const CartonaShop *shop, const CartonaCustomer *customers, const CartonaCustomerChange *changes, int n)
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

void
cartona_customer_write(const CartonaShop *shop, CartonaCustomer *customers, const CartonaCustomerChange *changes, int n)
{
	write_customers(shop, customers, changes, n);
	write_deliveries(shop, customers, changes, n);
	insert_deliveries(shop, customers, changes, n);
	remember(shop, customers, changes, n);
}
