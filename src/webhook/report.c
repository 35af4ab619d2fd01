/*-------------------------------------------------------------------------
 *
 * report.c
 *	  What the webhook's worker tells of itself: when an account last got an
 *	  event, what was refused, whose order it named, the metrics.
 *
 * Told from time to time only: a flood of calls must not become one of writes.
 * Of strangers' calls only those that name an order of ours are an account's
 * concern: who made them is not known, but somebody who guesses names none.
 *
 * Neighbours: intake.c notes and asks for the metrics; listener.c counts;
 * stranger.c keeps strangers' calls; worker/webhook.c sends.
 * Transactions: its own, one for a report.
 * Memory: what waits to be told is static; the metrics are in the current context.
 * Failure: throws; what could not be told waits for the next time, but for
 * strangers' calls: those are forgotten.
 *
 * IDENTIFICATION
 *	  src/webhook/report.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/spi.h"
#include "base/xact.h"
#include "webhook/body.h"
#include "webhook/listener.h"
#include "webhook/report.h"
#include "webhook/stranger.h"

#define REPORT_MS (10 * 1000)

/* The same for strangers' calls, where there is room for no more of them. */
#define CROWD_MS 1000

#define REFUSED_MS (60 * 1000)

/* When an account last got an event, until account_state knows. */
typedef struct Seen
{
	int32		account_id;
	TimestampTz at;
} Seen;

static Seen seen[64];
static int	nseen = 0;
static TimestampTz seen_told = 0;
static TimestampTz refused_told = 0;
static bool refused_waits = false;
static CartonaRefused refused;	/* taken off the listener, not written yet */

/* Refused calls that named an account's orders, until account_state knows. */
typedef struct Named
{
	int32		account_id;
	int32		count;
	TimestampTz first;
	TimestampTz last;
	const char *why;			/* of the last one, a constant */
	char		address[CARTONA_ADDRESS_SIZE];
} Named;

static Named named[64];
static int	nnamed = 0;
static TimestampTz named_told = 0;
static TimestampTz strangers_seen = 0;

void
cartona_report_seen(int32 account_id)
{
	int			i;

	for (i = 0; i < nseen; i++)
	{
		if (seen[i].account_id == account_id)
			break;
	}
	if (i == (int) lengthof(seen))
		return;
	if (i == nseen)
		nseen++;
	seen[i].account_id = account_id;
	seen[i].at = GetCurrentTimestamp();
}

static void
add_count(int status, int64_t count, void *arg)
{
	appendStringInfo((StringInfo) arg, "cartona_webhook_answers_total{status=\"%d\"} " INT64_FORMAT "\n", status, (int64) count);
}

char *
cartona_report_metrics(void)
{
	MemoryContext context = CurrentMemoryContext;
	StringInfoData text;

	initStringInfo(&text);
	cartona_xact_begin("reading the metrics");
	cartona_spi_run("SELECT cartona._metrics()", 0, NULL, NULL, NULL);
	MemoryContextSwitchTo(context);
	appendStringInfoString(&text, cartona_spi_text(0, 1, context));
	cartona_xact_commit();
	appendStringInfoString(&text, "# HELP cartona_webhook_answers_total Requests answered by the webhook listener since it started.\n"
						   "# TYPE cartona_webhook_answers_total counter\n");
	cartona_listener_count(add_count, &text);
	appendStringInfo(&text, "# HELP cartona_webhook_connections Connections that are open now.\n"
					 "# TYPE cartona_webhook_connections gauge\n"
					 "cartona_webhook_connections %d\n", cartona_listener_connections());
	return text.data;
}

/* Tell account_state; a row of an account that is gone is none. */
static void
report_seen(void)
{
	static CartonaPlan plan = {
		"UPDATE cartona.account_state SET last_webhook_at = $2 WHERE account_id = $1",
		2, {INT4OID, TIMESTAMPTZOID}
	};
	int			i;

	for (i = 0; i < nseen; i++)
	{
		Datum		values[2];

		values[0] = Int32GetDatum(seen[i].account_id);
		values[1] = TimestampTzGetDatum(seen[i].at);
		cartona_spi_execute(&plan, values, NULL);
	}
}

/* Refused calls by the dozen are one row of the log. */
static void
report_refused(void)
{
	static CartonaPlan plan = {
		"INSERT INTO cartona.log (kind, http_status, items, result, message) VALUES ('webhook', $1, $2, 'refused', $3)",
		3, {INT4OID, INT4OID, TEXTOID}
	};
	Datum		values[3];

	values[0] = Int32GetDatum(refused.status);
	values[1] = Int32GetDatum(refused.count);
	values[2] = CStringGetTextDatum(psprintf("%d refused, the last one from %s: %s", refused.count, refused.address, refused.message));
	cartona_spi_execute(&plan, values, NULL);
}

/* A stranger's call named an order of this account. */
static void
note_named(int32 account_id, const CartonaStranger *stranger)
{
	int			i;

	for (i = 0; i < nnamed; i++)
	{
		if (named[i].account_id == account_id)
			break;
	}
	if (i == (int) lengthof(named))
		return;
	if (i == nnamed)
	{
		nnamed++;
		named[i].account_id = account_id;
		named[i].count = 0;
		named[i].first = stranger->at;
		named[i].last = 0;
	}
	named[i].count++;
	named[i].first = Min(named[i].first, stranger->at);
	if (stranger->at >= named[i].last)
	{
		named[i].last = stranger->at;
		named[i].why = stranger->why;
		strlcpy(named[i].address, stranger->address, sizeof(named[i].address));
	}
}

/* Whose orders do the strangers' calls name? */
static void
look_at_strangers(void)
{
	static CartonaPlan plan = {
		"SELECT a.id, n.i::int4 - 1 FROM unnest($1) WITH ORDINALITY n (hashed_id, i) JOIN cartona.account a"
		" ON EXISTS (SELECT FROM cartona.inbox o WHERE o.account_id = a.id AND o.hashed_id = n.hashed_id)",
		1, {TEXTARRAYOID}
	};
	CartonaStranger strangers[CARTONA_STRANGERS];
	const char *orders[CARTONA_STRANGERS];
	const CartonaStranger *kept;
	int			nkept = cartona_stranger_kept(&kept);
	int			n = 0;
	Datum		values[1];
	uint64		found;
	uint64		i;
	int			k;

	for (k = 0; k < nkept; k++)
	{
		const char *why;

		if (cartona_body_json(kept[k].body, kept[k].len, &orders[n], &why) != NULL && orders[n][0] != '\0')
			strangers[n++] = kept[k];
	}
	cartona_stranger_forget();
	if (n == 0)
		return;
	cartona_xact_begin("looking at refused webhook calls");
	values[0] = cartona_spi_text_array(orders, n);
	found = cartona_spi_execute(&plan, values, NULL);
	for (i = 0; i < found; i++)
		note_named(cartona_spi_int32(i, 1), &strangers[cartona_spi_int32(i, 2)]);
	cartona_xact_commit();
}

/* A right call, or a day without a wrong one, ends what was counted; then it begins anew. */
static void
report_named(void)
{
	static CartonaPlan plan = {
		"UPDATE cartona.account_state s SET webhook_refused = CASE WHEN o.goes_on THEN s.webhook_refused ELSE 0 END + $2,"
		" webhook_refused_since = CASE WHEN o.goes_on THEN s.webhook_refused_since ELSE $3 END,"
		" webhook_refused_at = $4, webhook_refused_why = $5, webhook_refused_from = $6"
		" FROM (SELECT p.account_id, coalesce(p.webhook_refused_at > coalesce(p.last_webhook_at, '-infinity')"
		" AND p.webhook_refused_at > $4 - interval '1 day', false) AS goes_on FROM cartona.account_state p) o"
		" WHERE s.account_id = $1 AND o.account_id = $1",
		6, {INT4OID, INT4OID, TIMESTAMPTZOID, TIMESTAMPTZOID, TEXTOID, TEXTOID}
	};
	int			i;

	for (i = 0; i < nnamed; i++)
	{
		Datum		values[6];

		values[0] = Int32GetDatum(named[i].account_id);
		values[1] = Int32GetDatum(named[i].count);
		values[2] = TimestampTzGetDatum(named[i].first);
		values[3] = TimestampTzGetDatum(named[i].last);
		values[4] = CStringGetTextDatum(named[i].why);
		values[5] = CStringGetTextDatum(named[i].address);
		cartona_spi_execute(&plan, values, NULL);
	}
}

/* When strangers' calls are to be looked at; PG_INT64_MAX: there are none. */
static TimestampTz
strangers_due(void)
{
	const CartonaStranger *kept;
	int			nkept = cartona_stranger_kept(&kept);

	return nkept == 0 ? PG_INT64_MAX :
		TimestampTzPlusMilliseconds(strangers_seen, nkept < CARTONA_STRANGERS ? REPORT_MS : CROWD_MS);
}

void
cartona_report_send(void)
{
	TimestampTz now = GetCurrentTimestamp();
	bool		tell_seen = nseen > 0 && TimestampDifferenceExceeds(seen_told, now, REPORT_MS);
	bool		tell_named;
	bool		tell_refused = TimestampDifferenceExceeds(refused_told, now, REFUSED_MS) &&
		(refused_waits || cartona_listener_refused(&refused));

	if (now >= strangers_due())
	{
		/* whatever becomes of it, not at once again */
		strangers_seen = now;
		look_at_strangers();
	}
	tell_named = nnamed > 0 && TimestampDifferenceExceeds(named_told, now, REFUSED_MS);
	if (!tell_seen && !tell_refused && !tell_named)
		return;
	if (tell_refused)
		refused_waits = true;
	/* whatever becomes of it, not at once again */
	if (tell_seen)
		seen_told = now;
	if (tell_named)
		named_told = now;
	cartona_xact_begin("telling of the webhook");
	if (tell_seen)
		report_seen();
	if (tell_named)
		report_named();
	if (tell_refused)
	{
		do
			report_refused();
		while (cartona_listener_refused(&refused));
	}
	cartona_xact_commit();
	if (tell_seen)
		nseen = 0;
	if (tell_named)
		nnamed = 0;
	if (tell_refused)
	{
		refused_waits = false;
		refused_told = now;
	}
}

TimestampTz
cartona_report_due(void)
{
	TimestampTz due = PG_INT64_MAX;

	if (nseen > 0)
		due = TimestampTzPlusMilliseconds(seen_told, REPORT_MS);
	if (nnamed > 0)
		due = Min(due, TimestampTzPlusMilliseconds(named_told, REFUSED_MS));
	due = Min(due, strangers_due());
	if (refused_waits || cartona_listener_has_refused())
		due = Min(due, TimestampTzPlusMilliseconds(refused_told, REFUSED_MS));
	return due;
}
