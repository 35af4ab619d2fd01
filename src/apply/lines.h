/*-------------------------------------------------------------------------
 *
 * lines.h
 *	  An order's lines as they were last written to Odoo: order_sync.lines.
 *
 * IDENTIFICATION
 *	  src/apply/lines.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_LINES_H
#define CARTONA_LINES_H

#include "apply/draft.h"

/* One line of Cartona's, whether it became a line of Odoo's or not. */
typedef struct CartonaWritten
{
	char	   *id;				/* Cartona's line id, or what stands for it */
	int32		line;			/* sale_order_line.id; 0: none (left out, or
								 * Odoo is still to make it) */
	int32		product;		/* product_product.id */
	int32		uom;
	Numeric		quantity;
	Numeric		price;
	Numeric		factor;			/* Odoo units in one of Cartona's; NULL: 1 */
	char	   *said;			/* what Cartona said of it; NULL: not known */
	char	   *was;			/* what it said when the line was written,
								 * where it says something else by now that
								 * did not follow; else NULL */
	char	   *reason;			/* of a line that was left out: why; else NULL */
	List	   *missing;		/* of char *: the keys of its product then */
	char	   *state;			/* of a line that Odoo added: "adding": sent,
								 * and no answer is known; "added": accepted,
								 * its id at Cartona is not known; "unknown":
								 * nobody can tell; else NULL */
	bool		told;			/* left out, its product is known now, and a
								 * human was told: nothing more to do */
} CartonaWritten;

/*
 * A key for each line of an order: its id; where it has none its place ("#1"),
 * where an id comes again with its number ("7#2").  Stable as long as Cartona
 * sends ids.
 */
extern char **cartona_lines_keys(const CartonaOrder *order);

/* What Cartona says of a line, as one text: equal texts mean that nothing changed at Cartona. */
extern char *cartona_lines_said(const CartonaOrderLine *line);

/* Its parts. */
typedef enum CartonaSaid
{
	CARTONA_SAID_AMOUNT,
	CARTONA_SAID_PRICE,
	CARTONA_SAID_SUPPLIER_ID,
	CARTONA_SAID_INTERNAL_ID,
	CARTONA_SAID_UNIT_COUNT,
	CARTONA_SAID_COMMENT
} CartonaSaid;

/* One part but the comment, and the comment, out of what was said; NULL: not known. */
extern char *cartona_lines_said_part(const char *said, CartonaSaid part);
extern const char *cartona_lines_said_comment(const char *said);

/*
 * The key of a line of Odoo's that Cartona gave no id yet, and whether a key is
 * such a one.
 */
extern char *cartona_lines_added_key(int32 line);
extern bool cartona_lines_is_added(const char *id);

/*
 * Cartona sends an order back with lines that Odoo added: find out their ids,
 * and keep them.  In an open transaction with SPI.
 */
extern void cartona_lines_adopt(int32 account, const char *hashed_id, CartonaWritten *lines, int n, const CartonaOrder *order);

/* Write them.  In an open transaction with SPI. */
extern void cartona_lines_write(int32 account, const char *hashed_id, const CartonaWritten *lines, int n);

/* The line with this key; NULL: none. */
extern CartonaWritten *cartona_lines_find(CartonaWritten *lines, int n, const char *id);

/* order_sync.lines of an order made from "draft"; "ids": of its lines in Odoo, in the draft's order. */
extern char *cartona_lines_made(const CartonaDraft *draft, const int32 *ids);

/* Any lines as the text of order_sync.lines. */
extern char *cartona_lines_text(const CartonaWritten *lines, int n);

/*
 * Read what was written of an order; NULL where it is not known.  In an open
 * transaction with SPI, into the current context.
 */
extern CartonaWritten *cartona_lines_read(int32 account, const char *hashed_id, int *n);

#endif							/* CARTONA_LINES_H */
