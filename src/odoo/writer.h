/*-------------------------------------------------------------------------
 *
 * writer.h
 *	  Insert rows into Odoo's tables, many at once, with every column Odoo would have
 *	  written.
 *
 * IDENTIFICATION
 *	  src/odoo/writer.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_WRITER_H
#define CARTONA_WRITER_H

#include "executor/spi.h"
#include "nodes/pg_list.h"

#include "base/spi.h"

/* Where a column's value comes from. */
typedef enum CartonaColumnRule
{
	CARTONA_VALUE,				/* always this expression */
	CARTONA_DEFAULT,			/* this expression, unless the shop has set a
								 * default of its own (ir_default) */
	CARTONA_TRANSLATED,			/* this text; the English one where the column
								 * holds translations */
	CARTONA_LOOKUP				/* always this expression, with braces as in
								 * catalog.h */
} CartonaColumnRule;

/* A column this code knows; written where this Odoo has it. */
typedef struct CartonaColumn
{
	const char *name;
	const char *value;			/* SQL over the rows "o": o.<parameter>;
								 * @@column is what that column gets */
	CartonaColumnRule rule;
} CartonaColumn;

/* What the caller gives for each row. */
typedef struct CartonaWriterArg
{
	const char *name;
	Oid			type;
} CartonaWriterArg;

/* A column that Odoo leaves null in a new row, while "unless" (a table; NULL: always) has no rows. */
typedef struct CartonaNullColumn
{
	const char *name;
	const char *unless;
} CartonaNullColumn;

typedef struct CartonaWriterPlan CartonaWriterPlan;

/* How one table is written.  Defined in columns.c. */
typedef struct CartonaWriter
{
	const char *table;
	const char *model;			/* Odoo's name of it; NULL for a relation
								 * table */
	const CartonaColumn *columns;	/* ends with name NULL */
	const CartonaWriterArg *args;
	int			nargs;
	bool		draws_ids;		/* o.id is the row's new id */
	bool		has_id;
	bool		links;			/* the shop's defaults for many2many fields are
								 * written, too */
	const char *join;			/* what else the expressions are over, NULL:
								 * nothing; braces as in catalog.h */
	const CartonaNullColumn *null_columns;	/* ends with name NULL; NULL: all
											 * that are not named above */
	CartonaWriterPlan *plans;	/* one per company */
} CartonaWriter;

/* Rows to be inserted at once, all values null at first; in the current context. */
typedef struct CartonaWriterRows
{
	CartonaWriter *writer;
	int			n;
	Datum	  **values;			/* of each parameter, one per row */
	bool	  **nulls;
} CartonaWriterRows;

extern CartonaWriterRows *cartona_writer_rows(CartonaWriter *writer, int n);
extern void cartona_writer_set(CartonaWriterRows *rows, int row, int arg, Datum value);
extern void cartona_writer_set_text(CartonaWriterRows *rows, int row, int arg, const char *text);	/* NULL: null */
extern void cartona_writer_set_id(CartonaWriterRows *rows, int row, int arg, int32 id); /* 0: null */

/*
 * Insert them by one statement (and one for each default of the shop's for a
 * many2many field); their ids, in the rows' order (NULL for a table
 * without ids).  Throws where the table does not take them all.  "company"
 * decides which ir_default rows count.  Runs under Odoo's own search_path and
 * leaves ours.
 */
extern int32 *cartona_writer_insert(const CartonaWriterRows *rows, int32 company);

/*
 * The columns of the table that were left null though nobody here knows that
 * Odoo would (another module's): it may compute them.  Of char *, good until
 * the next insert; usually NIL.
 */
extern List *cartona_writer_unknown(CartonaWriter *writer, int32 company);

/* True where text from outside must be escaped before it enters this column. */
extern bool cartona_writer_is_html(const char *model, const char *column);

/* Forget what was built from ir_default: its rows changed. */
extern void cartona_writer_forget_defaults(void);

/* The parameters of the writers, in order (columns.c names them). */
enum CartonaPartnerArg
{
	PARTNER_CARTONA_ID, PARTNER_NAME, PARTNER_PHONE, PARTNER_MOBILE, PARTNER_PHONE_SANITIZED,
	PARTNER_EMAIL, PARTNER_EMAIL_NORMALIZED, PARTNER_STREET, PARTNER_STREET2, PARTNER_COMMENT, PARTNER_COUNTRY,
	PARTNER_LANG, PARTNER_USER, PARTNER_NARGS
};

enum CartonaAddressArg
{
	ADDRESS_CARTONA_ID, ADDRESS_PARENT, ADDRESS_NAME, ADDRESS_PHONE, ADDRESS_PHONE_SANITIZED, ADDRESS_STREET, ADDRESS_STREET2,
	ADDRESS_COUNTRY, ADDRESS_LANG, ADDRESS_USER, ADDRESS_NARGS
};

enum CartonaOrderArg
{
	ORDER_CARTONA_ID, ORDER_ACCOUNT, ORDER_DELIVERED_BY, ORDER_NAME, ORDER_CLIENT_REF, ORDER_DATE,
	ORDER_COMPANY, ORDER_WAREHOUSE, ORDER_PARTNER, ORDER_INVOICE_TO, ORDER_SHIP_TO, ORDER_SALESMAN, ORDER_TEAM,
	ORDER_PRICELIST, ORDER_CURRENCY, ORDER_RATE, ORDER_PAYMENT_TERM, ORDER_PAYMENT_METHOD, ORDER_FISCAL_POSITION,
	ORDER_VALIDITY, ORDER_SIGNATURE, ORDER_PAYMENT, ORDER_PREPAYMENT, ORDER_NOTE, ORDER_COMMITMENT, ORDER_SOURCE,
	ORDER_UNTAXED, ORDER_TAX, ORDER_TOTAL, ORDER_USER, ORDER_NARGS
};

enum CartonaLineArg
{
	LINE_CARTONA_ID, LINE_PRODUCT, LINE_UOM, LINE_NAME, LINE_QUANTITY, LINE_PRICE, LINE_SUBTOTAL, LINE_TAX, LINE_TOTAL,
	LINE_REDUCE_EXCL, LINE_REDUCE_INCL, LINE_LEAD, LINE_METHOD,
	LINE_ORDER, LINE_COMPANY, LINE_CURRENCY, LINE_PARTNER, LINE_SALESMAN, LINE_WAREHOUSE, LINE_USER, LINE_NARGS
};

enum CartonaLineTaxArg
{
	LINE_TAX_LINE, LINE_TAX_TAX, LINE_TAX_NARGS
};

extern CartonaWriter cartona_write_partner;
extern CartonaWriter cartona_write_address;
extern CartonaWriter cartona_write_order;
extern CartonaWriter cartona_write_lines;
extern CartonaWriter cartona_write_line_taxes;

#endif							/* CARTONA_WRITER_H */
