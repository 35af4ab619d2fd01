/*-------------------------------------------------------------------------
 *
 * column_value.h
 *	  What each column of a new row in Odoo's tables gets.  For writer.c only.
 *
 * IDENTIFICATION
 *	  src/odoo/column_value.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_COLUMN_VALUE_H
#define CARTONA_COLUMN_VALUE_H

#include "access/tupdesc.h"

#include "odoo/writer.h"

/* The shop's defaults for a model: what Odoo's ORM would have filled in for the technical user. */
typedef struct CartonaDefaults CartonaDefaults;

/* In the current context; none where "model" is NULL. */
extern CartonaDefaults *cartona_column_defaults(const char *model, int32 company);

/*
 * Of char *: the statements, with the new rows' ids as their parameter, that
 * write the shop's defaults for many2many fields of a model.  Usually NIL.
 */
extern List *cartona_column_links(const char *model, int32 company);

/* The SQL expression for column "number" (0-based, not a dropped one) of the writer's table; NULL: leave it out. */
extern const char *cartona_column_value(const CartonaWriter *writer, TupleDesc desc, int number,
										const CartonaDefaults *defaults);

/*
 * May Odoo itself have a value for a column that is left out?  What PostgreSQL
 * fills, and what is known to stay null, it does not.
 */
extern bool cartona_column_is_unknown(const CartonaWriter *writer, Form_pg_attribute attribute);

/* What columns.c says of a column that Odoo leaves null; NULL: nothing. */
extern const CartonaNullColumn *cartona_column_null(const CartonaWriter *writer, const char *name);

#endif							/* CARTONA_COLUMN_VALUE_H */
