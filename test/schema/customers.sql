--
-- customers.sql: what sql/customers.sql calls, and the few tables of Odoo's it needs besides
-- odoo.sql and odoo14.sql.
--
-- Neighbours: odoo.sql or odoo14.sql with their data, and the extension attached, come first.
--
CREATE TABLE IF NOT EXISTS crm_team_member (id serial PRIMARY KEY, crm_team_id integer NOT NULL, user_id integer NOT NULL, active boolean);
CREATE TABLE IF NOT EXISTS res_groups_implied_rel (gid integer NOT NULL, hid integer NOT NULL);
CREATE TABLE IF NOT EXISTS res_country_group_pricelist_rel (pricelist_id integer NOT NULL, res_country_group_id integer NOT NULL);
CREATE TABLE IF NOT EXISTS res_country_res_country_group_rel (res_country_id integer NOT NULL, res_country_group_id integer NOT NULL);

-- Odoo 14 has no table of a team's members.
DO $$
BEGIN
	IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'res_partner'::regclass AND attname = 'display_name') THEN
		DROP TABLE crm_team_member;
		ALTER TABLE res_users ADD COLUMN IF NOT EXISTS sale_team_id integer;
	END IF;
END
$$;

-- An order of a retailer; its sale_order.id.
CREATE FUNCTION buy(id text, at timestamptz, code text, retailer jsonb) RETURNS integer LANGUAGE sql AS $$
SELECT cartona.create_or_update_order(jsonb_strip_nulls(jsonb_build_object('hashed_id', id, 'created_at', to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
	'retailer', retailer || jsonb_build_object('retailer_code', code),
	'order_details', '[{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 10}]'::jsonb)), 1)
$$;

-- The same; who the customer is and where the goods go.
CREATE FUNCTION ship(id text, at timestamptz, code text, retailer jsonb, OUT customer text, OUT ships_to text, OUT street text) LANGUAGE plpgsql AS $$
DECLARE
	made integer := buy(id, at, code, retailer);
BEGIN
	SELECT p.name, coalesce(to_jsonb(d) ->> 'complete_name', to_jsonb(d) ->> 'display_name', d.name), d.street INTO customer, ships_to, street
	FROM sale_order o JOIN res_partner p ON p.id = o.partner_id JOIN res_partner d ON d.id = o.partner_shipping_id WHERE o.id = made;
END
$$;

-- Odoo's merge of two customers: what refers to the one refers to the other, and he is deleted.
CREATE FUNCTION merge(cartona_id text, kept_id text DEFAULT NULL, id integer DEFAULT NULL) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
	gone integer := (SELECT p.id FROM res_partner p WHERE p.cartona_id = merge.cartona_id);
	kept integer := coalesce(merge.id, (SELECT p.id FROM res_partner p WHERE p.cartona_id = kept_id));
BEGIN
	UPDATE sale_order SET partner_id = kept WHERE partner_id = gone;
	UPDATE sale_order SET partner_invoice_id = kept WHERE partner_invoice_id = gone;
	UPDATE sale_order SET partner_shipping_id = kept WHERE partner_shipping_id = gone;
	UPDATE sale_order_line SET order_partner_id = kept WHERE order_partner_id = gone;
	UPDATE res_partner SET parent_id = kept WHERE parent_id = gone;
	UPDATE res_partner SET commercial_partner_id = kept WHERE commercial_partner_id = gone AND res_partner.id <> gone;
	DELETE FROM res_partner p WHERE p.id = gone;
END
$$;

-- Salesperson and team of an order, for an account and a customer.
CREATE FUNCTION sell(n integer, account_user integer, account_team integer, customer_user integer) RETURNS TABLE (user_id integer, team_id integer) LANGUAGE plpgsql AS $$
BEGIN
	UPDATE cartona.account a SET user_id = account_user, team_id = account_team;
	INSERT INTO res_partner (name, cartona_id, user_id, active, type, autopost_bills) VALUES ('s', 'retailer_S' || n, customer_user, true, 'contact', 'ask');
	PERFORM buy('sell' || n, '2026-01-01', 'S' || n, '{}');
	RETURN QUERY SELECT o.user_id, o.team_id FROM sale_order o WHERE o.cartona_id = 'sell' || n;
	UPDATE cartona.account a SET user_id = NULL, team_id = NULL;
END
$$;

-- An order of a customer with what is given; one column of it.
CREATE FUNCTION with_customer(code text, customer jsonb, wanted text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	made integer;
BEGIN
	INSERT INTO res_partner SELECT (jsonb_populate_record(NULL::res_partner, jsonb_build_object('id', nextval('res_partner_id_seq'), 'name', code, 'cartona_id', 'retailer_' || code,
		'active', true, 'type', 'contact', 'autopost_bills', 'ask', 'country_id', 65) || customer)).*;
	made := buy('with_' || code, '2026-01-01', code, '{}');
	RETURN (SELECT to_jsonb(o) ->> wanted FROM sale_order o WHERE o.id = made);
END
$$;

CREATE FUNCTION price(n integer, own jsonb, country integer DEFAULT 65) RETURNS text LANGUAGE sql AS $$
SELECT with_customer('PL' || n, jsonb_build_object('specific_property_product_pricelist', own, 'country_id', country), 'pricelist_id')
$$;

CREATE FUNCTION term(n integer, own jsonb) RETURNS text LANGUAGE sql AS $$
SELECT with_customer('PT' || n, jsonb_build_object('property_payment_term_id', own), 'payment_term_id')
$$;

CREATE FUNCTION fiscal(n integer, customer jsonb) RETURNS text LANGUAGE sql AS $$
SELECT with_customer('FP' || n, customer, 'fiscal_position_id')
$$;

-- An order of a known customer; some of its columns.
CREATE FUNCTION order_of(code text, VARIADIC wanted text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	made integer := buy('order_of_' || code || (SELECT count(*) FROM sale_order), '2026-02-01', code, '{}');
BEGIN
	RETURN (SELECT string_agg(coalesce(to_jsonb(o) ->> w.name, '-'), ' ' ORDER BY w.n) FROM sale_order o, unnest(wanted) WITH ORDINALITY w (name, n) WHERE o.id = made);
END
$$;
