/*-------------------------------------------------------------------------
 *
 * shmem.h
 *	  What the launcher, the workers and every backend share: one slot per
 *	  database and kind of worker, and the wake-up at commit.
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

#define CARTONA_MAX_DATABASES 64
#define CARTONA_KINDS 2
#define CARTONA_MAX_SLOTS (CARTONA_MAX_DATABASES * CARTONA_KINDS)
#define CARTONA_REPORT_SIZE 256

/* A database has one worker of each kind at most. */
typedef enum CartonaWorkerKind
{
	CARTONA_KIND_SYNC = 0,		/* everything that goes out and is pulled in */
	CARTONA_KIND_WEBHOOK		/* listens for Cartona's webhook */
} CartonaWorkerKind;

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
	 * written under the lock by the launcher, the kind first; read without it
	 * in the commit callback
	 */
	CartonaWorkerKind kind;
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
	pg_atomic_uint32 notified;	/* how often Odoo was woken (notify.c) */
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

/* The slot of a database's worker of that kind, or NULL; takes no lock. */
extern CartonaSlot *cartona_shmem_slot(Oid database, CartonaWorkerKind kind);

/* "sync", "webhook" */
extern const char *cartona_shmem_kind_name(CartonaWorkerKind kind);

/* Wake the process whose PGPROC number plus 1 is in "proc"; never throws. */
extern void cartona_shmem_wake(pg_atomic_uint32 *proc);

/* Wake this database's sync worker when the current transaction commits; never throws after the first call. */
extern void cartona_shmem_wake_at_commit(void);

/* The same for its webhook worker, where there is one. */
extern void cartona_shmem_wake_webhook_at_commit(void);

/* The same for the launcher: there may be a database more, or less. */
extern void cartona_shmem_wake_launcher_at_commit(void);

/*
 * Say how the worker of "slot" is; "report" is cut to fit.  Wakes the launcher
 * when a worker has come to run: the others of its database wait for that.
 */
extern void cartona_shmem_report(CartonaSlot *slot, CartonaWorkerState state, const char *report);

#endif							/* CARTONA_SHMEM_H */
