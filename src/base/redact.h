/*-------------------------------------------------------------------------
 *
 * redact.h
 *	  Keep tokens and webhook secrets out of the server's log.
 *
 * IDENTIFICATION
 *	  src/base/redact.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_REDACT_H
#define CARTONA_REDACT_H

/* Only from _PG_init under shared_preload_libraries. */
extern void cartona_redact_install(void);

#endif							/* CARTONA_REDACT_H */
