#!/usr/bin/env python3
"""Try the HTTP client and the API's texts on a throwaway server.

Role: makes a cluster in a temporary directory, the functions of cartona_unit
in it, an HTTP server that misbehaves on request, and says what is not as it
should be.  Neighbours: cartona_unit.c.  Needs: make, PostgreSQL's server
files; as root it runs the server as "postgres".
Failure: every check is run; any that fails makes the exit status 1.

    run.py [pg_config]
"""
import base64
import email.utils
import html
import json
import os
import pwd
import random
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
TOKEN = "secret-token-0123456789"

# A token with what tokens have, and the ways to spell it that a server may know.
AWKWARD = "aZ/9+q=kL&mN_3-xY.7%<\"8w\\E"
SPELLINGS = {
    "as it is": lambda token: f"token {token} is wrong",
    "upper": lambda token: token.upper(),
    "json": lambda token: json.dumps({"error": f"token {token} is wrong"}).replace("/", "\\/"),
    "php": lambda token: '{"error": "' + "".join(f"\\u{ord(c):04x}" if c in "/+=&<\"\\" else c for c in token) + '"}',
    "json in json": lambda token: json.dumps({"error": json.dumps({"error": token}).replace("/", "\\/")}),
    "percent": lambda token: urllib.parse.quote(token, safe=""),
    "percent, small": lambda token: urllib.parse.quote(token, safe="").lower(),
    "percent, twice": lambda token: urllib.parse.quote(urllib.parse.quote(token, safe=""), safe=""),
    "html": lambda token: html.escape(token),
    "html, numbers": lambda token: "".join(f"&#{ord(c)};" if c in "/+" else f"&#x{ord(c):X};" for c in token),
    "folded": lambda token: token[:7] + "\r\n\t" + token[7:],
    "lines in json": lambda token: json.dumps({"error": token[:9] + "\n" + token[9:]}),
    **{f"base64 {n}": lambda token, n=n: base64.b64encode(b"user:"[:n] + token.encode() + b" end").decode() for n in range(4)},
    "base64 url": lambda token: base64.urlsafe_b64encode(b"u:" + token.encode()).decode(),
    "cut": lambda token: "token " + token[:-4] + "... is wrong",
    "cut at the end": lambda token: "x" * 99 + token[:9],
}
FUNCTIONS = """
CREATE FUNCTION unit_url(text, text) RETURNS text AS '{lib}' LANGUAGE C STRICT;
CREATE FUNCTION unit_pull_path(int, int, text) RETURNS text AS '{lib}' LANGUAGE C;
CREATE FUNCTION unit_status(text, text, text, text) RETURNS text AS '{lib}' LANGUAGE C;
CREATE FUNCTION unit_product(text, text, text, bigint, bool, bool) RETURNS text AS '{lib}' LANGUAGE C;
CREATE FUNCTION unit_clean(bytea) RETURNS text AS '{lib}' LANGUAGE C STRICT;
CREATE FUNCTION unit_judge(int, bytea, int, text) RETURNS text AS '{lib}' LANGUAGE C STRICT;
CREATE FUNCTION unit_orders(body bytea, OUT n int, OUT hashed_id text, OUT json text, OUT why text)
    RETURNS SETOF record AS '{lib}' LANGUAGE C STRICT;
CREATE FUNCTION unit_http(urls text[], token text, body text, connect_ms int, total_ms int,
    max_answer bigint, parallel int, give_up_ms int,
    OUT tag bigint, OUT outcome text, OUT status int, OUT len bigint, OUT start text,
    OUT retry int, OUT ms float8, OUT error text)
    RETURNS SETOF record AS '{lib}' LANGUAGE C;
CREATE FUNCTION try_jsonb(text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN PERFORM $1::jsonb; RETURN NULL; EXCEPTION WHEN OTHERS THEN RETURN SQLERRM; END $$;
CREATE TABLE page (id int, body bytea);
"""

failures = []
checks = 0


def check(what, got, wanted):
    """Compare, or ask "wanted" when it is a function."""
    global checks
    checks += 1
    good = wanted(got) if callable(wanted) else got == wanted
    if not good:
        failures.append(what)
        print(f"not ok: {what}\n  got    {got!r}" + ("" if callable(wanted) else f"\n  wanted {wanted!r}"))


class Cluster:
    """A server of its own, gone with the directory."""

    def __init__(self, pg_config):
        self.bin = subprocess.check_output([pg_config, "--bindir"], text=True).strip()
        self.dir = tempfile.mkdtemp(prefix="cartona_unit.")
        self.lib = os.path.join(self.dir, "cartona_unit.so")
        shutil.copy(os.path.join(HERE, "cartona_unit.so"), self.lib)
        os.chmod(self.lib, 0o755)
        self.as_user = []
        if os.getuid() == 0:
            os.chown(self.dir, pwd.getpwnam("postgres").pw_uid, -1)
            self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]
        self.run("initdb", "-D", self.data(), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        # A proxy in the environment must not be used: nobody listens there.
        self.run("pg_ctl", "-D", self.data(), "-w", "-l", os.path.join(self.dir, "log"),
                 "-o", f"-c listen_addresses='' -k {self.dir} -c fsync=off -c max_connections=10", "start",
                 env={"http_proxy": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9"})

    def data(self):
        return os.path.join(self.dir, "data")

    def run(self, tool, *args, env=None):
        subprocess.run(self.as_user + [os.path.join(self.bin, tool), *args], check=True, cwd="/",
                       stdout=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C", **(env or {})})

    def psql(self, text):
        """Run SQL; the output's text, or the error's."""
        done = subprocess.run([os.path.join(self.bin, "psql"), "-XAtq", "-h", self.dir, "-U", "postgres",
                               "-v", "ON_ERROR_STOP=1", "-d", "postgres"],
                              input=text, capture_output=True, text=True, cwd="/")
        return done.stdout.rstrip("\n") if done.returncode == 0 else done.stderr

    def rows(self, query):
        out = self.psql(f"SELECT coalesce(json_agg(r), '[]') FROM ({query}) r")
        try:
            return json.loads(out)
        except ValueError:
            return out

    def stop(self):
        self.run("pg_ctl", "-D", self.data(), "-m", "immediate", "stop")
        shutil.rmtree(self.dir)


def quote(text):
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def bytea(data):
    return f"'\\x{data.hex()}'::bytea"


class Server:
    """Answers by path; remembers connections and requests."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.base = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        self.connections = 0
        self.requests = []
        self.over = threading.Event()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            connection, _ = self.listener.accept()
            self.connections += 1
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            stream = connection.makefile("rb")
            while True:
                line = stream.readline().decode()
                if not line:
                    return
                head = {}
                while True:
                    field = stream.readline().decode().rstrip("\r\n")
                    if not field:
                        break
                    name, _, value = field.partition(": ")
                    head[name.lower()] = value
                body = stream.read(int(head.get("content-length", 0)))
                self.requests.append((line.strip(), head, body))
                if not self.answer(connection, line.split()[1], head, body):
                    return
        except OSError:
            pass
        finally:
            connection.close()

    def answer(self, connection, path, head, body):
        """False: close the connection."""
        def send(status, text=b"{}", *fields):
            lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(text)}", *fields, "", ""]
            connection.sendall("\r\n".join(lines).encode() + text)
            return True

        name = path.split("?")[0].strip("/").split("/")[0]
        if name == "delay":
            self.over.wait(0.4)
            return send(200)
        if name == "hang":
            self.over.wait(60)
            return False
        if name == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            return False
        if name == "drip":
            connection.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 100000\r\n\r\n")
            while not self.over.wait(0.05):
                connection.sendall(b"x")
            return False
        if name == "huge":
            connection.sendall(b"HTTP/1.1 200 X\r\n\r\n")
            while True:
                connection.sendall(b"x" * 65536)
        if name == "headers":
            connection.sendall(b"HTTP/1.1 200 X\r\n")
            while True:
                connection.sendall(b"X-Field: " + b"x" * 1000 + b"\r\n")
        if name == "exact":
            return send(200, b"x" * 1000)
        if name == "cut":
            connection.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 100\r\n\r\n[1,2")
            return False
        if name == "chunkcut":
            connection.sendall(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1,2,\r\n")
            return False
        if name == "garbage":
            connection.sendall(b"\x00\x01\x02 no HTTP at all\r\n\r\n")
            return False
        if name == "seconds":
            return send(429, b"{}", "Retry-After: 7")
        if name == "date":
            return send(429, b"{}", "Retry-After: " + email.utils.formatdate(time.time() + 60, usegmt=True))
        if name == "year":
            return send(503, b"{}", "Retry-After: 31536000")
        if name == "redirect":
            return send(302, b"", "Location: /ok")
        if name == "leak":
            return send(401, b'{"message": "invalid token ' + head.get("authorizationtoken", "").encode() + b'"}')
        if name == "spelled":
            wanted = path.split("/")
            token = head.get("authorizationtoken", "")
            return send(int(wanted[3]) if len(wanted) > 3 else 401, SPELLINGS[urllib.parse.unquote(wanted[2])](token).encode())
        if name == "backslashes":
            return send(401, b"\\" * 2_000_000)
        if name == "empty":
            connection.sendall(b"HTTP/1.1 204 X\r\n\r\n")
            return True
        return send(200, b'{"ok": true}')


# ---- the texts of the API ----

def try_urls(db):
    wanted = "https://h.example/api/v1/order/pull-orders"
    for base in ("https://h.example", "https://h.example/", "https://h.example/api/v1",
                 "https://h.example/api/v1/", " https://h.example//api/v1// \n"):
        check(f"url {base!r}", db.psql(f"SELECT unit_url({quote(base)}, '/order/pull-orders')"), wanted)
    for base, url in (("HTTPS://h:8443/x/", "HTTPS://h:8443/x/api/v1/p"), ("http://[::1]:80", "http://[::1]:80/api/v1/p"),
                      ("https://api/v1", "https://api/v1/api/v1/p"), ("http://localhost/api/v1", "http://localhost/api/v1/p")):
        check(f"url {base!r}", db.psql(f"SELECT unit_url({quote(base)}, '/p')"), url)
    for base in ("", "   ", "h.example", "ftp://h", "https://", "https:///x", "https://h:99999", "https://h:x", "https://u:p@h",
                 "https://h?x=1", "https://h#x", "https://h x", "https://h\n/x", "https://[::1", "https://[]", "http://h", "http://127.0.0.1.evil.example", "https://عربي"):
        check(f"url {base!r}", db.psql(f"SELECT unit_url({quote(base)}, '/p')"),
              lambda out: "ERROR" in out and "cannot be used" in out and "HINT" in out)


def try_payloads(db):
    check("pull path", db.psql("SELECT unit_pull_path(3, 100, '2026-01-02T03:04:05+02:00')"),
          "/order/pull-orders?page=3&per_page=100&from=2026-01-02T03%3A04%3A05%2B02%3A00")
    check("pull path, no from", db.psql("SELECT unit_pull_path(1, 50, NULL)"), "/order/pull-orders?page=1&per_page=50")
    path, body = db.psql("SELECT unit_status('a/b ع\"', 'approved', NULL, NULL)").split(" ", 1)
    check("status path", path, "/order/update-order-status/a%2Fb%20%D8%B9%22")
    check("status body", json.loads(body), {"hashed_id": 'a/b ع"', "status": "approved"})
    body = db.psql("SELECT unit_status('x', 'delivered', '123', 'out_of_stock')").split(" ", 1)[1]
    check("status body, all", json.loads(body), {"hashed_id": "x", "status": "delivered", "retailer_otp": "123",
                                                 "cancellation_reason": "out_of_stock"})
    for price in ("0.1", "12.30", "3", "123456789012345678901.123456789012345678"):
        check(f"price {price}", db.psql(f"SELECT unit_product('S1', NULL, '{price}', 9007199254740993, false, true)"),
              f'[{{"supplier_product_id":"S1","selling_price":{price},"is_unlimited_stock":false,'
              '"available_stock_quantity":9007199254740993,"in_stock":true}]')
    check("no price, unlimited", db.psql("SELECT unit_product(NULL, '904#2', NULL, -5, true, true)"),
          '[{"internal_product_id":"904#2","is_unlimited_stock":true,"in_stock":true}]')
    for price in ("", "NaN", "1e3", "-1", "1.", ".5", "01", "1,5", "1 "):
        check(f"price {price!r}", db.psql(f"SELECT unit_product(NULL, '1', '{price}', 0, false, true)"),
              lambda out: "plain decimal" in out)


def try_verdicts(db):
    def judge(status, body=b"", outcome=0, error=""):
        return db.psql(f"SELECT unit_judge({status}, {bytea(body)}, {outcome}, {quote(error)})")

    for statuses, verdict in (((200, 201, 204, 299), "done"), ((100, 301, 302, 408, 425, 429, 500, 503, 0), "retry"),
                              ((401, 403), "stop"), ((400, 404, 409, 422), "refused")):
        for status in statuses:
            out = judge(status)
            check(f"verdict {status}", out.split(" ")[0], verdict)
            check(f"reason {status}", out, lambda text: (verdict == "done") == (text == "done "))
    check("failed", judge(200, b"", 1, "Connection refused"), "retry Connection refused")
    check("failed, no text", judge(0, b"", 1), "retry no answer")
    check("too large", judge(200, b"xx", 2), lambda out: out.startswith("done HTTP 200: ") and "larger" in out)
    for body, reason in (
            (b'{"error": "no stock"}', "no stock"),
            (b'{"message": "invalid", "errors": {"0.stock": ["negative"]}}', 'invalid; {"0.stock":["negative"]}'),
            (b'{"error": true, "message": "invalid"}', "invalid"),
            (b'{"error": "same", "message": "same"}', "same"),
            (b'{"code": 5}', '{"code": 5}'), (b'"just text"', "just text"), (b"[1, 2]", "[1, 2]"), (b"null", "null"),
            (b"<html>\n\t<b>Bad</b>\x00\x1b[31m", "<html> <b>Bad</b>\ufffd [31m"),
            (b'{"error": "a\\u0000b\\nc\\u0085d"}', "a\ufffdb c d"),
            ("{\"error\": \"خطأ\"}".encode(), "خطأ"), (b"\xff\xfe", "\ufffd\ufffd")):
        check(f"reason of {body!r}", judge(400, body), "refused HTTP 400: " + reason)
    long = judge(400, ("م" * 5000).encode())
    check("long reason", long, lambda out: 990 <= len(out.encode()) - len("refused ") <= 1000 and out.endswith("م"))
    dirty = b"a\x00\xff\xed\xa0\x80" + "ع😀".encode() + b"\xf0\x9f"
    check("clean", db.psql(f"SELECT unit_clean({bytea(dirty)})"),
          "a" + "\ufffd" * 5 + "ع😀" + "\ufffd" * 2)


def orders_of(db, body):
    return db.rows(f"SELECT *, try_jsonb(json) AS bad FROM unit_orders({bytea(body)})")


ORDER = {"hashed_id": "Ab1", "retailer": {"retailer_name": "محمد 😀"}, "total_price": 1.50,
         "order_details": [{"id": 1, "amount": "2", "selling_price": 0.75, "comment": 'x"y\\z'}]}


def try_pages(db):
    page = json.dumps([ORDER, dict(ORDER, hashed_id=5)], ensure_ascii=False).encode()
    for body in (page, b"\xef\xbb\xbf" + page, b' {"meta": {"data": [1]}, "data" : ' + page + b"} ",
                 b'{"orders":' + page + b"}", b'{"data": null, "orders":' + page + b"}",
                 b'{"d\\u0061ta":' + page + b"}"):
        rows = orders_of(db, body)
        check(f"page {body[:20]!r}", [(row["hashed_id"], row["why"], row["bad"]) for row in rows],
              [("Ab1", None, None), ("5", None, None)])
        check(f"page {body[:20]!r}, text", json.loads(rows[0]["json"]), ORDER)
    for body in (b"", b" \n", b"[]", b" [ ] ", b'{"data": []}'):
        check(f"empty {body!r}", orders_of(db, body), [])
    for body in (b"<html></html>", b"12", b"null", b'"x"', b"{}", b'{"data": {}}', b"[1,]", b"[,1]", b"[1 2]", b"[1]]", b"[1] x",
                 b'{"data": [1]} x', b'{"data": [1],}', b"[" * 100000, b"\x00\xff", b'{"a" 1}', b"{'data': []}", b"["):
        check(f"no page {body[:20]!r}", orders_of(db, body), lambda rows: len(rows) == 1 and rows[0]["n"] == -1 and rows[0]["why"])

    def item(text):
        rows = orders_of(db, b"[" + text + b",{\"hashed_id\":\"good\"}]")
        check(f"neighbour of {text[:30]!r}", rows[-1]["hashed_id"] if len(rows) == 2 else rows, "good")
        return rows[0]

    for text, hashed_id in ((b'{"hashed_id": 123456789012345678901234567890}', "123456789012345678901234567890"),
                            (b'{"hashed_id": -7.50}', "-7.50"), (b'{"hashed_id": "a\\u0000b"}', "ab"),
                            (b'{"hashed_id": "\\ud83d\\ude00"}', "😀"), (b'{"hashed_id": "\\ud83dx"}', "\ufffdx"),
                            (b'{"hashed_id": "\\ud83d\\u0000\\ude00"}', "\ufffd\ufffd"), (b'{"hashed_id": "\\ude00"}', "\ufffd"),
                            (b'{"hashed_id": "\xff"}', "\ufffd"), (b'{"hashed_id": "x", "hashed_id": "y"}', "y"),
                            (b'{"a": {"hashed_id": "no"}, "hashed_\\u0069d": "esc"}', "esc"),
                            (b'{"hashed_id": "' + b"x" * 200 + b'"}', "x" * 200), (b'{"hashed_id":"n","t":"a\nb\tc"}', "n")):
        row = item(text)
        check(f"hashed_id of {text[:40]!r}", (row["hashed_id"], row["why"], row["bad"]), (hashed_id, None, None))
    for text in (b"{}", b'{"hashed_id": null}', b'{"hashed_id": ""}', b'{"hashed_id": "\\u0000"}', b'{"hashed_id": {}}',
                 b'{"hashed_id": true}', b'{"hashed_id": "' + b"x" * 201 + b'"}', b"5", b"null", b'"hashed_id"', b"[1]",
                 b'{"hashed_id": "x", "a": tru}', b'{"hashed_id": "x", "a": NaN}', b'{"hashed_id": "x", "a": 01}',
                 b'{"hashed_id": "x", "a": 1.}', b'{"hashed_id": "x", "a": "\\x"}', b'{"hashed_id": "x", "a": "\\u12"}',
                 b'{"hashed_id": "x",}', b'{"hashed_id": "x" "a"}', b'{"hashed_id": "x", "a": ' + b"[" * 100 + b"]" * 100 + b"}"):
        row = item(text)
        check(f"unusable {text[:40]!r}", (row["hashed_id"], bool(row["why"])), (None, True))

    row = item(b'{"hashed_id":"x","a":12345678901234567890123.10,"b":1e99999,"c":' + b"9" * 5000 + b',"d":1E-5,"e":-0}')
    check("numbers keep their digits", (row["bad"], row["json"]),
          (None, '{"hashed_id":"x","a":12345678901234567890123.10,"b":"1e99999","c":"' + "9" * 5000 + '","d":1E-5,"e":-0}'))


def try_damage(db):
    """Cut a page at every byte; change bytes at random: never a crash, never what jsonb refuses."""
    page = json.dumps([ORDER, dict(ORDER, hashed_id="Ab2", note="\\u0000 \ud83d")], ensure_ascii=True).encode()
    wrapped = b'{"data":' + json.dumps([ORDER], ensure_ascii=False).encode() + b"}"
    bodies = [page[:n] for n in range(1, len(page))] + [wrapped[:n] for n in range(1, len(wrapped))]
    cuts = len(bodies)
    rng = random.Random(7)
    bits = [b"\\", b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\u0000", b"\\ud800", b"\\udc00", b"1e9999", b"-", b"0", b".",
            b"\x00", b"\n", b"\xff", b"/*x*/", b"'", b"NaN", b"Infinity", b"null", b"True", b"\x0b", b"\xe2\x80\xa8", b"e", b"+"]
    for _ in range(8000):
        body = bytearray(rng.choice((page, wrapped)))
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(body))
            body[at:at + rng.randint(0, 2)] = rng.choice(bits) if rng.random() < 0.8 else bytes([rng.randrange(256)])
        bodies.append(bytes(body))
    lines = "".join(f"{n}\t\\\\x{body.hex()}\n" for n, body in enumerate(bodies))
    check("load", db.psql("COPY page FROM stdin;\n" + lines + "\\.\n"), "")
    check("parse", db.psql("CREATE TABLE parsed AS SELECT id, o.*, CASE WHEN o.why IS NULL THEN try_jsonb(json) END AS bad "
                           "FROM page, unit_orders(body) o"), "")
    check("cut pages", db.rows(f"SELECT id, n, why FROM parsed WHERE id < {cuts} AND n >= 0"), [])
    check("every page said something", db.rows(f"SELECT count(DISTINCT id) AS c FROM parsed WHERE id < {cuts}"), [{"c": cuts}])
    check("damaged pages", db.rows("SELECT * FROM parsed WHERE bad IS NOT NULL OR (why IS NULL) <> (hashed_id IS NOT NULL AND n >= 0)"),
          [])
    check("hashed_id is jsonb's own",
          db.rows("SELECT id, hashed_id, json FROM parsed WHERE hashed_id IS DISTINCT FROM json::jsonb ->> 'hashed_id' AND why IS NULL"), [])
    check("some were usable", db.rows("SELECT count(*) AS c FROM parsed WHERE why IS NULL"), lambda rows: rows[0]["c"] > 1000)


def try_big_page(db):
    text = json.dumps(ORDER, ensure_ascii=False).replace("'", "''")
    began = time.monotonic()
    # ten times the orders take about ten times the time, on any machine
    out = db.psql("CREATE TEMP TABLE big AS SELECT times, convert_to('[' || string_agg(replace("
                  f"'{text}', 'Ab1', n::text), ',') || ']', 'UTF8') AS body FROM unnest(ARRAY[1, 10]) times, generate_series(1, 9900 * times) n GROUP BY times;"
                  "SELECT length(body) / 1000000 FROM big WHERE times = 10; SELECT clock_timestamp() AS a \\gset\n"
                  "SELECT count(*), count(why) FROM big, unit_orders(body) WHERE times = 1; SELECT clock_timestamp() AS b \\gset\n"
                  "SELECT count(*), count(why) FROM big, unit_orders(body) WHERE times = 10;"
                  "SELECT clock_timestamp() - :'b' < 40 * (:'b'::timestamptz - :'a'::timestamptz);"
                  "SELECT count(*), count(why), max(why) FROM unit_orders(convert_to('[' || repeat('1,', 100000) || '1]', 'UTF8'))")
    check(f"big page ({time.monotonic() - began:.1f} s)", out.split("\n")[1:],
          ["9900|0", "99000|0", "t", "1|1|the answer holds too many items for one page"])


# ---- the client ----

def try_client(db, server):
    def http(paths, token=TOKEN, body=None, connect=1000, total=1500, cap=100000, parallel=64, give_up=20000, before=""):
        urls = ",".join(quote(path if "://" in path else server.base + path) for path in paths)
        out = db.psql(before + f"SELECT coalesce(json_agg(r ORDER BY tag), '[]') FROM unit_http(ARRAY[{urls}], {quote(token)}, "
                      f"{quote(body)}, {connect}, {total}, {cap}, {parallel}, {give_up}) r")
        try:
            return json.loads(out)
        except ValueError:
            return out

    row, = http(["/ok"])
    check("ok", (row["outcome"], row["status"], row["start"], row["error"], row["retry"]), ("answered", 200, '{"ok": true}', "", -1))
    line, head, _ = server.requests[-1]
    check("request line", line, "GET /ok HTTP/1.1")
    check("headers", [head.get(name) for name in ("authorizationtoken", "content-type", "accept", "user-agent", "expect",
                                                  "accept-encoding")],
          [TOKEN, "application/json", "application/json", "cartona_integration/test", None, None])
    body = json.dumps({"name": "محمد", "pad": "x" * 70000}, ensure_ascii=False)
    row, = http(["/ok"], body=body)
    line, head, sent = server.requests[-1]
    check("post", (row["status"], line, sent.decode() == body, head.get("expect")), (200, "POST /ok HTTP/1.1", True, None))
    http(["/ok/../x/%2E"], body="")
    check("path as it is", server.requests[-1][0], "POST /ok/../x/%2E HTTP/1.1")
    check("no body", http(["/empty"])[0]["len"], 0)
    http(["/ok"], token=None)
    check("no token", "authorizationtoken" in server.requests[-1][1], False)

    before = server.connections
    rows = http(["/ok"] * 50, parallel=1)
    check("one after the other, one connection", (len(rows), server.connections - before), (50, 1))
    began = time.monotonic()
    rows = http(["/delay"] * 32)
    check("32 at once", (sum(row["status"] == 200 for row in rows), time.monotonic() - began),
          lambda got: got[0] == 32 and got[1] < 2)

    faults = ["/hang", "/reset", "/drip", "/huge", "/headers", "/cut", "/chunkcut", "/garbage", "/seconds", "/date", "/year",
              "/redirect", "/leak", "http://127.0.0.1:1/", "http://no-such-host.invalid/", "/ok"]
    rows = {faults[row["tag"]]: row for row in http(faults)}
    for path in ("/hang", "/reset", "/drip", "/headers", "/cut", "/chunkcut", "/garbage", "http://127.0.0.1:1/",
                 "http://no-such-host.invalid/"):
        check(f"fault {path}", (rows[path]["outcome"], bool(rows[path]["error"]), rows[path]["len"]), ("failed", True, 0))
    for path in ("/hang", "/drip"):
        check(f"limit {path}", rows[path]["ms"], lambda ms: 1400 < ms < 2500)
    check("huge", (rows["/huge"]["outcome"], rows["/huge"]["len"], rows["/huge"]["status"]), ("too_large", 100000, 200))
    check("retry after", (rows["/seconds"]["retry"], rows["/year"]["retry"]), (7, 86400))
    check("retry after, date", rows["/date"]["retry"], lambda seconds: 50 <= seconds <= 60)
    check("redirect", (rows["/redirect"]["outcome"], rows["/redirect"]["status"]), ("answered", 302))
    check("token struck out", (rows["/leak"]["status"], TOKEN in json.dumps(rows)), (401, False))
    for name, spell in SPELLINGS.items():
        for status in (401, 200):
            row, = http([f"/spelled/{urllib.parse.quote(name)}/{status}"], token=AWKWARD)
            sent = spell(AWKWARD)
            if status == 401 or not name.startswith("cut"):
                check(f"token struck out, {name}, {status}", (row["len"] == len(sent), row["start"]),
                      lambda got: got[0] and "*" * (9 if name == "cut at the end" else 20) in got[1])
            else:
                check(f"a part in good data stays, {name}", row["start"], sent)
    check("a short token in good data", http(["/exact"], token="x")[0]["start"], lambda start: set(start) == {"x"})
    row, = http(["/backslashes"], total=10000, cap=3_000_000)
    check("a token is looked for once in each place, whatever stands there", (row["status"], row["len"]), (401, 2_000_000))
    check("beside faults", rows["/ok"]["status"], 200)
    row, = http(["/exact"], cap=1000)
    check("just fits", (row["outcome"], row["len"]), ("answered", 1000))
    row, = http(["/exact"], cap=999)
    check("one too many", (row["outcome"], row["len"]), ("too_large", 999))
    row, = http(["/empty"], cap=0)
    check("nothing allowed, nothing sent", row["outcome"], "answered")

    for token in ("a\nb", "a\rb", "a\tb", "a\x7f"):
        count = len(server.requests)
        check(f"token {token!r}", (http(["/ok"], token=token), len(server.requests) - count),
              lambda got: "control character" in got[0] and token not in got[0] and got[1] == 0)
    for url in ("ftp://127.0.0.1/", "file:///etc/passwd", "http://", "http://u:p@127.0.0.1:1/"):
        out = http([url])
        check(f"url {url}", out, lambda out: "cannot be used" in out if isinstance(out, str) else out[0]["outcome"] == "failed")

    check("abandoned", http(["/hang"] * 5 + ["/ok"], give_up=500), lambda rows: len(rows) == 1)
    # An error in the middle frees everything: count the session's descriptors.
    count = "SELECT count(*) FROM pg_ls_dir('/proc/self/fd');"
    call = f"SELECT count(*) FROM unit_http(ARRAY['{server.base}/hang'], 't', NULL, 1000, 9000, 10, 8, 9000)"
    # The first call opens what the libraries keep open.
    out = db.psql(f"SELECT count(*) FROM unit_http(ARRAY['{server.base}/ok'], 't', NULL, 1000, 9000, 1000, 8, 9000);" + count +
                  "SET statement_timeout = 200;"
                  f"DO $$ BEGIN FOR i IN 1..5 LOOP BEGIN EXECUTE $c${call}$c$; EXCEPTION WHEN query_canceled THEN NULL; END; "
                  "END LOOP; END $$ ;" + count)
    lines = out.split("\n")
    check("descriptors after errors", lines, lambda lines: len(lines) == 3 and lines[1] == lines[2])


def main():
    pg_config = sys.argv[1] if len(sys.argv) > 1 else "pg_config"
    subprocess.run(["make", "-s", "-C", HERE, f"PG_CONFIG={pg_config}"], check=True)
    db = Cluster(pg_config)
    server = Server()
    try:
        check("functions", db.psql(FUNCTIONS.format(lib=db.lib)), "")
        for part in (try_urls, try_payloads, try_verdicts, try_pages, try_damage, try_big_page):
            part(db)
        try_client(db, server)
    finally:
        server.over.set()
        db.stop()
    print(f"unit: {checks} checks, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
