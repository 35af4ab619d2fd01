/*-------------------------------------------------------------------------
 *
 * pull.h
 *	  One cycle in: every page of new orders into the inbox; and the check of
 *	  an account's connection.
 *
 * IDENTIFICATION
 *	  src/pull/pull.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_PULL_H
#define CARTONA_PULL_H

#include "push/traffic.h"

/* Start a pull if one is due and none is running.  No transaction open. */
extern void cartona_pull_start(CartonaTraffic *traffic);

/* When the next one is due; PG_INT64_MAX while one is running or the account does not work. */
extern TimestampTz cartona_pull_next_due(const CartonaTraffic *traffic);

/*
 * Take a page into the inbox, in an open transaction with SPI; after its commit
 * cartona_pull_go_on asks for the next page or ends the pull.
 */
extern void cartona_pull_answer(CartonaTransfer *transfer, const CartonaHttpAnswer *answer);
extern void cartona_pull_go_on(CartonaTransfer *transfer);

/* cartona.test_connection(): start the check; record its answer in an open transaction. */
extern void cartona_check_start(CartonaTraffic *traffic, const CartonaAccount *account);
extern void cartona_check_answer(CartonaTransfer *transfer, const CartonaHttpAnswer *answer);

/* Record a check that could not even be started, in an open transaction. */
extern void cartona_check_record(int32 account_id, const char *result);

#endif							/* CARTONA_PULL_H */
