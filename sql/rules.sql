--
-- Who may change the status of an order: every cell of the rule.
--
-- Neighbours: src/cartona/rule.c.  A database of its own, dropped at the end.
--
\set ECHO none
\set VERBOSITY terse
SET client_min_messages = warning;
DROP DATABASE IF EXISTS cartona_rules;
CREATE DATABASE cartona_rules TEMPLATE template0 ENCODING 'UTF8';
\c cartona_rules
SET client_min_messages = warning;
SET client_encoding = 'UTF8';
CREATE EXTENSION cartona_integration;
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

\c postgres
DROP DATABASE cartona_rules;
