/*-------------------------------------------------------------------------
 *
 * draft.c
 *	  What sales orders will be: customers, products, currencies, money.
 *
 * Neighbours: payload.c read the orders; shop.c, partner.c, product.c and
 * tax.c know Odoo; order.c writes what is decided here, note.c words it.
 * Transactions: the caller's, with an SPI connection; each order's own part
 * is tried in a subtransaction that only reads.
 * Memory: the current context, which the caller resets.
 * Failure: what is wrong with an order is kept on its draft, with a reason a
 * clerk understands.
 *
 * IDENTIFICATION
 *	  src/apply/draft.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/timestamp.h"

#include "apply/draft.h"
#include "base/xact.h"
#include "odoo/money.h"

/* What a clerk calls the line. */
static CartonaSentence *
line_name(const CartonaOrderLine *line, int number)
{
	StringInfoData text;

	initStringInfo(&text);
	if (line->product_name != NULL)
		appendStringInfo(&text, " \"%s\"", line->product_name);
	if (line->supplier_product_id != NULL)
		appendStringInfo(&text, ", supplier_product_id %s", line->supplier_product_id);
	if (line->internal_product_id != NULL)
		appendStringInfo(&text, ", internal_product_id %s", line->internal_product_id);
	appendStringInfo(&text, " (%s x %s)", money_text(line->amount), money_text(line->price));
	return cartona_words_make(WORD_LINE_IN_FULL, cartona_words_text(psprintf("%d", number)), cartona_words_text(text.data), NULL);
}

/*
 * What a line waits for.  A product that is there and cannot be taken waits for
 * a mapping alone, and where no mapping can help for the daily look: stock that
 * moves must not bring the order up again and again.
 */
static List *
missing_keys(const CartonaOrderLine *line, bool stays)
{
	List	   *keys = NIL;

	if (stays)
		return list_make1(line->supplier_product_id ? psprintf("m:%s", line->supplier_product_id) : psprintf("d:%d", line->internal_id));
	if (line->supplier_product_id != NULL)
		keys = lappend(keys, psprintf("s:%s", line->supplier_product_id));
	if (line->internal_id != 0)
		keys = lappend(keys, psprintf("i:%d", line->internal_id));
	return keys;
}

static void
choose_currency(CartonaDraft *draft, bool exist)
{
	const CartonaShop *shop = draft->shop;

	draft->pricelist = draft->partner.pricelist;

	/*
	 * an order that is there keeps its currency, whatever its customer has
	 * now; change.c compares the two
	 */
	if (exist)
		cartona_currency_of_account(shop, &draft->currency);
	else
		cartona_currency_of_pricelist(shop, draft->pricelist, draft->ordered_at, &draft->currency);
	if (draft->currency.name == NULL || strcmp(draft->currency.name, shop->account_currency) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order would be in %s, but Cartona's prices are in %s",
						draft->currency.name ? draft->currency.name : "no currency", shop->account_currency),
				 errhint("Set currency of account %d, or the customer's pricelist in Odoo.", shop->account)));
	draft->method = shop->taxes;
	draft->method.step = draft->currency.step;
}

/* A line whose product cannot be sold is left out, or is the end of the order. */
static void
skip_line(CartonaDraft *draft, const CartonaOrderLine *from, int number, const CartonaProduct *product)
{
	CartonaDraftSkip *skip = &draft->skipped[draft->nskipped++];

	skip->from = from;
	skip->reason = cartona_words_make(WORD_LINE_BECAUSE, line_name(from, number), product->problem, NULL);
	skip->missing = missing_keys(from, product->stays);
	draft->missing = list_concat(draft->missing, list_copy(skip->missing));
}

/* Cartona's lines with their products, one each, into lines written and lines left out. */
static void
choose_lines(CartonaDraft *draft, CartonaProduct *const *products)
{
	const CartonaOrder *order = draft->order;
	const CartonaShop *shop = draft->shop;
	int			i;

	draft->lines = palloc0((order->nlines + 1) * sizeof(CartonaDraftLine));
	draft->amounts = palloc0((order->nlines + 1) * sizeof(CartonaTaxLine));
	draft->skipped = palloc0((order->nlines + 1) * sizeof(CartonaDraftSkip));
	for (i = 0; i < order->nlines; i++)
	{
		CartonaDraftLine *line = &draft->lines[draft->nlines];

		if (order->lines[i].cancelled)
			continue;
		if (products[i]->problem != NULL)
		{
			skip_line(draft, &order->lines[i], i + 1, products[i]);
			continue;
		}
		line->from = &order->lines[i];
		line->product = products[i];
		line->amount = &draft->amounts[draft->nlines];
		line->quantity = money_round_digits(money_mul(line->from->amount, line->product->factor), shop->quantity_digits);
		if (money_cmp(line->quantity, money_int(0)) <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_EXCEPTION),
					 errmsg("amount of %s is less than Odoo's smallest quantity",
							cartona_words_say(line_name(line->from, i + 1), NULL))));
		draft->nlines++;
	}
}

/* An order that is to be made must have something to sell; one that is there is for change.c to judge. */
static void
refuse_if_missing(const CartonaDraft *draft)
{
	if (draft->nskipped > 0 && draft->shop->reject_missing)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("%s", cartona_words_say(draft->skipped[0].reason, NULL)),
				 errhint("Map the product (cartona_id of its template, or cartona.product_map).")));
	if (draft->nlines == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("no valid line"),
				 draft->nskipped > 0 ? errdetail("%s", cartona_words_say(draft->skipped[0].reason, NULL)) : 0,
				 errhint("Map the product (cartona_id of its template, or cartona.product_map).")));
}

/* What a line of "quantity" at "price" comes to with all taxes. */
static Numeric
total_at(const CartonaTaxMethod *method, Numeric price, Numeric quantity, List *taxes)
{
	CartonaTaxLine line = {0};

	line.price = price;
	line.quantity = quantity;
	line.taxes = taxes;
	cartona_tax_line(method, &line);
	return line.total;
}

/*
 * Cartona's price is of one Cartona unit, Odoo's of one unit of the product;
 * with price_includes_tax it is what the retailer pays, so that taxes Odoo
 * adds on top are taken off first.  Odoo rounds tax and base apart: where the
 * nearest price of Odoo's digits misses what the retailer pays for the line,
 * one of its neighbours may meet it.
 */
Numeric
cartona_draft_price(const CartonaShop *shop, const CartonaTaxMethod *method, const CartonaOrderLine *from,
					const CartonaProduct *product, Numeric quantity, List *taxes)
{
	Numeric		exact = from->price;
	Numeric		price;
	Numeric		paid;
	Numeric		digit;
	int			i;

	if (money_cmp(product->factor, money_int(1)) != 0)
		exact = money_div(exact, product->factor);
	if (shop->price_includes_tax)
		exact = cartona_tax_price_of_total(method, taxes, exact);
	price = money_round_digits(exact, shop->price_digits);
	if (!shop->price_includes_tax || money_cmp(price, exact) == 0)
		return price;

	paid = money_round(money_mul(from->price, from->amount), method->step);
	digit = money_digit(shop->price_digits);
	for (i = 0; i < 3; i++)
	{
		Numeric		near = i == 0 ? price : (i == 1 ? money_add(price, digit) : money_sub(price, digit));

		if (money_cmp(total_at(method, near, quantity, taxes), paid) == 0)
			return near;
	}
	return price;
}

static void
compute_money(CartonaDraft *draft)
{
	const CartonaShop *shop = draft->shop;
	int			i;

	for (i = 0; i < draft->nlines; i++)
	{
		CartonaDraftLine *line = &draft->lines[i];
		CartonaTaxLine *amount = line->amount;

		amount->taxes = cartona_shop_line_taxes(shop, line->product->taxes, line->product->ntaxes,
												draft->partner.fiscal_position);
		amount->price = cartona_draft_price(shop, &draft->method, line->from, line->product, line->quantity, amount->taxes);
		amount->quantity = line->quantity;
		cartona_tax_line(&draft->method, amount);
	}
	cartona_tax_totals(&draft->method, draft->amounts, draft->nlines, &draft->totals);
	draft->taxes_left = list_member_int(shop->mixed_terms, draft->partner.payment_term);
	for (i = 0; i < draft->nlines; i++)
		draft->taxes_left = draft->taxes_left || draft->amounts[i].left;
}

typedef struct Finish
{
	CartonaDraft *draft;
	CartonaProduct **products;
	bool		exist;
} Finish;

/* What of a draft concerns its order alone. */
static bool
finish(void *arg)
{
	Finish	   *work = arg;

	if (work->draft->partner.id == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("the customer \"%s\" of the order is no longer in Odoo", work->draft->order->retailer.name),
				 errhint("Put cartona_id %s on the customer it belongs to.", work->draft->order->retailer.cartona_id)));
	choose_currency(work->draft, work->exist);
	choose_lines(work->draft, work->products);
	if (!work->exist)
		refuse_if_missing(work->draft);
	compute_money(work->draft);
	return true;
}

static void
find_partners(CartonaDraft *drafts, int n)
{
	CartonaRetailer *retailers = palloc((n + 1) * sizeof(CartonaRetailer));
	CartonaPartner *partners = palloc0((n + 1) * sizeof(CartonaPartner));
	int			i;

	for (i = 0; i < n; i++)
		retailers[i] = drafts[i].order->retailer;
	cartona_partner_get(drafts[0].shop, retailers, n, partners);
	for (i = 0; i < n; i++)
	{
		CartonaDraft *draft = &drafts[i];

		draft->partner = partners[i];
		draft->salesman = draft->partner.salesman;
		draft->team = draft->partner.team;
	}
}

/* The products of all lines of all drafts; products[i] is of draft i's first line. */
static void
find_products(CartonaDraft *drafts, int n, CartonaProduct ***products)
{
	CartonaProductKey *keys;
	CartonaProduct **found;
	int			nkeys = 0;
	int			i;
	int			k;

	for (i = 0; i < n; i++)
		nkeys += drafts[i].order->nlines;
	keys = palloc0((nkeys + 1) * sizeof(CartonaProductKey));
	nkeys = 0;
	for (i = 0; i < n; i++)
		for (k = 0; k < drafts[i].order->nlines; k++, nkeys++)
		{
			const CartonaOrderLine *line = &drafts[i].order->lines[k];

			keys[nkeys].lang = drafts[i].partner.lang;
			keys[nkeys].supplier_product_id = line->supplier_product_id;
			keys[nkeys].internal_id = line->internal_id;
			keys[nkeys].unit = line->unit;
			keys[nkeys].unit_count = line->unit_count;
		}
	found = cartona_product_find(drafts[0].shop, keys, nkeys);
	for (i = 0; i < n; i++)
	{
		products[i] = found;
		found += drafts[i].order->nlines;
	}
}

CartonaDraft *
cartona_draft_make(const CartonaShop *shop, const CartonaOrder *const *orders, int n, bool exist)
{
	CartonaDraft *drafts = palloc0((n + 1) * sizeof(CartonaDraft));
	CartonaProduct ***products = palloc0((n + 1) * sizeof(CartonaProduct **));
	TimestampTz now = GetCurrentTransactionStartTimestamp();
	int			i;

	if (n == 0)
		return drafts;
	for (i = 0; i < n; i++)
	{
		const CartonaOrder *order = orders[i];

		drafts[i].shop = shop;
		drafts[i].order = order;
		/* a TimestampTz counts from UTC, which is what Odoo stores */
		drafts[i].ordered_at = (Timestamp) (order->has_created_at && order->created_at <= now ? order->created_at : now);
	}
	find_partners(drafts, n);
	find_products(drafts, n, products);
	for (i = 0; i < n; i++)
	{
		Finish		work;

		work.draft = &drafts[i];
		work.products = products[i];
		work.exist = exist;
		/* what an order takes from a customer is known when he is there */
		if (drafts[i].partner.id == 0 && !exist)
			continue;
		(void) cartona_xact_try(finish, &work, &drafts[i].error);
	}
	return drafts;
}
