/*-------------------------------------------------------------------------
 *
 * preview.c
 *	  What comparing an account's confirmed orders would send, for
 *	  cartona.preview().
 *
 * Neighbours: level.c compares; outbox/compare.c knows which orders.
 * Transactions: the caller's; only reads, with the rights of Odoo's own role.
 * Memory: each order in a context of its own, reset after it.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/push/preview.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/spi.h"
#include "base/srf.h"
#include "base/xact.h"
#include "push/level.h"

PG_FUNCTION_INFO_V1(cartona_sql_order_steps);

/* What comparing must know of the account, whether it works or not. */
static bool
read_settings(int32 account_id, CartonaAccount *account)
{
	Oid			types[1] = {INT4OID};
	Datum		values[1] = {Int32GetDatum(account_id)};

	memset(account, 0, sizeof(*account));
	account->id = account_id;
	if (cartona_spi_run("SELECT report_shipped, report_prices, price_includes_tax FROM cartona.account WHERE id = $1",
						1, types, values, NULL) == 0)
		return false;
	account->report_shipped = cartona_spi_bool(0, 1);
	account->report_prices = cartona_spi_bool(0, 2);
	account->price_includes_tax = cartona_spi_bool(0, 3);
	return true;
}

static void
put_step(Tuplestorestate *store, TupleDesc tupdesc, const CartonaOrderClaim *claim, const CartonaStep *step)
{
	Datum		values[5];
	bool		nulls[5] = {false, false, false, false, false};
	const char *note = step->waiting ? step->waiting : step->problem;

	values[0] = Int32GetDatum((int32) claim->order_id);
	values[1] = CStringGetTextDatum(claim->hashed_id);
	values[2] = step->status ? CStringGetTextDatum(step->status) : (Datum) 0;
	nulls[2] = step->status == NULL;
	values[3] = claim->known_status ? CStringGetTextDatum(claim->known_status) : (Datum) 0;
	nulls[3] = claim->known_status == NULL;
	values[4] = note ? CStringGetTextDatum(note) : (Datum) 0;
	nulls[4] = note == NULL;
	tuplestore_putvalues(store, tupdesc, values, nulls);
}

static void
put_steps(int32 account_id, Tuplestorestate *store, TupleDesc tupdesc)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "cartona preview", ALLOCSET_DEFAULT_SIZES);
	CartonaAccount account;
	CartonaOrderClaim *claims;
	int			n = read_settings(account_id, &account) ? cartona_compare_open(account_id, &claims) : 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		MemoryContext old = MemoryContextSwitchTo(scratch);
		CartonaStep step;

		CHECK_FOR_INTERRUPTS();
		cartona_level_next(&account, &claims[i], &step);
		if (step.kind != CARTONA_STEP_NONE || step.waiting != NULL)
			put_step(store, tupdesc, &claims[i], &step);
		MemoryContextSwitchTo(old);
		MemoryContextReset(scratch);
	}
	MemoryContextDelete(scratch);
}

/* cartona._order_steps(account_id) */
Datum
cartona_sql_order_steps(PG_FUNCTION_ARGS)
{
	TupleDesc	tupdesc;
	Tuplestorestate *store = cartona_srf_begin(fcinfo, &tupdesc);
	CartonaUser saved;

	if (!OidIsValid(cartona_odoo_owner()))
		return (Datum) 0;

	SPI_connect();
	cartona_user_shed_superuser(&saved);
	put_steps(PG_GETARG_INT32(0), store, tupdesc);
	cartona_user_restore(&saved);
	SPI_finish();
	return (Datum) 0;
}
