/*-------------------------------------------------------------------------
 *
 * utm.c
 *	  Odoo's UTM source "Cartona", which says where an order came from.
 *
 * Made by attaching and never taken away: orders point at it.
 *
 * Neighbours: attach.c calls; shop.c reads its id; writer.c inserts.
 * Transactions: the caller's, with an SPI connection; attach.c sees to it that
 * two sessions do not make it at once.
 * Memory: the current context.
 * Failure: what Odoo's table refuses is thrown.
 *
 * IDENTIFICATION
 *	  src/odoo/utm.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "odoo/catalog.h"
#include "odoo/utm.h"
#include "odoo/writer.h"

#define UTC_NOW "(now() AT TIME ZONE 'UTC')"

enum SourceArg
{
	SOURCE_NAME, SOURCE_USER, SOURCE_NARGS
};

static const CartonaWriterArg source_args[SOURCE_NARGS] = {
	{"name", TEXTOID}, {"uid", INT4OID}
};

#define SOURCE_COLUMNS(name) \
	{"name", name, CARTONA_VALUE}, \
	{"create_uid", "o.uid", CARTONA_VALUE}, \
	{"create_date", UTC_NOW, CARTONA_VALUE}, \
	{"write_uid", "o.uid", CARTONA_VALUE}, \
	{"write_date", UTC_NOW, CARTONA_VALUE}, \
	{NULL}

/* A translated name was jsonb for some versions. */
static const CartonaColumn plain_columns[] = {SOURCE_COLUMNS("o.name")};
static const CartonaColumn translated_columns[] = {SOURCE_COLUMNS("jsonb_build_object('en_US', o.name)")};

static CartonaWriter write_plain = {
	"utm_source", "utm.source", plain_columns, source_args, SOURCE_NARGS, false, true, NULL
};
static CartonaWriter write_translated = {
	"utm_source", "utm.source", translated_columns, source_args, SOURCE_NARGS, false, true, NULL
};

static CartonaQuery source_query = {
	"SELECT " CARTONA_UTM_SOURCE ", coalesce((SELECT d.res_id FROM {ir_model_data} d WHERE d.module = 'base' AND d.name = 'user_root'), 1)",
	0, {0}
};

bool
cartona_utm_is_missing(void)
{
	if (!OidIsValid(cartona_catalog_table("utm_source")))
		return false;
	(void) cartona_query_run(&source_query, NULL, NULL);
	return cartona_spi_isnull(0, 1);
}

void
cartona_utm_add(void)
{
	CartonaWriterRows *rows;
	int32		user;
	bool		translated;

	if (!cartona_utm_is_missing())
		return;
	user = cartona_spi_int32(0, 2);
	translated = cartona_catalog_column("utm_source", "name") == JSONBOID;
	rows = cartona_writer_rows(translated ? &write_translated : &write_plain, 1);
	cartona_writer_set_text(rows, 0, SOURCE_NAME, "Cartona");
	cartona_writer_set_id(rows, 0, SOURCE_USER, user);
	(void) cartona_writer_insert(rows, 0);
}
