/*-------------------------------------------------------------------------
 *
 * address.c
 *	  Where Cartona's supplier-integration API is asked: its URL, the paths of
 *	  the requests.
 *
 * Neighbours: push/ and pull/ send to these addresses; config/account.c refuses one
 * that cannot be used.
 * Memory: results in the caller's context.
 * Failure: an address that cannot be used throws, or is told by a constant.
 *
 * IDENTIFICATION
 *	  src/cartona/address.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "lib/stringinfo.h"

#include "cartona/api.h"

#define API_ROOT "/api/v1"

/* A text without the white space around it, which a paste often brings. */
static void
trim(const char *text, const char **start, const char **end)
{
	*start = text;
	while (isspace((unsigned char) **start))
		(*start)++;
	*end = *start + strlen(*start);
	while (*end > *start && isspace((unsigned char) (*end)[-1]))
		(*end)--;
}

/* Is "port" (up to "end") empty or a port number? */
static bool
port_ok(const char *port, const char *end)
{
	int			number = 0;

	for (; port < end; port++)
	{
		if (!isdigit((unsigned char) *port))
			return false;
		number = number * 10 + (*port - '0');
		if (number > 65535)
			return false;
	}
	return true;
}

/* "host", "host:port", "[address]" or "[address]:port" */
static bool
host_ok(const char *host, const char *end)
{
	const char *at = host;

	if (at < end && *at == '[')
	{
		for (at++; at < end && (isxdigit((unsigned char) *at) || *at == ':' || *at == '.'); at++)
			;
		if (at == end || *at != ']' || at == host + 1)
			return false;
		at++;
	}
	else
	{
		while (at < end && (isalnum((unsigned char) *at) || strchr("-._", *at) != NULL))
			at++;
		if (at == host)
			return false;
	}
	return at == end || (*at == ':' && port_ok(at + 1, end));
}

/* This machine itself, where a simulator or a proxy of one's own may listen. */
static bool
is_loopback(const char *host, const char *end)
{
	static const char *const names[] = {"localhost", "127.0.0.1", "[::1]"};
	int			i;

	for (i = 0; i < (int) lengthof(names); i++)
	{
		size_t		len = strlen(names[i]);

		if ((size_t) (end - host) >= len && pg_strncasecmp(host, names[i], len) == 0 &&
			(host + len == end || host[len] == ':'))
			return true;
	}
	return false;
}

bool
cartona_api_url_ok(const char *base, const char **why)
{
	const char *end;
	const char *host;
	const char *host_end;
	const char *at;

	*why = NULL;
	trim(base, &base, &end);
	if (pg_strncasecmp(base, "https://", 8) == 0)
		host = base + 8;
	else if (pg_strncasecmp(base, "http://", 7) == 0)
		host = base + 7;
	else
	{
		*why = base == end ? "the URL is empty" : "the URL does not start with https://";
		return false;
	}

	for (at = host; at < end; at++)
	{
		if ((unsigned char) *at <= ' ' || (unsigned char) *at >= 0x7F || strchr("\"<>\\^`{|}", *at) != NULL)
			*why = "the URL holds a character that no URL can hold";
		else if (*at == '?' || *at == '#')
			*why = "the URL holds a query or a fragment";
		if (*why != NULL)
			return false;
	}
	for (host_end = host; host_end < end && *host_end != '/'; host_end++)
	{
		if (*host_end == '@')
		{
			*why = "the URL holds a user name";
			return false;
		}
	}
	if (!host_ok(host, host_end))
	{
		*why = "the URL names no host";
		return false;
	}
	if (pg_strncasecmp(base, "http://", 7) == 0 && !is_loopback(host, host_end))
	{
		*why = "the URL does not start with https://, and the token must not travel in the clear";
		return false;
	}
	return true;
}

char *
cartona_api_url(const char *base, const char *path)
{
	const char *why;
	const char *end;
	const char *host;
	size_t		root = strlen(API_ROOT);

	if (!cartona_api_url_ok(base, &why))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the account's API URL cannot be used: %s", why),
				 errhint("Set it to the address Cartona gave you, for instance https://supplier-integrations.cartona.com.")));

	trim(base, &base, &end);
	host = strstr(base, "://") + 3;
	while (end[-1] == '/')
		end--;
	/* In the path only: a host may be called "api". */
	if ((size_t) (end - host) > root && memcmp(end - root, API_ROOT, root) == 0)
		end -= root;
	while (end[-1] == '/')
		end--;
	return psprintf("%.*s%s%s", (int) (end - base), base, API_ROOT, path);
}

/* Append "text" so that it is one segment of a path or one value of a query. */
static void
append_encoded(StringInfo out, const char *text)
{
	for (; *text != '\0'; text++)
	{
		unsigned char c = (unsigned char) *text;

		if (c < 0x80 && (isalnum(c) || strchr("-._~", c) != NULL))
			appendStringInfoChar(out, c);
		else
			appendStringInfo(out, "%%%02X", c);
	}
}

char *
cartona_api_pull_path(int page, int per_page, const char *from)
{
	StringInfoData path;

	initStringInfo(&path);
	appendStringInfo(&path, "/order/pull-orders?page=%d&per_page=%d", page, per_page);
	if (from != NULL)
	{
		appendStringInfoString(&path, "&from=");
		append_encoded(&path, from);
	}
	return path.data;
}

char *
cartona_api_orders_path(int per_page, const char *from, const char *to)
{
	StringInfoData path;

	initStringInfo(&path);
	appendStringInfoString(&path, cartona_api_pull_path(1, per_page, from));
	if (to != NULL)
	{
		appendStringInfoString(&path, "&to=");
		append_encoded(&path, to);
	}
	return path.data;
}

char *
cartona_api_status_path(const char *hashed_id)
{
	StringInfoData path;

	initStringInfo(&path);
	appendStringInfoString(&path, "/order/update-order-status/");
	append_encoded(&path, hashed_id);
	return path.data;
}
