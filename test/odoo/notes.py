#!/usr/bin/env python3
"""What Cartona adds to an order, seen through a real Odoo.

Role: one order with everything in it, hostile texts included, is imported;
then a sales clerk looks at it: the form's fields, the chatter, the printed
quotation, the delivery.  The note in the chatter is compared, column by column,
with one that Odoo logs itself.

Neighbours: odoo_server.py (Odoo, PostgreSQL, the extension), check.sh; the
wording is tested by sql/notes.sql.

Failure: a "not ok" line for each check; the exit code is 1 when there is any and
75 when no Debian mirror can be reached.
"""
import argparse
import json
import sys

import odoo_server
from odoo_server import OdooServer, quote

ORDER = {
    'hashed_id': 'notes-1', 'receipt_id': '<R&1>', 'supplier_code': 'SUP-7', 'status': 'pending',
    'delivered_by': 'delivered_by_supplier', 'estimated_delivery_day': '2031-01-05', 'distribution_route_code': 'R-12',
    'note_message': 'Ring twice\n<script>alert("note")</script>',
    'retailer_otp': 'secret-4242', 'pickup_otp': 'secret-2424',
    'total_price': 1, 'cartona_credit': '20.50', 'wallet_top_up': 5,
    'retailer': {'retailer_code': 'N1', 'retailer_name': 'Shop of notes', 'retailer_number': '01001112223'},
}
# Another value for each message, and no fault of the note's.
OWN = {'id', 'res_id', 'body', 'date', 'author_id', 'email_from', 'reply_to', 'message_id',
       'create_uid', 'create_date', 'write_uid', 'write_date'}


class Checks:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, good, text, detail=None):
        self.passed += bool(good)
        self.failed += not good
        print('%s %d - %s' % ('ok' if good else 'not ok', self.passed + self.failed, text), flush=True)
        if not good and detail is not None:
            print('#   ' + str(detail)[:3000].replace('\n', '\n#   '), flush=True)

    def equal(self, got, expected, text):
        self.check(got == expected, text, 'got:      %r\nexpected: %r' % (got, expected))


class Browser:
    """A clerk's web session."""

    def __init__(self, server, login):
        self.server = server
        self.cookie = ''
        _, headers, _ = self.json('/web/session/authenticate',
                                  {'db': server.database, 'login': login, 'password': login})
        self.cookie = '; '.join(c.split(';')[0] for c in headers.get_all('Set-Cookie'))

    def json(self, path, params):
        status, headers, body = self.server.request(
            'POST', path, json.dumps({'jsonrpc': '2.0', 'method': 'call', 'id': 1, 'params': params}),
            {'Content-Type': 'application/json', 'Cookie': self.cookie})
        answer = json.loads(body)
        if status != 200 or 'error' in answer:
            raise odoo_server.OdooError(str(answer.get('error', status))[:2000])
        return answer['result'], headers, status

    def get(self, path):
        status, _, body = self.server.request('GET', path, headers={'Cookie': self.cookie})
        return status, body.decode()

    def chatter(self, order):
        """The messages the web client shows below the order."""
        if self.server.version == '14':
            return self.json('/web/dataset/call_kw', {
                'model': 'mail.message', 'method': 'message_fetch', 'kwargs': {},
                'args': [[['model', '=', 'sale.order'], ['res_id', '=', order]]]})[0]
        found = self.json('/mail/thread/messages', {'thread_model': 'sale.order', 'thread_id': order})[0]
        return found['data']['mail.message']


def import_order(server):
    """The order, imported; its product is a storable one of the demo data."""
    product = server.search_read('product.product', [['sale_ok', '=', True], ['type', '!=', 'service']],
                                 ['id'], kw={'limit': 1})[0]['id']
    lines = [{'id': 1, 'internal_product_id': str(product), 'product_name': '<b>Thing</b>', 'amount': 2,
              'selling_price': 20, 'applied_supplier_discount': '2.50', 'comment': 'the green one\n<i>not</i> the red'},
             {'id': 2, 'internal_product_id': '99999999', 'product_name': '<u>Lost</u>', 'amount': 1, 'selling_price': 7}]
    currency = server.value('SELECT cu.name FROM res_company c JOIN res_currency cu ON cu.id = c.currency_id WHERE c.id = 1')
    server.sql('UPDATE cartona.account SET currency = ' + quote(currency))
    return int(server.value('SELECT cartona.create_or_update_order(%s::jsonb)'
                            % quote(json.dumps(dict(ORDER, order_details=lines))), odoo_server.ROLE))


def look_at_fields(server, checks, order):
    record = server.read('sale.order', [order], ['commitment_date', 'source_id', 'origin', 'client_order_ref', 'note',
                                                 'order_line'], login='demo')[0]
    checks.equal(record['commitment_date'], '2031-01-05 12:00:00', 'the delivery date is the day Cartona promised')
    checks.equal(record['source_id'] and record['source_id'][1], 'Cartona', 'the UTM source is Cartona')
    checks.equal((record['origin'], record['client_order_ref']), ('Cartona', '<R&1>'), 'origin and customer reference')
    checks.check('20.50' in record['note'] and 'Ring twice' in record['note'], 'the note has the payment and the customer\'s words',
                 record['note'])
    line = server.read('sale.order.line', record['order_line'], ['name'], login='demo')[0]
    checks.check(line['name'].endswith('\nthe green one\n<i>not</i> the red'), 'the comment is below the product\'s name', line)


def look_at_chatter(server, checks, order):
    shown = Browser(server, 'demo').chatter(order)
    checks.equal(len(shown), 1, 'the clerk sees one message in the chatter')
    body = json.dumps(shown, ensure_ascii=False)
    for text in ('notes-1', 'SUP-7', '2031-01-05', 'R-12', '20.50', '2.50', '99999999', '40.00 USD'):
        checks.check(text in body, 'the chatter says %s' % text, body)
    checks.check('<script' not in body and '<u>' not in body and '&lt;u&gt;Lost' in body, 'what came from outside is escaped', body)
    message = server.rows("SELECT * FROM mail_message WHERE model = 'sale.order' AND res_id = %d" % order)[0]
    body = message['body']
    server.call('mail.message', 'write', [[message['id']], {'body': body}])
    checks.equal(server.value('SELECT body FROM mail_message WHERE id = %d' % message['id']), body,
                 'Odoo\'s own cleaning of HTML changes nothing in it')
    return message


def compare_with_log(server, checks, order, message):
    """Odoo logs the creation of an order made through its own API."""
    partner = server.read('sale.order', [order], ['partner_id'])[0]['partner_id'][0]
    other = server.call('sale.order', 'create', [{'partner_id': partner}])
    logged = server.rows("SELECT * FROM mail_message WHERE model = 'sale.order' AND res_id = %d ORDER BY id LIMIT 1" % other)[0]
    for column in sorted(set(message) - OWN):
        checks.equal(message[column], logged[column], 'mail_message.%s is as in Odoo\'s own log note' % column)
    bot = server.value("SELECT res_id FROM ir_model_data WHERE module = 'base' AND name = 'partner_root'")
    checks.equal(str(message['author_id']), bot, 'OdooBot wrote it')
    for table, column in (('mail_mail', 'mail_message_id'),
                          ('mail_notification' if server.version != '14' else 'mail_message_res_partner_needaction_rel',
                           'mail_message_id')):
        checks.equal(server.value('SELECT count(*) FROM %s WHERE %s = %d' % (table, column, message['id'])), '0',
                     'nobody is notified (%s)' % table)
    checks.equal(server.value("SELECT count(*) FROM mail_followers WHERE res_model = 'sale.order' AND res_id = %d" % order), '0',
                 'nobody follows the order because of it')


def look_at_paper(server, checks, order):
    status, page = Browser(server, 'admin').get('/report/html/sale.report_saleorder/%d' % order)
    checks.equal(status, 200, 'the quotation can be printed')
    checks.check('20.50' in page and 'Ring twice' in page and 'the green one' in page, 'payment, note and comment are on it')
    checks.check('&lt;script&gt;alert' in page and '<script>alert' not in page, 'a script is text on it')
    checks.check('99999999' not in page, 'what is for the clerk is not on it')
    checks.check('secret-' not in page, 'no one-time password is on it')


def deliver(server, checks, order):
    server.call('sale.order', 'action_confirm', [[order]])
    picking = server.search_read('stock.picking', [['sale_id', '=', order]], ['date_deadline'])[0]
    checks.equal(picking['date_deadline'], '2031-01-05 12:00:00', 'the delivery is due on that day')


def look(server, checks):
    server.sql('CREATE EXTENSION cartona_integration; SELECT cartona.attach(); SELECT cartona.attach()', odoo_server.ROLE)
    checks.equal(server.value("SELECT count(*) FROM utm_source WHERE name = 'Cartona'"), '1', 'one UTM source is made')
    server.start_odoo()
    order = import_order(server)
    look_at_fields(server, checks, order)
    message = look_at_chatter(server, checks, order)
    compare_with_log(server, checks, order, message)
    look_at_paper(server, checks, order)
    deliver(server, checks, order)
    secret = server.value("SELECT count(*) FROM mail_message WHERE body LIKE '%secret-%'")
    checks.equal(secret, '0', 'no one-time password is in any chatter')
    with open(server.log_dir + '/odoo.log') as log:
        errors = [line for line in log if ' ERROR ' in line or ' CRITICAL ' in line]
    checks.check(not errors, 'Odoo has logged no error', ''.join(errors[:10]))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--version', default='19', choices=sorted(odoo_server.POSTGRES))
    args = parser.parse_args()
    odoo_server.need_root()
    odoo_server.stop_on_signals()
    checks = Checks()
    try:
        with OdooServer(args.version, settings={'cartona.databases': ''}) as server:
            look(server, checks)
    except odoo_server.NoMirror:
        sys.exit(odoo_server.EX_TEMPFAIL)
    print('%d passed, %d failed' % (checks.passed, checks.failed))
    sys.exit(1 if checks.failed else 0)


if __name__ == '__main__':
    main()
