/*-------------------------------------------------------------------------
 *
 * writer.c
 *	  Builds, from the catalog and columns.c, the INSERT of each of Odoo's
 *	  tables.
 *
 * A column that columns.c does not name (another module's) gets, in this
 * order: nothing, where PostgreSQL has a default or makes the value itself;
 * the shop's default (ir_default); nothing, where null is allowed; a neutral
 * value of its type, so that a module that adds a required column does not
 * stop the import.  The last is reported once per plan in the server's log.
 *
 * Neighbours: columns.c; partner.c, order.c.
 * Transactions: the caller's, with an SPI connection.
 * Memory: plans live as long as the session, replaced when the catalog or
 * ir_default changed; the rows belong to the caller.
 * Failure: what Odoo's constraints refuse is thrown as PostgreSQL says it.
 *
 * IDENTIFICATION
 *	  src/odoo/writer.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/xact.h"
#include "odoo/catalog.h"
#include "odoo/writer.h"

struct CartonaWriterPlan
{
	int32		company;
	uint64		generation;
	uint64		defaults;
	SPIPlanPtr	plan;
	char	  **unknown;		/* columns left null that Odoo may compute */
	CartonaWriterPlan *next;
};

/* The shop's defaults for a model: what Odoo's ORM would have filled in for the technical user. */
typedef struct ShopDefault
{
	char		column[NAMEDATALEN];
	char	   *json;
} ShopDefault;

static uint64 defaults_generation = 1;

void
cartona_writer_forget_defaults(void)
{
	defaults_generation++;
}

static CartonaQuery defaults_query = {
	"SELECT DISTINCT ON (f.name) f.name::text, d.json_value::text"
	" FROM {ir_default} d JOIN {ir_model_fields} f ON f.id = d.field_id"
	" WHERE f.model = $1 AND (d.company_id = $2 OR d.company_id IS NULL)"
	" AND d.user_id IS NULL AND nullif(d.condition, '') IS NULL"
	" ORDER BY f.name, d.company_id NULLS LAST, d.id",
	2, {TEXTOID, INT4OID}
};

static ShopDefault *
read_defaults(const char *model, int32 company, int *ndefaults)
{
	Datum		values[2];
	ShopDefault *defaults;
	uint64		n;
	uint64		i;

	*ndefaults = 0;
	if (model == NULL)
		return NULL;
	values[0] = CStringGetTextDatum(model);
	values[1] = Int32GetDatum(company);
	n = cartona_query_run(&defaults_query, values, NULL);
	defaults = palloc0((n + 1) * sizeof(ShopDefault));
	for (i = 0; i < n; i++)
	{
		char	   *name = cartona_spi_text(i, 1, CurrentMemoryContext);

		strlcpy(defaults[i].column, name, NAMEDATALEN);
		defaults[i].json = cartona_spi_text(i, 2, CurrentMemoryContext);
	}
	*ndefaults = (int) n;
	return defaults;
}

/*
 * A default as SQL, or NULL where it is none (null, a list) or the column is
 * jsonb: there ir_default is the fallback of a company-dependent field and is
 * not written into the row.
 */
static char *
default_value(const ShopDefault *defaults, int ndefaults, const char *column, Oid type, int32 typmod)
{
	int			i;

	for (i = 0; i < ndefaults; i++)
	{
		const char *json = defaults[i].json;
		Datum		plain;

		if (strcmp(defaults[i].column, column) != 0)
			continue;
		if (json == NULL || type == JSONBOID || strcmp(json, "null") == 0 || json[0] == '[' || json[0] == '{')
			return NULL;
		if (json[0] == '"')
		{
			/* a JSON text: let PostgreSQL take the quotes and escapes off */
			plain = DirectFunctionCall2(jsonb_array_element_text,
										DirectFunctionCall1(jsonb_in, CStringGetDatum(psprintf("[%s]", json))),
										Int32GetDatum(0));
			json = TextDatumGetCString(plain);
		}
		return psprintf("%s::%s", quote_literal_cstr(json), format_type_with_typemod(type, typmod));
	}
	return NULL;
}

/* A value that says nothing, for a required column nobody told us of. */
static const char *
neutral_value(Oid type, int32 typmod)
{
	char		category;
	bool		preferred;

	switch (type)
	{
		case JSONOID:
		case JSONBOID:
			return "'{}'";
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return "(now() AT TIME ZONE 'UTC')";
		case DATEOID:
			return "(now() AT TIME ZONE 'UTC')::date";
		case BYTEAOID:
			return "''::bytea";
		default:
			break;
	}
	get_type_category_preferred(type, &category, &preferred);
	switch (category)
	{
		case TYPCATEGORY_BOOLEAN:
			return "false";
		case TYPCATEGORY_NUMERIC:
			return "0";
		case TYPCATEGORY_STRING:
			return "''";
		case TYPCATEGORY_ARRAY:
			return "'{}'";
		default:
			return NULL;
	}
}

/* $1: model, $2: column */
static CartonaQuery choice_query = {
	"{?ir_model_fields_selection|SELECT s.value::text FROM {ir_model_fields_selection} s JOIN {ir_model_fields} f ON f.id = s.field_id"
	" WHERE f.model = $1 AND f.name = $2 AND f.ttype = 'selection' ORDER BY s.sequence, s.id LIMIT 1|SELECT NULL::text WHERE false}",
	2, {TEXTOID, TEXTOID}
};

/* The first choice of a field that has only certain values; NULL where it is no such field. */
static const char *
first_choice(const char *model, const char *column)
{
	Datum		values[2];

	if (model == NULL)
		return NULL;
	values[0] = CStringGetTextDatum(model);
	values[1] = CStringGetTextDatum(column);
	if (cartona_query_run(&choice_query, values, NULL) == 0)
		return NULL;
	return quote_literal_cstr(cartona_spi_text(0, 1, CurrentMemoryContext));
}

static const CartonaColumn *
find_column(const CartonaColumn *columns, const char *name)
{
	const CartonaColumn *column;

	for (column = columns; column->name; column++)
		if (strcmp(column->name, name) == 0)
			return column;
	return NULL;
}

static const CartonaNullColumn *
find_null_column(const CartonaWriter *writer, const char *name)
{
	const CartonaNullColumn *column;

	for (column = writer->null_columns; column->name; column++)
		if (strcmp(column->name, name) == 0)
			return column;
	return NULL;
}

/*
 * May Odoo itself have a value for a column that is left out?  What PostgreSQL
 * fills, and what is known to stay null, it does not.
 */
static bool
is_unknown(const CartonaWriter *writer, Form_pg_attribute attribute)
{
	const CartonaNullColumn *column;

	if (writer->null_columns == NULL || attribute->atthasdef || attribute->attidentity != '\0' || attribute->attgenerated != '\0')
		return false;
	column = find_null_column(writer, NameStr(attribute->attname));
	return column == NULL || column->unless != NULL;
}

/* The expression for one column of the table; NULL: leave it out. */
static const char *
column_value(const CartonaWriter *writer, Form_pg_attribute attribute, const ShopDefault *defaults, int ndefaults)
{
	const char *name = NameStr(attribute->attname);
	const CartonaColumn *column = find_column(writer->columns, name);
	char	   *shop;
	const char *neutral;

	if (column != NULL && column->rule == CARTONA_VALUE)
		return column->value;
	if (column != NULL && column->rule == CARTONA_TRANSLATED)
		return attribute->atttypid == JSONBOID ? psprintf("jsonb_build_object('en_US', %s)", column->value) : column->value;
	if (column == NULL && (attribute->atthasdef || attribute->attidentity != '\0' || attribute->attgenerated != '\0'))
		return NULL;
	shop = default_value(defaults, ndefaults, name, attribute->atttypid, attribute->atttypmod);
	if (shop != NULL)
		return shop;
	if (column != NULL)
		return column->value;
	if (!attribute->attnotnull)
		return NULL;
	neutral = first_choice(writer->model, name);
	if (neutral == NULL)
		neutral = neutral_value(attribute->atttypid, attribute->atttypmod);
	ereport(LOG,
			(errmsg("column %s.%s is required and not known to cartona_integration: %s", writer->table, name,
					neutral ? psprintf("new rows get %s", neutral) : "there is no neutral value of its type"),
			 errhint("Set a default for this field in Odoo (Settings, Technical, User-defined Defaults) to choose the value.")));
	return neutral;
}

/* A value of columns.c with each "@@column" replaced by what that column gets. */
static const char *
with_columns(const CartonaWriter *writer, TupleDesc desc, const char *value, const ShopDefault *defaults, int ndefaults)
{
	StringInfoData out;
	const char *at;

	initStringInfo(&out);
	for (at = value; *at; at++)
	{
		size_t		len = strncmp(at, "@@", 2) == 0 ? strspn(at + 2, "abcdefghijklmnopqrstuvwxyz_") : 0;
		const char *other = NULL;
		int			i;

		if (len == 0)
		{
			appendStringInfoChar(&out, *at);
			continue;
		}
		for (i = 0; i < desc->natts; i++)
		{
			Form_pg_attribute attribute = TupleDescAttr(desc, i);
			const char *name = NameStr(attribute->attname);

			if (!attribute->attisdropped && strlen(name) == len && strncmp(name, at + 2, len) == 0)
				other = column_value(writer, attribute, defaults, ndefaults);
		}
		appendStringInfo(&out, "(%s)", other ? other : "NULL");
		at += len + 1;
	}
	return out.data;
}

/* The rows "o" of the parameters, each an array, in the rows' order. */
static char *
source(const CartonaWriter *writer)
{
	StringInfoData from;
	int			i;

	initStringInfo(&from);
	appendStringInfoString(&from, "FROM ");
	if (writer->draws_ids)
		appendStringInfo(&from, "(SELECT u.*, nextval(pg_get_serial_sequence('%s.%s', 'id'))::int4 AS id FROM ",
						 cartona_catalog_schema(), quote_identifier(writer->table));
	appendStringInfoString(&from, "unnest(");
	for (i = 0; i < writer->nargs; i++)
		appendStringInfo(&from, "%s$%d", i ? ", " : "", i + 1);
	appendStringInfo(&from, ") WITH ORDINALITY AS %s (", writer->draws_ids ? "u" : "o");
	for (i = 0; i < writer->nargs; i++)
		appendStringInfo(&from, "%s, ", writer->args[i].name);
	appendStringInfo(&from, "ord)%s%s ORDER BY o.ord", writer->draws_ids ? ") AS o" : "",
					 writer->join ? cartona_catalog_expand(writer->join) : "");
	return from.data;
}

static char *
build(const CartonaWriter *writer, Relation relation, const ShopDefault *defaults, int ndefaults, List **unknown)
{
	TupleDesc	desc = RelationGetDescr(relation);
	StringInfoData names;
	StringInfoData values;
	int			i;

	initStringInfo(&names);
	initStringInfo(&values);
	for (i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		const CartonaColumn *column;
		const char *value;

		if (attribute->attisdropped)
			continue;
		value = column_value(writer, attribute, defaults, ndefaults);
		if (value == NULL)
		{
			if (is_unknown(writer, attribute))
				*unknown = lappend(*unknown, pstrdup(NameStr(attribute->attname)));
			continue;
		}
		/* not in a default of the shop's: that may be an email address */
		column = find_column(writer->columns, NameStr(attribute->attname));
		if (column != NULL && value == column->value)
			value = with_columns(writer, desc, value, defaults, ndefaults);
		appendStringInfo(&names, "%s%s", names.len ? ", " : "", quote_identifier(NameStr(attribute->attname)));
		appendStringInfo(&values, "%s%s", values.len ? ", " : "", value);
	}
	return psprintf("INSERT INTO %s.%s (%s) SELECT %s %s%s",
					cartona_catalog_schema(), quote_identifier(writer->table), names.data, values.data,
					source(writer), writer->has_id ? " RETURNING id" : "");
}

/* Names as an array that ends with NULL and lives as long as the session; "old" is freed. */
static char **
keep_names(List *names, char **old)
{
	MemoryContext context = MemoryContextSwitchTo(TopMemoryContext);
	char	  **kept = palloc0((list_length(names) + 1) * sizeof(char *));
	ListCell   *cell;
	int			n = 0;

	foreach(cell, names)
		kept[n++] = pstrdup(lfirst(cell));
	for (n = 0; old != NULL && old[n] != NULL; n++)
		pfree(old[n]);
	if (old != NULL)
		pfree(old);
	MemoryContextSwitchTo(context);
	return kept;
}

/* The plan for a company, built when there is none or it is out of date. */
static CartonaWriterPlan *
find_plan(CartonaWriter *writer, int32 company)
{
	Oid			relid = cartona_catalog_table(writer->table);
	Relation	relation;
	CartonaWriterPlan *plan;
	uint64		generation;
	ShopDefault *defaults;
	int			ndefaults;
	SPIPlanPtr	prepared;
	Oid			argtypes[CARTONA_MAX_ARGS];
	List	   *unknown = NIL;
	char	   *sql;
	int			i;

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("Odoo's table %s was not found in this database", writer->table)));

	/*
	 * the lock first: from then on the catalog's generation is true for this
	 * table
	 */
	relation = table_open(relid, RowExclusiveLock);
	generation = cartona_catalog_generation();
	for (plan = writer->plans; plan; plan = plan->next)
		if (plan->company == company)
			break;
	if (plan != NULL && plan->plan != NULL && plan->generation == generation && plan->defaults == defaults_generation)
	{
		table_close(relation, NoLock);
		return plan;
	}

	/* ask again by name, so that the table is watched under this generation */
	(void) cartona_catalog_table(writer->table);
	defaults = read_defaults(writer->model, company, &ndefaults);
	sql = build(writer, relation, defaults, ndefaults, &unknown);
	table_close(relation, NoLock);

	/*
	 * one plan for all: planning an INSERT of sixty columns costs more than
	 * running it
	 */
	for (i = 0; i < writer->nargs; i++)
		argtypes[i] = get_array_type(writer->args[i].type);
	prepared = SPI_prepare_cursor(sql, writer->nargs, argtypes, CURSOR_OPT_GENERIC_PLAN);
	if (prepared == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", sql, SPI_result_code_string(SPI_result));
	if (SPI_keepplan(prepared) != 0)
		elog(ERROR, "could not keep the plan of \"%s\"", sql);
	if (plan == NULL)
	{
		plan = MemoryContextAllocZero(TopMemoryContext, sizeof(CartonaWriterPlan));
		plan->company = company;
		plan->next = writer->plans;
		writer->plans = plan;
	}
	if (plan->plan != NULL)
		SPI_freeplan(plan->plan);
	plan->plan = prepared;
	plan->unknown = keep_names(unknown, plan->unknown);
	plan->generation = generation;
	plan->defaults = defaults_generation;
	return plan;
}

CartonaWriterRows *
cartona_writer_rows(CartonaWriter *writer, int n)
{
	CartonaWriterRows *rows = palloc(sizeof(CartonaWriterRows));
	int			i;

	Assert(writer->nargs <= CARTONA_MAX_ARGS);
	rows->writer = writer;
	rows->n = n;
	rows->values = palloc(writer->nargs * sizeof(Datum *));
	rows->nulls = palloc(writer->nargs * sizeof(bool *));
	for (i = 0; i < writer->nargs; i++)
	{
		rows->values[i] = palloc0((n + 1) * sizeof(Datum));
		rows->nulls[i] = palloc((n + 1) * sizeof(bool));
		memset(rows->nulls[i], true, (n + 1) * sizeof(bool));
	}
	return rows;
}

void
cartona_writer_set(CartonaWriterRows *rows, int row, int arg, Datum value)
{
	Assert(row < rows->n && arg < rows->writer->nargs);
	rows->values[arg][row] = value;
	rows->nulls[arg][row] = false;
}

void
cartona_writer_set_text(CartonaWriterRows *rows, int row, int arg, const char *text)
{
	if (text != NULL)
		cartona_writer_set(rows, row, arg, CStringGetTextDatum(text));
}

void
cartona_writer_set_id(CartonaWriterRows *rows, int row, int arg, int32 id)
{
	if (id != 0)
		cartona_writer_set(rows, row, arg, Int32GetDatum(id));
}

/* Each parameter as an array. */
static Datum *
arrays(const CartonaWriterRows *rows)
{
	const CartonaWriter *writer = rows->writer;
	Datum	   *values = palloc(writer->nargs * sizeof(Datum));
	int			i;

	for (i = 0; i < writer->nargs; i++)
		values[i] = cartona_spi_array(rows->values[i], rows->nulls[i], rows->n, writer->args[i].type);
	return values;
}

int32 *
cartona_writer_insert(const CartonaWriterRows *rows, int32 company)
{
	MemoryContext context = CurrentMemoryContext;
	CartonaWriter *writer = rows->writer;
	CartonaWriterPlan *plan;
	int32	   *ids = NULL;
	int			level;
	int			code;
	int			i;

	if (rows->n == 0)
		return NULL;
	plan = find_plan(writer, company);
	cartona_path_odoo();
	level = cartona_plan_by_index();
	code = SPI_execute_plan(plan->plan, arrays(rows), NULL, false, 0);
	cartona_plan_as_usual(level);
	MemoryContextSwitchTo(context);
	if (code < 0)
		elog(ERROR, "could not insert into Odoo's table %s: %s", writer->table, SPI_result_code_string(code));
	cartona_path_own();
	if (SPI_processed != (uint64) rows->n)
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
				 errmsg("Odoo's table %s took %d of %d new rows", writer->table, (int) SPI_processed, rows->n),
				 errhint("Look for a trigger or rule on %s that drops new rows.", writer->table)));
	if (!writer->has_id)
		return NULL;
	ids = palloc(rows->n * sizeof(int32));
	for (i = 0; i < rows->n; i++)
		ids[i] = cartona_spi_int32(i, 1);
	SPI_freetuptable(SPI_tuptable);
	return ids;
}

/* Has a table of Odoo's any rows?  It may not be there. */
static bool
has_rows(const char *table)
{
	if (!OidIsValid(cartona_catalog_table(table)))
		return false;
	return cartona_spi_run(psprintf("SELECT FROM %s.%s LIMIT 1", cartona_catalog_schema(), quote_identifier(table)),
						   0, NULL, NULL, NULL) > 0;
}

List *
cartona_writer_unknown(CartonaWriter *writer, int32 company)
{
	char	  **name = find_plan(writer, company)->unknown;
	List	   *names = NIL;

	for (; *name != NULL; name++)
	{
		const CartonaNullColumn *column = find_null_column(writer, *name);

		if (column == NULL || has_rows(column->unless))
			names = lappend(names, *name);
	}
	return names;
}

static CartonaQuery html_query = {
	"SELECT 1 FROM {ir_model_fields} f WHERE f.model = $1 AND f.name = $2 AND f.ttype = 'html'",
	2, {TEXTOID, TEXTOID}
};

bool
cartona_writer_is_html(const char *model, const char *column)
{
	Datum		values[2];

	values[0] = CStringGetTextDatum(model);
	values[1] = CStringGetTextDatum(column);
	return cartona_query_run(&html_query, values, NULL) > 0;
}
