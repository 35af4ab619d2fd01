/*-------------------------------------------------------------------------
 *
 * levels.h
 *	  What price and stock Odoo has now for a set of variants: one query.
 *
 * IDENTIFICATION
 *	  src/odoo/levels.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_LEVELS_H
#define CARTONA_LEVELS_H

/*
 * One thing on sale at Cartona: a variant under one supplier_product_id (or
 * under its internal id alone).  A variant can have several (product_map).
 */
typedef struct CartonaLevel
{
	int32		product_id;		/* product_product.id, may be gone from Odoo */
	char	   *supplier_product_id;	/* NULL: only the internal id is sent */
	char	   *internal_product_id;	/* NULL only where it is not known any
										 * more */
	bool		on_sale;		/* false: archived, unsaleable, deleted or
								 * unmapped; stock is then 0 */
	bool		unlimited;		/* not storable: is_unlimited_stock */
	int64		stock;			/* by the account's measure, less drafts and
								 * buffer, divided by factor, floored, never
								 * negative */
	char	   *price;			/* decimal text in the account's currency and
								 * tax direction, times factor; NULL: not to
								 * be sent */
	char	   *price_problem;	/* why price is NULL though the product is on
								 * sale; NULL: no problem */
	/* what Cartona accepted last (product_sync); "known" false: nothing yet */
	bool		known;
	bool		same;			/* price, stock, unlimited and ids are what
								 * was accepted last */
	int64		known_stock;
} CartonaLevel;

/*
 * The levels of variants "products" for an account, in an open transaction
 * with SPI; palloc'd in "context", ordered by product_id.  A variant that
 * neither is nor was (product_sync) on sale at Cartona has no level.  The
 * caller's search_path is as before afterwards.  Throws a plain SQL error where
 * Odoo's tables are not what they should be.
 */
extern int	cartona_levels_read(int32 account_id, const int32 *products, int nproducts,
								MemoryContext context, CartonaLevel **levels);

/*
 * Which variants an outbox row stands for, as an int4[] Datum-free list in
 * "context": a template's variants (also those known only from product_sync),
 * an order's products, the kits a component is part of.
 */
extern int	cartona_levels_of_templates(const int32 *templates, int n, MemoryContext context, int32 **products);
extern int	cartona_levels_of_orders(const int32 *orders, int n, MemoryContext context, int32 **products);

/* Every variant an account has, or had, on sale: for a full sync. */
extern int	cartona_levels_all(int32 account_id, MemoryContext context, int32 **products);

/*
 * Which of "products" an account has, or had, on sale, and the kits that
 * contain them: what the worker keeps of captured changes.
 */
extern int	cartona_levels_mapped(int32 account_id, const int32 *products, int n, MemoryContext context, int32 **mapped);

#endif							/* CARTONA_LEVELS_H */
