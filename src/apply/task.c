/*-------------------------------------------------------------------------
 *
 * task.c
 *	  What Odoo itself has to do with imported orders: adding tasks, and
 *	  telling Odoo.
 *
 * Neighbours: task.sql is what Odoo calls; bridge.c makes its scheduled action
 * due; stages.c looks after each wake-up.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: throws; a task that was added is never lost.
 *
 * IDENTIFICATION
 *	  src/apply/task.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "apply/task.h"
#include "base/settings.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "base/xact.h"
#include "odoo/bridge.h"
#include "odoo/chatter.h"
#include "odoo/partner.h"
#include "odoo/shop.h"

PG_FUNCTION_INFO_V1(cartona_sql_task_chatter);
PG_FUNCTION_INFO_V1(cartona_sql_task_customer);

/* $1: account, $2: kinds, $3: orders, $4: hashed_ids, $5: args */
static CartonaPlan add_plan = {
	"INSERT INTO cartona.odoo_task (account_id, kind, order_id, hashed_id, arg)"
	" SELECT $1, t.kind, nullif(t.order_id, 0), t.hashed_id, coalesce(t.arg, '{}')::jsonb"
	" FROM unnest($2, $3, $4, $5) AS t (kind, order_id, hashed_id, arg)",
	5, {INT4OID, TEXTARRAYOID, INT4ARRAYOID, TEXTARRAYOID, TEXTARRAYOID}
};

void
cartona_task_add(int32 account, const CartonaTask *tasks, int n)
{
	const char **kinds = palloc((n + 1) * sizeof(char *));
	int32	   *orders = palloc((n + 1) * sizeof(int32));
	const char **ids = palloc((n + 1) * sizeof(char *));
	const char **args = palloc((n + 1) * sizeof(char *));
	Datum		values[5];
	int			i;

	if (n == 0)
		return;
	for (i = 0; i < n; i++)
	{
		kinds[i] = tasks[i].kind;
		orders[i] = tasks[i].order_id;
		ids[i] = tasks[i].hashed_id;
		args[i] = tasks[i].arg;
	}
	values[0] = Int32GetDatum(account);
	values[1] = cartona_spi_text_array(kinds, n);
	values[2] = cartona_spi_int32_array(orders, n);
	values[3] = cartona_spi_text_array(ids, n);
	values[4] = cartona_spi_text_array(args, n);
	(void) cartona_spi_execute(&add_plan, values, NULL);
	cartona_shmem_wake_at_commit();
}

static CartonaPlan due_plan = {
	"SELECT (SELECT t.id FROM cartona._task_open t WHERE t.due_at <= now() ORDER BY t.due_at DESC, t.id DESC LIMIT 1),"
	" (SELECT t.due_at FROM cartona._task_open t WHERE t.due_at > now() ORDER BY t.due_at LIMIT 1)",
	0, {0}
};

/*
 * A trigger that Odoo has seen is gone, and one that came while it was at work
 * stays for the next run.  So a task newer than the last trigger needs another,
 * and an older one that still waits without any does too (it was tried again,
 * or the run ended before it came to it).
 */
bool
cartona_task_look(TimestampTz *next)
{
	static int64 told = 0;
	int64		newest;
	bool		isnull;
	Datum		later;

	(void) cartona_spi_execute(&due_plan, NULL, NULL);
	newest = cartona_spi_int64(0, 1);
	later = cartona_spi_datum(0, 2, &isnull);
	*next = isnull ? PG_INT64_MAX : DatumGetTimestampTz(later);
	if (newest == 0)
		return false;
	if (newest <= told && cartona_bridge_is_triggered())
		return false;
	told = Max(told, newest);
	return cartona_bridge_trigger();
}

/* $1: days */
static CartonaPlan expire_plan = {
	"DELETE FROM cartona.odoo_task WHERE state = 'done' AND done_at < now() - make_interval(days => $1)",
	1, {INT4OID}
};

void
cartona_task_expire(void)
{
	Datum		values[1] = {Int32GetDatum(cartona_guc_log_retention_days)};

	(void) cartona_spi_execute(&expire_plan, values, NULL);
}

/* cartona._task_chatter(account_id, order_id, note) */
Datum
cartona_sql_task_chatter(PG_FUNCTION_ARGS)
{
	CartonaChatter note;
	CartonaUser saved;

	note.order_id = PG_GETARG_INT32(1);
	note.text = text_to_cstring(PG_GETARG_TEXT_PP(2));
	SPI_connect();
	cartona_user_shed_superuser(&saved);
	cartona_chatter_write(cartona_shop_read(PG_GETARG_INT32(0), CurrentMemoryContext), &note, 1);
	cartona_user_restore(&saved);
	SPI_finish();
	PG_RETURN_VOID();
}

/* $1: task */
static CartonaPlan retailer_plan = {
	"SELECT t.account_id, t.arg ->> 'cartona_id' FROM cartona.odoo_task t WHERE t.id = $1 AND t.kind = 'customer' AND t.arg ? 'cartona_id'",
	1, {INT8OID}
};

/* cartona._task_customer(task_id) */
Datum
cartona_sql_task_customer(PG_FUNCTION_ARGS)
{
	Datum		values[1] = {PG_GETARG_DATUM(0)};
	CartonaUser saved;
	int32		account;
	char	   *retailer;
	int32		customer;

	SPI_connect();
	if (cartona_spi_execute(&retailer_plan, values, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("task " INT64_FORMAT " does not make a customer", PG_GETARG_INT64(0))));
	account = cartona_spi_int32(0, 1);
	retailer = cartona_spi_text(0, 2, CurrentMemoryContext);
	cartona_user_shed_superuser(&saved);
	customer = cartona_partner_lock(cartona_shop_read(account, CurrentMemoryContext), retailer);
	cartona_user_restore(&saved);
	SPI_finish();
	if (customer == 0)
		PG_RETURN_NULL();
	PG_RETURN_INT32(customer);
}
