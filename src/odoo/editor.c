/*-------------------------------------------------------------------------
 *
 * editor.c
 *	  Update rows of Odoo's tables: of the columns named, those this Odoo has.
 *
 * The counterpart of writer.c, for rows that exist.  An UPDATE names only what
 * changes, so what other modules added stays as it is.
 *
 * Neighbours: catalog.c; apply/change.c says what changes.
 * Transactions: the caller's, with an SPI connection.
 * Memory: plans live as long as the session.
 * Failure: a missing table is an error; a missing column is left out.
 *
 * IDENTIFICATION
 *	  src/odoo/editor.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/xact.h"
#include "odoo/catalog.h"
#include "odoo/editor.h"

static char *
build(const CartonaEditor *editor)
{
	StringInfoData sql;
	const CartonaEdit *edit;
	const char *comma = "";

	initStringInfo(&sql);
	appendStringInfo(&sql, "UPDATE %s.%s AS t SET ", cartona_catalog_schema(), quote_identifier(editor->table));
	for (edit = editor->edits; edit->name != NULL; edit++)
	{
		if (!OidIsValid(cartona_catalog_column(editor->table, edit->name)))
			continue;
		appendStringInfo(&sql, "%s%s = %s", comma, quote_identifier(edit->name), cartona_catalog_expand(edit->value));
		comma = ", ";
	}
	appendStringInfo(&sql, " WHERE %s", editor->condition);
	return sql.data;
}

static void
prepare(CartonaEditor *editor)
{
	Oid			relid = cartona_catalog_table(editor->table);
	Relation	relation;
	SPIPlanPtr	plan;
	uint64		generation;
	char	   *sql;

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("Odoo's table %s was not found in this database", editor->table)));

	/*
	 * the lock first: from then on the catalog's generation is true for this
	 * table
	 */
	relation = table_open(relid, RowExclusiveLock);
	generation = cartona_catalog_generation();
	table_close(relation, NoLock);
	if (editor->plan != NULL && editor->generation == generation)
		return;

	(void) cartona_catalog_table(editor->table);
	sql = build(editor);
	plan = cartona_spi_keep(sql, editor->nargs, editor->argtypes, CURSOR_OPT_GENERIC_PLAN);
	if (editor->plan != NULL)
		SPI_freeplan(editor->plan);
	editor->plan = plan;
	editor->generation = generation;
	pfree(sql);
}

void
cartona_editor_cause(int32 order_id)
{
	/* $1: order, or '' */
	static CartonaPlan plan = {
		"SELECT set_config('cartona.cause', $1, true)",
		1, {TEXTOID}
	};
	Datum		values[1];

	values[0] = CStringGetTextDatum(order_id ? psprintf("%d", order_id) : "");
	(void) cartona_spi_execute(&plan, values, NULL);
}

uint64
cartona_editor_run(CartonaEditor *editor, Datum *values, const char *nulls)
{
	MemoryContext context = CurrentMemoryContext;
	Snapshot	snapshot;
	int			level;
	int			code;

	prepare(editor);
	cartona_path_odoo();
	/* the row is locked by the caller, who may have waited for it */
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	level = cartona_plan_by_index();
	code = SPI_execute_snapshot(editor->plan, values, nulls, snapshot, InvalidSnapshot, false, true, 0);
	cartona_plan_as_usual(level);
	UnregisterSnapshot(snapshot);
	if (code < 0)
		elog(ERROR, "could not change Odoo's table %s: %s", editor->table, SPI_result_code_string(code));
	cartona_path_own();
	MemoryContextSwitchTo(context);
	return SPI_processed;
}
