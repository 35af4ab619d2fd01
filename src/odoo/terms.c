/*-------------------------------------------------------------------------
 *
 * terms.c
 *	  The terms and conditions Odoo puts into the note of an order.
 *
 * The company writes them as a text, which is in the customer's language, or
 * as a web page (Odoo 15 and later), to which the note then links.  The words
 * before that link are in no table of Odoo's: English, and Arabic, as its own
 * translation has it.
 *
 * Neighbours: shop.c; apply/note.c asks for each order.
 * Transactions: the caller's, with an SPI connection.
 * Memory: the shop's, which keeps the text of each language.
 * Failure: none of its own.
 *
 * IDENTIFICATION
 *	  src/odoo/terms.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "odoo/catalog.h"
#include "odoo/html.h"
#include "odoo/shop.h"

/* The terms in one language. */
typedef struct Terms
{
	char	   *lang;
	char	   *text;			/* NULL: none */
} Terms;

/* x.terms, translated or not, in language $1 */
#define IN_LANGUAGE \
	"CASE jsonb_typeof(x.terms) WHEN 'object' THEN coalesce(x.terms ->> $1, x.terms ->> 'en_US') ELSE x.terms #>> ARRAY[]::text[] END"

/*
 * $1: language, $2: company.  An empty page or text ("<p><br></p>" is what the
 * editor leaves) counts as none.
 */
static CartonaQuery terms_query = {
	"SELECT CASE WHEN page.used THEN coalesce("
	"  {?website|(SELECT nullif(w.domain, '') FROM {website} w WHERE w.company_id = c.id ORDER BY w.id LIMIT 1)|NULL},"
	"  (SELECT ip.value FROM {ir_config_parameter} ip WHERE ip.key = 'web.base.url'), '') END,"
	" CASE WHEN regexp_replace(plain.terms, '<[^>]*>|&nbsp;|\\s', '', 'g') <> '' THEN plain.terms END"
	" FROM {res_company} c"
	" CROSS JOIN LATERAL (SELECT " IN_LANGUAGE " AS terms"
	"  FROM (SELECT to_jsonb({?ir_translation|{~c.res_company.invoice_terms}|{c.res_company.invoice_terms|NULL::text}}) AS terms) x) plain"
	" CROSS JOIN LATERAL (SELECT {c.res_company.terms_type|NULL}::text = 'html'"
	"   AND regexp_replace(" IN_LANGUAGE ", '<[^>]*>|&nbsp;|\\s', '', 'g') <> '' AS used"
	"  FROM (SELECT to_jsonb({c.res_company.invoice_terms_html|NULL::text}) AS terms) x) page"
	" WHERE c.id = $2"
	" AND EXISTS (SELECT 1 FROM {ir_config_parameter} ip WHERE ip.key = 'account.use_invoice_terms' AND ip.value IN ('True', 'true', '1'))",
	2, {TEXTOID, INT4OID}
};

/* As Odoo writes a link into a text that is to become HTML. */
static char *
link_to_page(const char *base, const char *lang)
{
	bool		arabic = strncmp(lang, "ar", 2) == 0 && (lang[2] == '\0' || lang[2] == '_');
	StringInfoData url;
	StringInfoData text;

	initStringInfo(&url);
	cartona_html_append(&url, base);
	appendStringInfoString(&url, "/terms");
	initStringInfo(&text);
	appendStringInfo(&text, "<p>%s: <a href=\"%s\" target=\"_blank\" rel=\"noreferrer noopener\">%s</a></p>",
					 arabic ? "الشروط والأحكام" : "Terms &amp; Conditions", url.data, url.data);
	return text.data;
}

static char *
read_terms(const CartonaShop *shop, const char *lang)
{
	Datum		values[2];
	char	   *base;

	values[0] = CStringGetTextDatum(lang);
	values[1] = Int32GetDatum(shop->company);
	if (cartona_query_run(&terms_query, values, NULL) == 0)
		return NULL;
	base = cartona_spi_text(0, 1, CurrentMemoryContext);
	return base != NULL ? link_to_page(base, lang) : cartona_spi_text(0, 2, CurrentMemoryContext);
}

const char *
cartona_shop_terms(const CartonaShop *shop, const char *lang)
{
	MemoryContext old;
	Terms	   *terms;
	ListCell   *cell;

	foreach(cell, *shop->terms)
	{
		terms = lfirst(cell);
		if (strcmp(terms->lang, lang) == 0)
			return terms->text;
	}
	old = MemoryContextSwitchTo(shop->context);
	terms = palloc(sizeof(Terms));
	terms->lang = pstrdup(lang);
	terms->text = read_terms(shop, lang);
	*shop->terms = lappend(*shop->terms, terms);
	MemoryContextSwitchTo(old);
	return terms->text;
}
