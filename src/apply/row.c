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
 * them, note.c words what a person reads; apply.c calls for the worker, door.c
 * for a person.
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
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "apply/draft.h"
#include "apply/event.h"
#include "apply/follow.h"
#include "apply/known.h"
#include "apply/note.h"
#include "apply/order.h"
#include "apply/payload.h"
#include "apply/row.h"
#include "apply/task.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "base/xact.h"
#include "cartona/rule.h"
#include "cartona/status.h"
#include "odoo/catalog.h"

/* $1: ids, $2: states, $3: orders, $4: notes; a row that waits is due when its payload changes */
static CartonaPlan applied_plan = {
	"UPDATE cartona.inbox i SET state = r.state, order_id = nullif(r.order_id, 0), note = r.note, error = NULL, attempt = 0,"
	" missing = NULL,"
	" due_at = CASE WHEN r.state = 'waiting' THEN 'infinity' ELSE i.due_at END,"
	" applied_at = CASE WHEN r.state = 'applied' THEN coalesce(i.applied_at, now()) ELSE i.applied_at END"
	" FROM unnest($1, $2, $3, $4) AS r (id, state, order_id, note) WHERE i.id = r.id AND i.id = ANY ($1)",
	4, {INT8ARRAYOID, TEXTARRAYOID, INT4ARRAYOID, TEXTARRAYOID}, true
};

/* $1: id, $2: keys */
static CartonaPlan missing_plan = {
	"UPDATE cartona.inbox SET missing = $2 WHERE id = $1",
	2, {INT8OID, TEXTARRAYOID}
};

/* $1: id, $2: error, $3: seconds until the next attempt, $4: keys of missing products */
static CartonaPlan failed_plan = {
	"UPDATE cartona.inbox SET state = 'failed', error = $2, attempt = attempt + 1, missing = $4,"
	" due_at = clock_timestamp() + $3 * interval '1 second' WHERE id = $1",
	4, {INT8OID, TEXTOID, FLOAT8OID, TEXTARRAYOID}
};

/* $1: account, $2: orders, $3: hashed_ids; a draft holds back stock, so its products are due as well */
static CartonaPlan ack_plan = {
	"INSERT INTO cartona.outbox (kind, subject, account_id, status, ref)"
	" SELECT k.kind, r.order_id, $1, k.status, r.hashed_id"
	" FROM (VALUES ('ack', 'synced'), ('order_products', NULL)) AS k (kind, status),"
	" unnest($2, $3) WITH ORDINALITY AS r (order_id, hashed_id, ord) ORDER BY k.kind, r.ord",
	3, {INT4OID, INT4ARRAYOID, TEXTARRAYOID}
};

/* $1: account, $2: hashed_ids */
static CartonaPlan known_plan = {
	"SELECT r.ord::int4, o.known_status FROM unnest($2) WITH ORDINALITY AS r (hashed_id, ord)"
	" CROSS JOIN LATERAL (SELECT s.known_status FROM cartona.order_sync s"
	"  WHERE s.account_id = $1 AND s.hashed_id = r.hashed_id LIMIT 1 FOR UPDATE) o",
	2, {INT4OID, TEXTARRAYOID}, true
};

/* $1: account, $2: hashed_ids, $3: orders, $4: statuses, $5: times of ordering, $6: problems, $7: lines, $8: retailers, $9: heads, $10: whether a password is due */
static CartonaPlan sync_plan = {
	"INSERT INTO cartona.order_sync AS s (account_id, hashed_id, order_id, known_status, known_at, ordered_at, problem, lines, retailer, head, needs_otp)"
	" SELECT $1, r.hashed_id, r.order_id, r.status, now(), r.ordered_at, r.problem, r.lines::jsonb, r.retailer, r.head::jsonb,"
	" coalesce(r.needs_otp::boolean, false)"
	" FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10) WITH ORDINALITY"
	"  AS r (hashed_id, order_id, status, ordered_at, problem, lines, retailer, head, needs_otp, ord)"
	" ORDER BY r.ord"
	" ON CONFLICT (account_id, hashed_id) DO UPDATE SET order_id = EXCLUDED.order_id,"
	" ordered_at = coalesce(EXCLUDED.ordered_at, s.ordered_at), problem = coalesce(EXCLUDED.problem, s.problem),"
	" lines = coalesce(EXCLUDED.lines, s.lines), head = coalesce(EXCLUDED.head, s.head),"
	" retailer = coalesce(EXCLUDED.retailer, s.retailer), needs_otp = EXCLUDED.needs_otp OR s.needs_otp, known_at = now(), known_status = EXCLUDED.known_status",
	10, {INT4OID, TEXTARRAYOID, INT4ARRAYOID, TEXTARRAYOID, TIMESTAMPTZARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID}
};

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

static void
write_acks(int32 account, CartonaInboxRow **rows, int n)
{
	int32	   *orders = palloc((n + 1) * sizeof(int32));
	const char **ids = palloc((n + 1) * sizeof(char *));
	Datum		values[3];
	int			nacks = 0;
	int			i;

	for (i = 0; i < n; i++)
		if (rows[i]->kind == CARTONA_ROW_NEW)
		{
			orders[nacks] = rows[i]->order_id;
			ids[nacks++] = rows[i]->hashed_id;
		}
	if (nacks == 0)
		return;
	values[0] = Int32GetDatum(account);
	values[1] = cartona_spi_int32_array(orders, nacks);
	values[2] = cartona_spi_text_array(ids, nacks);
	(void) cartona_spi_execute(&ack_plan, values, NULL);
	cartona_shmem_wake_at_commit();
}

/* A page pulled before our own status was accepted is older than what we know. */
static void
keep_newer_statuses(int32 account, Datum ids, const char **statuses)
{
	Datum		values[2];
	uint64		found;
	uint64		i;

	values[0] = Int32GetDatum(account);
	values[1] = ids;
	found = cartona_spi_execute(&known_plan, values, NULL);
	for (i = 0; i < found; i++)
	{
		int			at = cartona_spi_int32(i, 1) - 1;
		char	   *known = cartona_spi_text(i, 2, CurrentMemoryContext);

		if (known != NULL && cartona_status_is_ahead(statuses[at], known))
			statuses[at] = known;
	}
}

/* What Cartona knows of the orders that are in Odoo. */
static void
write_sync(int32 account, CartonaInboxRow **rows, int n)
{
	CartonaInboxRow **here = palloc((n + 1) * sizeof(CartonaInboxRow *));
	int32	   *orders = palloc((n + 1) * sizeof(int32));
	Datum	   *times = palloc0((n + 1) * sizeof(Datum));
	bool	   *no_times = palloc((n + 1) * sizeof(bool));
	const char **statuses = palloc((n + 1) * sizeof(char *));
	const char **problems = palloc((n + 1) * sizeof(char *));
	const char **lines = palloc((n + 1) * sizeof(char *));
	const char **retailers = palloc((n + 1) * sizeof(char *));
	const char **heads = palloc((n + 1) * sizeof(char *));
	const char **passwords = palloc((n + 1) * sizeof(char *));
	Datum		values[10];
	int			nhere = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		CartonaInboxRow *row = rows[i];

		if (row->kind != CARTONA_ROW_NEW && row->kind != CARTONA_ROW_EXISTING)
			continue;
		orders[nhere] = row->order_id;
		no_times[nhere] = row->order == NULL || !row->order->has_created_at;
		if (!no_times[nhere])
			times[nhere] = TimestampTzGetDatum(row->order->created_at);
		statuses[nhere] = row->status;
		problems[nhere] = row->problem;
		lines[nhere] = row->lines;
		heads[nhere] = row->head;
		passwords[nhere] = row->order == NULL ? NULL : cartona_payload_needs_password(row->order) ? "true" : "false";
		retailers[nhere] = row->order ? row->order->retailer.cartona_id : NULL;
		here[nhere++] = row;
	}
	if (nhere == 0)
		return;
	values[0] = Int32GetDatum(account);
	values[1] = hashed_ids(here, nhere);
	keep_newer_statuses(account, values[1], statuses);
	values[2] = cartona_spi_int32_array(orders, nhere);
	values[3] = cartona_spi_text_array(statuses, nhere);
	values[4] = cartona_spi_array(times, no_times, nhere, TIMESTAMPTZOID);
	values[5] = cartona_spi_text_array(problems, nhere);
	values[6] = cartona_spi_text_array(lines, nhere);
	values[7] = cartona_spi_text_array(retailers, nhere);
	values[8] = cartona_spi_text_array(heads, nhere);
	values[9] = cartona_spi_text_array(passwords, nhere);
	(void) cartona_spi_execute(&sync_plan, values, NULL);
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

static Datum
keys_array(List *keys)
{
	const char **texts = palloc((list_length(keys) + 1) * sizeof(char *));
	ListCell   *cell;
	int			n = 0;

	foreach(cell, keys)
		texts[n++] = lfirst(cell);
	return cartona_spi_text_array(texts, n);
}

static void
write_missing(const CartonaInboxRow *row)
{
	Datum		values[2];

	values[0] = Int64GetDatum(row->id);
	values[1] = keys_array(row->missing);
	(void) cartona_spi_execute(&missing_plan, values, NULL);
}

static void
write_states(CartonaInboxRow **rows, int n)
{
	int64	   *ids = palloc((n + 1) * sizeof(int64));
	const char **states = palloc((n + 1) * sizeof(char *));
	int32	   *orders = palloc((n + 1) * sizeof(int32));
	const char **notes = palloc((n + 1) * sizeof(char *));
	Datum		values[4];
	int			i;

	for (i = 0; i < n; i++)
	{
		ids[i] = rows[i]->id;
		states[i] = rows[i]->state;
		orders[i] = rows[i]->order_id;
		notes[i] = rows[i]->note;
	}
	values[0] = cartona_spi_int64_array(ids, n);
	values[1] = cartona_spi_text_array(states, n);
	values[2] = cartona_spi_int32_array(orders, n);
	values[3] = cartona_spi_text_array(notes, n);
	(void) cartona_spi_execute(&applied_plan, values, NULL);
	for (i = 0; i < n; i++)
		if (rows[i]->missing != NIL)
			write_missing(rows[i]);
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
	write_acks(shop->account, rows, n);
	write_sync(shop->account, rows, n);
	write_states(rows, n);
	follow_status(rows, n);
}

void
cartona_row_fail(const CartonaInboxRow *row, const char *error, double delay)
{
	Datum		values[4];
	char		nulls[4] = {' ', ' ', ' ', ' '};

	values[0] = Int64GetDatum(row->id);
	values[1] = CStringGetTextDatum(error);
	values[2] = Float8GetDatum(delay);
	values[3] = keys_array(row->missing);
	if (row->missing == NIL)
		nulls[3] = 'n';
	(void) cartona_spi_execute(&failed_plan, values, nulls);
}
