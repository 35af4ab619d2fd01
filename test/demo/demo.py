#!/usr/bin/env python3
"""The story of `make demo`: what a supplier sees when his Odoo talks with Cartona.

Role: tells the main job step by step: what was done (SQL, or a clerk's click)
and what was seen at the other end. What Cartona saw is asked of the simulator,
what Odoo has is read from Odoo's own tables.

Neighbours: demo.sh prepares the cluster and calls this; shop.py is the
supplier's Odoo; test/simulator is Cartona; test/odoo brings up a real Odoo.

Failure: a step that does not happen by its deadline ends the story with what
was waited for, what the extension says and the ends of the logs; exit code 1.
75: no Debian mirror can be reached, so there is no real Odoo.
"""

import argparse
import contextlib
import datetime
import os
import signal
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TEST = os.path.dirname(HERE)
sys.path[:0] = [os.path.join(TEST, "simulator"), os.path.join(TEST, "odoo")]

import odoo_server  # noqa: E402
from odoo_server import Failed, OdooError, quote  # noqa: E402
from shop import EmbeddedShop, RealShop  # noqa: E402
from simulator import Simulator  # noqa: E402

TOKEN = "demo-token-4711"
BULK = "/supplier-product/bulk-update"
STATUS = "/order/update-order-status"
EX_TEMPFAIL = 75
SECONDS = 30                    # how long anything may take before it is missing

COLOR = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb" \
    and "NO_COLOR" not in os.environ


def paint(code, text):
    return "\033[%sm%s\033[0m" % (code, text) if COLOR else text


class Missing(Exception):
    """Something did not happen by its deadline."""


def eventually(condition, what, seconds=SECONDS):
    """Poll until condition() is true and return its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise Missing("not within %s seconds: %s" % (seconds, what))
        time.sleep(0.02)


def number(value):
    """A number as people write it: 42.5 as 42.50, 12.0 as 12."""
    value = float(value)
    return "%d" % value if value == int(value) else "%.2f" % value


class Story:
    def __init__(self, shop, cartona):
        self.shop = shop
        self.cartona = cartona
        self.steps = 0

    # ---------------------------------------------------------------- telling

    def step(self, title):
        self.steps += 1
        print("\n" + paint("1;36", "%d. %s" % (self.steps, title)), flush=True)

    def line(self, who, text, code):
        first = "   %-9s" % who
        for part in text.split("\n"):
            print(paint(code, first) + part, flush=True)
            first = " " * 12

    def did(self, text):
        self.line("SQL", text, "33")

    def clerk(self, text):
        self.line("clerk", text, "33")

    def odoo(self, text):
        self.line("Odoo", text, "32")

    def at_cartona(self, text):
        self.line("Cartona", text, "35")

    def extension(self, text):
        self.line("status", text, "34")

    def sql(self, statement, shown=None):
        self.did(shown or statement)
        return self.shop.sql(statement)

    # ------------------------------------------------------- at the other end

    def fault(self, **rule):
        self.cartona.control("POST", "faults", [rule])

    def last_request(self):
        return self.cartona.control("GET", "stats")["last"]

    def calls(self, path, since):
        """The answered requests to a path after the one with the number since."""
        return [request for request in
                self.cartona.control("GET", "requests?since=%d&path=%s" % (since, path))
                if request["answer_status"] is not None]

    def listing(self, product):
        """What Cartona shows of a product."""
        for found in self.cartona.control("GET", "products"):
            if str(found.get("supplier_product_id")) == product["sku"]:
                return found
        return {}

    def shows(self, product, price=None, stock=None):
        found = self.listing(product)
        return bool(found) and (price is None or float(found["selling_price"]) == float(price)) \
            and (stock is None or found["available_stock_quantity"] == stock)

    def order_at_cartona(self, hashed_id):
        return self.cartona.control("GET", "orders/" + hashed_id)

    def describe(self, *products):
        self.at_cartona("\n".join(
            "%s: price %s, stock %s" % (product["sku"], number(found["selling_price"]),
                                        found["available_stock_quantity"])
            for product, found in ((product, self.listing(product)) for product in products)))

    def status(self):
        return self.shop.row("SELECT * FROM cartona.status")

    def quiet(self):
        """Nothing waits, and nothing is on its way."""
        def is_quiet():
            status = self.status()
            return status["captured"] == status["orders_waiting"] == status["products_waiting"] == 0
        eventually(is_quiet, "nothing waits any more")

    # -------------------------------------------------------------- the story

    def tell(self):
        self.connect()
        self.sell()
        self.order_arrives()
        self.status_leaves()
        self.levels_leave()
        self.fault_is_survived()
        self.poison_stops_nobody()
        self.look_at_it()

    def connect(self):
        shop = self.shop
        self.step("The extension is installed in Odoo's database, by Odoo's own role (no superuser)")
        self.sql("CREATE EXTENSION cartona_integration;")
        eventually(lambda: self.status()["odoo"] == "attached" and self.status()["worker"] == "running",
                   "the worker attaches to Odoo's tables")
        triggers = shop.row("SELECT count(*) AS n FROM pg_trigger WHERE tgname LIKE 'cartona_capture_%'")["n"]
        self.odoo("its background worker found Odoo and put %d triggers on Odoo's tables" % triggers)
        status = self.status()
        self.extension("state %s: %s" % (status["state"], status["reason"]))

        self.step("The account is set up and tried")
        self.sql("UPDATE cartona.account SET api_url = %s, currency = %s;"
                 % (quote(self.cartona.url), quote(shop.currency)))
        self.sql("SELECT cartona.set_token(1, %s);" % quote(TOKEN),
                 "SELECT cartona.set_token(1, '...');")
        self.sql("SELECT cartona.test_connection();")
        eventually(lambda: (self.status()["last_check_result"] or "").startswith("ok"),
                   "the connection is tried")
        self.extension("last check: %s" % self.status()["last_check_result"])

    def sell(self):
        shop = self.shop
        products = (shop.tea, shop.sugar, shop.oil)
        self.step("Three products are mapped to Cartona's ids; the account is enabled")
        self.sql("UPDATE product_template SET cartona_id = v.cartona_id\nFROM (VALUES %s) v (id, cartona_id)\n"
                 "WHERE product_template.id = v.id;"
                 % ", ".join("(%d, '%s')" % (p["template"], p["sku"]) for p in products))
        self.did("SELECT * FROM cartona.preview();   -- what enable() would send")
        for row in shop.rows("SELECT kind, cartona_id, price, stock FROM cartona.preview()"):
            self.extension("%s %s: price %s, stock %s" % (
                row["kind"], row["cartona_id"], number(row["price"]), row["stock"]))
        since = self.last_request()
        self.sql("SELECT cartona.enable();")
        eventually(lambda: all(self.listing(p) for p in products), "the products reach Cartona")
        self.describe(*products)
        self.at_cartona("in %d bulk call" % len(self.calls(BULK, since)))

    def add_order(self, hashed_id, lines, **more):
        stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self.cartona.control("POST", "orders", [dict({
            "hashed_id": hashed_id, "status": "pending", "created_at": stamp,
            "order_details": [
                {"supplier_product_id": product["sku"], "internal_product_id": str(product["variant"]),
                 "amount": amount, "selling_price": price} for product, amount, price in lines]}, **more)])

    def pull(self, *hashed_ids):
        """Ask for the orders now, and return the sales orders made of them."""
        self.sql("SELECT cartona.pull_orders();   -- by itself it happens every 5 minutes")
        return [eventually(lambda: self.shop.order(hashed_id), "order %s is in Odoo" % hashed_id)
                for hashed_id in hashed_ids]

    def order_arrives(self):
        shop = self.shop
        self.step("A retailer orders on Cartona")
        before = self.listing(shop.tea)["available_stock_quantity"]
        self.add_order("A7F3", [(shop.tea, 12, 42.5), (shop.sugar, 5, 38)],
                       delivered_by="delivered_by_supplier",
                       note_message="التسليم بعد الساعة ٥ مساءً",
                       retailer={"retailer_code": "10457", "retailer_name": "سوبر ماركت الحاج محمود",
                                 "retailer_number": "01012345678",
                                 "retailer_address": "١٢ شارع الجمهورية، عابدين، القاهرة"})
        self.at_cartona("order A7F3 of سوبر ماركت الحاج محمود: 12 x C-1001, 5 x C-1002")
        order, = self.pull("A7F3")
        self.odoo("%s (%s) for %s, %s, %s" % (order["name"], order["state"], order["customer"],
                                              order["phone"], order["street"]))
        for line in order["lines"]:
            self.odoo("   %s: %s x %s = %s" % (line["name"], number(line["qty"]),
                                               number(line["price_unit"]), number(line["price_subtotal"])))
        self.odoo("   untaxed %s, taxes %s, total %s %s" % (
            number(order["amount_untaxed"]), number(order["amount_tax"]),
            number(order["amount_total"]), order["currency"]))
        eventually(lambda: self.order_at_cartona("A7F3")["synced"], "the order is acknowledged")
        self.at_cartona("acknowledged (synced) %.0f ms after the order was committed in Odoo"
                        % (1000 * (self.acknowledged("A7F3") - self.shop.commit_time(order["id"]))))
        eventually(lambda: self.shows(shop.tea, stock=before - 12), "the stock at Cartona follows the draft")
        self.at_cartona("stock of C-1001 is %d now: what a draft asks for is not offered again" % (before - 12))

    def acknowledged(self, hashed_id):
        return min(request["time"] for request in self.calls(STATUS + "/" + hashed_id, 0)
                   if request["json"]["status"] == "synced")

    def confirm(self, hashed_id):
        """Confirm an order; how long after the commit Cartona was called, in ms."""
        order = self.shop.order(hashed_id)
        self.quiet()
        since = self.last_request()
        act = self.shop.confirm(order["id"])
        eventually(lambda: self.order_at_cartona(hashed_id)["status"] == "approved",
                   "Cartona approves %s" % hashed_id)
        call = [c for c in self.calls(STATUS, since) if c["json"]["status"] == "approved"][0]
        return act, 1000 * (call["time"] - self.shop.commit_time(order["id"]))

    def status_leaves(self):
        self.step("Clerks confirm orders in Odoo")
        act, took = self.confirm("A7F3")
        self.clerk(act)
        self.at_cartona("A7F3 is approved: called %.1f ms after the commit in Odoo" % took)
        more = ["B%d" % number for number in range(201, 214)]
        for hashed_id in more:
            self.add_order(hashed_id, [(self.shop.tea, 1, 42.5)],
                           retailer={"retailer_code": "20983", "retailer_name": "ميني ماركت عمرو الشرقاوي"})
        self.at_cartona("%d more orders" % len(more))
        self.pull(*more)
        took = sorted(self.confirm(hashed_id)[1] for hashed_id in more[:-1])
        self.clerk("confirm %d of them, one by one" % len(took))
        self.at_cartona("all approved: called %.1f ms after the commit at best, %.1f ms in the middle, %.1f ms at worst"
                        % (took[0], took[len(took) // 2], took[-1]))

    def levels_leave(self):
        shop = self.shop
        self.step("A price changes and goods are received")
        stock = self.listing(shop.sugar)["available_stock_quantity"] + 25
        since = self.last_request()
        self.clerk(shop.price_and_receipt(shop.tea, 45, shop.sugar, 25))
        eventually(lambda: self.shows(shop.tea, price=45) and self.shows(shop.sugar, stock=stock),
                   "the new price and stock are at Cartona")
        self.describe(shop.tea, shop.sugar)
        calls = self.calls(BULK, since)
        self.at_cartona("%s with %s" % (
            "one bulk call" if len(calls) == 1 else "%d bulk calls" % len(calls),
            " and ".join("%d products" % len(call["json"]) if len(call["json"]) > 1 else "1 product"
                         for call in calls)))

    def fault_is_survived(self):
        shop = self.shop
        self.step("Cartona is down (it answers 503); the clerks go on working")
        self.fault(match={}, fault="status", status=503)
        since = self.last_request()
        for price in (46, 47, 48):
            self.clerk(shop.set_prices((shop.tea, price)))
        self.clerk(shop.confirm(shop.order("B213")["id"]))
        eventually(lambda: self.status()["last_error"], "the outage is noticed")
        eventually(lambda: len(self.calls("/", since)) >= 3, "it is tried again")
        status = self.status()
        self.extension("%s order and %s product wait; last error: %s"
                       % (status["orders_waiting"], status["products_waiting"], status["last_error"]))
        self.at_cartona("refused %d calls" % len(self.calls("/", since)))
        self.cartona.control("DELETE", "faults")
        back = time.monotonic()
        since = self.last_request()
        self.at_cartona("is back")
        eventually(lambda: self.shows(shop.tea, price=48) and self.order_at_cartona("B213")["status"] == "approved",
                   "everything arrives after the outage", 60)
        took = time.monotonic() - back
        self.quiet()
        prices = [item["selling_price"] for call in self.calls(BULK, since) for item in call["json"]
                  if str(item["supplier_product_id"]) == shop.tea["sku"]]
        if [float(price) for price in prices] != [48.0]:
            raise Missing("one call with the last price only; the calls had the prices %s" % prices)
        self.at_cartona("B213 is approved, and C-1001 has price 48, %.1f s later, by itself;"
                        " of the three prices only the last was sent, once" % took)
        self.extension("nothing waits, nothing is lost")

    def poison_stops_nobody(self):
        shop = self.shop
        self.step("Cartona refuses one product; the others go through")
        self.cartona.control("POST", "products/refuse", {
            "supplier_product_id": shop.oil["sku"], "reason": "price is above the maximum for this category"})
        self.clerk(shop.set_prices((shop.tea, 49), (shop.sugar, 39), (shop.oil, 990)))
        problem = eventually(lambda: self.shop.row(
            "SELECT * FROM cartona.problem WHERE kind = 'dead letter'"), "the refusal is reported")
        eventually(lambda: self.shows(shop.tea, price=49) and self.shows(shop.sugar, price=39),
                   "the other products are at Cartona")
        self.describe(shop.tea, shop.sugar, shop.oil)
        self.did("SELECT problem, what_to_do FROM cartona.problem;")
        self.extension(problem["problem"])
        self.extension(problem["what_to_do"])

        self.step("The cause is mended; the product is sent again")
        self.cartona.control("POST", "products/refuse", {
            "supplier_product_id": shop.oil["sku"], "reason": None})
        self.at_cartona("allows the price now")
        self.sql("SELECT cartona.retry(%d);" % problem["id"])
        eventually(lambda: self.shows(shop.oil, price=990), "the product is sent again")
        self.describe(shop.oil)
        eventually(lambda: not self.shop.rows("SELECT 1 AS one FROM cartona.problem"), "no problem is left")

    def look_at_it(self):
        self.step("How it stands")
        self.did("SELECT * FROM cartona.status;")
        status = self.status()
        for name in ("account_id", "name", "state", "odoo", "worker", "orders_waiting", "products_waiting",
                     "dead_letters", "imports_waiting", "imports_failed", "last_pull_at",
                     "last_success_at", "last_error"):
            self.extension("%-17s %s" % (name, "" if status[name] is None else status[name]))
        self.did("SELECT kind, result, count(*) FROM cartona.log GROUP BY 1, 2;")
        for row in self.shop.rows("SELECT kind, result, count(*) AS n, round(avg(duration_ms)::numeric, 1) AS ms"
                                  " FROM cartona.log GROUP BY 1, 2 ORDER BY 1, 2"):
            self.extension("%-8s %-8s %3d, %s ms each" % (row["kind"], row["result"], row["n"], row["ms"]))


def tail(path, lines=25):
    try:
        with open(path, encoding="utf-8", errors="replace") as log:
            return "".join(log.readlines()[-lines:])
    except OSError as problem:
        return str(problem) + "\n"


def fail(problem, shop, logs):
    """Say what is missing and everything that may explain it."""
    print("\n" + paint("1;31", "FAILED: %s" % problem), flush=True)
    with contextlib.suppress(Exception):
        for view in ("status", "problem"):
            print("\ncartona.%s:" % view)
            for row in shop.rows("SELECT * FROM cartona." + view):
                print("   " + str({name: value for name, value in row.items() if value is not None}))
    for path in logs:
        print("\nThe end of %s:\n%s" % (os.path.basename(path), tail(path)), flush=True)
    return 1


def tell(shop, cartona, logs):
    started = time.monotonic()
    try:
        Story(shop, cartona).tell()
    except (Missing, Failed, OdooError, AssertionError, LookupError, OSError) as problem:
        return fail(problem or type(problem).__name__, shop, logs)
    print("\n" + paint("1;32", "That was the whole round, in %.0f seconds." % (time.monotonic() - started)), flush=True)
    return 0


def embedded(args):
    cartona = Simulator(token=TOKEN)
    try:
        return tell(EmbeddedShop(args.psql, args.socket_dir), cartona, [args.log])
    finally:
        cartona.stop()


def real(args):
    odoo_server.need_root()
    try:
        with odoo_server.OdooServer(args.odoo) as server:
            print("Odoo %s starts ..." % args.odoo, flush=True)
            server.start_odoo()
            cartona = Simulator(token=TOKEN)
            try:
                logs = [os.path.join(server.log_dir, name) for name in ("postgres.log", "odoo.log")]
                result = tell(RealShop(server), cartona, logs)
                stay(server, cartona)
            finally:
                cartona.stop()
            return result
    except odoo_server.NoMirror:
        print("\nSKIPPED: no Debian mirror can be reached, so there is no real Odoo.\n"
              "`make demo` without ODOO shows the same on an embedded schema.", flush=True)
        return EX_TEMPFAIL


def stay(server, cartona):
    """Leave everything running until Enter; without a terminal there is nobody to wait for."""
    print("\nOdoo        http://127.0.0.1:%d   login admin, password admin, database %s"
          % (server.http_port, server.database))
    print("PostgreSQL  psql -h 127.0.0.1 -p %d -U odoo %s" % (server.pg_port, server.database))
    print("Cartona     %s/_sim/orders, /_sim/products, /_sim/requests" % cartona.url)
    if not sys.stdin.isatty():
        return
    print("Enter ends it.", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        sys.stdin.readline()


def leave(signal_number, frame):
    raise SystemExit(128 + signal_number)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--odoo", help="a real Odoo of this version instead of the embedded schema")
    parser.add_argument("--psql", default="psql")
    parser.add_argument("--socket-dir", help="of the cluster that demo.sh has started")
    parser.add_argument("--log", help="the cluster's log")
    args = parser.parse_args()
    # An end from outside goes through the finally clauses, too.
    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, leave)
    sys.exit(real(args) if args.odoo else embedded(args))


if __name__ == "__main__":
    main()
