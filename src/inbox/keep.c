/*-------------------------------------------------------------------------
 *
 * keep.c
 *	  How long personal data is kept.
 *
 * The payload of an order that is over is reduced to facts (cartona._kept); its
 * row stays, because it is what keeps the order from being imported again.
 * Over is: delivered, returned or cancelled, deleted by a clerk, or never called
 * so and a year old.  What Cartona said of a retailer is emptied when nothing has come
 * from him for a year, and what Odoo could not do for an order of that age is
 * not offered any more (the order can still be tried again).
 *
 * The worker goes over each table once a day, a piece at each safety look, by
 * a key that it remembers: orders that are not over yet must not be read again
 * each minute.
 *
 * Neighbours: inbox.sql and monitor/forget.sql do the same at once; stages.c calls.
 * Transactions: the caller's.  Memory: the current context, and a key in static
 * memory.  Failure: SQL errors propagate; a row that somebody holds is left for the
 * next day.
 *
 * IDENTIFICATION
 *	  src/inbox/keep.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/settings.h"
#include "base/spi.h"
#include "inbox/keep.h"

#define PIECE 1000
#define PAUSE_MS (24 * 60 * 60 * 1000)

/*
 * $1: days, $2, $3: the last key of the piece before.  Returns this piece's last key and its size.
 * An order is reduced in both tables or in none: one of which somebody holds a row waits.
 */
static CartonaPlan orders_plan = {
	"WITH piece AS MATERIALIZED (SELECT i.id, i.applied_at, i.account_id, i.hashed_id, i.state, i.order_id, i.seen_at"
	"  FROM cartona.inbox i WHERE i.kept <> 'facts' AND i.applied_at < now() - make_interval(days => $1)"
	"  AND (i.applied_at, i.id) > ($2, $3) ORDER BY i.applied_at, i.id LIMIT " CppAsString2(PIECE) "),"
	" over AS MATERIALIZED (SELECT p.id, p.account_id, p.hashed_id, s.known FROM piece p"
	"  LEFT JOIN LATERAL (SELECT o.known_status, o.known_at, true AS known FROM cartona.order_sync o"
	"   WHERE o.account_id = p.account_id AND o.hashed_id = p.hashed_id LIMIT 1) s ON true"
	"  WHERE greatest(p.seen_at, s.known_at) < now() - make_interval(days => $1)"
	"  AND cartona._is_over(p.state, p.order_id, s.known_status, greatest(p.seen_at, s.known_at))),"
	" free AS MATERIALIZED (SELECT s.account_id, s.hashed_id FROM cartona.order_sync s"
	"  WHERE (s.account_id, s.hashed_id) IN (SELECT o.account_id, o.hashed_id FROM over o) FOR UPDATE SKIP LOCKED),"
	" reduced AS (UPDATE cartona.inbox i SET payload = cartona._kept(i.payload, 'facts'), kept = 'facts', note = NULL, missing = NULL"
	"  WHERE i.id = ANY (ARRAY(SELECT w.id FROM cartona.inbox w WHERE w.id = ANY (ARRAY(SELECT o.id FROM over o"
	"   WHERE o.known IS NULL OR EXISTS (SELECT FROM free f WHERE f.account_id = o.account_id AND f.hashed_id = o.hashed_id)))"
	"   FOR UPDATE SKIP LOCKED)) RETURNING i.account_id, i.hashed_id),"
	" compared AS (UPDATE cartona.order_sync s SET lines = cartona._lines_kept(s.lines) FROM reduced r"
	"  WHERE s.account_id = r.account_id AND s.hashed_id = r.hashed_id AND s.lines IS NOT NULL)"
	" SELECT p.applied_at, p.id, (SELECT count(*) FROM piece) FROM piece p ORDER BY p.applied_at DESC, p.id DESC LIMIT 1",
	3, {INT4OID, TIMESTAMPTZOID, INT8OID}
};

/* $1, $2: the last key.  One who orders again is compared anew: what he has in Odoo then counts as corrected there. */
static CartonaPlan customers_plan = {
	"WITH piece AS MATERIALIZED (SELECT c.account_id, c.cartona_id FROM cartona.customer c"
	"  WHERE (c.account_id, c.cartona_id) > ($1, $2) ORDER BY c.account_id, c.cartona_id LIMIT " CppAsString2(PIECE) "),"
	" emptied AS (UPDATE cartona.customer c SET sent = '{}' FROM piece p"
	"  WHERE c.account_id = p.account_id AND c.cartona_id = p.cartona_id AND c.sent <> '{}'"
	"  AND NOT EXISTS (SELECT FROM cartona.order_sync o WHERE o.account_id = p.account_id AND o.retailer = p.cartona_id"
	"   AND coalesce(o.known_at, o.ordered_at) > now() - interval '1 year'))"
	" SELECT p.account_id, p.cartona_id, (SELECT count(*) FROM piece) FROM piece p ORDER BY p.account_id DESC, p.cartona_id DESC LIMIT 1",
	2, {INT4OID, TEXTOID}
};

/* $1: days.  What Odoo was to do for an order of a retailer: there is another way to it, cartona.retry_order(). */
static CartonaPlan tasks_plan = {
	"DELETE FROM cartona.odoo_task WHERE id IN (SELECT t.id FROM cartona.odoo_task t"
	" WHERE t.state = 'failed' AND t.kind IN ('customer', 'create') AND t.done_at < now() - make_interval(days => $1)"
	" ORDER BY t.id LIMIT " CppAsString2(PIECE) " FOR UPDATE SKIP LOCKED)",
	1, {INT4OID}
};

/* How far it came; the keys behind which the next piece begins. */
static TimestampTz next_round = 0;
static bool orders_done = false;
static TimestampTz order_at = DT_NOBEGIN;
static int64 order_id = 0;
static int32 customer_account = 0;
static char *customer_key = NULL;

/* True: there may be more. */
static bool
expire_orders(void)
{
	Datum		values[3];
	bool		isnull;

	values[0] = Int32GetDatum(cartona_guc_inbox_retention_days);
	values[1] = TimestampTzGetDatum(order_at);
	values[2] = Int64GetDatum(order_id);
	if (cartona_spi_execute(&orders_plan, values, NULL) == 0)
		return false;
	order_at = DatumGetTimestampTz(cartona_spi_datum(0, 1, &isnull));
	order_id = cartona_spi_int64(0, 2);
	return cartona_spi_int64(0, 3) == PIECE;
}

static bool
expire_customers(void)
{
	Datum		values[2];
	char	   *last;
	bool		more;

	values[0] = Int32GetDatum(customer_account);
	values[1] = CStringGetTextDatum(customer_key ? customer_key : "");
	if (cartona_spi_execute(&customers_plan, values, NULL) == 0)
		return false;
	customer_account = cartona_spi_int32(0, 1);
	last = cartona_spi_text(0, 2, TopMemoryContext);
	more = cartona_spi_int64(0, 3) == PIECE;
	if (customer_key != NULL)
		pfree(customer_key);
	customer_key = last;
	return more;
}

void
cartona_keep_expire(void)
{
	TimestampTz now = GetCurrentTimestamp();
	Datum		values[1];

	if (cartona_guc_inbox_retention_days == 0 || now < next_round)
		return;
	if (!orders_done && expire_orders())
		return;
	orders_done = true;
	if (expire_customers())
		return;
	values[0] = Int32GetDatum(cartona_guc_inbox_retention_days);
	(void) cartona_spi_execute(&tasks_plan, values, NULL);

	next_round = TimestampTzPlusMilliseconds(now, PAUSE_MS);
	orders_done = false;
	order_at = DT_NOBEGIN;
	order_id = 0;
	customer_account = 0;
	if (customer_key != NULL)
		pfree(customer_key);
	customer_key = NULL;
}
