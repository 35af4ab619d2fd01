#!/usr/bin/env python3
"""A simulated Cartona marketplace: its supplier API on a loopback port.

Role: the HTTP side. Reads requests, remembers each with its time, lets a fault
hit it where a test asked for one, and answers. README.md has the calls.

Neighbours: marketplace.py (orders, products, rules), faults.py (what can go
wrong), generate.py (many orders); simulator.py starts this from Python tests.

Failure rule: whatever a client does ends at most its own connection. A defect
of the simulator itself answers 500, is printed to stderr and is counted in
/_sim/stats as internal_errors, so that a test cannot take it for a fault it
asked for.

Each answer leaves in one write with TCP_NODELAY: a second small write would
wait for the client's delayed acknowledgement (40 ms) and spoil every timing.
"""

import argparse
import json
import os
import re
import select
import signal
import socket
import socketserver
import ssl
import struct
import sys
import threading
import time
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

sys.dont_write_bytecode = True

from faults import Faults, play  # noqa: E402
from generate import generate  # noqa: E402
from marketplace import (LIST_PATHS, ONE_STATUS, PREFIX,  # noqa: E402
                         UPDATE_PATHS, Marketplace, Refused)

JSON_KIND = "application/json; charset=utf-8"
NOT_FOUND = ("<!DOCTYPE html><html><head><title>404</title></head><body>"
             "<h1>The page you were looking for does not exist</h1>"
             "</body></html>").encode("utf-8")
BODY_LIMIT = 64 * 1024 * 1024
# Longer answers are remembered by their beginning only.
REMEMBERED_ANSWER = 1024 * 1024
PHRASES = {status.value: status.phrase for status in HTTPStatus}


class ClientLeft(Exception):
    """The client closed the connection before its answer was sent."""


class Requests:
    """Every API request since the start or the last reset."""

    def __init__(self):
        self.changed = threading.Condition()
        self.reset()

    def reset(self):
        with self.changed:
            self.all = []
            self.last = 0
            self.in_flight = 0
            self.max_in_flight = 0
            self.connections = 0
            self.internal_errors = 0

    def arrived(self, record):
        with self.changed:
            self.last += 1
            record["number"] = self.last
            self.all.append(record)
            self.in_flight += 1
            self.max_in_flight = max(self.max_in_flight, self.in_flight)
            self.changed.notify_all()

    def ended(self, record):
        with self.changed:
            record["ended"] = True
            self.in_flight = max(0, self.in_flight - 1)
            self.changed.notify_all()

    def find(self, query):
        """Those a query asks for; with at_least, waits until there are so
        many that have been answered, or until its timeout."""
        since = int(query.get("since", 0))
        at_least = int(query.get("at_least", 0))
        deadline = time.monotonic() + float(query.get("timeout", 10))
        with self.changed:
            while True:
                found = [record for record in self.all
                         if record["number"] > since
                         and query.get("path", "") in record["path"]
                         and query.get("method") in (None, record["method"])]
                left = deadline - time.monotonic()
                if sum(record["ended"] for record in found) >= at_least \
                        or left <= 0:
                    return [dict(record) for record in found]
                self.changed.wait(left)

    def acks(self):
        """When each order was first acknowledged: the arrival of the request."""
        first = {}
        with self.changed:
            for record in self.all:
                if "update-order-status" not in record["path"]:
                    continue
                sent = record["json"]
                for item in sent if isinstance(sent, list) else [sent]:
                    if isinstance(item, dict) \
                            and item.get("status") == "synced":
                        first.setdefault(item.get("hashed_id"),
                                         record["time"])
        return first

    def stats(self):
        with self.changed:
            routes = {}
            for record in self.all:
                route = routes.setdefault(
                    "%s %s" % (record["method"], record["route"]), {})
                status = str(record["answer_status"])
                route[status] = route.get(status, 0) + 1
            return {"requests": len(self.all), "last": self.last,
                    "in_flight": self.in_flight,
                    "max_in_flight": self.max_in_flight,
                    "connections": self.connections,
                    "internal_errors": self.internal_errors,
                    "routes": routes}


class Connection(BaseHTTPRequestHandler):
    """One client's connection, one request after the other."""

    protocol_version = "HTTP/1.1"
    server_version = "CartonaSimulator"
    sys_version = ""
    disable_nagle_algorithm = True
    # answer() and send() of the request at hand; faults.py plays with them.
    record = None

    def setup(self):
        super().setup()
        self.number = self.server.next_connection()

    def handle(self):
        try:
            super().handle()
        except (OSError, ClientLeft):
            # Gone, reset, or not trusting our certificate: the client's affair.
            self.close_connection = True

    def log_message(self, *arguments):
        """Requests are remembered, not printed."""

    def handle_one_request(self):
        self.raw_requestline = self.rfile.readline(65537)
        arrived, monotonic = time.time(), time.monotonic()
        if not self.raw_requestline:
            self.close_connection = True
            return
        if len(self.raw_requestline) > 65536:
            self.close_connection = True
            return
        if not self.parse_request():
            return
        target = urlsplit(self.path)
        self.query = dict(parse_qsl(target.query, keep_blank_values=True))
        self.target = unquote(target.path)
        self.body = self.read_body()
        if self.body is None:
            return
        if self.target.startswith("/_sim"):
            self.control()
        else:
            self.api(target, arrived, monotonic)

    def read_body(self):
        length = self.headers.get("Content-Length")
        if length is None:
            if self.headers.get("Transfer-Encoding") is None:
                return b""
            self.refuse_body(411, "Content-Length is required")
            return None
        if not re.match(r"\d{1,9}$", length) or int(length) > BODY_LIMIT:
            self.refuse_body(413, "the body is too large")
            return None
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return None
        return body

    def refuse_body(self, status, message):
        self.close_connection = True
        self.send(status, {"Content-Type": JSON_KIND},
                  json.dumps({"error": message}).encode("utf-8"))

    # ---- writing ---------------------------------------------------------

    def encode(self, status, headers, body):
        """The answer as bytes; body None: its length is not announced."""
        lines = ["HTTP/1.1 %d %s" % (status, PHRASES.get(status, "Status")),
                 "Server: " + self.server_version,
                 "Date: " + self.date_time_string()]
        lines += ["%s: %s" % pair for pair in headers.items()]
        if body is not None and status not in (204, 304):
            lines.append("Content-Length: %d" % len(body))
        if self.close_connection:
            lines.append("Connection: close")
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")
        if body is None or self.command == "HEAD" or status in (204, 304):
            return head
        return head + body

    def send(self, status, headers, body):
        self.note(status, body)
        self.send_bytes(self.encode(status, headers, body))

    def send_bytes(self, data):
        try:
            self.connection.sendall(data)
        except OSError:
            raise ClientLeft()

    def note(self, status, body):
        """Remember what was answered, before the client can see it."""
        if self.record is not None:
            self.record["answer_status"] = status
            self.record["answer_body"] = body[:REMEMBERED_ANSWER].decode(
                "utf-8", "replace")
            self.record["answered_at"] = time.time()

    def reset(self):
        """Close with RST instead of FIN."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                   struct.pack("ii", 1, 0))
        # Not shutdown(): that would say goodbye first. The reading file holds
        # the descriptor open, so both must go.
        self.rfile.close()
        self.connection.close()

    def close(self):
        self.close_connection = True

    def finish(self):
        if not self.rfile.closed:
            super().finish()

    def wait(self, seconds):
        """Wait; False when the client left. Cleared faults end the wait."""
        deadline = None if seconds is None else time.monotonic() + seconds
        watch = select.poll()
        watch.register(self.connection, select.POLLRDHUP)
        while not self.released.is_set():
            left = 0.05
            if deadline is not None:
                left = min(left, deadline - time.monotonic())
                if left <= 0:
                    break
            if watch.poll(left * 1000):
                self.record["client_left"] = True
                return False
        return True

    def own_url(self, name):
        return "%s://127.0.0.1:%d%s/%s" % (
            "https" if self.server.tls else "http", self.server.server_port,
            PREFIX, name)

    # ---- the API ---------------------------------------------------------

    def api(self, target, arrived, monotonic):
        try:
            parsed = json.loads(self.body.decode("utf-8"))
        except (ValueError, RecursionError):
            parsed = None
        self.record = {
            "number": 0, "time": arrived, "monotonic": monotonic,
            "connection": self.number, "method": self.command,
            "path": self.target, "route": route_of(self.target),
            "query": self.query, "query_string": target.query,
            "headers": dict(self.headers.items()),
            "body": self.body.decode("utf-8", "replace"), "json": parsed,
            "answer_status": None, "answer_body": None, "answered_at": None,
            "fault": None, "client_left": False, "ended": False}
        record = self.record
        self.server.requests.arrived(record)
        rule, self.released = self.server.faults.pick(
            self.command, self.target, record["body"])
        try:
            if rule is None:
                self.send(*self.answer())
            else:
                record["fault"] = rule.kind
                play(rule, self)
        except ClientLeft:
            record["client_left"] = True
            self.close_connection = True
        finally:
            self.record = None
            self.server.requests.ended(record)

    def answer(self):
        """Make the call take effect: (status, headers, body)."""
        headers = {"Content-Type": JSON_KIND}
        try:
            status, value = self.server.market.answer(
                self.command, self.target, self.query, self.headers, self.body)
        except Refused as refused:
            if refused.message is None:
                return refused.status, {
                    "Content-Type": "text/html; charset=utf-8"}, NOT_FOUND
            if refused.status == 405:
                headers["Allow"] = refused.allow
            status, value = refused.status, {"error": refused.message}
        except Exception:
            status, value = self.defect()
        if value is None:
            return status, {}, b""
        return status, headers, json.dumps(value, ensure_ascii=False).encode(
            "utf-8", "surrogatepass")

    def defect(self):
        traceback.print_exc()
        self.server.requests.internal_errors += 1
        return 500, {"error": "defect of the simulator"}

    # ---- what tests ask of the simulator ---------------------------------

    def control(self):
        self.record = None
        try:
            value = json.loads(self.body.decode("utf-8")) if self.body else None
            status, answer = self.control_answer(value)
        except Refused as refused:
            status, answer = refused.status, {"error": refused.message}
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            status, answer = 400, {"error": "%s: %s"
                                   % (type(problem).__name__, problem)}
        except Exception:
            status, answer = self.defect()
        self.send(status, {"Content-Type": JSON_KIND},
                  json.dumps(answer, ensure_ascii=False).encode(
                      "utf-8", "surrogatepass"))

    def control_answer(self, value):
        server, market = self.server, self.server.market
        call = "%s %s" % (self.command, self.target[len("/_sim/"):])
        if call == "POST orders":
            return 201, {"added": market.add_orders(
                value, as_is=self.query.get("as_is") == "1")}
        if call == "GET orders":
            return 200, market.order_states()
        if call.startswith("GET orders/"):
            return 200, market.order_state(call[len("GET orders/"):])
        if call.startswith("POST orders/"):
            return 200, market.change_order(call[len("POST orders/"):], value)
        if call == "GET products":
            return 200, market.register_products([])
        if call == "POST products":
            return 200, market.register_products(value)
        if call == "POST products/refuse":
            return 200, market.refuse_product(value)
        if call == "GET requests":
            return 200, server.requests.find(self.query)
        if call == "GET faults":
            return 200, server.faults.state()
        if call == "POST faults":
            server.faults.add(value)
            return 200, server.faults.state()
        if call == "DELETE faults":
            server.faults.clear()
            return 200, []
        if call == "GET options":
            return 200, market.set_options({})
        if call == "POST options":
            return 200, market.set_options(value)
        if call == "POST reset":
            server.faults.clear()
            server.faults.seed((value or {}).get("seed", 0))
            market.reset()
            server.requests.reset()
            return 200, {}
        if call == "GET stats":
            return 200, dict(server.requests.stats(),
                             orders=len(market.orders),
                             synced=sum(order.synced for order
                                        in list(market.orders.values())),
                             products=len(market.products))
        if call == "GET acks":
            return 200, server.requests.acks()
        if call == "POST generate":
            return 201, {"added": market.add_orders(generate(value))}
        raise Refused(404, "no such control call: %s" % call)


def route_of(path):
    """The path without the order's id, to count by."""
    if path.startswith(PREFIX + ONE_STATUS):
        return ONE_STATUS + "<hashed_id>"
    route = path[len(PREFIX):] if path.startswith(PREFIX) else path
    return route if route in LIST_PATHS or route in UPDATE_PATHS else "other"


class Simulator(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port, market, certificate=None):
        self.market = market
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate)
        self.faults = Faults()
        self.requests = Requests()
        self.connection_lock = threading.Lock()
        self.connection_count = 0
        super().__init__(("127.0.0.1", port), Connection)

    def server_bind(self):
        # HTTPServer's own looks up the host's name, which can hang.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def get_request(self):
        connection, address = super().get_request()
        if self.tls:
            # The handshake is left to the connection's own thread: here, a
            # client that does not finish it would hold up all others.
            connection = self.tls.wrap_socket(connection, server_side=True,
                                              do_handshake_on_connect=False)
        return connection, address

    def next_connection(self):
        with self.connection_lock:
            self.connection_count += 1
            self.requests.connections += 1
            return self.connection_count

    def shutdown_request(self, request):
        # After reset() the socket is closed already.
        if request.fileno() != -1:
            super().shutdown_request(request)

    def handle_error(self, request, client_address):
        self.requests.internal_errors += 1
        traceback.print_exc()


def main():
    parser = argparse.ArgumentParser(description="A simulated Cartona.")
    parser.add_argument("--port", type=int, default=0,
                        help="on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--token", required=True,
                        help="the AuthorizationToken that is accepted")
    parser.add_argument("--state-log", metavar="FILE",
                        help="append each accepted change as a line of JSON")
    parser.add_argument("--certificate", metavar="FILE",
                        help="HTTPS, with this key and certificate (PEM)")
    arguments = parser.parse_args()

    state_log = open(arguments.state_log, "a", encoding="utf-8") \
        if arguments.state_log else None
    server = Simulator(arguments.port, Marketplace(arguments.token, state_log),
                       arguments.certificate)
    # At once, with requests in flight: nothing here needs an orderly end.
    signal.signal(signal.SIGTERM, lambda *ignored: os._exit(0))
    signal.signal(signal.SIGINT, lambda *ignored: os._exit(0))
    print("listening on %d" % server.server_port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
