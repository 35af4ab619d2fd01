/*-------------------------------------------------------------------------
 *
 * settings.h
 *	  The configuration parameters, cartona.*.
 *
 * IDENTIFICATION
 *	  src/base/settings.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_SETTINGS_H
#define CARTONA_SETTINGS_H

extern char *cartona_guc_databases; /* comma-separated names, as in the file */
extern char *cartona_guc_role;	/* "" means: each database's owner */
extern char *cartona_guc_cause; /* id of the sale_order this transaction's
								 * changes come from; "" none */
extern int	cartona_guc_log_retention_days;
extern int	cartona_guc_inbox_retention_days;
extern bool cartona_guc_ui;

extern void cartona_settings_define(void);

#endif							/* CARTONA_SETTINGS_H */
