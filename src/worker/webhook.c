/*-------------------------------------------------------------------------
 *
 * webhook.c
 *	  The webhook worker of one database: listens for what Cartona tells.
 *
 * One thread, one wait: the latch, the postmaster's death and libmicrohttpd's one
 * descriptor.  A pass drives the listener, takes what is complete into the
 * database and answers it.  While nobody calls, nothing happens but one safety
 * look a minute.
 *
 * Neighbours: launcher.c starts it where cartona.webhook_port has a port for the
 * database, session.c is its session; webhook/ does the work.
 * Transactions: those of intake.c and report.c, and a short one per look at the
 * secrets.
 * Memory: the secrets in a context that is replaced as a whole; a pass has a
 * context of its own.
 * Failure: a port that cannot be had is told in cartona.status and tried again,
 * ever less often.  Errors in the database are answered with 503.  An error
 * anywhere else ends the worker, and the launcher starts another.
 *
 * IDENTIFICATION
 *	  src/worker/webhook.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/dbcommands.h"
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
#include "base/settings.h"
#include "base/xact.h"
#include "config/secret.h"
#include "webhook/intake.h"
#include "webhook/listener.h"
#include "webhook/report.h"
#include "webhook/socket.h"
#include "worker/launcher.h"
#include "worker/session.h"

#define SAFETY_LOOK_MS (60 * 1000)
#define AGAIN_MS 1000

/* So long the health check tells of an event that could not be taken, unless another is. */
#define TROUBLE_MS (60 * 1000)

#define FIRST_PAUSE_MS 1000
#define LAST_PAUSE_MS (60 * 1000)

static CartonaSlot *slot = NULL;
static char *database_name = NULL;
static MemoryContext pass_context = NULL;

/* Secrets made ready; replaced as a whole. */
static MemoryContext signers_context = NULL;

/* What is listened on now, or was tried last; for a reload to compare. */
static MemoryContext listen_context = NULL;
static CartonaListenAt listening;

/* What the health check goes by: the last look at the database, and the last events. */
static bool looks_good = true;
static TimestampTz trouble_until = 0;

static TimestampTz safety_due = 0;
static TimestampTz open_due = 0;
static int	open_failures = 0;

/* Where and how to listen, as the settings say now.  NULL, or why that cannot be said. */
static const char *
read_listen_at(CartonaListenAt *at)
{
	const char *why;

	memset(at, 0, sizeof(*at));
	at->address = pstrdup(cartona_guc_webhook_address);
	at->port = cartona_settings_webhook_port(database_name);
	at->connections = cartona_guc_webhook_connections;
	at->timeout_ms = cartona_guc_webhook_timeout_ms;
	if (cartona_guc_webhook_certificate[0] == '\0' && cartona_guc_webhook_key[0] == '\0')
		return NULL;
	if (cartona_guc_webhook_certificate[0] == '\0' || cartona_guc_webhook_key[0] == '\0')
		return "cartona.webhook_certificate and cartona.webhook_key must be set together";
	at->certificate = cartona_socket_read_pem(cartona_guc_webhook_certificate, false, &why);
	if (at->certificate == NULL)
		return why;
	at->key = cartona_socket_read_pem(cartona_guc_webhook_key, true, &why);
	return at->key == NULL ? why : NULL;
}

static bool
same_text(const char *a, const char *b)
{
	return (a == NULL) == (b == NULL) && (a == NULL || strcmp(a, b) == 0);
}

static bool
same_listen_at(const CartonaListenAt *a, const CartonaListenAt *b)
{
	return a->port == b->port && a->connections == b->connections && a->timeout_ms == b->timeout_ms &&
		same_text(a->address, b->address) && same_text(a->certificate, b->certificate) && same_text(a->key, b->key);
}

/* Not to be had: say so, and try again later. */
static void
cannot_listen(const char *why)
{
	int			pause_ms = Min(FIRST_PAUSE_MS << Min(open_failures, 16), LAST_PAUSE_MS);

	if (open_failures++ == 0)
		ereport(WARNING,
				(errmsg("Cartona webhook of database \"%s\": %s", database_name, why),
				 errhint("It is tried again, at longer and longer intervals up to a minute.")));
	open_due = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), pause_ms);
	cartona_shmem_report(slot, CARTONA_WORKER_FAILED, why);
}

/* Listen as the settings say; where that is what is done already, go on. */
static void
listen_now(void)
{
	MemoryContext fresh = AllocSetContextCreate(TopMemoryContext, "cartona webhook listener", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(fresh);
	CartonaListenAt at;
	const char *why = read_listen_at(&at);

	if (why == NULL && cartona_listener_is_open() && same_listen_at(&at, &listening))
	{
		MemoryContextSwitchTo(old);
		MemoryContextDelete(fresh);
		return;
	}
	/* A broken file must not end what works: the former certificate goes on. */
	if (why != NULL && cartona_listener_is_open())
		ereport(WARNING, (errmsg("Cartona webhook of database \"%s\" goes on with its former settings: %s", database_name, why)));
	else
	{
		cartona_listener_close();
		if (why == NULL)
			why = cartona_listener_open(&at);
		if (why != NULL)
			cannot_listen(why);
		else
		{
			open_failures = 0;
			ereport(LOG,
					(errmsg("Cartona webhook of database \"%s\" listens on port %d of %s%s",
							database_name, at.port, at.address, at.certificate ? ", with TLS" : "")));
			cartona_shmem_report(slot, CARTONA_WORKER_RUNNING, NULL);
		}
	}
	MemoryContextSwitchTo(old);
	if (!cartona_listener_is_open() || why != NULL)
	{
		MemoryContextDelete(fresh);
		return;
	}
	if (listen_context != NULL)
		MemoryContextDelete(listen_context);
	listen_context = fresh;
	listening = at;
}

/* The rules that can change while it listens. */
static void
read_rules(void)
{
	CartonaListenRules rules;

	/* Lists were checked when they were set. */
	if (!cartona_cidr_list(cartona_guc_webhook_allow, &rules.allow) ||
		!cartona_cidr_list(cartona_guc_webhook_trusted_proxies, &rules.trusted))
		elog(ERROR, "a list of networks cannot be read");
	rules.account_rate = cartona_guc_webhook_rate;
	rules.address_rate = cartona_guc_webhook_address_rate;
	cartona_listener_rules(&rules);
}

/* Read the secrets anew; those that cannot be used are nobody's. */
static void
read_secrets(void)
{
	MemoryContext fresh = AllocSetContextCreate(CurrentMemoryContext, "cartona webhook secrets", ALLOCSET_DEFAULT_SIZES);
	CartonaSecret *secrets;
	CartonaSigner *signers;
	CartonaSigner *metrics;
	char	   *token;
	int			n;
	int			usable = 0;
	int			i;

	cartona_xact_begin("reading the webhook secrets");
	n = cartona_secret_load_webhook(CurrentMemoryContext, &secrets);
	signers = MemoryContextAllocZero(fresh, sizeof(CartonaSigner) * (n + 1));
	metrics = MemoryContextAllocZero(fresh, sizeof(CartonaSigner));
	for (i = 0; i < n; i++)
	{
		if (cartona_signer_make(secrets[i].account_id, secrets[i].value, &signers[usable]))
			usable++;
	}
	token = cartona_secret_read(CARTONA_SECRET_NO_ACCOUNT, CARTONA_SECRET_METRICS, CurrentMemoryContext);
	if (token == NULL || !cartona_signer_make(CARTONA_SECRET_NO_ACCOUNT, token, metrics))
		metrics = NULL;
	cartona_xact_commit();

	cartona_listener_signers(signers, usable);
	cartona_listener_metrics_token(metrics);
	if (signers_context != NULL)
		MemoryContextDelete(signers_context);
	signers_context = fresh;
	MemoryContextSetParent(fresh, TopMemoryContext);
}

/* Once a minute, and when something was committed for us: may we be here, and who may call? */
static void
safety_look(void)
{
	cartona_session_check_extension();
	cartona_xact_begin("looking at Odoo's tables");
	cartona_session_check_role();
	cartona_xact_commit();
	read_secrets();
}

/* What needs the database beside the events.  An error is told; it is tried again. */
static void
look(bool safety)
{
	MemoryContext here = CurrentMemoryContext;
	volatile bool good = true;

	PG_TRY();
	{
		if (safety)
			safety_look();
		cartona_report_send();
	}
	PG_CATCH();
	{
		ErrorData  *error;

		MemoryContextSwitchTo(here);
		error = CopyErrorData();
		FlushErrorState();
		cartona_xact_abort();
		MemoryContextSwitchTo(here);
		good = false;
		safety_due = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), AGAIN_MS);
		ereport(LOG, (errmsg("Cartona webhook worker: %s", error->message),
					  error->context ? errcontext("%s", error->context) : 0));
		FreeErrorData(error);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(here);
	if (safety || !good)
		looks_good = good;
}

static void
pass(void)
{
	TimestampTz now = GetCurrentTimestamp();
	bool		safety = pg_atomic_exchange_u32(&slot->wake, 0) != 0 || now >= safety_due;
	int			taken;

	if (safety)
		safety_due = TimestampTzPlusMilliseconds(now, SAFETY_LOOK_MS);
	if (safety || now >= cartona_report_due())
		look(safety);
	if (!cartona_listener_is_open() && now >= open_due)
		listen_now();

	cartona_listener_drive();
	taken = cartona_intake_run();
	if (taken > 0)
	{
		now = GetCurrentTimestamp();
		trouble_until = cartona_intake_trouble() ? TimestampTzPlusMilliseconds(now, TROUBLE_MS) : 0;
		/* Perhaps the extension was dropped. */
		if (trouble_until > 0)
			safety_due = Min(safety_due, TimestampTzPlusMilliseconds(now, AGAIN_MS));
	}
	cartona_listener_healthy(looks_good && now >= trouble_until);
	/* The answers go out. */
	if (taken > 0)
		cartona_listener_drive();
}

/* Milliseconds until something is due by the clock. */
static long
time_to_sleep(void)
{
	TimestampTz next = Min(safety_due, cartona_report_due());
	long		ms;
	long		listener_ms = cartona_listener_timeout();

	if (!cartona_listener_is_open())
		next = Min(next, open_due);
	ms = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), next);
	if (listener_ms >= 0)
		ms = Min(ms, listener_ms);
	return Max(ms, 0);
}

static void
settings_changed(void)
{
	ProcessConfigFile(PGC_SIGHUP);
	read_rules();
	open_due = 0;
	/* Without a port the launcher asks us to leave. */
	if (cartona_settings_webhook_port(database_name) != 0)
		listen_now();
}

void
cartona_webhook_main(Datum arg)
{
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	slot = cartona_session_start(DatumGetInt32(arg));

	pass_context = AllocSetContextCreate(TopMemoryContext, "cartona pass", ALLOCSET_DEFAULT_SIZES);
	cartona_xact_begin("looking at Odoo's tables");
	cartona_session_check_role();
	database_name = MemoryContextStrdup(TopMemoryContext, get_database_name(MyDatabaseId));
	cartona_xact_commit();
	read_rules();

	for (;;)
	{
		int			fd;

		CHECK_FOR_INTERRUPTS();
		if (pg_atomic_read_u32(&slot->leave) != 0)
			proc_exit(0);

		MemoryContextSwitchTo(pass_context);
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			settings_changed();
		}
		pass();
		MemoryContextSwitchTo(TopMemoryContext);
		MemoryContextReset(pass_context);

		fd = cartona_listener_fd();
		(void) WaitLatchOrSocket(MyLatch,
								 WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH | (fd == PGINVALID_SOCKET ? 0 : WL_SOCKET_READABLE),
								 fd, time_to_sleep(), PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
	}
}
