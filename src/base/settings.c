/*-------------------------------------------------------------------------
 *
 * settings.c
 *	  The configuration parameters, cartona.*.
 *
 * Neighbours: module.c defines them once per process; launcher.c reads
 * databases and role, capture.c the cause, log.c the retention, webhook/ its own.
 * Transactions, memory: none of its own.  Failure: guc.c reports bad values.
 *
 * IDENTIFICATION
 *	  src/base/settings.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <arpa/inet.h>

#include "utils/guc.h"
#include "utils/varlena.h"

#include "base/cidr.h"
#include "base/compat.h"
#include "base/settings.h"

char	   *cartona_guc_databases = NULL;
char	   *cartona_guc_role = NULL;
char	   *cartona_guc_cause = NULL;
int			cartona_guc_log_retention_days = 30;
int			cartona_guc_inbox_retention_days = 90;
bool		cartona_guc_ui = true;
char	   *cartona_guc_webhook_address = NULL;
char	   *cartona_guc_webhook_certificate = NULL;
char	   *cartona_guc_webhook_key = NULL;
char	   *cartona_guc_webhook_allow = NULL;
char	   *cartona_guc_webhook_trusted_proxies = NULL;
int			cartona_guc_webhook_connections = 256;
int			cartona_guc_webhook_timeout_ms = 10000;
int			cartona_guc_webhook_rate = 200;
int			cartona_guc_webhook_address_rate = 10;

static char *webhook_port = NULL;

/* The list must at least be a list: SplitIdentifierString scribbles, so copy. */
static bool
check_databases(char **newval, void **extra, GucSource source)
{
	char	   *copy;
	List	   *names;
	bool		ok;

	if (*newval == NULL)
		return true;
	copy = pstrdup(*newval);
	ok = SplitGUCList(copy, ',', &names);
	if (!ok)
		GUC_check_errdetail("List syntax is invalid.");
	else
		list_free(names);
	pfree(copy);
	return ok;
}

/*
 * One item of cartona.webhook_port: PORT, or DATABASE:PORT.  *database is NULL
 * for the first form; the item is cut up in place.  false: it is neither.
 */
static bool
parse_port(char *item, const char **database, int *port)
{
	char	   *colon = strrchr(item, ':');
	char	   *digits = colon ? colon + 1 : item;
	char	   *end;
	long		number;

	*database = NULL;
	if (colon != NULL)
	{
		*colon = '\0';
		*database = item;
		if (item[0] == '\0')
			return false;
	}
	if (digits[0] < '0' || digits[0] > '9')
		return false;
	number = strtol(digits, &end, 10);
	*port = (int) number;
	return *end == '\0' && number >= 1 && number <= 65535;
}

static bool
check_webhook_port(char **newval, void **extra, GucSource source)
{
	char	   *copy;
	List	   *items;
	ListCell   *lc;
	bool		ok;

	if (*newval == NULL)
		return true;
	copy = pstrdup(*newval);
	ok = SplitGUCList(copy, ',', &items);
	if (ok)
	{
		foreach(lc, items)
		{
			const char *database;
			int			port;

			ok = ok && parse_port((char *) lfirst(lc), &database, &port);
		}
		list_free(items);
	}
	if (!ok)
		GUC_check_errdetail("It is a port (1 to 65535), or a list of \"database:port\".");
	pfree(copy);
	return ok;
}

int
cartona_settings_webhook_port(const char *database)
{
	char	   *ports = pstrdup(webhook_port ? webhook_port : "");
	char	   *databases = pstrdup(cartona_guc_databases ? cartona_guc_databases : "");
	List	   *items;
	List	   *names;
	ListCell   *lc;
	int			found = 0;

	if (!SplitGUCList(ports, ',', &items) || !SplitGUCList(databases, ',', &names) || names == NIL)
		return 0;
	foreach(lc, items)
	{
		const char *name;
		int			port;

		/* A port alone is the first listed database's. */
		if (parse_port((char *) lfirst(lc), &name, &port) &&
			strcmp(name ? name : (const char *) linitial(names), database) == 0)
			found = port;
	}
	return found;
}

static bool
check_address(char **newval, void **extra, GucSource source)
{
	unsigned char bytes[16];

	if (*newval == NULL || inet_pton(AF_INET, *newval, bytes) == 1 || inet_pton(AF_INET6, *newval, bytes) == 1)
		return true;
	GUC_check_errdetail("It is one address in numbers, such as 127.0.0.1, 0.0.0.0 or ::1.");
	return false;
}

static bool
check_networks(char **newval, void **extra, GucSource source)
{
	CartonaNetworks list;

	if (*newval == NULL || cartona_cidr_list(*newval, &list))
		return true;
	GUC_check_errdetail("It is a list of at most %d addresses and networks, such as 192.0.2.7 or 10.0.0.0/8.", CARTONA_MAX_NETWORKS);
	return false;
}

/* A setting of the server's, in postgresql.conf: a text. */
static void
define_text(const char *name, const char *what, const char *more, char **value, const char *fallback,
			int flags, GucStringCheckHook check)
{
	DefineCustomStringVariable(name, what, more, value, fallback, PGC_SIGHUP, flags, check, NULL, NULL);
}

/* Likewise a number; its default is what "value" is so far. */
static void
define_number(const char *name, const char *what, const char *more, int *value, int least, int most, int flags)
{
	DefineCustomIntVariable(name, what, more, value, *value, least, most, PGC_SIGHUP, flags, NULL, NULL, NULL);
}

static void
define_webhook_settings(void)
{
	define_text("cartona.webhook_port",
				"Port on which Cartona's webhook is listened for; empty: none.",
				"A port alone is the first database's of cartona.databases; a list of database:port gives each its own.",
				&webhook_port, "", GUC_LIST_INPUT, check_webhook_port);
	define_text("cartona.webhook_address",
				"Address on which the webhook is listened for.",
				"0.0.0.0 or :: means all; keep the loopback address where a web server stands in front.",
				&cartona_guc_webhook_address, "127.0.0.1", 0, check_address);
	define_text("cartona.webhook_certificate",
				"File with the webhook listener's certificate and its chain (PEM); empty: no TLS.",
				NULL, &cartona_guc_webhook_certificate, "", 0, NULL);
	define_text("cartona.webhook_key",
				"File with the private key of cartona.webhook_certificate (PEM).",
				NULL, &cartona_guc_webhook_key, "", 0, NULL);
	define_text("cartona.webhook_allow",
				"Addresses and networks that may call the webhook; empty: any.",
				NULL, &cartona_guc_webhook_allow, "", 0, check_networks);
	define_text("cartona.webhook_trusted_proxies",
				"Addresses and networks whose X-Forwarded-For is believed.",
				NULL, &cartona_guc_webhook_trusted_proxies, "", 0, check_networks);
	define_number("cartona.webhook_connections",
				  "Connections the webhook listener holds; beyond them the one that waits longest is closed.",
				  NULL, &cartona_guc_webhook_connections, 16, 4096, 0);
	define_number("cartona.webhook_timeout",
				  "Time in which a whole request must have arrived.",
				  "Counted from the connection or the last answer, so it is also the longest idle time.",
				  &cartona_guc_webhook_timeout_ms, 100, 600000, GUC_UNIT_MS);
	define_number("cartona.webhook_rate",
				  "Events per second and account that are taken, with ten times as many at once; 0: no limit.",
				  NULL, &cartona_guc_webhook_rate, 0, 1000000, 0);
	define_number("cartona.webhook_address_rate",
				  "Requests without a valid secret per second and address that are answered in full, with ten times as many at once; 0: no limit.",
				  NULL, &cartona_guc_webhook_address_rate, 0, 1000000, 0);
}

void
cartona_settings_define(void)
{
	define_text("cartona.databases",
				"Databases whose Odoo is connected with Cartona, separated by commas.",
				"Only a superuser can set it; an empty value stops every worker. A physical copy of a server must be started with an empty value.",
				&cartona_guc_databases, "", GUC_LIST_INPUT, check_databases);
	define_text("cartona.role",
				"Role the workers connect as; empty: the owner of each database.",
				"It must own Odoo's tables and should not be a superuser.",
				&cartona_guc_role, "", 0, NULL);
	DefineCustomBoolVariable("cartona.ui",
							 "Install the screens in Odoo.",
							 "The worker does it when it attaches. Screens that are there stay: cartona.ui_uninstall() removes them.",
							 &cartona_guc_ui, true,
							 PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("cartona.cause",
							   "Sales order whose change at Cartona causes the current transaction's writes.",
							   "Set locally to a sale_order id: changes to that order are not sent back to Cartona.",
							   &cartona_guc_cause, "",
							   PGC_USERSET, 0, NULL, NULL, NULL);
	define_number("cartona.log_retention",
				  "Days the rows of cartona.log and cartona.inbox_page are kept.",
				  "So are the tasks that Odoo has done, and statuses of orders that never came.",
				  &cartona_guc_log_retention_days, 1, 3650, 0);
	define_number("cartona.inbox_retention",
				  "Days the personal data of orders that are over is kept in cartona.inbox; 0: for good.",
				  "They are counted from when Cartona last said anything of the order. Odoo's own tables are Odoo's.",
				  &cartona_guc_inbox_retention_days, 0, 3650, 0);
	define_webhook_settings();
	cartona_reserve_guc_prefix("cartona");
}
