/*-------------------------------------------------------------------------
 *
 * inbox.h
 *	  Orders as they arrived, once each.
 *
 * IDENTIFICATION
 *	  src/inbox/inbox.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_INBOX_H
#define CARTONA_INBOX_H

#include "cartona/api.h"

/* How the orders of one page were taken. */
typedef struct CartonaInboxCount
{
	int			fresh;			/* not seen before */
	int			changed;		/* seen, with other contents now */
	int			again;			/* seen, the same */
	int			unusable;		/* kept in inbox_page with the reason */
} CartonaInboxCount;

/*
 * Store a page of orders in an open transaction with SPI: new ones as 'new',
 * changed ones back to 'new' (unless deleted), the same ones only touched
 * (seen_at).  An applied order that Cartona still offers, and whose
 * acknowledgement is neither waiting nor on its way, is acknowledged again.
 * Items without a hashed_id go to inbox_page.
 */
extern void cartona_inbox_store(int32 account_id, const char *source,
								const CartonaApiOrder *orders, int norders, CartonaInboxCount *count);

/* Keep the text of an answer that is no page of orders (cut at 64 kB). */
extern void cartona_inbox_keep_page(int32 account_id, const char *reason, const char *body, size_t len);

#endif							/* CARTONA_INBOX_H */
