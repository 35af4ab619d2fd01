/*-------------------------------------------------------------------------
 *
 * xact.c
 *	  The only place where a worker starts, commits and aborts transactions,
 *	  and where code changes the current user, the search_path or how
 *	  statements are planned.
 *
 * Neighbours: every stage that touches tables.
 * Transactions: this file is the rule: short, one purpose each, never open
 * while an HTTP request is in flight.
 * Memory: the context current at cartona_xact_begin is current again after
 * commit and abort; what must outlive the transaction is copied there.
 * Failure: errors of the statements propagate; cartona_xact_abort cleans up.
 *
 * IDENTIFICATION
 *	  src/base/xact.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_namespace.h"
#include "commands/extension.h"
#include "executor/spi.h"
#include "pgstat.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/xact.h"

#define OWN_PATH "pg_catalog, pg_temp"

static MemoryContext outer_context = NULL;

void
cartona_xact_begin(const char *activity)
{
	Assert(!IsTransactionState());

	outer_context = CurrentMemoryContext;
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to the SPI manager");
	PushActiveSnapshot(GetTransactionSnapshot());
	pgstat_report_activity(STATE_RUNNING, activity);
}

void
cartona_xact_commit(void)
{
	SPI_finish();
	PopActiveSnapshot();
	CommitTransactionCommand();
	/* Autovacuum goes by these numbers; other backends report them when idle. */
	pgstat_report_stat(false);
	pgstat_report_activity(STATE_IDLE, NULL);
	MemoryContextSwitchTo(outer_context);
}

void
cartona_xact_abort(void)
{
	if (IsTransactionOrTransactionBlock())
		AbortCurrentTransaction();
	pgstat_report_activity(STATE_IDLE, NULL);
	if (outer_context != NULL)
		MemoryContextSwitchTo(outer_context);
}

bool
cartona_xact_try(CartonaWork work, void *arg, ErrorData **error)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool kept = false;

	*error = NULL;
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		kept = work(arg);
		if (kept)
			ReleaseCurrentSubTransaction();
		else
			RollbackAndReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		*error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
		kept = false;
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return kept;
}

static void
set_path(const char *path)
{
	(void) set_config_option("search_path", path, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
}

/* The schema Odoo's tables are in: public, or wherever sale_order is. */
static char *
odoo_schema(void)
{
	CatCList   *list;
	Oid			found = InvalidOid;
	Oid			public_schema = get_namespace_oid("public", true);
	int			i;

	if (OidIsValid(public_schema) &&
		OidIsValid(get_relname_relid("sale_order", public_schema)))
		return pstrdup("public");

	list = SearchSysCacheList1(RELNAMENSP, CStringGetDatum("sale_order"));
	for (i = 0; i < list->n_members; i++)
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(&list->members[i]->tuple);

		if (form->relkind == RELKIND_RELATION && !isAnyTempNamespace(form->relnamespace))
			found = form->relnamespace;
	}
	ReleaseCatCacheList(list);

	return OidIsValid(found) ? get_namespace_name(found) : pstrdup("public");
}

void
cartona_path_odoo(void)
{
	char	   *path = psprintf("%s, pg_temp", quote_identifier(odoo_schema()));

	set_path(path);
}

void
cartona_path_own(void)
{
	set_path(OWN_PATH);
}

int
cartona_plan_by_index(void)
{
	int			level = NewGUCNestLevel();

	(void) set_config_option("enable_seqscan", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);

	/*
	 * a scan that cannot be avoided looks dearer than anything then, and
	 * would be compiled
	 */
	(void) set_config_option("jit", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	return level;
}

void
cartona_plan_as_usual(int level)
{
	AtEOXact_GUC(true, level);
}

void
cartona_user_become(Oid role, CartonaUser *saved)
{
	int			flags = SECURITY_LOCAL_USERID_CHANGE;

	/*
	 * What Odoo's role may have planted must not leave something behind, a
	 * deferred trigger above all, that runs when the caller's rights are
	 * back.
	 */
	if (role != cartona_extension_owner())
		flags |= SECURITY_RESTRICTED_OPERATION;
	GetUserIdAndSecContext(&saved->userid, &saved->sec_context);
	SetUserIdAndSecContext(role, saved->sec_context | flags);
}

void
cartona_user_restore(const CartonaUser *saved)
{
	SetUserIdAndSecContext(saved->userid, saved->sec_context);
}

/* The owner of a table, InvalidOid where it is not there. */
static Oid
table_owner(const char *schema, const char *table)
{
	Oid			schema_oid = get_namespace_oid(schema, true);
	Oid			relid = OidIsValid(schema_oid) ? get_relname_relid(table, schema_oid) : InvalidOid;
	HeapTuple	tuple;
	Oid			owner = InvalidOid;

	if (!OidIsValid(relid))
		return InvalidOid;
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	if (HeapTupleIsValid(tuple))
	{
		if (((Form_pg_class) GETSTRUCT(tuple))->relkind == RELKIND_RELATION)
			owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

Oid
cartona_extension_owner(void)
{
	return table_owner("cartona", "outbox");
}

Oid
cartona_odoo_owner(void)
{
	return table_owner(odoo_schema(), "sale_order");
}

void
cartona_user_shed_superuser(CartonaUser *saved)
{
	Oid			owner = cartona_odoo_owner();

	if (superuser() && OidIsValid(owner))
		cartona_user_become(owner, saved);
	else
		GetUserIdAndSecContext(&saved->userid, &saved->sec_context);
}
