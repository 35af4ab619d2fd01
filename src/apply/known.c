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
	"SELECT s.known_status, s.problem, s.head ->> 'said', s.head ->> 'note', s.head ->> 'commitment', s.head ->> 'standing',"
	" s.head ->> 'address', (s.head ->> 'ship_to')::int4 FROM cartona.order_sync s WHERE s.account_id = $1 AND s.hashed_id = $2",
	2, {INT4OID, TEXTOID}
};

void
cartona_known_read(int32 account, const char *hashed_id, CartonaKnown *known)
{
	Datum		values[2];

	memset(known, 0, sizeof(*known));
	values[0] = Int32GetDatum(account);
	values[1] = CStringGetTextDatum(hashed_id);
	if (cartona_spi_execute(&known_plan, values, NULL) > 0)
	{
		known->status = cartona_spi_text(0, 1, CurrentMemoryContext);
		known->problem = cartona_spi_text(0, 2, CurrentMemoryContext);
		known->head.said = cartona_spi_text(0, 3, CurrentMemoryContext);
		known->head.note = cartona_spi_text(0, 4, CurrentMemoryContext);
		known->head.commitment = cartona_spi_text(0, 5, CurrentMemoryContext);
		known->head.standing = cartona_spi_text(0, 6, CurrentMemoryContext);
		known->head.address = cartona_spi_text(0, 7, CurrentMemoryContext);
		known->head.ship_to = cartona_spi_int32(0, 8);
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

	head->said = head_said(draft->order);
	head->note = words_mark(cartona_note_words(draft));
	head->commitment = cartona_known_day(has, when);
	head->address = address_said(draft->order);
	head->ship_to = draft->partner.ship_to;
	head->standing = cartona_note_problem(draft);
}

char *
cartona_known_head_text(const CartonaHead *head)
{
	StringInfoData out;

	initStringInfo(&out);
	/* hashes and times hold nothing that JSON would have to escape */
	appendStringInfo(&out, "{\"said\": \"%s\", \"note\": \"%s\", \"commitment\": \"%s\", \"address\": \"%s\", \"ship_to\": %d",
					 head->said, head->note, head->commitment, head->address, head->ship_to);
	if (head->standing != NULL)
	{
		appendStringInfoString(&out, ", \"standing\": ");
		escape_json(&out, head->standing);
	}
	appendStringInfoChar(&out, '}');
	return out.data;
}

bool
cartona_known_differs(const CartonaKnown *known, const CartonaOrder *order)
{
	char	  **keys;
	int			matched = 0;
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
	return matched != known->nlines;
}
