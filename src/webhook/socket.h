/*-------------------------------------------------------------------------
 *
 * socket.h
 *	  Where the webhook is listened for: socket, certificate and key.
 *
 * IDENTIFICATION
 *	  src/webhook/socket.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_SOCKET_H
#define CARTONA_SOCKET_H

#include <stdbool.h>

/* A socket that listens, not blocking, on a numeric address; -1: *why says why (palloc'd). */
extern int	cartona_socket_listen(const char *address, int port, const char **why);

/*
 * A certificate or key file as text, palloc'd; a relative name is one in the data
 * directory.  NULL: *why says why.  A key that others than the server's user may
 * read is refused, as PostgreSQL refuses its own.
 */
extern char *cartona_socket_read_pem(const char *path, bool is_key, const char **why);

/* Why certificate and key (PEM) cannot be used together; NULL: they can. */
extern const char *cartona_socket_certificate_problem(const char *certificate, const char *key);

#endif							/* CARTONA_SOCKET_H */
