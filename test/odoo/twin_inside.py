"""The twin test's inside: runs with Odoo's own Python, on Odoo's own ORM.

Role: a case prepares a shop, a customer and products through the ORM; the
same order is then written once by cartona.create_or_update_order() and once by
Odoo; every column of every row is compared, and all is rolled back, so that
no case sees another one's.

Both orders are made in one transaction: now() is the same for both, so that
even times are compared.

Neighbours: twin.py starts this file inside the tree and counts its lines;
twin_cases.py holds the cases.

Failure: one "not ok" line per case, with each column that differs; an
exception in a case is that case's failure.
"""
import argparse
import contextlib
import datetime
import decimal
import json
import re
import sys
import traceback

import odoo
from odoo import api

Decimal = decimal.Decimal

# ---------------------------------------------------------------------------
# What may differ, and why.  Anything else is a failure.
# ---------------------------------------------------------------------------
ALLOWED = {
    'res_partner': {
        'cartona_id': "Cartona's column",
        'tz': "Odoo copies the time zone of the clerk's browser; a retailer has told none",
        'employee': 'null or false, which are the same: false where the module hr has computed it',
        'phone_sanitized': 'Odoo has the international form where its Python has phonenumbers,'
                           ' else the number as typed: compared by check_phone()',
    },
    'sale_order': {
        'cartona_id': "Cartona's column",
        'cartona_account_id': "Cartona's column",
        'delivered_by': "Cartona's column",
        'name': 'the next number of the same sequence: compared by check_name()',
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
RELATION = 'account_tax_sale_order_line_rel'


class Twin:
    """One case: its database transaction, its shop, its comparison."""

    def __init__(self, cr, version, modules):
        self.cr = cr
        self.version = version
        self.modules = modules
        self.differences = []
        self.notes = []
        self.serial = self.orders = 0
        self.increment = 1       # of the order's sequence
        self.number_at = -1      # which of the numbers in an order's name counts
        self.env = api.Environment(cr, odoo.SUPERUSER_ID, {})
        self.company = self.env['res.company'].browse(1)
        self.use_company(self.company)
        self.account = self.value('SELECT min(id) FROM cartona.account')
        self.set_account(company_id=1, currency=self.company.currency_id.name)

    # ------------------------------------------------------------ the database

    def value(self, query, *args):
        self.cr.execute(query, args)
        row = self.cr.fetchone()
        return row[0] if row else None

    def rows(self, query, *args):
        """Rows as dicts; numbers exactly as PostgreSQL has them."""
        self.cr.execute('SELECT to_jsonb(t)::text FROM (%s) t' % query, args)
        return [json.loads(row[0], parse_float=Decimal) for row in self.cr.fetchall()]

    def set_account(self, **values):
        for name, value in values.items():
            self.cr.execute('UPDATE cartona.account SET %s = %%s WHERE id = %%s' % name,
                            (value, self.account))

    def flush(self):
        if hasattr(self.env, 'flush_all'):
            self.env.flush_all()
        else:
            self.env['base'].flush()

    def invalidate(self):
        self.flush()
        if hasattr(self.env, 'invalidate_all'):
            self.env.invalidate_all()
        else:
            self.env.cache.invalidate()

    # ---------------------------------------------------------------- fixtures

    def use_company(self, company):
        """From here on the ORM works as in this company."""
        self.company = company
        # as the web client calls for a clerk
        self.env = self.env(context={'allowed_company_ids': [company.id], 'lang': 'en_US',
                                     'tz': self.env.user.tz or 'UTC'})
        self.company = company.with_env(self.env)

    def has(self, model, field):
        return field in self.env[model]._fields

    def create(self, model, **values):
        """Create with only the fields this Odoo has."""
        return self.env[model].create(
            {name: value for name, value in values.items() if self.has(model, name)})

    def tax(self, amount=14.0, kind='percent', included=False, **values):
        """A sale tax; "included": the price holds it."""
        self.serial += 1
        values = dict({'name': 'tax %d' % self.serial, 'amount': amount, 'amount_type': kind,
                       'type_tax_use': 'sale', 'company_id': self.company.id}, **values)
        if self.has('account.tax', 'price_include_override'):
            values['price_include_override'] = 'tax_included' if included else 'tax_excluded'
        else:
            values['price_include'] = included
        if self.has('account.tax.group', 'country_id'):
            country = self.company.account_fiscal_country_id or self.env.ref('base.us')
            values.setdefault('country_id', country.id)
            values['tax_group_id'] = self.env['account.tax.group'].create({
                'name': 'group %d' % self.serial, 'country_id': country.id,
                'company_id': self.company.id}).id
        return self.create('account.tax', **values)

    def group_tax(self, *children, **values):
        return self.tax(0.0, 'group', children_tax_ids=[(6, 0, [c.id for c in children])], **values)

    def product(self, name='tea', price=100.0, taxes=(), kind='storable', **values):
        """A variant; "kind": storable, consu or service."""
        if kind == 'storable' and self.has('product.template', 'is_storable'):
            values.update(type='consu', is_storable=True)
        else:
            values['type'] = {'storable': 'product'}.get(kind, kind)
        template = self.create('product.template', name=name, list_price=price, sale_ok=True,
                               taxes_id=[(6, 0, [t.id for t in taxes])], **values)
        return template.product_variant_ids[:1]

    def customer(self, name='corner shop', **values):
        return self.create('res.partner', name=name, **values)

    def second_company(self, name='second', currency=None, **values):
        currency = currency or self.env.ref('base.EUR')
        currency.active = True
        # the country afterwards, and through its partner: a company that is
        # made with one has Odoo install the country's module, and commit
        company = self.env['res.company'].create(dict({'name': name, 'currency_id': currency.id}, **values))
        company.partner_id.country_id = self.env.ref('base.eg')
        # since Odoo 17 only the first company has a warehouse by itself
        if not self.env['stock.warehouse'].search([('company_id', '=', company.id)]):
            self.create('stock.warehouse', name=name, code='WH2', company_id=company.id)
        self.env.user.write({'company_ids': [(4, company.id)]})
        self.use_company(company)
        self.set_account(company_id=company.id, currency=currency.name)
        return company

    def language(self, code):
        self.env['res.lang'].with_context(active_test=False).search([('code', '=', code)]).active = True

    def digits(self, usage, digits):
        self.env['decimal.precision'].search([('name', '=', usage)]).digits = digits

    def parameter(self, key, value):
        self.env['ir.config_parameter'].set_param(key, value)

    def sequence(self, **values):
        return self.create('ir.sequence', name='orders', code='sale.order', **values)

    def clock(self, zone):
        """The twin is made by somebody whose clock is there."""
        self.env = self.env(context=dict(self.env.context, tz=zone))
        self.company = self.company.with_env(self.env)

    def salesperson(self, team=None):
        self.serial += 1
        group = self.env.ref('sales_team.group_sale_salesman')
        user = self.create('res.users', name='seller', login='seller%d' % self.serial, email='s@x.example',
                           company_id=self.company.id, company_ids=[(6, 0, [self.company.id])])
        group.write({'user_ids' if 'user_ids' in group._fields else 'users': [(4, user.id)]})
        if team:
            team = self.create('crm.team', name=team, sequence=0)
            team.write({'member_ids': [(4, user.id)]})
        return user

    def fiscal_position(self, home, away, name='abroad', **values):
        """A position that replaces one tax with another, or with none."""
        position = self.create('account.fiscal.position', name=name, company_id=self.company.id, **values)
        if 'account.fiscal.position.tax' in self.env:
            self.create('account.fiscal.position.tax', position_id=position.id, tax_src_id=home.id,
                        tax_dest_id=away.id if away else False)
        else:
            # one tax is taken away by one of nothing that stands for it
            away = away or self.tax(0.0)
            away.write({'fiscal_position_ids': [(4, position.id)], 'original_tax_ids': [(4, home.id)]})
        return position

    def general_property(self, field, record):
        """What customers have who have nothing of their own."""
        if 'ir.property' in self.env:
            self.env['ir.property']._set_default(field, 'res.partner', record, self.company)
        else:
            self.env['ir.default'].set('res.partner', field, record.id, company_id=self.company.id)

    def variants(self, *attributes):
        """A template with lines of (attribute, values[, create_variant])."""
        lines = []
        for number, (name, values, *kind) in enumerate(attributes):
            attribute = self.create('product.attribute', name=name, sequence=number,
                                    create_variant=kind[0] if kind else 'always')
            made = [self.create('product.attribute.value', name=value, attribute_id=attribute.id,
                                sequence=10 - n).id for n, value in enumerate(values)]
            lines.append((0, 0, {'attribute_id': attribute.id, 'value_ids': [(6, 0, made)]}))
        return self.product('tea', default_code='T1', description_sale='fine').product_tmpl_id if not lines else \
            self.create('product.template', name='tea', list_price=10.0, sale_ok=True, type='consu',
                        description_sale='fine', taxes_id=[(6, 0, [])], attribute_line_ids=lines)

    def unit(self, xmlid):
        unit = self.env.ref(xmlid).id
        return {'uom_id': unit, 'uom_po_id': unit}

    def analytic_rule(self):
        """A rule by which Odoo books each line on an analytic account."""
        if 'account.analytic.distribution.model' in self.env:
            plan = self.create('account.analytic.plan', name='plan')
            account = self.create('account.analytic.account', name='shop', plan_id=plan.id)
            self.create('account.analytic.distribution.model', analytic_distribution={str(account.id): 100},
                        company_id=self.company.id)
        else:
            account = self.create('account.analytic.account', name='shop')
            self.create('account.analytic.default', analytic_id=account.id, company_id=self.company.id)

    def set_default(self, model, field, value):
        self.env['ir.default'].set(model, field, value)

    def group_on(self, xmlid):
        """A feature group, as the settings screen switches it on for all users."""
        user_group = self.env.ref('base.group_user')
        user_group.write({'implied_ids': [(4, self.env.ref(xmlid).id)]})
        # uid 1 is no member of base.group_user in every version
        group = self.env.ref(xmlid)
        users = 'user_ids' if 'user_ids' in group._fields else 'users'
        group.write({users: [(4, 1), (4, 2)]})

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
        self.invalidate()
        order = self.value('SELECT cartona.create_or_update_order(%s::jsonb, %s)',
                           json.dumps(payload), self.account)
        self.invalidate()
        if not order:
            raise AssertionError('no order was made')
        return order

    def compare(self, lines, partner=None, retailer=None, given=None, paid=None,
                partner_given=None, more=None, allowed=(), form=None, line_given=None, of_user=None):
        """Write the order twice and note each difference.

        lines: (variant, amount, price) · partner: a known customer, else
        "retailer" is made a new one · given: fields the twin is told, because
        a person (or the account) chooses them · paid: prices are what the
        retailer pays (price_includes_tax), so the twin is told our unit
        prices and the total is proved ('exactly', or 'nearly') · allowed: columns that may differ in
        this case, as 'table.column'."""
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
        for name in GIVEN:
            if order.get(name) is not None:
                values[name] = order[name].replace('T', ' ') if name.endswith('_date') else order[name]
        values.update(given or {})
        prices = [our_lines[n]['price_unit'] if paid else price
                  for n, (_, _, price) in enumerate(lines)]
        twin = self.twin_order(values, [
            dict({'product_id': product.id, 'product_uom_qty': float(amount), 'price_unit': float(price)},
                 **(line_given or {}))
            for (product, amount, _), price in zip(lines, prices)], form)
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

    def twin_order(self, values, lines, form):
        """Odoo's own: create(), or the form where create() runs no onchange (Odoo 14)."""
        if form is None:
            form = self.version == '14'
        if not form:
            values = dict(values, order_line=[(0, 0, line) for line in lines])
            order = self.env['sale.order'].create(values)
        else:
            order = self.fill_form(dict(values), lines)
        self.invalidate()
        return order

    def fill_form(self, values, lines):
        from odoo.tests.common import Form
        late = {}
        with Form(self.env['sale.order']) as form:
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
        query = 'SELECT * FROM sale_order_line WHERE order_id = %s ORDER BY sequence, id'
        our_lines, twin_lines = self.rows(query, ours), self.rows(query, twins)
        if len(our_lines) != len(twin_lines):
            self.differences.append('%d lines, Odoo has %d' % (len(our_lines), len(twin_lines)))
        for n, (mine, other) in enumerate(zip(our_lines, twin_lines)):
            self.diff('sale_order_line', mine, other,
                      {ours: 'ORDER', mine['id']: 'LINE'}, {twins: 'ORDER', other['id']: 'LINE'},
                      allowed, partners, ' (line %d)' % (n + 1))
            taxes = [sorted(row['account_tax_id'] for row in self.rows(
                'SELECT * FROM account_tax_sale_order_line_rel WHERE sale_order_line_id = %s',
                line['id'])) for line in (mine, other)]
            if taxes[0] != taxes[1]:
                self.differences.append('taxes of line %d: ours %s, Odoo\'s %s' % (n + 1, *taxes))

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
    manage = getattr(api.Environment, 'manage', contextlib.nullcontext)
    with manage():
        registry = odoo.modules.registry.Registry(args.database)
        with registry.cursor() as cr:
            cr.execute("SELECT name FROM ir_module_module WHERE state = 'installed'")
            modules = {row[0] for row in cr.fetchall()}
        for title, needs, function in twin_cases.CASES:
            if args.only not in title or (needs and needs not in modules):
                continue
            differences, notes = run_case(registry, function, args.version, modules)
            tell(not differences, title, differences + notes)


if __name__ == '__main__':
    main()
