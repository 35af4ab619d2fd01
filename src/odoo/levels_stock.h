/*-------------------------------------------------------------------------
 *
 * levels_stock.h
 *	  The part of the price and stock query that is about stock.  For
 *	  levels_sql.c only.
 *
 * IDENTIFICATION
 *	  src/odoo/levels_stock.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_LEVELS_STOCK_H
#define CARTONA_LEVELS_STOCK_H

#include "lib/stringinfo.h"

#include "odoo/levels_sql.h"

/*
 * Append the CTEs from "draft" to "able" (root, limited, qty): how many of each
 * variant its parts allow.  Over the CTEs a (the account) and live (its variants).
 */
extern void cartona_levels_add_stock(StringInfo text, const CartonaLevelsShape *shape);

#endif							/* CARTONA_LEVELS_STOCK_H */
