/*-------------------------------------------------------------------------
 *
 * products.c
 *	  Send price and stock in bulk, as they are at sending time.
 *
 * A claimed product is only a name: its levels are read in one query for the
 * batch, and what Cartona has accepted already is not sent at all, unless the
 * claim is forced.  A batch that Cartona refuses is split in halves until the
 * culprit stands alone: the rest goes through.
 *
 * Neighbours: claim.c, levels.c, traffic.c, settle.c.
 * Transactions: claiming and settling are short; none while a request is out.
 * Memory: a batch lives in its transfer's context.
 * Failure: one product's refusal is its own dead letter; errors of the network
 * and the server are tried again, with smaller batches after some of them.
 *
 * IDENTIFICATION
 *	  src/push/products.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/spi.h"
#include "base/xact.h"
#include "monitor/log.h"
#include "odoo/levels.h"
#include "outbox/delivery.h"
#include "push/push.h"

/* One claimed product and its listings at Cartona. */
typedef struct BatchProduct
{
	CartonaProductClaim claim;
	int			nlevels;
	CartonaLevel *levels;
} BatchProduct;

typedef struct Batch
{
	int			n;
	BatchProduct *products;
} Batch;

/* At Cartona a product is known by the id it is called by, in the dead letters too. */
static const char *
product_ref(const BatchProduct *product)
{
	if (product->nlevels == 0)
		return NULL;
	return product->levels[0].supplier_product_id ? product->levels[0].supplier_product_id
		: product->levels[0].internal_product_id;
}

static void
log_products(CartonaTraffic *traffic, const char *request, const Batch *batch,
			 const CartonaHttpAnswer *answer, const char *result, const char *message)
{
	CartonaLogEntry entry;

	memset(&entry, 0, sizeof(entry));
	entry.account_id = traffic->account_id;
	entry.kind = "products";
	entry.subject = batch->n == 1 ? batch->products[0].claim.product_id : 0;
	entry.ref = batch->n == 1 ? product_ref(&batch->products[0]) : NULL;
	entry.request = request;
	entry.http_status = answer->status;
	entry.duration_ms = answer->elapsed_ms;
	entry.items = batch->n;
	entry.result = result;
	entry.message = message;
	cartona_log_write(&entry);
}

static CartonaLevel *
copy_levels(const CartonaLevel *levels, int n)
{
	CartonaLevel *copy = palloc(sizeof(CartonaLevel) * Max(n, 1));
	int			i;

	for (i = 0; i < n; i++)
	{
		copy[i] = levels[i];
		copy[i].supplier_product_id = levels[i].supplier_product_id ? pstrdup(levels[i].supplier_product_id) : NULL;
		copy[i].internal_product_id = levels[i].internal_product_id ? pstrdup(levels[i].internal_product_id) : NULL;
		copy[i].price = levels[i].price ? pstrdup(levels[i].price) : NULL;
		copy[i].price_problem = NULL;
	}
	return copy;
}

/*
 * What becomes of a claimed product: dead (it cannot be sent), or part of the
 * batch.  False: there is nothing to tell, and it is done with.
 */
static bool
sort_out(CartonaTraffic *traffic, const CartonaProductClaim *claim,
		 const CartonaLevel *levels, int nlevels, Batch *batch, MemoryContext context)
{
	BatchProduct candidate;
	bool		differs = false;
	const char *problem = NULL;
	int			i;
	MemoryContext old;

	for (i = 0; i < nlevels; i++)
	{
		if (levels[i].on_sale && levels[i].price == NULL)
			problem = levels[i].price_problem ? levels[i].price_problem : "the product has no price";
		if (!levels[i].same || claim->forced)
			differs = true;
	}
	candidate.claim = *claim;
	candidate.nlevels = nlevels;
	candidate.levels = (CartonaLevel *) levels;
	if (problem != NULL)
	{
		cartona_settle_product_dead(traffic->account_id, claim, product_ref(&candidate), 0, problem);
		return true;
	}
	if (!differs)
		return false;
	old = MemoryContextSwitchTo(context);
	candidate.levels = copy_levels(levels, nlevels);
	batch->products[batch->n++] = candidate;
	MemoryContextSwitchTo(old);
	return true;
}

/* The batch's products that nothing hinders, with their levels; in the open transaction. */
static void
read_batch(CartonaTraffic *traffic, CartonaProductClaim *claims, int n, Batch *batch, MemoryContext context)
{
	int32	   *ids = palloc(sizeof(int32) * n);
	CartonaProductClaim *same = palloc(sizeof(CartonaProductClaim) * n);
	int			nsame = 0;
	CartonaLevel *levels;
	int			nlevels;
	int			i;
	int			j;

	batch->products = MemoryContextAlloc(context, sizeof(BatchProduct) * n);
	batch->n = 0;
	for (i = 0; i < n; i++)
		ids[i] = claims[i].product_id;
	nlevels = cartona_levels_read(traffic->account_id, ids, n, CurrentMemoryContext, &levels);

	/* Levels come ordered by product: each claim's are a run. */
	for (i = 0; i < n; i++)
	{
		int			low = 0;
		int			high = nlevels;

		while (low < high)
		{
			int			middle = low + (high - low) / 2;

			if (levels[middle].product_id < claims[i].product_id)
				low = middle + 1;
			else
				high = middle;
		}
		for (j = low; j < nlevels && levels[j].product_id == claims[i].product_id; j++)
			;
		if (!sort_out(traffic, &claims[i], levels + low, j - low, batch, context))
			same[nsame++] = claims[i];
	}
	cartona_settle_products_done(same, nsame);
}

static char *
batch_body(const Batch *batch)
{
	CartonaApiProduct *items;
	int			n = 0;
	int			i;
	int			j;

	for (i = 0; i < batch->n; i++)
		n += batch->products[i].nlevels;
	items = palloc0(sizeof(CartonaApiProduct) * Max(n, 1));
	n = 0;
	for (i = 0; i < batch->n; i++)
	{
		for (j = 0; j < batch->products[i].nlevels; j++)
		{
			const CartonaLevel *level = &batch->products[i].levels[j];
			CartonaApiProduct *item = &items[n++];

			item->supplier_product_id = level->supplier_product_id;
			item->internal_product_id = level->internal_product_id;
			item->price = level->on_sale ? level->price : NULL;
			item->stock = level->on_sale ? level->stock : 0;
			item->unlimited = level->on_sale && level->unlimited;
			item->in_stock = level->on_sale && (level->unlimited || level->stock > 0);
		}
	}
	return cartona_api_products_body(items, n);
}

static void
send_batch(CartonaTraffic *traffic, const CartonaAccount *account, Batch *batch, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);

	cartona_traffic_send(traffic, account, CARTONA_TRANSFER_PRODUCTS, "POST", CARTONA_API_BULK_PATH,
						 batch_body(batch), context, batch);
	MemoryContextSwitchTo(old);
}

bool
cartona_push_products(CartonaTraffic *traffic)
{
	const CartonaAccount *account = traffic->account;
	CartonaProductClaim *claims;
	MemoryContext context;
	MemoryContext scratch;
	Batch	   *batch;
	int			limit;
	int			n = 0;
	bool		on;

	if (account == NULL || account->held || cartona_traffic_room(traffic) == 0)
		return false;
	/* The last place is for order statuses. */
	if (account->push_parallel > 1 && traffic->in_flight >= account->push_parallel - 1)
		return false;
	limit = Max(account->push_batch_size >> Min(Max(traffic->refused_batches - 2, 0), 10), 1);

	scratch = AllocSetContextCreate(CurrentMemoryContext, "cartona claims", ALLOCSET_DEFAULT_SIZES);
	context = AllocSetContextCreate(CurrentMemoryContext, "cartona products transfer", ALLOCSET_DEFAULT_SIZES);
	batch = MemoryContextAllocZero(context, sizeof(Batch));

	cartona_xact_begin("claiming products");
	on = cartona_account_is_on(traffic->account_id);
	if (on && !cartona_account_is_held(traffic->account_id))
		n = cartona_claim_products(traffic->account_id, limit, account->total_timeout_ms * 2, scratch, &claims);
	if (n > 0)
		read_batch(traffic, claims, n, batch, context);
	cartona_xact_commit();
	if (!on)
		traffic->account = NULL;

	if (batch->n > 0)
		send_batch(traffic, account, batch, context);
	else
		MemoryContextDelete(context);
	MemoryContextDelete(scratch);
	return n == limit;
}

/* Remember what was accepted, and forget what is no longer on sale. */
static void
remember_accepted(int32 account_id, const Batch *batch)
{
	static CartonaPlan accepted_plan = {
		"INSERT INTO cartona.product_sync (account_id, product_id, supplier_product_id, internal_product_id, price, stock, unlimited)"
		" SELECT $1, t.* FROM unnest($2, $3, $4, $5::numeric[], $6, $7) t"
		" ON CONFLICT (account_id, product_id, supplier_product_id) DO UPDATE SET"
		" internal_product_id = excluded.internal_product_id, price = excluded.price,"
		" stock = excluded.stock, unlimited = excluded.unlimited, accepted_at = now()",
		7, {INT4OID, INT4ARRAYOID, TEXTARRAYOID, TEXTARRAYOID, TEXTARRAYOID, INT8ARRAYOID, BOOLARRAYOID}
	};
	static CartonaPlan gone_plan = {
		"DELETE FROM cartona.product_sync s USING unnest($2, $3) t (product_id, supplier_product_id)"
		" WHERE s.account_id = $1 AND s.product_id = t.product_id AND s.supplier_product_id = t.supplier_product_id",
		3, {INT4OID, INT4ARRAYOID, TEXTARRAYOID}
	};
	static CartonaPlan letters_plan = {
		"DELETE FROM cartona.dead_letter WHERE account_id = $1 AND kind = 'product' AND subject = ANY ($2::bigint[])",
		2, {INT4OID, INT4ARRAYOID}
	};
	ArrayBuildState *columns[2][6];
	Datum		values[7];
	int			i;
	int			j;
	int			k;

	memset(columns, 0, sizeof(columns));
	for (i = 0; i < batch->n; i++)
	{
		for (j = 0; j < batch->products[i].nlevels; j++)
		{
			const CartonaLevel *level = &batch->products[i].levels[j];
			ArrayBuildState **c = columns[level->on_sale ? 0 : 1];
			MemoryContext context = CurrentMemoryContext;

			c[0] = accumArrayResult(c[0], Int32GetDatum(level->product_id), false, INT4OID, context);
			c[1] = accumArrayResult(c[1], CStringGetTextDatum(level->supplier_product_id ? level->supplier_product_id : ""), false, TEXTOID, context);
			c[2] = accumArrayResult(c[2], level->internal_product_id ? CStringGetTextDatum(level->internal_product_id) : (Datum) 0,
									level->internal_product_id == NULL, TEXTOID, context);
			c[3] = accumArrayResult(c[3], level->price ? CStringGetTextDatum(level->price) : (Datum) 0, level->price == NULL, TEXTOID, context);
			c[4] = accumArrayResult(c[4], Int64GetDatum(level->stock), false, INT8OID, context);
			c[5] = accumArrayResult(c[5], BoolGetDatum(level->unlimited), false, BOOLOID, context);
		}
	}

	values[0] = Int32GetDatum(account_id);
	for (i = 0; i < 2; i++)
	{
		if (columns[i][0] == NULL)
			continue;
		for (k = 0; k < 6; k++)
			values[1 + k] = makeArrayResult(columns[i][k], CurrentMemoryContext);
		cartona_spi_execute(i == 0 ? &accepted_plan : &gone_plan, values, NULL);
		cartona_spi_execute(&letters_plan, values, NULL);
	}
}

static void
settle_batch(const Batch *batch)
{
	CartonaProductClaim *claims = palloc(sizeof(CartonaProductClaim) * batch->n);
	int			i;

	for (i = 0; i < batch->n; i++)
		claims[i] = batch->products[i].claim;
	cartona_settle_products_done(claims, batch->n);
}

static void
retry_batch(const Batch *batch, int64 delay_ms, bool counts, int http_status, const char *reason)
{
	int64	   *ids = palloc(sizeof(int64) * batch->n);
	int			i;

	for (i = 0; i < batch->n; i++)
		ids[i] = batch->products[i].claim.delivery_id;
	cartona_settle_retry(ids, batch->n, delay_ms, counts, http_status, reason);
}

bool
cartona_push_products_answer(CartonaTransfer *transfer, const CartonaHttpAnswer *answer)
{
	CartonaTraffic *traffic = transfer->traffic;
	Batch	   *batch = (Batch *) transfer->payload;
	char	   *reason = NULL;
	CartonaVerdict verdict = cartona_api_judge(answer, &reason);
	int			cap_s = traffic->account ? traffic->account->retry_cap_s : 900;
	bool		split = false;

	cartona_traffic_judge(transfer, verdict, answer, reason);
	switch (verdict)
	{
		case CARTONA_DONE:
			traffic->refused_batches = 0;
			remember_accepted(traffic->account_id, batch);
			settle_batch(batch);
			break;
		case CARTONA_RETRY:
			if (answer->status >= 500)
				traffic->refused_batches++;
			retry_batch(batch, cartona_settle_backoff(batch->products[0].claim.attempt, cap_s, answer->retry_after_s),
						true, answer->status, reason);
			break;
		case CARTONA_STOP:
			retry_batch(batch, 0, false, answer->status, reason);
			break;
		case CARTONA_REFUSED:
			if (batch->n > 1 && traffic->account != NULL)
				split = true;
			else if (batch->n > 1)
				retry_batch(batch, 0, false, answer->status, reason);
			else
				cartona_settle_product_dead(traffic->account_id, &batch->products[0].claim,
											product_ref(&batch->products[0]), answer->status, reason);
			break;
	}
	log_products(traffic, transfer->request, batch, answer,
				 split ? "split" : cartona_traffic_result_name(verdict), reason);
	return split;
}

void
cartona_push_products_split(CartonaTransfer *transfer)
{
	Batch	   *batch = (Batch *) transfer->payload;
	int			half = batch->n / 2;
	int			part;

	/* The account may have been stopped by another answer, or disabled. */
	if (transfer->traffic->account == NULL)
	{
		cartona_xact_begin("giving back a batch");
		retry_batch(batch, 0, false, 0, NULL);
		cartona_xact_commit();
		return;
	}

	for (part = 0; part < 2; part++)
	{
		MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "cartona products transfer", ALLOCSET_DEFAULT_SIZES);
		MemoryContext old = MemoryContextSwitchTo(context);
		Batch	   *piece = palloc0(sizeof(Batch));
		int			start = part == 0 ? 0 : half;
		int			i;

		piece->n = part == 0 ? half : batch->n - half;
		piece->products = palloc(sizeof(BatchProduct) * piece->n);
		for (i = 0; i < piece->n; i++)
		{
			piece->products[i] = batch->products[start + i];
			piece->products[i].levels = copy_levels(batch->products[start + i].levels, batch->products[start + i].nlevels);
		}
		MemoryContextSwitchTo(old);
		send_batch(transfer->traffic, transfer->traffic->account, piece, context);
	}
}
