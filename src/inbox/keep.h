/*-------------------------------------------------------------------------
 *
 * keep.h
 *	  How long personal data is kept.
 *
 * IDENTIFICATION
 *	  src/inbox/keep.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_KEEP_H
#define CARTONA_KEEP_H

/*
 * Remove what is older than cartona.inbox_retention, some hundred rows a call,
 * in an open transaction with SPI.  Worker only: it remembers how far it came.
 */
extern void cartona_keep_expire(void);

#endif							/* CARTONA_KEEP_H */
