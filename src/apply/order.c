/*-------------------------------------------------------------------------
 *
 * order.c
 *	  Drafts as sales orders of Odoo's: one INSERT per table for all of them.
 *
 * Neighbours: draft.c decided; sequence.c numbers, writer.c and columns.c know
 * the tables, note.c words the notes, chatter.c writes one; row.c calls.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context, which the caller resets.
 * Failure: what Odoo's tables refuse is thrown; nothing is kept then.
 *
 * IDENTIFICATION
 *	  src/apply/order.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/timestamp.h"

#include "apply/note.h"
#include "apply/order.h"
#include "capture/capture.h"
#include "odoo/chatter.h"
#include "odoo/money.h"
#include "odoo/sequence.h"
#include "odoo/writer.h"

static void
set_order(CartonaWriterRows *rows, int at, const CartonaDraft *draft)
{
	const CartonaShop *shop = draft->shop;
	const CartonaOrder *order = draft->order;
	Timestamp	ready;

	cartona_writer_set_text(rows, at, ORDER_CARTONA_ID, order->hashed_id);
	cartona_writer_set_id(rows, at, ORDER_ACCOUNT, shop->account);
	cartona_writer_set_text(rows, at, ORDER_DELIVERED_BY, order->delivered_by);
	cartona_writer_set_text(rows, at, ORDER_CLIENT_REF, order->receipt_id ? order->receipt_id : order->hashed_id);
	cartona_writer_set(rows, at, ORDER_DATE, TimestampGetDatum(draft->ordered_at));
	cartona_writer_set_id(rows, at, ORDER_COMPANY, shop->company);
	cartona_writer_set_id(rows, at, ORDER_WAREHOUSE, draft->partner.warehouse);
	cartona_writer_set_id(rows, at, ORDER_PARTNER, draft->partner.id);
	cartona_writer_set_id(rows, at, ORDER_INVOICE_TO, draft->partner.invoice_to);
	cartona_writer_set_id(rows, at, ORDER_SHIP_TO, draft->partner.ship_to);
	cartona_writer_set_id(rows, at, ORDER_SALESMAN, draft->salesman);
	cartona_writer_set_id(rows, at, ORDER_TEAM, draft->team);
	cartona_writer_set_id(rows, at, ORDER_PRICELIST, draft->pricelist);
	cartona_writer_set_id(rows, at, ORDER_CURRENCY, draft->currency.id);
	cartona_writer_set(rows, at, ORDER_RATE, NumericGetDatum(draft->currency.rate));
	cartona_writer_set_id(rows, at, ORDER_PAYMENT_TERM, draft->partner.payment_term);
	cartona_writer_set_id(rows, at, ORDER_PAYMENT_METHOD, draft->partner.payment_method);
	cartona_writer_set_id(rows, at, ORDER_FISCAL_POSITION, draft->partner.fiscal_position);
	if (shop->expires)
		cartona_writer_set(rows, at, ORDER_VALIDITY, DateADTGetDatum(shop->expires_at));
	cartona_writer_set(rows, at, ORDER_SIGNATURE, BoolGetDatum(shop->require_signature));
	cartona_writer_set(rows, at, ORDER_PAYMENT, BoolGetDatum(shop->require_payment));
	if (shop->prepayment >= 0)
		cartona_writer_set(rows, at, ORDER_PREPAYMENT, Float8GetDatum(shop->prepayment));
	cartona_writer_set_text(rows, at, ORDER_NOTE, cartona_note_order(draft));
	if (cartona_payload_commitment(order, &ready))
		cartona_writer_set(rows, at, ORDER_COMMITMENT, TimestampGetDatum(ready));
	cartona_writer_set_id(rows, at, ORDER_SOURCE, shop->source);
	cartona_writer_set(rows, at, ORDER_UNTAXED, NumericGetDatum(draft->totals.untaxed));
	cartona_writer_set(rows, at, ORDER_TAX, NumericGetDatum(draft->totals.tax));
	cartona_writer_set(rows, at, ORDER_TOTAL, NumericGetDatum(draft->totals.total));
	cartona_writer_set_id(rows, at, ORDER_USER, shop->technical_user);
}

/*
 * The numbers last: a no_gap sequence stays locked from here to the end of the
 * transaction.
 */
static void
set_numbers(CartonaWriterRows *rows, const CartonaDraft *drafts, int n)
{
	Timestamp  *times = palloc((n + 1) * sizeof(Timestamp));
	char	  **names = palloc0((n + 1) * sizeof(char *));
	int			i;

	for (i = 0; i < n; i++)
		times[i] = drafts[i].ordered_at;
	cartona_sequence_take(drafts[0].shop->company, drafts[0].shop->zone, times, n, names);
	for (i = 0; i < n; i++)
		cartona_writer_set_text(rows, i, ORDER_NAME, names[i]);
}

static int32 *
insert_orders(const CartonaDraft *drafts, int n)
{
	CartonaWriterRows *rows = cartona_writer_rows(&cartona_write_order, n);
	int			i;

	for (i = 0; i < n; i++)
		set_order(rows, i, &drafts[i]);
	set_numbers(rows, drafts, n);
	return cartona_writer_insert(rows, drafts[0].shop->company);
}

static void
set_line(CartonaWriterRows *rows, int at, const CartonaDraft *draft, const CartonaDraftLine *line, int32 order_id)
{
	const CartonaTaxLine *amount = line->amount;
	Numeric		step = draft->currency.step;

	cartona_writer_set_text(rows, at, LINE_CARTONA_ID, line->from->id);
	cartona_writer_set_id(rows, at, LINE_PRODUCT, line->product->id);
	cartona_writer_set_id(rows, at, LINE_UOM, line->product->uom);
	cartona_writer_set_text(rows, at, LINE_NAME, cartona_note_line(line->from, line->product->name));
	cartona_writer_set(rows, at, LINE_QUANTITY, NumericGetDatum(line->quantity));
	cartona_writer_set(rows, at, LINE_PRICE, NumericGetDatum(amount->price));
	cartona_writer_set(rows, at, LINE_SUBTOTAL, NumericGetDatum(amount->subtotal));
	cartona_writer_set(rows, at, LINE_TAX, NumericGetDatum(amount->tax));
	cartona_writer_set(rows, at, LINE_TOTAL, NumericGetDatum(amount->total));
	cartona_writer_set(rows, at, LINE_REDUCE_EXCL,
					   NumericGetDatum(money_round(money_div(amount->subtotal, line->quantity), step)));
	cartona_writer_set(rows, at, LINE_REDUCE_INCL,
					   NumericGetDatum(money_round(money_div(amount->total, line->quantity), step)));
	cartona_writer_set(rows, at, LINE_LEAD, Float8GetDatum(line->product->lead));
	cartona_writer_set_text(rows, at, LINE_METHOD, line->product->method);
	cartona_writer_set_id(rows, at, LINE_ORDER, order_id);
	cartona_writer_set_id(rows, at, LINE_COMPANY, draft->shop->company);
	cartona_writer_set_id(rows, at, LINE_CURRENCY, draft->currency.id);
	cartona_writer_set_id(rows, at, LINE_PARTNER, draft->partner.id);
	cartona_writer_set_id(rows, at, LINE_SALESMAN, draft->salesman);
	cartona_writer_set_id(rows, at, LINE_WAREHOUSE, draft->partner.warehouse);
	cartona_writer_set_id(rows, at, LINE_USER, draft->shop->technical_user);
}

static void
insert_lines(const CartonaDraft *drafts, int n, CartonaOrderMade *made)
{
	CartonaWriterRows *rows;
	int32	   *ids;
	int			nlines = 0;
	int			i;
	int			k;

	for (i = 0; i < n; i++)
		nlines += drafts[i].nlines;
	rows = cartona_writer_rows(&cartona_write_lines, nlines);
	nlines = 0;
	for (i = 0; i < n; i++)
		for (k = 0; k < drafts[i].nlines; k++)
			set_line(rows, nlines++, &drafts[i], &drafts[i].lines[k], made[i].id);
	ids = cartona_writer_insert(rows, drafts[0].shop->company);
	for (i = 0; i < n; i++)
	{
		made[i].line_ids = ids;
		ids += drafts[i].nlines;
	}
}

static void
insert_line_taxes(const CartonaDraft *drafts, int n, const CartonaOrderMade *made)
{
	CartonaWriterRows *rows;
	int			npairs = 0;
	int			i;
	int			k;
	ListCell   *cell;

	for (i = 0; i < n; i++)
		for (k = 0; k < drafts[i].nlines; k++)
			npairs += list_length(drafts[i].lines[k].amount->taxes);
	rows = cartona_writer_rows(&cartona_write_line_taxes, npairs);
	npairs = 0;
	for (i = 0; i < n; i++)
		for (k = 0; k < drafts[i].nlines; k++)
			foreach(cell, drafts[i].lines[k].amount->taxes)
		{
			cartona_writer_set_id(rows, npairs, LINE_TAX_LINE, made[i].line_ids[k]);
			cartona_writer_set_id(rows, npairs++, LINE_TAX_TAX, ((CartonaTax *) lfirst(cell))->id);
		}
	(void) cartona_writer_insert(rows, drafts[0].shop->company);
}

static void
write_chatter(const CartonaDraft *drafts, int n, const CartonaOrderMade *made)
{
	CartonaChatter *notes = palloc((n + 1) * sizeof(CartonaChatter));
	int			i;

	for (i = 0; i < n; i++)
	{
		notes[i].order_id = made[i].id;
		notes[i].text = cartona_note_chatter(&drafts[i]);
	}
	cartona_chatter_write(drafts[0].shop, notes, n);
}

static void
insert_all(const CartonaDraft *drafts, int n, CartonaOrderMade *made)
{
	int32	   *ids = insert_orders(drafts, n);
	int			i;

	for (i = 0; i < n; i++)
		made[i].id = ids[i];
	insert_lines(drafts, n, made);
	insert_line_taxes(drafts, n, made);
	write_chatter(drafts, n, made);
}

CartonaOrderMade *
cartona_order_create(const CartonaDraft *drafts, int n)
{
	CartonaOrderMade *made = palloc0((n + 1) * sizeof(CartonaOrderMade));

	if (n == 0)
		return made;
	PG_TRY();
	{
		cartona_capture_importing = true;
		insert_all(drafts, n, made);
	}
	PG_FINALLY();
	{
		cartona_capture_importing = false;
	}
	PG_END_TRY();
	return made;
}

int32 *
cartona_order_add(const CartonaDraft *draft, int32 order_id, int32 warehouse)
{
	CartonaWriterRows *rows = cartona_writer_rows(&cartona_write_lines, draft->nlines);
	CartonaOrderMade made;
	int			i;

	made.id = order_id;
	made.line_ids = NULL;
	if (draft->nlines == 0)
		return NULL;
	for (i = 0; i < draft->nlines; i++)
	{
		set_line(rows, i, draft, &draft->lines[i], order_id);
		cartona_writer_set_id(rows, i, LINE_WAREHOUSE, warehouse);
	}
	made.line_ids = cartona_writer_insert(rows, draft->shop->company);
	insert_line_taxes(draft, 1, &made);
	return made.line_ids;
}
