/*-------------------------------------------------------------------------
 *
 * kept.h
 *	  Events that wait for their order.
 *
 * IDENTIFICATION
 *	  src/apply/kept.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_KEPT_H
#define CARTONA_KEPT_H

#include "apply/event.h"

/* One event, read. */
typedef struct CartonaEvent
{
	int32		account;
	const char *source;
	char	   *hashed_id;
	char	   *status;			/* in Cartona's spelling */
	char	   *reason;			/* NULL: none */
	bool		is_kept;		/* it is the worker's turn with a kept one */
	CartonaEventResult *result; /* of the caller */
} CartonaEvent;

/* A CartonaWork on a CartonaEvent: judge it now, in an open transaction with SPI; true. */
extern bool cartona_event_take(void *arg);

/*
 * The order is not here, or in a clerk's hands: keep the event, wake the pull
 * where it needs one, or find that no pull brings the order.  True.
 */
extern bool cartona_kept_take(CartonaEvent *event);

/* The order is here now: a kept event of it is due. */
extern void cartona_kept_due(int32 account_id, const char *hashed_id);

/* Have the worker pull the account's orders soon. */
extern void cartona_kept_pull(int32 account_id);

#endif							/* CARTONA_KEPT_H */
