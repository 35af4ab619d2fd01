/*-------------------------------------------------------------------------
 *
 * answers.h
 *	  Answered requests, until each is settled.
 *
 * IDENTIFICATION
 *	  src/worker/answers.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_ANSWERS_H
#define CARTONA_ANSWERS_H

#include "http/client.h"

/* Once per worker. */
extern void cartona_answers_start(MemoryContext parent, CartonaHttp *client);

/* Drive the client and take what has been answered off it. */
extern void cartona_answers_collect(void);

/* Is any answer not settled yet? */
extern bool cartona_answers_waiting(void);

/*
 * Settle the answers that are here, in a transaction of its own, and start what
 * follows from them (the next page, the halves of a refused batch).  "together"
 * false: only one, and the next call takes the next.  Returns whether a pull
 * brought something.
 */
extern bool cartona_answers_settle(bool together);

#endif							/* CARTONA_ANSWERS_H */
