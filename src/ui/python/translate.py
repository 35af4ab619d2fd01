# cartona_integration: what the extension said, in the language of who reads it. Do not edit: cartona.ui_install() restores this text.
# Without the extension it stays as it was said, in English.
lang = self.env.context.get('lang') or self.env.user.lang or 'en_US'
said = []
for record in self:
    said.append(record['[[of]]'] or '')
if lang.startswith('ar'):
    cr = self.env.cr
    [[there _ui_translate]]
    if there:
        cr.execute("SELECT cartona._ui_translate(%s::text[], %s)", [said, lang])
        said = cr.fetchone()[0]
for record, text in zip(self, said):
    record['[[field]]'] = text or False
