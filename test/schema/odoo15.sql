--
-- odoo15.sql: what Odoo 15 has otherwise than Odoo 14, in the tables that orders, products,
-- stock and customers touch: columns, types, NOT NULLs, and the values its own upgrade puts there.
--
-- No Debian carries Odoo 15 to 18, so these files are written from Odoo's sources and columns
-- read from such databases, each on top of the one before: 14, 15, 16, 17, 18.
--
-- Neighbours: odoo14.sql and data14.sql come first; odoo16.sql goes on from here.
--
BEGIN;

-- The product's kind has a name of its own.
ALTER TABLE product_template ADD COLUMN detailed_type varchar, ADD COLUMN priority varchar;
UPDATE product_template SET detailed_type = type, priority = '0';
ALTER TABLE product_template ALTER COLUMN detailed_type SET NOT NULL, ALTER COLUMN sale_delay TYPE double precision;

-- Taxes know a country, and whether taxes before them count.
ALTER TABLE account_tax ADD COLUMN country_id integer, ADD COLUMN is_base_affected boolean;
UPDATE account_tax SET country_id = 65, is_base_affected = true;
ALTER TABLE account_tax ALTER COLUMN country_id SET NOT NULL;
ALTER TABLE res_company RENAME COLUMN account_tax_fiscal_country_id TO account_fiscal_country_id;
ALTER TABLE res_company ADD COLUMN terms_type varchar, ADD COLUMN invoice_terms_html text, ADD COLUMN company_details text,
	ADD COLUMN layout_background varchar NOT NULL DEFAULT 'Blank', ADD COLUMN alias_domain_name varchar;
ALTER TABLE res_company ALTER COLUMN layout_background DROP DEFAULT;
UPDATE res_company SET terms_type = 'plain';

-- Notes are HTML.
UPDATE ir_model_fields SET ttype = 'html' WHERE (model, name) IN (('res.partner', 'comment'), ('sale.order', 'note'));

-- Packagings of a line are counted.
ALTER TABLE sale_order_line RENAME COLUMN product_packaging TO product_packaging_id;
ALTER TABLE sale_order_line ADD COLUMN product_packaging_qty double precision;
CREATE TABLE product_packaging (
	id          serial,
	name        varchar NOT NULL,
	sequence    integer,
	product_id  integer,
	qty         double precision,
	barcode     varchar,
	company_id  integer,
	sales       boolean,
	purchase    boolean,
	PRIMARY KEY (id)
);
ALTER TABLE sale_order_line DROP COLUMN qty_delivered_manual;
ALTER TABLE sale_order ALTER COLUMN effective_date TYPE timestamp;

-- Stock is counted exactly.
ALTER TABLE stock_quant ALTER COLUMN quantity TYPE numeric, ALTER COLUMN reserved_quantity TYPE numeric,
	ALTER COLUMN in_date SET NOT NULL, ADD COLUMN inventory_quantity numeric, ADD COLUMN inventory_date date;

-- A salesperson may be in several teams.
CREATE TABLE crm_team_member (
	id              serial,
	crm_team_id     integer NOT NULL,
	user_id         integer NOT NULL,
	active          boolean,
	create_uid      integer,
	create_date     timestamp,
	write_uid       integer,
	write_date      timestamp,
	PRIMARY KEY (id)
);

-- Messages: who moderates is gone, two columns have other names; channels follow nothing.
ALTER TABLE mail_message DROP COLUMN moderation_status, DROP COLUMN moderator_id;
ALTER TABLE mail_message RENAME COLUMN no_auto_thread TO reply_to_force_new;
ALTER TABLE mail_message RENAME COLUMN add_sign TO email_add_signature;
ALTER TABLE mail_message ADD COLUMN author_guest_id integer;
ALTER TABLE mail_followers DROP COLUMN channel_id, ALTER COLUMN partner_id SET NOT NULL;

-- A scheduled action can be woken.
CREATE TABLE ir_cron_trigger (
	id          serial,
	cron_id     integer REFERENCES ir_cron ON DELETE CASCADE,
	call_at     timestamp,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id)
);

UPDATE ir_module_module SET latest_version = replace(latest_version, '14.0.', '15.0.');

COMMIT;
