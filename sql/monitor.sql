--
-- Watching: status, problem, metrics. No worker runs here; what it would have
-- written is written by hand.
--
\set ECHO none
\set database cartona_monitor
\i test/schema/database.sql
SET timezone = 'UTC';
\o /dev/null
\i test/schema/odoo.sql
\i test/schema/data.sql
CREATE EXTENSION cartona_integration;
\o
\set ECHO all

-- Before there is an account.
SELECT account_id, state, captured, orders_waiting, breaker FROM cartona.status;
SELECT count(*) FROM cartona.problem;
SELECT cartona._metrics();

SELECT cartona.attach();
UPDATE cartona.account SET name = E'The "shop" \\ in\nCairo القاهرة' WHERE id = 1;
INSERT INTO cartona.account (id, name) VALUES (2, 'second');
DELETE FROM cartona.outbox;

--
-- What waits, each account's own.
--
INSERT INTO cartona.delivery (account_id, kind, subject, hashed_id, created_at, last_error, attempt, leased_until) VALUES
	(1, 'order', 1, 'one', now() - interval '2 hours', 'HTTP 503', 7, NULL),
	(1, 'order', 2, 'two', now() - interval '2 minutes', NULL, 0, now() + interval '1 hour'),
	(1, 'product', 101, NULL, now() - interval '3 hours', NULL, 0, NULL),
	(2, 'product', 101, NULL, now() - interval '1 minute', 'HTTP 503', 1, NULL);
INSERT INTO cartona.dead_letter (account_id, kind, subject, ref, status, attempt, http_status, error) VALUES
	(1, 'order', 3, 'three', 'approved', 1, 422, 'no such order');
INSERT INTO cartona.inbox (account_id, hashed_id, payload, state, order_id, error, missing, received_at) VALUES
	(1, 'new', '{}', 'new', NULL, NULL, NULL, '2026-01-01'),
	(1, 'editing', '{}', 'waiting', NULL, NULL, NULL, '2026-01-01'),
	(1, 'failed', '{}', 'failed', NULL, 'no lines', NULL, '2026-01-01'),
	(1, 'short 1', '{}', 'applied', 11, NULL, '{s:tea,i:904}', '2026-01-02'),
	(1, 'short 2', '{}', 'applied', 12, NULL, '{s:tea}', '2026-01-03'),
	(2, 'other', '{}', 'applied', 13, NULL, NULL, '2026-01-01');
INSERT INTO cartona.odoo_task (account_id, kind, order_id, state, result, done_at) VALUES
	(1, 'recompute', 11, 'new', NULL, NULL), (1, 'recompute', 12, 'failed', 'division by zero', '2026-01-03'), (2, 'recompute', 13, 'done', NULL, '2026-01-03');
INSERT INTO cartona.log (account_id, kind, items, result, at, message) VALUES
	(1, 'order', 1, 'done', now() - interval '10 seconds', NULL), (1, 'products', 40, 'done', now() - interval '20 seconds', NULL),
	(1, 'products', 500, 'retry', now() - interval '20 seconds', 'HTTP 503'), (1, 'pull', 7, 'done', now() - interval '30 seconds', NULL),
	(1, 'check', 0, 'done', now() - interval '30 seconds', NULL), (1, 'pull', 1000, 'done', now() - interval '1 day', NULL),
	(2, 'pull', 3, 'done', now() - interval '2 minutes', NULL), (2, 'order', 1, 'done', now() - interval '30 minutes', NULL),
	(2, 'event', 1, 'done', now() - interval '5 seconds', NULL), (2, 'event', 1, 'refused', now() - interval '5 seconds', 'not Cartona''s to say of this order');
INSERT INTO cartona.log (account_id, kind, items, http_status, result, at, message) VALUES
	(2, 'webhook', 1, 400, 'refused', now() - interval '2 days', 'long ago'), (2, 'webhook', 1, 400, 'refused', now() - interval '2 hours', 'hashed_id is missing'),
	(2, 'webhook', 1, 400, 'refused', now() - interval '1 hour', 'status is missing'), (2, 'webhook', 1, 409, 'refused', now() - interval '1 hour', 'not Cartona''s to say');
INSERT INTO cartona.outbox (kind, subject, created_at) VALUES ('product', 101, now() - interval '30 seconds'), ('check', 2, now());
SELECT account_id, captured, orders_waiting AS orders, products_waiting AS products, date_trunc('minute', now() - oldest_waiting) AS waits, dead_letters AS dead,
	imports_waiting AS imports, imports_failed AS failed, tasks_waiting AS tasks, tasks_failed
FROM cartona.status ORDER BY account_id;
BEGIN;
SELECT account_id, sent_per_minute, received_per_minute, date_trunc('second', now() - last_success_at) < '1 minute' AS fresh, last_error, last_check_result
FROM cartona.status ORDER BY account_id;
COMMIT;
SELECT account_id, kind, subject, problem, what_to_do FROM cartona.problem ORDER BY account_id, kind, subject COLLATE "C";
-- On the screens an Arab reads them in Arabic: those for which arabic.tsv has no sentence.
SELECT kind, problem FROM cartona.problem WHERE (cartona._ui_translate(ARRAY[problem], 'ar_001'))[1] !~ '[؀-ۿ]' ORDER BY kind, problem COLLATE "C";
DELETE FROM cartona.outbox;

-- More waits than is counted: the oldest is the oldest all the same.
INSERT INTO cartona.delivery (account_id, kind, subject, created_at)
SELECT 2, 'product', 1000000 - i, now() - interval '1 day' + i * interval '1 second' FROM generate_series(1, 10100) i;
UPDATE cartona.delivery SET created_at = '2026-01-01' WHERE account_id = 2 AND subject = 101;
SELECT account_id, products_waiting, oldest_waiting = '2026-01-01' AS the_oldest FROM cartona.status ORDER BY account_id;
DELETE FROM cartona.delivery WHERE account_id = 2 AND subject > 101;

--
-- Whether Cartona answers.
--
UPDATE cartona.account SET active = true;
UPDATE cartona.account_state SET outage_since = now() - interval '9 minutes', next_try_at = now() + interval '1 minute' WHERE account_id = 1;
UPDATE cartona.account_state SET outage_since = now() - interval '11 minutes', next_try_at = now() - interval '1 second' WHERE account_id = 2;
SELECT account_id, breaker, next_try_at > now() AS pauses FROM cartona.status ORDER BY account_id;
SELECT account_id, kind, subject, problem LIKE 'Cartona has not answered since %' AS says FROM cartona.problem WHERE kind = 'no answer';
UPDATE cartona.account SET active = false;
SELECT count(*) FROM cartona.problem WHERE kind = 'no answer';

--
-- Refused calls of the webhook that named an account's orders: until a right call, or for a day.
--
UPDATE cartona.account SET active = true;
UPDATE cartona.account_state SET webhook_refused = 12, webhook_refused_since = now() - interval '3 hours', webhook_refused_at = now() - interval '2 hours',
	webhook_refused_why = 'the signature is not valid', webhook_refused_from = '2001:db8::7';
CREATE VIEW refused AS SELECT account_id, subject, since = now() - interval '3 hours' AS first, replace(problem, date_trunc('second', now() - interval '2 hours')::text, 'TIME') AS problem, what_to_do
FROM cartona.problem WHERE kind = 'webhook refused';
BEGIN;
UPDATE cartona.account_state SET last_webhook_at = now() - interval '4 hours', webhook_refused_since = now() - interval '3 hours', webhook_refused_at = now() - interval '2 hours' WHERE account_id = 2;
SELECT account_id, subject, first, problem, what_to_do FROM refused WHERE account_id = 2;
SELECT (cartona._ui_translate(ARRAY[problem], 'ar_001'))[1] FROM refused WHERE account_id = 2;
UPDATE cartona.account_state SET last_webhook_at = now() - interval '1 hour' WHERE account_id = 2;
UPDATE cartona.account_state SET webhook_refused_at = now() - interval '25 hours' WHERE account_id = 1;
SELECT count(*) FROM refused;
ROLLBACK;
UPDATE cartona.account SET active = false;
SELECT count(*) FROM refused;
UPDATE cartona.account_state SET webhook_refused = NULL, webhook_refused_since = NULL, webhook_refused_at = NULL;

--
-- Metrics: what changes with the clock left out, and what was logged a moment ago, however long the test took.
--
BEGIN;
UPDATE cartona.log l SET at = l.at + (now() - interval '5 seconds' - m.newest) FROM (SELECT max(at) AS newest FROM cartona.log) m;
SELECT line FROM regexp_split_to_table(cartona._metrics(), '\n') WITH ORDINALITY AS m (line, n)
WHERE line !~ '^cartona_(oldest_waiting|last_)' ORDER BY n;
COMMIT;
-- Each line is what the format allows, each family stands together and is told once.
SELECT count(*) AS wrong FROM regexp_split_to_table(rtrim(cartona._metrics(), E'\n'), '\n') line
WHERE line !~ '^# (HELP cartona_[a-z_]+ .+|TYPE cartona_[a-z_]+ gauge)$'
	AND line !~ '^cartona_[a-z_]+(\{([a-z]+="([^"\\\n]|\\\\|\\"|\\n)*",?)+\})? -?[0-9.]+$';
SELECT count(*), count(DISTINCT line) FROM regexp_split_to_table(cartona._metrics(), '\n') line WHERE line LIKE '# TYPE%';

\c postgres
DROP DATABASE cartona_monitor;
