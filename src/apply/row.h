/*-------------------------------------------------------------------------
 *
 * row.h
 *	  One inbox row into Odoo.
 *
 * IDENTIFICATION
 *	  src/apply/row.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_ROW_H
#define CARTONA_ROW_H

#include "utils/jsonb.h"

#include "odoo/shop.h"

typedef struct CartonaInboxRow
{
	int64		id;
	int32		account;
	char	   *hashed_id;
	Jsonb	   *payload;
	int32		attempt;
	int32		order_id;		/* 0: none */
	char	   *note;
} CartonaInboxRow;

/* What applying a row came to. */
typedef struct CartonaOutcome
{
	const char *state;			/* applied, waiting, deleted */
	int32		order_id;		/* 0: none */
	char	   *note;
} CartonaOutcome;

/* What cartona_row_read takes, from "cartona.inbox i". */
#define CARTONA_ROW_COLUMNS "i.id, i.account_id, i.hashed_id, i.payload, i.attempt, i.order_id, i.note"

/* Row "at" of SPI_tuptable, copied into the current context. */
extern void cartona_row_read(uint64 at, CartonaInboxRow *row);

/*
 * Apply it and set its state, in an open (sub)transaction with SPI; throws
 * what is wrong with it, and the caller rolls back.  A fresh order's
 * acknowledgement is in the outbox, and the worker wakes at commit.
 */
extern void cartona_row_apply(const CartonaInboxRow *row, const CartonaShop *shop, CartonaOutcome *outcome);

#endif							/* CARTONA_ROW_H */
