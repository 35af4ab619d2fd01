/*-------------------------------------------------------------------------
 *
 * event.h
 *	  What Cartona says became of an order: one door for the webhook, the pull
 *	  and a person.
 *
 * IDENTIFICATION
 *	  src/apply/event.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_EVENT_H
#define CARTONA_EVENT_H

#include "datatype/timestamp.h"
#include "utils/jsonb.h"

typedef enum CartonaEventOutcome
{
	CARTONA_EVENT_APPLIED,		/* written (apply_status 'sql') */
	CARTONA_EVENT_HANDED_OVER,	/* a task for Odoo is durable */
	CARTONA_EVENT_UNCHANGED,	/* repeated, late, or passed already: nothing
								 * changed */
	CARTONA_EVENT_KEPT,			/* the order is not here yet (the pull is
								 * woken), or in a clerk's hands: it is kept,
								 * and applied later */
	CARTONA_EVENT_NOT_ALLOWED,	/* the rule of delivered_by forbids it */
	CARTONA_EVENT_MALFORMED,	/* message says what is wrong */
	CARTONA_EVENT_UNKNOWN_ORDER,	/* a pull since the first event did not
									 * bring it */
	CARTONA_EVENT_NOT_NOW		/* the account takes none now: to be sent
								 * again */
} CartonaEventOutcome;

typedef struct CartonaEventResult
{
	CartonaEventOutcome outcome;
	char	   *message;		/* a sentence for whoever reads the answer */
	char	   *hashed_id;		/* NULL: none that can be used */
	int32		order_id;		/* sale_order.id; 0: none */
} CartonaEventResult;

/*
 * One event, {"hashed_id": ..., "status": ...} and whatever comes along, in the
 * caller's open transaction with SPI connected; durable with its commit.  The
 * result is in the current context.  "source": 'webhook' or 'sql'.  Waits for
 * another event of the same order; works under every isolation level.  Throws
 * only what the database does, and where an account keeps too many events of
 * orders that never came.
 */
extern void cartona_event_receive(int32 account_id, const char *source, Jsonb *payload, CartonaEventResult *result);

/*
 * Why an account takes no events now, whoever brings them (CARTONA_EVENT_NOT_NOW);
 * NULL: it does.  Asked by the caller of cartona_event_receive, once a transaction.
 */
extern const char *cartona_event_refusal(int32 account_id);

/* 'applied', 'handed over', ...: a constant. */
extern const char *cartona_event_outcome_name(CartonaEventOutcome outcome);

/*
 * Worker only, no transaction open: apply kept events of active accounts whose
 * orders are here now.  Returns when the next one is to be looked at, or
 * PG_INT64_MAX.
 */
extern TimestampTz cartona_event_work(void);

/* Worker only: forget events whose order has not come for cartona.log_retention days.  In an open transaction. */
extern void cartona_event_expire(void);

/*
 * An order was just made as a draft, in this transaction; its row of order_sync
 * says what it is at Cartona.  Where that is past pending, Odoo is to follow as
 * far as the rule allows.
 */
extern void cartona_event_imported(int32 account_id, const char *hashed_id, const char *reason);

/* A kept event of an order that is about to be imported. */
typedef struct CartonaEventKept
{
	int64		id;				/* 0: none */
	char	   *status;
	char	   *reason;			/* NULL: none */
} CartonaEventKept;

/* The kept events of n orders of an account (hashed_ids: a text array), in an open transaction with SPI. */
extern CartonaEventKept *cartona_event_kept(int32 account_id, Datum hashed_ids, int n);

/*
 * The order's import has taken one along ("applied"), or may not: what became of
 * it is in the log.  Where a newer one took its place meanwhile that one stays.
 */
extern void cartona_event_taken(int32 account_id, const char *hashed_id, int32 order_id, const CartonaEventKept *kept, bool applied);

#endif							/* CARTONA_EVENT_H */
