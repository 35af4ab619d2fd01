/*-------------------------------------------------------------------------
 *
 * row.c
 *	  One inbox row into Odoo, exactly once.
 *
 * The customer, the order, its lines, the acknowledgement in the outbox and
 * the row's new state live and die together.  So the acknowledgement can leave
 * only after the order is committed, and a crash at any point leaves either
 * all or nothing.
 *
 * Neighbours: payload.c reads the order, order.c writes it; apply.c calls for
 * the worker, door.c for a person.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: throws; the caller rolls back and says so.
 *
 * IDENTIFICATION
 *	  src/apply/row.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "apply/order.h"
#include "apply/payload.h"
#include "apply/row.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "cartona/status.h"
#include "inbox/note.h"
#include "odoo/catalog.h"

/* $1: id, $2: state, $3: order, $4: note; a row that waits is due when its payload changes */
static CartonaPlan applied_plan = {
	"UPDATE cartona.inbox SET state = $2, order_id = $3, note = $4, error = NULL, attempt = 0,"
	" due_at = CASE WHEN $2 = 'waiting' THEN 'infinity' ELSE due_at END,"
	" applied_at = CASE WHEN $2 = 'applied' THEN coalesce(applied_at, now()) ELSE applied_at END"
	" WHERE id = $1",
	4, {INT8OID, TEXTOID, INT4OID, TEXTOID}
};

/* $1: order, $2: account, $3: hashed_id */
static CartonaPlan ack_plan = {
	"INSERT INTO cartona.outbox (kind, subject, account_id, status, ref) VALUES ('ack', $1, $2, 'synced', $3)",
	3, {INT4OID, INT4OID, TEXTOID}
};

/* $1: account, $2: hashed_id */
static CartonaPlan known_plan = {
	"SELECT known_status FROM cartona.order_sync WHERE account_id = $1 AND hashed_id = $2",
	2, {INT4OID, TEXTOID}
};

/* $1: account, $2: hashed_id, $3: order, $4: status, $5: ordered_at, $6: problem */
static CartonaPlan sync_plan = {
	"INSERT INTO cartona.order_sync AS s (account_id, hashed_id, order_id, known_status, known_at, ordered_at, problem)"
	" VALUES ($1, $2, $3, $4, now(), $5, $6)"
	" ON CONFLICT (account_id, hashed_id) DO UPDATE SET order_id = EXCLUDED.order_id,"
	" ordered_at = coalesce(EXCLUDED.ordered_at, s.ordered_at), problem = coalesce(EXCLUDED.problem, s.problem),"
	" known_at = now(), known_status = EXCLUDED.known_status",
	6, {INT4OID, TEXTOID, INT4OID, TEXTOID, TIMESTAMPTZOID, TEXTOID}
};

/* $1: account, $2: hashed_id; as attach.c made the unique index */
static CartonaQuery existing_query = {
	"SELECT so.id FROM {sale_order} so WHERE coalesce(so.cartona_account_id, 0) = $1 AND so.cartona_id = $2",
	2, {INT4OID, TEXTOID}
};

static Datum
text_or_null(const char *text, char *null)
{
	*null = text ? ' ' : 'n';
	return text ? CStringGetTextDatum(text) : (Datum) 0;
}

void
cartona_row_read(uint64 at, CartonaInboxRow *row)
{
	bool		isnull;
	Datum		payload;

	row->id = cartona_spi_int64(at, 1);
	row->account = cartona_spi_int32(at, 2);
	row->hashed_id = cartona_spi_text(at, 3, CurrentMemoryContext);
	payload = cartona_spi_datum(at, 4, &isnull);
	row->payload = (Jsonb *) PG_DETOAST_DATUM_COPY(payload);
	row->attempt = cartona_spi_int32(at, 5);
	row->order_id = cartona_spi_int32(at, 6);
	row->note = cartona_spi_text(at, 7, CurrentMemoryContext);
}

static int32
find_existing(const CartonaInboxRow *row)
{
	Datum		values[2];

	values[0] = Int32GetDatum(row->account);
	values[1] = CStringGetTextDatum(row->hashed_id);
	return cartona_query_run(&existing_query, values, NULL) > 0 ? cartona_spi_int32(0, 1) : 0;
}

static void
write_sync(const CartonaInboxRow *row, int32 order_id, const char *status, const CartonaOrder *order, const char *problem)
{
	Datum		values[6];
	char		nulls[6];
	char	   *known = NULL;

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int32GetDatum(row->account);
	values[1] = CStringGetTextDatum(row->hashed_id);
	/* A page pulled before our own status was accepted is older than what we know. */
	if (cartona_spi_execute(&known_plan, values, NULL) > 0)
		known = cartona_spi_text(0, 1, CurrentMemoryContext);
	if (known != NULL && cartona_status_is_ahead(status, known))
		status = known;
	values[2] = Int32GetDatum(order_id);
	values[3] = CStringGetTextDatum(status);
	nulls[4] = order != NULL && order->has_created_at ? ' ' : 'n';
	values[4] = nulls[4] == ' ' ? TimestampTzGetDatum(order->created_at) : (Datum) 0;
	values[5] = text_or_null(problem, &nulls[5]);
	(void) cartona_spi_execute(&sync_plan, values, nulls);
}

static void
write_ack(const CartonaInboxRow *row, int32 order_id)
{
	Datum		values[3];

	values[0] = Int32GetDatum(order_id);
	values[1] = Int32GetDatum(row->account);
	values[2] = CStringGetTextDatum(row->hashed_id);
	(void) cartona_spi_execute(&ack_plan, values, NULL);
	cartona_shmem_wake_at_commit();
}

/* An order that is in Odoo already is not made again; what changed is a human's to judge. */
static void
apply_existing(const CartonaInboxRow *row, int32 order_id, const char *status, CartonaInbound inbound, CartonaOutcome *outcome)
{
	StringInfoData problem;

	initStringInfo(&problem);
	if (row->note != NULL && strstr(row->note, CARTONA_INBOX_CHANGED) != NULL)
		appendStringInfoString(&problem, CARTONA_INBOX_CHANGED);
	if (inbound == CARTONA_INBOUND_CANCELLED)
		appendStringInfo(&problem, "%s%s at Cartona after import", problem.len ? "; " : "", status);
	write_sync(row, order_id, status, NULL, problem.len > 0 ? problem.data : NULL);
	outcome->state = "applied";
	outcome->order_id = order_id;
	outcome->note = row->note;
}

static void
apply_new(const CartonaInboxRow *row, const CartonaShop *shop, CartonaOutcome *outcome)
{
	CartonaOrder *order = cartona_payload_read(row->hashed_id, row->payload);
	CartonaOrderResult result;

	cartona_order_create(shop, order, &result);
	if (strcmp(order->status, CARTONA_STATUS_DELIVERED) == 0 || strcmp(order->status, CARTONA_STATUS_ASSIGNED) == 0)
		result.problem = psprintf("%s%sit was %s at Cartona before it was imported as a draft",
								  result.problem ? result.problem : "", result.problem ? "; " : "", order->status);
	write_ack(row, result.order_id);
	write_sync(row, result.order_id, order->status, order, result.problem);
	outcome->state = "applied";
	outcome->order_id = result.order_id;
	outcome->note = result.note;
}

void
cartona_row_apply(const CartonaInboxRow *row, const CartonaShop *shop, CartonaOutcome *outcome)
{
	char	   *status;
	char	   *strange;
	CartonaInbound inbound = cartona_payload_status(row->payload, &status, &strange);
	int32		existing = find_existing(row);
	Datum		values[4];
	char		nulls[4];

	memset(outcome, 0, sizeof(*outcome));
	if (existing != 0)
		apply_existing(row, existing, status, inbound, outcome);
	else if (row->order_id != 0)
	{
		/* deleted in Odoo: making it again would undo what a clerk did */
		outcome->state = "deleted";
		outcome->order_id = row->order_id;
		outcome->note = row->note;
	}
	else if (inbound == CARTONA_INBOUND_WAIT)
	{
		outcome->state = "waiting";
		outcome->note = "the retailer is editing it";
	}
	else if (inbound == CARTONA_INBOUND_CANCELLED)
	{
		outcome->state = "applied";
		outcome->note = psprintf("%s before it was imported: no sales order was made", status);
	}
	else
		apply_new(row, shop, outcome);

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int64GetDatum(row->id);
	values[1] = CStringGetTextDatum(outcome->state);
	nulls[2] = outcome->order_id ? ' ' : 'n';
	values[2] = Int32GetDatum(outcome->order_id);
	values[3] = text_or_null(outcome->note, &nulls[3]);
	(void) cartona_spi_execute(&applied_plan, values, nulls);
}
