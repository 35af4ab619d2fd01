/*-------------------------------------------------------------------------
 *
 * hook.h
 *	  Workers let go of a database that somebody wants to drop or copy.
 *
 * IDENTIFICATION
 *	  src/worker/hook.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_HOOK_H
#define CARTONA_HOOK_H

/* Only from _PG_init under shared_preload_libraries. */
extern void cartona_hook_install(void);

#endif							/* CARTONA_HOOK_H */
