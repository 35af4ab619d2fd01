/*-------------------------------------------------------------------------
 *
 * target.h
 *	  What an order in Odoo is to become, now that Cartona says so.
 *
 * IDENTIFICATION
 *	  src/apply/target.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_TARGET_H
#define CARTONA_TARGET_H

#include "apply/event.h"

typedef struct CartonaTarget
{
	int32		account;
	const char *hashed_id;
	int32		order_id;		/* sale_order.id */
	const char *status;			/* what Cartona says, in its own spelling */
	const char *reason;			/* why, in Cartona's words; NULL: none */
	bool		fact;			/* Cartona's own list says it (a pull): it is
								 * known from now on, also where nobody here
								 * may follow it */
} CartonaTarget;

/*
 * Let an order, whose row of order_sync the caller has locked, and which has
 * not been in this status before, become what its status means, in an open
 * transaction with SPI: by a task for Odoo, or directly where apply_status is
 * 'sql'.  What Cartona knows is kept.  "message": a sentence about it.
 */
extern CartonaEventOutcome cartona_target_set(const CartonaTarget *target, char **message);

#endif							/* CARTONA_TARGET_H */
