/*-------------------------------------------------------------------------
 *
 * lines.c
 *	  An order's lines as they were last written to Odoo: order_sync.lines.
 *
 * Three things must be told apart when an order comes again: what changed at
 * Cartona, what a clerk changed in Odoo, and what both did.  So each line of
 * Cartona's is kept with what Cartona said of it and with what was written.
 *
 * The column is an array of
 *		{"id", "line", "product", "uom", "quantity", "price", "factor", "said"}
 * for a line that was left out,
 *		{"id", "missing": [keys], "reason", "said"}
 * and, for a line that a clerk added to a confirmed order, with a key of ours
 * ("+77", its sale_order_line.id) until Cartona's id is known,
 *		{"id", "line", ..., "state": "adding", "added" or "unknown"}
 *
 * Neighbours: row.c writes it for new orders, change.c compares and rewrites it.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/apply/lines.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"

#include "apply/lines.h"
#include "base/spi.h"
#include "odoo/money.h"

char	  **
cartona_lines_keys(const CartonaOrder *order)
{
	char	  **keys = palloc((order->nlines + 1) * sizeof(char *));
	int			i;
	int			k;

	for (i = 0; i < order->nlines; i++)
	{
		const char *id = order->lines[i].id;
		int			before = 0;

		/* each line is compared with all before it */
		CHECK_FOR_INTERRUPTS();
		if (id == NULL)
		{
			keys[i] = psprintf("#%d", i + 1);
			continue;
		}
		for (k = 0; k < i; k++)
			if (order->lines[k].id != NULL && strcmp(order->lines[k].id, id) == 0)
				before++;
		keys[i] = before == 0 ? pstrdup(id) : psprintf("%s#%d", id, before + 1);
	}
	return keys;
}

/*
 * A line of text for each part, in the order of CartonaSaid.  Ids have no line
 * breaks, and only the last part may have some: no two lines give the same text.
 */
char *
cartona_lines_said(const CartonaOrderLine *line)
{
	return psprintf("%s\n%s\n%s\n%s\n%s\n%s",
					numeric_normalize(line->amount), numeric_normalize(line->price),
					line->supplier_product_id ? line->supplier_product_id : "",
					line->internal_product_id ? line->internal_product_id : "",
					line->unit_count ? numeric_normalize(line->unit_count) : "",
					line->comment ? line->comment : "");
}

/* What was said from its n-th line on; NULL where it has no such line. */
static const char *
said_from(const char *said, int n)
{
	for (; said != NULL && n > 0; n--)
	{
		said = strchr(said, '\n');
		said = said ? said + 1 : NULL;
	}
	return said;
}

char *
cartona_lines_said_part(const char *said, CartonaSaid part)
{
	const char *begin = said_from(said, part);
	const char *end = begin ? strchr(begin, '\n') : NULL;

	return end ? pnstrdup(begin, end - begin) : NULL;
}

const char *
cartona_lines_said_comment(const char *said)
{
	return said_from(said, CARTONA_SAID_COMMENT);
}

CartonaWritten *
cartona_lines_find(CartonaWritten *lines, int n, const char *id)
{
	int			i;

	for (i = 0; i < n; i++)
		if (strcmp(lines[i].id, id) == 0)
			return &lines[i];
	return NULL;
}

char *
cartona_lines_added_key(int32 line)
{
	return psprintf("+%d", line);
}

bool
cartona_lines_is_added(const char *id)
{
	return id[0] == '+';
}

/* Is it the product that a line of ours was added with? */
static bool
same_product(const CartonaWritten *added, const CartonaOrderLine *line)
{
	char	   *supplier = cartona_lines_said_part(added->said, CARTONA_SAID_SUPPLIER_ID);
	char	   *internal = cartona_lines_said_part(added->said, CARTONA_SAID_INTERNAL_ID);

	if (supplier != NULL && supplier[0] != '\0' && line->supplier_product_id != NULL)
		return strcmp(supplier, line->supplier_product_id) == 0;
	return internal != NULL && internal[0] != '\0' && line->internal_product_id != NULL &&
		strcmp(internal, line->internal_product_id) == 0;
}

void
cartona_lines_adopt(int32 account, const char *hashed_id, CartonaWritten *lines, int n, const CartonaOrder *order)
{
	char	  **keys;
	bool		found = false;
	int			i;
	int			k;

	for (i = 0; i < n && !cartona_lines_is_added(lines[i].id); i++)
		;
	if (i == n || order == NULL)
		return;
	keys = cartona_lines_keys(order);
	for (; i < n; i++)
	{
		if (!cartona_lines_is_added(lines[i].id) || lines[i].product == 0)
			continue;
		for (k = 0; k < order->nlines; k++)
		{
			if (order->lines[k].cancelled || cartona_lines_find(lines, n, keys[k]) != NULL ||
				!same_product(&lines[i], &order->lines[k]))
				continue;
			lines[i].id = keys[k];
			lines[i].state = NULL;
			lines[i].said = cartona_lines_said(&order->lines[k]);
			found = true;
			break;
		}
	}
	if (found)
		cartona_lines_write(account, hashed_id, lines, n);
}

static void
append_text(StringInfo out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	appendStringInfo(out, ", \"%s\": ", name);
	escape_json(out, value);
}

static void
append_line(StringInfo out, const CartonaWritten *line)
{
	appendStringInfoString(out, "{\"id\": ");
	escape_json(out, line->id);
	if (line->product != 0)
	{
		if (line->line != 0)
			appendStringInfo(out, ", \"line\": %d", line->line);
		appendStringInfo(out, ", \"product\": %d, \"uom\": %d", line->product, line->uom);
		append_text(out, "quantity", money_text(line->quantity));
		append_text(out, "price", money_text(line->price));
		if (line->factor != NULL && money_cmp(line->factor, money_int(1)) != 0)
			append_text(out, "factor", money_text(line->factor));
	}
	else
	{
		ListCell   *cell;
		const char *comma = "";

		appendStringInfoString(out, ", \"missing\": [");
		foreach(cell, line->missing)
		{
			appendStringInfoString(out, comma);
			escape_json(out, lfirst(cell));
			comma = ", ";
		}
		appendStringInfoChar(out, ']');
		append_text(out, "reason", line->reason);
		if (line->told)
			appendStringInfoString(out, ", \"told\": true");
	}
	append_text(out, "state", line->state);
	append_text(out, "said", line->said);
	append_text(out, "was", line->was);
	appendStringInfoChar(out, '}');
}

char *
cartona_lines_text(const CartonaWritten *lines, int n)
{
	StringInfoData out;
	int			i;

	initStringInfo(&out);
	appendStringInfoChar(&out, '[');
	for (i = 0; i < n; i++)
	{
		if (i > 0)
			appendStringInfoString(&out, ", ");
		append_line(&out, &lines[i]);
	}
	appendStringInfoChar(&out, ']');
	return out.data;
}

char *
cartona_lines_made(const CartonaDraft *draft, const int32 *ids)
{
	char	  **keys = cartona_lines_keys(draft->order);
	CartonaWritten *lines = palloc0((draft->nlines + draft->nskipped + 1) * sizeof(CartonaWritten));
	int			n = 0;
	int			i;

	for (i = 0; i < draft->nlines; i++, n++)
	{
		const CartonaDraftLine *from = &draft->lines[i];

		lines[n].id = keys[from->from - draft->order->lines];
		lines[n].line = ids[i];
		lines[n].product = from->product->id;
		lines[n].uom = from->product->uom;
		lines[n].quantity = from->quantity;
		lines[n].factor = from->product->factor;
		lines[n].price = from->amount->price;
		lines[n].said = cartona_lines_said(from->from);
	}
	for (i = 0; i < draft->nskipped; i++, n++)
	{
		const CartonaDraftSkip *skip = &draft->skipped[i];

		lines[n].id = keys[skip->from - draft->order->lines];
		lines[n].missing = skip->missing;
		lines[n].reason = cartona_words_say(skip->reason, NULL);
		lines[n].said = cartona_lines_said(skip->from);
	}
	return cartona_lines_text(lines, n);
}

/* $1: account, $2: hashed_id; a row at least where the lines are known */
static CartonaPlan read_plan = {
	"SELECT l.id, l.line, l.product, l.uom, l.quantity, l.price, l.said, l.reason, l.missing, l.told, l.factor, l.was, l.state"
	" FROM cartona.order_sync s LEFT JOIN LATERAL jsonb_to_recordset(s.lines)"
	"  AS l (id text, line integer, product integer, uom integer, quantity numeric, price numeric, said text, reason text, missing text[], told boolean, factor numeric, was text, state text)"
	" ON true WHERE s.account_id = $1 AND s.hashed_id = $2 AND jsonb_typeof(s.lines) = 'array'",
	2, {INT4OID, TEXTOID}
};

/* $1: account, $2: hashed_id, $3: lines */
static CartonaPlan write_plan = {
	"UPDATE cartona.order_sync SET lines = $3::jsonb WHERE account_id = $1 AND hashed_id = $2",
	3, {INT4OID, TEXTOID, TEXTOID}
};

static Numeric
number_at(uint64 row, int col)
{
	bool		isnull;
	Datum		value = cartona_spi_datum(row, col, &isnull);

	return isnull ? NULL : DatumGetNumericCopy(value);
}

static List *
texts_at(uint64 row, int col)
{
	List	   *texts = NIL;
	Datum	   *elements;
	bool	   *nulls;
	bool		isnull;
	Datum		value = cartona_spi_datum(row, col, &isnull);
	int			n;
	int			i;

	if (isnull)
		return NIL;
	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (i = 0; i < n; i++)
		if (!nulls[i])
			texts = lappend(texts, TextDatumGetCString(elements[i]));
	return texts;
}

CartonaWritten *
cartona_lines_read(int32 account, const char *hashed_id, int *n)
{
	Datum		values[2];
	CartonaWritten *lines;
	uint64		rows;
	uint64		i;

	values[0] = Int32GetDatum(account);
	values[1] = CStringGetTextDatum(hashed_id);
	rows = cartona_spi_execute(&read_plan, values, NULL);
	*n = 0;
	if (rows == 0)
		return NULL;
	lines = palloc0((rows + 1) * sizeof(CartonaWritten));
	for (i = 0; i < rows; i++)
	{
		CartonaWritten *line = &lines[*n];

		line->id = cartona_spi_text(i, 1, CurrentMemoryContext);
		if (line->id == NULL)
			continue;
		line->line = cartona_spi_int32(i, 2);
		line->product = cartona_spi_int32(i, 3);
		line->uom = cartona_spi_int32(i, 4);
		line->quantity = number_at(i, 5);
		line->price = number_at(i, 6);
		line->said = cartona_spi_text(i, 7, CurrentMemoryContext);
		line->reason = cartona_spi_text(i, 8, CurrentMemoryContext);
		line->missing = texts_at(i, 9);
		line->told = cartona_spi_bool(i, 10);
		line->factor = cartona_spi_numeric(i, 11);
		line->was = cartona_spi_text(i, 12, CurrentMemoryContext);
		line->state = cartona_spi_text(i, 13, CurrentMemoryContext);
		if (line->product != 0 && (line->quantity == NULL || line->price == NULL))
			continue;
		(*n)++;
	}
	return lines;
}

void
cartona_lines_write(int32 account, const char *hashed_id, const CartonaWritten *lines, int n)
{
	Datum		values[3];

	values[0] = Int32GetDatum(account);
	values[1] = CStringGetTextDatum(hashed_id);
	values[2] = CStringGetTextDatum(cartona_lines_text(lines, n));
	(void) cartona_spi_execute(&write_plan, values, NULL);
}
