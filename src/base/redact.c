/*-------------------------------------------------------------------------
 *
 * redact.c
 *	  Keep tokens, passwords and webhook secrets out of the server's log and
 *	  out of the list of sessions.
 *
 * A secret reaches the server inside an SQL statement (cartona.set_token(...),
 * UPDATE cartona.account SET api_token = ..., a clerk's one-time password), which
 * log_statement, log_min_duration_statement or an error would write to the log
 * before or beside anything this extension does.  The log hook blanks what may be
 * one, in place: it runs wherever an error can be reported, so it must not
 * allocate, throw or look at tables.
 *
 * Which statement it is about is known by its words, and, where they are not in
 * it (EXECUTE, a function of somebody's own), because the function that was given
 * the secret says so: whatever the server tells of the statement afterwards.
 *
 * Neighbours: module.c installs the hook; config/ says what it was given.
 *
 * IDENTIFICATION
 *	  src/base/redact.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "access/xact.h"
#include "commands/prepare.h"
#include "pgstat.h"
#include "tcop/tcopprot.h"
#include "utils/elog.h"

#include "base/redact.h"

/* A word of a message that is shorter says nothing of a secret. */
#define MIN_WORD 4

static emit_log_hook_type prev_emit_log_hook = NULL;

/* The statement that gave us a secret, by the time it came in; 0: none has. */
static TimestampTz secret_statement = 0;

/* What a word says of the statement it stands in. */
typedef enum WordKind
{
	WORD_SECRET,				/* a secret may follow */
	WORD_PRIVATE,				/* whom an order is for follows: what is wrong
								 * with the order may be said */
	WORD_WRITE,					/* columns are written: Odoo reads all of them
								 * with every order */
	WORD_PASSWORD,				/* a secret follows, where it is written */
	WORD_URL,					/* the same, where it holds what a URL should
								 * not: a user's password, a key */
	WORD_ROW					/* a row is written, whose columns need not be
								 * named */
} WordKind;

static const struct
{
	const char *word;			/* in lower case */
	WordKind	kind;
}			words[] =
{
	{"set_token", WORD_SECRET}, {"api_token", WORD_SECRET}, {"webhook_secret", WORD_SECRET},
	{"metrics_token", WORD_SECRET}, {"cartona.secret", WORD_SECRET},
	{"create_or_update_order", WORD_PRIVATE},
	{"update", WORD_WRITE}, {"insert", WORD_WRITE}, {"merge", WORD_WRITE}, {"copy", WORD_WRITE},
	{"cartona_otp", WORD_PASSWORD},
	{"api_url", WORD_URL},
	{"into", WORD_ROW}, {"copy", WORD_ROW},
};

/* From where on a text may hold something that is nobody's to know; NULL: nowhere. */
typedef struct Findings
{
	char	   *secret;
	char	   *private;
} Findings;

void
cartona_redact_statement(const char *activity)
{
	secret_statement = GetCurrentStatementStartTimestamp();
	pgstat_report_activity(STATE_RUNNING, activity);
}

/* Is this cartona.account, with or without the schema and double quotes? */
static bool
names_account(const char *at)
{
	static const char *const parts[] = {"cartona", "account"};
	int			i;

	while (isspace((unsigned char) *at))
		at++;
	for (i = 0; i < (int) lengthof(parts); i++)
	{
		const char *part = at + (*at == '"' ? 1 : 0);
		size_t		len = strlen(parts[i]);

		if (pg_strncasecmp(part, parts[i], len) != 0)
			continue;
		at = part + len + (part[len] == '"' ? 1 : 0);
		if (i == 0 && *at == '.')
			at++;
		if (i == 1)
			return !isalnum((unsigned char) *at) && *at != '_' && *at != '.';
	}
	return false;
}

/* A constant before the word that gives it away may be the secret, too. */
static char *
with_constants(const char *text, const char *found)
{
	const char *constant = found ? strpbrk(text, "'$") : NULL;

	return (char *) (constant != NULL && constant < found ? constant : found);
}

/* Look for the words, without regard to case, as SQL has none. */
static Findings
look(const char *text)
{
	Findings	found = {NULL, NULL};
	bool		writes = false;
	const char *at;
	int			i;

	for (at = text; at != NULL && *at != '\0' && found.secret == NULL; at++)
	{
		for (i = 0; i < (int) lengthof(words); i++)
		{
			size_t		len = strlen(words[i].word);
			const char *end = at + len;

			if ((*at | 0x20) != words[i].word[0] || pg_strncasecmp(at, words[i].word, len) != 0)
				continue;
			if (words[i].kind == WORD_WRITE)
				writes = true;
			else if (words[i].kind == WORD_PRIVATE)
				found.private = found.private ? found.private : (char *) end;
			else if (words[i].kind == WORD_SECRET ||
					 (words[i].kind == WORD_PASSWORD && writes) ||
					 (words[i].kind == WORD_URL && writes && strpbrk(end, "@?") != NULL) ||
					 (words[i].kind == WORD_ROW && names_account(end)))
				found.secret = (char *) end;
		}
	}
	found.secret = with_constants(text, found.secret);
	found.private = with_constants(text, found.private);
	return found;
}

static void
blank(char *text)
{
	if (text != NULL)
		memset(text, '*', strlen(text));
}

/* Where a word stands in "text", in whatever case; NULL: nowhere. */
static const char *
find_word(const char *text, const char *word, size_t len)
{
	for (; *text != '\0'; text++)
	{
		if (pg_strncasecmp(text, word, len) == 0)
			return text;
	}
	return NULL;
}

/*
 * Does an error quote what stands in the statement?  Names and constants that
 * PostgreSQL could not use; what our own functions say of a secret has no part of
 * it, and may use the same words.
 */
static bool
quotes_statement(int code)
{
	return ERRCODE_TO_CATEGORY(code) == ERRCODE_SYNTAX_ERROR_OR_ACCESS_RULE_VIOLATION ||
		code == ERRCODE_FEATURE_NOT_SUPPORTED ||
		code == ERRCODE_INVALID_TEXT_REPRESENTATION ||
		code == ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE;
}

/* Blank what a message quotes of a statement: column "my-token" does not exist. */
static void
blank_quoted(char *message, const char *statement)
{
	char	   *word = message;

	while (*word != '\0')
	{
		char	   *end = word;
		size_t		len;

		while (*end != '\0' && !isspace((unsigned char) *end))
			end++;
		len = end - word;
		/* without the quotes and stops around it */
		while (len > 0 && ispunct((unsigned char) *word))
			word++, len--;
		while (len > 0 && ispunct((unsigned char) word[len - 1]))
			len--;
		if (len >= MIN_WORD && find_word(statement, word, len) != NULL)
			memset(word, '*', len);
		word = end;
		while (isspace((unsigned char) *word))
			word++;
	}
}

/* EXECUTE of a prepared statement has its values in the message, and its text in the detail. */
static char *
after_execute(const char *message)
{
	static const char word[] = "execute";
	const char *at = message ? find_word(message, word, strlen(word)) : NULL;

	return at ? (char *) at + strlen(word) : NULL;
}

/* The text of the prepared statement that a statement executes; NULL: it is no EXECUTE. */
static const char *
prepared_text(const char *statement)
{
	const char *at = after_execute(statement);
	bool		quoted;
	char		name[NAMEDATALEN];
	int			len = 0;
	PreparedStatement *prepared;

	while (at != NULL && isspace((unsigned char) *at))
		at++;
	if (at == NULL)
		return NULL;
	quoted = *at == '"';
	for (at += quoted ? 1 : 0; len < NAMEDATALEN - 1; at++)
	{
		if (quoted ? *at == '"' || *at == '\0' : !isalnum((unsigned char) *at) && *at != '_')
			break;
		name[len++] = quoted ? *at : pg_tolower((unsigned char) *at);
	}
	name[len] = '\0';
	prepared = FetchPreparedStatement(name, false);
	return prepared ? prepared->plansource->query_string : NULL;
}

static void
redact(ErrorData *edata)
{
	Findings	statement = look(debug_query_string);
	Findings	message = look(edata->message);
	Findings	detail = look(edata->detail);
	Findings	detail_log = look(edata->detail_log);
	Findings	query = look(edata->internalquery);
	const char *secret = statement.secret;
	bool		in_message = message.secret != NULL || message.private != NULL;
	bool		in_detail = detail.secret != NULL || detail.private != NULL ||
		detail_log.secret != NULL || detail_log.private != NULL;

	/* All of it, where only the function or what was prepared knows. */
	if (secret == NULL &&
		((secret_statement != 0 && secret_statement == GetCurrentStatementStartTimestamp()) ||
		 look(prepared_text(debug_query_string)).secret != NULL))
		secret = debug_query_string;

	blank(query.secret);
	blank(query.private);
	if (in_message || in_detail || secret != NULL || statement.private != NULL)
	{
		/* The statement itself, its bound parameters, and what quotes them. */
		edata->hide_stmt = true;
		edata->hide_ctx = true;
	}
	if (in_message || in_detail || secret != NULL)
	{
		blank(edata->detail);
		blank(edata->detail_log);
	}
	if (in_message)
	{
		blank(message.secret);
		blank(message.private);
	}
	else if (in_detail)
		blank(after_execute(edata->message));
	else if (secret != NULL && edata->message != NULL)
	{
		if (secret == debug_query_string)
			blank(strstr(edata->message, secret));
		if (quotes_statement(edata->sqlerrcode))
			blank_quoted(edata->message, secret);
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
