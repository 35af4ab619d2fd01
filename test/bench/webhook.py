#!/usr/bin/env python3
"""Ten thousand webhooks at once, right and wrong ones; called by webhook.sh.

Role: fills the simulator with orders and has them imported, then lets wrk
(webhook.lua) call the listener: first right, wrong and missing secrets mixed,
then right ones alone, for their latency. Beside it Odoo's own kind of queries
run, as they did before without it. Counts what is in the database at the end.

Neighbours: webhook.sh; test/lib/cluster.sh made the database; test/simulator is
Cartona.

Failure: a wrong call that was accepted, a right one that was lost, an answer
that does not fit, or memory that grows, is one, with exit code 1. Times are
only told: machines differ.
"""
import argparse
import json
import os
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(os.path.dirname(HERE), 'simulator')]

from simulator import Simulator  # noqa: E402

ORDERS = 2000
SECRET = 'a-secret-of-the-bench-0001'
GROWTH_KB = 4096                # what an allocator may keep between two runs


class Bench:
    def __init__(self, options):
        self.options = options
        self.psql = [options.bin + '/psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-h', options.socket_dir]
        self.failed = False

    def sql(self, script, user='odoo', database='odoo'):
        done = subprocess.run(self.psql + ['-U', user, '-d', database], input=script, stdout=subprocess.PIPE,
                              universal_newlines=True)
        if done.returncode != 0:
            sys.exit('bench-webhook: psql failed: %s' % script[:200])
        return done.stdout.strip()

    def eventually(self, query):
        deadline = time.monotonic() + 300
        while self.sql(query) != 't':
            if time.monotonic() > deadline:
                sys.exit('bench-webhook: not within 300 s: %s' % query)
            time.sleep(0.1)

    def check(self, what, good):
        print('  %s: %s' % (what, 'yes' if good else 'NO'))
        self.failed = self.failed or not good

    def worker(self):
        return int(self.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'cartona webhook'", 'postgres'))

    def memory_kb(self):
        with open('/proc/%d/status' % self.worker()) as status:
            return int([line for line in status if line.startswith('RssAnon:')][0].split()[1])

    def fill(self, cartona):
        """Orders that Cartona delivers, as drafts in Odoo; the file of their ids."""
        self.sql("UPDATE product_template SET cartona_id = 'T11' WHERE id = 11;"
                 "UPDATE cartona.account SET api_url = '%s', pull_interval = '1 day' WHERE id = 1;"
                 "SELECT cartona.set_token(1, '%s'); SELECT cartona.set_webhook_secret(1, '%s');"
                 "SELECT cartona.enable()" % (cartona.url, cartona.token, SECRET))
        cartona.control('POST', 'generate', {
            'orders': ORDERS, 'lines': 2, 'seed': 1, 'delivered_by': 'delivered_by_cartona',
            'products': [{'internal_product_id': '101', 'product_name': 'tea', 'price': 40}]})
        self.sql('SELECT cartona.pull_orders()')
        self.eventually("SELECT count(*) = %d FROM sale_order WHERE cartona_id IS NOT NULL" % ORDERS)
        self.eventually("SELECT (SELECT count(*) FROM cartona.outbox) + (SELECT count(*) FROM cartona.delivery) = 0")
        ids = self.sql('SELECT cartona_id FROM sale_order WHERE cartona_id IS NOT NULL ORDER BY id')
        path = self.options.dir + '/orders'
        with open(path, 'w') as file:
            file.write(ids + '\n')
        return path

    def neighbour(self, seconds):
        """Odoo's kind of queries for so long; a process."""
        script = self.options.dir + '/neighbour.sql'
        with open(script, 'w') as file:
            file.write("\\set id random(1, 2000)\n"
                       "SELECT o.id, o.name, o.amount_total, p.name FROM sale_order o JOIN res_partner p ON p.id = o.partner_id"
                       " WHERE o.state IN ('draft', 'sent') ORDER BY o.date_order DESC, o.id DESC LIMIT 80;\n"
                       "SELECT l.id, l.name, l.price_unit FROM sale_order_line l WHERE l.order_id = :id;\n"
                       "UPDATE product_template SET write_date = now() AT TIME ZONE 'UTC' WHERE id = 11;\n")
        return subprocess.Popen([self.options.bin + '/pgbench', '-n', '-h', self.options.socket_dir, '-U', 'odoo',
                                 '-R', '50', '-T', str(seconds), '-f', script, '-l',
                                 '--log-prefix', self.options.dir + '/neighbour', 'odoo'],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)

    def neighbour_times(self, process):
        """Its median and 95th percentile, in ms."""
        out = process.communicate()[0]
        log = '%s/neighbour.%d' % (self.options.dir, process.pid)
        if process.returncode != 0 or not os.path.exists(log):
            sys.exit('bench-webhook: pgbench failed: %s' % out)
        with open(log) as file:
            times = sorted(int(line.split()[2]) / 1000.0 for line in file)
        return times[len(times) // 2], times[len(times) * 95 // 100]

    def wrk(self, orders, mixed):
        environment = dict(os.environ, THREADS='2', CALLS=str(self.options.calls), MIXED='1' if mixed else '0',
                           CONNECTIONS=str(self.options.connections), SECRET=SECRET, ORDERS=orders)
        done = subprocess.run(['wrk', '-t', '2', '-c', str(self.options.connections), '-d', str(self.options.seconds), '--timeout', '30',
                               '-s', HERE + '/webhook.lua', 'http://127.0.0.1:%d' % self.options.port],
                              env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
        for line in done.stdout.splitlines():
            if line.startswith('result '):
                return json.loads(line[7:])
        sys.exit('bench-webhook: wrk failed: %s' % done.stdout)

    def accepted(self):
        return int(self.sql("SELECT count(*) FROM cartona.log WHERE kind = 'webhook' AND http_status = 200"))

    def run(self):
        cartona = Simulator()
        try:
            orders = self.fill(cartona)
            before = self.neighbour_times(self.neighbour(8))
            self.wrk(orders, False)             # warms up, and the allocator has what it needs
            memory = self.memory_kb()

            counted = self.accepted()
            beside = self.neighbour(8)
            mixed = self.wrk(orders, True)
            with_it = self.neighbour_times(beside)
            rows = self.accepted() - counted
            print('mixed: %(right)d right, %(wrong)d wrong, %(missing)d without a secret; %(ok)d times 200, '
                  '%(unauthorized)d times 401; %(per_s)d/s, all answers p50 %(p50_ms).1f ms, p99 %(p99_ms).1f ms' % mixed)
            self.check('every right one accepted, and in the database once (%d rows)' % rows,
                       mixed['ok'] == mixed['right'] == rows and mixed['lost'] == 0)
            self.check('no other one accepted', mixed['unauthorized'] == mixed['wrong'] + mixed['missing'] and mixed['other'] == 0 and
                       self.sql("SELECT count(*) FROM cartona.log WHERE ref ~ '^(wrong|missing)'") == '0')

            counted = self.accepted()
            right = self.wrk(orders, False)
            rows = self.accepted() - counted
            print('right only: %(right)d, %(per_s)d/s, p50 %(p50_ms).1f ms, p99 %(p99_ms).1f ms, max %(max_ms).1f ms' % right)
            self.check('every one accepted, and in the database once (%d rows)' % rows,
                       right['ok'] == right['right'] == rows and right['lost'] == 0)
            grown = self.memory_kb() - memory
            print('memory of the worker: %d kB, %+d kB in the last %d calls' % (memory, grown, 2 * self.options.calls))
            self.check('memory is flat', grown < GROWTH_KB)
            self.check('every order has been told to Odoo once, or is past it',
                       self.sql("SELECT count(DISTINCT order_id) = %d FROM cartona.odoo_task WHERE order_id IS NOT NULL" % ORDERS) == 't')
            print('queries beside it: median %.1f ms, p95 %.1f ms; without it %.1f ms, %.1f ms' % (with_it + before))
            print('webhooks_per_s=%(per_s)d p99_ms=%(p99_ms).1f' % right)
        finally:
            cartona.stop()
        return 1 if self.failed else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--bin', required=True)
    parser.add_argument('--dir', required=True)
    parser.add_argument('--socket-dir', required=True)
    parser.add_argument('--port', type=int, required=True)
    parser.add_argument('--calls', type=int, default=10000)
    parser.add_argument('--seconds', type=int, default=30)
    parser.add_argument('--connections', type=int, default=64)
    sys.exit(Bench(parser.parse_args()).run())


if __name__ == '__main__':
    main()
