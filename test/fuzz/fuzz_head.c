/*-------------------------------------------------------------------------
 *
 * fuzz_head.c
 *	  Fuzz target: method, path, headers, addresses and signatures.
 *
 * An input is lines: method, path, a list of trusted proxies, a secret, then
 * "name:value" headers; behind an empty line the body.
 *
 * What is checked beside memory: nobody without a secret is known, and a
 * signature made here is always accepted.
 *
 * IDENTIFICATION
 *	  test/fuzz/fuzz_head.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "webhook/head.h"
#include "webhook/rate.h"

#include "fuzz.h"

#define SECRET "a-secret-that-no-input-holds-0001"
#define NOW 1700000000

static char *
next_line(char **rest)
{
	char	   *line = *rest;
	char	   *end = strchr(line, '\n');

	if (end == NULL)
		*rest = line + strlen(line);
	else
	{
		*end = '\0';
		*rest = end + 1;
	}
	return line;
}

/* A signature of our own, as "v1,<base64>" of NOW. */
static void
sign(const CartonaSigner *signer, const char *id, const char *body, size_t len, char *signature)
{
	char		at[16];
	unsigned char digest[32];
	gnutls_hmac_hd_t hmac;
	gnutls_datum_t raw = {digest, sizeof(digest)};
	gnutls_datum_t encoded;

	snprintf(at, sizeof(at), "%d", NOW);
	if (gnutls_hmac_init(&hmac, GNUTLS_MAC_SHA256, signer->key.bytes, signer->key.len) != 0)
		abort();
	gnutls_hmac(hmac, id, strlen(id));
	gnutls_hmac(hmac, ".", 1);
	gnutls_hmac(hmac, at, strlen(at));
	gnutls_hmac(hmac, ".", 1);
	gnutls_hmac(hmac, body, len);
	gnutls_hmac_deinit(hmac, digest);
	if (gnutls_base64_encode2(&raw, &encoded) != 0)
		abort();
	snprintf(signature, 128, "v2,x v1,%.*s", (int) encoded.size, (char *) encoded.data);
	gnutls_free(encoded.data);
}

static void
check_signatures(CartonaHead *head, char *secret, const char *body, size_t len)
{
	static CartonaSigner signers[2];
	CartonaSignature good;
	char		signature[128];
	const char *why;
	int			n = 1;

	if (!cartona_signer_make(7, SECRET, &signers[0]))
		abort();
	if (cartona_signer_make(8, secret, &signers[1]))
		n = 2;

	/* Nobody can know the first one. */
	if (head->token != NULL && cartona_signature_token(signers, 1, head->token) != -1 && strcmp(head->token, SECRET) != 0)
		abort();
	if (cartona_signature_check(signers, 1, &head->signature, body, len, NOW, &why) != -1 || why == NULL)
		abort();
	(void) cartona_signature_check(signers, n, &head->signature, body, len, NOW, &why);

	if (head->signature.id == NULL || head->signature.id[0] == '\0')
		return;
	good.id = head->signature.id;
	good.timestamp = "1700000000";
	good.signatures = signature;
	sign(&signers[n - 1], good.id, body, len, signature);
	if (cartona_signature_check(signers, n, &good, body, len, NOW, &why) != n - 1 || why != NULL)
		abort();
	if (cartona_signature_check(signers, n, &good, body, len, NOW + CARTONA_SIGNATURE_TOLERANCE + 1, &why) != -1)
		abort();
}

static void
check_rates(const CartonaAddress *client)
{
	static CartonaRates rates;
	static int64_t now = 1;
	unsigned char key[16];
	int			wait;

	cartona_rate_address_key(client, key);
	now += client->bytes[15];
	if (!cartona_rate_take(&rates, key, 5, now, &wait) && wait <= 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text = malloc(size + 1);
	char	   *rest = text;
	char	   *secret;
	char	   *line;
	CartonaHead head = {0};
	CartonaRefusal refusal;
	CartonaNetworks trusted;
	CartonaAddress peer;
	CartonaAddress client;
	char		shown[CARTONA_ADDRESS_SIZE];

	memcpy(text, data, size);
	text[size] = '\0';
	head.method = next_line(&rest);
	head.path = next_line(&rest);
	if (!cartona_cidr_list(next_line(&rest), &trusted))
		trusted.n = 0;
	secret = next_line(&rest);
	while (*rest != '\0' && *(line = next_line(&rest)) != '\0')
	{
		char	   *colon = strchr(line, ':');

		if (colon == NULL)
			continue;
		*colon = '\0';
		cartona_head_add(&head, line, colon + 1);
	}

	(void) cartona_head_judge(&head, &refusal);
	if (refusal.status != 0 && refusal.message == NULL)
		abort();
	(void) cartona_head_length(&head);
	(void) cartona_head_bearer(&head);
	if (!cartona_cidr_address("127.0.0.1", 9, &peer) || !cartona_cidr_is_loopback(&peer))
		abort();
	client = cartona_head_client(&head, &peer, &trusted);
	cartona_cidr_text(&client, shown);
	check_rates(&client);
	check_signatures(&head, secret, rest, strlen(rest));
	free(text);
	return 0;
}
