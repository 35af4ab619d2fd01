/*-------------------------------------------------------------------------
 *
 * secret_key.c
 *	  The bytes that a webhook secret stands for.
 *
 * Neighbours: secret.c checks with it what is set, webhook/signature.c signs
 * with it.  Plain C with GnuTLS: no database, nothing thrown.
 *
 * IDENTIFICATION
 *	  src/config/secret_key.c
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include <gnutls/gnutls.h>

#include "config/secret_key.h"

#define ENCODED_PREFIX "whsec_"

const char *
cartona_secret_key(const char *secret, CartonaSecretKey *key)
{
	gnutls_datum_t text;
	gnutls_datum_t decoded;

	if (strncmp(secret, ENCODED_PREFIX, strlen(ENCODED_PREFIX)) != 0)
	{
		key->len = strlen(secret);
		if (key->len < CARTONA_SECRET_MIN_RAW)
			return "it is shorter than 16 bytes";
		if (key->len > sizeof(key->bytes))
			return "it is longer than 4096 bytes";
		memcpy(key->bytes, secret, key->len);
		return NULL;
	}

	text.data = (unsigned char *) secret + strlen(ENCODED_PREFIX);
	text.size = (unsigned int) strlen((const char *) text.data);
	if (text.size == 0 || gnutls_base64_decode2(&text, &decoded) != GNUTLS_E_SUCCESS)
		return "what follows whsec_ is not base64";
	key->len = decoded.size;
	if (decoded.size <= sizeof(key->bytes))
		memcpy(key->bytes, decoded.data, decoded.size);
	gnutls_memset(decoded.data, 0, decoded.size);
	gnutls_free(decoded.data);
	if (key->len > sizeof(key->bytes))
		return "it is longer than 4096 bytes";
	return key->len < CARTONA_SECRET_MIN_ENCODED ? "it stands for less than 24 bytes" : NULL;
}
