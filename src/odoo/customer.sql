/*
 * customer.sql: which of Odoo's customers a retailer of Cartona's is.
 */
CREATE TABLE cartona.customer (
	account_id integer NOT NULL,
	cartona_id text NOT NULL,
	partner_id integer NOT NULL,
	address_id integer,
	sent       jsonb NOT NULL DEFAULT '{}',
	PRIMARY KEY (account_id, cartona_id)
);
COMMENT ON TABLE cartona.customer IS
'A retailer of Cartona''s and the customer he is in Odoo: partner_id (it follows when customers are merged), address_id the delivery address made below the customer because the customer''s own was corrected in Odoo, sent what Cartona said last. A field that still equals what Cartona said last follows Cartona; another was corrected in Odoo and stays. Personal data: phones, email and address of people.';
