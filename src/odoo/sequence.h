/*-------------------------------------------------------------------------
 *
 * sequence.h
 *	  The next order number, by Odoo's rules.
 *
 * IDENTIFICATION
 *	  src/odoo/sequence.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_SEQUENCE_H
#define CARTONA_SEQUENCE_H

#include "datatype/timestamp.h"
#include "pgtime.h"

/*
 * The next n numbers of the company's orders, palloc'd; each order's day, by
 * the clock of a zone, chooses its date range.  Where the sequence is no_gap its row stays locked
 * until the transaction ends, and one that is locked by somebody else throws
 * ERRCODE_LOCK_NOT_AVAILABLE: take the numbers last and commit soon.
 */
extern void cartona_sequence_take(int32 company, pg_tz *zone, const Timestamp *ordered_at, int n, char **names);

/* True where the company's orders are numbered without gaps: one order per transaction. */
extern bool cartona_sequence_is_no_gap(int32 company);

#endif							/* CARTONA_SEQUENCE_H */
