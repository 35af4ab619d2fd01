/*-------------------------------------------------------------------------
 *
 * log.h
 *	  cartona.log: each exchange with Cartona.
 *
 * IDENTIFICATION
 *	  src/monitor/log.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_LOG_H
#define CARTONA_LOG_H

typedef struct CartonaLogEntry
{
	int32		account_id;
	const char *kind;			/* order, products, pull, check */
	int64		subject;		/* 0: none */
	const char *ref;			/* hashed id... or NULL */
	const char *const *refs;	/* of a bulk call: "items" of them; or NULL */
	const char *request;		/* method and path, or NULL */
	int			http_status;	/* 0: none */
	double		duration_ms;
	int			items;
	const char *result;			/* done, retry, stopped, refused, dropped */
	const char *message;		/* what the server said, or NULL */
} CartonaLogEntry;

/* In an open transaction with SPI. */
extern void cartona_log_write(const CartonaLogEntry *entry);

/* Delete what is older than cartona.log_retention, at most some thousand rows a call. */
extern void cartona_log_expire(void);

#endif							/* CARTONA_LOG_H */
