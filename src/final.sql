/*
 * final.sql: rights, and what pg_dump carries. Last fragment of the install script.
 *
 * Nothing for PUBLIC.  Everything but the secrets for whoever installed the
 * extension (in a trusted installation Odoo's role, which restores dumps as
 * itself): these grants are part of the installation and made again by it;
 * cartona.attach() grants the same to the owner of Odoo's tables.
 */
REVOKE ALL ON SCHEMA cartona FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA cartona FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA cartona FROM PUBLIC;

DO $$
DECLARE
	installer text;
	tab text;
BEGIN
	SELECT pg_catalog.quote_ident(r.rolname) INTO STRICT installer
	FROM pg_catalog.pg_extension e JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) e.extowner
	WHERE e.extname OPERATOR(pg_catalog.=) 'cartona_integration';
	EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA cartona TO %s', installer);
	EXECUTE pg_catalog.format('GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA cartona TO %s', installer);
	EXECUTE pg_catalog.format('GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA cartona TO %s', installer);
	FOR tab IN
		SELECT pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class c
		WHERE c.relnamespace OPERATOR(pg_catalog.=) 'cartona'::pg_catalog.regnamespace
		AND c.relkind OPERATOR(pg_catalog.=) ANY (ARRAY['r', 'v']::"char"[])
		AND c.relname OPERATOR(pg_catalog.<>) 'secret'
	LOOP
		EXECUTE pg_catalog.format('GRANT SELECT, INSERT, UPDATE, DELETE ON cartona.%s TO %s', tab, installer);
	END LOOP;
END
$$;

/* User data: all but log and secret, each with its sequence. */
SELECT pg_catalog.pg_extension_config_dump('cartona.installation', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.account', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.account_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.account_state', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.status_map', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.status_map_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.customer', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.outbox', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.outbox_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.delivery', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.delivery_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.delivery_item', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.dead_letter', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.dead_letter_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.product_map', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.product_map_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.product_sync', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.order_sync', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.inbox', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.inbox_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.inbox_page', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.inbox_page_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.event', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.event_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.odoo_task', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.odoo_task_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.odoo_field', '');
SELECT pg_catalog.pg_extension_config_dump('cartona.ui_state', '');

/* The worker of this database may be waiting for this very installation. */
SELECT cartona._wake();
