/*-------------------------------------------------------------------------
 *
 * drain.c
 *	  Move captured rows out of the outbox into deliveries.
 *
 * This is where a capture meets the configuration, because here, unlike in the
 * trigger, everything committed is visible: rows that concern no active account
 * are dropped, many changes of one product become one delivery, an order's
 * changes queue up behind it in the order they were made.
 *
 * Why dropping is safe without waiting for older transactions: a row is written
 * whether or not any account is active, and it is read after its commit.  A row
 * read before enable() committed was dropped together with a change that was
 * already committed, and enable() compares everything afterwards; a row
 * committed later finds the account active.
 *
 * Neighbours: capture.c and the SQL functions write the outbox; levels.c knows
 * which products are on sale; claim.c takes over; inbox/due.c wakes orders that
 * waited for a product.
 * Transactions: the caller's; the rows are gone and the deliveries there in
 * one commit.
 * Memory: the transaction's.
 * Failure: SQL errors propagate, nothing has moved then.
 *
 * IDENTIFICATION
 *	  src/outbox/drain.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/spi.h"
#include "base/xact.h"
#include "cartona/status.h"
#include "inbox/due.h"
#include "odoo/levels.h"
#include "outbox/delivery.h"

#define DRAIN_BATCH 5000
#define LEVELS_BATCH 1000

/* A push that sets more than half of at least this many listings to 0 is held. */
#define HOLD_MINIMUM 20

typedef struct OutboxRow
{
	int64		id;
	char	   *kind;
	int64		subject;
	int32		account_id;
	char	   *status;
	char	   *ref;
} OutboxRow;

/* Growing list of ids. */
typedef struct IdList
{
	int32	   *ids;
	int			n;
	int			size;
} IdList;

static void
add_id(IdList *list, int64 id)
{
	if (id <= 0 || id > PG_INT32_MAX)
		return;
	if (list->n == list->size)
	{
		list->size = list->size ? list->size * 2 : 64;
		list->ids = list->ids ? repalloc(list->ids, sizeof(int32) * list->size)
			: palloc(sizeof(int32) * list->size);
	}
	list->ids[list->n++] = (int32) id;
}

static void
add_ids(IdList *list, const int32 *ids, int n)
{
	int			i;

	for (i = 0; i < n; i++)
		add_id(list, ids[i]);
}

static Datum
int4_array(const int32 *ids, int n)
{
	Datum	   *datums = palloc(sizeof(Datum) * Max(n, 1));
	int			i;

	for (i = 0; i < n; i++)
		datums[i] = Int32GetDatum(ids[i]);
	return PointerGetDatum(construct_array(datums, n, INT4OID, 4, true, 'i'));
}

/* The kinds that concern an order's queue; the condition of outbox_order_idx. */
#define ORDER_KINDS "kind IN ('order', 'ack', 'order_deleted', 'order_change')"

/* An array, not a join: the table is mostly rows that were deleted a moment ago, and must not be read whole. */
#define TAKE_ROWS(condition) \
	"WITH taken AS (DELETE FROM cartona.outbox WHERE id = ANY (ARRAY" \
	"(SELECT id FROM cartona.outbox WHERE " condition " ORDER BY id LIMIT $1))" \
	" RETURNING id, kind, subject, account_id, status, ref)" \
	" SELECT * FROM taken ORDER BY id"

static CartonaPlan take_orders_plan = {TAKE_ROWS(ORDER_KINDS), 1, {INT4OID}};
static CartonaPlan take_others_plan = {TAKE_ROWS("NOT (" ORDER_KINDS ")"), 1, {INT4OID}};

/* Take the oldest rows of a plan's kinds out of the outbox. */
static int
take_rows(CartonaPlan *plan, OutboxRow **rows)
{
	Datum		limit = Int32GetDatum(DRAIN_BATCH);
	uint64		n = cartona_spi_execute(plan, &limit, NULL);
	uint64		i;

	*rows = palloc0(sizeof(OutboxRow) * (n + 1));
	for (i = 0; i < n; i++)
	{
		OutboxRow  *row = &(*rows)[i];

		row->id = cartona_spi_int64(i, 1);
		row->kind = cartona_spi_text(i, 2, CurrentMemoryContext);
		row->subject = cartona_spi_int64(i, 3);
		row->account_id = cartona_spi_int32(i, 4);
		row->status = cartona_spi_text(i, 5, CurrentMemoryContext);
		row->ref = cartona_spi_text(i, 6, CurrentMemoryContext);
	}
	return (int) n;
}

/* Accounts whose captures are kept: enabled here, also while they are stopped for their token. */
static int
kept_accounts(int32 **accounts)
{
	static CartonaPlan plan = {
		"SELECT id FROM cartona.account WHERE active AND bound_system = $1 AND bound_database = $2 ORDER BY id",
		2, {INT8OID, OIDOID}
	};
	Datum		values[2];
	uint64		n;
	uint64		i;

	values[0] = Int64GetDatum((int64) GetSystemIdentifier());
	values[1] = ObjectIdGetDatum(MyDatabaseId);
	n = cartona_spi_execute(&plan, values, NULL);
	*accounts = palloc(sizeof(int32) * (n + 1));
	for (i = 0; i < n; i++)
		(*accounts)[i] = cartona_spi_int32(i, 1);
	return (int) n;
}

/*
 * Acknowledgements of orders, each into its order's queue; where that holds
 * nothing else they go out in bulk, after everything else.
 */
static void
queue_acks(const OutboxRow *rows, int n)
{
	static CartonaPlan plan = {
		"WITH ack AS (SELECT r.* FROM unnest($1, $2, $3, $4, $5) AS r (id, subject, account_id, hashed_id, status)"
		"  JOIN cartona.account a ON a.id = r.account_id"
		"  WHERE a.active AND a.bound_system = $6 AND a.bound_database = $7 AND r.hashed_id IS NOT NULL),"
		" head AS (INSERT INTO cartona.delivery (account_id, kind, subject, hashed_id, newest, ack_only)"
		"  SELECT ack.account_id, 'order', ack.subject, max(ack.hashed_id), max(ack.id), true"
		"  FROM ack GROUP BY ack.account_id, ack.subject ORDER BY max(ack.id)"
		"  ON CONFLICT (account_id, kind, subject) DO UPDATE SET newest = greatest(cartona.delivery.newest, excluded.newest)"
		"  RETURNING id, account_id, subject)"
		" INSERT INTO cartona.delivery_item (id, delivery_id, status, created_at)"
		" SELECT ack.id, head.id, ack.status, now() FROM ack JOIN head USING (account_id, subject) ORDER BY ack.id",
		7, {INT8ARRAYOID, INT8ARRAYOID, INT4ARRAYOID, TEXTARRAYOID, TEXTARRAYOID, INT8OID, OIDOID}
	};
	int64	   *ids = palloc((n + 1) * sizeof(int64));
	int64	   *subjects = palloc((n + 1) * sizeof(int64));
	int32	   *accounts = palloc((n + 1) * sizeof(int32));
	const char **refs = palloc((n + 1) * sizeof(char *));
	const char **statuses = palloc((n + 1) * sizeof(char *));
	Datum		values[7];
	int			nacks = 0;
	int			i;

	for (i = 0; i < n; i++)
	{
		if (strcmp(rows[i].kind, "ack") != 0)
			continue;
		ids[nacks] = rows[i].id;
		subjects[nacks] = rows[i].subject;
		accounts[nacks] = rows[i].account_id;
		refs[nacks] = rows[i].ref;
		statuses[nacks++] = rows[i].status;
	}
	if (nacks == 0)
		return;
	values[0] = cartona_spi_int64_array(ids, nacks);
	values[1] = cartona_spi_int64_array(subjects, nacks);
	values[2] = cartona_spi_int32_array(accounts, nacks);
	values[3] = cartona_spi_text_array(refs, nacks);
	values[4] = cartona_spi_text_array(statuses, nacks);
	values[5] = Int64GetDatum((int64) GetSystemIdentifier());
	values[6] = ObjectIdGetDatum(MyDatabaseId);
	cartona_spi_execute(&plan, values, NULL);
}

/*
 * A clerk deleted an order in Odoo.  It is not imported again; while Cartona
 * still waits for it (it was a draft), a human must know.
 */
static void
order_deleted(const OutboxRow *row)
{
	static CartonaPlan inbox_plan = {
		"UPDATE cartona.inbox SET state = 'deleted', error = 'the order was deleted in Odoo' WHERE account_id = $1 AND hashed_id = $2",
		2, {INT4OID, TEXTOID}
	};
	static CartonaPlan sync_plan = {
		"UPDATE cartona.order_sync SET problem = 'the draft was deleted in Odoo; it is not imported again. Cancel it at Cartona, or call cartona.retry_order() to import it once more.'"
		" WHERE account_id = $1 AND hashed_id = $2",
		2, {INT4OID, TEXTOID}
	};
	Datum		values[2];

	if (row->ref == NULL)
		return;
	values[0] = Int32GetDatum(row->account_id);
	values[1] = CStringGetTextDatum(row->ref);
	cartona_spi_execute(&inbox_plan, values, NULL);
	if (row->status == NULL || strcmp(row->status, "cancel") != 0)
		cartona_spi_execute(&sync_plan, values, NULL);
}

/* Make variants due for an account; they are on sale there, or were. */
static void
queue_products(int32 account_id, const int32 *products, int n, bool forced)
{
	static CartonaPlan plan = {
		"INSERT INTO cartona.delivery (account_id, kind, subject, newest, forced)"
		" SELECT $1, 'product', p, nextval('cartona.outbox_id_seq'::regclass), $3 FROM (SELECT DISTINCT unnest($2) AS p) u"
		" ON CONFLICT (account_id, kind, subject) DO UPDATE"
		" SET newest = excluded.newest, forced = cartona.delivery.forced OR excluded.forced,"
		"  due_at = CASE WHEN excluded.forced THEN now() ELSE cartona.delivery.due_at END",
		3, {INT4OID, INT4ARRAYOID, BOOLOID}
	};
	Datum		values[3];

	if (n == 0)
		return;
	values[0] = Int32GetDatum(account_id);
	values[1] = int4_array(products, n);
	values[2] = BoolGetDatum(forced);
	cartona_spi_execute(&plan, values, NULL);
}

/* Make every product of an account due; "forced" sends also what Cartona has accepted before. */
static void
queue_all_products(int32 account_id, bool forced)
{
	int32	   *products;
	int			n = cartona_levels_all(account_id, CurrentMemoryContext, &products);

	queue_products(account_id, products, n, forced);
}

/*
 * Would sending everything set more than half of the products to 0?  Then
 * something is wrong with a warehouse or a mapping more often than with the
 * stock, and a human decides.
 */
static void
hold_if_mostly_zero(int32 account_id)
{
	static CartonaPlan plan = {
		"UPDATE cartona.account_state SET held_reason = $2 WHERE account_id = $1",
		2, {INT4OID, TEXTOID}
	};
	int32	   *products;
	int			n = cartona_levels_all(account_id, CurrentMemoryContext, &products);
	int			total = 0;
	int			zero = 0;
	int			start;
	Datum		values[2];

	for (start = 0; start < n; start += LEVELS_BATCH)
	{
		CartonaLevel *levels;
		MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cartona levels", ALLOCSET_DEFAULT_SIZES);
		int			count = cartona_levels_read(account_id, products + start, Min(LEVELS_BATCH, n - start), context, &levels);
		int			i;

		for (i = 0; i < count; i++)
		{
			bool		goes_to_zero = !levels[i].unlimited && levels[i].stock == 0 &&
				!(levels[i].known && levels[i].known_stock == 0);

			total++;
			if (goes_to_zero)
				zero++;
		}
		MemoryContextDelete(context);
	}
	if (total < HOLD_MINIMUM || zero * 2 <= total)
		return;
	values[0] = Int32GetDatum(account_id);
	values[1] = CStringGetTextDatum(psprintf("%d of %d products would be set to 0; look at cartona.preview(%d), then cartona.enable(%d, force => true) sends them",
											 zero, total, account_id, account_id));
	cartona_spi_execute(&plan, values, NULL);
	ereport(WARNING,
			(errmsg("product push of Cartona account %d is held: %d of %d products would be set to 0",
					account_id, zero, total)));
}

/* A column of cartona.account_state to be set for a request of a person's. */
static void
mark_account(const char *what, int64 account_id)
{
	Oid			types[1] = {INT8OID};
	Datum		values[1];

	values[0] = Int64GetDatum(account_id);
	cartona_spi_run(psprintf("UPDATE cartona.account_state SET %s WHERE account_id = $1", what), 1, types, values, NULL);
}

/* A row that is about an account as a whole. */
static void
drain_account_row(const OutboxRow *row)
{
	bool		force = row->status != NULL && strcmp(row->status, "force") == 0;
	int32		account_id = (int32) row->subject;

	if (strcmp(row->kind, "pull") == 0)
		mark_account("pull_wanted = true", account_id);
	else if (strcmp(row->kind, "check") == 0)
		mark_account("check_wanted = true", account_id);
	else
	{
		bool		full = strcmp(row->kind, "full") == 0;

		if (!force)
			hold_if_mostly_zero(account_id);
		queue_all_products(account_id, full || force);
		cartona_inbox_due_for_account(account_id);
		if (strcmp(row->kind, "enable") == 0)
		{
			cartona_states_queue_levels(account_id, NULL, 0);
			cartona_compare_queue_open(account_id);
			mark_account("last_full_sync = coalesce(last_full_sync, now())", account_id);
		}
	}
}

static bool
is_kept(int64 account_id, const int32 *accounts, int naccounts)
{
	int			i;

	for (i = 0; i < naccounts; i++)
	{
		if (accounts[i] == account_id)
			return true;
	}
	return false;
}

/* Variants from what rows named: themselves, their templates, their orders. */
static void
queue_captured_products(const IdList *products, const IdList *templates, const IdList *orders,
						const int32 *accounts, int naccounts, bool forced)
{
	IdList		all = {NULL, 0, 0};
	int32	   *found;
	int			n;
	int			i;

	add_ids(&all, products->ids, products->n);
	if (templates->n > 0)
	{
		n = cartona_levels_of_templates(templates->ids, templates->n, CurrentMemoryContext, &found);
		add_ids(&all, found, n);
	}
	cartona_inbox_due_for_products(all.ids, all.n);
	if (orders->n > 0)
	{
		n = cartona_levels_of_orders(orders->ids, orders->n, CurrentMemoryContext, &found);
		add_ids(&all, found, n);
	}
	if (all.n == 0)
		return;
	for (i = 0; i < naccounts; i++)
	{
		n = cartona_levels_mapped(accounts[i], all.ids, all.n, CurrentMemoryContext, &found);
		queue_products(accounts[i], found, n, forced);
	}
}

/* An order's products are due as well: a draft holds stock back, another state does not. */
static void
leave_products(int64 order_id)
{
	static CartonaPlan plan = {
		"INSERT INTO cartona.outbox (kind, subject) VALUES ('order_products', $1)",
		1, {INT8OID}
	};
	Datum		values[1];

	values[0] = Int64GetDatum(order_id);
	cartona_spi_execute(&plan, values, NULL);
}

int
cartona_drain_orders(void)
{
	OutboxRow  *rows;
	int			level = cartona_plan_by_index();	/* an item's foreign key */
	int			n = take_rows(&take_orders_plan, &rows);
	IdList		compare = {NULL, 0, 0};
	int			i;

	queue_acks(rows, n);
	for (i = 0; i < n; i++)
	{
		OutboxRow  *row = &rows[i];

		if (strcmp(row->kind, "order") == 0)
		{
			cartona_states_queue(row->id, row->subject, row->account_id, row->ref, row->status);
			leave_products(row->subject);
			add_id(&compare, row->subject);
		}
		else if (strcmp(row->kind, "order_change") == 0)
			add_id(&compare, row->subject);
		else if (strcmp(row->kind, "order_deleted") == 0)
			order_deleted(row);
	}
	cartona_compare_queue(compare.ids, compare.n);
	cartona_plan_as_usual(level);
	return n;
}

int
cartona_drain_products(void)
{
	OutboxRow  *rows;
	int32	   *accounts;
	int			naccounts;
	int			n = take_rows(&take_others_plan, &rows);
	IdList		products = {NULL, 0, 0};
	IdList		templates = {NULL, 0, 0};
	IdList		forced_templates = {NULL, 0, 0};
	IdList		orders = {NULL, 0, 0};
	IdList		level_orders = {NULL, 0, 0};
	IdList		none = {NULL, 0, 0};
	int			i;

	if (n == 0)
		return 0;
	naccounts = kept_accounts(&accounts);

	for (i = 0; i < n; i++)
	{
		OutboxRow  *row = &rows[i];

		if (strcmp(row->kind, "product") == 0)
			add_id(&products, row->subject);
		else if (strcmp(row->kind, "template") == 0)
			add_id(row->status ? &forced_templates : &templates, row->subject);
		else if (strcmp(row->kind, "order_products") == 0)
			add_id(&orders, row->subject);
		else if (strcmp(row->kind, "order_level") == 0)
			add_id(&level_orders, row->subject);
		else if (strcmp(row->kind, "check") == 0 || is_kept(row->subject, accounts, naccounts))
			drain_account_row(row);
	}

	if (level_orders.n > 0)
	{
		cartona_states_queue_levels(0, level_orders.ids, level_orders.n);
		cartona_compare_queue(level_orders.ids, level_orders.n);
	}
	if (naccounts > 0)
	{
		queue_captured_products(&products, &templates, &orders, accounts, naccounts, false);
		queue_captured_products(&none, &forced_templates, &none, accounts, naccounts, true);
	}
	return n;
}
