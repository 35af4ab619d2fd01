#!/usr/bin/env python3
"""Imported orders live in a real Odoo as orders that were typed in.

Role: for a table of cases an order comes from Cartona, and its twin is made
through Odoo's ORM; then clerks do the same with both (clerks.py), and after
each step what they see and every column of every row (rows.py) is compared.
Further: customers that are merged, archived, duplicated; Odoo's own
recomputation of everything it stores; columns added and modules updated while
the worker runs.

Neighbours: life_shop.py (the company, its products, an order and its twin), clerks.py,
rows.py, odoo_server.py, check.sh (`make check-odoo`).

Failure: one "not ok" line for each case that differs, with the step at which
it first did; an error that only one of the two meets is a difference, one that
both meet is a failure too.
"""
import contextlib
import json
import subprocess

import odoo_server
import rows
from clerks import Subject
from odoo_server import Failed, OdooError, wait_for
from life_shop import Shop
from stage import SECONDS, STATUS_PATH, run

MODULES = odoo_server.MODULES + ',sale_mrp'
WHOLE = ('open', 'find_customer', 'print_order', 'mail', 'portal', 'export', 'group', 'analysis',
         'edit', 'open', 'send', 'confirm', 'open', 'analysis', 'look_at_stock', 'deliver', 'slips',
         'look_at_stock', 'invoice', 'post', 'look_at_invoices', 'print_invoices', 'credit',
         'look_at_invoices', 'print_order', 'lock', 'unlock', 'portal', 'open', 'analysis')
PARTLY = ('confirm', 'deliver_half', 'invoice', 'post', 'open', 'deliver', 'slips', 'invoice', 'post',
          'look_at_stock', 'look_at_invoices', 'open')
DOWN = ('confirm', 'down_payment', 'post', 'open', 'deliver', 'invoice', 'post', 'look_at_invoices', 'open')
STEPS = ('confirm', 'look_at_stock', 'deliver', 'look_at_stock', 'deliver', 'slips', 'look_at_stock',
         'invoice', 'post', 'open')
BACK = ('cancel', 'open', 'to_draft', 'confirm', 'cancel', 'look_at_stock', 'to_draft', 'edit', 'confirm',
        'deliver', 'invoice', 'post', 'open')
BASIC = ('open', 'edit', 'confirm', 'deliver', 'invoice', 'post', 'look_at_invoices',
         'credit', 'open', 'analysis')
DELETE = ('open', 'delete')


class Life(Shop):
    # ------------------------------------------------------------------ a life

    def refresh(self, pair):
        for subject, owned in zip(pair, self.rows.read([(s.order, s.partner) for s in pair])):
            subject.owned = owned

    def act(self, name, subject):
        if name == 'edit':
            product = self.theirs2 if subject.company == self.second else self.porter
            return self.clerks.edit(subject, product['variant'])
        if name == 'deliver_half':
            return self.clerks.deliver(subject, 0.5)
        if name == 'down_payment':
            return self.clerks.invoice(subject, 'percentage', 30)
        return getattr(self.clerks, name)(subject)

    def live(self, title, pair, acts):
        """Each step with both, what is seen and every row compared after each."""
        self.refresh(pair)
        trouble, known = [], set()

        def report(step, found):
            fresh = [d for d in found if d not in known]
            known.update(fresh)
            if fresh:
                trouble.append('%s:\n%s' % (step, '\n'.join('  ' + d[:500] for d in fresh[:8])))
        report('as made', rows.differences(*(s.owned.normal() for s in pair)))
        for name in acts:
            seen = []
            for subject in reversed(pair):      # the twin first: see Clerks.read
                try:
                    seen.insert(0, self.act(name, subject))
                except (OdooError, Failed) as problem:
                    seen.insert(0, 'error: %s' % problem)
            self.refresh(pair)
            errors = [str(s) for s in seen if isinstance(s, str) and s.startswith('error: ')]
            if errors:
                trouble.append('%s: the import: %.400s\n%s: the twin:   %.400s' % (name, seen[0], name, seen[1]))
                break
            report(name, [d for d in rows.differences(*seen, path='seen')])
            report(name, rows.differences(*(s.owned.normal() for s in pair)))
        self.check(not trouble, '%s: %s' % (title, ', '.join(a.replace('_', ' ') for a in acts)),
                   '\n'.join(trouble))

    def tell_lives(self):
        """orders from Cartona and their twins, step by step"""
        mixed = [(self.tea, 6, 85.5), (self.rice, 4, 55.25), (self.cheap, 2, 29.99), (self.kit, 2, 140),
                 (self.variant, 3, 44.4), (self.porter, 1, 25)]
        plain = [(self.tea, 3, 90), (self.rice, 2, 58.75), (self.porter, 1, 20)]
        cases = {
            'WHOLE': ('storable, service, kit, variant', mixed, mixed, WHOLE),
            'PARTLY': ('delivered in two parts', mixed, mixed, PARTLY),
            'DOWN': ('with a down payment', plain, plain, DOWN),
            'BACK': ('cancelled twice and set back', plain, plain, BACK),
            'DELETE': ('deleted', plain, plain, DELETE),
            'INCLUDED': ('taxes included', *[[(self.inside, 3, 99.99), (self.inside2, 2, 55.55),
                                              (self.cheap, 1, 10.01)]] * 2, BASIC),
            'CARTON': ('a carton of twelve', [({'sku': 'CARTON', 'units': 12}, 2, 66), (self.tea, 1, 90)],
                       [(self.carton, 24, 5.5), (self.tea, 1, 90)], BASIC),
            'OFFER': ('one product at two prices', *[[(self.tea, 10, 85.5), (self.tea, 5, 100), (self.rice, 1, 60)]] * 2,
                      BASIC),
            'SKIPPED': ('one product unknown', [(self.tea, 2, 90), ({'sku': 'UNKNOWN'}, 1, 10), (self.rice, 1, 60)],
                        [(self.tea, 2, 90), (self.rice, 1, 60)], BASIC),
        }
        imported = self.import_orders([self.payload(name, case[1]) for name, case in cases.items()])
        for name, (what, _, lines, acts) in cases.items():
            pair = self.twin(imported[name], lines)
            self.live(what, pair, acts)

    def tell_places(self):
        """a second company, a foreign currency, two steps, a delivery address"""
        theirs = [(self.theirs, 4, 75.5), (self.theirs2, 2, 39.95)]
        plain = [(self.tea, 3, 90), (self.rice, 2, 58.75), (self.cheap, 1, 29.95)]
        order = self.by_hand(self.payload('SECOND', theirs), 102)
        self.live('second company', self.twin(order, theirs, self.second), BASIC)

        pricelist = self.call('product.pricelist', 'create', {
            'name': 'EUR', 'currency_id': self.euro, 'company_id': 1})
        customers = self.known_customer('EURO', property_product_pricelist=pricelist)
        order = self.by_hand(self.payload('EURO', plain), 103)
        self.live('foreign currency', self.twin(order, plain, partner=customers[1]), BASIC)

        order = self.by_hand(self.payload('STEPS', plain), 104)
        self.live('a warehouse with two steps', self.twin(
            order, plain, values={'warehouse_id': self.warehouse}), STEPS)

        customers = self.known_customer('ADDRESS', is_company=True, child_ids=[
            (0, 0, {'type': 'delivery', 'name': 'المخزن', 'street': 'ميناء'}),
            (0, 0, {'type': 'invoice', 'name': 'الحسابات', 'street': 'مكتب'})])
        order = self.by_hand(self.payload('ADDRESS', plain), self.account)
        self.live('delivery and invoice address', self.twin(order, plain, partner=customers[1]), BASIC)

    def tell_changes(self):
        """the retailer edits his order, and moves house"""
        before = [(self.tea, 3, 90), (self.rice, 2, 58.75), (self.porter, 1, 20)]
        after = [(self.tea, 5, 90), (self.cheap, 4, 29.95), (self.porter, 1, 20)]
        order = self.import_orders([self.payload('EDITED', before)])['EDITED']
        # acknowledged only after it was edited, it would not be offered again
        wait_for(lambda: self.cartona_order('EDITED')['synced'], SECONDS, 'its acknowledgement')
        edited = self.payload('EDITED', after)
        # the second line is another one now, the others are what they were
        edited['order_details'][1]['id'] += 50
        self.simulator.control('POST', 'orders/EDITED', {
            'order_details': edited['order_details'], 'total_price': edited['total_price']})
        self.pull()
        expected = sorted((p['variant'], float(q)) for p, q, _ in after)
        self.eventually(lambda: sorted((r['product_id'], float(r['product_uom_qty'])) for r in self.as_odoo_rows(
            'SELECT product_id, product_uom_qty FROM sale_order_line WHERE order_id = %d' % order)) == expected,
            'an order edited by the retailer has the new lines', detail=self.trouble)
        # the new line comes last, as one that a clerk adds
        self.live('edited by the retailer while a draft', self.twin(order, [after[0], after[2], after[1]]), BASIC)

        first = self.import_orders([self.payload('MOVED', before)])['MOVED']
        moved = self.payload('MOVED-2', before)
        moved['retailer'].update(self.retailer('MOVED'), retailer_number='01234567890',
                                 retailer_address='٧ شارع النيل')
        second = self.import_orders([moved])['MOVED-2']
        partner = [self.read_one('sale.order', o, ['partner_id'])['partner_id'][0] for o in (first, second)]
        self.equal(partner[0], partner[1], 'the next order of a retailer who moved is the same customer\'s')
        seen = self.read_one('res.partner', partner[1], ['phone', 'street'])
        self.check('1234567890' in seen['phone'] and 'النيل' in seen['street'], 'and he has moved in Odoo too', seen)
        earlier = self.twin(first, before)[1]       # the twin's customer has had an order before, too
        self.live('after its customer moved', self.twin(second, before, partner=earlier.partner),
                  ('open', 'find_customer', 'print_order', 'portal') + BASIC)

    def prices(self, order):
        """The lines of an order by their ids at Cartona: quantity, price, sum."""
        return [[float(r[c]) for c in ('product_uom_qty', 'price_unit', 'price_subtotal')] for r in self.as_odoo_rows(
            'SELECT product_uom_qty, price_unit, price_subtotal FROM sale_order_line WHERE order_id = %d'
            ' AND cartona_line_id IS NOT NULL ORDER BY cartona_line_id' % order)]

    def tell_free(self):
        """what costs nothing at Cartona stays free, whoever edits it in Odoo"""
        order = self.import_orders([self.payload('FREE', [(self.tea, 2, 0), (self.rice, 2, 58.75)])])['FREE']
        subject = Subject(order, None, 1)
        wait_for(lambda: self.cartona_order('FREE')['synced'], SECONDS, 'its acknowledgement')
        self.equal(self.prices(order), [[2, 0, 0], [2, 58.75, 117.5]], 'a line that costs nothing is imported so')
        self.simulator.control('POST', 'orders/FREE', {
            'order_details': self.payload('FREE', [(self.tea, 5, 0), (self.rice, 3, 0)])['order_details'], 'total_price': 0})
        self.pull()
        self.eventually(lambda: self.prices(order) == [[5, 0, 0], [3, 0, 0]],
                        'the retailer changes it, and another one is free now', detail=self.trouble)
        self.clerks.edit(subject, self.porter['variant'])
        self.equal(self.prices(order), [[7, 0, 0], [3, 0, 0]], 'edited by a clerk: Odoo does not take its list price')
        for name in ('confirm', 'deliver', 'invoice', 'post'):
            self.act(name, subject)
        self.equal(self.prices(order), [[7, 0, 0], [3, 0, 0]], 'and it is free when it is delivered and invoiced')

    def tell_duplicates(self):
        """a duplicate is no Cartona order"""
        plain = [(self.tea, 3, 90), (self.rice, 2, 58.75)]
        order = self.import_orders([self.payload('COPY', plain)])['COPY']
        wait_for(lambda: self.cartona_order('COPY')['synced'], SECONDS, 'its acknowledgement')
        pair = self.twin(order, plain)
        copies = [self.clerks.duplicate(s) for s in pair]
        self.live('a duplicate', copies, BASIC)
        self.equal(self.as_odoo_rows(
            'SELECT o.cartona_id, o.cartona_account_id, o.delivered_by, l.cartona_line_id FROM sale_order o'
            ' JOIN sale_order_line l ON l.order_id = o.id WHERE o.id = %d'
            ' AND num_nonnulls(o.cartona_id, o.cartona_account_id, o.delivered_by, l.cartona_line_id) > 0'
            % copies[0].order), [], 'nothing of ours is in a duplicate')
        self.clerks.confirm(pair[0])
        self.eventually(lambda: self.cartona_status('COPY') == 'approved', 'the original is approved',
                        detail=self.trouble)
        self.equal([s for s in (r['json'].get('status') for r in self.requests(STATUS_PATH + '/COPY')) if s != 'synced'], ['approved'],
                   'and nothing of its duplicate was sent')

    # ------------------------------------------------------------------ customers

    def tell_customers(self):
        """customers opened, edited, duplicated, archived, merged"""
        lines = [(self.tea, 1, 90)]
        orders = self.import_orders([self.payload(n, lines) for n in ('MERGE1', 'MERGE2', 'ARCHIVE')])
        partner = {n: self.read_one('sale.order', o, ['partner_id'])['partner_id'][0] for n, o in orders.items()}
        pair = self.twin(orders['ARCHIVE'], lines)
        self.live("a customer's order", pair, ('find_customer',))
        for subject in pair:
            self.call('res.partner', 'write', [subject.partner], {
                'phone': '0111222333', 'street2': 'طابق ٢', 'name': 'اسم جديد', 'ref': 'C-1'})
        self.live('its customer edited', pair, ('open', 'print_order', 'find_customer'))
        copies = [self.call('res.partner', 'copy', [s.partner]) for s in pair]
        copies = [c[0] if isinstance(c, list) else c for c in copies]
        seen = self.rows.read([(s.order, c) for s, c in zip(pair, copies)])
        self.check(seen[0].rows['res_partner'][0]['cartona_id'] is None,
                   'a duplicate of a customer is no retailer of Cartona', seen[0].rows['res_partner'])
        found = rows.differences(*(s.normal()['res_partner'] for s in seen), path='res_partner')
        self.check(not found, 'and is as the duplicate of a typed-in customer', '\n'.join(found))

        self.call('res.partner', 'write', [partner['ARCHIVE']], {'active': False})
        again = self.payload('ARCHIVE-2', lines)
        again['retailer']['retailer_code'] = 'ARCHIVE'
        order = self.import_orders([again])['ARCHIVE-2']
        self.equal(self.read_one('sale.order', order, ['partner_id'])['partner_id'][0], partner['ARCHIVE'],
                   'the next order of an archived customer is his')

        wizard = self.call('base.partner.merge.automatic.wizard', 'create', {
            'state': 'selection', 'dst_partner_id': partner['MERGE1'],
            'partner_ids': [(6, 0, [partner['MERGE1'], partner['MERGE2']])]})
        self.call('base.partner.merge.automatic.wizard', 'action_merge', [wizard])
        self.equal(self.read_one('sale.order', orders['MERGE2'], ['partner_id'])['partner_id'][0], partner['MERGE1'],
                   "Odoo's merge gives the survivor both orders")
        nexts = []
        for code in ('MERGE1', 'MERGE2'):
            nexts.append(self.payload(code + '-NEXT', lines))
            nexts[-1]['retailer']['retailer_code'] = code
        orders = self.import_orders(nexts)
        self.equal([self.read_one('sale.order', o, ['partner_id'])['partner_id'][0] for o in orders.values()],
                   [partner['MERGE1']] * 2, 'after the merge the next order of either retailer is the survivor\'s')

    # -------------------------------------------------------- what Odoo recomputes

    RECOMPUTE = r'''
import json
made = {}
for order in env['sale.order'].browse(%r):
    changed = []
    for records in (order, order.order_line, order.partner_id):
        names = [n for n, f in records._fields.items() if f.store and f.compute and f.column_type]
        table = records._table
        def state():
            env.cr.execute('SELECT * FROM "%%s" WHERE id IN %%%%s ORDER BY id' %% table, [tuple(records.ids)])
            return env.cr.dictfetchall()
        before = state()
        for name in names:
            # a price is agreed, a name may have been typed, the salesman is whoever asks, and the
            # form of a telephone number depends on a Python module
            if name not in ('price_unit', 'technical_price_unit', 'discount', 'name', 'user_id', 'team_id',
                            'phone_sanitized'):
                env.add_to_compute(records._fields[name], records)
        (records.env.flush_all if hasattr(records.env, 'flush_all') else records.flush)()
        for old, new in zip(before, state()):
            for name in old:
                if name not in ('write_date', 'write_uid') and old[name] != new[name] and not (
                        isinstance(old[name], float) and abs(old[name] - (new[name] or 0)) < 1e-6):
                    changed.append('%%s.%%s: %%r -> %%r' %% (table, name, old[name], new[name]))
    made[order.id] = changed
env.cr.rollback()
print('RECOMPUTED' + json.dumps(made))
'''

    def shell(self, script):
        """Python inside Odoo: what it prints."""
        return self.server.namespace.run(
            ['odoo', 'shell', '-c', self.server.run_dir + '/odoo.conf', '-d', self.server.database, '--no-http',
             '--max-cron-threads=0'], 'odoo', stdin=script).stdout

    def tell_recompute(self):
        """Odoo computes everything it stores again, and nothing changes"""
        mixed = [(self.tea, 6, 85.5), (self.rice, 4, 55.25), (self.kit, 2, 140), (self.variant, 3, 44.4),
                 (self.porter, 1, 25), (self.inside, 3, 33.33)]
        orders = self.import_orders([self.payload('RECOMPUTE', mixed)])
        twins = self.twin(orders['RECOMPUTE'], mixed)
        said = self.shell(self.RECOMPUTE % ([s.order for s in twins],))
        made = json.loads(said.split('RECOMPUTED')[1].splitlines()[0])
        self.equal(made[str(twins[0].order)], made[str(twins[1].order)],
                   'computed anew, an imported order changes as little as its twin: %s'
                   % (made[str(twins[1].order)] or 'in nothing'))

    # ------------------------------------------------ tables that change meanwhile

    def tell_columns(self):
        """columns added by ALTER TABLE while the worker imports"""
        names = ['ALTER-%03d' % n for n in range(60)]
        self.add_orders([self.payload(n, [(self.tea, 1, 90), (self.rice, 1, 60)]) for n in names])
        self.pull()
        for table in ('sale_order', 'sale_order_line', 'res_partner'):
            for n, column in enumerate(('integer NOT NULL DEFAULT 7', 'text', 'boolean NOT NULL DEFAULT true')):
                self.as_odoo("SET lock_timeout = '20s'; ALTER TABLE %s ADD COLUMN x_life%d %s" % (table, n, column))
            self.as_odoo('ALTER TABLE %s ALTER COLUMN x_life2 DROP DEFAULT' % table)
        self.eventually(lambda: len(self.odoo_orders(names)) == len(names),
                        'nine columns added meanwhile: all %d orders are there' % len(names), 60, self.trouble)
        order = self.import_orders([self.payload('ALTER-AFTER', [(self.tea, 1, 90)])])['ALTER-AFTER']
        self.equal(self.as_odoo_rows('SELECT x_life0, x_life1, x_life2 FROM sale_order WHERE id = %d' % order),
                   [{'x_life0': 7, 'x_life1': None, 'x_life2': False}],
                   "a default is kept, a column without one stays empty, one that must not be empty gets a neutral value")
        for table in ('sale_order', 'sale_order_line', 'res_partner'):
            self.as_odoo('ALTER TABLE %s DROP COLUMN x_life0, DROP COLUMN x_life1, DROP COLUMN x_life2' % table)
        self.import_orders([self.payload('ALTER-GONE', [(self.tea, 1, 90)])])
        self.check(True, 'and with the columns gone again imports go on')

    def tell_update(self):
        """`-u sale` on a database with imported orders, while the worker imports"""
        before = int(self.server.value('SELECT count(*) FROM sale_order WHERE cartona_id IS NOT NULL'))
        order = self.import_orders([self.payload('UPDATE-OLD', [(self.tea, 2, 90)])])['UPDATE-OLD']
        self.server.stop_odoo()
        names = []
        with open(self.server.log_dir + '/update.log', 'w') as out:
            update = self.server.namespace.popen(
                ['odoo', '-c', self.server.run_dir + '/odoo.conf', '-d', self.server.database, '-u', 'sale',
                 '--stop-after-init', '--no-http', '--max-cron-threads=0'], 'odoo',
                stdin=subprocess.DEVNULL, stdout=out, stderr=out)
            while update.poll() is None:
                names.append('UPDATE-%03d' % len(names))
                self.add_orders([self.payload(names[-1], [(self.tea, 1, 90), (self.rice, 1, 60)])])
                self.pull()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    update.wait(1)
        with open(self.server.log_dir + '/update.log') as said:
            wrong = [l for l in said if ' ERROR ' in l or ' CRITICAL ' in l]
        self.check(update.returncode == 0 and not wrong, '-u sale ends without an error', '\n'.join(wrong[:10]))
        self.server.start_odoo()
        self.eventually(lambda: len(self.odoo_orders(names)) == len(names),
                        'all %d orders that came meanwhile are there' % len(names), 60, self.trouble)
        self.equal(int(self.server.value('SELECT count(*) FROM sale_order WHERE cartona_id IS NOT NULL')),
                   before + 1 + len(names), 'none is lost and none is doubled')
        after = self.import_orders([self.payload('UPDATE-NEW', [(self.tea, 2, 90)])])['UPDATE-NEW']
        for name, one in (('UPDATE-OLD', order), ('UPDATE-NEW', after)):
            self.clerks.confirm(Subject(one, None, 1))
            self.eventually(lambda: self.cartona_status(name) == 'approved',
                            '%s is confirmed, and Cartona hears of it' % name, detail=self.trouble)


CHAPTERS = ('lives', 'places', 'changes', 'free', 'duplicates', 'customers', 'recompute', 'columns', 'update')


if __name__ == '__main__':
    run(Life, CHAPTERS, __doc__, prepare=('prepare', 'tell_company'), modules=MODULES)
