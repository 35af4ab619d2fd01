/*-------------------------------------------------------------------------
 *
 * cartona_unit.c
 *	  The HTTP client and the API's texts as SQL functions, for the tests.
 *
 * Neighbours: http/, cartona/ and base/json.c are linked in; run.py
 * makes the functions, gives them an HTTP server and judges what they return.
 * Failure: whatever throws is an error of the calling statement.
 *
 * IDENTIFICATION
 *	  test/unit/cartona_unit.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "portability/instr_time.h"
#include "storage/latch.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "cartona/api.h"

PG_MODULE_MAGIC;

PG_FUNCTION_INFO_V1(unit_url);
PG_FUNCTION_INFO_V1(unit_pull_path);
PG_FUNCTION_INFO_V1(unit_status);
PG_FUNCTION_INFO_V1(unit_product);
PG_FUNCTION_INFO_V1(unit_clean);
PG_FUNCTION_INFO_V1(unit_judge);
PG_FUNCTION_INFO_V1(unit_orders);
PG_FUNCTION_INFO_V1(unit_http);

static char *
text_or_null(FunctionCallInfo fcinfo, int arg)
{
	return PG_ARGISNULL(arg) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(arg));
}

/* A tuplestore to fill as the function's result. */
static Tuplestorestate *
start_rows(FunctionCallInfo fcinfo, TupleDesc *tupdesc)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext caller = MemoryContextSwitchTo(result->econtext->ecxt_per_query_memory);
	Tuplestorestate *store = tuplestore_begin_heap(true, false, work_mem);

	if (get_call_result_type(fcinfo, NULL, tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "function must return rows");
	*tupdesc = CreateTupleDescCopy(*tupdesc);
	result->returnMode = SFRM_Materialize;
	result->setResult = store;
	result->setDesc = *tupdesc;
	MemoryContextSwitchTo(caller);
	return store;
}

/* unit_url(base text, path text) returns text */
Datum
unit_url(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(cartona_api_url(text_or_null(fcinfo, 0), text_or_null(fcinfo, 1))));
}

/* unit_pull_path(page int, per_page int, from text) returns text */
Datum
unit_pull_path(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(cartona_api_pull_path(PG_GETARG_INT32(0), PG_GETARG_INT32(1),
														   text_or_null(fcinfo, 2))));
}

/* unit_status(hashed_id, status, otp, reason) returns text: path, space, body */
Datum
unit_status(PG_FUNCTION_ARGS)
{
	char	   *hashed_id = text_or_null(fcinfo, 0);

	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%s %s", cartona_api_status_path(hashed_id),
											  cartona_api_status_body(hashed_id, text_or_null(fcinfo, 1),
																	  text_or_null(fcinfo, 2), text_or_null(fcinfo, 3)))));
}

/* unit_product(supplier_id, internal_id, price, stock bigint, unlimited, in_stock) returns text */
Datum
unit_product(PG_FUNCTION_ARGS)
{
	CartonaApiProduct product;

	product.supplier_product_id = text_or_null(fcinfo, 0);
	product.internal_product_id = text_or_null(fcinfo, 1);
	product.price = text_or_null(fcinfo, 2);
	product.stock = PG_GETARG_INT64(3);
	product.unlimited = PG_GETARG_BOOL(4);
	product.in_stock = PG_GETARG_BOOL(5);
	PG_RETURN_TEXT_P(cstring_to_text(cartona_api_products_body(&product, 1)));
}

/* unit_clean(bytea) returns text */
Datum
unit_clean(PG_FUNCTION_ARGS)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);

	PG_RETURN_TEXT_P(cstring_to_text(cartona_api_clean_text(VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes))));
}

/* unit_judge(status int, body bytea, outcome int, error text) returns text: verdict, space, reason */
Datum
unit_judge(PG_FUNCTION_ARGS)
{
	static const char *const verdicts[] = {"done", "retry", "stop", "refused"};
	bytea	   *body = PG_GETARG_BYTEA_PP(1);
	CartonaHttpAnswer answer = {0};
	CartonaVerdict verdict;
	char	   *reason;

	answer.status = PG_GETARG_INT32(0);
	answer.body = VARDATA_ANY(body);
	answer.body_len = VARSIZE_ANY_EXHDR(body);
	answer.outcome = (CartonaHttpOutcome) PG_GETARG_INT32(2);
	answer.error = text_or_null(fcinfo, 3);
	verdict = cartona_api_judge(&answer, &reason);
	PG_RETURN_TEXT_P(cstring_to_text(psprintf("%s %s", verdicts[verdict], reason)));
}

/*
 * unit_orders(body bytea) returns rows (n int, hashed_id text, json text, why
 * text); a page that is none is one row with n = -1 and why.
 */
Datum
unit_orders(PG_FUNCTION_ARGS)
{
	bytea	   *body = PG_GETARG_BYTEA_PP(0);
	TupleDesc	tupdesc;
	Tuplestorestate *store = start_rows(fcinfo, &tupdesc);
	CartonaApiOrder *orders;
	CartonaApiOrder none = {0};
	int			norders;
	int			i;

	norders = cartona_api_parse_orders(VARDATA_ANY(body), VARSIZE_ANY_EXHDR(body), &orders, &none.why);
	for (i = Min(norders, 0); i < Max(norders, 0); i++)
	{
		CartonaApiOrder *order = i < 0 ? &none : &orders[i];
		Datum		values[4];
		bool		nulls[4] = {false, order->hashed_id == NULL, order->json == NULL, order->why == NULL};

		values[0] = Int32GetDatum(i);
		values[1] = order->hashed_id ? CStringGetTextDatum(order->hashed_id) : (Datum) 0;
		values[2] = order->json ? CStringGetTextDatum(order->json) : (Datum) 0;
		values[3] = order->why ? CStringGetTextDatum(order->why) : (Datum) 0;
		tuplestore_putvalues(store, tupdesc, values, nulls);
	}
	PG_RETURN_NULL();
}

/* The URLs of a request array, not yet started. */
typedef struct UrlList
{
	Datum	   *urls;
	int			nurls;
	int			next;
} UrlList;

/* Start what may run beside the requests in flight. */
static void
start_some(CartonaHttp *http, UrlList *list, int parallel, CartonaHttpRequest *request)
{
	while (list->next < list->nurls && cartona_http_in_flight(http) < parallel)
	{
		request->url = TextDatumGetCString(list->urls[list->next]);
		request->tag = list->next++;
		cartona_http_start(http, request);
	}
}

static void
put_answer(Tuplestorestate *store, TupleDesc tupdesc, const CartonaHttpAnswer *answer)
{
	static const char *const outcomes[] = {"answered", "failed", "too_large"};
	Datum		values[8];
	bool		nulls[8] = {false};

	values[0] = Int64GetDatum(answer->tag);
	values[1] = CStringGetTextDatum(outcomes[answer->outcome]);
	values[2] = Int32GetDatum(answer->status);
	values[3] = Int64GetDatum((int64) answer->body_len);
	values[4] = CStringGetTextDatum(cartona_api_clean_text(answer->body, Min(answer->body_len, 200)));
	values[5] = Int32GetDatum(answer->retry_after_s);
	values[6] = Float8GetDatum(answer->elapsed_ms);
	values[7] = CStringGetTextDatum(answer->error);
	tuplestore_putvalues(store, tupdesc, values, nulls);
}

/*
 * unit_http(urls text[], token text, body text, connect_ms int, total_ms int,
 * max_answer bigint, parallel int, give_up_ms int) returns rows of answers as
 * they come, through one client that lives for this call.  After give_up_ms
 * what is in flight is abandoned and nothing more is started.
 */
Datum
unit_http(PG_FUNCTION_ARGS)
{
	TupleDesc	tupdesc;
	Tuplestorestate *store = start_rows(fcinfo, &tupdesc);
	MemoryContext work = AllocSetContextCreate(CurrentMemoryContext, "unit http", ALLOCSET_DEFAULT_SIZES);
	CartonaHttpRequest request = {0};
	CartonaHttp *http = cartona_http_create(work);
	UrlList		list = {0};
	instr_time	start;

	request.token = text_or_null(fcinfo, 1);
	request.body = text_or_null(fcinfo, 2);
	request.body_len = request.body ? strlen(request.body) : 0;
	request.method = request.body ? "POST" : "GET";
	request.connect_timeout_ms = PG_GETARG_INT32(3);
	request.total_timeout_ms = PG_GETARG_INT32(4);
	request.max_answer = PG_GETARG_INT64(5);
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT,
					  &list.urls, NULL, &list.nurls);
	start_some(http, &list, PG_GETARG_INT32(6), &request);

	INSTR_TIME_SET_CURRENT(start);
	while (cartona_http_in_flight(http) > 0)
	{
		CartonaHttpAnswer *answer;
		instr_time	now;
		int			events;

		CHECK_FOR_INTERRUPTS();
		INSTR_TIME_SET_CURRENT(now);
		INSTR_TIME_SUBTRACT(now, start);
		if (INSTR_TIME_GET_MILLISEC(now) > PG_GETARG_INT32(7))
		{
			cartona_http_abandon(http);
			break;
		}
		events = WaitLatchOrSocket(MyLatch,
								   WL_LATCH_SET | WL_SOCKET_READABLE | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH,
								   cartona_http_fd(http), 50, PG_WAIT_EXTENSION);
		if (events & WL_LATCH_SET)
			ResetLatch(MyLatch);
		if (events & WL_SOCKET_READABLE)
			cartona_http_drive(http);
		while ((answer = cartona_http_next(http)) != NULL)
			put_answer(store, tupdesc, answer);
		start_some(http, &list, PG_GETARG_INT32(6), &request);
	}
	MemoryContextDelete(work);
	PG_RETURN_NULL();
}
