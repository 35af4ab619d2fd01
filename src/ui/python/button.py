# cartona_integration: what a button does. Do not edit: cartona.ui_install() restores this text.
# The database does it, in this transaction; the worker carries it out after the commit.
cr = env.cr
lang = env.context.get('lang') or env.user.lang or 'en_US'
ids = records.ids if records else []
answer = {'wait': False}
# The first turn presses, the others look whether the worker has answered; longer than some seconds nobody waits for it here.
for turn in range(26):
    # in each transaction anew
    [[there _ui_press _ui_waited]]
    if not there:
        answer = {'type': 'danger', 'message': 'The extension cartona_integration is not in this database.'}
    elif turn == 0:
        cr.execute("SELECT cartona._ui_press(%s, %s, %s)", ['[[button]]', ids, lang])
        answer = cr.fetchone()[0]
    else:
        cr.execute("SELECT cartona._ui_waited(%s, %s, %s, %s)", ['[[button]]', ids, answer['wait'], lang])
        answer = cr.fetchone()[0] or answer
    if not answer.get('wait'):
        break
    cr.commit()
    cr.execute("SELECT pg_catalog.pg_sleep(0.2)")
    cr.commit()
action = answer.get('action') or {
    'type': 'ir.actions.client', 'tag': 'display_notification',
    'params': {'title': 'Cartona', 'message': answer.get('message'), 'type': answer.get('type') or 'success',
               'sticky': bool(answer.get('sticky')), 'next': {'type': 'ir.actions.act_window_close'}}}
