/*-------------------------------------------------------------------------
 *
 * known.c
 *	  What is known of an imported order: its row of order_sync.
 *
 * The head keeps hashes instead of texts: what a retailer writes and where he
 * lives is in the inbox, and is forgotten there.
 *
 * Neighbours: lines.c for the lines; row.c asks, compare.c compares.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/apply/known.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/timestamp.h"

#include "apply/known.h"
#include "apply/note.h"
#include "base/spi.h"

/* $1: account, $2: hashed_id */
static CartonaPlan known_plan = {
	"SELECT s.known_status, s.problem, s.head ->> 'said', s.head ->> 'note', s.head ->> 'note_said', s.head ->> 'day', s.head ->> 'day_said',"
	" s.head ->> 'address', (s.head ->> 'ship_to')::int4, s.head ->> 'standing', (s.head ->> 'notes')::int4, (s.head ->> 'last_note')::int4,"
	" s.head ? 'differs' FROM cartona.order_sync s WHERE s.account_id = $1 AND s.hashed_id = $2 FOR UPDATE",
	2, {INT4OID, TEXTOID}
};

/* $1: account, $2: hashed_id */
static CartonaPlan differs_plan = {
	"SELECT d.key, d.text FROM cartona.order_sync s, jsonb_to_recordset(s.head -> 'differs') AS d (key text, text text)"
	" WHERE s.account_id = $1 AND s.hashed_id = $2 AND d.key IS NOT NULL AND d.text IS NOT NULL",
	2, {INT4OID, TEXTOID}
};

static char *
text_at(uint64 row, int col)
{
	return cartona_spi_text(row, col, CurrentMemoryContext);
}

static List *
read_differs(Datum *values)
{
	List	   *all = NIL;
	uint64		n = cartona_spi_execute(&differs_plan, values, NULL);
	uint64		i;

	for (i = 0; i < n; i++)
	{
		CartonaDiffers *differs = palloc(sizeof(CartonaDiffers));

		differs->key = text_at(i, 1);
		differs->text = text_at(i, 2);
		all = lappend(all, differs);
	}
	return all;
}

void
cartona_known_read(int32 account, const char *hashed_id, CartonaKnown *known)
{
	CartonaHead *head = &known->head;
	Datum		values[2];

	memset(known, 0, sizeof(*known));
	values[0] = Int32GetDatum(account);
	values[1] = CStringGetTextDatum(hashed_id);
	if (cartona_spi_execute(&known_plan, values, NULL) > 0)
	{
		known->status = text_at(0, 1);
		known->problem = text_at(0, 2);
		head->said = text_at(0, 3);
		head->note = text_at(0, 4);
		head->note_said = text_at(0, 5);
		head->day = text_at(0, 6);
		head->day_said = text_at(0, 7);
		head->address = text_at(0, 8);
		head->ship_to = cartona_spi_int32(0, 9);
		head->standing = text_at(0, 10);
		head->notes = cartona_spi_int32(0, 11);
		head->last_note = cartona_spi_int32(0, 12);
		if (cartona_spi_bool(0, 13))
			head->differs = read_differs(values);
	}
	known->lines = cartona_lines_read(account, hashed_id, &known->nlines);
}

static char *
hash(const char *text)
{
	return psprintf(UINT64_FORMAT, hash_bytes_extended((const unsigned char *) text, (int) strlen(text), 0));
}

/* Length and hash, so that the words are found at the end of a note. */
static char *
words_mark(const char *words)
{
	return psprintf("%zu:%s", strlen(words), hash(words));
}

char *
cartona_known_before_words(const char *note, const char *mark)
{
	size_t		len = strlen(note);
	size_t		words = strtoul(mark, NULL, 10);

	if (words > len || strcmp(words_mark(note + len - words), mark) != 0)
		return NULL;
	len -= words;
	/* of a plain note: what keeps the two apart */
	if (words > 0 && len > 0 && note[len - 1] == '\n')
		len--;
	return pnstrdup(note, len);
}

static void
say(StringInfo out, const char *text)
{
	appendStringInfo(out, "%s\n", text ? text : "");
}

static void
say_number(StringInfo out, Numeric number)
{
	say(out, number ? numeric_normalize(number) : NULL);
}

/* Where the retailer wants his goods, and whom to call there. */
static void
say_address(StringInfo out, const CartonaRetailer *retailer)
{
	say(out, retailer->cartona_id);
	say(out, retailer->phone);
	say(out, retailer->address);
	say(out, retailer->address_notes);
}

static char *
address_said(const CartonaOrder *order)
{
	StringInfoData out;

	initStringInfo(&out);
	say_address(&out, &order->retailer);
	return hash(out.data);
}

/* What Cartona says of the order beside its lines, as a hash: it holds personal data. */
static char *
head_said(const CartonaOrder *order)
{
	StringInfoData out;
	const CartonaRetailer *retailer = &order->retailer;

	initStringInfo(&out);
	say(&out, order->note_message);
	say(&out, order->estimated_delivery.text);
	say(&out, order->preferred_delivery.text);
	say(&out, order->pickup.text);
	say_number(&out, order->total_price);
	say_number(&out, order->cartona_credit);
	say_number(&out, order->installment_cost);
	say_number(&out, order->wallet_top_up);
	say_number(&out, order->supplier_rebate);
	say(&out, retailer->name);
	say(&out, retailer->phone2);
	say(&out, retailer->email);
	say_address(&out, retailer);
	return hash(out.data);
}

/* The day as text, in one spelling whatever the session's DateStyle is; "" where there is none. */
char *
cartona_known_day(bool has, Timestamp when)
{
	struct pg_tm tm;
	fsec_t		fsec;

	if (!has || timestamp2tm(when, NULL, &tm, &fsec, NULL, NULL) != 0)
		return pstrdup("");
	return psprintf("%04d-%02d-%02d %02d:%02d:%02d", tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void
cartona_known_head(const CartonaDraft *draft, CartonaHead *head)
{
	Timestamp	when = 0;
	bool		has = cartona_payload_commitment(draft->order, &when);

	memset(head, 0, sizeof(*head));
	head->said = head_said(draft->order);
	head->note = head->note_said = words_mark(cartona_note_words(draft));
	head->day = head->day_said = cartona_known_day(has, when);
	head->address = address_said(draft->order);
	head->ship_to = draft->partner.ship_to;
	head->standing = cartona_note_problem(draft);
}

static void
append_text(StringInfo out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	appendStringInfo(out, ", \"%s\": ", name);
	escape_json(out, value);
}

char *
cartona_known_head_text(const CartonaHead *head)
{
	StringInfoData out;
	ListCell   *cell;
	const char *comma = "";

	initStringInfo(&out);
	appendStringInfo(&out, "{\"ship_to\": %d, \"notes\": %d, \"last_note\": %d", head->ship_to, head->notes, head->last_note);
	append_text(&out, "said", head->said);
	append_text(&out, "note", head->note);
	append_text(&out, "note_said", head->note_said);
	append_text(&out, "day", head->day);
	append_text(&out, "day_said", head->day_said);
	append_text(&out, "address", head->address);
	append_text(&out, "standing", head->standing);
	if (head->differs != NIL)
	{
		appendStringInfoString(&out, ", \"differs\": [");
		foreach(cell, head->differs)
		{
			const CartonaDiffers *differs = lfirst(cell);

			appendStringInfo(&out, "%s{\"key\": ", comma);
			escape_json(&out, differs->key);
			append_text(&out, "text", differs->text);
			appendStringInfoChar(&out, '}');
			comma = ", ";
		}
		appendStringInfoChar(&out, ']');
	}
	appendStringInfoChar(&out, '}');
	return out.data;
}

bool
cartona_known_differs(const CartonaKnown *known, const CartonaOrder *order)
{
	char	  **keys;
	int			matched = 0;
	int			expected = 0;
	int			i;

	/* what Cartona said is no longer kept */
	if (order == NULL)
		return false;
	keys = cartona_lines_keys(order);
	if (known->lines == NULL || known->head.said == NULL || strcmp(known->head.said, head_said(order)) != 0)
		return true;
	for (i = 0; i < order->nlines; i++)
	{
		CartonaWritten *old;

		if (order->lines[i].cancelled)
			continue;
		old = cartona_lines_find(known->lines, known->nlines, keys[i]);
		if (old == NULL || old->said == NULL ||
			strcmp(old->said, cartona_lines_said(&order->lines[i])) != 0)
			return true;
		if (old->product == 0 && !old->told)
			return true;
		matched++;
	}
	/* those that a clerk added it need not send */
	for (i = 0; i < known->nlines; i++)
		expected += !cartona_lines_is_added(known->lines[i].id);
	return matched != expected;
}
