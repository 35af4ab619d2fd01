/*-------------------------------------------------------------------------
 *
 * known.h
 *	  What is known of an imported order: its row of order_sync.
 *
 * IDENTIFICATION
 *	  src/apply/known.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_KNOWN_H
#define CARTONA_KNOWN_H

#include "apply/lines.h"

/* Something that Cartona changed after the import and that did not follow. */
typedef struct CartonaDiffers
{
	char	   *key;			/* what it is of: "line <id>", "note", ... */
	char	   *text;			/* the newest state of it, in English */
} CartonaDiffers;

/* What is of an order as a whole: order_sync.head. */
typedef struct CartonaHead
{
	char	   *said;			/* hash of what Cartona said */
	char	   *note;			/* length and hash of the order's own words at
								 * the end of sale_order.note, as written */
	char	   *note_said;		/* likewise, as Cartona said them last */
	char	   *day;			/* the delivery day as written, "" for none */
	char	   *day_said;		/* as Cartona said it last */
	char	   *address;		/* hash of where Cartona said the goods go */
	int32		ship_to;		/* partner_shipping_id as written; 0: not
								 * known */
	char	   *standing;		/* what was wrong with it as it was written
								 * (note.c); NULL: nothing */
	List	   *differs;		/* of CartonaDiffers * */
	int			notes;			/* how often the chatter was told of changes */
	int32		last_note;		/* mail_message.id of the last; 0: none */
} CartonaHead;

typedef struct CartonaKnown
{
	char	   *status;			/* Cartona's last known one; NULL: none */
	char	   *problem;		/* NULL: none */
	CartonaHead head;			/* NULLs: not known */
	CartonaWritten *lines;		/* NULL: not known */
	int			nlines;
} CartonaKnown;

/* Read it, and keep an event of the same order waiting until the end of the transaction; with SPI. */
extern void cartona_known_read(int32 account, const char *hashed_id, CartonaKnown *known);

/*
 * Has Cartona said anything new of the order, or is a line of it still
 * without its product?  Only then must a draft be made and compared.  NULL: its
 * payload was reduced, there is nothing to compare.
 */
extern bool cartona_known_differs(const CartonaKnown *known, const CartonaOrder *order);

/* The head of an order as a draft writes it, and as the text of order_sync.head. */
extern void cartona_known_head(const CartonaDraft *draft, CartonaHead *head);
extern char *cartona_known_head_text(const CartonaHead *head);

/* What stands in a note before the words that "mark" (head.note) is of; NULL where it does not end with them. */
extern char *cartona_known_before_words(const char *note, const char *mark);

/* A time as the head keeps it. */
extern char *cartona_known_day(bool has, Timestamp when);

#endif							/* CARTONA_KNOWN_H */
