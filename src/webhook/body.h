/*-------------------------------------------------------------------------
 *
 * body.h
 *	  The body of a webhook request as JSON that jsonb takes.
 *
 * IDENTIFICATION
 *	  src/webhook/body.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_BODY_H
#define CARTONA_BODY_H

#include <stddef.h>

/*
 * The body's one JSON object as text, palloc'd; NULL: it is none, and *why (a
 * constant or palloc'd) says what is wrong.  *order: what it says is the order's
 * hashed_id, as it stands there ("": nothing), to sort by.  Throws only where
 * memory is short.
 */
extern char *cartona_body_json(const char *body, size_t len, const char **order, const char **why);

#endif							/* CARTONA_BODY_H */
