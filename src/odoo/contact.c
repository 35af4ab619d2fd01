/*-------------------------------------------------------------------------
 *
 * contact.c
 *	  Phones, emails and notes of customers, as Odoo keeps them.
 *
 * Odoo's own normal form of a phone comes from a library that knows every
 * country's numbers, where it is installed, else it is the number as typed.
 * Here it is made of what holds for all countries: such a number is what the
 * library gives, and better to search by than the typed one.
 *
 * Neighbours: partner.c and customer_change.c.
 * Transactions: none.  Memory: the current context.  Failure: none.
 *
 * IDENTIFICATION
 *	  src/odoo/contact.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "odoo/customer.h"
#include "odoo/html.h"

/* What E.164 allows, with the country's code. */
#define MIN_DIGITS 7
#define MAX_DIGITS 15

bool
cartona_contact_same(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

/*
 * The digits of a phone, "+" in front read as 00, Arabic and Persian digits
 * (two bytes of UTF-8 each) as ours; false where something else stands in it.
 */
static bool
take_digits(const char *phone, StringInfo digits)
{
	const unsigned char *c = (const unsigned char *) phone;

	for (; *c; c++)
	{
		if (*c >= '0' && *c <= '9')
			appendStringInfoChar(digits, (char) *c);
		else if (*c == 0xd9 && c[1] >= 0xa0 && c[1] <= 0xa9)
			appendStringInfoChar(digits, (char) ('0' + *++c - 0xa0));
		else if (*c == 0xdb && c[1] >= 0xb0 && c[1] <= 0xb9)
			appendStringInfoChar(digits, (char) ('0' + *++c - 0xb0));
		else if (*c == '+' && digits->len == 0)
			appendStringInfoString(digits, "00");
		else if (strchr(" -.()/", *c) == NULL)
			return false;
	}
	return true;
}

/* NULL: neither international nor of the country in its usual form. */
static char *
sanitize_phone(const char *phone, int32 phone_code)
{
	StringInfoData digits;
	char	   *code = psprintf("%d", phone_code);
	const char *number;

	if (phone == NULL)
		return NULL;
	initStringInfo(&digits);
	if (!take_digits(phone, &digits))
		return NULL;
	number = digits.data;
	if (strncmp(number, "00", 2) == 0)
	{
		code = pstrdup("");
		number += 2;
	}
	else if (phone_code <= 0)
		return NULL;
	else if (number[0] == '0')
		number++;
	else if (strncmp(number, code, strlen(code)) == 0 && strlen(number) > 10)
		code = pstrdup("");		/* the country's code without its sign */
	else
		return NULL;
	number = psprintf("%s%s", code, number);
	if (number[0] == '0' || strlen(number) < MIN_DIGITS || strlen(number) > MAX_DIGITS)
		return NULL;
	return psprintf("+%s", number);
}

char *
cartona_contact_sanitize_phones(const char *mobile, const char *phone, int32 phone_code)
{
	char	   *number = sanitize_phone(mobile, phone_code);

	if (number == NULL)
		number = sanitize_phone(phone, phone_code);
	if (number == NULL && mobile != NULL && mobile[0] != '\0')
		number = pstrdup(mobile);
	if (number == NULL && phone != NULL && phone[0] != '\0')
		number = pstrdup(phone);
	return number;
}

char *
cartona_contact_normalize_email(const char *email)
{
	const char *open;
	const char *close;
	char	   *normal;
	char	   *at;
	char	   *c;

	if (email == NULL)
		return NULL;
	/* "Name <address>" */
	open = strrchr(email, '<');
	close = open ? strchr(open, '>') : NULL;
	if (close != NULL && close[1] == '\0')
		normal = pnstrdup(open + 1, close - open - 1);
	else
		normal = pstrdup(email);
	at = strchr(normal, '@');
	if (at == NULL || at == normal || at[1] == '\0' || strchr(at + 1, '@') != NULL || strpbrk(normal, " ,;:<>()[]\\\"") != NULL)
		return NULL;
	for (c = normal; *c; c++)
		*c = (char) pg_ascii_tolower((unsigned char) *c);
	return normal;
}

char *
cartona_contact_comment(const char *cartona_id, const char *phone2, bool html)
{
	StringInfoData text;

	initStringInfo(&text);
	/* "retailer_7001" is how we keep it; a person knows the code */
	appendStringInfo(&text, "Cartona retailer %s", strncmp(cartona_id, "retailer_", 9) == 0 ? cartona_id + 9 : cartona_id);
	if (phone2 != NULL)
		appendStringInfo(&text, "\nSecond phone: %s", phone2);
	return html ? cartona_html_paragraph(text.data) : text.data;
}
