#!/usr/bin/env python3
"""What people do with an order, each through Odoo's own API and with his own rights.

Role: one method for each thing a clerk does, the same for an imported order
and for its twin; it returns what he sees.  The salesman sees his own and
nobody's documents and is no administrator, the accountant posts, the storeman
delivers; each of them in the order's company only.

Neighbours: odoo_server.py (calls and requests), life.py (what is done in which order).

Failure: what Odoo refuses is raised as OdooError with Odoo's own words.
"""
import html
import json
import re
import urllib.parse

from odoo_server import Failed, OdooError

SALESMAN, ACCOUNTANT, STOREMAN = 'life_sales', 'life_account', 'life_stock'
GROUPS = {
    SALESMAN: ('sales_team.group_sale_salesman', 'base.group_allow_export'),
    ACCOUNTANT: ('account.group_account_invoice',),
    STOREMAN: ('stock.group_stock_user',),
}
# Not compared: who and when, what hangs on a record but is no part of it, and
# pictures that Odoo draws from the id.
UNREAD = re.compile(r'^(message_|activity_|website_message|rating_|avatar_|image_|create_|write_'
                    r'|__last_update|access_|signup_|my_activity|user_ids$|self$|partner_gid$'
                    r'|tz_offset|technical_price_unit$|has_message$|edi_document|highest_name$'
                    r'|sequence_number$|string_to_hash$|\w+_widget$)')


class Subject:
    """An order in somebody's hands: the imported one or its twin."""

    def __init__(self, order, partner, company, is_twin=False):
        self.order, self.partner, self.company = order, partner, company
        self.is_twin = is_twin
        self.owned = None       # rows.Owned, as of the last look


class Clerks:
    def __init__(self, server):
        self.server = server
        self.old = server.version == '14'
        self.sessions = {}
        self.fields = {}
        self.readable = {}
        self.forms = {}
        self.hidden = {}

    # ------------------------------------------------------------------ means

    def call(self, subject, model, method, *args, **kw):
        login = kw.pop('login', SALESMAN)
        context = dict({'allowed_company_ids': [subject.company]}, **kw.pop('context', {}))
        return self.server.call(model, method, args, dict(kw, context=context), login=login)

    def page(self, path, login=None):
        """A page as a browser gets it: its text."""
        headers = {}
        if login:
            if login not in self.sessions:
                _, answer, _ = self.server.request(
                    'POST', '/web/session/authenticate', json.dumps({'jsonrpc': '2.0', 'params': {
                        'db': self.server.database, 'login': login, 'password': login}}),
                    {'Content-Type': 'application/json'})
                self.sessions[login] = re.search(r'session_id=[^;]+', answer['Set-Cookie']).group()
            headers['Cookie'] = self.sessions[login]
        status, answer, body = self.server.request('GET', path, headers=headers)
        if status != 200:
            raise Failed('%s: HTTP status %d, %s' % (path, status, answer.get('Location')))
        return page_text(body.decode())

    def meta(self, subject, model, login):
        key = (model, login)
        if key not in self.fields:
            # Odoo refuses the whole record for the sake of lines of a model
            # that this person may not see; a form has those fields for others only.
            self.fields[key] = {
                name: field for name, field in self.call(
                    subject, model, 'fields_get', login=login, attributes=['type', 'relation']).items()
                if field['type'] not in ('one2many', 'many2many')
                or self.may_read(subject, field['relation'], login)}
        return self.fields[key]

    def may_read(self, subject, model, login):
        key = (model, login)
        if key not in self.readable:
            try:
                self.readable[key] = self.call(
                    subject, model, 'check_access_rights', 'read', raise_exception=False, login=login) \
                    if self.old else self.call(subject, model, 'has_access', [], 'read', login=login)
            except OdooError:
                self.readable[key] = False
        return self.readable[key]

    def records(self, subject, model, ids, login=SALESMAN, names=()):
        """Every field of records that this person may read, ids as places."""
        meta = self.meta(subject, model, login)
        owned = subject.owned
        made = []
        for record in self.read(subject, model, ids, [n for n in names or meta if n in meta], login):
            values = {}
            for name, value in record.items():
                kind = meta.get(name, {'type': 'integer'})
                table = (kind.get('relation') or model).replace('.', '_')
                if name == 'id' or kind['type'] == 'many2one_reference':
                    value = owned.id(table, value)
                elif kind['type'] == 'many2one' and value:
                    value = [owned.id(table, value[0]), owned.text(value[1])]
                elif kind['type'] in ('one2many', 'many2many'):
                    value = [owned.id(table, v) for v in value]
                else:
                    value = owned.plain(value)
                values[name] = value
            made.append(values)
        return made

    def read(self, subject, model, ids, names, login):
        """Read what can be read: some computed fields look at what this person may not see.

        Which ones those are is learned from the twin; with the import nothing is forgiven."""
        hidden = self.hidden.setdefault((model, login), set())
        names = [n for n in names if n not in hidden and not UNREAD.match(n)]
        if not names:
            return [{} for _ in ids]
        try:
            return self.call(subject, model, 'read', ids, names, login=login)
        except OdooError as problem:
            if not subject.is_twin or not re.search(r'AccessError|keys must be str', str(problem)):
                raise
        if len(names) == 1:
            hidden.add(names[0])
        half = len(names) // 2
        parts = [self.read(subject, model, ids, part, login) for part in (names[:half], names[half:])]
        return [dict(a, **b) for a, b in zip(*parts)]

    def of_order(self, subject, *names):
        found = self.call(subject, 'sale.order', 'read', [subject.order], list(names))[0]
        return found[names[0]] if len(names) == 1 else [found[name] for name in names]

    # ------------------------------------------------------------- the salesman

    def open(self, subject):
        """every field of order, lines and customer, and the form that shows them"""
        self.form(subject, 'sale.order', SALESMAN)
        lines = self.of_order(subject, 'order_line')
        return {'order': self.records(subject, 'sale.order', [subject.order]),
                'lines': self.records(subject, 'sale.order.line', lines),
                'customer': self.records(subject, 'res.partner', [subject.partner])}

    def form(self, subject, model, login):
        """The fields of a form, as this person gets it."""
        if (model, login) not in self.forms:
            if self.old:
                views = self.call(subject, model, 'load_views', [[False, 'form']], login=login)
                arch = views['fields_views']['form']['arch']
            else:
                arch = self.call(subject, model, 'get_views', [[False, 'form']],
                                 login=login)['views']['form']['arch']
            self.forms[model, login] = sorted(set(re.findall(r'<field name="(\w+)"', arch))
                                              & set(self.meta(subject, model, login)))
        return self.forms[model, login]

    def find_customer(self, subject):
        name, phone = (self.call(subject, 'res.partner', 'read', [subject.partner],
                                 ['name', 'phone'])[0][n] for n in ('name', 'phone'))
        meta = self.meta(subject, 'res.partner', SALESMAN)
        typed = [[('name', 'ilike', name)], [('phone', 'ilike', phone)]]
        if 'phone_mobile_search' in meta:
            typed.append([('phone_mobile_search', 'ilike', phone)])
        found = {'typed name': subject.partner in [
            p[0] for p in self.call(subject, 'res.partner', 'name_search', name, limit=100)]}
        for domain in typed:
            found[domain[0][0]] = subject.partner in self.call(subject, 'res.partner', 'search', domain)
        found['its orders'] = subject.order in self.call(
            subject, 'sale.order', 'search', [('partner_id', 'ilike', name)])
        found['below it'] = subject.order in self.call(
            subject, 'sale.order', 'search', [('partner_id', 'child_of', [subject.partner])])
        return found

    def print_order(self, subject):
        return self.report(subject, 'sale.report_saleorder', subject.order, SALESMAN)

    def report(self, subject, report, record, login):
        context = urllib.parse.quote(json.dumps({'allowed_company_ids': [subject.company]}))
        return subject.owned.text(self.page(
            '/report/html/%s/%d?context=%s' % (report, record, context), login))

    def mail(self, subject):
        """the window for a mail opens, filled from its template"""
        action = self.call(subject, 'sale.order', 'action_quotation_send', [subject.order])
        context = dict(action['context'], active_model='sale.order', active_id=subject.order,
                       active_ids=[subject.order])
        model = action['res_model']
        if self.old:
            template = context['default_template_id']
            values = self.call(subject, model, 'onchange_template_id', [], template, 'comment',
                               'sale.order', subject.order, context=context)['value']
            values.pop('attachment_ids', None)      # made anew each time
        else:
            wizard = self.call(subject, model, 'create', [{}], context=context)
            values = self.call(subject, model, 'read', wizard,
                               ['subject', 'body', 'partner_ids', 'email_from'], context=context)[0]
            values.pop('id')
        values['body'] = page_text(values['body'])
        values['partner_ids'] = [subject.owned.id('res_partner', p[1] if isinstance(p, (list, tuple)) else p)
                                 for p in values.get('partner_ids', [])]
        return subject.owned.plain(values)

    def portal(self, subject):
        """the customer's page, by the link he is sent"""
        url = self.call(subject, 'sale.order', 'get_portal_url', [subject.order])
        return subject.owned.text(self.page(url))

    def export(self, subject):
        names = ['name', 'partner_id/name', 'partner_id/country_id/name', 'client_order_ref',
                 'order_line/name', 'order_line/product_id/name', 'order_line/product_uom_qty',
                 'order_line/price_total', 'amount_total', 'company_id/name', 'warehouse_id/name']
        return subject.owned.plain(
            self.call(subject, 'sale.order', 'export_data', [subject.order], names)['datas'])

    def group(self, subject):
        domain = [('id', '=', subject.order)]
        made = []
        for by in ('partner_id', 'state', 'date_order:month', 'user_id', 'team_id', 'company_id',
                   'invoice_status'):
            if self.old:
                found = self.call(subject, 'sale.order', 'read_group', domain, ['amount_total'], [by])
            else:
                found = self.call(subject, 'sale.order', 'web_read_group', domain, [by],
                                  ['amount_total:sum', '__count'])['groups']
            for row in found:
                row.pop('__domain', None)
                row.pop('__extra_domain', None)
                if by == 'partner_id':
                    row[by] = [subject.owned.id('res_partner', row[by][0]), row[by][1]]
            made.append(found)
        return made

    def analysis(self, subject):
        """the lines in the sales analysis"""
        domain = [('order_id', '=', subject.order)] if self.old else \
            [('order_reference', '=', 'sale.order,%d' % subject.order)]
        meta = self.meta(subject, 'sale.report', SALESMAN)
        names = [n for n in meta if n not in ('id', 'display_name', 'order_id', 'order_reference')]
        rows = self.call(subject, 'sale.report', 'search_read', domain, names)
        for row in rows:
            row.pop('id')
            for name, value in row.items():
                table = (meta.get(name, {}).get('relation') or '').replace('.', '_')
                if table and value:
                    row[name] = [subject.owned.id(table, value[0]), subject.owned.text(value[1])]
                else:
                    row[name] = subject.owned.plain(value)
        return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))

    def edit(self, subject, product):
        """two more of the first, ten per cent off the second, the third away, a new one"""
        lines = self.of_order(subject, 'order_line')
        quantity = self.call(subject, 'sale.order.line', 'read', lines[:1],
                             ['product_uom_qty'])[0]['product_uom_qty']
        commands = [(1, lines[0], {'product_uom_qty': quantity + 2}),
                    (0, 0, {'product_id': product, 'product_uom_qty': 3})]
        if len(lines) > 1:
            commands.append((1, lines[1], {'discount': 10}))
        if len(lines) > 2:
            commands.append((2, lines[2]))
        self.call(subject, 'sale.order', 'write', [subject.order], {'order_line': commands})
        return self.of_order(subject, 'amount_untaxed', 'amount_tax', 'amount_total')

    def send(self, subject):
        return self.call(subject, 'sale.order', 'action_quotation_sent', [subject.order])

    def confirm(self, subject):
        self.call(subject, 'sale.order', 'action_confirm', [subject.order])
        return self.of_order(subject, 'state')

    def cancel(self, subject):
        self.call(subject, 'sale.order', 'action_cancel', [subject.order],
                  context={'disable_cancel_warning': True})
        return self.of_order(subject, 'state')

    def to_draft(self, subject):
        self.call(subject, 'sale.order', 'action_draft', [subject.order])
        return self.of_order(subject, 'state')

    def lock(self, subject):
        self.call(subject, 'sale.order', 'action_done' if self.old else 'action_lock', [subject.order])
        return self.of_order(subject, 'state')

    def unlock(self, subject):
        self.call(subject, 'sale.order', 'action_unlock', [subject.order])
        return self.of_order(subject, 'state')

    def duplicate(self, subject):
        made = self.call(subject, 'sale.order', 'copy', [subject.order])
        made = made[0] if isinstance(made, list) else made
        return Subject(made, subject.partner, subject.company, subject.is_twin)

    def delete(self, subject):
        self.call(subject, 'sale.order', 'unlink', [subject.order], login='admin')

    # ------------------------------------------------------------- the storeman

    def transfers(self, subject):
        return self.call(subject, 'stock.picking', 'search',
                         [('sale_id', '=', subject.order), ('state', 'not in', ('done', 'cancel'))],
                         login=STOREMAN, order='id')

    def ready(self, subject):
        """the transfers that can be worked on now"""
        open_ones = self.transfers(subject)
        self.call(subject, 'stock.picking', 'action_assign', open_ones, login=STOREMAN)
        return [p['id'] for p in self.call(subject, 'stock.picking', 'read', open_ones, ['state'],
                                           login=STOREMAN) if p['state'] == 'assigned']

    def deliver(self, subject, part=1.0):
        """the transfers that are ready, or of each move a part, with a backorder"""
        for picking in self.ready(subject):
            moves = self.call(subject, 'stock.move', 'search_read', [('picking_id', '=', picking), ('state', '!=', 'cancel')],
                              ['product_uom_qty'], login=STOREMAN, order='id')
            for move in moves:
                quantity = move['product_uom_qty'] * part
                self.call(subject, 'stock.move', 'write', [move['id']],
                          {'quantity_done': quantity} if self.old else
                          {'quantity': quantity, 'picked': True}, login=STOREMAN)
            asked = self.call(subject, 'stock.picking', 'button_validate', [picking], login=STOREMAN)
            if isinstance(asked, dict) and asked.get('res_model') == 'stock.backorder.confirmation':
                context = asked['context']
                wizard = self.call(subject, asked['res_model'], 'create', {}, context=context,
                                   login=STOREMAN)
                self.call(subject, asked['res_model'], 'process', [wizard], context=context,
                          login=STOREMAN)
            state = self.call(subject, 'stock.picking', 'read', [picking], ['state'],
                              login=STOREMAN)[0]['state']
            if state != 'done':
                raise Failed('the transfer is %s, not done; Odoo asked: %s' % (state, asked))
        return [p['state'] for p in self.call(
            subject, 'stock.picking', 'search_read', [('sale_id', '=', subject.order)], ['state'],
            login=STOREMAN, order='id')]

    def slips(self, subject):
        pickings = self.call(subject, 'stock.picking', 'search', [('sale_id', '=', subject.order)],
                             login=STOREMAN, order='id')
        return [self.report(subject, 'stock.report_deliveryslip', p, STOREMAN) for p in pickings]

    def look_at_stock(self, subject):
        pickings = self.call(subject, 'stock.picking', 'search', [('sale_id', '=', subject.order)],
                             login=STOREMAN, order='id')
        return self.records(subject, 'stock.picking', pickings, STOREMAN,
                            self.form(subject, 'stock.picking', STOREMAN))

    # ----------------------------------------------------------- the accountant

    def invoice(self, subject, method='delivered', amount=0):
        context = {'active_model': 'sale.order', 'active_id': subject.order,
                   'active_ids': [subject.order]}
        wizard = self.call(subject, 'sale.advance.payment.inv', 'create',
                           {'advance_payment_method': method, 'amount': amount}, context=context)
        self.call(subject, 'sale.advance.payment.inv', 'create_invoices', [wizard], context=context)
        return self.of_order(subject, 'invoice_status')

    def invoices(self, subject, *domain):
        ids = self.of_order(subject, 'invoice_ids')
        return self.call(subject, 'account.move', 'search', [('id', 'in', ids), *domain],
                         login=ACCOUNTANT, order='id')

    def post(self, subject):
        self.call(subject, 'account.move', 'action_post',
                  self.invoices(subject, ('state', '=', 'draft')), login=ACCOUNTANT)
        return [i['state'] for i in self.call(subject, 'account.move', 'read',
                                              self.invoices(subject), ['state'], login=ACCOUNTANT)]

    def look_at_invoices(self, subject):
        return self.records(subject, 'account.move', self.invoices(subject), ACCOUNTANT,
                            self.form(subject, 'account.move', ACCOUNTANT))

    def print_invoices(self, subject):
        return [self.report(subject, 'account.report_invoice', i, ACCOUNTANT)
                for i in self.invoices(subject)]

    def credit(self, subject):
        context = {'active_model': 'account.move',
                   'active_ids': self.invoices(subject, ('move_type', '=', 'out_invoice'))}
        values = {'reason': 'returned', 'refund_method': 'refund'} if self.old else {'reason': 'returned'}
        if not self.old:
            values['journal_id'] = self.call(
                subject, 'account.move', 'read', context['active_ids'], ['journal_id'],
                login=ACCOUNTANT)[0]['journal_id'][0]
        wizard = self.call(subject, 'account.move.reversal', 'create', values, context=context,
                           login=ACCOUNTANT)
        self.call(subject, 'account.move.reversal', 'reverse_moves' if self.old else 'refund_moves',
                  [wizard], context=context, login=ACCOUNTANT)
        return self.post(subject)


def page_text(page):
    """What a reader sees of a page."""
    page = re.sub(r'(?s)<(script|style|head)\b.*?</\1>', ' ', page or '')
    return ' '.join(html.unescape(re.sub(r'<[^>]*>', ' ', page)).split())
