/*-------------------------------------------------------------------------
 *
 * writer.c
 *	  Builds, from the catalog and columns.c, the INSERT of each of Odoo's
 *	  tables, and runs it for many rows at once.
 *
 * Neighbours: column_value.c says what each column gets; partner.c, order.c.
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
#include "odoo/column_value.h"
#include "odoo/writer.h"

struct CartonaWriterPlan
{
	int32		company;
	uint64		generation;
	uint64		defaults;
	SPIPlanPtr	plan;
	char	  **unknown;		/* columns left null that Odoo may compute */
	int			nlinks;
	SPIPlanPtr *links;			/* of defaults for many2many fields */
	CartonaWriterPlan *next;
};

static uint64 defaults_generation = 1;

void
cartona_writer_forget_defaults(void)
{
	defaults_generation++;
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
build(const CartonaWriter *writer, Relation relation, const CartonaDefaults *defaults, List **unknown)
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
		const char *value;

		if (attribute->attisdropped)
			continue;
		value = cartona_column_value(writer, desc, i, defaults);
		if (value == NULL)
		{
			if (cartona_column_is_unknown(writer, attribute))
				*unknown = lappend(*unknown, pstrdup(NameStr(attribute->attname)));
			continue;
		}
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

/* Its statements for many2many fields, in place of those it had. */
static void
keep_links(CartonaWriterPlan *plan, List *statements)
{
	Oid			argtypes[1] = {INT4ARRAYOID};
	SPIPlanPtr *links = MemoryContextAlloc(TopMemoryContext, (list_length(statements) + 1) * sizeof(SPIPlanPtr));
	ListCell   *cell;

	while (plan->nlinks > 0)
		SPI_freeplan(plan->links[--plan->nlinks]);
	if (plan->links != NULL)
		pfree(plan->links);
	plan->links = links;
	foreach(cell, statements)
	{
		plan->links[plan->nlinks] = cartona_spi_keep(lfirst(cell), 1, argtypes, 0);
		plan->nlinks++;
	}
}

/* The plan for a company, built when there is none or it is out of date. */
static CartonaWriterPlan *
find_plan(CartonaWriter *writer, int32 company)
{
	Oid			relid = cartona_catalog_table(writer->table);
	Relation	relation;
	CartonaWriterPlan *plan;
	uint64		generation;
	CartonaDefaults *defaults;
	SPIPlanPtr	prepared;
	Oid			argtypes[CARTONA_MAX_ARGS];
	List	   *unknown = NIL;
	List	   *links = NIL;
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
	defaults = cartona_column_defaults(writer->model, company);
	sql = build(writer, relation, defaults, &unknown);
	if (writer->links)
		links = cartona_column_links(writer->model, company);
	table_close(relation, NoLock);

	/*
	 * one plan for all: planning an INSERT of sixty columns costs more than
	 * running it
	 */
	for (i = 0; i < writer->nargs; i++)
		argtypes[i] = get_array_type(writer->args[i].type);
	prepared = cartona_spi_keep(sql, writer->nargs, argtypes, CURSOR_OPT_GENERIC_PLAN);
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
	keep_links(plan, links);
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

/* Link new rows with what the shop's defaults name. */
static void
insert_links(const CartonaWriterPlan *plan, const int32 *ids, int n)
{
	Datum		values[1];
	int			i;

	if (plan->nlinks == 0)
		return;
	values[0] = cartona_spi_int32_array(ids, n);
	cartona_path_odoo();
	for (i = 0; i < plan->nlinks; i++)
	{
		int			code = SPI_execute_plan(plan->links[i], values, NULL, false, 0);

		if (code < 0)
			elog(ERROR, "could not link new rows: %s", SPI_result_code_string(code));
	}
	cartona_path_own();
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
	insert_links(plan, ids, rows->n);
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
		const CartonaNullColumn *column = cartona_column_null(writer, *name);

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
