/*-------------------------------------------------------------------------
 *
 * follow.h
 *	  Inbox rows whose order is in Odoo already.
 *
 * IDENTIFICATION
 *	  src/apply/follow.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_FOLLOW_H
#define CARTONA_FOLLOW_H

#include "apply/row.h"

/*
 * Let the existing orders among the rows follow what Cartona says now, in an
 * open (sub)transaction with SPI, and set the rows' states, notes and problems.
 * False where one of them cannot follow now: its error says why.
 */
extern bool cartona_follow(const CartonaShop *shop, CartonaInboxRow **rows, int n);

#endif							/* CARTONA_FOLLOW_H */
