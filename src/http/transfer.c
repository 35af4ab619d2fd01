/*-------------------------------------------------------------------------
 *
 * transfer.c
 *	  One HTTP request, from what is asked to what came back.
 *
 * Limits: connect and total time, bytes of an answer's body and of its headers;
 * no redirects, no proxy from the environment, no compression (a cap on bytes
 * must be a cap on what they unpack to), http and https only, TLS 1.2 or newer
 * with the peer and its name verified.
 *
 * Secrets: the token leaves in a header only.  It is struck out of errors and
 * answers (strike.c), so that whoever logs these cannot log it, and our copies are wiped
 * (libcurl's own, in a send buffer or an HTTP/2 header table, are not ours to
 * wipe).
 *
 * Neighbours: client.c is the only user.
 * Memory: malloc'd, because libcurl's callbacks fill it and must not throw.
 * Failure: only making one throws.
 *
 * IDENTIFICATION
 *	  src/http/transfer.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "http/mux.h"
#include "http/strike.h"
#include "http/transfer.h"

#define USER_AGENT "cartona_integration/" CARTONA_VERSION

/* The server's name and a few fields: more is an attack or a loop. */
#define MAX_HEADER_BYTES (256 * 1024)

#define MAX_RETRY_AFTER_S 86400

/* libcurl 7.80 says when it sends a request; before, only a new connection keeps it from sending one twice. */
#define HAVE_PREREQUEST (LIBCURL_VERSION_NUM >= 0x075000)

/*
 * Tokens shorter than this are not struck out of a good answer: they could
 * stand in it by chance.
 */
#define MIN_STRIKE_LENGTH 16

static void
wipe_free(char *secret)
{
	if (secret != NULL)
	{
		explicit_bzero(secret, strlen(secret));
		free(secret);
	}
}

/* Forget libcurl's side of a transfer and the token.  Never throws. */
static void
close_transfer(CartonaHttpTransfer *transfer, CURLM *multi)
{
	struct curl_slist *header;
	sigset_t	saved;

	if (transfer->easy != NULL)
	{
		cartona_mux_block_signals(&saved);
		/* Harmless for a handle that was never added. */
		if (multi != NULL)
			(void) curl_multi_remove_handle(multi, transfer->easy);
		curl_easy_cleanup(transfer->easy);
		cartona_mux_restore_signals(&saved);
		transfer->easy = NULL;
	}
	for (header = transfer->headers; header != NULL; header = header->next)
		explicit_bzero(header->data, strlen(header->data));
	curl_slist_free_all(transfer->headers);
	transfer->headers = NULL;
	wipe_free(transfer->token);
	transfer->token = NULL;
}

void
cartona_transfer_free(CartonaHttpTransfer *transfer, CURLM *multi)
{
	close_transfer(transfer, multi);
	free(transfer->body);
	free(transfer);
}

void
cartona_transfer_finish(CartonaHttpTransfer *transfer, CURLM *multi, CURLcode code)
{
	curl_off_t	number = 0;
	long		status = 0;
	long		bytes = 0;

	(void) curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
	transfer->status = (int) status;
	(void) curl_easy_getinfo(transfer->easy, CURLINFO_REQUEST_SIZE, &bytes);
	transfer->sent = bytes > 0 || status != 0;
	(void) curl_easy_getinfo(transfer->easy, CURLINFO_TOTAL_TIME_T, &number);
	transfer->elapsed_ms = number / 1000.0;
	number = 0;
	(void) curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &number);
	transfer->retry_after_s = number > 0 ? (int) Min(number, MAX_RETRY_AFTER_S) : -1;

	if (transfer->too_large)
	{
		transfer->outcome = CARTONA_HTTP_TOO_LARGE;
		strlcpy(transfer->error, "the answer is larger than allowed", sizeof(transfer->error));
	}
	else if (code == CURLE_OK)
	{
		transfer->outcome = CARTONA_HTTP_ANSWERED;
		transfer->error[0] = '\0';
	}
	else
	{
		transfer->outcome = CARTONA_HTTP_FAILED;
		transfer->body_len = 0;
		if (transfer->broken != NULL)
			strlcpy(transfer->error, transfer->broken, sizeof(transfer->error));
		else if (transfer->error[0] == '\0')
			strlcpy(transfer->error, curl_easy_strerror(code), sizeof(transfer->error));
	}

	if (transfer->token != NULL)
	{
		bool		good = status >= 200 && status <= 299;

		cartona_strike_out(transfer->error, strlen(transfer->error), transfer->token, true);
		if (!good || strlen(transfer->token) >= MIN_STRIKE_LENGTH)
			cartona_strike_out(transfer->body, transfer->body_len, transfer->token, !good);
	}
	close_transfer(transfer, multi);
}

/*
 * libcurl's callbacks: they run inside libcurl and never throw
 */

#if HAVE_PREREQUEST
/* The connection is there, the request goes out now. */
static int
on_request(void *user, char *server, char *client, int server_port, int client_port)
{
	CartonaHttpTransfer *transfer = user;

	if (transfer->begun++ == 0 || !transfer->once)
		return CURL_PREREQFUNC_OK;
	transfer->broken = "the connection was closed before there was an answer";
	return CURL_PREREQFUNC_ABORT;
}
#endif

/* A piece of an answer's body. */
static size_t
on_body(char *bytes, size_t size, size_t count, void *user)
{
	CartonaHttpTransfer *transfer = user;
	size_t		len = size * count;
	size_t		fits = Min(len, transfer->max_body - transfer->body_len);

	if (transfer->body_len + fits > transfer->body_room)
	{
		size_t		room = Max(transfer->body_len + fits, 4096);
		char	   *body;

		/* Twice as much as before, but never beyond the cap. */
		room = Max(room, Min(transfer->body_room, transfer->max_body / 2) * 2);
		body = realloc(transfer->body, room);
		if (body == NULL)
		{
			transfer->broken = "out of memory for the answer";
			return 0;
		}
		transfer->body = body;
		transfer->body_room = room;
	}
	if (fits > 0)
		memcpy(transfer->body + transfer->body_len, bytes, fits);
	transfer->body_len += fits;
	if (fits < len)
	{
		transfer->too_large = true;
		return 0;
	}
	return len;
}

/* One header line: only counted, since libcurl remembers each of them. */
static size_t
on_header(char *bytes, size_t size, size_t count, void *user)
{
	CartonaHttpTransfer *transfer = user;

	transfer->header_bytes += size * count;
	if (transfer->header_bytes > MAX_HEADER_BYTES)
	{
		transfer->broken = "the answer's headers are larger than allowed";
		return 0;
	}
	return size * count;
}

/* Is the token one that a header can carry?  A line break would start another header. */
static bool
token_ok(const char *token)
{
	for (; *token != '\0'; token++)
	{
		if ((unsigned char) *token < ' ' || *token == 0x7F)
			return false;
	}
	return true;
}

/* http or https, and nothing libcurl could not take apart. */
static bool
url_ok(const char *url)
{
	CURLU	   *parts = curl_url();
	char	   *scheme = NULL;
	bool		ok;

	ok = parts != NULL &&
		curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
		curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		(pg_strcasecmp(scheme, "http") == 0 || pg_strcasecmp(scheme, "https") == 0);
	curl_free(scheme);
	curl_url_cleanup(parts);
	return ok;
}

/* Add one header line; false when out of memory. */
static bool
add_header(CartonaHttpTransfer *transfer, const char *line)
{
	struct curl_slist *headers = curl_slist_append(transfer->headers, line);

	if (headers == NULL)
		return false;
	transfer->headers = headers;
	return true;
}

static bool
add_headers(CartonaHttpTransfer *transfer)
{
	static const char name[] = "AuthorizationToken: ";

	/*
	 * No "Expect: 100-continue": it costs a round trip, or a second of
	 * waiting.
	 */
	if (!add_header(transfer, "Content-Type: application/json") ||
		!add_header(transfer, "Accept: application/json") ||
		!add_header(transfer, "Expect:"))
		return false;
	if (transfer->token != NULL)
	{
		size_t		size = sizeof(name) + strlen(transfer->token);
		char	   *line = malloc(size);
		bool		added;

		if (line == NULL)
			return false;
		strlcpy(line, name, size);
		strlcat(line, transfer->token, size);
		added = add_header(transfer, line);
		wipe_free(line);
		if (!added)
			return false;
	}
	return true;
}

/* Everything libcurl is told about a request; the first refusal ends it. */
static CURLcode
set_options(CartonaHttpTransfer *transfer, const CartonaHttpRequest *request)
{
	CURL	   *easy = transfer->easy;
	CURLcode	code = CURLE_OK;

#define SET(option, value) \
	do { \
		if (code == CURLE_OK) \
			code = curl_easy_setopt(easy, option, value); \
	} while (0)

	SET(CURLOPT_URL, request->url);
#if LIBCURL_VERSION_NUM >= 0x075500
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
#else
	SET(CURLOPT_PROTOCOLS, (long) (CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PATH_AS_IS, 1L);	/* an order may be called ".." */
	SET(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
	/* Do not join a resolver thread that hangs: that would block this thread. */
	SET(CURLOPT_QUICK_EXIT, 1L);
#endif
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_2TLS);
	SET(CURLOPT_TCP_NODELAY, 1L);
	SET(CURLOPT_TCP_KEEPALIVE, 1L);
#if HAVE_PREREQUEST
	SET(CURLOPT_PREREQFUNCTION, on_request);
	SET(CURLOPT_PREREQDATA, (void *) transfer);
#else
	SET(CURLOPT_FRESH_CONNECT, request->once ? 1L : 0L);
#endif
	SET(CURLOPT_CONNECTTIMEOUT_MS, (long) request->connect_timeout_ms);
	SET(CURLOPT_TIMEOUT_MS, (long) request->total_timeout_ms);
	SET(CURLOPT_USERAGENT, USER_AGENT);
	SET(CURLOPT_HTTPHEADER, transfer->headers);
	SET(CURLOPT_ERRORBUFFER, transfer->error);
	SET(CURLOPT_PRIVATE, (void *) transfer);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, (void *) transfer);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, (void *) transfer);
	if (strcmp(request->method, "POST") == 0)
	{
		SET(CURLOPT_POST, 1L);
		/* The size first: the copy takes that many bytes. */
		SET(CURLOPT_POSTFIELDSIZE_LARGE,
			(curl_off_t) (request->body == NULL ? 0 : request->body_len));
		SET(CURLOPT_COPYPOSTFIELDS, request->body == NULL ? "" : request->body);
	}
	else
		SET(CURLOPT_HTTPGET, 1L);
#undef SET
	return code;
}

/* The request as a transfer, not yet started; NULL when out of memory. */
static CartonaHttpTransfer *
new_transfer(const CartonaHttpRequest *request)
{
	CartonaHttpTransfer *transfer = calloc(1, sizeof(CartonaHttpTransfer));

	if (transfer == NULL)
		return NULL;
	transfer->tag = request->tag;
	transfer->once = request->once;
	transfer->max_body = request->max_answer;
	transfer->retry_after_s = -1;
	if (request->token != NULL && request->token[0] != '\0')
	{
		transfer->token = strdup(request->token);
		if (transfer->token == NULL)
		{
			free(transfer);
			return NULL;
		}
	}
	return transfer;
}

CartonaHttpTransfer *
cartona_transfer_make(const CartonaHttpRequest *request)
{
	CartonaHttpTransfer *transfer;
	CURLcode	code;

	if (strcmp(request->method, "GET") != 0 && strcmp(request->method, "POST") != 0)
		elog(ERROR, "HTTP method \"%s\" is not supported", request->method);
	if (request->connect_timeout_ms <= 0 || request->total_timeout_ms <= 0)
		elog(ERROR, "an HTTP request must have time limits");
	if (request->token != NULL && !token_ok(request->token))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the API token cannot be sent: it holds a control character"),
				 errhint("Set the token again; a line break may have come along with it.")));
	if (!url_ok(request->url))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the URL of an HTTP request cannot be used")));

	transfer = new_transfer(request);
	if (transfer == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory")));
	transfer->easy = curl_easy_init();
	if (transfer->easy == NULL || !add_headers(transfer))
		code = CURLE_OUT_OF_MEMORY;
	else
		code = set_options(transfer, request);
	if (code != CURLE_OK)
	{
		cartona_transfer_free(transfer, NULL);
		ereport(ERROR,
				(errcode(code == CURLE_OUT_OF_MEMORY ? ERRCODE_OUT_OF_MEMORY : ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("could not prepare an HTTP request: %s", curl_easy_strerror(code))));
	}
	return transfer;
}
