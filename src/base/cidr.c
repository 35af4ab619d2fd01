/*-------------------------------------------------------------------------
 *
 * cidr.c
 *	  Network addresses and lists of networks.
 *
 * Neighbours: settings.c checks lists with it, webhook/ asks who may call.
 * Plain C: no database, no allocation, nothing thrown, so that it can be used in
 * libmicrohttpd's callbacks and fuzzed outside the server.
 *
 * IDENTIFICATION
 *	  src/base/cidr.c
 *-------------------------------------------------------------------------
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cidr.h"

static const unsigned char mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

static bool
is_mapped(const CartonaAddress *address)
{
	return memcmp(address->bytes, mapped_prefix, sizeof(mapped_prefix)) == 0;
}

/* A bare address, without port and brackets. */
static bool
parse_bare(const char *text, size_t len, CartonaAddress *address)
{
	char		copy[CARTONA_ADDRESS_SIZE];

	if (len == 0 || len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	if (strlen(copy) != len)
		return false;
	if (inet_pton(AF_INET6, copy, address->bytes) == 1)
		return true;
	memcpy(address->bytes, mapped_prefix, sizeof(mapped_prefix));
	return inet_pton(AF_INET, copy, address->bytes + sizeof(mapped_prefix)) == 1;
}

bool
cartona_cidr_address(const char *text, size_t len, CartonaAddress *address)
{
	const char *colon;

	if (len > 0 && text[0] == '[')
	{
		const char *end = memchr(text, ']', len);

		return end != NULL && parse_bare(text + 1, end - text - 1, address);
	}
	if (parse_bare(text, len, address))
		return true;
	/* 192.0.2.7:1234; with several colons it would have been IPv6 */
	colon = memchr(text, ':', len);
	return colon != NULL && parse_bare(text, colon - text, address);
}

bool
cartona_cidr_of_socket(const struct sockaddr *socket, CartonaAddress *address)
{
	if (socket == NULL)
		return false;
	if (socket->sa_family == AF_INET6)
	{
		memcpy(address->bytes, &((const struct sockaddr_in6 *) socket)->sin6_addr, sizeof(address->bytes));
		return true;
	}
	if (socket->sa_family != AF_INET)
		return false;
	memcpy(address->bytes, mapped_prefix, sizeof(mapped_prefix));
	memcpy(address->bytes + sizeof(mapped_prefix), &((const struct sockaddr_in *) socket)->sin_addr, 4);
	return true;
}

void
cartona_cidr_text(const CartonaAddress *address, char *text)
{
	bool		mapped = is_mapped(address);

	text[0] = '\0';
	(void) inet_ntop(mapped ? AF_INET : AF_INET6, address->bytes + (mapped ? sizeof(mapped_prefix) : 0),
					 text, CARTONA_ADDRESS_SIZE);
}

/* One item of a list. */
static bool
parse_network(const char *text, size_t len, CartonaNetwork *network)
{
	const char *slash = memchr(text, '/', len);
	size_t		address_len = slash ? (size_t) (slash - text) : len;
	int			width;
	int			bits = 0;
	size_t		i;

	if (!parse_bare(text, address_len, &network->address))
		return false;
	width = is_mapped(&network->address) && memchr(text, '.', address_len) != NULL && memchr(text, ':', address_len) == NULL ? 32 : 128;
	network->bits = 128;
	if (slash == NULL)
		return true;
	if (address_len + 1 == len || len - address_len > 4)
		return false;
	for (i = address_len + 1; i < len; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return false;
		bits = bits * 10 + (text[i] - '0');
	}
	network->bits = 128 - width + bits;
	return bits <= width;
}

bool
cartona_cidr_list(const char *text, CartonaNetworks *list)
{
	list->n = 0;
	while (text != NULL && *text != '\0')
	{
		size_t		len = strcspn(text, ", \t\r\n");

		if (len > 0)
		{
			if (list->n >= CARTONA_MAX_NETWORKS || !parse_network(text, len, &list->networks[list->n]))
				return false;
			list->n++;
		}
		text += len;
		text += strspn(text, ", \t\r\n");
	}
	return true;
}

static bool
network_contains(const CartonaNetwork *network, const CartonaAddress *address)
{
	int			whole = network->bits / 8;
	int			rest = network->bits % 8;

	if (memcmp(network->address.bytes, address->bytes, whole) != 0)
		return false;
	return rest == 0 ||
		((network->address.bytes[whole] ^ address->bytes[whole]) >> (8 - rest)) == 0;
}

bool
cartona_cidr_contains(const CartonaNetworks *list, const CartonaAddress *address)
{
	int			i;

	for (i = 0; i < list->n; i++)
	{
		if (network_contains(&list->networks[i], address))
			return true;
	}
	return false;
}

bool
cartona_cidr_is_loopback(const CartonaAddress *address)
{
	static const CartonaAddress one = {{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

	return (is_mapped(address) && address->bytes[12] == 127) ||
		memcmp(address, &one, sizeof(one)) == 0;
}
