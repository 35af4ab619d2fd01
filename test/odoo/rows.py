#!/usr/bin/env python3
"""All rows of an order, in a form in which two orders can be compared.

Role: an imported order and its twin made through Odoo's ORM live in one
database, so their ids, numbers and moments differ and everything else must
not.  This file reads what belongs to an order and says where two differ.

Neighbours: life.py (which orders), clerks.py (what is done with them).

The rule: an id of a row that belongs to the order becomes the row's place
("stock_move 2"), a document's number becomes its table's name, two moments are
the same when they are less than MOMENT apart, two numbers when they differ by
less than a millionth.  Whatever else may differ is in ALLOWED, with its reason.
"""
import datetime
import re

MOMENT = datetime.timedelta(minutes=20)
STAMP = re.compile(r'\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?$')
# what in texts is made anew for each order: tokens, links, the time of day, keys of taxes
WORDS = [(re.compile(pattern), word) for pattern, word in (
    (r'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}', '<token>'),
    (r'/my/(\w+)/\d+', r'/my/\1/N'),
    (r'(\d\d/\d\d/\d{4}) \d\d:\d\d:\d\d', r'\1 <time>'),
    (r'^down_payment,\d+', 'down_payment,N'))]

# column: why it differs (in any table, or as table.column)
ALLOWED = {
    'create_uid': 'imported orders are made by the technical user, the twin by a person',
    'write_uid': 'the same, until somebody writes',
    'cartona_id': 'ours', 'cartona_account_id': 'ours', 'delivered_by': 'ours',
    'cartona_line_id': 'ours', 'x_delivered_by': 'ours, as Odoo shows it',
    'sale_order_line.technical_price_unit':
        'left empty (1 where the price is 0) so that Odoo never re-prices what the retailer agreed to; the twin has'
        ' what a form writes there when a clerk types a price',
    'sale_order.show_update_pricelist': 'a form writes false, a call leaves it empty (14)',
    'account_move.sequence_number': 'the next number',
    'account_move_line.matching_number': 'the next number', 'account_full_reconcile.name': 'the next number',
    'stock_move.sequence': 'moves of one company share a sequence',
    'message_main_attachment_id': 'no attachment is compared',
}

# The rows of an order: table, condition.  Tables that this Odoo does not have are left out.
LINES = 'SELECT id FROM lines'
PICKINGS = 'SELECT id FROM pickings'
MOVES = 'SELECT id FROM moves'
INVOICES = 'SELECT id FROM invoices'
INVOICE_LINES = 'SELECT id FROM account_move_line WHERE move_id IN (%s)' % INVOICES
TABLES = (
    ('res_partner', 'id IN (SELECT id FROM partners)'),
    ('sale_order', 'id = {order} OR partner_id = {partner}'),
    ('sale_order_line', 'id IN (%s)' % LINES),
    ('account_tax_sale_order_line_rel', 'sale_order_line_id IN (%s)' % LINES),
    ('stock_picking', 'id IN (%s)' % PICKINGS),
    ('stock_move', 'id IN (%s)' % MOVES),
    ('stock_move_line', 'move_id IN (%s)' % MOVES),
    ('stock_move_move_rel', 'move_orig_id IN (%s)' % MOVES),
    ('stock_valuation_layer', 'stock_move_id IN (%s)' % MOVES),
    ('procurement_group', 'sale_id = {order}'),
    ('stock_reference', 'id IN (SELECT reference_id FROM stock_reference_sale_rel'
                        ' WHERE sale_id = {order})'),
    ('account_move', 'id IN (%s)' % INVOICES),
    ('account_move_line', 'move_id IN (%s)' % INVOICES),
    ('account_move_line_account_tax_rel', 'account_move_line_id IN (%s)' % INVOICE_LINES),
    ('account_partial_reconcile', 'debit_move_id IN (%s)' % INVOICE_LINES),
    ('account_full_reconcile', 'id IN (SELECT full_reconcile_id FROM account_move_line'
                               ' WHERE move_id IN (%s))' % INVOICES),
    ('sale_order_line_invoice_rel', 'order_line_id IN (%s)' % LINES),
)
WITH = """
WITH lines AS (SELECT id FROM sale_order_line WHERE order_id = {order}),
 pickings AS (SELECT id FROM stock_picking WHERE sale_id = {order}),
 moves AS (SELECT id FROM stock_move WHERE picking_id IN (SELECT id FROM pickings)
           OR sale_line_id IN (SELECT id FROM lines)),
 invoices AS (SELECT DISTINCT l.move_id AS id FROM account_move_line l
              JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = l.id
              WHERE r.order_line_id IN (SELECT id FROM lines)),
 commercial AS (SELECT commercial_partner_id AS id FROM res_partner WHERE id = {partner}),
 partners AS (SELECT id FROM res_partner WHERE id = {partner} OR parent_id = {partner}
              OR id IN (SELECT id FROM commercial) OR parent_id IN (SELECT id FROM commercial))
"""
# models whose records can be rows of an order
NAMED = ('sale_order', 'stock_picking', 'account_move')


class Rows:
    def __init__(self, server):
        self.server = server
        there = {r['relname'] for r in server.rows(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")}
        self.tables = [(t, c) for t, c in TABLES if t in there]
        self.targets = {(r['source'], r['name']): r['target'] for r in server.rows(
            "SELECT c.conrelid::regclass::text AS source, a.attname AS name, c.confrelid::regclass::text AS target"
            " FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid"
            " AND a.attnum = c.conkey[1] WHERE c.contype = 'f' AND array_length(c.conkey, 1) = 1")}
        self.has_id = {r['source'] for r in server.rows(
            "SELECT attrelid::regclass::text AS source FROM pg_attribute WHERE attname = 'id' AND attnum > 0"
            " AND attrelid::regclass::text = ANY(ARRAY[%s])"
            % ', '.join("'%s'" % t for t, _ in self.tables))}

    def query(self, order, partner):
        parts = []
        for table, condition in self.tables:
            parts.append("'%s', (SELECT coalesce(json_agg(t ORDER BY %s), '[]') FROM %s t WHERE %s)" % (
                table, 't.id' if table in self.has_id else 't.*::text', table, condition))
        return (WITH + 'SELECT json_build_object(%s) AS rows' % ', '.join(parts)).format(
            order=order, partner=partner)

    def read(self, subjects):
        """The rows of several (order, partner) at one moment: a list of Owned."""
        found = self.server.rows(' UNION ALL '.join(
            '(%s)' % self.query(order, partner) for order, partner in subjects))
        return [Owned(self, row['rows']) for row in found]


class Owned:
    """What belongs to one order: rows by table, and the words for its ids and numbers."""

    def __init__(self, reader, rows):
        self.reader = reader
        self.rows = rows
        self.places = {(table, row['id']): '%s %d' % (table, n)
                       for table in rows for n, row in enumerate(rows[table]) if 'id' in row}
        self.words = []
        for table in NAMED:
            for n, row in enumerate(rows.get(table, [])):
                if row.get('name') and row['name'] != '/':
                    self.words.append((row['name'], '<%s %d>' % (table, n)))
        # the longest first: one number may begin another
        self.words.sort(key=lambda pair: -len(pair[0]))

    def text(self, value):
        for name, word in self.words:
            value = value.replace(name, word)
        for pattern, word in WORDS:
            value = pattern.sub(word, value)
        return value

    def id(self, table, value):
        return self.places.get((table, value), value)

    def plain(self, value):
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.plain(v) for key, v in value.items()}
        if isinstance(value, list):
            return [self.plain(v) for v in value]
        return value

    def normal(self):
        made = {}
        for table, rows in self.rows.items():
            made[table] = [{
                column: self.id(self.reader.targets.get((table, column), ''), value)
                if (table, column) in self.reader.targets else
                self.id(table, value) if column == 'id' else self.plain(value)
                for column, value in row.items()} for row in rows]
            if table not in self.reader.has_id:
                made[table].sort(key=lambda row: sorted(map(str, row.items())))
        return made


def moment(text):
    return datetime.datetime.fromisoformat(text.replace('T', ' ').split('.')[0])


def same_number(a, b):
    """Ours is the international form; Odoo's too, but only where its Python has phonenumbers."""
    return bool(a and b) and re.sub(r'\D', '', a)[-9:] == re.sub(r'\D', '', b)[-9:]


def differences(a, b, path=''):
    """Where two normalized values differ: a list of 'path: a | b'."""
    if isinstance(a, dict) and isinstance(b, dict):
        found = []
        for key in sorted(set(a) | set(b), key=str):
            table = path.split('[')[0]
            # ours, as Odoo's screens show it
            if str(key).startswith('x_cartona_') or key in ALLOWED or '%s.%s' % (table, key) in ALLOWED:
                continue
            where = '%s.%s' % (path, key) if path else str(key)
            if key == 'phone_sanitized' and same_number(a.get(key), b.get(key)):
                continue
            if key not in a or key not in b:
                found.append('%s: only %s' % (where, 'in the import' if key in a else 'in the twin'))
            else:
                found += differences(a[key], b[key], where)
        return found
    if isinstance(a, list) and isinstance(b, list):
        if len(a) != len(b):
            return ['%s: %d | %d: %.300r | %.300r' % (path, len(a), len(b), a, b)]
        return [d for n, (x, y) in enumerate(zip(a, b)) for d in differences(x, y, '%s[%d]' % (path, n))]
    if isinstance(a, bool) or isinstance(b, bool):
        same = a is b
    elif isinstance(a, (int, float)) and isinstance(b, (int, float)):
        same = abs(a - b) < 1e-6
    elif isinstance(a, str) and isinstance(b, str):
        same = a == b or (STAMP.match(a) and STAMP.match(b)
                          and abs(moment(a) - moment(b)) < MOMENT)
    else:
        same = a == b
    return [] if same else ['%s: %.400r | %.400r' % (path, a, b)]
