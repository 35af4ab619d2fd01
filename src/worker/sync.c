/*-------------------------------------------------------------------------
 *
 * sync.c
 *	  The sync worker of one database: everything that goes out and comes in.
 *
 * One thread, one wait: the latch, the postmaster's death and the HTTP client's
 * one descriptor.  A pass takes answers, drains the outbox, starts what is due
 * and works out when the next thing is; nothing is asked of the database while
 * nothing happens, but for one safety look a minute.
 *
 * Neighbours: launcher.c starts it, session.c is its session, stages.c what it does,
 * answers.c what came back.
 * Transactions: the stages' own, short; none while waiting.
 * Memory: TopMemoryContext holds the client and the transfers in flight; a pass has
 * a context of its own.
 * Failure: an error in one stage is reported, and that stage alone pauses; an
 * error anywhere else ends the worker, the launcher starts another, which takes
 * over all leases.
 *
 * IDENTIFICATION
 *	  src/worker/sync.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/xact.h"
#include "http/client.h"
#include "pull/pull.h"
#include "push/push.h"
#include "worker/answers.h"
#include "worker/launcher.h"
#include "worker/notify.h"
#include "worker/session.h"
#include "worker/stages.h"

#define SAFETY_LOOK_MS (60 * 1000)
#define FIRST_PAUSE_MS 1000
#define LAST_PAUSE_MS (5 * 60 * 1000)
#define AGAIN_MS 1000

static CartonaSlot *slot = NULL;
static CartonaHttp *http = NULL;
static MemoryContext pass_context = NULL;

static TimestampTz safety_due = 0;
static bool doubt_extension = false;	/* an error may mean that it was
										 * dropped */

/*
 * Run a stage unless it pauses after an error.  An error is logged, shown in
 * cartona.status, and pauses this stage only, longer each time.
 */
static void
run_stage(CartonaStageName name)
{
	CartonaStage *stage = &cartona_stages[name];
	MemoryContext here = CurrentMemoryContext;

	if (stage->paused_until > GetCurrentTimestamp())
		return;
	PG_TRY();
	{
		stage->work();
		if (stage->failures > 0)
			cartona_shmem_report(slot, CARTONA_WORKER_RUNNING, NULL);
		stage->failures = 0;
		stage->paused_until = 0;
	}
	PG_CATCH();
	{
		ErrorData  *error;
		int			pause_ms;

		MemoryContextSwitchTo(here);
		error = CopyErrorData();
		FlushErrorState();
		cartona_xact_abort();
		MemoryContextSwitchTo(here);
		pause_ms = Min(FIRST_PAUSE_MS << Min(stage->failures, 16), LAST_PAUSE_MS);
		stage->failures++;

		/*
		 * Perhaps the extension was dropped, or made anew and must be
		 * attached.
		 */
		doubt_extension = true;
		safety_due = Min(safety_due, stage->paused_until);
		stage->paused_until = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), pause_ms);
		ereport(LOG,
				(errmsg("Cartona worker: %s failed: %s", stage->name, error->message),
				 error->detail ? errdetail_internal("%s", error->detail) : 0,
				 error->context ? errcontext("%s", error->context) : 0,
				 errhint("It is tried again in %d s.", pause_ms / 1000)));
		cartona_shmem_report(slot, CARTONA_WORKER_RUNNING, psprintf("%s failed: %s", stage->name, error->message));
		FreeErrorData(error);
	}
	PG_END_TRY();
}

/* Once a minute, whatever was said. */
static void
safety_look(TimestampTz now)
{
	safety_due = TimestampTzPlusMilliseconds(now, SAFETY_LOOK_MS);
	run_stage(CARTONA_STAGE_ATTACH);
	run_stage(CARTONA_STAGE_START);
	if (cartona_agenda.started)
		run_stage(CARTONA_STAGE_EXPIRE);
	cartona_agenda.expired = cartona_agenda.compare_screens = true;
}

/* What came back, and order statuses out: a clerk's click is at Cartona within milliseconds. */
static void
statuses(void)
{
	cartona_answers_collect();
	run_stage(CARTONA_STAGE_SETTLE);
	if (cartona_agenda.outbox)
	{
		cartona_agenda.products = true;
		run_stage(CARTONA_STAGE_DRAIN_ORDERS);
		cartona_agenda.outbox = cartona_stages[CARTONA_STAGE_DRAIN_ORDERS].failures > 0;
	}
	if (cartona_agenda.deliveries)
		run_stage(CARTONA_STAGE_ORDERS);
	if (cartona_agenda.accounts)
	{
		cartona_agenda.accounts = false;
		run_stage(CARTONA_STAGE_ACCOUNTS);
		cartona_agenda.accounts = cartona_agenda.accounts || cartona_stages[CARTONA_STAGE_ACCOUNTS].failures > 0;
		/* An account that has just begun to work, or works again. */
		run_stage(CARTONA_STAGE_ORDERS);
	}
}

/* One pass over everything that has a reason to be looked at. */
static void
pass(void)
{
	TimestampTz now = GetCurrentTimestamp();
	bool		safety = now >= safety_due;

	if (pg_atomic_exchange_u32(&slot->wake, 0) != 0 || safety)
		cartona_agenda.accounts = cartona_agenda.outbox = cartona_agenda.inbox =
			cartona_agenda.events = cartona_agenda.tasks = cartona_agenda.screens = true;
	if (!cartona_agenda.started)
		safety = true;
	if (safety || doubt_extension)
	{
		doubt_extension = false;
		cartona_session_check_extension();
	}
	if (safety)
		safety_look(now);
	if (!cartona_agenda.started)
		return;
	if (now >= cartona_agenda.deliveries_due)
		cartona_agenda.deliveries = true;
	if (now >= cartona_agenda.inbox_due)
		cartona_agenda.inbox = true;

	statuses();
	run_stage(CARTONA_STAGE_FULL);

	if (cartona_agenda.products && cartona_stage_products_due() <= GetCurrentTimestamp())
	{
		run_stage(CARTONA_STAGE_DRAIN_PRODUCTS);
		cartona_agenda.products = cartona_stages[CARTONA_STAGE_DRAIN_PRODUCTS].failures > 0;
	}
	if (cartona_agenda.inbox)
		run_stage(CARTONA_STAGE_APPLY);
	run_stage(CARTONA_STAGE_EVENT);
	run_stage(CARTONA_STAGE_TASK);
	run_stage(CARTONA_STAGE_PULL);
	if (cartona_agenda.deliveries)
	{
		cartona_agenda.deliveries = false;
		run_stage(CARTONA_STAGE_ACKS);
		run_stage(CARTONA_STAGE_PRODUCTS);
		run_stage(CARTONA_STAGE_DUE);
	}
	if (cartona_agenda.screens || cartona_agenda.compare_screens || now >= cartona_agenda.screens_due)
		run_stage(CARTONA_STAGE_SCREENS);
}

/* Does a stage pause after an error? */
static bool
any_stage_pauses(TimestampTz now)
{
	int			i;

	for (i = 0; i < CARTONA_STAGES; i++)
	{
		if (cartona_stages[i].paused_until > now)
			return true;
	}
	return false;
}

/* Milliseconds until something is due by the clock. */
static long
time_to_sleep(void)
{
	TimestampTz next = safety_due;
	TimestampTz now = GetCurrentTimestamp();
	CartonaTraffic *traffic;
	int			i;

	/*
	 * Sending drives the client too, and the descriptor does not tell what
	 * that finished.
	 */
	cartona_answers_collect();
	next = Min(next, cartona_agenda.deliveries_due);
	if (!cartona_agenda.inbox || cartona_agenda.inbox_due > now)
		next = Min(next, cartona_agenda.inbox_due);
	next = Min(next, Min(cartona_agenda.events_due, Min(cartona_agenda.tasks_due, cartona_notify_next_due())));
	next = Min(next, cartona_agenda.screens_due);
	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
	{
		next = Min(next, cartona_pull_next_due(traffic));
		if (traffic->account != NULL)
			next = Min(next, traffic->account->next_full_sync);
	}
	if (cartona_agenda.products)
		next = Min(next, cartona_stage_products_due());
	if (!cartona_agenda.started || cartona_agenda.outbox || cartona_agenda.accounts || cartona_agenda.inbox_more || cartona_answers_waiting())
		next = now;
	/* What a pausing stage left undone is looked at again, but not at once. */
	if (next <= now && any_stage_pauses(now))
		next = TimestampTzPlusMilliseconds(now, AGAIN_MS);
	return Max(TimestampDifferenceMilliseconds(now, next), 0);
}

void
cartona_sync_main(Datum arg)
{
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	slot = cartona_session_start(DatumGetInt32(arg));

	http = cartona_http_create(TopMemoryContext);
	cartona_traffic_start(TopMemoryContext, http);
	cartona_answers_start(TopMemoryContext, http);
	cartona_stages_start(http);
	pass_context = AllocSetContextCreate(TopMemoryContext, "cartona pass", ALLOCSET_DEFAULT_SIZES);
	cartona_shmem_report(slot, CARTONA_WORKER_RUNNING, NULL);

	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}
		if (pg_atomic_read_u32(&slot->leave) != 0)
			proc_exit(0);

		MemoryContextSwitchTo(pass_context);
		pass();
		MemoryContextSwitchTo(TopMemoryContext);
		MemoryContextReset(pass_context);

		(void) WaitLatchOrSocket(MyLatch,
								 WL_LATCH_SET | WL_SOCKET_READABLE | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
								 cartona_http_fd(http), time_to_sleep(), PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
	}
}
