/*-------------------------------------------------------------------------
 *
 * ui.c
 *	  Odoo's screens: the doors for people, and the worker's part.
 *
 * The screens are rows of Odoo's own metadata and views in its schema; screens.sql
 * writes them.  Odoo's processes must be told after the commit, so a wish is
 * recorded with the rows, and the worker tells them in a transaction of its own.
 *
 * Neighbours: screens.sql, rows.sql, actions.sql hold what is written; stages.c
 * calls cartona_ui_work.
 * Transactions: a person's functions run in his; the worker's work in its own,
 * one for each of Odoo's tables that gets columns.
 * Rights: everything runs as the owner of Odoo's tables.
 * Failure: throws; nothing is half installed, because the rows are one
 * transaction, and columns without rows are nothing to Odoo.
 *
 * IDENTIFICATION
 *	  src/ui/ui.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/settings.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "base/xact.h"
#include "ui/ui.h"

PG_FUNCTION_INFO_V1(cartona_sql_ui_install);
PG_FUNCTION_INFO_V1(cartona_sql_ui_disable);
PG_FUNCTION_INFO_V1(cartona_sql_ui_uninstall);
PG_FUNCTION_INFO_V1(cartona_sql_ui_write);
PG_FUNCTION_INFO_V1(cartona_sql_ui_gate);

/* Rows filled in one transaction of the worker's. */
#define FILL_ROWS 500

/* How soon after its removal the rest of the screens is dropped; longer than a request of Odoo's takes as a rule. */
#define SWEEP_MS (11 * 1000)

/* Key of the advisory lock: "cartonaU". */
#define UI_GATE INT64CONST(0x636172746f6e6155)

Datum
cartona_sql_ui_gate(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(UI_GATE);
}

void
cartona_ui_close_gate(void)
{
	(void) DirectFunctionCall1(pg_advisory_xact_lock_int8, Int64GetDatum(UI_GATE));
}

static void
run_as_odoo(Oid owner, const char *sql)
{
	CartonaUser saved;

	cartona_user_become(owner, &saved);
	cartona_spi_run(sql, 0, NULL, NULL, NULL);
	cartona_user_restore(&saved);
}

/* The owner of Odoo's tables; an error where there is no Odoo, or the caller could not do it by hand. */
static Oid
check_caller(void)
{
	Oid			owner = cartona_odoo_owner();

	if (!OidIsValid(owner))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"sale_order\" does not exist"),
				 errdetail("The screens are Odoo's, with the Sales module."),
				 errhint("Install Odoo's Sales module (sale_management) in this database, or connect to Odoo's database.")));
	if (!superuser() && !has_privs_of_role(GetUserId(), owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to change Odoo's screens"),
				 errhint("Call it as role \"%s\", which owns Odoo's tables, or as a superuser.",
						 GetUserNameFromId(owner, false))));
	return owner;
}

/* Our columns are what the screens show. */
static void
check_attached(void)
{
	if (cartona_spi_run("SELECT WHERE cartona._attach_state() = 'attached'", 0, NULL, NULL, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the extension is not attached to Odoo's tables"),
				 errhint("SELECT cartona.attach();")));
}

static bool
worker_runs(void)
{
	return cartona_spi_run("SELECT FROM cartona._worker() w WHERE w.state = 'running'", 0, NULL, NULL, NULL) > 0;
}

/* Nobody but the worker can tell Odoo after the commit. */
static void
say_restart(void)
{
	if (!worker_runs())
		ereport(NOTICE,
				(errmsg("Odoo does not know of it yet"),
				 errhint("No worker runs in this database to tell it: restart Odoo.")));
}

Datum
cartona_sql_ui_install(PG_FUNCTION_ARGS)
{
	Oid			owner = check_caller();

	SPI_connect();
	check_attached();
	run_as_odoo(owner, "SELECT cartona._ui_install()");
	run_as_odoo(owner, "SELECT cartona._ui_fill(m.tab, NULL) FROM (SELECT DISTINCT tab FROM cartona._ui_mirrors()) m");
	say_restart();
	SPI_finish();
	cartona_shmem_wake_at_commit();
	PG_RETURN_VOID();
}

Datum
cartona_sql_ui_disable(PG_FUNCTION_ARGS)
{
	Oid			owner = check_caller();

	SPI_connect();
	run_as_odoo(owner, "SELECT cartona._ui_disable()");
	say_restart();
	SPI_finish();
	cartona_shmem_wake_at_commit();
	PG_RETURN_VOID();
}

/* Also called by cartona.detach(), in a database that has no Odoo (any more). */
Datum
cartona_sql_ui_uninstall(PG_FUNCTION_ARGS)
{
	Oid			owner = cartona_odoo_owner();
	bool		again;

	if (!OidIsValid(owner))
		PG_RETURN_VOID();
	(void) check_caller();
	SPI_connect();
	again = cartona_spi_run("SELECT FROM cartona.ui_state WHERE state = 'removing'", 0, NULL, NULL, NULL) > 0;
	run_as_odoo(owner, "SELECT cartona._ui_uninstall()");
	if (!worker_runs())
	{
		if (again)
			run_as_odoo(owner, "SELECT cartona._ui_sweep(true)");
		else if (cartona_spi_run("SELECT FROM cartona.ui_state WHERE state = 'removing'", 0, NULL, NULL, NULL) > 0)
			ereport(NOTICE,
					(errmsg("Odoo does not know of it yet"),
					 errhint("No worker runs in this database to tell it: restart Odoo, then call cartona.ui_uninstall() again for the views and columns that were left.")));
	}
	SPI_finish();
	cartona_shmem_wake_at_commit();
	PG_RETURN_VOID();
}

/* cartona.ui_write(): the configuration form was saved */
Datum
cartona_sql_ui_write(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	Oid			types[2];
	Datum		values[2];
	char	   *problem;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_INSTEAD(data->tg_event) || !TRIGGER_FIRED_BY_UPDATE(data->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("function \"%s\" was not called as a trigger for each updated row of a view", "cartona.ui_write")));
	types[0] = types[1] = data->tg_relation->rd_rel->reltype;
	values[0] = heap_copy_tuple_as_datum(data->tg_trigtuple, RelationGetDescr(data->tg_relation));
	values[1] = heap_copy_tuple_as_datum(data->tg_newtuple, RelationGetDescr(data->tg_relation));
	SPI_connect();
	cartona_spi_run("SELECT cartona._ui_write_config(to_jsonb($1), to_jsonb($2))", 2, types, values, NULL);
	problem = cartona_spi_text(0, 1, CurTransactionContext);
	SPI_finish();

	/*
	 * Raised here, not in PL/pgSQL: Odoo 14 shows the whole text of the
	 * error, with the context if there is one.
	 */
	if (problem != NULL)
		ereport(ERROR, (errcode(ERRCODE_CHECK_VIOLATION), errmsg("%s", problem)));
	PG_RETURN_POINTER(data->tg_newtuple);
}

static void
begin(const char *activity)
{
	cartona_xact_begin(activity);

	/* Who waits for an exclusive lock lets everybody else wait behind him. */
	(void) set_config_option("lock_timeout", "300ms", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_LOCAL, true, 0, false);
}

/* One transaction for each of Odoo's tables, then the rows, then what older rows lack. */
static void
install(void)
{
	static const char *const tables[] = {"sale_order", "product_template", "res_partner"};
	Oid			owner;
	int			i;

	begin("preparing the screens in Odoo");
	owner = cartona_odoo_owner();
	run_as_odoo(owner, "SELECT cartona._ui_check()");
	cartona_xact_commit();
	for (i = 0; i < (int) lengthof(tables); i++)
	{
		begin("preparing the screens in Odoo");
		run_as_odoo(owner, psprintf("SELECT cartona._ui_columns('%s')", tables[i]));
		cartona_xact_commit();
		CHECK_FOR_INTERRUPTS();
	}
	for (i = 0; i < (int) lengthof(tables);)
	{
		bool		more;

		begin("filling the screens in Odoo");
		run_as_odoo(owner, psprintf("SELECT cartona._ui_fill('%s', %d)", tables[i], FILL_ROWS));
		more = cartona_spi_int32(0, 1) == FILL_ROWS;
		cartona_xact_commit();
		CHECK_FOR_INTERRUPTS();
		if (!more)
			i++;
	}
	begin("installing the screens in Odoo");
	run_as_odoo(owner, "SELECT cartona._ui_install()");
	cartona_xact_commit();
	ereport(LOG, (errmsg("the Cartona screens are installed in Odoo")));
}

/* What is due, in the current context; NULL: nothing. */
static char *
what_is_due(bool look, TimestampTz *next)
{
	MemoryContext context = CurrentMemoryContext;
	char	   *due = NULL;

	*next = PG_INT64_MAX;
	cartona_xact_begin("looking at the screens in Odoo");
	if (look)
	{
		CartonaUser saved;
		Oid			owner = cartona_odoo_owner();

		if (OidIsValid(owner) &&
			cartona_spi_run("SELECT WHERE cartona._is_home() AND cartona._attach_state() = 'attached'", 0, NULL, NULL, NULL) > 0)
		{
			cartona_user_become(owner, &saved);
			cartona_spi_run("SELECT cartona._ui_due()", 0, NULL, NULL, NULL);
			cartona_user_restore(&saved);
			due = cartona_spi_text(0, 1, context);
		}
	}
	if (due == NULL && cartona_spi_run("SELECT CASE WHEN signal_wanted THEN 'signal'"
									   " WHEN changed_at < now() - interval '10 seconds' THEN 'sweep' END"
									   " FROM cartona.ui_state WHERE signal_wanted OR state = 'removing'", 0, NULL, NULL, NULL) > 0)
	{
		due = cartona_spi_text(0, 1, context);
		if (due == NULL)
			*next = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), SWEEP_MS);
	}
	cartona_xact_commit();
	return due;
}

TimestampTz
cartona_ui_work(bool look)
{
	TimestampTz next;
	char	   *due;

	while ((due = what_is_due(look, &next)) != NULL)
	{
		if (strcmp(due, "install") == 0)
		{
			if (!cartona_guc_ui)
				break;
			install();
		}
		else
		{
			begin("telling Odoo of its screens");
			run_as_odoo(cartona_odoo_owner(), strcmp(due, "signal") == 0 ? "SELECT cartona._ui_signal()" : "SELECT cartona._ui_sweep(false)");
			cartona_xact_commit();
		}
		/* what was wanted is done; what else is wrong waits for the next look */
		look = false;
	}
	return next;
}
