/*-------------------------------------------------------------------------
 *
 * catalog.c
 *	  What Odoo's tables look like here and now, and queries written for it.
 *
 * Everything that knows Odoo's tables asks here, never for a version number:
 * modules add columns, and a version says little about them.
 *
 * Neighbours: writer.c, shop.c, partner.c, product.c, sequence.c.
 * Transactions: the caller's, with an SPI connection.
 * Memory: plans and the list of watched tables live as long as the session.
 * Failure: a missing table is an error that says to install Odoo's modules
 * and to call cartona.attach(); a missing column only where no alternative is
 * given.
 *
 * IDENTIFICATION
 *	  src/odoo/catalog.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/xact.h"
#include "odoo/catalog.h"

#define MAX_WATCHED 256
#define MAX_NAME 64
#define MAX_RUNS 500			/* of one plan */
#define FEW_ROWS 8

static Oid	watched[MAX_WATCHED];
static int	nwatched = 0;
static bool registered = false;
static bool stale = false;		/* a watched table changed since the last look */
static uint64 generation = 1;
static char schema[2 * NAMEDATALEN + 3];
static Oid	schema_oid = InvalidOid;
static uint64 schema_generation = 0;

/* Runs whenever PostgreSQL forgets what it knew of a table: must not throw. */
static void
table_changed(Datum arg, Oid relid)
{
	int			i;

	if (!OidIsValid(relid))
	{
		stale = true;
		return;
	}
	for (i = 0; i < nwatched; i++)
		if (watched[i] == relid)
			stale = true;
}

uint64
cartona_catalog_generation(void)
{
	if (!registered)
	{
		CacheRegisterRelcacheCallback(table_changed, (Datum) 0);
		registered = true;
	}
	if (stale)
	{
		stale = false;
		generation++;
		nwatched = 0;
	}
	return generation;
}

static void
watch(Oid relid)
{
	int			i;

	for (i = 0; i < nwatched; i++)
		if (watched[i] == relid)
			return;
	if (nwatched == MAX_WATCHED)
		elog(ERROR, "more than %d of Odoo's tables are watched", MAX_WATCHED);
	watched[nwatched++] = relid;
}

static void
find_schema(void)
{
	Oid			orders;

	if (schema_generation == cartona_catalog_generation() && OidIsValid(schema_oid))
		return;

	cartona_path_odoo();
	orders = RelnameGetRelid("sale_order");
	cartona_path_own();
	if (!OidIsValid(orders))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("Odoo's table sale_order was not found in this database"),
				 errhint("Install Odoo's Sales app in this database, then call cartona.attach().")));
	schema_oid = get_rel_namespace(orders);
	strlcpy(schema, quote_identifier(get_namespace_name(schema_oid)), sizeof(schema));
	schema_generation = generation;
	watch(orders);
}

const char *
cartona_catalog_schema(void)
{
	find_schema();
	return schema;
}

Oid
cartona_catalog_table(const char *table)
{
	Oid			relid;

	find_schema();
	relid = get_relname_relid(table, schema_oid);
	if (OidIsValid(relid))
		watch(relid);
	return relid;
}

Oid
cartona_catalog_column(const char *table, const char *column)
{
	Oid			relid = cartona_catalog_table(table);
	AttrNumber	attnum;

	if (!OidIsValid(relid))
		return InvalidOid;
	attnum = get_attnum(relid, column);
	return attnum > 0 ? get_atttype(relid, attnum) : InvalidOid;
}

bool
cartona_catalog_not_null(const char *table, const char *column)
{
	Oid			relid = cartona_catalog_table(table);
	HeapTuple	tuple;
	bool		not_null = false;

	if (!OidIsValid(relid))
		return false;
	tuple = SearchSysCacheAttName(relid, column);
	if (HeapTupleIsValid(tuple))
	{
		not_null = ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull;
		ReleaseSysCache(tuple);
	}
	return not_null;
}

/* "a.table.column" into its parts; the text is ours, so a mistake is a bug. */
static void
split_name(const char *name, char *alias, char *table, char *column)
{
	if (sscanf(name, "%63[^.].%63[^.].%63s", alias, table, column) != 3)
		elog(ERROR, "malformed name \"%s\" in a query on Odoo's tables", name);
}

static void
need_table(const char *table)
{
	if (!OidIsValid(cartona_catalog_table(table)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("Odoo's table %s was not found in this database", table),
				 errhint("Odoo's Sales and Inventory apps must be installed.")));
}

/* The models whose fields are read here are named as their tables, with dots. */
static char *
model_name(const char *table)
{
	char	   *model = pstrdup(table);
	char	   *c;

	for (c = model; *c; c++)
		if (*c == '_')
			*c = '.';
	return model;
}

/* A translated text in language $1: jsonb since Odoo 16, a row of ir_translation before. */
static void
append_translated(StringInfo out, const char *name)
{
	char		alias[MAX_NAME];
	char		table[MAX_NAME];
	char		column[MAX_NAME];

	split_name(name, alias, table, column);
	if (cartona_catalog_column(table, column) == JSONBOID)
	{
		appendStringInfo(out, "coalesce(nullif(%s.%s ->> $1::text, ''), %s.%s ->> 'en_US')",
						 alias, column, alias, column);
		return;
	}
	if (!OidIsValid(cartona_catalog_table("ir_translation")))
	{
		appendStringInfo(out, "%s.%s::text", alias, column);
		return;
	}
	appendStringInfo(out,
					 "coalesce((SELECT nullif(tr.value, '') FROM %s.ir_translation tr"
					 " WHERE tr.type = 'model' AND tr.name = '%s,%s' AND tr.lang = $1::text AND tr.res_id = %s.id"
					 " LIMIT 1), %s.%s)::text",
					 schema, model_name(table), column, alias, alias, column);
}

/*
 * A company-dependent reference of company $2: since Odoo 18 a jsonb column
 * {"<company>": id} with its default in ir_default, before that rows of
 * ir_property (res_id null: the default).
 */
static void
append_property(StringInfo out, const char *name)
{
	char		alias[MAX_NAME];
	char		table[MAX_NAME];
	char		column[MAX_NAME];

	split_name(name, alias, table, column);
	if (cartona_catalog_column(table, column) == JSONBOID)
		appendStringInfo(out,
						 "(CASE WHEN %s.%s ? $2::text"
						 "  THEN CASE WHEN jsonb_typeof(%s.%s -> $2::text) = 'number' THEN (%s.%s ->> $2::text)::int4 END ELSE"
						 " (SELECT d.json_value::int4 FROM %s.ir_default d JOIN %s.ir_model_fields f ON f.id = d.field_id"
						 "   WHERE f.model = '%s' AND f.name = '%s' AND d.user_id IS NULL AND d.condition IS NULL"
						 "   AND (d.company_id = $2 OR d.company_id IS NULL) AND d.json_value ~ '^[0-9]{1,9}$'"
						 "   ORDER BY d.company_id NULLS LAST, d.id LIMIT 1) END)",
						 alias, column, alias, column, alias, column, schema, schema, model_name(table), column);
	else if (OidIsValid(cartona_catalog_table("ir_property")))
		appendStringInfo(out,
						 "(SELECT substring(pr.value_reference from ',([0-9]{1,9})$')::int4 FROM %s.ir_property pr"
						 "  WHERE pr.name = '%s' AND (pr.res_id = '%s,' || %s.id OR pr.res_id IS NULL)"
						 "  AND (pr.company_id = $2 OR pr.company_id IS NULL)"
						 "  ORDER BY pr.res_id NULLS LAST, pr.company_id NULLS LAST, pr.id LIMIT 1)",
						 schema, column, model_name(table), alias);
	else
		appendStringInfoString(out, "NULL::int4");
}

static void append_expanded(StringInfo out, const char *text);

/* The next "|" outside inner braces that is not SQL's "||"; NULL: none. */
static char *
next_bar(char *text)
{
	int			depth = 0;

	for (; *text; text++)
	{
		if (*text == '{')
			depth++;
		else if (*text == '}')
			depth--;
		else if (depth == 0 && text[0] == '|' && text[1] == '|')
			text++;
		else if (depth == 0 && *text == '|')
			return text;
	}
	return NULL;
}

/* One name in braces, the braces taken off. */
static void
append_name(StringInfo out, char *name)
{
	char		alias[MAX_NAME];
	char		table[MAX_NAME];
	char		column[MAX_NAME];
	char	   *other = next_bar(name);

	if (name[0] == '~')
		append_translated(out, name + 1);
	else if (name[0] == '%')
		append_property(out, name + 1);
	else if (name[0] == '+')
	{
		if (other == NULL || sscanf(name, "+%63[^.].%63[^|]", table, column) != 2)
			elog(ERROR, "malformed part \"%s\" in a query on Odoo's tables", name);
		if (OidIsValid(cartona_catalog_column(table, column)))
			append_expanded(out, other + 1);
	}
	else if (name[0] == '?')
	{
		char	   *third;

		if (other == NULL || (third = next_bar(other + 1)) == NULL)
			elog(ERROR, "malformed choice \"%s\" in a query on Odoo's tables", name);
		*other = '\0';
		*third = '\0';
		append_expanded(out, OidIsValid(cartona_catalog_table(name + 1)) ? other + 1 : third + 1);
	}
	else if (other != NULL)
	{
		*other = '\0';
		split_name(name, alias, table, column);
		if (OidIsValid(cartona_catalog_column(table, column)))
			appendStringInfo(out, "%s.%s", alias, quote_identifier(column));
		else
			append_expanded(out, other + 1);
	}
	else
	{
		need_table(name);
		appendStringInfo(out, "%s.%s", schema, quote_identifier(name));
	}
}

/* Find the end of each brace; braces may stand inside braces. */
static void
append_expanded(StringInfo out, const char *text)
{
	while (*text)
	{
		const char *end = text;
		int			depth = 0;
		char	   *name;

		if (*text != '{')
		{
			appendStringInfoChar(out, *text++);
			continue;
		}
		do
		{
			if (*end == '{')
				depth++;
			else if (*end == '}')
				depth--;
			else if (*end == '\0')
				elog(ERROR, "unbalanced brace in a query on Odoo's tables");
			end++;
		} while (depth > 0);
		name = pnstrdup(text + 1, end - text - 2);
		append_name(out, name);
		pfree(name);
		text = end;
	}
}

char *
cartona_catalog_expand(const char *text)
{
	StringInfoData sql;

	find_schema();
	initStringInfo(&sql);
	append_expanded(&sql, text);
	return sql.data;
}

/* Does the statement name few rows?  Its first array says. */
static bool
names_few(const CartonaQuery *query, const Datum *values, const char *nulls)
{
	int			i;

	for (i = 0; i < query->nargs; i++)
		if ((nulls == NULL || nulls[i] != 'n') && OidIsValid(get_element_type(query->argtypes[i])))
		{
			ArrayType  *array = DatumGetArrayTypeP(values[i]);

			return ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)) <= FEW_ROWS;
		}
	return true;
}

static void
free_plan(SPIPlanPtr *plan)
{
	SPIPlanPtr	old = *plan;

	*plan = NULL;
	if (old != NULL)
		SPI_freeplan(old);
}

/* The plan for these parameters: one kept, and where many rows are named one that is made at each run. */
static SPIPlanPtr
prepare(CartonaQuery *query, const Datum *values, const char *nulls)
{
	uint64		now = cartona_catalog_generation();
	bool		many = query->many && !names_few(query, values, nulls);
	SPIPlanPtr *plan = many ? &query->plan_many : &query->plan;
	char	   *sql;

	if (query->generation != now || query->runs++ >= MAX_RUNS)
	{
		free_plan(&query->plan);
		free_plan(&query->plan_many);
		query->runs = 0;
	}
	if (*plan != NULL)
		return *plan;

	sql = cartona_catalog_expand(query->text);
	*plan = cartona_spi_keep(sql, query->nargs, query->argtypes,
							 many ? CURSOR_OPT_CUSTOM_PLAN : CURSOR_OPT_GENERIC_PLAN);
	query->generation = now;
	pfree(sql);
	return *plan;
}

/* SPI leaves its own memory context current; the caller's allocations belong in the caller's. */
uint64
cartona_query_run(CartonaQuery *query, Datum *values, const char *nulls)
{
	MemoryContext context = CurrentMemoryContext;
	int			code;

	code = SPI_execute_plan(prepare(query, values, nulls), values, nulls, false, 0);
	MemoryContextSwitchTo(context);
	if (code < 0)
		elog(ERROR, "could not read Odoo's tables: %s", SPI_result_code_string(code));
	return SPI_processed;
}

uint64
cartona_query_run_latest(CartonaQuery *query, Datum *values, const char *nulls)
{
	MemoryContext context = CurrentMemoryContext;
	SPIPlanPtr	plan = prepare(query, values, nulls);
	Snapshot	snapshot;
	int			code;

	snapshot = RegisterSnapshot(GetLatestSnapshot());
	code = SPI_execute_snapshot(plan, values, nulls, snapshot, InvalidSnapshot, false, true, 0);
	UnregisterSnapshot(snapshot);
	MemoryContextSwitchTo(context);
	if (code < 0)
		elog(ERROR, "could not read Odoo's tables: %s", SPI_result_code_string(code));
	return SPI_processed;
}
