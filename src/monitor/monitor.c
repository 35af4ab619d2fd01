/*-------------------------------------------------------------------------
 *
 * monitor.c
 *	  The workers of this database, for cartona.status.
 *
 * Neighbours: shmem.c's slots.  Transactions: the caller's.  Failure: without
 * preloading there is no shared memory, and the answer says so.
 *
 * IDENTIFICATION
 *	  src/monitor/monitor.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "funcapi.h"
#include "storage/lwlock.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/shmem.h"

PG_FUNCTION_INFO_V1(cartona_sql_worker);

/* The word cartona.status uses for a worker's state. */
static const char *
state_name(CartonaWorkerState state)
{
	switch (state)
	{
		case CARTONA_WORKER_ABSENT:
			return "absent";
		case CARTONA_WORKER_STARTING:
			return "starting";
		case CARTONA_WORKER_RUNNING:
			return "running";
		case CARTONA_WORKER_NO_EXTENSION:
			return "no extension";
		case CARTONA_WORKER_NO_ODOO:
			return "no Odoo";
		case CARTONA_WORKER_FAILED:
			return "failed";
	}
	return "unknown";
}

static CartonaWorkerKind
kind_named(const char *name)
{
	int			kind;

	for (kind = 0; kind < CARTONA_KINDS; kind++)
	{
		if (strcmp(name, cartona_shmem_kind_name((CartonaWorkerKind) kind)) == 0)
			return (CartonaWorkerKind) kind;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("there is no kind of worker \"%s\"", name)));
	return CARTONA_KIND_SYNC;	/* keep the compiler quiet */
}

/* cartona._worker(kind): (pid, state, since, report) */
Datum
cartona_sql_worker(PG_FUNCTION_ARGS)
{
	TupleDesc	tupdesc;
	Datum		values[4];
	bool		nulls[4] = {true, false, true, true};
	CartonaWorkerKind kind = kind_named(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	CartonaSlot *slot = cartona_shmem_slot(MyDatabaseId, kind);

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	memset(values, 0, sizeof(values));
	if (cartona_shared == NULL)
	{
		values[1] = CStringGetTextDatum("not preloaded");
		values[3] = CStringGetTextDatum("add cartona_integration to shared_preload_libraries and restart the server");
		nulls[3] = false;
	}
	else if (slot == NULL)
	{
		values[1] = CStringGetTextDatum("not configured");
		values[3] = CStringGetTextDatum(kind == CARTONA_KIND_SYNC ? "add this database to cartona.databases and reload the server"
										: "give this database a port in cartona.webhook_port and reload the server");
		nulls[3] = false;
	}
	else
	{
		char		report[CARTONA_REPORT_SIZE];
		CartonaWorkerState state;
		TimestampTz since;
		int			pid;

		LWLockAcquire(cartona_shared->lock, LW_SHARED);
		state = slot->state;
		since = slot->since;
		pid = slot->pid;
		strlcpy(report, slot->report, sizeof(report));
		LWLockRelease(cartona_shared->lock);

		values[0] = Int32GetDatum(pid);
		nulls[0] = pid == 0;
		values[1] = CStringGetTextDatum(state_name(state));
		values[2] = TimestampTzGetDatum(since);
		nulls[2] = false;
		values[3] = CStringGetTextDatum(report);
		nulls[3] = report[0] == '\0';
	}
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}
