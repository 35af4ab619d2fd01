/*-------------------------------------------------------------------------
 *
 * bridge.c
 *	  The scheduled action in Odoo that does what only Odoo can do: its rows,
 *	  and waking it.
 *
 * Odoo runs the action's Python text (bridge.sql) by itself, with all its own
 * rules; the text takes tasks from cartona.odoo_task, one transaction each.
 * The rows are known by their names in ir_model_data, under a module name that
 * is none, so that neither updating nor uninstalling a module takes them away.
 * The model they belong to is Odoo's own ir.cron: with one of another module's
 * they would go with that module.
 *
 * ir_cron is never updated here: while the action runs Odoo holds a lock on the
 * row.  A row in ir_cron_trigger (Odoo 15 and later) makes it due; where there
 * is no such table the action is due every minute.
 *
 * Neighbours: attach.c installs and removes; task.c wakes; bridge.sql has the
 * text.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: throws; a locked row is an error after lock_timeout.
 *
 * IDENTIFICATION
 *	  src/odoo/bridge.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "base/xact.h"
#include "odoo/bridge.h"
#include "odoo/catalog.h"
#include "odoo/writer.h"

PG_FUNCTION_INFO_V1(cartona_sql_odoo_cron);

#define MODULE "'__cartona__'"
#define ACTION_NAME "'task_action'"
#define CRON_NAME "'task_cron'"
#define TITLE "'Cartona: what only Odoo can do'"
#define UTC_NOW "(now() AT TIME ZONE 'UTC')"
/* The action and the scheduled action as they are: null where they are not there. */
static CartonaQuery found_query = {
	"SELECT action.id, cron.id, action.code IS NOT DISTINCT FROM cartona._bridge_text()"
	" FROM (SELECT 1) one"
	" LEFT JOIN {ir_model_data} cd ON cd.module = " MODULE " AND cd.name = " CRON_NAME
	" LEFT JOIN {ir_cron} cron ON cron.id = cd.res_id"
	" LEFT JOIN {ir_model_data} ad ON ad.module = " MODULE " AND ad.name = " ACTION_NAME
	" LEFT JOIN {ir_act_server} action ON action.id = coalesce(cron.ir_actions_server_id, ad.res_id)",
	0, {0}
};

static const CartonaColumn action_columns[] = {
	{"name", TITLE, CARTONA_TRANSLATED},
	{"type", "'ir.actions.server'", CARTONA_VALUE},
	{"binding_type", "'action'", CARTONA_VALUE},
	{"binding_view_types", "'list,form'", CARTONA_VALUE},
	{"usage", "'ir_cron'", CARTONA_VALUE},
	{"state", "'code'", CARTONA_VALUE},
	{"automated_name", "'Execute Code'", CARTONA_VALUE},
	{"sequence", "5", CARTONA_VALUE},
	{"model_id", "o.model", CARTONA_VALUE},
	{"model_name", "'ir.cron'", CARTONA_VALUE},
	{"code", "o.code", CARTONA_VALUE},
	/* what Odoo writes for every server action */
	{"update_m2m_operation", "'add'", CARTONA_VALUE},
	{"update_boolean_value", "'true'", CARTONA_VALUE},
	{"evaluation_type", "'value'", CARTONA_VALUE},
	{"activity_date_deadline_range_type", "'days'", CARTONA_VALUE},
	{"activity_user_type", "'specific'", CARTONA_VALUE},
	{"activity_user_field_name", "'user_id'", CARTONA_VALUE},
	{"create_uid", "o.uid", CARTONA_VALUE},
	{"create_date", UTC_NOW, CARTONA_VALUE},
	{"write_uid", "o.uid", CARTONA_VALUE},
	{"write_date", UTC_NOW, CARTONA_VALUE},
	{NULL}
};

static const CartonaWriterArg action_args[] = {
	{"code", TEXTOID},
	{"model", INT4OID},
	{"uid", INT4OID},
};

static CartonaWriter write_action = {
	"ir_act_server", NULL, action_columns, action_args, lengthof(action_args), false, true
};

/*
 * A minute where nothing else wakes it; ten where a trigger does, because each
 * run leaves lines in Odoo's log.
 */
static const CartonaColumn cron_columns[] = {
	{"ir_actions_server_id", "o.action", CARTONA_VALUE},
	{"cron_name", TITLE, CARTONA_VALUE},
	{"user_id", "o.uid", CARTONA_VALUE},
	{"active", "true", CARTONA_VALUE},
	{"interval_number", "o.minutes", CARTONA_VALUE},
	{"interval_type", "'minutes'", CARTONA_VALUE},
	{"numbercall", "-1", CARTONA_VALUE},
	{"doall", "false", CARTONA_VALUE},
	{"nextcall", "date_trunc('second', " UTC_NOW ")", CARTONA_VALUE},

	/*
	 * before Odoo's own, of those that are due: somebody waits for it, and it
	 * ends within 30 s
	 */
	{"priority", "1", CARTONA_VALUE},
	{"failure_count", "0", CARTONA_VALUE},
	{"create_uid", "o.uid", CARTONA_VALUE},
	{"create_date", UTC_NOW, CARTONA_VALUE},
	{"write_uid", "o.uid", CARTONA_VALUE},
	{"write_date", UTC_NOW, CARTONA_VALUE},
	{NULL}
};

static const CartonaWriterArg cron_args[] = {
	{"action", INT4OID},
	{"minutes", INT4OID},
	{"uid", INT4OID},
};

static CartonaWriter write_cron = {
	"ir_cron", NULL, cron_columns, cron_args, lengthof(cron_args), false, true
};

/* $1: name, $2: model, $3: id */
static CartonaQuery name_query = {
	"INSERT INTO {ir_model_data} (module, name, model, res_id, noupdate)"
	" VALUES (" MODULE ", $1, $2, $3, true)"
	" ON CONFLICT (module, name) DO UPDATE SET model = EXCLUDED.model, res_id = EXCLUDED.res_id",
	3, {TEXTOID, TEXTOID, INT4OID}
};

/* $1: action */
static CartonaQuery text_query = {
	"UPDATE {ir_act_server} SET code = cartona._bridge_text(), write_date = " UTC_NOW " WHERE id = $1",
	1, {INT4OID}
};

/* Has this Odoo scheduled actions?  Only in tests it may have none. */
static bool
has_tables(void)
{
	return OidIsValid(cartona_catalog_table("ir_cron")) &&
		OidIsValid(cartona_catalog_table("ir_act_server")) &&
		OidIsValid(cartona_catalog_table("ir_model_data"));
}

static bool
has_triggers(void)
{
	return OidIsValid(cartona_catalog_table("ir_cron_trigger"));
}

/* The ids of what is there, 0 where it is not; true where all is as it must be. */
static bool
find(int32 *action, int32 *cron)
{
	(void) cartona_query_run(&found_query, NULL, NULL);
	*action = cartona_spi_int32(0, 1);
	*cron = cartona_spi_int32(0, 2);
	return *action != 0 && *cron != 0 && cartona_spi_bool(0, 3);
}

bool
cartona_bridge_is_installed(void)
{
	int32		action;
	int32		cron;

	return !has_tables() || find(&action, &cron);
}

static void
give_name(const char *name, const char *model, int32 id)
{
	Datum		values[3];

	values[0] = CStringGetTextDatum(name);
	values[1] = CStringGetTextDatum(model);
	values[2] = Int32GetDatum(id);
	(void) cartona_query_run(&name_query, values, NULL);
}

static int32
insert_action(const char *code, int32 model, int32 user)
{
	CartonaWriterRows *rows = cartona_writer_rows(&write_action, 1);
	int32		id;

	cartona_writer_set_text(rows, 0, 0, code);
	cartona_writer_set_id(rows, 0, 1, model);
	cartona_writer_set_id(rows, 0, 2, user);
	id = cartona_writer_insert(rows, 0)[0];
	give_name("task_action", "ir.actions.server", id);
	return id;
}

static void
insert_cron(int32 action, int32 user)
{
	CartonaWriterRows *rows = cartona_writer_rows(&write_cron, 1);

	cartona_writer_set_id(rows, 0, 0, action);
	cartona_writer_set_id(rows, 0, 1, has_triggers() ? 10 : 1);
	cartona_writer_set_id(rows, 0, 2, user);
	give_name("task_cron", "ir.cron", cartona_writer_insert(rows, 0)[0]);
}

static CartonaQuery needs_query = {
	"SELECT cartona._bridge_text(), (SELECT m.id FROM {ir_model} m WHERE m.model = 'ir.cron'),"
	" coalesce((SELECT d.res_id FROM {ir_model_data} d WHERE d.module = 'base' AND d.name = 'user_root'), 1)",
	0, {0}
};

void
cartona_bridge_install(void)
{
	Datum		values[1];
	char	   *code;
	int32		model;
	int32		user;
	int32		action;
	int32		cron;

	if (!has_tables() || find(&action, &cron))
		return;
	(void) cartona_query_run(&needs_query, NULL, NULL);
	code = cartona_spi_text(0, 1, CurrentMemoryContext);
	model = cartona_spi_int32(0, 2);
	user = cartona_spi_int32(0, 3);
	if (action == 0)
		action = insert_action(code, model, user);
	else
	{
		values[0] = Int32GetDatum(action);
		(void) cartona_query_run(&text_query, values, NULL);
	}
	if (cron == 0)
		insert_cron(action, user);
}

/* $1: cron, $2: action; the trigger rows go with their scheduled action */
static CartonaQuery remove_queries[] = {
	{"DELETE FROM {ir_cron} WHERE id = $1 OR ir_actions_server_id = $2", 2, {INT4OID, INT4OID}},
	{"DELETE FROM {ir_act_server} WHERE $1 IS NOT NULL AND id = $2", 2, {INT4OID, INT4OID}},
	{"DELETE FROM {ir_model_data} WHERE module = " MODULE " AND name IN (" ACTION_NAME ", " CRON_NAME ")"
	" AND $1 IS NOT NULL AND $2 IS NOT NULL", 2, {INT4OID, INT4OID}}
};

void
cartona_bridge_remove(void)
{
	Datum		values[2];
	int32		action;
	int32		cron;
	int			i;

	if (!has_tables())
		return;
	(void) find(&action, &cron);
	values[0] = Int32GetDatum(cron);
	values[1] = Int32GetDatum(action);
	for (i = 0; i < (int) lengthof(remove_queries); i++)
		(void) cartona_query_run(&remove_queries[i], values, NULL);
}

/* As Odoo writes it: whole seconds, or a run that starts in the same second would leave it behind. */
static CartonaQuery trigger_query = {
	"INSERT INTO {ir_cron_trigger} (cron_id, call_at, create_uid, create_date, write_uid, write_date)"
	" SELECT cron.id, date_trunc('second', clock_timestamp() AT TIME ZONE 'UTC'), cron.user_id, " UTC_NOW ", cron.user_id, " UTC_NOW
	" FROM {ir_model_data} d JOIN {ir_cron} cron ON cron.id = d.res_id"
	" WHERE d.module = " MODULE " AND d.name = " CRON_NAME,
	0, {0}
};

bool
cartona_bridge_trigger(void)
{
	return has_tables() && has_triggers() && cartona_query_run(&trigger_query, NULL, NULL) > 0;
}

static CartonaQuery triggered_query = {
	"SELECT 1 FROM {ir_model_data} d JOIN {ir_cron_trigger} t ON t.cron_id = d.res_id"
	" WHERE d.module = " MODULE " AND d.name = " CRON_NAME " AND t.call_at <= clock_timestamp() AT TIME ZONE 'UTC' LIMIT 1",
	0, {0}
};

bool
cartona_bridge_is_triggered(void)
{
	return has_tables() && has_triggers() && cartona_query_run(&triggered_query, NULL, NULL) > 0;
}

/* Until Odoo 16 a rule's model is that of its server action. */
static CartonaQuery automations_query = {
	"{?base_automation|SELECT count(*)::int4 FROM {base_automation} b"
	" JOIN {ir_model} m ON m.id = {b.base_automation.model_id|(SELECT a.model_id FROM {ir_act_server} a WHERE a.id = b.action_server_id)}"
	" WHERE b.active AND m.model IN ('sale.order', 'sale.order.line', 'res.partner')|SELECT 0}",
	0, {0}
};

int
cartona_bridge_automations(void)
{
	(void) cartona_query_run(&automations_query, NULL, NULL);
	return cartona_spi_int32(0, 1);
}

/* What of Odoo's keeps the action from running. */
static CartonaQuery cron_query = {
	"SELECT cron.active, {?ir_cron_trigger|true|false}, cron.lastcall AT TIME ZONE 'UTC',"
	" (SELECT count(*)::int4 FROM {ir_module_module} m WHERE m.state LIKE 'to %')"
	" FROM (SELECT 1) one"
	" LEFT JOIN {ir_model_data} d ON d.module = " MODULE " AND d.name = " CRON_NAME
	" LEFT JOIN {ir_cron} cron ON cron.id = d.res_id",
	0, {0}
};

/* cartona._odoo_cron(): (active, woken, last_run, modules_pending) */
Datum
cartona_sql_odoo_cron(PG_FUNCTION_ARGS)
{
	CartonaUser saved;
	TupleDesc	tupdesc;
	Datum		values[4] = {0};
	bool		nulls[4] = {true, true, true, true};
	Oid			owner = cartona_odoo_owner();
	int			i;

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	SPI_connect();
	if (OidIsValid(owner))
	{
		cartona_user_become(owner, &saved);
		if (has_tables())
		{
			(void) cartona_query_run(&cron_query, NULL, NULL);
			/* all four are passed by value */
			for (i = 0; i < 4; i++)
				values[i] = cartona_spi_datum(0, i + 1, &nulls[i]);
		}
		cartona_user_restore(&saved);
	}
	SPI_finish();
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}
