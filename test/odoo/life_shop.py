#!/usr/bin/env python3
"""The company whose orders life.py follows: clerks, places, products; an order and its twin.

Role: makes, through Odoo's API as its administrator, what the cases of life.py
need: people with few rights, a second company with a chart of accounts, a
warehouse with two steps, products of each kind; then an order as Cartona sends
it, and the same order through the ORM.

Neighbours: stage.py (the class this one stands on), life.py (the cases),
clerks.py (the people), rows.py (the rows of an order).
"""
import json
import time
import zlib

import clerks
import rows
from clerks import Subject
from odoo_server import quote
from stage import Stage


class Shop(Stage):
    def __init__(self, server, simulator):
        super().__init__(server, simulator)
        self.clerks = clerks.Clerks(server)
        self.rows = None

    # ------------------------------------------------------------- the company

    def tell_company(self):
        """clerks, a second company, warehouses, products"""
        self.rows = rows.Rows(self.server)
        self.second = self.make_second_company()
        groups = 'groups_id' if self.clerks.old else 'group_ids'
        for login, names in clerks.GROUPS.items():
            self.call('res.users', 'create', {
                'name': login, 'login': login, 'password': login, 'company_id': 1,
                'company_ids': [(6, 0, [1, self.second])], 'email': login + '@example.com',
                groups: [(6, 0, [self.ref(n) for n in ('base.group_user', 'base.group_multi_company', *names)])]})
        self.euro = self.find_id('res.currency', [('name', '=', 'EUR'), ('active', 'in', (True, False))])
        self.call('res.currency', 'write', [self.euro], {'active': True, 'rate_ids': [
            (0, 0, {'rate': 0.8, 'name': '2020-01-01', 'company_id': 1})]})
        self.warehouse = self.call('stock.warehouse', 'create', {
            'name': 'القاهرة', 'code': 'CAI', 'company_id': 1, 'delivery_steps': 'pick_ship'})
        self.as_odoo(
            "INSERT INTO cartona.account (id, name, company_id, warehouse_id, currency) VALUES"
            " (102, 'second company', %d, NULL, 'USD'), (103, 'in euro', 1, NULL, 'EUR'),"
            " (104, 'two steps', 1, %d, 'USD')" % (self.second, self.warehouse))
        self.make_products()
        # mails are read, not printed: a PDF needs a program these trees have not got
        templates = self.call('mail.template', 'search', [('model', '=', 'sale.order')])
        self.call('mail.template', 'write', templates, {'report_template': False} if self.clerks.old
                  else {'report_template_ids': [(5,)]})
        # nor does Odoo ask whether it may send text messages
        self.call('res.company', 'write', [1, self.second], {
            'stock_move_sms_validation' if self.clerks.old else 'stock_text_confirmation': False,
            'has_received_warning_stock_sms': True})
        if self.clerks.old:
            # a salesman may not make the product Odoo makes for the first down payment
            self.call('ir.config_parameter', 'set_param', 'sale.default_deposit_product_id', str(
                self.product('دفعة مقدمة', 0, 'service', mapped=False, company_id=False,
                             invoice_policy='order')['variant']))

    def make_second_company(self):
        currency = self.read_one('res.company', 1, ['currency_id'])['currency_id'][0]
        company = self.call('res.company', 'create', {'name': 'شركة الإسكندرية', 'currency_id': currency,
                                                      'country_id': self.find_id('res.country', [('code', '=', 'US')])})
        chart = ({'chart_template_id': self.ref('l10n_generic_coa.configurable_chart_template')}
                 if self.clerks.old else {'chart_template': 'generic_coa'})
        context = {'allowed_company_ids': [company]}
        setting = self.call('res.config.settings', 'create', chart, context=context)
        self.call('res.config.settings', 'execute', [setting], context=context)
        if not self.call('stock.warehouse', 'search', [('company_id', '=', company)], context=context):
            self.call('stock.warehouse', 'create', {'name': 'الإسكندرية', 'code': 'ALX', 'company_id': company},
                      context=context)
        # The first invoice of a journal gets its number as a draft: let it be none of the orders'.
        invoice = self.call('account.move', 'create', {
            'move_type': 'out_invoice', 'partner_id': self.find_id('res.partner', [('company_id', '=', False)]),
            'invoice_date': time.strftime('%Y-%m-%d'),
            'invoice_line_ids': [(0, 0, {'name': 'رصيد', 'quantity': 1, 'price_unit': 1})]}, context=context)
        self.call('account.move', 'action_post', [invoice], context=context)
        return company

    def product(self, name, price, kind='storable', company=1, stock=1000, tax=(), mapped=True, **values):
        kinds = {'storable': {'type': 'product'} if self.clerks.old else {'type': 'consu', 'is_storable': True},
                 'consumable': {'type': 'consu'}, 'service': {'type': 'service'}}
        self.next_sku += 1
        context = {'allowed_company_ids': [company]}
        template = self.call('product.template', 'create', dict(
            kinds[kind], name=name, list_price=price, taxes_id=[(6, 0, list(tax))],
            **dict({'company_id': company}, **values)), context=context)
        variants = self.call('product.product', 'search', [('product_tmpl_id', '=', template)], context=context)
        made = {'template': template, 'variant': variants[-1], 'sku': str(self.next_sku)}
        if kind == 'storable' and stock:
            self.put_in_stock(made['variant'], stock, company)
        if mapped:
            self.map_products([made])
        return made

    def put_in_stock(self, variant, quantity, company):
        context = {'allowed_company_ids': [company], 'inventory_mode': True}
        for warehouse in self.call('stock.warehouse', 'search_read', [('company_id', '=', company)],
                                   ['lot_stock_id'], context=context):
            quant = self.call('stock.quant', 'create', {
                'product_id': variant, 'location_id': warehouse['lot_stock_id'][0],
                'inventory_quantity': quantity}, context=context)
            if not self.clerks.old:
                self.call('stock.quant', 'action_apply_inventory', [quant], context=context)

    def sale_tax(self, name, amount, company=1, **values):
        context = {'allowed_company_ids': [company]}
        if not self.clerks.old:
            country = self.find_id('res.country', [('code', '=', 'US')])
            values.update(country_id=country, tax_group_id=self.call('account.tax.group', 'create', {
                'name': name, 'country_id': country, 'company_id': company}, context=context))
        return self.call('account.tax', 'create', dict(
            values, name=name, amount=amount, amount_type='percent', type_tax_use='sale', company_id=company),
            context=context)

    def make_products(self):
        vat = (self.tax,)
        included = (self.sale_tax('شاملة 14%', 14.0, **(
            {'price_include': True} if self.clerks.old else {'price_include_override': 'tax_included'})),)
        second = (self.sale_tax('ضريبة الثانية 5%', 5.0, self.second),)
        self.tea = self.product('شاي', 100.0, tax=vat, invoice_policy='delivery', default_code='TEA',
                                description_sale='علبة ٤٠ جم')
        self.rice = self.product('أرز', 60.0, tax=vat, invoice_policy='order')
        self.cheap = self.product('سكر', 30.0, tax=vat, invoice_policy='delivery')
        self.porter = self.product('نقل', 25.0, 'service', tax=vat, invoice_policy='order')
        self.inside = self.product('زيت', 114.0, tax=included, invoice_policy='delivery')
        self.inside2 = self.product('سمن', 57.0, tax=included, invoice_policy='order')
        self.theirs = self.product('عدس', 80.0, company=self.second, tax=second, invoice_policy='delivery')
        self.theirs2 = self.product('فول', 40.0, company=self.second, tax=second, invoice_policy='order')
        attribute = self.call('product.attribute', 'create', {'name': 'الحجم', 'create_variant': 'always'})
        sizes = self.call('product.attribute.value', 'create', [
            {'name': 'صغير', 'attribute_id': attribute}, {'name': 'كبير', 'attribute_id': attribute}])
        self.variant = self.product('عصير', 45.0, tax=vat, invoice_policy='delivery', attribute_line_ids=[
            (0, 0, {'attribute_id': attribute, 'value_ids': [(6, 0, sizes)]})])
        self.variant['sku'] = None      # it cannot say which variant
        parts = [self.product(n, 10.0, mapped=False) for n in ('كوب', 'ملعقة')]
        self.kit = self.product('طقم', 150.0, 'consumable', tax=vat, invoice_policy='delivery')
        self.call('mrp.bom', 'create', {
            'product_tmpl_id': self.kit['template'], 'product_qty': 1, 'type': 'phantom',
            'bom_line_ids': [(0, 0, {'product_id': p['variant'], 'product_qty': 2}) for p in parts]})
        self.carton = self.product('بسكويت', 6.0, tax=vat, invoice_policy='delivery')
        self.as_odoo("INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor)"
                     " VALUES (%d, 'CARTON', %d, 12)" % (self.account, self.carton['variant']))

    # ---------------------------------------------------------------- an order

    @staticmethod
    def number(name):
        return zlib.crc32(name.encode()) % 10 ** 7

    def retailer(self, name):
        return {'retailer_code': name, 'retailer_name': 'بقالة ' + name,
                'retailer_number': '0100%07d' % self.number(name),
                'retailer_email': name.lower() + '@example.com', 'retailer_address': '١٢ شارع الجمهورية',
                'address_notes': 'الدور الأرضي'}

    def payload(self, name, lines, **more):
        """An order as Cartona sends it, of (product, amount, price)."""
        details = []
        for n, (product, amount, price) in enumerate(lines):
            line = {'id': self.number(name) * 100 + n, 'amount': amount, 'selling_price': price,
                    'unit_count': product.get('units', 1)}
            if product.get('sku'):
                line['supplier_product_id'] = product['sku']
            if product.get('variant'):
                line['internal_product_id'] = str(product['variant'])
            details.append(line)
        return dict({'hashed_id': name, 'status': 'pending', 'receipt_id': 'R' + name, 'retailer': self.retailer(name),
                     'created_at': time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime()),
                     'estimated_delivery_day': '2030-03-04', 'note_message': 'بعد الخامسة <b>مساءً</b>',
                     'total_price': sum(a * p for _, a, p in lines), 'order_details': details}, **more)

    def known_customer(self, name, **values):
        """A customer the clerks had before: one for the import, one for the twin."""
        said = self.retailer(name)
        values = dict(values, name=said['retailer_name'], phone=said['retailer_number'],
                      email=said['retailer_email'], street=said['retailer_address'],
                      street2=said['address_notes'])
        made = [self.call('res.partner', 'create', values) for _ in range(2)]
        self.as_odoo("UPDATE res_partner SET cartona_id = %s WHERE id = %d" % (quote('retailer_' + name), made[0]))
        return made

    def pull(self):
        self.as_odoo('SELECT cartona.pull_orders(%d)' % self.account)

    def by_hand(self, payload, account):
        return int(self.as_odoo('SELECT cartona.create_or_update_order(%s, %d)' % (
            quote(json.dumps(payload)), account)))

    def copy_customer(self, partner):
        """The customer's twin, typed in by a clerk."""
        meta = self.call('res.partner', 'fields_get', attributes=['type'])
        names = [n for n in ('name', 'phone', 'mobile', 'email', 'street', 'street2', 'city', 'comment', 'ref',
                             'country_id', 'lang', 'user_id', 'team_id', 'company_id', 'customer_rank', 'type')
                 if n in meta]
        values = self.read_one('res.partner', partner, names)
        values.pop('id')
        return self.call('res.partner', 'create', {
            n: v[0] if meta[n]['type'] == 'many2one' and v else v for n, v in values.items()})

    def twin(self, order, lines, company=1, partner=None, values=None):
        """The same order through the ORM: what a person decides is given, the rest is Odoo's."""
        given = ['client_order_ref', 'origin', 'note', 'date_order', 'commitment_date', 'source_id', 'user_id',
                 'team_id']
        context = {'allowed_company_ids': [company]}
        seen = self.read_one('sale.order', order, given + ['partner_id'], context=context)
        original = seen['partner_id'][0]
        partner = partner or self.copy_customer(original)
        typed = {} if self.clerks.old else {'technical_price_unit': 0}
        vals = {n: seen[n][0] if isinstance(seen[n], list) else seen[n] for n in given}
        vals.update(values or {}, partner_id=partner, order_line=[
            (0, 0, dict(typed, product_id=p['variant'], product_uom_qty=q, price_unit=price))
            for p, q, price in lines])
        made = self.call('sale.order', 'create', vals, context=context)
        # Its creator follows it and would be told of what happens; an import has no creator.
        followers = self.read_one('sale.order', made, ['message_partner_ids'], context=context)
        self.call('sale.order', 'message_unsubscribe', [made], followers['message_partner_ids'], context=context)
        return Subject(order, original, company), Subject(made, partner, company, is_twin=True)
