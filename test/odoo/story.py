#!/usr/bin/env python3
"""The main job, end to end, on a real Odoo: what a supplier and his clerks would see.

Role: every check acts through Odoo's own API (JSON-RPC as the demo company's
administrator, its database manager) or on the marketplace's side (the
simulator), and looks at the result on the other side: Odoo's records and
Cartona's orders and products, never at this extension's tables alone.

Neighbours: odoo_server.py (Odoo, PostgreSQL, the extension), test/simulator
(the marketplace), fields.py (one of the checks), check.sh (`make check-odoo`).

Failure: a check that fails is one "not ok" line and the story goes on; an
error inside a chapter fails that chapter only.  The exit code is 1 when
anything failed and 75 when no Debian mirror can be reached.
"""
import argparse
import contextlib
import copy
import datetime
import json
import math
import os
import statistics
import subprocess
import sys
import time
import traceback

import fields
import odoo_server
from odoo_server import OdooError, OdooServer, log, quote, wait_for

SIMULATOR = os.path.join(odoo_server.PROJECT, 'test', 'simulator')
sys.path.insert(0, SIMULATOR)
from simulator import Simulator  # noqa: E402

# Recognizable wherever it should not be.
TOKEN = 'kT7-only-cartona-may-see-this-9xQ'
STATUS_PATH = '/order/update-order-status'
BULK_PATH = '/supplier-product/bulk-update'
PULL_PATH = '/order/pull-orders'
SECONDS = 30                    # how long an effect may take before it is missing


class Story:
    def __init__(self, server, simulator):
        self.server = server
        self.simulator = simulator
        self.passed = self.failed = 0
        self.next_sku = 1000

    # ------------------------------------------------------------- reporting

    def check(self, good, text, detail=None):
        if good:
            self.passed += 1
        else:
            self.failed += 1
        print('%s %d - %s' % ('ok' if good else 'not ok', self.passed + self.failed, text),
              flush=True)
        if not good and detail is not None:
            for line in str(detail).splitlines()[:40]:
                print('#   ' + line, flush=True)
        return bool(good)

    def equal(self, got, expected, text):
        return self.check(got == expected, text, 'got:      %r\nexpected: %r' % (got, expected))

    def eventually(self, condition, text, seconds=SECONDS, detail=None):
        """A check that something becomes true; returns its value or None."""
        try:
            value = wait_for(condition, seconds, text)
        except TimeoutError:
            self.check(False, text, detail() if detail else 'not within %s s' % seconds)
            return None
        self.check(True, text)
        return value

    def chapter(self, tell):
        log('--- ' + tell.__doc__.splitlines()[0])
        try:
            tell()
        except Exception:
            self.check(False, 'the chapter "%s" goes to its end' % tell.__doc__.splitlines()[0],
                       traceback.format_exc() + self.trouble())
        finally:
            with contextlib.suppress(Exception):
                self.simulator.control('DELETE', 'faults')

    def trouble(self):
        """What the extension itself says, for a failed check."""
        try:
            return 'cartona.status: %s\ncartona.problem: %s' % (
                self.as_odoo_rows('SELECT * FROM cartona.status'),
                self.as_odoo_rows('SELECT * FROM cartona.problem'))
        except odoo_server.Failed as problem:
            return str(problem)

    # ----------------------------------------------------------------- Odoo

    def as_odoo(self, statement, database=None):
        return self.server.sql(statement, odoo_server.ROLE, database)

    def as_odoo_rows(self, query, database=None):
        return self.server.rows(query, odoo_server.ROLE, database)

    def call(self, model, method, *args, **kw):
        database = kw.pop('database', None)
        # one company, as a clerk who looks at his own
        context = dict({'allowed_company_ids': [self.company]}, **kw.pop('context', {}))
        return self.server.call(model, method, args, dict(kw, context=context),
                                database=database)

    def read_one(self, model, record, names, **kw):
        return self.call(model, 'read', [record], names, **kw)[0]

    def find_id(self, model, domain):
        found = self.call(model, 'search', domain, limit=1)
        if not found:
            raise odoo_server.Failed('no %s with %s' % (model, domain))
        return found[0]

    def create_products(self, count, price, name, storable=True, **values):
        """Product templates without stock: [{'template', 'variant', 'sku'}]."""
        kind = {'type': 'service'} if not storable else \
            {'type': 'product'} if self.server.version == '14' else \
            {'type': 'consu', 'is_storable': True}
        base = dict(kind, list_price=price, taxes_id=[(6, 0, [self.tax])],
                    company_id=self.company, **values)
        templates = self.call('product.template', 'create',
                              [dict(base, name='%s %d' % (name, n + 1)) for n in range(count)])
        made = []
        for template in self.call('product.template', 'read', templates, ['product_variant_id']):
            self.next_sku += 1
            made.append({'template': template['id'], 'variant': template['product_variant_id'][0],
                         'sku': str(self.next_sku)})
        return made

    def map_products(self, products):
        """Enter the Cartona ids, as the administrator does: in Odoo's database."""
        self.as_odoo('UPDATE product_template t SET cartona_id = m.sku FROM (VALUES %s)'
                     ' m(id, sku) WHERE t.id = m.id' % ', '.join(
                         '(%d, %s)' % (p['template'], quote(p['sku'])) for p in products))

    def receive(self, variant, quantity):
        """A receipt from a supplier, validated."""
        picking_type = self.call('stock.picking.type', 'search_read',
                                 [('code', '=', 'incoming'), ('company_id', '=', self.company)],
                                 ['default_location_dest_id'], limit=1)[0]
        source = self.find_id('stock.location', [('usage', '=', 'supplier')])
        destination = picking_type['default_location_dest_id'][0]
        old = self.server.version == '14'
        move = {'product_id': variant, 'product_uom_qty': quantity, 'location_id': source,
                'location_dest_id': destination,
                'product_uom': self.read_one('product.product', variant, ['uom_id'])['uom_id'][0]}
        if old:
            move['name'] = 'receipt'
        moves = 'move_lines' if old else 'move_ids'
        picking = self.call('stock.picking', 'create', {
            'picking_type_id': picking_type['id'], 'location_id': source,
            'location_dest_id': destination, moves: [(0, 0, move)]})
        self.call('stock.picking', 'action_confirm', [picking])
        move_ids = self.read_one('stock.picking', picking, [moves])[moves]
        self.call('stock.move', 'write', move_ids,
                  {'quantity_done': quantity} if old else {'quantity': quantity, 'picked': True})
        self.call('stock.picking', 'button_validate', [picking])
        state = self.read_one('stock.picking', picking, ['state'])['state']
        if state != 'done':
            raise odoo_server.Failed('the receipt is %s, not done' % state)

    def forecast(self, variant):
        return self.read_one('product.product', variant, ['virtual_available'])['virtual_available']

    # ---------------------------------------------------------- marketplace

    def requests(self, path, since=0):
        return self.simulator.control('GET', 'requests?since=%d&path=%s' % (since, path))

    def last_request(self):
        return self.simulator.control('GET', 'stats')['last']

    def fault(self, **rule):
        self.simulator.control('POST', 'faults', [rule])

    def cartona_order(self, hashed_id):
        return self.simulator.control('GET', 'orders/' + hashed_id)

    def cartona_status(self, hashed_id):
        return self.cartona_order(hashed_id)['status']

    def cartona_products(self):
        return {p['supplier_product_id']: p for p in self.simulator.control('GET', 'products')}

    def cartona_product(self, sku):
        return self.cartona_products().get(sku, {})

    def add_orders(self, orders):
        stamp = datetime.datetime.now(datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
        self.simulator.control('POST', 'orders', [dict(o, created_at=stamp) for o in orders])

    def order(self, hashed_id, lines, **more):
        """An order of (product, amount, price) lines."""
        return dict({'hashed_id': hashed_id, 'status': 'pending', 'retailer': {
            'retailer_code': 'R-' + hashed_id, 'retailer_name': 'بقالة ' + hashed_id,
            'retailer_number': '01000000000', 'retailer_address': 'القاهرة'},
            'order_details': [{'supplier_product_id': p['sku'],
                               'internal_product_id': str(p['variant']),
                               'amount': amount, 'selling_price': price}
                              for p, amount, price in lines]}, **more)

    def pull(self):
        self.as_odoo('SELECT cartona.pull_orders()')

    def odoo_orders(self, hashed_ids):
        """The sales orders that stand for Cartona's: {hashed id: [ids]}."""
        found = {}
        for row in self.as_odoo_rows('SELECT id, cartona_id FROM sale_order'
                                     ' WHERE cartona_id = ANY(ARRAY[%s])'
                                     % ', '.join(map(quote, hashed_ids))):
            found.setdefault(row['cartona_id'], []).append(row['id'])
        return found

    def import_orders(self, orders, seconds=SECONDS):
        """Place orders at Cartona, pull them: {hashed id: sale.order id}."""
        self.add_orders(orders)
        self.pull()
        hashed_ids = [o['hashed_id'] for o in orders]
        found = wait_for(lambda: (lambda f: f if len(f) == len(hashed_ids) else None)
                         (self.odoo_orders(hashed_ids)), seconds,
                         '%d orders are in Odoo' % len(orders), 0.2)
        return {hashed_id: ids[0] for hashed_id, ids in found.items()}

    def commit_time(self, order):
        """When the transaction that wrote this order's row last was committed."""
        return float(self.server.value(
            'SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))'
            ' FROM sale_order WHERE id = %d' % order))

    # --------------------------------------------------------------- chapters

    def prepare(self):
        """the extension is installed by Odoo's own role, and set up"""
        self.equal(self.server.rows("SELECT rolsuper FROM pg_roles WHERE rolname = 'odoo'"),
                   [{'rolsuper': False}], "Odoo's role is no superuser")
        self.company = 1
        self.as_odoo('CREATE EXTENSION cartona_integration')
        self.as_odoo('SELECT cartona.attach()')
        self.check(True, "CREATE EXTENSION and attach() work as Odoo's role")
        currency = self.read_one('res.company', self.company, ['currency_id'])['currency_id'][1]
        # retry_cap: the story makes outages of seconds, not of hours
        self.as_odoo("UPDATE cartona.account SET api_url = %s, currency = %s,"
                     " company_id = %d, retry_cap = '2 seconds', pull_interval = '1 hour'"
                     % (quote(self.simulator.url), quote(currency), self.company))
        self.account = int(self.server.value('SELECT id FROM cartona.account'))
        self.tax = self.some_tax()
        self.a, self.b = self.create_products(2, 100.0, 'شاي العروسة')
        for product in (self.a, self.b):
            self.receive(product['variant'], 1000)

        try:
            self.as_odoo('SELECT cartona.enable(%d)' % self.account)
            refusal = ''
        except odoo_server.Failed as problem:
            refusal = str(problem)
        status = json.dumps(self.as_odoo_rows('SELECT * FROM cartona.status'))
        self.check('token' in refusal.lower() or 'token' in status.lower(),
                   'without a token nothing starts, and it is said', refusal + status)
        self.as_odoo('SELECT cartona.set_token(%d, %s)' % (self.account, quote(TOKEN)))
        self.map_products([self.a, self.b])
        self.as_odoo('SELECT cartona.enable(%d)' % self.account)
        self.eventually(lambda: {self.a['sku'], self.b['sku']} <= set(self.cartona_products()),
                        'enable() sends the mapped products', detail=self.trouble)

    def some_tax(self):
        """A tax of 14 % as Egypt's, made through Odoo."""
        values = {'name': 'ضريبة القيمة المضافة 14%', 'amount': 14.0, 'amount_type': 'percent',
                  'type_tax_use': 'sale', 'company_id': self.company}
        if self.server.version != '14':
            # since 16 a tax and its group belong to a country
            country = self.find_id('res.country', [('code', '=', 'US')])
            values['country_id'] = country
            values['tax_group_id'] = self.call('account.tax.group', 'create', {
                'name': 'ضريبة', 'country_id': country, 'company_id': self.company})
        return self.call('account.tax', 'create', values)

    def tell_orders_in(self):
        """orders arrive: customers, lines, prices, taxes and totals as Odoo makes them"""
        known = self.call('res.partner', 'create', {'name': 'بقالة أم فاطمة', 'street': 'الإسكندرية'})
        self.as_odoo("UPDATE res_partner SET cartona_id = 'retailer_5001' WHERE id = %d" % known)
        with open(os.path.join(SIMULATOR, 'orders.json'), encoding='utf-8') as samples:
            orders = json.load(samples)
        for order in orders:
            if order['hashed_id'] == 'ORDER_KNOWN_RETAILER':
                order['retailer']['retailer_code'] = '5001'
            for line in order['order_details']:
                product = self.a if line['internal_product_id'].endswith('A') else self.b
                line['internal_product_id'] = str(product['variant'])
                line['supplier_product_id'] = product['sku']
                # sold as Odoo counts them; cartons are in life.py
                line['unit_count'] = 1

        before = self.call('sale.order', 'search_count', [])
        partners = self.call('res.partner', 'search_count', [])
        self.imported = self.import_orders(orders)
        self.equal(self.call('sale.order', 'search_count', []), before + 3,
                   'three orders at Cartona make three sales orders')
        self.equal(self.call('res.partner', 'search_count', []), partners + 2,
                   'two new customers are made, the known one is found')
        self.check_numbers()
        for order in orders:
            self.compare_with_odoo(order, known)
        self.check_acknowledged(orders)

        since = self.last_request()
        # An order that Cartona sends again (the retailer touched it) and a plain
        # second pull: neither may make another one.
        self.simulator.control('POST', 'orders/ORDER_PLAIN', {'note_message': 'شكرًا'})
        self.pull()
        wait_for(lambda: [r for r in self.requests(PULL_PATH, since) if r['ended']], SECONDS,
                 'the second pull')
        self.equal({h: len(ids) for h, ids in self.odoo_orders(list(self.imported)).items()},
                   {h: 1 for h in self.imported}, 'a second pull makes no second order')
        self.equal(self.call('sale.order', 'search_count', []), before + 3,
                   'there are still three more orders than before')

        # Only a pull more than a minute after the first acknowledgement repeats
        # it: until then the page may be older than the acknowledgement.
        def acknowledged():
            if self.cartona_order('ORDER_PLAIN')['synced']:
                return True
            since = self.last_request()
            self.pull()
            wait_for(lambda: [r for r in self.requests(PULL_PATH, since) if r['ended']], SECONDS,
                     'another pull')
            return False
        try:
            wait_for(acknowledged, 90, 'the acknowledgement', 5)
            again = True
        except TimeoutError:
            again = False
        self.check(again, 'an order that Cartona goes on offering is acknowledged again',
                   self.trouble())

    def compare_with_odoo(self, sent, known):
        """The order's amounts against the same order made by Odoo's own ORM."""
        name = sent['hashed_id']
        order = self.read_one('sale.order', self.imported[name], [
            'state', 'partner_id', 'partner_invoice_id', 'partner_shipping_id', 'order_line',
            'amount_untaxed', 'amount_tax', 'amount_total', 'currency_id', 'company_id',
            'warehouse_id', 'pricelist_id', 'payment_term_id', 'fiscal_position_id'])
        taxes = 'tax_id' if self.server.version == '14' else 'tax_ids'
        line_fields = ['product_id', 'product_uom_qty', 'price_unit', 'discount', taxes,
                       'price_subtotal', 'price_tax', 'price_total']
        lines = self.lines_of(order, line_fields)
        self.equal([(l['product_id'][0], l['product_uom_qty'], l['price_unit']) for l in lines],
                   [(int(d['internal_product_id']), float(d['amount']), float(d['selling_price']))
                    for d in sent['order_details']],
                   '%s: products, quantities and prices of its lines' % name)
        self.equal([l[taxes] for l in lines], [[self.tax]] * len(lines),
                   '%s: each line carries the tax of its product' % name)

        twin = self.call('sale.order', 'create', {
            'partner_id': order['partner_id'][0],
            'order_line': [(0, 0, {'product_id': int(d['internal_product_id']),
                                   'product_uom_qty': float(d['amount']),
                                   'price_unit': float(d['selling_price'])})
                           for d in sent['order_details']]})
        made = self.read_one('sale.order', twin, list(order))
        twins = self.lines_of(made, line_fields)
        self.call('sale.order', 'unlink', [twin])
        self.equal(lines, twins, "%s: its lines are as Odoo's own" % name)
        for record in (order, made):
            record.pop('id')
            record.pop('order_line')
        self.equal(order, made, '%s: customer, totals and the rest are as Odoo\'s own' % name)

        partner = self.read_one('res.partner', order['partner_id'][0],
                                ['name', 'phone', 'street', 'active'])
        if name == 'ORDER_KNOWN_RETAILER':
            self.equal(partner['id'], known, '%s: the known customer' % name)
        else:
            self.equal((partner['name'], partner['active']),
                       (sent['retailer']['retailer_name'], True), '%s: the customer\'s name' % name)
            self.check(sent['retailer']['retailer_number'] in (partner['phone'] or ''),
                       '%s: the customer\'s telephone' % name, partner)
            self.check(sent['retailer']['retailer_address'] in (partner['street'] or ''),
                       '%s: the customer\'s address' % name, partner)
            found = self.call('res.partner', 'name_search', sent['retailer']['retailer_name'])
            self.check(partner['id'] in [p[0] for p in found],
                       '%s: a clerk who types the name finds the customer' % name, found)

    def lines_of(self, order, names):
        """An order's lines; Odoo leaves the noise of its float sums in what it stores."""
        lines = self.call('sale.order.line', 'read', order['order_line'], names)
        return [{name: round(value, 6) if isinstance(value, float) else value
                 for name, value in line.items() if name != 'id'} for line in lines]

    def check_numbers(self):
        """Odoo's own numbers: unique, and Odoo goes on after them."""
        names = [o['name'] for o in self.call('sale.order', 'read',
                                              list(self.imported.values()), ['name'])]
        order = self.call('sale.order', 'create', {'partner_id': self.find_id('res.partner', [])})
        names.append(self.read_one('sale.order', order, ['name'])['name'])
        self.call('sale.order', 'unlink', [order])
        digits = [int(name.lstrip('S')) for name in names]
        self.check(sorted(digits) == list(range(min(digits), min(digits) + 4))
                   and max(digits) == digits[-1],
                   "the orders have Odoo's next numbers, and Odoo goes on after them", names)

    def check_acknowledged(self, orders):
        for order in orders:
            hashed_id = order['hashed_id']
            self.eventually(lambda: self.cartona_order(hashed_id)['synced'],
                            '%s: acknowledged' % hashed_id, detail=self.trouble)
            times = [r['time'] for r in self.requests(STATUS_PATH)
                     if hashed_id in r['body'] and 'synced' in r['body']]
            committed = self.commit_time(self.imported[hashed_id])
            self.check(times and min(times) > committed,
                       '%s: acknowledged only after its commit' % hashed_id,
                       'committed %s, acknowledged %s' % (committed, times))

    def tell_status_out(self):
        """what clerks do with orders reaches Cartona"""
        orders = self.import_orders(
            [self.order('STATUS-%d' % n, [(self.a, 1, 90)]) for n in (1, 2, 3)]
            + [self.order('BYCARTONA', [(self.a, 1, 90)], delivered_by='delivered_by_cartona')])
        self.call('sale.order', 'action_confirm', [orders['STATUS-1']])
        self.eventually(lambda: self.cartona_status('STATUS-1') == 'approved',
                        'confirmed in Odoo: approved at Cartona', detail=self.trouble)
        self.cancel(orders['STATUS-2'])
        self.eventually(lambda: self.cartona_status('STATUS-2') == 'cancelled_by_supplier',
                        'cancelled in Odoo: cancelled_by_supplier at Cartona', detail=self.trouble)
        self.cancel(orders['STATUS-1'])
        self.eventually(lambda: self.cartona_status('STATUS-1') == 'cancelled_by_supplier',
                        'cancelled after it was confirmed: cancelled_by_supplier at Cartona',
                        detail=self.trouble)

        self.call('sale.order', 'action_confirm', [orders['BYCARTONA']])
        # What was enqueued later has left: so this would have, too.
        self.call('sale.order', 'action_confirm', [orders['STATUS-3']])
        self.eventually(lambda: self.cartona_status('STATUS-3') == 'approved',
                        'the next order is approved', detail=self.trouble)
        # acknowledgements may go out together, in a request of no order's own
        self.equal([s for s in (r['json'].get('status') for r in self.requests(STATUS_PATH + '/BYCARTONA')) if s != 'synced'],
                   [], 'delivered by Cartona, confirmed in Odoo: nothing is sent')
        self.cancel(orders['BYCARTONA'])
        self.eventually(lambda: self.cartona_status('BYCARTONA') == 'cancelled_by_supplier',
                        'delivered by Cartona, cancelled in Odoo: the cancellation is sent',
                        detail=self.trouble)

    def cancel(self, order):
        self.call('sale.order', 'action_cancel', [order],
                  context={'disable_cancel_warning': True})

    def tell_latency(self):
        """from Odoo's commit to the request: milliseconds"""
        service = self.create_products(1, 50.0, 'توصيل', storable=False)[0]
        self.map_products([service])
        orders = self.import_orders(
            [self.order('FAST-%02d' % n, [(service, 1, 50)]) for n in range(20)])
        wait_for(lambda: all(self.cartona_order(h)['synced'] for h in orders), SECONDS,
                 'the acknowledgements are gone')
        taken = []
        for hashed_id, order in orders.items():
            self.call('sale.order', 'action_confirm', [order])
            request = wait_for(
                lambda: [r for r in self.requests('%s/%s' % (STATUS_PATH, hashed_id))
                         if (r['json'] or {}).get('status') == 'approved'], SECONDS,
                'the request of ' + hashed_id, 0.01)[0]
            taken.append((request['time'] - self.commit_time(order)) * 1000)
        middle = statistics.median(taken)
        self.check(middle < 20, 'commit to request of a single status change:'
                   ' median %.1f ms, least %.1f ms, most %.1f ms'
                   % (middle, min(taken), max(taken)), taken)

    def tell_products_out(self):
        """prices and stock reach Cartona as Odoo has them"""
        product, fraction, short = self.create_products(3, 75.0, 'أرز')
        self.receive(product['variant'], 40)
        self.map_products([product, fraction, short])
        sku = product['sku']
        self.eventually(lambda: self.cartona_product(sku).get('selling_price') == 75
                        and self.cartona_product(sku).get('available_stock_quantity') == 40,
                        'a mapping added later sends the product then', detail=self.trouble)
        self.call('product.template', 'write', [product['template']], {'list_price': 123.45})
        price = self.read_one('product.product', product['variant'], ['lst_price'])['lst_price']
        self.eventually(lambda: self.cartona_product(sku).get('selling_price') == price,
                        "a price written in Odoo reaches Cartona exactly (%s)" % price,
                        detail=lambda: (self.cartona_product(sku), self.trouble()))
        self.receive(product['variant'], 25)
        expected = self.forecast(product['variant'])
        self.eventually(
            lambda: self.cartona_product(sku).get('available_stock_quantity') == expected,
            "a receipt validated in Odoo: Cartona has Odoo's virtual_available (%s)" % expected,
            detail=lambda: (self.cartona_product(sku), self.trouble()))

        self.receive(fraction['variant'], 2.7)
        expected = math.floor(self.forecast(fraction['variant']))
        self.eventually(
            lambda: self.cartona_product(fraction['sku']).get('available_stock_quantity') == expected,
            'a stock of 2.7 goes out as %d' % expected,
            detail=lambda: (self.cartona_product(fraction['sku']), self.trouble()))

        self.receive(short['variant'], 5)
        self.eventually(
            lambda: self.cartona_product(short['sku']).get('available_stock_quantity') == 5,
            'five pieces received', detail=self.trouble)
        order = self.call('sale.order', 'create', {
            'partner_id': self.find_id('res.partner', []),
            'order_line': [(0, 0, {'product_id': short['variant'], 'product_uom_qty': 8})]})
        self.call('sale.order', 'action_confirm', [order])
        forecast = self.forecast(short['variant'])
        self.eventually(
            lambda: self.cartona_product(short['sku']).get('available_stock_quantity') == 0,
            'a forecast of %s goes out as 0' % forecast,
            detail=lambda: (self.cartona_product(short['sku']), self.trouble()))
        quantities = [item['available_stock_quantity'] for r in self.requests(BULK_PATH)
                      for item in r['json'] if 'available_stock_quantity' in item]
        self.check(quantities and all(type(q) is int and q >= 0 for q in quantities),
                   'every stock that was ever sent is an integer, none below zero', quantities)
        self.check_variants()
        self.check_outage(product)

    def check_variants(self):
        """A template with two variants, one with a price extra."""
        attribute = self.call('product.attribute', 'create', {
            'name': 'الحجم', 'create_variant': 'always'})
        values = self.call('product.attribute.value', 'create', [
            {'name': 'صغير', 'attribute_id': attribute},
            {'name': 'كبير', 'attribute_id': attribute}])
        product = self.create_products(1, 60.0, 'عصير', attribute_line_ids=[
            (0, 0, {'attribute_id': attribute, 'value_ids': [(6, 0, values)]})])[0]
        extra = self.find_id('product.template.attribute.value',
                             [('product_tmpl_id', '=', product['template']),
                              ('product_attribute_value_id', '=', values[1])])
        self.map_products([product])
        self.call('product.template.attribute.value', 'write', [extra], {'price_extra': 15.5})
        variants = self.call('product.product', 'search_read',
                             [('product_tmpl_id', '=', product['template'])], ['lst_price'])
        expected = {str(v['id']): v['lst_price'] for v in variants}

        def sent():
            return {p['internal_product_id']: p['selling_price']
                    for p in self.simulator.control('GET', 'products')
                    if p['internal_product_id'] in expected}
        self.eventually(lambda: sent() == expected,
                        "two variants go out with Odoo's own two prices %s"
                        % sorted(expected.values()), detail=lambda: (sent(), self.trouble()))

    def check_outage(self, product):
        """A hundred changes of one product while the API is down."""
        self.fault(match={'path': BULK_PATH}, fault='status', status=503)
        for n in range(100):
            self.call('product.template', 'write', [product['template']],
                      {'list_price': 200.0 + n})
        wait_for(lambda: [r for r in self.requests(BULK_PATH) if r['answer_status'] == 503],
                 SECONDS, 'a refused attempt')
        since = self.last_request()
        self.simulator.control('DELETE', 'faults')
        sku = product['sku']
        self.eventually(lambda: self.cartona_product(sku).get('selling_price') == 299,
                        'the API was down for a hundred price changes: the last one arrives',
                        detail=lambda: (self.cartona_product(sku), self.trouble()))
        # A product changed afterwards has arrived: nothing of the hundred is left behind it.
        self.call('product.template', 'write', [self.b['template']], {'list_price': 111.0})
        wait_for(lambda: self.cartona_product(self.b['sku']).get('selling_price') == 111, SECONDS,
                 'the next price')
        accepted = [r['number'] for r in self.requests(BULK_PATH, since)
                    if r['answer_status'] == 200 and sku in r['body']]
        self.equal(len(accepted), 1, 'and it took one call')

    def tell_drafts(self):
        """pieces on imported drafts are not offered again"""
        product = self.create_products(1, 30.0, 'سكر')[0]
        self.receive(product['variant'], 50)
        self.map_products([product])

        def offered():
            return self.cartona_product(product['sku']).get('available_stock_quantity')
        self.eventually(lambda: offered() == 50, 'fifty pieces are offered', detail=self.trouble)
        orders = self.import_orders([self.order('DRAFT-1', [(product, 6, 30), (product, 4, 28)])])
        self.eventually(lambda: offered() == 40,
                        'ten pieces on an imported draft: forty are offered', detail=offered)
        self.equal(self.forecast(product['variant']), 50, "Odoo's forecast still says fifty")
        self.call('sale.order', 'action_confirm', [orders['DRAFT-1']])
        self.equal(self.forecast(product['variant']), 40, "confirmed: Odoo's forecast is forty")
        self.call('product.template', 'write', [product['template']], {'list_price': 31.0})
        self.eventually(lambda: self.cartona_product(product['sku']).get('selling_price') == 31
                        and offered() == 40, 'and forty are offered: none is counted twice',
                        detail=lambda: (self.cartona_product(product['sku']), self.trouble()))

        orders = self.import_orders([self.order('DELETED-1', [(product, 1, 30)])])
        wait_for(lambda: self.cartona_order('DELETED-1')['synced'], SECONDS, 'its acknowledgement')
        self.call('sale.order', 'unlink', list(orders.values()))
        self.eventually(lambda: 'DELETED-1' in json.dumps(
            self.as_odoo_rows('SELECT * FROM cartona.problem')),
            'an imported draft that a clerk deletes is a problem that is shown',
            detail=self.trouble)
        since = self.last_request()
        self.simulator.control('POST', 'orders/DELETED-1', {'note_message': 'مرة أخرى'})
        self.pull()
        wait_for(lambda: [r for r in self.requests(PULL_PATH, since) if r['ended']], SECONDS,
                 'the pull')
        # Orders are taken in in the order they come: when this one is there, the other was passed.
        self.import_orders([self.order('AFTER-DELETED', [(product, 1, 30)])])
        self.equal(self.odoo_orders(['DELETED-1']), {}, 'and it is not made again')

    def tell_refused_product(self):
        """one product that Cartona refuses among 500"""
        products = self.create_products(500, 10.0, 'صنف', storable=False)
        self.map_products(products)
        skus = {p['sku'] for p in products}
        self.eventually(lambda: skus <= set(self.cartona_products()),
                        'five hundred products mapped at once arrive', detail=self.trouble)
        culprit = products[137]
        reason = 'المنتج موقوف: this product is blocked'
        self.simulator.control('POST', 'products/refuse',
                               {'supplier_product_id': culprit['sku'], 'reason': reason})
        since = self.last_request()
        self.call('product.template', 'write', [p['template'] for p in products],
                  {'list_price': 12.5})

        def new_prices():
            return {sku for sku, p in self.cartona_products().items()
                    if sku in skus and p.get('selling_price') == 12.5}
        self.eventually(lambda: new_prices() == skus - {culprit['sku']},
                        'one product refused in a batch of 500: the other 499 are accepted',
                        detail=lambda: ('%d accepted' % len(new_prices()), self.trouble()))
        log('%d calls for the 500' % len(self.requests(BULK_PATH, since)))

        def problems():
            return [p for p in map(json.dumps, self.as_odoo_rows('SELECT * FROM cartona.problem'))
                    if 'this product is blocked' in p]
        self.eventually(lambda: len(problems()) == 1
                        and culprit['sku'] in problems()[0],
                        "one problem names it and Cartona's reason", detail=self.trouble)
        self.simulator.control('POST', 'products/refuse',
                               {'supplier_product_id': culprit['sku'], 'reason': None})
        self.as_odoo('SELECT cartona.retry()')
        self.eventually(lambda: self.cartona_product(culprit['sku']).get('selling_price') == 12.5,
                        'allowed again, cartona.retry() sends it', detail=self.trouble)

    def tell_crashes(self):
        """kill -9 in the middle of 1,000 deliveries"""
        service = self.create_products(1, 20.0, 'خدمة', storable=False)[0]
        self.map_products([service])
        names = ['CRASH-%03d' % n for n in range(500)]
        orders = self.import_orders([self.order(n, [(service, 1, 20)]) for n in names], 120)
        wait_for(lambda: all(o['synced'] for o in self.simulator.control('GET', 'orders')
                             if o['hashed_id'] in orders), 60, 'the acknowledgements', 0.5)
        # Cartona is down while the clerks work, so that all 1,000 wait at once.
        self.fault(match={'path': STATUS_PATH}, fault='status', status=503)
        ids = [orders[name] for name in names]
        for method in ('action_confirm', 'action_cancel'):
            for n in range(0, len(ids), 50):
                self.call('sale.order', method, ids[n:n + 50],
                          context={'disable_cancel_warning': True})
        self.simulator.control('DELETE', 'faults')
        self.fault(match={'path': STATUS_PATH}, fault='delay', seconds=0.1)

        def delivered():
            return sum(len([h for h in o['history'] if h['by'] == 'supplier'
                            and h['status'] != 'synced'])
                       for o in self.simulator.control('GET', 'orders')
                       if o['hashed_id'] in orders)

        def pid_of(condition):
            return int(self.server.value('SELECT pid FROM pg_stat_activity WHERE %s'
                                         ' AND pid <> pg_backend_pid() LIMIT 1' % condition) or 0)

        sync = "backend_type LIKE 'cartona sync%'"
        seen = []
        for goal, what in ((100, 'the sync worker'), (400, 'a backend'), (700, 'the postmaster')):
            seen.append(wait_for(lambda: (lambda n: n if n >= goal else 0)(delivered()), 120,
                                 '%d deliveries' % goal))
            if what == 'the postmaster':
                self.server.crash_postgres()
                self.server.start_postgres()
            else:
                if what == 'a backend':
                    self.patient(lambda: self.call('res.users', 'search_count', []))
                pid = wait_for(lambda: self.quietly(lambda: pid_of(
                    sync if what == 'the sync worker' else
                    "backend_type = 'client backend' AND usename = 'odoo'")), 60, what)
                self.server.kill(pid)
                wait_for(lambda: self.quietly(lambda: self.server.value('SELECT 1')), 60,
                         'PostgreSQL after the crash')
            log('killed %s after %d deliveries' % (what, seen[-1]))
        self.check(seen[-1] < 1000, 'the sync worker, a backend and the postmaster were killed'
                   ' after %d, %d and %d of 1,000 deliveries' % tuple(seen), seen)
        self.simulator.control('DELETE', 'faults')
        wrong = {}

        def all_arrived():
            wrong.clear()
            for order in self.simulator.control('GET', 'orders'):
                if order['hashed_id'] in orders:
                    told = [h['status'] for h in order['history']
                            if h['by'] == 'supplier' and h['status'] != 'synced']
                    once = [s for n, s in enumerate(told) if n == 0 or told[n - 1] != s]
                    if once != ['approved', 'cancelled_by_supplier']:
                        wrong[order['hashed_id']] = told
            return not wrong
        self.eventually(all_arrived, 'all 1,000 arrived, in order for each order', 120,
                        detail=lambda: '%d orders are wrong: %s\n%s' % (
                            len(wrong), dict(list(wrong.items())[:5]), self.trouble()))
        refused = [r for r in self.requests(STATUS_PATH)
                   if r['answer_status'] in (400, 404, 409, 422) and 'CRASH-' in r['path']]
        log('%d repeated deliveries were refused by Cartona' % len(refused))
        problems = [p for p in map(json.dumps, self.patient(
            lambda: self.as_odoo_rows('SELECT * FROM cartona.problem'))) if 'CRASH-' in p]
        self.equal(problems, [], 'none of them is called a problem')
        self.patient(lambda: self.call('res.users', 'search_count', []))
        self.check(True, 'Odoo goes on by itself after the crashes')

    @staticmethod
    def quietly(action):
        """The value, or None while PostgreSQL does not take the question."""
        try:
            return action()
        except odoo_server.Failed:
            return None

    def patient(self, action):
        """Odoo finds out only at its next query that its connections are gone."""
        def attempt():
            try:
                return (action(),)
            except (OdooError, OSError, odoo_server.Failed):
                return None
        return wait_for(attempt, 60, 'an answer after the crash', 0.5)[0]

    def tell_secrets(self):
        """the token shows nowhere"""
        with open(self.server.log_dir + '/postgres.log', encoding='utf-8', errors='replace') as out:
            lines = [line for line in out if TOKEN in line or 'set_token(' in line]
        self.check(lines and not [line for line in lines if TOKEN in line],
                   'the PostgreSQL log has the statement that sets the token, but not the token'
                   ' (log_statement = all)', ''.join(lines))
        with open(self.server.log_dir + '/odoo.log', encoding='utf-8', errors='replace') as out:
            self.check(TOKEN not in out.read(), "the token is not in Odoo's log")
        self.equal(self.server.value('SHOW log_statement'), 'all', 'log_statement is all')
        shown = []
        for row in self.server.rows(
                "SELECT c.oid::regclass::text AS name FROM pg_class c"
                " JOIN pg_namespace n ON n.oid = c.relnamespace"
                " WHERE n.nspname IN ('cartona', 'public') AND c.relkind IN ('r', 'v', 'm', 'p')"
                " AND has_table_privilege('odoo', c.oid, 'SELECT')"):
            found = self.as_odoo('SELECT count(*) FROM %s t WHERE t::text LIKE %s'
                                 % (row['name'], quote('%' + TOKEN + '%')))
            if found.strip() != '0':
                shown.append(row['name'])
        self.equal(shown, [], 'no table and no view that Odoo can read shows the token')
        # A session that has just set the token, seen from another one.
        seen = self.as_odoo('SELECT cartona.set_token(%d, %s);\n'
                            '\\! psql -X -A -t -h 127.0.0.1 -p %d -U postgres -d %s'
                            ' -c "SELECT query FROM pg_stat_activity"\n'
                            % (self.account, quote(TOKEN), self.server.pg_port,
                               self.server.database))
        self.check('set_token' in seen and TOKEN not in seen,
                   'pg_stat_activity does not show it, not even of the session that set it', seen)
        for user in ('postgres', odoo_server.ROLE):
            dump = self.server.namespace.run(
                ['pg_dump', '-h', '127.0.0.1', '-p', str(self.server.pg_port), '-U', user,
                 self.server.database]).stdout
            self.check(TOKEN not in dump, 'the token is not in a pg_dump of %s' % user)

    def tell_copies(self):
        """backup, restore, duplicate and drop"""
        server = self.server
        custom = server.run_dir + '/tmp/supplier.dump'
        options = ['-h', '127.0.0.1', '-p', str(server.pg_port), '-U', odoo_server.ROLE]
        dumped = server.namespace.run(['pg_dump', *options, '-Fc', '-f', custom, server.database],
                                      check=False)
        self.check(dumped.returncode == 0, "pg_dump as Odoo's role", dumped.stderr)
        backups = {form: server.backup(form) for form in ('zip', 'dump')}
        self.check(all(backups.values()), "Odoo's database manager makes its zip and dump backups")

        server.namespace.run(['createdb', *options, '-T', 'template0', 'restored'])
        restored = server.namespace.run(['pg_restore', *options, '-d', 'restored', custom],
                                        check=False)
        self.check(restored.returncode == 0, "pg_restore as Odoo's role, without an error",
                   restored.stderr)
        self.check_copy('restored', 'pg_dump | pg_restore')
        for form, backup in backups.items():
            name = 'from_' + form
            self.managed(lambda: server.restore(name, backup),
                         "Odoo's own restore of the %s format" % form)
            self.check_copy(name, "Odoo's restore (%s)" % form)
        self.managed(lambda: server.duplicate('duplicated'),
                     "Odoo's own duplicate while the workers run")
        self.check_copy('duplicated', "Odoo's duplicate")
        self.check_silence()
        for name in ('restored', 'from_zip', 'from_dump', 'duplicated'):
            self.managed(lambda: server.drop(name), "Odoo's own drop of %s" % name)
        left = [r['datname'] for r in server.rows('SELECT datname FROM pg_database')]
        self.check(not set(left) & {'restored', 'from_zip', 'from_dump', 'duplicated'},
                   'the dropped databases are gone', left)
        self.call('product.template', 'write', [self.a['template']], {'list_price': 98.0})
        self.eventually(lambda: self.cartona_product(self.a['sku']).get('selling_price') == 98,
                        'and the original goes on sending', detail=self.trouble)
        with open(server.outside(custom), 'rb') as dump:
            self.check_without(backups, dump.read())

    def managed(self, action, text):
        try:
            started = time.monotonic()
            action()
            self.check(True, '%s (%.1f s)' % (text, time.monotonic() - started))
        except (OdooError, odoo_server.Failed) as problem:
            self.check(False, text, problem)

    def check_copy(self, database, text):
        """Everything is there but the token, and the copy says that it is stopped."""
        def content(db):
            return {table: self.server.value('SELECT count(*) FROM ' + table, database=db)
                    for table in ('cartona.account', 'cartona.status_map', 'cartona.inbox')} | {
                'cartona orders': self.server.value(
                    'SELECT count(cartona_id) FROM sale_order', database=db),
                'cartona products': self.server.value(
                    'SELECT count(cartona_id) FROM product_template', database=db)}
        self.equal(content(database), content(self.server.database),
                   '%s: settings, orders and mappings are there' % text)
        if text != "Odoo's duplicate":
            self.equal(self.server.value('SELECT count(*) FROM cartona.secret', database=database),
                       '0', '%s: the token is not' % text)
        self.check_stopped(database, text)
        order = self.call('sale.order', 'create', {
            'partner_id': self.find_id('res.partner', []),
            'order_line': [(0, 0, {'product_id': self.a['variant'], 'product_uom_qty': 1})]},
            database=database)
        self.call('sale.order', 'action_confirm', [order], database=database)
        self.equal(self.read_one('sale.order', order, ['state'], database=database)['state'],
                   'sale', '%s: Odoo works' % text)

    def check_stopped(self, database, text):
        status = self.as_odoo_rows('SELECT state, reason FROM cartona.status', database)
        self.check([row['state'] for row in status] == ['stopped']
                   and 'copy' in (status[0]['reason'] or ''),
                   '%s: it is stopped and says that it is a copy' % text, status)

    def check_silence(self):
        """Workers for the copies too: they send nothing."""
        copies = ('restored', 'from_zip', 'from_dump', 'duplicated')
        self.server.configure('cartona.databases', ','.join((self.server.database,) + copies))
        since = self.last_request()
        for database in copies:
            self.call('product.template', 'write', [self.a['template']], {'list_price': 7.77},
                      database=database)
            self.as_odoo('SELECT cartona.sync_all_products()', database)
        workers = "SELECT count(DISTINCT datname) FROM pg_stat_activity" \
            " WHERE backend_type LIKE 'cartona sync%'"
        self.eventually(lambda: self.server.value(workers) == '5',
                        'a worker runs in each of the five databases',
                        detail=lambda: self.server.rows(
                            'SELECT datname, backend_type FROM pg_stat_activity'))
        self.call('product.template', 'write', [self.a['template']], {'list_price': 97.0})
        self.eventually(lambda: self.cartona_product(self.a['sku']).get('selling_price') == 97,
                        'the original sends', detail=self.trouble)
        self.check(not [r for r in self.requests(BULK_PATH, since) if '7.77' in r['body']],
                   'no copy sends anything')
        for database in copies:
            self.check_stopped(database, 'with a worker, ' + database)

    def check_without(self, backups, custom):
        """The same backups on a server that does not have the extension."""
        with OdooServer(self.server.version, extension=False,
                        first_port=self.server.pg_port + 2) as bare:
            bare.start_odoo()
            path = bare.run_dir + '/tmp/supplier.dump'
            with open(bare.outside(path), 'wb') as out:
                out.write(custom)
            options = ['-h', '127.0.0.1', '-p', str(bare.pg_port), '-U', odoo_server.ROLE]
            bare.namespace.run(['createdb', *options, '-T', 'template0', 'restored'])
            restored = bare.namespace.run(['pg_restore', *options, '-d', 'restored', path],
                                          check=False)
            log('pg_restore without the extension: exit code %d, %s' % (
                restored.returncode, restored.stderr.splitlines()[-1:]))
            self.managed(lambda: bare.restore('from_zip', backups['zip']),
                         "a server without the extension: Odoo's own restore of the zip format")
            # pg_restore counts CREATE EXTENSION and what hangs on it as errors,
            # and Odoo then calls the whole restore failed, whatever the
            # extension is.  The database is there all the same.
            with contextlib.suppress(OdooError):
                bare.restore('from_dump', backups['dump'])
            for database in ('restored', 'from_zip', 'from_dump'):
                try:
                    order = bare.call('sale.order', 'create', [{
                        'partner_id': bare.call('res.partner', 'search', [[]], {'limit': 1},
                                                database=database)[0],
                        'order_line': [(0, 0, {'product_id': self.a['variant'],
                                               'product_uom_qty': 1})]}], database=database)
                    bare.call('sale.order', 'action_confirm', [[order]], database=database)
                    bare.call('product.template', 'write',
                              [[self.a['template']], {'list_price': 5.0}], database=database)
                    state = bare.read('sale.order', [order], ['state'], database=database)[0]['state']
                    orders = bare.value('SELECT count(cartona_id) FROM sale_order',
                                        database=database)
                    self.check(state == 'sale' and int(orders) >= len(self.imported),
                               'a server without the extension, %s: Odoo works, the ids are there'
                               % database, (state, orders))
                except (OdooError, odoo_server.Failed) as problem:
                    self.check(False, 'a server without the extension, %s: Odoo works' % database,
                               problem)

    def tell_schema(self):
        """the embedded schema is Odoo's"""
        found, count = fields.differences(self.server)
        self.check(not found, 'the %d columns of the embedded schema are as in this Odoo' % count,
                   '\n'.join(found))

    def tell_stop(self):
        """pg_ctl stop -m fast, with a request under way"""
        self.fault(match={'path': BULK_PATH}, fault='hang')
        self.call('product.template', 'write', [self.a['template']], {'list_price': 96.0})
        wait_for(lambda: [r for r in self.requests(BULK_PATH) if not r['ended']], SECONDS,
                 'a request that hangs')
        self.server.stop_odoo()
        seconds = self.server.stop_postgres()
        self.check(seconds < 3, 'pg_ctl stop -m fast with a request under way: %.2f s' % seconds)


CHAPTERS = ('schema', 'orders_in', 'status_out', 'latency', 'products_out', 'drafts',
            'refused_product', 'copies', 'crashes', 'secrets', 'stop')


def run(tale, chapters, about, prepare=('prepare',), **settings):
    """The command line of a test: Odoo comes up, the chapters of a story are told, and it is counted."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument('--version', default='19', choices=sorted(odoo_server.POSTGRES))
    parser.add_argument('--only', default=','.join(chapters),
                        help='chapters, separated by commas: ' + ', '.join(chapters))
    parser.add_argument('--keep', action='store_true', help='leave it running until Enter')
    args = parser.parse_args()
    odoo_server.need_root()
    odoo_server.stop_on_signals()
    started = time.monotonic()
    try:
        with OdooServer(args.version, **settings) as server:
            server.start_odoo()
            log('Odoo %s is up after %.0f s; its logs: %s'
                % (args.version, time.monotonic() - started, server.log_dir))
            simulator = Simulator(token=TOKEN)
            try:
                story = tale(server, simulator)
                for name in prepare + tuple('tell_' + name for name in args.only.split(',')):
                    began = time.monotonic()
                    story.chapter(getattr(story, name))
                    log('%s: %.0f s' % (name, time.monotonic() - began))
                if args.keep:
                    print('Odoo http://127.0.0.1:%d (admin / admin), psql -h 127.0.0.1 -p %d -U'
                          ' odoo %s, simulator %s; Enter ends it.'
                          % (server.http_port, server.pg_port, server.database, simulator.url),
                          flush=True)
                    with contextlib.suppress(KeyboardInterrupt):
                        sys.stdin.readline()
            finally:
                simulator.stop()
    except odoo_server.NoMirror:
        sys.exit(odoo_server.EX_TEMPFAIL)
    print('%d passed, %d failed (%.0f s)' % (story.passed, story.failed, time.monotonic() - started))
    sys.exit(1 if story.failed else 0)


if __name__ == '__main__':
    run(Story, CHAPTERS, __doc__)
