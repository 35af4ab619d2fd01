/*-------------------------------------------------------------------------
 *
 * hook.c
 *	  Workers let go of a database that somebody wants to drop or copy.
 *
 * DROP DATABASE, CREATE DATABASE ... TEMPLATE, ALTER DATABASE ... RENAME and SET
 * TABLESPACE wait 5 seconds for other sessions and then fail; they terminate
 * only autovacuum.  This hook terminates our workers first and waits for their
 * end; the launcher keeps away for some seconds.
 *
 * DROP EXTENSION waits for the requests of Odoo's that use the extension, and
 * where it is refused it gets a hint that helps.
 *
 * Neighbours: launcher.c respects hold_until; ui.c has the lock of the requests.
 * Transactions: none of its own; runs before the command.
 * Failure: a worker that does not end in 2 seconds is left to the command
 * itself.  Only who may run the command gets the worker to leave.
 *
 * IDENTIFICATION
 *	  src/worker/hook.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <signal.h>

#include "commands/dbcommands.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "pgstat.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "tcop/utility.h"
#include "utils/acl.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/shmem.h"
#include "ui/ui.h"
#include "worker/hook.h"

#define HOLD_MS (5 * 1000)
#define PATIENCE_MS (2 * 1000)
#define LOOK_MS 10

static ProcessUtility_hook_type prev_process_utility = NULL;

/* Is a worker in the slot?  Terminated under the lock, because its pid is its own only while it is there. */
static bool
worker_is_there(CartonaSlot *slot, bool terminate)
{
	int			pid;

	LWLockAcquire(cartona_shared->lock, LW_SHARED);
	pid = slot->pid;
	if (terminate && pid != 0)
		(void) kill(pid, SIGTERM);
	LWLockRelease(cartona_shared->lock);
	return pid != 0;
}

/* Ask the workers of a database to leave, and wait for them. */
static void
clear_database(const char *name)
{
	Oid			database = name ? get_database_oid(name, true) : InvalidOid;
	TimestampTz until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), HOLD_MS);
	CartonaSlot *slots[CARTONA_KINDS];
	bool		any = false;
	int			waited;
	int			kind;

	if (cartona_shared == NULL || !OidIsValid(database) || !cartona_owns_database(database, GetUserId()))
		return;
	for (kind = 0; kind < CARTONA_KINDS; kind++)
	{
		slots[kind] = cartona_shmem_slot(database, (CartonaWorkerKind) kind);
		if (slots[kind] != NULL)
			pg_atomic_write_u64(&slots[kind]->hold_until, (uint64) until);
	}
	for (waited = 0; waited < PATIENCE_MS; waited += LOOK_MS)
	{
		any = false;
		for (kind = 0; kind < CARTONA_KINDS; kind++)
		{
			if (slots[kind] != NULL && worker_is_there(slots[kind], waited == 0))
				any = true;
		}
		if (!any)
			return;
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, LOOK_MS, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

static const char *
template_of(CreatedbStmt *stmt)
{
	ListCell   *lc;

	foreach(lc, stmt->options)
	{
		DefElem    *option = (DefElem *) lfirst(lc);

		if (strcmp(option->defname, "template") == 0)
			return option->arg ? defGetString(option) : NULL;
	}
	return NULL;
}

static bool
sets_tablespace(AlterDatabaseStmt *stmt)
{
	ListCell   *lc;

	foreach(lc, stmt->options)
	{
		if (strcmp(((DefElem *) lfirst(lc))->defname, "tablespace") == 0)
			return true;
	}
	return false;
}

static bool
drops_our_extension(Node *stmt)
{
	ListCell   *lc;

	if (!IsA(stmt, DropStmt) || ((DropStmt *) stmt)->removeType != OBJECT_EXTENSION)
		return false;
	foreach(lc, ((DropStmt *) stmt)->objects)
	{
		if (strcmp(strVal(lfirst(lc)), "cartona_integration") == 0)
			return true;
	}
	return false;
}

/* Run the command; where DROP EXTENSION is refused because Odoo still has what is ours, say what to do instead of CASCADE. */
static void
run_command(CARTONA_UTILITY_PARAMS, bool drops_extension)
{
	MemoryContext here = CurrentMemoryContext;

	PG_TRY();
	{
		if (prev_process_utility)
			prev_process_utility(CARTONA_UTILITY_ARGS);
		else
			standard_ProcessUtility(CARTONA_UTILITY_ARGS);
	}
	PG_CATCH();
	{
		ErrorData  *error;

		if (!drops_extension || geterrcode() != ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST)
			PG_RE_THROW();
		MemoryContextSwitchTo(here);
		error = CopyErrorData();
		FlushErrorState();
		error->hint = pstrdup("Call cartona.detach() first: it takes triggers and screens off Odoo's tables. With CASCADE Odoo's menus would stay without what is behind them.");
		ReThrowError(error);
	}
	PG_END_TRY();
}

static void
process_utility(CARTONA_UTILITY_PARAMS)
{
	Node	   *stmt = pstmt->utilityStmt;

	/* Looked at now: the tree may be gone after execution. */
	bool		drops_extension = drops_our_extension(stmt);
	bool		changes_databases = IsA(stmt, CreatedbStmt) || IsA(stmt, DropdbStmt) ||
		(IsA(stmt, RenameStmt) && ((RenameStmt *) stmt)->renameType == OBJECT_DATABASE);

	switch (nodeTag(stmt))
	{
		case T_DropdbStmt:
			clear_database(((DropdbStmt *) stmt)->dbname);
			break;
		case T_CreatedbStmt:
			clear_database(template_of((CreatedbStmt *) stmt));
			break;
		case T_AlterDatabaseStmt:
			if (sets_tablespace((AlterDatabaseStmt *) stmt))
				clear_database(((AlterDatabaseStmt *) stmt)->dbname);
			break;
		case T_RenameStmt:
			if (((RenameStmt *) stmt)->renameType == OBJECT_DATABASE)
				clear_database(((RenameStmt *) stmt)->subname);
			break;
		default:
			break;
	}

	if (drops_extension)
		cartona_ui_close_gate();
	run_command(CARTONA_UTILITY_ARGS, drops_extension);

	/*
	 * The workers leave when their extension is gone; the launcher looks for
	 * databases anew.
	 */
	if (drops_extension)
	{
		cartona_shmem_wake_at_commit();
		cartona_shmem_wake_webhook_at_commit();
	}
	if (changes_databases)
		cartona_shmem_wake_launcher_at_commit();
}

void
cartona_hook_install(void)
{
	prev_process_utility = ProcessUtility_hook;
	ProcessUtility_hook = process_utility;
}
