/*-------------------------------------------------------------------------
 *
 * account.h
 *	  Accounts as the worker sees them, and their tokens.
 *
 * IDENTIFICATION
 *	  src/config/account.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_ACCOUNT_H
#define CARTONA_ACCOUNT_H

#include "datatype/timestamp.h"

typedef struct CartonaAccount
{
	int32		id;
	char	   *name;
	char	   *api_url;
	char	   *token;			/* NULL: none set */
	int			push_batch_size;
	int			push_parallel;
	int			connect_timeout_ms;
	int			total_timeout_ms;
	int			max_answer_bytes;
	int			retry_cap_s;
	int64		pull_interval_us;
	int			pull_page_size;
	TimestampTz last_pull_at;	/* 0: never */
	char	   *pull_from;		/* ISO 8601: last_order_sync less the overlap,
								 * or orders_since */
	TimestampTz next_full_sync; /* from full_sync_at and last_full_sync */
	bool		price_includes_tax;
	bool		report_shipped;
	bool		report_prices;
	char	   *cancellation_reason;	/* NULL: none */
	bool		held;			/* products wait for a human */
	bool		pull_wanted;	/* cartona.pull_orders() was called */
	bool		check_wanted;	/* cartona.test_connection() was called */
} CartonaAccount;

/*
 * The accounts that work here and now, with their tokens: active, enabled in
 * this database, not stopped, with a usable URL and a token, and the database
 * not neutralized.  In an open transaction with SPI; palloc'd in "context".
 * Why an account is not among them is what cartona.status shows.
 */
extern int	cartona_account_load(MemoryContext context, CartonaAccount **accounts);

/*
 * May the account send and pull at this moment?  Read in every claim, so that
 * disable() and a neutralized database take effect at once.
 */
extern bool cartona_account_is_on(int32 account_id);

/* Are its products held for a human?  Read in the claim as well. */
extern bool cartona_account_is_held(int32 account_id);

/* Why nothing at all may be sent from this database; NULL: no reason.  A constant. */
extern const char *cartona_account_silence(void);

/* The accounts to be checked, whether they work or not; token and URL can be missing. */
extern int	cartona_account_load_checks(MemoryContext context, CartonaAccount **accounts);

/* Stop an account (its token was refused...) until enable() or a new token. */
extern void cartona_account_stop(int32 account_id, const char *reason);

#endif							/* CARTONA_ACCOUNT_H */
