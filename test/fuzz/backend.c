/*-------------------------------------------------------------------------
 *
 * backend.c
 *	  What of PostgreSQL the fuzzed files need, outside of a server.
 *
 * Memory contexts, in which each piece is a malloc() of its own, so that
 * AddressSanitizer sees every byte read or written beside it; strings; an error
 * ends the process, because what is fuzzed here must throw nothing.
 *
 * Neighbours: the fuzz_*.c targets call cartona_fuzz_reset() after each input.
 *
 * IDENTIFICATION
 *	  test/fuzz/backend.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <stdarg.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/fd.h"
#include "storage/ipc.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "fuzz.h"

#undef fprintf
#undef snprintf
#undef vsnprintf

/* A piece of memory; the caller's bytes follow. */
typedef struct Piece
{
	struct Piece *next;
	struct Piece *prev;
	struct Context *context;
	size_t		size;
} Piece;

typedef struct Context
{
	MemoryContextData data;		/* only its address is used */
	struct Context *parent;
	struct Context *children;
	struct Context *sibling;
	Piece		pieces;			/* head of a ring */
	MemoryContextCallback *callbacks;
} Context;

static Context top;

MemoryContext CurrentMemoryContext = (MemoryContext) &top;
volatile sig_atomic_t InterruptPending = false;

static Context *
context_of(MemoryContext context)
{
	Context    *mine = (Context *) context;

	if (mine->pieces.next == NULL)
		mine->pieces.next = mine->pieces.prev = &mine->pieces;
	return mine;
}

static void *
allocate(Context *context, size_t size)
{
	Piece	   *piece = malloc(sizeof(Piece) + size);

	if (piece == NULL)
		abort();
	piece->context = context;
	piece->size = size;
	piece->next = context->pieces.next;
	piece->prev = &context->pieces;
	piece->next->prev = piece;
	context->pieces.next = piece;
	return piece + 1;
}

static void
release(Piece *piece)
{
	piece->prev->next = piece->next;
	piece->next->prev = piece->prev;
	free(piece);
}

static void
reset(Context *context)
{
	while (context->callbacks != NULL)
	{
		MemoryContextCallback *callback = context->callbacks;

		context->callbacks = callback->next;
		callback->func(callback->arg);
	}
	while (context->children != NULL)
	{
		Context    *child = context->children;

		context->children = child->sibling;
		reset(child);
		free(child);
	}
	while (context->pieces.next != &context->pieces)
		release(context->pieces.next);
}

void
cartona_fuzz_reset(void)
{
	CurrentMemoryContext = (MemoryContext) &top;
	reset(context_of(CurrentMemoryContext));
}

MemoryContext
AllocSetContextCreateInternal(MemoryContext parent, const char *name, Size min, Size initial, Size max)
{
	Context    *context = calloc(1, sizeof(Context));

	if (context == NULL)
		abort();
	context->parent = context_of(parent);
	context->sibling = context->parent->children;
	context->parent->children = context;
	return (MemoryContext) context_of((MemoryContext) context);
}

void
MemoryContextReset(MemoryContext context)
{
	reset(context_of(context));
}

void
MemoryContextDelete(MemoryContext context)
{
	Context    *mine = context_of(context);
	Context   **link = &mine->parent->children;

	reset(mine);
	while (*link != mine)
		link = &(*link)->sibling;
	*link = mine->sibling;
	free(mine);
}

void
MemoryContextRegisterResetCallback(MemoryContext context, MemoryContextCallback *callback)
{
	Context    *mine = context_of(context);

	callback->next = mine->callbacks;
	mine->callbacks = callback;
}

void *
MemoryContextAllocExtended(MemoryContext context, Size size, int flags)
{
	void	   *memory = allocate(context_of(context), size);

	if (flags & MCXT_ALLOC_ZERO)
		memset(memory, 0, size);
	return memory;
}

void *
MemoryContextAllocHuge(MemoryContext context, Size size)
{
	return allocate(context_of(context), size);
}

void *
MemoryContextAllocZero(MemoryContext context, Size size)
{
	return MemoryContextAllocExtended(context, size, MCXT_ALLOC_ZERO);
}

char *
MemoryContextStrdup(MemoryContext context, const char *string)
{
	return strcpy(allocate(context_of(context), strlen(string) + 1), string);
}

void *
palloc(Size size)
{
	return allocate(context_of(CurrentMemoryContext), size);
}

void *
palloc0(Size size)
{
	return memset(palloc(size), 0, size);
}

void
pfree(void *memory)
{
	release((Piece *) memory - 1);
}

void *
repalloc(void *memory, Size size)
{
	Piece	   *piece = (Piece *) memory - 1;
	void	   *bigger = allocate(piece->context, size);

	memcpy(bigger, memory, Min(size, piece->size));
	release(piece);
	return bigger;
}

char *
pstrdup(const char *string)
{
	return MemoryContextStrdup(CurrentMemoryContext, string);
}

char *
pnstrdup(const char *string, Size len)
{
	size_t		used = strnlen(string, len);
	char	   *copy = palloc(used + 1);

	memcpy(copy, string, used);
	copy[used] = '\0';
	return copy;
}

char *
psprintf(const char *format,...)
{
	va_list		args;
	int			len;
	char	   *text;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = palloc(len + 1);
	va_start(args, format);
	vsnprintf(text, len + 1, format, args);
	va_end(args);
	return text;
}

int
pg_snprintf(char *text, size_t size, const char *format,...)
{
	va_list		args;
	int			len;

	va_start(args, format);
	len = vsnprintf(text, size, format, args);
	va_end(args);
	return len;
}

void
initStringInfo(StringInfo text)
{
	text->maxlen = 64;
	text->data = palloc(text->maxlen);
	resetStringInfo(text);
}

void
resetStringInfo(StringInfo text)
{
	text->data[0] = '\0';
	text->len = 0;
	text->cursor = 0;
}

void
appendBinaryStringInfo(StringInfo text, CARTONA_BYTES * bytes, int len)
{
	if (text->len + len + 1 > text->maxlen)
	{
		text->maxlen = (text->len + len + 1) * 2;
		text->data = repalloc(text->data, text->maxlen);
	}
	memcpy(text->data + text->len, bytes, len);
	text->len += len;
	text->data[text->len] = '\0';
}

void
appendStringInfoString(StringInfo text, const char *string)
{
	appendBinaryStringInfo(text, string, (int) strlen(string));
}

void
appendStringInfoChar(StringInfo text, char c)
{
	appendBinaryStringInfo(text, &c, 1);
}

void
appendStringInfo(StringInfo text, const char *format,...)
{
	char		piece[1024];
	va_list		args;

	va_start(args, format);
	vsnprintf(piece, sizeof(piece), format, args);
	va_end(args);
	appendStringInfoString(text, piece);
}

/* Of UTF-8 only. */
int
pg_encoding_mbcliplen(int encoding, const char *text, int len, int limit)
{
	int			end = Min(len, limit);

	while (end > 0 && end < len && ((unsigned char) text[end] & 0xc0) == 0x80)
		end--;
	return end;
}

bool
errstart(int level, const char *domain)
{
	return true;
}

bool
errstart_cold(int level, const char *domain)
{
	return true;
}

int
errcode(int code)
{
	return 0;
}

int
errmsg(const char *format,...)
{
	return 0;
}

int
errmsg_internal(const char *format,...)
{
	return 0;
}

int
errhint(const char *format,...)
{
	return 0;
}

int
errdetail(const char *format,...)
{
	return 0;
}

void
errfinish(const char *file, int line, const char *function)
{
	fprintf(stderr, "an error was thrown in %s, line %d\n", file, line);
	abort();
}

void
ProcessInterrupts(void)
{
}

TimestampTz
GetCurrentTimestamp(void)
{
	return 0;
}

void
ReserveExternalFD(void)
{
}

void
ReleaseExternalFD(void)
{
}

void
proc_exit(int code)
{
	fprintf(stderr, "the process was ended\n");
	abort();
}

void
write_stderr(const char *format,...)
{
	fputs(format, stderr);
}
