/*-------------------------------------------------------------------------
 *
 * signature.c
 *	  Who calls: the account whose webhook secret he knows.
 *
 * Either the secret itself comes in a header, or an HMAC-SHA256 over id, time and
 * body made with it, as Standard Webhooks has it: the signed text is
 * "id.timestamp.body", the header a list of "v1,<base64>" with spaces between.
 * All secrets are looked at, whichever fits, and compared in constant time.
 *
 * A signed call that somebody recorded can be repeated for five minutes.  That
 * changes nothing: an event says which status an order has, one that the order
 * has or has passed changes nothing, and Cartona itself repeats what it is not
 * sure of.  So no ids are remembered.
 *
 * GnuTLS does the arithmetic, not PostgreSQL's common/hmac.h: that one is missing
 * in 13 and needs a resource owner (a transaction) up to 16, and this runs in
 * libmicrohttpd's callbacks.  libmicrohttpd brings GnuTLS for TLS anyway.
 *
 * Neighbours: listener.c asks, config/secret.c keeps the secrets.
 * Plain C: no database, no memory of PostgreSQL's, nothing thrown.
 *
 * IDENTIFICATION
 *	  src/webhook/signature.c
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "webhook/signature.h"

#define VERSION_PREFIX "v1,"

/* Base64 of a digest. */
#define SIGNATURE_LENGTH 44

/* Longest time that is read: any nearby one has ten digits. */
#define MAX_TIME_DIGITS 12

static bool
digest_of(const void *data, size_t len, unsigned char *digest)
{
	return gnutls_hash_fast(GNUTLS_DIG_SHA256, data, len, digest) == 0;
}

bool
cartona_signer_make(int account_id, const char *secret, CartonaSigner *signer)
{
	signer->account_id = account_id;
	return cartona_secret_key(secret, &signer->key) == NULL &&
		digest_of(secret, strlen(secret), signer->digest);
}

int
cartona_signature_token(const CartonaSigner *signers, int n, const char *token)
{
	unsigned char digest[CARTONA_DIGEST_SIZE];
	int			found = -1;
	int			i;

	if (!digest_of(token, strlen(token), digest))
		return -1;
	for (i = n - 1; i >= 0; i--)
	{
		if (gnutls_memcmp(signers[i].digest, digest, sizeof(digest)) == 0)
			found = i;
	}
	return found;
}

/* Seconds since 1970 in plain digits; false: anything else. */
static bool
parse_time(const char *text, int64_t * seconds)
{
	size_t		i;

	*seconds = 0;
	for (i = 0; text[i] != '\0'; i++)
	{
		if (i >= MAX_TIME_DIGITS || text[i] < '0' || text[i] > '9')
			return false;
		*seconds = *seconds * 10 + (text[i] - '0');
	}
	return i > 0;
}

/* The signature that "signer" would have made, as base64 of SIGNATURE_LENGTH bytes. */
static bool
sign(const CartonaSigner *signer, const CartonaSignature *signature, const void *body, size_t len, unsigned char *text)
{
	gnutls_hmac_hd_t hmac;
	unsigned char digest[CARTONA_DIGEST_SIZE];
	gnutls_datum_t raw;
	gnutls_datum_t encoded;
	bool		ok;

	if (gnutls_hmac_init(&hmac, GNUTLS_MAC_SHA256, signer->key.bytes, signer->key.len) != 0)
		return false;
	ok = gnutls_hmac(hmac, signature->id, strlen(signature->id)) == 0 &&
		gnutls_hmac(hmac, ".", 1) == 0 &&
		gnutls_hmac(hmac, signature->timestamp, strlen(signature->timestamp)) == 0 &&
		gnutls_hmac(hmac, ".", 1) == 0 &&
		(len == 0 || gnutls_hmac(hmac, body, len) == 0);
	gnutls_hmac_deinit(hmac, digest);
	raw.data = digest;
	raw.size = sizeof(digest);
	if (!ok || gnutls_base64_encode2(&raw, &encoded) != GNUTLS_E_SUCCESS)
		return false;
	ok = encoded.size == SIGNATURE_LENGTH;
	if (ok)
		memcpy(text, encoded.data, SIGNATURE_LENGTH);
	gnutls_free(encoded.data);
	return ok;
}

/* Is "expected" in a list of signatures?  Those of other versions are passed over. */
static bool
is_listed(const char *list, const unsigned char *expected)
{
	bool		found = false;

	while (*list != '\0')
	{
		size_t		len = strcspn(list, " ");

		if (len == strlen(VERSION_PREFIX) + SIGNATURE_LENGTH &&
			memcmp(list, VERSION_PREFIX, strlen(VERSION_PREFIX)) == 0 &&
			gnutls_memcmp(list + strlen(VERSION_PREFIX), expected, SIGNATURE_LENGTH) == 0)
			found = true;
		list += len;
		list += strspn(list, " ");
	}
	return found;
}

int
cartona_signature_check(const CartonaSigner *signers, int n, const CartonaSignature *signature,
						const void *body, size_t len, int64_t now, const char **why)
{
	int64_t		at;
	int			found = -1;
	int			i;

	*why = NULL;
	if (signature->id == NULL || signature->id[0] == '\0')
		*why = "webhook-id is missing";
	else if (signature->timestamp == NULL)
		*why = "webhook-timestamp is missing";
	else if (signature->signatures == NULL)
		*why = "webhook-signature is missing";
	else if (!parse_time(signature->timestamp, &at))
		*why = "webhook-timestamp is not a number of seconds";
	else if (at < now - CARTONA_SIGNATURE_TOLERANCE)
		*why = "webhook-timestamp is more than 5 minutes ago";
	else if (at > now + CARTONA_SIGNATURE_TOLERANCE)
		*why = "webhook-timestamp is more than 5 minutes ahead";
	if (*why != NULL)
		return -1;

	for (i = n - 1; i >= 0; i--)
	{
		unsigned char expected[SIGNATURE_LENGTH];

		if (sign(&signers[i], signature, body, len, expected) && is_listed(signature->signatures, expected))
			found = i;
	}
	if (found < 0)
		*why = "the signature is not valid";
	return found;
}
