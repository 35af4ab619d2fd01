/*-------------------------------------------------------------------------
 *
 * attach.c
 *	  Attaching this extension to Odoo's tables, and taking it off.
 *
 * Neighbours: attach_table.c has the list of what is put on which table; stages.c
 * attaches step by step when it finds Odoo; a person calls cartona.attach().
 * Transactions: the caller's; each step fits in one, so that the worker holds
 * only one Odoo table locked at a time.
 * Rights: grants and default rows as the extension's owner, on its own tables
 * only; everything on Odoo's tables as their owner, so that nothing planted
 * there runs with more rights than Odoo has.
 * Failure: errors with a hint; what is already there is left alone, so calling
 * again is always safe.
 *
 * IDENTIFICATION
 *	  src/odoo/attach.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "base/xact.h"
#include "config/guard.h"
#include "odoo/attach.h"
#include "odoo/attach_table.h"
#include "odoo/bridge.h"
#include "odoo/utm.h"

PG_FUNCTION_INFO_V1(cartona_sql_attach);
PG_FUNCTION_INFO_V1(cartona_sql_detach);
PG_FUNCTION_INFO_V1(cartona_sql_attach_state);

/* Key of the advisory lock: "cartona". */
#define ATTACH_LOCK INT64CONST(0x636172746f6e61)

/* Has Odoo's role its rights on the extension's tables?  A fresh installation by a superuser grants none. */
static bool
is_granted(void)
{
	Oid			schema = get_namespace_oid("cartona", true);
	Oid			account = OidIsValid(schema) ? get_relname_relid("account", schema) : InvalidOid;

	return OidIsValid(account) &&
		pg_class_aclcheck(account, cartona_odoo_owner(), ACL_SELECT) == ACLCHECK_OK;
}

/* Detached on purpose, or a copy that nobody has adopted: not to be attached by itself. */
static bool
must_stay_off(void)
{
	CartonaUser saved;
	bool		known;
	bool		detached;

	cartona_user_become(cartona_extension_owner(), &saved);
	known = cartona_spi_run("SELECT detached FROM cartona.installation", 0, NULL, NULL, NULL) > 0;
	detached = known && cartona_spi_bool(0, 1);
	cartona_user_restore(&saved);
	return detached || (known && !cartona_guard_is_home());
}

/*
 * Is pg_restore at work in this database?  Its triggers come after its indexes,
 * with --jobs in any order, and would collide with ours.  Mostly they restore a
 * copy, which is left alone anyway; this is for a restore in place (--clean).
 */
static bool
is_pg_restore_here(void)
{
	return cartona_spi_run("SELECT FROM pg_catalog.pg_stat_activity a"
						   " WHERE a.datname = pg_catalog.current_database() AND a.application_name = 'pg_restore' LIMIT 1",
						   0, NULL, NULL, NULL) > 0;
}

static bool
source_is_missing(void)
{
	CartonaUser saved;
	bool		missing;

	cartona_user_become(cartona_odoo_owner(), &saved);
	missing = cartona_utm_is_missing();
	cartona_user_restore(&saved);
	return missing;
}

CartonaAttachState
cartona_attach_state(void)
{
	bool		complete;
	bool		odoo;

	cartona_attach_look(&odoo, &complete);
	if (!odoo)
		return CARTONA_NO_ODOO;
	if (complete && is_granted() && !source_is_missing())
		return CARTONA_ATTACHED;
	return must_stay_off() || is_pg_restore_here() ? CARTONA_DETACHED : CARTONA_NOT_ATTACHED;
}

static void
run(const char *sql)
{
	cartona_spi_run(sql, 0, NULL, NULL, NULL);
}

/*
 * Everything of ours but the secrets: readable and writable by Odoo's role,
 * whose pg_dump and restore must get through, and which is this extension's
 * user in every other respect.
 */
static void
grant_to(Oid role)
{
	char	   *name = pstrdup(quote_identifier(GetUserNameFromId(role, false)));
	uint64		n;
	uint64		i;
	char	  **statements;

	run(psprintf("GRANT USAGE ON SCHEMA cartona TO %s", name));
	run(psprintf("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA cartona TO %s", name));
	run(psprintf("GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA cartona TO %s", name));
	n = cartona_spi_run("SELECT c.relname FROM pg_catalog.pg_class c"
						" WHERE c.relnamespace = 'cartona'::pg_catalog.regnamespace"
						" AND c.relkind IN ('r', 'v') AND c.relname <> 'secret'"
						" ORDER BY 1", 0, NULL, NULL, NULL);
	statements = palloc(sizeof(char *) * n);
	for (i = 0; i < n; i++)
		statements[i] = psprintf("GRANT SELECT, INSERT, UPDATE, DELETE ON cartona.%s TO %s",
								 quote_identifier(cartona_spi_text(i, 1, CurrentMemoryContext)), name);
	for (i = 0; i < n; i++)
		run(statements[i]);
}

/*
 * Rows a fresh installation starts with.  Not made by the install script: a
 * restored dump brings its own, and they would collide.
 */
static void
default_rows(int32 company_id)
{
	Oid			types[1] = {INT4OID};
	Datum		values[1];

	values[0] = Int32GetDatum(company_id);
	cartona_spi_run("INSERT INTO cartona.account (company_id)"
					" SELECT $1 WHERE NOT EXISTS (SELECT FROM cartona.account)",
					1, types, values, NULL);
	run("INSERT INTO cartona.status_map (direction, odoo_state, cartona_status)"
		" SELECT * FROM (VALUES"
		" ('out', 'draft', 'pending'), ('out', 'sent', 'pending'), ('out', 'sale', 'approved'),"
		" ('out', 'assigned', 'assigned_to_salesman'),"

	/*
	 * The guide's: not the state, which only means locked, but delivered in
	 * full
	 */
		" ('out', 'done', 'delivered'), ('out', 'cancel', 'cancelled_by_supplier'),"
		" ('in', 'draft', 'pending'), ('in', 'draft', 'editing'), ('in', 'confirm', 'approved'),"
		" ('in', 'assign', 'assigned_to_salesman'), ('in', 'deliver', 'delivered'),"
		" ('in', 'cancel', 'cancelled_by_supplier'), ('in', 'cancel', 'cancelled_by_retailer'),"
		" ('in', 'cancel', 'cancelled'), ('in', 'note', 'returned'), ('in', 'note', 'return')) v"
		" WHERE NOT EXISTS (SELECT FROM cartona.status_map)");
}

/* Step 0: what is ours. */
static void
attach_own(Oid owner)
{
	CartonaUser saved;
	int32		company_id = 1;

	cartona_user_become(owner, &saved);
	cartona_path_odoo();
	if (OidIsValid(cartona_attach_find("res_company")) &&
		cartona_spi_run("SELECT id FROM res_company ORDER BY id LIMIT 1", 0, NULL, NULL, NULL) > 0)
		company_id = cartona_spi_int32(0, 1);
	cartona_path_own();
	cartona_user_restore(&saved);

	cartona_user_become(cartona_extension_owner(), &saved);
	grant_to(owner);
	default_rows(company_id);
	run("UPDATE cartona.installation SET detached = false WHERE detached");
	/* Only where nothing is known yet: a copy stays a copy until enable(). */
	if (cartona_spi_run("SELECT FROM cartona.installation", 0, NULL, NULL, NULL) == 0)
		cartona_guard_adopt();
	cartona_user_restore(&saved);
}

/* One of Odoo's tables. */
static void
attach_table(Oid owner, int number)
{
	CartonaUser saved;
	bool		created;

	cartona_user_become(owner, &saved);
	created = cartona_attach_table(number);
	cartona_user_restore(&saved);

	/*
	 * What changed while a trigger was missing was not captured: compare by
	 * level.
	 */
	if (created)
	{
		cartona_user_become(cartona_extension_owner(), &saved);
		run("INSERT INTO cartona.outbox (kind, subject) SELECT 'enable', id FROM cartona.account WHERE active");
		cartona_user_restore(&saved);
		cartona_shmem_wake_at_commit();
	}
}

/* The last step: rows, not tables.  What an order's source points at, and the scheduled action that works for us. */
static void
attach_rows(Oid owner)
{
	CartonaUser saved;

	cartona_user_become(owner, &saved);
	cartona_utm_add();
	cartona_bridge_install();
	cartona_user_restore(&saved);
}

bool
cartona_attach_needs_bridge(void)
{
	CartonaUser saved;
	bool		installed;

	cartona_user_become(cartona_odoo_owner(), &saved);
	installed = cartona_bridge_is_installed();
	cartona_user_restore(&saved);
	return !installed;
}

/* Cartona speaks UTF-8: what it says would be stored as something else. */
static void
check_encoding(void)
{
	if (GetDatabaseEncoding() != PG_UTF8)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the encoding of this database is %s, and Cartona's orders need UTF8", GetDatabaseEncodingName()),
				 errhint("Restore Odoo into a database that was made with ENCODING 'UTF8', as Odoo makes its own.")));
}

int
cartona_attach_steps(void)
{
	return 1 + cartona_attach_tables() + 1;
}

void
cartona_attach_step(int step)
{
	Oid			owner = cartona_odoo_owner();

	/* A person and the worker at the same moment: one after the other. */
	(void) DirectFunctionCall1(pg_advisory_xact_lock_int8, Int64GetDatum(ATTACH_LOCK));

	if (!OidIsValid(owner))
		cartona_attach_no_table("sale_order");
	check_encoding();
	if (step == 0)
		attach_own(owner);
	else if (step <= cartona_attach_tables())
		attach_table(owner, step - 1);
	else
		attach_rows(owner);
}

/* Only who could do the same by hand: a superuser, or Odoo's role itself. */
static void
check_caller(void)
{
	Oid			owner = cartona_odoo_owner();

	if (OidIsValid(owner) && !superuser() && !has_privs_of_role(GetUserId(), owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied to change Odoo's tables"),
				 errhint("Call it as role \"%s\", which owns them, or as a superuser.",
						 GetUserNameFromId(owner, false))));
}

/* Rules of the shop's own run only where Odoo itself writes. */
static void
advise(void)
{
	CartonaUser saved;
	int			rules;

	cartona_user_become(cartona_odoo_owner(), &saved);
	rules = cartona_bridge_automations();
	cartona_user_restore(&saved);
	if (rules > 0)
		ereport(NOTICE,
				(errmsg("Odoo has %d automation rules on orders, order lines and customers", rules),
				 errdetail("They do not run for orders that this extension writes by SQL."),
				 errhint("Where they must: UPDATE cartona.account SET order_writer = 'odoo'; slower, but Odoo writes each order itself.")));
}

/* cartona.attach(): all steps in the caller's transaction */
Datum
cartona_sql_attach(PG_FUNCTION_ARGS)
{
	int			i;

	check_caller();
	SPI_connect();
	for (i = 0; i < cartona_attach_steps(); i++)
		cartona_attach_step(i);
	advise();
	SPI_finish();
	cartona_shmem_wake_at_commit();
	PG_RETURN_VOID();
}

/* cartona.detach(drop_columns): triggers and indexes off; columns with their data only when asked */
Datum
cartona_sql_detach(PG_FUNCTION_ARGS)
{
	bool		drop_columns = PG_GETARG_BOOL(0);
	CartonaUser saved;
	Oid			owner;
	int			i;

	check_caller();
	SPI_connect();
	owner = cartona_odoo_owner();
	if (OidIsValid(owner))
	{
		cartona_user_become(owner, &saved);
		cartona_bridge_remove();
		for (i = 0; i < cartona_attach_tables(); i++)
			cartona_attach_remove(i, drop_columns);
		cartona_user_restore(&saved);
	}
	cartona_user_become(cartona_extension_owner(), &saved);
	run("UPDATE cartona.installation SET detached = true");
	run("UPDATE cartona.account SET active = false WHERE active");
	cartona_user_restore(&saved);
	SPI_finish();
	cartona_shmem_wake_at_commit();
	PG_RETURN_VOID();
}

/* cartona._attach_state(): for cartona.status */
Datum
cartona_sql_attach_state(PG_FUNCTION_ARGS)
{
	const char *text = "attached";

	SPI_connect();
	switch (cartona_attach_state())
	{
		case CARTONA_NO_ODOO:
			text = "no Odoo";
			break;
		case CARTONA_NOT_ATTACHED:
		case CARTONA_DETACHED:
			text = "detached";
			break;
		case CARTONA_ATTACHED:
			break;
	}
	SPI_finish();
	PG_RETURN_TEXT_P(cstring_to_text(text));
}
