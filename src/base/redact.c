/*-------------------------------------------------------------------------
 *
 * redact.c
 *	  Keep tokens out of the server's log.
 *
 * A token reaches the server inside an SQL statement (cartona.set_token(...),
 * UPDATE cartona.account SET api_token = ...), which log_statement,
 * log_min_duration_statement or an error would write to the log before or
 * beside anything this extension does.  The log hook blanks the rest of such a
 * message, in place: it runs wherever an error can be reported, so it must not
 * allocate, throw or look at tables.
 *
 * IDENTIFICATION
 *	  src/base/redact.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "tcop/tcopprot.h"
#include "utils/elog.h"

#include "base/redact.h"

static emit_log_hook_type prev_emit_log_hook = NULL;

/* The words behind which a statement may hold a secret. */
static const char *const secret_words[] = {"set_token", "api_token"};

/* Where the first secret word of a text that speaks of cartona ends, or NULL. */
static char *
after_secret_word(const char *text)
{
	char	   *first = NULL;
	int			i;

	if (text == NULL || strstr(text, "cartona") == NULL)
		return NULL;
	for (i = 0; i < (int) lengthof(secret_words); i++)
	{
		char	   *at = strstr(text, secret_words[i]);

		if (at != NULL && (first == NULL || at + strlen(secret_words[i]) < first))
			first = at + strlen(secret_words[i]);
	}
	return first;
}

static void
blank(char *from)
{
	if (from != NULL)
		memset(from, '*', strlen(from));
}

static void
redact(ErrorData *edata)
{
	bool		secret_statement = after_secret_word(debug_query_string) != NULL;
	char	   *in_message = after_secret_word(edata->message);

	if (secret_statement || in_message != NULL)
	{
		/* The statement itself, its bound parameters, and what quotes them. */
		edata->hide_stmt = true;
		blank(in_message);
		if (edata->detail_log != NULL)
			blank(edata->detail_log);
		if (edata->detail != NULL && strncmp(edata->detail, "parameters:", 11) == 0)
			blank(edata->detail + 11);
		if (edata->detail != NULL && strncmp(edata->detail, "Parameters:", 11) == 0)
			blank(edata->detail + 11);
		if (edata->context != NULL)
			edata->hide_ctx = true;
		if (edata->internalquery != NULL)
			blank(after_secret_word(edata->internalquery));
	}

	if (prev_emit_log_hook)
		prev_emit_log_hook(edata);
}

void
cartona_redact_install(void)
{
	prev_emit_log_hook = emit_log_hook;
	emit_log_hook = redact;
}
