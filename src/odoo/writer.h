/*-------------------------------------------------------------------------
 *
 * writer.h
 *	  Insert rows into Odoo's tables with every column Odoo would have
 *	  written.
 *
 * IDENTIFICATION
 *	  src/odoo/writer.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_WRITER_H
#define CARTONA_WRITER_H

#include "executor/spi.h"

#include "base/spi.h"

/* Where a column's value comes from. */
typedef enum CartonaColumnRule
{
	CARTONA_VALUE,				/* always this expression */
	CARTONA_DEFAULT				/* this expression, unless the shop has set a
								 * default of its own (ir_default) */
} CartonaColumnRule;

/* A column this code knows; written where this Odoo has it. */
typedef struct CartonaColumn
{
	const char *name;
	const char *value;			/* SQL over the writer's source */
	CartonaColumnRule rule;
} CartonaColumn;

typedef struct CartonaWriterPlan CartonaWriterPlan;

/* How one table is written.  Defined in columns.c. */
typedef struct CartonaWriter
{
	const char *table;
	const char *model;			/* Odoo's name of it; NULL for a relation
								 * table */
	const CartonaColumn *columns;	/* ends with name NULL */
	const char *source;			/* FROM ...: what the expressions are over */
	bool		returns_id;
	int			nargs;
	Oid			argtypes[CARTONA_MAX_ARGS];
	CartonaWriterPlan *plans;	/* one per company */
} CartonaWriter;

/*
 * Insert; the ids are in SPI_tuptable in the source's order (column 1).
 * "company" decides which ir_default rows count.  Runs under Odoo's own
 * search_path and leaves ours.
 */
extern uint64 cartona_writer_insert(CartonaWriter *writer, int32 company, Datum *values, const char *nulls);

/* True where text from outside must be escaped before it enters this column. */
extern bool cartona_writer_is_html(const char *model, const char *column);

/* Forget what was built from ir_default: its rows changed. */
extern void cartona_writer_forget_defaults(void);

/* The parameters of the writers, in order (columns.c names them). */
enum CartonaPartnerArg
{
	PARTNER_CARTONA_ID, PARTNER_NAME, PARTNER_PHONE, PARTNER_MOBILE, PARTNER_PHONE_SANITIZED,
	PARTNER_EMAIL, PARTNER_EMAIL_NORMALIZED, PARTNER_STREET, PARTNER_STREET2, PARTNER_COUNTRY,
	PARTNER_LANG, PARTNER_USER, PARTNER_NARGS
};

enum CartonaOrderArg
{
	ORDER_CARTONA_ID, ORDER_ACCOUNT, ORDER_DELIVERED_BY, ORDER_NAME, ORDER_CLIENT_REF, ORDER_DATE,
	ORDER_COMPANY, ORDER_WAREHOUSE, ORDER_PARTNER, ORDER_INVOICE_TO, ORDER_SHIP_TO, ORDER_SALESMAN, ORDER_TEAM,
	ORDER_PRICELIST, ORDER_CURRENCY, ORDER_RATE, ORDER_PAYMENT_TERM, ORDER_FISCAL_POSITION,
	ORDER_VALIDITY, ORDER_SIGNATURE, ORDER_PAYMENT, ORDER_PREPAYMENT, ORDER_NOTE,
	ORDER_UNTAXED, ORDER_TAX, ORDER_TOTAL, ORDER_USER, ORDER_NARGS
};

enum CartonaLineArg
{
	/* one array element per line */
	LINE_CARTONA_ID, LINE_PRODUCT, LINE_UOM, LINE_NAME, LINE_QUANTITY, LINE_PRICE, LINE_SUBTOTAL, LINE_TAX, LINE_TOTAL,
	LINE_REDUCE_EXCL, LINE_REDUCE_INCL, LINE_LEAD, LINE_METHOD,
	/* the order's */
	LINE_ORDER, LINE_COMPANY, LINE_CURRENCY, LINE_PARTNER, LINE_SALESMAN, LINE_WAREHOUSE, LINE_USER, LINE_NARGS
};

extern CartonaWriter cartona_write_partner;
extern CartonaWriter cartona_write_order;
extern CartonaWriter cartona_write_lines;

/* Each line's taxes: $1 int4[] line ids, $2 int4[] tax ids. */
extern CartonaWriter cartona_write_line_taxes;

#endif							/* CARTONA_WRITER_H */
