/*-------------------------------------------------------------------------
 *
 * bridge.h
 *	  The scheduled action in Odoo that does what only Odoo can do.
 *
 * IDENTIFICATION
 *	  src/odoo/bridge.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_BRIDGE_H
#define CARTONA_BRIDGE_H

/*
 * Is the scheduled action there, with the text of this version?  In a
 * transaction with SPI; reads Odoo's tables as the current user.  True where
 * this Odoo has no scheduled actions at all.
 */
extern bool cartona_bridge_is_installed(void);

/* Install it, or mend what is missing or changed; as the owner of Odoo's tables. */
extern void cartona_bridge_install(void);

/* Take it away, as the owner of Odoo's tables.  Waits, up to lock_timeout, while it runs. */
extern void cartona_bridge_remove(void);

/*
 * Tell Odoo that there is work: a row in ir_cron_trigger.  False where this
 * Odoo has no such table (it looks every minute) or no action is installed.
 */
extern bool cartona_bridge_trigger(void);

/* Is an earlier trigger still waiting to be seen? */
extern bool cartona_bridge_is_triggered(void);

/* How many automation rules Odoo has on orders, order lines and customers. */
extern int	cartona_bridge_automations(void);

#endif							/* CARTONA_BRIDGE_H */
