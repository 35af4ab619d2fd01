# cartona_integration: a problem in the language of who reads it. Do not edit: cartona.ui_install() restores this text.
# Without the extension (see compute.py) it stays as it was said, in English.
lang = self.env.context.get('lang') or self.env.user.lang or 'en_US'
said = []
for record in self:
    said.append(record.x_problem or '')
if lang.startswith('ar'):
    cr = self.env.cr
    cr.execute("SELECT pg_catalog.pg_try_advisory_xact_lock_shared([[gate]])")
    if cr.fetchone()[0]:
        cr.execute("""SELECT count(*) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'cartona' AND p.proname = '_ui_translate'
AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
AND pg_catalog.pg_function_is_visible(p.oid) IS NOT NULL""")
        if cr.fetchone()[0]:
            cr.execute("SELECT cartona._ui_translate(%s::text[], %s)", [said, lang])
            said = cr.fetchone()[0]
for record, text in zip(self, said):
    record['[[field]]'] = text
