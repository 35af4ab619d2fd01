/*-------------------------------------------------------------------------
 *
 * levels_sql.h
 *	  The texts of the price and stock queries, made for the Odoo that is
 *	  found.  Only levels.c uses this.
 *
 * IDENTIFICATION
 *	  src/odoo/levels_sql.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_LEVELS_SQL_H
#define CARTONA_LEVELS_SQL_H

/* What differs between versions of Odoo and sets of installed modules. */
typedef enum CartonaLevelsHave
{
	HAVE_STOCK,					/* module stock */
	HAVE_STORABLE,				/* 18: is_storable; before: type 'product' */
	HAVE_FINAL_LOCATION,		/* 18: a chain of moves is counted to its end */
	HAVE_UOM_ROUNDING,			/* up to 18; then decimal_precision 'Product
								 * Unit' */
	HAVE_UOM_CATEGORY,			/* up to 18; then parent_path, and factor is
								 * upside down */
	HAVE_LINE_UOM_ID,			/* 19: product_uom_id; before: product_uom */
	HAVE_LINE_WAREHOUSE,		/* 18 */
	HAVE_ORDER_WAREHOUSE,		/* module sale_stock */
	HAVE_PRICE_INCLUDE_OVERRIDE,	/* 18; before: price_include */
	HAVE_COMPANY_PATH,			/* 17: companies have branches */
	HAVE_KITS,					/* module mrp */
	HAVE_KIT_VARIANTS,			/* kit lines for some variants only */
	HAVE_REMOVAL_DATE,			/* module product_expiry */
	CARTONA_LEVELS_HAVES
} CartonaLevelsHave;

typedef struct CartonaLevelsColumn
{
	const char *table;
	const char *column;
} CartonaLevelsColumn;

/* The column whose presence answers each CartonaLevelsHave. */
extern const CartonaLevelsColumn cartona_levels_columns[CARTONA_LEVELS_HAVES];

typedef struct CartonaLevelsShape
{
	char	   *schema;			/* of Odoo's tables, quoted where needed */
	bool		have[CARTONA_LEVELS_HAVES];
} CartonaLevelsShape;

/* Each palloc'd in the current context; parameters stand in the comments of levels_sql.c. */
extern char *cartona_levels_sql_read(const CartonaLevelsShape *shape);
extern char *cartona_levels_sql_all(const CartonaLevelsShape *shape);
extern char *cartona_levels_sql_mapped(const CartonaLevelsShape *shape);
extern char *cartona_levels_sql_of_templates(const CartonaLevelsShape *shape);
extern char *cartona_levels_sql_of_orders(const CartonaLevelsShape *shape);

#endif							/* CARTONA_LEVELS_SQL_H */
