--
-- database.sql: an empty database of a test's own, named by the variable "database",
-- made anew where it is there, and connected to. The test drops it at its end.
--
-- Neighbours: sql/*.sql, all but those whose database another role owns (install, screens).
--
\c postgres
SET client_min_messages = warning;
DROP DATABASE IF EXISTS :database;
CREATE DATABASE :database TEMPLATE template0 ENCODING 'UTF8';
\c :database
SET client_min_messages = warning;
SET client_encoding = 'UTF8';
