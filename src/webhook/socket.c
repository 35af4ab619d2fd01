/*-------------------------------------------------------------------------
 *
 * socket.c
 *	  Where the webhook is listened for: socket, certificate and key.
 *
 * The socket is made here, not by libmicrohttpd, because only so it is known why
 * it cannot be.
 *
 * Neighbours: listener.c listens, worker/webhook.c reads the files.
 * Transactions: none.  Memory: the current context.
 * Failure: what cannot be done is told as a text; only want of memory throws.
 *
 * IDENTIFICATION
 *	  src/webhook/socket.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#include "storage/fd.h"

#include "webhook/socket.h"

/* A chain of certificates has some kilobytes. */
#define MAX_PEM (1024 * 1024)

/* The address to bind to; its length, 0: it is none. */
static socklen_t
make_address(const char *address, int port, struct sockaddr_storage *storage)
{
	struct sockaddr_in *four = (struct sockaddr_in *) storage;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *) storage;

	memset(storage, 0, sizeof(*storage));
	if (inet_pton(AF_INET, address, &four->sin_addr) == 1)
	{
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16) port);
		return sizeof(*four);
	}
	memset(storage, 0, sizeof(*storage));
	if (inet_pton(AF_INET6, address, &six->sin6_addr) == 1)
	{
		six->sin6_family = AF_INET6;
		six->sin6_port = htons((uint16) port);
		return sizeof(*six);
	}
	return 0;
}

int
cartona_socket_listen(const char *address, int port, const char **why)
{
	struct sockaddr_storage storage;
	socklen_t	len = make_address(address, port, &storage);
	int			off = 0;
	int			on = 1;
	int			fd;
	int			code;

	if (len == 0)
	{
		*why = psprintf("cartona.webhook_address is no address: %s", address);
		return -1;
	}
	fd = socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 &&
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
		(storage.ss_family != AF_INET6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) == 0) &&
		bind(fd, (struct sockaddr *) &storage, len) == 0 &&
		listen(fd, SOMAXCONN) == 0)
		return fd;
	code = errno;
	if (fd >= 0)
		close(fd);
	*why = code == EADDRINUSE ? psprintf("port %d of %s is taken by another program", port, address)
		: psprintf("could not listen on port %d of %s: %s", port, address, strerror(code));
	return -1;
}

char *
cartona_socket_read_pem(const char *path, bool is_key, const char **why)
{
	FILE	   *file = AllocateFile(path, "r");
	struct stat about;
	char	   *text;
	size_t		len;

	if (file == NULL)
	{
		*why = psprintf("could not open \"%s\": %s", path, strerror(errno));
		return NULL;
	}
	*why = NULL;
	if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode) || about.st_size > MAX_PEM)
		*why = psprintf("\"%s\" is no file with a certificate or key", path);
	else if (is_key && (about.st_mode & (S_IRWXO | S_IWGRP | S_IXGRP)) != 0)
		*why = psprintf("\"%s\" can be read by others: its mode must be 0600, or 0640", path);
	if (*why != NULL)
	{
		FreeFile(file);
		return NULL;
	}
	text = palloc(MAX_PEM + 1);
	len = fread(text, 1, MAX_PEM, file);
	text[len] = '\0';
	FreeFile(file);
	return text;
}

const char *
cartona_socket_certificate_problem(const char *certificate, const char *key)
{
	gnutls_certificate_credentials_t credentials;
	gnutls_datum_t certificate_data;
	gnutls_datum_t key_data;
	int			code;

	certificate_data.data = (unsigned char *) certificate;
	certificate_data.size = (unsigned int) strlen(certificate);
	key_data.data = (unsigned char *) key;
	key_data.size = (unsigned int) strlen(key);
	code = gnutls_certificate_allocate_credentials(&credentials);
	if (code != GNUTLS_E_SUCCESS)
		return gnutls_strerror(code);
	code = gnutls_certificate_set_x509_key_mem(credentials, &certificate_data, &key_data, GNUTLS_X509_FMT_PEM);
	gnutls_certificate_free_credentials(credentials);
	return code < 0 ? gnutls_strerror(code) : NULL;
}
