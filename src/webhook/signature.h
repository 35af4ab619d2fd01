/*-------------------------------------------------------------------------
 *
 * signature.h
 *	  Who calls: the account whose webhook secret he knows.
 *
 * IDENTIFICATION
 *	  src/webhook/signature.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_SIGNATURE_H
#define CARTONA_SIGNATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config/secret_key.h"

/* Seconds a signature's time may be away from this clock (Standard Webhooks). */
#define CARTONA_SIGNATURE_TOLERANCE 300

#define CARTONA_DIGEST_SIZE 32

/* A secret, made ready to be compared with what callers show. */
typedef struct CartonaSigner
{
	int			account_id;
	CartonaSecretKey key;
	unsigned char digest[CARTONA_DIGEST_SIZE];	/* of the secret as it was
												 * given */
} CartonaSigner;

/* The headers of Standard Webhooks; NULL where one is missing. */
typedef struct CartonaSignature
{
	const char *id;				/* webhook-id */
	const char *timestamp;		/* webhook-timestamp */
	const char *signatures;		/* webhook-signature */
} CartonaSignature;

/* false: the secret cannot be used (secret_key.h says when). */
extern bool cartona_signer_make(int account_id, const char *secret, CartonaSigner *signer);

/*
 * The number of the signer whose secret "token" is; -1: nobody's.  Takes the
 * same time whichever it is, and whether it is one.
 */
extern int	cartona_signature_token(const CartonaSigner *signers, int n, const char *token);

/*
 * The number of the signer who signed "body" at a time that is near "now"
 * (seconds since 1970); -1: none, and *why says what is wrong (a constant).
 */
extern int	cartona_signature_check(const CartonaSigner *signers, int n, const CartonaSignature *signature,
									const void *body, size_t len, int64_t now, const char **why);

#endif							/* CARTONA_SIGNATURE_H */
