--
-- attached.sql: the tables and rows of a fresh Odoo 19, and the extension attached to them.
--
-- Neighbours: database.sql comes before; sql/*.sql for tests that need no more.
--
\i test/schema/odoo.sql
\i test/schema/data.sql
CREATE EXTENSION cartona_integration;
SELECT cartona.attach();
