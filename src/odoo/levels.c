/*-------------------------------------------------------------------------
 *
 * levels.c
 *	  What price and stock Odoo has now for a set of variants.
 *
 * Neighbours: push asks for a batch's levels at sending time and compares them
 * with product_sync; outbox asks which captured products matter;
 * cartona.product_levels() shows the same to a person.  levels_sql.c writes
 * the queries.
 * Transactions: the caller's, with an SPI connection.  search_path and jit are
 * set for the duration of a call and are the caller's again afterwards.
 * Memory: plans and their texts live as long as the session; results are in
 * the caller's context.
 * Failure: errors propagate.  Where Odoo's tables are not there, or without
 * our columns (cartona.attach() was not called), nothing is guessed: an empty
 * answer would read as "everything is sold out".
 *
 * IDENTIFICATION
 *	  src/odoo/levels.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/memutils.h"

#include "base/spi.h"
#include "base/srf.h"
#include "base/xact.h"
#include "odoo/levels.h"
#include "odoo/levels_sql.h"

PG_FUNCTION_INFO_V1(cartona_product_levels);

/* The queries, in the order of make_text below. */
typedef enum LevelsQuery
{
	QUERY_READ,
	QUERY_ALL,
	QUERY_MAPPED,
	QUERY_OF_TEMPLATES,
	QUERY_OF_ORDERS,
	LEVELS_QUERIES
} LevelsQuery;

static char *(*const make_text[LEVELS_QUERIES]) (const CartonaLevelsShape *shape) =
{
	cartona_levels_sql_read,
		cartona_levels_sql_all,
		cartona_levels_sql_mapped,
		cartona_levels_sql_of_templates,
		cartona_levels_sql_of_orders,
};

/* Their texts (in TopMemoryContext) depend on the catalog; see refresh_plans. */
static CartonaPlan plans[LEVELS_QUERIES] = {
	{NULL, 2, {INT4OID, INT4ARRAYOID}},
	{NULL, 1, {INT4OID}},
	{NULL, 2, {INT4OID, INT4ARRAYOID}, true},
	{NULL, 1, {INT4ARRAYOID}, true},
	{NULL, 1, {INT4ARRAYOID}, true},
};

/* False when a table may have changed since the texts were made. */
static bool plans_fresh = false;

/* product_levels() reads as many variants at a time: some steps of the query take their square. */
#define LEVELS_AT_A_TIME 500

/* Columns of the result of QUERY_READ. */
enum
{
	COL_PRODUCT_ID = 1,
	COL_SUPPLIER,
	COL_INTERNAL,
	COL_ON_SALE,
	COL_UNLIMITED,
	COL_STOCK,
	COL_PRICE,
	COL_PROBLEM,
	COL_KNOWN,
	COL_SAME,
	COL_KNOWN_STOCK
};

/*
 * Any table's change counts, not only those we read: a module installed now
 * brings tables that were not there.  Looking again is one catalog query, and
 * plans are kept where the texts come out the same.
 */
static void
on_relcache_change(Datum arg, Oid relid)
{
	plans_fresh = false;
}

/* Which of cartona_levels_columns are there, and where.  Runs under Odoo's search_path. */
static void
look_at_odoo(CartonaLevelsShape *shape)
{
	static CartonaPlan plan = {
		"SELECT n.nspname::pg_catalog.text, EXISTS (SELECT FROM pg_catalog.pg_attribute a"
		" WHERE a.attrelid OPERATOR(pg_catalog.=) pg_catalog.to_regclass(i.tab)"
		" AND a.attname OPERATOR(pg_catalog.=) i.col AND NOT a.attisdropped)"
		" FROM pg_catalog.pg_class c"
		" JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace"
		" CROSS JOIN ROWS FROM (pg_catalog.unnest($1), pg_catalog.unnest($2)) WITH ORDINALITY i (tab, col, place)"
		" WHERE c.oid OPERATOR(pg_catalog.=) pg_catalog.to_regclass('product_template')"
		" ORDER BY i.place",
		2, {TEXTARRAYOID, NAMEARRAYOID}
	};
	Datum		tables[CARTONA_LEVELS_HAVES];
	Datum		columns[CARTONA_LEVELS_HAVES];
	NameData	names[CARTONA_LEVELS_HAVES];
	Datum		values[2];
	int			i;

	for (i = 0; i < CARTONA_LEVELS_HAVES; i++)
	{
		tables[i] = CStringGetTextDatum(cartona_levels_columns[i].table);
		namestrcpy(&names[i], cartona_levels_columns[i].column);
		columns[i] = NameGetDatum(&names[i]);
	}
	values[0] = PointerGetDatum(construct_array(tables, CARTONA_LEVELS_HAVES, TEXTOID, -1, false, TYPALIGN_INT));
	values[1] = PointerGetDatum(construct_array(columns, CARTONA_LEVELS_HAVES, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR));

	if (cartona_spi_execute(&plan, values, NULL) != CARTONA_LEVELS_HAVES)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("this database has no Odoo tables"),
				 errdetail("There is no table product_template beside sale_order.")));
	for (i = 0; i < CARTONA_LEVELS_HAVES; i++)
		shape->have[i] = cartona_spi_bool(i, 2);
	shape->schema = pstrdup(quote_identifier(cartona_spi_text(0, 1, CurrentMemoryContext)));
	SPI_freetuptable(SPI_tuptable);
}

/* Make the texts anew where a table has changed; a plan goes when its text did. */
static void
refresh_plans(void)
{
	static bool registered = false;
	CartonaLevelsShape shape;
	int			i;

	if (!registered)
	{
		CacheRegisterRelcacheCallback(on_relcache_change, (Datum) 0);
		registered = true;
	}
	if (plans_fresh)
		return;

	/* First, so that a change while we look makes us look again. */
	plans_fresh = true;
	PG_TRY();
	{
		look_at_odoo(&shape);
		for (i = 0; i < LEVELS_QUERIES; i++)
		{
			char	   *text = make_text[i] (&shape);
			char	   *kept;

			if (plans[i].sql != NULL && strcmp(plans[i].sql, text) == 0)
				continue;
			kept = MemoryContextStrdup(TopMemoryContext, text);
			if (plans[i].plan != NULL)
			{
				SPIPlanPtr	old = plans[i].plan;

				plans[i].plan = NULL;
				SPI_freeplan(old);
			}
			if (plans[i].sql != NULL)
				pfree((char *) plans[i].sql);
			plans[i].sql = kept;
		}
	}
	PG_CATCH();
	{
		plans_fresh = false;
		PG_RE_THROW();
	}
	PG_END_TRY();
}

/*
 * Run a query; the result is in SPI_tuptable until the caller frees it.
 *
 * The settings are undone by the GUC nest level, so that this can be called in
 * anybody's session.  JIT would compile for longer than the query runs.
 */
static uint64
run(LevelsQuery query, Datum *values)
{
	int			nest = NewGUCNestLevel();
	uint64		rows;

	(void) set_config_option("jit", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
	cartona_path_odoo();
	refresh_plans();
	cartona_path_own();
	rows = cartona_spi_execute(&plans[query], values, NULL);

	/*
	 * As if aborted: a commit of the level would hand SET LOCAL on to the
	 * caller's transaction.
	 */
	AtEOXact_GUC(false, nest);
	return rows;
}

/* "n" ids as an int4[] Datum. */
static Datum
id_array(const int32 *ids, int n)
{
	Datum	   *elements = (Datum *) palloc(sizeof(Datum) * Max(n, 1));
	int			i;

	for (i = 0; i < n; i++)
		elements[i] = Int32GetDatum(ids[i]);
	return PointerGetDatum(construct_array(elements, n, INT4OID, sizeof(int32), true, TYPALIGN_INT));
}

/* Run a query whose rows are one id each. */
static int
run_for_ids(LevelsQuery query, Datum *values, MemoryContext context, int32 **ids)
{
	uint64		rows = run(query, values);
	uint64		i;

	if (rows > MaxAllocSize / sizeof(int32))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many products")));
	*ids = (int32 *) MemoryContextAlloc(context, sizeof(int32) * Max(rows, 1));
	for (i = 0; i < rows; i++)
		(*ids)[i] = cartona_spi_int32(i, 1);
	SPI_freetuptable(SPI_tuptable);
	return (int) rows;
}

int
cartona_levels_read(int32 account_id, const int32 *products, int nproducts,
					MemoryContext context, CartonaLevel **levels)
{
	Datum		values[2];
	uint64		rows;
	uint64		i;

	values[0] = Int32GetDatum(account_id);
	values[1] = id_array(products, nproducts);
	rows = run(QUERY_READ, values);
	*levels = (CartonaLevel *) MemoryContextAllocHuge(context, sizeof(CartonaLevel) * Max(rows, 1));
	for (i = 0; i < rows; i++)
	{
		CartonaLevel *level = &(*levels)[i];

		level->product_id = cartona_spi_int32(i, COL_PRODUCT_ID);
		level->supplier_product_id = cartona_spi_text(i, COL_SUPPLIER, context);
		level->internal_product_id = cartona_spi_text(i, COL_INTERNAL, context);
		level->on_sale = cartona_spi_bool(i, COL_ON_SALE);
		level->unlimited = cartona_spi_bool(i, COL_UNLIMITED);
		level->stock = cartona_spi_int64(i, COL_STOCK);
		level->price = cartona_spi_text(i, COL_PRICE, context);
		level->price_problem = cartona_spi_text(i, COL_PROBLEM, context);
		level->known = cartona_spi_bool(i, COL_KNOWN);
		level->same = cartona_spi_bool(i, COL_SAME);
		level->known_stock = cartona_spi_int64(i, COL_KNOWN_STOCK);
	}
	SPI_freetuptable(SPI_tuptable);
	return (int) rows;
}

int
cartona_levels_of_templates(const int32 *templates, int n, MemoryContext context, int32 **products)
{
	Datum		values[1];

	values[0] = id_array(templates, n);
	return run_for_ids(QUERY_OF_TEMPLATES, values, context, products);
}

int
cartona_levels_of_orders(const int32 *orders, int n, MemoryContext context, int32 **products)
{
	Datum		values[1];

	values[0] = id_array(orders, n);
	return run_for_ids(QUERY_OF_ORDERS, values, context, products);
}

int
cartona_levels_all(int32 account_id, MemoryContext context, int32 **products)
{
	Datum		values[1];

	values[0] = Int32GetDatum(account_id);
	return run_for_ids(QUERY_ALL, values, context, products);
}

int
cartona_levels_mapped(int32 account_id, const int32 *products, int n, MemoryContext context, int32 **mapped)
{
	Datum		values[2];

	values[0] = Int32GetDatum(account_id);
	values[1] = id_array(products, n);
	return run_for_ids(QUERY_MAPPED, values, context, mapped);
}

/* The ids of an SQL array of integers, without its nulls. */
static int
array_ids(ArrayType *array, int32 **ids)
{
	Datum	   *elements;
	bool	   *nulls;
	int			nelements;
	int			n = 0;
	int			i;

	deconstruct_array(array, INT4OID, sizeof(int32), true, TYPALIGN_INT, &elements, &nulls, &nelements);
	*ids = (int32 *) palloc(sizeof(int32) * Max(nelements, 1));
	for (i = 0; i < nelements; i++)
		if (!nulls[i])
			(*ids)[n++] = DatumGetInt32(elements[i]);
	return n;
}

/* One level as a row of cartona.product_levels(). */
static void
put_level(Tuplestorestate *store, TupleDesc tupdesc, const CartonaLevel *level)
{
	Datum		values[9];
	bool		nulls[9] = {false};

	values[0] = Int32GetDatum(level->product_id);
	nulls[1] = level->supplier_product_id == NULL;
	values[1] = nulls[1] ? (Datum) 0 : CStringGetTextDatum(level->supplier_product_id);
	nulls[2] = level->internal_product_id == NULL;
	values[2] = nulls[2] ? (Datum) 0 : CStringGetTextDatum(level->internal_product_id);
	values[3] = BoolGetDatum(level->on_sale);
	values[4] = BoolGetDatum(level->unlimited);
	nulls[5] = level->unlimited;
	values[5] = Int64GetDatum(level->stock);
	nulls[6] = level->price == NULL;
	values[6] = nulls[6] ? (Datum) 0 :
		DirectFunctionCall3(numeric_in, CStringGetDatum(level->price), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1));
	nulls[7] = level->price_problem == NULL;
	values[7] = nulls[7] ? (Datum) 0 : CStringGetTextDatum(level->price_problem);
	values[8] = BoolGetDatum(level->same);
	tuplestore_putvalues(store, tupdesc, values, nulls);
}

/*
 * cartona.product_levels(account_id integer, products integer[]): the levels of
 * the products, or of everything on sale where "products" is null.  Reads what
 * the caller may read.
 */
Datum
cartona_product_levels(PG_FUNCTION_ARGS)
{
	static CartonaPlan exists = {
		"SELECT FROM cartona.account WHERE id OPERATOR(pg_catalog.=) $1", 1, {INT4OID}
	};
	TupleDesc	tupdesc;
	Tuplestorestate *store = cartona_srf_begin(fcinfo, &tupdesc);
	CartonaLevel *levels;
	int32	   *products;
	int32		account_id;
	int			nproducts;
	int			done;
	CartonaUser saved;
	Datum		values[1];

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("account_id must not be null")));
	account_id = PG_GETARG_INT32(0);

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "could not connect to the SPI manager");
	cartona_user_shed_superuser(&saved);
	values[0] = Int32GetDatum(account_id);
	if (cartona_spi_execute(&exists, values, NULL) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_NO_DATA_FOUND),
				 errmsg("account %d does not exist", account_id)));

	if (PG_ARGISNULL(1))
		nproducts = cartona_levels_all(account_id, CurrentMemoryContext, &products);
	else
		nproducts = array_ids(PG_GETARG_ARRAYTYPE_P(1), &products);
	for (done = 0; done < nproducts; done += LEVELS_AT_A_TIME)
	{
		int			nlevels = cartona_levels_read(account_id, products + done,
												  Min(nproducts - done, LEVELS_AT_A_TIME),
												  CurrentMemoryContext, &levels);
		int			i;

		for (i = 0; i < nlevels; i++)
			put_level(store, tupdesc, &levels[i]);
		CHECK_FOR_INTERRUPTS();
	}
	cartona_user_restore(&saved);
	SPI_finish();
	return (Datum) 0;
}
