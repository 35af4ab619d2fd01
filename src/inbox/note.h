/*-------------------------------------------------------------------------
 *
 * note.h
 *	  What the inbox notes of itself and apply reads again.
 *
 * IDENTIFICATION
 *	  src/inbox/note.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_INBOX_NOTE_H
#define CARTONA_INBOX_NOTE_H

/* In inbox.note: the lines of an order that is in Odoo already are others now. */
#define CARTONA_INBOX_CHANGED "changed at Cartona after import"

#endif							/* CARTONA_INBOX_NOTE_H */
