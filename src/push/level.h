/*-------------------------------------------------------------------------
 *
 * level.h
 *	  A confirmed order as it is in Odoo now, and what Cartona must be told next.
 *
 * IDENTIFICATION
 *	  src/push/level.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_LEVEL_H
#define CARTONA_LEVEL_H

#include "cartona/details.h"
#include "config/account.h"
#include "outbox/delivery.h"

typedef enum CartonaStepKind
{
	CARTONA_STEP_NONE,			/* Cartona knows all there is to know */
	CARTONA_STEP_DETAILS,		/* lines are changed or cancelled */
	CARTONA_STEP_ADD,			/* lines are added */
	CARTONA_STEP_LOOK_UP,		/* the order is read, for the ids of added
								 * lines */
	CARTONA_STEP_STATUS			/* a status is sent */
} CartonaStepKind;

/* A line of the order, and what is known of it once Cartona has accepted the step. */
typedef struct CartonaStepLine
{
	char	   *key;			/* in order_sync.lines */
	bool		cancelled;		/* it is no line of Cartona's any more */
	char	   *quantity;		/* as order_sync.lines keeps them, as text */
	char	   *price;
	char	   *said;
	char	   *factor;			/* of a line to be added, and so below */
	int32		line;
	int32		product;
	int32		uom;
} CartonaStepLine;

typedef struct CartonaStep
{
	CartonaStepKind kind;
	char	   *status;			/* what is sent, for the log as well */
	char	   *path;			/* of a request to read */
	char	   *body;			/* the request's; NULL: none */
	char	   *otp;			/* goes along with it: to be kept out of every
								 * log */
	char	   *why;			/* of none, and of what is left out: a
								 * sentence */
	char	   *waiting;		/* of none: what a human must do first; NULL:
								 * nothing */
	char	   *problem;		/* what a human must know; NULL: nothing */
	CartonaStepLine *lines;
	int			nlines;
} CartonaStep;

/*
 * The next step for the order of a claim whose head is a comparison, in an open
 * transaction with SPI; palloc'd in the current context.  Takes no lock.  One
 * step at a time: when it is accepted the order is compared again.
 */
extern void cartona_level_next(const CartonaAccount *account, const CartonaOrderClaim *claim, CartonaStep *step);

/* Cartona accepted a step of lines: remember what it knows now. */
extern void cartona_level_accepted(int32 account_id, const CartonaOrderClaim *claim, const CartonaStep *step);

/* What a human must do before the order's delivery can be told; NULL: nothing.  In cartona.problem. */
extern void cartona_level_set_waiting(int32 account_id, const CartonaOrderClaim *claim, const char *waiting);

#endif							/* CARTONA_LEVEL_H */
