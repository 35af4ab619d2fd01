"""Hostile orders, made systematically from one good one.

Role: yields the corpus as a table: for each field of an order, its retailer
and its lines, each of the values that no order should have there, as the very
bytes that go over the wire; then what is wrong with an order or a page as a
whole.

Neighbours: hostile.py sends them through both doors and judges what became of
them.

Each order has a member "marker" of its own, first in its text, so that it is
found again whatever happens to its other fields.
"""
import json

# As ids these are the same as others of the table.
ALIKE = {'minus zero', '1e400 as text', 'low surrogate'}

# Texts that only describe: whatever stands there, the order must come in.
DESCRIBING = {
    'order.estimated_delivery_day', 'order.retailer_preferred_delivery_date', 'order.pickup_date',
    'order.pickup_otp', 'order.cancellation_reason', 'order.return_reason', 'order.note_message',
    'order.created_at', 'retailer.retailer_name', 'retailer.retailer_number', 'retailer.retailer_number2',
    'retailer.retailer_email', 'retailer.retailer_address', 'retailer.address_notes',
    'line.product_name', 'line.comment', 'line.base_product_id'}

# What decides about goods and money: these values may never be taken for one.
DECIDING = {'line.amount', 'line.selling_price', 'order.order_details'}

BIG = 1000000


def raw(value):
    return json.dumps(value, ensure_ascii=False)


def long_text(char):
    return '"' + char * (BIG // len(char.encode())) + '"'


# Name and JSON text.  "no_order" says that a field which decides may not come in with it.
VALUES = [
    ('null', 'null'), ('true', 'true'), ('false', 'false'), ('zero', '0'), ('minus one', '-1'),
    ('one and a half', '1.5'), ('minus zero', '-0'), ('a third', '0.3333333333333333333333333333'),
    ('1e400', '1e400'), ('-1e400', '-1e400'), ('1e-400', '1e-400'), ('1e20', '1e20'), ('1e131071', '1e131071'),
    ('twenty digits', '12345678901234567890'), ('5000 digits', '9' * 5000), ('0.1e1', '0.1e1'), ('1E+2', '1E+2'),
    ('bare NaN', 'NaN'), ('bare Infinity', 'Infinity'), ('bare -Infinity', '-Infinity'), ('plus', '+1'),
    ('leading zero', '007'), ('hexadecimal', '0x10'), ('a word', 'undefined'), ('single quotes', "'a'"),
    ('NaN as text', '"NaN"'), ('Infinity as text', '"Infinity"'), ('-inf as text', '"-inf"'),
    ('1e5 as text', '"1e5"'), ('1e400 as text', '"1e400"'), ('-5 as text', '"-5"'), ('5 and spaces', '" 5 "'),
    ('float as text', '"12.0"'), ('decimal comma', '"1,5"'), ('thousands', '"1,000.00"'), ('Arabic digits', '"٣"'),
    ('full width digits', '"１２"'), ('hexadecimal text', '"0x10"'), ('empty text', '""'), ('a space', '" "'),
    ('a letter', '"abc"'), ('the word null', '"null"'), ('the word NULL', '"NULL"'), ('empty list', '[]'),
    ('empty object', '{}'), ('list of one', '[1]'), ('list of null', '[null]'), ('object', '{"a": {"b": [1, 2]}}'),
    ('a hundred levels', '[' * 100 + ']' * 100), ('ten thousand levels', '[' * 10000 + ']' * 10000),
    ('ten thousand objects', '{"a":' * 10000 + '1' + '}' * 10000),
    ('script', raw('<script>alert(1)</script>')), ('image', raw('"><img src=x onerror=alert(1)>')),
    ('link', raw('<a href="javascript:alert(1)">x</a>')), ('closing tags', raw('</p></div></body><svg onload=alert(1)>')),
    ('entities', raw('&lt;script&gt;&amp;&#60;b&#62;')), ('templates', raw('${7*7} {{7*7}} %s %(x)s {0} <t t-esc="1"/>')),
    ('control characters', r'"\u0001\u0008\u001b[31m\u001f\u007f\u0085\t\r\n"'), ('NUL', r'"\u0000"'), ('NUL inside', r'"a\u0000b"'),
    ('raw control character', '"a\x01b"'), ('raw line break', '"a\nb"'), ('raw tab', '"a\tb"'),
    ('high surrogate', r'"\ud83d"'), ('low surrogate', r'"\ude00"'), ('surrogates swapped', r'"\ude00\ud83d"'),
    ('surrogate pair', r'"\ud83d\ude00"'), ('four bytes', '"😀𝒳"'), ('noncharacter', r'"\uffff\ufdd0"'),
    ('right to left override', r'"\u202eabc\u2066def"'), ('zero width', r'"a\u200b\u200d\ufeffb"'), ('combining', '"' + 'ẹ́' * 50 + '"'),
    ('bad escape', r'"\q"'), ('short escape', r'"\u12"'),
    ('SQL', raw("'; DROP TABLE sale_order; --")), ('SQL once more', raw("1' OR '1'='1")), ('dollars', raw('$$ $1 $body$')),
    ('backslashes', raw('\\ \\\\ \\\' \\x41 E\'\\\'')), ('quotes', raw('"\'`“”')), ('braces', raw('{"a","b",NULL}')),
    ('year 0', '"0000-00-00"'), ('year 0 with time', '"0000-01-01T00:00:00Z"'), ('year 1', '"0001-01-01T00:00:00Z"'),
    ('year 9999', '"9999-12-31T23:59:59Z"'), ('year 99999', '"99999-01-01T00:00:00Z"'), ('before Christ', '"-0044-03-15"'),
    ('30 February', '"2026-02-30"'), ('month 13', '"2026-13-01T25:61:61Z"'), ('zone', '"2026-01-01T00:00:00+99:99"'),
    ('infinity', '"infinity"'), ('now', '"now"'), ('epoch', '"epoch"'), ('American', '"12/31/2026"'), ('a number of seconds', '1767225600'),
]

# A megabyte each, so only for some fields of each kind.
LONG_VALUES = [('1 MB of Arabic', long_text('ش')), ('1 MB of <', long_text('<')), ('1 MB of digits', '9' * BIG)]
LONG_FIELDS = {'order.hashed_id', 'order.receipt_id', 'order.status', 'order.note_message', 'order.created_at',
               'order.total_price', 'retailer.retailer_code', 'retailer.retailer_name', 'retailer.retailer_number',
               'retailer.address_notes', 'line.id', 'line.amount', 'line.product_name', 'line.comment',
               'line.supplier_product_id'}

# Of these, what a shop might well mean: a field which decides may come in with it.
MEANT = {'line.amount': {'one and a half', 'a third', '0.1e1', '1E+2', '5 and spaces', 'float as text'},
         'line.selling_price': {'zero', 'minus zero', 'one and a half', 'a third', '0.1e1', '1E+2', '5 and spaces', 'float as text',
                                '1e-400'},
         'order.order_details': {'empty list'}}


def good_order(number, created_at, supplier='T11'):
    """An order without a fault; its untaxed total is 191."""
    return {
        'marker': 'M%06d' % number, 'hashed_id': 'h%06d' % number, 'receipt_id': 700000 + number,
        'supplier_code': 'SUP-1', 'status': 'pending', 'delivered_by': 'delivered_by_supplier',
        'created_at': created_at, 'estimated_delivery_day': '2026-12-04',
        'retailer_preferred_delivery_date': '2026-12-05', 'pickup_date': '2026-12-03', 'pickup_otp': '4711',
        'cancellation_reason': None, 'return_reason': None, 'note_message': 'الرجاء الاتصال قبل التوصيل 📞',
        'total_price': 191, 'cartona_credit': 0, 'installment_cost': 0, 'wallet_top_up': 0,
        'applied_supplier_rebate': 0, 'distribution_route_code': 'R-1',
        'retailer': {
            'retailer_code': 'RH1', 'retailer_name': 'بقالة النور', 'retailer_number': '01012345678',
            'retailer_number2': '01112345678', 'retailer_email': 'shop@example.com',
            'retailer_address': '١٢ شارع الجمهورية، القاهرة', 'address_notes': 'بجوار مسجد النور'},
        'order_details': [
            {'id': number * 10 + 1, 'supplier_product_id': supplier, 'internal_product_id': '101',
             'base_product_id': 5501, 'unit': 'piece', 'unit_count': 1, 'product_name': 'شاي', 'amount': 2,
             'selling_price': 40, 'applied_supplier_discount': 0, 'applied_cartona_discount': 0, 'comment': None},
            {'id': number * 10 + 2, 'supplier_product_id': 'T12', 'internal_product_id': '102',
             'base_product_id': 5502, 'unit': 'piece', 'unit_count': 1, 'product_name': 'سكر', 'amount': 3,
             'selling_price': 37, 'applied_supplier_discount': 0, 'applied_cartona_discount': 0, 'comment': None}]}


class Case:
    def __init__(self, number, name, text, field=None, value=None, storable=True):
        self.number = number
        self.name = name
        self.marker = 'M%06d' % number
        self.hashed_id = 'h%06d' % number
        self.text = text                # of the order, as str
        self.field = field
        self.must_come_in = storable and field in DESCRIBING
        self.must_not_come_in = field in DECIDING and value is not None \
            and value not in MEANT.get(field, ())
        # the sum is known where no number of a line was touched
        self.sum_is_known = field is not None and field not in (
            'order.order_details', 'line.amount', 'line.selling_price', 'line.id', 'line.supplier_product_id',
            'line.internal_product_id', 'line.unit', 'line.unit_count', 'line.cancelled')


SLOT = '\x02slot\x02'


def with_value(order, field, value):
    """The order's text with one field's value replaced by a raw text; None: without the field."""
    where, name = field.split('.')
    target = {'order': order, 'retailer': order['retailer'], 'line': order['order_details'][0]}[where]
    if value is None:
        del target[name]
        return raw(order)
    target[name] = SLOT
    return raw(order).replace(json.dumps(SLOT), value)


def twice(order, field, value):
    """The order's text with the field written twice, the second time with another value."""
    return with_value(order, field, '%s, %s: %s' % (raw(good_value(field)), raw(field.split('.')[1]), value))


def good_value(field):
    where, name = field.split('.')
    order = good_order(0, '2026-01-01T00:00:00Z')
    return {'order': order, 'retailer': order['retailer'], 'line': order['order_details'][0]}[where].get(name)


FIELDS_OF_THE_GOOD = (
    ['order.' + name for name in good_order(0, '') if name != 'marker']
    + ['retailer.' + name for name in good_order(0, '')['retailer']]
    + ['line.' + name for name in good_order(0, '')['order_details'][0]])

FIELDS = FIELDS_OF_THE_GOOD + ['retailer.id', 'retailer.retailer_id', 'line.price', 'line.cancelled']


def cases(created_at, first=1):
    """All cases about single orders."""
    number = first
    for field in FIELDS:
        if field in FIELDS_OF_THE_GOOD:
            yield Case(number, '%s missing' % field, with_value(good_order(number, created_at), field, None), field)
            number += 1
        for name, value in VALUES + (LONG_VALUES if field in LONG_FIELDS else []):
            if field == 'order.hashed_id' and name in ALIKE:
                continue
            yield Case(number, '%s: %s' % (field, name), with_value(good_order(number, created_at), field, value),
                       field, name, is_storable(value))
            number += 1
        yield Case(number, '%s twice' % field, twice(good_order(number, created_at), field, '"x"'), field)
        number += 1
    for name, change in shapes():
        order = good_order(number, created_at)
        made = change(order)
        yield Case(number, name, made if isinstance(made, str) else raw(made or order))
        number += 1


def is_storable(value):
    """Is it JSON that a database can hold?"""
    if value.startswith(('[' * 100, '{"a":' * 100)):
        return False
    try:
        json.loads(value, parse_constant=lambda word: json.loads(''))
    except ValueError:
        return False
    return not (value.lstrip('-')[:1].isdigit() and (len(value) > 1000 or 'e131071' in value or 'e400' in value or 'e-400' in value))


def shapes():
    """What is wrong with an order as a whole: a name, and what makes it of a good order."""
    def lines(change):
        def made(order):
            order['order_details'] = change(order['order_details'], order)
        return made

    yield 'no lines', lines(lambda lines, order: [])
    yield 'a line that is null', lines(lambda lines, order: [None] + lines)
    yield 'a line that is a number', lines(lambda lines, order: lines + [7])
    yield 'a line that is a list', lines(lambda lines, order: [lines])
    yield 'an empty line', lines(lambda lines, order: lines + [{}])
    yield 'the same line twice', lines(lambda lines, order: [lines[0], lines[0]])
    yield 'the same line id, other products', lines(lambda lines, order: [dict(line, id=lines[0]['id']) for line in lines])
    yield '3,000 lines', lines(lambda lines, order: [
        dict(lines[0], id=int(order['marker'][1:]) * 10000 + n) for n in range(3000)])
    yield 'only products nobody knows', lines(lambda lines, order: [
        dict(line, supplier_product_id='nobody-%d' % n, internal_product_id=None) for n, line in enumerate(lines)])
    yield 'a million times a million', lines(lambda lines, order: [dict(lines[0], amount=1000000, selling_price=1000000)])
    yield 'the most there may be', lines(lambda lines, order: [
        dict(lines[0], id=n, amount=1000000000, selling_price=1000000000) for n in range(1, 50)])
    yield 'prices of 30 decimals', lines(lambda lines, order: [dict(line, selling_price='1.' + '3' * 30) for line in lines])
    yield 'the order in itself', lambda order: dict(order, order=dict(order), retailer=dict(order['retailer'], retailer=order['retailer']))
    yield 'ten thousand more members', lambda order: dict(order, **{'x%d' % n: n for n in range(10000)})
    yield 'a member name of 1 MB', lambda order: dict(order, **{'x' * BIG: 1})
    yield 'an empty member name', lambda order: dict(order, **{'': 1})
    yield 'a member name with NUL', lambda order: raw(order)[:-1] + r', "a\u0000b": 1}'
    yield 'a member name that is no text', lambda order: raw(order)[:-1] + ', 5: 1}'
    yield 'a comma too many', lambda order: raw(order)[:-1] + ',}'
    yield 'a comment', lambda order: raw(order)[:-1] + ' /* x */}'
    yield 'every member twice', lambda order: raw(order)[:-1] + ', ' + raw(order)[1:]
    yield 'the retailer as list', lambda order: dict(order, retailer=[order['retailer']])
    yield 'the lines as object', lambda order: dict(order, order_details={'0': order['order_details'][0]})
    yield 'the lines as text', lambda order: dict(order, order_details=raw(order['order_details']))
    yield 'cancelled before it came', lambda order: dict(order, status='cancelled_by_retailer')
    yield 'delivered before it came', lambda order: dict(order, status='delivered')
    yield 'being edited', lambda order: dict(order, status='editing')
    for name, text in (('text', '"%s"'), ('number', '%s'), ('list', '["%s"]'), ('nested list', '[["%s"]]')):
        yield 'the order is a ' + name, lambda order, text=text: \
            text % (order['marker'] if '"' in text else '77' + order['marker'][1:])


def pages(order, other):
    """Whole answers: a name and the bytes; `order` and `other` are texts of good orders."""
    text = '[%s, %s]' % (order, other)
    data = text.encode()
    for part in (1, 2, len(data) // 3, len(data) // 2, len(data) - 2, len(data) - 1):
        yield 'cut after %d of %d bytes' % (part, len(data)), data[:part]
    yield 'cut inside a character', data[:data.index('ا'.encode()) + 1]
    yield 'byte order mark', b'\xef\xbb\xbf' + data
    yield 'UTF-16', text.encode('utf-16')
    yield 'UTF-16 without a mark', text.encode('utf-16-le')
    yield 'Windows-1256', text.encode('cp1256', 'replace')
    yield 'invalid UTF-8', data.replace('القاهرة'.encode(), b'\xff\xfe\xc3\x28\xf0\x9f')
    yield 'overlong UTF-8', data.replace('القاهرة'.encode(), b'\xc0\xaf\xe0\x80\xaf')
    yield 'surrogates in UTF-8', data.replace('القاهرة'.encode(), b'\xed\xa0\xbd\xed\xb8\x80')
    yield 'NUL bytes', data.replace('القاهرة'.encode(), b'a\0b')
    yield 'NUL first', b'\0' + data
    yield 'null', b'null'
    yield 'a number', b'42'
    yield 'a text', json.dumps(text).encode()
    yield 'two lists', data + data
    yield 'a list in a list', b'[' + data + b']'
    yield 'data is an object', b'{"data": {"orders": ' + data + b'}}'
    yield 'data twice', b'{"data": ' + data + b', "data": 5}'
    yield 'no data', b'{"error": "<b>no</b>"}'
    yield 'comma missing', ('[%s %s]' % (order, other)).encode()
    yield 'comma too many', ('[%s, %s,]' % (order, other)).encode()
    yield 'only commas', b'[,,,]'
    yield 'wrong brackets', ('[%s, %s}' % (order, other)).encode()
    yield 'a million open brackets', b'[' * 1000000
    yield 'a hundred thousand open objects', b'[' + b'{"a":' * 100000
    yield 'brackets of another depth', b'[' + b'[' * 50000 + b']' * 50000 + b']'
    yield 'HTML', b'<html><script>alert(1)</script></html>'
    yield 'gzip that nobody asked for', b'\x1f\x8b\x08\x00' + bytes(range(256)) * 4
    yield 'random bytes', bytes((n * 7919 + n // 7) % 256 for n in range(20000))
