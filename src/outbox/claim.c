/*-------------------------------------------------------------------------
 *
 * claim.c
 *	  Lease what is due: the first of claim, transfer, settle.
 *
 * Only rows that are due and not leased are looked at (delivery_due_idx), so
 * a hundred thousand orders in backoff cost nothing.  A lease only matters
 * after a crash: one worker runs per database, and a new one takes over all.
 *
 * Neighbours: drain.c fills, push/orders.c and push/products.c send, settle.c
 * ends.  Transactions: the caller's, short.  Memory: the caller's context.
 *
 * IDENTIFICATION
 *	  src/outbox/claim.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/spi.h"
#include "odoo/catalog.h"
#include "outbox/delivery.h"

/* $1: sales orders */
static CartonaQuery order_query = {
	"SELECT o.id::bigint, o.delivered_by::text, nullif(btrim(o.reason::text), '') FROM unnest($1) AS i (id),"
	" LATERAL (SELECT s.id, s.delivered_by, {s.sale_order.cartona_cancel_reason|NULL::text} AS reason FROM {sale_order} s WHERE s.id = i.id LIMIT 1) o",
	1, {INT4ARRAYOID}
};

/* delivered_by as it stands in Odoo now; the trigger looked at it when the change was made. */
static void
read_delivered_by(CartonaOrderClaim *claims, int n, MemoryContext context)
{
	Datum	   *ids;
	Datum		values[1];
	uint64		rows;
	uint64		i;
	int			j;

	if (n == 0)
		return;
	ids = palloc(sizeof(Datum) * n);
	for (j = 0; j < n; j++)
		ids[j] = Int32GetDatum((int32) claims[j].order_id);
	values[0] = PointerGetDatum(construct_array(ids, n, INT4OID, 4, true, 'i'));
	rows = cartona_query_run(&order_query, values, NULL);
	for (i = 0; i < rows; i++)
	{
		int64		id = cartona_spi_int64(i, 1);

		for (j = 0; j < n; j++)
		{
			if (claims[j].order_id != id)
				continue;
			claims[j].delivered_by = cartona_spi_text(i, 2, context);
			claims[j].cancel_reason = cartona_spi_text(i, 3, context);
		}
	}
}

/*
 * The plan is kept from when there was nothing to send, and must stay good when
 * there is much: the array and the laterals leave only looks into an index,
 * where a join would be planned as a scan of all deliveries.
 */
static int
claim_orders(int32 account_id, bool acks, int limit, int lease_ms,
			 MemoryContext context, CartonaOrderClaim **claims)
{
	static CartonaPlan plan = {
		"WITH due AS (SELECT id FROM cartona.delivery"
		"  WHERE account_id = $1 AND kind = 'order' AND ack_only = $4 AND leased_until IS NULL AND due_at <= now()"
		"  ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED),"
		" leased AS (UPDATE cartona.delivery d SET leased_until = now() + $3 * interval '1 ms', attempt = attempt + 1"
		"  WHERE d.id = ANY (ARRAY(SELECT due.id FROM due)) RETURNING d.*)"
		" SELECT d.id, d.subject, d.hashed_id, i.id, i.status, i.odoo_state, d.attempt, d.lease_lost,"
		"  EXISTS (SELECT FROM cartona.delivery_item j WHERE j.delivery_id = d.id AND j.id > i.id AND j.kind = 'status'),"
		"  s.known_status, coalesce(i.kind = 'compare', false)"
		" FROM leased d"
		" LEFT JOIN LATERAL (SELECT * FROM cartona.delivery_item i WHERE i.delivery_id = d.id ORDER BY i.id LIMIT 1) i ON true"
		" LEFT JOIN LATERAL (SELECT o.known_status FROM cartona.order_sync o"
		"  WHERE o.account_id = d.account_id AND o.hashed_id = d.hashed_id LIMIT 1) s ON true"
		" ORDER BY i.id",
		4, {INT4OID, INT4OID, INT4OID, BOOLOID}
	};
	Datum		values[4];
	uint64		n;
	uint64		i;
	CartonaOrderClaim *list;

	values[0] = Int32GetDatum(account_id);
	values[1] = Int32GetDatum(limit);
	values[2] = Int32GetDatum(lease_ms);
	values[3] = BoolGetDatum(acks);
	n = cartona_spi_execute(&plan, values, NULL);
	list = MemoryContextAllocZero(context, sizeof(CartonaOrderClaim) * (n + 1));
	for (i = 0; i < n; i++)
	{
		list[i].delivery_id = cartona_spi_int64(i, 1);
		list[i].order_id = cartona_spi_int64(i, 2);
		list[i].hashed_id = cartona_spi_text(i, 3, context);
		list[i].item_id = cartona_spi_int64(i, 4);
		list[i].status = cartona_spi_text(i, 5, context);
		list[i].odoo_state = cartona_spi_text(i, 6, context);
		list[i].attempt = cartona_spi_int32(i, 7);
		list[i].lease_lost = cartona_spi_bool(i, 8);
		list[i].more = cartona_spi_bool(i, 9);
		list[i].known_status = cartona_spi_text(i, 10, context);
		list[i].compare = cartona_spi_bool(i, 11);
	}
	*claims = list;
	return (int) n;
}

int
cartona_claim_orders(int32 account_id, int limit, int lease_ms,
					 MemoryContext context, CartonaOrderClaim **claims)
{
	int			n = claim_orders(account_id, false, limit, lease_ms, context, claims);

	read_delivered_by(*claims, n, context);
	return n;
}

int
cartona_claim_acks(int32 account_id, int limit, int lease_ms,
				   MemoryContext context, CartonaOrderClaim **claims)
{
	return claim_orders(account_id, true, limit, lease_ms, context, claims);
}

int
cartona_claim_products(int32 account_id, int limit, int lease_ms,
					   MemoryContext context, CartonaProductClaim **claims)
{
	static CartonaPlan plan = {
		"WITH due AS (SELECT id FROM cartona.delivery"
		"  WHERE account_id = $1 AND kind = 'product' AND NOT ack_only AND leased_until IS NULL AND due_at <= now()"
		"  ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED),"
		" leased AS (UPDATE cartona.delivery d SET leased_until = now() + $3 * interval '1 ms', attempt = attempt + 1"
		"  FROM due WHERE d.id = due.id RETURNING d.*)"
		" SELECT id, subject::integer, newest, forced, attempt FROM leased ORDER BY subject",
		3, {INT4OID, INT4OID, INT4OID}
	};
	Datum		values[3];
	uint64		n;
	uint64		i;
	CartonaProductClaim *list;

	values[0] = Int32GetDatum(account_id);
	values[1] = Int32GetDatum(limit);
	values[2] = Int32GetDatum(lease_ms);
	n = cartona_spi_execute(&plan, values, NULL);
	list = MemoryContextAllocZero(context, sizeof(CartonaProductClaim) * (n + 1));
	for (i = 0; i < n; i++)
	{
		list[i].delivery_id = cartona_spi_int64(i, 1);
		list[i].product_id = cartona_spi_int32(i, 2);
		list[i].newest = cartona_spi_int64(i, 3);
		list[i].forced = cartona_spi_bool(i, 4);
		list[i].attempt = cartona_spi_int32(i, 5);
	}
	*claims = list;
	return (int) n;
}

void
cartona_claim_take_over(void)
{
	cartona_spi_run("UPDATE cartona.delivery SET leased_until = NULL, lease_lost = true, due_at = now()"
					" WHERE leased_until IS NOT NULL", 0, NULL, NULL, NULL);
}

void
cartona_claim_release_expired(void)
{
	cartona_spi_run("UPDATE cartona.delivery SET leased_until = NULL, lease_lost = true, due_at = now()"
					" WHERE leased_until < now()", 0, NULL, NULL, NULL);
}

TimestampTz
cartona_claim_next_due(int32 account_id, const char *kind)
{
	static CartonaPlan plan = {
		"SELECT due_at FROM cartona.delivery"
		" WHERE account_id = $1 AND kind = $2 AND ack_only = $3 AND leased_until IS NULL ORDER BY due_at LIMIT 1",
		3, {INT4OID, TEXTOID, BOOLOID}
	};
	bool		acks = strcmp(kind, "ack") == 0;
	Datum		values[3];
	bool		isnull;

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(acks ? "order" : kind);
	values[2] = BoolGetDatum(acks);
	if (cartona_spi_execute(&plan, values, NULL) == 0)
		return PG_INT64_MAX;
	return DatumGetTimestampTz(cartona_spi_datum(0, 1, &isnull));
}
