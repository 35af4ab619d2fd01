/*-------------------------------------------------------------------------
 *
 * mux.h
 *	  libcurl's sockets and timer behind one epoll descriptor.  For client.c
 *	  only.
 *
 * IDENTIFICATION
 *	  src/http/mux.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_MUX_H
#define CARTONA_MUX_H

#include <curl/curl.h>
#include <signal.h>

typedef struct CartonaMux
{
	CURLM	   *multi;
	int			epoll_fd;		/* -1: not open */
	int			timer_fd;		/* -1: not open */
	int			nfds;			/* descriptors fd.c was told of */
	bool		failed;			/* a callback could not do its part */
} CartonaMux;

/* Throws, leaving behind what cartona_mux_close() takes away. */
extern void cartona_mux_open(CartonaMux *mux);

/* Also for a mux that is half open; every easy handle has left it.  Never throws. */
extern void cartona_mux_close(CartonaMux *mux);

/*
 * Do what sockets and timer ask for, once.  False when this broke down: no
 * request in the mux can be trusted to go on.  Never blocks, never throws.
 */
extern bool cartona_mux_drive(CartonaMux *mux);

/* Keep signals on this thread around calls that may start libcurl's resolver thread. */
extern void cartona_mux_block_signals(sigset_t *saved);
extern void cartona_mux_restore_signals(const sigset_t *saved);

#endif							/* CARTONA_MUX_H */
