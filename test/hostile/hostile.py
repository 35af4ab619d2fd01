#!/usr/bin/env python3
"""Send the hostile corpus through both doors and judge what became of it.

Role: each order of corpus.py arrives by a pull, then by
cartona.create_or_update_order(), then as the change of an order that is
already in Odoo.  After each it must be in Odoo with the right total, or kept
with a reason that a clerk understands; good orders around it come in; no text
stands unescaped where Odoo renders HTML; no process of the server ends.

Neighbours: corpus.py (what is sent); test/check.sh runs this against a server
(PGHOST, PGPORT, PGUSER: a superuser) that preloads the library; test/schema
is the Odoo.  The marketplace is a few lines here rather than test/simulator,
because it serves bytes that are no JSON.

Failure: each wrong outcome is one line; exit code 1.  The last line says how
many cases there were.
"""
import argparse
import datetime
import http.server
import json
import os
import re
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SCHEMA = os.path.join(os.path.dirname(HERE), 'schema')
sys.path.insert(0, HERE)

import corpus  # noqa: E402

DATABASE = 'hostile'
TOKEN = 'hostile-token'
UNTAXED = 191
SECONDS = 120                   # until what should happen is missing
PAGE_ORDERS = 100
PAGE_BYTES = 8000000

# What a clerk does not know, in a reason: C, SQL and PostgreSQL's own wording.
JARGON = re.compile(
    r'\b(columns?|relations?|constraints?|null value|syntax|SPI|jsonb?b?\b(?<!JSON)|cast|varchar|numeric|integer|bigint|'
    r'timestamp|tuple|datum|palloc|malloc|subtransaction|SQLSTATE|errcode|unicode|UTF-?8|byte sequence|encoding|'
    r'escape|token|parser?|stack|depth|overflow|out of range|operator|function|trigger|snprintf|boolean|'
    r'violates|duplicate key|foreign key|index|INSERT|UPDATE|SELECT)\b')

MARKUP = r'<\s*/?\s*(script|img|svg|a|body|div|t)\b'


class Marketplace(http.server.ThreadingHTTPServer):
    """Serves each queued page once, takes whatever is acknowledged."""
    daemon_threads = True

    def __init__(self):
        super().__init__(('127.0.0.1', 0), Answer)
        self.pages = []
        self.served = 0
        self.acked = []
        self.lock = threading.Lock()
        self.url = 'http://127.0.0.1:%d' % self.server_address[1]
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def next_page(self):
        with self.lock:
            self.served = time.time()
            return self.pages.pop(0) if self.pages else b'[]'


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def answer(self, body):
        self.send_response(200)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(self.server.next_page() if 'pull-orders' in self.path else b'[]')

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        if 'update-order-status' in self.path:
            sent = json.loads(body)
            self.server.acked += [one['hashed_id'] for one in (sent if isinstance(sent, list) else [sent])]
        self.answer(b'{}')

    def log_message(self, *unused):
        pass


class Run:
    def __init__(self, log):
        self.log = log
        self.log_start = os.path.getsize(log) if log else 0
        self.cartona = Marketplace()
        self.failures = 0
        self.alike = {}
        self.judged = 0
        self.now = datetime.datetime.utcnow().isoformat(timespec='seconds') + 'Z'
        self.pulls = 0

    # -------------------------------------------------------------------- SQL

    def psql(self, statement, database=DATABASE, user='odoo', check=True):
        done = subprocess.run(
            ['psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-d', database] + (['-U', user] if user else []),
            input=statement.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if check and done.returncode != 0:
            sys.exit('hostile: %s\n%s' % (statement[:1000], done.stderr.decode()))
        return done.stdout.decode()

    def rows(self, query):
        return json.loads(self.psql("SELECT coalesce(json_agg(t), '[]') FROM (%s) t" % query))

    def eventually(self, query, what):
        deadline = time.monotonic() + SECONDS
        while self.psql(query, check=False).strip() != 't':
            if time.monotonic() > deadline:
                print(self.psql('SELECT row_to_json(s) FROM cartona.status s'))
                sys.exit('hostile: not within %d s: %s' % (SECONDS, what))
            time.sleep(0.05)

    def make_database(self):
        self.psql('DROP DATABASE IF EXISTS %s' % DATABASE, 'postgres', None)
        self.psql("DO $$ BEGIN IF to_regrole('odoo') IS NULL THEN CREATE ROLE odoo LOGIN CREATEDB; END IF; END $$",
                  'postgres', None)
        self.psql("CREATE DATABASE %s OWNER odoo TEMPLATE template0 ENCODING 'UTF8'" % DATABASE, 'postgres', None)
        for name in ('odoo', 'data', 'odoo_actions'):
            with open('%s/%s.sql' % (SCHEMA, name), encoding='utf-8') as file:
                self.psql(file.read())
        self.psql("ALTER SYSTEM SET cartona.databases = '%s'" % DATABASE, 'postgres', None)
        self.psql('SELECT pg_reload_conf()', 'postgres', None)
        self.psql('CREATE EXTENSION cartona_integration')
        self.psql('SELECT cartona.attach()')
        self.psql("UPDATE product_template SET cartona_id = 'T' || id WHERE id IN (11, 12);"
                  "UPDATE cartona.account SET api_url = '%s', orders_since = '2020-01-01', pull_interval = '1 day',"
                  " retry_cap = '1 second', missing_product = 'skip';"
                  "SELECT cartona.set_token(1, '%s'); SELECT cartona.enable()" % (self.cartona.url, TOKEN))
        self.eventually('SELECT last_pull_at IS NOT NULL AND NOT pull_wanted FROM cartona.account_state', 'the first pull')
        self.psql("""
            CREATE FUNCTION public.door(text) RETURNS json LANGUAGE plpgsql AS $$
            DECLARE message text; detail text; hint text; state text; made integer;
            BEGIN
                BEGIN
                    PERFORM $1::jsonb;
                EXCEPTION WHEN OTHERS THEN
                    RETURN '{"no_json": true}';
                END;
                made := cartona.create_or_update_order($1::jsonb);
                RETURN json_build_object('made', made);
            EXCEPTION WHEN OTHERS THEN
                GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT, state = RETURNED_SQLSTATE;
                RETURN json_build_object('error', concat_ws(' ', message, nullif(detail, ''), nullif(hint, '')), 'state', state);
            END $$;
            CREATE TABLE public.given (id bigint, body text)""")

    def worker(self):
        return self.psql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'cartona sync'"
                         " AND datname = '%s'" % DATABASE, 'postgres', None).strip()

    # ------------------------------------------------------------------ judging

    def wrong(self, case, what):
        self.failures += 1
        alike = re.sub(r'\d+', '#', what)[:120]
        self.alike.setdefault(alike, []).append('%s %s' % (getattr(case, 'name', case), getattr(case, 'marker', '')))
        if len(self.alike[alike]) <= 3:
            print('%s: %s' % (self.alike[alike][-1], what), flush=True)
        elif len(self.alike[alike]) == 4:
            print('... and more like it: %s' % alike, flush=True)

    def judge_reason(self, case, reason):
        if not reason or not reason.strip():
            self.wrong(case, 'there is no reason')
        elif JARGON.search(reason):
            self.wrong(case, 'a clerk does not understand "%s" in: %s' % (JARGON.search(reason).group(0), reason[:300]))
        elif len(reason) > 1500:
            self.wrong(case, 'the reason has %d characters: %s...' % (len(reason), reason[:100]))

    def judge_order(self, case, order):
        """An order that is in Odoo."""
        if case.must_not_come_in:
            self.wrong(case, 'came in, with total %s' % order['untaxed'])
        elif case.sum_is_known and float(order['untaxed']) != UNTAXED:
            self.wrong(case, 'came in with total %s' % order['untaxed'])
        elif float(order['untaxed']) != float(order['lines'] or 0):
            self.wrong(case, 'has total %s, but its lines have %s' % (order['untaxed'], order['lines']))

    def judge_html(self, what):
        """No field that Odoo renders as HTML holds markup from outside, no text a control character."""
        for row in self.rows("""
                SELECT c.table_name, c.column_name, f.ttype FROM information_schema.columns c
                JOIN ir_model_fields f ON replace(f.model, '.', '_') = c.table_name AND f.name = c.column_name
                WHERE c.table_schema = 'public' AND f.ttype IN ('html', 'char', 'text')
                  AND c.data_type IN ('text', 'character varying')
                  AND c.table_name IN ('sale_order', 'sale_order_line', 'res_partner', 'mail_message')"""):
            column = '%s.%s' % (row['table_name'], row['column_name'])
            if row['ttype'] == 'html':
                bad = self.rows("SELECT %s::text AS text FROM %s WHERE %s::text ~* '%s' LIMIT 3" % (
                    row['column_name'], row['table_name'], row['column_name'], MARKUP))
            else:
                bad = self.rows("SELECT %s::text AS text FROM %s WHERE %s::text ~ '[\\x01-\\x08\\x0b-\\x1f\\x7f]' LIMIT 3" % (
                    row['column_name'], row['table_name'], row['column_name']))
            self.judged += 1
            for one in bad:
                self.wrong(what, '%s holds %r' % (column, one['text'][:200]))

    def judge_server(self):
        self.judged += 1
        if not self.log:
            return
        with open(self.log, encoding='utf-8', errors='replace') as file:
            file.seek(self.log_start)
            for line in file:
                if re.search(r'PANIC|TRAP:|was terminated by signal|FATAL|XX000|could not read block', line) \
                        and 'due to administrator command' not in line:
                    self.wrong('server log', line.strip()[:300])

    # -------------------------------------------------------------------- pulls

    def pull(self, pages):
        """Serve these pages, and wait until what they brought has been tried."""
        self.cartona.pages = list(pages)
        deadline = time.monotonic() + SECONDS
        while self.cartona.pages:
            if time.monotonic() > deadline:
                sys.exit('hostile: %d pages were not asked for' % len(self.cartona.pages))
            self.psql('SELECT cartona.pull_orders()')
            soon = time.monotonic() + 1
            while self.cartona.pages and time.monotonic() < soon:
                time.sleep(0.02)
        # the clock is the server's own: the pull that took the last page ended after that
        self.eventually("SELECT NOT EXISTS (SELECT FROM cartona.inbox WHERE state = 'new') AND NOT pull_wanted AND last_pull_at > to_timestamp(%f)"
                        " FROM cartona.account_state" % self.cartona.served, 'what was pulled is tried')

    def known_good(self, count=1):
        """The next good orders, with numbers no case has."""
        self.pulls += count
        return [corpus.good_order(900000 + self.pulls - n, self.now) for n in range(count)]

    def fate(self):
        """What became of every order, by its marker."""
        orders = {}
        for row in self.rows("""
                SELECT i.payload ->> 'marker' AS marker, i.payload #>> '{}' AS whole, i.hashed_id, i.state, i.error, i.note,
                       o.id AS order_id, o.amount_untaxed AS untaxed,
                       (SELECT sum(l.price_subtotal) FROM sale_order_line l WHERE l.order_id = o.id) AS lines
                FROM cartona.inbox i LEFT JOIN sale_order o ON o.id = i.order_id"""):
            row.pop('whole')
            orders[row['marker']] = row
        pages = self.rows("SELECT id, reason, left(body, 400) AS body FROM cartona.inbox_page")
        return orders, pages

    def through_the_pull(self, cases):
        page, size, pages = [], 0, []
        for case in cases:
            page.append(case.text)
            size += len(case.text.encode('utf-8', 'surrogatepass'))
            if len(page) == PAGE_ORDERS or size > PAGE_BYTES:
                page.append(corpus.raw(self.known_good()[0]))
                pages.append(('[%s]' % ',\n'.join(page)).encode('utf-8', 'surrogatepass'))
                page, size = [], 0
        page.append(corpus.raw(self.known_good()[0]))
        pages.append(('[%s]' % ',\n'.join(page)).encode('utf-8', 'surrogatepass'))
        self.pull(pages)

    def judge_pulled(self, cases, what):
        orders, pages = self.fate()
        kept = {}
        for page in pages:
            for marker in re.findall(r'[M7]\d{6,7}', page['body'] or ''):
                kept.setdefault(marker, page)
        for case in cases:
            self.judged += 1
            row = orders.get(case.marker)
            if row is None:
                page = kept.get(case.marker) or kept.get('77' + case.marker[1:])
                if page is None:
                    self.wrong(case, '%s: it is lost' % what)
                elif case.must_come_in:
                    self.wrong(case, '%s: is kept aside: %s' % (what, page['reason']))
                else:
                    self.judge_reason(case, page['reason'])
            elif row['state'] == 'applied' and row['order_id']:
                self.judge_order(case, row)
            elif case.must_come_in:
                self.wrong(case, '%s: did not come in: %s %s' % (what, row['state'], row['error'] or row['note']))
            elif row['state'] != 'waiting' or row['error'] or row['note']:
                self.judge_reason(case, row['error'] or row['note'])
            if row:
                for reason in (row['error'], row['note']):
                    if reason:
                        self.judge_reason(case, reason)
        self.judge_good(orders, what)
        for problem in self.rows('SELECT subject, problem FROM cartona.problem'):
            if JARGON.search(problem['problem'] or ''):
                self.wrong('cartona.problem', problem['problem'][:300])

    def judge_good(self, orders, what):
        for number in range(900001, 900001 + self.pulls):
            self.judged += 1
            row = orders.get('M%06d' % number)
            if not row or row['state'] != 'applied' or not row['order_id'] or float(row['untaxed']) != UNTAXED:
                self.wrong('M%06d' % number, '%s: a good order did not come in: %s' % (what, row))

    # ------------------------------------------------------------------ the parts

    def orders_by_pull(self):
        cases = list(corpus.cases(self.now))
        self.through_the_pull(cases)
        self.judge_pulled(cases, 'pull')
        self.judge_html('pull')

    def orders_by_hand(self):
        """The same through cartona.create_or_update_order()."""
        cases = {case.number: case for case in corpus.cases(self.now, 100001)}
        lines = []
        for case in cases.values():
            body = case.text.replace('\\', '\\\\').replace('\t', '\\t').replace('\n', '\\n').replace('\r', '\\r')
            if '\0' not in body:
                lines.append('%d\t%s\n' % (case.number, body))
        answers = {}
        for at in range(0, len(lines), 200):
            out = self.psql('TRUNCATE given;\nCOPY given FROM STDIN;\n%s\\.\n'
                            'SELECT id, public.door(body) FROM given ORDER BY id;\n' % ''.join(lines[at:at + 200]))
            for line in out.splitlines():
                number, answer = line.split('|', 1)
                answers[int(number)] = json.loads(answer)
        orders, _ = self.fate()
        for number, case in cases.items():
            self.judged += 1
            answer = answers.get(number)
            if answer is None:
                self.wrong(case, 'by hand: no answer')
            elif answer.get('no_json'):
                continue
            elif answer.get('made'):
                row = orders.get(case.marker)
                if row is None:
                    self.wrong(case, 'by hand: it is lost')
                else:
                    self.judge_order(case, row)
            elif 'error' in answer:
                if answer['state'][:2] in ('XX', '23', '42'):
                    self.wrong(case, 'by hand: %s %s' % (answer['state'], answer['error'][:300]))
                elif case.must_come_in:
                    self.wrong(case, 'by hand: did not come in: %s' % answer['error'][:300])
                else:
                    self.judge_reason(case, answer['error'])
        self.judge_html('by hand')

    def changes(self):
        """Orders that are in Odoo change into hostile ones."""
        cases = list(corpus.cases(self.now, 200001))
        good = [corpus.good_order(case.number, self.now) for case in cases]
        self.pull([('[%s]' % ','.join(corpus.raw(order) for order in good[at:at + 500])).encode()
                   for at in range(0, len(good), 500)])
        before = {row['cartona_id']: row['id'] for row in self.rows(
            "SELECT id, cartona_id FROM sale_order WHERE cartona_id BETWEEN 'h200001' AND 'h299999'")}
        if len(before) != len(cases):
            self.wrong('changes', '%d of %d good orders came in' % (len(before), len(cases)))
        self.through_the_pull(cases)
        after = {row['cartona_id']: row for row in self.rows("""
            SELECT o.id, o.cartona_id, o.amount_untaxed AS untaxed, i.error, i.note, s.problem,
                   (SELECT sum(l.price_subtotal) FROM sale_order_line l WHERE l.order_id = o.id) AS lines
            FROM sale_order o LEFT JOIN cartona.inbox i ON i.order_id = o.id
                 LEFT JOIN cartona.order_sync s ON s.order_id = o.id
            WHERE o.cartona_id BETWEEN 'h200001' AND 'h299999'""")}
        for case in cases:
            self.judged += 1
            row = after.get(case.hashed_id)
            if row is None or row['id'] != before.get(case.hashed_id):
                self.wrong(case, 'change: the order is not what it was: %s' % row)
                continue
            if case.must_not_come_in and float(row['untaxed']) != UNTAXED:
                self.wrong(case, 'change: was taken over, with total %s' % row['untaxed'])
            elif float(row['untaxed']) != float(row['lines'] or 0):
                self.wrong(case, 'change: has total %s, but its lines have %s' % (row['untaxed'], row['lines']))
            for reason in (row['error'], row['note'], row['problem']):
                if reason:
                    self.judge_reason(case, reason)
        self.judge_good(self.fate()[0], 'change')
        self.judge_html('change')

    def whole_pages(self):
        """Answers that are no list of orders; the next answer is one."""
        count = len(list(corpus.pages(corpus.raw(corpus.good_order(1, self.now)), corpus.raw(corpus.good_order(2, self.now)))))
        for at in range(count):
            one, other = (corpus.good_order(300000 + at * 2 + n, self.now) for n in (0, 1))
            name, data = list(corpus.pages(corpus.raw(one), corpus.raw(other)))[at]
            self.judged += 1
            before = self.psql('SELECT coalesce(max(id), 0) FROM cartona.inbox_page').strip()
            self.pull([data, ('[%s]' % corpus.raw(self.known_good()[0])).encode()])
            there = self.psql("SELECT count(*) FROM sale_order WHERE cartona_id IN ('%s', '%s')"
                              % (one['hashed_id'], other['hashed_id'])).strip()
            kept = self.rows('SELECT reason FROM cartona.inbox_page WHERE id > %s' % before)
            if there != '2' and not kept and data.strip():
                self.wrong('page: ' + name, 'is lost')
            for row in kept:
                self.judge_reason('page: ' + name, row['reason'])
        self.judge_good(self.fate()[0], 'pages')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--log', help="the server's log, to be searched for what must not be there")
    parser.add_argument('--only', help='of: ' + ', '.join(PARTS))
    args = parser.parse_args()
    run = Run(args.log)
    run.make_database()
    worker = run.worker()
    for name in (args.only.split(',') if args.only else PARTS):
        started = time.monotonic()
        failed = run.failures
        getattr(run, name)()
        print('%s: %s, %.0f s' % (name, 'ok' if run.failures == failed else '%d wrong' % (run.failures - failed),
                                  time.monotonic() - started), flush=True)
    if run.worker() != worker:
        run.wrong('worker', 'it was %s and is now %s' % (worker, run.worker()))
    run.judge_server()
    run.psql('SELECT cartona.disable()')
    run.psql("ALTER SYSTEM RESET cartona.databases", 'postgres', None)
    run.psql('SELECT pg_reload_conf()', 'postgres', None)
    print('hostile: %d checks, %d failed' % (run.judged, run.failures))
    return 1 if run.failures else 0


PARTS = ['orders_by_pull', 'orders_by_hand', 'changes', 'whole_pages']

if __name__ == '__main__':
    sys.exit(main())
