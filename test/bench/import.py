#!/usr/bin/env python3
"""How fast orders of five lines come in; called by import.sh.

Role: fills the simulator with orders, asks for a pull, and says when the last
order was committed with its lines (from the server's commit timestamps, so
nothing is polled into the figure) and when the last acknowledgement arrived.
On a machine that does other things too the orders per second say little; so
each run also tells the CPU time it took, and how long the worker waited for a
CPU.  On the embedded database one more import shows what it does to a clerk:
how long his confirmations take from the commit to the request.
On a real Odoo the same orders are also made by Odoo's ORM, one create and one
commit each, as a connector written as an add-on makes them; and a hundred at
once, which is the best the ORM can do.

Neighbours: import.sh; test/lib/cluster.sh made the embedded database,
test/odoo/odoo_server.py brings up the real one; test/simulator is Cartona.

Failure: orders that are not all in Odoo by the deadline end it with exit code
1 and what the extension says.
"""
import argparse
import datetime
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TEST = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(TEST, 'simulator'), os.path.join(TEST, 'odoo')]

import odoo_server  # noqa: E402
from odoo_server import quote  # noqa: E402
from simulator import Simulator  # noqa: E402

LINES = 5
PRODUCTS = 40
ORDERS_PER_RETAILER = 10
KNOWN = 0.8                     # of the retailers have ordered before
SECONDS = 300                   # until a run that does not end is a failure


def retailer(code):
    number = sum(map(ord, code)) * 7919 + int(code[1:].replace('-', ''))
    return {'retailer_code': code, 'retailer_name': 'بقالة النور %s' % code,
            'retailer_number': '010%08d' % (number % 10 ** 8), 'retailer_number2': None,
            'retailer_email': None, 'retailer_address': '%d شارع الجمهورية، القاهرة' % (number % 250),
            'address_notes': 'بجوار مسجد النور'}


def known_codes(orders):
    return ['K%05d' % n for n in range(int(max(orders // ORDERS_PER_RETAILER, 10) * KNOWN))]


def make_orders(run, orders, products):
    """A run's orders: the same retailers again and again, one in five of them new in this run."""
    chance = random.Random('bench-%d' % run)
    start = datetime.datetime.utcnow() - datetime.timedelta(minutes=5)
    known = known_codes(orders)
    fresh = int(len(known) / KNOWN) - len(known)
    codes = known + ['N%d-%05d' % (run, n) for n in range(fresh)]
    made = []
    for number in range(orders):
        lines = []
        for position in range(LINES):
            product = chance.choice(products)
            lines.append({
                'id': run * 10 ** 8 + number * 10 + position,
                'supplier_product_id': product['sku'], 'internal_product_id': None,
                'base_product_id': 5501, 'unit': 'piece', 'unit_count': 1,
                'product_name': product['name'], 'amount': chance.randrange(1, 13),
                'selling_price': product['price'], 'applied_supplier_discount': 0,
                'applied_cartona_discount': 0,
                'comment': chance.choice((None, None, 'تاريخ صلاحية حديث من فضلك'))})
        made.append({
            'hashed_id': 'run%d-%06d' % (run, number), 'receipt_id': run * 10 ** 6 + number,
            'supplier_code': 'SUP-1', 'status': 'pending', 'delivered_by': 'delivered_by_supplier',
            'created_at': (start + datetime.timedelta(milliseconds=number)).isoformat(timespec='milliseconds') + 'Z',
            'estimated_delivery_day': '2026-04-01', 'note_message': chance.choice(
                (None, 'الرجاء الاتصال قبل التوصيل 📞', 'الدور الأول، خلف الصيدلية')),
            'total_price': sum(line['amount'] * line['selling_price'] for line in lines),
            'cartona_credit': 0, 'installment_cost': 0, 'wallet_top_up': 0,
            'retailer': retailer(chance.choice(codes)), 'order_details': lines})
    return made


class Shop:
    """A database with an Odoo and the extension; sql(script) runs as Odoo's role."""

    def rows(self, query):
        return json.loads(self.sql("SELECT coalesce(json_agg(t), '[]') FROM (%s) t" % query))

    def row(self, query):
        return self.rows(query)[0]

    def connect(self, cartona, currency):
        """The account points at the simulator and is at rest."""
        self.sql("UPDATE cartona.account SET api_url = %s, currency = %s, orders_since = '2026-01-01',"
                 " pull_interval = '1 day'; SELECT cartona.set_token(1, %s); SELECT cartona.enable(1, force => true)"
                 % (quote(cartona.url), quote(currency), quote(cartona.token)))
        self.eventually('SELECT (SELECT count(*) FROM cartona.outbox) + (SELECT count(*) FROM cartona.delivery) = 0'
                        ' AND NOT pull_wanted AND last_pull_at IS NOT NULL FROM cartona.account_state')

    def eventually(self, query):
        deadline = time.monotonic() + SECONDS
        while self.sql(query).strip() != 't':
            if time.monotonic() > deadline:
                sys.exit('bench-import: not within %d s: %s\n%s' % (SECONDS, query, self.sql(
                    'SELECT row_to_json(s) FROM cartona.status s; SELECT row_to_json(p) FROM cartona.problem p LIMIT 5')))
            time.sleep(0.05)

    def worker(self):
        """The worker's process id, as this machine's /proc has it."""
        return int(self.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'cartona sync'").strip())


class EmbeddedShop(Shop):
    def __init__(self, psql, socket_dir):
        self.command = [psql, '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', socket_dir, '-d', 'odoo']

    def sql(self, statement, user='odoo'):
        done = subprocess.run(self.command + ['-U', user], input=statement, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True)
        if done.returncode != 0:
            sys.exit('bench-import: %s\n%s' % (statement, done.stderr))
        return done.stdout

    def prepare(self, orders):
        """The extension, products with a 14 % tax, and the customers that are known."""
        self.sql('CREATE EXTENSION cartona_integration')
        self.sql('SELECT cartona.attach()')
        products = [{'sku': 'C-%d' % n, 'name': 'شاي العروسة %d جم' % n, 'price': 20.25 + n}
                    for n in range(PRODUCTS)]
        self.sql("""
            INSERT INTO product_template SELECT (jsonb_populate_record(t, jsonb_build_object(
                'id', 1000 + i, 'cartona_id', 'C-' || i, 'list_price', 20.25 + i))).*
            FROM product_template t, generate_series(0, %(n)d - 1) i WHERE t.id = 11;
            INSERT INTO product_product SELECT (jsonb_populate_record(p, jsonb_build_object(
                'id', 5000 + i, 'product_tmpl_id', 1000 + i, 'barcode', NULL))).*
            FROM product_product p, generate_series(0, %(n)d - 1) i WHERE p.id = 101;
            INSERT INTO product_taxes_rel (prod_id, tax_id) SELECT 1000 + i, 1 FROM generate_series(0, %(n)d - 1) i;
            INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date, inventory_quantity_set)
            SELECT 5000 + i, 5, 1, 100000, 0, now() AT TIME ZONE 'UTC', false FROM generate_series(0, %(n)d - 1) i"""
                 % {'n': PRODUCTS})
        # As the extension makes them, then as old customers.
        first = [dict(order, hashed_id='known-' + code, retailer=retailer(code))
                 for order, code in zip(make_orders(9, orders, products), known_codes(orders))]
        self.sql('\n'.join('SELECT cartona.create_or_update_order(%s);' % quote(json.dumps(order)) for order in first))
        return products


class RealShop(Shop):
    def __init__(self, server):
        self.server = server

    def sql(self, statement):
        return self.server.sql(statement, 'odoo')

    def worker(self):
        """It is in a process namespace of its own."""
        inside, space = str(super().worker()), os.readlink('/proc/%s/ns/pid' % self.server.namespace.pid)
        for pid in pids():
            try:
                with open('/proc/%d/status' % pid) as status:
                    names = [line.split() for line in status if line.startswith('NSpid:')][0]
                if names[-1] == inside and os.readlink('/proc/%d/ns/pid' % pid) == space:
                    return pid
            except (OSError, IndexError):
                pass            # gone, or not ours to look at
        sys.exit('bench-import: the worker is not to be found in /proc')

    def script(self, code, **values):
        """Run Python inside Odoo; what it prints last is JSON."""
        server = self.server
        text = 'import json, time\nvalues = json.loads(%r)\n%s' % (json.dumps(values), code)
        done = server.namespace.run(
            ['odoo', 'shell', '--db_host=127.0.0.1', '--db_port=%d' % server.pg_port, '--db_user=odoo',
             '--db_password=odoo', '--data-dir=' + server.run_dir + '/odoo', '-d', server.database,
             '--no-http', '--max-cron-threads=0', '--log-level=error'], 'odoo', stdin=text)
        for line in done.stdout.splitlines():
            if line.startswith('RESULT '):
                return json.loads(line[7:])
        sys.exit('bench-import: Odoo said\n%s\n%s' % (done.stdout[-3000:], done.stderr[-3000:]))

    PREPARE = '''
company = env['res.company'].browse(1)
country = company.country_id or env['res.country'].search([('code', '=', 'US')], limit=1)
group = env['account.tax.group'].create({'name': '14%', **(
    {'country_id': country.id, 'company_id': 1} if 'company_id' in env['account.tax.group']._fields else {})})
tax = env['account.tax'].create({'name': '14%', 'amount': 14.0, 'amount_type': 'percent', 'type_tax_use': 'sale',
    'company_id': 1, 'tax_group_id': group.id, **({'country_id': country.id} if 'country_id' in env['account.tax']._fields else {})})
storable = {'type': 'consu', 'is_storable': True} if 'is_storable' in env['product.template']._fields else {'type': 'product'}
products = []
for n in range(values['products']):
    p = env['product.template'].create({'name': 'شاي العروسة %d جم' % n, 'list_price': 20.25 + n, 'company_id': 1,
        'taxes_id': [(6, 0, [tax.id])], **storable})
    products.append({'sku': 'C-%d' % n, 'name': p.name, 'price': 20.25 + n, 'template': p.id,
        'variant': p.product_variant_id.id})
partners = env['res.partner'].create([{'name': r['retailer_name'], 'phone': r['retailer_number'],
    'street': r['retailer_address'], 'ref': r['retailer_code']} for r in values['retailers']])
env.cr.commit()
print('RESULT ' + json.dumps({'products': products, 'currency': company.currency_id.name,
    'partners': [[p.id, p.ref] for p in partners]}))
'''

    def prepare(self, orders, orm_orders):
        self.sql('CREATE EXTENSION cartona_integration')
        self.sql('SELECT cartona.attach()')
        made = self.script(self.PREPARE, products=PRODUCTS,
                           retailers=[retailer(code) for code in known_codes(max(orders, orm_orders))])
        self.sql('\n'.join(["UPDATE res_partner SET cartona_id = 'retailer_' || %s WHERE id = %d;" % (quote(ref), pid)
                            for pid, ref in made['partners']]
                           + ['UPDATE product_template SET cartona_id = %s WHERE id = %d;' % (quote(p['sku']), p['template'])
                              for p in made['products']]))
        self.currency = made['currency']
        return made['products']

    ORM = '''
Order, Partner = env['sale.order'], env['res.partner']
def partner_of(r):
    found = Partner.search([('ref', '=', r['retailer_code'])], limit=1) \\
        or Partner.search([('phone', '=', r['retailer_number'])], limit=1)
    return found or Partner.create({'name': r['retailer_name'], 'phone': r['retailer_number'],
        'street': r['retailer_address'], 'ref': r['retailer_code'], 'comment': r['address_notes']})
def order_of(o):
    return {'partner_id': partner_of(o['retailer']).id, 'client_order_ref': str(o['receipt_id']),
        'note': o['note_message'] or '', 'date_order': o['created_at'][:19].replace('T', ' '),
        'order_line': [(0, 0, {'product_id': values['variants'][l['supplier_product_id']],
            'product_uom_qty': l['amount'], 'price_unit': l['selling_price']}) for l in o['order_details']]}
Order.create(order_of(values['warm']))
env.cr.commit()
singly, together = [], []
used = time.process_time()
for orders in values['runs']:
    start = time.monotonic()
    for o in orders:
        Order.create(order_of(o))
        env.cr.commit()
    singly.append(len(orders) / (time.monotonic() - start))
used = (time.process_time() - used) / max(sum(map(len, values['runs'])), 1)
for orders in values['vector']:
    start = time.monotonic()
    for at in range(0, len(orders), 100):
        Order.create([order_of(o) for o in orders[at:at + 100]])
        env.cr.commit()
    together.append(len(orders) / (time.monotonic() - start))
print('RESULT ' + json.dumps({'singly': singly, 'together': together, 'used': used}))
'''

    def orm(self, runs, orders, products):
        made = [make_orders(20 + run, orders, products) for run in range(runs + 2)]
        return self.script(self.ORM, runs=made[:runs], vector=made[runs:runs + 1], warm=made[runs + 1][0],
                           variants={p['sku']: p['variant'] for p in products})


def pids():
    return [int(name) for name in os.listdir('/proc') if name.isdigit()]


def stat_of(pid):
    """A process's parent, and seconds of CPU: its own, and with those of its children that have ended."""
    with open('/proc/%d/stat' % pid) as stat:
        fields = stat.read().rsplit(')', 1)[1].split()
    own, ended = (sum(int(field) for field in fields[at:at + 2]) / os.sysconf('SC_CLK_TCK') for at in (11, 13))
    return int(fields[1]), own, own + ended


class Usage:
    """What the server's processes have used so far, in seconds."""

    def __init__(self, worker):
        postmaster, self.worker, _ = stat_of(worker)
        with open('/proc/%d/schedstat' % worker) as stat:
            self.waited = int(stat.read().split()[1]) / 1e9
        self.rest = stat_of(postmaster)[2] - self.worker
        for pid in pids():
            try:
                parent, _, used = stat_of(pid)
            except OSError:
                continue        # gone
            self.rest += used if parent == postmaster else 0

    def since(self, before, orders):
        return 'per order: worker %.2f ms CPU, %.2f ms waiting for one; the rest of the server %.2f ms CPU' % tuple(
            1000 * (getattr(self, name) - getattr(before, name)) / orders for name in ('worker', 'waited', 'rest'))


def acknowledged(shop, cartona, orders):
    """Wait until so many are, and ask the simulator: the database has enough to do."""
    deadline = time.monotonic() + SECONDS
    while cartona.control('GET', 'stats')['synced'] < orders:
        if time.monotonic() > deadline:
            shop.eventually('SELECT false')
        time.sleep(0.1)


def import_run(shop, cartona, run, orders, products, profile):
    """One run: orders per second until the last was committed, and until the last was acknowledged."""
    cartona.control('POST', 'reset')
    cartona.control('POST', 'orders', make_orders(run, orders, products))
    recording = None
    worker = shop.worker()
    if profile:
        recording = subprocess.Popen(['perf', 'record', '-q', '-g', '-o', profile + '.data', '-p', str(worker)])
    before = Usage(worker)
    started = time.time()
    shop.sql('SELECT cartona.pull_orders()')
    like = "LIKE 'run%d-%%'" % run
    acknowledged(shop, cartona, orders)
    usage = Usage(worker).since(before, orders)
    shop.eventually("SELECT count(*) >= %d FROM cartona.order_sync WHERE hashed_id %s AND acked_at IS NOT NULL" % (orders, like))
    if recording:
        recording.send_signal(signal.SIGINT)
        recording.wait()
        with open(profile, 'w') as out:
            subprocess.run(['perf', 'report', '-i', profile + '.data', '--no-children', '--stdio', '-g', 'none'], stdout=out)
    seen = shop.row("""
        SELECT count(*) AS orders, max(lines) AS lines, min(lines) AS fewest, extract(epoch FROM max(at)) AS last,
               extract(epoch FROM min(at)) AS first
        FROM (SELECT pg_xact_commit_timestamp(o.xmin) AS at,
                     (SELECT count(*) FROM sale_order_line l WHERE l.order_id = o.id) AS lines
              FROM sale_order o WHERE o.cartona_id %s) t""" % like)
    if (seen['orders'], seen['lines'], seen['fewest']) != (orders, LINES, LINES):
        sys.exit('bench-import: %d orders were placed, but these are in Odoo: %s' % (orders, seen))
    took = seen['last'] - started
    acked = max(state['synced_at'] for state in cartona.control('GET', 'orders') if state['synced'])
    if isinstance(acked, str):
        acked = shop.row('SELECT extract(epoch FROM %s::timestamptz) AS at' % quote(acked))['at']
    print('   run %d: %d orders in %.2f s = %.0f orders/s (first after %.2f s, writing at %.0f orders/s); '
          'all acknowledged after %.2f s\n          %s'
          % (run, orders, took, orders / took, seen['first'] - started,
             orders / max(seen['last'] - seen['first'], 0.001), acked - started, usage), flush=True)
    return orders / took


def clerk_run(shop, cartona, run, orders, products):
    """A clerk confirms orders of run 1 during one more import: what he waits for."""
    ids = [row['id'] for row in shop.rows("SELECT id FROM sale_order WHERE cartona_id LIKE 'run1-000%' ORDER BY id")]
    # as the simulator knows them again: it was reset since
    cartona.control('POST', 'reset')
    cartona.control('POST', 'orders', make_orders(1, len(ids), products))
    for name in [state['hashed_id'] for state in cartona.control('GET', 'orders')]:
        cartona.api('POST', '/order/update-order-status/' + name, {'hashed_id': name, 'status': 'synced'})
    cartona.control('POST', 'orders', make_orders(run, orders, products))
    shop.sql('SELECT cartona.pull_orders()')
    confirmed = []
    while cartona.control('GET', 'stats')['synced'] < orders + len(ids) and len(confirmed) < len(ids):
        confirmed.append(ids[len(confirmed)])
        shop.sql('SELECT odoo_sim.confirm(%d)' % confirmed[-1])
        time.sleep(0.1)
    acknowledged(shop, cartona, orders + len(ids))
    shop.eventually('SELECT (SELECT count(*) FROM cartona.outbox) + (SELECT count(*) FROM cartona.delivery) = 0')
    at = {row['cartona_id']: row['at'] for row in shop.rows(
        'SELECT cartona_id, extract(epoch FROM pg_xact_commit_timestamp(xmin)) AS at FROM sale_order WHERE id IN (%s)'
        % ', '.join(map(str, confirmed)))}
    waits = []
    for request in cartona.control('GET', 'requests?path=update-order-status/'):
        sent = request['json']
        if isinstance(sent, dict) and sent.get('status') == 'approved' and sent['hashed_id'] in at:
            waits.append(1000 * (request['time'] - at.pop(sent['hashed_id'])))
    if at:
        sys.exit('bench-import: these confirmations were not sent: %s' % ', '.join(at))
    print('   %d confirmations during one more import, commit to request: median %.0f ms, best %.0f ms, worst %.0f ms'
          % (len(waits), statistics.median(waits), min(waits), max(waits)), flush=True)




def import_runs(shop, cartona, args, products, profile=None):
    rates = [import_run(shop, cartona, run + 1, args.orders, products, profile if run == 0 else None)
             for run in range(args.runs)]
    return statistics.median(rates), max(rates)


def embedded(args):
    shop = EmbeddedShop(args.psql, args.socket_dir)
    cartona = Simulator(token='bench-token')
    try:
        products = shop.prepare(args.orders)
        shop.connect(cartona, 'EGP')
        median, best = import_runs(shop, cartona, args, products, args.profile)
        clerk_run(shop, cartona, args.runs + 1, args.orders, products)
    finally:
        cartona.stop()
    print('Embedded database: %.0f orders/s (median of %d runs, best %.0f)' % (median, args.runs, best), flush=True)
    if args.result:
        with open(args.result, 'w') as out:
            out.write('%.1f\n' % median)


def real(args):
    cartona = Simulator(token='bench-token')
    try:
        with odoo_server.OdooServer(args.version, settings={'log_statement': 'none'}) as server:
            shop = RealShop(server)
            products = shop.prepare(args.orders, args.orm_orders)
            shop.connect(cartona, shop.currency)
            median, best = import_runs(shop, cartona, args, products)
            orm = shop.orm(args.runs, args.orm_orders, products)
    finally:
        cartona.stop()
    one = statistics.median(orm['singly'])
    print("Odoo %s's database, by the extension: %.0f orders/s (median of %d runs, best %.0f)"
          % (args.version, median, args.runs, best))
    print("Odoo %s's ORM, one create and commit per order: %.1f orders/s (median of %d runs of %d, best %.1f; "
          "%.1f ms CPU of Odoo's process per order, its database's not counted); a hundred in one create and commit: %.1f orders/s"
          % (args.version, one, args.runs, args.orm_orders, max(orm['singly']), 1000 * orm['used'], max(orm['together'])))
    print('orders_per_s=%.1f orm_orders_per_s=%.1f ratio=%.1f' % (median, one, median / one))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('where', choices=['embedded', 'odoo'])
    parser.add_argument('--orders', type=int, default=5000)
    parser.add_argument('--runs', type=int, default=3)
    parser.add_argument('--psql')
    parser.add_argument('--socket-dir')
    parser.add_argument('--profile')
    parser.add_argument('--result')
    parser.add_argument('--version', default='19')
    parser.add_argument('--orm-orders', type=int, default=200)
    args = parser.parse_args()
    odoo_server.stop_on_signals()
    (embedded if args.where == 'embedded' else real)(args)


if __name__ == '__main__':
    main()
