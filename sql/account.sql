--
-- Accounts: what enable() asks for, how tokens are kept, what preview() shows.
--
-- A database of its own, dropped at the end; no worker acts on what is asked.
--
\set ECHO none
\set database cartona_account
\i test/schema/database.sql
\o /dev/null
\i test/schema/odoo.sql
\i test/schema/data.sql
CREATE EXTENSION cartona_integration;
\o
\set ECHO all
\set SHOW_CONTEXT never

-- Before anything is there.
SELECT cartona.enable();
SELECT cartona.preview();
SELECT cartona.disable(3);
SELECT cartona.set_token(1, 'x');
SELECT account_id, state, reason FROM cartona.status;

SELECT cartona.attach();
SELECT account_id, name, state FROM cartona.status;

--
-- The URL.
--
SELECT cartona.enable();
SELECT url, cartona._url_problem(url) FROM unnest(ARRAY[
	'', 'supplier-integrations.cartona.com', 'ftp://example.com', 'http://', 'https://user:pw@example.com',
	'https://example.com/a b', E'https://example.com/\n', 'https://example.com', 'https://example.com/',
	'https://example.com/api/v1', 'https://example.com/api/v1/', 'http://127.0.0.1:8080', 'HTTPS://EXAMPLE.COM', NULL]) url;
UPDATE cartona.account SET api_url = 'https://supplier-integrations.cartona.com/';

--
-- The token.
--
SELECT cartona.enable();
SELECT cartona.set_token(NULL, 'x');
SELECT cartona.set_token(7, 'x');
SELECT cartona.set_token(1, E'two\nlines');
SELECT cartona.set_token(1, repeat('x', 100000));
SELECT cartona.set_token(1, 'first');
SELECT api_token ~ '^[*]+$' AS masked FROM cartona.account;
SELECT account_id, kind, value FROM cartona.secret;
SELECT cartona.set_token(1, '');
SELECT api_token FROM cartona.account;
SELECT count(*) FROM cartona.secret;
UPDATE cartona.account SET api_token = 'second';
SELECT api_token ~ '^[*]+$' AS masked, (SELECT value FROM cartona.secret) FROM cartona.account;
-- A form that writes the mask back changes nothing; emptied, the token goes.
UPDATE cartona.account SET api_token = api_token, name = 'Form';
SELECT value FROM cartona.secret;
UPDATE cartona.account SET api_token = NULL;
SELECT count(*) FROM cartona.secret;
-- A mask without a token behind it (a restored dump) is taken away.
INSERT INTO cartona.account (id, name, api_token) VALUES (50, 'restored', '********') RETURNING api_token;
INSERT INTO cartona.account (id, name, api_token) VALUES (51, 'given', 'third') RETURNING api_token ~ '^[*]+$' AS masked;
SELECT account_id, value FROM cartona.secret;
-- Each has its state; a restored one takes its place; it goes with the account.
SELECT account_id, pull_wanted, last_pull_at FROM cartona.account_state ORDER BY account_id;
INSERT INTO cartona.account_state (account_id, last_pull_at) VALUES (50, '2026-01-02 03:04:05Z');
SELECT account_id, last_pull_at FROM cartona.account_state ORDER BY account_id;
INSERT INTO cartona.account_state (account_id) VALUES (52);
-- A new token, by whatever door, lets a stopped account go on; another change does not.
UPDATE cartona.account_state SET stopped_reason = 'refused', stopped_at = now(), held_reason = 'mostly 0' WHERE account_id IN (50, 51);
UPDATE cartona.account SET name = 'renamed', api_token = api_token WHERE id = 51;
SELECT account_id, stopped_reason FROM cartona.account_state WHERE account_id > 1 ORDER BY account_id;
SELECT cartona.set_token(50, 'new');
UPDATE cartona.account SET api_token = 'newer' WHERE id = 51;
SELECT account_id, stopped_reason, stopped_at, held_reason FROM cartona.account_state WHERE account_id > 1 ORDER BY account_id;
DELETE FROM cartona.account WHERE id IN (50, 51);
SELECT count(*) FROM cartona.secret;
SELECT account_id FROM cartona.account_state;

--
-- enable(): what else must be right.
--
SELECT cartona.set_token(1, 'token');
UPDATE cartona.account SET company_id = 99;
SELECT cartona.enable();
UPDATE cartona.account SET company_id = 1, currency = 'USD';
SELECT cartona.enable();
UPDATE cartona.account SET currency = 'EGP';
SELECT cartona.detach();
SELECT cartona.enable();
SELECT cartona.attach();
-- The vendor's add-on does the same work.
CREATE TABLE marketplace_config (id int);
INSERT INTO ir_model (id, model, name, "order", state) VALUES (9999, 'marketplace.config', '{"en_US": "Marketplace"}', 'id', 'base');
SELECT cartona.enable();
DELETE FROM ir_model WHERE id = 9999;
DROP TABLE marketplace_config;
DELETE FROM cartona.outbox;
UPDATE cartona.account_state SET stopped_reason = 'refused', stopped_at = now(), held_reason = 'mostly 0';
SELECT cartona.enable();
SELECT active, stopped_reason, held_reason, orders_since IS NOT NULL AS since, bound_database = (SELECT oid FROM pg_database WHERE datname = current_database()) AS bound FROM cartona.account JOIN cartona.account_state ON account_id = id;
SELECT kind, subject, status FROM cartona.outbox;
SELECT cartona.enable(force => true);
SELECT kind, subject, status FROM cartona.outbox ORDER BY id;
SELECT cartona.disable();
SELECT active FROM cartona.account;

-- Which account, where there are two?
INSERT INTO cartona.account (name) VALUES ('other') RETURNING id;
SELECT cartona.enable();
SELECT cartona.pull_orders();
SELECT cartona.disable(1);
DELETE FROM cartona.account WHERE name = 'other';

--
-- Values that make no sense are refused.
--
\set VERBOSITY terse
UPDATE cartona.account SET currency = 'pounds';
UPDATE cartona.account SET pull_interval = '1 second';
UPDATE cartona.account SET push_batch_size = 0;
UPDATE cartona.account SET push_parallel = 1000;
UPDATE cartona.account SET stock_buffer = -1;
UPDATE cartona.account SET stock_measure = 'guess';
UPDATE cartona.account SET product_key = 'name';
UPDATE cartona.account SET max_answer_bytes = 10;
\set VERBOSITY default

--
-- preview().
--
SELECT * FROM cartona.preview();
UPDATE product_template SET cartona_id = 'T' || id WHERE id IN (11, 14, 15, 17);
UPDATE product_template SET list_price = 0 WHERE id = 15;
SELECT * FROM cartona.preview();
SELECT cartona.preview(99);

--
-- What people ask for is only written down.
--
DELETE FROM cartona.outbox;
SELECT cartona.pull_orders(), cartona.sync_all_products(), cartona.test_connection();
SELECT cartona.sync_products_to_marketplace(ARRAY[11, 11, NULL, 12]);
SELECT cartona.sync_status_to_marketplace(ARRAY[5, NULL, 6]);
SELECT cartona.sync_products_to_marketplace(NULL);
SELECT kind, subject, status FROM cartona.outbox ORDER BY kind COLLATE "C", subject;
SELECT last_check_result FROM cartona.status;
SELECT cartona.retry(12345);
SELECT cartona.retry();
SELECT cartona.retry_order('nobody');
DELETE FROM cartona.outbox;
-- A setting that changes what Cartona should see asks for a comparison; another one does not.
UPDATE cartona.account SET name = 'Renamed', pull_interval = '1 hour';
UPDATE cartona.account SET stock_buffer = 3;
SELECT kind, subject FROM cartona.outbox;

-- Not preloaded or not configured, the status says so.
SELECT state, reason FROM cartona.status;

\c postgres
DROP DATABASE cartona_account;
