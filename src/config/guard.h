/*-------------------------------------------------------------------------
 *
 * guard.h
 *	  The copy guard: is this the database the installation lives in?
 *
 * IDENTIFICATION
 *	  src/config/guard.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_GUARD_H
#define CARTONA_GUARD_H

/*
 * True in the database that cartona.installation names, false in a restored
 * dump or a duplicate, and where nothing was attached yet.  Cached per backend;
 * reads under the latest snapshot, so also right in a REPEATABLE READ
 * transaction.  Needs a transaction; throws nothing beyond what opening a
 * table can.
 */
extern bool cartona_guard_is_home(void);

/* Make this database the home: writes cartona.installation and tells every backend. */
extern void cartona_guard_adopt(void);

#endif							/* CARTONA_GUARD_H */
