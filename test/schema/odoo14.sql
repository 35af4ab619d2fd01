--
-- odoo14.sql: the tables of an Odoo 14 (modules sale_management and sale_stock) that orders,
-- products, stock and customers touch. Written for tests and the demo, where bringing up a
-- real Odoo would take minutes.
--
-- Neighbours: data14.sql fills these tables like a fresh company in Egypt, with the same ids
-- as data.sql. odoo_actions.sql is for Odoo 19 only.
--
-- Load into an empty database, as the role that owns it (no superuser needed), with
-- psql -v ON_ERROR_STOP=1; PostgreSQL 13 to 18. The first error stops the load.
--
-- Every table has all of Odoo's columns, types, NOT NULLs, checks and unique constraints.
-- Defaults are Odoo's own: almost none, as Odoo's ORM fills each column itself. Left out:
-- indexes that need pg_trgm or an expression over JSON text, and foreign keys into tables
-- that are not here. Also left out: product_attribute and
-- product_attribute_value, so the variants' attribute ids point nowhere.
--

--
-- Money, places, precision.
--
CREATE TABLE res_currency (
	id                     serial,
	name                   varchar   NOT NULL,
	symbol                 varchar   NOT NULL,
	rounding               numeric,
	decimal_places         integer,
	active                 boolean,
	position               varchar,
	currency_unit_label    varchar,
	currency_subunit_label varchar,
	create_uid             integer,
	create_date            timestamp,
	write_uid              integer,
	write_date             timestamp,
	PRIMARY KEY (id),
	CONSTRAINT res_currency_unique_name UNIQUE (name),
	CONSTRAINT res_currency_rounding_gt_zero CHECK ((rounding > (0)::numeric))
);

CREATE TABLE res_currency_rate (
	id          serial,
	name        date      NOT NULL,
	rate        numeric,
	currency_id integer   NOT NULL,
	company_id  integer,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT res_currency_rate_unique_name_per_day UNIQUE (name, currency_id, company_id),
	CONSTRAINT res_currency_rate_currency_rate_check CHECK ((rate > (0)::numeric))
);
CREATE INDEX res_currency_rate_name_index ON res_currency_rate (name);

CREATE TABLE res_country (
	id              serial,
	name            varchar    NOT NULL,
	code            varchar(2),
	address_format  text,
	address_view_id integer,
	currency_id     integer,
	phone_code      integer,
	name_position   varchar,
	vat_label       varchar,
	state_required  boolean,
	zip_required    boolean,
	create_uid      integer,
	create_date     timestamp,
	write_uid       integer,
	write_date      timestamp,
	PRIMARY KEY (id),
	CONSTRAINT res_country_code_uniq UNIQUE (code),
	CONSTRAINT res_country_name_uniq UNIQUE (name)
);

CREATE TABLE res_country_state (
	id          serial,
	country_id  integer   NOT NULL,
	name        varchar   NOT NULL,
	code        varchar   NOT NULL,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT res_country_state_name_code_uniq UNIQUE (country_id, code)
);

CREATE TABLE decimal_precision (
	id          serial,
	digits      integer   NOT NULL,
	name        varchar   NOT NULL,
	create_uid  integer,
	write_uid   integer,
	create_date timestamp,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT decimal_precision_name_uniq UNIQUE (name)
);


--
-- Company, people, rights. res_partner, res_users and res_company point at each other.
--
CREATE TABLE res_company (
	id                                         serial,
	name                                       varchar          NOT NULL,
	partner_id                                 integer          NOT NULL,
	currency_id                                integer          NOT NULL,
	sequence                                   integer,
	create_date                                timestamp,
	parent_id                                  integer,
	report_header                              text,
	report_footer                              text,
	logo_web                                   bytea,
	email                                      varchar,
	phone                                      varchar,
	company_registry                           varchar,
	paperformat_id                             integer,
	external_report_layout_id                  integer,
	base_onboarding_company_state              varchar,
	font                                       varchar,
	primary_color                              varchar,
	secondary_color                            varchar,
	create_uid                                 integer,
	write_uid                                  integer,
	write_date                                 timestamp,
	nomenclature_id                            integer,
	resource_calendar_id                       integer,
	partner_gid                                integer,
	snailmail_color                            boolean,
	snailmail_cover                            boolean,
	snailmail_duplex                           boolean,
	fiscalyear_last_day                        integer          NOT NULL,
	fiscalyear_last_month                      varchar          NOT NULL,
	period_lock_date                           date,
	fiscalyear_lock_date                       date,
	tax_lock_date                              date,
	transfer_account_id                        integer,
	expects_chart_of_accounts                  boolean,
	chart_template_id                          integer,
	bank_account_code_prefix                   varchar,
	cash_account_code_prefix                   varchar,
	default_cash_difference_income_account_id  integer,
	default_cash_difference_expense_account_id integer,
	account_journal_suspense_account_id        integer,
	transfer_account_code_prefix               varchar,
	account_sale_tax_id                        integer,
	account_purchase_tax_id                    integer,
	tax_calculation_rounding_method            varchar,
	currency_exchange_journal_id               integer,
	income_currency_exchange_account_id        integer,
	expense_currency_exchange_account_id       integer,
	anglo_saxon_accounting                     boolean,
	property_stock_account_input_categ_id      integer,
	property_stock_account_output_categ_id     integer,
	property_stock_valuation_account_id        integer,
	tax_exigibility                            boolean,
	account_tax_fiscal_country_id              integer,
	incoterm_id                                integer,
	qr_code                                    boolean,
	invoice_is_email                           boolean,
	invoice_is_print                           boolean,
	account_opening_move_id                    integer,
	account_opening_date                       date             NOT NULL,
	account_setup_bank_data_state              varchar,
	account_setup_fy_data_state                varchar,
	account_setup_coa_state                    varchar,
	account_onboarding_invoice_layout_state    varchar,
	account_onboarding_create_invoice_state    varchar,
	account_onboarding_sale_tax_state          varchar,
	account_invoice_onboarding_state           varchar,
	account_dashboard_onboarding_state         varchar,
	invoice_terms                              text,
	account_setup_bill_state                   varchar,
	account_default_pos_receivable_account_id  integer,
	expense_accrual_account_id                 integer,
	revenue_accrual_account_id                 integer,
	automatic_entry_default_journal_id         integer,
	tax_cash_basis_journal_id                  integer,
	account_cash_basis_base_account_id         integer,
	internal_transit_location_id               integer,
	stock_move_email_validation                boolean,
	stock_mail_confirmation_template_id        integer,
	payment_acquirer_onboarding_state          varchar,
	payment_onboarding_payment_method          varchar,
	invoice_is_snailmail                       boolean,
	stock_move_sms_validation                  boolean,
	stock_sms_confirmation_template_id         integer,
	has_received_warning_stock_sms             boolean,
	portal_confirmation_sign                   boolean,
	portal_confirmation_pay                    boolean,
	quotation_validity_days                    integer,
	sale_quotation_onboarding_state            varchar,
	sale_onboarding_order_confirmation_state   varchar,
	sale_onboarding_sample_quotation_state     varchar,
	sale_onboarding_payment_method             varchar,
	sale_order_template_id                     integer,
	security_lead                              double precision NOT NULL,
	account_check_printing_layout              varchar,
	account_check_printing_date_label          boolean,
	account_check_printing_multi_stub          boolean,
	account_check_printing_margin_top          double precision,
	account_check_printing_margin_left         double precision,
	account_check_printing_margin_right        double precision,
	PRIMARY KEY (id),
	CONSTRAINT res_company_name_uniq UNIQUE (name),
	CONSTRAINT res_company_check_quotation_validity_days CHECK ((quotation_validity_days > 0))
);
CREATE INDEX res_company_parent_id_index ON res_company (parent_id);

CREATE TABLE res_partner (
	id                         serial,
	name                       varchar,
	company_id                 integer,
	create_date                timestamp,
	display_name               varchar,
	date                       date,
	title                      integer,
	parent_id                  integer,
	ref                        varchar,
	lang                       varchar,
	tz                         varchar,
	user_id                    integer,
	vat                        varchar,
	website                    varchar,
	comment                    text,
	credit_limit               double precision,
	active                     boolean,
	employee                   boolean,
	function                   varchar,
	type                       varchar,
	street                     varchar,
	street2                    varchar,
	zip                        varchar,
	city                       varchar,
	state_id                   integer,
	country_id                 integer,
	partner_latitude           numeric,
	partner_longitude          numeric,
	email                      varchar,
	phone                      varchar,
	mobile                     varchar,
	is_company                 boolean,
	industry_id                integer,
	color                      integer,
	partner_share              boolean,
	commercial_partner_id      integer,
	commercial_company_name    varchar,
	company_name               varchar,
	create_uid                 integer,
	write_uid                  integer,
	write_date                 timestamp,
	message_main_attachment_id integer,
	email_normalized           varchar,
	message_bounce             integer,
	signup_token               varchar,
	signup_type                varchar,
	signup_expiration          timestamp,
	team_id                    integer,
	partner_gid                integer,
	additional_info            varchar,
	phone_sanitized            varchar,
	debit_limit                numeric,
	last_time_entries_checked  timestamp,
	invoice_warn               varchar,
	invoice_warn_msg           text,
	supplier_rank              integer,
	customer_rank              integer,
	picking_warn               varchar,
	picking_warn_msg           text,
	sale_warn                  varchar,
	sale_warn_msg              text,
	PRIMARY KEY (id),
	CONSTRAINT res_partner_check_name CHECK (((((type)::text = 'contact'::text) AND (name IS NOT NULL)) OR ((type)::text <> 'contact'::text)))
);
CREATE INDEX res_partner_commercial_partner_id_index ON res_partner (commercial_partner_id);
CREATE INDEX res_partner_company_id_index ON res_partner (company_id);
CREATE INDEX res_partner_date_index ON res_partner (date);
CREATE INDEX res_partner_display_name_index ON res_partner (display_name);
CREATE INDEX res_partner_message_main_attachment_id_index ON res_partner (message_main_attachment_id);
CREATE INDEX res_partner_name_index ON res_partner (name);
CREATE INDEX res_partner_parent_id_index ON res_partner (parent_id);
CREATE INDEX res_partner_ref_index ON res_partner (ref);
CREATE INDEX res_partner_vat_index ON res_partner (vat);

CREATE TABLE res_users (
	id                serial,
	active            boolean   DEFAULT true,
	login             varchar   NOT NULL,
	password          varchar,
	company_id        integer   NOT NULL,
	partner_id        integer   NOT NULL,
	create_date       timestamp,
	signature         text,
	action_id         integer,
	share             boolean,
	create_uid        integer,
	write_uid         integer,
	write_date        timestamp,
	totp_secret       varchar,
	notification_type varchar   NOT NULL,
	odoobot_state     varchar,
	odoobot_failed    boolean,
	sale_team_id      integer,
	PRIMARY KEY (id),
	CONSTRAINT res_users_login_key UNIQUE (login)
);

CREATE TABLE res_company_users_rel (
	cid     integer NOT NULL,
	user_id integer NOT NULL,
	PRIMARY KEY (cid, user_id)
);
CREATE INDEX res_company_users_rel_user_id_cid_idx ON res_company_users_rel (user_id, cid);

CREATE TABLE res_groups (
	id          serial,
	name        varchar   NOT NULL,
	comment     text,
	category_id integer,
	color       integer,
	share       boolean,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT res_groups_name_uniq UNIQUE (category_id, name)
);
CREATE INDEX res_groups_category_id_index ON res_groups (category_id);


--
-- Odoo's description of itself: models, fields, company-dependent values, defaults, parameters, modules, number sequences.
--
CREATE TABLE ir_model (
	id                serial,
	name              varchar   NOT NULL,
	model             varchar   NOT NULL,
	"order"           varchar   NOT NULL,
	info              text,
	state             varchar,
	transient         boolean,
	create_uid        integer,
	create_date       timestamp,
	write_uid         integer,
	write_date        timestamp,
	is_mail_thread    boolean,
	is_mail_activity  boolean,
	is_mail_blacklist boolean,
	PRIMARY KEY (id),
	CONSTRAINT ir_model_obj_name_uniq UNIQUE (model)
);
CREATE INDEX ir_model_model_index ON ir_model (model);

CREATE TABLE ir_model_fields (
	id                serial,
	name              varchar   NOT NULL,
	complete_name     varchar,
	model             varchar   NOT NULL,
	relation          varchar,
	relation_field    varchar,
	relation_field_id integer,
	model_id          integer   NOT NULL,
	field_description varchar   NOT NULL,
	help              text,
	ttype             varchar   NOT NULL,
	copied            boolean,
	related           varchar,
	related_field_id  integer,
	required          boolean,
	readonly          boolean,
	index             boolean,
	translate         boolean,
	size              integer,
	state             varchar   NOT NULL,
	on_delete         varchar,
	domain            varchar,
	group_expand      boolean,
	selectable        boolean,
	relation_table    varchar,
	column1           varchar,
	column2           varchar,
	compute           text,
	depends           varchar,
	store             boolean,
	create_uid        integer,
	create_date       timestamp,
	write_uid         integer,
	write_date        timestamp,
	tracking          integer,
	PRIMARY KEY (id),
	CONSTRAINT ir_model_fields_name_unique UNIQUE (model, name),
	CONSTRAINT ir_model_fields_size_gt_zero CHECK ((size >= 0))
);
CREATE INDEX ir_model_fields_complete_name_index ON ir_model_fields (complete_name);
CREATE INDEX ir_model_fields_model_id_index ON ir_model_fields (model_id);
CREATE INDEX ir_model_fields_model_index ON ir_model_fields (model);
CREATE INDEX ir_model_fields_name_index ON ir_model_fields (name);
CREATE INDEX ir_model_fields_state_index ON ir_model_fields (state);

CREATE TABLE ir_model_data (
	id          serial,
	create_uid  integer,
	create_date timestamp DEFAULT timezone('UTC', now()),
	write_date  timestamp DEFAULT timezone('UTC', now()),
	write_uid   integer,
	noupdate    boolean   DEFAULT false,
	name        varchar   NOT NULL,
	module      varchar   NOT NULL,
	model       varchar   NOT NULL,
	res_id      integer,
	PRIMARY KEY (id),
	CONSTRAINT ir_model_data_name_nospaces CHECK (((name)::text !~~ '% %'::text))
);
CREATE INDEX ir_model_data_model_res_id_index ON ir_model_data (model, res_id);
CREATE UNIQUE INDEX ir_model_data_module_name_uniq_index ON ir_model_data (module, name);

CREATE TABLE ir_property (
	id              serial,
	name            varchar,
	res_id          varchar,
	company_id      integer,
	fields_id       integer          NOT NULL,
	value_float     double precision,
	value_integer   integer,
	value_text      text,
	value_binary    bytea,
	value_reference varchar,
	value_datetime  timestamp,
	type            varchar          NOT NULL,
	create_uid      integer,
	create_date     timestamp,
	write_uid       integer,
	write_date      timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX ir_property_company_id_index ON ir_property (company_id);
CREATE INDEX ir_property_name_index ON ir_property (name);
CREATE INDEX ir_property_res_id_index ON ir_property (res_id);
CREATE INDEX ir_property_type_index ON ir_property (type);
CREATE UNIQUE INDEX ir_property_unique_index ON ir_property (fields_id, COALESCE(company_id, 0), COALESCE(res_id, ''::character varying));

--
-- Scheduled actions. ir_act_server inherits the columns of ir_actions, and its numbers; of its
-- own columns only those a scheduled action fills are here.
--
CREATE TABLE ir_actions (
	id                 serial,
	name               varchar   NOT NULL,
	type               varchar   NOT NULL,
	help               text,
	binding_model_id   integer,
	binding_type       varchar   NOT NULL,
	binding_view_types varchar,
	create_uid         integer,
	create_date        timestamp,
	write_uid          integer,
	write_date         timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE ir_act_server (
	usage                             varchar NOT NULL,
	state                             varchar NOT NULL,
	sequence                          integer,
	model_id                          integer NOT NULL REFERENCES ir_model ON DELETE CASCADE,
	model_name                        varchar,
	code                              text,
	activity_date_deadline_range_type varchar,
	activity_user_type                varchar NOT NULL,
	activity_user_field_name          varchar,
	PRIMARY KEY (id)
) INHERITS (ir_actions);

CREATE TABLE ir_cron (
	id                   serial,
	ir_actions_server_id integer   NOT NULL REFERENCES ir_act_server ON DELETE RESTRICT,
	cron_name            varchar,
	user_id              integer   NOT NULL,
	active               boolean,
	interval_number      integer,
	interval_type        varchar,
	numbercall           integer,
	doall                boolean,
	nextcall             timestamp NOT NULL,
	lastcall             timestamp,
	priority             integer,
	create_uid           integer,
	create_date          timestamp,
	write_uid            integer,
	write_date           timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE ir_default (
	id          serial,
	field_id    integer   NOT NULL,
	user_id     integer,
	company_id  integer,
	condition   varchar,
	json_value  varchar   NOT NULL,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX ir_default_company_id_index ON ir_default (company_id);
CREATE INDEX ir_default_field_id_index ON ir_default (field_id);
CREATE INDEX ir_default_user_id_index ON ir_default (user_id);

CREATE TABLE ir_config_parameter (
	id          serial,
	key         varchar   NOT NULL,
	value       text      NOT NULL,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT ir_config_parameter_key_uniq UNIQUE (key)
);
CREATE INDEX ir_config_parameter_key_index ON ir_config_parameter (key);

CREATE TABLE ir_module_module (
	id                serial,
	create_uid        integer,
	create_date       timestamp,
	write_date        timestamp,
	write_uid         integer,
	website           varchar,
	summary           varchar,
	name              varchar     NOT NULL,
	author            varchar,
	icon              varchar,
	state             varchar(16),
	latest_version    varchar,
	shortdesc         varchar,
	category_id       integer,
	description       text,
	application       boolean     DEFAULT false,
	demo              boolean     DEFAULT false,
	web               boolean     DEFAULT false,
	license           varchar(32),
	sequence          integer     DEFAULT 100,
	auto_install      boolean     DEFAULT false,
	to_buy            boolean     DEFAULT false,
	maintainer        varchar,
	contributors      text,
	published_version varchar,
	url               varchar,
	menus_by_module   text,
	reports_by_module text,
	views_by_module   text,
	PRIMARY KEY (id),
	CONSTRAINT ir_module_module_name_uniq UNIQUE (name)
);
-- Odoo has this one twice; PostgreSQL would fold them into one inside CREATE TABLE.
ALTER TABLE ir_module_module ADD CONSTRAINT name_uniq UNIQUE (name);
CREATE INDEX ir_module_module_category_id_index ON ir_module_module (category_id);
CREATE INDEX ir_module_module_name_index ON ir_module_module (name);
CREATE INDEX ir_module_module_state_index ON ir_module_module (state);

CREATE TABLE ir_sequence (
	id               serial,
	name             varchar   NOT NULL,
	code             varchar,
	implementation   varchar   NOT NULL,
	active           boolean,
	prefix           varchar,
	suffix           varchar,
	number_next      integer   NOT NULL,
	number_increment integer   NOT NULL,
	padding          integer   NOT NULL,
	company_id       integer,
	use_date_range   boolean,
	create_uid       integer,
	create_date      timestamp,
	write_uid        integer,
	write_date       timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE ir_sequence_date_range (
	id          serial,
	date_from   date      NOT NULL,
	date_to     date      NOT NULL,
	sequence_id integer   NOT NULL,
	number_next integer   NOT NULL,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id)
);


--
-- Units, products, variants.
--
CREATE TABLE uom_category (
	id          serial,
	name        varchar   NOT NULL,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE uom_uom (
	id          serial,
	name        varchar   NOT NULL,
	category_id integer   NOT NULL,
	factor      numeric   NOT NULL,
	rounding    numeric   NOT NULL,
	active      boolean,
	uom_type    varchar   NOT NULL,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT uom_uom_factor_gt_zero CHECK ((factor <> (0)::numeric)),
	CONSTRAINT uom_uom_factor_reference_is_one CHECK (((((uom_type)::text = 'reference'::text) AND (factor = 1.0)) OR ((uom_type)::text <> 'reference'::text))),
	CONSTRAINT uom_uom_rounding_gt_zero CHECK ((rounding > (0)::numeric))
);

CREATE TABLE product_category (
	id                  serial,
	name                varchar   NOT NULL,
	complete_name       varchar,
	parent_id           integer,
	parent_path         varchar,
	create_uid          integer,
	create_date         timestamp,
	write_uid           integer,
	write_date          timestamp,
	removal_strategy_id integer,
	PRIMARY KEY (id)
);
CREATE INDEX product_category_name_index ON product_category (name);
CREATE INDEX product_category_parent_id_index ON product_category (parent_id);
CREATE INDEX product_category_parent_path_index ON product_category (parent_path);

CREATE TABLE product_template (
	id                          serial,
	message_main_attachment_id  integer,
	name                        varchar          NOT NULL,
	sequence                    integer,
	description                 text,
	description_purchase        text,
	description_sale            text,
	type                        varchar          NOT NULL,
	categ_id                    integer          NOT NULL,
	list_price                  numeric,
	volume                      numeric,
	weight                      numeric,
	sale_ok                     boolean,
	purchase_ok                 boolean,
	uom_id                      integer          NOT NULL,
	uom_po_id                   integer          NOT NULL,
	company_id                  integer,
	active                      boolean,
	color                       integer,
	default_code                varchar,
	can_image_1024_be_zoomed    boolean,
	has_configurable_attributes boolean,
	create_uid                  integer,
	create_date                 timestamp,
	write_uid                   integer,
	write_date                  timestamp,
	sale_delay                  double precision,
	tracking                    varchar          NOT NULL,
	description_picking         text,
	description_pickingout      text,
	description_pickingin       text,
	service_type                varchar,
	sale_line_warn              varchar          NOT NULL,
	sale_line_warn_msg          text,
	expense_policy              varchar,
	invoice_policy              varchar,
	PRIMARY KEY (id)
);
CREATE INDEX product_template_company_id_index ON product_template (company_id);
CREATE INDEX product_template_message_main_attachment_id_index ON product_template (message_main_attachment_id);
CREATE INDEX product_template_name_index ON product_template (name);

CREATE TABLE product_product (
	id                               serial,
	message_main_attachment_id       integer,
	default_code                     varchar,
	active                           boolean,
	product_tmpl_id                  integer   NOT NULL,
	barcode                          varchar,
	combination_indices              varchar,
	volume                           numeric,
	weight                           numeric,
	can_image_variant_1024_be_zoomed boolean,
	create_uid                       integer,
	create_date                      timestamp,
	write_uid                        integer,
	write_date                       timestamp,
	PRIMARY KEY (id),
	CONSTRAINT product_product_barcode_uniq UNIQUE (barcode)
);
CREATE INDEX product_product_combination_indices_index ON product_product (combination_indices);
CREATE UNIQUE INDEX product_product_combination_unique ON product_product (product_tmpl_id, combination_indices) WHERE (active IS TRUE);
CREATE INDEX product_product_default_code_index ON product_product (default_code);
CREATE INDEX product_product_message_main_attachment_id_index ON product_product (message_main_attachment_id);
CREATE INDEX product_product_product_tmpl_id_index ON product_product (product_tmpl_id);

CREATE TABLE product_template_attribute_line (
	id              serial,
	active          boolean,
	product_tmpl_id integer   NOT NULL,
	attribute_id    integer   NOT NULL,
	create_uid      integer,
	create_date     timestamp,
	write_uid       integer,
	write_date      timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX product_template_attribute_line_attribute_id_index ON product_template_attribute_line (attribute_id);
CREATE INDEX product_template_attribute_line_product_tmpl_id_index ON product_template_attribute_line (product_tmpl_id);

CREATE TABLE product_template_attribute_value (
	id                         serial,
	ptav_active                boolean,
	product_attribute_value_id integer   NOT NULL,
	attribute_line_id          integer   NOT NULL,
	price_extra                numeric,
	product_tmpl_id            integer,
	attribute_id               integer,
	create_uid                 integer,
	create_date                timestamp,
	write_uid                  integer,
	write_date                 timestamp,
	PRIMARY KEY (id),
	CONSTRAINT product_template_attribute_value_attribute_value_unique UNIQUE (attribute_line_id, product_attribute_value_id)
);
CREATE INDEX product_template_attribute_value_attribute_id_index ON product_template_attribute_value (attribute_id);
CREATE INDEX product_template_attribute_value_attribute_line_id_index ON product_template_attribute_value (attribute_line_id);
CREATE INDEX product_template_attribute_value_product_attribute_value_id_ind ON product_template_attribute_value (product_attribute_value_id);
CREATE INDEX product_template_attribute_value_product_tmpl_id_index ON product_template_attribute_value (product_tmpl_id);

CREATE TABLE product_variant_combination (
	product_product_id                  integer NOT NULL,
	product_template_attribute_value_id integer NOT NULL,
	PRIMARY KEY (product_product_id, product_template_attribute_value_id)
);
CREATE INDEX product_variant_combination_product_template_attribute_valu_idx ON product_variant_combination (product_template_attribute_value_id, product_product_id);

CREATE TABLE product_pricelist (
	id              serial,
	name            varchar   NOT NULL,
	active          boolean,
	currency_id     integer   NOT NULL,
	company_id      integer,
	sequence        integer,
	discount_policy varchar   NOT NULL,
	create_uid      integer,
	create_date     timestamp,
	write_uid       integer,
	write_date      timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE product_pricelist_item (
	id                serial,
	product_tmpl_id   integer,
	product_id        integer,
	categ_id          integer,
	min_quantity      numeric,
	applied_on        varchar          NOT NULL,
	base              varchar          NOT NULL,
	base_pricelist_id integer,
	pricelist_id      integer          NOT NULL,
	price_surcharge   numeric,
	price_discount    numeric,
	price_round       numeric,
	price_min_margin  numeric,
	price_max_margin  numeric,
	company_id        integer,
	currency_id       integer,
	active            boolean,
	date_start        timestamp,
	date_end          timestamp,
	compute_price     varchar          NOT NULL,
	fixed_price       numeric,
	percent_price     double precision,
	create_uid        integer,
	create_date       timestamp,
	write_uid         integer,
	write_date        timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX product_pricelist_item_compute_price_index ON product_pricelist_item (compute_price);
CREATE INDEX product_pricelist_item_pricelist_id_index ON product_pricelist_item (pricelist_id);


--
-- Taxes, fiscal positions, payment terms.
--
CREATE TABLE account_tax_group (
	id          serial,
	name        varchar   NOT NULL,
	sequence    integer,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE account_tax (
	id                               serial,
	name                             varchar   NOT NULL,
	type_tax_use                     varchar   NOT NULL,
	tax_scope                        varchar,
	amount_type                      varchar   NOT NULL,
	active                           boolean,
	company_id                       integer   NOT NULL,
	sequence                         integer   NOT NULL,
	amount                           numeric   NOT NULL,
	description                      varchar,
	price_include                    boolean,
	include_base_amount              boolean,
	analytic                         boolean,
	tax_group_id                     integer   NOT NULL,
	tax_exigibility                  varchar,
	cash_basis_transition_account_id integer,
	create_uid                       integer,
	create_date                      timestamp,
	write_uid                        integer,
	write_date                       timestamp,
	PRIMARY KEY (id),
	CONSTRAINT account_tax_name_company_uniq UNIQUE (name, company_id, type_tax_use, tax_scope)
);

CREATE TABLE account_tax_filiation_rel (
	parent_tax integer NOT NULL,
	child_tax  integer NOT NULL,
	PRIMARY KEY (parent_tax, child_tax)
);
CREATE INDEX account_tax_filiation_rel_child_tax_parent_tax_idx ON account_tax_filiation_rel (child_tax, parent_tax);

CREATE TABLE account_tax_repartition_line (
	id                 serial,
	factor_percent     double precision NOT NULL,
	repartition_type   varchar          NOT NULL,
	account_id         integer,
	invoice_tax_id     integer,
	refund_tax_id      integer,
	company_id         integer,
	sequence           integer,
	use_in_tax_closing boolean,
	create_uid         integer,
	create_date        timestamp,
	write_uid          integer,
	write_date         timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE account_fiscal_position (
	id               serial,
	sequence         integer,
	name             varchar   NOT NULL,
	active           boolean,
	company_id       integer   NOT NULL,
	note             text,
	auto_apply       boolean,
	vat_required     boolean,
	country_id       integer,
	country_group_id integer,
	zip_from         varchar,
	zip_to           varchar,
	create_uid       integer,
	create_date      timestamp,
	write_uid        integer,
	write_date       timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE account_fiscal_position_tax (
	id          serial,
	position_id integer   NOT NULL,
	company_id  integer,
	tax_src_id  integer   NOT NULL,
	tax_dest_id integer,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT account_fiscal_position_tax_tax_src_dest_uniq UNIQUE (position_id, tax_src_id, tax_dest_id)
);

CREATE TABLE account_payment_term (
	id          serial,
	name        varchar   NOT NULL,
	active      boolean,
	note        text,
	company_id  integer,
	sequence    integer   NOT NULL,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE product_taxes_rel (
	prod_id integer NOT NULL,
	tax_id  integer NOT NULL,
	PRIMARY KEY (prod_id, tax_id)
);
CREATE INDEX product_taxes_rel_tax_id_prod_id_idx ON product_taxes_rel (tax_id, prod_id);


--
-- Sales.
--
CREATE TABLE crm_team (
	id                         serial,
	message_main_attachment_id integer,
	name                       varchar          NOT NULL,
	sequence                   integer,
	active                     boolean,
	company_id                 integer,
	user_id                    integer,
	color                      integer,
	create_uid                 integer,
	create_date                timestamp,
	write_uid                  integer,
	write_date                 timestamp,
	use_quotations             boolean,
	invoiced_target            double precision,
	PRIMARY KEY (id)
);
CREATE INDEX crm_team_company_id_index ON crm_team (company_id);
CREATE INDEX crm_team_message_main_attachment_id_index ON crm_team (message_main_attachment_id);

CREATE TABLE sale_order (
	id                         serial,
	campaign_id                integer,
	source_id                  integer,
	medium_id                  integer,
	access_token               varchar,
	message_main_attachment_id integer,
	name                       varchar   NOT NULL,
	origin                     varchar,
	client_order_ref           varchar,
	reference                  varchar,
	state                      varchar,
	date_order                 timestamp NOT NULL,
	validity_date              date,
	require_signature          boolean,
	require_payment            boolean,
	create_date                timestamp,
	user_id                    integer,
	partner_id                 integer   NOT NULL,
	partner_invoice_id         integer   NOT NULL,
	partner_shipping_id        integer   NOT NULL,
	pricelist_id               integer   NOT NULL,
	currency_id                integer,
	analytic_account_id        integer,
	invoice_status             varchar,
	note                       text,
	amount_untaxed             numeric,
	amount_tax                 numeric,
	amount_total               numeric,
	currency_rate              numeric,
	payment_term_id            integer,
	fiscal_position_id         integer,
	company_id                 integer   NOT NULL,
	team_id                    integer,
	signed_by                  varchar,
	signed_on                  timestamp,
	commitment_date            timestamp,
	show_update_pricelist      boolean,
	create_uid                 integer,
	write_uid                  integer,
	write_date                 timestamp,
	sale_order_template_id     integer,
	incoterm                   integer,
	picking_policy             varchar   NOT NULL,
	warehouse_id               integer   NOT NULL,
	procurement_group_id       integer,
	effective_date             date,
	PRIMARY KEY (id),
	CONSTRAINT sale_order_date_order_conditional_required CHECK (((((state)::text = ANY ((ARRAY['sale'::character varying, 'done'::character varying])::text[])) AND (date_order IS NOT NULL)) OR ((state)::text <> ALL ((ARRAY['sale'::character varying, 'done'::character varying])::text[]))))
);
CREATE INDEX sale_order_company_id_index ON sale_order (company_id);
CREATE INDEX sale_order_create_date_index ON sale_order (create_date);
CREATE INDEX sale_order_date_order_index ON sale_order (date_order);
CREATE INDEX sale_order_message_main_attachment_id_index ON sale_order (message_main_attachment_id);
CREATE INDEX sale_order_name_index ON sale_order (name);
CREATE INDEX sale_order_partner_id_index ON sale_order (partner_id);
CREATE INDEX sale_order_state_index ON sale_order (state);
CREATE INDEX sale_order_user_id_index ON sale_order (user_id);

CREATE TABLE sale_order_line (
	id                        serial,
	order_id                  integer          NOT NULL,
	name                      text             NOT NULL,
	sequence                  integer,
	invoice_status            varchar,
	price_unit                numeric          NOT NULL,
	price_subtotal            numeric,
	price_tax                 double precision,
	price_total               numeric,
	price_reduce              numeric,
	price_reduce_taxinc       numeric,
	price_reduce_taxexcl      numeric,
	discount                  numeric,
	product_id                integer,
	product_uom_qty           numeric          NOT NULL,
	product_uom               integer,
	qty_delivered_method      varchar,
	qty_delivered             numeric,
	qty_delivered_manual      numeric,
	qty_to_invoice            numeric,
	qty_invoiced              numeric,
	untaxed_amount_invoiced   numeric,
	untaxed_amount_to_invoice numeric,
	salesman_id               integer,
	currency_id               integer,
	company_id                integer,
	order_partner_id          integer,
	is_expense                boolean,
	is_downpayment            boolean,
	state                     varchar,
	customer_lead             double precision NOT NULL,
	display_type              varchar,
	create_uid                integer,
	create_date               timestamp,
	write_uid                 integer,
	write_date                timestamp,
	product_packaging         integer,
	route_id                  integer,
	PRIMARY KEY (id),
	CONSTRAINT sale_order_line_accountable_required_fields CHECK (((display_type IS NOT NULL) OR ((product_id IS NOT NULL) AND (product_uom IS NOT NULL)))),
	CONSTRAINT sale_order_line_non_accountable_null_fields CHECK (((display_type IS NULL) OR ((product_id IS NULL) AND (price_unit = (0)::numeric) AND (product_uom_qty = (0)::numeric) AND (product_uom IS NULL) AND (customer_lead = (0)::double precision))))
);
CREATE INDEX sale_order_line_company_id_index ON sale_order_line (company_id);
CREATE INDEX sale_order_line_order_id_index ON sale_order_line (order_id);

CREATE TABLE account_tax_sale_order_line_rel (
	sale_order_line_id integer NOT NULL,
	account_tax_id     integer NOT NULL,
	PRIMARY KEY (sale_order_line_id, account_tax_id)
);
CREATE INDEX account_tax_sale_order_line_r_account_tax_id_sale_order_lin_idx ON account_tax_sale_order_line_rel (account_tax_id, sale_order_line_id);


--
-- Stock.
--
CREATE TABLE procurement_group (
	id          serial,
	partner_id  integer,
	name        varchar   NOT NULL,
	move_type   varchar   NOT NULL,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	sale_id     integer,
	PRIMARY KEY (id)
);

CREATE TABLE stock_location (
	id                       serial,
	name                     varchar   NOT NULL,
	complete_name            varchar,
	active                   boolean,
	usage                    varchar   NOT NULL,
	location_id              integer,
	comment                  text,
	posx                     integer,
	posy                     integer,
	posz                     integer,
	parent_path              varchar,
	company_id               integer,
	scrap_location           boolean,
	return_location          boolean,
	removal_strategy_id      integer,
	barcode                  varchar,
	create_uid               integer,
	create_date              timestamp,
	write_uid                integer,
	write_date               timestamp,
	valuation_in_account_id  integer,
	valuation_out_account_id integer,
	PRIMARY KEY (id),
	CONSTRAINT stock_location_barcode_company_uniq UNIQUE (barcode, company_id)
);
CREATE INDEX stock_location_company_id_index ON stock_location (company_id);
CREATE INDEX stock_location_location_id_index ON stock_location (location_id);
CREATE INDEX stock_location_parent_path_index ON stock_location (parent_path);
CREATE INDEX stock_location_usage_index ON stock_location (usage);

CREATE TABLE stock_warehouse (
	id                     serial,
	name                   varchar    NOT NULL,
	active                 boolean,
	company_id             integer    NOT NULL,
	partner_id             integer,
	view_location_id       integer    NOT NULL,
	lot_stock_id           integer    NOT NULL,
	code                   varchar(5) NOT NULL,
	reception_steps        varchar    NOT NULL,
	delivery_steps         varchar    NOT NULL,
	wh_input_stock_loc_id  integer,
	wh_qc_stock_loc_id     integer,
	wh_output_stock_loc_id integer,
	wh_pack_stock_loc_id   integer,
	mto_pull_id            integer,
	pick_type_id           integer,
	pack_type_id           integer,
	out_type_id            integer,
	in_type_id             integer,
	int_type_id            integer,
	crossdock_route_id     integer,
	reception_route_id     integer,
	delivery_route_id      integer,
	sequence               integer,
	create_uid             integer,
	create_date            timestamp,
	write_uid              integer,
	write_date             timestamp,
	PRIMARY KEY (id),
	CONSTRAINT stock_warehouse_warehouse_code_uniq UNIQUE (code, company_id),
	CONSTRAINT stock_warehouse_warehouse_name_uniq UNIQUE (name, company_id)
);
CREATE INDEX stock_warehouse_company_id_index ON stock_warehouse (company_id);
CREATE INDEX stock_warehouse_name_index ON stock_warehouse (name);

CREATE TABLE stock_picking_type (
	id                       serial,
	name                     varchar   NOT NULL,
	color                    integer,
	sequence                 integer,
	sequence_id              integer,
	sequence_code            varchar   NOT NULL,
	default_location_src_id  integer,
	default_location_dest_id integer,
	code                     varchar   NOT NULL,
	return_picking_type_id   integer,
	show_entire_packs        boolean,
	warehouse_id             integer,
	active                   boolean,
	use_create_lots          boolean,
	use_existing_lots        boolean,
	show_operations          boolean,
	show_reserved            boolean,
	barcode                  varchar,
	company_id               integer   NOT NULL,
	create_uid               integer,
	create_date              timestamp,
	write_uid                integer,
	write_date               timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX stock_picking_type_company_id_index ON stock_picking_type (company_id);

CREATE TABLE stock_picking (
	id                         serial,
	message_main_attachment_id integer,
	name                       varchar,
	origin                     varchar,
	note                       text,
	backorder_id               integer,
	move_type                  varchar   NOT NULL,
	state                      varchar,
	group_id                   integer,
	priority                   varchar,
	scheduled_date             timestamp,
	date_deadline              timestamp,
	has_deadline_issue         boolean,
	date                       timestamp,
	date_done                  timestamp,
	location_id                integer   NOT NULL,
	location_dest_id           integer   NOT NULL,
	picking_type_id            integer   NOT NULL,
	partner_id                 integer,
	company_id                 integer,
	user_id                    integer,
	owner_id                   integer,
	printed                    boolean,
	is_locked                  boolean,
	immediate_transfer         boolean,
	create_uid                 integer,
	create_date                timestamp,
	write_uid                  integer,
	write_date                 timestamp,
	sale_id                    integer,
	PRIMARY KEY (id),
	CONSTRAINT stock_picking_name_uniq UNIQUE (name, company_id)
);
CREATE INDEX stock_picking_backorder_id_index ON stock_picking (backorder_id);
CREATE INDEX stock_picking_company_id_index ON stock_picking (company_id);
CREATE INDEX stock_picking_date_index ON stock_picking (date);
CREATE INDEX stock_picking_message_main_attachment_id_index ON stock_picking (message_main_attachment_id);
CREATE INDEX stock_picking_name_index ON stock_picking (name);
CREATE INDEX stock_picking_origin_index ON stock_picking (origin);
CREATE INDEX stock_picking_priority_index ON stock_picking (priority);
CREATE INDEX stock_picking_scheduled_date_index ON stock_picking (scheduled_date);
CREATE INDEX stock_picking_state_index ON stock_picking (state);

CREATE TABLE stock_move (
	id                      serial,
	name                    varchar          NOT NULL,
	sequence                integer,
	priority                varchar,
	create_date             timestamp,
	date                    timestamp        NOT NULL,
	date_deadline           timestamp,
	company_id              integer          NOT NULL,
	product_id              integer          NOT NULL,
	description_picking     text,
	product_qty             numeric,
	product_uom_qty         numeric          NOT NULL,
	product_uom             integer          NOT NULL,
	location_id             integer          NOT NULL,
	location_dest_id        integer          NOT NULL,
	partner_id              integer,
	picking_id              integer,
	note                    text,
	state                   varchar,
	price_unit              double precision,
	origin                  varchar,
	procure_method          varchar          NOT NULL,
	scrapped                boolean,
	group_id                integer,
	rule_id                 integer,
	propagate_cancel        boolean,
	delay_alert_date        timestamp,
	picking_type_id         integer,
	inventory_id            integer,
	origin_returned_move_id integer,
	restrict_partner_id     integer,
	warehouse_id            integer,
	additional              boolean,
	reference               varchar,
	package_level_id        integer,
	next_serial             varchar,
	next_serial_count       integer,
	orderpoint_id           integer,
	create_uid              integer,
	write_uid               integer,
	write_date              timestamp,
	to_refund               boolean,
	sale_line_id            integer,
	PRIMARY KEY (id)
);
CREATE INDEX stock_move_company_id_index ON stock_move (company_id);
CREATE INDEX stock_move_create_date_index ON stock_move (create_date);
CREATE INDEX stock_move_date_index ON stock_move (date);
CREATE INDEX stock_move_location_dest_id_index ON stock_move (location_dest_id);
CREATE INDEX stock_move_location_id_index ON stock_move (location_id);
CREATE INDEX stock_move_name_index ON stock_move (name);
CREATE INDEX stock_move_origin_returned_move_id_index ON stock_move (origin_returned_move_id);
CREATE INDEX stock_move_picking_id_index ON stock_move (picking_id);
CREATE INDEX stock_move_priority_index ON stock_move (priority);
CREATE INDEX stock_move_product_id_index ON stock_move (product_id);
CREATE INDEX stock_move_product_location_index ON stock_move (product_id, location_id, location_dest_id, company_id, state);
CREATE INDEX stock_move_sale_line_id_index ON stock_move (sale_line_id);
CREATE INDEX stock_move_state_index ON stock_move (state);

CREATE TABLE stock_move_line (
	id                  serial,
	picking_id          integer,
	move_id             integer,
	company_id          integer   NOT NULL,
	product_id          integer,
	product_uom_id      integer   NOT NULL,
	product_qty         numeric,
	product_uom_qty     numeric   NOT NULL,
	qty_done            numeric,
	package_id          integer,
	package_level_id    integer,
	lot_id              integer,
	lot_name            varchar,
	result_package_id   integer,
	date                timestamp NOT NULL,
	owner_id            integer,
	location_id         integer   NOT NULL,
	location_dest_id    integer   NOT NULL,
	state               varchar,
	reference           varchar,
	description_picking text,
	create_uid          integer,
	create_date         timestamp,
	write_uid           integer,
	write_date          timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX stock_move_line_company_id_index ON stock_move_line (company_id);
CREATE INDEX stock_move_line_move_id_index ON stock_move_line (move_id);
CREATE INDEX stock_move_line_picking_id_index ON stock_move_line (picking_id);

CREATE TABLE stock_quant (
	id                serial,
	product_id        integer          NOT NULL,
	company_id        integer,
	location_id       integer          NOT NULL,
	lot_id            integer,
	package_id        integer,
	owner_id          integer,
	quantity          double precision,
	reserved_quantity double precision NOT NULL,
	in_date           timestamp,
	create_uid        integer,
	create_date       timestamp,
	write_uid         integer,
	write_date        timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX stock_quant_location_id_index ON stock_quant (location_id);
CREATE INDEX stock_quant_product_id_index ON stock_quant (product_id);


--
-- Where orders come from.
--
CREATE TABLE utm_source (
	id          serial,
	name        varchar   NOT NULL,
	create_uid  integer,
	create_date timestamp,
	write_uid   integer,
	write_date  timestamp,
	PRIMARY KEY (id)
);


--
-- Discussion rows the ORM writes beside a record.
--
CREATE TABLE mail_message_subtype (
	id             serial,
	name           varchar   NOT NULL,
	description    text,
	internal       boolean,
	parent_id      integer,
	relation_field varchar,
	res_model      varchar,
	"default"      boolean,
	sequence       integer,
	hidden         boolean,
	create_uid     integer,
	create_date    timestamp,
	write_uid      integer,
	write_date     timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE mail_message (
	id                    serial,
	subject               varchar,
	date                  timestamp,
	body                  text,
	parent_id             integer,
	model                 varchar,
	res_id                integer,
	record_name           varchar,
	message_type          varchar   NOT NULL,
	subtype_id            integer,
	mail_activity_type_id integer,
	is_internal           boolean,
	email_from            varchar,
	author_id             integer,
	no_auto_thread        boolean,
	message_id            varchar,
	reply_to              varchar,
	mail_server_id        integer,
	moderation_status     varchar,
	moderator_id          integer,
	email_layout_xmlid    varchar,
	add_sign              boolean,
	create_uid            integer,
	create_date           timestamp,
	write_uid             integer,
	write_date            timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX mail_message_author_id_index ON mail_message (author_id);
CREATE INDEX mail_message_mail_activity_type_id_index ON mail_message (mail_activity_type_id);
CREATE INDEX mail_message_message_id_index ON mail_message (message_id);
CREATE INDEX mail_message_model_index ON mail_message (model);
CREATE INDEX mail_message_model_res_id_idx ON mail_message (model, res_id);
CREATE INDEX mail_message_moderation_status_index ON mail_message (moderation_status);
CREATE INDEX mail_message_moderator_id_index ON mail_message (moderator_id);
CREATE INDEX mail_message_parent_id_index ON mail_message (parent_id);
CREATE INDEX mail_message_res_id_index ON mail_message (res_id);
CREATE INDEX mail_message_subtype_id_index ON mail_message (subtype_id);

CREATE TABLE mail_followers (
	id         serial,
	res_model  varchar NOT NULL,
	res_id     integer,
	partner_id integer,
	channel_id integer,
	PRIMARY KEY (id),
	CONSTRAINT mail_followers_mail_followers_res_channel_res_model_id_uniq UNIQUE (res_model, res_id, channel_id),
	CONSTRAINT mail_followers_mail_followers_res_partner_res_model_id_uniq UNIQUE (res_model, res_id, partner_id),
	CONSTRAINT mail_followers_partner_xor_channel CHECK (((partner_id IS NULL) <> (channel_id IS NULL)))
);
CREATE INDEX mail_followers_channel_id_index ON mail_followers (channel_id);
CREATE INDEX mail_followers_partner_id_index ON mail_followers (partner_id);
CREATE INDEX mail_followers_res_id_index ON mail_followers (res_id);
CREATE INDEX mail_followers_res_model_index ON mail_followers (res_model);


--
-- Foreign keys, last because the tables point at each other in circles. A key into a
-- table that is not here (accounting, marketing, ...) is left out; its column is there.
--
ALTER TABLE res_currency
	ADD CONSTRAINT res_currency_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_currency_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE res_currency_rate
	ADD CONSTRAINT res_currency_rate_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES res_currency ON DELETE CASCADE,
	ADD CONSTRAINT res_currency_rate_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT res_currency_rate_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_currency_rate_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE res_country
	ADD CONSTRAINT res_country_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES res_currency ON DELETE SET NULL,
	ADD CONSTRAINT res_country_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_country_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE res_country_state
	ADD CONSTRAINT res_country_state_country_id_fkey FOREIGN KEY (country_id) REFERENCES res_country ON DELETE RESTRICT,
	ADD CONSTRAINT res_country_state_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_country_state_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE decimal_precision
	ADD CONSTRAINT decimal_precision_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT decimal_precision_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE res_company
	ADD CONSTRAINT res_company_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES res_partner ON DELETE RESTRICT,
	ADD CONSTRAINT res_company_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES res_currency ON DELETE RESTRICT,
	ADD CONSTRAINT res_company_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT res_company_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_company_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_company_account_sale_tax_id_fkey FOREIGN KEY (account_sale_tax_id) REFERENCES account_tax ON DELETE SET NULL,
	ADD CONSTRAINT res_company_account_purchase_tax_id_fkey FOREIGN KEY (account_purchase_tax_id) REFERENCES account_tax ON DELETE SET NULL,
	ADD CONSTRAINT res_company_account_tax_fiscal_country_id_fkey FOREIGN KEY (account_tax_fiscal_country_id) REFERENCES res_country ON DELETE SET NULL,
	ADD CONSTRAINT res_company_internal_transit_location_id_fkey FOREIGN KEY (internal_transit_location_id) REFERENCES stock_location ON DELETE RESTRICT;
ALTER TABLE res_partner
	ADD CONSTRAINT res_partner_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT res_partner_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT res_partner_user_id_fkey FOREIGN KEY (user_id) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_partner_state_id_fkey FOREIGN KEY (state_id) REFERENCES res_country_state ON DELETE RESTRICT,
	ADD CONSTRAINT res_partner_country_id_fkey FOREIGN KEY (country_id) REFERENCES res_country ON DELETE RESTRICT,
	ADD CONSTRAINT res_partner_commercial_partner_id_fkey FOREIGN KEY (commercial_partner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT res_partner_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_partner_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_partner_team_id_fkey FOREIGN KEY (team_id) REFERENCES crm_team ON DELETE SET NULL;
ALTER TABLE res_users
	ADD CONSTRAINT res_users_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT res_users_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES res_partner ON DELETE RESTRICT,
	ADD CONSTRAINT res_users_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_users_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_users_sale_team_id_fkey FOREIGN KEY (sale_team_id) REFERENCES crm_team ON DELETE SET NULL;
ALTER TABLE res_company_users_rel
	ADD CONSTRAINT res_company_users_rel_cid_fkey FOREIGN KEY (cid) REFERENCES res_company ON DELETE CASCADE,
	ADD CONSTRAINT res_company_users_rel_user_id_fkey FOREIGN KEY (user_id) REFERENCES res_users ON DELETE CASCADE;
ALTER TABLE res_groups
	ADD CONSTRAINT res_groups_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_groups_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE ir_model
	ADD CONSTRAINT ir_model_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT ir_model_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE ir_model_fields
	ADD CONSTRAINT ir_model_fields_relation_field_id_fkey FOREIGN KEY (relation_field_id) REFERENCES ir_model_fields ON DELETE CASCADE,
	ADD CONSTRAINT ir_model_fields_model_id_fkey FOREIGN KEY (model_id) REFERENCES ir_model ON DELETE CASCADE,
	ADD CONSTRAINT ir_model_fields_related_field_id_fkey FOREIGN KEY (related_field_id) REFERENCES ir_model_fields ON DELETE CASCADE,
	ADD CONSTRAINT ir_model_fields_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT ir_model_fields_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE ir_model_data
	ADD CONSTRAINT ir_model_data_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT ir_model_data_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE ir_property
	ADD CONSTRAINT ir_property_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT ir_property_fields_id_fkey FOREIGN KEY (fields_id) REFERENCES ir_model_fields ON DELETE CASCADE,
	ADD CONSTRAINT ir_property_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT ir_property_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE ir_default
	ADD CONSTRAINT ir_default_field_id_fkey FOREIGN KEY (field_id) REFERENCES ir_model_fields ON DELETE CASCADE,
	ADD CONSTRAINT ir_default_user_id_fkey FOREIGN KEY (user_id) REFERENCES res_users ON DELETE CASCADE,
	ADD CONSTRAINT ir_default_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE CASCADE,
	ADD CONSTRAINT ir_default_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT ir_default_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE ir_config_parameter
	ADD CONSTRAINT ir_config_parameter_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT ir_config_parameter_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE ir_module_module
	ADD CONSTRAINT ir_module_module_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT ir_module_module_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE ir_sequence
	ADD CONSTRAINT ir_sequence_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT ir_sequence_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT ir_sequence_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE ir_sequence_date_range
	ADD CONSTRAINT ir_sequence_date_range_sequence_id_fkey FOREIGN KEY (sequence_id) REFERENCES ir_sequence ON DELETE CASCADE,
	ADD CONSTRAINT ir_sequence_date_range_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT ir_sequence_date_range_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE uom_category
	ADD CONSTRAINT uom_category_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT uom_category_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE uom_uom
	ADD CONSTRAINT uom_uom_category_id_fkey FOREIGN KEY (category_id) REFERENCES uom_category ON DELETE CASCADE,
	ADD CONSTRAINT uom_uom_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT uom_uom_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_category
	ADD CONSTRAINT product_category_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES product_category ON DELETE CASCADE,
	ADD CONSTRAINT product_category_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_category_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_template
	ADD CONSTRAINT product_template_categ_id_fkey FOREIGN KEY (categ_id) REFERENCES product_category ON DELETE RESTRICT,
	ADD CONSTRAINT product_template_uom_id_fkey FOREIGN KEY (uom_id) REFERENCES uom_uom ON DELETE RESTRICT,
	ADD CONSTRAINT product_template_uom_po_id_fkey FOREIGN KEY (uom_po_id) REFERENCES uom_uom ON DELETE RESTRICT,
	ADD CONSTRAINT product_template_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT product_template_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_template_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_product
	ADD CONSTRAINT product_product_product_tmpl_id_fkey FOREIGN KEY (product_tmpl_id) REFERENCES product_template ON DELETE CASCADE,
	ADD CONSTRAINT product_product_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_product_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_template_attribute_line
	ADD CONSTRAINT product_template_attribute_line_product_tmpl_id_fkey FOREIGN KEY (product_tmpl_id) REFERENCES product_template ON DELETE CASCADE,
	ADD CONSTRAINT product_template_attribute_line_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_template_attribute_line_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_template_attribute_value
	ADD CONSTRAINT product_template_attribute_value_attribute_line_id_fkey FOREIGN KEY (attribute_line_id) REFERENCES product_template_attribute_line ON DELETE CASCADE,
	ADD CONSTRAINT product_template_attribute_value_product_tmpl_id_fkey FOREIGN KEY (product_tmpl_id) REFERENCES product_template ON DELETE SET NULL,
	ADD CONSTRAINT product_template_attribute_value_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_template_attribute_value_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_variant_combination
	ADD CONSTRAINT product_variant_combination_product_product_id_fkey FOREIGN KEY (product_product_id) REFERENCES product_product ON DELETE CASCADE,
	ADD CONSTRAINT product_variant_combination_product_template_attribute_value_id FOREIGN KEY (product_template_attribute_value_id) REFERENCES product_template_attribute_value ON DELETE RESTRICT;
ALTER TABLE product_pricelist
	ADD CONSTRAINT product_pricelist_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES res_currency ON DELETE RESTRICT,
	ADD CONSTRAINT product_pricelist_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT product_pricelist_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_pricelist_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_pricelist_item
	ADD CONSTRAINT product_pricelist_item_product_tmpl_id_fkey FOREIGN KEY (product_tmpl_id) REFERENCES product_template ON DELETE CASCADE,
	ADD CONSTRAINT product_pricelist_item_product_id_fkey FOREIGN KEY (product_id) REFERENCES product_product ON DELETE CASCADE,
	ADD CONSTRAINT product_pricelist_item_categ_id_fkey FOREIGN KEY (categ_id) REFERENCES product_category ON DELETE CASCADE,
	ADD CONSTRAINT product_pricelist_item_base_pricelist_id_fkey FOREIGN KEY (base_pricelist_id) REFERENCES product_pricelist ON DELETE SET NULL,
	ADD CONSTRAINT product_pricelist_item_pricelist_id_fkey FOREIGN KEY (pricelist_id) REFERENCES product_pricelist ON DELETE CASCADE,
	ADD CONSTRAINT product_pricelist_item_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT product_pricelist_item_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES res_currency ON DELETE SET NULL,
	ADD CONSTRAINT product_pricelist_item_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_pricelist_item_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_tax_group
	ADD CONSTRAINT account_tax_group_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT account_tax_group_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_tax
	ADD CONSTRAINT account_tax_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT account_tax_tax_group_id_fkey FOREIGN KEY (tax_group_id) REFERENCES account_tax_group ON DELETE RESTRICT,
	ADD CONSTRAINT account_tax_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT account_tax_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_tax_filiation_rel
	ADD CONSTRAINT account_tax_filiation_rel_parent_tax_fkey FOREIGN KEY (parent_tax) REFERENCES account_tax ON DELETE CASCADE,
	ADD CONSTRAINT account_tax_filiation_rel_child_tax_fkey FOREIGN KEY (child_tax) REFERENCES account_tax ON DELETE CASCADE;
ALTER TABLE account_tax_repartition_line
	ADD CONSTRAINT account_tax_repartition_line_invoice_tax_id_fkey FOREIGN KEY (invoice_tax_id) REFERENCES account_tax ON DELETE SET NULL,
	ADD CONSTRAINT account_tax_repartition_line_refund_tax_id_fkey FOREIGN KEY (refund_tax_id) REFERENCES account_tax ON DELETE SET NULL,
	ADD CONSTRAINT account_tax_repartition_line_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT account_tax_repartition_line_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT account_tax_repartition_line_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_fiscal_position
	ADD CONSTRAINT account_fiscal_position_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT account_fiscal_position_country_id_fkey FOREIGN KEY (country_id) REFERENCES res_country ON DELETE SET NULL,
	ADD CONSTRAINT account_fiscal_position_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT account_fiscal_position_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_fiscal_position_tax
	ADD CONSTRAINT account_fiscal_position_tax_position_id_fkey FOREIGN KEY (position_id) REFERENCES account_fiscal_position ON DELETE CASCADE,
	ADD CONSTRAINT account_fiscal_position_tax_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT account_fiscal_position_tax_tax_src_id_fkey FOREIGN KEY (tax_src_id) REFERENCES account_tax ON DELETE RESTRICT,
	ADD CONSTRAINT account_fiscal_position_tax_tax_dest_id_fkey FOREIGN KEY (tax_dest_id) REFERENCES account_tax ON DELETE SET NULL,
	ADD CONSTRAINT account_fiscal_position_tax_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT account_fiscal_position_tax_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_payment_term
	ADD CONSTRAINT account_payment_term_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT account_payment_term_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT account_payment_term_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_taxes_rel
	ADD CONSTRAINT product_taxes_rel_prod_id_fkey FOREIGN KEY (prod_id) REFERENCES product_template ON DELETE CASCADE,
	ADD CONSTRAINT product_taxes_rel_tax_id_fkey FOREIGN KEY (tax_id) REFERENCES account_tax ON DELETE CASCADE;
ALTER TABLE crm_team
	ADD CONSTRAINT crm_team_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT crm_team_user_id_fkey FOREIGN KEY (user_id) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT crm_team_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT crm_team_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE sale_order
	ADD CONSTRAINT sale_order_user_id_fkey FOREIGN KEY (user_id) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES res_partner ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_partner_invoice_id_fkey FOREIGN KEY (partner_invoice_id) REFERENCES res_partner ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_partner_shipping_id_fkey FOREIGN KEY (partner_shipping_id) REFERENCES res_partner ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_pricelist_id_fkey FOREIGN KEY (pricelist_id) REFERENCES product_pricelist ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES res_currency ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_payment_term_id_fkey FOREIGN KEY (payment_term_id) REFERENCES account_payment_term ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_fiscal_position_id_fkey FOREIGN KEY (fiscal_position_id) REFERENCES account_fiscal_position ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_team_id_fkey FOREIGN KEY (team_id) REFERENCES crm_team ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_source_id_fkey FOREIGN KEY (source_id) REFERENCES utm_source ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES stock_warehouse ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_procurement_group_id_fkey FOREIGN KEY (procurement_group_id) REFERENCES procurement_group ON DELETE SET NULL;
ALTER TABLE sale_order_line
	ADD CONSTRAINT sale_order_line_order_id_fkey FOREIGN KEY (order_id) REFERENCES sale_order ON DELETE CASCADE,
	ADD CONSTRAINT sale_order_line_product_id_fkey FOREIGN KEY (product_id) REFERENCES product_product ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_line_product_uom_fkey FOREIGN KEY (product_uom) REFERENCES uom_uom ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_salesman_id_fkey FOREIGN KEY (salesman_id) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES res_currency ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_order_partner_id_fkey FOREIGN KEY (order_partner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_tax_sale_order_line_rel
	ADD CONSTRAINT account_tax_sale_order_line_rel_sale_order_line_id_fkey FOREIGN KEY (sale_order_line_id) REFERENCES sale_order_line ON DELETE CASCADE,
	ADD CONSTRAINT account_tax_sale_order_line_rel_account_tax_id_fkey FOREIGN KEY (account_tax_id) REFERENCES account_tax ON DELETE CASCADE;
ALTER TABLE procurement_group
	ADD CONSTRAINT procurement_group_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT procurement_group_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT procurement_group_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT procurement_group_sale_id_fkey FOREIGN KEY (sale_id) REFERENCES sale_order ON DELETE SET NULL;
ALTER TABLE stock_location
	ADD CONSTRAINT stock_location_location_id_fkey FOREIGN KEY (location_id) REFERENCES stock_location ON DELETE CASCADE,
	ADD CONSTRAINT stock_location_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT stock_location_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_location_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE stock_warehouse
	ADD CONSTRAINT stock_warehouse_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT stock_warehouse_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_view_location_id_fkey FOREIGN KEY (view_location_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT stock_warehouse_lot_stock_id_fkey FOREIGN KEY (lot_stock_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT stock_warehouse_wh_input_stock_loc_id_fkey FOREIGN KEY (wh_input_stock_loc_id) REFERENCES stock_location ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_wh_qc_stock_loc_id_fkey FOREIGN KEY (wh_qc_stock_loc_id) REFERENCES stock_location ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_wh_output_stock_loc_id_fkey FOREIGN KEY (wh_output_stock_loc_id) REFERENCES stock_location ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_wh_pack_stock_loc_id_fkey FOREIGN KEY (wh_pack_stock_loc_id) REFERENCES stock_location ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_pick_type_id_fkey FOREIGN KEY (pick_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_pack_type_id_fkey FOREIGN KEY (pack_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_out_type_id_fkey FOREIGN KEY (out_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_in_type_id_fkey FOREIGN KEY (in_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_int_type_id_fkey FOREIGN KEY (int_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE stock_picking_type
	ADD CONSTRAINT stock_picking_type_sequence_id_fkey FOREIGN KEY (sequence_id) REFERENCES ir_sequence ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_type_default_location_src_id_fkey FOREIGN KEY (default_location_src_id) REFERENCES stock_location ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_type_default_location_dest_id_fkey FOREIGN KEY (default_location_dest_id) REFERENCES stock_location ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_type_return_picking_type_id_fkey FOREIGN KEY (return_picking_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_type_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES stock_warehouse ON DELETE CASCADE,
	ADD CONSTRAINT stock_picking_type_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT stock_picking_type_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_type_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE stock_picking
	ADD CONSTRAINT stock_picking_backorder_id_fkey FOREIGN KEY (backorder_id) REFERENCES stock_picking ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_group_id_fkey FOREIGN KEY (group_id) REFERENCES procurement_group ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_location_id_fkey FOREIGN KEY (location_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT stock_picking_location_dest_id_fkey FOREIGN KEY (location_dest_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT stock_picking_picking_type_id_fkey FOREIGN KEY (picking_type_id) REFERENCES stock_picking_type ON DELETE RESTRICT,
	ADD CONSTRAINT stock_picking_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_user_id_fkey FOREIGN KEY (user_id) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_sale_id_fkey FOREIGN KEY (sale_id) REFERENCES sale_order ON DELETE SET NULL;
ALTER TABLE stock_move
	ADD CONSTRAINT stock_move_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT stock_move_product_id_fkey FOREIGN KEY (product_id) REFERENCES product_product ON DELETE RESTRICT,
	ADD CONSTRAINT stock_move_product_uom_fkey FOREIGN KEY (product_uom) REFERENCES uom_uom ON DELETE RESTRICT,
	ADD CONSTRAINT stock_move_location_id_fkey FOREIGN KEY (location_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT stock_move_location_dest_id_fkey FOREIGN KEY (location_dest_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT stock_move_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_picking_id_fkey FOREIGN KEY (picking_id) REFERENCES stock_picking ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_group_id_fkey FOREIGN KEY (group_id) REFERENCES procurement_group ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_picking_type_id_fkey FOREIGN KEY (picking_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_origin_returned_move_id_fkey FOREIGN KEY (origin_returned_move_id) REFERENCES stock_move ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_restrict_partner_id_fkey FOREIGN KEY (restrict_partner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES stock_warehouse ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_sale_line_id_fkey FOREIGN KEY (sale_line_id) REFERENCES sale_order_line ON DELETE SET NULL;
ALTER TABLE stock_move_line
	ADD CONSTRAINT stock_move_line_picking_id_fkey FOREIGN KEY (picking_id) REFERENCES stock_picking ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_line_move_id_fkey FOREIGN KEY (move_id) REFERENCES stock_move ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_line_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT stock_move_line_product_id_fkey FOREIGN KEY (product_id) REFERENCES product_product ON DELETE CASCADE,
	ADD CONSTRAINT stock_move_line_product_uom_id_fkey FOREIGN KEY (product_uom_id) REFERENCES uom_uom ON DELETE RESTRICT,
	ADD CONSTRAINT stock_move_line_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_line_location_id_fkey FOREIGN KEY (location_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT stock_move_line_location_dest_id_fkey FOREIGN KEY (location_dest_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT stock_move_line_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_line_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE stock_quant
	ADD CONSTRAINT stock_quant_product_id_fkey FOREIGN KEY (product_id) REFERENCES product_product ON DELETE RESTRICT,
	ADD CONSTRAINT stock_quant_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT stock_quant_location_id_fkey FOREIGN KEY (location_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT stock_quant_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT stock_quant_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_quant_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE utm_source
	ADD CONSTRAINT utm_source_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT utm_source_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE mail_message_subtype
	ADD CONSTRAINT mail_message_subtype_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES mail_message_subtype ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_subtype_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_subtype_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE mail_message
	ADD CONSTRAINT mail_message_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES mail_message ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_author_id_fkey FOREIGN KEY (author_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_subtype_id_fkey FOREIGN KEY (subtype_id) REFERENCES mail_message_subtype ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_moderator_id_fkey FOREIGN KEY (moderator_id) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE mail_followers
	ADD CONSTRAINT mail_followers_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES res_partner ON DELETE CASCADE;

--
-- Cache signals: Odoo's processes compare these with what they last saw.
--
CREATE SEQUENCE base_registry_signaling;
CREATE SEQUENCE base_cache_signaling;
