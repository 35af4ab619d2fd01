/*-------------------------------------------------------------------------
 *
 * secret.h
 *	  cartona.secret: the only door to tokens and webhook secrets.
 *
 * IDENTIFICATION
 *	  src/config/secret.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_SECRET_H
#define CARTONA_SECRET_H

/* Kinds, as the table's CHECK has them. */
#define CARTONA_SECRET_TOKEN "api_token"
#define CARTONA_SECRET_WEBHOOK "webhook_secret"
#define CARTONA_SECRET_WEBHOOK_OLD "webhook_secret_old"
#define CARTONA_SECRET_METRICS "metrics_token"

/* The metrics are no account's. */
#define CARTONA_SECRET_NO_ACCOUNT 0

typedef struct CartonaSecret
{
	int32		account_id;
	char	   *value;
} CartonaSecret;

/*
 * All of these need SPI, and read and write as the owner of the table.  A value
 * goes to whoever needs it and nowhere else: never into a message or a row.
 */

/* One secret, palloc'd in "context"; NULL: none is set. */
extern char *cartona_secret_read(int32 account_id, const char *kind, MemoryContext context);

/* Store one; NULL or "" removes it. */
extern void cartona_secret_write(int32 account_id, const char *kind, const char *value);

/* All of an account that goes. */
extern void cartona_secret_forget(int32 account_id);

/* The webhook secrets of all accounts, current and old ones; palloc'd in "context". */
extern int	cartona_secret_load_webhook(MemoryContext context, CartonaSecret **secrets);

/* Refuse, with an error, what cannot be sent in an HTTP header.  "what": "token". */
extern void cartona_secret_check_header(const char *value, const char *what);

#endif							/* CARTONA_SECRET_H */
