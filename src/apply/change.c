/*-------------------------------------------------------------------------
 *
 * change.c
 *	  An order that is in Odoo follows Cartona, while it is a draft.
 *
 * The order is locked and its state read in the same transaction that edits
 * it.  Once it is confirmed in Odoo, or has left pending at Cartona, nothing is
 * edited any more: all is told, in the order's chatter and in cartona.problem.
 *
 * Neighbours: compare.c decides, existing.c reads and writes the order's rows,
 * order.c adds lines; row.c calls.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context, which the caller resets.
 * Failure: throws with a reason a clerk understands; nothing is kept then.
 *
 * IDENTIFICATION
 *	  src/apply/change.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "apply/change.h"
#include "apply/compare.h"
#include "apply/note.h"
#include "apply/order.h"
#include "apply/task.h"
#include "base/spi.h"
#include "cartona/status.h"
#include "odoo/chatter.h"

/* $1: account, $2: hashed_id, $3: lines, $4: head, $5: problem */
static CartonaPlan keep_plan = {
	"UPDATE cartona.order_sync SET lines = $3::jsonb, head = $4::jsonb, problem = $5 WHERE account_id = $1 AND hashed_id = $2",
	5, {INT4OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

/* The cause names one order: what is written to it is not a clerk's change.  $1: order, or '' */
static CartonaPlan cause_plan = {
	"SELECT set_config('cartona.cause', $1, true)",
	1, {TEXTOID}
};

/*
 * An order may have thousands of lines, and may change again and again: nobody
 * reads more sentences at once, and all of them are kept.
 */
#define MAX_LISTED 100

static char *
join(List *sentences, const char *separator)
{
	StringInfoData out;
	ListCell   *cell;
	int			listed = 0;

	initStringInfo(&out);
	foreach(cell, sentences)
	{
		if (listed++ == MAX_LISTED)
		{
			appendStringInfo(&out, "%sand %d more", separator, list_length(sentences) - MAX_LISTED);
			break;
		}
		appendStringInfo(&out, "%s%s", out.len ? separator : "", (char *) lfirst(cell));
	}
	return out.data;
}

/* Why the order must not follow; NULL where it may. */
static const char *
why_not(const CartonaCompared *work, const char *status)
{
	const CartonaExisting *order = &work->order;

	if (strcmp(order->state, "cancel") == 0)
		return "the order is cancelled in Odoo";
	if (strcmp(order->state, "draft") != 0 && strcmp(order->state, "sent") != 0)
		return "the order is confirmed in Odoo";
	if (order->locked)
		return "the order is locked in Odoo";
	if (strcmp(status, CARTONA_STATUS_PENDING) != 0)
		return psprintf("it is %s at Cartona already", status);
	if (order->currency != work->draft->currency.id)
		return "the order has another currency in Odoo";
	if (order->company != work->draft->shop->company)
		return "the order was moved to another company in Odoo";
	return NULL;
}

static void
set_cause(int32 order_id)
{
	Datum		values[1];

	values[0] = CStringGetTextDatum(order_id ? psprintf("%d", order_id) : "");
	(void) cartona_spi_execute(&cause_plan, values, NULL);
}

static void
write_order(CartonaCompared *work)
{
	CartonaDraft more = *work->draft;
	CartonaDraft whole = *work->draft;
	CartonaOrderMade made = {0};
	CartonaTaxLine *amounts = palloc0((work->nadded + 1) * sizeof(CartonaTaxLine));
	int32	   *ids;
	int			i;

	set_cause(work->order.id);
	more.lines = work->added;
	more.nlines = work->nadded;
	more.partner.id = work->order.partner;
	more.salesman = work->order.salesman;
	ids = cartona_order_add(&more, work->order.id, work->order.warehouse);
	for (i = 0; i < work->nadded; i++)
	{
		work->new[work->added_as[i]].line = ids[i];
		amounts[i] = *work->added[i].amount;
	}
	whole.taxes_left = cartona_existing_write(work->draft->shop, &work->method, &work->order, amounts, work->nadded);
	set_cause(0);
	/* what Odoo computed from the lines it computes anew */
	made.id = work->order.id;
	cartona_task_complete(&whole, &made, 1);
}

/* "problem" without the sentence; NULL when nothing is left. */
static char *
without_sentence(char *problem, const char *sentence)
{
	char	   *at = strstr(problem, sentence);
	char	   *rest;

	if (at == NULL)
		return problem;
	rest = at + strlen(sentence);
	if (strncmp(rest, "; ", 2) == 0)
		rest += 2;
	else
		while (at > problem && (at[-1] == ' ' || at[-1] == ';'))
			at--;
	problem = psprintf("%s%s", pnstrdup(problem, at - problem), rest);
	return problem[0] ? problem : NULL;
}

/*
 * What is wrong with the order as it is now, in the words of a new one.  Where
 * it did not follow in everything its total is nobody's to explain.
 */
static char *
standing_problem(const CartonaCompared *work)
{
	CartonaDraft draft = *work->draft;
	CartonaOrder order = *draft.order;

	order.status = pstrdup(CARTONA_STATUS_PENDING);
	if (work->why_not != NULL || work->told != NIL)
		order.total_price = NULL;
	draft.order = &order;
	return cartona_note_problem(&draft);
}

/* All that needs a human: what did before and is not settled, and what does now. */
static char *
all_problems(const CartonaCompared *work, const char *standing)
{
	const char *before = work->known->head.standing;
	char	   *problem = work->known->problem;

	if (standing == NULL ? before != NULL : (before == NULL || strcmp(standing, before) != 0))
	{
		if (problem != NULL && before != NULL)
			problem = without_sentence(problem, before);
		if (standing != NULL)
			problem = psprintf("%s%s%s", standing, problem ? "; " : "", problem ? problem : "");
	}
	if (work->told != NIL)
		problem = psprintf("%s%schanged at Cartona after import, not in Odoo: %s",
						   problem ? problem : "", problem ? "; " : "", join(work->told, "; "));
	return problem;
}

static void
keep(const CartonaCompared *work, const CartonaHead *head, const char *problem)
{
	Datum		values[5];
	char		nulls[5];

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int32GetDatum(work->draft->shop->account);
	values[1] = CStringGetTextDatum(work->draft->order->hashed_id);
	values[2] = CStringGetTextDatum(cartona_lines_text(work->new, work->nnew));
	values[3] = CStringGetTextDatum(cartona_known_head_text(head));
	cartona_spi_set_text(values, nulls, 4, problem);
	(void) cartona_spi_execute(&keep_plan, values, nulls);
}

/* What is said on the order, one fact per line. */
static void
write_note(const CartonaCompared *work)
{
	CartonaChatter note;
	StringInfoData text;

	if (work->done == NIL && work->told == NIL)
		return;
	initStringInfo(&text);
	if (work->done != NIL)
		appendStringInfo(&text, "Changed at Cartona, and here:\n%s", join(work->done, "\n"));
	if (work->told != NIL)
		appendStringInfo(&text, "%sChanged at Cartona, and not here:\n%s", text.len ? "\n" : "", join(work->told, "\n"));
	note.order_id = work->order.id;
	note.text = text.data;
	cartona_chatter_write(work->draft->shop, &note, 1);
}

bool
cartona_order_change(const CartonaDraft *draft, int32 order_id, const char *status,
					 const CartonaKnown *known, CartonaChange *change)
{
	CartonaCompared work = {0};
	CartonaHead head;

	memset(change, 0, sizeof(*change));
	work.draft = draft;
	work.known = known;
	if (!cartona_existing_lock(draft->shop, order_id, &work.order))
		return false;
	work.method = draft->method;
	if (work.order.step != NULL)
		work.method.step = work.order.step;
	work.why_not = why_not(&work, status);
	cartona_known_head(draft, &head);
	cartona_compare(&work, &head);
	if (work.edited)
		write_order(&work);
	head.standing = standing_problem(&work);
	change->problem = all_problems(&work, head.standing);
	change->missing = work.missing;
	keep(&work, &head, change->problem);
	write_note(&work);
	change->note = change->problem;
	return true;
}

void
cartona_change_editing(const CartonaShop *shop, int32 order_id, const CartonaKnown *known)
{
	CartonaChatter note;

	if (known->status != NULL && strcmp(known->status, CARTONA_STATUS_EDITING) == 0)
		return;
	note.order_id = order_id;
	note.text = "The retailer is editing this order at Cartona: it stays as it is until he is done.";
	cartona_chatter_write(shop, &note, 1);
}

void
cartona_change_ended(const CartonaShop *shop, int32 order_id, const char *status)
{
	CartonaChatter note;

	note.order_id = order_id;
	note.text = psprintf("At Cartona this order is %s. Nothing was changed here: cancel it, or take the goods back, where that is not done yet.",
						 status);
	cartona_chatter_write(shop, &note, 1);
}
