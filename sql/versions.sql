--
-- Every version of Odoo, 14 to 19: attach, an order in, price and stock out, the screens in and out. What an order
-- and its customer are made of is in the expected output, column by column.
--
-- Neighbours: test/schema for the tables; version.sql there is what is asked of each.
--
\set ECHO none
\set VERBOSITY terse
\set database cartona_versions
\pset format unaligned
\pset tuples_only on

\echo == Odoo 14
\i test/schema/database.sql
\o /dev/null
\i test/schema/odoo14.sql
\i test/schema/data14.sql
\i test/schema/odoo14_screens.sql
CREATE EXTENSION cartona_integration;
\o
\i test/schema/version.sql

\echo == Odoo 15
\i test/schema/database.sql
\o /dev/null
\i test/schema/odoo14.sql
\i test/schema/data14.sql
\i test/schema/odoo14_screens.sql
\i test/schema/odoo15.sql
CREATE EXTENSION cartona_integration;
\o
\i test/schema/version.sql

\echo == Odoo 16
\i test/schema/database.sql
\o /dev/null
\i test/schema/odoo14.sql
\i test/schema/data14.sql
\i test/schema/odoo14_screens.sql
\i test/schema/odoo15.sql
\i test/schema/odoo16.sql
CREATE EXTENSION cartona_integration;
\o
\i test/schema/version.sql

\echo == Odoo 17
\i test/schema/database.sql
\o /dev/null
\i test/schema/odoo14.sql
\i test/schema/data14.sql
\i test/schema/odoo14_screens.sql
\i test/schema/odoo15.sql
\i test/schema/odoo16.sql
\i test/schema/odoo17.sql
CREATE EXTENSION cartona_integration;
\o
\i test/schema/version.sql

\echo == Odoo 18
\i test/schema/database.sql
\o /dev/null
\i test/schema/odoo14.sql
\i test/schema/data14.sql
\i test/schema/odoo14_screens.sql
\i test/schema/odoo15.sql
\i test/schema/odoo16.sql
\i test/schema/odoo17.sql
\i test/schema/odoo18.sql
CREATE EXTENSION cartona_integration;
\o
\i test/schema/version.sql

\echo == Odoo 19
\i test/schema/database.sql
\o /dev/null
\i test/schema/odoo.sql
\i test/schema/data.sql
\i test/schema/odoo_screens.sql
CREATE EXTENSION cartona_integration;
\o
\i test/schema/version.sql

\c postgres
DROP DATABASE cartona_versions;
