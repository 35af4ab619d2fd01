/*-------------------------------------------------------------------------
 *
 * session.h
 *	  A worker's session: its slot, its settings, and its right to be there.
 *
 * IDENTIFICATION
 *	  src/worker/session.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_SESSION_H
#define CARTONA_SESSION_H

#include "base/shmem.h"

/*
 * Take the slot, connect to its database as its role, pin the settings and see
 * that the extension is there.  Ends the process where it must not work.
 */
extern CartonaSlot *cartona_session_start(int number);

/* Is the extension here, in the library's own version?  Ends the process otherwise. */
extern void cartona_session_check_extension(void);

/*
 * Does the worker's role own Odoo's tables (then it has Odoo's rights and no
 * more)?  In an open transaction; ends the process otherwise.
 */
extern void cartona_session_check_role(void);

#endif							/* CARTONA_SESSION_H */
