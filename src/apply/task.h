/*-------------------------------------------------------------------------
 *
 * task.h
 *	  What Odoo itself has to do with imported orders.
 *
 * IDENTIFICATION
 *	  src/apply/task.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_TASK_H
#define CARTONA_TASK_H

#include "utils/timestamp.h"

#include "apply/order.h"

/* A row of cartona.odoo_task. */
typedef struct CartonaTask
{
	const char *kind;
	int32		order_id;		/* 0: none */
	const char *hashed_id;		/* NULL: none */
	const char *arg;			/* JSON, as the kind takes it (bridge.sql) */
} CartonaTask;

/* Add tasks of an account, in an open transaction with SPI; the worker tells Odoo after the commit. */
extern void cartona_task_add(int32 account, const CartonaTask *tasks, int n);

/*
 * Have Odoo make the orders of drafts of one shop, none with an error; where
 * even the customer is missing, have it make him first: then the inbox row is
 * due again.
 */
extern void cartona_task_ask(const CartonaDraft *drafts, int n);

/*
 * Have Odoo finish orders that were written by SQL, where there is something
 * that only it can compute: columns of other modules, taxes in Python code.
 */
extern void cartona_task_complete(const CartonaDraft *drafts, const CartonaOrderMade *made, int n);

/*
 * The worker's look: where tasks are due, make Odoo's scheduled action due; true
 * where Odoo should be told.  "next": when the next task is due, or PG_INT64_MAX.
 * In an open transaction.
 */
extern bool cartona_task_look(TimestampTz *next);

/* Forget tasks done long ago.  In an open transaction. */
extern void cartona_task_expire(void);

#endif							/* CARTONA_TASK_H */
