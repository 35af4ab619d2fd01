--
-- odoo_screens.sql: the tables in which Odoo 19 keeps its screens, with a few rows as a
-- fresh Odoo with Sales has them: the forms that get a tab, groups, languages.
--
-- Columns as in the real one (test/odoo/fields.py compares), and the foreign keys that
-- decide in which order rows can be removed.
--
-- Neighbours: needs odoo.sql and data.sql; sql/screens.sql uses it.
--
BEGIN;

CREATE TABLE ir_ui_view (
	id              serial PRIMARY KEY,
	priority        integer NOT NULL,
	inherit_id      integer REFERENCES ir_ui_view ON DELETE RESTRICT,
	create_uid      integer,
	write_uid       integer,
	name            varchar NOT NULL,
	model           varchar,
	key             varchar,
	type            varchar,
	arch_fs         varchar,
	mode            varchar NOT NULL,
	arch_db         jsonb,
	arch_prev       text,
	arch_updated    boolean,
	active          boolean,
	create_date     timestamp,
	write_date      timestamp,
	customize_show  boolean
);

CREATE TABLE ir_ui_menu (
	id           serial PRIMARY KEY,
	sequence     integer,
	parent_id    integer REFERENCES ir_ui_menu ON DELETE RESTRICT,
	create_uid   integer,
	write_uid    integer,
	parent_path  varchar,
	web_icon     varchar,
	action       varchar,
	name         jsonb NOT NULL,
	active       boolean,
	create_date  timestamp,
	write_date   timestamp
);

CREATE TABLE ir_model_access (
	id           serial PRIMARY KEY,
	model_id     integer NOT NULL REFERENCES ir_model ON DELETE CASCADE,
	group_id     integer REFERENCES res_groups ON DELETE RESTRICT,
	create_uid   integer,
	write_uid    integer,
	name         varchar NOT NULL,
	active       boolean,
	perm_read    boolean,
	perm_write   boolean,
	perm_create  boolean,
	perm_unlink  boolean,
	create_date  timestamp,
	write_date   timestamp
);

CREATE TABLE ir_model_fields_selection (
	id           serial PRIMARY KEY,
	field_id     integer NOT NULL REFERENCES ir_model_fields ON DELETE CASCADE,
	sequence     integer,
	create_uid   integer,
	write_uid    integer,
	value        varchar NOT NULL,
	name         jsonb NOT NULL,
	create_date  timestamp,
	write_date   timestamp
);

CREATE TABLE ir_attachment (
	id             serial PRIMARY KEY,
	res_id         integer,
	company_id     integer,
	file_size      integer,
	create_uid     integer,
	write_uid      integer,
	name           varchar NOT NULL,
	res_model      varchar,
	res_field      varchar,
	type           varchar NOT NULL,
	url            varchar(1024),
	access_token   varchar,
	store_fname    varchar,
	checksum       varchar(40),
	mimetype       varchar,
	description    text,
	index_content  text,
	public         boolean,
	create_date    timestamp,
	write_date     timestamp,
	db_datas       bytea,
	original_id    integer
);

CREATE TABLE ir_filters (
	id                      serial PRIMARY KEY,
	action_id               integer,
	embedded_action_id      integer,
	embedded_parent_res_id  integer,
	create_uid              integer,
	write_uid               integer,
	name                    varchar NOT NULL,
	sort                    varchar NOT NULL,
	model_id                varchar NOT NULL,
	domain                  text NOT NULL,
	context                 text NOT NULL,
	is_default              boolean,
	active                  boolean,
	create_date             timestamp,
	write_date              timestamp
);

CREATE TABLE ir_act_window (
	view_id           integer REFERENCES ir_ui_view ON DELETE SET NULL,
	res_id            integer,
	"limit"           integer,
	search_view_id    integer REFERENCES ir_ui_view ON DELETE SET NULL,
	domain            varchar,
	context           varchar NOT NULL,
	res_model         varchar NOT NULL,
	target            varchar,
	view_mode         varchar NOT NULL,
	mobile_view_mode  varchar,
	usage             varchar,
	filter            boolean,
	cache             boolean,
	PRIMARY KEY (id)
) INHERITS (ir_actions);

CREATE TABLE res_lang (
	id             serial PRIMARY KEY,
	create_uid     integer,
	write_uid      integer,
	name           varchar NOT NULL,
	code           varchar NOT NULL,
	iso_code       varchar,
	url_code       varchar NOT NULL,
	direction      varchar NOT NULL,
	date_format    varchar NOT NULL,
	time_format    varchar NOT NULL,
	week_start     varchar NOT NULL,
	grouping       varchar NOT NULL,
	decimal_point  varchar NOT NULL,
	thousands_sep  varchar,
	active         boolean,
	create_date    timestamp,
	write_date     timestamp
);

CREATE TABLE ir_ui_view_custom (
	id     serial PRIMARY KEY,
	ref_id integer NOT NULL REFERENCES ir_ui_view ON DELETE CASCADE
);

CREATE TABLE ir_ui_menu_group_rel (
	menu_id integer NOT NULL REFERENCES ir_ui_menu ON DELETE CASCADE,
	gid integer NOT NULL REFERENCES res_groups ON DELETE CASCADE,
	PRIMARY KEY (menu_id, gid)
);

CREATE TABLE ir_act_server_group_rel (
	act_id integer NOT NULL REFERENCES ir_act_server ON DELETE CASCADE,
	gid integer NOT NULL REFERENCES res_groups ON DELETE CASCADE,
	PRIMARY KEY (act_id, gid)
);

CREATE TABLE ir_act_window_group_rel (
	act_id integer NOT NULL REFERENCES ir_act_window ON DELETE CASCADE,
	gid integer NOT NULL REFERENCES res_groups ON DELETE CASCADE,
	PRIMARY KEY (act_id, gid)
);

INSERT INTO res_lang (name, code, url_code, direction, date_format, time_format, week_start, grouping, decimal_point, active) VALUES
	('English (US)', 'en_US', 'en', 'ltr', '%m/%d/%Y', '%H:%M:%S', '7', '[3,0]', '.', true),
	('Arabic', 'ar_001', 'ar', 'rtl', '%d %b, %Y', '%H:%M:%S', '6', '[3,0]', '.', NULL);

WITH g AS (INSERT INTO res_groups (name, share) VALUES ('{"en_US": "Administrator"}', false), ('{"en_US": "Settings"}', false) RETURNING id, name)
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT CASE g.name ->> 'en_US' WHEN 'Settings' THEN 'base' ELSE 'sales_team' END, CASE g.name ->> 'en_US' WHEN 'Settings' THEN 'group_system' ELSE 'group_sale_manager' END,
	'res.groups', g.id, false FROM g;

-- The forms, shortened.
WITH v AS (
	INSERT INTO ir_ui_view (name, model, type, mode, priority, active, arch_db) VALUES
		('sale.order.form', 'sale.order', 'form', 'primary', 16, true, '{"en_US": "<form><sheet><notebook><page name=\"order_lines\"/></notebook></sheet></form>"}'),
		('product.template.common.form', 'product.template', 'form', 'primary', 16, true, '{"en_US": "<form><sheet><notebook><page name=\"general_information\"/></notebook></sheet></form>"}'),
		('res.partner.form', 'res.partner', 'form', 'primary', 1, true, '{"en_US": "<form><sheet><notebook><page name=\"contact_addresses\"/></notebook></sheet></form>"}'),
		('sale.order.list', 'sale.order', 'list', 'primary', 16, true, '{"en_US": "<list><field name=\"name\"/></list>"}')
	RETURNING id, name)
INSERT INTO ir_model_data (module, name, model, res_id, noupdate)
SELECT x.module, x.name, 'ir.ui.view', v.id, false FROM v JOIN (VALUES
	('sale.order.form', 'sale', 'view_order_form'), ('product.template.common.form', 'product', 'product_template_form_view'), ('res.partner.form', 'base', 'view_partner_form')) x (view, module, name) ON x.view = v.name;

COMMIT;
