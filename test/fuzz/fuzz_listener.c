/*-------------------------------------------------------------------------
 *
 * fuzz_listener.c
 *	  Fuzz target: the whole listener, libmicrohttpd included.
 *
 * An input is what a peer sends, cut into pieces at each 0xff byte.  What is
 * complete is answered as the worker would.
 *
 * What is checked beside memory: only who sends the secret gets that far.
 *
 * IDENTIFICATION
 *	  test/fuzz/fuzz_listener.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "webhook/body.h"
#include "webhook/listener.h"
#include "webhook/socket.h"
#include "webhook/stranger.h"

#include "fuzz.h"

#define SECRET "fuzz-secret-0001"

static CartonaSigner signer;
static int	port = 0;

/* The listener's own address: the kernel chooses the port. */
int
cartona_socket_listen(const char *address, int wanted, const char **why)
{
	struct sockaddr_in here;
	socklen_t	len = sizeof(here);
	int			fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	memset(&here, 0, sizeof(here));
	here.sin_family = AF_INET;
	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *) &here, sizeof(here)) != 0 || listen(fd, 100) != 0 ||
		getsockname(fd, (struct sockaddr *) &here, &len) != 0)
		abort();
	port = ntohs(here.sin_port);
	return fd;
}

const char *
cartona_socket_certificate_problem(const char *certificate, const char *key)
{
	return "there is no TLS here";
}

static void
start(void)
{
	static CartonaListenAt at = {"127.0.0.1", 1, NULL, NULL, 16, 1000};
	static CartonaListenRules rules;

	if (port != 0)
		return;
	if (!cartona_cidr_list("127.0.0.0/8", &rules.trusted) || !cartona_signer_make(7, SECRET, &signer))
		abort();
	cartona_listener_rules(&rules);
	cartona_listener_signers(&signer, 1);
	cartona_listener_metrics_token(&signer);
	if (cartona_listener_open(&at) != NULL)
		abort();
}

/* Does the input hold the secret, whatever cuts are in it? */
static bool
holds_secret(const uint8_t *data, size_t size)
{
	size_t		matched = 0;
	size_t		start;
	size_t		i;

	for (start = 0; start < size; start++)
	{
		matched = 0;
		for (i = start; i < size && matched < strlen(SECRET); i++)
		{
			if (data[i] == 0xff)
				continue;
			if (data[i] != (uint8_t) SECRET[matched])
				break;
			matched++;
		}
		if (matched == strlen(SECRET))
			return true;
	}
	return false;
}

static void
work(const uint8_t *data, size_t size)
{
	CartonaCall *call;
	CartonaRefused refused;
	const CartonaStranger *strangers;
	const char *order;
	const char *why;
	size_t		len;
	int			i;

	for (i = 0; i < 3; i++)
	{
		cartona_listener_drive();
		while ((call = cartona_listener_next()) != NULL)
		{
			const char *body = cartona_call_body(call, &len);
			char	   *json = cartona_body_json(body, len, &order, &why);

			if (cartona_call_endpoint(call) == CARTONA_ENDPOINT_ORDER_STATUS &&
				(cartona_call_account(call) != 7 || !holds_secret(data, size)))
				abort();
			cartona_call_answer(call, json ? 200 : 400, "application/json", json ? json : "{}", 0);
		}
	}
	while (cartona_listener_refused(&refused))
		;
	/* their bodies are read as the worker reads them */
	for (i = cartona_stranger_kept(&strangers) - 1; i >= 0; i--)
	{
		if (strangers[i].len == 0 || strangers[i].len > CARTONA_MAX_STRANGER || strangers[i].why == NULL)
			abort();
		(void) cartona_body_json(strangers[i].body, strangers[i].len, &order, &why);
	}
	cartona_stranger_forget();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sockaddr_in there;
	struct linger gone = {1, 0};
	size_t		done = 0;
	int			fd;

	start();
	fd = socket(AF_INET, SOCK_STREAM, 0);
	memset(&there, 0, sizeof(there));
	there.sin_family = AF_INET;
	there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	there.sin_port = htons((uint16) port);
	if (fd < 0 || connect(fd, (struct sockaddr *) &there, sizeof(there)) != 0)
		abort();
	fcntl(fd, F_SETFL, O_NONBLOCK);
	/* no TIME_WAIT: ports would run out */
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &gone, sizeof(gone));
	while (done < size)
	{
		const uint8_t *cut = memchr(data + done, 0xff, size - done);
		size_t		piece = cut ? (size_t) (cut - data) - done : size - done;

		if (piece > 0)
			(void) send(fd, data + done, piece, MSG_NOSIGNAL);
		done += piece + 1;
		work(data, size);
	}
	work(data, size);
	close(fd);
	work(data, size);
	cartona_fuzz_reset();
	return 0;
}
