/*-------------------------------------------------------------------------
 *
 * delivery.h
 *	  The outbox: drain captured rows into deliveries, claim what is due,
 *	  settle what was answered.
 *
 * Every function runs in an open transaction of the worker with SPI.
 *
 * IDENTIFICATION
 *	  src/outbox/delivery.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_DELIVERY_H
#define CARTONA_DELIVERY_H

#include "datatype/timestamp.h"

/* ---- in drain.c ---- */

/*
 * Move up to some thousand outbox rows into deliveries, coalesced, for the
 * active accounts; drops what concerns none of them.  Returns how many rows
 * were taken: call again until it is 0.  Orders go first and cheaply, so that
 * a status is on its way before products are looked up; what an order's new
 * state means for its products is left in the outbox for the second call.
 */
extern int	cartona_drain_orders(void);
extern int	cartona_drain_products(void);

/* ---- in states.c ---- */

/*
 * A state of an order in Odoo into its queue, as status_map calls it; "id" is
 * the outbox row's.  Nothing for an account that is off; a state that means
 * nothing at Cartona is logged.
 */
extern void cartona_states_queue(int64 id, int64 order_id, int32 account_id, const char *hashed_id,
								 const char *odoo_state);

/* The present states of orders ("orders" NULL: all of the account), where they are ahead of what Cartona knows. */
extern void cartona_states_queue_levels(int32 account_id, const int32 *orders, int n);

/* ---- in compare.c ---- */

/* These sales orders, as far as they are Cartona's and confirmed, are to be compared with what it knows. */
extern void cartona_compare_queue(const int32 *orders, int n);

/* All of an account's that have not ended at Cartona. */
extern void cartona_compare_queue_open(int32 account_id);

/* ---- in claim.c ---- */

/* The next status of an order, leased. */
typedef struct CartonaOrderClaim
{
	int64		delivery_id;
	int64		order_id;
	char	   *hashed_id;
	int64		item_id;		/* 0: the queue is empty */
	bool		compare;		/* no status: the order is to be compared */
	char	   *status;			/* what Cartona is told; NULL of a comparison
								 * until its step is known */
	char	   *odoo_state;		/* NULL for the acknowledgement */
	int			attempt;		/* this one, from 1 */
	bool		lease_lost;		/* an earlier attempt may have arrived */
	bool		more;			/* further statuses wait behind it */
	char	   *known_status;	/* Cartona's last known status, or NULL */
	char	   *delivered_by;	/* of the order in Odoo; NULL also where it is
								 * gone */
	char	   *cancel_reason;	/* of the order in Odoo, or NULL */
} CartonaOrderClaim;

/* In compare.c: those orders, not leased and without what a lease tells; palloc'd in the current context. */
extern int	cartona_compare_open(int32 account_id, CartonaOrderClaim **claims);

extern int	cartona_claim_orders(int32 account_id, int limit, int lease_ms,
								 MemoryContext context, CartonaOrderClaim **claims);

/*
 * The same for orders that have only their acknowledgement to send; what is in
 * Odoo meanwhile does not matter to it, so delivered_by is not read.
 */
extern int	cartona_claim_acks(int32 account_id, int limit, int lease_ms,
							   MemoryContext context, CartonaOrderClaim **claims);

typedef struct CartonaProductClaim
{
	int64		delivery_id;
	int32		product_id;
	int64		newest;			/* to see whether it changed meanwhile */
	bool		forced;
	int			attempt;
} CartonaProductClaim;

extern int	cartona_claim_products(int32 account_id, int limit, int lease_ms,
								   MemoryContext context, CartonaProductClaim **claims);

/* A new worker takes over what its predecessor had leased. */
extern void cartona_claim_take_over(void);

/* A stage that failed between claiming and sending left leases behind: give back those that ran out. */
extern void cartona_claim_release_expired(void);

/* When the account's next delivery of a kind ("order", "ack", "product") is due; PG_INT64_MAX: none. */
extern TimestampTz cartona_claim_next_due(int32 account_id, const char *kind);

/* ---- in settle.c ---- */

/* Milliseconds to the next try: exponential, capped, full jitter; at least retry_after_s where that is >= 0. */
extern int64 cartona_settle_backoff(int attempt, int cap_s, int retry_after_s);

/* The head status is done or dropped: the next one is due, or the delivery is gone. */
extern void cartona_settle_order_next(const CartonaOrderClaim *claim);

/* Cartona accepted the head status: remember it, then as above. */
extern void cartona_settle_order_done(int32 account_id, const CartonaOrderClaim *claim);

/* Cartona accepted these acknowledgements: the same for all of them at once. */
extern void cartona_settle_acks_done(int32 account_id, const CartonaOrderClaim *claims, int n);

/* The same for a step of a comparison, which stays at the head: the order is compared again at once. */
extern void cartona_settle_order_again(const CartonaOrderClaim *claim);

/*
 * Has Cartona said since the claim what its status is not ahead of?  Its answer
 * is older news then.  The order's row of order_sync is locked.
 */
extern bool cartona_settle_order_overtaken(int32 account_id, const CartonaOrderClaim *claim);

/* Cartona has accepted the claim's status: remember it, where it is not overtaken. */
extern void cartona_settle_order_known(int32 account_id, const CartonaOrderClaim *claim);

/* Not now: due again in "delay_ms"; "counts" false takes the attempt back. */
extern void cartona_settle_retry(const int64 *delivery_ids, int n, int64 delay_ms, bool counts,
								 int http_status, const char *reason);

/* Cartona refused the head status for good: into the dead letters, the next one is due. */
extern void cartona_settle_order_dead(int32 account_id, const CartonaOrderClaim *claim,
									  int http_status, const char *reason);

/* A product's delivery is done with: gone, or due again where it changed meanwhile. */
extern void cartona_settle_products_done(const CartonaProductClaim *claims, int n);

/* A product that cannot be sent: its (one) dead letter says why. */
extern void cartona_settle_product_dead(int32 account_id, const CartonaProductClaim *claim,
										const char *ref, int http_status, const char *reason);

/* The request may have reached Cartona although no answer says so: a later refusal may be that of a repetition. */
extern void cartona_settle_maybe_arrived(const int64 *delivery_ids, int n);

/* After an outage: what waited for another try is due now. */
extern void cartona_settle_all_due(int32 account_id);

#endif							/* CARTONA_DELIVERY_H */
