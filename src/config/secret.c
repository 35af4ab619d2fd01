/*-------------------------------------------------------------------------
 *
 * secret.c
 *	  cartona.secret: the only door to tokens and webhook secrets.
 *
 * The table has no grant to anybody and is not dumped.  C code of this file
 * reads and writes it as the table's owner.
 *
 * Neighbours: account.c keeps the token, webhook/ judges callers by the webhook
 * secrets, base/redact.c keeps what is given here out of the server's log.
 * Transactions: the caller's; the webhook worker is woken at its commit.
 * Memory: values in the context the caller gives.
 * Failure: SQL errors propagate; what cannot be a secret is refused.
 *
 * IDENTIFICATION
 *	  src/config/secret.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "base/redact.h"
#include "base/shmem.h"
#include "base/spi.h"
#include "base/xact.h"
#include "config/secret.h"
#include "config/secret_key.h"

#define MAX_SECRET 4096

PG_FUNCTION_INFO_V1(cartona_sql_set_webhook_secret);
PG_FUNCTION_INFO_V1(cartona_sql_clear_old_webhook_secret);
PG_FUNCTION_INFO_V1(cartona_sql_has_webhook_secret);
PG_FUNCTION_INFO_V1(cartona_sql_set_metrics_token);

char *
cartona_secret_read(int32 account_id, const char *kind, MemoryContext context)
{
	static CartonaPlan plan = {
		"SELECT value FROM cartona.secret WHERE account_id = $1 AND kind = $2",
		2, {INT4OID, TEXTOID}
	};
	Datum		values[2];
	CartonaUser saved;
	char	   *value = NULL;

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(kind);
	cartona_user_become(cartona_extension_owner(), &saved);
	if (cartona_spi_execute(&plan, values, NULL) > 0)
		value = cartona_spi_text(0, 1, context);
	cartona_user_restore(&saved);
	return value;
}

void
cartona_secret_write(int32 account_id, const char *kind, const char *value)
{
	static CartonaPlan upsert = {
		"INSERT INTO cartona.secret (account_id, kind, value) VALUES ($1, $2, $3)"
		" ON CONFLICT (account_id, kind) DO UPDATE SET value = $3, set_at = now()",
		3, {INT4OID, TEXTOID, TEXTOID}
	};
	static CartonaPlan remove = {
		"DELETE FROM cartona.secret WHERE account_id = $1 AND kind = $2",
		2, {INT4OID, TEXTOID}
	};
	Datum		values[3];
	CartonaUser saved;

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(kind);
	cartona_user_become(cartona_extension_owner(), &saved);
	if (value == NULL || value[0] == '\0')
		cartona_spi_execute(&remove, values, NULL);
	else
	{
		values[2] = CStringGetTextDatum(value);
		cartona_spi_execute(&upsert, values, NULL);
	}
	cartona_user_restore(&saved);
}

void
cartona_secret_forget(int32 account_id)
{
	static CartonaPlan plan = {
		"DELETE FROM cartona.secret WHERE account_id = $1",
		1, {INT4OID}
	};
	Datum		values[1];
	CartonaUser saved;

	values[0] = Int32GetDatum(account_id);
	cartona_user_become(cartona_extension_owner(), &saved);
	cartona_spi_execute(&plan, values, NULL);
	cartona_user_restore(&saved);
	cartona_shmem_wake_webhook_at_commit();
}

int
cartona_secret_load_webhook(MemoryContext context, CartonaSecret **secrets)
{
	static CartonaPlan plan = {
		"SELECT account_id, value FROM cartona.secret"
		" WHERE kind IN ('webhook_secret', 'webhook_secret_old') ORDER BY account_id, kind",
		0, {0}
	};
	CartonaUser saved;
	uint64		n;
	uint64		i;

	cartona_user_become(cartona_extension_owner(), &saved);
	n = cartona_spi_execute(&plan, NULL, NULL);
	*secrets = MemoryContextAllocZero(context, sizeof(CartonaSecret) * (n + 1));
	for (i = 0; i < n; i++)
	{
		(*secrets)[i].account_id = cartona_spi_int32(i, 1);
		(*secrets)[i].value = cartona_spi_text(i, 2, context);
	}
	cartona_user_restore(&saved);
	return (int) n;
}

void
cartona_secret_check_header(const char *value, const char *what)
{
	const unsigned char *c;

	if (strlen(value) > MAX_SECRET)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is longer than %d bytes", what, MAX_SECRET)));
	for (c = (const unsigned char *) value; *c; c++)
	{
		if (*c < 0x20 || *c == 0x7f)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("%s contains a control character", what),
					 errhint("Copy the %s without line breaks.", what)));
	}
}

/* A header's value comes without the white space around it, and what can be guessed is no secret. */
static void
check_strength(const char *value, const char *what)
{
	CartonaSecretKey key;
	const char *why;

	cartona_secret_check_header(value, what);
	if (value[0] == ' ' || value[strlen(value) - 1] == ' ')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s begins or ends with a space", what),
				 errhint("Copy the %s without spaces around it.", what)));
	why = cartona_secret_key(value, &key);
	explicit_bzero(&key, sizeof(key));
	if (why != NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s cannot be used: %s", what, why),
				 errhint("Make one with: echo \"whsec_$(openssl rand -base64 32)\"")));
}

/* Whoever else sets a webhook secret waits until our end; readers, and who sets a token, do not. */
static void
lock_webhook_secrets(void)
{
	CartonaUser saved;

	cartona_user_become(cartona_extension_owner(), &saved);
	cartona_spi_run("LOCK TABLE cartona.secret IN SHARE UPDATE EXCLUSIVE MODE", 0, NULL, NULL, NULL);
	cartona_user_restore(&saved);
}

/*
 * The secret chooses the account, so it can only be one's.  Under the lock, and
 * by what is committed now.  No unique index: its error would show the secret.
 */
static void
check_unique(int32 account_id, const char *secret)
{
	static CartonaPlan plan = {
		"SELECT FROM cartona.secret WHERE account_id <> $1 AND value = $2"
		" AND kind IN ('webhook_secret', 'webhook_secret_old')",
		2, {INT4OID, TEXTOID}
	};
	Datum		values[2];
	CartonaUser saved;
	uint64		n;

	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(secret);
	cartona_user_become(cartona_extension_owner(), &saved);
	n = cartona_spi_execute_latest(&plan, values, NULL);
	cartona_user_restore(&saved);
	if (n > 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNIQUE_VIOLATION),
				 errmsg("another account has this webhook secret"),
				 errhint("The secret tells which account an event is for: give each account its own.")));
}

static void
check_account(int32 account_id)
{
	static CartonaPlan plan = {
		/*
		 * locked, so that the account cannot go at the same time and leave
		 * the secret
		 */
		"SELECT FROM cartona.account WHERE id = $1 FOR KEY SHARE",
		1, {INT4OID}
	};
	Datum		values[1];

	values[0] = Int32GetDatum(account_id);
	if (cartona_spi_execute(&plan, values, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("account %d does not exist", account_id),
				 errhint("The accounts are in cartona.account; cartona.attach() makes the first one.")));
}

/* cartona.set_webhook_secret(account_id, secret) */
Datum
cartona_sql_set_webhook_secret(PG_FUNCTION_ARGS)
{
	int32		account_id;
	char	   *secret = NULL;
	char	   *former;

	cartona_redact_statement("SELECT cartona.set_webhook_secret(...)");

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("account id must not be null")));
	account_id = PG_GETARG_INT32(0);
	if (!PG_ARGISNULL(1))
		secret = text_to_cstring(PG_GETARG_TEXT_PP(1));
	if (secret != NULL && secret[0] == '\0')
		secret = NULL;
	if (secret != NULL)
		check_strength(secret, "webhook secret");

	SPI_connect();
	lock_webhook_secrets();
	check_account(account_id);
	former = cartona_secret_read(account_id, CARTONA_SECRET_WEBHOOK, CurrentMemoryContext);
	if (secret == NULL)
	{
		cartona_secret_write(account_id, CARTONA_SECRET_WEBHOOK, NULL);
		cartona_secret_write(account_id, CARTONA_SECRET_WEBHOOK_OLD, NULL);
	}
	/* Given again: the former one must not be pushed out by it. */
	else if (former == NULL || strcmp(former, secret) != 0)
	{
		check_unique(account_id, secret);
		if (former != NULL)
			cartona_secret_write(account_id, CARTONA_SECRET_WEBHOOK_OLD, former);
		cartona_secret_write(account_id, CARTONA_SECRET_WEBHOOK, secret);
	}
	cartona_shmem_wake_webhook_at_commit();
	SPI_finish();
	PG_RETURN_VOID();
}

/* cartona.clear_old_webhook_secret(account_id) */
Datum
cartona_sql_clear_old_webhook_secret(PG_FUNCTION_ARGS)
{
	SPI_connect();
	check_account(PG_GETARG_INT32(0));
	cartona_secret_write(PG_GETARG_INT32(0), CARTONA_SECRET_WEBHOOK_OLD, NULL);
	cartona_shmem_wake_webhook_at_commit();
	SPI_finish();
	PG_RETURN_VOID();
}

/* cartona._has_webhook_secret(account_id) */
Datum
cartona_sql_has_webhook_secret(PG_FUNCTION_ARGS)
{
	bool		result;

	SPI_connect();
	result = cartona_secret_read(PG_GETARG_INT32(0), CARTONA_SECRET_WEBHOOK, CurrentMemoryContext) != NULL;
	SPI_finish();
	PG_RETURN_BOOL(result);
}

/* cartona.set_metrics_token(token) */
Datum
cartona_sql_set_metrics_token(PG_FUNCTION_ARGS)
{
	char	   *token = NULL;

	cartona_redact_statement("SELECT cartona.set_metrics_token(...)");
	if (!PG_ARGISNULL(0))
		token = text_to_cstring(PG_GETARG_TEXT_PP(0));
	if (token != NULL && token[0] != '\0')
		check_strength(token, "metrics token");
	SPI_connect();
	cartona_secret_write(CARTONA_SECRET_NO_ACCOUNT, CARTONA_SECRET_METRICS, token);
	cartona_shmem_wake_webhook_at_commit();
	SPI_finish();
	PG_RETURN_VOID();
}
