/*-------------------------------------------------------------------------
 *
 * log.c
 *	  cartona.log: each exchange with Cartona.
 *
 * Neighbours: settle code of push and pull.  Transactions: the caller's, so
 * the log says what was committed.  Failure: SQL errors propagate.  Never a
 * token and never a body: callers pass what cartona/answer.c made fit to be read.
 *
 * IDENTIFICATION
 *	  src/monitor/log.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "base/settings.h"
#include "base/spi.h"
#include "monitor/log.h"

void
cartona_log_write(const CartonaLogEntry *entry)
{
	static CartonaPlan plan = {
		"INSERT INTO cartona.log (account_id, kind, subject, ref, request, http_status, duration_ms, items, result, message, refs)"
		" VALUES ($1, $2, nullif($3, 0), $4, $5, nullif($6, 0), $7, $8, $9, $10, $11)",
		11, {INT4OID, TEXTOID, INT8OID, TEXTOID, TEXTOID, INT4OID, FLOAT8OID, INT4OID, TEXTOID, TEXTOID, TEXTARRAYOID}
	};
	Datum		values[11];
	char		nulls[11];

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int32GetDatum(entry->account_id);
	values[1] = CStringGetTextDatum(entry->kind);
	values[2] = Int64GetDatum(entry->subject);
	cartona_spi_set_text(values, nulls, 3, entry->ref);
	cartona_spi_set_text(values, nulls, 4, entry->request);
	values[5] = Int32GetDatum(entry->http_status);
	values[6] = Float8GetDatum(entry->duration_ms);
	values[7] = Int32GetDatum(entry->items);
	values[8] = CStringGetTextDatum(entry->result);
	cartona_spi_set_text(values, nulls, 9, entry->message);
	values[10] = entry->refs ? cartona_spi_text_array(entry->refs, entry->items) : (Datum) 0;
	nulls[10] = entry->refs ? ' ' : 'n';
	cartona_spi_execute(&plan, values, nulls);
}

void
cartona_log_expire(void)
{
	static CartonaPlan log_plan = {
		"DELETE FROM cartona.log WHERE id IN (SELECT id FROM cartona.log"
		" WHERE at < now() - make_interval(days => $1) ORDER BY at LIMIT 10000)",
		1, {INT4OID}
	};
	static CartonaPlan page_plan = {
		"DELETE FROM cartona.inbox_page WHERE id IN (SELECT id FROM cartona.inbox_page"
		" WHERE received_at < now() - make_interval(days => $1) ORDER BY id LIMIT 10000)",
		1, {INT4OID}
	};
	Datum		values[1];

	values[0] = Int32GetDatum(cartona_guc_log_retention_days);
	cartona_spi_execute(&log_plan, values, NULL);
	cartona_spi_execute(&page_plan, values, NULL);
}
