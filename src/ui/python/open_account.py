# cartona_integration: the account's own record, the list where there are several. Do not edit: cartona.ui_install() restores this text.
names = {[[names]]}
name = names.get(env.context.get('lang') or env.user.lang) or '[[name]]'
accounts = model.search([])
action = {'type': 'ir.actions.act_window', 'name': name, 'res_model': model._name, 'target': 'current',
          'view_mode': 'form', 'views': [([[form]], 'form')], 'res_id': accounts[:1].id}
if len(accounts) != 1:
    action = {'type': 'ir.actions.act_window', 'name': name, 'res_model': model._name, 'target': 'current',
              'view_mode': '[[list]],form', 'views': [([[list_id]], '[[list]]'), ([[form]], 'form')]}
