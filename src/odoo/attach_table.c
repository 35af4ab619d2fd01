/*-------------------------------------------------------------------------
 *
 * attach_table.c
 *	  The list of what this extension puts on Odoo's tables: columns, indexes,
 *	  triggers.
 *
 * Columns are nullable and without default (adding one rewrites nothing); no
 * trigger has a column list or a condition on an Odoo column (it would make that
 * column undroppable); no foreign key points from or to an Odoo table (it would
 * break Odoo's merge wizards).
 *
 * Neighbours: attach.c says when, and as whom; capture.c holds the trigger
 * functions.
 * Transactions: the caller's.  Memory: the current context.
 * Failure: a table that every Odoo with sales has must be there; what is already
 * on a table is left alone, so calling again is always safe.
 *
 * IDENTIFICATION
 *	  src/odoo/attach_table.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/spi.h"
#include "base/xact.h"
#include "odoo/attach_table.h"

#define MAX_COLUMNS 5
#define MAX_TRIGGERS 2

typedef struct AttachIndex
{
	const char *name;			/* NULL: none */
	bool		unique;
	const char *definition;		/* behind the table's name */
} AttachIndex;

typedef struct AttachTable
{
	const char *name;
	bool		required;		/* without it this is no Odoo with sales */
	const char *columns[MAX_COLUMNS + 1][2];	/* name, type */
	AttachIndex index;
	const char *triggers[MAX_TRIGGERS + 1]; /* calls of trigger functions */
} AttachTable;

static const AttachTable attach_tables[] = {
	{"sale_order", true,
		{{"cartona_id", "varchar"}, {"delivered_by", "varchar"}, {"cartona_account_id", "integer"},
		{"cartona_otp", "varchar"}, {"cartona_cancel_reason", "varchar"}},
		{"sale_order_cartona_id_idx", true, "(coalesce(cartona_account_id, 0), cartona_id) WHERE cartona_id IS NOT NULL"},
	{"cartona.capture_order()"}},
	{"sale_order_line", true,
		{{"cartona_line_id", "varchar"}},
		{NULL},
	{"cartona.capture_line()"}},
	{"res_partner", true,
		{{"cartona_id", "varchar"}},
		{"res_partner_cartona_id_idx", false, "(cartona_id) WHERE cartona_id IS NOT NULL"},
	{NULL}},
	{"product_template", true,
		{{"cartona_id", "varchar"}},
		{"product_template_cartona_id_idx", false, "(cartona_id) WHERE cartona_id IS NOT NULL"},
	{"cartona.capture('template', 'id', 'list_price', 'cartona_id', 'active', 'sale_ok', 'type', 'detailed_type', 'is_storable', 'company_id', 'uom_id')"}},
	{"product_product", true,
		{{NULL}}, {NULL},
		{"cartona.capture('product', 'id', 'active', 'product_tmpl_id')",

			/*
			 * which id a template's other variants are sold by depends on how
			 * many there are
			 */
	"cartona.capture('template', 'product_tmpl_id', 'active', 'product_tmpl_id')"}},
	{"product_template_attribute_value", false,
		{{NULL}}, {NULL},
	{"cartona.capture('template', 'product_tmpl_id', 'price_extra', 'ptav_active', 'product_tmpl_id')"}},
	{"product_variant_combination", false,
		{{NULL}}, {NULL},
	{"cartona.capture('product', 'product_product_id', 'product_product_id', 'product_template_attribute_value_id')"}},
	{"product_taxes_rel", false,
		{{NULL}}, {NULL},
	{"cartona.capture('template', 'prod_id', 'prod_id', 'tax_id')"}},
	{"mrp_bom", false,
		{{NULL}}, {NULL},
	{"cartona.capture('template', 'product_tmpl_id', 'product_tmpl_id', 'product_id', 'type', 'active', 'product_qty', 'product_uom_id', 'sequence', 'company_id')"}},
	{"mrp_bom_line", false,
		{{NULL}}, {NULL},
	{"cartona.capture('product', 'product_id', 'product_id', 'product_qty', 'product_uom_id', 'bom_id')"}},
	{"stock_picking", false,
		{{NULL}}, {NULL},
	{"cartona.capture_picking()"}},
	{"stock_quant", false,
		{{NULL}}, {NULL},
	{"cartona.capture('product', 'product_id', 'product_id', 'location_id', 'company_id', 'quantity', 'reserved_quantity', 'removal_date')"}},
	{"stock_move", false,
		{{NULL}}, {NULL},
	{"cartona.capture('product', 'product_id', 'product_id', 'state', 'product_qty', 'product_uom_qty', 'location_id', 'location_dest_id', 'location_final_id', 'company_id')"}},
};

void
cartona_attach_no_table(const char *name)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg("table \"%s\" does not exist", name),
			 errdetail("The extension works in the database of an Odoo with the Sales module."),
			 errhint("Install Odoo's Sales module (sale_management) in this database, or connect to Odoo's database.")));
}

Oid
cartona_attach_find(const char *name)
{
	Oid			relid;

	/*
	 * Odoo's own path is set: the first schema that has it, never a temporary
	 * table.
	 */
	List	   *path = fetch_search_path(false);
	ListCell   *lc;

	foreach(lc, path)
	{
		Oid			schema = lfirst_oid(lc);

		if (isAnyTempNamespace(schema))
			continue;
		relid = get_relname_relid(name, schema);
		if (OidIsValid(relid) && get_rel_relkind(relid) == RELKIND_RELATION)
			return relid;
	}
	return InvalidOid;
}

/*
 * Is a dump being restored?  The tables come first, then the rows, the indexes
 * last; rows put into them before would collide with the dump's.
 */
static bool
is_being_restored(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool		restored = false;

	if (HeapTupleIsValid(tuple))
	{
		restored = !((Form_pg_class) GETSTRUCT(tuple))->relhasindex;
		ReleaseSysCache(tuple);
	}
	return restored;
}

static char *
qualified_name(Oid relid)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)),
									  get_rel_name(relid));
}

static char *
trigger_name(const AttachTable *table, int number)
{
	return psprintf("cartona_capture_%s%s", table->name, number == 0 ? "" : "_2");
}

static bool
has_trigger(Oid relid, const AttachTable *table, int number)
{
	Relation	rel;
	ScanKeyData key[2];
	SysScanDesc scan;
	bool		found;

	rel = table_open(TriggerRelationId, AccessShareLock);
	ScanKeyInit(&key[0], Anum_pg_trigger_tgrelid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(relid));
	ScanKeyInit(&key[1], Anum_pg_trigger_tgname, BTEqualStrategyNumber, F_NAMEEQ,
				CStringGetDatum(trigger_name(table, number)));
	scan = systable_beginscan(rel, TriggerRelidNameIndexId, true, NULL, 2, key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

static bool
has_index(Oid relid, const AttachTable *table)
{
	return OidIsValid(get_relname_relid(table->index.name, get_rel_namespace(relid)));
}

/* Is everything of "table" on it? */
static bool
table_is_complete(Oid relid, const AttachTable *table)
{
	int			i;

	for (i = 0; table->columns[i][0] != NULL; i++)
	{
		if (get_attnum(relid, table->columns[i][0]) == InvalidAttrNumber)
			return false;
	}
	for (i = 0; table->triggers[i] != NULL; i++)
	{
		if (!has_trigger(relid, table, i))
			return false;
	}
	return table->index.name == NULL || has_index(relid, table);
}

static Oid
find_attached(const AttachTable *table)
{
	Oid			relid;

	cartona_path_odoo();
	relid = cartona_attach_find(table->name);
	cartona_path_own();
	return relid;
}

static void
run(const char *sql)
{
	cartona_spi_run(sql, 0, NULL, NULL, NULL);
}

int
cartona_attach_tables(void)
{
	return lengthof(attach_tables);
}

void
cartona_attach_look(bool *odoo, bool *complete)
{
	int			i;

	*odoo = *complete = true;
	cartona_path_odoo();
	for (i = 0; i < (int) lengthof(attach_tables); i++)
	{
		Oid			relid = cartona_attach_find(attach_tables[i].name);

		if (!OidIsValid(relid) || (attach_tables[i].required && is_being_restored(relid)))
			*odoo = *odoo && !attach_tables[i].required;
		else if (!table_is_complete(relid, &attach_tables[i]))
			*complete = false;
	}
	cartona_path_own();
}

bool
cartona_attach_table(int number)
{
	const AttachTable *table = &attach_tables[number];
	Oid			relid = find_attached(table);
	char	   *name;
	bool		created = false;
	int			i;

	if (!OidIsValid(relid) && table->required)
		cartona_attach_no_table(table->name);
	if (!OidIsValid(relid) || table_is_complete(relid, table))
		return false;

	name = qualified_name(relid);
	for (i = 0; table->columns[i][0] != NULL; i++)
	{
		if (get_attnum(relid, table->columns[i][0]) == InvalidAttrNumber)
			run(psprintf("ALTER TABLE %s ADD COLUMN %s %s", name, table->columns[i][0], table->columns[i][1]));
	}
	if (table->index.name != NULL && !has_index(relid, table))
		run(psprintf("CREATE %sINDEX %s ON %s %s", table->index.unique ? "UNIQUE " : "",
					 table->index.name, name, table->index.definition));
	for (i = 0; table->triggers[i] != NULL; i++)
	{
		created = created || !has_trigger(relid, table, i);
		if (!has_trigger(relid, table, i))
			run(psprintf("CREATE TRIGGER %s AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION %s",
						 quote_identifier(trigger_name(table, i)), name, table->triggers[i]));
	}
	return created;
}

void
cartona_attach_remove(int number, bool drop_columns)
{
	const AttachTable *table = &attach_tables[number];
	Oid			relid = find_attached(table);
	char	   *name;
	int			i;

	if (!OidIsValid(relid))
		return;
	name = qualified_name(relid);
	for (i = 0; table->triggers[i] != NULL; i++)
	{
		if (has_trigger(relid, table, i))
			run(psprintf("DROP TRIGGER %s ON %s", quote_identifier(trigger_name(table, i)), name));
	}
	if (table->index.name != NULL && has_index(relid, table))
		run(psprintf("DROP INDEX %s", quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), table->index.name)));
	for (i = 0; drop_columns && table->columns[i][0] != NULL; i++)
	{
		if (get_attnum(relid, table->columns[i][0]) != InvalidAttrNumber)
			run(psprintf("ALTER TABLE %s DROP COLUMN %s", name, table->columns[i][0]));
	}
}
