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
 * Neighbours: launcher.c starts it; push, pull and apply do the work.
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
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "apply/apply.h"
#include "base/compat.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "base/xact.h"
#include "config/account.h"
#include "http/client.h"
#include "monitor/log.h"
#include "odoo/attach.h"
#include "outbox/delivery.h"
#include "pull/pull.h"
#include "push/push.h"
#include "worker/launcher.h"

#define SAFETY_LOOK_MS (60 * 1000)
#define FIRST_PAUSE_MS 1000
#define LAST_PAUSE_MS (5 * 60 * 1000)
#define AGAIN_MS 1000

/* How long importing waits for the last page of a pull. */
#define PULL_PATIENCE_MS (10 * 1000)

/* A part of the work that may fail without stopping the others. */
typedef struct Stage
{
	const char *name;
	void		(*work) (void);
	int			failures;
	TimestampTz paused_until;
} Stage;

/* A request that was answered, until the answer is settled. */
typedef struct Answered
{
	CartonaTransfer *transfer;
	CartonaHttpAnswer *answer;
} Answered;

static Stage settle_stage;

static CartonaSlot *slot = NULL;
static CartonaHttp *http = NULL;
static MemoryContext pass_context = NULL;
static MemoryContext accounts_context = NULL;
static MemoryContext answers_context = NULL;
static List *answers = NIL;		/* of Answered, in answers_context */

static bool started = false;
static bool doubt_extension = false;	/* an error may mean that it was
										 * dropped */

/* What this pass must look at; set by a wake-up, an answer or the clock. */
static bool look_at_accounts = true;
static bool look_at_outbox = true;
static bool look_at_deliveries = true;
static bool look_at_inbox = true;
static bool inbox_more = false;
static bool look_at_expired = false;
static TimestampTz safety_due = 0;
static TimestampTz deliveries_due = 0;
static TimestampTz inbox_due = 0;

static void
sync_exit(int code, Datum arg)
{
	if (slot == NULL)
		return;
	pg_atomic_write_u32(&slot->proc, 0);
	LWLockAcquire(cartona_shared->lock, LW_EXCLUSIVE);
	slot->pid = 0;
	if (slot->state == CARTONA_WORKER_RUNNING || slot->state == CARTONA_WORKER_STARTING)
	{
		slot->state = CARTONA_WORKER_ABSENT;
		slot->since = GetCurrentTimestamp();
	}
	LWLockRelease(cartona_shared->lock);
	cartona_shmem_wake(&cartona_shared->launcher);
}

/* Leave the database for good, telling why. */
static void
leave(CartonaWorkerState state, const char *report)
{
	cartona_shmem_report(slot, state, report);
	cartona_xact_abort();
	proc_exit(0);
}

/* Two workers on one database would send everything twice: the second one goes. */
static void
take_slot(int number)
{
	int			other;

	if (cartona_shared == NULL || number < 0 || number >= CARTONA_MAX_SLOTS)
		proc_exit(0);
	LWLockAcquire(cartona_shared->lock, LW_EXCLUSIVE);
	other = cartona_shared->slots[number].pid;
	/* Started just before somebody asked for the database. */
	if ((TimestampTz) pg_atomic_read_u64(&cartona_shared->slots[number].hold_until) > GetCurrentTimestamp())
		other = -1;
	if (other == 0)
	{
		pg_atomic_write_u32(&cartona_shared->slots[number].wake, 0);
		slot = &cartona_shared->slots[number];
		slot->pid = MyProcPid;
		slot->state = CARTONA_WORKER_STARTING;
		slot->since = GetCurrentTimestamp();
		slot->report[0] = '\0';
	}
	LWLockRelease(cartona_shared->lock);
	if (other != 0)
		proc_exit(0);
	before_shmem_exit(sync_exit, (Datum) 0);
	pg_atomic_write_u32(&slot->proc, (uint32) cartona_my_proc_number() + 1);
}

/*
 * Settings of the role or the database (ALTER ROLE odoo SET ...) must not
 * change what this worker's statements mean or how durable they are.
 */
static void
pin_settings(void)
{
	static const char *const pinned[][2] = {
		{"search_path", "pg_catalog, pg_temp"},
		{"default_transaction_isolation", "read committed"},
		{"default_transaction_read_only", "off"},
		{"default_transaction_deferrable", "off"},
		{"synchronous_commit", "on"},
		{"statement_timeout", "0"},
		{"idle_in_transaction_session_timeout", "0"},
		{"lock_timeout", "1s"},
		{"row_security", "on"},
		{"DateStyle", "ISO"},
		{"IntervalStyle", "postgres"},
		{"client_min_messages", "warning"},
		{"jit", "off"},
		{"application_name", "cartona sync"},
	};
	int			i;

	for (i = 0; i < (int) lengthof(pinned); i++)
	{
		SetConfigOption(pinned[i][0], pinned[i][1], PGC_USERSET, PGC_S_SESSION);
	}
}

/* Is the extension here, in the library's own version? */
static void
check_extension(void)
{
	cartona_xact_begin("looking for the extension");
	if (cartona_spi_run("SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'cartona_integration'", 0, NULL, NULL, NULL) == 0)
		leave(CARTONA_WORKER_NO_EXTENSION, "the extension is not installed in this database: CREATE EXTENSION cartona_integration");
	else
	{
		char	   *version = cartona_spi_text(0, 1, CurrentMemoryContext);

		if (strcmp(version, CARTONA_VERSION) != 0)
		{
			ereport(WARNING,
					(errmsg("extension cartona_integration is version %s, its library %s", version, CARTONA_VERSION),
					 errhint("Run ALTER EXTENSION cartona_integration UPDATE, and restart the server after installing a new library.")));
			leave(CARTONA_WORKER_FAILED, psprintf("the extension is version %s, the library %s: ALTER EXTENSION cartona_integration UPDATE, or restart the server", version, CARTONA_VERSION));
		}
	}
	cartona_xact_commit();
}

/* Does the worker's role own Odoo's tables (then it has Odoo's rights and no more)? */
static void
check_role(void)
{
	Oid			owner = cartona_odoo_owner();
	char	   *role;

	if (!OidIsValid(owner))
		leave(CARTONA_WORKER_NO_ODOO, "no Odoo with sales in this database: there is no table sale_order");
	if (has_privs_of_role(GetUserId(), owner))
		return;
	role = GetUserNameFromId(owner, false);
	ereport(WARNING,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("the Cartona worker runs as \"%s\", but Odoo's tables belong to \"%s\"",
					GetUserNameFromId(GetUserId(), false), role),
			 errhint("Set cartona.role to \"%s\", or let it own the database.", role)));
	leave(CARTONA_WORKER_FAILED, psprintf("runs as \"%s\", but Odoo's tables belong to \"%s\": set cartona.role",
										  GetUserNameFromId(GetUserId(), false), role));
}

/* Put what is missing on Odoo's tables, one transaction each. */
static void
attach_work(void)
{
	CartonaAttachState state;
	int			i;

	cartona_xact_begin("looking at Odoo's tables");
	check_role();
	state = cartona_attach_state();
	cartona_xact_commit();
	if (state != CARTONA_NOT_ATTACHED)
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

static void
drain_products_work(void)
{
	if (drain(cartona_drain_products))
		look_at_accounts = true;	/* a request may have been for an account */
	look_at_deliveries = true;
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
		cartona_spi_run("UPDATE cartona.account SET last_full_sync = now() WHERE id = $1", 1, types, values, NULL);
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
products_work(void)
{
	CartonaTraffic *traffic;
	int			i;

	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
	{
		while (cartona_push_products(traffic))
			CHECK_FOR_INTERRUPTS();
	}
}

static void
pull_work(void)
{
	CartonaTraffic *traffic;
	int			i;

	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
		cartona_pull_start(traffic);
}

/*
 * Import what is due, once the pull that brings it is through: its
 * acknowledgements would shift the pages still to come.
 */
static void
apply_work(void)
{
	CartonaTraffic *traffic;
	int			i;

	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
	{
		if (traffic->pulling &&
			!TimestampDifferenceExceeds(traffic->pull_started, GetCurrentTimestamp(), PULL_PATIENCE_MS))
		{
			inbox_more = false;
			return;
		}
	}
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

static void
expire_work(void)
{
	cartona_xact_begin("expiring the log");
	cartona_log_expire();
	cartona_xact_commit();
}

/* Take what has been answered off the client, to be settled. */
static void
collect_answers(void)
{
	MemoryContext old = MemoryContextSwitchTo(answers_context);
	CartonaHttpAnswer *answer;

	cartona_http_drive(http);
	while ((answer = cartona_http_next(http)) != NULL)
	{
		Answered   *answered = palloc(sizeof(Answered));

		answered->transfer = cartona_traffic_take(answer->tag);
		answered->answer = answer;
		answers = lappend(answers, answered);
	}
	MemoryContextSwitchTo(old);
}

/* Settle one answer in the open transaction; true: its transfer goes on afterwards. */
static bool
settle(CartonaTransfer *transfer, const CartonaHttpAnswer *answer)
{
	switch (transfer->kind)
	{
		case CARTONA_TRANSFER_ORDER:
			cartona_push_order_answer(transfer, answer);
			return false;
		case CARTONA_TRANSFER_PRODUCTS:
			return cartona_push_products_answer(transfer, answer);
		case CARTONA_TRANSFER_PULL:
			look_at_inbox = true;
			return cartona_pull_answer(transfer, answer);
		case CARTONA_TRANSFER_CHECK:
			cartona_check_answer(transfer, answer);
			return false;
	}
	return false;
}

/*
 * Settle the answers that are here, in one transaction; after one that failed,
 * each in its own, so that a row somebody has locked holds up only its own
 * answer.  None is lost: what could not be settled stays in the list.
 */
static void
settle_work(void)
{
	bool		together = settle_stage.failures == 0;
	List	   *batch;
	bool	   *goes_on;
	ListCell   *lc;
	int			i;

	if (answers == NIL)
		return;
	if (together)
		batch = list_copy(answers);
	else
	{
		/* The next one goes to the end, so that all have their turn. */
		void	   *first = linitial(answers);
		MemoryContext old = MemoryContextSwitchTo(answers_context);

		answers = lappend(list_delete_first(answers), first);
		MemoryContextSwitchTo(old);
		batch = list_make1(first);
	}

	goes_on = palloc0(sizeof(bool) * list_length(batch));
	cartona_xact_begin("settling answers");
	i = 0;
	foreach(lc, batch)
	{
		Answered   *answered = (Answered *) lfirst(lc);

		goes_on[i++] = settle(answered->transfer, answered->answer);
	}
	cartona_xact_commit();

	look_at_deliveries = true;
	i = 0;
	foreach(lc, batch)
	{
		CartonaTransfer *transfer = ((Answered *) lfirst(lc))->transfer;

		answers = list_delete_ptr(answers, lfirst(lc));
		if (goes_on[i] && transfer->kind == CARTONA_TRANSFER_PRODUCTS)
			cartona_push_products_split(transfer);
		else if (goes_on[i])
			cartona_pull_page(transfer->traffic);
		cartona_traffic_end(transfer);
		i++;
	}
	if (answers == NIL)
		MemoryContextReset(answers_context);
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
	if (look_at_expired && cartona_http_in_flight(http) == 0 && answers == NIL)
		cartona_claim_release_expired();
	look_at_expired = false;
	deliveries_due = PG_INT64_MAX;
	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
	{
		TimestampTz at;

		if (traffic->account == NULL)
			continue;
		at = cartona_claim_next_due(traffic->account_id, "order");
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
static Stage products_stage = {"sending products", products_work};
static Stage pull_stage = {"pulling orders", pull_work};
static Stage apply_stage = {"importing orders", apply_work};
static Stage due_stage = {"looking for the next delivery", due_work};
static Stage expire_stage = {"expiring the log", expire_work};

static Stage *const all_stages[] = {
	&attach_stage, &settle_stage, &start_stage, &accounts_stage, &drain_orders_stage, &drain_products_stage, &full_stage, &orders_stage,
	&products_stage, &pull_stage, &apply_stage, &due_stage, &expire_stage
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
		look_at_accounts = look_at_outbox = look_at_inbox = true;
	if (!started)
		safety = true;
	if (safety || doubt_extension)
	{
		doubt_extension = false;
		check_extension();
	}
	if (safety)
	{
		safety_due = TimestampTzPlusMilliseconds(now, SAFETY_LOOK_MS);
		run_stage(&attach_stage);
		run_stage(&start_stage);
		if (started)
			run_stage(&expire_stage);
		look_at_expired = true;
	}
	if (!started)
		return;
	if (now >= deliveries_due)
		look_at_deliveries = true;
	if (now >= inbox_due)
		look_at_inbox = true;

	/* Statuses first: a clerk's click is at Cartona within milliseconds. */
	collect_answers();
	run_stage(&settle_stage);
	if (look_at_outbox)
		run_stage(&drain_orders_stage);
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
	if (look_at_outbox)
	{
		look_at_outbox = drain_orders_stage.failures > 0;
		run_stage(&drain_products_stage);
		look_at_outbox = look_at_outbox || drain_products_stage.failures > 0;
	}
	if (look_at_inbox)
		run_stage(&apply_stage);
	run_stage(&pull_stage);
	if (look_at_deliveries)
	{
		look_at_deliveries = false;
		run_stage(&products_stage);
		run_stage(&due_stage);
	}
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
	collect_answers();
	next = Min(next, deliveries_due);
	if (!look_at_inbox || inbox_due > now)
		next = Min(next, inbox_due);
	for (i = 0; (traffic = cartona_traffic_nth(i)) != NULL; i++)
	{
		next = Min(next, cartona_pull_next_due(traffic));
		if (traffic->account != NULL)
			next = Min(next, traffic->account->next_full_sync);
	}
	if (!started || look_at_outbox || look_at_accounts || inbox_more || answers != NIL)
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
	take_slot(DatumGetInt32(arg));

	BackgroundWorkerInitializeConnectionByOid(slot->database, slot->role, 0);
	pin_settings();
	check_extension();

	http = cartona_http_create(TopMemoryContext);
	cartona_traffic_start(TopMemoryContext, http);
	answers_context = AllocSetContextCreate(TopMemoryContext, "cartona answers", ALLOCSET_DEFAULT_SIZES);
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
