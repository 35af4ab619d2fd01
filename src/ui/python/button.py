# cartona_integration: what a button does. Do not edit: cartona.ui_install() restores this text.
# The database does it, in this transaction; the worker carries it out after the commit.
lang = env.context.get('lang') or env.user.lang or 'en_US'
ids = records.ids if records else []
answer = {'wait': False}
# The first turn presses, the others look whether the worker has answered; longer than some seconds nobody waits for it here.
for turn in range(26):
    # In each transaction anew: who holds the lock keeps DROP EXTENSION out until it ends.
    env.cr.execute("SELECT pg_catalog.pg_try_advisory_xact_lock_shared([[gate]])")
    there = env.cr.fetchone()[0]
    if there:
        env.cr.execute("""SELECT count(*) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'cartona' AND p.proname IN ('_ui_press', '_ui_waited')
AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')
AND pg_catalog.pg_function_is_visible(p.oid) IS NOT NULL""")
        there = env.cr.fetchone()[0] == 2
    if not there:
        answer = {'type': 'danger', 'message': 'The extension cartona_integration is not in this database.'}
    elif turn == 0:
        env.cr.execute("SELECT cartona._ui_press(%s, %s, %s)", ['[[button]]', ids, lang])
        answer = env.cr.fetchone()[0]
    else:
        env.cr.execute("SELECT cartona._ui_waited(%s, %s, %s, %s)", ['[[button]]', ids, answer['wait'], lang])
        answer = env.cr.fetchone()[0] or answer
    if not answer.get('wait'):
        break
    env.cr.commit()
    env.cr.execute("SELECT pg_catalog.pg_sleep(0.2)")
    env.cr.commit()
action = answer.get('action') or {
    'type': 'ir.actions.client', 'tag': 'display_notification',
    'params': {'title': 'Cartona', 'message': answer.get('message'), 'type': answer.get('type') or 'success',
               'sticky': bool(answer.get('sticky')), 'next': {'type': 'ir.actions.act_window_close'}}}
