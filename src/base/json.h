/*-------------------------------------------------------------------------
 *
 * json.h
 *	  json-c objects owned by memory contexts.
 *
 * IDENTIFICATION
 *	  src/base/json.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_JSON_H
#define CARTONA_JSON_H

#include <json-c/json.h>

/*
 * Make the current memory context the owner of "object" (one reference): it is
 * put when the context is reset or deleted, also after an error.  NULL is an
 * out-of-memory error.  Returns the object.
 */
extern struct json_object *cartona_json_own(struct json_object *object);

/*
 * Parse "len" bytes as one JSON text, at most CARTONA_JSON_DEPTH deep, nothing
 * but white space behind it; owned by the current context.  NULL (and *why, a
 * constant or palloc'd) when it is no JSON; a JSON null gives NULL with *why NULL.
 */
#define CARTONA_JSON_DEPTH 64
extern struct json_object *cartona_json_parse(const char *text, size_t len, const char **why);

/* "object" as JSON text, palloc'd. */
extern char *cartona_json_text(struct json_object *object);

#endif							/* CARTONA_JSON_H */
