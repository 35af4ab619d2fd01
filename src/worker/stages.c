/*-------------------------------------------------------------------------
 *
 * stages.c
 *	  The sync worker's work, stage by stage.
 *
 * Each stage looks at its part (accounts, outbox, inbox, tasks, ...), does what is
 * due there, and notes in the agenda what must be looked at because of it and when
 * its part is due again.
 *
 * Neighbours: sync.c runs the stages, and pauses one that fails; push, pull, apply
 * and ui do the work.
 * Transactions: each stage's own, short; none open on entry and return.
 * Memory: the accounts have a context of their own below TopMemoryContext, replaced
 * as a whole; all else is the caller's, who resets it after each pass.
 * Failure: throws; sync.c ends the open transaction and pauses that stage.
 *
 * IDENTIFICATION
 *	  src/worker/stages.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "apply/apply.h"
#include "apply/event.h"
#include "apply/task.h"
#include "base/spi.h"
#include "base/xact.h"
#include "config/account.h"
#include "inbox/keep.h"
#include "monitor/log.h"
#include "odoo/attach.h"
#include "outbox/delivery.h"
#include "pull/pull.h"
#include "push/push.h"
#include "ui/ui.h"
#include "worker/answers.h"
#include "worker/notify.h"
#include "worker/session.h"
#include "worker/stages.h"

#define AGAIN_MS 1000

/*
 * During an import captured products are looked at this often, and less where
 * that takes so long that it would be more than one part in ten of the work.
 */
#define PRODUCTS_WAIT_MS 1000
#define PRODUCTS_PARTS 10

CartonaAgenda cartona_agenda = {
	.accounts = true,
	.outbox = true,
	.products = true,
	.deliveries = true,
	.inbox = true,
	.events = true,
	.tasks = true,
	.screens = true,
	.compare_screens = true,
	.screens_due = PG_INT64_MAX
};

static CartonaHttp *http = NULL;
static MemoryContext accounts_context = NULL;
static TimestampTz products_rest_until = 0;

void
cartona_stages_start(CartonaHttp *client)
{
	http = client;
}

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
	if (cartona_agenda.started)
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
	cartona_agenda.started = true;
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
	cartona_agenda.deliveries = true;
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
	cartona_agenda.deliveries = true;
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
		cartona_agenda.accounts = true; /* a request may have been for an
										 * account */
	cartona_agenda.deliveries = true;
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
		cartona_agenda.accounts = true;
		cartona_agenda.outbox = true;
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

TimestampTz
cartona_stage_products_due(void)
{
	return cartona_agenda.inbox_more || any_pull() ? products_rest_until : 0;
}

/* Import what is due, also while a pull is bringing more. */
static void
apply_work(void)
{
	/* One transaction a pass: a long import must not keep statuses waiting. */
	cartona_agenda.inbox_more = cartona_apply_due() > 0;
	if (cartona_agenda.inbox_more)
	{
		cartona_agenda.outbox = true;
		return;
	}
	cartona_agenda.inbox = false;
	cartona_xact_begin("looking for the next import");
	cartona_agenda.inbox_due = cartona_apply_next_due();
	cartona_xact_commit();
}

/*
 * What only Odoo can do: tell it when something is due.  The trigger must be
 * committed before Odoo is woken for it.
 */
static void
task_work(void)
{
	if (cartona_agenda.tasks || cartona_agenda.tasks_due <= GetCurrentTimestamp())
	{
		cartona_xact_begin("looking at Odoo's tasks");
		if (cartona_task_look(&cartona_agenda.tasks_due))
			cartona_notify_want();
		cartona_xact_commit();
		cartona_agenda.tasks = false;
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
	if (!cartona_agenda.events && cartona_agenda.events_due > GetCurrentTimestamp())
		return;
	cartona_agenda.events_due = cartona_event_work();
	cartona_agenda.events = false;
}

/* Odoo's screens: installed where they are missing, and what a person asked for. */
static void
screens_work(void)
{
	cartona_agenda.screens_due = cartona_ui_work(cartona_agenda.compare_screens);
	cartona_agenda.screens = cartona_agenda.compare_screens = false;
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
	if (cartona_answers_settle(cartona_stages[CARTONA_STAGE_SETTLE].failures == 0))
		cartona_agenda.inbox = true;
	cartona_agenda.deliveries = true;
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
	if (cartona_agenda.expired && cartona_http_in_flight(http) == 0 && !cartona_answers_waiting())
		cartona_claim_release_expired();
	cartona_agenda.expired = false;
	cartona_agenda.deliveries_due = PG_INT64_MAX;
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
		cartona_agenda.deliveries_due = Min(cartona_agenda.deliveries_due, at);
	}
	cartona_xact_commit();
}

CartonaStage cartona_stages[CARTONA_STAGES] = {
	[CARTONA_STAGE_ATTACH] = {"attaching to Odoo", attach_work},
	[CARTONA_STAGE_SETTLE] = {"settling answers", settle_work},
	[CARTONA_STAGE_START] = {"taking over", start_work},
	[CARTONA_STAGE_ACCOUNTS] = {"reading the accounts", accounts_work},
	[CARTONA_STAGE_DRAIN_ORDERS] = {"draining orders", drain_orders_work},
	[CARTONA_STAGE_DRAIN_PRODUCTS] = {"draining products", drain_products_work},
	[CARTONA_STAGE_FULL] = {"the daily full sync", full_work},
	[CARTONA_STAGE_ORDERS] = {"sending order statuses", orders_work},
	[CARTONA_STAGE_ACKS] = {"sending acknowledgements", acks_work},
	[CARTONA_STAGE_PRODUCTS] = {"sending products", products_work},
	[CARTONA_STAGE_PULL] = {"pulling orders", pull_work},
	[CARTONA_STAGE_APPLY] = {"importing orders", apply_work},
	[CARTONA_STAGE_EVENT] = {"applying events", event_work},
	[CARTONA_STAGE_TASK] = {"waking Odoo", task_work},
	[CARTONA_STAGE_DUE] = {"looking for the next delivery", due_work},
	[CARTONA_STAGE_SCREENS] = {"installing the screens in Odoo", screens_work},
	[CARTONA_STAGE_EXPIRE] = {"expiring the log", expire_work}
};
