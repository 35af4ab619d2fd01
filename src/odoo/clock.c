/*-------------------------------------------------------------------------
 *
 * clock.c
 *	  What the clock on the shop's wall says.
 *
 * Odoo keeps times in UTC, but asks for the day in the time zone of the person
 * at work: an order of 23:30 UTC on the last of December belongs to the new
 * year in Cairo.
 *
 * Neighbours: shop.c says whose zone; sequence.c and apply/order.c ask.
 * Transactions: none.  Memory: none.
 * Failure: none.
 *
 * IDENTIFICATION
 *	  src/odoo/clock.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "odoo/clock.h"

void
cartona_clock_at(Timestamp moment, pg_tz *zone, struct tm *clock)
{
	pg_time_t	seconds = timestamptz_to_time_t((TimestampTz) moment);
	const struct pg_tm *local = pg_localtime(&seconds, zone);

	memset(clock, 0, sizeof(*clock));
	if (local == NULL)
		return;
	clock->tm_sec = local->tm_sec;
	clock->tm_min = local->tm_min;
	clock->tm_hour = local->tm_hour;
	clock->tm_mday = local->tm_mday;
	clock->tm_mon = local->tm_mon;
	clock->tm_year = local->tm_year;
	clock->tm_wday = local->tm_wday;
	clock->tm_yday = local->tm_yday;
}

DateADT
cartona_clock_day(const struct tm *clock)
{
	return date2j(clock->tm_year + 1900, clock->tm_mon + 1, clock->tm_mday) - POSTGRES_EPOCH_JDATE;
}
