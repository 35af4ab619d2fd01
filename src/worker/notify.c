/*-------------------------------------------------------------------------
 *
 * notify.c
 *	  Tell Odoo's cron that there is work for it in this database.
 *
 * Odoo 15 and later listens on channel "cron_trigger" while connected to the
 * database "postgres", and a notification reaches only listeners of the
 * database it was sent in.  The sync worker is connected to Odoo's database, so
 * a background worker of a moment connects to "postgres", with the same role,
 * sends it and ends.
 *
 * Neighbours: stages.c asks for it after task.c found that Odoo must be told.
 * Transactions: the sender's own, one.
 * Memory: the handle of the last sender, in TopMemoryContext.
 * Failure: where there is no database "postgres", no right to connect to it or
 * no free worker slot, nothing is sent: Odoo looks every minute by itself.  A
 * sender that cannot connect says so in the server's log; it counts its success
 * in the slot, and without one the next is not sent so soon.
 *
 * IDENTIFICATION
 *	  src/worker/notify.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/async.h"
#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "tcop/tcopprot.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "base/shmem.h"
#include "worker/notify.h"

#define ODOO_DATABASE "postgres"
#define ODOO_CHANNEL "cron_trigger"
#define INTERVAL_MS 1000
#define LONGEST_PAUSE_MS (5 * 60 * 1000)

/* What the sender must know; travels in bgw_extra. */
typedef struct Errand
{
	Oid			database;		/* to connect to */
	Oid			role;
	Oid			home;			/* Odoo's database */
	char		payload[NAMEDATALEN];	/* the name of Odoo's database */
} Errand;

StaticAssertDecl(sizeof(Errand) <= BGW_EXTRALEN, "an errand does not fit into bgw_extra");

static bool wanted = false;
static int	failures = 0;		/* in a row */
static uint32 notified_before = 0;
static TimestampTz not_before = 0;
static BackgroundWorkerHandle *sender = NULL;

void
cartona_notify_want(void)
{
	wanted = true;
}

/* Each failure in a row doubles the pause. */
static void
judge_sender(void)
{
	CartonaSlot *slot = cartona_shmem_slot(MyDatabaseId, CARTONA_KIND_SYNC);

	if (slot == NULL || pg_atomic_read_u32(&slot->notified) != notified_before)
		failures = 0;
	else
	{
		failures++;
		not_before = TimestampTzPlusMilliseconds(GetCurrentTimestamp(),
												 Min(INTERVAL_MS << Min(failures, 16), LONGEST_PAUSE_MS));
	}
}

static bool
is_on_its_way(void)
{
	pid_t		pid;

	if (sender == NULL)
		return false;
	if (GetBackgroundWorkerPid(sender, &pid) != BGWH_STOPPED)
		return true;
	pfree(sender);
	sender = NULL;
	judge_sender();
	return false;
}

static void
send_one(const Errand *errand)
{
	BackgroundWorker worker;
	MemoryContext old;

	memset(&worker, 0, sizeof(worker));
	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	worker.bgw_notify_pid = MyProcPid;
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "cartona_integration");
	snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "cartona_notify_main");
	snprintf(worker.bgw_name, sizeof(worker.bgw_name), "cartona notify %s", errand->payload);
	snprintf(worker.bgw_type, sizeof(worker.bgw_type), "cartona notify");
	memcpy(worker.bgw_extra, errand, sizeof(*errand));

	old = MemoryContextSwitchTo(TopMemoryContext);
	if (!RegisterDynamicBackgroundWorker(&worker, &sender))
		sender = NULL;
	MemoryContextSwitchTo(old);
}

void
cartona_notify_send(void)
{
	TimestampTz now = GetCurrentTimestamp();
	CartonaSlot *slot = cartona_shmem_slot(MyDatabaseId, CARTONA_KIND_SYNC);
	Errand		errand;

	if (!wanted || slot == NULL || is_on_its_way() || now < not_before)
		return;
	wanted = false;
	not_before = TimestampTzPlusMilliseconds(now, INTERVAL_MS);

	memset(&errand, 0, sizeof(errand));
	errand.database = get_database_oid(ODOO_DATABASE, true);
	errand.role = GetUserId();
	errand.home = MyDatabaseId;
	notified_before = pg_atomic_read_u32(&slot->notified);
	strlcpy(errand.payload, get_database_name(MyDatabaseId), sizeof(errand.payload));
	if (OidIsValid(errand.database) && cartona_may_connect(errand.database, errand.role))
		send_one(&errand);
}

TimestampTz
cartona_notify_next_due(void)
{
	/* The end of a sender sets the latch. */
	if (!wanted || is_on_its_way())
		return PG_INT64_MAX;
	return not_before;
}

void
cartona_notify_main(Datum arg)
{
	Errand		errand;
	CartonaSlot *slot;

	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	memcpy(&errand, MyBgworkerEntry->bgw_extra, sizeof(errand));
	BackgroundWorkerInitializeConnectionByOid(errand.database, errand.role, 0);
	SetCurrentStatementStartTimestamp();
	StartTransactionCommand();
	Async_Notify(ODOO_CHANNEL, errand.payload);
	CommitTransactionCommand();
	slot = cartona_shmem_slot(errand.home, CARTONA_KIND_SYNC);
	if (slot != NULL)
		pg_atomic_fetch_add_u32(&slot->notified, 1);
}
