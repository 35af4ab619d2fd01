/*-------------------------------------------------------------------------
 *
 * states.c
 *	  What an order's state in Odoo is called at Cartona, into its queue.
 *
 * Neighbours: drain.c hands over what was captured; status_map says what a
 * state is called; claim.c takes over.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/outbox/states.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/spi.h"
#include "base/xact.h"
#include "cartona/status.h"
#include "monitor/log.h"
#include "outbox/delivery.h"

/* An order whose state is not what Cartona knows. */
typedef struct Captured
{
	int64		id;
	int64		subject;
	int32		account_id;
	char	   *status;
	char	   *ref;
} Captured;

/* Nothing was queued: because the account is off, or because the state means nothing at Cartona?  The latter is said. */
static void
say_unmapped(int64 order_id, int32 account_id, const char *hashed_id, const char *odoo_state)
{
	static CartonaPlan plan = {
		"SELECT FROM cartona.account a WHERE a.id = $1 AND a.active AND a.bound_system = $3 AND a.bound_database = $4"
		" AND NOT EXISTS (SELECT FROM cartona.status_map m WHERE m.direction = 'out'"
		"  AND m.odoo_state = CASE $2 WHEN 'done' THEN 'sale' ELSE $2 END)",
		4, {INT4OID, TEXTOID, INT8OID, OIDOID}
	};
	CartonaLogEntry entry;
	Datum		values[4];

	if (odoo_state == NULL)
		return;
	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(odoo_state);
	values[2] = Int64GetDatum((int64) GetSystemIdentifier());
	values[3] = ObjectIdGetDatum(MyDatabaseId);
	if (cartona_spi_execute(&plan, values, NULL) == 0)
		return;
	memset(&entry, 0, sizeof(entry));
	entry.account_id = account_id;
	entry.kind = "order";
	entry.subject = order_id;
	entry.ref = hashed_id;
	entry.items = 1;
	entry.result = "dropped";
	entry.message = psprintf("cartona.status_map has no row for Odoo's \"%s\": nothing is sent", odoo_state);
	cartona_log_write(&entry);
}

/*
 * One status of an order into its queue.  An Odoo state is translated by
 * status_map; one that stands for nothing at Cartona is dropped.  "done" is a
 * confirmed order that is locked (Odoo <= 16); in the map it stands for
 * delivered in full, which no state of the order says.
 */
void
cartona_states_queue(int64 id, int64 order_id, int32 account_id, const char *hashed_id,
					 const char *odoo_state)
{
	static CartonaPlan plan = {
		"WITH status AS ("
		"  SELECT cartona_status AS status FROM cartona.status_map WHERE direction = 'out'"
		"  AND odoo_state = CASE $5 WHEN 'done' THEN 'sale' ELSE $5 END),"
		" head AS (INSERT INTO cartona.delivery (account_id, kind, subject, hashed_id, newest)"
		"  SELECT $3, 'order', $2, $4, $1 FROM status, cartona.account a"
		"  WHERE status.status IS NOT NULL AND a.id = $3 AND a.active AND a.bound_system = $6 AND a.bound_database = $7"
		"  ON CONFLICT (account_id, kind, subject) DO UPDATE SET newest = greatest(cartona.delivery.newest, excluded.newest),"
		"   ack_only = false,"
		"   due_at = CASE WHEN cartona.delivery.attempt = 0 THEN least(cartona.delivery.due_at, now()) ELSE cartona.delivery.due_at END"
		"  RETURNING id)"
		" INSERT INTO cartona.delivery_item (id, delivery_id, status, odoo_state, created_at)"
		" SELECT $1, head.id, status.status, $5, now() FROM head, status",
		7, {INT8OID, INT8OID, INT4OID, TEXTOID, TEXTOID, INT8OID, OIDOID}
	};
	Datum		values[7];
	char		nulls[7];

	if (hashed_id == NULL)
		return;
	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int64GetDatum(id);
	values[1] = Int64GetDatum(order_id);
	values[2] = Int32GetDatum(account_id);
	values[3] = CStringGetTextDatum(hashed_id);
	cartona_spi_set_text(values, nulls, 4, odoo_state);
	values[5] = Int64GetDatum((int64) GetSystemIdentifier());
	values[6] = ObjectIdGetDatum(MyDatabaseId);
	if (cartona_spi_execute(&plan, values, nulls) == 0)
		say_unmapped(order_id, account_id, hashed_id, odoo_state);
}

/*
 * Orders to be compared by level: their present state is queued; claiming drops
 * what Cartona knows already.  "orders" NULL: all orders of the account.
 */
void
cartona_states_queue_levels(int32 account_id, const int32 *orders, int n)
{
	static CartonaPlan plan = {
		"SELECT nextval('cartona.outbox_id_seq'::regclass), o.id::bigint, o.cartona_account_id::integer, o.cartona_id::text, o.state::text,"
		" m.cartona_status::text, s.known_status::text"
		" FROM sale_order o"
		" LEFT JOIN cartona.order_sync s ON s.account_id = o.cartona_account_id AND s.hashed_id = o.cartona_id"
		" LEFT JOIN cartona.status_map m ON m.direction = 'out' AND m.odoo_state = CASE o.state WHEN 'done' THEN 'sale' ELSE o.state END"
		" WHERE o.cartona_id IS NOT NULL AND o.cartona_account_id IS NOT NULL"
		" AND ($1 = 0 OR o.cartona_account_id = $1) AND ($2 IS NULL OR o.id = ANY ($2))"
		" AND o.state NOT IN ('draft', 'sent') AND m.cartona_status IS DISTINCT FROM s.known_status"
		" ORDER BY o.id",
		2, {INT4OID, INT4ARRAYOID}
	};
	Datum		values[2];
	char		nulls[2] = {' ', ' '};
	SPITupleTable *table;
	uint64		rows;
	uint64		i;
	Captured   *list;

	values[0] = Int32GetDatum(account_id);
	values[1] = orders ? cartona_spi_int32_array(orders, n) : (Datum) 0;
	nulls[1] = orders ? ' ' : 'n';
	cartona_path_odoo();
	rows = cartona_spi_execute(&plan, values, nulls);
	cartona_path_own();
	table = SPI_tuptable;
	list = palloc0(sizeof(Captured) * (rows + 1));
	for (i = 0; i < rows; i++)
	{
		char	   *status = cartona_spi_text(i, 6, CurrentMemoryContext);

		/*
		 * What Cartona has passed, or an Odoo state that means nothing there,
		 * needs no queue.
		 */
		if (status == NULL ||
			!cartona_status_is_ahead(cartona_spi_text(i, 7, CurrentMemoryContext), status))
			continue;
		list[i].id = cartona_spi_int64(i, 1);
		list[i].subject = cartona_spi_int64(i, 2);
		list[i].account_id = cartona_spi_int32(i, 3);
		list[i].ref = cartona_spi_text(i, 4, CurrentMemoryContext);
		list[i].status = cartona_spi_text(i, 5, CurrentMemoryContext);
	}
	SPI_freetuptable(table);
	for (i = 0; i < rows; i++)
	{
		if (list[i].subject == 0)
			continue;
		cartona_states_queue(list[i].id, list[i].subject, list[i].account_id, list[i].ref, list[i].status);
	}
}
