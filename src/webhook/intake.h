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

#include "datatype/timestamp.h"

/*
 * Take a batch of complete requests, apply them, answer them after the commit.
 * No transaction is open.  Returns how many there were.  Errors of single events
 * are answered (503, or 400 where the event is at fault) and do not throw.
 */
extern int	cartona_intake_run(void);

/* Did the last event that met the database fail because of it?  Constant text or NULL. */
extern const char *cartona_intake_trouble(void);

/*
 * Tell account_state when accounts last got an event, and cartona.log what was
 * refused, where it is time for that.  In no transaction; throws what the
 * database does.
 */
extern void cartona_intake_report(void);

/* When cartona_intake_report() has something to tell; PG_INT64_MAX: nothing. */
extern TimestampTz cartona_intake_report_due(void);

#endif							/* CARTONA_INTAKE_H */
