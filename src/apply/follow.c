/*-------------------------------------------------------------------------
 *
 * follow.c
 *	  Inbox rows whose order is in Odoo already.
 *
 * Most of what comes again says nothing new but a status: that costs a look at
 * order_sync, and no draft.
 *
 * Neighbours: known.c says whether anything is new, draft.c and change.c do
 * the work on its lines, target.c follows its status; row.c calls.
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
#include "apply/target.h"
#include "cartona/rule.h"
#include "cartona/status.h"

typedef struct Follower
{
	CartonaInboxRow *row;
	CartonaKnown known;
} Follower;

/*
 * The status by which the order's lines are judged.  A page pulled before our
 * own status was accepted is older than what we know.  Where Odoo is to follow
 * Cartona's new status, the draft follows its lines first.
 */
static const char *
status_of_lines(const Follower *follower)
{
	const char *known = follower->known.status;
	const CartonaInboxRow *row = follower->row;

	if (known != NULL && (cartona_status_is_ahead(row->status, known) ||
						  cartona_rule_allows(row->order->delivered_by, CARTONA_TO_ODOO, row->status)))
		return known;
	return row->status;
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
			!cartona_order_change(&drafts[i], row->order_id, status_of_lines(&followers[i]), &followers[i].known, &change))
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

/* The order's status, by the same door as the webhook's.  False: a clerk has it, its error says so. */
static bool
follow_status(Follower *follower)
{
	CartonaInboxRow *row = follower->row;
	CartonaTarget target = {0};
	char	   *message;

	if (!cartona_status_may_follow(follower->known.status, row->status))
	{
		if (follower->known.status != NULL && !cartona_status_is_edit(follower->known.status, row->status))
			row->status = follower->known.status;
		return true;
	}
	target.account = row->account;
	target.hashed_id = row->hashed_id;
	target.order_id = row->order_id;
	target.status = row->status;
	target.reason = cartona_payload_reason(row->payload);
	target.fact = true;
	if (cartona_target_set(&target, &message) != CARTONA_EVENT_KEPT)
		return true;
	row->error = busy_error();
	return false;
}

bool
cartona_follow(const CartonaShop *shop, CartonaInboxRow **rows, int n)
{
	Follower   *followers = palloc0((n + 1) * sizeof(Follower));
	Follower   *changed = palloc0((n + 1) * sizeof(Follower));
	int			nfollowers = 0;
	int			nchanged = 0;
	bool		good = true;
	int			i;

	for (i = 0; i < n; i++)
	{
		CartonaInboxRow *row = rows[i];
		Follower   *follower = &followers[nfollowers];

		if (row->kind != CARTONA_ROW_EXISTING)
			continue;
		follower->row = row;
		cartona_known_read(row->account, row->hashed_id, &follower->known);
		cartona_lines_adopt(row->account, row->hashed_id, follower->known.lines, follower->known.nlines, row->order);
		row->state = "applied";
		row->note = row->found_note;
		row->problem = NULL;
		if (row->inbound == CARTONA_INBOUND_WAIT)
		{
			/* due again when it comes back with another status */
			row->state = "waiting";
			cartona_change_editing(shop, row->order_id, row->hashed_id, &follower->known);
			continue;
		}
		if (row->inbound == CARTONA_INBOUND_IMPORT && cartona_known_differs(&follower->known, row->order))
			changed[nchanged++] = *follower;
		nfollowers++;
	}
	if (nchanged > 0 && !change_orders(shop, changed, nchanged))
		return false;
	for (i = 0; i < nfollowers; i++)
		good = follow_status(&followers[i]) && good;
	return good;
}
