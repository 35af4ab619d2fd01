/*-------------------------------------------------------------------------
 *
 * spi.c
 *	  Prepared statements kept for the session, and short access to results.
 *
 * Neighbours: every stage that touches tables.
 * Transactions: the caller's, with an SPI connection.
 * Memory: plans live as long as the session; results belong to SPI unless
 * copied by cartona_spi_text.
 * Failure: anything but success throws.
 *
 * IDENTIFICATION
 *	  src/base/spi.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "base/spi.h"
#include "base/xact.h"

SPIPlanPtr
cartona_spi_keep(const char *sql, int nargs, Oid *argtypes, int options)
{
	SPIPlanPtr	plan = SPI_prepare_cursor(sql, nargs, argtypes, options);

	if (plan == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", sql, SPI_result_code_string(SPI_result));
	if (SPI_keepplan(plan) != 0)
		elog(ERROR, "could not keep the plan of \"%s\"", sql);
	return plan;
}

static void
prepare(CartonaPlan *plan)
{
	if (plan->plan == NULL)
		plan->plan = cartona_spi_keep(plan->sql, plan->nargs, plan->argtypes,
									  plan->many ? CURSOR_OPT_CUSTOM_PLAN : CURSOR_OPT_GENERIC_PLAN);
}

uint64
cartona_spi_execute_latest(CartonaPlan *plan, Datum *values, const char *nulls)
{
	MemoryContext caller = CurrentMemoryContext;
	Snapshot	snapshot;
	int			code;

	prepare(plan);
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	code = SPI_execute_snapshot(plan->plan, values, nulls, snapshot, InvalidSnapshot, false, true, 0);
	UnregisterSnapshot(snapshot);
	MemoryContextSwitchTo(caller);
	if (code < 0)
		elog(ERROR, "could not execute \"%s\": %s", plan->sql, SPI_result_code_string(code));
	return SPI_processed;
}

uint64
cartona_spi_execute(CartonaPlan *plan, Datum *values, const char *nulls)
{
	MemoryContext caller = CurrentMemoryContext;
	bool		is_planned;
	int			level = 0;
	int			code;

	prepare(plan);
	is_planned = plan->many || (plan->planned && SPI_plan_is_valid(plan->plan));
	if (!is_planned)
		level = cartona_plan_by_index();
	code = SPI_execute_plan(plan->plan, values, nulls, false, 0);
	if (!is_planned)
		cartona_plan_as_usual(level);
	plan->planned = true;
	MemoryContextSwitchTo(caller);	/* SPI leaves its own, which dies with
									 * SPI_finish */
	if (code < 0)
		elog(ERROR, "could not execute \"%s\": %s", plan->sql, SPI_result_code_string(code));
	return SPI_processed;
}

uint64
cartona_spi_run(const char *sql, int nargs, Oid *argtypes, Datum *values, const char *nulls)
{
	MemoryContext caller = CurrentMemoryContext;
	int			code = SPI_execute_with_args(sql, nargs, argtypes, values, nulls, false, 0);

	MemoryContextSwitchTo(caller);
	if (code < 0)
		elog(ERROR, "could not execute \"%s\": %s", sql, SPI_result_code_string(code));
	return SPI_processed;
}

void
cartona_spi_set_text(Datum *values, char *nulls, int arg, const char *text)
{
	nulls[arg] = text ? ' ' : 'n';
	values[arg] = text ? CStringGetTextDatum(text) : (Datum) 0;
}

Datum
cartona_spi_datum(uint64 row, int col, bool *isnull)
{
	if (SPI_tuptable == NULL || row >= SPI_tuptable->numvals)
		elog(ERROR, "no row %llu in the result", (unsigned long long) row);
	return SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, col, isnull);
}

bool
cartona_spi_isnull(uint64 row, int col)
{
	bool		isnull;

	(void) cartona_spi_datum(row, col, &isnull);
	return isnull;
}

int32
cartona_spi_int32(uint64 row, int col)
{
	bool		isnull;
	Datum		value = cartona_spi_datum(row, col, &isnull);

	return isnull ? 0 : DatumGetInt32(value);
}

int64
cartona_spi_int64(uint64 row, int col)
{
	bool		isnull;
	Datum		value = cartona_spi_datum(row, col, &isnull);

	return isnull ? 0 : DatumGetInt64(value);
}

bool
cartona_spi_bool(uint64 row, int col)
{
	bool		isnull;
	Datum		value = cartona_spi_datum(row, col, &isnull);

	return isnull ? false : DatumGetBool(value);
}

double
cartona_spi_float8(uint64 row, int col)
{
	bool		isnull;
	Datum		value = cartona_spi_datum(row, col, &isnull);

	return isnull ? 0 : DatumGetFloat8(value);
}

Numeric
cartona_spi_numeric(uint64 row, int col)
{
	bool		isnull;
	Datum		value = cartona_spi_datum(row, col, &isnull);

	return isnull ? NULL : DatumGetNumericCopy(value);
}

char *
cartona_spi_text(uint64 row, int col, MemoryContext context)
{
	char	   *text;
	char	   *copy;

	if (cartona_spi_isnull(row, col))
		return NULL;
	text = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, col);
	if (text == NULL)
		return NULL;
	copy = MemoryContextStrdup(context, text);
	pfree(text);
	return copy;
}

Datum
cartona_spi_array(Datum *elements, bool *nulls, int n, Oid type)
{
	int			lower = 1;
	int16		len;
	bool		byval;
	char		align;

	get_typlenbyvalalign(type, &len, &byval, &align);
	return PointerGetDatum(construct_md_array(elements, nulls, 1, &n, &lower, type, len, byval, align));
}

Datum
cartona_spi_int32_array(const int32 *values, int n)
{
	Datum	   *elements = palloc((n + 1) * sizeof(Datum));
	int			i;

	for (i = 0; i < n; i++)
		elements[i] = Int32GetDatum(values[i]);
	return cartona_spi_array(elements, NULL, n, INT4OID);
}

Datum
cartona_spi_int64_array(const int64 *values, int n)
{
	Datum	   *elements = palloc((n + 1) * sizeof(Datum));
	int			i;

	for (i = 0; i < n; i++)
		elements[i] = Int64GetDatum(values[i]);
	return cartona_spi_array(elements, NULL, n, INT8OID);
}

Datum
cartona_spi_text_array(const char *const *values, int n)
{
	Datum	   *elements = palloc((n + 1) * sizeof(Datum));
	bool	   *nulls = palloc((n + 1) * sizeof(bool));
	int			i;

	for (i = 0; i < n; i++)
	{
		nulls[i] = values[i] == NULL;
		elements[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(values[i]);
	}
	return cartona_spi_array(elements, nulls, n, TEXTOID);
}
