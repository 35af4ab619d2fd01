/*-------------------------------------------------------------------------
 *
 * apply.h
 *	  Inbox rows into Odoo: customer, order, lines, taxes, acknowledgement.
 *
 * IDENTIFICATION
 *	  src/apply/apply.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_APPLY_H
#define CARTONA_APPLY_H

/*
 * Apply due inbox rows of active accounts: a batch (one order where their
 * sequence is no_gap) in one transaction of its own, together in one
 * subtransaction, in halves where that fails: a row that fails keeps its error
 * and its next due time and stops nobody.  Worker only, no transaction open on
 * entry or on return.  Returns the number of rows looked at: call again until
 * it is 0.
 */
extern int	cartona_apply_due(void);

/* When the next inbox row is due: microseconds since 2000, or PG_INT64_MAX. In an open transaction. */
extern TimestampTz cartona_apply_next_due(void);

#endif							/* CARTONA_APPLY_H */
