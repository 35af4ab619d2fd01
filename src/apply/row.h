/*-------------------------------------------------------------------------
 *
 * row.h
 *	  Inbox rows into Odoo.
 *
 * IDENTIFICATION
 *	  src/apply/row.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_ROW_H
#define CARTONA_ROW_H

#include "nodes/pg_list.h"
#include "utils/jsonb.h"

#include "apply/event.h"
#include "apply/payload.h"
#include "odoo/shop.h"

/* What is to be done with a row. */
typedef enum CartonaRowKind
{
	CARTONA_ROW_NEW,			/* make the order */
	CARTONA_ROW_EXISTING,		/* it is in Odoo */
	CARTONA_ROW_DELETED,		/* it was, until a clerk deleted it */
	CARTONA_ROW_WAITING,		/* the retailer is editing it */
	CARTONA_ROW_CANCELLED,		/* before it was imported */
	CARTONA_ROW_ASKED			/* a new one that Odoo is asked to make */
} CartonaRowKind;

typedef struct CartonaInboxRow
{
	/* as it is stored */
	int64		id;
	int32		account;
	char	   *hashed_id;
	Jsonb	   *payload;
	bool		reduced;		/* of the payload only facts are kept */
	int32		attempt;
	int32		order_id;		/* 0: none */
	char	   *found_note;		/* as it is stored */
	char	   *note;			/* as it will be */
	/* from cartona_row_classify */
	CartonaRowKind kind;
	CartonaInbound inbound;
	char	   *status;			/* Cartona's */
	CartonaOrder *order;		/* NULL where nothing is to be imported */
	CartonaEventKept kept;		/* an event that came before the order; id 0:
								 * none */
	/* from cartona_row_apply, too */
	struct ErrorData *error;	/* NULL, or why it cannot be applied */
	List	   *missing;		/* of char *: keys of products not found */
	const char *state;			/* applied, waiting, deleted */
	char	   *problem;		/* NULL: none */
	char	   *lines;			/* for order_sync; NULL: as they were */
	char	   *head;			/* likewise */
} CartonaInboxRow;

/* What cartona_row_read takes, from "cartona.inbox i". */
#define CARTONA_ROW_COLUMNS "i.id, i.account_id, i.hashed_id, i.payload, i.attempt, i.order_id, i.note, i.kept = 'facts'"

/* Row "at" of SPI_tuptable, copied into the current context. */
extern void cartona_row_read(uint64 at, CartonaInboxRow *row);

/*
 * See what is to be done with rows of one account, and read the payloads of
 * new orders; a payload that cannot be used is its row's error.  Only reads.
 */
extern void cartona_row_classify(int32 account, CartonaInboxRow **rows, int n);

/*
 * Apply classified rows without errors and set their states, in an open
 * (sub)transaction with SPI.  Throws what is wrong with some of them, or sets
 * the error of those it knows to be at fault: in both cases nothing may be
 * kept.  A fresh order's acknowledgement is in the outbox, and the worker wakes
 * at commit.
 */
extern void cartona_row_apply(const CartonaShop *shop, CartonaInboxRow **rows, int n);

/* Write the states, what Cartona knows now and the acknowledgements of rows that were applied: for cartona_row_apply. */
extern void cartona_row_write(int32 account, CartonaInboxRow **rows, int n);

/* Keep a row's error (and the keys of missing products) and when it is tried again: after "delay" seconds. */
extern void cartona_row_fail(const CartonaInboxRow *row, const char *error, double delay);

#endif							/* CARTONA_ROW_H */
