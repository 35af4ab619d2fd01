/*-------------------------------------------------------------------------
 *
 * sequence.c
 *	  The next order number, by Odoo's rules.
 *
 * The company's own row of ir_sequence comes before the global one.  A
 * "standard" sequence draws from a PostgreSQL sequence named after the row; a
 * "no_gap" one counts in the row itself, locked without waiting, as Odoo does.
 * With date ranges, each range counts for itself, and one that is missing is
 * made.  Without any row Odoo calls the order "New", and so do we.
 *
 * Neighbours: catalog.c; apply/order.c takes the numbers just before it inserts.
 * Transactions: the caller's, with an SPI connection.
 * Memory: results in the caller's context.
 * Failure: a pattern Odoo would refuse is refused; a locked no_gap row throws.
 *
 * IDENTIFICATION
 *	  src/odoo/sequence.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "base/xact.h"
#include "odoo/catalog.h"
#include "odoo/clock.h"
#include "odoo/sequence.h"

typedef struct OrderSequence
{
	int32		id;
	bool		no_gap;
	bool		use_date_range;
	int32		padding;
	int32		increment;
	char	   *prefix;
	char	   *suffix;
} OrderSequence;

static CartonaQuery find_query = {
	"SELECT s.id, s.implementation = 'no_gap', coalesce(s.use_date_range, false), s.padding, s.number_increment,"
	" coalesce(s.prefix, '')::text, coalesce(s.suffix, '')::text"
	" FROM {ir_sequence} s WHERE s.code = 'sale.order' AND s.active AND (s.company_id = $1 OR s.company_id IS NULL)"
	" ORDER BY s.company_id NULLS LAST, s.id LIMIT 1",
	1, {INT4OID}
};

static bool
find(int32 company, OrderSequence *sequence)
{
	Datum		values[1] = {Int32GetDatum(company)};

	if (cartona_query_run(&find_query, values, NULL) == 0)
		return false;
	sequence->id = cartona_spi_int32(0, 1);
	sequence->no_gap = cartona_spi_bool(0, 2);
	sequence->use_date_range = cartona_spi_bool(0, 3);
	sequence->padding = cartona_spi_int32(0, 4);
	sequence->increment = cartona_spi_int32(0, 5);
	sequence->prefix = cartona_spi_text(0, 6, CurrentMemoryContext);
	sequence->suffix = cartona_spi_text(0, 7, CurrentMemoryContext);
	return true;
}

bool
cartona_sequence_is_no_gap(int32 company)
{
	OrderSequence sequence;

	return find(company, &sequence) && sequence.no_gap;
}

/* A PostgreSQL sequence of Odoo's. */
static Oid
find_counter(const char *name)
{
	RangeVar   *range;
	Oid			relid;

	cartona_path_odoo();
	range = makeRangeVar(NULL, pstrdup(name), -1);
	relid = RangeVarGetRelid(range, NoLock, false);
	cartona_path_own();
	return relid;
}

static CartonaQuery lock_query = {
	"SELECT s.number_next FROM {ir_sequence} s WHERE s.id = $1 FOR UPDATE NOWAIT", 1, {INT4OID}
};
static CartonaQuery count_query = {
	"UPDATE {ir_sequence} SET number_next = number_next + number_increment WHERE id = $1", 1, {INT4OID}
};
static CartonaQuery lock_range_query = {
	"SELECT r.number_next FROM {ir_sequence_date_range} r WHERE r.id = $1 FOR UPDATE NOWAIT", 1, {INT4OID}
};
static CartonaQuery count_range_query = {
	"UPDATE {ir_sequence_date_range} SET number_next = number_next + $2 WHERE id = $1", 2, {INT4OID, INT4OID}
};

/* $1: sequence, $2: day */
static CartonaQuery find_range_query = {
	"SELECT r.id, r.date_from FROM {ir_sequence_date_range} r"
	" WHERE r.sequence_id = $1 AND r.date_from <= $2 AND r.date_to >= $2 ORDER BY r.id LIMIT 1",
	2, {INT4OID, DATEOID}
};

/* The calendar year of the day, cut where neighbouring ranges begin and end. */
static CartonaQuery make_range_query = {
	"INSERT INTO {ir_sequence_date_range} (sequence_id, date_from, date_to, number_next, create_uid, create_date, write_uid, write_date)"
	" SELECT $1,"
	" coalesce((SELECT max(r.date_to) + 1 FROM {ir_sequence_date_range} r WHERE r.sequence_id = $1"
	"   AND r.date_to >= date_trunc('year', $2::timestamp)::date AND r.date_to <= $2), date_trunc('year', $2::timestamp)::date),"
	" coalesce((SELECT min(r.date_from) - 1 FROM {ir_sequence_date_range} r WHERE r.sequence_id = $1"
	"   AND r.date_from >= $2 AND r.date_from <= (date_trunc('year', $2::timestamp) + interval '1 year - 1 day')::date),"
	"   (date_trunc('year', $2::timestamp) + interval '1 year - 1 day')::date),"
	" 1, 1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'"
	" RETURNING id, date_from",
	2, {INT4OID, DATEOID}
};

/* The range of a day, made where there is none; its first day in *first. */
static int32
find_range(const OrderSequence *sequence, DateADT day, DateADT *first)
{
	Datum		values[2] = {Int32GetDatum(sequence->id), DateADTGetDatum(day)};
	bool		isnull;
	int32		range;

	if (cartona_query_run(&find_range_query, values, NULL) == 0)
	{
		if (cartona_query_run(&make_range_query, values, NULL) != 1)
			elog(ERROR, "could not make a date range for the order sequence");
		range = cartona_spi_int32(0, 1);
		*first = DatumGetDateADT(cartona_spi_datum(0, 2, &isnull));
		if (!sequence->no_gap)
			(void) cartona_spi_run(psprintf("CREATE SEQUENCE %s.ir_sequence_%03d_%03d INCREMENT BY %d START WITH 1",
											cartona_catalog_schema(), sequence->id, range, sequence->increment),
								   0, NULL, NULL, NULL);
		return range;
	}
	*first = DatumGetDateADT(cartona_spi_datum(0, 2, &isnull));
	return cartona_spi_int32(0, 1);
}

static int64
count_no_gap(CartonaQuery *lock, CartonaQuery *count, int32 id, int32 increment)
{
	Datum		values[2] = {Int32GetDatum(id), Int32GetDatum(increment)};
	int64		number;

	if (cartona_query_run(lock, values, NULL) != 1)
		elog(ERROR, "the order sequence is gone");
	number = cartona_spi_int32(0, 1);
	(void) cartona_query_run(count, values, NULL);
	return number;
}

/* %(year)s and its like: Odoo's name and what strftime calls it. */
static const struct
{
	const char *name;
	const char *format;
}			keys[] = {
	{"year", "%Y"}, {"month", "%m"}, {"day", "%d"}, {"y", "%y"}, {"doy", "%j"}, {"woy", "%W"},
	{"weekday", "%w"}, {"h24", "%H"}, {"h12", "%I"}, {"min", "%M"}, {"sec", "%S"},
	{"isoyear", "%G"}, {"isoy", "%g"}, {"isoweek", "%V"}
};

static void
append_key(StringInfo out, const char *key, const struct tm *now, const struct tm *range)
{
	const struct tm *when = now;
	char		text[64];
	int			i;

	if (strncmp(key, "range_", 6) == 0)
	{
		when = range;
		key += 6;
	}
	else if (strncmp(key, "current_", 8) == 0)
		key += 8;
	for (i = 0; i < lengthof(keys); i++)
		if (strcmp(keys[i].name, key) == 0)
		{
			strftime(text, sizeof(text), keys[i].format, when);
			appendStringInfoString(out, text);
			return;
		}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the order sequence's prefix or suffix holds the unknown placeholder \"%s\"", key),
			 errhint("Correct it in Odoo: Settings, Technical, Sequences.")));
}

/* Python's % formatting with named keys, which is all Odoo allows here. */
static void
append_pattern(StringInfo out, const char *pattern, const struct tm *now, const struct tm *range)
{
	while (*pattern)
	{
		const char *end;

		if (pattern[0] == '%' && pattern[1] == '%')
		{
			appendStringInfoChar(out, '%');
			pattern += 2;
		}
		else if (pattern[0] == '%' && pattern[1] == '(' && (end = strstr(pattern, ")s")) != NULL)
		{
			append_key(out, pnstrdup(pattern + 2, end - pattern - 2), now, range);
			pattern = end + 2;
		}
		else
			appendStringInfoChar(out, *pattern++);
	}
}

static void
day_to_tm(DateADT day, struct tm *tm)
{
	time_t		seconds = ((time_t) day + POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * SECS_PER_DAY;

	gmtime_r(&seconds, tm);
}

/* Where numbers come from on one day. */
typedef struct Counter
{
	DateADT		day;
	int32		id;				/* of the row that counts */
	Oid			relid;			/* of what counts in its place */
	struct tm	range_start;
} Counter;

static void
find_day(const OrderSequence *sequence, DateADT day, const struct tm *now, Counter *counter)
{
	DateADT		first;

	counter->day = day;
	counter->range_start = *now;
	if (!sequence->use_date_range)
	{
		counter->id = sequence->id;
		if (!sequence->no_gap)
			counter->relid = find_counter(psprintf("ir_sequence_%03d", sequence->id));
		return;
	}
	counter->id = find_range(sequence, day, &first);
	day_to_tm(first, &counter->range_start);
	if (!sequence->no_gap)
		counter->relid = find_counter(psprintf("ir_sequence_%03d_%03d", sequence->id, counter->id));
}

static int64
next_number(const OrderSequence *sequence, const Counter *counter)
{
	if (!sequence->no_gap)
		return nextval_internal(counter->relid, true);
	if (sequence->use_date_range)
		return count_no_gap(&lock_range_query, &count_range_query, counter->id, sequence->increment);
	return count_no_gap(&lock_query, &count_query, counter->id, sequence->increment);
}

static char *
number_text(const OrderSequence *sequence, int64 number, const struct tm *now, const struct tm *range_start)
{
	StringInfoData text;
	char		digits[32];
	int			pad;

	snprintf(digits, sizeof(digits), INT64_FORMAT, number);
	initStringInfo(&text);
	append_pattern(&text, sequence->prefix, now, range_start);
	for (pad = Min(sequence->padding, 64) - (int) strlen(digits); pad > 0; pad--)
		appendStringInfoChar(&text, '0');
	appendStringInfoString(&text, digits);
	append_pattern(&text, sequence->suffix, now, range_start);
	return text.data;
}

void
cartona_sequence_take(int32 company, pg_tz *zone, const Timestamp *ordered_at, int n, char **names)
{
	OrderSequence sequence;
	Counter		counter = {0};
	struct tm	now;
	bool		numbered = find(company, &sequence);
	int			i;

	cartona_clock_at(GetCurrentTransactionStartTimestamp(), zone, &now);
	for (i = 0; i < n; i++)
	{
		struct tm	then;
		DateADT		day;

		if (!numbered)
		{
			names[i] = pstrdup("New");
			continue;
		}
		cartona_clock_at(ordered_at[i], zone, &then);
		day = cartona_clock_day(&then);
		/* without date ranges every day counts as the first one seen */
		if (i == 0 || (sequence.use_date_range && day != counter.day))
			find_day(&sequence, day, &now, &counter);
		names[i] = number_text(&sequence, next_number(&sequence, &counter), &now, &counter.range_start);
	}
}
