/*-------------------------------------------------------------------------
 *
 * attach.c
 *	  What this extension puts on Odoo's tables, and taking it off.
 *
 * The table below is the whole list: columns, indexes and triggers.  Columns
 * are nullable and without default (adding one rewrites nothing); no trigger
 * has a column list or a condition on an Odoo column (it would make that column
 * undroppable); no foreign key points from or to an Odoo table (it would break
 * Odoo's merge wizards).
 *
 * Neighbours: stages.c attaches step by step when it finds Odoo; a person calls
 * cartona.attach().  capture.c holds the trigger functions.
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

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "base/xact.h"
#include "config/guard.h"
#include "odoo/attach.h"
#include "odoo/bridge.h"
#include "odoo/utm.h"

PG_FUNCTION_INFO_V1(cartona_sql_attach);
PG_FUNCTION_INFO_V1(cartona_sql_detach);
PG_FUNCTION_INFO_V1(cartona_sql_attach_state);

#define MAX_COLUMNS 5
#define MAX_TRIGGERS 2

typedef struct AttachIndex
{
	const char *name;			/* NULL: none */
	bool		unique;
	const char *definition;		/* behind the table's name */
} AttachIndex;

typedef struct AttachTable
{
	const char *name;
	bool		required;		/* without it this is no Odoo with sales */
	const char *columns[MAX_COLUMNS + 1][2];	/* name, type */
	AttachIndex index;
	const char *triggers[MAX_TRIGGERS + 1]; /* calls of trigger functions */
} AttachTable;

static const AttachTable attach_tables[] = {
	{"sale_order", true,
		{{"cartona_id", "varchar"}, {"delivered_by", "varchar"}, {"cartona_account_id", "integer"},
		{"cartona_otp", "varchar"}, {"cartona_cancel_reason", "varchar"}},
		{"sale_order_cartona_id_idx", true, "(coalesce(cartona_account_id, 0), cartona_id) WHERE cartona_id IS NOT NULL"},
	{"cartona.capture_order()"}},
	{"sale_order_line", true,
		{{"cartona_line_id", "varchar"}},
		{NULL},
	{"cartona.capture_line()"}},
	{"res_partner", true,
		{{"cartona_id", "varchar"}},
		{"res_partner_cartona_id_idx", false, "(cartona_id) WHERE cartona_id IS NOT NULL"},
	{NULL}},
	{"product_template", true,
		{{"cartona_id", "varchar"}},
		{"product_template_cartona_id_idx", false, "(cartona_id) WHERE cartona_id IS NOT NULL"},
	{"cartona.capture('template', 'id', 'list_price', 'cartona_id', 'active', 'sale_ok', 'type', 'detailed_type', 'is_storable', 'company_id', 'uom_id')"}},
	{"product_product", true,
		{{NULL}}, {NULL},
		{"cartona.capture('product', 'id', 'active', 'product_tmpl_id')",

			/*
			 * which id a template's other variants are sold by depends on how
			 * many there are
			 */
	"cartona.capture('template', 'product_tmpl_id', 'active', 'product_tmpl_id')"}},
	{"product_template_attribute_value", false,
		{{NULL}}, {NULL},
	{"cartona.capture('template', 'product_tmpl_id', 'price_extra', 'ptav_active', 'product_tmpl_id')"}},
	{"product_variant_combination", false,
		{{NULL}}, {NULL},
	{"cartona.capture('product', 'product_product_id', 'product_product_id', 'product_template_attribute_value_id')"}},
	{"product_taxes_rel", false,
		{{NULL}}, {NULL},
	{"cartona.capture('template', 'prod_id', 'prod_id', 'tax_id')"}},
	{"mrp_bom", false,
		{{NULL}}, {NULL},
	{"cartona.capture('template', 'product_tmpl_id', 'product_tmpl_id', 'product_id', 'type', 'active', 'product_qty', 'product_uom_id', 'sequence', 'company_id')"}},
	{"mrp_bom_line", false,
		{{NULL}}, {NULL},
	{"cartona.capture('product', 'product_id', 'product_id', 'product_qty', 'product_uom_id', 'bom_id')"}},
	{"stock_picking", false,
		{{NULL}}, {NULL},
	{"cartona.capture_picking()"}},
	{"stock_quant", false,
		{{NULL}}, {NULL},
	{"cartona.capture('product', 'product_id', 'product_id', 'location_id', 'company_id', 'quantity', 'reserved_quantity')"}},
	{"stock_move", false,
		{{NULL}}, {NULL},
	{"cartona.capture('product', 'product_id', 'product_id', 'state', 'product_qty', 'product_uom_qty', 'location_id', 'location_dest_id', 'location_final_id', 'company_id')"}},
};

/* Key of the advisory lock: "cartona". */
#define ATTACH_LOCK INT64CONST(0x636172746f6e61)

#define SALE_ORDER 0			/* its index above */

/* The table in Odoo's schema, InvalidOid when it is not there. */
static Oid
odoo_table(const char *name)
{
	Oid			relid;

	/*
	 * Odoo's own path is set: the first schema that has it, never a temporary
	 * table.
	 */
	List	   *path = fetch_search_path(false);
	ListCell   *lc;

	foreach(lc, path)
	{
		Oid			schema = lfirst_oid(lc);

		if (isAnyTempNamespace(schema))
			continue;
		relid = get_relname_relid(name, schema);
		if (OidIsValid(relid) && get_rel_relkind(relid) == RELKIND_RELATION)
			return relid;
	}
	return InvalidOid;
}

/*
 * Is a dump being restored?  The tables come first, then the rows, the indexes
 * last; rows put into them before would collide with the dump's.
 */
static bool
is_being_restored(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool		restored = false;

	if (HeapTupleIsValid(tuple))
	{
		restored = !((Form_pg_class) GETSTRUCT(tuple))->relhasindex;
		ReleaseSysCache(tuple);
	}
	return restored;
}

static char *
qualified_name(Oid relid)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)),
									  get_rel_name(relid));
}

static char *
trigger_name(const AttachTable *table, int number)
{
	return psprintf("cartona_capture_%s%s", table->name, number == 0 ? "" : "_2");
}

static bool
has_trigger(Oid relid, const AttachTable *table, int number)
{
	Relation	rel;
	ScanKeyData key[2];
	SysScanDesc scan;
	bool		found;

	rel = table_open(TriggerRelationId, AccessShareLock);
	ScanKeyInit(&key[0], Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&key[1], Anum_pg_trigger_tgname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum(trigger_name(table, number)));
	scan = systable_beginscan(rel, TriggerRelidNameIndexId, true, NULL, 2, key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

static bool
has_index(Oid relid, const AttachTable *table)
{
	return OidIsValid(get_relname_relid(table->index.name, get_rel_namespace(relid)));
}

/* Is everything of "table" on it? */
static bool
table_is_complete(Oid relid, const AttachTable *table)
{
	int			i;

	for (i = 0; table->columns[i][0] != NULL; i++)
	{
		if (get_attnum(relid, table->columns[i][0]) == InvalidAttrNumber)
			return false;
	}
	for (i = 0; table->triggers[i] != NULL; i++)
	{
		if (!has_trigger(relid, table, i))
			return false;
	}
	return table->index.name == NULL || has_index(relid, table);
}

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
	bool		complete = true;
	bool		odoo = true;
	int			i;

	cartona_path_odoo();
	for (i = 0; i < (int) lengthof(attach_tables); i++)
	{
		Oid			relid = odoo_table(attach_tables[i].name);

		if (!OidIsValid(relid) || (attach_tables[i].required && is_being_restored(relid)))
			odoo = odoo && !attach_tables[i].required;
		else if (!table_is_complete(relid, &attach_tables[i]))
			complete = false;
	}
	cartona_path_own();

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
	if (OidIsValid(odoo_table("res_company")) &&
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
attach_table(Oid owner, const AttachTable *table)
{
	CartonaUser saved;
	Oid			relid;
	char	   *name;
	bool		created = false;
	int			i;

	cartona_path_odoo();
	relid = odoo_table(table->name);
	cartona_path_own();
	if (!OidIsValid(relid))
	{
		if (table->required)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("table \"%s\" does not exist", table->name),
					 errdetail("The extension works in the database of an Odoo with the Sales module."),
					 errhint("Install Odoo's Sales module (sale_management) in this database, or connect to Odoo's database.")));
		return;
	}
	if (table_is_complete(relid, table))
		return;

	name = qualified_name(relid);
	cartona_user_become(owner, &saved);
	for (i = 0; table->columns[i][0] != NULL; i++)
	{
		if (get_attnum(relid, table->columns[i][0]) == InvalidAttrNumber)
			run(psprintf("ALTER TABLE %s ADD COLUMN %s %s", name, table->columns[i][0], table->columns[i][1]));
	}
	if (table->index.name != NULL && !has_index(relid, table))
		run(psprintf("CREATE %sINDEX %s ON %s %s", table->index.unique ? "UNIQUE " : "",
					 table->index.name, name, table->index.definition));
	for (i = 0; table->triggers[i] != NULL; i++)
	{
		created = created || !has_trigger(relid, table, i);
		if (!has_trigger(relid, table, i))
			run(psprintf("CREATE TRIGGER %s AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s",
						 quote_identifier(trigger_name(table, i)), name, table->triggers[i]));
	}
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

int
cartona_attach_steps(void)
{
	return 1 + lengthof(attach_tables) + 1;
}

void
cartona_attach_step(int step)
{
	Oid			owner = cartona_odoo_owner();

	/* A person and the worker at the same moment: one after the other. */
	(void) DirectFunctionCall1(pg_advisory_xact_lock_int8, Int64GetDatum(ATTACH_LOCK));

	if (!OidIsValid(owner))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"%s\" does not exist", attach_tables[SALE_ORDER].name),
				 errdetail("The extension works in the database of an Odoo with the Sales module."),
				 errhint("Install Odoo's Sales module (sale_management) in this database, or connect to Odoo's database.")));
	if (step == 0)
		attach_own(owner);
	else if (step <= (int) lengthof(attach_tables))
		attach_table(owner, &attach_tables[step - 1]);
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
	int			j;

	check_caller();
	SPI_connect();
	owner = cartona_odoo_owner();
	if (OidIsValid(owner))
	{
		cartona_user_become(owner, &saved);
		cartona_bridge_remove();
		for (i = 0; i < (int) lengthof(attach_tables); i++)
		{
			const AttachTable *table = &attach_tables[i];
			Oid			relid;
			char	   *name;

			cartona_path_odoo();
			relid = odoo_table(table->name);
			cartona_path_own();
			if (!OidIsValid(relid))
				continue;
			name = qualified_name(relid);
			for (j = 0; table->triggers[j] != NULL; j++)
			{
				if (has_trigger(relid, table, j))
					run(psprintf("DROP TRIGGER %s ON %s", quote_identifier(trigger_name(table, j)), name));
			}
			if (table->index.name != NULL && has_index(relid, table))
				run(psprintf("DROP INDEX %s", quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), table->index.name)));
			for (j = 0; drop_columns && table->columns[j][0] != NULL; j++)
			{
				if (get_attnum(relid, table->columns[j][0]) != InvalidAttrNumber)
					run(psprintf("ALTER TABLE %s DROP COLUMN %s", name, table->columns[j][0]));
			}
		}
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
