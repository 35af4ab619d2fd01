/*-------------------------------------------------------------------------
 *
 * session.c
 *	  A worker's session: its slot, its settings, and its right to be there.
 *
 * Neighbours: launcher.c started it, shmem.c holds the slot, sync.c and webhook.c
 * work in it.
 * Transactions: one short one per check.
 * Failure: a worker that must not work leaves, telling cartona.status why.
 *
 * IDENTIFICATION
 *	  src/worker/session.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/spi.h"
#include "base/xact.h"
#include "worker/session.h"

static CartonaSlot *slot = NULL;

static void
leave_slot(int code, Datum arg)
{
	if (slot == NULL)
		return;
	pg_atomic_write_u32(&slot->proc, 0);
	LWLockAcquire(cartona_shared->lock, LW_EXCLUSIVE);
	slot->pid = 0;
	if (slot->state == CARTONA_WORKER_RUNNING || slot->state == CARTONA_WORKER_STARTING)
	{
		slot->state = CARTONA_WORKER_ABSENT;
		slot->since = GetCurrentTimestamp();
	}
	LWLockRelease(cartona_shared->lock);
	cartona_shmem_wake(&cartona_shared->launcher);
}

/* Leave the database for good, telling why. */
static void
leave(CartonaWorkerState state, const char *report)
{
	cartona_shmem_report(slot, state, report);
	cartona_xact_abort();
	proc_exit(0);
}

/* Two sync workers on one database would send everything twice: the second one goes. */
static void
take_slot(int number)
{
	int			other;

	if (cartona_shared == NULL || number < 0 || number >= CARTONA_MAX_SLOTS)
		proc_exit(0);
	LWLockAcquire(cartona_shared->lock, LW_EXCLUSIVE);
	other = cartona_shared->slots[number].pid;
	/* Started just before somebody asked for the database. */
	if ((TimestampTz) pg_atomic_read_u64(&cartona_shared->slots[number].hold_until) > GetCurrentTimestamp())
		other = -1;
	if (other == 0)
	{
		pg_atomic_write_u32(&cartona_shared->slots[number].wake, 0);
		slot = &cartona_shared->slots[number];
		slot->pid = MyProcPid;
		slot->state = CARTONA_WORKER_STARTING;
		slot->since = GetCurrentTimestamp();
		slot->report[0] = '\0';
	}
	LWLockRelease(cartona_shared->lock);
	if (other != 0)
		proc_exit(0);
	before_shmem_exit(leave_slot, (Datum) 0);
	pg_atomic_write_u32(&slot->proc, (uint32) cartona_my_proc_number() + 1);
}

/*
 * Settings of the role or the database (ALTER ROLE odoo SET ...) must not
 * change what this worker's statements mean or how durable they are.
 */
static void
pin_settings(CartonaWorkerKind kind)
{
	static const char *const pinned[][2] = {
		{"search_path", "pg_catalog, pg_temp"},
		{"default_transaction_isolation", "read committed"},
		{"default_transaction_read_only", "off"},
		{"default_transaction_deferrable", "off"},
		{"synchronous_commit", "on"},
		{"statement_timeout", "0"},
		{"idle_in_transaction_session_timeout", "0"},
		{"lock_timeout", "1s"},
		{"row_security", "on"},
		{"standard_conforming_strings", "on"},
		{"transform_null_equals", "off"},
		{"extra_float_digits", "1"},
		{"transaction_timeout", "0"},
		{"session_replication_role", "origin"},
		{"DateStyle", "ISO"},
		{"IntervalStyle", "postgres"},
		{"client_min_messages", "warning"},
		{"jit", "off"},
	};
	int			i;

	for (i = 0; i < (int) lengthof(pinned); i++)
	{
		/* The role's rights do not matter, and not every version has all of them. */
		if (GetConfigOption(pinned[i][0], true, false) != NULL)
			SetConfigOption(pinned[i][0], pinned[i][1], PGC_SUSET, PGC_S_SESSION);
	}
	SetConfigOption("application_name", psprintf("cartona %s", cartona_shmem_kind_name(kind)), PGC_USERSET, PGC_S_SESSION);
}

void
cartona_session_check_extension(void)
{
	cartona_xact_begin("looking for the extension");
	if (cartona_spi_run("SELECT extversion FROM pg_catalog.pg_extension WHERE extname = 'cartona_integration'", 0, NULL, NULL, NULL) == 0)
		leave(CARTONA_WORKER_NO_EXTENSION, "the extension is not installed in this database: CREATE EXTENSION cartona_integration");
	else
	{
		char	   *version = cartona_spi_text(0, 1, CurrentMemoryContext);

		if (strcmp(version, CARTONA_VERSION) != 0)
		{
			ereport(WARNING,
					(errmsg("extension cartona_integration is version %s, its library %s", version, CARTONA_VERSION),
					 errhint("Run ALTER EXTENSION cartona_integration UPDATE, and restart the server after installing a new library.")));
			leave(CARTONA_WORKER_FAILED, psprintf("the extension is version %s, the library %s: ALTER EXTENSION cartona_integration UPDATE, or restart the server", version, CARTONA_VERSION));
		}
	}
	cartona_xact_commit();
}

void
cartona_session_check_role(void)
{
	Oid			owner = cartona_odoo_owner();
	char	   *role;

	if (!OidIsValid(owner))
		leave(CARTONA_WORKER_NO_ODOO, "no Odoo with sales in this database: there is no table sale_order");
	if (has_privs_of_role(GetUserId(), owner))
		return;
	role = GetUserNameFromId(owner, false);
	ereport(WARNING,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("the Cartona worker runs as \"%s\", but Odoo's tables belong to \"%s\"",
					GetUserNameFromId(GetUserId(), false), role),
			 errhint("Set cartona.role to \"%s\", or let it own the database.", role)));
	leave(CARTONA_WORKER_FAILED, psprintf("runs as \"%s\", but Odoo's tables belong to \"%s\": set cartona.role",
										  GetUserNameFromId(GetUserId(), false), role));
}

CartonaSlot *
cartona_session_start(int number)
{
	take_slot(number);
	BackgroundWorkerInitializeConnectionByOid(slot->database, slot->role, 0);
	pin_settings(slot->kind);
	cartona_session_check_extension();
	return slot;
}
