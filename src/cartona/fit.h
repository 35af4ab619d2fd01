/*-------------------------------------------------------------------------
 *
 * fit.h
 *	  Text from outside as jsonb takes it.
 *
 * IDENTIFICATION
 *	  src/cartona/fit.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_FIT_H
#define CARTONA_FIT_H

#include "lib/stringinfo.h"

/*
 * Append one JSON text (valid UTF-8, no NUL bytes) to "out" so that whatever of
 * it json-c takes, jsonb takes too.  Returns NULL, or why it cannot be done (a
 * constant).
 */
extern const char *cartona_fit_jsonb(const char *text, size_t len, StringInfo out);

#endif							/* CARTONA_FIT_H */
