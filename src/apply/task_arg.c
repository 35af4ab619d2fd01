/*-------------------------------------------------------------------------
 *
 * task_arg.c
 *	  What Odoo is told about an order: all of it, to make it; or the names of
 *	  the columns that it must still compute.
 *
 * Field names are those of Odoo's models; where versions differ both are given
 * and Odoo takes the one it knows.  Values that Odoo would find by itself are
 * given all the same where the account or the customer decides them, so that an
 * order is the same whoever writes it.
 *
 * Neighbours: draft.c decided the order; row.c asks; task.c adds the rows;
 * bridge.sql reads them.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: throws what the database does.
 *
 * IDENTIFICATION
 *	  src/apply/task_arg.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "pgtime.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/timestamp.h"

#include "apply/known.h"
#include "apply/lines.h"
#include "apply/note.h"
#include "apply/task.h"
#include "base/spi.h"
#include "odoo/catalog.h"
#include "odoo/customer.h"
#include "odoo/money.h"
#include "odoo/writer.h"

/* A member's name, after a comma where one is needed. */
static void
add_name(StringInfo json, const char *name)
{
	char		last = json->len > 0 ? json->data[json->len - 1] : '{';

	if (last != '{' && last != '[')
		appendStringInfoString(json, ", ");
	escape_json(json, name);
	appendStringInfoString(json, ": ");
}

/* NULL: no member. */
static void
add_text(StringInfo json, const char *name, const char *value)
{
	if (value == NULL)
		return;
	add_name(json, name);
	escape_json(json, value);
}

/* 0: no member; or false, which is Odoo's word for none. */
static void
add_id(StringInfo json, const char *name, int32 id, bool or_false)
{
	if (id == 0 && !or_false)
		return;
	add_name(json, name);
	if (id == 0)
		appendStringInfoString(json, "false");
	else
		appendStringInfo(json, "%d", id);
}

static void
add_number(StringInfo json, const char *name, Numeric value)
{
	add_name(json, name);
	appendStringInfoString(json, money_text(value));
}

/* As Odoo takes times: UTC, whole seconds. */
static char *
time_text(Timestamp at)
{
	struct pg_tm tm;
	fsec_t		fsec;

	if (timestamp2tm(at, NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	return psprintf("%04d-%02d-%02d %02d:%02d:%02d", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static char *
customer_arg(const CartonaDraft *draft)
{
	const CartonaShop *shop = draft->shop;
	const CartonaRetailer *retailer = &draft->order->retailer;
	bool		has_mobile = OidIsValid(cartona_catalog_column("res_partner", "mobile"));
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	add_text(&json, "lang", shop->lang);
	add_text(&json, "cartona_id", retailer->cartona_id);
	add_name(&json, "values");
	appendStringInfoChar(&json, '{');
	add_text(&json, "name", retailer->name);
	add_text(&json, "phone", retailer->phone);
	add_text(&json, "mobile", retailer->phone2);
	add_text(&json, "email", retailer->email);
	add_text(&json, "street", retailer->address);
	add_text(&json, "street2", retailer->address_notes);
	add_text(&json, "comment", cartona_contact_comment(retailer->cartona_id, has_mobile ? NULL : retailer->phone2,
													   cartona_writer_is_html("res.partner", "comment")));
	add_id(&json, "country_id", shop->country, false);
	add_text(&json, "lang", shop->lang);
	add_id(&json, "customer_rank", 1, false);
	appendStringInfoString(&json, "}}");
	return json.data;
}

static void
add_order(StringInfo json, const CartonaDraft *draft)
{
	const CartonaShop *shop = draft->shop;
	const CartonaOrder *order = draft->order;
	Timestamp	ready;

	add_name(json, "order");
	appendStringInfoChar(json, '{');
	add_id(json, "partner_id", draft->partner.id, false);
	add_id(json, "partner_invoice_id", draft->partner.invoice_to, false);
	add_id(json, "partner_shipping_id", draft->partner.ship_to, false);
	add_id(json, "company_id", shop->company, false);
	add_id(json, "warehouse_id", draft->partner.warehouse, false);
	add_text(json, "date_order", time_text(draft->ordered_at));
	add_text(json, "origin", "Cartona");
	add_text(json, "client_order_ref", order->receipt_id ? order->receipt_id : order->hashed_id);
	add_id(json, "user_id", draft->salesman, true);
	add_id(json, "team_id", draft->team, true);
	add_id(json, "pricelist_id", draft->pricelist, false);
	add_id(json, "payment_term_id", draft->partner.payment_term, true);
	add_id(json, "fiscal_position_id", draft->partner.fiscal_position, true);
	add_text(json, "note", cartona_note_order(draft));
	if (cartona_payload_commitment(order, &ready))
		add_text(json, "commitment_date", time_text(ready));
	add_id(json, "source_id", shop->source, false);
	appendStringInfoChar(json, '}');
}

static void
add_lines(StringInfo json, const CartonaDraft *draft)
{
	int			i;

	add_name(json, "lines");
	appendStringInfoChar(json, '[');
	for (i = 0; i < draft->nlines; i++)
	{
		const CartonaDraftLine *line = &draft->lines[i];

		appendStringInfoString(json, i > 0 ? ", {" : "{");
		add_text(json, "cartona_line_id", line->from->id);
		add_id(json, "product_id", line->product->id, false);
		add_id(json, "product_uom", line->product->uom, false);
		add_id(json, "product_uom_id", line->product->uom, false);
		add_number(json, "product_uom_qty", line->quantity);
		add_number(json, "price_unit", line->amount->price);
		/* else Odoo takes the discount of the customer's pricelist off the agreed price */
		add_number(json, "discount", money_int(0));
		/* else Odoo words it, the same way */
		if (line->from->comment != NULL)
			add_text(json, "name", cartona_note_line(line->from, line->product->name));
		appendStringInfoChar(json, '}');
	}
	appendStringInfoChar(json, ']');
}

/* Cartona's total, where Odoo's should be the same. */
static void
add_total(StringInfo json, const CartonaDraft *draft)
{
	if (draft->nskipped == 0 && draft->order->total_price != NULL && !cartona_note_tax_on_top(draft))
		add_text(json, "total_price", money_text(money_round(draft->order->total_price, draft->currency.step)));
}

/*
 * What is ours about the order, for cartona._task_created().  The total is
 * compared there, with what Odoo made of it, so the notes must not.
 */
static void
add_ours(StringInfo json, const CartonaDraft *draft)
{
	const CartonaOrder *order = draft->order;
	CartonaOrder quiet_order = *order;
	CartonaDraft quiet = *draft;
	CartonaHead head;
	int32	   *places = palloc((draft->nlines + 1) * sizeof(int32));
	int			i;

	quiet_order.total_price = NULL;
	quiet.order = &quiet_order;
	quiet.taxes_left = false;
	for (i = 0; i < draft->nlines; i++)
		places[i] = i + 1;

	add_name(json, "ours");
	appendStringInfoChar(json, '{');
	add_id(json, "account_id", draft->shop->account, false);
	add_text(json, "cartona_id", order->hashed_id);
	add_text(json, "delivered_by", order->delivered_by);
	add_text(json, "currency", draft->currency.name);
	add_text(json, "status", order->status);
	add_text(json, "retailer", order->retailer.cartona_id);
	if (order->has_created_at)
		add_text(json, "ordered_at", psprintf("%s+00", time_text((Timestamp) order->created_at)));
	add_total(json, draft);
	/* said where they differ; task.sql puts Odoo's in */
	if (order->total_price != NULL)
		add_text(json, "chatter_total", cartona_note_total(draft, "{total}"));
	add_text(json, "note", cartona_note_inbox(&quiet));
	add_text(json, "problem", cartona_note_problem(&quiet));
	add_text(json, "chatter", cartona_note_chatter(&quiet));
	add_name(json, "lines");
	appendStringInfoString(json, cartona_lines_made(draft, places));
	cartona_known_head(draft, &head);
	add_name(json, "head");
	appendStringInfoString(json, cartona_known_head_text(&head));
	appendStringInfoChar(json, '}');
}

static char *
order_arg(const CartonaDraft *draft)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	add_text(&json, "lang", draft->shop->lang);
	/* whose clock says what day it is: which number the order gets, until when it is valid */
	add_text(&json, "tz", pg_get_timezone_name(draft->shop->zone));
	add_order(&json, draft);
	add_lines(&json, draft);
	add_ours(&json, draft);
	appendStringInfoChar(&json, '}');
	return json.data;
}

void
cartona_task_ask(const CartonaDraft *drafts, int n)
{
	CartonaTask *tasks = palloc0((n + 1) * sizeof(CartonaTask));
	int			i;

	for (i = 0; i < n; i++)
	{
		bool		customer = drafts[i].partner.id == 0;

		tasks[i].kind = customer ? "customer" : "create";
		tasks[i].hashed_id = drafts[i].order->hashed_id;
		tasks[i].arg = customer ? customer_arg(&drafts[i]) : order_arg(&drafts[i]);
	}
	if (n > 0)
		cartona_task_add(drafts[0].shop->account, tasks, n);
}

/*
 * $1: models, $2: names; those that Odoo computes, or was not asked about, or
 * not since yesterday (a module may have changed)
 */
static CartonaPlan fields_plan = {
	"SELECT u.model, u.name, f.name IS NULL OR f.asked_at < now() - interval '1 day'"
	" FROM unnest($1, $2) WITH ORDINALITY AS u (model, name, ord)"
	" LEFT JOIN cartona.odoo_field f ON f.model = u.model AND f.name = u.name"
	" WHERE f.computed IS NOT FALSE OR f.asked_at < now() - interval '1 day' ORDER BY u.ord",
	2, {TEXTARRAYOID, TEXTARRAYOID}
};

static CartonaPlan inspecting_plan = {
	"SELECT FROM cartona.odoo_task WHERE kind = 'inspect' AND state <> 'done' LIMIT 1", 0, {0}
};

/* Columns of some models, each model's together. */
typedef struct Columns
{
	int			n;
	const char **models;
	const char **names;
} Columns;

static void
add_columns(Columns *columns, CartonaWriter *writer, int32 company)
{
	ListCell   *cell;

	foreach(cell, cartona_writer_unknown(writer, company))
	{
		columns->models = repalloc(columns->models, (columns->n + 1) * sizeof(char *));
		columns->names = repalloc(columns->names, (columns->n + 1) * sizeof(char *));
		columns->models[columns->n] = writer->model;
		columns->names[columns->n++] = pstrdup(lfirst(cell));
	}
}

/* The members {"model": [names], ...} of a JSON object, without its braces. */
static char *
columns_json(const Columns *columns)
{
	StringInfoData json;
	int			i;

	initStringInfo(&json);
	for (i = 0; i < columns->n; i++)
	{
		bool		starts = i == 0 || strcmp(columns->models[i], columns->models[i - 1]) != 0;

		if (starts)
		{
			appendStringInfo(&json, "%s", i > 0 ? "], " : "");
			escape_json(&json, columns->models[i]);
			appendStringInfoString(&json, ": [");
		}
		else
			appendStringInfoString(&json, ", ");
		escape_json(&json, columns->names[i]);
	}
	if (columns->n > 0)
		appendStringInfoChar(&json, ']');
	return json.data;
}

/* Ask Odoo, once, which of the columns it computes. */
static void
inspect(int32 account, const Columns *columns)
{
	CartonaTask task = {"inspect", 0, NULL, NULL};

	if (cartona_spi_execute(&inspecting_plan, NULL, NULL) > 0)
		return;
	task.arg = psprintf("{%s}", columns_json(columns));
	cartona_task_add(account, &task, 1);
}

/*
 * The columns, of those that were left null, that Odoo may compute.  While it
 * has not said so they are all meant: it leaves alone what it does not compute.
 */
static void
find_computed(const CartonaShop *shop, Columns *computed)
{
	Columns		unknown = {0};
	bool		ask = false;
	Datum		values[2];
	uint64		n;
	uint64		i;

	unknown.models = palloc(sizeof(char *));
	unknown.names = palloc(sizeof(char *));
	add_columns(&unknown, &cartona_write_lines, shop->company);
	add_columns(&unknown, &cartona_write_order, shop->company);
	add_columns(&unknown, &cartona_write_partner, shop->company);
	memset(computed, 0, sizeof(*computed));
	if (unknown.n == 0)
		return;
	values[0] = cartona_spi_text_array(unknown.models, unknown.n);
	values[1] = cartona_spi_text_array(unknown.names, unknown.n);
	n = cartona_spi_execute(&fields_plan, values, NULL);
	computed->models = palloc((n + 1) * sizeof(char *));
	computed->names = palloc((n + 1) * sizeof(char *));
	for (i = 0; i < n; i++)
	{
		computed->models[i] = cartona_spi_text(i, 1, CurrentMemoryContext);
		computed->names[i] = cartona_spi_text(i, 2, CurrentMemoryContext);
		ask = ask || cartona_spi_bool(i, 3);
	}
	computed->n = (int) n;
	if (ask)
		inspect(shop->account, &unknown);
}

void
cartona_task_complete(const CartonaDraft *drafts, const CartonaOrderMade *made, int n)
{
	CartonaTask *tasks = palloc0((n + 1) * sizeof(CartonaTask));
	Columns		computed;
	const char *columns;
	int			ntasks = 0;
	int			i;

	if (n == 0)
		return;
	find_computed(drafts[0].shop, &computed);
	columns = columns_json(&computed);
	for (i = 0; i < n; i++)
	{
		const CartonaOrder *order = drafts[i].order;
		StringInfoData json;

		if (computed.n == 0 && !drafts[i].taxes_left)
			continue;
		initStringInfo(&json);
		appendStringInfoChar(&json, '{');
		add_text(&json, "lang", drafts[i].shop->lang);
		add_name(&json, "columns");
		appendStringInfo(&json, "{%s}", columns);
		if (drafts[i].taxes_left)
		{
			add_name(&json, "taxes");
			appendStringInfoString(&json, "true");
			add_total(&json, &drafts[i]);
		}
		appendStringInfoChar(&json, '}');
		tasks[ntasks].kind = "recompute";
		tasks[ntasks].order_id = made[i].id;
		tasks[ntasks].hashed_id = order->hashed_id;
		tasks[ntasks++].arg = json.data;
	}
	cartona_task_add(drafts[0].shop->account, tasks, ntasks);
}
