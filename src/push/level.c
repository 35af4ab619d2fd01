/*-------------------------------------------------------------------------
 *
 * level.c
 *	  A confirmed order as it is in Odoo now, and what Cartona must be told next.
 *
 * Whatever happens to a confirmed order (a line changed, a delivery done or
 * cancelled, a password entered) only says that it must be compared.  Comparing
 * finds the first thing that Cartona does not know yet:
 *
 *	1. lines changed or cancelled by a clerk; once all is delivered, what was
 *	   delivered short: the retailer is not billed for it
 *	2. lines that a clerk added (added.c)
 *	3. that it is on its way (account.report_shipped)
 *	4. that it is delivered in full: something reached the customer, and no
 *	   transfer of the order is open
 *
 * When that is accepted the order is compared again, until nothing is left.
 * So everything is told once, in its order, however often it is looked at, and
 * an attempt whose answer was lost is simply made again: changing and
 * cancelling a line by its id is the same twice.
 *
 * Neighbours: odoo/fulfil.c reads Odoo, apply/lines.c what Cartona knows;
 * orders.c sends.
 * Transactions: the caller's.  Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/push/level.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "apply/lines.h"
#include "base/spi.h"
#include "cartona/api.h"
#include "cartona/rule.h"
#include "cartona/status.h"
#include "odoo/fulfil.h"
#include "odoo/money.h"
#include "push/added.h"
#include "push/level.h"

/* Amounts that are no whole numbers are told to so many digits. */
#define AMOUNT_DIGITS 6

/* $1: account, $2: hashed_id */
static CartonaPlan sync_plan = {
	"SELECT s.needs_otp, s.waiting FROM cartona.order_sync s WHERE s.account_id = $1 AND s.hashed_id = $2",
	2, {INT4OID, TEXTOID}
};

static CartonaPlan waiting_plan = {
	"UPDATE cartona.order_sync SET waiting = $3 WHERE account_id = $1 AND hashed_id = $2 AND waiting IS DISTINCT FROM $3",
	3, {INT4OID, TEXTOID, TEXTOID}
};

static CartonaPlan lock_plan = {
	"SELECT FROM cartona.order_sync WHERE account_id = $1 AND hashed_id = $2 FOR UPDATE",
	2, {INT4OID, TEXTOID}
};

static CartonaPlan map_plan = {
	"SELECT cartona_status FROM cartona.status_map WHERE direction = 'out' AND odoo_state = $1",
	1, {TEXTOID}
};

/* An order while it is compared. */
typedef struct Compared
{
	const CartonaAccount *account;
	const CartonaOrderClaim *claim;
	CartonaFulfil order;
	CartonaWritten *known;
	int			nknown;
	bool		needs_otp;
	CartonaApiDetail *details;
	bool		some_left;		/* a line of Cartona's stays */
	bool		look_up;		/* the id of an added line is wanted */
	CartonaStep *step;
} Compared;

static void
set_pair(Datum *values, int32 account_id, const char *hashed_id)
{
	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(hashed_id);
}

void
cartona_level_set_waiting(int32 account_id, const CartonaOrderClaim *claim, const char *waiting)
{
	Datum		values[3];
	char		nulls[3] = {' ', ' ', ' '};

	set_pair(values, account_id, claim->hashed_id);
	cartona_spi_set_text(values, nulls, 2, waiting);
	(void) cartona_spi_execute(&waiting_plan, values, nulls);
}

/* What an Odoo state is called at Cartona; NULL: nothing. */
static char *
mapped(const char *odoo_state)
{
	Datum		values[1] = {CStringGetTextDatum(odoo_state)};

	return cartona_spi_execute(&map_plan, values, NULL) > 0 ? cartona_spi_text(0, 1, CurrentMemoryContext) : NULL;
}

static void
say(char **text, const char *sentence)
{
	*text = *text ? psprintf("%s; %s", *text, sentence) : pstrdup(sentence);
}

/* ---- lines ---- */

/* The n-th of the first two lines of what Cartona said of a line: amount, price; NULL: not known. */
static Numeric
said_number(const char *said, int n)
{
	const char *end;

	for (; said != NULL && n > 0; n--)
	{
		said = strchr(said, '\n');
		said = said ? said + 1 : NULL;
	}
	end = said ? strchr(said, '\n') : NULL;
	if (end == NULL || end == said)
		return NULL;
	return money_parse(pnstrdup(said, end - said));
}

/* The same text with another amount and price. */
static char *
said_again(const char *said, Numeric amount, Numeric price)
{
	const char *rest = strchr(strchr(said, '\n') + 1, '\n');

	return psprintf("%s\n%s%s", numeric_normalize(amount), numeric_normalize(price), rest);
}

static bool
is_whole(Numeric number)
{
	return money_cmp(number, money_round_digits(number, 0)) == 0;
}

static Numeric
round_down(Numeric number)
{
	return DatumGetNumeric(DirectFunctionCall1(numeric_floor, NumericGetDatum(number)));
}

static CartonaFulfilLine *
find_row(const Compared *work, const CartonaWritten *known)
{
	int			i;

	for (i = 0; i < work->order.nlines; i++)
	{
		CartonaFulfilLine *row = &work->order.lines[i];

		if (known->line != 0 ? row->id == known->line
			: row->cartona_id != NULL && strcmp(row->cartona_id, known->id) == 0)
			return row->product == known->product ? row : NULL;
	}
	return NULL;
}

/*
 * What Cartona's amount must be.  Where Cartona counts in whole units a rest is
 * rounded down: the retailer pays for nothing that he did not get.
 */
static Numeric
amount_in_units(Compared *work, const CartonaWritten *known, Numeric quantity, Numeric said)
{
	Numeric		factor = known->factor ? known->factor : money_int(1);
	Numeric		amount = money_round_digits(money_div(quantity, factor), AMOUNT_DIGITS);

	if (is_whole(amount) || !is_whole(said))
		return amount;
	say(&work->step->problem,
		psprintf("%s of line %s are no whole number of Cartona's units of %s: Cartona was told %s of them",
				 numeric_normalize(quantity), known->id, numeric_normalize(factor), numeric_normalize(round_down(amount))));
	return round_down(amount);
}

/* Cartona's price after a clerk changed Odoo's: in the same proportion, so whatever taxes and factor lie between. */
static Numeric
price_in_units(const Compared *work, const CartonaWritten *known, const CartonaFulfilLine *row, Numeric said)
{
	Numeric		price;

	if (!work->account->report_prices || money_cmp(known->price, money_int(0)) <= 0 ||
		money_cmp(row->price, known->price) == 0)
		return said;
	price = money_round_digits(money_div(money_mul(said, row->price), known->price), CARTONA_API_PRICE_DIGITS);
	return money_cmp(price, money_int(0)) > 0 ? price : said;
}

static void
change_line(Compared *work, const CartonaWritten *known, const CartonaFulfilLine *row, Numeric amount, Numeric price)
{
	CartonaStep *step = work->step;
	CartonaStepLine *line = &step->lines[step->nlines];
	CartonaApiDetail *detail = &work->details[step->nlines++];
	Numeric		said_amount = said_number(known->said, 0);
	Numeric		said_price = said_number(known->said, 1);

	line->key = known->id;
	detail->id = known->id;
	if (money_cmp(amount, money_int(0)) <= 0)
	{
		line->cancelled = detail->cancelled = true;
		return;
	}
	if (money_cmp(amount, said_amount) != 0)
		detail->amount = numeric_normalize(amount);
	if (money_cmp(price, said_price) != 0)
		detail->price = numeric_normalize(price);
	line->quantity = numeric_normalize(row->ordered);
	line->price = numeric_normalize(detail->price ? row->price : known->price);
	line->said = said_again(known->said, amount, price);
}

/* Was something delivered that a clerk put on the order himself? */
static bool
clerk_delivered(const Compared *work)
{
	int			i;

	for (i = 0; i < work->order.nlines; i++)
	{
		const CartonaFulfilLine *row = &work->order.lines[i];

		if (row->cartona_id == NULL && row->from_stock && money_cmp(row->delivered, money_int(0)) > 0)
			return true;
	}
	return false;
}

/* A line that Cartona knows and Odoo has, or had. */
static void
compare_line(Compared *work, const CartonaWritten *known)
{
	CartonaFulfilLine *row = known->product ? find_row(work, known) : NULL;
	Numeric		said_amount = said_number(known->said, 0);
	Numeric		said_price = said_number(known->said, 1);
	Numeric		amount;
	Numeric		price;
	bool		made_up = strchr(known->id, '#') != NULL;
	bool		added = cartona_lines_is_added(known->id);

	/* it may or may not be there: first that */
	if (known->state != NULL && strcmp(known->state, "adding") == 0)
		work->look_up = true;
	/* what Cartona said of it is forgotten, or not known yet */
	if (said_amount == NULL || said_price == NULL || (known->state != NULL && strcmp(known->state, "adding") == 0))
	{
		work->some_left = true;
		return;
	}
	/* not in the order: it counts once all is delivered */
	if (known->product == 0 && (!work->order.delivered || clerk_delivered(work)))
	{
		if (work->order.delivered)
			say(&work->step->problem,
				psprintf("line %s is not in the order, and a line of a clerk's may stand for it: see whether it is right at Cartona", known->id));
		work->some_left = true;
		return;
	}
	if (row != NULL && row->uom != known->uom)
	{
		say(&work->step->problem, psprintf("the unit of line %s was changed in Odoo: change it at Cartona by hand", known->id));
		work->some_left = true;
		return;
	}
	if (row == NULL)
		amount = money_int(0);
	else if (work->order.delivered)
		amount = amount_in_units(work, known, money_cmp(row->delivered, row->ordered) < 0 ? row->delivered : row->ordered, said_amount);
	else if (money_cmp(row->ordered, known->quantity) == 0)
		amount = said_amount;
	else
		amount = amount_in_units(work, known, row->ordered, said_amount);
	price = row ? price_in_units(work, known, row, said_price) : said_price;
	if (money_cmp(amount, money_int(0)) > 0)
		work->some_left = true;
	if (money_cmp(amount, said_amount) == 0 && money_cmp(price, said_price) == 0)
		return;
	if (added && known->state != NULL && strcmp(known->state, "added") == 0)
		work->look_up = true;
	else if (made_up || added)
		say(&work->step->problem, psprintf("line %s was changed in Odoo and has no id at Cartona: change it there by hand", known->id));
	else
		change_line(work, known, row, amount, price);
}

/* Lines that differ make the step; true: there is one. */
static bool
compare_lines(Compared *work)
{
	CartonaStep *step = work->step;
	int			i;

	/* nothing is known of an order imported before its lines were kept */
	if (work->known == NULL)
	{
		work->some_left = true;
		return false;
	}
	step->lines = palloc0((work->nknown + 1) * sizeof(CartonaStepLine));
	work->details = palloc0((work->nknown + 1) * sizeof(CartonaApiDetail));
	for (i = 0; i < work->nknown; i++)
		compare_line(work, &work->known[i]);
	if (step->nlines == 0)
		return false;
	if (work->order.delivered && !work->some_left)
	{
		/* no order without lines is delivered */
		step->nlines = 0;
		return false;
	}
	step->kind = CARTONA_STEP_DETAILS;
	step->status = pstrdup("update-order-details");
	step->body = cartona_api_details_body(work->claim->hashed_id, work->details, step->nlines);
	return true;
}

/* ---- status ---- */

static void
send_status(Compared *work, char *status, char *otp)
{
	CartonaStep *step = work->step;

	step->kind = CARTONA_STEP_STATUS;
	step->status = status;
	step->otp = otp;
	step->body = cartona_api_status_body(work->claim->hashed_id, status, otp, NULL);
}

static void
compare_delivery(Compared *work)
{
	CartonaStep *step = work->step;
	const char *odoo_state = work->order.delivered ? "done" : "assigned";
	char	   *status;

	if (!work->order.delivered && !(work->order.ready && work->account->report_shipped))
		return;
	status = mapped(odoo_state);
	if (status == NULL)
		say(&step->why, psprintf("cartona.status_map has no row for Odoo's \"%s\": nothing is sent", odoo_state));
	else if (!cartona_status_is_ahead(work->claim->known_status, status))
		say(&step->why, psprintf("Cartona knows it as %s already", work->claim->known_status));
	else if (!work->order.delivered)
		send_status(work, status, NULL);
	else if (!work->some_left)
		step->waiting = pstrdup("it is done in Odoo, but nothing of it was delivered or all of it came back: cancel it in Odoo or at Cartona");
	else if (work->needs_otp && strcmp(status, CARTONA_STATUS_DELIVERED) == 0 && work->order.otp == NULL)
		step->waiting = pstrdup("it is delivered, and Cartona wants the retailer's one-time password: ask him, and enter it as cartona_otp of the order");
	else
		send_status(work, status, work->needs_otp ? work->order.otp : NULL);
}

static bool
read_known(Compared *work)
{
	Datum		values[2];

	set_pair(values, work->account->id, work->claim->hashed_id);
	if (cartona_spi_execute(&sync_plan, values, NULL) > 0)
		work->needs_otp = cartona_spi_bool(0, 1);
	work->known = cartona_lines_read(work->account->id, work->claim->hashed_id, &work->nknown);
	return cartona_fulfil_read((int32) work->claim->order_id, &work->order);
}

void
cartona_level_next(const CartonaAccount *account, const CartonaOrderClaim *claim, CartonaStep *step)
{
	Compared	work;

	memset(&work, 0, sizeof(work));
	memset(step, 0, sizeof(*step));
	work.account = account;
	work.claim = claim;
	work.step = step;
	if (!read_known(&work))
		step->why = pstrdup("the order is not in Odoo any more");
	else if (!work.order.confirmed)
		step->why = psprintf("the order is %s in Odoo", work.order.state ? work.order.state : "nothing");
	else if (!cartona_rule_allows(work.order.delivered_by, CARTONA_TO_CARTONA, CARTONA_STATUS_DELIVERED))
		step->why = pstrdup("Cartona delivers this order: only its cancellation is reported");
	else if (cartona_status_is_end(claim->known_status))
		step->why = psprintf("Cartona knows it as %s already", claim->known_status);
	else if (compare_lines(&work))
		 /* first what can be repeated */ ;
	else if (work.look_up)
		cartona_added_look_up(account, claim, step);
	else if (work.known == NULL || !cartona_added_next(account, claim, &work.order, work.known, work.nknown, step))
		compare_delivery(&work);
	if (step->kind == CARTONA_STEP_NONE && step->waiting == NULL && step->why == NULL)
		step->why = pstrdup("Cartona knows all of it");
}

void
cartona_level_accepted(int32 account_id, const CartonaOrderClaim *claim, const CartonaStep *step)
{
	Datum		values[2];
	CartonaWritten *lines;
	int			n;
	int			kept = 0;
	int			i;
	int			k;

	set_pair(values, account_id, claim->hashed_id);
	(void) cartona_spi_execute(&lock_plan, values, NULL);
	lines = cartona_lines_read(account_id, claim->hashed_id, &n);
	for (i = 0; i < n; i++)
	{
		const CartonaStepLine *line = NULL;

		for (k = 0; k < step->nlines && line == NULL; k++)
			if (strcmp(step->lines[k].key, lines[i].id) == 0)
				line = &step->lines[k];
		if (line != NULL && line->cancelled)
			continue;
		lines[kept] = lines[i];
		if (line != NULL)
		{
			lines[kept].quantity = money_parse(line->quantity);
			lines[kept].price = money_parse(line->price);
			lines[kept].said = line->said;
			lines[kept].was = NULL;
		}
		kept++;
	}
	if (lines == NULL)
		return;
	cartona_lines_write(account_id, claim->hashed_id, lines, kept);
}
