/*-------------------------------------------------------------------------
 *
 * call.h
 *	  A request while it is here.  For listener.c, judge.c and stranger.c only.
 *
 * IDENTIFICATION
 *	  src/webhook/call.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_CALL_H
#define CARTONA_CALL_H

#include "lib/ilist.h"

#include "webhook/listener.h"

struct MHD_Connection;
struct Connection;

struct CartonaCall
{
	dlist_node	node;			/* in the list of those that are ready */
	struct MHD_Connection *mhd;
	struct Connection *connection;
	CartonaHead head;			/* its strings are libmicrohttpd's */
	CartonaEndpoint endpoint;
	CartonaAddress client;
	bool		loopback;		/* the peer itself, and nobody behind it */
	int			signer;			/* number of the signer; -1: not known */
	int			account_id;
	const char *stranger;		/* why his secret is not valid; NULL: it is, or
								 * is not judged yet */
	bool		judged;			/* as a whole */
	bool		suspended;
	int64		begun_ms;
	char	   *body;			/* malloc'd */
	size_t		len;
	size_t		room;
	size_t		came;			/* with what was thrown away */
	/* the answer; status 0: none yet */
	int			status;
	const char *type;
	char	   *text;			/* malloc'd */
	const char *allow;
	int			retry_after_s;
};

#define CARTONA_JSON_TYPE "application/json"

/* A clock that only goes forward, never 0. */
extern int64 cartona_listener_now_ms(void);

/* What can be said when the headers are there, and when the body is, too: sets the answer of a call that is refused. */
extern void cartona_judge_head(CartonaCall *call);
extern void cartona_judge_whole(CartonaCall *call);

#endif							/* CARTONA_CALL_H */
