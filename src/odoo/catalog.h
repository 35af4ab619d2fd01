/*-------------------------------------------------------------------------
 *
 * catalog.h
 *	  What Odoo's tables look like here and now, and queries written for it.
 *
 * IDENTIFICATION
 *	  src/odoo/catalog.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_CATALOG_H
#define CARTONA_CATALOG_H

#include "executor/spi.h"

#include "base/spi.h"

/*
 * Changes whenever a table asked about here changed (a module update, a column
 * added, Odoo's tables dropped and made again): what was built from the
 * catalog under another number is built again.
 */
extern uint64 cartona_catalog_generation(void);

/* The schema Odoo's tables are in, a quoted identifier valid until the generation changes. */
extern const char *cartona_catalog_schema(void);

/* The table's oid (watched from now on), InvalidOid where this Odoo has no such table. */
extern Oid	cartona_catalog_table(const char *table);

/* The column's type, InvalidOid where this Odoo has no such column. */
extern Oid	cartona_catalog_column(const char *table, const char *column);

/* True where this Odoo refuses null in the column. */
extern bool cartona_catalog_not_null(const char *table, const char *column);

/*
 * A query on Odoo's tables.  Its text names what may differ between Odoo's
 * versions in braces, so that a reader sees every difference where it matters:
 *
 *		{table}					the table with its schema
 *		{a.table.column|expr}	a.column, or expr where there is no such column
 *		{~a.table.column}		a translated text in language $1
 *		{%a.table.column}		a company-dependent reference of company $2: an id or null
 *		{+table.column|text}	text where there is such a column, else nothing
 *		{?table|expr1|expr2}	expr1 where the table exists, else expr2; both may hold braces
 *
 * Define it static; prepared at first use and again when the catalog changed.
 * Runs under our own search_path.  One plan serves every parameter (planning
 * costs more than running here), but only for some hundred runs: a shop's
 * tables grow, and a plan made for an empty one reads all of it.  One that
 * may name many rows in an array ("many") is planned at each run that does, as
 * in spi.h.
 */
typedef struct CartonaQuery
{
	const char *text;
	int			nargs;
	Oid			argtypes[CARTONA_MAX_ARGS];
	bool		many;
	SPIPlanPtr	plan;
	SPIPlanPtr	plan_many;
	uint64		generation;
	int			runs;			/* of this plan */
} CartonaQuery;

/* A text with such braces, expanded for the Odoo that is here. */
extern char *cartona_catalog_expand(const char *text);

/* Run it inside an SPI connection; returns the number of rows. */
extern uint64 cartona_query_run(CartonaQuery *query, Datum *values, const char *nulls);

/*
 * The same on rows committed up to this moment, whatever the transaction's
 * isolation level: for looking again after waiting for a lock, and for locking.
 */
extern uint64 cartona_query_run_latest(CartonaQuery *query, Datum *values, const char *nulls);

#endif							/* CARTONA_CATALOG_H */
