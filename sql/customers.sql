--
-- Customers: how retailers become Odoo's customers, follow what Cartona says,
-- keep what was corrected in Odoo, survive merges; and what an order takes from
-- its customer.  Odoo 19's tables first, then Odoo 14's.
--
-- Neighbours: orders_in.sql has the orders.  Databases of their own, dropped
-- at the end.
--
\set ECHO none
\set VERBOSITY terse
\set database cartona_customers
\i test/schema/database.sql
\o /dev/null
\i test/schema/attached.sql
\i test/schema/customers.sql
\o
\set ECHO all

--
-- A new retailer, with everything; HTML, Arabic, emoji and quotes in each text.
--
SELECT buy('new', '2026-01-01', 'R1', '{"retailer_name": "بقالة <b>النور</b> 𠮷", "retailer_number": "0100 111-2223", "retailer_number2": "<i>٠٢٢٣٣٣٤٤٤٥</i>",
	"retailer_email": "\"Nour\" <Nour@Example.com>", "retailer_address": "١٢ شارع <script>النيل</script>", "address_notes": "بجوار ''المسجد'' & \"السوق\""}');
SELECT name, complete_name, phone, phone_sanitized, email, email_normalized, street, street2, comment, country_id, lang, type, is_company, active, customer_rank
FROM res_partner WHERE cartona_id = 'retailer_R1' \gx
SELECT cartona_id, partner_id = (SELECT id FROM res_partner WHERE cartona_id = 'retailer_R1') AS partner, address_id, sent FROM cartona.customer;
-- Nothing but the code; empty texts; texts cut to 500 bytes.
SELECT buy('bare', '2026-01-01', 'R2', '{"retailer_name": "", "retailer_number": " ", "retailer_email": null, "retailer_address": {}, "address_notes": []}');
SELECT name, phone, phone_sanitized, email, email_normalized, street, street2, comment FROM res_partner WHERE cartona_id = 'retailer_R2' \gx
SELECT buy('long', '2026-01-01', 'R3', jsonb_build_object('retailer_name', repeat('ن', 900), 'retailer_number', repeat('1', 900), 'retailer_number2', repeat('&', 900),
	'retailer_email', repeat('a', 900), 'retailer_address', repeat('ش', 900), 'address_notes', repeat('𠮷', 900)));
SELECT octet_length(name) AS name, octet_length(phone) AS phone, octet_length(phone_sanitized) AS sanitized, octet_length(email) AS email, email_normalized,
	octet_length(street) AS street, octet_length(street2) AS street2, octet_length(comment) AS comment FROM res_partner WHERE cartona_id = 'retailer_R3';
-- Phones in their searchable form: international, national, with the country's code, Arabic digits; else as they came.
SELECT count(buy('phone' || n, '2026-01-01', 'PH' || n, jsonb_build_object('retailer_number', phone))) FROM unnest(ARRAY['+20 100 111 2223', '00201001112223', '01001112223', '201001112223', '٠١٠٠١١١٢٢٢٣', '۰۱۰۰۱۱۱۲۲۲۳', '(02) 2333-4445',
	'0', '+', '19777', '010 or 011', '+0100', '0100111222333444']) WITH ORDINALITY AS t (phone, n);
SELECT phone, phone_sanitized FROM res_partner WHERE cartona_id LIKE 'retailer_PH%' ORDER BY id;

--
-- The same again writes nothing.
--
UPDATE res_partner SET write_date = '2020-01-01' WHERE cartona_id = 'retailer_R1';
SELECT * FROM ship('again', '2026-01-02', 'R1', (SELECT payload -> 'retailer' FROM cartona.inbox WHERE hashed_id = 'new'));
SELECT write_date FROM res_partner WHERE cartona_id = 'retailer_R1';
-- What is missing in a later order is not taken away.
SELECT * FROM ship('less', '2026-01-03', 'R1', '{}');
SELECT street, phone, write_date FROM res_partner WHERE cartona_id = 'retailer_R1';

--
-- What Cartona changes, the customer follows; his contacts move with him, companies and other addresses do not.
--
INSERT INTO res_partner (name, complete_name, parent_id, type, active, street, street2, autopost_bills)
SELECT v.name, v.name, p.id, v.type, v.active, 'old', 'old', 'ask' FROM res_partner p,
	(VALUES ('contact', 'contact', true), ('archived', 'contact', false), ('other', 'other', true)) v (name, type, active) WHERE p.cartona_id = 'retailer_R1';
SELECT * FROM ship('changed', '2026-02-01', 'R1', '{"retailer_name": "A new name", "retailer_number": "01009998887", "retailer_number2": "0229998887",
	"retailer_email": "New@Example.com", "retailer_address": "5 New St", "address_notes": "2nd floor"}');
SELECT name, phone, phone_sanitized, email, email_normalized, street, street2, comment, write_uid, write_date > '2026-01-01' AS written
FROM res_partner WHERE cartona_id = 'retailer_R1' \gx
SELECT c.name, c.street, c.street2, c.write_date IS NOT NULL AS written FROM res_partner c JOIN res_partner p ON p.id = c.parent_id WHERE p.cartona_id = 'retailer_R1' ORDER BY c.id;
SELECT sent FROM cartona.customer WHERE cartona_id = 'retailer_R1';
DELETE FROM res_partner WHERE parent_id IS NOT NULL;
-- An older order that arrives late says nothing, one without a time does.
SELECT * FROM ship('late', '2026-01-15', 'R1', '{"retailer_number": "01000000000", "retailer_address": "Old St"}');
SELECT phone, street FROM res_partner WHERE cartona_id = 'retailer_R1';
SELECT * FROM ship('undated', NULL, 'R1', '{"retailer_number": "01009998886"}');
SELECT phone, street FROM res_partner WHERE cartona_id = 'retailer_R1';
-- A time in the future does not keep what comes later out.
SELECT * FROM ship('future', '2999-01-01', 'R1', '{"retailer_number": "01009998885"}');
SELECT * FROM ship('after', '2026-02-02', 'R1', '{"retailer_number": "01009998884"}');
SELECT phone, street FROM res_partner WHERE cartona_id = 'retailer_R1';

--
-- What was corrected in Odoo stays.  While Cartona says the same, the order goes there.
--
UPDATE res_partner SET street = '5 New Street, Giza', email = 'shop@example.com' WHERE cartona_id = 'retailer_R1';
SELECT * FROM ship('corrected', '2026-02-03', 'R1', '{"retailer_address": "5 New St", "address_notes": "2nd floor", "retailer_email": "New@Example.com"}');
-- Another email is not taken; another address is a delivery address below the customer.
SELECT * FROM ship('moved', '2026-02-04', 'R1', '{"retailer_name": "R1''s door", "retailer_address": "9 Far <St>", "retailer_email": "newer@example.com"}');
SELECT street, street2, email FROM res_partner WHERE cartona_id = 'retailer_R1';
SELECT d.name, d.complete_name, d.type, d.street, d.street2, d.phone, d.phone_sanitized, d.parent_id = p.id AS below, d.commercial_partner_id = p.id AS commercial, d.commercial_company_name,
	d.country_id, d.lang, d.active, d.is_company, d.company_id, d.cartona_id, d.customer_rank, d.create_uid, k.address_id = d.id AS remembered, k.sent ->> 'email' AS email_sent
FROM res_partner p JOIN res_partner d ON d.parent_id = p.id JOIN cartona.customer k ON k.partner_id = p.id WHERE p.cartona_id = 'retailer_R1' \gx
-- It goes on there, and follows.
SELECT * FROM ship('there', '2026-02-05', 'R1', '{}');
SELECT * FROM ship('follows', '2026-02-06', 'R1', '{"retailer_address": "10 Far St", "retailer_number": "01009998883"}');
SELECT street, phone, phone_sanitized FROM res_partner WHERE type = 'delivery';
SELECT street, phone FROM res_partner WHERE cartona_id = 'retailer_R1';
-- Corrected too: the next one is another.
UPDATE res_partner SET street = '10 Far Street' WHERE type = 'delivery';
SELECT * FROM ship('again_there', '2026-02-07', 'R1', '{}');
SELECT * FROM ship('third', '2026-02-08', 'R1', '{"retailer_address": "11 Far St"}');
SELECT name, street FROM res_partner WHERE type = 'delivery' ORDER BY id;
-- Archived: as if there were none.
UPDATE res_partner SET active = false WHERE street = '11 Far St';
SELECT * FROM ship('archived', '2026-02-09', 'R1', '{}');
UPDATE res_partner SET active = true WHERE street = '11 Far St';
-- Cartona says at last what was corrected: the customer's own again.
SELECT * FROM ship('home', '2026-02-10', 'R1', '{"retailer_address": "5 New Street, Giza"}');
-- A corrected phone: the changed one is the delivery address's.
SELECT * FROM ship('phone', '2026-02-01', 'R2', '{"retailer_number": "01001", "retailer_address": "1 St"}');
UPDATE res_partner SET phone = '01002' WHERE cartona_id = 'retailer_R2';
SELECT * FROM ship('rephone', '2026-02-02', 'R2', '{"retailer_number": "01003"}');
SELECT phone, street FROM res_partner WHERE cartona_id = 'retailer_R2' OR parent_id = (SELECT id FROM res_partner WHERE cartona_id = 'retailer_R2') ORDER BY id;
-- Taken away in Odoo: an empty field takes what is new, not what is known.
UPDATE res_partner SET phone = NULL WHERE cartona_id = 'retailer_PH1';
SELECT * FROM ship('empty', '2026-02-02', 'PH1', '{"retailer_number": "+20 100 111 2223"}');
SELECT phone FROM res_partner WHERE cartona_id = 'retailer_PH1';
SELECT * FROM ship('empty2', '2026-02-03', 'PH1', '{"retailer_number": "+20 100 111 2224"}');
SELECT phone, phone_sanitized FROM res_partner WHERE cartona_id = 'retailer_PH1';
-- What somebody wrote into the notes is not replaced by the second phone.
UPDATE res_partner SET comment = '<p>Pays late</p>' WHERE cartona_id = 'retailer_PH1';
SELECT * FROM ship('notes', '2026-02-04', 'PH1', '{"retailer_number2": "0222"}');
SELECT comment FROM res_partner WHERE cartona_id = 'retailer_PH1';

--
-- A customer of the shop's own, linked by hand: what he has stays, what he lacks is filled in, and no delivery address is made.
--
UPDATE res_partner SET cartona_id = 'retailer_OWN', street = 'His street' WHERE id = 10;
SELECT * FROM ship('own', '2026-02-01', 'OWN', '{"retailer_name": "Other", "retailer_number": "0111", "retailer_email": "own@example.com", "retailer_address": "Her street"}');
SELECT name, phone, email, email_normalized, street, (SELECT count(*) FROM res_partner d WHERE d.parent_id = p.id) AS below FROM res_partner p WHERE id = 10;
SELECT * FROM ship('own2', '2026-02-02', 'OWN', '{"retailer_address": "Third street"}');
-- A contact of a company lives where the company does.
INSERT INTO res_partner (id, name, complete_name, is_company, commercial_partner_id, active, type, street, autopost_bills) VALUES (900, 'Chain', 'Chain', true, 900, true, 'contact', 'Head office', 'ask');
SELECT * FROM ship('branch', '2026-02-01', 'BR', '{"retailer_name": "Branch", "retailer_address": "Branch street"}');
UPDATE res_partner SET parent_id = 900, commercial_partner_id = 900, street = 'Head office' WHERE cartona_id = 'retailer_BR';
SELECT * FROM ship('branch2', '2026-02-02', 'BR', '{"retailer_address": "Branch street 2"}');
SELECT complete_name, commercial_partner_id, commercial_company_name, street FROM res_partner WHERE street LIKE 'Branch%' OR cartona_id = 'retailer_BR' ORDER BY id;

--
-- Two customers merged in Odoo: the orders move, the other is deleted, both retailers' ids go on.
--
SELECT * FROM ship('m1', '2026-03-01', 'M1', '{"retailer_name": "Merged one", "retailer_address": "One St", "retailer_number": "011"}');
SELECT * FROM ship('m2', '2026-03-01', 'M2', '{"retailer_name": "Merged two", "retailer_address": "Two St", "retailer_number": "012"}');
SELECT merge('retailer_M2', 'retailer_M1');
SELECT * FROM ship('m1b', '2026-03-02', 'M1', '{}');
SELECT * FROM ship('m2b', '2026-03-02', 'M2', '{}');
SELECT * FROM ship('m1c', '2026-03-03', 'M1', '{"retailer_address": "One St, new"}');
SELECT * FROM ship('m2c', '2026-03-03', 'M2', '{"retailer_address": "Two St, new"}');
SELECT k.cartona_id, p.name AS customer, d.complete_name, d.street, k.sent FROM cartona.customer k JOIN res_partner p ON p.id = k.partner_id LEFT JOIN res_partner d ON d.id = k.address_id
WHERE k.cartona_id LIKE 'retailer_M_' ORDER BY 1;
SELECT name, street, phone FROM res_partner WHERE cartona_id LIKE 'retailer_M_';
-- Merged into one who was never a retailer, with the delivery address that was there.
SELECT merge('retailer_M1', id => 10);
SELECT * FROM ship('m2d', '2026-03-04', 'M2', '{}');
SELECT * FROM ship('m1d', '2026-03-04', 'M1', '{}');
-- Deleted with all his orders: a new one.
SELECT buy('gone', '2026-03-01', 'GONE', '{"retailer_name": "Gone"}') IS NOT NULL AS made;
DELETE FROM sale_order WHERE cartona_id = 'gone';
DELETE FROM res_partner WHERE cartona_id = 'retailer_GONE';
SELECT * FROM ship('gone2', '2026-03-02', 'GONE', '{"retailer_name": "Back"}');

--
-- Companies: of the order's company, of nobody, of one above it; archived after active.
--
INSERT INTO res_company SELECT (jsonb_populate_record(c, '{"id": 2, "name": "Other", "parent_path": "2/"}')).* FROM res_company c WHERE c.id = 1;
INSERT INTO res_company SELECT (jsonb_populate_record(c, '{"id": 3, "name": "Above", "parent_path": "3/"}')).* FROM res_company c WHERE c.id = 1;
UPDATE res_company SET parent_path = '3/1/', parent_id = 3 WHERE id = 1;
INSERT INTO res_partner (name, cartona_id, company_id, active, type, autopost_bills) VALUES
	('archived', 'retailer_C1', 1, false, 'contact', 'ask'), ('nobody''s', 'retailer_C1', NULL, true, 'contact', 'ask'), ('other''s', 'retailer_C1', 2, true, 'contact', 'ask'),
	('above''s', 'retailer_C1', 3, true, 'contact', 'ask'), ('ours', 'retailer_C1', 1, true, 'contact', 'ask'),
	('archived', 'retailer_C2', 1, false, 'contact', 'ask'), ('other''s', 'retailer_C3', 2, true, 'contact', 'ask');
SELECT * FROM ship('c1', '2026-03-01', 'C1', '{}');
DELETE FROM sale_order WHERE cartona_id = 'c1';
DELETE FROM res_partner WHERE name = 'ours';
SELECT * FROM ship('c1b', '2026-03-01', 'C1', '{}');
UPDATE res_partner SET company_id = 2 WHERE name = 'above''s';
SELECT * FROM ship('c1c', '2026-03-01', 'C1', '{}');
SELECT * FROM ship('c2', '2026-03-01', 'C2', '{}');
SELECT * FROM ship('c3', '2026-03-01', 'C3', '{"retailer_name": "new"}');
-- The remembered customer is not used either once he is another company's.
UPDATE res_partner SET company_id = 2 WHERE id = 10;
SELECT * FROM ship('m2e', '2026-03-05', 'M2', '{"retailer_name": "New two"}');

--
-- Addresses, as Odoo's address_get: the first of the type by name, depth first, not into companies; then the parent's.
--
INSERT INTO res_partner (id, name, complete_name, parent_id, type, is_company, commercial_partner_id, active, cartona_id, autopost_bills) VALUES
	(1000, 'Group', 'Group', NULL, 'contact', true, 1000, true, NULL, 'ask'),
	(1001, 'Shop', 'Group, Shop', 1000, 'contact', false, 1000, true, 'retailer_A1', 'ask'),
	(1002, 'Z', 'Group, Z', 1001, 'delivery', false, 1000, true, NULL, 'ask'),
	(1003, 'B', 'Group, B', 1001, 'contact', false, 1000, true, NULL, 'ask'),
	(1004, 'Y', 'Group, Y', 1003, 'delivery', false, 1000, true, NULL, 'ask'),
	(1005, 'A', 'A', 1001, 'contact', true, 1005, true, NULL, 'ask'),
	(1006, 'X', 'A, X', 1005, 'delivery', false, 1005, true, NULL, 'ask'),
	(1007, 'I', 'Group, I', 1000, 'invoice', false, 1000, true, NULL, 'ask'),
	(1008, 'H', 'Group, H', 1000, 'invoice', false, 1000, false, NULL, 'ask'),
	(1009, 'W', 'Group, W', 1000, 'delivery', false, 1000, true, NULL, 'ask'),
	(1010, 'Same', 'Same', NULL, 'contact', false, 1010, true, 'retailer_A2', 'ask'),
	(1011, 'D', 'Same, D', 1010, 'delivery', false, 1010, true, NULL, 'ask'),
	(1012, 'D', 'Same, D', 1010, 'delivery', false, 1010, true, NULL, 'ask'),
	(1013, 'Store', 'Store', NULL, 'delivery', false, 1013, true, 'retailer_A3', 'ask'),
	(1014, 'Office', 'Store, Office', 1013, 'contact', false, 1013, true, NULL, 'ask');
SELECT a.name, order_of(a.name, 'partner_invoice_id', 'partner_shipping_id') AS invoice_and_delivery FROM (VALUES ('A1'), ('A2'), ('A3')) a (name);
UPDATE res_partner SET active = false WHERE id IN (1002, 1004);
SELECT order_of('A1', 'partner_invoice_id', 'partner_shipping_id') AS invoice_and_delivery;

--
-- Salesperson and team: the account's, else the customer's; of the company and active; never Odoo itself.
--
INSERT INTO res_users (id, login, company_id, partner_id, active, share, notification_type) VALUES
	(11, 'mona', 1, 3, true, false, 'email'), (12, 'ali', 1, 3, true, false, 'email'), (13, 'left', 1, 3, false, false, 'email'), (14, 'abroad', 2, 3, true, false, 'email');
INSERT INTO res_company_users_rel (cid, user_id) VALUES (1, 11), (2, 11), (1, 12), (1, 13), (2, 14);
INSERT INTO crm_team (id, name, sequence, company_id, user_id, active, create_date) VALUES
	(20, '{"en_US": "First"}', 1, 1, NULL, true, '2020-01-01'), (21, '{"en_US": "Mona''s"}', 5, 1, NULL, true, '2020-01-01'), (22, '{"en_US": "Led by Ali"}', 6, NULL, 12, true, '2020-01-01'),
	(23, '{"en_US": "Abroad"}', 0, 2, 14, true, '2020-01-01'), (24, '{"en_US": "Closed"}', 0, 1, NULL, false, '2020-01-01');
UPDATE crm_team SET sequence = 9 WHERE id < 20;
INSERT INTO crm_team_member (crm_team_id, user_id, active) VALUES (21, 11, true), (20, 12, false), (23, 11, true);
SELECT x.*, o.user_id, o.team_id FROM (VALUES
	(1, NULL::int, NULL::int, NULL::int), (2, NULL, NULL, 11), (3, NULL, NULL, 12), (4, NULL, NULL, 13), (5, NULL, NULL, 14), (6, NULL, NULL, 1), (7, NULL, NULL, 2),
	(8, 12, NULL, 11), (9, 1, NULL, NULL), (10, 13, NULL, 11), (11, NULL, 21, NULL), (12, NULL, 23, NULL), (13, NULL, 24, 12), (14, 11, 22, 12)) x (n, account_user, account_team, customer_user),
	LATERAL (SELECT * FROM sell(x.n, x.account_user, x.account_team, x.customer_user)) o ORDER BY n;

--
-- Pricelists: none while the feature is off; then the customer's, his country's, the one for no country, the general one, any.
--
INSERT INTO product_pricelist (id, name, sequence, currency_id, company_id, active) VALUES
	(31, '{"en_US": "Other company''s"}', 1, 77, 2, true), (32, '{"en_US": "Archived"}', 2, 77, 1, false), (33, '{"en_US": "Gulf"}', 3, 77, 1, true),
	(34, '{"en_US": "Egypt"}', 4, 77, NULL, true), (35, '{"en_US": "Everybody"}', 5, 77, 1, true), (36, '{"en_US": "His"}', 6, 77, 1, true);
SELECT price(1, '{"1": 36}') AS off;
INSERT INTO res_groups (id, name, share) VALUES (2, '{"en_US": "Pricelists"}', false);
INSERT INTO ir_model_data (module, name, model, res_id) VALUES ('product', 'group_product_pricelist', 'res.groups', 2);
INSERT INTO res_groups_implied_rel (gid, hid) VALUES (1, 2);
INSERT INTO res_country_group_pricelist_rel (pricelist_id, res_country_group_id) VALUES (33, 1), (34, 2);
INSERT INTO res_country_res_country_group_rel (res_country_group_id, res_country_id) VALUES (2, 65);
SELECT price(2, '{"1": 36}') AS his, price(3, '{"1": 32}') AS archived, price(4, '{"2": 36}') AS other_companys, price(5, NULL, 65) AS egypt, price(6, NULL, NULL) AS nowhere;
DELETE FROM res_country_group_pricelist_rel WHERE pricelist_id = 34;
INSERT INTO res_country_group_pricelist_rel (pricelist_id, res_country_group_id) VALUES (34, 1), (35, 1), (36, 1);
SELECT price(7, NULL) AS any;
INSERT INTO ir_config_parameter (key, value) VALUES ('res.partner.property_product_pricelist', '36');
SELECT price(8, NULL) AS general;
INSERT INTO ir_config_parameter (key, value) VALUES ('res.partner.property_product_pricelist_1', '35');
SELECT price(9, NULL) AS general_of_company;
-- A pricelist in another currency: no new order; one that is there follows, in its own.
UPDATE product_pricelist SET currency_id = 1 WHERE id = 36;
UPDATE res_partner SET specific_property_product_pricelist = '{"1": 36}' WHERE cartona_id = 'retailer_PL9';
SELECT cartona.create_or_update_order('{"hashed_id": "with_PL9", "retailer": {"retailer_code": "PL9"}, "order_details": [{"id": 1, "internal_product_id": "101", "amount": 3, "selling_price": 10}]}', 1) IS NOT NULL AS followed;
SELECT o.currency_id, o.pricelist_id, l.product_uom_qty, s.problem FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id JOIN cartona.order_sync s ON s.order_id = o.id WHERE cartona_id = 'with_PL9';
SELECT buy('dollars', '2026-01-01', 'PL9', '{}');

--
-- Payment term and fiscal position: the customer's of this company, else the shop's default; null is a value.
--
INSERT INTO account_payment_term (id, name, sequence) SELECT n, '{"en_US": "term"}', 1 FROM generate_series(41, 42) n ON CONFLICT DO NOTHING;
SELECT term(1, '{"1": 41, "2": 42}') AS his, term(2, '{"2": 42}') AS none;
INSERT INTO ir_default (field_id, json_value, company_id, write_date) SELECT id, '42', 1, now() FROM ir_model_fields WHERE model = 'res.partner' AND name = 'property_payment_term_id';
SELECT term(3, '{"2": 41}') AS default, term(4, '{"1": null}') AS explicit_null, term(5, '{"1": 41}') AS his;
INSERT INTO account_fiscal_position (id, name, sequence, company_id, active, auto_apply, country_id, vat_required, zip_from, zip_to) VALUES
	(51, '{"en_US": "Given"}', 1, 1, true, false, NULL, false, NULL, NULL), (52, '{"en_US": "Zip"}', 2, 1, true, true, NULL, false, '10', '20'),
	(53, '{"en_US": "VAT"}', 3, 1, true, true, 65, true, NULL, NULL), (54, '{"en_US": "Egypt"}', 4, 1, true, true, 65, false, NULL, NULL),
	(55, '{"en_US": "Other company''s"}', 0, 2, true, true, NULL, false, NULL, NULL), (56, '{"en_US": "Archived"}', 0, 1, false, true, NULL, false, NULL, NULL);
SELECT fiscal(1, '{"property_account_position_id": {"1": 51}}') AS given, fiscal(2, '{"zip": "15"}') AS zip, fiscal(3, '{"vat": "123"}') AS vat,
	fiscal(4, '{"zip": "30"}') AS country, fiscal(5, '{"country_id": null}') AS nowhere;
-- Found for where the goods go, given to the customer: the customer's counts.
INSERT INTO res_partner (name, complete_name, parent_id, type, active, country_id, zip, autopost_bills) SELECT 'D', 'D', id, 'delivery', true, 65, '15', 'ask' FROM res_partner WHERE cartona_id IN ('retailer_FP1', 'retailer_FP3');
SELECT order_of('FP1', 'fiscal_position_id') AS given, order_of('FP3', 'fiscal_position_id') AS zip;

--
-- The email of one who signs in to Odoo is his: the link for a new password goes there.
--
SELECT buy('login', '2026-03-01', 'L1', '{"retailer_name": "Portal", "retailer_email": "old@shop.eg", "retailer_number": "0100"}') IS NOT NULL AS made;
INSERT INTO res_users (id, login, company_id, partner_id, active, share, notification_type) SELECT 30, 'old@shop.eg', 1, id, true, true, 'email' FROM res_partner WHERE cartona_id = 'retailer_L1';
SELECT buy('login2', '2026-03-02', 'L1', '{"retailer_name": "Portal", "retailer_email": "attacker@evil.eg", "retailer_number": "0101"}') IS NOT NULL AS made;
SELECT email, email_normalized, phone FROM res_partner WHERE cartona_id = 'retailer_L1';
SELECT o.cartona_id, m.body FROM mail_message m JOIN sale_order o ON m.model = 'sale.order' AND m.res_id = o.id WHERE o.cartona_id LIKE 'login%' ORDER BY 1;
-- said once; on an order that is there it is a person's to see; an empty one is not filled in either
SELECT buy('login3', '2026-03-03', 'L1', '{"retailer_name": "Portal", "retailer_email": "attacker@evil.eg", "retailer_number": "0101"}') IS NOT NULL AS made;
SELECT m.body ~ 'attacker' AS told FROM mail_message m JOIN sale_order o ON m.model = 'sale.order' AND m.res_id = o.id WHERE o.cartona_id = 'login3';
UPDATE res_partner SET email = NULL, email_normalized = NULL WHERE cartona_id = 'retailer_L1';
SELECT buy('login3', '2026-03-03', 'L1', '{"retailer_name": "Portal", "retailer_email": "third@evil.eg", "retailer_number": "0101"}') IS NOT NULL AS made;
SELECT p.email, s.problem FROM res_partner p, cartona.order_sync s WHERE p.cartona_id = 'retailer_L1' AND s.hashed_id = 'login3';

--
-- Odoo 14: the second phone has a field, and wins; notes are plain; properties are rows of ir_property.
--
\set ECHO none
\i test/schema/database.sql
\o /dev/null
\i test/schema/odoo14.sql
\i test/schema/data14.sql
CREATE EXTENSION cartona_integration;
SELECT cartona.attach();
\i test/schema/customers.sql
\o
\set ECHO all
SELECT buy('new', '2026-01-01', 'R<1>', '{"retailer_name": "بقالة النور", "retailer_number": "0100 111-2223", "retailer_number2": "01112223334", "retailer_email": "Nour@Example.com",
	"retailer_address": "12 Nile", "address_notes": "Door 3"}');
SELECT name, display_name, phone, mobile, phone_sanitized, email, email_normalized, street, street2, comment FROM res_partner WHERE cartona_id LIKE 'retailer%' \gx
SELECT * FROM ship('changed', '2026-02-01', 'R<1>', '{"retailer_number": "0221112223", "retailer_number2": "not a number"}');
SELECT phone, mobile, phone_sanitized, comment FROM res_partner WHERE cartona_id LIKE 'retailer%';
UPDATE res_partner SET street = 'Corrected', is_company = true, commercial_company_name = name WHERE cartona_id LIKE 'retailer%';
SELECT * FROM ship('moved', '2026-02-02', 'R<1>', '{"retailer_address": "13 Nile"}');
SELECT display_name, commercial_company_name, type, street, phone, phone_sanitized FROM res_partner WHERE type = 'delivery' \gx
-- Property rows: the customer's, of this company before of all; else the default.
INSERT INTO account_payment_term (id, name, sequence) SELECT n, 'term', 1 FROM generate_series(41, 44) n ON CONFLICT DO NOTHING;
INSERT INTO account_fiscal_position (id, name, sequence, company_id, active, auto_apply) VALUES (51, 'Default', 1, 1, true, false), (52, 'His', 2, 1, true, false);
INSERT INTO ir_property (name, res_id, company_id, fields_id, type, value_reference)
SELECT v.name, v.res_id, v.company_id, CASE WHEN v.name ~ 'term' THEN 1 ELSE 2 END, 'many2one', v.ref FROM (VALUES ('property_payment_term_id', NULL, 1, 'account.payment.term,41'), ('property_payment_term_id', 'res.partner,10', NULL, 'account.payment.term,42'),
		('property_account_position_id', NULL, 1, 'account.fiscal.position,51'), ('property_account_position_id', 'res.partner,10', 1, 'account.fiscal.position,52')) v (name, res_id, company_id, ref);
UPDATE res_partner SET cartona_id = 'retailer_TEN' WHERE id = 10;
SELECT order_of('TEN', 'payment_term_id', 'fiscal_position_id', 'pricelist_id', 'user_id', 'team_id') AS ten, order_of('OTHER', 'payment_term_id', 'fiscal_position_id', 'pricelist_id') AS other;
INSERT INTO ir_property (name, res_id, company_id, fields_id, type, value_reference)
SELECT 'property_payment_term_id', 'res.partner,10', 1, 1, 'many2one', 'account.payment.term,43';
SELECT order_of('TEN', 'payment_term_id');
-- The salesperson's team is on the user; the customer has one too.
INSERT INTO crm_team (id, name, sequence, company_id, active) VALUES (21, 'Customers''', 1, 1, true), (22, 'Users''', 2, 1, true);
INSERT INTO res_users (id, login, company_id, partner_id, active, share, notification_type, sale_team_id) VALUES (11, 'mona', 1, 3, true, false, 'email', 22);
INSERT INTO res_company_users_rel (cid, user_id) VALUES (1, 11);
UPDATE res_partner SET team_id = 21 WHERE id = 10;
SELECT order_of('TEN', 'user_id', 'team_id');
UPDATE res_partner SET user_id = 11 WHERE id = 10;
SELECT order_of('TEN', 'user_id', 'team_id');
-- Without any pricelist there is no order.
UPDATE product_pricelist SET active = false;
SELECT buy('unpriced', '2026-01-01', 'TEN', '{}');

\set ECHO none
\c postgres
DROP DATABASE cartona_customers;
