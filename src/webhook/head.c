/*-------------------------------------------------------------------------
 *
 * head.c
 *	  What a request's method, path and headers ask for.
 *
 * Neighbours: listener.c collects the headers and acts on the verdict.
 * Plain C: no database, no allocation, nothing thrown; fuzzed outside the server.
 * Failure: a request that is not understood is refused with a status and a reason.
 *
 * IDENTIFICATION
 *	  src/webhook/head.c
 *-------------------------------------------------------------------------
 */
#include <string.h>
#include <strings.h>

#include "webhook/head.h"

#define ROOT "/cartona_integration/"

static const struct
{
	const char *path;
	CartonaEndpoint endpoint;
	const char *allow;
}			endpoints[] =

{
	{ROOT "webhook/order_status", CARTONA_ENDPOINT_ORDER_STATUS, "POST"},
	{ROOT "health", CARTONA_ENDPOINT_HEALTH, "GET, HEAD"},
	{ROOT "metrics", CARTONA_ENDPOINT_METRICS, "GET, HEAD"},
};

/* A header that can come only once. */
static void
set_once(CartonaHead *head, const char **field, const char *name, const char *value)
{
	if (*field != NULL)
		head->twice = name;
	else
		*field = value;
}

void
cartona_head_add(CartonaHead *head, const char *name, const char *value)
{
	const struct
	{
		const char *name;
		const char **field;
	}			once[] =
	{
		{"AuthorizationToken", &head->token},
		{"Authorization", &head->authorization},
		{"webhook-id", &head->signature.id},
		{"webhook-timestamp", &head->signature.timestamp},
		{"webhook-signature", &head->signature.signatures},
		{"Content-Type", &head->content_type},
		{"Content-Length", &head->content_length},
		{"Content-Encoding", &head->content_encoding},
		{"Expect", &head->expect},
	};
	size_t		i;

	for (i = 0; i < sizeof(once) / sizeof(once[0]); i++)
	{
		if (strcasecmp(name, once[i].name) == 0)
		{
			set_once(head, once[i].field, once[i].name, value);
			return;
		}
	}
	if (strcasecmp(name, "X-Forwarded-For") == 0)
	{
		head->forwarded = true;
		/* What is nearest counts: it is the last. */
		if (head->nforwarded == CARTONA_MAX_FORWARDED)
		{
			memmove(&head->forwarded_for[0], &head->forwarded_for[1], sizeof(head->forwarded_for[0]) * (CARTONA_MAX_FORWARDED - 1));
			head->nforwarded--;
		}
		head->forwarded_for[head->nforwarded++] = value;
	}
	else if (strcasecmp(name, "Forwarded") == 0 || strcasecmp(name, "Via") == 0 || strcasecmp(name, "X-Real-IP") == 0 ||
			 strcasecmp(name, "X-Forwarded-Proto") == 0 || strcasecmp(name, "X-Forwarded-Host") == 0)
		head->forwarded = true;
}

static void
refuse(CartonaRefusal *refusal, int status, const char *message)
{
	refusal->status = status;
	refusal->message = message;
}

/* Does a header's value begin with this word, and end or go on with a separator? */
static bool
begins_with(const char *value, const char *word)
{
	size_t		len = strlen(word);

	return strncasecmp(value, word, len) == 0 && (value[len] == '\0' || strchr("; \t", value[len]) != NULL);
}

/* "application/json", with a charset of UTF-8 or none. */
static bool
is_json(const char *type)
{
	const char *charset;

	if (!begins_with(type, "application/json"))
		return false;
	for (charset = type; *charset != '\0' && strncasecmp(charset, "charset=", 8) != 0; charset++)
		;
	if (*charset == '\0')
		return true;
	charset += 8;
	if (*charset == '"')
		charset++;
	return strncasecmp(charset, "utf-8", 5) == 0 && (charset[5] == '\0' || strchr("\"; \t", charset[5]) != NULL);
}

uint64_t
cartona_head_length(const CartonaHead *head)
{
	uint64_t	length = 0;
	const char *c;

	if (head->content_length == NULL)
		return 0;
	for (c = head->content_length; *c >= '0' && *c <= '9'; c++)
	{
		if (length > UINT64_MAX / 10 - 9)
			return UINT64_MAX;
		length = length * 10 + (uint64_t) (*c - '0');
	}
	return length;
}

/* The form of an event's body. */
static void
judge_body(const CartonaHead *head, CartonaRefusal *refusal)
{
	if (head->content_type != NULL && !is_json(head->content_type))
		refuse(refusal, 415, "the body must be application/json in UTF-8");
	else if (head->content_encoding != NULL && strcasecmp(head->content_encoding, "identity") != 0)
		refuse(refusal, 415, "the body must not be compressed");
	else if (cartona_head_length(head) > CARTONA_MAX_BODY)
		refuse(refusal, 413, "the body is larger than 64 kB");
}

CartonaEndpoint
cartona_head_judge(const CartonaHead *head, CartonaRefusal *refusal)
{
	size_t		i;

	memset(refusal, 0, sizeof(*refusal));
	for (i = 0; i < sizeof(endpoints) / sizeof(endpoints[0]); i++)
	{
		if (strcmp(head->path, endpoints[i].path) != 0)
			continue;
		if (endpoints[i].endpoint == CARTONA_ENDPOINT_ORDER_STATUS
			? strcmp(head->method, "POST") != 0
			: strcmp(head->method, "GET") != 0 && strcmp(head->method, "HEAD") != 0)
		{
			refuse(refusal, 405, "this method is not for this path");
			refusal->allow = endpoints[i].allow;
		}
		else if (head->twice != NULL)
			refuse(refusal, 400, "a header that may come once came twice");
		else if (endpoints[i].endpoint == CARTONA_ENDPOINT_ORDER_STATUS)
			judge_body(head, refusal);
		return endpoints[i].endpoint;
	}
	refuse(refusal, 404, "there is nothing at this path");
	return CARTONA_ENDPOINT_NONE;
}

/* The last item of a comma-separated list of "len" bytes; *len becomes what is left of it. */
static const char *
last_item(const char *list, size_t *len, size_t *item_len)
{
	size_t		end = *len;
	size_t		start;

	while (end > 0 && strchr(" \t", list[end - 1]) != NULL)
		end--;
	start = end;
	while (start > 0 && list[start - 1] != ',')
		start--;
	*len = start > 0 ? start - 1 : 0;
	while (start < end && strchr(" \t", list[start]) != NULL)
		start++;
	*item_len = end - start;
	return list + start;
}

CartonaAddress
cartona_head_client(const CartonaHead *head, const CartonaAddress *peer, const CartonaNetworks *trusted)
{
	CartonaAddress client = *peer;
	int			i;

	for (i = head->nforwarded - 1; i >= 0; i--)
	{
		const char *list = head->forwarded_for[i];
		size_t		len = strlen(list);

		while (len > 0)
		{
			size_t		item_len;
			const char *item;
			CartonaAddress named;

			if (!cartona_cidr_contains(trusted, &client))
				return client;
			item = last_item(list, &len, &item_len);
			/* "unknown", or nonsense: the proxy stands for whoever it was */
			if (!cartona_cidr_address(item, item_len, &named))
				return client;
			client = named;
		}
	}
	return client;
}

const char *
cartona_head_bearer(const CartonaHead *head)
{
	const char *value = head->authorization;

	if (value == NULL)
		return head->token;
	if (strncasecmp(value, "Bearer ", 7) != 0)
		return NULL;
	value += 7;
	return value + strspn(value, " ");
}
