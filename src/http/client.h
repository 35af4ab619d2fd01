/*-------------------------------------------------------------------------
 *
 * client.h
 *	  Many HTTP requests at once on one thread, behind one descriptor.
 *
 * IDENTIFICATION
 *	  src/http/client.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_CLIENT_H
#define CARTONA_CLIENT_H

typedef struct CartonaHttp CartonaHttp;

typedef struct CartonaHttpRequest
{
	const char *method;			/* "GET" or "POST" */
	const char *url;			/* http or https, nothing else is spoken */
	const char *token;			/* AuthorizationToken header; NULL: none */
	const char *body;			/* UTF-8 JSON; NULL for GET */
	size_t		body_len;
	int			connect_timeout_ms;
	int			total_timeout_ms;
	size_t		max_answer;		/* bytes the answer's body may hold */
	bool		once;			/* never sent a second time by libcurl, which
								 * it does where a connection it kept turns
								 * out to be closed: that fails instead */
	uint64		tag;			/* the caller's, given back with the answer */
} CartonaHttpRequest;

typedef enum CartonaHttpOutcome
{
	CARTONA_HTTP_ANSWERED,		/* a complete answer, whatever its status */
	CARTONA_HTTP_FAILED,		/* no answer: DNS, connect, TLS, reset,
								 * truncated, time-out */
	CARTONA_HTTP_TOO_LARGE		/* the answer's body went over max_answer */
} CartonaHttpOutcome;

typedef struct CartonaHttpAnswer
{
	uint64		tag;
	CartonaHttpOutcome outcome;
	int			status;			/* HTTP status, 0 when there was none */
	bool		sent;			/* something of the request left, so it may
								 * have arrived */
	char	   *body;			/* as received, with a NUL behind it; never
								 * NULL; may hold bytes that are no UTF-8 */
	size_t		body_len;
	int			retry_after_s;	/* Retry-After in seconds (either form, capped
								 * at a day); -1: none */
	double		elapsed_ms;
	char	   *error;			/* what went wrong, without the token; empty
								 * when answered */
} CartonaHttpAnswer;

/*
 * One client per worker, in "parent"; deleting that context (or an error that
 * does) closes every connection.  Throws when libcurl or epoll cannot start.
 */
extern CartonaHttp *cartona_http_create(MemoryContext parent);

/* The one epoll descriptor to wait on (readable: call cartona_http_drive). */
extern int	cartona_http_fd(const CartonaHttp *http);

/*
 * Start a request; everything is copied, the token is wiped when it is done.
 * Throws (out of memory, an unusable URL) before anything was sent.
 */
extern void cartona_http_start(CartonaHttp *http, const CartonaHttpRequest *request);

/* Do what sockets and timers ask for.  Never blocks, never throws. */
extern void cartona_http_drive(CartonaHttp *http);

/* The next finished request, palloc'd in CurrentMemoryContext, or NULL. */
extern CartonaHttpAnswer *cartona_http_next(CartonaHttp *http);

extern int	cartona_http_in_flight(const CartonaHttp *http);

/* Drop every request without an answer (reload, account stopped). */
extern void cartona_http_abandon(CartonaHttp *http);

#endif							/* CARTONA_CLIENT_H */
