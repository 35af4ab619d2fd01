/*-------------------------------------------------------------------------
 *
 * row_write.c
 *	  What became of inbox rows: their states, what Cartona knows of their
 *	  orders, the acknowledgements.
 *
 * Neighbours: row.c makes the orders and calls; apply.c keeps what failed.
 * Transactions: the caller's, with an SPI connection: that of the orders.
 * Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/apply/row_write.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "apply/payload.h"
#include "apply/row.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "cartona/status.h"

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
	const char **ids = palloc((n + 1) * sizeof(char *));
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
		ids[nhere++] = row->hashed_id;
	}
	if (nhere == 0)
		return;
	values[0] = Int32GetDatum(account);
	values[1] = cartona_spi_text_array(ids, nhere);
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
cartona_row_write(int32 account, CartonaInboxRow **rows, int n)
{
	write_acks(account, rows, n);
	write_sync(account, rows, n);
	write_states(rows, n);
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
