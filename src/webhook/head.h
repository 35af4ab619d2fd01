/*-------------------------------------------------------------------------
 *
 * head.h
 *	  What a request's method, path and headers ask for.
 *
 * IDENTIFICATION
 *	  src/webhook/head.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_HEAD_H
#define CARTONA_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cidr.h"
#include "webhook/signature.h"

#define CARTONA_MAX_BODY (64 * 1024)

/* This much of a body that is refused is read, so that the answer can be read by the caller. */
#define CARTONA_MAX_DISCARD (16 * 1024 * 1024)

#define CARTONA_MAX_FORWARDED 8

typedef enum CartonaEndpoint
{
	CARTONA_ENDPOINT_NONE = 0,
	CARTONA_ENDPOINT_ORDER_STATUS,
	CARTONA_ENDPOINT_HEALTH,
	CARTONA_ENDPOINT_METRICS
} CartonaEndpoint;

/* The headers that mean something here; strings belong to whoever collects them. */
typedef struct CartonaHead
{
	const char *method;
	const char *path;
	const char *content_type;
	const char *content_length;
	const char *content_encoding;
	const char *expect;
	const char *token;			/* AuthorizationToken */
	const char *authorization;
	CartonaSignature signature;
	const char *forwarded_for[CARTONA_MAX_FORWARDED];
	int			nforwarded;		/* X-Forwarded-For, in the order they came */
	bool		forwarded;		/* a proxy has been on the way */
	const char *twice;			/* a header that may come once came twice */
} CartonaHead;

/* A refusal; status 0: none. */
typedef struct CartonaRefusal
{
	int			status;
	const char *message;		/* a constant, or in "head" */
	const char *allow;			/* of 405 */
} CartonaRefusal;

/* One more header of the request. */
extern void cartona_head_add(CartonaHead *head, const char *name, const char *value);

/*
 * Which endpoint is asked for, and whether its method and the form of its body
 * are right.  Who asks is not judged here.
 */
extern CartonaEndpoint cartona_head_judge(const CartonaHead *head, CartonaRefusal *refusal);

/* The announced size of the body; 0: none is announced, or it comes in chunks. */
extern uint64_t cartona_head_length(const CartonaHead *head);

/*
 * Who sent the request: the peer, or, where that is a trusted proxy, whom it
 * names in X-Forwarded-For; from the right, up to the first that is no trusted proxy.
 */
extern CartonaAddress cartona_head_client(const CartonaHead *head, const CartonaAddress *peer, const CartonaNetworks *trusted);

/* The token of "Authorization: Bearer ...", else AuthorizationToken; NULL: neither. */
extern const char *cartona_head_bearer(const CartonaHead *head);

#endif							/* CARTONA_HEAD_H */
