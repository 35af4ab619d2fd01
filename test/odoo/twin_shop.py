"""A shop for the twin test: what a case prepares before its order is written.

Role: the fixtures, all made through Odoo's own ORM, with only the fields this
Odoo has; the account they are imported for.

Neighbours: twin_inside.py compares; twin_cases.py calls both.

Failure: whatever Odoo or PostgreSQL say is raised.
"""
import decimal
import json

import odoo
from odoo import api

Decimal = decimal.Decimal


class Shop:
    """A case's database transaction, and what is prepared in it."""

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
        self.action = self.value("SELECT ir_actions_server_id FROM ir_cron WHERE id = (SELECT res_id FROM"
                                 " ir_model_data WHERE module = '__cartona__' AND model = 'ir.cron')")
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

    def made_by_odoo(self):
        """Orders by Odoo's own logic: of an account that is on."""
        self.cr.execute("UPDATE cartona.account SET order_writer = 'odoo', active = true, (bound_system, bound_database) ="
                        " (SELECT system_identifier, database_oid FROM cartona._identity()) WHERE id = %s", (self.account,))

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
        if values.get('parent_id'):
            # the chart of accounts that a branch gets at the commit brings default taxes to all products
            self.cr.precommit.run()
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

    def set_default(self, model, field, value, **whose):
        self.env['ir.default'].set(model, field, value, **whose)

    def warehouse(self, code):
        return self.create('stock.warehouse', name=code, code=code, company_id=self.company.id)

    def group_on(self, xmlid):
        """A feature group, as the settings screen switches it on for all users."""
        user_group = self.env.ref('base.group_user')
        user_group.write({'implied_ids': [(4, self.env.ref(xmlid).id)]})
        # uid 1 is no member of base.group_user in every version
        group = self.env.ref(xmlid)
        users = 'user_ids' if 'user_ids' in group._fields else 'users'
        group.write({users: [(4, 1), (4, 2)]})
