/*-------------------------------------------------------------------------
 *
 * rule.h
 *	  Who may change the status of an order: Odoo or Cartona.
 *
 * The one place for Cartona's rule, which everything that sends or receives
 * a status asks.
 *
 * IDENTIFICATION
 *	  src/cartona/rule.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_RULE_H
#define CARTONA_RULE_H

#define CARTONA_BY_SUPPLIER "delivered_by_supplier"
#define CARTONA_BY_CARTONA "delivered_by_cartona"

typedef enum CartonaDirection
{
	CARTONA_TO_CARTONA,			/* what Odoo did is told to Cartona */
	CARTONA_TO_ODOO				/* what Cartona says happens in Odoo */
} CartonaDirection;

/*
 * May this side set "status" (Cartona's word) on an order that is delivered by
 * "delivered_by"?
 *
 *						 to Cartona		to Odoo
 *	delivered_by_supplier	any status		cancellations only
 *	delivered_by_cartona	cancellations only	any status
 *
 * NULL, empty or a word Cartona does not have: the supplier's, as an order that
 * does not say.  The acknowledgement "synced" is no state of the order and may
 * always go to Cartona.  A status NULL is allowed to nobody.
 */
extern bool cartona_rule_allows(const char *delivered_by, CartonaDirection direction, const char *status);

/* Is "status" one of the cancellations (cancelled, cancelled_by_supplier, cancelled_by_retailer)? */
extern bool cartona_rule_is_cancellation(const char *status);

#endif							/* CARTONA_RULE_H */
