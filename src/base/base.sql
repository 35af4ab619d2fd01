/*
 * base.sql: the schema. First fragment of the install script.
 *
 * The schema is created here, not named in the control file, so that nobody
 * can have planted objects in it before a trusted installation runs this
 * script as the bootstrap superuser.  Nothing in the whole script touches a
 * table of Odoo's, and no row is inserted into a table that pg_dump carries:
 * a grant made here would not be dumped, a row would collide on restore.
 * cartona.attach() does both, later, outside the script.
 */
CREATE SCHEMA cartona;
COMMENT ON SCHEMA cartona IS 'Cartona marketplace integration for Odoo';

CREATE FUNCTION cartona._wake() RETURNS void
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_wake';
COMMENT ON FUNCTION cartona._wake() IS 'Wake the sync worker of this database when the current transaction commits.';

CREATE FUNCTION cartona._wake_trigger() RETURNS trigger
LANGUAGE c AS 'MODULE_PATHNAME', 'cartona_sql_wake';
COMMENT ON FUNCTION cartona._wake_trigger() IS 'The same as a trigger on one of the extension''s own tables.';
