/*-------------------------------------------------------------------------
 *
 * no_messages.c
 *	  Messages without translation, for a server under AddressSanitizer.
 *
 * With clang 14's AddressSanitizer loaded before Debian's PostgreSQL, the C
 * library's bindtextdomain() waits for its own lock forever.  This library,
 * loaded as well, takes its place and that of its relatives.
 *
 * Neighbours: fuzz_payload.sh loads it.
 *
 * IDENTIFICATION
 *	  test/fuzz/no_messages.c
 *-------------------------------------------------------------------------
 */
#include <libintl.h>

#undef bindtextdomain
#undef bind_textdomain_codeset
#undef textdomain
#undef gettext
#undef dgettext
#undef dcgettext
#undef ngettext
#undef dngettext

char *
bindtextdomain(const char *domain, const char *directory)
{
	return (char *) directory;
}

char *
bind_textdomain_codeset(const char *domain, const char *codeset)
{
	return (char *) codeset;
}

char *
textdomain(const char *domain)
{
	return (char *) domain;
}

char *
gettext(const char *message)
{
	return (char *) message;
}

char *
dgettext(const char *domain, const char *message)
{
	return (char *) message;
}

char *
dcgettext(const char *domain, const char *message, int category)
{
	return (char *) message;
}

char *
ngettext(const char *one, const char *many, unsigned long n)
{
	return (char *) (n == 1 ? one : many);
}

char *
dngettext(const char *domain, const char *one, const char *many, unsigned long n)
{
	return (char *) (n == 1 ? one : many);
}
