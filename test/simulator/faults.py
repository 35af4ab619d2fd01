"""Faults on demand: what a bad network and a bad server do to a request.

Role: holds the rules that tests set, finds the one that hits a request, and
plays it.

Neighbours: cartona_simulator.py, whose connection handler is the `exchange`
given to `play`: answer() makes the call take effect, send_bytes() writes,
wait() waits, reset() breaks the connection.

Failure rule: a rule that makes no sense is refused when it is set (ValueError),
so that playing it cannot fail; a client that leaves ends the play.
"""

import random
import re
import threading

KINDS = ("delay", "status", "reset", "truncate", "garbage", "hang", "html",
         "huge", "slow", "redirect", "empty")
# By default the call takes effect only where the fault passes its answer on.
APPLIED = ("delay", "truncate", "slow")
RULE_KEYS = {"match", "times", "probability", "fault", "status",
             "retry_after", "seconds", "applied", "body", "bytes", "location"}
MATCH_KEYS = {"method", "path", "body"}
GARBAGE = b'\x00\xff\xfe[{"hashed_id": "\xc3\x28", ' + bytes(range(256))
HTML = ("<html><head><title>502 Bad Gateway</title></head>"
        "<body><h1>الخدمة غير متاحة</h1></body></html>").encode("utf-8")


class Rule:
    def __init__(self, given):
        if not isinstance(given, dict) or set(given) - RULE_KEYS:
            raise ValueError("a rule is an object of: "
                             + ", ".join(sorted(RULE_KEYS)))
        if given.get("fault") not in KINDS:
            raise ValueError("fault must be one of: " + ", ".join(KINDS))
        match = given.get("match") or {}
        if not isinstance(match, dict) or set(match) - MATCH_KEYS:
            raise ValueError("match is an object of: "
                             + ", ".join(sorted(MATCH_KEYS)))
        self.given = given
        self.kind = given["fault"]
        self.method = match.get("method")
        self.path = match.get("path")
        try:
            self.pattern = re.compile(self.path) if self.path else None
        except re.error as problem:
            raise ValueError("match.path: %s" % problem)
        self.body = match.get("body")
        self.left = given.get("times")
        self.probability = float(given.get("probability", 1))
        self.applied = bool(given.get("applied", self.kind in APPLIED))
        seconds = given.get("seconds")
        self.seconds = None if seconds is None else float(seconds)
        self.bytes = int(given.get("bytes", 64 * 1024 * 1024))
        default = {"status": 500, "redirect": 302}.get(self.kind, 200)
        self.status = int(given.get("status", default))
        if not 200 <= self.status <= 599:
            raise ValueError("status must be from 200 to 599")
        self.hits = 0

    def fits(self, method, path, body):
        if self.left is not None and self.left <= 0:
            return False
        if self.method and self.method != method:
            return False
        if self.path and self.path not in path \
                and not self.pattern.search(path):
            return False
        return not self.body or self.body in body


class Faults:
    """The rules, in the order they were set: the first that fits hits."""

    def __init__(self):
        self.lock = threading.Lock()
        self.rules = []
        # Set by clear(): whoever waits in a fault looks here.
        self.released = threading.Event()
        self.seed()

    def seed(self, value=0):
        self.random = random.Random(value)

    def add(self, given):
        rules = [Rule(one) for one in given]
        with self.lock:
            self.rules.extend(rules)

    def clear(self):
        with self.lock:
            self.rules = []
            self.released.set()
            self.released = threading.Event()

    def pick(self, method, path, body):
        """The rule that hits this request, and the event that ends it."""
        with self.lock:
            for rule in self.rules:
                if rule.fits(method, path, body) \
                        and self.random.random() < rule.probability:
                    rule.hits += 1
                    if rule.left is not None:
                        rule.left -= 1
                    return rule, self.released
        return None, None

    def state(self):
        with self.lock:
            return [dict(rule.given, hits=rule.hits, left=rule.left)
                    for rule in self.rules]


def play(rule, exchange):
    """Do to this exchange what the rule says."""
    if rule.kind == "delay" and not rule.applied:
        if exchange.wait(rule.seconds or 1):
            exchange.send(*exchange.answer())
        return

    answer = exchange.answer() if rule.applied else None
    if rule.kind == "delay":
        if exchange.wait(rule.seconds or 1):
            exchange.send(*answer)
    elif rule.kind == "status":
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if rule.given.get("retry_after") is not None:
            headers["Retry-After"] = str(rule.given["retry_after"])
        body = rule.given.get("body", '{"error": "fault %d"}' % rule.status)
        exchange.send(rule.status, headers, body.encode("utf-8"))
    elif rule.kind == "reset":
        if rule.seconds is None or exchange.wait(rule.seconds):
            exchange.reset()
    elif rule.kind == "truncate":
        play_truncate(exchange, answer)
    elif rule.kind == "garbage":
        exchange.send(rule.status, {"Content-Type": "application/json"},
                      GARBAGE)
    elif rule.kind == "html":
        exchange.send(rule.status, {"Content-Type": "text/html; charset=utf-8"},
                      HTML)
    elif rule.kind == "empty":
        exchange.send(rule.status, {}, b"")
    elif rule.kind == "redirect":
        target = rule.given.get("location") or exchange.own_url("redirected")
        exchange.send(rule.status, {"Location": target}, b"")
    elif rule.kind == "hang":
        # Without a limit it lasts until the client leaves or tests clear it.
        exchange.wait(rule.seconds)
        exchange.close()
    elif rule.kind == "huge":
        play_huge(rule, exchange)
    else:
        play_slow(rule, exchange, answer)


def play_truncate(exchange, answer):
    status, headers, body = answer or (
        200, {"Content-Type": "application/json"},
        b'[{"hashed_id": "truncated", "order_details": []}]')
    whole = exchange.encode(status, headers, body)
    exchange.note(status, body)
    exchange.send_bytes(whole[:len(whole) - len(body) + len(body) // 2])
    exchange.close()


def play_huge(rule, exchange):
    """Valid JSON without an announced length, so only counting helps."""
    head = exchange.encode(rule.status, {
        "Content-Type": "application/json", "Transfer-Encoding": "chunked"},
        None)
    exchange.note(rule.status, b"(huge)")
    exchange.send_bytes(head + b"2\r\n[\"\r\n")
    piece = b"a" * 65536
    left = rule.bytes
    while left > 0:
        part = piece[:left]
        exchange.send_bytes(b"%x\r\n%s\r\n" % (len(part), part))
        left -= len(part)
    exchange.send_bytes(b"2\r\n\"]\r\n0\r\n\r\n")


def play_slow(rule, exchange, answer):
    status, headers, body = answer or (
        200, {"Content-Type": "application/json"}, b"[]" + b" " * 98)
    whole = exchange.encode(status, headers, body)
    exchange.note(status, body)
    size = -(-len(whole) // 100)
    starts = range(0, len(whole), size)
    for start in starts:
        if not exchange.wait((rule.seconds or 5) / len(starts)):
            return
        exchange.send_bytes(whole[start:start + size])
