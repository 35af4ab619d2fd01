/*-------------------------------------------------------------------------
 *
 * rate.c
 *	  How often somebody may call: token buckets in a table of fixed size.
 *
 * Where all places for a key are taken the one unused for longest is given up:
 * its bucket was the fullest.  So the table never grows, however many addresses
 * call.
 *
 * Neighbours: listener.c asks.  Plain C: no database, no allocation, nothing thrown.
 *
 * IDENTIFICATION
 *	  src/webhook/rate.c
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "webhook/rate.h"

/* Places a key can be at. */
#define WAYS 8

static uint32_t
hash(const unsigned char *key)
{
	uint32_t	value = 2166136261u;	/* FNV-1a */
	int			i;

	for (i = 0; i < 16; i++)
		value = (value ^ key[i]) * 16777619u;
	return value;
}

/* The bucket of a key; a fresh one, full, where it has none. */
static CartonaBucket *
bucket_of(CartonaRates *rates, const unsigned char *key, int per_second)
{
	uint32_t	start = hash(key);
	CartonaBucket *oldest = NULL;
	int			i;

	for (i = 0; i < WAYS; i++)
	{
		CartonaBucket *bucket = &rates->buckets[(start + i) % CARTONA_RATE_BUCKETS];

		if (bucket->at_ms != 0 && memcmp(bucket->key, key, sizeof(bucket->key)) == 0)
			return bucket;
		if (oldest == NULL || bucket->at_ms < oldest->at_ms)
			oldest = bucket;
	}
	memcpy(oldest->key, key, sizeof(oldest->key));
	oldest->at_ms = 0;
	oldest->tokens = (double) per_second * CARTONA_RATE_BURST;
	return oldest;
}

bool
cartona_rate_take(CartonaRates *rates, const unsigned char *key, int per_second, int64_t now_ms, int *retry_after_s)
{
	CartonaBucket *bucket;
	double		full = (double) per_second * CARTONA_RATE_BURST;

	*retry_after_s = 0;
	if (per_second <= 0)
		return true;
	bucket = bucket_of(rates, key, per_second);
	if (bucket->at_ms != 0 && now_ms > bucket->at_ms)
		bucket->tokens += (double) (now_ms - bucket->at_ms) * per_second / 1000.0;
	if (bucket->tokens > full)
		bucket->tokens = full;
	bucket->at_ms = now_ms;
	if (bucket->tokens < 1.0)
	{
		*retry_after_s = 1;
		return false;
	}
	bucket->tokens -= 1.0;
	return true;
}

void
cartona_rate_address_key(const CartonaAddress *address, unsigned char *key)
{
	static const unsigned char mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

	memcpy(key, address->bytes, 16);
	if (memcmp(key, mapped_prefix, sizeof(mapped_prefix)) != 0)
		memset(key + 8, 0, 8);
}

void
cartona_rate_account_key(int account_id, unsigned char *key)
{
	memset(key, 0, 16);
	memcpy(key, &account_id, sizeof(account_id));
}
