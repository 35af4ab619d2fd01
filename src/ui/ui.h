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
 * Do what is due for the screens: install them where they are wanted and not as
 * they must be ("look": compare, which costs some milliseconds; without it only
 * what a person asked for is done), tell Odoo's processes, drop what an
 * uninstallation left.  Worker only: transactions of its own, each under a short
 * lock timeout.  Returns when it has to be called again at the latest.  Throws.
 */
extern TimestampTz cartona_ui_work(bool look);

#endif							/* CARTONA_UI_H */
