#!/usr/bin/env python3
"""What Cartona says of an order, done by a real Odoo.

Role: the webhook, by real HTTP to the listener in the database server,
cartona.receive_order_status() (what it calls) and the pull, on orders that
Cartona delivers; Odoo confirms, reserves, delivers, cancels, or tells a human.
Looks at the result through Odoo's own API, and at every request that crossed:
nothing may go back to Cartona but stock.

Neighbours: stage.py (what it is built on), bridge.py (other tasks),
sql/events.sql (each cell of the rule), test/t/020_webhook.pl (each answer of the
listener) and 022_nginx.pl (behind a web server), check.sh (`make check-odoo`).

Failure: as in stage.py: one "not ok" line per failed check.
"""
import base64
import hashlib
import hmac
import http.client
import json
import socket
import time

from odoo_server import quote, wait_for
from stage import Stage, run

# How soon after the answer the delivery must be there.  Odoo 15 and later are woken by a
# NOTIFY at the commit, and what they then do takes a second or less.  Odoo 14 cannot be
# woken: its scheduler looks every 60 s.  What is added is the work, on a busy machine.
WITHIN = {'14': 70, '19': 3}
KEY = b'a key of thirty-two bytes, shop 1'
SECRET = 'whsec_' + base64.b64encode(KEY).decode()
# Odoo 14 looks every minute, later ones are woken.  The machine may be busy.
PATIENCE = {'14': 100, '19': 75}
BY_CARTONA = {'delivered_by': 'delivered_by_cartona'}


class Events(Stage):
    hook_port = None

    def cron(self):
        return int(self.server.value(
            "SELECT res_id FROM ir_model_data WHERE module = '__cartona__' AND name = 'task_cron'"))

    def run_now(self):
        """Odoo 14 looks every minute: have it look at once, as its "Run Manually" does."""
        if self.server.version == '14' and not self.waiting:
            self.call('ir.cron', 'method_direct_trigger', [self.cron()])

    waiting = False

    def tell(self, hashed_id, status, **more):
        """The webhook's function; what it answers."""
        payload = json.dumps(dict({'hashed_id': hashed_id, 'status': status}, **more))
        return self.as_odoo_rows('SELECT cartona.receive_order_status(%s::jsonb) AS answer' % quote(payload))[0]['answer']['result']

    def told(self, hashed_id, status, text='handed over', **more):
        self.equal(self.tell(hashed_id, status, **more), text, '%s: %s' % (status, text))

    def open_webhook(self):
        """The listener, switched on once as the README says: a port, a reload, a secret."""
        if self.hook_port:
            return
        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.hook_port = probe.getsockname()[1]
        self.server.configure('cartona.webhook_port', str(self.hook_port))
        self.as_odoo('SELECT cartona.set_webhook_secret(%d, %s)' % (self.account, quote(SECRET)))

        def listening():
            try:
                return self.post({})[0] == 400
            except OSError:
                return False
        self.eventually(listening, 'a port, a reload and a secret: the listener answers', detail=self.trouble)

    def post(self, event, secret=SECRET, sign=None):
        """A call of the webhook, with the secret or signed by a key (Standard Webhooks): (status, result)."""
        body = json.dumps(event, ensure_ascii=False).encode()
        headers = {'Content-Type': 'application/json'}
        if sign:
            name, now = 'msg_%d' % time.monotonic_ns(), str(int(time.time()))
            digest = hmac.new(sign, b'.'.join((name.encode(), now.encode(), body)), hashlib.sha256).digest()
            headers.update({'webhook-id': name, 'webhook-timestamp': now,
                            'webhook-signature': 'v1,' + base64.b64encode(digest).decode()})
        elif secret is not None:
            headers['AuthorizationToken'] = secret
        connection = http.client.HTTPConnection('127.0.0.1', self.hook_port, timeout=60)
        try:
            connection.request('POST', '/cartona_integration/webhook/order_status', body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())['result']
        finally:
            connection.close()

    def posted(self, hashed_id, status, expected=(200, 'handed over'), how=None, **more):
        self.equal(self.post(dict({'hashed_id': hashed_id, 'status': status}, **more), **(how or {})), expected,
                   'POST %s: %d %s' % ((status,) + expected))

    def in_time(self, order, answered, text):
        """The order's delivery is in Odoo soon after the answer; what it says is looked at, too."""
        limit = WITHIN[self.server.version]
        # no run_now: Odoo must come by itself
        states = wait_for(lambda: self.picking_states(order), limit + 60, 'the delivery is there')
        seconds = time.monotonic() - answered
        self.check(seconds <= limit, '%s: the delivery is there %.1f s after the answer (at most %d)' % (text, seconds, limit),
                   self.trouble())
        return states

    def draft(self, hashed_id, lines=None, **more):
        lines = lines or [(self.a, 2, 100.0)]
        return self.import_orders([self.order(hashed_id, lines, **dict(BY_CARTONA, **more))])[hashed_id]

    def state(self, order):
        return self.read_one('sale.order', order, ['state'])['state']

    def pickings(self, order):
        ids = self.read_one('sale.order', order, ['picking_ids'])['picking_ids']
        return self.call('stock.picking', 'read', ids, ['state', 'picking_type_code', 'name']) if ids else []

    def picking_states(self, order):
        return sorted(p['state'] for p in self.pickings(order))

    def activities(self, order):
        return self.call('mail.activity', 'search_read', [('res_model', '=', 'sale.order'), ('res_id', '=', order)],
                         ['summary', 'user_id'])

    def notes(self, order):
        return ' '.join(m['body'] for m in self.call(
            'mail.message', 'search_read', [('model', '=', 'sale.order'), ('res_id', '=', order)], ['body']))

    def tasks(self, hashed_id):
        return self.as_odoo_rows('SELECT id, kind, state, result, attempt FROM cartona.odoo_task WHERE hashed_id = %s ORDER BY id'
                                 % quote(hashed_id))

    def becomes(self, condition, text):
        def looked():
            self.run_now()
            return condition()
        return self.eventually(looked, text, PATIENCE[self.server.version],
                               lambda: '%s\n%s' % (self.as_odoo_rows(
                                   'SELECT * FROM cartona.odoo_task ORDER BY id DESC LIMIT 5'), self.trouble()))

    def ended(self, hashed_id, state='done'):
        def over():
            found = self.tasks(hashed_id)
            return found and all(t['state'] != 'new' for t in found) and found[-1]['state'] == state
        return self.becomes(over, 'Odoo has done with %s: %s' % (hashed_id, state))

    def on_hand(self, product):
        return self.read_one('product.product', product['variant'], ['qty_available'])['qty_available']

    def stock_at_cartona(self, product):
        return self.cartona_product(product['sku']).get('available_stock_quantity')

    def crossed(self, since):
        """What went to Cartona since, but for pulls: (path, statuses)."""
        found = []
        for request in self.simulator.control('GET', 'requests?since=%d' % since):
            if '/pull-orders' in request['path']:
                continue
            found.append(request)
        return found

    def items(self, request):
        body = request['body']
        body = json.loads(body) if isinstance(body, str) else body
        return body if isinstance(body, list) else [body]

    def told_cartona(self, since):
        """The statuses that went out since, acknowledgements as well."""
        return [(item['hashed_id'], item['status']) for request in self.crossed(since)
                if 'update-order-status' in request['path'] for item in self.items(request)]

    def statuses_sent(self, since):
        return [(order, status) for order, status in self.told_cartona(since) if status != 'synced']

    def quiet(self, since, text):
        """Nothing waits any more, and no status went out."""
        wait_for(lambda: self.server.value("SELECT count(*) FROM cartona.outbox") == '0' and
                 self.server.value("SELECT count(*) FROM cartona.delivery WHERE kind = 'order'") == '0', 30, 'nothing waits')
        self.equal(self.statuses_sent(since), [], text)

    # --------------------------------------------------------------- chapters

    def tell_webhook(self):
        """the webhook: Odoo confirms, reserves, delivers, and a human sees to what cannot be"""
        self.open_webhook()
        order = self.draft('APPROVED')
        wait_for(lambda: self.cartona_order('APPROVED')['synced'], 30, 'it is acknowledged')
        since = self.last_request()
        self.refused(order)
        self.posted('APPROVED', 'approved')
        self.in_time(order, time.monotonic(), 'with the secret')
        self.equal(self.state(order), 'sale', 'the order is confirmed')
        self.ended('APPROVED')
        self.posted('APPROVED', 'approved', (200, 'unchanged'))
        self.check('كرتونة' in self.notes(order) or 'Approved at Cartona' in self.notes(order), 'a note says so', self.notes(order))
        self.equal(self.activities(order), [], 'nobody has to do anything')
        self.quiet(since, 'Cartona is not told what it said')

        self.posted('APPROVED', 'assigned_to_salesman')
        self.becomes(lambda: self.picking_states(order) == ['assigned'], 'assigned_to_salesman: the goods are reserved')
        self.ended('APPROVED')
        self.quiet(since, 'nor that')

        before = self.on_hand(self.a)
        self.posted('APPROVED', 'delivered')
        self.becomes(lambda: self.picking_states(order) == ['done'], 'delivered: the delivery is validated')
        self.equal(self.on_hand(self.a), before - 2, 'the stock is lower')
        self.ended('APPROVED')
        self.eventually(lambda: self.stock_at_cartona(self.a) == int(self.forecast(self.a['variant'])), 'which Cartona sees as stock',
                        detail=lambda: '%s %s' % (self.stock_at_cartona(self.a), self.forecast(self.a['variant'])))
        self.quiet(since, 'and not as a status')
        self.posted('APPROVED', 'delivered', (200, 'unchanged'))
        self.posted('APPROVED', 'approved', (200, 'unchanged'))

        self.posted('APPROVED', 'cancelled_by_retailer')
        self.ended('APPROVED', 'failed')
        self.equal((self.state(order) in ('sale', 'done'), self.picking_states(order)), (True, ['done']), 'cancelled after delivery: nothing is undone')
        found = self.activities(order)
        self.equal(([a['user_id'][0] for a in found]), [self.find_id('res.users', [('login', '=', 'admin')])], 'an activity for the administrator')
        problem = self.as_odoo_rows("SELECT * FROM cartona.problem WHERE subject = 'APPROVED'")
        self.check(len(problem) == 1 and 'retry_task' in problem[0]['what_to_do'], 'and one problem that says what to do', problem)
        self.as_odoo("SELECT cartona.resolve('APPROVED')")
        self.equal(self.as_odoo_rows("SELECT * FROM cartona.problem WHERE subject = 'APPROVED'"), [], 'until it is seen to')
        self.quiet(since, 'Cartona hears of none of it')

    def refused(self, order):
        """Who does not know the secret is told so, and nothing happens."""
        def all_there_is():
            return (self.state(order), self.pickings(order), self.notes(order), self.tasks('APPROVED'), self.as_odoo_rows(
                "SELECT s.*, (SELECT count(*) FROM cartona.event) AS events, a.last_webhook_at FROM cartona.order_sync s"
                " JOIN cartona.account_state a USING (account_id) WHERE s.hashed_id = 'APPROVED'"))
        before = all_there_is()
        for how, text in (({'secret': SECRET[:-1] + 'A'}, 'a wrong secret'), ({'secret': None}, 'none'),
                          ({'sign': KEY[::-1]}, 'signed with another key')):
            self.equal(self.post({'hashed_id': 'APPROVED', 'status': 'delivered'}, **how), (401, 'refused'), '%s: 401' % text)
        self.equal(all_there_is(), before, 'and nothing changed')

    def tell_signed(self):
        """the webhook, signed: confirmed, and cancelled with its delivery"""
        self.open_webhook()
        order = self.draft('SIGNED')
        since = self.last_request()
        self.posted('SIGNED', 'approved', how={'sign': KEY})
        self.in_time(order, time.monotonic(), 'signed')
        self.ended('SIGNED')
        self.posted('SIGNED', 'cancelled_by_retailer', how={'sign': KEY}, cancellation_reason='أغلق المحل 🙂')
        self.becomes(lambda: (self.state(order), self.picking_states(order)) == ('cancel', ['cancel']), 'order and delivery are cancelled')
        self.ended('SIGNED')
        self.check('أغلق المحل 🙂' in self.notes(order), 'the reason is in the chatter', self.notes(order))
        self.equal(self.activities(order), [], 'nobody has to do anything')
        self.quiet(since, 'Cartona is told nothing')

    def tell_cancelled(self):
        """cancelled: the order and its delivery are cancelled, by the supplier's orders too"""
        order = self.draft('CANCELLED', delivered_by='delivered_by_supplier')
        since = self.last_request()
        self.call('sale.order', 'action_confirm', [order])
        self.eventually(lambda: self.cartona_status('CANCELLED') == 'approved', 'a clerk confirms it, Cartona hears of it')
        self.told('CANCELLED', 'delivered', 'not allowed')
        self.told('CANCELLED', 'cancelled_by_retailer', cancellation_reason='تأخر الطلب <b>')
        self.becomes(lambda: self.state(order) == 'cancel' and self.picking_states(order) == ['cancel'], 'order and delivery are cancelled')
        self.ended('CANCELLED')
        self.check('تأخر الطلب &lt;b&gt;' in self.notes(order), 'the reason is in the chatter', self.notes(order))
        wait_for(lambda: self.server.value("SELECT count(*) FROM cartona.outbox") == '0', 30, 'nothing waits')
        self.equal(self.statuses_sent(since), [('CANCELLED', 'approved')], 'nothing but the confirmation went out')
        draft = self.draft('DRAFT')
        self.told('DRAFT', 'cancelled')
        self.becomes(lambda: self.state(draft) == 'cancel', 'a draft is cancelled, too')

    def tell_returned(self):
        """returned: a note and an activity, nothing else"""
        clerk = self.call('res.users', 'create', {'name': 'سامي', 'login': 'sami', 'company_ids': [(6, 0, [self.company])], 'company_id': self.company})
        order = self.draft('RETURNED')
        self.call('sale.order', 'write', [order], {'user_id': clerk})
        self.told('RETURNED', 'delivered')
        self.ended('RETURNED')
        self.told('RETURNED', 'returned', return_reason='تالف')
        self.ended('RETURNED')
        found = self.activities(order)
        self.check(len(found) == 1 and found[0]['user_id'][0] == clerk and 'تالف' in found[0]['summary'], "an activity for the order's salesperson", found)
        self.equal(self.picking_states(order), ['done'], 'nothing is changed')

    def tell_stock(self):
        """delivered, but not here: a human is asked, once; or the delivery is forced"""
        scarce, lots = self.create_products(2, 50.0, 'نادر')
        self.call('product.template', 'write', [lots['template']], {'tracking': 'lot'})
        self.map_products([scarce, lots])
        self.receive(scarce['variant'], 1)
        order = self.draft('SCARCE', [(scarce, 3, 50.0)])
        self.as_odoo('UPDATE cartona.account SET responsible_user_id = %d' % self.find_id('res.users', [('login', '=', 'demo')]))
        self.told('SCARCE', 'delivered')
        self.ended('SCARCE', 'failed')
        self.equal(self.state(order), 'sale', 'the order is confirmed all the same')
        self.check('done' not in self.picking_states(order), 'nothing is delivered', self.picking_states(order))
        found = self.activities(order)
        self.check(len(found) == 1 and 'نادر 1' in found[0]['summary'] and found[0]['user_id'][0] != 1, 'an activity names the product', found)
        self.equal(found[0]['user_id'][0], self.find_id('res.users', [('login', '=', 'demo')]), "for the account's responsible user")
        task = self.tasks('SCARCE')[-1]
        self.as_odoo('SELECT cartona.retry_task(%d)' % task['id'])
        self.ended('SCARCE', 'failed')
        self.equal(len(self.activities(order)), 1, 'tried again in vain, there is no second activity')
        self.receive(scarce['variant'], 2)
        self.as_odoo('SELECT cartona.retry_task(%d)' % task['id'])
        self.becomes(lambda: self.picking_states(order) == ['done'], 'with the stock there, retry_task() delivers it')
        self.ended('SCARCE')
        self.equal(self.as_odoo_rows("SELECT * FROM cartona.problem WHERE subject = 'SCARCE'"), [], 'and the problem is gone')

        self.as_odoo("UPDATE cartona.account SET deliver_without_stock = 'force', responsible_user_id = NULL")
        order = self.draft('FORCED', [(scarce, 3, 50.0), (self.a, 1, 100.0)])
        self.told('FORCED', 'delivered')
        self.becomes(lambda: self.picking_states(order) == ['done'], "'force' delivers what is not there")
        self.equal(self.on_hand(scarce), -3, 'below zero')
        order = self.draft('LOTS', [(lots, 1, 50.0)])
        self.told('LOTS', 'delivered')
        self.ended('LOTS', 'failed')
        found = self.activities(order)
        self.check(len(found) == 1 and 'نادر 2' in found[0]['summary'], 'but no lot is invented: an activity', found)
        self.as_odoo("UPDATE cartona.account SET deliver_without_stock = 'ask'")

    def tell_steps(self):
        """pick, pack and ship: every step is done"""
        warehouse = self.find_id('stock.warehouse', [('company_id', '=', self.company)])
        self.call('stock.warehouse', 'write', [warehouse], {'delivery_steps': 'pick_pack_ship'})
        order = self.draft('STEPS')
        self.told('STEPS', 'delivered')
        self.becomes(lambda: self.picking_states(order) == ['done'] * 3, 'three pickings are done')
        self.ended('STEPS')
        other = self.draft('STEPS2')
        self.told('STEPS2', 'approved')
        self.ended('STEPS2')
        self.told('STEPS2', 'cancelled')
        self.becomes(lambda: self.state(other) == 'cancel' and set(self.picking_states(other)) == {'cancel'}, 'or all are cancelled')
        self.call('stock.warehouse', 'write', [warehouse], {'delivery_steps': 'ship_only'})

    def tell_locked(self):
        """locked on confirmation: still cancelled when Cartona says so"""
        config = self.call('res.config.settings', 'create', {'group_auto_done_setting': True})
        self.call('res.config.settings', 'execute', [config])
        order = self.draft('LOCKED')
        self.told('LOCKED', 'approved')
        self.ended('LOCKED')
        self.equal(self.state(order), 'done' if self.server.version == '14' else 'sale', 'confirmed and locked')
        since = self.last_request()
        self.told('LOCKED', 'cancelled')
        self.becomes(lambda: self.state(order) == 'cancel', 'cancelled')
        self.quiet(since, 'Cartona is told nothing')
        config = self.call('res.config.settings', 'create', {'group_auto_done_setting': False})
        self.call('res.config.settings', 'execute', [config])

    def tell_clerk(self):
        """a clerk is faster than the task"""
        self.call('ir.cron', 'write', [self.cron()], {'active': False})
        self.waiting = True
        ours = self.draft('FAST')
        theirs = self.draft('FAST2', delivered_by='delivered_by_supplier')
        late = self.draft('FAST3', delivered_by='delivered_by_supplier')
        since = self.last_request()
        self.told('FAST', 'approved')
        self.told('FAST2', 'cancelled_by_retailer')
        self.told('FAST3', 'cancelled_by_retailer')
        self.call('sale.order', 'action_confirm', [late])
        self.call('sale.order', 'action_confirm', [ours])
        self.call('sale.order', 'action_cancel', [theirs], context={'disable_cancel_warning': True})
        self.call('ir.cron', 'write', [self.cron()], {'active': True})
        self.waiting = False
        self.as_odoo('SELECT cartona._wake()')
        self.ended('FAST')
        self.ended('FAST2')
        self.ended('FAST3')
        self.equal((self.state(ours), len(self.pickings(ours)), self.state(theirs)), ('sale', 1, 'cancel'), 'each thing is done once')
        self.equal((self.state(late), self.picking_states(late)), ('cancel', ['cancel']), 'what a clerk confirmed in vain is cancelled')
        self.quiet(since, 'and Cartona is told nothing')
        self.equal(self.as_odoo_rows("SELECT * FROM cartona.problem WHERE subject LIKE 'FAST%'"), [], 'nothing is a problem')

    def tell_life(self):
        """a whole life in delivered_by_cartona, by the pull: what crossed, and no more"""
        wait_for(lambda: self.server.value('SELECT count(*) FROM cartona.outbox') == '0' and
                 self.server.value('SELECT count(*) FROM cartona.delivery') == '0', 60, 'nothing waits')
        since = self.last_request()
        order = self.draft('LIFE', status='approved')
        self.becomes(lambda: self.picking_states(order), 'approved before it was imported: confirmed')
        self.ended('LIFE')
        wait_for(lambda: self.cartona_order('LIFE')['synced'], 30, 'it is acknowledged')
        for status in ('assigned_to_salesman', 'delivered'):
            self.simulator.control('POST', 'orders/LIFE', {'status': status, 'synced': False})
            self.pull()
            self.eventually(lambda: self.server.value(
                "SELECT known_status FROM cartona.order_sync WHERE hashed_id = 'LIFE'") == status, '%s is pulled' % status)
            self.ended('LIFE')
        self.equal(self.picking_states(order), ['done'], 'it is delivered in Odoo')
        wait_for(lambda: self.server.value('SELECT count(*) FROM cartona.outbox') == '0', 30, 'nothing waits')
        # an order that is offered again after a minute is acknowledged again
        self.equal(set(self.told_cartona(since)), {('LIFE', 'synced')}, 'of the order Cartona heard nothing but that it is here')
        rest = [r for r in self.crossed(since) if 'update-order-status' not in r['path']]
        self.equal({(r['method'], r['path'].rsplit('/', 1)[1], item['supplier_product_id']) for r in rest for item in self.items(r)},
                   {('POST', 'bulk-update', self.a['sku'])}, 'and the stock of its product: nothing else crossed')


CHAPTERS = ('webhook', 'signed', 'cancelled', 'returned', 'stock', 'steps', 'locked', 'clerk', 'life')


if __name__ == '__main__':
    run(Events, CHAPTERS, __doc__)
