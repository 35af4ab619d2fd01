--
-- odoo14_screens.sql: the tables in which Odoo 14 and 15 keep their screens: those of Odoo 19 with
-- plain texts, their translations in a table of their own, lists called trees, things hidden by attrs.
--
-- Neighbours: needs odoo14.sql and data14.sql; odoo16.sql makes of them what Odoo 16 has.
--
ALTER TABLE res_groups DROP CONSTRAINT res_groups_name_uniq, ALTER COLUMN name TYPE jsonb USING jsonb_build_object('en_US', name);
\i test/schema/odoo_screens.sql
BEGIN;
ALTER TABLE res_groups ALTER COLUMN name TYPE varchar USING name ->> 'en_US';
ALTER TABLE ir_ui_view ALTER COLUMN arch_db TYPE text USING arch_db ->> 'en_US';
ALTER TABLE ir_ui_menu ALTER COLUMN name TYPE varchar USING name ->> 'en_US';
ALTER TABLE ir_model_fields_selection ALTER COLUMN name TYPE varchar USING name ->> 'en_US';
ALTER TABLE ir_act_window DROP COLUMN cache, DROP COLUMN mobile_view_mode;
ALTER TABLE ir_filters DROP COLUMN embedded_action_id, DROP COLUMN embedded_parent_res_id;
UPDATE ir_ui_view SET type = 'tree', arch_db = replace(replace(arch_db, '<list', '<tree'), '</list', '</tree') WHERE type = 'list';
UPDATE ir_ui_view SET arch_db = replace(arch_db, '<notebook>', '<notebook attrs="{}">') WHERE model = 'res.partner';

CREATE TABLE ir_translation (
	id       serial,
	name     varchar NOT NULL,
	res_id   integer,
	lang     varchar,
	type     varchar,
	src      text,
	value    text,
	module   varchar,
	state    varchar,
	comments text,
	PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ir_translation_unique ON ir_translation (type, name, lang, res_id, md5(src));
CREATE UNIQUE INDEX ir_translation_model_unique ON ir_translation (type, name, lang, res_id) WHERE type = 'model';
COMMIT;
