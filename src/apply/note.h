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

/* sale_order.note, HTML or plain as this Odoo has it; NULL: null. */
extern char *cartona_note_order(const CartonaDraft *draft);

/* For cartona.inbox.note; NULL: nothing to say. */
extern char *cartona_note_inbox(const CartonaDraft *draft);

/* What a human must look at, for cartona.problem; NULL: nothing. */
extern char *cartona_note_problem(const CartonaDraft *draft);

#endif							/* CARTONA_NOTE_H */
