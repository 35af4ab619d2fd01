--
-- Who may change the status of an order: every cell of the rule; and the map
-- of statuses, which people edit.
--
-- Neighbours: src/cartona/rule.c, src/config/status_map.sql.  A database of its own, dropped at the end.
--
\set ECHO none
\set VERBOSITY terse
\set database cartona_rules
\i test/schema/database.sql
\o /dev/null
\i test/schema/attached.sql
\o
\set ECHO all

SELECT s.status,
	cartona._rule_allows('delivered_by_supplier', 'out', s.status) AS supplier_out,
	cartona._rule_allows('delivered_by_supplier', 'in', s.status) AS supplier_in,
	cartona._rule_allows('delivered_by_cartona', 'out', s.status) AS cartona_out,
	cartona._rule_allows('delivered_by_cartona', 'in', s.status) AS cartona_in
FROM unnest(ARRAY['pending', 'editing', 'approved', 'assigned_to_salesman', 'delivered', 'returned', 'return',
	'cancelled', 'cancelled_by_supplier', 'cancelled_by_retailer', 'synced', 'cancelled_by_somebody', 'ملغي', '', NULL])
	WITH ORDINALITY s (status, at) ORDER BY s.at;

-- Nothing said, or a word that Cartona does not have: the supplier's.
SELECT d.delivered_by, s.status, o.direction,
	cartona._rule_allows(d.delivered_by, o.direction, s.status)
	= cartona._rule_allows('delivered_by_supplier', o.direction, s.status) AS as_supplier
FROM (VALUES (NULL), (''), ('delivered_by_courier'), ('DELIVERED_BY_CARTONA'), ('delivered_by_cartona ')) d (delivered_by),
	(VALUES ('approved'), ('delivered'), ('cancelled_by_retailer'), ('synced')) s (status),
	(VALUES ('out'), ('in')) o (direction)
ORDER BY 1 NULLS FIRST, 2, 3;

SELECT cartona._rule_allows('delivered_by_supplier', 'sideways', 'approved');
SELECT cartona._rule_allows('delivered_by_supplier', NULL, 'approved');

--
-- The map, as attach() makes it.
--
SELECT direction, odoo_state, cartona_status FROM cartona.status_map ORDER BY id;
SELECT cartona._unmapped() IS NULL AS all_mapped;

-- The guide's word for a cancellation is one UPDATE away; so is a Cartona status that means something else here.
UPDATE cartona.status_map SET cartona_status = 'cancelled' WHERE direction = 'out' AND odoo_state = 'cancel';
UPDATE cartona.status_map SET odoo_state = 'note' WHERE direction = 'in' AND cartona_status = 'delivered';
-- A state that a module adds.
CREATE TABLE ir_model_fields_selection (id serial, field_id integer, value varchar, name jsonb, sequence integer);
ALTER TABLE ir_model_fields_selection OWNER TO CURRENT_USER;
INSERT INTO ir_model_fields_selection (field_id, value, name, sequence)
SELECT id, 'handed_over', '{"en_US": "Handed over"}', 9 FROM ir_model_fields WHERE model = 'sale.order' AND name = 'state';
INSERT INTO cartona.status_map (direction, odoo_state, cartona_status) VALUES ('out', 'handed_over', 'assigned_to_salesman');

-- What makes no sense is refused, with what would be right.
\set VERBOSITY default
INSERT INTO cartona.status_map (direction, odoo_state, cartona_status) VALUES ('out', 'sale', 'delivered');
INSERT INTO cartona.status_map (direction, odoo_state, cartona_status) VALUES ('in', 'cancel', 'approved');
UPDATE cartona.status_map SET cartona_status = 'aproved' WHERE direction = 'out' AND odoo_state = 'sale';
UPDATE cartona.status_map SET cartona_status = 'synced' WHERE direction = 'out' AND odoo_state = 'sale';
UPDATE cartona.status_map SET cartona_status = 'cancelled_by_retailer' WHERE direction = 'out' AND odoo_state = 'cancel';
INSERT INTO cartona.status_map (direction, odoo_state, cartona_status) VALUES ('out', 'confirmed', 'approved');
INSERT INTO cartona.status_map (direction, odoo_state, cartona_status) VALUES ('in', 'draft', 'synced');
UPDATE cartona.status_map SET odoo_state = 'sale' WHERE direction = 'in' AND cartona_status = 'approved';
INSERT INTO cartona.status_map (direction, odoo_state, cartona_status) VALUES ('both', 'draft', 'pending');
INSERT INTO cartona.status_map (direction, odoo_state, cartona_status) VALUES ('out', NULL, 'pending');
\set VERBOSITY terse

-- Without a row nothing is changed, and the status says so.
DELETE FROM cartona.status_map WHERE odoo_state IN ('done', 'note');
SELECT cartona._unmapped();

\c postgres
DROP DATABASE cartona_rules;
