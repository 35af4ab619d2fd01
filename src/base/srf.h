/*-------------------------------------------------------------------------
 *
 * srf.h
 *	  What a set-returning function answers with.
 *
 * IDENTIFICATION
 *	  src/base/srf.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_SRF_H
#define CARTONA_SRF_H

#include "fmgr.h"
#include "utils/tuplestore.h"

/*
 * The tuplestore to put the rows into, which belongs to the caller's query, and
 * the shape of a row.  The function then returns (Datum) 0.  Throws where it is
 * called at a place that takes no set.
 */
extern Tuplestorestate *cartona_srf_begin(FunctionCallInfo fcinfo, TupleDesc *tupdesc);

#endif							/* CARTONA_SRF_H */
