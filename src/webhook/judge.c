/*-------------------------------------------------------------------------
 *
 * judge.c
 *	  Who may say what to the webhook, and how often.
 *
 * Secrets are looked at before rates: somebody who guesses uses up what his
 * address may do without one, and never what an account may do, even where both
 * come through the same proxy.
 *
 * Neighbours: listener.c asks; head.c reads the headers, signature.c says who
 * calls, rate.c how often he may; stranger.c keeps what somebody unknown said;
 * worker/webhook.c brings rules and secrets.
 * Transactions: none.  Memory: malloc, see listener.c; the tables are of fixed size.
 * Failure: nothing throws; a request that may not be is given its answer.
 *
 * IDENTIFICATION
 *	  src/webhook/judge.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <stdlib.h>
#include <time.h>

#include "webhook/call.h"
#include "webhook/rate.h"
#include "webhook/stranger.h"

static CartonaListenRules rules;
static const CartonaSigner *signers = NULL;
static int	nsigners = 0;
static const CartonaSigner *metrics_token = NULL;
static bool is_healthy = true;

static CartonaRates account_rates;
static CartonaRates address_rates;

static CartonaRefused refusals[16];
static int	nrefusals = 0;

/* What is answered when there is an error, in the shape of the other answers. */
static void
set_answer(CartonaCall *call, int status, const char *result, const char *message)
{
	size_t		size = strlen(result) + (message ? strlen(message) : 0) + 64;

	call->status = status;
	call->type = CARTONA_JSON_TYPE;
	call->text = malloc(size);
	if (call->text == NULL)
		return;
	/* Both are constants without a quote in them. */
	if (message != NULL)
		snprintf(call->text, size, "{\"result\": \"%s\", \"message\": \"%s\"}", result, message);
	else
		snprintf(call->text, size, "{\"result\": \"%s\"}", result);
}

/* Remember a refusal, until the worker tells of it. */
static void
note_refusal(const CartonaCall *call, int status, const char *message)
{
	CartonaRefused *refused = NULL;
	int			i;

	for (i = 0; i < nrefusals && refused == NULL; i++)
	{
		if (refusals[i].status == status)
			refused = &refusals[i];
	}
	if (refused == NULL)
	{
		if (nrefusals >= (int) lengthof(refusals))
			return;
		refused = &refusals[nrefusals++];
		refused->status = status;
		refused->count = 0;
	}
	refused->count++;
	refused->message = message;
	cartona_cidr_text(&call->client, refused->address);
}

/*
 * Refuse a request.  Of somebody who is not known this counts against his
 * address; an address with too many of them is told only to come later.
 */
static void
refuse(CartonaCall *call, int status, const char *message)
{
	if (call->signer < 0)
	{
		unsigned char key[16];

		cartona_rate_address_key(&call->client, key);
		if (!cartona_rate_take(&address_rates, key, rules.address_rate, cartona_listener_now_ms(), &call->retry_after_s))
		{
			status = 429;
			message = "too many requests without a valid secret from this address";
			call->allow = NULL;
		}
	}
	note_refusal(call, status, message);
	set_answer(call, status, "refused", message);
}

/* Refuse somebody whose secret is not valid; what he says may tell whom he means. */
static void
refuse_stranger(CartonaCall *call, const char *why)
{
	call->stranger = why;
	refuse(call, 401, why);
}

/* Is the caller the holder of a webhook secret?  Without a token that is seen when the body is there. */
static void
judge_token(CartonaCall *call)
{
	if (call->head.token != NULL)
	{
		call->signer = cartona_signature_token(signers, nsigners, call->head.token);
		if (call->signer >= 0)
			call->account_id = signers[call->signer].account_id;
		else
			refuse_stranger(call, "the secret in AuthorizationToken is not valid");
	}
	else if (call->head.signature.signatures == NULL)
		refuse_stranger(call, "neither AuthorizationToken nor webhook-signature is given");
	else if (nsigners == 0)
		refuse_stranger(call, "the signature is not valid");
}

/* May this caller read the metrics? */
static void
judge_reader(CartonaCall *call)
{
	const char *token = cartona_head_bearer(&call->head);

	if (token != NULL && metrics_token != NULL && cartona_signature_token(metrics_token, 1, token) == 0)
		return;
	if (token == NULL && call->loopback)
		return;
	refuse(call, 401, "the metrics are for this machine, or for who has their token");
}

/* What can be said when the headers are there. */
void
cartona_judge_head(CartonaCall *call)
{
	CartonaRefusal refusal;
	CartonaAddress peer = call->client;

	call->client = cartona_head_client(&call->head, &peer, &rules.trusted);
	call->loopback = cartona_cidr_is_loopback(&peer) && !call->head.forwarded;
	call->endpoint = cartona_head_judge(&call->head, &refusal);
	if (rules.allow.n > 0 && !cartona_cidr_contains(&rules.allow, &call->client))
		refuse(call, 403, "this address may not call");
	else if (refusal.status != 0)
	{
		call->allow = refusal.allow;
		refuse(call, refusal.status, refusal.message);
	}
	else if (call->endpoint == CARTONA_ENDPOINT_ORDER_STATUS)
		judge_token(call);
	else if (call->endpoint == CARTONA_ENDPOINT_METRICS)
		judge_reader(call);
	else
	{
		unsigned char key[16];

		cartona_rate_address_key(&call->client, key);
		if (!cartona_rate_take(&address_rates, key, rules.address_rate, cartona_listener_now_ms(), &call->retry_after_s))
			set_answer(call, 429, "refused", "too many requests from this address");
		else if (is_healthy)
			set_answer(call, 200, "ok", NULL);
		else
			set_answer(call, 503, "failing", "the database does not take events; cartona.status says why");
	}
}

static void
judge_whole(CartonaCall *call)
{
	unsigned char key[16];

	if (call->status != 0 || call->endpoint != CARTONA_ENDPOINT_ORDER_STATUS)
		return;
	if (call->came > CARTONA_MAX_BODY)
	{
		refuse(call, 413, "the body is larger than 64 kB");
		return;
	}
	if (call->signer < 0)
	{
		const char *why;

		call->signer = cartona_signature_check(signers, nsigners, &call->head.signature,
											   call->body, call->len, (int64_t) time(NULL), &why);
		if (call->signer < 0)
		{
			refuse_stranger(call, why);
			return;
		}
		call->account_id = signers[call->signer].account_id;
	}
	cartona_rate_account_key(call->account_id, key);
	if (!cartona_rate_take(&account_rates, key, rules.account_rate, cartona_listener_now_ms(), &call->retry_after_s))
		refuse(call, 429, "too many events for this account");
}

/* What can be said when the body is there, too. */
void
cartona_judge_whole(CartonaCall *call)
{
	judge_whole(call);
	call->judged = true;
	if (call->stranger != NULL)
		cartona_stranger_keep(call);
}

void
cartona_listener_rules(const CartonaListenRules *new_rules)
{
	rules = *new_rules;
}

void
cartona_listener_signers(const CartonaSigner *new_signers, int n)
{
	signers = new_signers;
	nsigners = n;
}

void
cartona_listener_metrics_token(const CartonaSigner *token)
{
	metrics_token = token;
}

void
cartona_listener_healthy(bool healthy)
{
	is_healthy = healthy;
}

bool
cartona_listener_refused(CartonaRefused *refused)
{
	if (nrefusals == 0)
		return false;
	*refused = refusals[--nrefusals];
	return true;
}

bool
cartona_listener_has_refused(void)
{
	return nrefusals > 0;
}
