/*-------------------------------------------------------------------------
 *
 * rate.h
 *	  How often somebody may call: token buckets in a table of fixed size.
 *
 * IDENTIFICATION
 *	  src/webhook/rate.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_RATE_H
#define CARTONA_RATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cidr.h"

#define CARTONA_RATE_BUCKETS 1024

/* So many times a second's worth may come at once. */
#define CARTONA_RATE_BURST 10

typedef struct CartonaBucket
{
	unsigned char key[16];
	int64_t		at_ms;			/* 0: never used */
	double		tokens;
} CartonaBucket;

typedef struct CartonaRates
{
	CartonaBucket buckets[CARTONA_RATE_BUCKETS];
} CartonaRates;

/*
 * May somebody call once more?  "per_second" 0: always.  Otherwise
 * *retry_after_s says when he may.  The clock must not be 0 and only go forward.
 */
extern bool cartona_rate_take(CartonaRates *rates, const unsigned char *key, int per_second, int64_t now_ms, int *retry_after_s);

/* The key of an address: of IPv6 its /64, which is what one subscriber has. */
extern void cartona_rate_address_key(const CartonaAddress *address, unsigned char *key);

extern void cartona_rate_account_key(int account_id, unsigned char *key);

#endif							/* CARTONA_RATE_H */
