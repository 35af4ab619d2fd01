/*-------------------------------------------------------------------------
 *
 * editor.h
 *	  Update rows of Odoo's tables: of the columns named, those this Odoo has.
 *
 * IDENTIFICATION
 *	  src/odoo/editor.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_EDITOR_H
#define CARTONA_EDITOR_H

#include "executor/spi.h"

#include "base/spi.h"

/* A column and what it gets: SQL over the parameters and the row itself, "t"; braces as in catalog.h. */
typedef struct CartonaEdit
{
	const char *name;
	const char *value;
} CartonaEdit;

/* How rows of one table are changed.  Define it static; prepared at first use and again when the catalog changed. */
typedef struct CartonaEditor
{
	const char *table;
	const CartonaEdit *edits;	/* ends with name NULL */
	const char *condition;		/* which rows */
	int			nargs;
	Oid			argtypes[CARTONA_MAX_ARGS];
	SPIPlanPtr	plan;
	uint64		generation;
} CartonaEditor;

/* Run it under Odoo's own search_path, and leave ours; returns the number of rows changed. */
extern uint64 cartona_editor_run(CartonaEditor *editor, Datum *values, const char *nulls);

/*
 * Name the one order (0: none any more) whose changes, until the end of the
 * transaction, come from Cartona: they are not sent back to it.
 */
extern void cartona_editor_cause(int32 order_id);

#endif							/* CARTONA_EDITOR_H */
