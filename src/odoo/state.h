/*-------------------------------------------------------------------------
 *
 * state.h
 *	  The state of a sales order, written without Odoo (apply_status 'sql').
 *
 * IDENTIFICATION
 *	  src/odoo/state.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_STATE_H
#define CARTONA_STATE_H

/*
 * Set an order to "sale" or "cancel", in an open transaction with SPI: what
 * Odoo writes into the order and its lines, without the deliveries it makes.
 * False where somebody is changing the order right now: nothing was written.
 */
extern bool cartona_state_write(int32 order_id, const char *state);

#endif							/* CARTONA_STATE_H */
