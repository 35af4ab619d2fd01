/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  Every difference between the supported PostgreSQL versions, 13 to 18.
 *	  No other file looks at PG_VERSION_NUM.
 *
 * IDENTIFICATION
 *	  src/base/compat.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_COMPAT_H
#define CARTONA_COMPAT_H

#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/ipc.h"
#include "storage/proc.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/guc.h"

#if PG_VERSION_NUM < 130000 || PG_VERSION_NUM >= 190000
#error "cartona_integration supports PostgreSQL 13 to 18"
#endif

/* Wait events had their home in pgstat.h before 14. */
#if PG_VERSION_NUM >= 140000
#include "utils/wait_event.h"
#endif

/* String keys are dynahash's default before 14. */
#if PG_VERSION_NUM < 140000
#define HASH_STRINGS 0
#endif

#if PG_VERSION_NUM >= 150000
#define CARTONA_HAVE_SHMEM_REQUEST_HOOK 1
#endif

/* A prefix from 18 on, which C11 defines; an attribute at the end before it. */
#if PG_VERSION_NUM < 180000
#define pg_noreturn __attribute__((noreturn))
#endif

/* ProcessUtility_hook got readOnlyTree in 14. */
#if PG_VERSION_NUM >= 140000
#define CARTONA_UTILITY_PARAMS \
	PlannedStmt *pstmt, const char *query_string, bool read_only_tree, \
	ProcessUtilityContext context, ParamListInfo params, \
	QueryEnvironment *query_env, DestReceiver *dest, QueryCompletion *qc
#define CARTONA_UTILITY_ARGS \
	pstmt, query_string, read_only_tree, context, params, query_env, dest, qc
#else
#define CARTONA_UTILITY_PARAMS \
	PlannedStmt *pstmt, const char *query_string, \
	ProcessUtilityContext context, ParamListInfo params, \
	QueryEnvironment *query_env, DestReceiver *dest, QueryCompletion *qc
#define CARTONA_UTILITY_ARGS \
	pstmt, query_string, context, params, query_env, dest, qc
#endif

/* The number of this process's PGPROC, for waking it later. */
static inline int
cartona_my_proc_number(void)
{
#if PG_VERSION_NUM >= 170000
	return MyProcNumber;
#else
	return MyProc->pgprocno;
#endif
}

static inline bool
cartona_owns_database(Oid database, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(DatabaseRelationId, database, role);
#else
	return pg_database_ownercheck(database, role);
#endif
}

static inline bool
cartona_may_connect(Oid database, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(DatabaseRelationId, database, role, ACL_CONNECT) == ACLCHECK_OK;
#else
	return pg_database_aclcheck(database, role, ACL_CONNECT) == ACLCHECK_OK;
#endif
}

static inline void
cartona_reserve_guc_prefix(const char *prefix)
{
#if PG_VERSION_NUM >= 150000
	MarkGUCPrefixReserved(prefix);
#else
	EmitWarningsOnPlaceholders(prefix);
#endif
}

#endif							/* CARTONA_COMPAT_H */
