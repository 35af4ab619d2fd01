/*-------------------------------------------------------------------------
 *
 * note.c
 *	  What people read about an order: printed on it, in its chatter, in the
 *	  inbox and as a problem.
 *
 * Who reads decides what is said where.  sale_order.note and the lines are
 * printed for the customer and for whoever delivers and collects the money, so
 * they hold the shop's terms, the customer's own words and who pays what.  The
 * chatter is for the clerk: where the order comes from and what to look at.
 * The inbox and cartona.problem are for whoever looks after this extension, and
 * in English; the other two are in Arabic where the shop is (words.c).
 *
 * One-time passwords are in none of them: payload.c does not read them.
 *
 * Neighbours: words.c has the texts; draft.c decided the order; order.c, change.c and row.c ask.
 * Transactions: none.  Memory: the current context.
 * Failure: none.
 *
 * IDENTIFICATION
 *	  src/apply/note.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "apply/note.h"
#include "cartona/rule.h"
#include "cartona/status.h"
#include "odoo/html.h"
#include "odoo/money.h"

/* An order may have thousands of lines; nobody reads more sentences about them. */
#define MAX_LISTED 20

static const char *
say(const CartonaDraft *draft, CartonaWord word)
{
	return cartona_words_plain(word, draft->shop->lang);
}

/* Under way or done at Cartona, and Odoo is not to follow: no draft to be worked on as if nothing had happened. */
static bool
is_ahead(const CartonaOrder *order)
{
	return (strcmp(order->status, CARTONA_STATUS_DELIVERED) == 0 || strcmp(order->status, CARTONA_STATUS_ASSIGNED) == 0) &&
		!cartona_rule_allows(order->delivered_by, CARTONA_TO_ODOO, order->status);
}

static void
add_line(StringInfo out, const char *line)
{
	appendStringInfo(out, "%s%s", out->len > 0 ? "\n" : "", line);
}

static void
add_fact(StringInfo out, const CartonaDraft *draft, CartonaWord label, const char *value)
{
	if (value != NULL)
		add_line(out, psprintf("%s: %s", say(draft, label), value));
}

static void
add_warning(StringInfo out, const CartonaDraft *draft, CartonaWord label, const char *value)
{
	add_line(out, psprintf("%s: %s: %s", say(draft, WORD_ATTENTION), say(draft, label), value));
}

/* As sent or computed, without the zeros that only a wider column or a currency's rounding brought. */
static char *
amount_text(const CartonaDraft *draft, Numeric amount)
{
	char	   *digits = money_text(amount);
	char	   *point;
	size_t		len;

	if (strlen(digits) > 20)
		digits = money_text(money_round_digits(amount, 6));
	point = strchr(digits, '.');
	len = strlen(digits);
	while (point != NULL && digits + len > point + 3 && digits[len - 1] == '0')
		digits[--len] = '\0';
	return psprintf("%s %s", digits, draft->shop->account_currency);
}

static bool
is_some(Numeric amount)
{
	return amount != NULL && money_cmp(amount, money_int(0)) != 0;
}

static void
add_amount(StringInfo out, const CartonaDraft *draft, CartonaWord label, Numeric amount)
{
	if (is_some(amount))
		add_fact(out, draft, label, amount_text(draft, amount));
}

static void
add_when(StringInfo out, const CartonaDraft *draft, CartonaWord label, const CartonaWhen *when)
{
	/* a day that is one stands in the first ten characters */
	add_fact(out, draft, label, when->known && when->day_only ? pnstrdup(when->text, 10) : when->text);
}

/*
 * Who pays what.  The cash to collect is not worked out: what Cartona
 * subtracts, and whether a top-up comes on top, is its own affair, and a wrong
 * sum on paper costs somebody money.
 */
static void
add_payment(StringInfo out, const CartonaDraft *draft)
{
	const CartonaOrder *order = draft->order;

	if (!is_some(order->cartona_credit) && !is_some(order->installment_cost) && !is_some(order->wallet_top_up))
		return;
	if (order->total_price != NULL)
		add_fact(out, draft, WORD_CARTONA_TOTAL, amount_text(draft, order->total_price));
	add_amount(out, draft, WORD_CREDIT, order->cartona_credit);
	add_amount(out, draft, WORD_INSTALMENTS, order->installment_cost);
	add_amount(out, draft, WORD_TOP_UP, order->wallet_top_up);
	add_line(out, say(draft, WORD_COLLECT));
}

static void
append_paragraph(StringInfo note, const char *paragraph, bool html)
{
	if (html)
		appendStringInfoString(note, cartona_html_paragraph(paragraph));
	else
		add_line(note, paragraph);
}

char *
cartona_note_words(const CartonaDraft *draft)
{
	const CartonaShop *shop = draft->shop;
	StringInfoData words;
	StringInfoData payment;

	initStringInfo(&words);
	initStringInfo(&payment);
	if (draft->order->note_message != NULL)
		append_paragraph(&words, draft->order->note_message, shop->note_is_html);
	add_payment(&payment, draft);
	if (payment.len > 0)
		append_paragraph(&words, payment.data, shop->note_is_html);
	return words.data;
}

char *
cartona_note_join(const CartonaShop *shop, const char *before, const char *words)
{
	StringInfoData note;

	initStringInfo(&note);
	if (before != NULL)
		appendStringInfoString(&note, before);
	if (words[0] != '\0' && shop->note_is_html)
		appendStringInfoString(&note, words);
	else if (words[0] != '\0')
		add_line(&note, words);
	/* an empty plain text is Odoo's own value; an empty HTML field is null */
	return note.len == 0 && shop->note_is_html ? NULL : note.data;
}

char *
cartona_note_order(const CartonaDraft *draft)
{
	return cartona_note_join(draft->shop, cartona_shop_terms(draft->shop, draft->partner.lang), cartona_note_words(draft));
}

char *
cartona_note_line(const CartonaOrderLine *line, const char *name)
{
	return line->comment != NULL ? psprintf("%s\n%s", name, line->comment) : pstrdup(name);
}

/* What each line's price has been lowered by. */
static void
add_discounts(StringInfo out, const CartonaDraft *draft)
{
	int			listed = 0;
	int			i;

	for (i = 0; i < draft->order->nlines; i++)
	{
		const CartonaOrderLine *line = &draft->order->lines[i];
		char	   *where;

		if (line->cancelled || (!is_some(line->supplier_discount) && !is_some(line->cartona_discount)))
			continue;
		if (listed++ == MAX_LISTED)
		{
			add_line(out, say(draft, WORD_MORE_LINES));
			break;
		}
		where = cartona_words_say(cartona_words_make(WORD_LINE_IN_FULL, cartona_words_text(psprintf("%d", i + 1)),
													 cartona_words_text(line->product_name ? psprintf(" %s", line->product_name) : ""), NULL),
								  draft->shop->lang);
		if (is_some(line->supplier_discount))
			add_fact(out, draft, WORD_SUPPLIER_DISCOUNT,
					 psprintf("%s: %s", where, amount_text(draft, line->supplier_discount)));
		if (is_some(line->cartona_discount))
			add_fact(out, draft, WORD_CARTONA_DISCOUNT,
					 psprintf("%s: %s", where, amount_text(draft, line->cartona_discount)));
	}
}

static bool
totals_differ(const CartonaDraft *draft)
{
	/*
	 * while Odoo has not computed everything there is nothing to compare;
	 * nobody pays less than the currency's smallest coin
	 */
	return !draft->taxes_left && draft->order->total_price != NULL &&
		money_cmp(money_round(draft->order->total_price, draft->currency.step), draft->totals.total) != 0;
}

/*
 * Does the account's own setting explain the difference?  With
 * price_includes_tax off, Cartona's total is without the taxes Odoo adds: then
 * every order of such a shop differs, and it is nobody's problem.
 */
bool
cartona_note_tax_on_top(const CartonaDraft *draft)
{
	Numeric		sum = money_int(0);
	int			i;

	if (draft->shop->price_includes_tax || draft->nskipped > 0)
		return false;

	/*
	 * the prices as they are in Odoo: a carton's price that does not divide
	 * is no matter of taxes
	 */
	for (i = 0; i < draft->nlines; i++)
		sum = money_add(sum, money_mul(draft->lines[i].amount->price, draft->lines[i].quantity));
	return money_cmp(money_round(sum, draft->currency.step), money_round(draft->order->total_price, draft->currency.step)) == 0;
}

/* Both totals; Odoo's may be given as a text. */
static char *
both_totals(const CartonaDraft *draft, const char *in_odoo)
{
	return psprintf("%s: %s / %s: %s", say(draft, WORD_ODOO_TOTAL), in_odoo,
					say(draft, WORD_CARTONA_TOTAL), amount_text(draft, draft->order->total_price));
}

char *
cartona_note_total(const CartonaDraft *draft, const char *in_odoo)
{
	StringInfoData out;

	initStringInfo(&out);
	add_warning(&out, draft, WORD_TOTALS_DIFFER, both_totals(draft, in_odoo));
	return out.data;
}

/* What the clerk is to look at. */
static void
add_warnings(StringInfo out, const CartonaDraft *draft)
{
	const CartonaOrder *order = draft->order;
	ListCell   *cell;
	int			i;

	for (i = 0; i < draft->nskipped && i < MAX_LISTED; i++)
		add_warning(out, draft, WORD_NOT_IMPORTED, cartona_words_say(draft->skipped[i].reason, draft->shop->lang));
	if (draft->nskipped > MAX_LISTED)
		add_line(out, say(draft, WORD_MORE_LINES));
	if (totals_differ(draft))
	{
		char	   *both = both_totals(draft, amount_text(draft, draft->totals.total));

		if (cartona_note_tax_on_top(draft))
			add_fact(out, draft, WORD_TAX_ON_TOP, both);
		else
			add_warning(out, draft, WORD_TOTALS_DIFFER, both);
	}
	if (order->strange_status != NULL)
		add_warning(out, draft, WORD_STRANGE_STATUS, order->strange_status);
	if (is_ahead(order))
		add_warning(out, draft, WORD_AHEAD, order->status);
	if (draft->taxes_left)
		add_fact(out, draft, WORD_ATTENTION, say(draft, WORD_TAXES_LEFT));
	if (draft->partner.email_kept != NULL)
		add_warning(out, draft, WORD_EMAIL_KEPT, draft->partner.email_kept);
	i = 0;
	foreach(cell, order->remarks)
	{
		if (i++ == MAX_LISTED)
		{
			add_line(out, say(draft, WORD_MORE_LINES));
			break;
		}
		add_warning(out, draft, WORD_PLEASE_CHECK, cartona_words_say(lfirst(cell), draft->shop->lang));
	}
}

char *
cartona_note_chatter(const CartonaDraft *draft)
{
	const CartonaOrder *order = draft->order;
	bool		by_cartona = strcmp(order->delivered_by, "delivered_by_cartona") == 0;
	StringInfoData out;

	initStringInfo(&out);
	add_fact(&out, draft, WORD_ORDER, order->hashed_id);
	add_fact(&out, draft, WORD_RECEIPT, order->receipt_id);
	add_fact(&out, draft, WORD_ACCOUNT, draft->shop->account_name);
	add_fact(&out, draft, WORD_SUPPLIER_CODE, order->supplier_code);
	add_fact(&out, draft, WORD_DELIVERED_BY, say(draft, by_cartona ? WORD_BY_CARTONA : WORD_BY_SUPPLIER));
	if (order->strange_status == NULL)
		add_fact(&out, draft, WORD_STATUS, order->status);
	add_when(&out, draft, WORD_ESTIMATED, &order->estimated_delivery);
	add_when(&out, draft, WORD_PREFERRED, &order->preferred_delivery);
	add_when(&out, draft, WORD_PICKUP, &order->pickup);
	add_fact(&out, draft, WORD_ROUTE, order->route);
	add_discounts(&out, draft);
	add_amount(&out, draft, WORD_REBATE, order->supplier_rebate);
	add_payment(&out, draft);
	if (cartona_payload_needs_password(order))
		add_line(&out, say(draft, WORD_PASSWORD));
	add_warnings(&out, draft);
	return out.data;
}

static void
add_sentence(StringInfo out, const char *sentence)
{
	appendStringInfo(out, "%s%s", out->len > 0 ? "; " : "", sentence);
}

static void
add_remarks(StringInfo out, const CartonaDraft *draft)
{
	ListCell   *cell;

	foreach(cell, draft->order->remarks)
		add_sentence(out, cartona_words_say(lfirst(cell), NULL));
}

static void
add_skipped(StringInfo out, const CartonaDraft *draft)
{
	int			i;

	for (i = 0; i < draft->nskipped; i++)
		add_sentence(out, psprintf("not imported: %s", cartona_words_say(draft->skipped[i].reason, NULL)));
}

static char *
totals_sentence(const CartonaDraft *draft)
{
	return psprintf("the total is %s in Odoo and %s at Cartona", amount_text(draft, draft->totals.total),
					amount_text(draft, draft->order->total_price));
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
	if (draft->taxes_left)
		add_sentence(&note, CARTONA_NOTE_TAXES_LEFT);
	if (totals_differ(draft))
		add_sentence(&note, totals_sentence(draft));
	add_remarks(&note, draft);
	return note.len > 0 ? note.data : NULL;
}

char *
cartona_note_problem(const CartonaDraft *draft)
{
	const char *status = draft->order->status;
	StringInfoData problem;

	initStringInfo(&problem);
	add_skipped(&problem, draft);
	if (totals_differ(draft) && !cartona_note_tax_on_top(draft))
		add_sentence(&problem, totals_sentence(draft));

	/*
	 * an amount that could not be read may be one that somebody has to
	 * collect
	 */
	add_remarks(&problem, draft);
	if (is_ahead(draft->order))
		add_sentence(&problem, psprintf("it was %s at Cartona before it was imported as a draft", status));
	return problem.len > 0 ? problem.data : NULL;
}
