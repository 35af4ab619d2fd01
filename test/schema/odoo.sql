--
-- odoo.sql: the tables of an Odoo 19 (modules sale_management and sale_stock) that orders,
-- products, stock and customers touch. Written for tests and the demo, where bringing up a
-- real Odoo would take minutes.
--
-- Neighbours: data.sql fills these tables like a fresh company in Egypt; odoo_actions.sql
-- acts on them like Odoo's clerks do.
--
-- Load into an empty database, as the role that owns it (no superuser needed), with
-- psql -v ON_ERROR_STOP=1; PostgreSQL 13 to 18. The first error stops the load.
--
-- Every table has all of Odoo's columns, types, NOT NULLs, checks and unique constraints.
-- Defaults are Odoo's own: almost none, as Odoo's ORM fills each column itself. Left out:
-- indexes that need pg_trgm or an expression over JSON text, and foreign keys into tables
-- that are not here. "make check-odoo" compares the columns with a real Odoo.
--

--
-- Money, places, precision.
--
CREATE TABLE res_currency (
	id                     serial,
	name                   varchar   NOT NULL,
	symbol                 varchar   NOT NULL,
	iso_numeric            integer,
	decimal_places         integer,
	create_uid             integer,
	write_uid              integer,
	full_name              varchar,
	position               varchar,
	currency_unit_label    jsonb,
	currency_subunit_label jsonb,
	rounding               numeric,
	active                 boolean,
	create_date            timestamp,
	write_date             timestamp,
	PRIMARY KEY (id),
	CONSTRAINT res_currency_unique_name UNIQUE (name),
	CONSTRAINT res_currency_rounding_gt_zero CHECK ((rounding > (0)::numeric))
);

CREATE TABLE res_currency_rate (
	id          serial,
	currency_id integer   NOT NULL,
	company_id  integer,
	create_uid  integer,
	write_uid   integer,
	name        date      NOT NULL,
	rate        numeric,
	create_date timestamp,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT res_currency_rate_unique_name_per_day UNIQUE (name, currency_id, company_id),
	CONSTRAINT res_currency_rate_currency_rate_check CHECK ((rate > (0)::numeric))
);
CREATE INDEX res_currency_rate__currency_id_index ON res_currency_rate (currency_id);
CREATE INDEX res_currency_rate__name_index ON res_currency_rate (name);

CREATE TABLE res_country (
	id              serial,
	address_view_id integer,
	currency_id     integer,
	phone_code      integer,
	create_uid      integer,
	write_uid       integer,
	code            varchar(2) NOT NULL,
	name_position   varchar,
	name            jsonb      NOT NULL,
	vat_label       jsonb,
	address_format  text,
	state_required  boolean,
	zip_required    boolean,
	create_date     timestamp,
	write_date      timestamp,
	PRIMARY KEY (id),
	CONSTRAINT res_country_code_uniq UNIQUE (code),
	CONSTRAINT res_country_name_uniq UNIQUE (name)
);

CREATE TABLE res_country_state (
	id          serial,
	country_id  integer   NOT NULL,
	create_uid  integer,
	write_uid   integer,
	name        varchar   NOT NULL,
	code        varchar   NOT NULL,
	create_date timestamp,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT res_country_state_name_code_uniq UNIQUE (country_id, code)
);
CREATE INDEX res_country_state__country_id_index ON res_country_state (country_id);

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
	id                                                 serial,
	name                                               varchar          NOT NULL,
	partner_id                                         integer          NOT NULL,
	currency_id                                        integer          NOT NULL,
	sequence                                           integer,
	create_date                                        timestamp,
	parent_path                                        varchar,
	parent_id                                          integer,
	paperformat_id                                     integer,
	external_report_layout_id                          integer,
	create_uid                                         integer,
	write_uid                                          integer,
	email                                              varchar,
	phone                                              varchar,
	font                                               varchar,
	primary_color                                      varchar,
	secondary_color                                    varchar,
	layout_background                                  varchar          NOT NULL,
	report_header                                      jsonb,
	report_footer                                      jsonb,
	company_details                                    jsonb,
	active                                             boolean,
	uses_default_logo                                  boolean,
	write_date                                         timestamp,
	logo_web                                           bytea,
	nomenclature_id                                    integer,
	resource_calendar_id                               integer,
	alias_domain_id                                    integer,
	email_primary_color                                varchar,
	email_secondary_color                              varchar,
	iap_enrich_auto_done                               boolean,
	snailmail_color                                    boolean,
	snailmail_cover                                    boolean,
	snailmail_duplex                                   boolean,
	fiscalyear_last_day                                integer          NOT NULL,
	transfer_account_id                                integer,
	default_cash_difference_income_account_id          integer,
	default_cash_difference_expense_account_id         integer,
	account_journal_suspense_account_id                integer,
	account_journal_early_pay_discount_gain_account_id integer,
	account_journal_early_pay_discount_loss_account_id integer,
	account_sale_tax_id                                integer,
	account_purchase_tax_id                            integer,
	account_purchase_receipt_fiscal_position_id        integer,
	currency_exchange_journal_id                       integer,
	income_currency_exchange_account_id                integer,
	expense_currency_exchange_account_id               integer,
	incoterm_id                                        integer,
	batch_payment_sequence_id                          integer,
	account_opening_move_id                            integer,
	account_default_pos_receivable_account_id          integer,
	expense_accrual_account_id                         integer,
	revenue_accrual_account_id                         integer,
	automatic_entry_default_journal_id                 integer,
	domestic_fiscal_position_id                        integer,
	account_fiscal_country_id                          integer,
	tax_cash_basis_journal_id                          integer,
	account_cash_basis_base_account_id                 integer,
	account_discount_income_allocation_id              integer,
	account_discount_expense_allocation_id             integer,
	income_account_id                                  integer,
	expense_account_id                                 integer,
	price_difference_account_id                        integer,
	fiscalyear_last_month                              varchar          NOT NULL,
	chart_template                                     varchar,
	bank_account_code_prefix                           varchar,
	cash_account_code_prefix                           varchar,
	transfer_account_code_prefix                       varchar,
	tax_calculation_rounding_method                    varchar,
	terms_type                                         varchar,
	quick_edit_mode                                    varchar,
	account_price_include                              varchar          NOT NULL,
	fiscalyear_lock_date                               date,
	tax_lock_date                                      date,
	sale_lock_date                                     date,
	purchase_lock_date                                 date,
	hard_lock_date                                     date,
	account_opening_date                               date,
	invoice_terms                                      jsonb,
	invoice_terms_html                                 jsonb,
	expects_chart_of_accounts                          boolean,
	anglo_saxon_accounting                             boolean,
	qr_code                                            boolean,
	link_qr_code                                       boolean,
	display_invoice_amount_total_words                 boolean,
	display_invoice_tax_company_currency               boolean,
	account_use_credit_limit                           boolean,
	tax_exigibility                                    boolean,
	account_storno                                     boolean,
	restrictive_audit_trail                            boolean,
	autopost_bills                                     boolean,
	internal_transit_location_id                       integer,
	stock_mail_confirmation_template_id                integer,
	annual_inventory_day                               integer,
	annual_inventory_month                             varchar,
	stock_confirmation_type                            varchar,
	stock_move_email_validation                        boolean,
	stock_text_confirmation                            boolean,
	horizon_days                                       double precision NOT NULL,
	account_stock_journal_id                           integer,
	account_stock_valuation_id                         integer,
	account_production_wip_account_id                  integer,
	account_production_wip_overhead_account_id         integer,
	inventory_period                                   varchar          NOT NULL,
	inventory_valuation                                varchar,
	cost_method                                        varchar          NOT NULL,
	stock_sms_confirmation_template_id                 integer,
	has_received_warning_stock_sms                     boolean,
	quotation_validity_days                            integer,
	sale_discount_product_id                           integer,
	downpayment_account_id                             integer,
	sale_onboarding_payment_method                     varchar,
	portal_confirmation_sign                           boolean,
	portal_confirmation_pay                            boolean,
	prepayment_percent                                 double precision,
	sale_order_template_id                             integer,
	security_lead                                      double precision NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT res_company_name_uniq UNIQUE (name),
	CONSTRAINT res_company_check_quotation_validity_days CHECK ((quotation_validity_days >= 0))
);
CREATE INDEX res_company__alias_domain_id_index ON res_company (alias_domain_id) WHERE (alias_domain_id IS NOT NULL);
CREATE INDEX res_company__parent_id_index ON res_company (parent_id);
CREATE INDEX res_company__parent_path_index ON res_company (parent_path);
CREATE INDEX res_company__partner_id_index ON res_company (partner_id);

CREATE TABLE res_partner (
	id                                       serial,
	company_id                               integer,
	create_date                              timestamp,
	name                                     varchar,
	parent_id                                integer,
	user_id                                  integer,
	state_id                                 integer,
	country_id                               integer,
	industry_id                              integer,
	color                                    integer,
	commercial_partner_id                    integer,
	create_uid                               integer,
	write_uid                                integer,
	complete_name                            varchar,
	ref                                      varchar,
	lang                                     varchar,
	tz                                       varchar,
	vat                                      varchar,
	company_registry                         varchar,
	website                                  varchar,
	function                                 varchar,
	type                                     varchar,
	street                                   varchar,
	street2                                  varchar,
	zip                                      varchar,
	city                                     varchar,
	email                                    varchar,
	phone                                    varchar,
	commercial_company_name                  varchar,
	company_name                             varchar,
	properties                               jsonb,
	barcode                                  jsonb,
	comment                                  text,
	partner_latitude                         numeric,
	partner_longitude                        numeric,
	active                                   boolean,
	employee                                 boolean,
	is_company                               boolean,
	partner_share                            boolean,
	write_date                               timestamp,
	message_bounce                           integer,
	email_normalized                         varchar,
	signup_type                              varchar,
	phone_sanitized                          varchar,
	specific_property_product_pricelist      jsonb,
	invoice_template_pdf_report_id           integer,
	supplier_rank                            integer,
	customer_rank                            integer,
	autopost_bills                           varchar   NOT NULL,
	credit_limit                             jsonb,
	property_account_payable_id              jsonb,
	property_account_receivable_id           jsonb,
	property_account_position_id             jsonb,
	property_payment_term_id                 jsonb,
	property_supplier_payment_term_id        jsonb,
	trust                                    jsonb,
	ignore_abnormal_invoice_date             jsonb,
	ignore_abnormal_invoice_amount           jsonb,
	invoice_sending_method                   jsonb,
	invoice_edi_format_store                 jsonb,
	property_outbound_payment_method_line_id jsonb,
	property_inbound_payment_method_line_id  jsonb,
	property_stock_customer                  jsonb,
	property_stock_supplier                  jsonb,
	picking_warn_msg                         text,
	global_location_number                   varchar,
	peppol_endpoint                          varchar,
	peppol_eas                               varchar,
	sale_warn_msg                            text,
	PRIMARY KEY (id),
	CONSTRAINT res_partner_check_name CHECK (((((type)::text = 'contact'::text) AND (name IS NOT NULL)) OR ((type)::text <> 'contact'::text)))
);
CREATE INDEX res_partner__barcode_index ON res_partner (((barcode IS NOT NULL))) WHERE (barcode IS NOT NULL);
CREATE INDEX res_partner__commercial_partner_id_index ON res_partner (commercial_partner_id);
CREATE INDEX res_partner__company_id_index ON res_partner (company_id);
CREATE INDEX res_partner__company_registry_index ON res_partner (company_registry) WHERE (company_registry IS NOT NULL);
CREATE INDEX res_partner__complete_name_index ON res_partner (complete_name);
CREATE INDEX res_partner__credit_limit_index ON res_partner (((credit_limit IS NOT NULL))) WHERE (credit_limit IS NOT NULL);
CREATE INDEX res_partner__ignore_abnormal_invoice_amount_index ON res_partner (((ignore_abnormal_invoice_amount IS NOT NULL))) WHERE (ignore_abnormal_invoice_amount IS NOT NULL);
CREATE INDEX res_partner__ignore_abnormal_invoice_date_index ON res_partner (((ignore_abnormal_invoice_date IS NOT NULL))) WHERE (ignore_abnormal_invoice_date IS NOT NULL);
CREATE INDEX res_partner__invoice_edi_format_store_index ON res_partner (((invoice_edi_format_store IS NOT NULL))) WHERE (invoice_edi_format_store IS NOT NULL);
CREATE INDEX res_partner__invoice_sending_method_index ON res_partner (((invoice_sending_method IS NOT NULL))) WHERE (invoice_sending_method IS NOT NULL);
CREATE INDEX res_partner__name_index ON res_partner (name);
CREATE INDEX res_partner__parent_id_index ON res_partner (parent_id);
CREATE INDEX res_partner__property_account_payable_id_index ON res_partner (((property_account_payable_id IS NOT NULL))) WHERE (property_account_payable_id IS NOT NULL);
CREATE INDEX res_partner__property_account_position_id_index ON res_partner (((property_account_position_id IS NOT NULL))) WHERE (property_account_position_id IS NOT NULL);
CREATE INDEX res_partner__property_account_receivable_id_index ON res_partner (((property_account_receivable_id IS NOT NULL))) WHERE (property_account_receivable_id IS NOT NULL);
CREATE INDEX res_partner__property_inbound_payment_method_line_id_index ON res_partner (((property_inbound_payment_method_line_id IS NOT NULL))) WHERE (property_inbound_payment_method_line_id IS NOT NULL);
CREATE INDEX res_partner__property_outbound_payment_method_line_id_index ON res_partner (((property_outbound_payment_method_line_id IS NOT NULL))) WHERE (property_outbound_payment_method_line_id IS NOT NULL);
CREATE INDEX res_partner__property_payment_term_id_index ON res_partner (((property_payment_term_id IS NOT NULL))) WHERE (property_payment_term_id IS NOT NULL);
CREATE INDEX res_partner__property_stock_customer_index ON res_partner (((property_stock_customer IS NOT NULL))) WHERE (property_stock_customer IS NOT NULL);
CREATE INDEX res_partner__property_stock_supplier_index ON res_partner (((property_stock_supplier IS NOT NULL))) WHERE (property_stock_supplier IS NOT NULL);
CREATE INDEX res_partner__property_supplier_payment_term_id_index ON res_partner (((property_supplier_payment_term_id IS NOT NULL))) WHERE (property_supplier_payment_term_id IS NOT NULL);
CREATE INDEX res_partner__ref_index ON res_partner (ref);
CREATE INDEX res_partner__specific_property_product_pricelist_index ON res_partner (((specific_property_product_pricelist IS NOT NULL))) WHERE (specific_property_product_pricelist IS NOT NULL);
CREATE INDEX res_partner__trust_index ON res_partner (((trust IS NOT NULL))) WHERE (trust IS NOT NULL);
CREATE INDEX res_partner__vat_index ON res_partner (vat);
CREATE INDEX res_partner_phone_partial_tgm ON res_partner (regexp_replace((phone)::text, '[\s\\./\(\)\-]'::text, ''::text, 'g'::text)) WHERE (phone IS NOT NULL);

CREATE TABLE res_users (
	id                    serial,
	company_id            integer   NOT NULL,
	partner_id            integer   NOT NULL,
	active                boolean   DEFAULT true,
	create_date           timestamp,
	login                 varchar   NOT NULL,
	password              varchar,
	action_id             integer,
	create_uid            integer,
	write_uid             integer,
	signature             text,
	share                 boolean,
	write_date            timestamp,
	totp_last_counter     integer,
	totp_secret           varchar,
	tour_enabled          boolean,
	notification_type     varchar   NOT NULL,
	manual_im_status      varchar,
	out_of_office_message text,
	out_of_office_from    timestamp,
	out_of_office_to      timestamp,
	odoobot_state         varchar,
	odoobot_failed        boolean,
	sale_team_id          integer,
	property_warehouse_id jsonb,
	PRIMARY KEY (id),
	CONSTRAINT res_users_login_key UNIQUE (login),
	CONSTRAINT res_users_notification_type CHECK ((((notification_type)::text = 'email'::text) OR (NOT share)))
);
CREATE INDEX res_users__partner_id_index ON res_users (partner_id);
CREATE INDEX res_users__property_warehouse_id_index ON res_users (((property_warehouse_id IS NOT NULL))) WHERE (property_warehouse_id IS NOT NULL);

CREATE TABLE res_company_users_rel (
	cid     integer NOT NULL,
	user_id integer NOT NULL,
	PRIMARY KEY (cid, user_id)
);
CREATE INDEX res_company_users_rel_user_id_cid_idx ON res_company_users_rel (user_id, cid);

CREATE TABLE res_groups (
	id               serial,
	name             jsonb            NOT NULL,
	sequence         integer,
	privilege_id     integer,
	create_uid       integer,
	write_uid        integer,
	comment          jsonb,
	share            boolean,
	create_date      timestamp,
	write_date       timestamp,
	api_key_duration double precision,
	PRIMARY KEY (id),
	CONSTRAINT res_groups_name_uniq UNIQUE (privilege_id, name),
	CONSTRAINT res_groups_check_api_key_duration CHECK ((api_key_duration >= (0)::double precision))
);
CREATE INDEX res_groups__privilege_id_index ON res_groups (privilege_id);

CREATE TABLE res_groups_users_rel (
	gid integer NOT NULL,
	uid integer NOT NULL,
	PRIMARY KEY (gid, uid)
);
CREATE INDEX res_groups_users_rel_uid_gid_idx ON res_groups_users_rel (uid, gid);


--
-- Odoo's description of itself: models, fields, defaults, parameters, modules, number sequences.
--
CREATE TABLE ir_model (
	id                serial,
	create_uid        integer,
	write_uid         integer,
	model             varchar   NOT NULL,
	"order"           varchar   NOT NULL,
	state             varchar,
	fold_name         varchar,
	name              jsonb     NOT NULL,
	info              text,
	abstract          boolean,
	transient         boolean,
	create_date       timestamp,
	write_date        timestamp,
	is_mail_thread    boolean,
	is_mail_activity  boolean,
	is_mail_blacklist boolean,
	PRIMARY KEY (id),
	CONSTRAINT ir_model_obj_name_uniq UNIQUE (model)
);

CREATE TABLE ir_model_fields (
	id                   serial,
	relation_field_id    integer,
	model_id             integer   NOT NULL,
	related_field_id     integer,
	size                 integer,
	create_uid           integer,
	write_uid            integer,
	name                 varchar   NOT NULL,
	model                varchar   NOT NULL,
	relation             varchar,
	relation_field       varchar,
	ttype                varchar   NOT NULL,
	related              varchar,
	translate            varchar,
	state                varchar   NOT NULL,
	on_delete            varchar,
	domain               varchar,
	relation_table       varchar,
	column1              varchar,
	column2              varchar,
	depends              varchar,
	currency_field       varchar,
	field_description    jsonb     NOT NULL,
	help                 jsonb,
	compute              text,
	copied               boolean,
	required             boolean,
	readonly             boolean,
	index                boolean,
	company_dependent    boolean,
	group_expand         boolean,
	selectable           boolean,
	store                boolean,
	sanitize             boolean,
	sanitize_overridable boolean,
	sanitize_tags        boolean,
	sanitize_attributes  boolean,
	sanitize_style       boolean,
	sanitize_form        boolean,
	strip_style          boolean,
	strip_classes        boolean,
	create_date          timestamp,
	write_date           timestamp,
	tracking             integer,
	PRIMARY KEY (id),
	CONSTRAINT ir_model_fields_name_unique UNIQUE (model, name),
	CONSTRAINT ir_model_fields_name_manual_field CHECK ((((state)::text <> 'manual'::text) OR ((name)::text ~~ 'x\_%'::text))),
	CONSTRAINT ir_model_fields_size_gt_zero CHECK ((size >= 0))
);
CREATE INDEX ir_model_fields__model_id_index ON ir_model_fields (model_id);
CREATE INDEX ir_model_fields__model_index ON ir_model_fields (model);
CREATE INDEX ir_model_fields__name_index ON ir_model_fields (name);
CREATE INDEX ir_model_fields__state_index ON ir_model_fields (state);

CREATE TABLE ir_model_data (
	id          serial,
	create_uid  integer,
	create_date timestamp DEFAULT (now() AT TIME ZONE 'UTC'),
	write_date  timestamp DEFAULT (now() AT TIME ZONE 'UTC'),
	write_uid   integer,
	res_id      integer,
	noupdate    boolean   DEFAULT false,
	name        varchar   NOT NULL,
	module      varchar   NOT NULL,
	model       varchar   NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT ir_model_data_name_nospaces CHECK (((name)::text !~~ '% %'::text))
);
CREATE INDEX ir_model_data_model_res_id_index ON ir_model_data (model, res_id);
CREATE UNIQUE INDEX ir_model_data_module_name_uniq_index ON ir_model_data (module, name);

--
-- Scheduled actions. ir_act_server inherits the columns of ir_actions, and its numbers; of its
-- own columns only those a scheduled action fills are here.
--
CREATE TABLE ir_actions (
	id                 serial,
	binding_model_id   integer,
	create_uid         integer,
	write_uid          integer,
	type               varchar   NOT NULL,
	path               varchar,
	binding_type       varchar   NOT NULL,
	binding_view_types varchar,
	name               jsonb     NOT NULL,
	help               jsonb,
	create_date        timestamp,
	write_date         timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE ir_act_server (
	sequence             integer,
	model_id             integer NOT NULL REFERENCES ir_model ON DELETE CASCADE,
	automated_name       varchar,
	usage                varchar NOT NULL,
	state                varchar NOT NULL,
	update_m2m_operation varchar,
	update_boolean_value varchar,
	evaluation_type      varchar,
	code                 text,
	PRIMARY KEY (id)
) INHERITS (ir_actions);

CREATE TABLE ir_cron (
	id                   serial,
	ir_actions_server_id integer   NOT NULL REFERENCES ir_act_server ON DELETE RESTRICT,
	user_id              integer   NOT NULL,
	interval_number      integer   NOT NULL,
	priority             integer,
	failure_count        integer,
	create_uid           integer,
	write_uid            integer,
	cron_name            varchar,
	interval_type        varchar   NOT NULL,
	active               boolean,
	nextcall             timestamp NOT NULL,
	lastcall             timestamp,
	first_failure_date   timestamp,
	create_date          timestamp,
	write_date           timestamp,
	PRIMARY KEY (id),
	CONSTRAINT ir_cron_check_strictly_positive_interval CHECK ((interval_number > 0))
);

CREATE TABLE ir_cron_trigger (
	id          serial,
	cron_id     integer   NOT NULL REFERENCES ir_cron ON DELETE CASCADE,
	create_uid  integer,
	write_uid   integer,
	call_at     timestamp NOT NULL,
	create_date timestamp,
	write_date  timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX ir_cron_trigger__call_at_index ON ir_cron_trigger (call_at);
CREATE INDEX ir_cron_trigger__cron_id_index ON ir_cron_trigger (cron_id);

CREATE TABLE ir_default (
	id          serial,
	field_id    integer   NOT NULL,
	user_id     integer,
	company_id  integer,
	create_uid  integer,
	write_uid   integer,
	condition   varchar,
	json_value  varchar   NOT NULL,
	create_date timestamp,
	write_date  timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX ir_default__company_id_index ON ir_default (company_id);
CREATE INDEX ir_default__field_id_index ON ir_default (field_id);
CREATE INDEX ir_default__user_id_index ON ir_default (user_id);

CREATE TABLE ir_config_parameter (
	id          serial,
	create_uid  integer,
	write_uid   integer,
	key         varchar   NOT NULL,
	value       text      NOT NULL,
	create_date timestamp,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT ir_config_parameter_key_uniq UNIQUE (key)
);

CREATE TABLE ir_module_module (
	id                serial,
	create_uid        integer,
	create_date       timestamp,
	write_date        timestamp,
	write_uid         integer,
	website           varchar,
	summary           jsonb,
	name              varchar     NOT NULL,
	author            varchar,
	icon              varchar,
	state             varchar(16),
	latest_version    varchar,
	shortdesc         jsonb,
	category_id       integer,
	description       jsonb,
	application       boolean     DEFAULT false,
	demo              boolean     DEFAULT false,
	web               boolean     DEFAULT false,
	license           varchar(32),
	sequence          integer     DEFAULT 100,
	auto_install      boolean     DEFAULT false,
	to_buy            boolean     DEFAULT false,
	maintainer        varchar,
	published_version varchar,
	url               varchar,
	contributors      text,
	menus_by_module   text,
	reports_by_module text,
	views_by_module   text,
	module_type       varchar,
	imported          boolean,
	PRIMARY KEY (id),
	CONSTRAINT ir_module_module_name_uniq UNIQUE (name)
);
CREATE INDEX ir_module_module__category_id_index ON ir_module_module (category_id);
CREATE INDEX ir_module_module__state_index ON ir_module_module (state);

CREATE TABLE ir_sequence (
	id               serial,
	number_next      integer   NOT NULL,
	number_increment integer   NOT NULL,
	padding          integer   NOT NULL,
	company_id       integer,
	create_uid       integer,
	write_uid        integer,
	name             varchar   NOT NULL,
	code             varchar,
	implementation   varchar   NOT NULL,
	prefix           varchar,
	suffix           varchar,
	active           boolean,
	use_date_range   boolean,
	create_date      timestamp,
	write_date       timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE ir_sequence_date_range (
	id          serial,
	sequence_id integer   NOT NULL,
	number_next integer   NOT NULL,
	create_uid  integer,
	write_uid   integer,
	date_from   date      NOT NULL,
	date_to     date      NOT NULL,
	create_date timestamp,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT ir_sequence_date_range_unique_range_per_sequence UNIQUE (sequence_id, date_from, date_to)
);


--
-- Units, products, variants.
--
CREATE TABLE uom_uom (
	id              serial,
	sequence        integer,
	relative_uom_id integer,
	create_uid      integer,
	write_uid       integer,
	parent_path     varchar,
	name            jsonb     NOT NULL,
	relative_factor numeric   NOT NULL,
	factor          numeric,
	active          boolean,
	create_date     timestamp,
	write_date      timestamp,
	package_type_id integer,
	PRIMARY KEY (id),
	CONSTRAINT uom_uom_factor_gt_zero CHECK ((relative_factor <> (0)::numeric))
);
CREATE INDEX uom_uom__parent_path_index ON uom_uom (parent_path);
CREATE INDEX uom_uom__relative_uom_id_index ON uom_uom (relative_uom_id) WHERE (relative_uom_id IS NOT NULL);

CREATE TABLE product_category (
	id                                   serial,
	parent_id                            integer,
	create_uid                           integer,
	write_uid                            integer,
	name                                 varchar   NOT NULL,
	complete_name                        varchar,
	parent_path                          varchar,
	product_properties_definition        jsonb,
	create_date                          timestamp,
	write_date                           timestamp,
	property_account_income_categ_id     jsonb,
	property_account_expense_categ_id    jsonb,
	removal_strategy_id                  integer,
	packaging_reserve_method             varchar,
	property_valuation                   jsonb,
	property_cost_method                 jsonb,
	property_stock_journal               jsonb,
	property_stock_valuation_account_id  jsonb,
	property_price_difference_account_id jsonb,
	PRIMARY KEY (id)
);
CREATE INDEX product_category__parent_id_index ON product_category (parent_id);
CREATE INDEX product_category__parent_path_index ON product_category (parent_path);
CREATE INDEX product_category__property_account_expense_categ_id_index ON product_category (((property_account_expense_categ_id IS NOT NULL))) WHERE (property_account_expense_categ_id IS NOT NULL);
CREATE INDEX product_category__property_account_income_categ_id_index ON product_category (((property_account_income_categ_id IS NOT NULL))) WHERE (property_account_income_categ_id IS NOT NULL);
CREATE INDEX product_category__property_cost_method_index ON product_category (((property_cost_method IS NOT NULL))) WHERE (property_cost_method IS NOT NULL);
CREATE INDEX product_category__property_price_difference_account_id_index ON product_category (((property_price_difference_account_id IS NOT NULL))) WHERE (property_price_difference_account_id IS NOT NULL);
CREATE INDEX product_category__property_stock_journal_index ON product_category (((property_stock_journal IS NOT NULL))) WHERE (property_stock_journal IS NOT NULL);
CREATE INDEX product_category__property_stock_valuation_account_id_index ON product_category (((property_stock_valuation_account_id IS NOT NULL))) WHERE (property_stock_valuation_account_id IS NOT NULL);
CREATE INDEX product_category__property_valuation_index ON product_category (((property_valuation IS NOT NULL))) WHERE (property_valuation IS NOT NULL);

CREATE TABLE product_template (
	id                                   serial,
	sequence                             integer,
	categ_id                             integer,
	uom_id                               integer   NOT NULL,
	company_id                           integer,
	color                                integer,
	create_uid                           integer,
	write_uid                            integer,
	type                                 varchar   NOT NULL,
	service_tracking                     varchar   NOT NULL,
	default_code                         varchar,
	name                                 jsonb     NOT NULL,
	description                          jsonb,
	description_purchase                 jsonb,
	description_sale                     jsonb,
	product_properties                   jsonb,
	list_price                           numeric,
	volume                               numeric,
	weight                               numeric,
	sale_ok                              boolean,
	purchase_ok                          boolean,
	active                               boolean,
	can_image_1024_be_zoomed             boolean,
	has_configurable_attributes          boolean,
	is_favorite                          boolean,
	create_date                          timestamp,
	write_date                           timestamp,
	property_account_income_id           jsonb,
	property_account_expense_id          jsonb,
	sale_delay                           integer,
	lot_sequence_id                      integer,
	tracking                             varchar   NOT NULL,
	responsible_id                       jsonb,
	property_stock_production            jsonb,
	property_stock_inventory             jsonb,
	description_picking                  jsonb,
	description_pickingout               jsonb,
	description_pickingin                jsonb,
	is_storable                          boolean,
	property_price_difference_account_id jsonb,
	lot_valuated                         boolean,
	service_type                         varchar,
	expense_policy                       varchar,
	invoice_policy                       varchar,
	sale_line_warn_msg                   text,
	PRIMARY KEY (id)
);
CREATE INDEX product_template__company_id_index ON product_template (company_id);
CREATE INDEX product_template__property_account_expense_id_index ON product_template (((property_account_expense_id IS NOT NULL))) WHERE (property_account_expense_id IS NOT NULL);
CREATE INDEX product_template__property_account_income_id_index ON product_template (((property_account_income_id IS NOT NULL))) WHERE (property_account_income_id IS NOT NULL);
CREATE INDEX product_template__property_price_difference_account_id_index ON product_template (((property_price_difference_account_id IS NOT NULL))) WHERE (property_price_difference_account_id IS NOT NULL);
CREATE INDEX product_template__property_stock_inventory_index ON product_template (((property_stock_inventory IS NOT NULL))) WHERE (property_stock_inventory IS NOT NULL);
CREATE INDEX product_template__property_stock_production_index ON product_template (((property_stock_production IS NOT NULL))) WHERE (property_stock_production IS NOT NULL);
CREATE INDEX product_template__responsible_id_index ON product_template (((responsible_id IS NOT NULL))) WHERE (responsible_id IS NOT NULL);
CREATE INDEX product_template_is_favorite_index ON product_template (is_favorite) WHERE (is_favorite IS TRUE);

CREATE TABLE product_product (
	id                               serial,
	product_tmpl_id                  integer   NOT NULL,
	create_uid                       integer,
	write_uid                        integer,
	default_code                     varchar,
	barcode                          varchar,
	combination_indices              varchar,
	standard_price                   jsonb,
	volume                           numeric,
	weight                           numeric,
	active                           boolean,
	can_image_variant_1024_be_zoomed boolean,
	is_favorite                      boolean,
	is_in_selected_section_of_order  boolean,
	write_date                       timestamp,
	create_date                      timestamp,
	lot_properties_definition        jsonb,
	PRIMARY KEY (id)
);
CREATE INDEX product_product__barcode_index ON product_product (barcode) WHERE (barcode IS NOT NULL);
CREATE INDEX product_product__combination_indices_index ON product_product (combination_indices);
CREATE INDEX product_product__default_code_index ON product_product (default_code);
CREATE INDEX product_product__product_tmpl_id_index ON product_product (product_tmpl_id);
CREATE INDEX product_product__standard_price_index ON product_product (((standard_price IS NOT NULL))) WHERE (standard_price IS NOT NULL);
CREATE UNIQUE INDEX product_product_combination_unique ON product_product (product_tmpl_id, combination_indices) WHERE (active IS TRUE);
CREATE INDEX product_product_is_favorite_index ON product_product (is_favorite) WHERE (is_favorite IS TRUE);

CREATE TABLE product_attribute (
	id             serial,
	sequence       integer,
	create_variant varchar   NOT NULL,
	display_type   varchar   NOT NULL,
	name           jsonb     NOT NULL,
	active         boolean,
	create_uid     integer,
	write_uid      integer,
	create_date    timestamp,
	write_date     timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX product_attribute__sequence_index ON product_attribute (sequence);

CREATE TABLE product_attribute_value (
	id                  serial,
	sequence            integer,
	attribute_id        integer          NOT NULL,
	color               integer,
	html_color          varchar,
	name                jsonb            NOT NULL,
	is_custom           boolean,
	active              boolean,
	default_extra_price double precision,
	create_uid          integer,
	write_uid           integer,
	create_date         timestamp,
	write_date          timestamp,
	PRIMARY KEY (id),
	CONSTRAINT product_attribute_value_value_company_uniq UNIQUE (name, attribute_id)
);
CREATE INDEX product_attribute_value__sequence_index ON product_attribute_value (sequence);
CREATE INDEX product_attribute_value__attribute_id_index ON product_attribute_value (attribute_id);

CREATE TABLE product_template_attribute_line (
	id              serial,
	product_tmpl_id integer   NOT NULL,
	sequence        integer,
	attribute_id    integer   NOT NULL,
	value_count     integer,
	create_uid      integer,
	write_uid       integer,
	active          boolean,
	create_date     timestamp,
	write_date      timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX product_template_attribute_line__attribute_id_index ON product_template_attribute_line (attribute_id);
CREATE INDEX product_template_attribute_line__product_tmpl_id_index ON product_template_attribute_line (product_tmpl_id);

CREATE TABLE product_template_attribute_value (
	id                         serial,
	product_attribute_value_id integer   NOT NULL,
	attribute_line_id          integer   NOT NULL,
	product_tmpl_id            integer,
	attribute_id               integer,
	color                      integer,
	create_uid                 integer,
	write_uid                  integer,
	price_extra                numeric,
	ptav_active                boolean,
	create_date                timestamp,
	write_date                 timestamp,
	PRIMARY KEY (id),
	CONSTRAINT product_template_attribute_value_attribute_value_unique UNIQUE (attribute_line_id, product_attribute_value_id)
);
CREATE INDEX product_template_attribute_value__attribute_id_index ON product_template_attribute_value (attribute_id);
CREATE INDEX product_template_attribute_value__attribute_line_id_index ON product_template_attribute_value (attribute_line_id);
CREATE INDEX product_template_attribute_value__product_attribute_va_63041d9e ON product_template_attribute_value (product_attribute_value_id);
CREATE INDEX product_template_attribute_value__product_tmpl_id_index ON product_template_attribute_value (product_tmpl_id);

CREATE TABLE product_variant_combination (
	product_product_id                  integer NOT NULL,
	product_template_attribute_value_id integer NOT NULL,
	PRIMARY KEY (product_product_id, product_template_attribute_value_id)
);
CREATE INDEX product_variant_combination_product_template_attribute_valu_idx ON product_variant_combination (product_template_attribute_value_id, product_product_id);

CREATE TABLE product_pricelist (
	id          serial,
	sequence    integer,
	currency_id integer   NOT NULL,
	company_id  integer,
	create_uid  integer,
	write_uid   integer,
	name        jsonb     NOT NULL,
	active      boolean,
	create_date timestamp,
	write_date  timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE product_pricelist_item (
	id                 serial,
	pricelist_id       integer,
	company_id         integer,
	currency_id        integer,
	categ_id           integer,
	product_tmpl_id    integer,
	product_id         integer,
	base_pricelist_id  integer,
	create_uid         integer,
	write_uid          integer,
	applied_on         varchar          NOT NULL,
	display_applied_on varchar          NOT NULL,
	base               varchar          NOT NULL,
	compute_price      varchar          NOT NULL,
	min_quantity       numeric,
	fixed_price        numeric,
	price_discount     numeric,
	price_round        numeric,
	price_surcharge    numeric,
	price_markup       numeric,
	price_min_margin   numeric,
	price_max_margin   numeric,
	date_start         timestamp,
	date_end           timestamp,
	create_date        timestamp,
	write_date         timestamp,
	percent_price      double precision,
	PRIMARY KEY (id)
);
CREATE INDEX product_pricelist_item__compute_price_index ON product_pricelist_item (compute_price);
CREATE INDEX product_pricelist_item__pricelist_id_index ON product_pricelist_item (pricelist_id);
CREATE INDEX product_pricelist_item__product_id_index ON product_pricelist_item (product_id) WHERE (product_id IS NOT NULL);
CREATE INDEX product_pricelist_item__product_tmpl_id_index ON product_pricelist_item (product_tmpl_id) WHERE (product_tmpl_id IS NOT NULL);


--
-- Taxes, fiscal positions, payment terms.
--
CREATE TABLE account_tax_group (
	id                             serial,
	sequence                       integer,
	company_id                     integer   NOT NULL,
	tax_payable_account_id         integer,
	tax_receivable_account_id      integer,
	advance_tax_payment_account_id integer,
	country_id                     integer,
	create_uid                     integer,
	write_uid                      integer,
	pos_receipt_label              varchar,
	name                           jsonb     NOT NULL,
	preceding_subtotal             jsonb,
	create_date                    timestamp,
	write_date                     timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE account_tax (
	id                                serial,
	company_id                        integer   NOT NULL,
	sequence                          integer   NOT NULL,
	tax_group_id                      integer   NOT NULL,
	cash_basis_transition_account_id  integer,
	country_id                        integer   NOT NULL,
	create_uid                        integer,
	write_uid                         integer,
	type_tax_use                      varchar   NOT NULL,
	tax_scope                         varchar,
	amount_type                       varchar   NOT NULL,
	price_include_override            varchar,
	tax_exigibility                   varchar,
	name                              jsonb     NOT NULL,
	description                       jsonb,
	invoice_label                     jsonb,
	invoice_legal_notes               jsonb,
	amount                            numeric   NOT NULL,
	is_domestic                       boolean,
	active                            boolean,
	include_base_amount               boolean,
	is_base_affected                  boolean,
	analytic                          boolean,
	create_date                       timestamp,
	write_date                        timestamp,
	ubl_cii_tax_category_code         varchar,
	ubl_cii_tax_exemption_reason_code varchar,
	PRIMARY KEY (id)
);

CREATE TABLE account_tax_filiation_rel (
	parent_tax integer NOT NULL,
	child_tax  integer NOT NULL,
	PRIMARY KEY (parent_tax, child_tax)
);
CREATE INDEX account_tax_filiation_rel_child_tax_parent_tax_idx ON account_tax_filiation_rel (child_tax, parent_tax);

CREATE TABLE account_tax_repartition_line (
	id                 serial,
	account_id         integer,
	tax_id             integer,
	company_id         integer,
	sequence           integer,
	create_uid         integer,
	write_uid          integer,
	repartition_type   varchar   NOT NULL,
	document_type      varchar   NOT NULL,
	factor_percent     numeric   NOT NULL,
	use_in_tax_closing boolean,
	create_date        timestamp,
	write_date         timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX account_tax_repartition_line__tax_id_index ON account_tax_repartition_line (tax_id) WHERE (tax_id IS NOT NULL);

CREATE TABLE account_tax_alternatives (
	dest_tax_id integer NOT NULL,
	src_tax_id  integer NOT NULL,
	PRIMARY KEY (dest_tax_id, src_tax_id)
);
CREATE INDEX account_tax_alternatives_src_tax_id_dest_tax_id_idx ON account_tax_alternatives (src_tax_id, dest_tax_id);

CREATE TABLE account_fiscal_position (
	id               serial,
	sequence         integer,
	company_id       integer   NOT NULL,
	country_id       integer,
	country_group_id integer,
	create_uid       integer,
	write_uid        integer,
	zip_from         varchar,
	zip_to           varchar,
	foreign_vat      varchar,
	name             jsonb     NOT NULL,
	note             jsonb,
	active           boolean,
	auto_apply       boolean,
	vat_required     boolean,
	is_domestic      boolean,
	create_date      timestamp,
	write_date       timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX account_fiscal_position__company_id_index ON account_fiscal_position (company_id);

CREATE TABLE account_fiscal_position_account_tax_rel (
	account_fiscal_position_id integer NOT NULL,
	account_tax_id             integer NOT NULL,
	PRIMARY KEY (account_fiscal_position_id, account_tax_id)
);
CREATE INDEX account_fiscal_position_accou_account_tax_id_account_fiscal_idx ON account_fiscal_position_account_tax_rel (account_tax_id, account_fiscal_position_id);

CREATE TABLE account_payment_term (
	id                             serial,
	company_id                     integer,
	sequence                       integer          NOT NULL,
	discount_days                  integer,
	create_uid                     integer,
	write_uid                      integer,
	early_pay_discount_computation varchar,
	name                           jsonb            NOT NULL,
	note                           jsonb,
	active                         boolean,
	display_on_invoice             boolean,
	early_discount                 boolean,
	create_date                    timestamp,
	write_date                     timestamp,
	discount_percentage            double precision,
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
	id              serial,
	sequence        integer,
	company_id      integer,
	user_id         integer,
	color           integer,
	create_uid      integer,
	write_uid       integer,
	name            jsonb            NOT NULL,
	active          boolean,
	create_date     timestamp,
	write_date      timestamp,
	invoiced_target double precision,
	PRIMARY KEY (id)
);
CREATE INDEX crm_team__company_id_index ON crm_team (company_id);

CREATE TABLE sale_order (
	id                               serial,
	campaign_id                      integer,
	source_id                        integer,
	medium_id                        integer,
	company_id                       integer          NOT NULL,
	partner_id                       integer          NOT NULL,
	pending_email_template_id        integer,
	journal_id                       integer,
	partner_invoice_id               integer          NOT NULL,
	partner_shipping_id              integer          NOT NULL,
	fiscal_position_id               integer,
	payment_term_id                  integer,
	preferred_payment_method_line_id integer,
	pricelist_id                     integer,
	currency_id                      integer,
	user_id                          integer,
	team_id                          integer,
	create_uid                       integer,
	write_uid                        integer,
	access_token                     varchar,
	name                             varchar          NOT NULL,
	state                            varchar,
	client_order_ref                 varchar,
	origin                           varchar,
	reference                        varchar,
	signed_by                        varchar,
	invoice_status                   varchar,
	validity_date                    date,
	note                             text,
	currency_rate                    numeric,
	amount_untaxed                   numeric,
	amount_tax                       numeric,
	amount_total                     numeric,
	locked                           boolean,
	require_signature                boolean,
	require_payment                  boolean,
	create_date                      timestamp,
	commitment_date                  timestamp,
	date_order                       timestamp        NOT NULL,
	signed_on                        timestamp,
	write_date                       timestamp,
	prepayment_percent               double precision,
	sale_order_template_id           integer,
	incoterm                         integer,
	warehouse_id                     integer,
	incoterm_location                varchar,
	picking_policy                   varchar          NOT NULL,
	delivery_status                  varchar,
	effective_date                   timestamp,
	customizable_pdf_form_fields     jsonb,
	PRIMARY KEY (id),
	CONSTRAINT sale_order_date_order_conditional_required CHECK (((((state)::text = 'sale'::text) AND (date_order IS NOT NULL)) OR ((state)::text <> 'sale'::text)))
);
CREATE INDEX sale_order__campaign_id_index ON sale_order (campaign_id) WHERE (campaign_id IS NOT NULL);
CREATE INDEX sale_order__company_id_index ON sale_order (company_id);
CREATE INDEX sale_order__create_date_index ON sale_order (create_date);
CREATE INDEX sale_order__medium_id_index ON sale_order (medium_id) WHERE (medium_id IS NOT NULL);
CREATE INDEX sale_order__partner_id_index ON sale_order (partner_id);
CREATE INDEX sale_order__partner_invoice_id_index ON sale_order (partner_invoice_id) WHERE (partner_invoice_id IS NOT NULL);
CREATE INDEX sale_order__partner_shipping_id_index ON sale_order (partner_shipping_id) WHERE (partner_shipping_id IS NOT NULL);
CREATE INDEX sale_order__source_id_index ON sale_order (source_id) WHERE (source_id IS NOT NULL);
CREATE INDEX sale_order__state_index ON sale_order (state);
CREATE INDEX sale_order__team_id_index ON sale_order (team_id);
CREATE INDEX sale_order__user_id_index ON sale_order (user_id);
CREATE INDEX sale_order_date_order_id_idx ON sale_order (date_order DESC, id DESC);

CREATE TABLE sale_order_line (
	id                        serial,
	order_id                  integer          NOT NULL,
	sequence                  integer,
	company_id                integer,
	currency_id               integer,
	order_partner_id          integer,
	salesman_id               integer,
	product_id                integer,
	product_uom_id            integer,
	linked_line_id            integer,
	combo_item_id             integer,
	create_uid                integer,
	write_uid                 integer,
	state                     varchar,
	display_type              varchar,
	virtual_id                varchar,
	linked_virtual_id         varchar,
	qty_delivered_method      varchar,
	invoice_status            varchar,
	analytic_distribution     jsonb,
	extra_tax_data            jsonb,
	name                      text             NOT NULL,
	product_uom_qty           numeric          NOT NULL,
	price_unit                numeric          NOT NULL,
	discount                  numeric,
	price_subtotal            numeric,
	price_total               numeric,
	price_reduce_taxexcl      numeric,
	price_reduce_taxinc       numeric,
	qty_delivered             numeric,
	qty_invoiced              numeric,
	qty_to_invoice            numeric,
	untaxed_amount_invoiced   numeric,
	untaxed_amount_to_invoice numeric,
	is_downpayment            boolean,
	is_expense                boolean,
	collapse_prices           boolean,
	collapse_composition      boolean,
	create_date               timestamp,
	write_date                timestamp,
	technical_price_unit      double precision,
	price_tax                 double precision,
	customer_lead             double precision NOT NULL,
	is_optional               boolean,
	warehouse_id              integer,
	PRIMARY KEY (id),
	CONSTRAINT sale_order_line_accountable_required_fields CHECK (((display_type IS NOT NULL) OR is_downpayment OR ((product_id IS NOT NULL) AND (product_uom_id IS NOT NULL)))),
	CONSTRAINT sale_order_line_non_accountable_null_fields CHECK (((display_type IS NULL) OR ((product_id IS NULL) AND (price_unit = (0)::numeric) AND (product_uom_qty = (0)::numeric) AND (product_uom_id IS NULL) AND (customer_lead = (0)::double precision))))
);
CREATE INDEX sale_order_line__company_id_index ON sale_order_line (company_id);
CREATE INDEX sale_order_line__linked_line_id_index ON sale_order_line (linked_line_id);
CREATE INDEX sale_order_line__order_id_index ON sale_order_line (order_id);
CREATE INDEX sale_order_line__order_partner_id_index ON sale_order_line (order_partner_id);
CREATE INDEX sale_order_line__product_id_index ON sale_order_line (product_id) WHERE (product_id IS NOT NULL);

CREATE TABLE account_tax_sale_order_line_rel (
	sale_order_line_id integer NOT NULL,
	account_tax_id     integer NOT NULL,
	PRIMARY KEY (sale_order_line_id, account_tax_id)
);
CREATE INDEX account_tax_sale_order_line_r_account_tax_id_sale_order_lin_idx ON account_tax_sale_order_line_rel (account_tax_id, sale_order_line_id);


--
-- Stock.
--
CREATE TABLE stock_location (
	id                         serial,
	location_id                integer,
	company_id                 integer,
	removal_strategy_id        integer,
	cyclic_inventory_frequency integer,
	warehouse_id               integer,
	storage_category_id        integer,
	create_uid                 integer,
	write_uid                  integer,
	name                       varchar   NOT NULL,
	complete_name              varchar,
	usage                      varchar   NOT NULL,
	parent_path                varchar,
	barcode                    varchar,
	last_inventory_date        date,
	next_inventory_date        date,
	active                     boolean,
	replenish_location         boolean,
	create_date                timestamp,
	write_date                 timestamp,
	valuation_account_id       integer,
	PRIMARY KEY (id),
	CONSTRAINT stock_location_barcode_company_uniq UNIQUE (barcode, company_id),
	CONSTRAINT stock_location_inventory_freq_nonneg CHECK ((cyclic_inventory_frequency >= 0))
);
CREATE INDEX stock_location__company_id_index ON stock_location (company_id);
CREATE INDEX stock_location__location_id_index ON stock_location (location_id);
CREATE INDEX stock_location__parent_path_index ON stock_location (parent_path);
CREATE INDEX stock_location__storage_category_id_index ON stock_location (storage_category_id) WHERE (storage_category_id IS NOT NULL);
CREATE INDEX stock_location__usage_index ON stock_location (usage);
CREATE INDEX stock_location_parent_path_id_idx ON stock_location (parent_path, id);

CREATE TABLE stock_warehouse (
	id                     serial,
	company_id             integer    NOT NULL,
	partner_id             integer,
	view_location_id       integer    NOT NULL,
	lot_stock_id           integer    NOT NULL,
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
	qc_type_id             integer,
	store_type_id          integer,
	xdock_type_id          integer,
	reception_route_id     integer,
	delivery_route_id      integer,
	sequence               integer,
	create_uid             integer,
	write_uid              integer,
	name                   varchar    NOT NULL,
	code                   varchar(5) NOT NULL,
	reception_steps        varchar    NOT NULL,
	delivery_steps         varchar    NOT NULL,
	active                 boolean,
	create_date            timestamp,
	write_date             timestamp,
	PRIMARY KEY (id),
	CONSTRAINT stock_warehouse_warehouse_code_uniq UNIQUE (code, company_id),
	CONSTRAINT stock_warehouse_warehouse_name_uniq UNIQUE (name, company_id)
);
CREATE INDEX stock_warehouse__view_location_id_index ON stock_warehouse (view_location_id);

CREATE TABLE stock_picking_type (
	id                                 serial,
	color                              integer,
	sequence                           integer,
	sequence_id                        integer,
	default_location_src_id            integer   NOT NULL,
	default_location_dest_id           integer   NOT NULL,
	return_picking_type_id             integer,
	warehouse_id                       integer,
	reservation_days_before            integer,
	reservation_days_before_priority   integer,
	company_id                         integer   NOT NULL,
	create_uid                         integer,
	write_uid                          integer,
	sequence_code                      varchar   NOT NULL,
	code                               varchar   NOT NULL,
	reservation_method                 varchar   NOT NULL,
	product_label_format               varchar,
	lot_label_format                   varchar,
	package_label_to_print             varchar,
	barcode                            varchar,
	create_backorder                   varchar   NOT NULL,
	move_type                          varchar   NOT NULL,
	name                               jsonb     NOT NULL,
	picking_properties_definition      jsonb,
	show_entire_packs                  boolean,
	set_package_type                   boolean,
	active                             boolean,
	use_create_lots                    boolean,
	use_existing_lots                  boolean,
	print_label                        boolean,
	show_operations                    boolean,
	auto_show_reception_report         boolean,
	auto_print_delivery_slip           boolean,
	auto_print_return_slip             boolean,
	auto_print_product_labels          boolean,
	auto_print_lot_labels              boolean,
	auto_print_reception_report        boolean,
	auto_print_reception_report_labels boolean,
	auto_print_packages                boolean,
	auto_print_package_label           boolean,
	create_date                        timestamp,
	write_date                         timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX stock_picking_type__company_id_index ON stock_picking_type (company_id);
CREATE INDEX stock_picking_type__return_picking_type_id_index ON stock_picking_type (return_picking_type_id) WHERE (return_picking_type_id IS NOT NULL);

CREATE TABLE stock_picking (
	id                 serial,
	backorder_id       integer,
	return_id          integer,
	location_id        integer   NOT NULL,
	location_dest_id   integer   NOT NULL,
	picking_type_id    integer   NOT NULL,
	partner_id         integer,
	company_id         integer,
	user_id            integer,
	owner_id           integer,
	create_uid         integer,
	write_uid          integer,
	name               varchar,
	origin             varchar,
	move_type          varchar   NOT NULL,
	state              varchar,
	priority           varchar,
	picking_properties jsonb,
	note               text,
	shipping_weight    numeric,
	has_deadline_issue boolean,
	printed            boolean,
	is_locked          boolean,
	scheduled_date     timestamp,
	date_deadline      timestamp,
	date_done          timestamp,
	create_date        timestamp,
	write_date         timestamp,
	sale_id            integer,
	PRIMARY KEY (id),
	CONSTRAINT stock_picking_name_uniq UNIQUE (name, company_id)
);
CREATE INDEX stock_picking__backorder_id_index ON stock_picking (backorder_id) WHERE (backorder_id IS NOT NULL);
CREATE INDEX stock_picking__company_id_index ON stock_picking (company_id);
CREATE INDEX stock_picking__owner_id_index ON stock_picking (owner_id) WHERE (owner_id IS NOT NULL);
CREATE INDEX stock_picking__partner_id_index ON stock_picking (partner_id) WHERE (partner_id IS NOT NULL);
CREATE INDEX stock_picking__picking_type_id_index ON stock_picking (picking_type_id);
CREATE INDEX stock_picking__return_id_index ON stock_picking (return_id) WHERE (return_id IS NOT NULL);
CREATE INDEX stock_picking__sale_id_index ON stock_picking (sale_id) WHERE (sale_id IS NOT NULL);
CREATE INDEX stock_picking__scheduled_date_index ON stock_picking (scheduled_date);
CREATE INDEX stock_picking__state_index ON stock_picking (state);

CREATE TABLE stock_move (
	id                         serial,
	sequence                   integer,
	company_id                 integer          NOT NULL,
	product_id                 integer          NOT NULL,
	product_uom                integer          NOT NULL,
	location_id                integer          NOT NULL,
	location_dest_id           integer          NOT NULL,
	location_final_id          integer,
	partner_id                 integer,
	picking_id                 integer,
	scrap_id                   integer,
	rule_id                    integer,
	picking_type_id            integer,
	origin_returned_move_id    integer,
	restrict_partner_id        integer,
	warehouse_id               integer,
	next_serial_count          integer,
	orderpoint_id              integer,
	packaging_uom_id           integer,
	create_uid                 integer,
	write_uid                  integer,
	priority                   varchar,
	state                      varchar,
	origin                     varchar,
	procure_method             varchar          NOT NULL,
	inventory_name             varchar,
	reference                  varchar,
	next_serial                varchar,
	reservation_date           date,
	description_picking_manual text,
	product_qty                numeric,
	product_uom_qty            numeric          NOT NULL,
	quantity                   numeric,
	picked                     boolean,
	propagate_cancel           boolean,
	is_inventory               boolean,
	additional                 boolean,
	date                       timestamp        NOT NULL,
	date_deadline              timestamp,
	delay_alert_date           timestamp,
	create_date                timestamp,
	write_date                 timestamp,
	price_unit                 double precision,
	packaging_uom_qty          double precision,
	account_move_id            integer,
	value                      numeric,
	to_refund                  boolean,
	is_in                      boolean,
	is_out                     boolean,
	is_dropship                boolean,
	sale_line_id               integer,
	PRIMARY KEY (id)
);
CREATE INDEX stock_move__account_move_id_index ON stock_move (account_move_id) WHERE (account_move_id IS NOT NULL);
CREATE INDEX stock_move__company_id_index ON stock_move (company_id);
CREATE INDEX stock_move__date_index ON stock_move (date);
CREATE INDEX stock_move__location_dest_id_index ON stock_move (location_dest_id);
CREATE INDEX stock_move__location_final_id_index ON stock_move (location_final_id);
CREATE INDEX stock_move__location_id_index ON stock_move (location_id);
CREATE INDEX stock_move__orderpoint_id_index ON stock_move (orderpoint_id);
CREATE INDEX stock_move__origin_returned_move_id_index ON stock_move (origin_returned_move_id);
CREATE INDEX stock_move__partner_id_index ON stock_move (partner_id) WHERE (partner_id IS NOT NULL);
CREATE INDEX stock_move__picking_id_index ON stock_move (picking_id);
CREATE INDEX stock_move__product_id_index ON stock_move (product_id);
CREATE INDEX stock_move__restrict_partner_id_index ON stock_move (restrict_partner_id) WHERE (restrict_partner_id IS NOT NULL);
CREATE INDEX stock_move__sale_line_id_index ON stock_move (sale_line_id) WHERE (sale_line_id IS NOT NULL);
CREATE INDEX stock_move__scrap_id_index ON stock_move (scrap_id) WHERE (scrap_id IS NOT NULL);
CREATE INDEX stock_move__state_index ON stock_move (state);
CREATE INDEX stock_move_product_location_index ON stock_move (product_id, location_id, location_dest_id, company_id, state);

CREATE TABLE stock_move_line (
	id                   serial,
	picking_id           integer,
	move_id              integer,
	company_id           integer   NOT NULL,
	product_id           integer,
	product_uom_id       integer   NOT NULL,
	package_id           integer,
	lot_id               integer,
	result_package_id    integer,
	package_history_id   integer,
	owner_id             integer,
	location_id          integer   NOT NULL,
	location_dest_id     integer   NOT NULL,
	create_uid           integer,
	write_uid            integer,
	lot_name             varchar,
	state                varchar,
	quantity             numeric,
	quantity_product_uom numeric,
	picked               boolean,
	is_entire_pack       boolean,
	date                 timestamp NOT NULL,
	create_date          timestamp,
	write_date           timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX stock_move_line__company_id_index ON stock_move_line (company_id);
CREATE INDEX stock_move_line__location_dest_id_index ON stock_move_line (location_dest_id);
CREATE INDEX stock_move_line__location_id_index ON stock_move_line (location_id);
CREATE INDEX stock_move_line__move_id_index ON stock_move_line (move_id);
CREATE INDEX stock_move_line__owner_id_index ON stock_move_line (owner_id) WHERE (owner_id IS NOT NULL);
CREATE INDEX stock_move_line__package_history_id_index ON stock_move_line (package_history_id) WHERE (package_history_id IS NOT NULL);
CREATE INDEX stock_move_line__picking_id_index ON stock_move_line (picking_id);
CREATE INDEX stock_move_line__product_id_index ON stock_move_line (product_id);
CREATE INDEX stock_move_line_free_reservation_index ON stock_move_line (id, company_id, product_id, lot_id, location_id, owner_id, package_id) WHERE (((state IS NULL) OR ((state)::text <> ALL ((ARRAY['cancel'::character varying, 'done'::character varying])::text[]))) AND (quantity_product_uom > (0)::numeric) AND (picked IS NOT TRUE));

CREATE TABLE stock_quant (
	id                      serial,
	product_id              integer   NOT NULL,
	company_id              integer,
	location_id             integer   NOT NULL,
	lot_id                  integer,
	package_id              integer,
	owner_id                integer,
	user_id                 integer,
	create_uid              integer,
	write_uid               integer,
	inventory_date          date,
	quantity                numeric,
	reserved_quantity       numeric   NOT NULL,
	inventory_quantity      numeric,
	inventory_diff_quantity numeric,
	inventory_quantity_set  boolean,
	in_date                 timestamp NOT NULL,
	create_date             timestamp,
	write_date              timestamp,
	accounting_date         date,
	PRIMARY KEY (id)
);
CREATE INDEX stock_quant__location_id_index ON stock_quant (location_id);
CREATE INDEX stock_quant__lot_id_index ON stock_quant (lot_id);
CREATE INDEX stock_quant__owner_id_index ON stock_quant (owner_id) WHERE (owner_id IS NOT NULL);
CREATE INDEX stock_quant__package_id_index ON stock_quant (package_id);
CREATE INDEX stock_quant__product_id_index ON stock_quant (product_id);

CREATE TABLE stock_reference (
	id          serial,
	create_uid  integer,
	write_uid   integer,
	name        varchar   NOT NULL,
	create_date timestamp,
	write_date  timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE stock_reference_sale_rel (
	sale_id      integer NOT NULL,
	reference_id integer NOT NULL,
	PRIMARY KEY (sale_id, reference_id)
);
CREATE INDEX stock_reference_sale_rel_reference_id_sale_id_idx ON stock_reference_sale_rel (reference_id, sale_id);

CREATE TABLE stock_reference_move_rel (
	move_id      integer NOT NULL,
	reference_id integer NOT NULL,
	PRIMARY KEY (move_id, reference_id)
);
CREATE INDEX stock_reference_move_rel_reference_id_move_id_idx ON stock_reference_move_rel (reference_id, move_id);


--
-- Where orders come from.
--
CREATE TABLE utm_source (
	id          serial,
	create_uid  integer,
	write_uid   integer,
	name        varchar   NOT NULL,
	create_date timestamp,
	write_date  timestamp,
	PRIMARY KEY (id),
	CONSTRAINT utm_source_unique_name UNIQUE (name)
);


--
-- Discussion rows the ORM writes beside a record.
--
CREATE TABLE mail_message_subtype (
	id               serial,
	parent_id        integer,
	sequence         integer,
	create_uid       integer,
	write_uid        integer,
	relation_field   varchar,
	res_model        varchar,
	name             jsonb     NOT NULL,
	description      jsonb,
	internal         boolean,
	"default"        boolean,
	hidden           boolean,
	track_recipients boolean,
	create_date      timestamp,
	write_date       timestamp,
	PRIMARY KEY (id)
);

CREATE TABLE mail_message (
	id                     serial,
	parent_id              integer,
	res_id                 integer,
	record_alias_domain_id integer,
	record_company_id      integer,
	subtype_id             integer,
	mail_activity_type_id  integer,
	author_id              integer,
	author_guest_id        integer,
	mail_server_id         integer,
	create_uid             integer,
	write_uid              integer,
	subject                varchar,
	model                  varchar,
	message_type           varchar   NOT NULL,
	email_from             varchar,
	incoming_email_cc      varchar,
	outgoing_email_to      varchar,
	message_id             varchar,
	reply_to               varchar,
	email_layout_xmlid     varchar,
	body                   text,
	incoming_email_to      text,
	is_internal            boolean,
	reply_to_force_new     boolean,
	email_add_signature    boolean,
	date                   timestamp,
	pinned_at              timestamp,
	create_date            timestamp,
	write_date             timestamp,
	PRIMARY KEY (id)
);
CREATE INDEX mail_message__author_id_index ON mail_message (author_id);
CREATE INDEX mail_message__mail_activity_type_id_index ON mail_message (mail_activity_type_id) WHERE (mail_activity_type_id IS NOT NULL);
CREATE INDEX mail_message__message_id_index ON mail_message (message_id);
CREATE INDEX mail_message__parent_id_index ON mail_message (parent_id) WHERE (parent_id IS NOT NULL);
CREATE INDEX mail_message__subtype_id_index ON mail_message (subtype_id);
CREATE INDEX mail_message_model_res_id_id_idx ON mail_message (model, res_id, id);
CREATE INDEX mail_message_model_res_id_idx ON mail_message (model, res_id);

CREATE TABLE mail_followers (
	id         serial,
	res_id     integer,
	partner_id integer NOT NULL,
	res_model  varchar NOT NULL,
	PRIMARY KEY (id),
	CONSTRAINT mail_followers_mail_followers_res_partner_res_model_id_uniq UNIQUE (res_model, res_id, partner_id)
);
CREATE INDEX mail_followers__partner_id_index ON mail_followers (partner_id);
CREATE INDEX mail_followers__res_id_index ON mail_followers (res_id);
CREATE INDEX mail_followers__res_model_index ON mail_followers (res_model);


--
-- Cache signals: Odoo's processes compare max(id) with what they last saw.
--
CREATE TABLE orm_signaling_registry (
	id   serial,
	date timestamp DEFAULT now(),
	PRIMARY KEY (id)
);

CREATE TABLE orm_signaling_default (
	id   serial,
	date timestamp DEFAULT now(),
	PRIMARY KEY (id)
);

CREATE TABLE orm_signaling_assets (
	id   serial,
	date timestamp DEFAULT now(),
	PRIMARY KEY (id)
);

CREATE TABLE orm_signaling_stable (
	id   serial,
	date timestamp DEFAULT now(),
	PRIMARY KEY (id)
);

CREATE TABLE orm_signaling_templates (
	id   serial,
	date timestamp DEFAULT now(),
	PRIMARY KEY (id)
);

CREATE TABLE orm_signaling_routing (
	id   serial,
	date timestamp DEFAULT now(),
	PRIMARY KEY (id)
);

CREATE TABLE orm_signaling_groups (
	id   serial,
	date timestamp DEFAULT now(),
	PRIMARY KEY (id)
);


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
	ADD CONSTRAINT res_company_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT res_company_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_company_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_company_account_sale_tax_id_fkey FOREIGN KEY (account_sale_tax_id) REFERENCES account_tax ON DELETE SET NULL,
	ADD CONSTRAINT res_company_account_purchase_tax_id_fkey FOREIGN KEY (account_purchase_tax_id) REFERENCES account_tax ON DELETE SET NULL,
	ADD CONSTRAINT res_company_account_purchase_receipt_fiscal_position_id_fkey FOREIGN KEY (account_purchase_receipt_fiscal_position_id) REFERENCES account_fiscal_position ON DELETE SET NULL,
	ADD CONSTRAINT res_company_batch_payment_sequence_id_fkey FOREIGN KEY (batch_payment_sequence_id) REFERENCES ir_sequence ON DELETE SET NULL,
	ADD CONSTRAINT res_company_domestic_fiscal_position_id_fkey FOREIGN KEY (domestic_fiscal_position_id) REFERENCES account_fiscal_position ON DELETE SET NULL,
	ADD CONSTRAINT res_company_account_fiscal_country_id_fkey FOREIGN KEY (account_fiscal_country_id) REFERENCES res_country ON DELETE SET NULL,
	ADD CONSTRAINT res_company_internal_transit_location_id_fkey FOREIGN KEY (internal_transit_location_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT res_company_sale_discount_product_id_fkey FOREIGN KEY (sale_discount_product_id) REFERENCES product_product ON DELETE SET NULL;
ALTER TABLE res_partner
	ADD CONSTRAINT res_partner_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT res_partner_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT res_partner_user_id_fkey FOREIGN KEY (user_id) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_partner_state_id_fkey FOREIGN KEY (state_id) REFERENCES res_country_state ON DELETE RESTRICT,
	ADD CONSTRAINT res_partner_country_id_fkey FOREIGN KEY (country_id) REFERENCES res_country ON DELETE RESTRICT,
	ADD CONSTRAINT res_partner_commercial_partner_id_fkey FOREIGN KEY (commercial_partner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT res_partner_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT res_partner_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
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
ALTER TABLE res_groups_users_rel
	ADD CONSTRAINT res_groups_users_rel_gid_fkey FOREIGN KEY (gid) REFERENCES res_groups ON DELETE CASCADE,
	ADD CONSTRAINT res_groups_users_rel_uid_fkey FOREIGN KEY (uid) REFERENCES res_users ON DELETE CASCADE;
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
ALTER TABLE uom_uom
	ADD CONSTRAINT uom_uom_relative_uom_id_fkey FOREIGN KEY (relative_uom_id) REFERENCES uom_uom ON DELETE CASCADE,
	ADD CONSTRAINT uom_uom_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT uom_uom_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_category
	ADD CONSTRAINT product_category_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES product_category ON DELETE CASCADE,
	ADD CONSTRAINT product_category_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_category_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_template
	ADD CONSTRAINT product_template_categ_id_fkey FOREIGN KEY (categ_id) REFERENCES product_category ON DELETE SET NULL,
	ADD CONSTRAINT product_template_uom_id_fkey FOREIGN KEY (uom_id) REFERENCES uom_uom ON DELETE RESTRICT,
	ADD CONSTRAINT product_template_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT product_template_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_template_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_template_lot_sequence_id_fkey FOREIGN KEY (lot_sequence_id) REFERENCES ir_sequence ON DELETE SET NULL;
ALTER TABLE product_product
	ADD CONSTRAINT product_product_product_tmpl_id_fkey FOREIGN KEY (product_tmpl_id) REFERENCES product_template ON DELETE CASCADE,
	ADD CONSTRAINT product_product_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_product_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_attribute
	ADD CONSTRAINT product_attribute_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_attribute_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_attribute_value
	ADD CONSTRAINT product_attribute_value_attribute_id_fkey FOREIGN KEY (attribute_id) REFERENCES product_attribute ON DELETE CASCADE,
	ADD CONSTRAINT product_attribute_value_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_attribute_value_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_template_attribute_line
	ADD CONSTRAINT product_template_attribute_line_product_tmpl_id_fkey FOREIGN KEY (product_tmpl_id) REFERENCES product_template ON DELETE CASCADE,
	ADD CONSTRAINT product_template_attribute_line_attribute_id_fkey FOREIGN KEY (attribute_id) REFERENCES product_attribute ON DELETE RESTRICT,
	ADD CONSTRAINT product_template_attribute_line_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_template_attribute_line_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE product_template_attribute_value
	ADD CONSTRAINT product_template_attribute_value_product_attribute_value_id_fke FOREIGN KEY (product_attribute_value_id) REFERENCES product_attribute_value ON DELETE CASCADE,
	ADD CONSTRAINT product_template_attribute_value_attribute_line_id_fkey FOREIGN KEY (attribute_line_id) REFERENCES product_template_attribute_line ON DELETE CASCADE,
	ADD CONSTRAINT product_template_attribute_value_product_tmpl_id_fkey FOREIGN KEY (product_tmpl_id) REFERENCES product_template ON DELETE SET NULL,
	ADD CONSTRAINT product_template_attribute_value_attribute_id_fkey FOREIGN KEY (attribute_id) REFERENCES product_attribute ON DELETE SET NULL,
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
	ADD CONSTRAINT product_pricelist_item_pricelist_id_fkey FOREIGN KEY (pricelist_id) REFERENCES product_pricelist ON DELETE CASCADE,
	ADD CONSTRAINT product_pricelist_item_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT product_pricelist_item_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES res_currency ON DELETE SET NULL,
	ADD CONSTRAINT product_pricelist_item_categ_id_fkey FOREIGN KEY (categ_id) REFERENCES product_category ON DELETE CASCADE,
	ADD CONSTRAINT product_pricelist_item_product_tmpl_id_fkey FOREIGN KEY (product_tmpl_id) REFERENCES product_template ON DELETE CASCADE,
	ADD CONSTRAINT product_pricelist_item_product_id_fkey FOREIGN KEY (product_id) REFERENCES product_product ON DELETE CASCADE,
	ADD CONSTRAINT product_pricelist_item_base_pricelist_id_fkey FOREIGN KEY (base_pricelist_id) REFERENCES product_pricelist ON DELETE SET NULL,
	ADD CONSTRAINT product_pricelist_item_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT product_pricelist_item_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_tax_group
	ADD CONSTRAINT account_tax_group_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT account_tax_group_country_id_fkey FOREIGN KEY (country_id) REFERENCES res_country ON DELETE SET NULL,
	ADD CONSTRAINT account_tax_group_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT account_tax_group_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_tax
	ADD CONSTRAINT account_tax_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT account_tax_tax_group_id_fkey FOREIGN KEY (tax_group_id) REFERENCES account_tax_group ON DELETE RESTRICT,
	ADD CONSTRAINT account_tax_country_id_fkey FOREIGN KEY (country_id) REFERENCES res_country ON DELETE RESTRICT,
	ADD CONSTRAINT account_tax_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT account_tax_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_tax_filiation_rel
	ADD CONSTRAINT account_tax_filiation_rel_parent_tax_fkey FOREIGN KEY (parent_tax) REFERENCES account_tax ON DELETE CASCADE,
	ADD CONSTRAINT account_tax_filiation_rel_child_tax_fkey FOREIGN KEY (child_tax) REFERENCES account_tax ON DELETE CASCADE;
ALTER TABLE account_tax_repartition_line
	ADD CONSTRAINT account_tax_repartition_line_tax_id_fkey FOREIGN KEY (tax_id) REFERENCES account_tax ON DELETE CASCADE,
	ADD CONSTRAINT account_tax_repartition_line_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT account_tax_repartition_line_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT account_tax_repartition_line_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_tax_alternatives
	ADD CONSTRAINT account_tax_alternatives_dest_tax_id_fkey FOREIGN KEY (dest_tax_id) REFERENCES account_tax ON DELETE CASCADE,
	ADD CONSTRAINT account_tax_alternatives_src_tax_id_fkey FOREIGN KEY (src_tax_id) REFERENCES account_tax ON DELETE CASCADE;
ALTER TABLE account_fiscal_position
	ADD CONSTRAINT account_fiscal_position_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT account_fiscal_position_country_id_fkey FOREIGN KEY (country_id) REFERENCES res_country ON DELETE SET NULL,
	ADD CONSTRAINT account_fiscal_position_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT account_fiscal_position_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE account_fiscal_position_account_tax_rel
	ADD CONSTRAINT account_fiscal_position_account_tax_rel_account_fiscal_position FOREIGN KEY (account_fiscal_position_id) REFERENCES account_fiscal_position ON DELETE CASCADE,
	ADD CONSTRAINT account_fiscal_position_account_tax_rel_account_tax_id_fkey FOREIGN KEY (account_tax_id) REFERENCES account_tax ON DELETE CASCADE;
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
	ADD CONSTRAINT sale_order_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES res_partner ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_partner_invoice_id_fkey FOREIGN KEY (partner_invoice_id) REFERENCES res_partner ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_partner_shipping_id_fkey FOREIGN KEY (partner_shipping_id) REFERENCES res_partner ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_fiscal_position_id_fkey FOREIGN KEY (fiscal_position_id) REFERENCES account_fiscal_position ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_payment_term_id_fkey FOREIGN KEY (payment_term_id) REFERENCES account_payment_term ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_pricelist_id_fkey FOREIGN KEY (pricelist_id) REFERENCES product_pricelist ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES res_currency ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_user_id_fkey FOREIGN KEY (user_id) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_team_id_fkey FOREIGN KEY (team_id) REFERENCES crm_team ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_source_id_fkey FOREIGN KEY (source_id) REFERENCES utm_source ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES stock_warehouse ON DELETE SET NULL;
ALTER TABLE sale_order_line
	ADD CONSTRAINT sale_order_line_order_id_fkey FOREIGN KEY (order_id) REFERENCES sale_order ON DELETE CASCADE,
	ADD CONSTRAINT sale_order_line_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_currency_id_fkey FOREIGN KEY (currency_id) REFERENCES res_currency ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_order_partner_id_fkey FOREIGN KEY (order_partner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_salesman_id_fkey FOREIGN KEY (salesman_id) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_product_id_fkey FOREIGN KEY (product_id) REFERENCES product_product ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_line_product_uom_id_fkey FOREIGN KEY (product_uom_id) REFERENCES uom_uom ON DELETE RESTRICT,
	ADD CONSTRAINT sale_order_line_linked_line_id_fkey FOREIGN KEY (linked_line_id) REFERENCES sale_order_line ON DELETE CASCADE,
	ADD CONSTRAINT sale_order_line_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT sale_order_line_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES stock_warehouse ON DELETE SET NULL;
ALTER TABLE account_tax_sale_order_line_rel
	ADD CONSTRAINT account_tax_sale_order_line_rel_sale_order_line_id_fkey FOREIGN KEY (sale_order_line_id) REFERENCES sale_order_line ON DELETE CASCADE,
	ADD CONSTRAINT account_tax_sale_order_line_rel_account_tax_id_fkey FOREIGN KEY (account_tax_id) REFERENCES account_tax ON DELETE CASCADE;
ALTER TABLE stock_location
	ADD CONSTRAINT stock_location_location_id_fkey FOREIGN KEY (location_id) REFERENCES stock_location ON DELETE SET NULL,
	ADD CONSTRAINT stock_location_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT stock_location_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES stock_warehouse ON DELETE SET NULL,
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
	ADD CONSTRAINT stock_warehouse_qc_type_id_fkey FOREIGN KEY (qc_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_store_type_id_fkey FOREIGN KEY (store_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_xdock_type_id_fkey FOREIGN KEY (xdock_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_warehouse_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE stock_picking_type
	ADD CONSTRAINT stock_picking_type_sequence_id_fkey FOREIGN KEY (sequence_id) REFERENCES ir_sequence ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_type_default_location_src_id_fkey FOREIGN KEY (default_location_src_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT stock_picking_type_default_location_dest_id_fkey FOREIGN KEY (default_location_dest_id) REFERENCES stock_location ON DELETE RESTRICT,
	ADD CONSTRAINT stock_picking_type_return_picking_type_id_fkey FOREIGN KEY (return_picking_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_type_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES stock_warehouse ON DELETE CASCADE,
	ADD CONSTRAINT stock_picking_type_company_id_fkey FOREIGN KEY (company_id) REFERENCES res_company ON DELETE RESTRICT,
	ADD CONSTRAINT stock_picking_type_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_type_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE stock_picking
	ADD CONSTRAINT stock_picking_backorder_id_fkey FOREIGN KEY (backorder_id) REFERENCES stock_picking ON DELETE SET NULL,
	ADD CONSTRAINT stock_picking_return_id_fkey FOREIGN KEY (return_id) REFERENCES stock_picking ON DELETE SET NULL,
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
	ADD CONSTRAINT stock_move_location_final_id_fkey FOREIGN KEY (location_final_id) REFERENCES stock_location ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_picking_id_fkey FOREIGN KEY (picking_id) REFERENCES stock_picking ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_picking_type_id_fkey FOREIGN KEY (picking_type_id) REFERENCES stock_picking_type ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_origin_returned_move_id_fkey FOREIGN KEY (origin_returned_move_id) REFERENCES stock_move ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_restrict_partner_id_fkey FOREIGN KEY (restrict_partner_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_warehouse_id_fkey FOREIGN KEY (warehouse_id) REFERENCES stock_warehouse ON DELETE SET NULL,
	ADD CONSTRAINT stock_move_packaging_uom_id_fkey FOREIGN KEY (packaging_uom_id) REFERENCES uom_uom ON DELETE SET NULL,
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
	ADD CONSTRAINT stock_quant_user_id_fkey FOREIGN KEY (user_id) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_quant_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_quant_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE stock_reference
	ADD CONSTRAINT stock_reference_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT stock_reference_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE stock_reference_sale_rel
	ADD CONSTRAINT stock_reference_sale_rel_sale_id_fkey FOREIGN KEY (sale_id) REFERENCES sale_order ON DELETE CASCADE,
	ADD CONSTRAINT stock_reference_sale_rel_reference_id_fkey FOREIGN KEY (reference_id) REFERENCES stock_reference ON DELETE CASCADE;
ALTER TABLE stock_reference_move_rel
	ADD CONSTRAINT stock_reference_move_rel_move_id_fkey FOREIGN KEY (move_id) REFERENCES stock_move ON DELETE CASCADE,
	ADD CONSTRAINT stock_reference_move_rel_reference_id_fkey FOREIGN KEY (reference_id) REFERENCES stock_reference ON DELETE CASCADE;
ALTER TABLE utm_source
	ADD CONSTRAINT utm_source_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT utm_source_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE mail_message_subtype
	ADD CONSTRAINT mail_message_subtype_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES mail_message_subtype ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_subtype_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_subtype_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE mail_message
	ADD CONSTRAINT mail_message_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES mail_message ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_record_company_id_fkey FOREIGN KEY (record_company_id) REFERENCES res_company ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_author_id_fkey FOREIGN KEY (author_id) REFERENCES res_partner ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_subtype_id_fkey FOREIGN KEY (subtype_id) REFERENCES mail_message_subtype ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_create_uid_fkey FOREIGN KEY (create_uid) REFERENCES res_users ON DELETE SET NULL,
	ADD CONSTRAINT mail_message_write_uid_fkey FOREIGN KEY (write_uid) REFERENCES res_users ON DELETE SET NULL;
ALTER TABLE mail_followers
	ADD CONSTRAINT mail_followers_partner_id_fkey FOREIGN KEY (partner_id) REFERENCES res_partner ON DELETE CASCADE;
