#!/usr/bin/env python3
"""The twin test: an order by this extension beside the same order by Odoo itself.

Role: brings up a real Odoo's database, runs twin_inside.py in it (with Odoo's
own Python), and counts what it prints.  Once with the modules of the story, and
once with many more, because each adds columns.

Neighbours: odoo_server.py (the database), twin_inside.py (the comparison),
twin_cases.py (the table of cases), check.sh (`make check-odoo`).

Failure: a case that differs is one "not ok" line with each column; the exit
code is 1 when there is any and 75 when no Debian mirror can be reached.
"""
import argparse
import subprocess
import sys
import time

import odoo_server
from odoo_server import OdooServer, log

# Modules that add columns to customers, orders and lines, as many as Debian has.
MORE_MODULES = {
    '14': ('crm', 'delivery', 'website_sale', 'website_sale_delivery', 'sale_margin', 'sale_crm', 'sale_timesheet',
           'sale_purchase', 'sale_coupon', 'sale_expense', 'sale_mrp', 'sale_product_matrix', 'stock_account', 'product_expiry',
           'l10n_sa'),
    '19': ('crm', 'delivery', 'website_sale', 'website_sale_stock', 'sale_margin', 'sale_crm', 'sale_timesheet',
           'sale_purchase', 'sale_loyalty', 'sale_expense', 'sale_mrp', 'sale_pdf_quote_builder', 'sale_edi_ubl',
           'stock_delivery', 'stock_account', 'product_expiry', 'l10n_eg'),
}


class Count:
    def __init__(self):
        self.passed = self.failed = 0

    def tell(self, line):
        if line.startswith(('ok - ', 'not ok - ')):
            good = line.startswith('ok')
            self.passed += good
            self.failed += not good
            verdict, text = line.split(' - ', 1)
            line = '%s %d - %s' % (verdict, self.passed + self.failed, text)
        print(line, flush=True)


def compare(version, modules, only, count, keep):
    started = time.monotonic()
    with OdooServer(version, modules=modules, settings={'cartona.databases': '', 'fsync': 'off',
                                                        'log_statement': 'none'}) as server:
        server.sql('CREATE EXTENSION cartona_integration; SELECT cartona.attach()', odoo_server.ROLE)
        log('the database is up after %.0f s' % (time.monotonic() - started))
        inside = server.run_dir + '/src/test/odoo/twin_inside.py'
        with open(server.log_dir + '/twin.log', 'w') as errors:
            process = server.namespace.popen(
                ['python3', inside, '--version', version, '--database', server.database,
                 '--port', str(server.pg_port), '--user', odoo_server.ROLE,
                 '--data', server.run_dir + '/odoo', '--only', only],
                'odoo', stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, text=True)
            before = count.passed + count.failed
            for line in process.stdout:
                count.tell(line.rstrip('\n'))
            if process.wait() != 0 or count.passed + count.failed == before:
                with open(errors.name) as said:
                    count.tell('not ok - the cases run to their end\n' + said.read()[-3000:])
        if keep:
            print('psql -h 127.0.0.1 -p %d -U odoo %s; Enter ends it.' % (server.pg_port, server.database))
            sys.stdin.readline()
    log('%.0f s' % (time.monotonic() - started))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--version', default='19', choices=sorted(odoo_server.POSTGRES))
    parser.add_argument('--only', default='', help='only the cases whose title holds this text, or one of several between |')
    parser.add_argument('--databases', default='plain,more', help='plain, more or both')
    parser.add_argument('--keep', action='store_true', help='leave the database running until Enter')
    args = parser.parse_args()
    odoo_server.need_root()
    odoo_server.stop_on_signals()
    count = Count()
    try:
        if 'plain' in args.databases:
            log('--- the modules every supplier has')
            compare(args.version, odoo_server.MODULES, args.only, count, args.keep)
        if 'more' in args.databases:
            log('--- with many more modules')
            compare(args.version, ','.join((odoo_server.MODULES,) + MORE_MODULES[args.version]),
                    args.only, count, args.keep)
    except odoo_server.NoMirror:
        sys.exit(odoo_server.EX_TEMPFAIL)
    print('%d passed, %d failed' % (count.passed, count.failed))
    sys.exit(1 if count.failed else 0)


if __name__ == '__main__':
    main()
