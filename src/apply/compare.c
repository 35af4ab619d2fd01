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
 * Neighbours: compare_head.c has what is not of a line; change.c locks, writes
 * and tells; draft.c made the draft; words.c has the sentences.
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

static CartonaSentence *
line_label(const CartonaOrderLine *line, const char *id)
{
	return line->product_name ? cartona_words_make(WORD_QUOTED, cartona_words_text(line->product_name), NULL)
		: cartona_words_make(WORD_LINE, cartona_words_text(id), NULL);
}

static CartonaSentence *
values(const char *amount, const char *price)
{
	return cartona_words_make(WORD_VALUES, cartona_words_text(amount), cartona_words_text(price), NULL);
}

static CartonaSentence *
line_values(const CartonaOrderLine *line)
{
	return values(money_text(line->amount), money_text(line->price));
}

/* Amount and price out of what Cartona said; NULL: not known. */
static CartonaSentence *
said_values(const char *said)
{
	const char *price = cartona_lines_said_part(said, CARTONA_SAID_PRICE);

	return price ? values(cartona_lines_said_part(said, CARTONA_SAID_AMOUNT), price) : NULL;
}

static bool
same_values(const CartonaSentence *a, const CartonaSentence *b)
{
	return strcmp(cartona_words_say(a, NULL), cartona_words_say(b, NULL)) == 0;
}

/* "the line is so now", and what it was where that differs. */
static CartonaSentence *
line_change(const CartonaOrderLine *line, const char *id, const char *was)
{
	CartonaSentence *now = line_values(line);
	CartonaSentence *before = said_values(was);

	if (before == NULL)
		return cartona_words_make(WORD_IS, line_label(line, id), now, NULL);
	if (!same_values(now, before))
		return cartona_words_make(WORD_IS_INSTEAD, line_label(line, id), now, before, NULL);
	if (!same_text(cartona_lines_said_comment(was), line->comment ? line->comment : ""))
		return cartona_words_make(WORD_OTHER_COMMENT, line_label(line, id), NULL);
	return cartona_words_make(WORD_IS, line_label(line, id), now, NULL);
}

static char *
line_key(const char *id)
{
	return psprintf("line %s", id);
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

static CartonaSentence *
line_changed(const CartonaExistingLine *row)
{
	return cartona_words_make(WORD_LINE_CHANGED, values(money_text(row->quantity), money_text(row->price)), NULL);
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
	new->reason = cartona_words_say(skip->reason, NULL);
	new->missing = list_copy(skip->missing);
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
	const char *comment = cartona_lines_said_comment(said);

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

/* Is the line in Odoo what Cartona says now, whoever made it so? */
static bool
is_as_said(const CartonaCompared *work, const CartonaExistingLine *row, const CartonaWritten *old, const CartonaDraftLine *line)
{
	return row->product == line->product->id && row->uom == line->product->uom &&
		money_cmp(row->quantity, line->quantity) == 0 &&
		money_cmp(row->price, price_of(work, line, row->taxes)) == 0 &&
		(old->said == NULL || same_text(cartona_lines_said_comment(old->said), line->from->comment ? line->from->comment : ""));
}

/* A line that is in Odoo, or was, and about which Cartona says something new. */
static void
compare_written(CartonaCompared *work, const CartonaWritten *old, const CartonaDraftLine *line, const CartonaDraftSkip *skip,
				CartonaWritten *new)
{
	const CartonaOrderLine *from = line ? line->from : skip->from;
	CartonaExistingLine *row = find_row(work, old);
	char	   *key = line_key(new->id);
	char	   *was = old->was ? old->was : old->said;
	CartonaSentence *what = line_change(from, new->id, was);

	new->was = was;
	if (row == NULL)
		cartona_compare_tell(work, key, what, cartona_words_make(WORD_LINE_DELETED, NULL));
	else if (skip != NULL)
		cartona_compare_tell(work, key, what, skip->reason);
	else if ((work->why_not != NULL || !is_as_written(row, old) || old->said == NULL) && is_as_said(work, row, old, line))
	{
		/* both sides say the same: from here on it follows again */
		new->was = NULL;
		new->product = row->product;
		new->uom = row->uom;
		new->quantity = row->quantity;
		new->price = row->price;
		new->factor = line->product->factor;
		if (cartona_compare_settle(work, key))
			work->done = lappend(work->done, cartona_words_make(WORD_IS_AS_HERE, line_label(from, new->id), line_values(from), NULL));
	}
	else if (work->why_not != NULL)
		cartona_compare_tell(work, key, what, work->why_not);
	else if (old->said == NULL)
		cartona_compare_tell(work, key, what, cartona_words_make(WORD_NOT_KNOWN, NULL));
	else if (!is_as_written(row, old))
		cartona_compare_tell(work, key, what, line_changed(row));
	else
	{
		new->was = NULL;
		set_line(work, row, line, new, old->said);
		work->done = lappend(work->done, what);
		(void) cartona_compare_settle(work, key);
	}
}

/* A line that has no row in Odoo yet: new at Cartona, or left out so far. */
static void
compare_unwritten(CartonaCompared *work, const CartonaWritten *old, const CartonaDraftLine *line, const CartonaDraftSkip *skip,
				  CartonaWritten *new)
{
	const CartonaOrderLine *from = line ? line->from : skip->from;
	bool		same = old != NULL && same_text(old->said, new->said);
	CartonaSentence *what = cartona_words_make(old && !old->told ? WORD_HAS_ITS_PRODUCT : WORD_ADDED, line_label(from, new->id), line_values(from), NULL);

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
			work->done = lappend(work->done, cartona_words_make(WORD_LEFT_OUT, line_label(from, new->id), line_values(from), skip->reason, NULL));
		return;
	}
	if (work->why_not != NULL || clerk_has(work, line->product->id))
	{
		cartona_compare_tell(work, line_key(new->id), what, work->why_not ? work->why_not : cartona_words_make(WORD_CLERK_HAS_IT, NULL));
		leave_to_human(new);
		return;
	}
	add_line(work, line, new);
	work->done = lappend(work->done, what);
	(void) cartona_compare_settle(work, line_key(new->id));
}

/* What was imported, as far as a row of Odoo's tells: what Cartona said is not known. */
static void
guess_from_row(const CartonaExistingLine *row, CartonaWritten *old)
{
	memset(old, 0, sizeof(*old));
	old->id = row->cartona_id;
	old->line = row->id;
	old->product = row->product;
	old->uom = row->uom;
	old->quantity = row->quantity;
	old->price = row->price;
}

/* A line that went at Cartona and stayed here, and comes again there. */
static CartonaWritten *
find_returned(const CartonaCompared *work, const char *id)
{
	int			i;

	for (i = 0; i < work->order.nlines; i++)
	{
		const CartonaExistingLine *row = &work->order.lines[i];

		if (row->product != 0 && row->cartona_id != NULL && strcmp(row->cartona_id, id) == 0)
		{
			CartonaWritten *old = palloc(sizeof(CartonaWritten));

			guess_from_row(row, old);
			return old;
		}
	}
	return NULL;
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
		work->seen[old - work->old] = true;
	else
		old = find_returned(work, id);
	if (old != NULL)
		*new = *old;
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
	CartonaSentence *label;
	CartonaSentence *before = said_values(old->said);
	CartonaSentence *what;

	if (row == NULL)
	{
		(void) cartona_compare_settle(work, line_key(old->id));
		return;
	}
	label = cartona_words_make(WORD_QUOTED, cartona_words_text(row->name ? row->name : ""), NULL);
	what = before ? cartona_words_make(WORD_REMOVED, label, before, NULL) : cartona_words_make(WORD_REMOVED_PLAIN, label, NULL);
	if (work->why_not != NULL)
		cartona_compare_tell(work, line_key(old->id), what, work->why_not);
	else if (!is_as_written(row, old))
		cartona_compare_tell(work, line_key(old->id), what, line_changed(row));
	else
	{
		row->removed = true;
		work->edited = true;
		work->done = lappend(work->done, what);
		(void) cartona_compare_settle(work, line_key(old->id));
	}
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

		if (row->cartona_id != NULL && row->product != 0)
			guess_from_row(row, &work->old[work->nold++]);
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

	work->differs = list_copy(work->known->head.differs);
	work->old = work->known->lines;
	work->nold = work->known->nlines;
	if (work->old == NULL)
		guess_written(work);
	work->seen = palloc0((work->nold + 1) * sizeof(bool));
	work->new = palloc0((order->nlines + work->nold + 1) * sizeof(CartonaWritten));
	work->added = palloc0((order->nlines + 1) * sizeof(CartonaDraftLine));
	work->added_as = palloc0((order->nlines + 1) * sizeof(int));
	for (i = 0; i < order->nlines; i++)
		if (!order->lines[i].cancelled)
			compare_line(work, keys[i], &order->lines[i]);
	for (i = 0; i < work->nold; i++)
	{
		if (work->seen[i])
			continue;

		/*
		 * one that a clerk added stays, and it is no news that Cartona does
		 * not send it
		 */
		if (cartona_lines_is_added(work->old[i].id))
			work->new[work->nnew++] = work->old[i];
		else
			compare_gone(work, &work->old[i]);
	}
	cartona_compare_head(work, head);
	if (work->edited && nothing_left(work))
		cartona_compare_tell(work, "lines", cartona_words_make(WORD_NO_LINE_LEFT, NULL), cartona_words_make(WORD_ALL_TAKEN, NULL));
	else
		(void) cartona_compare_settle(work, "lines");
}
