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
 * Neighbours: launcher.c starts it, session.c is its session, answers.c what came
 * back; push, pull and apply do the work.
 * Transactions: the stages' own, short; none while waiting.
 * Memory: TopMemoryContext holds the client, the accounts (reloaded as a whole
 * into their own context) and the transfers in flight; a pass has a context of
 * its own.
 * Failure: an error in one stage is reported, and that stage alone pauses; an
 * error anywhere else ends the worker, the launcher starts another, which takes
 * over all leases.
 *
 * IDENTIFICATION
 *	  src/worker/sync.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "apply/apply.h"
#include "apply/event.h"
#include "apply/task.h"
#include "base/compat.h"
#include "base/spi.h"
#include "base/xact.h"
#include "config/account.h"
#include "http/client.h"
#include "inbox/keep.h"
#include "monitor/log.h"
#include "odoo/attach.h"
#include "outbox/delivery.h"
#include "pull/pull.h"
#include "push/push.h"
#include "ui/ui.h"
#include "worker/answers.h"
#include "worker/launcher.h"
#include "worker/notify.h"
#include "worker/session.h"

#define SAFETY_LOOK_MS (60 * 1000)
#define FIRST_PAUSE_MS 1000
#define LAST_PAUSE_MS (5 * 60 * 1000)
#define AGAIN_MS 1000

/*
 * During an import captured products are looked at this often, and less where
 * that takes so long that it would be more than one part in ten of the work.
 */
#define PRODUCTS_WAIT_MS 1000
#define PRODUCTS_PARTS 10

/* A part of the work that may fail without stopping the others. */
typedef struct Stage
{
	const char *name;
	void		(*work) (void);
	int			failures;
	TimestampTz paused_until;
} Stage;

static Stage settle_stage;

static CartonaSlot *slot = NULL;
static CartonaHttp *http = NULL;
static MemoryContext pass_context = NULL;
static MemoryContext accounts_context = NULL;

static bool started = false;
static bool doubt_extension = false;	/* an error may mean that it was
										 * dropped */

/* What this pass must look at; set by a wake-up, an answer or the clock. */
static bool look_at_accounts = true;
static bool look_at_outbox = true;
static bool look_at_products = true;
static bool look_at_deliveries = true;
static bool look_at_inbox = true;
static bool inbox_more = false;
static bool look_at_expired = false;
static bool look_at_events = true;
static bool look_at_tasks = true;
static bool look_at_screens = true;
static bool compare_screens = true;
static TimestampTz safety_due = 0;
static TimestampTz deliveries_due = 0;
static TimestampTz inbox_due = 0;
static TimestampTz products_rest_until = 0;
static TimestampTz events_due = 0;
static TimestampTz tasks_due = 0;
static TimestampTz screens_due = PG_INT64_MAX;

/* Put what is missing on Odoo's tables, one transaction each. */
static void
attach_work(void)
{
	CartonaAttachState state;
	bool		complete;
	int			i;

	cartona_xact_begin("looking at Odoo's tables");
	cartona_session_check_role();
	state = cartona_attach_state();
	complete = state == CARTONA_ATTACHED && !cartona_attach_needs_bridge();
	cartona_xact_commit();
	if (complete || state == CARTONA_NO_ODOO || state == CARTONA_DETACHED)
		return;
	for (i = 0; i < cartona_attach_steps(); i++)
	{
		cartona_xact_begin("attaching to Odoo's tables");

		/*
		 * Who waits for an exclusive lock lets everybody else wait behind
		 * him.
		 */
		(void) set_config_option("lock_timeout", "300ms", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
		cartona_attach_step(i);
		cartona_xact_commit();
		CHECK_FOR_INTERRUPTS();
	}
	ereport(LOG, (errmsg("cartona_integration is attached to Odoo's tables")));
}

/* Once, when Odoo is there: a copy says that it is one; leases of a predecessor are taken over. */
static void
start_work(void)
{
	if (started)
		return;
	cartona_xact_begin("taking over leases");
	if (cartona_spi_run("SELECT a.name FROM cartona.account a, cartona._identity() h"
						" WHERE a.active AND (a.bound_system, a.bound_database) IS DISTINCT FROM (h.system_identifier, h.database_oid)",
						0, NULL, NULL, NULL) > 0)
		ereport(WARNING,
				(errmsg("this database is a copy: its Cartona account \"%s\" is stopped",
						cartona_spi_text(0, 1, CurrentMemoryContext)),
				 errhint("Only where the original is gone: set the token and call cartona.enable().")));
	cartona_claim_take_over();
	/* This worker has not failed yet. */
	cartona_spi_run("UPDATE cartona.account_state SET outage_since = NULL, next_try_at = NULL WHERE next_try_at IS NOT NULL",
					0, NULL, NULL, NULL);
	cartona_xact_commit();
	started = true;
}

/* Read the accounts anew, and start the checks that were asked for. */
static void
accounts_work(void)
{
	MemoryContext fresh = AllocSetContextCreate(CurrentMemoryContext, "cartona accounts", ALLOCSET_DEFAULT_SIZES);
	CartonaAccount *accounts;
	CartonaAccount *checks;
	int			naccounts;
	int			nchecks;
	const char *silence;
	int			i;

	cartona_xact_begin("reading the accounts");
	naccounts = cartona_account_load(fresh, &accounts);
	nchecks = cartona_account_load_checks(fresh, &checks);
	silence = nchecks > 0 ? cartona_account_silence() : NULL;
	for (i = 0; i < nchecks; i++)
	{
		const char *why = NULL;

		if (silence != NULL)
			cartona_check_record(checks[i].id, silence);
		else if (checks[i].token == NULL)
			cartona_check_record(checks[i].id, "no token is set: cartona.set_token()");
		else if (checks[i].api_url == NULL || !cartona_api_url_ok(checks[i].api_url, &why))
			cartona_check_record(checks[i].id, why ? why : "the URL is missing");
		else
			cartona_check_record(checks[i].id, "asking Cartona");
	}
	cartona_xact_commit();

	cartona_traffic_accounts(accounts, naccounts);
	if (accounts_context != NULL)
		MemoryContextDelete(accounts_context);
	accounts_context = fresh;
	MemoryContextSetParent(fresh, TopMemoryContext);
	for (i = 0; i < nchecks; i++)
	{
		const char *why;

		if (silence == NULL && checks[i].token != NULL && checks[i].api_url != NULL && cartona_api_url_ok(checks[i].api_url, &why))
			cartona_check_start(cartona_traffic_of(checks[i].id), &checks[i]);
	}
	look_at_deliveries = true;
}

/* Captured rows into deliveries, all there are. */
static bool
drain(int (*part) (void))
{
	bool		any = false;
	int			n;

	do
	{
		cartona_xact_begin("draining the outbox");
		n = part();
		cartona_xact_commit();
		any = any || n > 0;
		CHECK_FOR_INTERRUPTS();
	} while (n > 0);
	return any;
}

static void
drain_orders_work(void)
{
	(void) drain(cartona_drain_orders);
	look_at_deliveries = true;
}

/* Something was done about products from "start" until now. */
static void
products_took(TimestampTz start)
{
	TimestampTz now = GetCurrentTimestamp();
	int64		rest_ms = Max(PRODUCTS_WAIT_MS, TimestampDifferenceMilliseconds(start, now) * (PRODUCTS_PARTS - 1));

	products_rest_until = Max(products_rest_until, TimestampTzPlusMilliseconds(now, rest_ms));
}

static void
drain_products_work(void)
{
	TimestampTz start = GetCurrentTimestamp();

	if (drain(cartona_drain_products))
		look_at_accounts = true;	/* a request may have been for an account */
	look_at_deliveries = true;
	products_took(start);
}

/* The daily full sync of the accounts that are due for it. */
static void
full_work(void)
{
	CartonaTraffic *traffic;
	int			i;

	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
	{
		Oid			types[1] = {INT4OID};
		Datum		values[1];

		if (traffic->account == NULL || traffic->account->next_full_sync > GetCurrentTimestamp())
			continue;
		values[0] = Int32GetDatum(traffic->account_id);
		cartona_xact_begin("daily full sync");
		cartona_spi_run("INSERT INTO cartona.outbox (kind, subject) VALUES ('full', $1)", 1, types, values, NULL);
		cartona_spi_run("UPDATE cartona.account_state SET last_full_sync = now() WHERE account_id = $1", 1, types, values, NULL);
		cartona_xact_commit();
		look_at_accounts = true;
		look_at_outbox = true;
	}
}

static void
orders_work(void)
{
	CartonaTraffic *traffic;
	int			i;

	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
	{
		while (cartona_push_orders(traffic))
			CHECK_FOR_INTERRUPTS();
	}
	/* Onto the wire before anything else is looked at. */
	cartona_http_drive(http);
}

static void
acks_work(void)
{
	CartonaTraffic *traffic;
	int			i;

	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
	{
		while (cartona_push_acks(traffic))
			CHECK_FOR_INTERRUPTS();
	}
}

static void
products_work(void)
{
	TimestampTz start = GetCurrentTimestamp();
	CartonaTraffic *traffic;
	int			i;

	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
	{
		while (cartona_push_products(traffic))
			CHECK_FOR_INTERRUPTS();
	}
	if (TimestampDifferenceMilliseconds(start, GetCurrentTimestamp()) > PRODUCTS_WAIT_MS / PRODUCTS_PARTS)
		products_took(start);
}

static void
pull_work(void)
{
	CartonaTraffic *traffic;
	int			i;

	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
		cartona_pull_start(traffic);
}

/* Is an account's pull bringing orders? */
static bool
any_pull(void)
{
	CartonaTraffic *traffic;
	int			i;

	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
		if (traffic->pulling)
			return true;
	return false;
}

/* When captured products may be looked at: each batch of a long import concerns the same ones. */
static TimestampTz
products_due(void)
{
	return inbox_more || any_pull() ? products_rest_until : 0;
}

/* Import what is due, also while a pull is bringing more. */
static void
apply_work(void)
{
	/* One transaction a pass: a long import must not keep statuses waiting. */
	inbox_more = cartona_apply_due() > 0;
	if (inbox_more)
	{
		look_at_outbox = true;
		return;
	}
	look_at_inbox = false;
	cartona_xact_begin("looking for the next import");
	inbox_due = cartona_apply_next_due();
	cartona_xact_commit();
}

/*
 * What only Odoo can do: tell it when something is due.  The trigger must be
 * committed before Odoo is woken for it.
 */
static void
task_work(void)
{
	if (look_at_tasks || tasks_due <= GetCurrentTimestamp())
	{
		cartona_xact_begin("looking at Odoo's tasks");
		if (cartona_task_look(&tasks_due))
			cartona_notify_want();
		cartona_xact_commit();
		look_at_tasks = false;
	}
	if (cartona_notify_next_due() <= GetCurrentTimestamp())
	{
		cartona_xact_begin("waking Odoo");
		cartona_notify_send();
		cartona_xact_commit();
	}
}

/* Events that came before their order, or while a clerk had it. */
static void
event_work(void)
{
	if (!look_at_events && events_due > GetCurrentTimestamp())
		return;
	events_due = cartona_event_work();
	look_at_events = false;
}

/* Odoo's screens: installed where they are missing, and what a person asked for. */
static void
screens_work(void)
{
	screens_due = cartona_ui_work(compare_screens);
	look_at_screens = compare_screens = false;
}

static void
expire_work(void)
{
	cartona_xact_begin("expiring the log");
	cartona_log_expire();
	cartona_task_expire();
	cartona_keep_expire();
	cartona_event_expire();
	cartona_xact_commit();
}

static void
settle_work(void)
{
	if (!cartona_answers_waiting())
		return;
	if (cartona_answers_settle(settle_stage.failures == 0))
		look_at_inbox = true;
	look_at_deliveries = true;
}

/*
 * When any account's deliveries are due again.  Where something is due now and
 * was not claimed, its answers on their way will make room for it; without any,
 * somebody else has the row locked.
 */
static void
due_work(void)
{
	TimestampTz now = GetCurrentTimestamp();
	CartonaTraffic *traffic;
	int			i;

	cartona_xact_begin("looking for the next delivery");
	if (look_at_expired && cartona_http_in_flight(http) == 0 && !cartona_answers_waiting())
		cartona_claim_release_expired();
	look_at_expired = false;
	deliveries_due = PG_INT64_MAX;
	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
	{
		TimestampTz at;

		if (traffic->account == NULL)
			continue;
		at = cartona_claim_next_due(traffic->account_id, "order");
		/* A pull's last answer, or the one it waits for, makes them due. */
		if (!traffic->pulling && !traffic->pull_waits)
			at = Min(at, cartona_claim_next_due(traffic->account_id, "ack"));
		if (!traffic->account->held)
			at = Min(at, cartona_claim_next_due(traffic->account_id, "product"));
		if (at != PG_INT64_MAX)
			at = Max(at, traffic->retry_at);
		if (at <= now)
			at = TimestampTzPlusMilliseconds(now, AGAIN_MS);
		deliveries_due = Min(deliveries_due, at);
	}
	cartona_xact_commit();
}

static Stage attach_stage = {"attaching to Odoo", attach_work};
static Stage settle_stage = {"settling answers", settle_work};
static Stage start_stage = {"taking over", start_work};
static Stage accounts_stage = {"reading the accounts", accounts_work};
static Stage drain_orders_stage = {"draining orders", drain_orders_work};
static Stage drain_products_stage = {"draining products", drain_products_work};
static Stage full_stage = {"the daily full sync", full_work};
static Stage orders_stage = {"sending order statuses", orders_work};
static Stage acks_stage = {"sending acknowledgements", acks_work};
static Stage products_stage = {"sending products", products_work};
static Stage pull_stage = {"pulling orders", pull_work};
static Stage apply_stage = {"importing orders", apply_work};
static Stage task_stage = {"waking Odoo", task_work};
static Stage event_stage = {"applying events", event_work};
static Stage due_stage = {"looking for the next delivery", due_work};
static Stage screens_stage = {"installing the screens in Odoo", screens_work};
static Stage expire_stage = {"expiring the log", expire_work};

static Stage *const all_stages[] = {
	&attach_stage, &settle_stage, &start_stage, &accounts_stage, &drain_orders_stage, &drain_products_stage, &full_stage, &orders_stage,
	&acks_stage, &products_stage, &pull_stage, &apply_stage, &event_stage, &task_stage, &due_stage, &screens_stage, &expire_stage
};

/*
 * Run a stage unless it pauses after an error.  An error is logged, shown in
 * cartona.status, and pauses this stage only, longer each time.
 */
static void
run_stage(Stage *stage)
{
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

/* One pass over everything that has a reason to be looked at. */
static void
pass(void)
{
	TimestampTz now = GetCurrentTimestamp();
	bool		safety = now >= safety_due;

	if (pg_atomic_exchange_u32(&slot->wake, 0) != 0 || safety)
		look_at_accounts = look_at_outbox = look_at_inbox = look_at_events = look_at_tasks = look_at_screens = true;
	if (!started)
		safety = true;
	if (safety || doubt_extension)
	{
		doubt_extension = false;
		cartona_session_check_extension();
	}
	if (safety)
	{
		safety_due = TimestampTzPlusMilliseconds(now, SAFETY_LOOK_MS);
		run_stage(&attach_stage);
		run_stage(&start_stage);
		if (started)
			run_stage(&expire_stage);
		look_at_expired = compare_screens = true;
	}
	if (!started)
		return;
	if (now >= deliveries_due)
		look_at_deliveries = true;
	if (now >= inbox_due)
		look_at_inbox = true;

	/* Statuses first: a clerk's click is at Cartona within milliseconds. */
	cartona_answers_collect();
	run_stage(&settle_stage);
	if (look_at_outbox)
	{
		look_at_products = true;
		run_stage(&drain_orders_stage);
		look_at_outbox = drain_orders_stage.failures > 0;
	}
	if (look_at_deliveries)
		run_stage(&orders_stage);
	if (look_at_accounts)
	{
		look_at_accounts = false;
		run_stage(&accounts_stage);
		look_at_accounts = look_at_accounts || accounts_stage.failures > 0;
		/* An account that has just begun to work, or works again. */
		run_stage(&orders_stage);
	}
	run_stage(&full_stage);

	if (look_at_products && products_due() <= GetCurrentTimestamp())
	{
		run_stage(&drain_products_stage);
		look_at_products = drain_products_stage.failures > 0;
	}
	if (look_at_inbox)
		run_stage(&apply_stage);
	run_stage(&event_stage);
	run_stage(&task_stage);
	run_stage(&pull_stage);
	if (look_at_deliveries)
	{
		look_at_deliveries = false;
		run_stage(&acks_stage);
		run_stage(&products_stage);
		run_stage(&due_stage);
	}
	if (look_at_screens || compare_screens || now >= screens_due)
		run_stage(&screens_stage);
}

/* Does a stage pause after an error? */
static bool
any_stage_pauses(TimestampTz now)
{
	int			i;

	for (i = 0; i < (int) lengthof(all_stages); i++)
	{
		if (all_stages[i]->paused_until > now)
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
	next = Min(next, deliveries_due);
	if (!look_at_inbox || inbox_due > now)
		next = Min(next, inbox_due);
	next = Min(next, Min(events_due, Min(tasks_due, cartona_notify_next_due())));
	next = Min(next, screens_due);
	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
	{
		next = Min(next, cartona_pull_next_due(traffic));
		if (traffic->account != NULL)
			next = Min(next, traffic->account->next_full_sync);
	}
	if (look_at_products)
		next = Min(next, products_due());
	if (!started || look_at_outbox || look_at_accounts || inbox_more || cartona_answers_waiting())
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
