"""What every story on a real Odoo stands on: a shop, its marketplace, and the counting of checks.

Role: the class Stage acts through Odoo's own API and on the marketplace's side
(the simulator); run() is the command line of all of them.

Neighbours: odoo_server.py (Odoo, PostgreSQL, the extension), test/simulator
(the marketplace), the stories: story.py, life.py, status.py, bridge.py,
events.py, screens.py.

Failure: a check that fails is one "not ok" line and the story goes on; an
error inside a chapter fails that chapter only.  The exit code is 1 when
anything failed and 75 when no Debian mirror can be reached.
"""
import argparse
import contextlib
import datetime
import json
import os
import sys
import time
import traceback

import clerks
import odoo_server
from odoo_server import OdooServer, log, quote, wait_for

SIMULATOR = os.path.join(odoo_server.PROJECT, 'test', 'simulator')
sys.path.insert(0, SIMULATOR)
from simulator import Simulator  # noqa: E402

# Recognizable wherever it should not be.
TOKEN = 'kT7-only-cartona-may-see-this-9xQ'
STATUS_PATH = '/order/update-order-status'
BULK_PATH = '/supplier-product/bulk-update'
PULL_PATH = '/order/pull-orders'
SECONDS = 30                    # how long an effect may take before it is missing


class Stage:
    clerks = None

    def __init__(self, server, simulator):
        self.server = server
        self.simulator = simulator
        self.passed = self.failed = 0
        self.next_sku = 1000

    def close(self):
        """What a story opened beside Odoo and the marketplace ends here."""

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

    def hire_clerks(self):
        """Salesman, storeman and accountant, each with his own rights: self.clerks."""
        if self.clerks:
            return
        self.clerks = clerks.Clerks(self.server)
        groups = 'groups_id' if self.clerks.old else 'group_ids'
        for login, names in clerks.GROUPS.items():
            self.call('res.users', 'create', {
                'name': login, 'login': login, 'password': login, 'company_id': 1, 'company_ids': [(6, 0, [1])],
                'email': login + '@example.com',
                groups: [(6, 0, [self.ref(n) for n in ('base.group_user', *names)])]})
        # nor does Odoo ask whether it may send text messages
        self.call('res.company', 'write', [1], {
            'stock_move_sms_validation' if self.clerks.old else 'stock_text_confirmation': False,
            'has_received_warning_stock_sms': True})

    def ref(self, name):
        module, name = name.split('.')
        return self.call('ir.model.data', 'search_read', [('module', '=', module), ('name', '=', name)],
                         ['res_id'])[0]['res_id']

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

    # ----------------------------------------------------------- preparation

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


def run(tale, chapters, about, prepare=('prepare',), **settings):
    """The command line of a story: Odoo comes up, its chapters are told, and it is counted."""
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
            story = tale(server, simulator)
            try:
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
                story.close()
                simulator.stop()
    except odoo_server.NoMirror:
        sys.exit(odoo_server.EX_TEMPFAIL)
    print('%d passed, %d failed (%.0f s)' % (story.passed, story.failed, time.monotonic() - started))
    sys.exit(1 if story.failed else 0)
