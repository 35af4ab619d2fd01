/*-------------------------------------------------------------------------
 *
 * status.h
 *	  The life of an order at Cartona: which status is ahead of which.
 *
 * IDENTIFICATION
 *	  src/cartona/status.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_STATUS_H
#define CARTONA_STATUS_H

/* The acknowledgement: no state of the order, always sent as asked. */
#define CARTONA_STATUS_SYNCED "synced"

/* What a freshly pulled order has when it says nothing. */
#define CARTONA_STATUS_PENDING "pending"

/* The retailer is at it: it comes back as pending, with other lines. */
#define CARTONA_STATUS_EDITING "editing"

/* Under way or done: no draft to be worked on as if nothing had happened. */
#define CARTONA_STATUS_ASSIGNED "assigned_to_salesman"
#define CARTONA_STATUS_DELIVERED "delivered"
#define CARTONA_STATUS_RETURNED "returned"

/*
 * May "next" follow "known" (NULL: nothing known)?  False for the same status
 * and for anything the order has passed; a status this code does not know
 * (status_map can name any) follows everything but itself.
 */
extern bool cartona_status_is_ahead(const char *known, const char *next);

/* From pending to editing or back: the retailer began or ended an edit, no step in the order's life. */
extern bool cartona_status_is_edit(const char *known, const char *said);

/*
 * What Cartona says: may it come after "known"?  As above, and a cancellation
 * also after delivered, because Cartona knows best; it is for a human then.
 */
extern bool cartona_status_may_follow(const char *known, const char *said);

/* Does the order end with this status (cancelled, delivered, returned)? */
extern bool cartona_status_is_end(const char *status);

#endif							/* CARTONA_STATUS_H */
