/*-------------------------------------------------------------------------
 *
 * push.h
 *	  One cycle out: order status, acknowledgements and products.
 *
 * IDENTIFICATION
 *	  src/push/push.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_PUSH_H
#define CARTONA_PUSH_H

#include "outbox/delivery.h"
#include "push/traffic.h"

/*
 * Claim due deliveries of an account and start their requests, as far as there
 * is room.  No transaction open on entry or return.  True: there may be more to
 * claim at once.
 */
extern bool cartona_push_orders(CartonaTraffic *traffic);
extern bool cartona_push_acks(CartonaTraffic *traffic);
extern bool cartona_push_products(CartonaTraffic *traffic);

/* Settle an answer, in an open transaction with SPI. */
extern void cartona_push_order_answer(CartonaTransfer *transfer, const CartonaHttpAnswer *answer);

/* The same for the status "claim" of a transfer that carries more than it. */
extern void cartona_push_order_settle(CartonaTransfer *transfer, const CartonaOrderClaim *claim,
									  const CartonaHttpAnswer *answer);

/* A claim with its texts, without delivered_by, in the current context. */
extern void cartona_push_order_copy(const CartonaOrderClaim *claim, CartonaOrderClaim *copy);

/*
 * May a request that is to be tried again have had its effect?  Without an
 * answer, or with one from something in between, it may, unless nothing of it left.
 */
extern bool cartona_push_maybe_arrived(const CartonaHttpAnswer *answer);

/*
 * The same for acknowledgements in bulk.  A refused batch is to be split: the
 * caller calls cartona_push_acks_split after the commit when this returns true.
 */
extern bool cartona_push_acks_answer(CartonaTransfer *transfer, const CartonaHttpAnswer *answer);
extern void cartona_push_acks_split(CartonaTransfer *transfer);

/*
 * The same for products.  A refused batch is to be split: the caller calls
 * cartona_push_products_split after the commit when this returns true.
 */
extern bool cartona_push_products_answer(CartonaTransfer *transfer, const CartonaHttpAnswer *answer);
extern void cartona_push_products_split(CartonaTransfer *transfer);

#endif							/* CARTONA_PUSH_H */
