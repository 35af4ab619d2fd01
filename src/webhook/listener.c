/*-------------------------------------------------------------------------
 *
 * listener.c
 *	  The webhook's HTTP server.
 *
 * libmicrohttpd without threads: it does something only in
 * cartona_listener_drive(), and its epoll descriptor says when.  A request that
 * is refused is answered at once.  One that is complete and whose sender is known
 * is suspended and handed to intake.c, which answers it after its commit.
 *
 * Limits.  A body is 64 kB, headers and one piece of a body 16 kB together.  A
 * whole request must have come within cartona.webhook_timeout of the connection or
 * the last answer, however busily it trickles in; connections stand in a list in
 * the order of that time.  Where all places are taken the one that waits longest
 * is closed, so any number of idle ones keeps nobody out.
 *
 * Neighbours: judge.c says who may call; intake.c takes the complete requests,
 * worker/webhook.c drives.
 * Transactions: none.  Memory: malloc, because everything here is called through
 * libmicrohttpd's frames, which an error must not jump over; each call is freed
 * when libmicrohttpd is done with its request.
 * Failure: nothing throws; where memory is short the connection is closed.
 *
 * IDENTIFICATION
 *	  src/webhook/listener.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "storage/fd.h"
#include "storage/ipc.h"

#include "webhook/call.h"
#include "webhook/socket.h"
#include "webhook/stranger.h"

/* Bare line feeds and the like are refused; the name of the option changed in 1.0. */
#if MHD_VERSION >= 0x00097701
#define STRICTNESS MHD_OPTION_CLIENT_DISCIPLINE_LVL
#else
#define STRICTNESS MHD_OPTION_STRICT_FOR_CLIENT
#endif

#define HEADER_MEMORY (16 * 1024)
#define MAX_STATUS 600

/* Connections that libmicrohttpd may accept before those that give way are gone. */
#define HEADROOM 64

#define TLS_PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

/* What stands for each connection, from accept to close. */
typedef struct Connection
{
	dlist_node	node;			/* in "waiting" */
	bool		waits;			/* for the rest of a request: is in the list */
	int			fd;
	int64		since_ms;
} Connection;

static struct MHD_Daemon *daemon_handle = NULL;
static int	max_connections = 0;
static int	timeout_ms = 10000;
static int	nconnections = 0;
static dlist_head waiting = DLIST_STATIC_INIT(waiting);
static dlist_head ready = DLIST_STATIC_INIT(ready);

static int64 answered[MAX_STATUS];

int64
cartona_listener_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* From now on the connection must bring a request within the timeout. */
static void
start_waiting(Connection *connection)
{
	if (connection->waits)
		return;
	connection->since_ms = cartona_listener_now_ms();
	connection->waits = true;
	dlist_push_tail(&waiting, &connection->node);
}

static void
stop_waiting(Connection *connection)
{
	if (!connection->waits)
		return;
	connection->waits = false;
	dlist_delete(&connection->node);
}

/* libmicrohttpd finds its end at its next look. */
static void
hang_up(Connection *connection)
{
	stop_waiting(connection);
	(void) shutdown(connection->fd, SHUT_RDWR);
}

/* libmicrohttpd's callback: a connection is there, or gone. */
static void
connection_changed(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_ConnectionNotificationCode what)
{
	Connection *connection = *context;
	const union MHD_ConnectionInfo *info;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED)
	{
		if (connection == NULL)
			return;
		stop_waiting(connection);
		free(connection);
		*context = NULL;
		nconnections--;
		ReleaseExternalFD();
		return;
	}

	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	connection = calloc(1, sizeof(Connection));
	if (info == NULL || connection == NULL)
	{
		/* The request finds no place and is closed. */
		free(connection);
		return;
	}
	connection->fd = info->connect_fd;
	*context = connection;
	nconnections++;
	ReserveExternalFD();
	start_waiting(connection);
	if (nconnections > max_connections && !dlist_is_empty(&waiting))
		hang_up(dlist_container(Connection, node, dlist_head_node(&waiting)));
}

/* Keep a piece of the body; false: there is no memory for it, or no end to it. */
static bool
take_body(CartonaCall *call, const char *data, size_t size)
{
	size_t		wanted = call->status == 0 ? CARTONA_MAX_BODY : call->stranger != NULL ? CARTONA_MAX_STRANGER : 0;

	call->came += size;
	if (call->came > CARTONA_MAX_DISCARD)
		return false;
	if (call->came > wanted || call->endpoint != CARTONA_ENDPOINT_ORDER_STATUS)
		return true;
	if (call->len + size > call->room)
	{
		size_t		room = Max(call->room * 2, Max(call->len + size, 1024));
		char	   *body = realloc(call->body, room);

		if (body == NULL)
			return false;
		call->body = body;
		call->room = room;
	}
	memcpy(call->body + call->len, data, size);
	call->len += size;
	return true;
}

/* libmicrohttpd's callback: one header. */
static enum MHD_Result
add_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	if (name != NULL && value != NULL)
		cartona_head_add((CartonaHead *) cls, name, value);
	return MHD_YES;
}

static CartonaCall *
start_call(struct MHD_Connection *mhd, const char *url, const char *method)
{
	const union MHD_ConnectionInfo *info;
	Connection *connection;
	CartonaAddress peer;
	CartonaCall *call;

	/*
	 * From libmicrohttpd 1.0 on what is asked for next is written over the
	 * answer before.
	 */
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	if (info == NULL || !cartona_cidr_of_socket(info->client_addr, &peer))
		return NULL;
	info = MHD_get_connection_info(mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	if (info == NULL || info->socket_context == NULL)
		return NULL;
	connection = info->socket_context;
	call = calloc(1, sizeof(CartonaCall));
	if (call == NULL)
		return NULL;
	call->mhd = mhd;
	call->connection = connection;
	call->begun_ms = cartona_listener_now_ms();
	call->signer = -1;
	call->head.method = method;
	call->head.path = url;
	(void) MHD_get_connection_values(mhd, MHD_HEADER_KIND, add_header, &call->head);
	call->client = peer;
	return call;
}

/* Hand the answer to libmicrohttpd. */
static enum MHD_Result
send_answer(CartonaCall *call)
{
	const char *text = call->text ? call->text : "";
	struct MHD_Response *response = MHD_create_response_from_buffer(strlen(text), (void *) text, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result = MHD_NO;
	char		seconds[16];

	if (response == NULL)
		return MHD_NO;
	snprintf(seconds, sizeof(seconds), "%d", call->retry_after_s);
	if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, call->type) == MHD_YES &&
		MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store") == MHD_YES &&
		(call->allow == NULL || MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, call->allow) == MHD_YES) &&
		(call->retry_after_s == 0 || MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, seconds) == MHD_YES))
		result = MHD_queue_response(call->mhd, call->status, response);
	MHD_destroy_response(response);
	if (result == MHD_YES && call->status > 0 && call->status < MAX_STATUS)
		answered[call->status]++;
	return result;
}

/*
 * libmicrohttpd's callback: once with the headers, then with each piece of the
 * body, then without a piece: at its end, and again after a resume.
 */
static enum MHD_Result
handle(void *cls, struct MHD_Connection *mhd, const char *url, const char *method,
	   const char *version, const char *data, size_t *size, void **context)
{
	CartonaCall *call = *context;

	if (call == NULL)
	{
		call = start_call(mhd, url, method);
		if (call == NULL)
			return MHD_NO;
		*context = call;
		cartona_judge_head(call);

		/*
		 * A refusal waits for the rest of the body, or the caller would find
		 * the connection reset instead of the answer; not where he waits for
		 * leave to send it, or it is too long for that.
		 */
		if (call->status != 0 && (call->head.expect != NULL || cartona_head_length(&call->head) > CARTONA_MAX_DISCARD))
		{
			stop_waiting(call->connection);
			return send_answer(call);
		}
		return MHD_YES;
	}
	if (*size > 0)
	{
		if (!take_body(call, data, *size))
			return MHD_NO;
		*size = 0;
		return MHD_YES;
	}
	if (!call->judged)
	{
		stop_waiting(call->connection);
		cartona_judge_whole(call);
	}
	if (call->status != 0)
		return send_answer(call);
	if (!call->suspended)
	{
		call->suspended = true;
		dlist_push_tail(&ready, &call->node);
		MHD_suspend_connection(mhd);
	}
	return MHD_YES;
}

/* libmicrohttpd's callback: a request is over, answered or not. */
static void
completed(void *cls, struct MHD_Connection *mhd, void **context, enum MHD_RequestTerminationCode why)
{
	CartonaCall *call = *context;

	if (call == NULL)
		return;
	start_waiting(call->connection);
	free(call->body);
	free(call->text);
	free(call);
	*context = NULL;
}

/* libmicrohttpd would abort the process, and the server restart all others. */
static void
panic(void *cls, const char *file, unsigned int line, const char *reason)
{
	write_stderr("cartona webhook: libmicrohttpd gave up: %s\n", reason ? reason : "unknown");
	proc_exit(1);
}

/* Half of the descriptors a process may have: the server's files need the others. */
static int
affordable_connections(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > INT_MAX)
		return INT_MAX;
	return Max((int) (limit.rlim_cur / 2) - HEADROOM, HEADROOM);
}

const char *
cartona_listener_open(const CartonaListenAt *at)
{
	bool		tls = at->certificate != NULL;
	struct MHD_OptionItem tls_options[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *) at->certificate},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *) at->key},
		{MHD_OPTION_HTTPS_PRIORITIES, 0, (void *) TLS_PRIORITIES},
		{MHD_OPTION_END, 0, NULL}
	};
	const char *why;
	int			fd;

	if (tls && MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES)
		return "this libmicrohttpd was built without TLS";
	if (tls && (why = cartona_socket_certificate_problem(at->certificate, at->key)) != NULL)
		return psprintf("cartona.webhook_certificate and cartona.webhook_key cannot be used: %s", why);
	fd = cartona_socket_listen(at->address, at->port, &why);
	if (fd < 0)
		return why;

	MHD_set_panic_func(panic, NULL);
	max_connections = Min(at->connections, affordable_connections());
	timeout_ms = at->timeout_ms;
	daemon_handle = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (tls ? MHD_USE_TLS : 0), 0,
									 NULL, NULL, handle, NULL,
									 MHD_OPTION_LISTEN_SOCKET, fd,
									 MHD_OPTION_CONNECTION_LIMIT, (unsigned int) (max_connections + HEADROOM),
									 MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int) Max(timeout_ms / 1000, 1),
									 MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t) HEADER_MEMORY,
									 STRICTNESS, 1,
									 MHD_OPTION_NOTIFY_CONNECTION, connection_changed, NULL,
									 MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
									 tls ? MHD_OPTION_ARRAY : MHD_OPTION_END, tls_options,
									 MHD_OPTION_END);
	if (daemon_handle == NULL)
	{
		close(fd);
		return "libmicrohttpd could not be started";
	}
	return NULL;
}

bool
cartona_listener_is_open(void)
{
	return daemon_handle != NULL;
}

void
cartona_listener_close(void)
{
	CartonaCall *call;

	if (daemon_handle == NULL)
		return;
	while ((call = cartona_listener_next()) != NULL)
		cartona_call_answer(call, 503, CARTONA_JSON_TYPE,
							"{\"result\": \"refused\", \"message\": \"the listener is opened anew\"}", 1);
	(void) MHD_run(daemon_handle);
	MHD_stop_daemon(daemon_handle);
	daemon_handle = NULL;
}

int
cartona_listener_fd(void)
{
	const union MHD_DaemonInfo *info = daemon_handle ? MHD_get_daemon_info(daemon_handle, MHD_DAEMON_INFO_EPOLL_FD) : NULL;

	return info ? info->epoll_fd : PGINVALID_SOCKET;
}

long
cartona_listener_timeout(void)
{
	MHD_UNSIGNED_LONG_LONG mhd_ms;
	long		ms = -1;

	if (daemon_handle == NULL)
		return -1;
	if (MHD_get_timeout(daemon_handle, &mhd_ms) == MHD_YES)
		ms = (long) Min(mhd_ms, 60000);
	if (!dlist_is_empty(&waiting))
	{
		Connection *first = dlist_container(Connection, node, dlist_head_node(&waiting));
		int64		left = Max(first->since_ms + timeout_ms - cartona_listener_now_ms(), 0);

		if (ms < 0 || left < ms)
			ms = (long) left;
	}
	return ms;
}

void
cartona_listener_drive(void)
{
	int64		too_old = cartona_listener_now_ms() - timeout_ms;

	if (daemon_handle == NULL)
		return;
	while (!dlist_is_empty(&waiting))
	{
		Connection *first = dlist_container(Connection, node, dlist_head_node(&waiting));

		if (first->since_ms > too_old)
			break;
		hang_up(first);
	}
	(void) MHD_run(daemon_handle);
}

CartonaCall *
cartona_listener_next(void)
{
	if (dlist_is_empty(&ready))
		return NULL;
	return dlist_container(CartonaCall, node, dlist_pop_head_node(&ready));
}

CartonaEndpoint
cartona_call_endpoint(const CartonaCall *call)
{
	return call->endpoint;
}

int
cartona_call_account(const CartonaCall *call)
{
	return call->account_id;
}

const char *
cartona_call_body(const CartonaCall *call, size_t *len)
{
	*len = call->len;
	return call->body ? call->body : "";
}

double
cartona_call_age_ms(const CartonaCall *call)
{
	return (double) (cartona_listener_now_ms() - call->begun_ms);
}

void
cartona_call_answer(CartonaCall *call, int status, const char *type, const char *body, int retry_after_s)
{
	call->status = status;
	call->type = type;
	call->text = strdup(body);
	call->retry_after_s = retry_after_s;
	MHD_resume_connection(call->mhd);
}

void
cartona_listener_count(void (*each) (int status, int64_t count, void *arg), void *arg)
{
	int			status;

	for (status = 0; status < MAX_STATUS; status++)
	{
		if (answered[status] > 0)
			each(status, answered[status], arg);
	}
}

int
cartona_listener_connections(void)
{
	return nconnections;
}
