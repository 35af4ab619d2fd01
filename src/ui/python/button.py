# cartona_integration: what a button does. Do not edit: cartona.ui_install() restores this text.
# The database does it, in this transaction; the worker carries it out after the commit.
lang = env.context.get('lang') or env.user.lang or 'en_US'
ids = records.ids if records else []
env.cr.execute("""SELECT count(*) FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = 'cartona' AND p.proname = '_ui_press'
AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_function_privilege(p.oid, 'EXECUTE')""")
if env.cr.fetchone()[0]:
    env.cr.execute("SELECT cartona._ui_press(%s, %s, %s)", ['[[button]]', ids, lang])
    answer = env.cr.fetchone()[0]
    if answer.get('wait'):
        # The worker answers within moments; longer than this nobody waits for it here.
        env.cr.commit()
        for turn in range(25):
            env.cr.execute("SELECT cartona._ui_waited(%s, %s, %s, %s)", ['[[button]]', ids, answer['wait'], lang])
            done = env.cr.fetchone()[0]
            if done:
                answer = done
                break
            env.cr.execute("SELECT pg_catalog.pg_sleep(0.2)")
            env.cr.commit()
else:
    answer = {'type': 'danger', 'message': 'The extension cartona_integration is not in this database.'}
action = answer.get('action') or {
    'type': 'ir.actions.client', 'tag': 'display_notification',
    'params': {'title': 'Cartona', 'message': answer.get('message'), 'type': answer.get('type') or 'success',
               'sticky': bool(answer.get('sticky')), 'next': {'type': 'ir.actions.act_window_close'}}}
