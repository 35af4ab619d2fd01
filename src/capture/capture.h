/*-------------------------------------------------------------------------
 *
 * capture.h
 *	  What others must know of the row triggers.
 *
 * IDENTIFICATION
 *	  src/capture/capture.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_CAPTURE_H
#define CARTONA_CAPTURE_H

/*
 * True while apply inserts imported orders and their lines: it enqueues their
 * products itself, for all of them at once.  Whoever sets it sets it back, also
 * after an error.
 */
extern bool cartona_capture_importing;

#endif							/* CARTONA_CAPTURE_H */
