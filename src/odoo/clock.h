/*-------------------------------------------------------------------------
 *
 * clock.h
 *	  What the clock on the shop's wall says.
 *
 * IDENTIFICATION
 *	  src/odoo/clock.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_CLOCK_H
#define CARTONA_CLOCK_H

#include <time.h>

#include "datatype/timestamp.h"
#include "pgtime.h"
#include "utils/date.h"

/* A moment (UTC, as Odoo keeps times) by the clock of a zone, as strftime() wants it. */
extern void cartona_clock_at(Timestamp moment, pg_tz *zone, struct tm *clock);

/* The day of a clock. */
extern DateADT cartona_clock_day(const struct tm *clock);

#endif							/* CARTONA_CLOCK_H */
