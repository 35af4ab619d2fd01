/*-------------------------------------------------------------------------
 *
 * due.h
 *	  Inbox rows that waited for a product, and are due because it is there.
 *
 * IDENTIFICATION
 *	  src/inbox/due.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_INBOX_DUE_H
#define CARTONA_INBOX_DUE_H

/*
 * Variants came, went or changed: rows that miss one of those that can be sold
 * now are due, in an open transaction with SPI.
 */
extern void cartona_inbox_due_for_products(const int32 *products, int n);

/* The account's settings changed, or a day has passed: whatever misses a product or failed is tried again. */
extern void cartona_inbox_due_for_account(int32 account_id);

#endif							/* CARTONA_INBOX_DUE_H */
