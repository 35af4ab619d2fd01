/*-------------------------------------------------------------------------
 *
 * row.c
 *	  Inbox rows into Odoo, each exactly once.
 *
 * The customers, the orders, their lines, the acknowledgements in the outbox
 * and the rows' new states live and die together.  So an acknowledgement can
 * leave only after its order is committed, and a crash at any point leaves
 * either all or nothing.
 *
 * Neighbours: payload.c reads the orders, draft.c decides them, order.c writes
 * them, note.c words what a person reads, row_write.c keeps what became of them;
 * apply.c calls for the worker, door.c for a person.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.  What cartona_row_classify makes must outlive
 * every attempt to apply; what cartona_row_apply makes is of one attempt.
 * Failure: throws, or sets a row's error; the caller rolls back in both cases.
 *
 * IDENTIFICATION
 *	  src/apply/row.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "apply/draft.h"
#include "apply/event.h"
#include "apply/follow.h"
#include "apply/known.h"
#include "apply/note.h"
#include "apply/order.h"
#include "apply/payload.h"
#include "apply/row.h"
#include "apply/task.h"
#include "base/spi.h"
#include "base/xact.h"
#include "cartona/rule.h"
#include "cartona/status.h"
#include "odoo/catalog.h"

/*
 * $1: account, $2: hashed_ids.  As attach_table.c made the unique index; one look into
 * it each, because a join would be planned on statistics that know nothing of
 * the expression.
 */
static CartonaQuery existing_query = {
	"SELECT r.ord::int4, o.id FROM unnest($2) WITH ORDINALITY AS r (hashed_id, ord)"
	" CROSS JOIN LATERAL (SELECT so.id FROM {sale_order} so"
	"  WHERE coalesce(so.cartona_account_id, 0) = $1 AND so.cartona_id = r.hashed_id LIMIT 1) o",
	2, {INT4OID, TEXTARRAYOID}, true
};

void
cartona_row_read(uint64 at, CartonaInboxRow *row)
{
	bool		isnull;
	Datum		payload;

	memset(row, 0, sizeof(*row));
	row->id = cartona_spi_int64(at, 1);
	row->account = cartona_spi_int32(at, 2);
	row->hashed_id = cartona_spi_text(at, 3, CurrentMemoryContext);
	payload = cartona_spi_datum(at, 4, &isnull);
	row->payload = (Jsonb *) PG_DETOAST_DATUM_COPY(payload);
	row->attempt = cartona_spi_int32(at, 5);
	row->order_id = cartona_spi_int32(at, 6);
	row->found_note = row->note = cartona_spi_text(at, 7, CurrentMemoryContext);
	row->reduced = cartona_spi_bool(at, 8);
}

static Datum
hashed_ids(CartonaInboxRow **rows, int n)
{
	const char **ids = palloc((n + 1) * sizeof(char *));
	int			i;

	for (i = 0; i < n; i++)
		ids[i] = rows[i]->hashed_id;
	return cartona_spi_text_array(ids, n);
}

/* The sales orders that rows have, 0 for those without. */
static int32 *
find_existing(int32 account, CartonaInboxRow **rows, int n)
{
	int32	   *existing = palloc0((n + 1) * sizeof(int32));
	Datum		values[2];
	uint64		found;
	uint64		i;

	values[0] = Int32GetDatum(account);
	values[1] = hashed_ids(rows, n);
	found = cartona_query_run(&existing_query, values, NULL);
	for (i = 0; i < found; i++)
		existing[cartona_spi_int32(i, 1) - 1] = cartona_spi_int32(i, 2);
	return existing;
}

static bool
read_payload(void *arg)
{
	CartonaInboxRow *row = arg;

	if (row->reduced)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("what Cartona said of this order is no longer kept"),
				 errhint("Personal data was removed: see cartona.inbox_retention and cartona.forget().")));
	row->order = cartona_payload_read(row->hashed_id, row->payload);
	return true;
}

/*
 * What the webhook said before the order was here counts as if the order said
 * it, where Cartona may say it of this order.
 */
static void
take_kept(CartonaInboxRow *row, const CartonaEventKept *kept)
{
	char	   *delivered_by = row->order ? row->order->delivered_by : NULL;

	if (kept->id == 0)
		return;
	row->kept = *kept;
	if (!cartona_status_may_follow(row->status, kept->status) || strcmp(kept->status, CARTONA_STATUS_EDITING) == 0 ||
		!cartona_rule_allows(delivered_by, CARTONA_TO_ODOO, kept->status))
		return;
	row->status = kept->status;
	if (row->order != NULL)
		row->order->status = kept->status;
	if (cartona_payload_is_ended(kept->status))
	{
		/* nothing of it is made, so nothing of it must be right */
		row->kind = CARTONA_ROW_CANCELLED;
		row->error = NULL;
	}
}

void
cartona_row_classify(int32 account, CartonaInboxRow **rows, int n)
{
	int32	   *existing = find_existing(account, rows, n);
	CartonaEventKept *kept = cartona_event_kept(account, hashed_ids(rows, n), n);
	int			i;

	for (i = 0; i < n; i++)
	{
		CartonaInboxRow *row = rows[i];
		char	   *strange;

		row->inbound = cartona_payload_status(row->payload, &row->status, &strange);
		if (existing[i] != 0)
		{
			row->kind = CARTONA_ROW_EXISTING;
			row->order_id = existing[i];
			/* of one that is over nothing but its status is of interest */
			if (row->inbound == CARTONA_INBOUND_IMPORT && !row->reduced)
				(void) cartona_xact_try(read_payload, row, &row->error);
		}
		else if (row->order_id != 0)
			row->kind = CARTONA_ROW_DELETED;
		else if (row->inbound == CARTONA_INBOUND_WAIT)
			row->kind = CARTONA_ROW_WAITING;
		else if (row->inbound == CARTONA_INBOUND_CANCELLED)
			row->kind = CARTONA_ROW_CANCELLED;
		else
		{
			row->kind = CARTONA_ROW_NEW;
			(void) cartona_xact_try(read_payload, row, &row->error);
			take_kept(row, &kept[i]);
		}
	}
}

/* Make the new orders among the rows.  False where one of them cannot be: its error says why. */
static bool
make_new(const CartonaShop *shop, CartonaInboxRow **rows, int n)
{
	CartonaInboxRow **fresh = palloc((n + 1) * sizeof(CartonaInboxRow *));
	const CartonaOrder **orders = palloc((n + 1) * sizeof(CartonaOrder *));
	CartonaDraft *drafts;
	CartonaOrderMade *made;
	bool		good = true;
	int			nfresh = 0;
	int			i;

	for (i = 0; i < n; i++)
		if (rows[i]->kind == CARTONA_ROW_NEW)
		{
			orders[nfresh] = rows[i]->order;
			fresh[nfresh++] = rows[i];
		}
	drafts = cartona_draft_make(shop, orders, nfresh, false);
	for (i = 0; i < nfresh; i++)
	{
		fresh[i]->error = drafts[i].error;
		fresh[i]->missing = drafts[i].missing;
		good = good && drafts[i].error == NULL;
	}
	if (!good)
		return false;
	if (shop->writer_is_odoo)
	{
		cartona_task_ask(drafts, nfresh);
		for (i = 0; i < nfresh; i++)
			fresh[i]->kind = CARTONA_ROW_ASKED;
		return true;
	}
	made = cartona_order_create(drafts, nfresh);
	cartona_task_complete(drafts, made, nfresh);
	for (i = 0; i < nfresh; i++)
	{
		CartonaHead head;

		fresh[i]->order_id = made[i].id;
		cartona_known_head(&drafts[i], &head);
		fresh[i]->lines = cartona_lines_made(&drafts[i], made[i].line_ids);
		fresh[i]->head = cartona_known_head_text(&head);
		fresh[i]->note = cartona_note_inbox(&drafts[i]);
		fresh[i]->problem = cartona_note_problem(&drafts[i]);
	}
	return true;
}

/* New drafts of orders that are past pending at Cartona, and what the webhook said of them. */
static void
follow_status(CartonaInboxRow **rows, int n)
{
	int			i;

	for (i = 0; i < n; i++)
	{
		CartonaInboxRow *row = rows[i];

		if (row->kind == CARTONA_ROW_NEW && cartona_status_is_ahead(CARTONA_STATUS_PENDING, row->status))
			cartona_event_imported(row->account, row->hashed_id, row->kept.id != 0 ? row->kept.reason : NULL);
		if (row->kind == CARTONA_ROW_NEW || row->kind == CARTONA_ROW_CANCELLED)
			cartona_event_taken(row->account, row->hashed_id, row->order_id, &row->kept,
								row->kept.id != 0 && strcmp(row->kept.status, row->status) == 0);
	}
}

void
cartona_row_apply(const CartonaShop *shop, CartonaInboxRow **rows, int n)
{
	int			i;

	/* what the last attempt found went with its memory */
	for (i = 0; i < n; i++)
		rows[i]->missing = NIL;
	if (!make_new(shop, rows, n) || !cartona_follow(shop, rows, n))
		return;
	for (i = 0; i < n; i++)
	{
		CartonaInboxRow *row = rows[i];

		if (row->kind == CARTONA_ROW_EXISTING)
			continue;
		row->state = "applied";
		switch (row->kind)
		{
			case CARTONA_ROW_NEW:
			case CARTONA_ROW_EXISTING:
				break;
			case CARTONA_ROW_DELETED:
				/* making it again would undo what a clerk did */
				row->state = "deleted";
				break;
			case CARTONA_ROW_WAITING:
				row->state = "waiting";
				row->note = pstrdup("the retailer is editing it");
				break;
			case CARTONA_ROW_ASKED:
				/* due again when Odoo says so (task.sql) */
				row->state = "waiting";
				row->note = pstrdup("Odoo is asked to make it");
				break;
			case CARTONA_ROW_CANCELLED:
				row->note = psprintf("%s before it was imported: no sales order was made", row->status);
				break;
		}
	}
	cartona_row_write(shop->account, rows, n);
	follow_status(rows, n);
}
