/*-------------------------------------------------------------------------
 *
 * chatter.c
 *	  Notes in the chatter of sales orders.
 *
 * A note is a row of mail_message with the values of Odoo's own log notes
 * (mail.thread, _message_log).  Those have no recipients and send nothing, and
 * neither do these: no followers, no notifications, no mail.
 *
 * Neighbours: apply/note.c words what an import says; writer.c inserts.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: what Odoo's table refuses is thrown.
 *
 * IDENTIFICATION
 *	  src/odoo/chatter.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "base/xact.h"
#include "odoo/catalog.h"
#include "odoo/chatter.h"
#include "odoo/html.h"
#include "odoo/writer.h"

#define UTC_NOW "(now() AT TIME ZONE 'UTC')"

enum MessageArg
{
	MESSAGE_ORDER, MESSAGE_BODY, MESSAGE_AUTHOR, MESSAGE_FROM, MESSAGE_SUBTYPE, MESSAGE_USER, MESSAGE_NARGS
};

static const CartonaWriterArg message_args[MESSAGE_NARGS] = {
	{"res_id", INT4OID}, {"body", TEXTOID}, {"author_id", INT4OID}, {"email_from", TEXTOID},
	{"subtype_id", INT4OID}, {"uid", INT4OID}
};

static const CartonaColumn message_columns[] = {
	{"model", "'sale.order'", CARTONA_VALUE},
	{"res_id", "o.res_id", CARTONA_VALUE},
	{"body", "o.body", CARTONA_VALUE},
	{"date", "date_trunc('second', " UTC_NOW ")", CARTONA_VALUE},
	{"message_type", "'notification'", CARTONA_VALUE},
	{"subtype_id", "o.subtype_id", CARTONA_VALUE},
	/* portal users must not see it, whatever the subtype */
	{"is_internal", "true", CARTONA_VALUE},
	{"author_id", "o.author_id", CARTONA_VALUE},
	{"email_from", "o.email_from", CARTONA_VALUE},
	{"reply_to", "o.email_from", CARTONA_VALUE},

	/*
	 * unique, and of the form by which Odoo knows that an answer to it
	 * belongs to no record (two texts, because "@name" is a column to
	 * writer.c)
	 */
	{"message_id", "'<' || (random() * 1e15)::bigint || '.' || extract(epoch FROM now())::bigint || '.'"
	" || (random() * 1e15)::bigint || '-openerp-message-notify@' || 'cartona>'", CARTONA_VALUE},
	{"add_sign", "true", CARTONA_VALUE},
	{"email_add_signature", "false", CARTONA_VALUE},	/* its later name */
	{"create_uid", "o.uid", CARTONA_VALUE},
	{"create_date", UTC_NOW, CARTONA_VALUE},
	{"write_uid", "o.uid", CARTONA_VALUE},
	{"write_date", UTC_NOW, CARTONA_VALUE},
	{NULL}
};

static CartonaWriter write_message = {
	"mail_message", "mail.message", message_columns, message_args, MESSAGE_NARGS, false, true, NULL
};

/* OdooBot, and the kind of message that is a note. */
static CartonaQuery author_query = {
	"SELECT (SELECT d.res_id FROM {ir_model_data} d WHERE d.module = 'mail' AND d.name = 'mt_note'),"
	" p.id, CASE WHEN p.email <> '' THEN format('\"%s\" <%s>', replace(p.name, '\"', '\\\"'), p.email) END"
	" FROM {ir_model_data} d JOIN {res_partner} p ON p.id = d.res_id WHERE d.module = 'base' AND d.name = 'partner_root'",
	0, {0}
};

void
cartona_chatter_write(const CartonaShop *shop, CartonaChatter *notes, int n)
{
	CartonaWriterRows *rows;
	int32		subtype = 0;
	int32		author = 0;
	char	   *email_from = NULL;
	int32	   *ids;
	int			i;

	for (i = 0; i < n; i++)
		notes[i].id = 0;
	if (n == 0 || !OidIsValid(cartona_catalog_table("mail_message")))
		return;
	if (cartona_query_run(&author_query, NULL, NULL) > 0)
	{
		subtype = cartona_spi_int32(0, 1);
		author = cartona_spi_int32(0, 2);
		email_from = cartona_spi_text(0, 3, CurrentMemoryContext);
	}
	rows = cartona_writer_rows(&write_message, n);
	for (i = 0; i < n; i++)
	{
		cartona_writer_set_id(rows, i, MESSAGE_ORDER, notes[i].order_id);
		cartona_writer_set_text(rows, i, MESSAGE_BODY, cartona_html_paragraph(notes[i].text));
		cartona_writer_set_id(rows, i, MESSAGE_AUTHOR, author);
		cartona_writer_set_text(rows, i, MESSAGE_FROM, email_from);
		cartona_writer_set_id(rows, i, MESSAGE_SUBTYPE, subtype);
		cartona_writer_set_id(rows, i, MESSAGE_USER, shop->technical_user);
	}
	ids = cartona_writer_insert(rows, shop->company);
	for (i = 0; i < n; i++)
		notes[i].id = ids[i];
}

/* $1: message, $2: order, $3: body, $4: user */
static CartonaQuery rewrite_query = {
	"UPDATE {mail_message} m SET body = $3, date = date_trunc('second', " UTC_NOW "), write_uid = $4, write_date = " UTC_NOW
	" WHERE m.id = $1 AND m.model = 'sale.order' AND m.res_id = $2",
	4, {INT4OID, INT4OID, TEXTOID, INT4OID}
};

bool
cartona_chatter_rewrite(const CartonaShop *shop, CartonaChatter *note, int32 id)
{
	Datum		values[4];
	uint64		rows;

	if (id == 0 || !OidIsValid(cartona_catalog_table("mail_message")))
		return false;
	values[0] = Int32GetDatum(id);
	values[1] = Int32GetDatum(note->order_id);
	values[2] = CStringGetTextDatum(cartona_html_paragraph(note->text));
	values[3] = Int32GetDatum(shop->technical_user);
	cartona_path_odoo();
	rows = cartona_query_run(&rewrite_query, values, NULL);
	cartona_path_own();
	note->id = id;
	return rows > 0;
}
