/*-------------------------------------------------------------------------
 *
 * html.c
 *	  Text from outside, made safe for Odoo's HTML columns.
 *
 * Neighbours: whoever writes such a column (cartona_writer_is_html tells).
 * Transactions: none.  Memory: the current context.
 * Failure: none but out of memory.
 *
 * IDENTIFICATION
 *	  src/odoo/html.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "odoo/html.h"

/* Quotes stay: inside an element they are text, and Odoo's own cleaning writes them so. */
void
cartona_html_append(StringInfo html, const char *text)
{
	for (; *text; text++)
		switch (*text)
		{
			case '&':
				appendStringInfoString(html, "&amp;");
				break;
			case '<':
				appendStringInfoString(html, "&lt;");
				break;
			case '>':
				appendStringInfoString(html, "&gt;");
				break;
			case '\n':
				appendStringInfoString(html, "<br>");
				break;
			default:
				appendStringInfoChar(html, *text);
		}
}

char *
cartona_html_paragraph(const char *text)
{
	StringInfoData html;

	initStringInfo(&html);
	appendStringInfoString(&html, "<p>");
	cartona_html_append(&html, text);
	appendStringInfoString(&html, "</p>");
	return html.data;
}
