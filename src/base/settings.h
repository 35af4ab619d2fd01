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

/* The webhook's listener; see settings.c for what they mean. */
extern char *cartona_guc_webhook_address;
extern char *cartona_guc_webhook_certificate;
extern char *cartona_guc_webhook_key;
extern char *cartona_guc_webhook_allow;
extern char *cartona_guc_webhook_trusted_proxies;
extern int	cartona_guc_webhook_connections;
extern int	cartona_guc_webhook_timeout_ms;
extern int	cartona_guc_webhook_rate;
extern int	cartona_guc_webhook_address_rate;

/* The port of the listener of a database, from cartona.webhook_port; 0: it has none. */
extern int	cartona_settings_webhook_port(const char *database);

extern void cartona_settings_define(void);

#endif							/* CARTONA_SETTINGS_H */
