--
-- Personal data: what is kept of an order that is over, and cartona.forget().
--
\set ECHO none
\set database cartona_forget
\i test/schema/database.sql
SET timezone = 'UTC';
\o /dev/null
\i test/schema/attached.sql
\o
\set ECHO all
\set SHOW_CONTEXT never

-- An order of a retailer's, with everything personal that Cartona sends.
CREATE FUNCTION full_order(id text, code text, status text) RETURNS jsonb LANGUAGE sql AS $$
SELECT jsonb_build_object('hashed_id', id, 'receipt_id', 7, 'status', status, 'created_at', '2026-01-02T03:04:05Z', 'total_price', 20,
	'pickup_otp', '9182', 'retailer_otp', 4455, 'note_message', 'Ring at Umm Kulthum''s door',
	'cancellation_reason', 'my son Karim is ill', 'some_new_field', '{"phone": "+201009998877"}'::jsonb,
	'retailer', jsonb_build_object('retailer_code', code, 'retailer_name', 'سوبر ماركت الحاج ' || code, 'retailer_number', '+201001112233',
		'retailer_number2', '+201004445566', 'retailer_email', 'hagg@example.com', 'retailer_address', '12 Gomhoria St', 'address_notes', 'beside the mosque'),
	'order_details', '[{"id": 1, "internal_product_id": "101", "product_name": "Tea", "amount": 2, "selling_price": 10, "comment": "for Karim''s birthday", "extra": {"who": "Karim"}}]'::jsonb)
$$;

-- Where any of it stands in the extension's tables.
CREATE FUNCTION found() RETURNS TABLE (tab name, n bigint) LANGUAGE plpgsql AS $$
BEGIN
	FOR tab IN SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'cartona'::regnamespace AND c.relkind = 'r' ORDER BY c.relname COLLATE "C" LOOP
		EXECUTE format('SELECT count(*) FROM cartona.%I t WHERE t::text ~ %L', tab,
			'\m(9182|4455)\M|Kulthum|Karim|2010099|الحاج|2010011|2010044|hagg@|Gomhoria|mosque') INTO n;
		IF n > 0 THEN
			RETURN NEXT;
		END IF;
	END LOOP;
END
$$;

--
-- What is kept.
--
SELECT jsonb_pretty(cartona._kept(full_order('x', 'R1', 'pending'), 'facts'));
SELECT cartona._kept(full_order('x', 'R1', 'pending'), 'all') = full_order('x', 'R1', 'pending') AS all,
	full_order('x', 'R1', 'pending') - 'pickup_otp' - 'retailer_otp' = cartona._kept(full_order('x', 'R1', 'pending'), 'no passwords') AS no_passwords,
	cartona._kept(cartona._kept(full_order('x', 'R1', 'pending'), 'facts'), 'facts') = cartona._kept(full_order('x', 'R1', 'pending'), 'facts') AS stable;
-- Payloads that make no sense.
SELECT p, cartona._kept(p, 'facts') FROM unnest(ARRAY['{}', '[]', '"text"', 'null', '{"status": {"a": 1}, "order_details": 7}',
	'{"order_details": [1, "a", null, [], {"id": 1, "comment": "x"}]}', '{"order_details": []}']::jsonb[]) p;

--
-- One-time passwords go when the order is over, whoever says so.
--
SELECT cartona.create_or_update_order(full_order('o1', 'R1', 'approved')) IS NOT NULL AS made;
SELECT hashed_id, kept, payload ? 'pickup_otp' AS pickup, payload ? 'retailer_otp' AS retailer FROM cartona.inbox;
UPDATE cartona.order_sync SET known_status = 'assigned_to_salesman' WHERE hashed_id = 'o1';
SELECT kept FROM cartona.inbox;
UPDATE sale_order SET cartona_otp = '4455' WHERE cartona_id = 'o1';
UPDATE cartona.order_sync SET known_status = 'delivered' WHERE hashed_id = 'o1';
SELECT cartona_otp FROM sale_order WHERE cartona_id = 'o1';
SELECT hashed_id, kept, payload ? 'pickup_otp' AS pickup, payload ? 'retailer_otp' AS retailer, payload ? 'retailer' AS rest FROM cartona.inbox;
-- The same order again does not bring them back, and is nothing new.
SELECT cartona.create_or_update_order(full_order('o1', 'R1', 'approved')) IS NOT NULL AS there;
SELECT hashed_id, kept, payload ? 'pickup_otp' AS pickup, state FROM cartona.inbox;
-- One that is over when it comes.
SELECT cartona.create_or_update_order(full_order('o2', 'R1', 'delivered')) IS NOT NULL AS made;
SELECT hashed_id, kept, payload ? 'pickup_otp' AS pickup, state FROM cartona.inbox WHERE hashed_id = 'o2';

--
-- forget(): who?
--
SELECT cartona.forget(NULL);
SELECT cartona.forget('');
SELECT cartona.forget('retailer_');
SELECT cartona.forget('nobody');
SELECT cartona.forget('R1', 99);

-- Another retailer, an open order of his, one that failed, one that was cancelled before it came, one that was deleted here.
SELECT cartona.create_or_update_order(full_order('other', 'R2', 'delivered')) IS NOT NULL AS made;
SELECT cartona.create_or_update_order(full_order('open', 'R1', 'approved')) IS NOT NULL AS made;
SELECT cartona.create_or_update_order(full_order('cancelled', 'R1', 'cancelled_by_retailer')) IS NOT NULL AS made;
SELECT cartona.create_or_update_order(full_order('deleted', 'R1', 'approved')) IS NOT NULL AS made;
DELETE FROM sale_order_line WHERE order_id = (SELECT id FROM sale_order WHERE cartona_id = 'deleted');
DELETE FROM sale_order WHERE cartona_id = 'deleted';
SELECT cartona.create_or_update_order(full_order('deleted', 'R1', 'pending')) IS NOT NULL AS made;
INSERT INTO cartona.inbox (account_id, hashed_id, payload, state, error) VALUES (1, 'failed', full_order('failed', 'R1', 'pending'), 'failed', 'Umm Kulthum''s order');
-- Whatever else may hold something.
INSERT INTO cartona.inbox_page (account_id, reason, body) VALUES (1, 'no list', full_order('o9', 'R1', 'approved')::text), (1, 'no list', '{"retailer": {"retailer_code":"R2"}}');
INSERT INTO cartona.odoo_task (account_id, kind, hashed_id, arg, state, result) VALUES
	(1, 'customer', 'o1', full_order('o1', 'R1', 'approved'), 'failed', 'duplicate email hagg@example.com'), (1, 'create', 'failed', full_order('failed', 'R1', 'pending'), 'new', NULL);
INSERT INTO cartona.odoo_task (account_id, kind, hashed_id, arg, state, result) VALUES
	(1, 'cancel', 'o2', '{"lang": "en_US", "reason": "my son Karim is ill"}', 'new', NULL), (1, 'deliver', 'o1', '{"lang": "en_US"}', 'new', NULL);
INSERT INTO cartona.event (account_id, hashed_id, status, reason, source) VALUES (1, 'failed', 'approved', 'my son Karim is ill', 'webhook');
INSERT INTO cartona.dead_letter (account_id, kind, subject, ref, status, attempt, error) VALUES (1, 'order', 1, 'o1', 'delivered', 1, 'wrong password 4455');
INSERT INTO cartona.log (account_id, kind, ref, result, message) VALUES (1, 'order', 'o1', 'refused', 'wrong password 4455'), (1, 'order', 'other', 'refused', 'other'), (1, 'pull', NULL, 'retry', 'cannot read hagg@example.com');
INSERT INTO cartona.delivery (account_id, kind, subject, hashed_id, last_error) SELECT 1, 'order', order_id, hashed_id, 'HTTP 500: Karim' FROM cartona.inbox WHERE hashed_id = 'o1';
UPDATE cartona.order_sync SET problem = 'the address is now 12 Gomhoria St' WHERE hashed_id = 'o1';
SELECT * FROM found();

-- What is over.
SELECT cartona.forget('R1') - 'odoo_partners';
SELECT hashed_id, state, kept, payload ? 'retailer' AS personal, order_id IS NOT NULL AS has_order FROM cartona.inbox ORDER BY hashed_id COLLATE "C";
SELECT id, body IS NULL AS emptied FROM cartona.inbox_page ORDER BY id;
SELECT ref, message FROM cartona.log ORDER BY id;
SELECT kind, hashed_id, state, arg = '{}' AS emptied, arg ? 'reason' AS reason, result FROM cartona.odoo_task ORDER BY id;

-- The rest by force; twice is nothing more.
UPDATE sale_order SET cartona_otp = '4455' WHERE cartona_id = 'open';
SELECT cartona.forget('retailer_R1', force => true) - 'odoo_partners';
SELECT cartona_otp FROM sale_order WHERE cartona_id = 'open';
SELECT hashed_id, l ->> 'said' AS said FROM cartona.order_sync, jsonb_array_elements(lines) l WHERE hashed_id IN ('o1', 'open', 'other') ORDER BY 1;
SELECT hashed_id, state, kept, note FROM cartona.inbox WHERE hashed_id IN ('open', 'failed') ORDER BY 1;
SELECT kind, hashed_id, state, arg = '{}' AS emptied, arg ? 'reason' AS reason, result FROM cartona.odoo_task ORDER BY id;
SELECT cartona.forget('R1', 1, true) - 'odoo_partners';
-- Only the other one's is left, and in Odoo the customer, whom it names.
SELECT * FROM found();
SELECT cartona.forget('R2') -> 'odoo_partners' = (SELECT jsonb_agg(id) FROM res_partner WHERE cartona_id = 'retailer_R2') AS named;
SELECT * FROM found();

--
-- No order is made again, whatever comes; and what was forgotten does not come back with it.
--
SELECT count(*) FROM sale_order WHERE cartona_id IS NOT NULL;
SELECT id, cartona.create_or_update_order(full_order(id, 'R1', 'approved')) IS NOT NULL AS there
FROM unnest(ARRAY['o1', 'o2', 'open', 'deleted']) id ORDER BY id COLLATE "C";
SELECT cartona.create_or_update_order(full_order('cancelled', 'R1', 'cancelled_by_retailer')) IS NOT NULL AS there;
SELECT count(*) FROM sale_order WHERE cartona_id IS NOT NULL;
SELECT * FROM found() WHERE tab <> 'customer';
SELECT hashed_id, state, kept FROM cartona.inbox ORDER BY hashed_id COLLATE "C";
-- A status is followed all the same.
SELECT cartona.create_or_update_order(full_order('open', 'R1', 'delivered')) IS NOT NULL AS there;
SELECT known_status FROM cartona.order_sync WHERE hashed_id = 'open';
-- Asked for by hand, a forgotten order says why it cannot be made.
SELECT cartona.retry_order('failed');
SELECT cartona.retry_order('deleted');
SELECT cartona.create_or_update_order(full_order('failed', 'R1', 'pending'));
-- One that was cancelled before it came here, and is not any more after all, is an order.
SELECT cartona.create_or_update_order(full_order('cancelled', 'R1', 'approved')) IS NOT NULL AS made;
SELECT state, kept, payload ? 'retailer' AS personal FROM cartona.inbox WHERE hashed_id = 'cancelled';
-- A new order is new.
SELECT cartona.create_or_update_order(full_order('fresh', 'R1', 'pending')) IS NOT NULL AS made;

\c postgres
DROP DATABASE cartona_forget;
