"""Two chapters of the story: a retailer asks to be forgotten, and what is old goes by itself.

Role: whatever Cartona said of a retailer is looked for in every column of every
table of this extension, before (so that the looking is known to find) and after;
Odoo's own records stay as they were, and open.

Neighbours: story.py, which tells them; clerks.py (what people do); sql/forget.sql
and test/t/015_watch.pl (each table, case by case).
"""
import json

from clerks import ACCOUNTANT, SALESMAN, STOREMAN, Subject
from odoo_server import quote, wait_for
from stage import PULL_PATH, SECONDS, STATUS_PATH, Stage

PASSWORD = '739155026814'
RETAILER = {
    'retailer_code': 'R-FORGET', 'retailer_name': 'سوبر ماركت الدكتور ياسر 🛒', 'retailer_number': '+201119876543',
    'retailer_number2': '01229876543', 'retailer_email': 'yasser.forget@example.com',
    'retailer_address': '١٧ شارع النيل، المنصورة', 'address_notes': 'بجوار صيدلية الشفاء'}
MOVED = dict(RETAILER, retailer_address='٩٩ شارع الجيش، طلخا', retailer_number='+201155544433')
NOTE = 'اتصل بياسر قبل الوصول بربع ساعة'
COMMENT = 'لياسر شخصيًا'
REASON = 'ياسر سافر إلى أخته'
SAID = [v for r in (RETAILER, MOVED) for k, v in r.items() if k != 'retailer_code'] + [NOTE, COMMENT, REASON, PASSWORD]


class Forgotten(Stage):
    # ---------------------------------------------------------------- looking

    def where(self, texts=SAID):
        """The columns of this extension's tables (and of its screens') that hold any of the texts: {column: texts}."""
        columns = self.server.rows(
            "SELECT c.oid::regclass::text AS relation, a.attname AS name, a.atttypid = 'bytea'::regtype AS bytes"
            " FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped"
            " WHERE c.relkind IN ('r', 'p', 'v', 'm') AND (c.relnamespace = 'cartona'::regnamespace OR c.relname LIKE 'x\\_cartona%')")
        # also as JSON writes what is not ASCII
        written = ', '.join('(%s, %s)' % (quote(text), quote(form)) for text in texts
                            for form in {text, json.dumps(text)[1:-1], json.dumps(text)[1:-1].upper().replace('\\U', '\\u')})
        looks = ['SELECT %s AS place, s.text FROM (VALUES %s) s (text, form) WHERE EXISTS (SELECT FROM %s t WHERE strpos(%s, s.form) > 0)' % (
            quote('%s.%s' % (c['relation'], c['name'])), written, c['relation'],
            ("encode(t.%s, 'escape')" if c['bytes'] else 't.%s::text') % ('"%s"' % c['name'])) for c in columns]
        found = {}
        for row in self.server.rows(' UNION ALL '.join(looks)):
            found.setdefault(row['place'], set()).add(row['text'])
        return found

    def settled(self):
        wait_for(lambda: self.server.value(
            "SELECT (SELECT count(*) FROM cartona.outbox) + (SELECT count(*) FROM cartona.delivery)"
            " + (SELECT count(*) FROM cartona.inbox WHERE state = 'new')") == '0', SECONDS * 2, 'everything is settled', 0.2)

    def records(self, subject):
        """What each person sees of an order: its forms, its printed papers."""
        seen = {}
        for login, model, ids in (
                (SALESMAN, 'sale.order', [subject.order]), (SALESMAN, 'res.partner', [subject.partner]),
                (STOREMAN, 'stock.picking', self.pickings_of(subject)), (ACCOUNTANT, 'account.move', self.clerks.invoices(subject))):
            seen[model] = self.clerks.read(subject, model, ids, self.clerks.form(subject, model, login), login)
        for login, report, ids in (
                (SALESMAN, 'sale.report_saleorder', [subject.order]), (STOREMAN, 'stock.report_deliveryslip', self.pickings_of(subject)),
                (ACCOUNTANT, 'account.report_invoice', self.clerks.invoices(subject))):
            for record in ids:
                seen[report, record] = self.clerks.page('/report/html/%s/%d' % (report, record), login)
        return seen

    def pickings_of(self, subject):
        return self.clerks.call(subject, 'stock.picking', 'search', [('sale_id', '=', subject.order)], login=STOREMAN, order='id')

    # ----------------------------------------------------------------- acting

    def arrive(self, hashed_id, retailer=RETAILER, **more):
        order = self.order(hashed_id, [(self.a, 2, 90)], retailer=retailer, note_message=NOTE, **more)
        order['order_details'][0]['comment'] = COMMENT
        made = self.import_orders([order])[hashed_id]
        self.settled()
        return Subject(made, self.read_one('sale.order', made, ['partner_id'])['partner_id'][0], self.company)

    def over(self, hashed_id, status):
        self.eventually(lambda: self.cartona_status(hashed_id) == status, '%s is %s' % (hashed_id, status), detail=self.trouble)
        self.settled()

    def refused(self):
        """An order whose confirmation Cartona refuses, with words about the retailer; then he cancels it."""
        self.fault(match={'path': STATUS_PATH + '/FORGET-REFUSED', 'body': 'approved'}, fault='status', status=422, body=json.dumps(
            {'error': 'لا يمكن لـ %s (%s)' % (RETAILER['retailer_name'], RETAILER['retailer_number'])}, ensure_ascii=False))
        subject = self.arrive('FORGET-REFUSED')
        self.clerks.confirm(subject)
        wait_for(lambda: self.server.value("SELECT count(*) FROM cartona.dead_letter WHERE ref = 'FORGET-REFUSED'") == '1', SECONDS,
                 'a dead letter')
        self.simulator.control('DELETE', 'faults')
        self.as_odoo('SELECT cartona.receive_order_status(%s)' % quote(json.dumps(
            {'hashed_id': 'FORGET-REFUSED', 'status': 'cancelled_by_retailer', 'cancellation_reason': REASON})))

        def cancelled():
            if self.server.version == '14':
                self.call('ir.cron', 'method_direct_trigger', [int(self.server.value(
                    "SELECT res_id FROM ir_model_data WHERE module = '__cartona__' AND name = 'task_cron'"))])
            return self.clerks.of_order(subject, 'state') == 'cancel'
        self.eventually(cancelled, 'the retailer cancels it', 75, self.trouble)

    def unreadable(self):
        """A page of a pull that is no list of orders, with his name in it."""
        self.fault(match={'path': PULL_PATH}, fault='status', status=200, times=1,
                   body=json.dumps([{'status': 'pending', 'retailer': RETAILER}]))
        self.pull()
        wait_for(lambda: self.server.value("SELECT count(*) FROM cartona.inbox_page WHERE body LIKE '%R-FORGET%'") == '1', SECONDS,
                 'the page is kept')

    # --------------------------------------------------------------- chapters

    def tell_forgotten(self):
        """a retailer is forgotten: nothing of him is left here, and Odoo keeps its records"""
        self.hire_clerks()
        subject = self.arrive('FORGET-DONE', installment_cost=10, retailer_otp=PASSWORD, pickup_otp=PASSWORD)
        self.clerks.confirm(subject)
        self.clerks.deliver(subject)
        self.as_odoo('UPDATE sale_order SET cartona_otp = %s WHERE id = %d' % (quote(PASSWORD), subject.order))
        self.over('FORGET-DONE', 'delivered')
        self.equal((self.where([PASSWORD]), self.server.value('SELECT count(*) FROM sale_order WHERE cartona_otp IS NOT NULL')), ({}, '0'),
                   'delivered: the one-time password is in no table')
        self.clerks.invoice(subject)
        self.clerks.post(subject)
        self.refused()
        self.unreadable()
        # a clerk corrected the address, so the next one becomes a delivery address below him
        self.call('res.partner', 'write', [subject.partner], {'street': 'شارع آخر'})
        under_way = self.arrive('FORGET-OPEN', retailer=MOVED)
        places = self.where()
        expected = {'cartona.inbox.payload', 'cartona.customer.sent', 'cartona.order_sync.lines', 'cartona.dead_letter.error',
                    'cartona.log.message', 'cartona.inbox_page.body'}
        self.check(expected <= set(places), 'until then he is in %s' % ', '.join(sorted(places)), expected - set(places))
        self.equal(set(SAID) - set().union(*places.values()), {PASSWORD}, 'and everything that was said of him is found')

        before = self.records(subject)
        answer = self.forget()
        address = self.read_one('sale.order', under_way.order, ['partner_shipping_id'])['partner_shipping_id'][0]
        self.equal((answer['orders'], answer['orders_left'], sorted(answer['odoo_partners'])), (2, 1, sorted([subject.partner, address])),
                   'forget(): two orders, one is still under way, and which customer and address to anonymise in Odoo')
        self.check(subject.partner != address, 'which are two')
        self.equal(self.where([RETAILER['retailer_address'], REASON]), {}, 'what only the orders said that are over is gone')
        self.check({MOVED['retailer_address'], NOTE} <= set().union(*self.where().values()), 'what the other one needs is there')
        self.clerks.cancel(under_way)
        self.over('FORGET-OPEN', 'cancelled_by_supplier')
        self.equal(self.forget()['orders_left'], 0, 'cancelled, and again: none is left')
        self.equal(self.where(), {}, 'no column of any table has anything of him')
        self.equal(self.records(subject), before, 'order, customer, delivery and invoice are in Odoo as they were, and are printed')
        self.equal(self.records(under_way)['sale.order'][0]['state'], 'cancel', 'and the cancelled one opens')
        self.come_back(subject, address)

    def forget(self):
        return self.as_odoo_rows("SELECT cartona.forget('R-FORGET') AS answer")[0]['answer']

    def come_back(self, subject, address):
        """Anonymised in Odoo, too; then he orders again."""
        for partner in (subject.partner, address):
            self.call('res.partner', 'write', [partner], {'name': 'محذوف', 'phone': False, 'street': False, 'street2': False, 'email': False})
        orders = self.call('sale.order', 'search_count', [])
        self.simulator.control('POST', 'orders/FORGET-DONE', {'synced': False})
        again = self.arrive('FORGET-AGAIN', retailer=MOVED)
        self.equal(self.call('sale.order', 'search_count', []), orders + 1, 'he orders again: one order more, none of the old ones twice')
        self.equal((again.partner, self.server.value("SELECT count(*) FROM res_partner WHERE cartona_id = 'retailer_R-FORGET'")),
                   (subject.partner, '1'), 'it is the same customer')
        self.clerks.confirm(again)
        self.clerks.deliver(again)
        self.over('FORGET-AGAIN', 'delivered')
        self.clerks.invoice(again)
        self.equal(self.clerks.post(again), ['posted'], 'confirmed, delivered, told to Cartona and invoiced')

    def tell_retention(self):
        """what is old goes by itself: log, personal data, but no order"""
        self.hire_clerks()
        subject = self.arrive('OLD', retailer=dict(MOVED, retailer_code='R-OLD'))
        self.clerks.confirm(subject)
        self.clerks.deliver(subject)
        self.over('OLD', 'delivered')
        self.clerks.invoice(subject)
        self.clerks.post(subject)
        before = self.records(subject)
        self.check({'cartona.inbox.payload', 'cartona.order_sync.lines', 'cartona.customer.sent'} <= set(self.where()), 'it is there', self.where())
        # as if a year had gone by since anything was heard
        self.server.sql("UPDATE cartona.inbox SET applied_at = applied_at - interval '13 months', seen_at = seen_at - interval '13 months';"
                        "UPDATE cartona.order_sync SET known_at = known_at - interval '13 months', ordered_at = ordered_at - interval '13 months';"
                        "UPDATE cartona.log SET at = at - interval '13 months'; UPDATE cartona.inbox_page SET received_at = received_at - interval '13 months';"
                        "UPDATE cartona.odoo_task SET done_at = done_at - interval '13 months'")
        # a worker that starts looks at once, and then once a day
        self.server.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type LIKE 'cartona sync%'")
        self.eventually(lambda: self.where() == {}, 'a worker that starts removes it: no column of any table has anything of it', SECONDS * 3, self.where)
        self.equal(self.server.value("SELECT count(*) FROM cartona.log WHERE at < now() - interval '30 days'"), '0', 'nor is the old log')
        self.equal(self.records(subject), before, 'order, customer, delivery and invoice are in Odoo as they were, and are printed')
        orders = self.call('sale.order', 'search_count', [])
        self.simulator.control('POST', 'orders/OLD', {'synced': False})
        self.arrive('NEW', retailer=dict(MOVED, retailer_code='R-OLD'))
        self.equal(self.call('sale.order', 'search_count', []), orders + 1, 'and what Cartona offers again is not imported again')
