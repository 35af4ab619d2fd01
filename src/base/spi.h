/*-------------------------------------------------------------------------
 *
 * spi.h
 *	  Prepared statements kept for the session, and short access to results.
 *
 * IDENTIFICATION
 *	  src/base/spi.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_SPI_H
#define CARTONA_SPI_H

#include "executor/spi.h"
#include "utils/numeric.h"

#define CARTONA_MAX_ARGS 64

/*
 * A statement, prepared at first use and kept.  Define it static:
 *		static CartonaPlan plan = {"SELECT $1 + 1", 1, {INT4OID}};
 * Values only ever travel as parameters.  One plan serves all of them, and is
 * made while tables are nearly empty: so it goes by index.  Unless the statement names many rows in an array ("many"): that is planned at each
 * run, because the best way to find them depends on how large the table has
 * grown, and it costs little beside the rows.
 */
typedef struct CartonaPlan
{
	const char *sql;
	int			nargs;
	Oid			argtypes[CARTONA_MAX_ARGS];
	bool		many;
	SPIPlanPtr	plan;
	bool		planned;		/* it has been executed */
} CartonaPlan;

/*
 * Prepare a statement text with these cursor options, kept until SPI_freeplan().
 * For texts made at run time; a CartonaPlan does it by itself.
 */
extern SPIPlanPtr cartona_spi_keep(const char *sql, int nargs, Oid *argtypes, int options);

/*
 * Execute inside an SPI connection; "nulls" as SPI_execute_plan takes it (NULL:
 * no parameter is null).  Returns the number of rows processed; rows are in
 * SPI_tuptable.  Throws on error.
 */
extern uint64 cartona_spi_execute(CartonaPlan *plan, Datum *values, const char *nulls);

/*
 * The same, seeing and changing rows as they are committed at this moment,
 * whatever the transaction's isolation level.
 */
extern uint64 cartona_spi_execute_latest(CartonaPlan *plan, Datum *values, const char *nulls);

/*
 * Execute a statement text made at run time (from catalog names, quoted with
 * quote_identifier), not cached.
 */
extern uint64 cartona_spi_run(const char *sql, int nargs, Oid *argtypes, Datum *values, const char *nulls);

/* Parameter "arg" (0-based): a text, null where it is NULL. */
extern void cartona_spi_set_text(Datum *values, char *nulls, int arg, const char *text);

/* Arrays as parameters; "nulls" may be NULL, and a text that is NULL becomes null. */
extern Datum cartona_spi_array(Datum *elements, bool *nulls, int n, Oid type);
extern Datum cartona_spi_int32_array(const int32 *values, int n);
extern Datum cartona_spi_int64_array(const int64 *values, int n);
extern Datum cartona_spi_text_array(const char *const *values, int n);

/* Fields of row "row" of SPI_tuptable, by 1-based column number. */
extern Datum cartona_spi_datum(uint64 row, int col, bool *isnull);
extern bool cartona_spi_isnull(uint64 row, int col);
extern int32 cartona_spi_int32(uint64 row, int col);	/* 0 for null */
extern int64 cartona_spi_int64(uint64 row, int col);	/* 0 for null */
extern bool cartona_spi_bool(uint64 row, int col);	/* false for null */
extern double cartona_spi_float8(uint64 row, int col);	/* 0 for null */

/* A numeric, copied into the current context; NULL for null. */
extern Numeric cartona_spi_numeric(uint64 row, int col);

/* Any type as text in "context"; NULL for null. */
extern char *cartona_spi_text(uint64 row, int col, MemoryContext context);

#endif							/* CARTONA_SPI_H */
