/*-------------------------------------------------------------------------
 *
 * follow.c
 *	  Inbox rows whose order is in Odoo already.
 *
 * Most of what comes again says nothing new but a status: that costs a look at
 * order_sync, and no draft.
 *
 * Neighbours: known.c says whether anything is new, draft.c and change.c do
 * the work; row.c calls.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context, which the caller resets.
 * Failure: an order somebody is working on, or whose payload makes no draft,
 * has its error set; all else is thrown.
 *
 * IDENTIFICATION
 *	  src/apply/follow.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "apply/change.h"
#include "apply/follow.h"
#include "cartona/status.h"

typedef struct Follower
{
	CartonaInboxRow *row;
	CartonaKnown known;
} Follower;

/* A page pulled before our own status was accepted is older than what we know. */
static const char *
newest_status(const Follower *follower)
{
	const char *known = follower->known.status;

	return known != NULL && cartona_status_is_ahead(follower->row->status, known) ? known : follower->row->status;
}

static void
note_cancelled(const CartonaShop *shop, Follower *follower)
{
	CartonaInboxRow *row = follower->row;
	const CartonaKnown *known = &follower->known;

	if (known->status != NULL && strcmp(known->status, row->status) == 0)
		return;
	row->problem = psprintf("%s%s%s at Cartona after import", known->problem ? known->problem : "",
							known->problem ? "; " : "", row->status);
	cartona_change_ended(shop, row->order_id, row->status);
}

/* Nothing is wrong with the order: it is tried again in a second. */
static ErrorData *
busy_error(void)
{
	ErrorData  *error = palloc0(sizeof(ErrorData));

	error->elevel = ERROR;
	error->sqlerrcode = ERRCODE_LOCK_NOT_AVAILABLE;
	error->message = pstrdup("somebody is changing this order in Odoo at this moment");
	return error;
}

/* Those about whose lines, note, day or customer Cartona says something new. */
static bool
change_orders(const CartonaShop *shop, Follower *followers, int n)
{
	const CartonaOrder **orders = palloc((n + 1) * sizeof(CartonaOrder *));
	CartonaDraft *drafts;
	bool		good = true;
	int			i;

	for (i = 0; i < n; i++)
		orders[i] = followers[i].row->order;
	drafts = cartona_draft_make(shop, orders, n, true);
	for (i = 0; i < n; i++)
	{
		CartonaInboxRow *row = followers[i].row;
		CartonaChange change;

		row->error = drafts[i].error;
		if (row->error == NULL &&
			!cartona_order_change(&drafts[i], row->order_id, newest_status(&followers[i]), &followers[i].known, &change))
			row->error = busy_error();
		if (row->error != NULL)
		{
			good = false;
			continue;
		}
		row->note = change.note;
		row->missing = change.missing;
	}
	return good;
}

bool
cartona_follow(const CartonaShop *shop, CartonaInboxRow **rows, int n)
{
	Follower   *changed = palloc0((n + 1) * sizeof(Follower));
	int			nchanged = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		CartonaInboxRow *row = rows[i];
		Follower   *follower = &changed[nchanged];

		if (row->kind != CARTONA_ROW_EXISTING)
			continue;
		follower->row = row;
		cartona_known_read(row->account, row->hashed_id, &follower->known);
		row->state = "applied";
		row->note = row->found_note;
		row->problem = NULL;
		if (row->inbound == CARTONA_INBOUND_CANCELLED)
			note_cancelled(shop, follower);
		else if (row->inbound == CARTONA_INBOUND_WAIT)
		{
			/* due again when it comes back with another status */
			row->state = "waiting";
			cartona_change_editing(shop, row->order_id, row->hashed_id, &follower->known);
		}
		else if (cartona_known_differs(&follower->known, row->order))
			nchanged++;
	}
	return nchanged == 0 || change_orders(shop, changed, nchanged);
}
