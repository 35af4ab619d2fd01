/*-------------------------------------------------------------------------
 *
 * fulfil.c
 *	  How far Odoo is with an order: its state, its deliveries, its lines.
 *
 * What belongs to an order's delivery is found from its lines' moves, along
 * the chains of pick, pack and ship: Odoo has indexes for these steps in every
 * version, and none for stock_picking.sale_id before 17.  A step is only taken
 * to moves whose picking is this order's, because a receipt can serve many.
 * Moves are looked at before lines: a line's delivered quantity is then never
 * older than the delivery it is sent with.
 *
 * Neighbours: push/level.c decides what Cartona is told of it.
 * Transactions: the caller's, with an SPI connection; only reads,
 * but for the one-time password.
 * Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/odoo/fulfil.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"

#include "base/spi.h"
#include "base/xact.h"
#include "odoo/catalog.h"
#include "odoo/fulfil.h"
#include "odoo/money.h"

PG_FUNCTION_INFO_V1(cartona_sql_forget_otp);

/* $1: order */
static CartonaQuery order_query = {
	"SELECT o.state::text, o.delivered_by::text, nullif(btrim({o.sale_order.cartona_otp|NULL::text}::text), '')"
	" FROM {sale_order} o WHERE o.id = $1",
	1, {INT4OID}
};

/*
 * $1: order; of the moves to the customer: is one done, is one reserved; is any
 * move of the order open, or yet to come; is there any.  A line is without any
 * move while its goods are asked of a vendor who sends them to the customer
 * himself, until that purchase is confirmed.
 */
static CartonaQuery moves_query = {
	"WITH RECURSIVE m AS ("
	" SELECT mv.id FROM {sale_order_line} l JOIN {stock_move} mv ON mv.sale_line_id = l.id WHERE l.order_id = $1"
	"{?stock_move_move_rel|"
	" UNION"
	" SELECT mv.id FROM m"
	" CROSS JOIN LATERAL (SELECT r.move_orig_id AS id FROM {stock_move_move_rel} r WHERE r.move_dest_id = m.id"
	"  UNION ALL SELECT r.move_dest_id FROM {stock_move_move_rel} r WHERE r.move_orig_id = m.id) n"
	" JOIN {stock_move} mv ON mv.id = n.id"
	" JOIN {stock_picking} p ON p.id = mv.picking_id AND {p.stock_picking.sale_id|NULL::int4} = $1"
	"|})"
	" SELECT coalesce(bool_or(mv.state = 'done' AND d.usage = 'customer'), false),"
	" coalesce(bool_or(mv.state = 'assigned' AND d.usage = 'customer'), false),"
	" coalesce(bool_or(mv.state NOT IN ('done', 'cancel')), false) OR EXISTS (SELECT FROM {sale_order_line} l"
	"  WHERE l.order_id = $1 AND l.display_type IS NULL AND {l.sale_order_line.qty_delivered_method|'manual'} = 'stock_move'"
	"  AND coalesce(l.product_uom_qty, 0) > coalesce({l.sale_order_line.qty_delivered|0}, 0)"
	"  AND NOT EXISTS (SELECT FROM {stock_move} lm WHERE lm.sale_line_id = l.id)), count(*) > 0"
	" FROM m JOIN {stock_move} mv ON mv.id = m.id JOIN {stock_location} d ON d.id = mv.location_dest_id",
	1, {INT4OID}
};

/* $1: order */
static CartonaQuery lines_query = {
	"SELECT l.id, l.cartona_line_id::text, l.product_id, {l.sale_order_line.product_uom_id|{l.sale_order_line.product_uom|NULL::int4}},"
	" coalesce(l.product_uom_qty, 0)::numeric,"
	" CASE WHEN {l.sale_order_line.qty_delivered_method|'manual'} = 'stock_move'"
	"  THEN greatest(coalesce({l.sale_order_line.qty_delivered|0}, 0), 0) ELSE coalesce(l.product_uom_qty, 0) END::numeric,"
	" (coalesce(l.price_unit, 0)::numeric * (100 - coalesce(l.discount, 0)::numeric) / 100)::numeric,"
	" CASE WHEN coalesce(l.product_uom_qty, 0) <> 0 THEN coalesce(l.price_total, 0)::numeric / l.product_uom_qty::numeric ELSE 0 END,"
	" {l.sale_order_line.qty_delivered_method|'manual'} = 'stock_move', l.name::text,"
	" coalesce({l.sale_order_line.qty_delivered|0}, 0) >= coalesce(l.product_uom_qty, 0)"
	" FROM {sale_order_line} l WHERE l.order_id = $1 AND l.display_type IS NULL ORDER BY l.sequence, l.id",
	1, {INT4OID}
};

/* $1: order */
static CartonaQuery forget_query = {
	"UPDATE {sale_order} o SET cartona_otp = NULL"
	" WHERE o.id = (SELECT x.id FROM {sale_order} x WHERE x.id = $1 AND x.cartona_otp IS NOT NULL FOR UPDATE SKIP LOCKED)",
	1, {INT4OID}
};

static void
read_moves(int32 order_id, CartonaFulfil *order)
{
	Datum		values[1] = {Int32GetDatum(order_id)};
	bool		some_done;
	bool		reserved;
	bool		open;

	if (!OidIsValid(cartona_catalog_column("stock_move", "sale_line_id")) ||
		!OidIsValid(cartona_catalog_table("stock_location")) ||
		!OidIsValid(cartona_catalog_table("stock_picking")) ||
		cartona_query_run(&moves_query, values, NULL) == 0)
		return;
	some_done = cartona_spi_bool(0, 1);
	reserved = cartona_spi_bool(0, 2);
	open = cartona_spi_bool(0, 3);
	order->moved = cartona_spi_bool(0, 4);
	order->ready = some_done || reserved;
	order->delivered = some_done && !open;
}

/* Nothing has to be moved for it, and all that Cartona ordered is entered as delivered. */
static bool
is_entered(const CartonaFulfil *order)
{
	bool		some = false;
	int			i;

	if (order->moved)
		return false;
	for (i = 0; i < order->nlines; i++)
	{
		const CartonaFulfilLine *line = &order->lines[i];

		if (line->from_stock)
			return false;
		if (line->cartona_id == NULL || money_cmp(line->ordered, money_int(0)) <= 0)
			continue;
		if (!line->entered)
			return false;
		some = true;
	}
	return some;
}

static void
read_lines(int32 order_id, CartonaFulfil *order)
{
	Datum		values[1] = {Int32GetDatum(order_id)};
	uint64		n = cartona_query_run(&lines_query, values, NULL);
	uint64		i;

	order->lines = palloc0((n + 1) * sizeof(CartonaFulfilLine));
	order->nlines = (int) n;
	for (i = 0; i < n; i++)
	{
		CartonaFulfilLine *line = &order->lines[i];

		line->id = cartona_spi_int32(i, 1);
		line->cartona_id = cartona_spi_text(i, 2, CurrentMemoryContext);
		line->product = cartona_spi_int32(i, 3);
		line->uom = cartona_spi_int32(i, 4);
		line->ordered = cartona_spi_numeric(i, 5);
		line->delivered = cartona_spi_numeric(i, 6);
		line->price = cartona_spi_numeric(i, 7);
		line->price_with_taxes = cartona_spi_numeric(i, 8);
		line->from_stock = cartona_spi_bool(i, 9);
		line->name = cartona_spi_text(i, 10, CurrentMemoryContext);
		line->entered = !line->from_stock && cartona_spi_bool(i, 11);
	}
}

bool
cartona_fulfil_read(int32 order_id, CartonaFulfil *order)
{
	Datum		values[1] = {Int32GetDatum(order_id)};

	memset(order, 0, sizeof(*order));
	if (cartona_query_run(&order_query, values, NULL) == 0)
		return false;
	order->state = cartona_spi_text(0, 1, CurrentMemoryContext);
	order->delivered_by = cartona_spi_text(0, 2, CurrentMemoryContext);
	order->otp = cartona_spi_text(0, 3, CurrentMemoryContext);
	order->confirmed = order->state != NULL &&
		(strcmp(order->state, "sale") == 0 || strcmp(order->state, "done") == 0);
	read_moves(order_id, order);
	read_lines(order_id, order);
	order->delivered = order->delivered || is_entered(order);
	return true;
}

void
cartona_fulfil_forget_otp(int32 order_id)
{
	Datum		values[1] = {Int32GetDatum(order_id)};

	if (OidIsValid(cartona_catalog_column("sale_order", "cartona_otp")))
		(void) cartona_query_run(&forget_query, values, NULL);
}

/* cartona._forget_otp(order_id): with the rights of Odoo's own role */
Datum
cartona_sql_forget_otp(PG_FUNCTION_ARGS)
{
	CartonaUser saved;

	if (!OidIsValid(cartona_odoo_owner()))
		PG_RETURN_VOID();
	SPI_connect();
	cartona_user_shed_superuser(&saved);
	cartona_fulfil_forget_otp(PG_GETARG_INT32(0));
	cartona_user_restore(&saved);
	SPI_finish();
	PG_RETURN_VOID();
}
