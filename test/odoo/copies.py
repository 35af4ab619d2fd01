"""A chapter of the story: backup, restore, duplicate and drop.

Role: copies of Odoo's database, made by pg_dump and by Odoo's own database
manager, have everything but the tokens and say nothing to Cartona; they are
restored on a server without the extension, too.

Neighbours: story.py, which tells it; stage.py.
"""
import contextlib
import time

import odoo_server
from odoo_server import OdooError, OdooServer, log
from stage import BULK_PATH, Stage


class Copies(Stage):
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
