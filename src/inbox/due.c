/*-------------------------------------------------------------------------
 *
 * due.c
 *	  Inbox rows that waited for a product, and are due because it is there.
 *
 * A row names the products it did not find (missing): an order that was not
 * made at all, or one of which a line was left out.  One that is there and
 * needs a mapping is waited for under a key of its own, which only a mapping
 * meets.  What maps or revives a
 * product passes through the outbox, and from there comes here; so nobody has
 * to ask again for an order whose product he has just mapped.
 *
 * Rows somebody else has locked are passed over, because the worker never
 * waits for a person's transaction; they come with the account's daily turn.
 *
 * Neighbours: outbox/drain.c calls; row.c writes "missing".
 * Transactions: the caller's, with an SPI connection.
 * Memory: the current context.
 * Failure: SQL errors propagate.
 *
 * IDENTIFICATION
 *	  src/inbox/due.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "base/spi.h"
#include "inbox/due.h"
#include "odoo/catalog.h"

/*
 * An order that is in Odoo already is 'new' again, to be compared with what
 * Cartona said.  The rows by an array, because a join would read the whole
 * inbox.
 */
#define MAKE_DUE(condition) \
	"UPDATE cartona.inbox i SET due_at = now(), attempt = 0, state = CASE WHEN i.state = 'applied' THEN 'new' ELSE i.state END" \
	" WHERE i.id = ANY (ARRAY(SELECT w.id FROM cartona.inbox w WHERE w.state IN ('failed', 'applied') AND " condition \
	" FOR UPDATE SKIP LOCKED))"

/* Stock moves all day, and mostly nothing is missing: a look at a small index. */
static CartonaPlan any_plan = {
	"SELECT 1 FROM cartona.inbox i WHERE i.missing IS NOT NULL LIMIT 1", 0, {0}, true
};

/*
 * $1: variants.  Account and key are compared as one text, so that the two sets
 * meet by hashing: a shop that leaves out a product for good has many rows.
 */
static CartonaQuery products_query = {
	"WITH v AS MATERIALIZED (SELECT p.id, p.product_tmpl_id, t.cartona_id FROM {product_product} p"
	"  JOIN {product_template} t ON t.id = p.product_tmpl_id WHERE p.id = ANY ($1) AND p.active AND t.active AND t.sale_ok),"
	" found AS MATERIALIZED (SELECT a.id || 's:' || v.cartona_id AS key FROM cartona.account a, v WHERE v.cartona_id <> ''"
	"  UNION SELECT m.account_id || k.kind || m.supplier_product_id FROM cartona.product_map m JOIN v ON v.id = m.product_id,"
	"   (VALUES ('s:'), ('m:')) k (kind)"
	"  UNION SELECT a.id || 'i:' || CASE a.product_key WHEN 'template' THEN v.product_tmpl_id ELSE v.id END FROM cartona.account a, v),"
	" missed AS MATERIALIZED (SELECT w.id, w.account_id || k.key AS key FROM cartona.inbox w, unnest(w.missing) AS k (key)"
	"  WHERE w.missing IS NOT NULL)"
	" " MAKE_DUE("w.id = ANY (ARRAY(SELECT m.id FROM missed m WHERE m.key IN (SELECT f.key FROM found f)))"),
	1, {INT4ARRAYOID}, true
};

/* $1: account */
static CartonaPlan account_plan = {
	MAKE_DUE("w.account_id = $1 AND (w.missing IS NOT NULL OR w.state = 'failed')"),
	1, {INT4OID}
};

void
cartona_inbox_due_for_products(const int32 *products, int n)
{
	Datum		values[1];

	if (n == 0 || cartona_spi_execute(&any_plan, NULL, NULL) == 0)
		return;
	values[0] = cartona_spi_int32_array(products, n);
	(void) cartona_query_run(&products_query, values, NULL);
}

void
cartona_inbox_due_for_account(int32 account_id)
{
	Datum		values[1];

	values[0] = Int32GetDatum(account_id);
	(void) cartona_spi_execute(&account_plan, values, NULL);
}
