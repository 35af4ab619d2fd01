/*-------------------------------------------------------------------------
 *
 * intake.h
 *	  Complete webhook requests into the database, and their answers.
 *
 * IDENTIFICATION
 *	  src/webhook/intake.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_INTAKE_H
#define CARTONA_INTAKE_H

/*
 * Take a batch of complete requests, apply them, answer them after the commit.
 * No transaction is open.  Returns how many there were.  Errors of single events
 * are answered (503, or 400 where the event is at fault) and do not throw.
 */
extern int	cartona_intake_run(void);

/* Did the last event that met the database fail because of it?  Constant text or NULL. */
extern const char *cartona_intake_trouble(void);

#endif							/* CARTONA_INTAKE_H */
