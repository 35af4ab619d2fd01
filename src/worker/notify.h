/*-------------------------------------------------------------------------
 *
 * notify.h
 *	  Tell Odoo's cron that there is work for it in this database.
 *
 * IDENTIFICATION
 *	  src/worker/notify.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_NOTIFY_H
#define CARTONA_NOTIFY_H

#include "utils/timestamp.h"

/* Ask for it; sent by the next cartona_notify_send(). */
extern void cartona_notify_want(void);

/*
 * Send what was asked for, if the one before is through, at most once a second;
 * less often where the one before could not connect.
 * Needs a transaction.  The sync worker's latch is set when a sender ends.
 */
extern void cartona_notify_send(void);

/* When to call it again: PG_INT64_MAX where nothing was asked for. */
extern TimestampTz cartona_notify_next_due(void);

extern PGDLLEXPORT void cartona_notify_main(Datum arg);

#endif							/* CARTONA_NOTIFY_H */
