/*-------------------------------------------------------------------------
 *
 * guard.c
 *	  The copy guard: is this the database the installation lives in?
 *
 * A dump restored elsewhere and a CREATE DATABASE ... TEMPLATE carry the
 * triggers, the outbox and the accounts with them.  They differ from the
 * original in system identifier or database oid, which cartona.installation
 * (for capture) and cartona.account.bound_* (for each account) remember.
 *
 * Neighbours: capture.c asks on every change, account.c per account,
 * cartona.enable() and cartona.attach() adopt.
 * Transactions: the caller's.
 * Memory: one cached answer per backend, dropped by relcache invalidation.
 * Failure: no installation row means "not home": nothing is captured.
 *
 * IDENTIFICATION
 *	  src/config/guard.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/spi.h"
#include "base/xact.h"
#include "config/guard.h"

/* Columns of cartona.installation this code reads. */
#define ANUM_SYSTEM_IDENTIFIER 2
#define ANUM_DATABASE_OID 3

static bool answer_valid = false;
static bool answer = false;
static Oid	installation_oid = InvalidOid;
static bool callback_registered = false;

PG_FUNCTION_INFO_V1(cartona_sql_identity);
PG_FUNCTION_INFO_V1(cartona_sql_adopt);
PG_FUNCTION_INFO_V1(cartona_sql_is_home);

static void
invalidate(Datum arg, Oid relid)
{
	if (!OidIsValid(relid) || relid == installation_oid)
		answer_valid = false;
}

static bool
read_installation(void)
{
	Oid			schema = get_namespace_oid("cartona", true);
	Relation	rel;
	SysScanDesc scan;
	HeapTuple	tuple;
	Snapshot	snapshot;
	bool		home = false;

	installation_oid = OidIsValid(schema) ? get_relname_relid("installation", schema) : InvalidOid;
	if (!OidIsValid(installation_oid))
		return false;

	rel = table_open(installation_oid, AccessShareLock);
	if (RelationGetDescr(rel)->natts >= ANUM_DATABASE_OID)
	{
		snapshot = RegisterSnapshot(GetLatestSnapshot());
		scan = systable_beginscan(rel, InvalidOid, false, snapshot, 0, NULL);
		tuple = systable_getnext(scan);
		if (HeapTupleIsValid(tuple))
		{
			bool		isnull[2];
			Datum		sysid = heap_getattr(tuple, ANUM_SYSTEM_IDENTIFIER, RelationGetDescr(rel), &isnull[0]);
			Datum		database = heap_getattr(tuple, ANUM_DATABASE_OID, RelationGetDescr(rel), &isnull[1]);

			home = !isnull[0] && !isnull[1] &&
				DatumGetInt64(sysid) == (int64) GetSystemIdentifier() &&
				DatumGetObjectId(database) == MyDatabaseId;
		}
		systable_endscan(scan);
		UnregisterSnapshot(snapshot);
	}
	table_close(rel, AccessShareLock);
	return home;
}

bool
cartona_guard_is_home(void)
{
	if (!callback_registered)
	{
		CacheRegisterRelcacheCallback(invalidate, (Datum) 0);
		callback_registered = true;
	}
	if (!answer_valid)
	{
		/* First, so that an invalidation during the read is not lost. */
		answer_valid = true;
		PG_TRY();
		{
			answer = read_installation();
		}
		PG_CATCH();
		{
			answer_valid = false;
			PG_RE_THROW();
		}
		PG_END_TRY();
	}
	return answer;
}

void
cartona_guard_adopt(void)
{
	static CartonaPlan plan = {
		"INSERT INTO cartona.installation (system_identifier, database_oid) VALUES ($1, $2)"
		" ON CONFLICT (only_row) DO UPDATE SET system_identifier = $1, database_oid = $2, detached = false",
		2, {INT8OID, OIDOID}
	};
	Datum		values[2];
	CartonaUser saved;
	Oid			schema = get_namespace_oid("cartona", false);

	values[0] = Int64GetDatum((int64) GetSystemIdentifier());
	values[1] = ObjectIdGetDatum(MyDatabaseId);
	cartona_user_become(cartona_extension_owner(), &saved);
	cartona_spi_execute(&plan, values, NULL);
	cartona_user_restore(&saved);
	CacheInvalidateRelcacheByRelid(get_relname_relid("installation", schema));
}

/* cartona._identity(): (system_identifier, database_oid) of this database */
Datum
cartona_sql_identity(PG_FUNCTION_ARGS)
{
	TupleDesc	tupdesc;
	Datum		values[2];
	bool		nulls[2] = {false, false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	values[0] = Int64GetDatum((int64) GetSystemIdentifier());
	values[1] = ObjectIdGetDatum(MyDatabaseId);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}

/* cartona._is_home() */
Datum
cartona_sql_is_home(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(cartona_guard_is_home());
}

/* cartona._adopt() */
Datum
cartona_sql_adopt(PG_FUNCTION_ARGS)
{
	SPI_connect();
	cartona_guard_adopt();
	SPI_finish();
	PG_RETURN_VOID();
}
