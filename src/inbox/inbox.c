/*-------------------------------------------------------------------------
 *
 * inbox.c
 *	  Orders as they arrived, once each.
 *
 * The same order comes with every pull until Cartona has our acknowledgement,
 * and again when it changes; two pulls, the webhook and a person can bring it
 * at once.  The unique key on account and hashed_id makes one row of all of
 * them.
 *
 * Neighbours: pull.c and door.c store; apply.c takes what is due.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: an item that cannot be stored goes to inbox_page with the reason;
 * only then is a page stored item by item.
 *
 * IDENTIFICATION
 *	  src/inbox/inbox.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "base/shmem.h"
#include "base/spi.h"
#include "inbox/inbox.h"

#define MAX_KEPT_PAGE 65536

/* As much of what came as the row may hold: what was forgotten does not come back with the next pull. */
#define KEPT(payload) "CASE i.kept WHEN 'all' THEN " payload " ELSE cartona._kept(" payload ", i.kept) END"
#define SAME "i.payload = " KEPT("EXCLUDED.payload")

/* One that was cancelled before it was imported, and is not any more after all: it is needed whole. */
#define REVIVED "i.kept = 'facts' AND i.order_id IS NULL AND i.state <> 'deleted' AND NOT (" SAME ")"

/*
 * $1: account, $2: source, $3: hashed_ids, $4: payloads (json texts).  The
 * last of two of one page wins.  Returns how many were new, changed and the
 * same, as the statement saw them.
 */
static CartonaPlan store_plan = {
	"WITH page AS (SELECT DISTINCT ON (n.hashed_id) n.hashed_id, n.payload::jsonb AS payload, n.ord"
	"  FROM unnest($3, $4) WITH ORDINALITY AS n (hashed_id, payload, ord) ORDER BY n.hashed_id, n.ord DESC),"
	" seen AS (SELECT i.hashed_id, i.payload = " KEPT("page.payload") " AS same"
	"  FROM page JOIN cartona.inbox i ON i.account_id = $1 AND i.hashed_id = page.hashed_id),"
	" stored AS (INSERT INTO cartona.inbox AS i (account_id, hashed_id, source, payload)"
	"  SELECT $1, page.hashed_id, $2, page.payload FROM page ORDER BY page.ord"
	"  ON CONFLICT (account_id, hashed_id) DO UPDATE SET seen_at = now(),"
	"   payload = CASE WHEN " REVIVED " THEN EXCLUDED.payload ELSE " KEPT("EXCLUDED.payload") " END,"
	"   kept = CASE WHEN " REVIVED " THEN 'all' ELSE i.kept END,"
	"   source = CASE WHEN " SAME " THEN i.source ELSE EXCLUDED.source END,"
	"   state = CASE WHEN i.state = 'deleted' OR " SAME " THEN i.state ELSE 'new' END,"
	"   due_at = CASE WHEN i.state = 'deleted' OR " SAME " THEN i.due_at ELSE now() END,"
	"   attempt = CASE WHEN " SAME " THEN i.attempt ELSE 0 END,"
	"   error = CASE WHEN " SAME " THEN i.error END"
	"  RETURNING 1)"
	" SELECT (SELECT count(*) FROM page) - (SELECT count(*) FROM seen),"
	"  (SELECT count(*) FROM seen WHERE NOT same), (SELECT count(*) FROM seen WHERE same),"
	"  (SELECT count(*) FROM stored)",
	4, {INT4OID, TEXTOID, TEXTARRAYOID, TEXTARRAYOID}
};

/*
 * An applied order that is still offered was not acknowledged, or the
 * acknowledgement was lost: say it again, unless one is waiting or was
 * accepted so recently that this page may be older.  $1: account,
 * $2: hashed_ids
 */
static CartonaPlan again_plan = {
	"INSERT INTO cartona.outbox (kind, subject, account_id, status, ref)"
	" SELECT 'ack', i.order_id, i.account_id, 'synced', i.hashed_id FROM cartona.inbox i"
	" LEFT JOIN cartona.order_sync s ON s.account_id = i.account_id AND s.hashed_id = i.hashed_id"
	" WHERE i.account_id = $1 AND i.hashed_id = ANY ($2) AND i.state = 'applied' AND i.order_id IS NOT NULL"
	" AND (s.acked_at IS NULL OR s.acked_at < now() - interval '1 minute')"
	" AND NOT EXISTS (SELECT 1 FROM cartona.outbox o WHERE o.kind = 'ack' AND o.subject = i.order_id)"
	" AND NOT EXISTS (SELECT 1 FROM cartona.delivery d JOIN cartona.delivery_item t ON t.delivery_id = d.id"
	"  WHERE d.account_id = i.account_id AND d.kind = 'order' AND d.subject = i.order_id AND t.status = 'synced')",
	2, {INT4OID, TEXTARRAYOID}
};

static CartonaPlan page_plan = {
	"INSERT INTO cartona.inbox_page (account_id, reason, body) VALUES ($1, $2, $3)",
	3, {INT4OID, TEXTOID, TEXTOID}
};

void
cartona_inbox_keep_page(int32 account_id, const char *reason, const char *body, size_t len)
{
	Datum		values[3];
	size_t		kept = Min(len, MAX_KEPT_PAGE);
	char	   *clean;

	/* a character cut in two, like any other damage, becomes U+FFFD */
	clean = cartona_api_clean_text(body, kept);
	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(reason);
	values[2] = CStringGetTextDatum(clean);
	(void) cartona_spi_execute(&page_plan, values, NULL);
}

static Datum
text_array(Datum *elements, int n)
{
	return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

static void
store(int32 account_id, const char *source, Datum *ids, Datum *payloads, int n, CartonaInboxCount *count)
{
	Datum		values[4];

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(source);
	values[2] = text_array(ids, n);
	values[3] = text_array(payloads, n);
	if (cartona_spi_execute(&store_plan, values, NULL) != 1)
		elog(ERROR, "storing a page of orders gave no answer");
	count->fresh += (int) cartona_spi_int64(0, 1);
	count->changed += (int) cartona_spi_int64(0, 2);
	count->again += (int) cartona_spi_int64(0, 3);
}

/*
 * Store in a subtransaction; false and *why where the database refuses the
 * text (a number jsonb cannot hold, for instance).  Everything but such data
 * errors is thrown on: it says nothing about the item.
 */
static bool
try_store(int32 account_id, const char *source, Datum *ids, Datum *payloads, int n,
		  CartonaInboxCount *count, char **why)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool stored = false;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		store(account_id, source, ids, payloads, n, count);
		ReleaseCurrentSubTransaction();
		stored = true;
	}
	PG_CATCH();
	{
		ErrorData  *error;
		int			category;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		category = ERRCODE_TO_CATEGORY(error->sqlerrcode);
		if (category != ERRCODE_TO_CATEGORY(ERRCODE_DATA_EXCEPTION) &&
			category != ERRCODE_TO_CATEGORY(ERRCODE_PROGRAM_LIMIT_EXCEEDED))
			ReThrowError(error);
		*why = error->message;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return stored;
}

void
cartona_inbox_store(int32 account_id, const char *source,
					const CartonaApiOrder *orders, int norders, CartonaInboxCount *count)
{
	Datum	   *ids = palloc((norders + 1) * sizeof(Datum));
	Datum	   *payloads = palloc((norders + 1) * sizeof(Datum));
	Datum		values[2];
	char	   *why = NULL;
	int			n = 0;
	int			i;

	memset(count, 0, sizeof(*count));
	for (i = 0; i < norders; i++)
	{
		if (orders[i].hashed_id == NULL)
		{
			cartona_inbox_keep_page(account_id, orders[i].why, orders[i].json, strlen(orders[i].json));
			count->unusable++;
			continue;
		}
		ids[n] = CStringGetTextDatum(orders[i].hashed_id);
		payloads[n++] = CStringGetTextDatum(orders[i].json);
	}
	if (n == 0)
		return;

	if (!try_store(account_id, source, ids, payloads, n, count, &why))
		for (i = 0; i < n; i++)
			if (!try_store(account_id, source, &ids[i], &payloads[i], 1, count, &why))
			{
				char	   *body = TextDatumGetCString(payloads[i]);

				cartona_inbox_keep_page(account_id, psprintf("the database cannot hold it: %s", why), body, strlen(body));
				count->unusable++;
			}

	values[0] = Int32GetDatum(account_id);
	values[1] = text_array(ids, n);
	if (cartona_spi_execute(&again_plan, values, NULL) > 0)
		cartona_shmem_wake_at_commit();
}
