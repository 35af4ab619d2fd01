/*-------------------------------------------------------------------------
 *
 * strike.h
 *	  Strike a secret out of what came back.
 *
 * IDENTIFICATION
 *	  src/http/strike.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_STRIKE_H
#define CARTONA_STRIKE_H

/*
 * Overwrite "secret" wherever it stands in "bytes", as it is or in a spelling
 * that servers and what is in between give to a text.  With "parts" also where
 * at least half of it stands, or its beginning is cut off by the end.  Never throws.
 */
extern void cartona_strike_out(char *bytes, size_t len, const char *secret, bool parts);

#endif							/* CARTONA_STRIKE_H */
