/*-------------------------------------------------------------------------
 *
 * redact.h
 *	  Keep tokens, passwords and webhook secrets out of the server's log and
 *	  out of the list of sessions.
 *
 * IDENTIFICATION
 *	  src/base/redact.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_REDACT_H
#define CARTONA_REDACT_H

/* Only from _PG_init under shared_preload_libraries. */
extern void cartona_redact_install(void);

/*
 * The statement that is running gave us a secret: whatever the log says of it
 * from now on is without its text, and other sessions see "activity" instead.
 */
extern void cartona_redact_statement(const char *activity);

#endif							/* CARTONA_REDACT_H */
