/*-------------------------------------------------------------------------
 *
 * launcher.c
 *	  The static worker that keeps each database's workers running.
 *
 * It is connected to no database (shared catalogs only), so it holds up no
 * DROP DATABASE, and starts each database's worker as cartona.role or the
 * database's owner: a worker that connected as a superuser could not be
 * terminated by Odoo, which drops and duplicates databases.  Dynamic workers are
 * never restarted by the postmaster: after a crash its list and the shared
 * memory would disagree.  The launcher restarts them, with backoff.
 *
 * A listed database has a sync worker and, where cartona.webhook_port has a port
 * for it, a webhook worker, which waits for the first: that one has seen that the
 * extension is there.
 *
 * Neighbours: shmem.c holds the slots, sync.c and webhook.c are what it starts,
 * hook.c asks workers to leave and sets a slot's hold_until.
 * Transactions: one short one per look, on shared catalogs.
 * Memory: a context reset at each look.
 * Failure: an error ends it; the postmaster starts it again after 5 s.
 *
 * IDENTIFICATION
 *	  src/worker/launcher.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

#include "base/compat.h"
#include "base/settings.h"
#include "base/shmem.h"
#include "worker/launcher.h"

#define SAFETY_LOOK_MS (60 * 1000)
#define FIRST_BACKOFF_MS (5 * 1000)
#define LAST_BACKOFF_MS (60 * 1000)
#define LONG_RUN_MS (60 * 1000)
#define WOKEN_RESTART_MS 1000

/* What the launcher remembers of a slot; lost with it, and then found anew. */
typedef struct LauncherSlot
{
	BackgroundWorkerHandle *handle; /* NULL: not started by this launcher */
	TimestampTz started;
	TimestampTz not_before;
	int			backoff_ms;
	bool		wanted;
	bool		warned;
} LauncherSlot;

static LauncherSlot launcher_slots[CARTONA_MAX_SLOTS];

void
cartona_launcher_register(void)
{
	BackgroundWorker worker;

	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished; /* never on a standby */
	worker.bgw_restart_time = 5;
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "cartona_integration");
	snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "cartona_launcher_main");
	snprintf(worker.bgw_name, sizeof(worker.bgw_name), "cartona launcher");
	snprintf(worker.bgw_type, sizeof(worker.bgw_type), "cartona launcher");
	RegisterBackgroundWorker(&worker);
}

static void
launcher_exit(int code, Datum arg)
{
	pg_atomic_write_u32(&cartona_shared->launcher, 0);
}

/* The slot of a database's worker, a free one if it has none; NULL when all are taken. */
static CartonaSlot *
slot_for(Oid database, CartonaWorkerKind kind)
{
	CartonaSlot *slot = cartona_shmem_slot(database, kind);
	int			i;

	if (slot != NULL)
		return slot;
	LWLockAcquire(cartona_shared->lock, LW_EXCLUSIVE);
	for (i = 0; i < CARTONA_MAX_SLOTS && slot == NULL; i++)
	{
		CartonaSlot *candidate = &cartona_shared->slots[i];

		if (!OidIsValid(candidate->database) && candidate->pid == 0)
		{
			slot = candidate;
			slot->state = CARTONA_WORKER_ABSENT;
			slot->since = GetCurrentTimestamp();
			slot->report[0] = '\0';
			pg_atomic_write_u32(&slot->wake, 0);
			pg_atomic_write_u32(&slot->leave, 0);
			pg_atomic_write_u64(&slot->hold_until, 0);
			slot->kind = kind;
			pg_write_barrier();
			slot->database = database;
			memset(&launcher_slots[i], 0, sizeof(LauncherSlot));
		}
	}
	LWLockRelease(cartona_shared->lock);
	return slot;
}

/*
 * Is a database there and open, and who is its worker to be?  Without a database
 * of its own the launcher cannot rely on system indexes and caches: it scans
 * these two small shared catalogs, as the autovacuum launcher does.
 */
static bool
look_up_database(const char *name, Oid *database, Oid *owner)
{
	Relation	rel = table_open(DatabaseRelationId, AccessShareLock);
	TableScanDesc scan = table_beginscan_catalog(rel, 0, NULL);
	HeapTuple	tuple;
	bool		open = false;

	while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		Form_pg_database form = (Form_pg_database) GETSTRUCT(tuple);

		if (strcmp(NameStr(form->datname), name) != 0)
			continue;
		*database = form->oid;
		*owner = form->datdba;
		open = form->datallowconn && form->datconnlimit != -2;	/* -2: an interrupted
																 * DROP DATABASE */
	}
	table_endscan(scan);
	table_close(rel, AccessShareLock);
	return open;
}

/* The worker's role: cartona.role, by default the database's owner; false: there is none. */
static bool
look_up_role(Oid owner, Oid *role, char *role_name, bool *is_superuser)
{
	bool		by_name = cartona_guc_role != NULL && cartona_guc_role[0] != '\0';
	Relation	rel = table_open(AuthIdRelationId, AccessShareLock);
	TableScanDesc scan = table_beginscan_catalog(rel, 0, NULL);
	HeapTuple	tuple;
	bool		found = false;

	while ((tuple = heap_getnext(scan, ForwardScanDirection)) != NULL)
	{
		Form_pg_authid form = (Form_pg_authid) GETSTRUCT(tuple);

		if (by_name ? strcmp(NameStr(form->rolname), cartona_guc_role) != 0 : form->oid != owner)
			continue;
		*role = form->oid;
		*is_superuser = form->rolsuper;
		strlcpy(role_name, NameStr(form->rolname), NAMEDATALEN);
		found = true;
	}
	table_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

static void
start_worker(CartonaSlot *slot, LauncherSlot *mine, const char *database)
{
	const char *kind = cartona_shmem_kind_name(slot->kind);
	BackgroundWorker worker;
	MemoryContext old;
	bool		registered;

	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_notify_pid = MyProcPid;
	worker.bgw_main_arg = Int32GetDatum((int32) (slot - cartona_shared->slots));
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "cartona_integration");
	snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "cartona_%s_main", kind);
	snprintf(worker.bgw_name, sizeof(worker.bgw_name), "cartona %s %s", kind, database);
	snprintf(worker.bgw_type, sizeof(worker.bgw_type), "cartona %s", kind);

	if (mine->handle != NULL)
		pfree(mine->handle);
	mine->handle = NULL;
	old = MemoryContextSwitchTo(TopMemoryContext);
	registered = RegisterDynamicBackgroundWorker(&worker, &mine->handle);
	MemoryContextSwitchTo(old);

	mine->started = GetCurrentTimestamp();
	if (registered)
		return;
	mine->handle = NULL;
	mine->not_before = TimestampTzPlusMilliseconds(mine->started, FIRST_BACKOFF_MS);
	if (!mine->warned)
		ereport(WARNING,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("no free background worker slot for Cartona and database \"%s\"", database),
				 errhint("Raise max_worker_processes: three are needed per database besides the launcher.")));
	mine->warned = true;
	cartona_shmem_report(slot, CARTONA_WORKER_FAILED, "no free background worker slot: raise max_worker_processes");
}

/* Is the slot's worker there, or about to be? Notes the end of one that is not. */
static bool
is_running(CartonaSlot *slot, LauncherSlot *mine, TimestampTz now)
{
	pid_t		pid;
	int			slot_pid;

	LWLockAcquire(cartona_shared->lock, LW_SHARED);
	slot_pid = slot->pid;
	LWLockRelease(cartona_shared->lock);
	if (mine->handle == NULL)
		return slot_pid != 0;
	if (GetBackgroundWorkerPid(mine->handle, &pid) != BGWH_STOPPED)
		return true;

	pfree(mine->handle);
	mine->handle = NULL;
	if (TimestampDifferenceExceeds(mine->started, now, LONG_RUN_MS))
		mine->backoff_ms = FIRST_BACKOFF_MS;
	else
		mine->backoff_ms = Min(Max(mine->backoff_ms * 2, FIRST_BACKOFF_MS), LAST_BACKOFF_MS);
	mine->not_before = TimestampTzPlusMilliseconds(now, mine->backoff_ms);
	return slot_pid != 0;
}

/* When the slot's worker may be started. */
static TimestampTz
start_time(CartonaSlot *slot, LauncherSlot *mine)
{
	TimestampTz at = Max(mine->not_before, (TimestampTz) pg_atomic_read_u64(&slot->hold_until));
	CartonaWorkerState state;

	LWLockAcquire(cartona_shared->lock, LW_SHARED);
	state = slot->state;
	LWLockRelease(cartona_shared->lock);

	/*
	 * Without the extension, or Odoo, there is nothing to do: CREATE
	 * EXTENSION and attach() wake us.
	 */
	if (state == CARTONA_WORKER_NO_EXTENSION || state == CARTONA_WORKER_NO_ODOO)
	{
		if (pg_atomic_read_u32(&slot->wake) != 0)
			at = Max((TimestampTz) pg_atomic_read_u64(&slot->hold_until),
					 TimestampTzPlusMilliseconds(mine->started, WOKEN_RESTART_MS));
		else
			at = Max(at, TimestampTzPlusMilliseconds(mine->started, LAST_BACKOFF_MS));
	}
	return at;
}

/* Is the sync worker of a database at work? */
static bool
sync_runs(Oid database)
{
	CartonaSlot *slot = cartona_shmem_slot(database, CARTONA_KIND_SYNC);
	bool		runs;

	if (slot == NULL)
		return false;
	LWLockAcquire(cartona_shared->lock, LW_SHARED);
	runs = slot->state == CARTONA_WORKER_RUNNING;
	LWLockRelease(cartona_shared->lock);
	return runs;
}

/* One worker of one database of the list; returns when to look at it again. */
static TimestampTz
look_after(const char *name, CartonaWorkerKind kind, TimestampTz now)
{
	TimestampTz later = TimestampTzPlusMilliseconds(now, SAFETY_LOOK_MS);
	TimestampTz at;
	Oid			database = InvalidOid;
	Oid			owner = InvalidOid;
	Oid			role = InvalidOid;
	char		role_name[NAMEDATALEN];
	bool		is_superuser = false;
	CartonaSlot *slot;
	LauncherSlot *mine;

	if (!look_up_database(name, &database, &owner))
		return later;
	slot = slot_for(database, kind);
	if (slot == NULL)
	{
		ereport(WARNING,
				(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
				 errmsg("cartona.databases names more than %d databases", CARTONA_MAX_DATABASES)));
		return later;
	}
	mine = &launcher_slots[slot - cartona_shared->slots];
	mine->wanted = true;
	if (is_running(slot, mine, now))
		return later;
	if (kind == CARTONA_KIND_WEBHOOK && !sync_runs(database))
		return later;
	if (!look_up_role(owner, &role, role_name, &is_superuser))
	{
		cartona_shmem_report(slot, CARTONA_WORKER_FAILED, "the role of cartona.role does not exist");
		return later;
	}
	at = start_time(slot, mine);
	if (at > now)
		return Min(at, later);

	LWLockAcquire(cartona_shared->lock, LW_EXCLUSIVE);
	slot->role = role;
	LWLockRelease(cartona_shared->lock);
	if (is_superuser && kind == CARTONA_KIND_SYNC && !mine->warned)
	{
		ereport(WARNING,
				(errmsg("the Cartona worker of database \"%s\" runs as superuser \"%s\"", name, role_name),
				 errhint("Let Odoo's database be owned by a role of its own that is no superuser.")));
		mine->warned = true;
	}
	pg_atomic_write_u32(&slot->leave, 0);
	start_worker(slot, mine, name);
	return later;
}

/* Databases no longer listed: their workers leave. */
static void
dismiss_unwanted(void)
{
	int			i;

	for (i = 0; i < CARTONA_MAX_SLOTS; i++)
	{
		CartonaSlot *slot = &cartona_shared->slots[i];

		if (!OidIsValid(slot->database) || launcher_slots[i].wanted)
			continue;
		if (slot->pid != 0)
		{
			pg_atomic_write_u32(&slot->leave, 1);
			cartona_shmem_wake(&slot->proc);
		}
		else if (!is_running(slot, &launcher_slots[i], GetCurrentTimestamp()))
		{
			LWLockAcquire(cartona_shared->lock, LW_EXCLUSIVE);
			slot->database = InvalidOid;
			LWLockRelease(cartona_shared->lock);
		}
	}
}

/* Look at every database; returns when the next look is due. */
static TimestampTz
look(void)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz next = TimestampTzPlusMilliseconds(now, SAFETY_LOOK_MS);
	char	   *list = pstrdup(cartona_guc_databases ? cartona_guc_databases : "");
	List	   *names = NIL;
	ListCell   *lc;
	int			i;

	for (i = 0; i < CARTONA_MAX_SLOTS; i++)
		launcher_slots[i].wanted = false;
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	if (SplitGUCList(list, ',', &names))
	{
		foreach(lc, names)
		{
			const char *name = (const char *) lfirst(lc);

			TimestampTz at = look_after(name, CARTONA_KIND_SYNC, now);

			next = Min(next, at);
			if (cartona_settings_webhook_port(name) == 0)
				continue;
			at = look_after(name, CARTONA_KIND_WEBHOOK, now);
			next = Min(next, at);
		}
	}
	dismiss_unwanted();
	CommitTransactionCommand();
	return next;
}

void
cartona_launcher_main(Datum arg)
{
	MemoryContext scratch;

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);

	pg_atomic_write_u32(&cartona_shared->launcher, (uint32) cartona_my_proc_number() + 1);
	on_shmem_exit(launcher_exit, (Datum) 0);
	scratch = AllocSetContextCreate(TopMemoryContext, "cartona launcher", ALLOCSET_DEFAULT_SIZES);

	for (;;)
	{
		TimestampTz next;

		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}
		MemoryContextSwitchTo(scratch);
		next = look();
		MemoryContextSwitchTo(TopMemoryContext);
		MemoryContextReset(scratch);
		pgstat_report_activity(STATE_IDLE, NULL);

		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
						 Max(TimestampDifferenceMilliseconds(GetCurrentTimestamp(), next), 10),
						 PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
	}
}
