/*-------------------------------------------------------------------------
 *
 * cidr.h
 *	  Network addresses and lists of networks.  No database, no allocation.
 *
 * IDENTIFICATION
 *	  src/base/cidr.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_CIDR_H
#define CARTONA_CIDR_H

#include <stdbool.h>
#include <stddef.h>

struct sockaddr;

/* Longest address as text, and longest network. */
#define CARTONA_ADDRESS_SIZE 46
#define CARTONA_MAX_NETWORKS 64

/* An IPv6 address; an IPv4 one is its mapped form, ::ffff:a.b.c.d. */
typedef struct CartonaAddress
{
	unsigned char bytes[16];
} CartonaAddress;

typedef struct CartonaNetwork
{
	CartonaAddress address;
	int			bits;			/* of the 128 */
} CartonaNetwork;

typedef struct CartonaNetworks
{
	CartonaNetwork networks[CARTONA_MAX_NETWORKS];
	int			n;
} CartonaNetworks;

/* An address as "len" bytes of text, in brackets and with a port or without; false: it is none. */
extern bool cartona_cidr_address(const char *text, size_t len, CartonaAddress *address);

/* The address of a peer; false: neither IPv4 nor IPv6. */
extern bool cartona_cidr_of_socket(const struct sockaddr *socket, CartonaAddress *address);

/* As text, into CARTONA_ADDRESS_SIZE bytes. */
extern void cartona_cidr_text(const CartonaAddress *address, char *text);

/*
 * A list of addresses and networks (10.0.0.0/8, ::1), separated by commas or
 * white space, "" for none.  false: an item is none, or there are more than
 * CARTONA_MAX_NETWORKS.
 */
extern bool cartona_cidr_list(const char *text, CartonaNetworks *list);

extern bool cartona_cidr_contains(const CartonaNetworks *list, const CartonaAddress *address);

extern bool cartona_cidr_is_loopback(const CartonaAddress *address);

#endif							/* CARTONA_CIDR_H */
