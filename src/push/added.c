/*-------------------------------------------------------------------------
 *
 * added.c
 *	  Lines that a clerk adds to a confirmed order.
 *
 * Adding is the one thing that must not be repeated: a line is added without an
 * id, and a second request adds it a second time.  So that a request may have
 * arrived is kept before it is sent (order_sync.lines, state "adding"); where
 * no answer tells, the order is looked up at Cartona before anything else, and
 * where it cannot be, a human is told and nothing is repeated.
 *
 * Cartona gives the line an id, which its answer does not say.  Until the order
 * is pulled again, or looked up, the line is known by a key of ours.
 *
 * Neighbours: level.c, whose third kind of step this is; apply/lines.c keeps
 * the lines and adopts them when Cartona sends the order.
 * Transactions: the caller's.  Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/push/added.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "base/spi.h"
#include "cartona/api.h"
#include "odoo/levels.h"
#include "odoo/money.h"
#include "push/added.h"

/* So many orders of two minutes are looked through for one. */
#define LOOK_UP_PAGE 100

/* $1: account, $2: supplier_product_id */
static CartonaPlan factor_plan = {
	"SELECT factor FROM cartona.product_map WHERE account_id = $1 AND supplier_product_id = $2",
	2, {INT4OID, TEXTOID}
};

/* $1: account, $2: hashed_id; a minute before and after the order was made */
static CartonaPlan when_plan = {
	"SELECT to_char((ordered_at - interval '1 minute') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'),"
	" to_char((ordered_at + interval '1 minute') AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
	" FROM cartona.order_sync WHERE account_id = $1 AND hashed_id = $2 AND ordered_at IS NOT NULL",
	2, {INT4OID, TEXTOID}
};

/*
 * $1: the order as Cartona sent it, $2: ids known already, $3: supplier's id,
 * $4: internal id of the product
 */
static CartonaPlan find_plan = {
	"SELECT d ->> 'id' FROM jsonb_array_elements(CASE jsonb_typeof($1::jsonb -> 'order_details') WHEN 'array'"
	"  THEN $1::jsonb -> 'order_details' ELSE '[]' END) d"
	" WHERE jsonb_typeof(d) = 'object' AND d ->> 'id' IS NOT NULL AND NOT d ->> 'id' = ANY ($2)"
	" AND coalesce(d ->> 'cancelled', '') <> 'true'"
	" AND CASE WHEN $3 <> '' AND d ->> 'supplier_product_id' IS NOT NULL THEN d ->> 'supplier_product_id' = $3"
	"  ELSE d ->> 'internal_product_id' = $4 END"
	" LIMIT 1",
	4, {TEXTOID, TEXTARRAYOID, TEXTOID, TEXTOID}
};

static CartonaPlan lock_plan = {
	"SELECT FROM cartona.order_sync WHERE account_id = $1 AND hashed_id = $2 FOR UPDATE",
	2, {INT4OID, TEXTOID}
};

static void
set_pair(Datum *values, int32 account_id, const char *hashed_id)
{
	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(hashed_id);
}

/* What is known of the order's lines, locked, with room for "more". */
static CartonaWritten *
lock_lines(int32 account_id, const CartonaOrderClaim *claim, int more, int *n)
{
	Datum		values[2];
	CartonaWritten *lines;
	CartonaWritten *roomy;

	set_pair(values, account_id, claim->hashed_id);
	(void) cartona_spi_execute(&lock_plan, values, NULL);
	lines = cartona_lines_read(account_id, claim->hashed_id, n);
	roomy = palloc0((*n + more + 1) * sizeof(CartonaWritten));
	if (*n > 0)
		memcpy(roomy, lines, *n * sizeof(CartonaWritten));
	return roomy;
}

/* Is the line one of those Cartona knows, or was told? */
static bool
is_known(const CartonaFulfilLine *row, const CartonaWritten *known, int n)
{
	int			i;

	for (i = 0; i < n; i++)
		if (known[i].line == row->id ||
			(known[i].line == 0 && row->cartona_id != NULL && strcmp(known[i].id, row->cartona_id) == 0))
			return true;
	return false;
}

static Numeric
factor_of(int32 account_id, const char *supplier_product_id)
{
	Datum		values[2];

	if (supplier_product_id == NULL)
		return money_int(1);
	set_pair(values, account_id, supplier_product_id);
	return cartona_spi_execute(&factor_plan, values, NULL) > 0 ? cartona_spi_numeric(0, 1) : money_int(1);
}

static bool
is_whole(Numeric number)
{
	return money_cmp(number, money_round_digits(number, 0)) == 0;
}

/* The n-th line of what was said; "" where there is none. */
static char *
said_part(const char *said, int n)
{
	const char *end;

	for (; n > 0 && said != NULL; n--)
	{
		said = strchr(said, '\n');
		said = said ? said + 1 : NULL;
	}
	end = said ? strchr(said, '\n') : NULL;
	return end ? pnstrdup(said, end - said) : pstrdup("");
}

/*
 * A line of Cartona's that was left out at the import, of this very product: a
 * clerk's line stands for it, and must not be billed beside it.  NULL: none.
 */
static const CartonaWritten *
stands_for(const CartonaLevel *levels, int nlevels, const CartonaWritten *known, int nknown)
{
	int			i;
	int			k;

	for (i = 0; i < nknown; i++)
	{
		char	   *supplier = said_part(known[i].said, 2);
		char	   *internal = said_part(known[i].said, 3);

		if (known[i].product != 0)
			continue;
		for (k = 0; k < nlevels; k++)
			if ((levels[k].supplier_product_id != NULL && strcmp(levels[k].supplier_product_id, supplier) == 0) ||
				(supplier[0] == '\0' && levels[k].internal_product_id != NULL &&
				 strcmp(levels[k].internal_product_id, internal) == 0))
				return &known[i];
	}
	return NULL;
}

/* As what the line can be sold at Cartona: the largest unit that it is a whole number of; NULL: as nothing. */
static const CartonaLevel *
choose_listing(int32 account_id, const CartonaLevel *levels, int n, Numeric quantity, Numeric *factor)
{
	const CartonaLevel *best = NULL;
	int			i;

	for (i = 0; i < n; i++)
	{
		Numeric		this_factor;

		if (!levels[i].on_sale || (levels[i].supplier_product_id == NULL && levels[i].internal_product_id == NULL))
			continue;
		this_factor = factor_of(account_id, levels[i].supplier_product_id);
		if (!is_whole(money_div(quantity, this_factor)) ||
			(best != NULL && money_cmp(this_factor, *factor) < 0))
			continue;
		best = &levels[i];
		*factor = this_factor;
	}
	return best;
}

static void
say_not_told(CartonaStep *step, const CartonaFulfilLine *row, const char *why)
{
	char	   *sentence = psprintf("line \"%s\" was added in Odoo, and Cartona is not told of it: %s", row->name ? row->name : "", why);

	step->problem = step->problem ? psprintf("%s; %s", step->problem, sentence) : sentence;
}

/*
 * A line that came from Cartona and was cancelled there, by the retailer or by
 * us, but is wanted in Odoo.  It is not brought back against the retailer's
 * will: a human sees to it.
 */
static void
say_gone(CartonaStep *step, const CartonaFulfilLine *row)
{
	char	   *sentence;

	if (money_cmp(row->ordered, money_int(0)) <= 0)
		return;
	sentence = psprintf("line %s is not at Cartona any more, and Odoo has %s of it: take it out of the order, or add it at Cartona by hand",
						row->cartona_id, numeric_normalize(row->ordered));
	step->problem = step->problem ? psprintf("%s; %s", step->problem, sentence) : sentence;
}

/* One line to be added; false: it cannot be. */
static bool
add_line(const CartonaAccount *account, const CartonaFulfil *order, const CartonaFulfilLine *row,
		 const CartonaWritten *known, int nknown, CartonaStep *step, CartonaApiDetail *detail)
{
	CartonaStepLine *line = &step->lines[step->nlines];
	Numeric		quantity = order->delivered && money_cmp(row->delivered, row->ordered) < 0 ? row->delivered : row->ordered;
	Numeric		price = account->price_includes_tax ? row->price_with_taxes : row->price;
	Numeric		factor = NULL;
	const CartonaLevel *listing;
	const CartonaWritten *left_out;
	CartonaLevel *levels;
	int			nlevels;

	/* what is free is no business of Cartona's: nobody pays for it */
	if (row->product == 0 || money_cmp(quantity, money_int(0)) <= 0 || money_cmp(row->price, money_int(0)) <= 0)
		return false;
	nlevels = cartona_levels_read(account->id, &row->product, 1, CurrentMemoryContext, &levels);
	left_out = stands_for(levels, nlevels, known, nknown);
	if (left_out != NULL)
	{
		say_not_told(step, row, psprintf("it stands for line %s, which was left out; see whether its amount is right there", left_out->id));
		return false;
	}
	listing = choose_listing(account->id, levels, nlevels, quantity, &factor);
	if (listing == NULL)
	{
		/* what a delivery costs is nobody's surprise */
		if (row->from_stock)
			say_not_told(step, row, "its product is not on sale there, or not in this quantity");
		return false;
	}
	price = money_round_digits(money_mul(price, factor), CARTONA_API_PRICE_DIGITS);
	if (money_cmp(price, money_int(0)) <= 0)
		return false;
	memset(detail, 0, sizeof(*detail));
	detail->supplier_product_id = listing->supplier_product_id;
	detail->internal_product_id = listing->internal_product_id;
	detail->amount = numeric_normalize(money_div(quantity, factor));
	detail->price = numeric_normalize(price);
	line->key = cartona_lines_added_key(row->id);
	line->line = row->id;
	line->product = row->product;
	line->uom = row->uom;
	line->quantity = numeric_normalize(row->ordered);
	line->price = numeric_normalize(row->price);
	line->factor = numeric_normalize(factor);
	line->said = psprintf("%s\n%s\n%s\n%s\n\n", detail->amount, detail->price,
						  listing->supplier_product_id ? listing->supplier_product_id : "",
						  listing->internal_product_id ? listing->internal_product_id : "");
	step->nlines++;
	return true;
}

bool
cartona_added_next(const CartonaAccount *account, const CartonaOrderClaim *claim, const CartonaFulfil *order,
				   const CartonaWritten *known, int nknown, CartonaStep *step)
{
	CartonaApiDetail *details = palloc0((order->nlines + 1) * sizeof(CartonaApiDetail));
	int			i;

	step->lines = palloc0((order->nlines + 1) * sizeof(CartonaStepLine));
	for (i = 0; i < order->nlines; i++)
	{
		const CartonaFulfilLine *row = &order->lines[i];

		if (is_known(row, known, nknown))
			continue;
		if (row->cartona_id == NULL)
			(void) add_line(account, order, row, known, nknown, step, &details[step->nlines]);
		else if (!order->delivered)
			say_gone(step, row);
	}
	if (step->nlines == 0)
		return false;
	step->kind = CARTONA_STEP_ADD;
	step->status = pstrdup("update-order-details");
	step->body = cartona_api_details_body(claim->hashed_id, details, step->nlines);
	return true;
}

void
cartona_added_look_up(const CartonaAccount *account, const CartonaOrderClaim *claim, CartonaStep *step)
{
	Datum		values[2];
	bool		timed;

	set_pair(values, account->id, claim->hashed_id);
	timed = cartona_spi_execute(&when_plan, values, NULL) > 0;
	step->kind = CARTONA_STEP_LOOK_UP;
	step->status = pstrdup("pull-orders");
	step->path = cartona_api_orders_path(LOOK_UP_PAGE, timed ? cartona_spi_text(0, 1, CurrentMemoryContext) : NULL,
										 timed ? cartona_spi_text(0, 2, CurrentMemoryContext) : NULL);
}

void
cartona_added_intend(int32 account_id, const CartonaOrderClaim *claim, const CartonaStep *step)
{
	int			n;
	CartonaWritten *lines = lock_lines(account_id, claim, step->nlines, &n);
	int			i;

	for (i = 0; i < step->nlines; i++)
	{
		const CartonaStepLine *from = &step->lines[i];
		CartonaWritten *line = &lines[n + i];

		line->id = from->key;
		line->line = from->line;
		line->product = from->product;
		line->uom = from->uom;
		line->quantity = money_parse(from->quantity);
		line->price = money_parse(from->price);
		line->factor = money_parse(from->factor);
		line->said = from->said;
		line->state = pstrdup("adding");
	}
	cartona_lines_write(account_id, claim->hashed_id, lines, n + step->nlines);
}

void
cartona_added_settle(int32 account_id, const CartonaOrderClaim *claim, const CartonaStep *step, bool accepted)
{
	int			n;
	CartonaWritten *lines = lock_lines(account_id, claim, 0, &n);
	int			kept = 0;
	int			i;
	int			k;

	for (i = 0; i < n; i++)
	{
		for (k = 0; k < step->nlines && strcmp(step->lines[k].key, lines[i].id) != 0; k++)
			;
		if (k < step->nlines && !accepted)
			continue;
		lines[kept] = lines[i];
		if (k < step->nlines)
			lines[kept].state = pstrdup("added");
		kept++;
	}
	cartona_lines_write(account_id, claim->hashed_id, lines, kept);
}

/* The order's own text in an answer to pull-orders; NULL: it is not there. */
static char *
find_order(const char *hashed_id, const char *body, size_t len)
{
	CartonaApiOrder *orders;
	char	   *why;
	int			n = body ? cartona_api_parse_orders(body, len, &orders, &why) : 0;
	int			i;

	for (i = 0; i < n; i++)
		if (orders[i].hashed_id != NULL && strcmp(orders[i].hashed_id, hashed_id) == 0)
			return orders[i].json;
	return NULL;
}

/* Cartona's id of an added line; NULL: the order does not have it. */
static char *
find_line(const char *json, const CartonaWritten *lines, int n, const CartonaWritten *line)
{
	const char **ids = palloc((n + 1) * sizeof(char *));
	Datum		values[4];
	int			i;

	for (i = 0; i < n; i++)
		ids[i] = lines[i].id;
	values[0] = CStringGetTextDatum(json);
	values[1] = cartona_spi_text_array(ids, n);
	values[2] = CStringGetTextDatum(said_part(line->said, 2));
	values[3] = CStringGetTextDatum(said_part(line->said, 3));
	return cartona_spi_execute(&find_plan, values, NULL) > 0 ? cartona_spi_text(0, 1, CurrentMemoryContext) : NULL;
}

char *
cartona_added_looked_up(int32 account_id, const CartonaOrderClaim *claim, const char *body, size_t len)
{
	char	   *json = find_order(claim->hashed_id, body, len);
	char	   *problem = NULL;
	int			n;
	CartonaWritten *lines = lock_lines(account_id, claim, 0, &n);
	int			kept = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		CartonaWritten *line = &lines[i];
		bool		asked = cartona_lines_is_added(line->id) && line->state != NULL && strcmp(line->state, "unknown") != 0;
		char	   *id = asked && json != NULL ? find_line(json, lines, n, line) : NULL;

		if (id != NULL)
		{
			line->id = id;
			line->state = NULL;
		}
		else if (asked && json != NULL && strcmp(line->state, "adding") == 0)
		{
			/*
			 * it did not arrive; those behind it move up, the ids looked for
			 * stay complete
			 */
			memmove(&lines[i], &lines[i + 1], (n - i - 1) * sizeof(CartonaWritten));
			n--;
			i--;
			continue;
		}
		else if (asked)
		{
			line->state = pstrdup("unknown");
			problem = pstrdup("a line added in Odoo was sent, and whether Cartona has it, and under which id, cannot be found out:"
							  " see at Cartona, and change the line there by hand where it is not right");
		}
		kept++;
	}
	cartona_lines_write(account_id, claim->hashed_id, lines, kept);
	return problem;
}
