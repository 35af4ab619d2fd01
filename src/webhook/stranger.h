/*-------------------------------------------------------------------------
 *
 * stranger.h
 *	  Calls of the webhook whose secret or signature is not valid, kept for a moment.
 *
 * IDENTIFICATION
 *	  src/webhook/stranger.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_STRANGER_H
#define CARTONA_STRANGER_H

#include "datatype/timestamp.h"

#include "base/cidr.h"

/* Longer bodies of strangers are not looked at: an event is some hundred bytes. */
#define CARTONA_MAX_STRANGER (16 * 1024)

/* So many are kept until they are looked at. */
#define CARTONA_STRANGERS 64

typedef struct CartonaStranger
{
	char	   *body;			/* malloc'd */
	size_t		len;
	TimestampTz at;
	const char *why;			/* he is not known; a constant */
	char		address[CARTONA_ADDRESS_SIZE];
} CartonaStranger;

struct CartonaCall;

/* Keep a call that was refused with its body, which it gives away; of too many, some. */
extern void cartona_stranger_keep(struct CartonaCall *call);

/* Those that are kept; they stay until cartona_stranger_forget(). */
extern int	cartona_stranger_kept(const CartonaStranger **strangers);
extern void cartona_stranger_forget(void);

#endif							/* CARTONA_STRANGER_H */
