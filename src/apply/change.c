/*-------------------------------------------------------------------------
 *
 * change.c
 *	  An order that is in Odoo follows Cartona, while it is a draft.
 *
 * The order is locked and its state read in the same transaction that edits
 * it.  Once it is confirmed in Odoo, or has left pending at Cartona, nothing is
 * edited any more: all is told, in the order's chatter and in cartona.problem.
 * Neither grows without end, however often an order changes.
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
#include "odoo/editor.h"

/* $1: account, $2: hashed_id, $3: lines, $4: head, $5: problem */
static CartonaPlan keep_plan = {
	"UPDATE cartona.order_sync SET lines = $3::jsonb, head = $4::jsonb, problem = $5 WHERE account_id = $1 AND hashed_id = $2",
	5, {INT4OID, TEXTOID, TEXTOID, TEXTOID, TEXTOID}
};

/* An order may have thousands of lines: nobody reads more sentences at once. */
#define MAX_LISTED 100

/* And it may change again and again: from then on the last note is rewritten. */
#define MAX_NOTES 20

static char *
and_more(int n, const char *lang)
{
	return cartona_words_say(cartona_words_make(WORD_AND_MORE, cartona_words_text(psprintf("%d", n)), NULL), lang);
}

static void
append_facts(StringInfo out, CartonaWord heading, List *sentences, const char *lang)
{
	ListCell   *cell;
	int			listed = 0;

	if (sentences == NIL)
		return;
	appendStringInfo(out, "%s%s", out->len ? "\n" : "", cartona_words_plain(heading, lang));
	foreach(cell, sentences)
	{
		if (listed++ == MAX_LISTED)
		{
			appendStringInfo(out, "\n%s", and_more(list_length(sentences) - MAX_LISTED, lang));
			break;
		}
		appendStringInfo(out, "\n%s", cartona_words_say(lfirst(cell), lang));
	}
}

/* What cartona.problem says of the differences; NULL: there is none. */
static char *
differs_text(List *all)
{
	StringInfoData out;
	ListCell   *cell;
	int			listed = 0;

	if (all == NIL)
		return NULL;
	initStringInfo(&out);
	appendStringInfoString(&out, "changed at Cartona after import, not in Odoo: ");
	foreach(cell, all)
	{
		if (listed++ == MAX_LISTED)
		{
			appendStringInfo(&out, "; %s", and_more(list_length(all) - MAX_LISTED, NULL));
			break;
		}
		appendStringInfo(&out, "%s%s", listed > 1 ? "; " : "", ((CartonaDiffers *) lfirst(cell))->text);
	}
	return out.data;
}

/* Why the order must not follow; NULL where it may. */
static CartonaSentence *
why_not(const CartonaCompared *work, const char *status)
{
	const CartonaExisting *order = &work->order;

	if (strcmp(order->state, "cancel") == 0)
		return cartona_words_make(WORD_CANCELLED_HERE, NULL);
	if (strcmp(order->state, "draft") != 0 && strcmp(order->state, "sent") != 0)
		return cartona_words_make(WORD_CONFIRMED_HERE, NULL);
	if (order->locked)
		return cartona_words_make(WORD_LOCKED_HERE, NULL);
	if (strcmp(status, CARTONA_STATUS_PENDING) != 0)
		return cartona_words_make(WORD_STATUS_ALREADY, cartona_words_text(status), NULL);
	if (order->currency != work->draft->currency.id)
		return cartona_words_make(WORD_OTHER_CURRENCY, NULL);
	if (order->company != work->draft->shop->company)
		return cartona_words_make(WORD_MOVED_COMPANY, NULL);
	return NULL;
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

	cartona_editor_cause(work->order.id);
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
	cartona_editor_cause(0);
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

/* "problem" with one part of it, as it was said before, in its new words (each may be NULL). */
static char *
with_part(char *problem, const char *before, const char *now, bool first)
{
	if (before == NULL ? now == NULL : (now != NULL && strcmp(before, now) == 0))
		return problem;
	if (problem != NULL && before != NULL)
		problem = without_sentence(problem, before);
	if (now == NULL)
		return problem;
	if (problem == NULL)
		return pstrdup(now);
	return first ? psprintf("%s; %s", now, problem) : psprintf("%s; %s", problem, now);
}

/*
 * All that needs a human: what did before and is not settled, and what does
 * now.  Of what did not follow each difference stands once, as it is now.
 */
static char *
all_problems(const CartonaCompared *work, const char *standing)
{
	const CartonaKnown *known = work->known;
	char	   *problem = with_part(known->problem, known->head.standing, standing, true);

	return with_part(problem, differs_text(known->head.differs), differs_text(work->differs), false);
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
write_note(const CartonaCompared *work, CartonaHead *head)
{
	const CartonaShop *shop = work->draft->shop;
	bool		often = work->known->head.notes >= MAX_NOTES;
	CartonaChatter note;
	StringInfoData text;

	head->notes = work->known->head.notes;
	head->last_note = work->known->head.last_note;
	if (work->done == NIL && work->told == NIL)
		return;
	initStringInfo(&text);
	if (often)
		appendStringInfoString(&text, cartona_words_plain(WORD_CHANGED_OFTEN, shop->lang));
	append_facts(&text, WORD_CHANGED_HERE, work->done, shop->lang);
	append_facts(&text, WORD_CHANGED_NOT_HERE, work->told, shop->lang);
	note.order_id = work->order.id;
	note.text = text.data;
	if (often && cartona_chatter_rewrite(shop, &note, head->last_note))
		return;
	cartona_chatter_write(shop, &note, 1);
	head->last_note = note.id;
	head->notes++;
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
	head.differs = work.differs;
	write_note(&work, &head);
	keep(&work, &head, change->problem);
	change->note = change->problem;
	return true;
}

/* $1: account, $2: hashed_id, $3: message */
static CartonaPlan count_note_plan = {
	"UPDATE cartona.order_sync s SET head = s.head || jsonb_build_object('notes', coalesce((s.head ->> 'notes')::int4, 0) + 1, 'last_note', $3)"
	" WHERE s.account_id = $1 AND s.hashed_id = $2 AND s.head IS NOT NULL",
	3, {INT4OID, TEXTOID, INT4OID}
};

void
cartona_change_editing(const CartonaShop *shop, int32 order_id, const char *hashed_id, const CartonaKnown *known)
{
	Datum		values[3];
	CartonaChatter note;

	if ((known->status != NULL && strcmp(known->status, CARTONA_STATUS_EDITING) == 0) || known->head.notes >= MAX_NOTES)
		return;
	note.order_id = order_id;
	note.text = cartona_words_plain(WORD_EDITING, shop->lang);
	cartona_chatter_write(shop, &note, 1);
	values[0] = Int32GetDatum(shop->account);
	values[1] = CStringGetTextDatum(hashed_id);
	values[2] = Int32GetDatum(note.id);
	(void) cartona_spi_execute(&count_note_plan, values, NULL);
}
