/*-------------------------------------------------------------------------
 *
 * fuzz.h
 *	  What the fuzz targets share.
 *
 * IDENTIFICATION
 *	  test/fuzz/fuzz.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_FUZZ_H
#define CARTONA_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* appendBinaryStringInfo takes bytes of any type since PostgreSQL 16. */
#if PG_VERSION_NUM >= 160000
#define CARTONA_BYTES const void
#else
#define CARTONA_BYTES const char
#endif

/* Give back all memory of one input. */
extern void cartona_fuzz_reset(void);

/* What libFuzzer calls with each input. */
extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif							/* CARTONA_FUZZ_H */
