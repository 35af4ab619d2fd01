/*-------------------------------------------------------------------------
 *
 * shmem.h
 *	  What the launcher, the workers and every backend share: one slot per
 *	  database, and the wake-up at commit.
 *
 * IDENTIFICATION
 *	  src/base/shmem.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_SHMEM_H
#define CARTONA_SHMEM_H

#include "datatype/timestamp.h"
#include "port/atomics.h"
#include "storage/lwlock.h"

#define CARTONA_MAX_SLOTS 64
#define CARTONA_REPORT_SIZE 256

/* What a worker last said of itself. */
typedef enum CartonaWorkerState
{
	CARTONA_WORKER_ABSENT = 0,	/* never started, or left */
	CARTONA_WORKER_STARTING,
	CARTONA_WORKER_RUNNING,
	CARTONA_WORKER_NO_EXTENSION,	/* left: the extension is not installed
									 * there */
	CARTONA_WORKER_NO_ODOO,		/* left: there is no Odoo in the database */
	CARTONA_WORKER_FAILED		/* left with an error, see report */
} CartonaWorkerState;

typedef struct CartonaSlot
{
	/*
	 * written under the lock by the launcher; read without it in the commit
	 * callback
	 */
	Oid			database;		/* InvalidOid: slot is free */
	/* written and read under the lock */
	Oid			role;
	int			pid;			/* the worker that holds the slot; 0: none */
	CartonaWorkerState state;
	TimestampTz since;			/* when "state" was entered */
	char		report[CARTONA_REPORT_SIZE];	/* why it is not running;
												 * empty when all is well */
	/* anybody, any time */
	pg_atomic_uint32 proc;		/* number of the worker's PGPROC plus 1; 0:
								 * none */
	pg_atomic_uint32 wake;		/* something was committed for the worker */
	pg_atomic_uint32 leave;		/* the worker is asked to let go of the
								 * database */
	pg_atomic_uint64 hold_until;	/* TimestampTz: no worker before then */
} CartonaSlot;

typedef struct CartonaShared
{
	LWLock	   *lock;
	pg_atomic_uint32 launcher;	/* number of the launcher's PGPROC plus 1; 0:
								 * none */
	CartonaSlot slots[CARTONA_MAX_SLOTS];
} CartonaShared;

/* NULL unless the library was preloaded: then there are no workers to wake. */
extern CartonaShared *cartona_shared;

/* Ask for the shared memory; only from _PG_init under shared_preload_libraries. */
extern void cartona_shmem_install(void);

/* The slot of a database, or NULL; takes no lock. */
extern CartonaSlot *cartona_shmem_slot(Oid database);

/* Wake the process whose PGPROC number plus 1 is in "proc"; never throws. */
extern void cartona_shmem_wake(pg_atomic_uint32 *proc);

/* Wake this database's worker when the current transaction commits; never throws after the first call. */
extern void cartona_shmem_wake_at_commit(void);

/* The same for the launcher: there may be a database more, or less. */
extern void cartona_shmem_wake_launcher_at_commit(void);

/* Say how the worker of "slot" is; "report" is cut to fit. */
extern void cartona_shmem_report(CartonaSlot *slot, CartonaWorkerState state, const char *report);

#endif							/* CARTONA_SHMEM_H */
