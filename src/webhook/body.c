/*-------------------------------------------------------------------------
 *
 * body.c
 *	  The body of a webhook request as JSON that jsonb takes.
 *
 * Neighbours: intake.c gives the bodies; base/json.c parses, cartona/fit.c makes
 * them fit.  Apart from intake.c because json-c and PostgreSQL both have a
 * json_object.
 * Transactions: none.  Memory: the current context.
 * Failure: what is no JSON object is told as a text.
 *
 * IDENTIFICATION
 *	  src/webhook/body.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "base/json.h"
#include "cartona/fit.h"
#include "webhook/body.h"

char *
cartona_body_json(const char *body, size_t len, const char **order, const char **why)
{
	struct json_object *object = cartona_json_parse(body, len, why);
	struct json_object *id;
	StringInfoData fit;

	*order = "";
	if (object == NULL && *why != NULL)
	{
		*why = psprintf("the body is not JSON: %s", *why);
		return NULL;
	}
	if (object == NULL || !json_object_is_type(object, json_type_object))
	{
		*why = "the body is no JSON object";
		return NULL;
	}
	if (json_object_object_get_ex(object, "hashed_id", &id) && id != NULL)
		*order = json_object_get_string(id);
	initStringInfo(&fit);
	*why = cartona_fit_jsonb(body, len, &fit);
	if (*why == NULL)
		return fit.data;
	*why = psprintf("the body cannot be stored: %s", *why);
	return NULL;
}
