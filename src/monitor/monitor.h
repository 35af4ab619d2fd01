/*-------------------------------------------------------------------------
 *
 * monitor.h
 *	  Functions behind the views; called from SQL only.
 *
 * IDENTIFICATION
 *	  src/monitor/monitor.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_MONITOR_H
#define CARTONA_MONITOR_H

#include "fmgr.h"

extern PGDLLEXPORT Datum cartona_sql_worker(PG_FUNCTION_ARGS);

#endif							/* CARTONA_MONITOR_H */
