/*-------------------------------------------------------------------------
 *
 * traffic.h
 *	  What is on its way for each account, and when it may send again.
 *
 * IDENTIFICATION
 *	  src/push/traffic.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_TRAFFIC_H
#define CARTONA_TRAFFIC_H

#include "utils/hsearch.h"

#include "cartona/api.h"
#include "config/account.h"
#include "http/client.h"

/* An account's state in the worker's memory; nothing here must survive a crash. */
typedef struct CartonaTraffic
{
	int32		account_id;
	CartonaAccount *account;	/* as last loaded; NULL: it does not work now */
	int			in_flight;
	/* the breaker: after an outage one request at a time probes */
	int			outages;		/* failed rounds in a row */
	TimestampTz failed_at;		/* when the last round failed */
	TimestampTz retry_at;		/* no request before then */
	int			refused_batches;	/* server errors on product batches in a
									 * row: smaller ones help */
	int			refused_acks;	/* the same for acknowledgements */
	int			acks_in_flight; /* requests */
	/* pull.c's */
	bool		pulling;
	bool		pull_waits;		/* due, but acknowledgements are on their way */
	int			pull_page;
	int			pull_pass;
	int			pull_failures;
	TimestampTz pull_started;
	TimestampTz pull_due;
	MemoryContext pull_context;
	HTAB	   *pull_seen;		/* hashed ids of this pull */
	uint64		acks;			/* acknowledgements accepted so far */
	uint64		acks_before;	/* when the present pass began */
} CartonaTraffic;

typedef enum CartonaTransferKind
{
	CARTONA_TRANSFER_ORDER,
	CARTONA_TRANSFER_ACKS,
	CARTONA_TRANSFER_PRODUCTS,
	CARTONA_TRANSFER_PULL,
	CARTONA_TRANSFER_CHECK
} CartonaTransferKind;

/* A request on its way. */
typedef struct CartonaTransfer
{
	uint64		tag;
	CartonaTransferKind kind;
	CartonaTraffic *traffic;
	char	   *request;		/* method and path, for the log */
	TimestampTz started;
	void	   *payload;		/* what the kind's own code needs to settle it */
	MemoryContext context;		/* holds this struct and the payload */
} CartonaTransfer;

/* Once per worker: everything lives in "context". */
extern void cartona_traffic_start(MemoryContext context, CartonaHttp *http);

/* The accounts as just loaded; they must live until the next call. */
extern void cartona_traffic_accounts(CartonaAccount *accounts, int naccounts);

/* Every account's traffic: for (i = 0; (t = cartona_traffic_nth(i)) != NULL; i++) */
extern CartonaTraffic *cartona_traffic_nth(int i);

/* The traffic of an account, made where there is none yet. */
extern CartonaTraffic *cartona_traffic_of(int32 account_id);

/* How many more requests the account may start now; 0 while it pauses. */
extern int	cartona_traffic_room(const CartonaTraffic *traffic);

/*
 * Start a request with the account's URL and token.  "context" holds "payload"
 * and becomes the transfer's: it is deleted by cartona_traffic_end.  Outside
 * any transaction.
 */
extern void cartona_traffic_send(CartonaTraffic *traffic, const CartonaAccount *account,
								 CartonaTransferKind kind, const char *method, const char *path,
								 const char *body, MemoryContext context, void *payload);

/* The transfer of an answer; it leaves the list of those in flight. */
extern CartonaTransfer *cartona_traffic_take(uint64 tag);
extern void cartona_traffic_end(CartonaTransfer *transfer);

/*
 * What an answer says about the account as a whole, in an open transaction:
 * counts outages and pauses, ends an outage (then everything waiting is due),
 * stops the account when its token is refused.
 */
extern void cartona_traffic_judge(CartonaTransfer *transfer, CartonaVerdict verdict,
								  const CartonaHttpAnswer *answer, const char *reason);

/* The log's word for a verdict. */
extern const char *cartona_traffic_result_name(CartonaVerdict verdict);

#endif							/* CARTONA_TRAFFIC_H */
