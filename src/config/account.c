/*-------------------------------------------------------------------------
 *
 * account.c
 *	  Accounts as the worker sees them, and their tokens.
 *
 * A token is in cartona.secret only (secret.c); it goes to the HTTP client and
 * nowhere else.
 *
 * Neighbours: functions.sql (enable, disable...), stages.c.
 * Transactions: the caller's.
 * Memory: accounts in the context the caller gives, dropped with it.
 * Failure: SQL errors propagate; a token that cannot be a header is refused.
 *
 * IDENTIFICATION
 *	  src/config/account.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xlog.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/redact.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "base/xact.h"
#include "cartona/api.h"
#include "config/account.h"
#include "config/guard.h"
#include "config/secret.h"

#define TOKEN_MASK "********"

PG_FUNCTION_INFO_V1(cartona_sql_set_token);
PG_FUNCTION_INFO_V1(cartona_sql_has_token);
PG_FUNCTION_INFO_V1(cartona_sql_is_neutralized);
PG_FUNCTION_INFO_V1(cartona_sql_url_problem);
PG_FUNCTION_INFO_V1(cartona_sql_account_trigger);

/* Is this a copy that Odoo neutralized (it says so itself)? */
static bool
database_is_neutralized(void)
{
	static CartonaPlan plan = {
		"SELECT EXISTS (SELECT FROM ir_config_parameter"
		" WHERE key = 'database.is_neutralized' AND pg_catalog.lower(value) IN ('true', 't', '1'))",
		0, {0}
	};
	bool		neutralized = false;

	cartona_path_odoo();
	if (OidIsValid(RelnameGetRelid("ir_config_parameter")))
	{
		cartona_spi_execute(&plan, NULL, NULL);
		neutralized = cartona_spi_bool(0, 1);
	}
	cartona_path_own();
	return neutralized;
}

const char *
cartona_account_silence(void)
{
	if (!cartona_guard_is_home())
		return "this database is a copy: cartona.enable() adopts it";
	if (database_is_neutralized())
		return "Odoo neutralized this database";
	return NULL;
}

bool
cartona_account_is_on(int32 account_id)
{
	static CartonaPlan plan = {
		"SELECT FROM cartona.account a, cartona.account_state s"
		" WHERE a.id = $1 AND s.account_id = a.id AND a.active AND s.stopped_reason IS NULL"
		"  AND a.bound_system = $2 AND a.bound_database = $3",
		3, {INT4OID, INT8OID, OIDOID}
	};
	Datum		values[3];

	values[0] = Int32GetDatum(account_id);
	values[1] = Int64GetDatum((int64) GetSystemIdentifier());
	values[2] = ObjectIdGetDatum(MyDatabaseId);
	return cartona_spi_execute(&plan, values, NULL) > 0 && !database_is_neutralized();
}

bool
cartona_account_is_held(int32 account_id)
{
	static CartonaPlan plan = {
		"SELECT FROM cartona.account_state WHERE account_id = $1 AND held_reason IS NOT NULL",
		1, {INT4OID}
	};
	Datum		values[1];

	values[0] = Int32GetDatum(account_id);
	return cartona_spi_execute(&plan, values, NULL) > 0;
}

/* Everything of CartonaAccount but the token, in the order read_account takes it. */
#define SELECT_ACCOUNT \
	"SELECT id, name, api_url, push_batch_size, push_parallel," \
	" (extract(epoch FROM connect_timeout) * 1000)::integer," \
	" (extract(epoch FROM total_timeout) * 1000)::integer," \
	" max_answer_bytes," \
	" extract(epoch FROM retry_cap)::integer," \
	" (extract(epoch FROM pull_interval) * 1000000)::bigint," \
	" pull_page_size, last_pull_at," \
	" to_char(CASE WHEN last_order_sync IS NULL THEN orders_since" \
	"  ELSE greatest(last_order_sync - pull_overlap, orders_since) END AT TIME ZONE 'UTC'," \
	"  'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')," \
	/* the first full_sync_at after the last one; enabling compared everything */ \
	" (coalesce(last_full_sync, now())::date" \
	"  + CASE WHEN coalesce(last_full_sync, now())::time < full_sync_at THEN 0 ELSE 1 END + full_sync_at)::timestamptz," \
	" held_reason IS NOT NULL, pull_wanted, check_wanted, report_shipped, report_prices, cancellation_reason, price_includes_tax" \
	" FROM cartona.account a JOIN cartona.account_state s ON s.account_id = a.id"

static TimestampTz
timestamp_column(uint64 row, int col)
{
	bool		isnull;
	Datum		value = cartona_spi_datum(row, col, &isnull);

	return isnull ? 0 : DatumGetTimestampTz(value);
}

static void
read_account(uint64 row, MemoryContext context, CartonaAccount *account)
{
	account->id = cartona_spi_int32(row, 1);
	account->name = cartona_spi_text(row, 2, context);
	account->api_url = cartona_spi_text(row, 3, context);
	account->push_batch_size = cartona_spi_int32(row, 4);
	account->push_parallel = cartona_spi_int32(row, 5);
	account->connect_timeout_ms = cartona_spi_int32(row, 6);
	account->total_timeout_ms = cartona_spi_int32(row, 7);
	account->max_answer_bytes = cartona_spi_int32(row, 8);
	account->retry_cap_s = cartona_spi_int32(row, 9);
	account->pull_interval_us = cartona_spi_int64(row, 10);
	account->pull_page_size = cartona_spi_int32(row, 11);
	account->last_pull_at = timestamp_column(row, 12);
	account->pull_from = cartona_spi_text(row, 13, context);
	account->next_full_sync = timestamp_column(row, 14);
	account->held = cartona_spi_bool(row, 15);
	account->pull_wanted = cartona_spi_bool(row, 16);
	account->check_wanted = cartona_spi_bool(row, 17);
	account->report_shipped = cartona_spi_bool(row, 18);
	account->report_prices = cartona_spi_bool(row, 19);
	account->cancellation_reason = cartona_spi_text(row, 20, context);
	account->price_includes_tax = cartona_spi_bool(row, 21);
}

static int
read_accounts(CartonaPlan *plan, Datum *values, MemoryContext context, CartonaAccount **accounts)
{
	uint64		n = cartona_spi_execute(plan, values, NULL);
	uint64		i;

	*accounts = MemoryContextAllocZero(context, sizeof(CartonaAccount) * (n + 1));
	for (i = 0; i < n; i++)
		read_account(i, context, &(*accounts)[i]);
	for (i = 0; i < n; i++)
		(*accounts)[i].token = cartona_secret_read((*accounts)[i].id, CARTONA_SECRET_TOKEN, context);
	return (int) n;
}

int
cartona_account_load(MemoryContext context, CartonaAccount **accounts)
{
	static CartonaPlan plan = {
		SELECT_ACCOUNT
		" WHERE active AND stopped_reason IS NULL AND bound_system = $1 AND bound_database = $2"
		" ORDER BY id",
		2, {INT8OID, OIDOID}
	};
	Datum		values[2];
	int			n;
	int			i;
	int			usable = 0;

	values[0] = Int64GetDatum((int64) GetSystemIdentifier());
	values[1] = ObjectIdGetDatum(MyDatabaseId);
	n = read_accounts(&plan, values, context, accounts);
	if (n > 0 && database_is_neutralized())
		return 0;
	for (i = 0; i < n; i++)
	{
		CartonaAccount *account = &(*accounts)[i];
		const char *why;

		if (account->token == NULL || account->api_url == NULL ||
			!cartona_api_url_ok(account->api_url, &why))
			continue;
		if (usable != i)
			(*accounts)[usable] = *account;
		usable++;
	}
	return usable;
}

int
cartona_account_load_checks(MemoryContext context, CartonaAccount **accounts)
{
	static CartonaPlan plan = {
		SELECT_ACCOUNT " WHERE check_wanted ORDER BY id",
		0, {0}
	};

	return read_accounts(&plan, NULL, context, accounts);
}

void
cartona_account_stop(int32 account_id, const char *reason)
{
	static CartonaPlan plan = {
		"UPDATE cartona.account_state SET stopped_reason = $2, stopped_at = now() WHERE account_id = $1 AND stopped_reason IS NULL",
		2, {INT4OID, TEXTOID}
	};
	Datum		values[2];

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(reason);
	if (cartona_spi_execute(&plan, values, NULL) > 0)
		ereport(LOG,
				(errmsg("Cartona account %d is stopped: %s", account_id, reason),
				 errhint("Set a valid token with cartona.set_token() or call cartona.enable(%d).", account_id)));
}

/* Store a token, or remove it (NULL or empty); an account that was stopped because of the former one goes on. */
static void
write_token(int32 account_id, const char *token)
{
	static CartonaPlan go_on = {
		"UPDATE cartona.account_state SET stopped_reason = NULL, stopped_at = NULL"
		" WHERE account_id = $1 AND stopped_reason IS NOT NULL",
		1, {INT4OID}
	};
	Datum		values[1];

	values[0] = Int32GetDatum(account_id);
	cartona_secret_write(account_id, CARTONA_SECRET_TOKEN, token);
	cartona_spi_execute(&go_on, values, NULL);
	cartona_shmem_wake_at_commit();
}

static bool
has_token(int32 account_id)
{
	char	   *token = cartona_secret_read(account_id, CARTONA_SECRET_TOKEN, CurrentMemoryContext);

	return token != NULL && token[0] != '\0';
}

/* cartona.set_token(account_id, token) */
Datum
cartona_sql_set_token(PG_FUNCTION_ARGS)
{
	static CartonaPlan exists = {
		"SELECT FROM cartona.account WHERE id = $1",
		1, {INT4OID}
	};
	static CartonaPlan mark = {
		"UPDATE cartona.account SET api_token = $2 WHERE id = $1 AND api_token IS DISTINCT FROM $2",
		2, {INT4OID, TEXTOID}
	};
	int32		account_id;
	char	   *token = NULL;
	Datum		values[2];
	char		nulls[2] = {' ', ' '};

	cartona_redact_statement("SELECT cartona.set_token(...)");

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("account id must not be null")));
	account_id = PG_GETARG_INT32(0);
	if (!PG_ARGISNULL(1))
		token = text_to_cstring(PG_GETARG_TEXT_PP(1));
	if (token != NULL)
		cartona_secret_check_header(token, "token");

	SPI_connect();
	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(TOKEN_MASK);
	if (token == NULL || token[0] == '\0')
		nulls[1] = 'n';
	if (cartona_spi_execute(&exists, values, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("account %d does not exist", account_id),
				 errhint("The accounts are in cartona.account; cartona.attach() makes the first one.")));
	write_token(account_id, token);
	/* Where a token takes another's place, the account's row stays as it is. */
	cartona_spi_execute(&mark, values, nulls);
	SPI_finish();
	PG_RETURN_VOID();
}

/* cartona._is_neutralized(): read with the rights of Odoo's own role */
Datum
cartona_sql_is_neutralized(PG_FUNCTION_ARGS)
{
	Oid			owner = cartona_odoo_owner();
	CartonaUser saved;
	bool		neutralized;

	if (!OidIsValid(owner))
		PG_RETURN_BOOL(false);
	SPI_connect();
	cartona_user_become(owner, &saved);
	neutralized = database_is_neutralized();
	cartona_user_restore(&saved);
	SPI_finish();
	PG_RETURN_BOOL(neutralized);
}

/* cartona._has_token(account_id) */
Datum
cartona_sql_has_token(PG_FUNCTION_ARGS)
{
	bool		result;

	SPI_connect();
	result = has_token(PG_GETARG_INT32(0));
	SPI_finish();
	PG_RETURN_BOOL(result);
}

/* cartona._url_problem(url): what is wrong with an API URL, null when nothing is */
Datum
cartona_sql_url_problem(PG_FUNCTION_ARGS)
{
	const char *why = "the URL is missing";

	if (!PG_ARGISNULL(0) && cartona_api_url_ok(text_to_cstring(PG_GETARG_TEXT_PP(0)), &why))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(why));
}

/* The row with a mask where there is a token; it outlives the SPI connection. */
static HeapTuple
masked(HeapTuple row, TupleDesc desc, int column, int32 account_id)
{
	bool		none = !has_token(account_id);
	Datum		mask = none ? (Datum) 0 : CStringGetTextDatum(TOKEN_MASK);

	return SPI_copytuple(heap_modify_tuple_by_cols(row, desc, 1, &column, &mask, &none));
}

/*
 * BEFORE row trigger on cartona.account: a token written into the account (a
 * form, an UPDATE) is moved to cartona.secret and a mask stays; with the account
 * its secrets go.  A mask that comes from a restored dump has no token behind
 * it and is taken away.
 */
Datum
cartona_sql_account_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	TupleDesc	desc;
	HeapTuple	row;
	int			column;
	int			id_column;
	int32		id;
	char	   *given;
	bool		isnull;

	/*
	 * Whoever may execute it may put it on any table: it works on its own one
	 * only.
	 */
	if (!CALLED_AS_TRIGGER(fcinfo) ||
		!TRIGGER_FIRED_BEFORE(data->tg_event) || !TRIGGER_FIRED_FOR_ROW(data->tg_event) ||
		RelationGetRelid(data->tg_relation) != get_relname_relid("account", get_namespace_oid("cartona", false)))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this trigger function belongs to table \"cartona.account\"")));

	desc = RelationGetDescr(data->tg_relation);
	row = TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newtuple : data->tg_trigtuple;
	id_column = SPI_fnumber(desc, "id");
	column = SPI_fnumber(desc, "api_token");
	if (id_column <= 0 || column <= 0)
		return PointerGetDatum(row);
	id = DatumGetInt32(SPI_getbinval(row, desc, id_column, &isnull));

	SPI_connect();
	if (TRIGGER_FIRED_BY_DELETE(data->tg_event))
	{
		cartona_secret_forget(id);
		cartona_shmem_wake_at_commit();
		SPI_finish();
		return PointerGetDatum(row);
	}

	if (TRIGGER_FIRED_BY_UPDATE(data->tg_event) &&
		id != DatumGetInt32(SPI_getbinval(data->tg_trigtuple, desc, id_column, &isnull)))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("the id of an account cannot be changed"),
				 errhint("Orders, products and the token belong to it.")));

	given = SPI_getvalue(row, desc, column);
	if (given != NULL && strcmp(given, TOKEN_MASK) != 0)
	{
		cartona_redact_statement("UPDATE cartona.account SET api_token = ...");
		cartona_secret_check_header(given, "token");
		write_token(id, given);
	}
	else if (given == NULL || TRIGGER_FIRED_BY_INSERT(data->tg_event))
		write_token(id, NULL);
	row = masked(row, desc, column, id);
	SPI_finish();
	return PointerGetDatum(row);
}
