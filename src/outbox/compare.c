/*-------------------------------------------------------------------------
 *
 * compare.c
 *	  Orders that must be compared with what Cartona knows of them.
 *
 * A comparison is an item in the order's queue like a status, so what it finds
 * is sent after the statuses that were made before it.  One that waits stands
 * for any number of changes: the order is read when its turn comes.
 *
 * Neighbours: drain.c names the orders; push/level.c compares.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/outbox/compare.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"

#include "base/spi.h"
#include "cartona/rule.h"
#include "cartona/status.h"
#include "odoo/catalog.h"
#include "outbox/delivery.h"

/* $1: sales orders; most captured ones are none of Cartona's */
static CartonaQuery orders_query = {
	"SELECT o.id, o.cartona_account_id, o.cartona_id::text, o.delivered_by::text, s.known_status"
	" FROM unnest($1) AS r (id) CROSS JOIN LATERAL (SELECT so.id, so.cartona_account_id, so.cartona_id, so.delivered_by"
	"  FROM {sale_order} so WHERE so.id = r.id AND so.cartona_id IS NOT NULL AND so.state IN ('sale', 'done') LIMIT 1) o"
	" LEFT JOIN LATERAL (SELECT x.known_status FROM cartona.order_sync x"
	"  WHERE x.account_id = o.cartona_account_id AND x.hashed_id = o.cartona_id LIMIT 1) s ON true",
	1, {INT4ARRAYOID}, true
};

/* $1: account; its confirmed orders that have not ended at Cartona */
static CartonaQuery open_query = {
	"SELECT so.id, so.cartona_id::text, s.known_status FROM cartona.order_sync s JOIN {sale_order} so ON so.id = s.order_id"
	" WHERE s.account_id = $1 AND so.cartona_account_id = $1 AND so.state IN ('sale', 'done')"
	" AND coalesce(s.known_status, '') NOT IN ('delivered', 'returned', 'return')"
	" AND coalesce(s.known_status, '') NOT LIKE 'cancelled%'",
	1, {INT4OID}
};

/* $1: sales orders, $2: accounts, $3: hashed ids, $4, $5: this database */
static CartonaPlan queue_plan = {
	"WITH head AS (INSERT INTO cartona.delivery (account_id, kind, subject, hashed_id, newest)"
	"  SELECT r.account_id, 'order', r.subject, r.hashed_id, nextval('cartona.outbox_id_seq'::regclass)"
	"  FROM unnest($1, $2, $3) AS r (subject, account_id, hashed_id) JOIN cartona.account a ON a.id = r.account_id"
	"  WHERE a.active AND a.bound_system = $4 AND a.bound_database = $5"
	"  ON CONFLICT (account_id, kind, subject) DO UPDATE SET newest = greatest(cartona.delivery.newest, excluded.newest),"
	"   ack_only = false,"
	"   due_at = CASE WHEN cartona.delivery.attempt = 0 THEN least(cartona.delivery.due_at, now()) ELSE cartona.delivery.due_at END"
	"  RETURNING id)"
	" INSERT INTO cartona.delivery_item (id, delivery_id, kind, created_at)"
	" SELECT nextval('cartona.outbox_id_seq'::regclass), head.id, 'compare', now() FROM head"
	" WHERE (SELECT i.kind FROM cartona.delivery_item i WHERE i.delivery_id = head.id ORDER BY i.id DESC LIMIT 1) IS DISTINCT FROM 'compare'",
	5, {INT4ARRAYOID, INT4ARRAYOID, TEXTARRAYOID, INT8OID, OIDOID}, true
};

void
cartona_compare_queue(const int32 *orders, int n)
{
	Datum		values[5];
	int32	   *subjects;
	int32	   *accounts;
	const char **refs;
	uint64		found;
	uint64		i;
	int			nkept = 0;

	if (n == 0)
		return;
	values[0] = cartona_spi_int32_array(orders, n);
	found = cartona_query_run(&orders_query, values, NULL);
	subjects = palloc((found + 1) * sizeof(int32));
	accounts = palloc((found + 1) * sizeof(int32));
	refs = palloc((found + 1) * sizeof(char *));
	for (i = 0; i < found; i++)
	{
		char	   *delivered_by = cartona_spi_text(i, 4, CurrentMemoryContext);
		char	   *known = cartona_spi_text(i, 5, CurrentMemoryContext);
		int			k;

		/* The same order may have been captured twice. */
		for (k = 0; k < nkept && subjects[k] != cartona_spi_int32(i, 1); k++)
			;
		if (k < nkept || cartona_status_is_end(known) ||
			!cartona_rule_allows(delivered_by, CARTONA_TO_CARTONA, CARTONA_STATUS_DELIVERED))
			continue;
		subjects[nkept] = cartona_spi_int32(i, 1);
		accounts[nkept] = cartona_spi_int32(i, 2);
		refs[nkept++] = cartona_spi_text(i, 3, CurrentMemoryContext);
	}
	if (nkept == 0)
		return;
	values[0] = cartona_spi_int32_array(subjects, nkept);
	values[1] = cartona_spi_int32_array(accounts, nkept);
	values[2] = cartona_spi_text_array(refs, nkept);
	values[3] = Int64GetDatum((int64) GetSystemIdentifier());
	values[4] = ObjectIdGetDatum(MyDatabaseId);
	(void) cartona_spi_execute(&queue_plan, values, NULL);
}

int
cartona_compare_open(int32 account_id, CartonaOrderClaim **claims)
{
	Datum		values[1] = {Int32GetDatum(account_id)};
	uint64		n = cartona_query_run(&open_query, values, NULL);
	uint64		i;

	*claims = palloc0((n + 1) * sizeof(CartonaOrderClaim));
	for (i = 0; i < n; i++)
	{
		(*claims)[i].order_id = cartona_spi_int32(i, 1);
		(*claims)[i].hashed_id = cartona_spi_text(i, 2, CurrentMemoryContext);
		(*claims)[i].known_status = cartona_spi_text(i, 3, CurrentMemoryContext);
		(*claims)[i].compare = true;
	}
	return (int) n;
}

void
cartona_compare_queue_open(int32 account_id)
{
	CartonaOrderClaim *claims;
	int			n = cartona_compare_open(account_id, &claims);
	int32	   *orders = palloc((n + 1) * sizeof(int32));
	int			i;

	for (i = 0; i < n; i++)
		orders[i] = (int32) claims[i].order_id;
	cartona_compare_queue(orders, n);
}
