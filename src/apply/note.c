/*-------------------------------------------------------------------------
 *
 * note.c
 *	  What people read about an order: on the order, in the inbox, as a problem.
 *
 * Neighbours: draft.c decided the order; row.c asks.
 * Transactions: none.  Memory: the current context.
 * Failure: none.
 *
 * IDENTIFICATION
 *	  src/apply/note.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "apply/note.h"
#include "cartona/status.h"
#include "odoo/html.h"
#include "odoo/money.h"

static void
append_note(StringInfo note, const char *text, bool html)
{
	if (html)
		appendStringInfoString(note, cartona_html_paragraph(text));
	else
		appendStringInfo(note, "%s%s", note->len ? "\n" : "", text);
}

/* The company's terms (Odoo's own text), what the retailer wrote, what was left out. */
char *
cartona_note_order(const CartonaDraft *draft)
{
	const CartonaShop *shop = draft->shop;
	StringInfoData note;
	int			i;

	initStringInfo(&note);
	if (shop->terms != NULL)
		appendStringInfoString(&note, shop->terms);
	if (draft->order->note_message != NULL)
		append_note(&note, draft->order->note_message, shop->note_is_html);
	for (i = 0; i < draft->nskipped; i++)
		append_note(&note, psprintf("Not imported from Cartona: %s", draft->skipped[i].reason), shop->note_is_html);
	/* an empty plain text is Odoo's own value; an empty HTML field is null */
	return note.len == 0 && shop->note_is_html ? NULL : note.data;
}

static void
add_sentence(StringInfo text, const char *sentence)
{
	appendStringInfo(text, "%s%s", text->len ? "; " : "", sentence);
}

static void
add_skipped(StringInfo text, const CartonaDraft *draft)
{
	int			i;

	for (i = 0; i < draft->nskipped; i++)
		add_sentence(text, psprintf("not imported: %s", draft->skipped[i].reason));
}

char *
cartona_note_inbox(const CartonaDraft *draft)
{
	const CartonaOrder *order = draft->order;
	StringInfoData note;

	initStringInfo(&note);
	add_skipped(&note, draft);
	if (order->strange_status != NULL)
		add_sentence(&note, psprintf("status %s is not known and was taken for pending", order->strange_status));
	if (draft->nskipped == 0 && order->total_price != NULL &&
		money_cmp(order->total_price, draft->totals.total) != 0)
		add_sentence(&note, psprintf("the total is %s in Odoo and %s at Cartona",
									 money_text(draft->totals.total), money_text(order->total_price)));
	return note.len > 0 ? note.data : NULL;
}

char *
cartona_note_problem(const CartonaDraft *draft)
{
	const char *status = draft->order->status;
	StringInfoData problem;

	initStringInfo(&problem);
	add_skipped(&problem, draft);
	if (strcmp(status, CARTONA_STATUS_DELIVERED) == 0 || strcmp(status, CARTONA_STATUS_ASSIGNED) == 0)
		add_sentence(&problem, psprintf("it was %s at Cartona before it was imported as a draft", status));
	return problem.len > 0 ? problem.data : NULL;
}
