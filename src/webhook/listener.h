/*-------------------------------------------------------------------------
 *
 * listener.h
 *	  The webhook's HTTP server, and who may call it.
 *
 * IDENTIFICATION
 *	  src/webhook/listener.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_LISTENER_H
#define CARTONA_LISTENER_H

#include "webhook/head.h"

/* Where and how it listens; a change of any of these opens it anew. */
typedef struct CartonaListenAt
{
	const char *address;
	int			port;
	const char *certificate;	/* PEM; NULL: no TLS */
	const char *key;
	int			connections;
	int			timeout_ms;		/* for a whole request */
} CartonaListenAt;

/* Who may call, and how often; can change while it listens. */
typedef struct CartonaListenRules
{
	CartonaNetworks allow;		/* none: anybody */
	CartonaNetworks trusted;
	int			account_rate;
	int			address_rate;
} CartonaListenRules;

/* A complete request that waits for the database. */
typedef struct CartonaCall CartonaCall;

/* Refused requests of one status since they were last told. */
typedef struct CartonaRefused
{
	int			status;
	int			count;
	const char *message;		/* of the last one, a constant */
	char		address[CARTONA_ADDRESS_SIZE];
} CartonaRefused;

/*
 * Listen; NULL, or why it cannot be done (palloc'd).  There is one listener in
 * a process.  None of the functions below throws.
 */
extern const char *cartona_listener_open(const CartonaListenAt *at);

/* Stop; requests that wait are answered with 503. */
extern void cartona_listener_close(void);

extern bool cartona_listener_is_open(void);

extern void cartona_listener_rules(const CartonaListenRules *rules);

/* The secrets by which callers are known; "signers" must live until the next call of this. */
extern void cartona_listener_signers(const CartonaSigner *signers, int n);

/* The token of the metrics (NULL: from this machine only); must live until the next call of this. */
extern void cartona_listener_metrics_token(const CartonaSigner *token);

/* What the health check says: does the database take events? */
extern void cartona_listener_healthy(bool healthy);

/* One descriptor to wait for, readable when there is something to do; PGINVALID_SOCKET when closed. */
extern int	cartona_listener_fd(void);

/* Milliseconds until it must be driven whatever the descriptor says; -1: never. */
extern long cartona_listener_timeout(void);

/* Take what came, send what is answered, close what is too slow.  Blocks for nothing. */
extern void cartona_listener_drive(void);

/* The next complete request, in the order they came; NULL: none. */
extern CartonaCall *cartona_listener_next(void);

extern CartonaEndpoint cartona_call_endpoint(const CartonaCall *call);
extern int	cartona_call_account(const CartonaCall *call);
extern const char *cartona_call_body(const CartonaCall *call, size_t *len);
extern double cartona_call_age_ms(const CartonaCall *call);

/*
 * Answer a request taken by cartona_listener_next(), each exactly once; the call
 * is gone afterwards.  The body is copied.  retry_after_s 0: no such header.
 */
extern void cartona_call_answer(CartonaCall *call, int status, const char *type, const char *body, int retry_after_s);

/* The next status with refusals to tell, taken off; false: none. */
extern bool cartona_listener_refused(CartonaRefused *refused);
extern bool cartona_listener_has_refused(void);

/* Answers by status since the start: calls "each" for those that are not 0. */
extern void cartona_listener_count(void (*each) (int status, int64_t count, void *arg), void *arg);

/* Connections that are open now. */
extern int	cartona_listener_connections(void);

#endif							/* CARTONA_LISTENER_H */
