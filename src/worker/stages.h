/*-------------------------------------------------------------------------
 *
 * stages.h
 *	  The parts of the sync worker's work, and what is to be looked at.
 *
 * IDENTIFICATION
 *	  src/worker/stages.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_STAGES_H
#define CARTONA_STAGES_H

#include "datatype/timestamp.h"

#include "http/client.h"

/* sync.c decides which runs when, and in which order. */
typedef enum CartonaStageName
{
	CARTONA_STAGE_ATTACH,
	CARTONA_STAGE_SETTLE,
	CARTONA_STAGE_START,
	CARTONA_STAGE_ACCOUNTS,
	CARTONA_STAGE_DRAIN_ORDERS,
	CARTONA_STAGE_DRAIN_PRODUCTS,
	CARTONA_STAGE_FULL,
	CARTONA_STAGE_ORDERS,
	CARTONA_STAGE_ACKS,
	CARTONA_STAGE_PRODUCTS,
	CARTONA_STAGE_PULL,
	CARTONA_STAGE_APPLY,
	CARTONA_STAGE_EVENT,
	CARTONA_STAGE_TASK,
	CARTONA_STAGE_DUE,
	CARTONA_STAGE_SCREENS,
	CARTONA_STAGE_EXPIRE,
	CARTONA_STAGES				/* how many there are */
} CartonaStageName;

/* A part of the work that may fail without stopping the others. */
typedef struct CartonaStage
{
	const char *name;			/* for messages: "... failed" */
	void		(*work) (void);
	int			failures;		/* in a row */
	TimestampTz paused_until;
} CartonaStage;

/* What must be looked at: set by a wake-up, an answer, another stage or the clock. */
typedef struct CartonaAgenda
{
	bool		started;		/* Odoo is there, leases are taken over */
	bool		accounts;
	bool		outbox;
	bool		products;		/* captured ones, in the outbox */
	bool		deliveries;
	bool		inbox;
	bool		inbox_more;		/* the last import left some for the next pass */
	bool		expired;		/* leases */
	bool		events;
	bool		tasks;
	bool		screens;
	bool		compare_screens;	/* with what they should be */
	TimestampTz deliveries_due;
	TimestampTz inbox_due;
	TimestampTz events_due;
	TimestampTz tasks_due;
	TimestampTz screens_due;
} CartonaAgenda;

extern CartonaStage cartona_stages[CARTONA_STAGES];
extern CartonaAgenda cartona_agenda;

/* Once per worker, after push and answers have the client. */
extern void cartona_stages_start(CartonaHttp *client);

/* When captured products may be looked at: each batch of a long import concerns the same ones. */
extern TimestampTz cartona_stage_products_due(void);

#endif							/* CARTONA_STAGES_H */
