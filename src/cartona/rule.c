/*-------------------------------------------------------------------------
 *
 * rule.c
 *	  Who may change the status of an order: Odoo or Cartona.
 *
 * Neighbours: capture.c and push/orders.c ask before a status goes out,
 * apply before one comes in; facts/cartona-api: the guide's rule table.
 * Pure functions; the door to SQL at the end is for the tests.
 *
 * IDENTIFICATION
 *	  src/cartona/rule.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "cartona/rule.h"
#include "cartona/status.h"

PG_FUNCTION_INFO_V1(cartona_sql_rule_allows);

bool
cartona_rule_is_cancellation(const char *status)
{
	return status != NULL &&
		(strcmp(status, "cancelled") == 0 ||
		 strcmp(status, "cancelled_by_supplier") == 0 ||
		 strcmp(status, "cancelled_by_retailer") == 0);
}

bool
cartona_rule_allows(const char *delivered_by, CartonaDirection direction, const char *status)
{
	bool		by_cartona = delivered_by != NULL && strcmp(delivered_by, CARTONA_BY_CARTONA) == 0;

	if (status == NULL)
		return false;
	if (direction == CARTONA_TO_CARTONA && strcmp(status, CARTONA_STATUS_SYNCED) == 0)
		return true;
	if (by_cartona == (direction == CARTONA_TO_ODOO))
		return true;
	return cartona_rule_is_cancellation(status);
}

/* cartona._rule_allows(delivered_by text, direction text, status text) returns boolean */
Datum
cartona_sql_rule_allows(PG_FUNCTION_ARGS)
{
	char	   *delivered_by = PG_ARGISNULL(0) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(0));
	char	   *direction = PG_ARGISNULL(1) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(1));
	char	   *status = PG_ARGISNULL(2) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(2));
	bool		out = direction != NULL && strcmp(direction, "out") == 0;

	if (!out && (direction == NULL || strcmp(direction, "in") != 0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("direction must be \"out\" (Odoo to Cartona) or \"in\" (Cartona to Odoo)")));
	PG_RETURN_BOOL(cartona_rule_allows(delivered_by, out ? CARTONA_TO_CARTONA : CARTONA_TO_ODOO, status));
}
