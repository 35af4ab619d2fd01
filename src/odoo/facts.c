/*-------------------------------------------------------------------------
 *
 * facts.c
 *	  What the SQL functions must know of Odoo before an account is enabled.
 *
 * Neighbours: functions.sql (enable), monitor.sql (preview).
 * Transactions: the caller's.
 * Rights: read as the owner of Odoo's tables.  A superuser may call these
 * functions, and a table of Odoo's could have been replaced by a view that runs
 * anything.
 * Failure: what is not there is answered with null.
 *
 * IDENTIFICATION
 *	  src/odoo/facts.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/spi.h"
#include "base/srf.h"
#include "base/xact.h"
#include "cartona/rule.h"
#include "cartona/status.h"
#include "config/guard.h"

PG_FUNCTION_INFO_V1(cartona_sql_odoo_facts);
PG_FUNCTION_INFO_V1(cartona_sql_odoo_has_state);
PG_FUNCTION_INFO_V1(cartona_sql_order_levels);

/* The vendor's own add-on does the same work: its model is a sign of it. */
static bool
has_vendor_addon(void)
{
	if (!OidIsValid(RelnameGetRelid("ir_model")))
		return false;
	cartona_spi_run("SELECT EXISTS (SELECT FROM ir_model WHERE model = 'marketplace.config')", 0, NULL, NULL, NULL);
	return cartona_spi_bool(0, 1);
}

/* The currency of a company, NULL where there is no such company. */
static char *
company_currency(int32 company_id, MemoryContext context)
{
	Oid			types[1] = {INT4OID};
	Datum		values[1];

	values[0] = Int32GetDatum(company_id);
	if (cartona_spi_run("SELECT cu.name::text FROM res_company co JOIN res_currency cu ON cu.id = co.currency_id WHERE co.id = $1",
						1, types, values, NULL) == 0)
		return NULL;
	return cartona_spi_text(0, 1, context);
}

/* cartona._odoo_facts(company_id): (vendor_addon, company_currency) */
Datum
cartona_sql_odoo_facts(PG_FUNCTION_ARGS)
{
	MemoryContext context = CurrentMemoryContext;
	CartonaUser saved;
	TupleDesc	tupdesc;
	Datum		values[2];
	bool		nulls[2] = {false, false};
	bool		addon;
	char	   *currency;
	Oid			owner = cartona_odoo_owner();

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	if (!OidIsValid(owner))
		PG_RETURN_NULL();

	SPI_connect();
	cartona_user_become(owner, &saved);
	cartona_path_odoo();
	addon = has_vendor_addon();
	currency = company_currency(PG_GETARG_INT32(0), context);
	cartona_path_own();
	cartona_user_restore(&saved);
	SPI_finish();

	values[0] = BoolGetDatum(addon);
	values[1] = currency ? CStringGetTextDatum(currency) : (Datum) 0;
	nulls[1] = currency == NULL;
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}

/* cartona._odoo_has_state(state) */
Datum
cartona_sql_odoo_has_state(PG_FUNCTION_ARGS)
{
	Oid			owner = cartona_odoo_owner();
	Oid			types[1] = {TEXTOID};
	Datum		values[1];
	CartonaUser saved;
	bool		has = true;

	values[0] = PG_GETARG_DATUM(0);
	if (!OidIsValid(owner) || !cartona_guard_is_home())
		PG_RETURN_BOOL(true);
	SPI_connect();
	cartona_user_become(owner, &saved);
	cartona_path_odoo();
	if (OidIsValid(RelnameGetRelid("ir_model_fields_selection")))
		has = cartona_spi_run("SELECT FROM ir_model_fields_selection s JOIN ir_model_fields f ON f.id = s.field_id"
							  " WHERE f.model = 'sale.order' AND f.name = 'state' AND s.value = $1",
							  1, types, values, NULL) > 0;
	cartona_path_own();
	cartona_user_restore(&saved);
	SPI_finish();
	PG_RETURN_BOOL(has);
}

/*
 * cartona._order_levels(account_id): the orders whose state Cartona may not
 * know, with what would be sent.
 */
Datum
cartona_sql_order_levels(PG_FUNCTION_ARGS)
{
	static CartonaPlan plan = {
		"SELECT o.id::integer, o.cartona_id::text, m.cartona_status::text, s.known_status::text, o.delivered_by::text"
		" FROM sale_order o"
		" JOIN cartona.status_map m ON m.direction = 'out' AND m.odoo_state = CASE o.state WHEN 'done' THEN 'sale' ELSE o.state END"
		" LEFT JOIN cartona.order_sync s ON s.account_id = o.cartona_account_id AND s.hashed_id = o.cartona_id"
		" WHERE o.cartona_id IS NOT NULL AND o.cartona_account_id = $1 AND o.state NOT IN ('draft', 'sent')"
		" AND m.cartona_status IS DISTINCT FROM s.known_status"
		" ORDER BY o.id",
		1, {INT4OID}
	};
	TupleDesc	tupdesc;
	Tuplestorestate *store = cartona_srf_begin(fcinfo, &tupdesc);
	CartonaUser saved;
	Datum		values[1];
	uint64		n;
	uint64		i;
	Oid			owner = cartona_odoo_owner();

	if (!OidIsValid(owner))
		return (Datum) 0;

	SPI_connect();
	cartona_user_become(owner, &saved);
	cartona_path_odoo();
	values[0] = Int32GetDatum(PG_GETARG_INT32(0));
	n = cartona_spi_execute(&plan, values, NULL);
	for (i = 0; i < n; i++)
	{
		char	   *status = cartona_spi_text(i, 3, CurrentMemoryContext);
		Datum		row[5];
		bool		nulls[5];

		if (!cartona_status_is_ahead(cartona_spi_text(i, 4, CurrentMemoryContext), status) ||
			!cartona_rule_allows(cartona_spi_text(i, 5, CurrentMemoryContext), CARTONA_TO_CARTONA, status))
			continue;
		/* All but delivered_by. */
		heap_deform_tuple(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, row, nulls);
		tuplestore_putvalues(store, tupdesc, row, nulls);
	}
	cartona_path_own();
	cartona_user_restore(&saved);
	SPI_finish();
	return (Datum) 0;
}
