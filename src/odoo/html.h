/*-------------------------------------------------------------------------
 *
 * html.h
 *	  Text from outside, made safe for Odoo's HTML columns.
 *
 * IDENTIFICATION
 *	  src/odoo/html.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_HTML_H
#define CARTONA_HTML_H

#include "lib/stringinfo.h"

/*
 * Append "text" as the content of an element (never of an attribute) that
 * shows exactly it; a line break becomes <br>.
 * Odoo cleans HTML when its own code writes it, not when it shows it.
 */
extern void cartona_html_append(StringInfo html, const char *text);

/* The text as one paragraph. */
extern char *cartona_html_paragraph(const char *text);

#endif							/* CARTONA_HTML_H */
