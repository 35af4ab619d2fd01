/*-------------------------------------------------------------------------
 *
 * redact.c
 *	  Keep tokens and webhook secrets out of the server's log.
 *
 * A secret reaches the server inside an SQL statement (cartona.set_token(...),
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
static const char *const secret_words[] = {"set_token", "api_token", "webhook_secret", "set_metrics_token"};

/* strstr without regard to case, as SQL has none; NULL: not in there. */
static const char *
find_word(const char *text, const char *word)
{
	size_t		len = strlen(word);

	for (; *text != '\0'; text++)
	{
		if (pg_strncasecmp(text, word, len) == 0)
			return text;
	}
	return NULL;
}

/* Where the first secret word of a text ends; -1: nowhere. */
static int
after_secret_word(const char *text)
{
	int			first = -1;
	int			i;

	if (text == NULL)
		return -1;
	for (i = 0; i < (int) lengthof(secret_words); i++)
	{
		const char *at = find_word(text, secret_words[i]);
		int			end = at ? (int) (at - text + strlen(secret_words[i])) : -1;

		if (at != NULL && (first < 0 || end < first))
			first = end;
	}
	return first;
}

/* EXECUTE of a prepared statement shows its values here and its text in the detail. */
static int
after_execute(const char *text)
{
	const char *at = text ? find_word(text, "execute") : NULL;

	return at ? (int) (at - text + strlen("execute")) : -1;
}

static void
blank_from(char *text, int from)
{
	if (text != NULL && from >= 0)
		memset(text + from, '*', strlen(text + from));
}

static void
redact(ErrorData *edata)
{
	int			in_message = after_secret_word(edata->message);
	int			in_detail = Max(after_secret_word(edata->detail), after_secret_word(edata->detail_log));

	if (in_message >= 0 || in_detail >= 0 || after_secret_word(debug_query_string) >= 0)
	{
		/* The statement itself, its bound parameters, and what quotes them. */
		edata->hide_stmt = true;
		edata->hide_ctx = true;
		blank_from(edata->message, in_message >= 0 ? in_message : in_detail >= 0 ? after_execute(edata->message) : -1);
		blank_from(edata->detail, 0);
		blank_from(edata->detail_log, 0);
		blank_from(edata->internalquery, after_secret_word(edata->internalquery));
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
