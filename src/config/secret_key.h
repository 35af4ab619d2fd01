/*-------------------------------------------------------------------------
 *
 * secret_key.h
 *	  The bytes that a webhook secret stands for.
 *
 * IDENTIFICATION
 *	  src/config/secret_key.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_SECRET_KEY_H
#define CARTONA_SECRET_KEY_H

#include <stddef.h>

#define CARTONA_SECRET_KEY_SIZE 4096

/* Shorter ones can be guessed; the second is Standard Webhooks' own minimum. */
#define CARTONA_SECRET_MIN_RAW 16
#define CARTONA_SECRET_MIN_ENCODED 24

typedef struct CartonaSecretKey
{
	unsigned char bytes[CARTONA_SECRET_KEY_SIZE];
	size_t		len;
} CartonaSecretKey;

/*
 * The key of a secret as it was given: what follows "whsec_" is base64 of the
 * key, anything else is the key itself.  Returns NULL, or why it cannot be used
 * (a constant).
 */
extern const char *cartona_secret_key(const char *secret, CartonaSecretKey *key);

#endif							/* CARTONA_SECRET_KEY_H */
