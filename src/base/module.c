/*-------------------------------------------------------------------------
 *
 * module.c
 *	  Entry of the library: what happens when it is loaded.
 *
 * Preloaded (shared_preload_libraries) it brings shared memory, the launcher
 * and two hooks; loaded by a session alone it brings the settings, and the
 * triggers work: their rows wait in the outbox.
 *
 * IDENTIFICATION
 *	  src/base/module.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"

#include "base/compat.h"
#include "base/redact.h"
#include "base/settings.h"
#include "base/shmem.h"
#include "worker/hook.h"
#include "worker/launcher.h"

PG_MODULE_MAGIC;

PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	cartona_settings_define();

	/* pg_upgrade runs the servers to copy catalogs, not to do business. */
	if (!process_shared_preload_libraries_in_progress || IsBinaryUpgrade)
		return;

	cartona_shmem_install();
	cartona_redact_install();
	cartona_hook_install();
	cartona_launcher_register();
}
