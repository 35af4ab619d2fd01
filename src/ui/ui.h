/*-------------------------------------------------------------------------
 *
 * ui.h
 *	  Odoo's screens: what the worker does for them.
 *
 * IDENTIFICATION
 *	  src/ui/ui.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_UI_H
#define CARTONA_UI_H

#include "utils/timestamp.h"

/*
 * Wait until no field or button of Odoo's uses the extension, and keep them out
 * until the end of the transaction; they do without it then.  For who drops it:
 * a request that had just seen the extension would fail in the middle.  Throws
 * when lock_timeout is over.
 */
extern void cartona_ui_close_gate(void);

/*
 * Do what is due for the screens: install them where they are wanted and not as
 * they must be ("look": compare, which costs some milliseconds; without it only
 * what a person asked for is done), tell Odoo's processes, drop what an
 * uninstallation left.  Worker only: transactions of its own, each under a short
 * lock timeout.  Returns when it has to be called again at the latest.  Throws.
 */
extern TimestampTz cartona_ui_work(bool look);

#endif							/* CARTONA_UI_H */
