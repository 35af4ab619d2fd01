# cartona_integration: a field that the database knows. Do not edit: cartona.ui_install() restores this text.
# Where the extension is not there (a copy without it, or it is being dropped), the field is empty and Odoo's form still opens.
# The lock comes first: who holds it keeps DROP EXTENSION out until this transaction ends.
# A function that a transaction still sees after it was dropped is neither visible nor invisible; a superuser may execute even that, from PostgreSQL 17 on.
cr = self.env.cr
values = {}
cr.execute("SELECT pg_catalog.pg_try_advisory_xact_lock_shared([[gate]])")
if self.ids and cr.fetchone()[0]:
    cr.execute("""SELECT count(*) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'cartona' AND p.proname = '_ui_value'
AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
AND pg_catalog.pg_function_is_visible(p.oid) IS NOT NULL""")
    if cr.fetchone()[0]:
        cr.execute("SELECT id, value FROM cartona._ui_value(%s, %s, %s, %s)",
                   [self._name, '[[field]]', self.ids, self.env.context.get('lang') or self.env.user.lang or 'en_US'])
        values = dict(cr.fetchall())
for record in self:
    record['[[field]]'] = values.get(record._origin.id) or False
