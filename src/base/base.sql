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
