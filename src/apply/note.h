/*-------------------------------------------------------------------------
 *
 * note.h
 *	  What people read about an order.
 *
 * IDENTIFICATION
 *	  src/apply/note.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_NOTE_H
#define CARTONA_NOTE_H

#include "apply/draft.h"

/* Taken away again by cartona._task_computed() (task.sql). */
#define CARTONA_NOTE_TAXES_LEFT "Odoo still has to compute its taxes"

/*
 * sale_order.note, HTML or plain as this Odoo has it; NULL: null.  Printed: the
 * company's terms, what the customer wrote, who pays what.
 */
extern char *cartona_note_order(const CartonaDraft *draft);

/* What of it is the order's own: what the customer wrote, who pays what.  "" where there is nothing. */
extern char *cartona_note_words(const CartonaDraft *draft);

/* A note of what stands before the order's own words (NULL: nothing) and these. */
extern char *cartona_note_join(const CartonaShop *shop, const char *before, const char *words);

/* The name of the line on the order: the product's, and below it the line's comment.  Printed, too. */
extern char *cartona_note_line(const CartonaOrderLine *line, const char *name);

/* The chatter's note on a new order: plain text, one fact per line. */
extern char *cartona_note_chatter(const CartonaDraft *draft);

/* The chatter's line for a total that differs from Cartona's, which is there; Odoo's as a text. */
extern char *cartona_note_total(const CartonaDraft *draft, const char *in_odoo);

/* For cartona.inbox.note; NULL: nothing to say. */
extern char *cartona_note_inbox(const CartonaDraft *draft);

/* What a human must look at, for cartona.problem; NULL: nothing. */
extern char *cartona_note_problem(const CartonaDraft *draft);

/* Is Cartona's total without the taxes that Odoo adds, as the account is set? */
extern bool cartona_note_tax_on_top(const CartonaDraft *draft);

#endif							/* CARTONA_NOTE_H */
