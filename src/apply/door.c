/*-------------------------------------------------------------------------
 *
 * door.c
 *	  cartona.create_or_update_order(): an order by hand.
 *
 * Neighbours: inbox.c stores it, row.c applies it as a batch of one, as for an
 * order that was pulled.
 * Transactions: the caller's.
 * Memory: a context of its own, gone at the end.
 * Failure: raised to the caller, whose transaction takes everything back.
 *
 * IDENTIFICATION
 *	  src/apply/door.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "apply/payload.h"
#include "apply/row.h"
#include "base/spi.h"
#include "base/xact.h"
#include "inbox/inbox.h"

/* $1: account, $2: hashed_id */
static CartonaPlan one_plan = {
	"SELECT " CARTONA_ROW_COLUMNS " FROM cartona.inbox i WHERE i.account_id = $1 AND i.hashed_id = $2 FOR UPDATE",
	2, {INT4OID, TEXTOID}
};

static CartonaPlan only_account_plan = {
	"SELECT max(a.id), count(*) FROM cartona.account a", 0, {0}
};

static int32
only_account(void)
{
	if (cartona_spi_execute(&only_account_plan, NULL, NULL) != 1 || cartona_spi_int64(0, 2) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("there is no account"),
				 errhint("Call cartona.attach().")));
	if (cartona_spi_int64(0, 2) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there are several accounts: name one"),
				 errhint("cartona.create_or_update_order(payload, account_id)")));
	return cartona_spi_int32(0, 1);
}

/* The row of an order in the inbox, stored and locked. */
static void
store_one(int32 account, Jsonb *payload, CartonaInboxRow *row)
{
	CartonaApiOrder order = {0};
	CartonaInboxCount count;
	Datum		values[2];

	order.hashed_id = cartona_payload_hashed_id(payload);
	if (order.hashed_id == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the order has no usable hashed_id")));
	order.json = JsonbToCString(NULL, &payload->root, VARSIZE(payload));
	cartona_inbox_store(account, "sql", &order, 1, &count);
	values[0] = Int32GetDatum(account);
	values[1] = CStringGetTextDatum(order.hashed_id);
	if (cartona_spi_execute(&one_plan, values, NULL) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("order \"%s\" could not be stored", order.hashed_id)));
	cartona_row_read(0, row);
}

/*
 * cartona.create_or_update_order(payload jsonb, account_id integer) returns
 * sale_order.id, null where no order is made (cancelled, being edited, deleted
 * by a clerk).
 */
PGDLLEXPORT PG_FUNCTION_INFO_V1(cartona_create_or_update_order);

Datum
cartona_create_or_update_order(PG_FUNCTION_ARGS)
{
	MemoryContext context;
	MemoryContext caller = CurrentMemoryContext;
	CartonaUser saved;
	CartonaInboxRow row;
	CartonaInboxRow *rows = &row;
	CartonaShop *shop;
	Jsonb	   *payload;
	int32		account;
	int32		order_id;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the order must not be null")));
	payload = PG_GETARG_JSONB_P(0);

	context = AllocSetContextCreate(caller, "cartona create order", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(context);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to the SPI manager");
	MemoryContextSwitchTo(context);
	cartona_user_shed_superuser(&saved);
	account = PG_ARGISNULL(1) ? only_account() : PG_GETARG_INT32(1);
	shop = cartona_shop_read(account, context);
	store_one(account, payload, &row);
	cartona_row_classify(account, &rows, 1);
	if (row.error == NULL)
		cartona_row_apply(shop, &rows, 1);
	if (row.error != NULL)
		ReThrowError(row.error);
	cartona_user_restore(&saved);
	SPI_finish();
	order_id = strcmp(row.state, "applied") == 0 ? row.order_id : 0;
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(context);

	if (order_id == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(order_id);
}
