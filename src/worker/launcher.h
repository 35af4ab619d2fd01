/*-------------------------------------------------------------------------
 *
 * launcher.h
 *	  The static worker that keeps each database's workers running.
 *
 * IDENTIFICATION
 *	  src/worker/launcher.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_LAUNCHER_H
#define CARTONA_LAUNCHER_H

/* Only from _PG_init under shared_preload_libraries. */
extern void cartona_launcher_register(void);

/* Entry points, looked up by name by the postmaster's children. */
extern PGDLLEXPORT void cartona_launcher_main(Datum arg);
extern PGDLLEXPORT void cartona_sync_main(Datum arg);
extern PGDLLEXPORT void cartona_webhook_main(Datum arg);

#endif							/* CARTONA_LAUNCHER_H */
