# cartona_integration: a field that the database knows. Do not edit: cartona.ui_install() restores this text.
# Without the extension the field is empty and Odoo's form still opens.
cr = self.env.cr
values = {}
[[there _ui_value]]
if self.ids and there:
    cr.execute("SELECT id, value FROM cartona._ui_value(%s, %s, %s, %s)",
               [self._name, '[[field]]', self.ids, self.env.context.get('lang') or self.env.user.lang or 'en_US'])
    values = dict(cr.fetchall())
for record in self:
    record['[[field]]'] = values.get(record._origin.id) or False
