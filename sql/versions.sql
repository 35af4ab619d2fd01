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

\set version 14
\i test/schema/version.sql
\set version 15
\i test/schema/version.sql
\set version 16
\i test/schema/version.sql
\set version 17
\i test/schema/version.sql
\set version 18
\i test/schema/version.sql
\set version 19
\i test/schema/version.sql

\c postgres
DROP DATABASE cartona_versions;
