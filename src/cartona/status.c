/*-------------------------------------------------------------------------
 *
 * status.c
 *	  The life of an order at Cartona: which status is ahead of which.
 *
 * pending (editing) -> approved -> assigned_to_salesman -> delivered -> returned;
 * cancelled from anything before delivered.
 *
 * Neighbours: push/orders.c.  Pure functions.
 *
 * IDENTIFICATION
 *	  src/cartona/status.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "cartona/status.h"

#define RANK_UNKNOWN (-1)
#define RANK_CANCELLED 4

static const struct
{
	const char *status;
	int			rank;
}			life[] =

{
	{"pending", 0},
	{"editing", 0},
	{"approved", 1},
	{"assigned_to_salesman", 2},
	{"cancelled", RANK_CANCELLED},
	{"cancelled_by_supplier", RANK_CANCELLED},
	{"cancelled_by_retailer", RANK_CANCELLED},
	{"delivered", 5},
	{"return", 6},
	{"returned", 6},
};

static int
rank(const char *status)
{
	int			i;

	for (i = 0; i < (int) lengthof(life); i++)
	{
		if (strcmp(life[i].status, status) == 0)
			return life[i].rank;
	}
	return RANK_UNKNOWN;
}

bool
cartona_status_is_ahead(const char *known, const char *next)
{
	int			known_rank;
	int			next_rank;

	if (known == NULL)
		return true;
	if (strcmp(known, next) == 0)
		return false;
	known_rank = rank(known);
	next_rank = rank(next);
	if (known_rank == RANK_UNKNOWN || next_rank == RANK_UNKNOWN)
		return true;
	/* A cancelled order stays cancelled. */
	if (known_rank == RANK_CANCELLED)
		return false;
	return next_rank > known_rank;
}

bool
cartona_status_is_edit(const char *known, const char *said)
{
	return known != NULL && rank(known) == 0 && rank(said) == 0 && strcmp(known, said) != 0;
}

bool
cartona_status_may_follow(const char *known, const char *said)
{
	return cartona_status_is_ahead(known, said) ||
		(known != NULL && strcmp(known, CARTONA_STATUS_DELIVERED) == 0 && rank(said) == RANK_CANCELLED);
}

bool
cartona_status_is_end(const char *status)
{
	return status != NULL && rank(status) >= RANK_CANCELLED;
}
