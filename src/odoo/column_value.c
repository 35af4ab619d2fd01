/*-------------------------------------------------------------------------
 *
 * column_value.c
 *	  What each column of a new row in Odoo's tables gets.
 *
 * A column that columns.c does not name (another module's) gets, in this
 * order: nothing, where PostgreSQL has a default or makes the value itself;
 * the shop's default (ir_default); nothing, where null is allowed; a neutral
 * value of its type, so that a module that adds a required column does not
 * stop the import.  The last is reported in the server's log.
 *
 * A shop's default for a many2many field (tags of orders, categories of
 * customers) is rows of another table: a statement of its own.
 *
 * Neighbours: columns.c has the columns this code knows; writer.c makes the
 * statements, once per plan.
 * Transactions: the caller's, with an SPI connection.  Memory: the current context.
 * Failure: what cannot be given a value is left out, for Odoo's constraints to say.
 *
 * IDENTIFICATION
 *	  src/odoo/column_value.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"

#include "odoo/catalog.h"
#include "odoo/column_value.h"

typedef struct ShopDefault
{
	char		column[NAMEDATALEN];
	char	   *json;
} ShopDefault;

struct CartonaDefaults
{
	ShopDefault *list;
	int			n;
};

/* $1: model, $2: company */
#define DEFAULTS \
	" FROM {ir_default} d JOIN {ir_model_fields} f ON f.id = d.field_id" \
	" WHERE f.model = $1 AND (d.company_id = $2 OR d.company_id IS NULL)" \
	" AND d.user_id IS NULL AND nullif(d.condition, '') IS NULL" \
	" ORDER BY f.name, d.company_id NULLS LAST, d.id"

static CartonaQuery defaults_query = {
	"SELECT DISTINCT ON (f.name) f.name::text, d.json_value::text" DEFAULTS,
	2, {TEXTOID, INT4OID}
};

/* The ids in a list: plain, or in Odoo's commands 6 (these) and 4 (this, too). */
#define LISTED(path) \
	"SELECT e::text::int4 FROM jsonb_path_query(d.json_value::jsonb, 'strict " path "', jsonb_build_object(), true) e"

/*
 * The statement that links new rows ($1 of it) with what the list names, as far
 * as it is there: Odoo takes a deleted record out of no list.
 */
static CartonaQuery links_query = {
	"SELECT rel.relname::text, format('INSERT INTO %s (%I, %I) SELECT r.id, x.id FROM unnest($1) AS r (id), %s x"
	" WHERE x.id = ANY (%L::int4[]) ON CONFLICT DO NOTHING', rel.oid::regclass, a1.attname, a2.attname, k.confrelid::regclass,"
	"  ARRAY(" LISTED("$[*] ? (@.type() == \"number\")")
	"   UNION " LISTED("$[*] ? (@.type() == \"array\" && @[0] == 6)[2][*]")
	"   UNION " LISTED("$[*] ? (@.type() == \"array\" && @[0] == 4)[1]") "))"
	" FROM (SELECT DISTINCT ON (f.name) f.name, f.ttype, f.store, f.relation_table, f.column1, f.column2, d.json_value" DEFAULTS ") d"
	" JOIN pg_class rel ON rel.relname = d.relation_table"
	"  AND rel.relnamespace = (SELECT c.relnamespace FROM pg_class c WHERE c.oid = '{ir_default}'::regclass)"
	" JOIN pg_attribute a1 ON a1.attrelid = rel.oid AND a1.attname = d.column1"
	" JOIN pg_attribute a2 ON a2.attrelid = rel.oid AND a2.attname = d.column2"
	" JOIN pg_constraint k ON k.conrelid = rel.oid AND k.contype = 'f' AND k.conkey = ARRAY[a2.attnum]"
	" WHERE d.ttype = 'many2many' AND d.store AND d.json_value LIKE '[%' ORDER BY d.name",
	2, {TEXTOID, INT4OID}
};

CartonaDefaults *
cartona_column_defaults(const char *model, int32 company)
{
	CartonaDefaults *defaults = palloc0(sizeof(CartonaDefaults));
	Datum		values[2];
	uint64		n;
	uint64		i;

	if (model == NULL)
		return defaults;
	values[0] = CStringGetTextDatum(model);
	values[1] = Int32GetDatum(company);
	n = cartona_query_run(&defaults_query, values, NULL);
	defaults->list = palloc0((n + 1) * sizeof(ShopDefault));
	for (i = 0; i < n; i++)
	{
		char	   *name = cartona_spi_text(i, 1, CurrentMemoryContext);

		strlcpy(defaults->list[i].column, name, NAMEDATALEN);
		defaults->list[i].json = cartona_spi_text(i, 2, CurrentMemoryContext);
	}
	defaults->n = (int) n;
	return defaults;
}

List *
cartona_column_links(const char *model, int32 company)
{
	List	   *statements = NIL;
	List	   *tables = NIL;
	ListCell   *cell;
	Datum		values[2];
	uint64		n;
	uint64		i;

	values[0] = CStringGetTextDatum(model);
	values[1] = Int32GetDatum(company);
	n = cartona_query_run(&links_query, values, NULL);
	for (i = 0; i < n; i++)
	{
		tables = lappend(tables, cartona_spi_text(i, 1, CurrentMemoryContext));
		statements = lappend(statements, cartona_spi_text(i, 2, CurrentMemoryContext));
	}
	/* from now on they are watched */
	foreach(cell, tables)
		(void) cartona_catalog_table(lfirst(cell));
	return statements;
}

/*
 * A default as SQL, or NULL where it is none (null, a list) or the column is
 * jsonb: there ir_default is the fallback of a company-dependent field and is
 * not written into the row.
 */
static char *
default_value(const CartonaDefaults *defaults, const char *column, Oid type, int32 typmod)
{
	int			i;

	for (i = 0; i < defaults->n; i++)
	{
		const char *json = defaults->list[i].json;
		Datum		plain;

		if (strcmp(defaults->list[i].column, column) != 0)
			continue;
		if (json == NULL || type == JSONBOID || strcmp(json, "null") == 0 || json[0] == '[' || json[0] == '{')
			return NULL;
		if (json[0] == '"')
		{
			/* a JSON text: let PostgreSQL take the quotes and escapes off */
			plain = DirectFunctionCall2(jsonb_array_element_text,
										DirectFunctionCall1(jsonb_in, CStringGetDatum(psprintf("[%s]", json))),
										Int32GetDatum(0));
			json = TextDatumGetCString(plain);
		}
		return psprintf("%s::%s", quote_literal_cstr(json), format_type_with_typemod(type, typmod));
	}
	return NULL;
}

/* A value that says nothing, for a required column nobody told us of. */
static const char *
neutral_value(Oid type, int32 typmod)
{
	char		category;
	bool		preferred;

	switch (type)
	{
		case JSONOID:
		case JSONBOID:
			return "'{}'";
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return "(now() AT TIME ZONE 'UTC')";
		case DATEOID:
			return "(now() AT TIME ZONE 'UTC')::date";
		case BYTEAOID:
			return "''::bytea";
		default:
			break;
	}
	get_type_category_preferred(type, &category, &preferred);
	switch (category)
	{
		case TYPCATEGORY_BOOLEAN:
			return "false";
		case TYPCATEGORY_NUMERIC:
			return "0";
		case TYPCATEGORY_STRING:
			return "''";
		case TYPCATEGORY_ARRAY:
			return "'{}'";
		default:
			return NULL;
	}
}

/* $1: model, $2: column */
static CartonaQuery choice_query = {
	"{?ir_model_fields_selection|SELECT s.value::text FROM {ir_model_fields_selection} s JOIN {ir_model_fields} f ON f.id = s.field_id"
	" WHERE f.model = $1 AND f.name = $2 AND f.ttype = 'selection' ORDER BY s.sequence, s.id LIMIT 1|SELECT NULL::text WHERE false}",
	2, {TEXTOID, TEXTOID}
};

/* The first choice of a field that has only certain values; NULL where it is no such field. */
static const char *
first_choice(const char *model, const char *column)
{
	Datum		values[2];

	if (model == NULL)
		return NULL;
	values[0] = CStringGetTextDatum(model);
	values[1] = CStringGetTextDatum(column);
	if (cartona_query_run(&choice_query, values, NULL) == 0)
		return NULL;
	return quote_literal_cstr(cartona_spi_text(0, 1, CurrentMemoryContext));
}

static const CartonaColumn *
find_column(const CartonaColumn *columns, const char *name)
{
	const CartonaColumn *column;

	for (column = columns; column->name; column++)
		if (strcmp(column->name, name) == 0)
			return column;
	return NULL;
}

const CartonaNullColumn *
cartona_column_null(const CartonaWriter *writer, const char *name)
{
	const CartonaNullColumn *column;

	for (column = writer->null_columns; column->name; column++)
		if (strcmp(column->name, name) == 0)
			return column;
	return NULL;
}

bool
cartona_column_is_unknown(const CartonaWriter *writer, Form_pg_attribute attribute)
{
	const CartonaNullColumn *column;

	if (writer->null_columns == NULL || attribute->atthasdef || attribute->attidentity != '\0' || attribute->attgenerated != '\0')
		return false;
	column = cartona_column_null(writer, NameStr(attribute->attname));
	return column == NULL || column->unless != NULL;
}

/* The expression for one column of the table, as columns.c or the shop has it; NULL: leave it out. */
static const char *
plain_value(const CartonaWriter *writer, Form_pg_attribute attribute, const CartonaDefaults *defaults)
{
	const char *name = NameStr(attribute->attname);
	const CartonaColumn *column = find_column(writer->columns, name);
	char	   *shop;
	const char *neutral;

	if (column != NULL && column->rule == CARTONA_VALUE)
		return column->value;
	if (column != NULL && column->rule == CARTONA_LOOKUP)
		return cartona_catalog_expand(column->value);
	if (column != NULL && column->rule == CARTONA_TRANSLATED)
		return attribute->atttypid == JSONBOID ? psprintf("jsonb_build_object('en_US', %s)", column->value) : column->value;
	if (column == NULL && (attribute->atthasdef || attribute->attidentity != '\0' || attribute->attgenerated != '\0'))
		return NULL;
	shop = default_value(defaults, name, attribute->atttypid, attribute->atttypmod);
	if (shop != NULL)
		return shop;
	if (column != NULL)
		return column->value;
	if (!attribute->attnotnull)
		return NULL;
	neutral = first_choice(writer->model, name);
	if (neutral == NULL)
		neutral = neutral_value(attribute->atttypid, attribute->atttypmod);
	ereport(LOG,
			(errmsg("column %s.%s is required and not known to cartona_integration: %s", writer->table, name,
					neutral ? psprintf("new rows get %s", neutral) : "there is no neutral value of its type"),
			 errhint("Set a default for this field in Odoo (Settings, Technical, User-defined Defaults) to choose the value.")));
	return neutral;
}

/* A value of columns.c with each "@@column" replaced by what that column gets. */
static const char *
with_columns(const CartonaWriter *writer, TupleDesc desc, const char *value, const CartonaDefaults *defaults)
{
	StringInfoData out;
	const char *at;

	initStringInfo(&out);
	for (at = value; *at; at++)
	{
		size_t		len = strncmp(at, "@@", 2) == 0 ? strspn(at + 2, "abcdefghijklmnopqrstuvwxyz_") : 0;
		const char *other = NULL;
		int			i;

		if (len == 0)
		{
			appendStringInfoChar(&out, *at);
			continue;
		}
		for (i = 0; i < desc->natts; i++)
		{
			Form_pg_attribute attribute = TupleDescAttr(desc, i);
			const char *name = NameStr(attribute->attname);

			if (!attribute->attisdropped && strlen(name) == len && strncmp(name, at + 2, len) == 0)
				other = plain_value(writer, attribute, defaults);
		}
		appendStringInfo(&out, "(%s)", other ? other : "NULL");
		at += len + 1;
	}
	return out.data;
}

const char *
cartona_column_value(const CartonaWriter *writer, TupleDesc desc, int number, const CartonaDefaults *defaults)
{
	Form_pg_attribute attribute = TupleDescAttr(desc, number);
	const char *value = plain_value(writer, attribute, defaults);
	const CartonaColumn *column = find_column(writer->columns, NameStr(attribute->attname));

	/* not in a default of the shop's: that may be an email address */
	if (value != NULL && column != NULL && value == column->value)
		value = with_columns(writer, desc, value, defaults);
	return value;
}
