/*-------------------------------------------------------------------------
 *
 * payload_value.h
 *	  One value out of what Cartona sent.
 *
 * IDENTIFICATION
 *	  src/apply/payload_value.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_PAYLOAD_VALUE_H
#define CARTONA_PAYLOAD_VALUE_H

#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

/* Lengths in bytes; an index entry of PostgreSQL's takes 2,700. */
#define CARTONA_MAX_ID 200
#define CARTONA_MAX_SHORT 500	/* names, phones, addresses */
#define CARTONA_MAX_LONG 4000	/* notes */

/* Of one order: each is compared with all others, which must end some day. */
#define CARTONA_MAX_LINES 10000

/* No amount or price of a real order comes near; more would overflow Odoo's columns and reports. */
#define CARTONA_MAX_NUMBER 1000000000

/* The object's field, NULL where it has none. */
extern JsonbValue *cartona_value_field(JsonbContainer *object, const char *name);

/* True for no value and for null. */
extern bool cartona_value_is_missing(const JsonbValue *value);

/*
 * A text, or a number as text: without control characters (line breaks stay
 * where "lines"), trimmed, cut at a character to "max" bytes.  NULL where
 * nothing is left and for any other type.
 */
extern char *cartona_value_text(const JsonbValue *value, int max, bool lines);

/* A number, or a text that is one in plain decimal notation; NULL when it is neither. */
extern Numeric cartona_value_number(const JsonbValue *value);

/* true, "true" and 1. */
extern bool cartona_value_is_true(const JsonbValue *value);

/* An ISO 8601 day or time, UTC where it names no zone; false where it is none. */
extern bool cartona_value_time(const JsonbValue *value, TimestampTz *time, bool *day_only);

/* What came, short enough to be read in an error. */
extern char *cartona_value_show(const JsonbValue *value);

#endif							/* CARTONA_PAYLOAD_VALUE_H */
