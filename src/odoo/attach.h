/*-------------------------------------------------------------------------
 *
 * attach.h
 *	  What this extension puts on Odoo's tables, and taking it off.
 *
 * IDENTIFICATION
 *	  src/odoo/attach.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_ATTACH_H
#define CARTONA_ATTACH_H

typedef enum CartonaAttachState
{
	CARTONA_NO_ODOO,			/* Odoo's tables are not all there */
	CARTONA_NOT_ATTACHED,		/* something is missing on them */
	CARTONA_DETACHED,			/* cartona.detach() was called */
	CARTONA_ATTACHED
} CartonaAttachState;

/* How it is, from the catalog; in a transaction with SPI.  Takes no lock on Odoo's tables. */
extern CartonaAttachState cartona_attach_state(void);

/*
 * Is the scheduled action in Odoo missing, or not this version's?  Reads Odoo's
 * tables, as their owner.
 */
extern bool cartona_attach_needs_bridge(void);

/* How many steps attaching has; each is safe in a transaction of its own. */
extern int	cartona_attach_steps(void);

/*
 * Do step "step" (0-based) if anything is missing: grants and default rows,
 * then one Odoo table each, then the UTM source and the scheduled action.  DDL
 * runs as the owner of Odoo's tables.  Throws
 * with a hint where a table is missing or locked (the caller sets
 * lock_timeout).
 */
extern void cartona_attach_step(int step);

#endif							/* CARTONA_ATTACH_H */
