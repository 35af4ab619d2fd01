/*-------------------------------------------------------------------------
 *
 * mux.c
 *	  libcurl's sockets and timer behind one epoll descriptor.
 *
 * A worker waits for its latch and for one socket.  libcurl has many sockets
 * and one timer; it says through two callbacks which, and they are put into an
 * epoll set (the timer as a timerfd) whose own descriptor is that one socket.
 * Neighbours: client.c owns the requests and is the only user.
 *
 * Signals: libcurl resolves names on a thread of its own, which inherits the
 * signal mask of the call that starts it.  A handler of PostgreSQL's running
 * there would be wrong, so all signals are blocked during these calls.
 *
 * Failure: the callbacks run with libcurl on the stack and so never throw: they
 * note the failure and return, and the next drive reports it.
 *
 * IDENTIFICATION
 *	  src/http/mux.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "storage/fd.h"

#include "http/mux.h"

/* Events taken at once; what is left shows in the next wait. */
#define MAX_EVENTS 64

/* Idle connections kept for the next requests. */
#define MAX_KEPT_CONNECTIONS 64L

void
cartona_mux_block_signals(sigset_t *saved)
{
	sigset_t	all;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, saved);
}

void
cartona_mux_restore_signals(const sigset_t *saved)
{
	pthread_sigmask(SIG_SETMASK, saved, NULL);
}

/* libcurl wants to know when a socket is ready (or no longer wants to). */
static int
on_socket(CURL *easy, curl_socket_t socket, int what, void *user, void *socket_data)
{
	CartonaMux *mux = user;
	struct epoll_event event = {0};

	if (what == CURL_POLL_REMOVE)
	{
		/* It may be closed already, which took it out of the set. */
		(void) epoll_ctl(mux->epoll_fd, EPOLL_CTL_DEL, socket, NULL);
		return 0;
	}
	event.data.fd = socket;
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		event.events |= EPOLLIN;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		event.events |= EPOLLOUT;
	if (epoll_ctl(mux->epoll_fd, EPOLL_CTL_MOD, socket, &event) != 0 &&
		(errno != ENOENT || epoll_ctl(mux->epoll_fd, EPOLL_CTL_ADD, socket, &event) != 0))
	{
		mux->failed = true;
		return -1;
	}
	return 0;
}

/* libcurl wants to be called in some time (-1: no longer). */
static int
on_timer(CURLM *multi, long timeout_ms, void *user)
{
	CartonaMux *mux = user;
	struct itimerspec when = {{0, 0}, {0, 0}};

	if (timeout_ms == 0)
		when.it_value.tv_nsec = 1;	/* at once: 0 would mean never */
	else if (timeout_ms > 0)
	{
		when.it_value.tv_sec = timeout_ms / 1000;
		when.it_value.tv_nsec = (timeout_ms % 1000) * 1000000L;
	}
	if (timerfd_settime(mux->timer_fd, 0, &when, NULL) != 0)
	{
		mux->failed = true;
		return -1;
	}
	return 0;
}

/* Tell fd.c of one more descriptor that it does not manage. */
static void
announce_fd(CartonaMux *mux)
{
	if (!AcquireExternalFD())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_RESOURCES),
				 errmsg("could not open a descriptor for HTTP: %m")));
	mux->nfds++;
}

void
cartona_mux_open(CartonaMux *mux)
{
	struct epoll_event event = {0};

	mux->multi = NULL;
	mux->epoll_fd = mux->timer_fd = -1;
	mux->nfds = 0;
	mux->failed = false;

	announce_fd(mux);
	mux->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	if (mux->epoll_fd < 0)
		ereport(ERROR,
				(errcode_for_socket_access(),
				 errmsg("could not create an epoll descriptor: %m")));
	announce_fd(mux);
	mux->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	event.events = EPOLLIN;
	event.data.fd = mux->timer_fd;
	if (mux->timer_fd < 0 ||
		epoll_ctl(mux->epoll_fd, EPOLL_CTL_ADD, mux->timer_fd, &event) != 0)
		ereport(ERROR,
				(errcode_for_socket_access(),
				 errmsg("could not create a timer descriptor: %m")));

	mux->multi = curl_multi_init();
	if (mux->multi == NULL ||
		curl_multi_setopt(mux->multi, CURLMOPT_SOCKETFUNCTION, on_socket) != CURLM_OK ||
		curl_multi_setopt(mux->multi, CURLMOPT_SOCKETDATA, mux) != CURLM_OK ||
		curl_multi_setopt(mux->multi, CURLMOPT_TIMERFUNCTION, on_timer) != CURLM_OK ||
		curl_multi_setopt(mux->multi, CURLMOPT_TIMERDATA, mux) != CURLM_OK ||
		curl_multi_setopt(mux->multi, CURLMOPT_MAXCONNECTS, MAX_KEPT_CONNECTIONS) != CURLM_OK)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("could not start libcurl")));
}

void
cartona_mux_close(CartonaMux *mux)
{
	sigset_t	saved;

	/* First: closing connections still calls back for their sockets. */
	cartona_mux_block_signals(&saved);
	if (mux->multi != NULL)
		curl_multi_cleanup(mux->multi);
	cartona_mux_restore_signals(&saved);
	mux->multi = NULL;

	if (mux->timer_fd >= 0)
		close(mux->timer_fd);
	if (mux->epoll_fd >= 0)
		close(mux->epoll_fd);
	mux->timer_fd = mux->epoll_fd = -1;
	for (; mux->nfds > 0; mux->nfds--)
		ReleaseExternalFD();
}

/* What happened to a socket, in libcurl's words. */
static int
curl_events(uint32 events)
{
	int			bits = 0;

	if (events & EPOLLIN)
		bits |= CURL_CSELECT_IN;
	if (events & EPOLLOUT)
		bits |= CURL_CSELECT_OUT;
	if (events & (EPOLLERR | EPOLLHUP))
		bits |= CURL_CSELECT_ERR;
	return bits;
}

bool
cartona_mux_drive(CartonaMux *mux)
{
	struct epoll_event events[MAX_EVENTS];
	CURLMcode	code = CURLM_OK;
	sigset_t	saved;
	int			running;
	int			nevents;
	int			i;

	nevents = epoll_wait(mux->epoll_fd, events, MAX_EVENTS, 0);
	if (nevents < 0 && errno != EINTR)
		return false;

	cartona_mux_block_signals(&saved);
	for (i = 0; i < nevents && code == CURLM_OK; i++)
	{
		if (events[i].data.fd == mux->timer_fd)
		{
			uint64		times;

			/* Read before the call, which may set it anew. */
			if (read(mux->timer_fd, &times, sizeof(times)) == sizeof(times))
				code = curl_multi_socket_action(mux->multi, CURL_SOCKET_TIMEOUT, 0, &running);
		}
		else
			code = curl_multi_socket_action(mux->multi, events[i].data.fd,
											curl_events(events[i].events), &running);
	}
	cartona_mux_restore_signals(&saved);

	if (code != CURLM_OK || mux->failed)
	{
		mux->failed = false;
		return false;
	}
	return true;
}
