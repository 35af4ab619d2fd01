/*
 * bridge.sql: what Odoo runs for us, as a scheduled action.
 *
 * One text for Odoo 14 to 19.  Odoo's safe_eval judges byte code, which differs
 * by Python version: no import, with, while, f-string (nor % with a tuple, which
 * becomes one), attribute assignment, name with two underscores, and no function
 * or comprehension that uses a local of the function around it.  Every task is a transaction of its own
 * (in REPEATABLE READ a second try in the same transaction fails again); a run
 * ends after 30 seconds, long before Odoo's time limit; no error leaves the
 * text, because Odoo would log it and in the end switch the action off.
 * cartona.cause tells the triggers which order changes because of us.
 *
 * Whatever can be decided in SQL is decided there (task.sql): the text stays the
 * same from one version of the extension to the next where it can.
 */
CREATE FUNCTION cartona._bridge_text() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $function$
SELECT $python$# cartona_integration: what only Odoo itself can do with an order from Cartona.
# Tasks are rows of cartona.odoo_task. Do not edit: cartona.attach() restores this text.

def run(query, values):
    env.cr.execute(query, values, log_exceptions=False)

def ask(query, values):
    run(query, values)
    return env.cr.fetchone()

def known(record, values):
    found = {}
    for name in values:
        if name in record._fields:
            found[name] = values[name]
    return found

def placed(record, company, lang, tz=None):
    if not tz:
        admin = env.ref('base.user_admin', raise_if_not_found=False)
        tz = admin and admin.tz or 'UTC'
    return record.with_company(company).with_context(allowed_company_ids=[company], lang=lang, tz=tz)

def fills(field):
    return field.store and not field.company_dependent and bool(field.compute or field.default is not None)

def inspect(arg):
    for model in arg:
        filled = []
        for name in arg[model]:
            if name in env[model]._fields and fills(env[model]._fields[name]):
                filled.append(name)
        run('SELECT cartona._task_inspected(%s, %s::text[], %s::text[])', [model, arg[model], filled])
    return ''

def recompute(task, order, arg):
    columns = {'sale.order.line': [], 'sale.order': [], 'res.partner': []}
    columns.update(arg['columns'])
    if arg.get('taxes'):
        columns['sale.order.line'] += ['price_subtotal', 'price_tax', 'price_total', 'price_reduce', 'price_reduce_taxexcl', 'price_reduce_taxinc']
        columns['sale.order'] += ['amount_untaxed', 'amount_tax', 'amount_total']
    later = []
    for records in (order.order_line, order, order.partner_id):
        for name in columns[records._name]:
            if not records or name not in records._fields:
                continue
            field = records._fields[name]
            if field.store and field.compute:
                records.env.add_to_compute(field, records)
                later.append((records, name))
            elif fills(field):
                values = records.default_get([name])
                for record in records:
                    if name in values and not record[name]:
                        record.write(values)
    for records, name in later:
        records.mapped(name)
    if arg.get('taxes'):
        run('SELECT cartona._task_computed(%s, %s::numeric)', [task, str(order.amount_total)])
    return ''

def customer(task, arg, company, lang):
    # Another task, or an import by SQL, may have made him, or be about to.
    if not ask('SELECT cartona._task_customer(%s)', [task])[0]:
        partners = placed(env['res.partner'], company, lang)
        partner = partners.create(known(partners, arg['values']))
        run('UPDATE res_partner SET cartona_id = %s WHERE id = %s', [arg['cartona_id'], partner.id])
    run('SELECT cartona._task_again(%s)', [task])
    return ''

def order_values(arg):
    orders = env['sale.order']
    lines = env['sale.order.line']
    values = known(orders, arg['order'])
    values['order_line'] = []
    for line in arg['lines']:
        values['order_line'].append((0, 0, known(lines, line)))
    return values

def line_ids(order, arg):
    left = order.order_line.sorted('id')
    ids = []
    for line in arg['lines']:
        for candidate in left:
            if candidate.product_id.id == line['product_id'] and abs(candidate.product_uom_qty - line['product_uom_qty']) < 0.000001:
                ids.append(candidate.id)
                left -= candidate
                break
        else:
            raise Exception('Odoo did not keep a line of the order as it was given')
    return ids

def create(task, arg, company, lang):
    ours = arg['ours']
    if ask('SELECT id FROM sale_order WHERE coalesce(cartona_account_id, 0) = %s AND cartona_id = %s',
            [ours['account_id'], ours['cartona_id']]):
        run('SELECT cartona._task_again(%s)', [task])
        return 'the order was in Odoo already'
    order = placed(env['sale.order'], company, lang, arg.get('tz')).create(order_values(arg))
    if order.currency_id.name != ours['currency']:
        raise Exception('the order would be in ' + order.currency_id.name + ', but the prices of Cartona are in ' + ours['currency'])
    ids = line_ids(order, arg)
    total = order.amount_total
    run("SELECT set_config('cartona.cause', %s, true)", [str(order.id)])
    if 'technical_price_unit' in order.order_line._fields:
        # Another than the price (null is 0) says that a person gave the price: Odoo keeps it when the quantity is edited.
        env.cr.flush()
        run('UPDATE sale_order_line SET technical_price_unit = CASE WHEN price_unit = 0 THEN 1 END WHERE id = ANY (%s)', [ids])
    run('UPDATE sale_order SET cartona_id = %s, cartona_account_id = %s, delivered_by = %s WHERE id = %s',
        [ours['cartona_id'], ours['account_id'], ours.get('delivered_by'), order.id])
    for line_id, line in zip(ids, arg['lines']):
        run('UPDATE sale_order_line SET cartona_line_id = %s WHERE id = %s', [line.get('cartona_line_id'), line_id])
    run('SELECT cartona._task_created(%s, %s, %s::integer[], %s::numeric)', [task, order.id, ids, str(total)])
    return ''

# What Cartona says of an order: the state it is to have here. A reason (what, detail) is for a human.

TARGETS = ['confirm', 'assign', 'deliver', 'cancel']

def pickings(order):
    # without sale_stock an order has none
    return order['picking_ids'] if 'picking_ids' in order._fields else order.browse()

def open_pickings(order):
    return pickings(order).filtered(lambda p: p.state not in ('done', 'cancel'))

def open_moves(picking):
    moves = picking['move_ids'] if 'move_ids' in picking._fields else picking['move_lines']
    return moves.filtered(lambda m: m.state not in ('done', 'cancel'))

def names(records):
    return ', '.join(records.mapped('display_name'))

def fill(move):
    if 'quantity_done' not in move._fields:
        if move.quantity < move.product_uom_qty:
            move.write({'quantity': move.product_uom_qty})
        move.write({'picked': True})
        return
    # until Odoo 16: what is reserved line by line (its lots), then what is forced
    for line in move.move_line_ids:
        line.write({'qty_done': line['reserved_uom_qty'] if 'reserved_uom_qty' in line._fields else line['product_uom_qty']})
    if move.quantity_done < move.product_uom_qty:
        move._set_quantity_done(move.product_uom_qty)

def validate(picking, force):
    moves = open_moves(picking)
    short = moves.filtered(lambda m: m.state != 'assigned')
    if short and not force:
        return ['stock', names(short.mapped('product_id'))]
    short = short.filtered(lambda m: m.has_tracking != 'none')
    if short:
        return ['lots', names(short.mapped('product_id'))]
    for move in moves:
        fill(move)
    picking.with_context(skip_immediate=True, skip_backorder=True, skip_sms=True, skip_expired=True).button_validate()
    # what it answers may be a question: the state is what counts
    return [] if picking.state == 'done' else ['question', picking.name]

def deliver(order, force):
    # pick, pack and ship come one after another
    for step in range(20):
        todo = open_pickings(order)
        if not todo:
            return []
        todo.action_assign()
        ready = todo.filtered(lambda p: p.state == 'assigned')
        if force:
            ready |= todo.filtered(lambda p: p.state == 'confirmed')
        if not ready:
            return ['stock', ', '.join(todo.mapped('name'))]
        for picking in ready:
            why = validate(picking, force)
            if why:
                return why
    return ['question', ', '.join(open_pickings(order).mapped('name'))]

def confirm(order):
    if order.state in ('draft', 'sent'):
        order.action_confirm()
    return [] if order.state in ('sale', 'done') else ['state', order.state]

def assign(order):
    todo = open_pickings(order)
    if todo:
        todo.action_assign()
    return []

def cancel(order):
    if order.state == 'cancel':
        return []
    if pickings(order).filtered(lambda p: p.state == 'done' and p.picking_type_code == 'outgoing'):
        return ['cancelled but delivered', '']
    if order.state == 'done' or ('locked' in order._fields and order['locked']):
        order.action_unlock()
    order.with_context(disable_cancel_warning=True).action_cancel()
    return [] if order.state == 'cancel' else ['state', order.state]

def may_see(user, order):
    return user and user.active and not user.share and user.id != 1 and order.company_id in user.company_ids

def responsible(order, arg):
    users = env['res.users']
    for user in (order.user_id, users.browse(arg.get('responsible') or 0).exists(), env.ref('base.user_admin', raise_if_not_found=False)):
        if may_see(user, order):
            return user
    return users.search([('share', '=', False), ('id', '!=', 1), ('company_ids', 'in', order.company_id.ids)], order='id', limit=1)

def tell(task, order, arg, what, detail):
    said = ask('SELECT cartona._target_said(%s, %s, %s)', [task, what, detail])[0]
    user = responsible(order, arg)
    same = [('res_model', '=', 'sale.order'), ('res_id', '=', order.id), ('summary', '=', said)]
    if not env['mail.activity'].search_count(same):
        if user:
            order.activity_schedule('mail.mail_activity_data_todo', summary=said, user_id=user.id)
        run('SELECT cartona._target_note(%s, %s, %s)', [task, what, detail])

def target(task, kind, order, arg):
    before = [order.state, open_pickings(order).mapped('state')]
    if kind == 'cancel':
        why = cancel(order)
        if not why and 'invoice_ids' in order._fields and order['invoice_ids'].filtered(lambda i: i.state == 'posted'):
            tell(task, order, arg, 'cancelled but invoiced', '')
    else:
        why = confirm(order)
    if not why and kind == 'assign':
        why = assign(order)
    if not why and kind == 'deliver':
        # That it is confirmed stays, whatever becomes of the delivery.
        assign(order)
        env.cr.commit()
        run("SELECT set_config('cartona.cause', %s, true)", [str(order.id)])
        why = deliver(order, arg['force'])
    if not why and before != [order.state, open_pickings(order).mapped('state')]:
        run('SELECT cartona._target_note(%s, %s, %s)', [task, kind, arg.get('reason') or ''])
    return why

def placed_order(order_id, lang):
    run("SELECT set_config('cartona.cause', %s, true)", [str(order_id)])
    order = env['sale.order'].browse(order_id).exists()
    return order and placed(order, order.company_id.id, lang)

# (Nothing may follow a try in its function: Python 3.13 would jump back in a way that safe_eval refuses.)
def try_to_tell(task, order_id, arg, lang, why):
    try:
        order = placed_order(order_id, lang)
        if order:
            tell(task, order, arg, why[0], why[1])
    except Exception as e:
        env.cr.rollback()
        log('cartona_integration: no activity for order ' + str(order_id) + ': ' + str(e), level='warning')

# Nothing of what was tried is kept; that a human must go on is.
def refuse(task, order_id, arg, lang, why):
    env.cr.rollback()
    try_to_tell(task, order_id, arg, lang, why)
    # in English, for whoever looks after the extension
    run('SELECT cartona._target_failed(%s, cartona._target_text(NULL, %s, %s))', [task, why[0], why[1]])
    env.cr.commit()

def work(task, kind, order_id, arg, company, lang):
    if kind == 'inspect':
        return inspect(arg)
    if kind == 'customer':
        return customer(task, arg, company, lang)
    if kind == 'create':
        return create(task, arg, company, lang)
    order = placed_order(order_id, lang)
    if not order:
        return 'the order is gone'
    if kind == 'recompute':
        return recompute(task, order, arg)
    if kind == 'activity':
        tell(task, order, arg, arg['what'], arg.get('reason') or '')
        return ''
    if kind in TARGETS:
        return target(task, kind, order, arg)
    raise Exception('this version does not know what to do')

# A clerk's work at the same moment, seen by PostgreSQL: over in a moment.
def is_collision(error):
    try:
        return error.pgcode in ('40001', '40P01', '55P03')
    except Exception:
        return False

def failed(row, error):
    env.cr.rollback()
    why = str(error)[:2000] or 'Odoo gave no reason'
    if row[1] in TARGETS and isinstance(error, UserError):
        # Odoo's rules say no: they will in an hour, too
        refuse(row[0], row[2], row[3], row[5], ['refused', why])
        return
    given_up = ask('SELECT cartona._task_failed(%s, %s, %s)', [row[0], why, is_collision(error)])[0]
    env.cr.commit()
    if given_up and row[1] in TARGETS:
        refuse(row[0], row[2], row[3], row[5], ['refused', why])

def one():
    row = ask('SELECT id, kind, order_id, arg, company_id, lang FROM cartona._task_take()', [])
    env.cr.commit()
    if not row:
        return False
    try:
        result = work(row[0], row[1], row[2], row[3], row[4], row[5])
        if row[1] in TARGETS and result and not isinstance(result, str):
            refuse(row[0], row[2], row[3], row[5], result)
        else:
            run('SELECT cartona._task_done(%s, %s)', [row[0], result or ''])
            env.cr.commit()
    except Exception as e:
        failed(row, e)
    return True

start = time.time()
try:
    more = ask("SELECT to_regprocedure('cartona._task_take()') IS NOT NULL", [])[0]
    for n in range(1000):
        if not more or time.time() - start > 30:
            break
        more = one()
except Exception as e:
    env.cr.rollback()
    log('cartona_integration: ' + str(e), level='warning')
$python$;
$function$;
COMMENT ON FUNCTION cartona._bridge_text() IS 'The Python text of the scheduled action that cartona.attach() puts into Odoo.';

CREATE FUNCTION cartona._odoo_cron(OUT active boolean, OUT woken boolean, OUT last_run timestamptz, OUT modules_pending integer)
LANGUAGE c STRICT AS 'MODULE_PATHNAME', 'cartona_sql_odoo_cron'
SET search_path = pg_catalog, pg_temp;
COMMENT ON FUNCTION cartona._odoo_cron() IS 'The scheduled action in Odoo: is it switched on (null: it is not there), does a trigger wake it, when did it run last, and how many modules keep Odoo from running any.';
