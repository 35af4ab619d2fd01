/*-------------------------------------------------------------------------
 *
 * report.c
 *	  What the webhook's worker tells of itself: when an account last got an
 *	  event, what was refused, the metrics.
 *
 * Told from time to time only: a flood of calls must not become one of writes.
 *
 * Neighbours: intake.c notes and asks for the metrics; listener.c counts;
 * worker/webhook.c sends.
 * Transactions: its own, one for a report.
 * Memory: what waits to be told is static; the metrics are in the current context.
 * Failure: throws; what could not be told waits for the next time.
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
#include "webhook/listener.h"
#include "webhook/report.h"

#define REPORT_MS (10 * 1000)
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

void
cartona_report_send(void)
{
	TimestampTz now = GetCurrentTimestamp();
	bool		tell_seen = nseen > 0 && TimestampDifferenceExceeds(seen_told, now, REPORT_MS);
	bool		tell_refused = TimestampDifferenceExceeds(refused_told, now, REFUSED_MS) &&
		(refused_waits || cartona_listener_refused(&refused));

	if (!tell_seen && !tell_refused)
		return;
	if (tell_refused)
		refused_waits = true;
	/* whatever becomes of it, not at once again */
	if (tell_seen)
		seen_told = now;
	cartona_xact_begin("telling of the webhook");
	if (tell_seen)
		report_seen();
	if (tell_refused)
	{
		do
			report_refused();
		while (cartona_listener_refused(&refused));
	}
	cartona_xact_commit();
	if (tell_seen)
		nseen = 0;
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
	if (refused_waits || cartona_listener_has_refused())
		due = Min(due, TimestampTzPlusMilliseconds(refused_told, REFUSED_MS));
	return due;
}
