/*-------------------------------------------------------------------------
 *
 * existing.c
 *	  A sales order that is in Odoo: read under lock, edited, summed up again.
 *
 * Whoever saves the order in Odoo's screen writes its row as well as its
 * lines, under REPEATABLE READ.  So with the order's row locked and read here,
 * his change either is committed and seen, or fails in his transaction and is
 * repeated by Odoo on what we wrote.  We never wait for him: where a lock is
 * taken nothing is done, and the change is tried again a second later.
 *
 * An edit writes what Odoo would write for it: the line's own fields, what is
 * computed of them, and the sums of the order over all its lines, with the
 * lines a clerk added and the discounts he gave.
 *
 * Neighbours: apply/change.c decides; editor.c, tax.c, shop.c.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: throws; nothing is kept then.
 *
 * IDENTIFICATION
 *	  src/odoo/existing.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/xact.h"
#include "odoo/catalog.h"
#include "odoo/editor.h"
#include "odoo/existing.h"
#include "odoo/packaging.h"
#include "odoo/money.h"
#include "odoo/writer.h"

/* $1: order */
static CartonaQuery order_query = {
	"SELECT o.state::text, coalesce({o.sale_order.locked|false}, false), o.company_id, o.warehouse_id, o.partner_id, o.user_id,"
	" o.currency_id, cur.rounding::numeric, o.fiscal_position_id, o.note::text, o.commitment_date, o.payment_term_id,"
	" o.partner_shipping_id"
	" FROM {sale_order} o LEFT JOIN {res_currency} cur ON cur.id = o.currency_id"
	" WHERE o.id = $1 FOR UPDATE OF o SKIP LOCKED",
	1, {INT4OID}
};

/* $1: order; the last column: how many there are, locked or not */
static CartonaQuery lines_query = {
	"SELECT l.id, l.cartona_line_id::text, l.product_id, {l.sale_order_line.product_uom_id|{l.sale_order_line.product_uom|NULL::int4}},"
	" coalesce(l.product_uom_qty, 0)::numeric, coalesce(l.price_unit, 0)::numeric, coalesce(l.discount, 0)::numeric, l.name::text,"
	" l.display_type IS NOT NULL,"
	" ARRAY(SELECT r.account_tax_id FROM {account_tax_sale_order_line_rel} r WHERE r.sale_order_line_id = l.id),"
	" (SELECT count(*) FROM {sale_order_line} x WHERE x.order_id = $1)"
	" FROM {sale_order_line} l WHERE l.order_id = $1 ORDER BY l.sequence, l.id FOR UPDATE OF l SKIP LOCKED",
	1, {INT4OID}
};

static CartonaQuery count_query = {
	"SELECT count(*) FROM {sale_order_line} l WHERE l.order_id = $1",
	1, {INT4OID}
};

static List *
taxes_at(const CartonaShop *shop, uint64 row, int col)
{
	bool		isnull;
	Datum	   *elements;
	int			n;
	int			i;
	int32	   *ids;
	Datum		value = cartona_spi_datum(row, col, &isnull);

	deconstruct_array(DatumGetArrayTypeP(value), INT4OID, 4, true, TYPALIGN_INT, &elements, NULL, &n);
	ids = palloc((n + 1) * sizeof(int32));
	for (i = 0; i < n; i++)
		ids[i] = DatumGetInt32(elements[i]);
	return cartona_shop_taxes(shop, ids, n);
}

/* False where one of them is locked. */
static bool
read_lines(const CartonaShop *shop, CartonaExisting *order)
{
	Datum		values[1] = {Int32GetDatum(order->id)};
	uint64		n = cartona_query_run(&lines_query, values, NULL);
	uint64		i;

	if (n > 0 && n != (uint64) cartona_spi_int64(0, 11))
		return false;
	order->lines = palloc0((n + 1) * sizeof(CartonaExistingLine));
	order->nlines = (int) n;
	for (i = 0; i < n; i++)
	{
		CartonaExistingLine *line = &order->lines[i];

		line->id = cartona_spi_int32(i, 1);
		line->cartona_id = cartona_spi_text(i, 2, CurrentMemoryContext);
		line->product = cartona_spi_int32(i, 3);
		line->uom = cartona_spi_int32(i, 4);
		line->quantity = cartona_spi_numeric(i, 5);
		line->price = cartona_spi_numeric(i, 6);
		line->discount = cartona_spi_numeric(i, 7);
		line->name = cartona_spi_text(i, 8, CurrentMemoryContext);
		line->is_text = cartona_spi_bool(i, 9);
		/* of an order that was moved to another company nothing is computed */
		line->taxes = order->company == shop->company ? taxes_at(shop, i, 10) : NIL;
	}
	return n > 0 || (cartona_query_run(&count_query, values, NULL) > 0 && cartona_spi_int64(0, 1) == 0);
}

bool
cartona_existing_lock(const CartonaShop *shop, int32 order_id, CartonaExisting *order)
{
	Datum		values[1] = {Int32GetDatum(order_id)};
	bool		isnull;

	memset(order, 0, sizeof(*order));
	order->id = order_id;
	if (cartona_query_run(&order_query, values, NULL) == 0)
		return false;
	order->state = cartona_spi_text(0, 1, CurrentMemoryContext);
	order->locked = cartona_spi_bool(0, 2);
	order->company = cartona_spi_int32(0, 3);
	order->warehouse = cartona_spi_int32(0, 4);
	order->partner = cartona_spi_int32(0, 5);
	order->salesman = cartona_spi_int32(0, 6);
	order->currency = cartona_spi_int32(0, 7);
	order->step = cartona_spi_numeric(0, 8);
	order->fiscal_position = cartona_spi_int32(0, 9);
	order->note = cartona_spi_text(0, 10, CurrentMemoryContext);
	order->commitment = DatumGetTimestamp(cartona_spi_datum(0, 11, &isnull));
	order->has_commitment = !isnull;
	order->payment_term = cartona_spi_int32(0, 12);
	order->ship_to = cartona_spi_int32(0, 13);
	return read_lines(shop, order);
}

/* What a line costs. */
static void
line_amount(const CartonaTaxMethod *method, const CartonaExistingLine *line, CartonaTaxLine *amount)
{
	Numeric		hundred = money_int(100);

	memset(amount, 0, sizeof(*amount));
	amount->price = money_div(money_mul(line->price, money_sub(hundred, line->discount)), hundred);
	amount->quantity = line->quantity;
	amount->taxes = line->taxes;
	cartona_tax_line(method, amount);
}

/* $1: lines */
static CartonaQuery remove_taxes_query = {
	"DELETE FROM {account_tax_sale_order_line_rel} r WHERE r.sale_order_line_id = ANY ($1)",
	1, {INT4ARRAYOID}
};

/* $1: lines */
static CartonaQuery remove_lines_query = {
	"DELETE FROM {sale_order_line} l WHERE l.id = ANY ($1)",
	1, {INT4ARRAYOID}
};

/*
 * $1: line, $2: quantity, $3: price, $4: name, $5: subtotal, $6: tax, $7: total, $8, $9: per
 * piece without and with taxes, $10: price after the discount, $11: user,
 * $12: product, $13: unit, $14: lead, $15: method (the last two null: as they are)
 */
static const CartonaEdit line_edits[] = {
	{"product_id", "$12"},
	{"product_uom", "$13"},
	{"product_uom_id", "$13"},
	{"name", "$4"},
	{"product_uom_qty", "$2"},
	/* as Odoo has it after such an edit: the one for the new quantity, else the one that was there */
	{"product_packaging_id", "CASE WHEN t.product_uom_qty = $2 AND t.product_id = $12 THEN t.product_packaging_id ELSE"
		" coalesce(" CARTONA_PACKAGING("pk.id", "$12", "$13", "$2", "t.company_id") ","
	" CASE WHEN t.product_id = $12 THEN t.product_packaging_id END) END"},
	{"product_packaging_qty", "CASE WHEN t.product_uom_qty = $2 AND t.product_id = $12 THEN t.product_packaging_qty ELSE"
		" coalesce(" CARTONA_PACKAGING("$2 / pk.qty::numeric", "$12", "$13", "$2", "t.company_id") ","
	" CASE WHEN t.product_id = $12 THEN " CARTONA_PACKAGING_COUNT("t.product_packaging_id", "$2") " END, 0) END"},
	{"price_unit", "$3"},
	/* as at creation: Odoo then takes the price for one a person gave */
	{"technical_price_unit", "CASE WHEN $3 = 0 THEN 1 END"},
	{"price_subtotal", "$5"},
	{"price_tax", "$6"},
	{"price_total", "$7"},
	{"price_reduce", "$10"},
	{"price_reduce_taxexcl", "$8"},
	{"price_reduce_taxinc", "$9"},
	{"customer_lead", "coalesce($14, t.customer_lead)"},
	{"qty_delivered_method", "coalesce($15, t.qty_delivered_method)"},
	{"write_uid", "$11"},
	{"write_date", "(now() AT TIME ZONE 'UTC')"},
	{NULL}
};

static CartonaEditor line_editor = {
	"sale_order_line", line_edits, "t.id = $1", 15,
	{INT4OID, NUMERICOID, NUMERICOID, TEXTOID, NUMERICOID, NUMERICOID, NUMERICOID, NUMERICOID, NUMERICOID, NUMERICOID, INT4OID,
	INT4OID, INT4OID, FLOAT8OID, TEXTOID}
};

/* $1: order, $2: untaxed, $3: tax, $4: total, $5: user, $6, $7: note and whether it is new, $8, $9: likewise the day, $10: delivery address */
static const CartonaEdit order_edits[] = {
	{"amount_untaxed", "$2"},
	{"amount_tax", "$3"},
	{"amount_total", "$4"},
	{"amount_to_invoice", "$4"},	/* stored in Odoo 17 only */
	{"note", "CASE WHEN $7 THEN $6 ELSE t.note END"},
	{"commitment_date", "CASE WHEN $9 THEN $8 ELSE t.commitment_date END"},
	{"partner_shipping_id", "coalesce($10, t.partner_shipping_id)"},
	{"write_uid", "$5"},
	{"write_date", "(now() AT TIME ZONE 'UTC')"},
	{NULL}
};

static CartonaEditor order_editor = {
	"sale_order", order_edits, "t.id = $1", 10,
	{INT4OID, NUMERICOID, NUMERICOID, NUMERICOID, INT4OID, TEXTOID, BOOLOID, TIMESTAMPOID, BOOLOID, INT4OID}
};

static Datum
ids_datum(Datum *ids, int n)
{
	return PointerGetDatum(construct_array(ids, n, INT4OID, 4, true, TYPALIGN_INT));
}

static void
need_one(uint64 rows, const char *table)
{
	if (rows != 1)
		ereport(ERROR,
				(errcode(ERRCODE_TRIGGERED_DATA_CHANGE_VIOLATION),
				 errmsg("Odoo's table %s did not take the change of an order", table),
				 errhint("Look for a trigger on %s that drops changes.", table)));
}

static Numeric
per_piece(Numeric amount, const CartonaExistingLine *line, Numeric step)
{
	if (money_cmp(line->quantity, money_int(0)) == 0)
		return money_int(0);
	return money_round(money_div(amount, line->quantity), step);
}

/* The taxes of a line whose product is another one now. */
static void
replace_taxes(const CartonaShop *shop, const CartonaExistingLine *line)
{
	CartonaWriterRows *rows = cartona_writer_rows(&cartona_write_line_taxes, list_length(line->taxes));
	Datum		id = Int32GetDatum(line->id);
	Datum		values[1];
	ListCell   *cell;
	int			i = 0;

	values[0] = ids_datum(&id, 1);
	(void) cartona_query_run(&remove_taxes_query, values, NULL);
	if (line->taxes == NIL)
		return;
	foreach(cell, line->taxes)
	{
		cartona_writer_set_id(rows, i, LINE_TAX_LINE, line->id);
		cartona_writer_set_id(rows, i++, LINE_TAX_TAX, ((CartonaTax *) lfirst(cell))->id);
	}
	(void) cartona_writer_insert(rows, shop->company);
}

static void
write_line(const CartonaShop *shop, const CartonaTaxMethod *method, const CartonaExistingLine *line, const CartonaTaxLine *amount)
{
	Datum		values[15];
	char		nulls[15];

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int32GetDatum(line->id);
	values[1] = NumericGetDatum(line->quantity);
	values[2] = NumericGetDatum(line->price);
	cartona_spi_set_text(values, nulls, 3, line->name);
	values[4] = NumericGetDatum(amount->subtotal);
	values[5] = NumericGetDatum(amount->tax);
	values[6] = NumericGetDatum(amount->total);
	values[7] = NumericGetDatum(per_piece(amount->subtotal, line, method->step));
	values[8] = NumericGetDatum(per_piece(amount->total, line, method->step));
	values[9] = NumericGetDatum(money_round_digits(amount->price, shop->price_digits));
	values[10] = Int32GetDatum(shop->technical_user);
	values[11] = Int32GetDatum(line->product);
	values[12] = Int32GetDatum(line->uom);
	values[13] = Float8GetDatum(line->lead);
	nulls[13] = line->other_product ? ' ' : 'n';
	cartona_spi_set_text(values, nulls, 14, line->other_product ? line->method : NULL);
	need_one(cartona_editor_run(&line_editor, values, nulls), "sale_order_line");
	if (line->other_product)
		replace_taxes(shop, line);
}

static void
remove_lines(const CartonaExisting *order)
{
	Datum	   *ids = palloc((order->nlines + 1) * sizeof(Datum));
	Datum		values[1];
	int			n = 0;
	int			i;

	for (i = 0; i < order->nlines; i++)
		if (order->lines[i].removed)
			ids[n++] = Int32GetDatum(order->lines[i].id);
	if (n == 0)
		return;
	values[0] = ids_datum(ids, n);
	/* triggers of other modules may rely on Odoo's own path */
	cartona_path_odoo();
	(void) cartona_query_run(&remove_taxes_query, values, NULL);
	(void) cartona_query_run(&remove_lines_query, values, NULL);
	cartona_path_own();
}

static void
write_order(const CartonaShop *shop, const CartonaExisting *order, const CartonaTaxTotals *totals)
{
	Datum		values[10];
	char		nulls[10];

	memset(nulls, ' ', sizeof(nulls));
	values[0] = Int32GetDatum(order->id);
	values[1] = NumericGetDatum(totals->untaxed);
	values[2] = NumericGetDatum(totals->tax);
	values[3] = NumericGetDatum(totals->total);
	values[4] = Int32GetDatum(shop->technical_user);
	cartona_spi_set_text(values, nulls, 5, order->note);
	values[6] = BoolGetDatum(order->note_changed);
	values[7] = TimestampGetDatum(order->commitment);
	nulls[7] = order->has_commitment ? ' ' : 'n';
	values[8] = BoolGetDatum(order->commitment_changed);
	values[9] = Int32GetDatum(order->ship_to);
	nulls[9] = order->ship_to_changed ? ' ' : 'n';
	need_one(cartona_editor_run(&order_editor, values, nulls), "sale_order");
}

bool
cartona_existing_write(const CartonaShop *shop, const CartonaTaxMethod *method, CartonaExisting *order,
					   const CartonaTaxLine *added, int nadded)
{
	CartonaTaxLine *amounts = palloc0((order->nlines + nadded + 1) * sizeof(CartonaTaxLine));
	CartonaTaxTotals totals;
	bool		left = list_member_int(shop->mixed_terms, order->payment_term);
	int			n = 0;
	int			i;

	remove_lines(order);
	for (i = 0; i < order->nlines; i++)
	{
		CartonaExistingLine *line = &order->lines[i];

		if (line->removed || line->is_text)
			continue;
		line_amount(method, line, &amounts[n]);
		if (line->changed)
			write_line(shop, method, line, &amounts[n]);
		n++;
	}
	for (i = 0; i < nadded; i++)
		amounts[n++] = added[i];
	cartona_tax_totals(method, amounts, n, &totals);
	write_order(shop, order, &totals);
	for (i = 0; i < n; i++)
		left = left || amounts[i].left;
	return left;
}
