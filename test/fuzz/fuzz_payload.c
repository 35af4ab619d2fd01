/*-------------------------------------------------------------------------
 *
 * fuzz_payload.c
 *	  Fuzz target: an order as Cartona sent it, inside a server.
 *
 * What reads orders needs jsonb, numeric and calendar of a real server.  So
 * this is a module that a server without clients loads: its one SQL function
 * hands the session over to libFuzzer.  An input is one order's text.  It takes
 * both ways in: as the item of a page that was pulled, and as jsonb at once,
 * as through the webhook and the SQL functions.
 *
 * What is checked beside memory: an error is a data error; texts are of valid
 * characters and no longer than said; numbers and times are within bounds.
 *
 * Memory: a context that is reset after each input.  What the payload's files
 * allocate, and the jsonb they read, are malloc()ed pieces instead, so that
 * AddressSanitizer sees every byte read or written beside one.
 *
 * Neighbours: fuzz_payload.sh runs it; payload_seeds.py makes the corpus.
 *
 * IDENTIFICATION
 *	  test/fuzz/fuzz_payload.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <signal.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "apply/payload.h"
#include "apply/payload_value.h"
#include "cartona/api.h"
#include "odoo/money.h"

#include "fuzz.h"

#define MAX_PIECES 100000

PG_MODULE_MAGIC;

/* libFuzzer's own. */
extern int	LLVMFuzzerRunDriver(int *argc, char ***argv, int (*callback) (const uint8_t *data, size_t size));

extern PGDLLEXPORT Datum cartona_fuzz(PG_FUNCTION_ARGS);

PG_FUNCTION_INFO_V1(cartona_fuzz);

static MemoryContext work;
static void *pieces[MAX_PIECES];
static int	npieces = 0;

/* What the payload's files allocate with (Makefile). */
void *
cartona_fuzz_palloc(Size size)
{
	void	   *piece = malloc(size);

	if (piece == NULL || npieces == MAX_PIECES)
		abort();
	pieces[npieces++] = piece;
	return piece;
}

void *
cartona_fuzz_palloc0(Size size)
{
	return memset(cartona_fuzz_palloc(size), 0, size);
}

void
cartona_fuzz_reset(void)
{
	while (npieces > 0)
		free(pieces[--npieces]);
	MemoryContextReset(work);
}

static void
must(bool holds, const char *what)
{
	if (holds)
		return;
	write_stderr("this does not hold: %s\n", what);
	abort();
}

/* Cleaned, and cut to "max" bytes. */
static void
check_text(const char *text, int max, bool lines)
{
	int			len;
	int			i;

	if (text == NULL)
		return;
	len = (int) strlen(text);
	must(len > 0 && len <= max, "a text is neither empty nor too long");
	must(pg_verify_mbstr(PG_UTF8, text, len, true), "a text is valid UTF-8");
	must(text[0] != ' ' && text[len - 1] != ' ', "a text is trimmed");
	for (i = 0; i < len; i++)
		must((unsigned char) text[i] >= 0x20 || (lines && text[i] == '\n'), "a text has no control characters");
}

/* NULL, or between the bounds; NaN is above each number. */
static void
check_number(Numeric number, int32 least)
{
	if (number == NULL)
		return;
	must(money_cmp(number, money_int(least)) >= 0, "a number is large enough");
	must(money_cmp(number, money_int(CARTONA_MAX_NUMBER)) <= 0, "a number is small enough");
	(void) money_text(number);
}

/* A day of the years 2000 to 2199, in some time zone. */
static void
check_time(bool known, TimestampTz at)
{
	if (!known)
		return;
	must(at >= -USECS_PER_DAY && at < (int64) 200 * 366 * USECS_PER_DAY, "a time is of this century or the next");
}

static void
check_when(const CartonaWhen *when)
{
	check_text(when->text, CARTONA_MAX_ID, false);
	must(!when->known || when->text != NULL, "a time that is known has a text");
	check_time(when->known, when->at);
}

static void
check_line(const CartonaOrderLine *line)
{
	check_text(line->id, CARTONA_MAX_ID, false);
	check_text(line->supplier_product_id, CARTONA_MAX_ID, false);
	check_text(line->internal_product_id, CARTONA_MAX_ID, false);
	must(line->internal_id >= 0, "an id is not negative");
	check_text(line->product_name, CARTONA_MAX_ID, false);
	check_text(line->unit, CARTONA_MAX_ID, false);
	check_text(line->comment, CARTONA_MAX_SHORT, true);
	check_number(line->unit_count, -CARTONA_MAX_NUMBER);
	check_number(line->supplier_discount, -CARTONA_MAX_NUMBER);
	check_number(line->cartona_discount, -CARTONA_MAX_NUMBER);
	must(line->amount != NULL && line->price != NULL, "a line has amount and price");
	check_number(line->amount, 0);
	check_number(line->price, 0);
	must(line->cancelled || money_cmp(line->amount, money_int(0)) > 0, "a line's amount is above zero");
}

static void
check_retailer(const CartonaRetailer *retailer)
{
	must(retailer->cartona_id != NULL && retailer->name != NULL, "a retailer has an id and a name");
	check_text(retailer->cartona_id, CARTONA_MAX_ID + strlen("retailer_"), false);
	check_text(retailer->name, CARTONA_MAX_SHORT, false);
	check_text(retailer->phone, CARTONA_MAX_SHORT, false);
	check_text(retailer->phone2, CARTONA_MAX_SHORT, false);
	check_text(retailer->email, CARTONA_MAX_SHORT, false);
	check_text(retailer->address, CARTONA_MAX_SHORT, false);
	check_text(retailer->address_notes, CARTONA_MAX_SHORT, false);
}

static void
check_order(const CartonaOrder *order)
{
	Timestamp	when;
	ListCell   *cell;
	int			i;

	check_text(order->receipt_id, CARTONA_MAX_ID, false);
	must(order->status != NULL && order->delivered_by != NULL, "an order has a status and who delivers it");
	check_text(order->status, CARTONA_MAX_ID, false);
	check_time(order->has_created_at, order->created_at);
	check_text(order->note_message, CARTONA_MAX_LONG, true);
	check_text(order->supplier_code, CARTONA_MAX_ID, false);
	check_text(order->route, CARTONA_MAX_ID, false);
	check_when(&order->estimated_delivery);
	check_when(&order->preferred_delivery);
	check_when(&order->pickup);
	check_number(order->total_price, -CARTONA_MAX_NUMBER);
	check_number(order->cartona_credit, -CARTONA_MAX_NUMBER);
	check_number(order->installment_cost, -CARTONA_MAX_NUMBER);
	check_number(order->wallet_top_up, -CARTONA_MAX_NUMBER);
	check_number(order->supplier_rebate, -CARTONA_MAX_NUMBER);
	check_retailer(&order->retailer);
	for (i = 0; i < order->nlines; i++)
		check_line(&order->lines[i]);
	foreach(cell, order->remarks)
	{
		check_text(cartona_words_say(lfirst(cell), NULL), 1000, false);
		check_text(cartona_words_say(lfirst(cell), "ar_001"), 1000, false);
	}
	check_time(cartona_payload_commitment(order, &when), when);
	(void) cartona_payload_needs_password(order);
}

/* Everything an order that is stored goes through; throws what the readers throw. */
static void
read_payload(Jsonb *stored)
{
	Jsonb	   *payload = memcpy(cartona_fuzz_palloc(VARSIZE(stored)), stored, VARSIZE(stored));
	char	   *hashed_id = cartona_payload_hashed_id(payload);
	char	   *status;
	char	   *strange;

	check_text(hashed_id, CARTONA_MAX_ID, false);
	(void) cartona_payload_status(payload, &status, &strange);
	check_text(status, CARTONA_MAX_ID, false);
	check_text(strange, 100, false);
	(void) cartona_payload_is_ended(status);
	check_text(cartona_payload_reason(payload), CARTONA_MAX_SHORT, false);
	check_order(cartona_payload_read(hashed_id ? hashed_id : "x", payload));
}

/*
 * A text as jsonb, and that read; an error is caught, and must be one that the
 * callers take for an answer (inbox/inbox.c, apply/row.c).
 */
static void
try_text(const char *json)
{
	volatile bool stored = false;

	PG_TRY();
	{
		Jsonb	   *payload = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(json)));

		stored = true;
		read_payload(payload);
	}
	PG_CATCH();
	{
		ErrorData  *error;
		int			category;

		MemoryContextSwitchTo(work);
		error = CopyErrorData();
		FlushErrorState();
		category = ERRCODE_TO_CATEGORY(error->sqlerrcode);
		if (category != ERRCODE_TO_CATEGORY(ERRCODE_DATA_EXCEPTION) &&
			(stored || (category != ERRCODE_TO_CATEGORY(ERRCODE_PROGRAM_LIMIT_EXCEEDED))))
		{
			write_stderr("%s (%s:%d)\n", error->message, error->filename, error->lineno);
			must(false, "an error is about the data");
		}
		must(pg_verify_mbstr(PG_UTF8, error->message, (int) strlen(error->message), true), "an error is valid UTF-8");
		must(!stored || strlen(error->message) < 500, "an error can be read");
	}
	PG_END_TRY();
	MemoryContextSwitchTo(work);
}

static int
one_input(const uint8_t *data, size_t size)
{
	MemoryContext caller = MemoryContextSwitchTo(work);
	char	   *page = palloc(size + 3);
	char	   *text = page + 1;
	CartonaApiOrder *orders;
	char	   *why;
	int			n;
	int			i;

	page[0] = '[';
	memcpy(text, data, size);
	page[size + 1] = ']';
	page[size + 2] = '\0';
	n = cartona_api_parse_orders(page, size + 2, &orders, &why);
	for (i = 0; i < n; i++)
		if (orders[i].why == NULL)
			try_text(orders[i].json);

	text[size] = '\0';
	if (pg_verify_mbstr(PG_UTF8, text, (int) strlen(text), true))
		try_text(text);

	MemoryContextSwitchTo(caller);
	cartona_fuzz_reset();
	return 0;
}

/* cartona_fuzz(program, option...): libFuzzer's command line. */
Datum
cartona_fuzz(PG_FUNCTION_ARGS)
{
	/* libFuzzer catches only signals nobody else does. */
	static const int signals[] = {SIGALRM, SIGINT, SIGTERM, SIGFPE};
	Datum	   *texts;
	int			argc;
	char	  **argv;
	int			i;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT, &texts, NULL, &argc);
	argv = palloc0((argc + 1) * sizeof(char *));
	for (i = 0; i < argc; i++)
		argv[i] = TextDatumGetCString(texts[i]);
	for (i = 0; i < (int) lengthof(signals); i++)
		signal(signals[i], SIG_DFL);
	work = AllocSetContextCreate(TopMemoryContext, "fuzz", ALLOCSET_DEFAULT_SIZES);
	PG_RETURN_INT32(LLVMFuzzerRunDriver(&argc, &argv, one_input));
}
