/*-------------------------------------------------------------------------
 *
 * attach_table.h
 *	  The list of what this extension puts on Odoo's tables.  For attach.c only.
 *
 * All of it in a transaction with SPI, under our own search_path.
 *
 * IDENTIFICATION
 *	  src/odoo/attach_table.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_ATTACH_TABLE_H
#define CARTONA_ATTACH_TABLE_H

#include "base/compat.h"

/* How many tables the list has; they are numbered from 0. */
extern int	cartona_attach_tables(void);

/*
 * Are the tables of an Odoo with sales there (and not just being restored), and
 * is everything on those that are?  From the catalog, without a lock on them.
 */
extern void cartona_attach_look(bool *odoo, bool *complete);

/*
 * Put on a table what is missing, as the current user, who must own it.  True
 * where a trigger is new: what changed before it was not captured.  Throws,
 * with a hint, where a table is missing that every Odoo with sales has.
 */
extern bool cartona_attach_table(int number);

/* Take triggers and index off a table; the columns with their data only when asked. */
extern void cartona_attach_remove(int number, bool drop_columns);

/* The table in Odoo's schema, under Odoo's search_path; InvalidOid when it is not there. */
extern Oid	cartona_attach_find(const char *name);

/* The error that says that this is no database of an Odoo with sales. */
pg_noreturn extern void cartona_attach_no_table(const char *name);

#endif							/* CARTONA_ATTACH_TABLE_H */
