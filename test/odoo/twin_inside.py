"""The twin test's inside: runs with Odoo's own Python, on Odoo's own ORM.

Role: a case prepares a shop, a customer and products through the ORM; the
same order is then written once by cartona.create_or_update_order() and once by
Odoo; every column of every row is compared, and all is rolled back, so that
no case sees another one's.

Both orders are made in one transaction: now() is the same for both, so that
even times are compared.

Neighbours: twin.py starts this file inside the tree and counts its lines;
twin_shop.py prepares; twin_cases.py holds the cases.

Failure: one "not ok" line per case, with each column that differs; an
exception in a case is that case's failure.
"""
import argparse
import contextlib
import json
import re
import sys
import traceback

import odoo
from odoo import api

from twin_shop import Decimal, Shop

# ---------------------------------------------------------------------------
# What may differ, and why.  Anything else is a failure.
# ---------------------------------------------------------------------------
ALLOWED = {
    'res_partner': {
        'cartona_id': "Cartona's column",
        'x_cartona_id': "the same, as Odoo shows it",
        'tz': "Odoo copies the time zone of the clerk's browser; a retailer has told none",
        'employee': 'null or false, which are the same: false where the module hr has computed it',
        'calendar_last_notif_ack': 'the moment itself, to the second',
        'phone_sanitized': 'Odoo has the international form where its Python has phonenumbers,'
                           ' else the number as typed: compared by check_phone()',
    },
    'sale_order': {
        'cartona_id': "Cartona's column",
        'x_cartona_id': "the same, as Odoo shows it",
        'cartona_account_id': "Cartona's column",
        'delivered_by': "Cartona's column",
        'x_delivered_by': "the same, as Odoo shows it",
        'name': 'the next number of the same sequence: compared by check_name()',
        'cart_recovery_email_sent': "null or false, which are the same: Odoo 14's form sends false, create() nothing",
        'recompute_delivery_price': 'likewise',
        'access_token': 'a random value, made when the portal link is first asked for',
    },
    'sale_order_line': {
        'cartona_line_id': "Cartona's column",
        'technical_price_unit': 'null on purpose: Odoo then takes the price for one a person gave and never re-prices it',
    },
}
# These come from the order at Cartona: the twin is given the same.
GIVEN = ('origin', 'client_order_ref', 'source_id', 'commitment_date')

TABLES = ('sale_order', 'sale_order_line')


class Twin(Shop):
    """One case: a shop, and orders that are written twice in it."""

    # ---------------------------------------------------------------- the order

    def payload(self, lines, retailer, **more):
        """An order as Cartona sends it; lines: (variant, amount, price)."""
        self.serial += 1
        when = self.value("SELECT to_char(now() AT TIME ZONE 'UTC' - interval '1 minute',"
                          " 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")
        return dict({
            'hashed_id': 'TWIN-%d' % self.serial, 'receipt_id': 'R%d' % self.serial,
            'status': 'pending', 'created_at': when, 'retailer': retailer,
            'order_details': [
                {'id': 'L%d' % n, 'internal_product_id': str(product.id),
                 'amount': str(amount), 'selling_price': str(price)}
                for n, (product, amount, price) in enumerate(lines)]}, **more)

    def import_order(self, payload):
        # by Odoo (order_writer): the customer first, then the order, each in a task
        for _ in range(3):
            self.invalidate()
            self.cr.execute('SELECT cartona.create_or_update_order(%s::jsonb, %s)',
                            (json.dumps(payload), self.account))
            self.invalidate()
            self.run_tasks()
            order = self.value('SELECT id FROM sale_order WHERE cartona_id = %s', payload['hashed_id'])
            if order:
                return order
        raise AssertionError('no order was made')

    def run_tasks(self):
        """What is left to Odoo: the scheduled action, as Odoo runs it, but in this transaction."""
        def failed():
            raise AssertionError('a task failed')

        keep = self.cr.commit
        self.cr.commit, self.cr.rollback = self.flush, failed
        try:
            self.env['ir.actions.server'].browse(self.action).run()
        finally:
            self.cr.commit = keep
            del self.cr.rollback
        self.invalidate()
        self.cr.execute("SELECT set_config('cartona.cause', '', true)")
        left = self.rows("SELECT kind, state, result FROM cartona.odoo_task WHERE state <> 'done'")
        if left:
            raise AssertionError('tasks are not done: %s' % left)

    def compare(self, lines, partner=None, retailer=None, given=None, paid=None,
                partner_given=None, more=None, allowed=(), form=None, line_given=None, of_user=None,
                typed_by=None):
        """Write the order twice and note each difference.

        lines: (variant, amount, price) · partner: a known customer, else
        "retailer" is made a new one · given: fields the twin is told, because
        a person (or the account) chooses them · paid: prices are what the
        retailer pays (price_includes_tax), so the twin is told our unit
        prices and the total is proved ('exactly', or 'nearly') · allowed: columns that may differ in
        this case, as 'table.column' · typed_by: the salesperson who enters
        the twin, and is its salesperson."""
        before = len(self.differences)
        known = None
        self.orders += 1
        if partner is not None:
            self.serial += 1
            code = 'known%d' % self.serial
            self.flush()
            self.cr.execute('UPDATE res_partner SET cartona_id = %s WHERE id = %s',
                            ('retailer_' + code, partner.id))
            known = self.partner_row(partner.id)
            retailer = {'retailer_code': code, 'retailer_name': partner.name}
        payload = self.payload(lines, retailer, **(more or {}))
        ours = self.import_order(payload)
        order = self.rows('SELECT * FROM sale_order WHERE id = %s', ours)[0]
        our_lines = self.rows('SELECT * FROM sale_order_line WHERE order_id = %s'
                              ' ORDER BY sequence, id', ours)
        if partner is None:
            partner = self.twin_partner(order['partner_id'], retailer, partner_given or {}, allowed)
        elif self.partner_row(partner.id) != known:
            self.differences.append('the customer was changed: %s' % self.changed(
                known, self.partner_row(partner.id)))

        values = {'partner_id': partner.id, 'company_id': self.company.id,
                  'date_order': payload['created_at'].replace('T', ' ').rstrip('Z'),
                  'user_id': False, 'team_id': False}
        if partner.user_id or partner.commercial_partner_id.user_id:
            del values['user_id'], values['team_id']
        elif 'team_id' in partner._fields and partner.team_id:
            del values['team_id']
        if of_user:
            del values['team_id']
        if typed_by:
            del values['user_id'], values['team_id']
            allowed = tuple(allowed) + tuple('%s.%s' % (table, column) for table in TABLES
                                             for column in ('create_uid', 'write_uid'))
        for name in GIVEN:
            if order.get(name) is not None:
                values[name] = order[name].replace('T', ' ') if name.endswith('_date') else order[name]
        values.update(given or {})
        prices = [our_lines[n]['price_unit'] if paid else price
                  for n, (_, _, price) in enumerate(lines)]
        twin = self.twin_order(values, [
            dict({'product_id': product.id, 'product_uom_qty': float(amount), 'price_unit': float(price)},
                 **(line_given or {}))
            for (product, amount, _), price in zip(lines, prices)], form, typed_by)
        if paid:
            self.prove_total(lines, order, paid == 'exactly')
        self.check_name(order['name'], twin.name)
        self.compare_orders(ours, twin.id, order['partner_id'], partner.id, allowed)
        self.differences[before:] = ['order %d: %s' % (self.orders, d) for d in self.differences[before:]]
        return self.env['sale.order'].browse(ours), twin

    def twin_partner(self, ours, retailer, given, allowed):
        """The same customer, as the Sales app makes him."""
        row = self.partner_row(ours)
        values = {'name': retailer['retailer_name'], 'phone': retailer.get('retailer_number', False),
                  'email': retailer.get('retailer_email', False),
                  'street': retailer.get('retailer_address', False),
                  'street2': retailer.get('address_notes', False),
                  'country_id': row['country_id'], 'lang': row['lang'], 'comment': row['comment']}
        if 'mobile' in row:
            values['mobile'] = retailer.get('retailer_number2', False)
        values.update(given)
        partner = self.env['res.partner'].with_context(
            res_partner_search_mode='customer').create(values)
        self.invalidate()
        mine, other = row, self.partner_row(partner.id)
        self.check_phone(mine['phone_sanitized'], other['phone_sanitized'])
        self.diff('res_partner', mine, other, {ours: 'CUSTOMER'}, {partner.id: 'CUSTOMER'}, allowed)
        self.check_links('res.partner', ours, partner.id)
        return partner

    def partner_row(self, partner):
        return self.rows('SELECT * FROM res_partner WHERE id = %s', partner)[0]

    def note(self, text):
        """Printed below the case's line, whatever comes of it."""
        self.notes.append(str(text))

    @staticmethod
    def changed(before, after):
        return ', '.join('%s %r -> %r' % (name, before[name], after[name])
                         for name in before if before[name] != after[name])

    def twin_order(self, values, lines, form, typed_by):
        """Odoo's own: create(), or the form where create() runs no onchange (Odoo 14)."""
        orders = self.env['sale.order'].with_user(typed_by or self.env.user)
        if form is None:
            form = self.version == '14'
        if not form:
            values = dict(values, order_line=[(0, 0, line) for line in lines])
            order = orders.create(values)
        else:
            order = self.fill_form(orders, dict(values), lines)
        self.invalidate()
        return self.env['sale.order'].browse(order.id)

    def fill_form(self, orders, values, lines):
        from odoo.tests.common import Form
        late = {}
        with Form(orders) as form:
            form.partner_id = self.env['res.partner'].browse(values.pop('partner_id'))
            for name, value in values.items():
                field = self.env['sale.order']._fields[name]
                if name not in form._view['fields'] or name == 'company_id':
                    late[name] = value
                elif field.type == 'many2one':
                    setattr(form, name, self.env[field.comodel_name].browse(value or []))
                else:
                    setattr(form, name, value)
            for line in lines:
                with form.order_line.new() as row:
                    row.product_id = self.env['product.product'].browse(line['product_id'])
                    row.product_uom_qty = line['product_uom_qty']
                    for name in list(line)[2:]:
                        setattr(row, name, line[name])
            form.save()
            order = form._model.browse(form._values['id'])
        late.pop('company_id', None)
        if late:
            order.write(late)
        return order

    # ----------------------------------------------------------- the comparison

    def check_name(self, ours, twins):
        """The next number of the same sequence, in the same pattern."""
        def split(name):
            match = list(re.finditer(r'\d+', name))[self.number_at]
            return name[:match.start()], match.group(), name[match.end():]
        if ours == 'New' or twins == 'New' or ours is None:
            if ours != twins:
                self.differences.append('sale_order.name: ours %s, Odoo\'s %s' % (ours, twins))
            return
        before, number, after = split(ours)
        its_before, its_number, its_after = split(twins)
        if (before, after, len(number), int(number) + self.increment) != (
                its_before, its_after, len(its_number), int(its_number)):
            self.differences.append('sale_order.name: ours %s, the next one of Odoo %s' % (ours, twins))

    def check_phone(self, ours, twins):
        """The same number, whichever way it is written."""
        mine, other = (re.sub(r'\D', '', phone or '')[-9:] for phone in (ours, twins))
        if mine != other:
            self.differences.append('res_partner.phone_sanitized: ours %s, Odoo\'s %s' % (ours, twins))

    def prove_total(self, lines, order, exact):
        """The order's total is what the retailer pays.

        Exactly, where the taxes are in the price.  Where they are on top, and
        base and tax are rounded apart on each line, Odoo has no unit price for
        some amounts (12.5 % by division: 69.00 is 60.37 + 8.62 or 60.38 +
        8.63); each such line may be one step of the currency off."""
        pays = sum((Decimal(str(amount)) * Decimal(str(price)) for _, amount, price in lines), Decimal(0))
        off = abs(Decimal(order['amount_total']) - pays)
        if off > (0 if exact else Decimal('0.01') * len(lines)):
            self.differences.append('amount_total: ours %s, the retailer pays %s'
                                    % (order['amount_total'], pays))
        elif off:
            self.note('the total is %s, the retailer pays %s: Odoo has no price that meets it'
                      % (order['amount_total'], pays))

    def compare_orders(self, ours, twins, our_partner, twin_partner, allowed):
        mine = self.rows('SELECT * FROM sale_order WHERE id = %s', ours)[0]
        other = self.rows('SELECT * FROM sale_order WHERE id = %s', twins)[0]
        here, there = {ours: 'ORDER'}, {twins: 'ORDER'}
        partners = ({our_partner: 'CUSTOMER'}, {twin_partner: 'CUSTOMER'})
        self.diff('sale_order', mine, other, here, there, allowed, partners)
        self.check_links('sale.order', ours, twins)
        query = 'SELECT * FROM sale_order_line WHERE order_id = %s ORDER BY sequence, id'
        our_lines, twin_lines = self.rows(query, ours), self.rows(query, twins)
        if len(our_lines) != len(twin_lines):
            self.differences.append('%d lines, Odoo has %d' % (len(our_lines), len(twin_lines)))
        for n, (mine, other) in enumerate(zip(our_lines, twin_lines)):
            self.diff('sale_order_line', mine, other,
                      {ours: 'ORDER', mine['id']: 'LINE'}, {twins: 'ORDER', other['id']: 'LINE'},
                      allowed, partners, ' (line %d)' % (n + 1))
            # its taxes, too
            self.check_links('sale.order.line', mine['id'], other['id'], ' (line %d)' % (n + 1))

    def links(self, model, row):
        """What a row's many2many fields hold, those that are empty left out."""
        found = {}
        for name, field in self.env[model]._fields.items():
            if field.type != 'many2many' or not field.store or not field.relation:
                continue
            ids = sorted(link['id'] for link in self.rows(
                'SELECT %s AS id FROM %s WHERE %s = %%s' % (field.column2, field.relation, field.column1), row))
            if ids:
                found[name] = ids
        return found

    def check_links(self, model, ours, twins, where=''):
        mine, other = self.links(model, ours), self.links(model, twins)
        if mine != other:
            self.differences.append('%s%s: linked with %s, Odoo\'s %s' % (model, where, mine, other))

    # columns that hold the id of one of the rows themselves
    OWN_IDS = {
        'res_partner': ('id', 'commercial_partner_id'),
        'sale_order': ('id',),
        'sale_order_line': ('id', 'order_id'),
    }
    PARTNER_IDS = ('partner_id', 'partner_invoice_id', 'partner_shipping_id', 'order_partner_id')

    def diff(self, table, mine, other, here, there, allowed, partners=({}, {}), where=''):
        for column in mine:
            if column in ALLOWED[table] or '%s.%s' % (table, column) in allowed:
                continue
            ours, theirs = mine[column], other[column]
            if column in self.OWN_IDS[table]:
                ours, theirs = here.get(ours, ours), there.get(theirs, theirs)
            elif column in self.PARTNER_IDS:
                ours, theirs = partners[0].get(ours, ours), partners[1].get(theirs, theirs)
            if not self.same(table, column, ours, theirs):
                self.differences.append('%s.%s%s: ours %r, Odoo\'s %r' % (table, column, where, ours, theirs))

    def same(self, table, column, ours, theirs):
        if ours == theirs:
            return True
        if isinstance(ours, (int, Decimal)) and isinstance(theirs, (int, Decimal)) and \
                not isinstance(ours, bool) and not isinstance(theirs, bool):
            # a float8 of Odoo's carries the noise of its own sums
            kind = self.value('SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass'
                              ' AND attname = %s', table, column)
            return kind == 'double precision' and abs(ours - theirs) < Decimal('1e-9')
        return False


def run_case(registry, function, version, modules):
    """One case in one transaction; its differences, notes, or an exception."""
    def refuse():
        raise AssertionError('a case must not commit')

    with registry.cursor() as cr:
        twin = None
        cr.commit = refuse
        try:
            twin = Twin(cr, version, modules)
            function(twin)
            return twin.differences, twin.notes
        except Exception:
            return (twin.differences if twin else []) + traceback.format_exc().splitlines()[-4:], []
        finally:
            cr.rollback()
            del cr.commit
            with contextlib.suppress(Exception):
                registry.reset_changes()
            (registry.clear_all_caches if hasattr(registry, 'clear_all_caches')
             else registry.clear_caches)()


def prepare(registry, version, modules):
    """An order that stays: Odoo has then said which columns it computes."""
    with registry.cursor() as cr:
        twin = Twin(cr, version, modules)
        twin.serial = 1000000
        twin.import_order(twin.payload([(twin.product(), 1, '10')],
                                       {'retailer_code': 'first', 'retailer_name': 'first'}))


def tell(good, text, details=()):
    print('%s - %s' % ('ok' if good else 'not ok', text))
    for line in details:
        print('#   ' + line)
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--version', required=True)
    parser.add_argument('--database', required=True)
    parser.add_argument('--port', required=True)
    parser.add_argument('--user', required=True)
    parser.add_argument('--data', required=True)
    parser.add_argument('--only', default='')
    args = parser.parse_args()
    odoo.tools.config.parse_config([
        '--db_host=127.0.0.1', '--db_port=' + args.port, '--db_user=' + args.user,
        '--db_password=' + args.user, '-d', args.database, '--data-dir=' + args.data,
        '--no-http', '--max-cron-threads=0', '--log-level=warn'])
    import twin_cases
    import twin_levels  # noqa: F401 (its cases join the table)
    manage = getattr(api.Environment, 'manage', contextlib.nullcontext)
    with manage():
        registry = odoo.modules.registry.Registry(args.database)
        with registry.cursor() as cr:
            cr.execute("SELECT name FROM ir_module_module WHERE state = 'installed'")
            modules = {row[0] for row in cr.fetchall()}
        prepare(registry, args.version, modules)
        for title, needs, function in twin_cases.CASES:
            if not any(part in title for part in args.only.split('|')) or (needs and needs not in modules):
                continue
            differences, notes = run_case(registry, function, args.version, modules)
            tell(not differences, title, differences + notes)


if __name__ == '__main__':
    main()
