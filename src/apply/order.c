/*-------------------------------------------------------------------------
 *
 * order.c
 *	  A Cartona order as a sales order of Odoo's: customer, products, money,
 *	  rows.
 *
 * Neighbours: payload.c read it; shop.c, partner.c, product.c, tax.c,
 * sequence.c and writer.c know Odoo; apply.c calls.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context, which the caller resets.
 * Failure: throws with a reason a clerk understands; nothing is kept then.
 *
 * IDENTIFICATION
 *	  src/apply/order.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "apply/order.h"
#include "base/spi.h"
#include "odoo/money.h"
#include "odoo/product.h"
#include "odoo/sequence.h"
#include "odoo/writer.h"

/* A line that is written: what Cartona said, what Odoo has, what it costs. */
typedef struct Line
{
	const CartonaOrderLine *from;
	const CartonaProduct *product;
	Numeric		quantity;		/* in Odoo's unit */
} Line;

typedef struct Draft
{
	const CartonaShop *shop;
	const CartonaOrder *order;
	CartonaPartner partner;
	CartonaCurrency currency;
	CartonaTaxMethod method;
	Timestamp	ordered_at;		/* UTC, as Odoo keeps times */
	int32		pricelist;
	int32		salesman;
	int32		team;
	Line	   *lines;
	CartonaTaxLine *amounts;	/* one per line */
	int			nlines;
	CartonaTaxTotals totals;
	List	   *skipped;		/* of char *: a sentence per line left out */
} Draft;

/* What a clerk calls the line. */
static char *
line_name(const CartonaOrderLine *line, int number)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "line %d", number);
	if (line->product_name != NULL)
		appendStringInfo(&text, " \"%s\"", line->product_name);
	if (line->supplier_product_id != NULL)
		appendStringInfo(&text, ", supplier_product_id %s", line->supplier_product_id);
	if (line->internal_product_id != NULL)
		appendStringInfo(&text, ", internal_product_id %s", line->internal_product_id);
	appendStringInfo(&text, " (%s x %s)", money_text(line->amount), money_text(line->price));
	return text.data;
}

static void
find_products(Draft *draft)
{
	const CartonaOrder *order = draft->order;
	CartonaProductKey *keys = palloc0((order->nlines + 1) * sizeof(CartonaProductKey));
	CartonaProduct *products;
	int			i;

	for (i = 0; i < order->nlines; i++)
	{
		keys[i].supplier_product_id = order->lines[i].supplier_product_id;
		keys[i].internal_id = order->lines[i].internal_id;
	}
	products = cartona_product_find(draft->shop, draft->partner.lang, keys, order->nlines);

	draft->lines = palloc0((order->nlines + 1) * sizeof(Line));
	for (i = 0; i < order->nlines; i++)
	{
		Line	   *line = &draft->lines[draft->nlines];

		if (products[i].problem != NULL)
		{
			char	   *reason = psprintf("%s: %s", line_name(&order->lines[i], i + 1), products[i].problem);

			if (draft->shop->reject_missing)
				ereport(ERROR,
						(errcode(ERRCODE_NO_DATA_FOUND),
						 errmsg("%s", reason),
						 errhint("Map the product (cartona_id of its template, or cartona.product_map).")));
			draft->skipped = lappend(draft->skipped, reason);
			continue;
		}
		line->from = &order->lines[i];
		line->product = &products[i];
		line->quantity = money_round_digits(money_mul(line->from->amount, line->product->factor), draft->shop->quantity_digits);
		if (money_cmp(line->quantity, money_int(0)) <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_EXCEPTION),
					 errmsg("amount of %s is less than Odoo's smallest quantity", line_name(line->from, i + 1))));
		draft->nlines++;
	}
	if (draft->nlines == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("no valid line"),
				 draft->skipped ? errdetail("%s", (char *) linitial(draft->skipped)) : 0,
				 errhint("Map the product (cartona_id of its template, or cartona.product_map).")));
}

/*
 * Cartona's price is of one Cartona unit, Odoo's of one unit of the product;
 * with price_includes_tax it is what the retailer pays, so that taxes Odoo
 * adds on top are taken off first.
 */
static void
compute_money(Draft *draft)
{
	const CartonaShop *shop = draft->shop;
	int			i;

	draft->amounts = palloc0((draft->nlines + 1) * sizeof(CartonaTaxLine));
	for (i = 0; i < draft->nlines; i++)
	{
		Line	   *line = &draft->lines[i];
		CartonaTaxLine *amount = &draft->amounts[i];
		Numeric		price = line->from->price;

		if (money_cmp(line->product->factor, money_int(1)) != 0)
			price = money_div(price, line->product->factor);
		amount->taxes = cartona_shop_line_taxes(shop, line->product->taxes, line->product->ntaxes,
												draft->partner.fiscal_position);
		if (shop->price_includes_tax)
			price = cartona_tax_price_of_total(&draft->method, amount->taxes, price);
		amount->price = money_round_digits(price, shop->price_digits);
		amount->quantity = line->quantity;
		cartona_tax_line(&draft->method, amount);
	}
	cartona_tax_totals(&draft->method, draft->amounts, draft->nlines, &draft->totals);
}

static void
choose_currency(Draft *draft)
{
	const CartonaShop *shop = draft->shop;

	draft->pricelist = draft->partner.pricelist ? draft->partner.pricelist : cartona_shop_pricelist(shop);
	cartona_shop_currency(shop, draft->pricelist, draft->ordered_at, &draft->currency);
	if (draft->currency.name == NULL || strcmp(draft->currency.name, shop->account_currency) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order would be in %s, but Cartona's prices are in %s",
						draft->currency.name ? draft->currency.name : "no currency", shop->account_currency),
				 errhint("Set currency of account %d, or the customer's pricelist in Odoo.", shop->account)));
	draft->method = shop->taxes;
	draft->method.step = draft->currency.step;
}

/* Text from outside in an HTML column: Odoo cleans HTML when it writes, not when it reads. */
static char *
escape_html(const char *text)
{
	StringInfoData out;

	initStringInfo(&out);
	for (; *text; text++)
		switch (*text)
		{
			case '&':
				appendStringInfoString(&out, "&amp;");
				break;
			case '<':
				appendStringInfoString(&out, "&lt;");
				break;
			case '>':
				appendStringInfoString(&out, "&gt;");
				break;
			case '"':
				appendStringInfoString(&out, "&quot;");
				break;
			case '\'':
				appendStringInfoString(&out, "&#39;");
				break;
			case '\n':
				appendStringInfoString(&out, "<br>");
				break;
			default:
				appendStringInfoChar(&out, *text);
		}
	return out.data;
}

static void
append_note(StringInfo note, const char *text, bool html)
{
	if (html)
		appendStringInfo(note, "<p>%s</p>", escape_html(text));
	else
		appendStringInfo(note, "%s%s", note->len ? "\n" : "", text);
}

/* The company's terms (Odoo's own text), what the retailer wrote, what was left out. */
static char *
order_note(const Draft *draft)
{
	const CartonaShop *shop = draft->shop;
	StringInfoData note;
	ListCell   *cell;

	initStringInfo(&note);
	if (shop->terms != NULL)
		appendStringInfoString(&note, shop->terms);
	if (draft->order->note_message != NULL)
		append_note(&note, draft->order->note_message, shop->note_is_html);
	foreach(cell, draft->skipped)
		append_note(&note, psprintf("Not imported from Cartona: %s", (char *) lfirst(cell)), shop->note_is_html);
	/* an empty plain text is Odoo's own value; an empty HTML field is null */
	return note.len == 0 && shop->note_is_html ? NULL : note.data;
}

static void
set_value(Datum *values, char *nulls, int arg, Datum value, bool isnull)
{
	nulls[arg] = isnull ? 'n' : ' ';
	values[arg] = isnull ? (Datum) 0 : value;
}

static int32
insert_order(const Draft *draft)
{
	const CartonaShop *shop = draft->shop;
	const CartonaOrder *order = draft->order;
	DateADT		today = DatumGetDateADT(DirectFunctionCall1(timestamp_date,
															TimestampGetDatum(GetCurrentTransactionStartTimestamp())));
	Datum		values[ORDER_NARGS];
	char		nulls[ORDER_NARGS];

	cartona_spi_set_text(values, nulls, ORDER_CARTONA_ID, order->hashed_id);
	cartona_spi_set_id(values, nulls, ORDER_ACCOUNT, shop->account);
	cartona_spi_set_text(values, nulls, ORDER_DELIVERED_BY, order->delivered_by);
	cartona_spi_set_text(values, nulls, ORDER_CLIENT_REF, order->receipt_id ? order->receipt_id : order->hashed_id);
	set_value(values, nulls, ORDER_DATE, TimestampGetDatum(draft->ordered_at), false);
	cartona_spi_set_id(values, nulls, ORDER_COMPANY, shop->company);
	cartona_spi_set_id(values, nulls, ORDER_WAREHOUSE, shop->warehouse);
	cartona_spi_set_id(values, nulls, ORDER_PARTNER, draft->partner.id);
	cartona_spi_set_id(values, nulls, ORDER_INVOICE_TO, draft->partner.invoice_to);
	cartona_spi_set_id(values, nulls, ORDER_SHIP_TO, draft->partner.ship_to);
	cartona_spi_set_id(values, nulls, ORDER_SALESMAN, draft->salesman);
	cartona_spi_set_id(values, nulls, ORDER_TEAM, draft->team);
	cartona_spi_set_id(values, nulls, ORDER_PRICELIST, draft->pricelist);
	cartona_spi_set_id(values, nulls, ORDER_CURRENCY, draft->currency.id);
	set_value(values, nulls, ORDER_RATE, NumericGetDatum(draft->currency.rate), false);
	cartona_spi_set_id(values, nulls, ORDER_PAYMENT_TERM, draft->partner.payment_term);
	cartona_spi_set_id(values, nulls, ORDER_FISCAL_POSITION, draft->partner.fiscal_position);
	set_value(values, nulls, ORDER_VALIDITY, DateADTGetDatum(today + shop->validity_days), shop->validity_days <= 0);
	set_value(values, nulls, ORDER_SIGNATURE, BoolGetDatum(shop->require_signature), false);
	set_value(values, nulls, ORDER_PAYMENT, BoolGetDatum(shop->require_payment), false);
	set_value(values, nulls, ORDER_PREPAYMENT, Float8GetDatum(shop->prepayment), shop->prepayment < 0);
	cartona_spi_set_text(values, nulls, ORDER_NOTE, order_note(draft));
	set_value(values, nulls, ORDER_UNTAXED, NumericGetDatum(draft->totals.untaxed), false);
	set_value(values, nulls, ORDER_TAX, NumericGetDatum(draft->totals.tax), false);
	set_value(values, nulls, ORDER_TOTAL, NumericGetDatum(draft->totals.total), false);
	cartona_spi_set_id(values, nulls, ORDER_USER, shop->technical_user);

	/*
	 * the number last: a no_gap sequence stays locked from here to the end of
	 * the transaction
	 */
	cartona_spi_set_text(values, nulls, ORDER_NAME, cartona_sequence_next(shop->company, draft->ordered_at));

	if (cartona_writer_insert(&cartona_write_order, shop->company, values, nulls) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
				 errmsg("Odoo's table sale_order did not take the new order"),
				 errhint("Look for a trigger on sale_order that drops new rows.")));
	return cartona_spi_int32(0, 1);
}

static Datum
array_of(Datum *elements, bool *nulls, int n, Oid type, int16 len, bool byval, char align)
{
	int			lower = 1;

	return PointerGetDatum(construct_md_array(elements, nulls, 1, &n, &lower, type, len, byval, align));
}

/* One element per line of a parameter, as text, int4, numeric or float8. */
static Datum
line_values(const Draft *draft, int arg, Oid type)
{
	Datum	   *elements = palloc((draft->nlines + 1) * sizeof(Datum));
	bool	   *nulls = palloc0((draft->nlines + 1) * sizeof(bool));
	int			i;

	for (i = 0; i < draft->nlines; i++)
	{
		const Line *line = &draft->lines[i];
		const CartonaTaxLine *amount = &draft->amounts[i];
		Numeric		step = draft->currency.step;

		switch (arg)
		{
			case LINE_CARTONA_ID:
				nulls[i] = line->from->id == NULL;
				elements[i] = nulls[i] ? (Datum) 0 : CStringGetTextDatum(line->from->id);
				break;
			case LINE_PRODUCT:
				elements[i] = Int32GetDatum(line->product->id);
				break;
			case LINE_UOM:
				elements[i] = Int32GetDatum(line->product->uom);
				break;
			case LINE_NAME:
				elements[i] = CStringGetTextDatum(line->product->name);
				break;
			case LINE_QUANTITY:
				elements[i] = NumericGetDatum(line->quantity);
				break;
			case LINE_PRICE:
				elements[i] = NumericGetDatum(amount->price);
				break;
			case LINE_SUBTOTAL:
				elements[i] = NumericGetDatum(amount->subtotal);
				break;
			case LINE_TAX:
				elements[i] = NumericGetDatum(amount->tax);
				break;
			case LINE_TOTAL:
				elements[i] = NumericGetDatum(amount->total);
				break;
			case LINE_REDUCE_EXCL:
				elements[i] = NumericGetDatum(money_round(money_div(amount->subtotal, line->quantity), step));
				break;
			case LINE_REDUCE_INCL:
				elements[i] = NumericGetDatum(money_round(money_div(amount->total, line->quantity), step));
				break;
			case LINE_LEAD:
				elements[i] = Float8GetDatum(line->product->lead);
				break;
			case LINE_METHOD:
				elements[i] = CStringGetTextDatum(line->product->is_service ? "manual" : "stock_move");
				break;
			default:
				elog(ERROR, "parameter %d is not one of a line", arg);
		}
	}
	switch (type)
	{
		case INT4ARRAYOID:
			return array_of(elements, nulls, draft->nlines, INT4OID, 4, true, TYPALIGN_INT);
		case FLOAT8ARRAYOID:
			return array_of(elements, nulls, draft->nlines, FLOAT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE);
		case NUMERICARRAYOID:
			return array_of(elements, nulls, draft->nlines, NUMERICOID, -1, false, TYPALIGN_INT);
		default:
			return array_of(elements, nulls, draft->nlines, TEXTOID, -1, false, TYPALIGN_INT);
	}
}

/* All lines by one statement, then all their taxes by another. */
static void
insert_lines(const Draft *draft, int32 order_id)
{
	const CartonaShop *shop = draft->shop;
	Datum		values[LINE_NARGS];
	char		nulls[LINE_NARGS];
	Datum	   *line_ids;
	Datum	   *tax_ids;
	int			npairs = 0;
	int			i;

	memset(nulls, ' ', sizeof(nulls));
	for (i = LINE_CARTONA_ID; i <= LINE_METHOD; i++)
		values[i] = line_values(draft, i, cartona_write_lines.argtypes[i]);
	cartona_spi_set_id(values, nulls, LINE_ORDER, order_id);
	cartona_spi_set_id(values, nulls, LINE_COMPANY, shop->company);
	cartona_spi_set_id(values, nulls, LINE_CURRENCY, draft->currency.id);
	cartona_spi_set_id(values, nulls, LINE_PARTNER, draft->partner.id);
	cartona_spi_set_id(values, nulls, LINE_SALESMAN, draft->salesman);
	cartona_spi_set_id(values, nulls, LINE_WAREHOUSE, shop->warehouse);
	cartona_spi_set_id(values, nulls, LINE_USER, shop->technical_user);
	if (cartona_writer_insert(&cartona_write_lines, shop->company, values, nulls) != (uint64) draft->nlines)
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
				 errmsg("Odoo's table sale_order_line did not take all %d lines", draft->nlines),
				 errhint("Look for a trigger on sale_order_line that drops new rows.")));

	for (i = 0; i < draft->nlines; i++)
		npairs += list_length(draft->amounts[i].taxes);
	if (npairs == 0)
		return;
	line_ids = palloc(npairs * sizeof(Datum));
	tax_ids = palloc(npairs * sizeof(Datum));
	npairs = 0;
	for (i = 0; i < draft->nlines; i++)
	{
		ListCell   *cell;

		foreach(cell, draft->amounts[i].taxes)
		{
			line_ids[npairs] = Int32GetDatum(cartona_spi_int32(i, 1));
			tax_ids[npairs++] = Int32GetDatum(((CartonaTax *) lfirst(cell))->id);
		}
	}
	values[0] = array_of(line_ids, NULL, npairs, INT4OID, 4, true, TYPALIGN_INT);
	values[1] = array_of(tax_ids, NULL, npairs, INT4OID, 4, true, TYPALIGN_INT);
	(void) cartona_writer_insert(&cartona_write_line_taxes, shop->company, values, NULL);
}

static void
add_sentence(StringInfo text, const char *sentence)
{
	appendStringInfo(text, "%s%s", text->len ? "; " : "", sentence);
}

/* What a clerk should know: in the inbox, and as a problem where a human must act. */
static void
report(const Draft *draft, CartonaOrderResult *result)
{
	const CartonaOrder *order = draft->order;
	StringInfoData note;
	ListCell   *cell;

	initStringInfo(&note);
	foreach(cell, draft->skipped)
		add_sentence(&note, psprintf("not imported: %s", (char *) lfirst(cell)));
	if (note.len > 0)
		result->problem = pstrdup(note.data);
	if (order->strange_status != NULL)
		add_sentence(&note, psprintf("status %s is not known and was taken for pending", order->strange_status));
	if (draft->skipped == NIL && order->total_price != NULL &&
		money_cmp(order->total_price, draft->totals.total) != 0)
		add_sentence(&note, psprintf("the total is %s in Odoo and %s at Cartona",
									 money_text(draft->totals.total), money_text(order->total_price)));
	result->note = note.len > 0 ? note.data : NULL;
}

void
cartona_order_create(const CartonaShop *shop, const CartonaOrder *order, CartonaOrderResult *result)
{
	Draft		draft = {0};
	TimestampTz now = GetCurrentTransactionStartTimestamp();

	draft.shop = shop;
	draft.order = order;
	/* a TimestampTz counts from UTC, which is what Odoo stores */
	draft.ordered_at = (Timestamp) (order->has_created_at && order->created_at <= now ? order->created_at : now);

	cartona_partner_get(shop, &order->retailer, &draft.partner);
	draft.salesman = shop->salesman ? shop->salesman : draft.partner.salesman;
	if (draft.salesman == shop->technical_user)
		draft.salesman = 0;
	draft.team = shop->team ? shop->team : draft.partner.team;
	find_products(&draft);
	choose_currency(&draft);
	compute_money(&draft);

	memset(result, 0, sizeof(*result));
	result->order_id = insert_order(&draft);
	insert_lines(&draft, result->order_id);
	report(&draft, result);
}
