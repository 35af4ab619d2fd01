/*-------------------------------------------------------------------------
 *
 * settings.c
 *	  The configuration parameters, cartona.*.
 *
 * Neighbours: module.c defines them once per process; launcher.c reads
 * databases and role, capture.c the cause, log.c the retention.
 * Transactions, memory: none of its own.  Failure: guc.c reports bad values.
 *
 * IDENTIFICATION
 *	  src/base/settings.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/guc.h"
#include "utils/varlena.h"

#include "base/compat.h"
#include "base/settings.h"

char	   *cartona_guc_databases = NULL;
char	   *cartona_guc_role = NULL;
char	   *cartona_guc_cause = NULL;
int			cartona_guc_log_retention_days = 30;
int			cartona_guc_inbox_retention_days = 90;
bool		cartona_guc_ui = true;

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

void
cartona_settings_define(void)
{
	DefineCustomStringVariable("cartona.databases",
							   "Databases whose Odoo is connected with Cartona, separated by commas.",
							   "Only a superuser can set it; an empty value stops every worker. A physical copy of a server must be started with an empty value.",
							   &cartona_guc_databases, "",
							   PGC_SIGHUP, GUC_LIST_INPUT, check_databases, NULL, NULL);
	DefineCustomStringVariable("cartona.role",
							   "Role the workers connect as; empty: the owner of each database.",
							   "It must own Odoo's tables and should not be a superuser.",
							   &cartona_guc_role, "",
							   PGC_SIGHUP, 0, NULL, NULL, NULL);
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
	DefineCustomIntVariable("cartona.log_retention",
							"Days the rows of cartona.log and cartona.inbox_page are kept.",
							NULL, &cartona_guc_log_retention_days, 30, 1, 3650,
							PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("cartona.inbox_retention",
							"Days the personal data of orders that are over is kept in cartona.inbox; 0: for good.",
							"They are counted from when Cartona last said anything of the order. Odoo's own tables are Odoo's.",
							&cartona_guc_inbox_retention_days, 90, 0, 3650,
							PGC_SIGHUP, 0, NULL, NULL, NULL);
	cartona_reserve_guc_prefix("cartona");
}
