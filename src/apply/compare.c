/*-------------------------------------------------------------------------
 *
 * compare.c
 *	  What an imported order must become, and what only a human can decide.
 *
 * Each line is compared three ways: what Cartona says now and said when the
 * line was written (lines.c), and what stands in Odoo.  Only what changed at
 * Cartona is touched, and only where it still is what we wrote: the rest is a
 * clerk's, and the difference is told to a human, once.  A line that a clerk
 * deleted does not come back.  A discount he gave stays, and so do his taxes.
 *
 * Neighbours: change.c locks, writes and tells; draft.c made the draft.
 * Transactions: the caller's; only reads.
 * Memory: the current context.
 * Failure: a tax only Odoo can compute throws.
 *
 * IDENTIFICATION
 *	  src/apply/compare.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "apply/compare.h"
#include "apply/note.h"
#include "odoo/catalog.h"
#include "odoo/money.h"

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static char *
line_label(const CartonaOrderLine *line, const char *id)
{
	return line->product_name ? psprintf("\"%s\"", line->product_name) : psprintf("line %s", id);
}

static char *
line_values(const CartonaOrderLine *line)
{
	return psprintf("%s x %s", money_text(line->amount), money_text(line->price));
}

/* Amount and price out of what Cartona said before: its first two lines. */
static char *
said_values(const char *said)
{
	const char *first = said ? strchr(said, '\n') : NULL;
	const char *second = first ? strchr(first + 1, '\n') : NULL;

	if (second == NULL)
		return NULL;
	return psprintf("%s x %s", pnstrdup(said, first - said), pnstrdup(first + 1, second - first - 1));
}

/* "now", and what it was where that differs. */
static char *
now_and_before(const CartonaOrderLine *line, const char *said)
{
	char	   *now = line_values(line);
	char	   *before = said_values(said);

	return before && strcmp(now, before) != 0 ? psprintf("%s instead of %s", now, before) : now;
}

static void
tell(CartonaCompared *work, const char *what, const char *why)
{
	work->told = lappend(work->told, psprintf("%s (%s)", what, why));
}

/* ---- comparing ---- */

static CartonaExistingLine *
find_row(const CartonaCompared *work, const CartonaWritten *old)
{
	int			i;

	for (i = 0; i < work->order.nlines; i++)
	{
		CartonaExistingLine *row = &work->order.lines[i];

		if (old->line != 0 ? row->id == old->line : same_text(row->cartona_id, old->id))
			return row;
	}
	return NULL;
}

static bool
is_as_written(const CartonaExistingLine *row, const CartonaWritten *old)
{
	return row->product == old->product && row->uom == old->uom &&
		money_cmp(row->quantity, old->quantity) == 0 && money_cmp(row->price, old->price) == 0;
}

/* Has a clerk put this product on the order himself? */
static bool
clerk_has(const CartonaCompared *work, int32 product)
{
	int			i;
	int			k;

	for (i = 0; i < work->order.nlines; i++)
	{
		const CartonaExistingLine *row = &work->order.lines[i];

		if (row->product != product || row->removed)
			continue;
		for (k = 0; k < work->nold; k++)
			if (work->old[k].product != 0 && find_row(work, &work->old[k]) == row)
				break;
		if (k == work->nold)
			return true;
	}
	return false;
}

/* The line is left out: why, and what to look for. */
static void
leave_out(CartonaCompared *work, CartonaWritten *new, const CartonaDraftSkip *skip)
{
	new->product = 0;
	new->line = 0;
	new->told = false;
	new->reason = skip->reason;
	new->missing = cartona_draft_missing_keys(skip->from);
	work->missing = list_concat(work->missing, list_copy(new->missing));
}

/* The line is a human's from now on. */
static void
leave_to_human(CartonaWritten *new)
{
	new->product = 0;
	new->line = 0;
	new->told = true;
	new->reason = NULL;
	new->missing = NIL;
}

/* What one of Odoo's is to cost: with the taxes the line has, or gets. */
static Numeric
price_of(const CartonaCompared *work, const CartonaDraftLine *line, List *taxes)
{
	return cartona_draft_price(work->draft->shop, &work->method, line->from, line->product, line->quantity, taxes);
}

static List *
new_taxes(const CartonaCompared *work, const CartonaProduct *product)
{
	int32		position = work->order.fiscal_position;

	/*
	 * Until Odoo 15, which has no such rules for analytic accounts, an order
	 * without one is taxed by its customer's; later its own alone counts.
	 */
	if (position == 0 && !OidIsValid(cartona_catalog_table("account_analytic_distribution_model")))
		position = work->draft->partner.fiscal_position;
	return cartona_shop_line_taxes(work->draft->shop, product->taxes, product->ntaxes, position);
}

static void
add_line(CartonaCompared *work, const CartonaDraftLine *from, CartonaWritten *new)
{
	CartonaDraftLine *line = &work->added[work->nadded];

	*line = *from;
	line->amount = palloc0(sizeof(CartonaTaxLine));
	line->amount->taxes = new_taxes(work, line->product);
	line->amount->price = price_of(work, line, line->amount->taxes);
	line->amount->quantity = line->quantity;
	cartona_tax_line(&work->method, line->amount);
	new->product = line->product->id;
	new->uom = line->product->uom;
	new->quantity = line->quantity;
	new->factor = line->product->factor;
	new->price = line->amount->price;
	new->reason = NULL;
	new->missing = NIL;
	new->told = false;
	work->added_as[work->nadded++] = (int) (new - work->new);
	work->edited = true;
}

/* A line's text, where it still is the one we wrote: the comment may be another. */
static void
set_name(CartonaExistingLine *row, const CartonaDraftLine *line, bool other_product, const char *said)
{
	CartonaOrderLine before = {0};
	const char *comment = said;
	int			i;

	for (i = 0; comment != NULL && i < 5; i++)
	{
		comment = strchr(comment, '\n');
		comment = comment ? comment + 1 : NULL;
	}
	before.comment = comment && comment[0] ? pstrdup(comment) : NULL;
	if (!other_product &&
		(comment == NULL || row->name == NULL ||
		 strcmp(row->name, cartona_note_line(&before, line->product->name)) != 0))
		return;
	row->name = cartona_note_line(line->from, line->product->name);
}

static void
set_line(CartonaCompared *work, CartonaExistingLine *row, const CartonaDraftLine *line, CartonaWritten *new, const char *said)
{
	const CartonaProduct *product = line->product;
	bool		other_product = row->product != product->id;

	set_name(row, line, other_product, said);
	if (other_product)
	{
		row->other_product = true;
		row->taxes = new_taxes(work, product);
		row->method = product->method;
		row->lead = product->lead;
	}
	row->product = product->id;
	row->uom = product->uom;
	row->quantity = line->quantity;
	row->price = price_of(work, line, row->taxes);
	row->changed = true;
	new->product = row->product;
	new->uom = row->uom;
	new->quantity = row->quantity;
	new->factor = product->factor;
	new->price = row->price;
	work->edited = true;
}

/* A line that is in Odoo, or was, and about which Cartona says something new. */
static void
compare_written(CartonaCompared *work, const CartonaWritten *old, const CartonaDraftLine *line, const CartonaDraftSkip *skip,
				CartonaWritten *new)
{
	const CartonaOrderLine *from = line ? line->from : skip->from;
	CartonaExistingLine *row = find_row(work, old);
	char	   *what = psprintf("%s is %s", line_label(from, new->id), now_and_before(from, old->said));

	if (row == NULL)
		tell(work, what, "the line was deleted in Odoo");
	else if (skip != NULL)
		tell(work, what, skip->reason);
	else if (old->said == NULL && row->product == line->product->id && row->uom == line->product->uom &&
			 money_cmp(row->quantity, line->quantity) == 0 && money_cmp(row->price, price_of(work, line, row->taxes)) == 0)
		return;
	else if (work->why_not != NULL)
		tell(work, what, work->why_not);
	else if (old->said == NULL)
		tell(work, what, "what was imported is not known any more");
	else if (!is_as_written(row, old))
		tell(work, what, psprintf("the line was changed in Odoo to %s x %s", money_text(row->quantity), money_text(row->price)));
	else
	{
		set_line(work, row, line, new, old->said);
		work->done = lappend(work->done, what);
	}
}

/* A line that has no row in Odoo yet: new at Cartona, or left out so far. */
static void
compare_unwritten(CartonaCompared *work, const CartonaWritten *old, const CartonaDraftLine *line, const CartonaDraftSkip *skip,
				  CartonaWritten *new)
{
	const CartonaOrderLine *from = line ? line->from : skip->from;
	bool		same = old != NULL && same_text(old->said, new->said);
	char	   *what = psprintf("%s, %s, %s", line_label(from, new->id), line_values(from),
								old ? "was left out and has its product now" : "was added");

	if (same && old->told)
		return;
	if (skip != NULL && same && work->why_not != NULL)
	{
		/*
		 * said when it was left out, and never to be added here: stock that
		 * moves, or the next day, must not have the order looked at for ever
		 */
		leave_to_human(new);
		return;
	}
	if (skip != NULL)
	{
		leave_out(work, new, skip);
		if (!same)
			work->done = lappend(work->done, psprintf("%s, %s: not imported, %s", line_label(from, new->id), line_values(from), skip->reason));
		return;
	}
	if (work->why_not != NULL || clerk_has(work, line->product->id))
	{
		tell(work, what, work->why_not ? work->why_not : "a clerk has put the product on the order already");
		leave_to_human(new);
		return;
	}
	add_line(work, line, new);
	work->done = lappend(work->done, what);
}

static void
compare_line(CartonaCompared *work, const char *id, const CartonaOrderLine *from)
{
	const CartonaDraft *draft = work->draft;
	const CartonaDraftLine *line = NULL;
	const CartonaDraftSkip *skip = NULL;
	CartonaWritten *old = cartona_lines_find(work->old, work->nold, id);
	CartonaWritten *new = &work->new[work->nnew++];
	int			i;

	for (i = 0; i < draft->nlines && line == NULL; i++)
		if (draft->lines[i].from == from)
			line = &draft->lines[i];
	for (i = 0; i < draft->nskipped && skip == NULL; i++)
		if (draft->skipped[i].from == from)
			skip = &draft->skipped[i];
	if (line == NULL && skip == NULL)
	{
		work->nnew--;
		return;
	}
	if (old != NULL)
	{
		*new = *old;
		work->seen[old - work->old] = true;
	}
	new->id = pstrdup(id);
	new->said = cartona_lines_said(from);
	if (old == NULL || old->product == 0)
		compare_unwritten(work, old, line, skip, new);
	else if (!same_text(old->said, new->said))
		compare_written(work, old, line, skip, new);
}

/* A line that Cartona does not have any more. */
static void
compare_gone(CartonaCompared *work, const CartonaWritten *old)
{
	CartonaExistingLine *row = old->product ? find_row(work, old) : NULL;
	char	   *before = said_values(old->said);
	char	   *what;

	if (row == NULL)
		return;
	what = psprintf("\"%s\"%s%s was removed", row->name ? row->name : "", before ? ", " : "", before ? before : "");
	if (work->why_not != NULL)
		tell(work, what, work->why_not);
	else if (!is_as_written(row, old))
		tell(work, what, psprintf("the line was changed in Odoo to %s x %s", money_text(row->quantity), money_text(row->price)));
	else
	{
		row->removed = true;
		work->edited = true;
		work->done = lappend(work->done, what);
	}
}

/* Is a part of the order as a whole to follow?  Where not, that is told. */
static bool
may_follow(CartonaCompared *work, char *what, bool as_written)
{
	if (work->why_not != NULL || !as_written)
	{
		tell(work, what, work->why_not ? work->why_not : "it was changed in Odoo");
		return false;
	}
	work->done = lappend(work->done, what);
	work->edited = true;
	return true;
}

/* The order's own words in the note; what stands before them (the company's terms, a clerk's text) stays. */
static void
compare_note(CartonaCompared *work, const char *old, const char *now)
{
	CartonaExisting *order = &work->order;
	char	   *before;

	if (old == NULL || strcmp(old, now) == 0)
		return;
	before = cartona_known_before_words(order->note ? order->note : "", old);
	if (may_follow(work, "the note of the order is another one", before != NULL))
	{
		order->note = cartona_note_join(work->draft->shop, before, cartona_note_words(work->draft));
		order->note_changed = true;
	}
}

static void
compare_day(CartonaCompared *work, const char *old, const char *now)
{
	CartonaExisting *order = &work->order;

	if (old == NULL || strcmp(old, now) == 0)
		return;
	if (may_follow(work, now[0] ? psprintf("the delivery day is %s", now) : pstrdup("there is no delivery day any more"),
				   strcmp(cartona_known_day(order->has_commitment, order->commitment), old) == 0))
	{
		order->has_commitment = cartona_payload_commitment(work->draft->order, &order->commitment);
		order->commitment_changed = true;
	}
}

/*
 * Where the goods go.  A new address at Cartona is mostly the customer's own in
 * Odoo, then the order has it already; where a clerk corrected that one it is
 * another partner.  An address that only the shop added is for new orders.
 */
static void
compare_address(CartonaCompared *work, const CartonaHead *old, CartonaHead *now)
{
	CartonaExisting *order = &work->order;
	int32		wanted = now->ship_to;

	now->ship_to = old->ship_to;
	if (old->address == NULL || strcmp(old->address, now->address) == 0)
		return;
	if (wanted == order->ship_to)
		now->ship_to = wanted;
	else if (may_follow(work, "the delivery address is another one", order->ship_to == old->ship_to))
	{
		order->ship_to = now->ship_to = wanted;
		order->ship_to_changed = true;
	}
}

static void
compare_email(CartonaCompared *work)
{
	char	   *kept = work->draft->partner.email_kept;

	if (kept != NULL)
		tell(work, psprintf("the email of the customer is %s", kept), "he signs in to Odoo with the one he has there");
}

/* What was imported, where it is not kept: the rows as they are; said is not known. */
static void
guess_written(CartonaCompared *work)
{
	int			i;

	work->old = palloc0((work->order.nlines + 1) * sizeof(CartonaWritten));
	for (i = 0; i < work->order.nlines; i++)
	{
		const CartonaExistingLine *row = &work->order.lines[i];
		CartonaWritten *old = &work->old[work->nold];

		if (row->cartona_id == NULL || row->product == 0)
			continue;
		old->id = row->cartona_id;
		old->line = row->id;
		old->product = row->product;
		old->uom = row->uom;
		old->quantity = row->quantity;
		old->price = row->price;
		work->nold++;
	}
}

static bool
nothing_left(const CartonaCompared *work)
{
	int			i;

	for (i = 0; i < work->order.nlines; i++)
		if (!work->order.lines[i].removed && !work->order.lines[i].is_text)
			return false;
	return work->nadded == 0;
}

void
cartona_compare(CartonaCompared *work, CartonaHead *head)
{
	const CartonaOrder *order = work->draft->order;
	char	  **keys = cartona_lines_keys(order);
	int			i;

	work->old = work->known->lines;
	work->nold = work->known->nlines;
	if (work->old == NULL)
		guess_written(work);
	work->seen = palloc0((work->nold + 1) * sizeof(bool));
	work->new = palloc0((order->nlines + 1) * sizeof(CartonaWritten));
	work->added = palloc0((order->nlines + 1) * sizeof(CartonaDraftLine));
	work->added_as = palloc0((order->nlines + 1) * sizeof(int));
	for (i = 0; i < order->nlines; i++)
		if (!order->lines[i].cancelled)
			compare_line(work, keys[i], &order->lines[i]);
	for (i = 0; i < work->nold; i++)
		if (!work->seen[i])
			compare_gone(work, &work->old[i]);
	compare_note(work, work->known->head.note, head->note);
	compare_day(work, work->known->head.commitment, head->commitment);
	compare_address(work, &work->known->head, head);
	compare_email(work);
	if (work->edited && nothing_left(work))
		tell(work, "no line is left", "the retailer took all of them away");
}
