/*-------------------------------------------------------------------------
 *
 * stranger.c
 *	  Calls of the webhook whose secret or signature is not valid, kept for a moment.
 *
 * The secret says whose call it is; where it is wrong, only the order that the
 * body names can.  Whether it is one of ours is for the database to say, so
 * bodies wait here for the worker's look.  Anybody can send them: there is room for
 * a fixed number, and of more than that between two looks each has the same
 * chance to be kept, so that nobody can crowd out another for long.
 *
 * Neighbours: judge.c brings them, report.c looks at them.
 * Transactions: none.  Memory: malloc, at most CARTONA_STRANGERS bodies.
 * Failure: nothing throws; what has no place is forgotten.
 *
 * IDENTIFICATION
 *	  src/webhook/stranger.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <stdlib.h>

#include "utils/timestamp.h"

#include "webhook/call.h"
#include "webhook/stranger.h"

static CartonaStranger kept[CARTONA_STRANGERS];
static int	nkept = 0;
static int64 noffered = 0;		/* since they were forgotten last */

void
cartona_stranger_keep(CartonaCall *call)
{
	CartonaStranger *place;

	/* where it is longer than what was read of it, it cannot be read */
	if (call->len == 0 || call->len != call->came || call->len > CARTONA_MAX_STRANGER)
		return;
	noffered++;
	if (nkept < CARTONA_STRANGERS)
		place = &kept[nkept++];
	else
	{
		int64		chosen = random() % noffered;

		if (chosen >= CARTONA_STRANGERS)
			return;
		place = &kept[chosen];
		free(place->body);
	}
	place->body = call->body;
	place->len = call->len;
	place->at = GetCurrentTimestamp();
	place->why = call->stranger;
	cartona_cidr_text(&call->client, place->address);
	call->body = NULL;
	call->len = call->room = 0;
}

int
cartona_stranger_kept(const CartonaStranger **strangers)
{
	*strangers = kept;
	return nkept;
}

void
cartona_stranger_forget(void)
{
	while (nkept > 0)
		free(kept[--nkept].body);
	noffered = 0;
}
