/*-------------------------------------------------------------------------
 *
 * shmem.c
 *	  Shared memory: one slot per database and kind of worker, and the wake-up
 *	  at commit.
 *
 * Neighbours: launcher.c fills slots, sync.c and webhook.c live in them, hook.c asks
 * workers to leave, every backend that writes the outbox wakes its worker.
 * Transactions: the commit callback runs after the transaction is visible to
 * others and must not throw, allocate or take a lock: atomics and SetLatch only.
 * Memory: fixed size, plain data.  A slot's database outlives its worker.
 * Failure: without preloading there is no shared memory and nothing to wake.
 *
 * IDENTIFICATION
 *	  src/base/shmem.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/shmem.h"

PG_FUNCTION_INFO_V1(cartona_sql_wake);

CartonaShared *cartona_shared = NULL;

#ifdef CARTONA_HAVE_SHMEM_REQUEST_HOOK
static shmem_request_hook_type prev_shmem_request_hook = NULL;
#endif
static shmem_startup_hook_type prev_shmem_startup_hook = NULL;

static bool wake_pending = false;
static bool wake_webhook_pending = false;
static bool wake_launcher_pending = false;
static bool wake_registered = false;

static void
shmem_request(void)
{
#ifdef CARTONA_HAVE_SHMEM_REQUEST_HOOK
	if (prev_shmem_request_hook)
		prev_shmem_request_hook();
#endif
	RequestAddinShmemSpace(MAXALIGN(sizeof(CartonaShared)));
	RequestNamedLWLockTranche("cartona", 1);
}

static void
shmem_startup(void)
{
	bool		found;

	if (prev_shmem_startup_hook)
		prev_shmem_startup_hook();

	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	cartona_shared = ShmemInitStruct("cartona", sizeof(CartonaShared), &found);
	if (!found)
	{
		int			i;

		memset(cartona_shared, 0, sizeof(CartonaShared));
		cartona_shared->lock = &(GetNamedLWLockTranche("cartona"))->lock;
		pg_atomic_init_u32(&cartona_shared->launcher, 0);
		for (i = 0; i < CARTONA_MAX_SLOTS; i++)
		{
			CartonaSlot *slot = &cartona_shared->slots[i];

			pg_atomic_init_u32(&slot->proc, 0);
			pg_atomic_init_u32(&slot->wake, 0);
			pg_atomic_init_u32(&slot->leave, 0);
			pg_atomic_init_u64(&slot->hold_until, 0);
			pg_atomic_init_u32(&slot->notified, 0);
		}
	}
	LWLockRelease(AddinShmemInitLock);
}

void
cartona_shmem_install(void)
{
#ifdef CARTONA_HAVE_SHMEM_REQUEST_HOOK
	prev_shmem_request_hook = shmem_request_hook;
	shmem_request_hook = shmem_request;
#else
	shmem_request();
#endif
	prev_shmem_startup_hook = shmem_startup_hook;
	shmem_startup_hook = shmem_startup;
}

const char *
cartona_shmem_kind_name(CartonaWorkerKind kind)
{
	return kind == CARTONA_KIND_WEBHOOK ? "webhook" : "sync";
}

CartonaSlot *
cartona_shmem_slot(Oid database, CartonaWorkerKind kind)
{
	int			i;

	if (cartona_shared == NULL || !OidIsValid(database))
		return NULL;
	for (i = 0; i < CARTONA_MAX_SLOTS; i++)
	{
		CartonaSlot *slot = &cartona_shared->slots[i];

		if (slot->database == database && slot->kind == kind)
			return slot;
	}
	return NULL;
}

void
cartona_shmem_wake(pg_atomic_uint32 *proc)
{
	uint32		number = pg_atomic_read_u32(proc);

	/* A PGPROC used by somebody else by now only wakes up once for nothing. */
	if (number > 0 && number <= ProcGlobal->allProcCount)
		SetLatch(&ProcGlobal->allProcs[number - 1].procLatch);
}

/* Tell this database's worker of that kind that something was committed for it; false: it is not there. */
static bool
wake_worker(CartonaWorkerKind kind)
{
	CartonaSlot *slot = cartona_shmem_slot(MyDatabaseId, kind);

	if (slot == NULL)
		return false;
	pg_atomic_write_u32(&slot->wake, 1);
	pg_memory_barrier();
	cartona_shmem_wake(&slot->proc);
	return pg_atomic_read_u32(&slot->proc) != 0;
}

static void
xact_callback(XactEvent event, void *arg)
{
	if (!wake_pending && !wake_webhook_pending && !wake_launcher_pending)
		return;

	switch (event)
	{
		case XACT_EVENT_COMMIT:

			/*
			 * Without a worker it is the launcher's to see whether there
			 * should be one.
			 */
			if (wake_pending && !wake_worker(CARTONA_KIND_SYNC))
				wake_launcher_pending = true;
			if (wake_webhook_pending)
				(void) wake_worker(CARTONA_KIND_WEBHOOK);
			if (wake_launcher_pending)
				cartona_shmem_wake(&cartona_shared->launcher);
			wake_pending = wake_webhook_pending = wake_launcher_pending = false;
			break;
		case XACT_EVENT_ABORT:
		case XACT_EVENT_PREPARE:	/* the safety look finds it after COMMIT
									 * PREPARED */
			wake_pending = wake_webhook_pending = wake_launcher_pending = false;
			break;
		default:
			break;
	}
}

static void
ask_for_callback(void)
{
	if (!wake_registered)
	{
		RegisterXactCallback(xact_callback, NULL);
		wake_registered = true;
	}
}

void
cartona_shmem_wake_at_commit(void)
{
	if (cartona_shared == NULL || wake_pending)
		return;
	ask_for_callback();
	wake_pending = true;
}

void
cartona_shmem_wake_webhook_at_commit(void)
{
	if (cartona_shared == NULL || wake_webhook_pending)
		return;
	ask_for_callback();
	wake_webhook_pending = true;
}

void
cartona_shmem_wake_launcher_at_commit(void)
{
	if (cartona_shared == NULL)
		return;
	ask_for_callback();
	wake_launcher_pending = true;
}

void
cartona_shmem_report(CartonaSlot *slot, CartonaWorkerState state, const char *report)
{
	bool		changed;

	LWLockAcquire(cartona_shared->lock, LW_EXCLUSIVE);
	changed = slot->state != state;
	if (changed)
		slot->since = GetCurrentTimestamp();
	slot->state = state;
	strlcpy(slot->report, report ? report : "", sizeof(slot->report));
	LWLockRelease(cartona_shared->lock);
	if (changed && state == CARTONA_WORKER_RUNNING)
		cartona_shmem_wake(&cartona_shared->launcher);
}

/* cartona._wake(), cartona._wake_trigger() */
Datum
cartona_sql_wake(PG_FUNCTION_ARGS)
{
	cartona_shmem_wake_at_commit();
	if (CALLED_AS_TRIGGER(fcinfo))
		return PointerGetDatum(NULL);
	PG_RETURN_VOID();
}
