/*-------------------------------------------------------------------------
 *
 * report.h
 *	  What the webhook's worker tells of itself.
 *
 * IDENTIFICATION
 *	  src/webhook/report.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_REPORT_H
#define CARTONA_REPORT_H

#include "datatype/timestamp.h"

/* An account just got an event. */
extern void cartona_report_seen(int32 account_id);

/* The metrics of the database, and the listener's own, in the current context. */
extern char *cartona_report_metrics(void);

/*
 * Tell account_state when accounts last got an event, and that refused calls
 * named their orders, and cartona.log what was refused, where it is time for that.  In no transaction; throws what the
 * database does.
 */
extern void cartona_report_send(void);

/* When cartona_report_send() has something to tell; PG_INT64_MAX: nothing. */
extern TimestampTz cartona_report_due(void);

#endif							/* CARTONA_REPORT_H */
