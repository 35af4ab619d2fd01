/*-------------------------------------------------------------------------
 *
 * settle.c
 *	  Record what became of a transfer: done, again later, or dead.
 *
 * Done means deleted: history is cartona.log.
 *
 * Neighbours: push/orders.c and push/products.c decide, this file writes.
 * Transactions: the caller's, short.
 * Failure: SQL errors propagate; the lease stays and is taken over.
 *
 * IDENTIFICATION
 *	  src/outbox/settle.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "port.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/spi.h"
#include "cartona/status.h"
#include "outbox/delivery.h"

#define FIRST_DELAY_MS 1000

/* A server that asks for more has made a mistake, and nobody could end the wait. */
#define LONGEST_RETRY_AFTER_S 3600

int64
cartona_settle_backoff(int attempt, int cap_s, int retry_after_s)
{
	int64		ceiling = FIRST_DELAY_MS;
	uint64		random_bits = 0;
	int64		delay;
	int			i;

	for (i = 1; i < attempt && ceiling < (int64) cap_s * 1000; i++)
		ceiling *= 2;
	ceiling = Min(ceiling, (int64) cap_s * 1000);
	if (!pg_strong_random(&random_bits, sizeof(random_bits)))
		random_bits = 0;
	delay = (int64) (random_bits % (uint64) (ceiling + 1));
	if (retry_after_s >= 0)
		delay = (int64) Min(retry_after_s, LONGEST_RETRY_AFTER_S) * 1000 + delay / 10;
	return Max(delay, 50);
}

void
cartona_settle_order_next(const CartonaOrderClaim *claim)
{
	static CartonaPlan item_plan = {
		"DELETE FROM cartona.delivery_item WHERE delivery_id = $1 AND id = $2", 2, {INT8OID, INT8OID}
	};

	/*
	 * count: for EXISTS alone, a scan of all items would look cheap to the
	 * planner
	 */
	static CartonaPlan next_plan = {
		"UPDATE cartona.delivery SET leased_until = NULL, due_at = now(), attempt = 0, lease_lost = false,"
		" last_error = NULL, http_status = NULL"
		" WHERE id = $1 AND (SELECT count(*) FROM cartona.delivery_item WHERE delivery_id = $1) > 0",
		1, {INT8OID}
	};
	static CartonaPlan gone_plan = {
		"DELETE FROM cartona.delivery WHERE id = $1", 1, {INT8OID}
	};
	Datum		values[2];

	values[0] = Int64GetDatum(claim->delivery_id);
	values[1] = Int64GetDatum(claim->item_id);
	if (claim->item_id != 0)
		cartona_spi_execute(&item_plan, values, NULL);
	if (cartona_spi_execute(&next_plan, values, NULL) == 0)
		cartona_spi_execute(&gone_plan, values, NULL);
}

void
cartona_settle_order_again(const CartonaOrderClaim *claim)
{
	static CartonaPlan plan = {
		"UPDATE cartona.delivery SET leased_until = NULL, due_at = now(), attempt = 0, lease_lost = false,"
		" last_error = NULL, http_status = NULL WHERE id = $1",
		1, {INT8OID}
	};
	Datum		values[1];

	values[0] = Int64GetDatum(claim->delivery_id);
	cartona_spi_execute(&plan, values, NULL);
}

bool
cartona_settle_order_overtaken(int32 account_id, const CartonaOrderClaim *claim)
{
	static CartonaPlan plan = {
		"SELECT known_status FROM cartona.order_sync WHERE account_id = $1 AND hashed_id = $2 FOR UPDATE",
		2, {INT4OID, TEXTOID}
	};
	Datum		values[2];
	char	   *known;

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(claim->hashed_id);
	if (strcmp(claim->status, CARTONA_STATUS_SYNCED) == 0 || cartona_spi_execute(&plan, values, NULL) == 0)
		return false;
	known = cartona_spi_text(0, 1, CurrentMemoryContext);
	if (known == NULL || (claim->known_status != NULL && strcmp(known, claim->known_status) == 0))
		return false;
	return cartona_status_is_end(known) || !cartona_status_is_ahead(known, claim->status);
}

void
cartona_settle_order_known(int32 account_id, const CartonaOrderClaim *claim)
{
	static CartonaPlan ack_plan = {
		"INSERT INTO cartona.order_sync (account_id, hashed_id, order_id, acked_at) VALUES ($1, $2, $3, now())"
		" ON CONFLICT (account_id, hashed_id) DO UPDATE SET acked_at = now()",
		3, {INT4OID, TEXTOID, INT4OID}
	};
	static CartonaPlan status_plan = {
		"INSERT INTO cartona.order_sync (account_id, hashed_id, order_id, known_status, known_at, sent_status, sent_at)"
		" VALUES ($1, $2, $3, $4, now(), $4, now())"
		" ON CONFLICT (account_id, hashed_id) DO UPDATE SET known_status = $4, known_at = now(), sent_status = $4, sent_at = now()",
		4, {INT4OID, TEXTOID, INT4OID, TEXTOID}
	};
	static CartonaPlan sent_plan = {
		"UPDATE cartona.order_sync SET sent_status = $4, sent_at = now() WHERE account_id = $1 AND hashed_id = $2",
		4, {INT4OID, TEXTOID, INT4OID, TEXTOID}
	};
	CartonaPlan *plan = &status_plan;
	Datum		values[4];

	if (strcmp(claim->status, CARTONA_STATUS_SYNCED) == 0)
		plan = &ack_plan;
	else if (cartona_settle_order_overtaken(account_id, claim))
		plan = &sent_plan;

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(claim->hashed_id);
	values[2] = Int32GetDatum((int32) claim->order_id);
	values[3] = CStringGetTextDatum(claim->status);
	cartona_spi_execute(plan, values, NULL);
}

void
cartona_settle_order_done(int32 account_id, const CartonaOrderClaim *claim)
{
	cartona_settle_order_known(account_id, claim);
	cartona_settle_order_next(claim);
}

void
cartona_settle_acks_done(int32 account_id, const CartonaOrderClaim *claims, int n)
{
	static CartonaPlan ack_plan = {
		"INSERT INTO cartona.order_sync (account_id, hashed_id, order_id, acked_at)"
		" SELECT DISTINCT ON (a.hashed_id) $1, a.hashed_id, a.order_id, now()"
		" FROM unnest($2, $3) AS a (hashed_id, order_id) ORDER BY a.hashed_id, a.order_id DESC"
		" ON CONFLICT (account_id, hashed_id) DO UPDATE SET acked_at = now()",
		3, {INT4OID, TEXTARRAYOID, INT4ARRAYOID}
	};
	static CartonaPlan item_plan = {
		"DELETE FROM cartona.delivery_item i USING unnest($1, $2) AS a (delivery_id, id)"
		" WHERE i.delivery_id = a.delivery_id AND i.id = a.id",
		2, {INT8ARRAYOID, INT8ARRAYOID}
	};

	/* What a clerk did meanwhile waits behind the acknowledgement. */
	static CartonaPlan next_plan = {
		"UPDATE cartona.delivery d SET leased_until = NULL, due_at = now(), attempt = 0, lease_lost = false,"
		" last_error = NULL, http_status = NULL"
		" WHERE d.id = ANY ($1) AND (SELECT count(*) FROM cartona.delivery_item i WHERE i.delivery_id = d.id) > 0",
		1, {INT8ARRAYOID}
	};
	static CartonaPlan gone_plan = {
		"DELETE FROM cartona.delivery d"
		" WHERE d.id = ANY ($1) AND (SELECT count(*) FROM cartona.delivery_item i WHERE i.delivery_id = d.id) = 0",
		1, {INT8ARRAYOID}
	};
	const char **refs = palloc((n + 1) * sizeof(char *));
	int32	   *orders = palloc((n + 1) * sizeof(int32));
	int64	   *items = palloc((n + 1) * sizeof(int64));
	int64	   *deliveries = palloc((n + 1) * sizeof(int64));
	Datum		values[3];
	int			i;

	for (i = 0; i < n; i++)
	{
		refs[i] = claims[i].hashed_id;
		orders[i] = (int32) claims[i].order_id;
		items[i] = claims[i].item_id;
		deliveries[i] = claims[i].delivery_id;
	}
	values[0] = Int32GetDatum(account_id);
	values[1] = cartona_spi_text_array(refs, n);
	values[2] = cartona_spi_int32_array(orders, n);
	cartona_spi_execute(&ack_plan, values, NULL);
	values[0] = cartona_spi_int64_array(deliveries, n);
	values[1] = cartona_spi_int64_array(items, n);
	cartona_spi_execute(&item_plan, values, NULL);
	cartona_spi_execute(&next_plan, values, NULL);
	cartona_spi_execute(&gone_plan, values, NULL);
}

void
cartona_settle_retry(const int64 *delivery_ids, int n, int64 delay_ms, bool counts,
					 int http_status, const char *reason)
{
	static CartonaPlan plan = {
		"UPDATE cartona.delivery SET leased_until = NULL, due_at = now() + $2 * interval '1 ms',"
		" attempt = attempt - CASE WHEN $3 THEN 0 ELSE 1 END, http_status = nullif($4, 0), last_error = $5"
		" WHERE id = ANY ($1)",
		5, {INT8ARRAYOID, INT8OID, BOOLOID, INT4OID, TEXTOID}
	};
	Datum	   *ids = palloc(sizeof(Datum) * Max(n, 1));
	Datum		values[5];
	char		nulls[5] = {' ', ' ', ' ', ' ', ' '};
	int			i;

	for (i = 0; i < n; i++)
		ids[i] = Int64GetDatum(delivery_ids[i]);
	values[0] = PointerGetDatum(construct_array(ids, n, INT8OID, 8, true, 'd'));
	values[1] = Int64GetDatum(delay_ms);
	values[2] = BoolGetDatum(counts);
	values[3] = Int32GetDatum(http_status);
	values[4] = reason ? CStringGetTextDatum(reason) : (Datum) 0;
	if (reason == NULL)
		nulls[4] = 'n';
	cartona_spi_execute(&plan, values, nulls);
}

static void
bury(int32 account_id, const char *kind, int64 subject, const char *ref, const char *status,
	 const char *odoo_state, int attempt, int http_status, const char *reason)
{
	static CartonaPlan plan = {
		"INSERT INTO cartona.dead_letter (account_id, kind, subject, ref, status, odoo_state, attempt, http_status, error)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, nullif($8, 0), $9)",
		9, {INT4OID, TEXTOID, INT8OID, TEXTOID, TEXTOID, TEXTOID, INT4OID, INT4OID, TEXTOID}
	};
	Datum		values[9];
	char		nulls[9];

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(kind);
	values[2] = Int64GetDatum(subject);
	cartona_spi_set_text(values, nulls, 3, ref);
	cartona_spi_set_text(values, nulls, 4, status);
	cartona_spi_set_text(values, nulls, 5, odoo_state);
	values[6] = Int32GetDatum(attempt);
	values[7] = Int32GetDatum(http_status);
	values[8] = CStringGetTextDatum(reason);
	cartona_spi_execute(&plan, values, nulls);
}

void
cartona_settle_order_dead(int32 account_id, const CartonaOrderClaim *claim,
						  int http_status, const char *reason)
{
	bury(account_id, "order", claim->order_id, claim->hashed_id, claim->status, claim->odoo_state,
		 claim->attempt, http_status, reason);
	cartona_settle_order_next(claim);
}

void
cartona_settle_products_done(const CartonaProductClaim *claims, int n)
{
	static CartonaPlan gone_plan = {
		"DELETE FROM cartona.delivery d USING unnest($1, $2) c (id, newest)"
		" WHERE d.id = c.id AND d.id = ANY ($1) AND d.newest = c.newest",
		2, {INT8ARRAYOID, INT8ARRAYOID}
	};
	static CartonaPlan changed_plan = {
		"UPDATE cartona.delivery d SET leased_until = NULL, due_at = now(), attempt = 0, lease_lost = false,"
		" last_error = NULL, http_status = NULL"
		" FROM unnest($1, $2) c (id, newest) WHERE d.id = c.id AND d.id = ANY ($1) AND d.newest <> c.newest",
		2, {INT8ARRAYOID, INT8ARRAYOID}
	};
	Datum	   *ids;
	Datum	   *newest;
	Datum		values[2];
	int			i;

	if (n == 0)
		return;
	ids = palloc(sizeof(Datum) * n);
	newest = palloc(sizeof(Datum) * n);
	for (i = 0; i < n; i++)
	{
		ids[i] = Int64GetDatum(claims[i].delivery_id);
		newest[i] = Int64GetDatum(claims[i].newest);
	}
	values[0] = PointerGetDatum(construct_array(ids, n, INT8OID, 8, true, 'd'));
	values[1] = PointerGetDatum(construct_array(newest, n, INT8OID, 8, true, 'd'));
	cartona_spi_execute(&changed_plan, values, NULL);
	cartona_spi_execute(&gone_plan, values, NULL);
}

void
cartona_settle_product_dead(int32 account_id, const CartonaProductClaim *claim,
							const char *ref, int http_status, const char *reason)
{
	static CartonaPlan former_plan = {
		"DELETE FROM cartona.dead_letter WHERE account_id = $1 AND kind = 'product' AND subject = $2",
		2, {INT4OID, INT8OID}
	};
	Datum		values[2];

	values[0] = Int32GetDatum(account_id);
	values[1] = Int64GetDatum(claim->product_id);
	cartona_spi_execute(&former_plan, values, NULL);
	bury(account_id, "product", claim->product_id, ref, NULL, NULL, claim->attempt, http_status, reason);
	cartona_settle_products_done(claim, 1);
}

void
cartona_settle_maybe_arrived(const int64 *delivery_ids, int n)
{
	static CartonaPlan plan = {
		"UPDATE cartona.delivery SET lease_lost = true WHERE id = ANY ($1)", 1, {INT8ARRAYOID}
	};
	Datum		values[1];

	values[0] = cartona_spi_int64_array(delivery_ids, n);
	cartona_spi_execute(&plan, values, NULL);
}

void
cartona_settle_all_due(int32 account_id)
{
	static CartonaPlan plan = {
		"UPDATE cartona.delivery SET due_at = now()"
		" WHERE account_id = $1 AND leased_until IS NULL AND due_at > now()",
		1, {INT4OID}
	};
	Datum		values[1];

	values[0] = Int32GetDatum(account_id);
	cartona_spi_execute(&plan, values, NULL);
}
