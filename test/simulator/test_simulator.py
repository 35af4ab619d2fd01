#!/usr/bin/env python3
"""The simulator is as strict as the API, and each of its faults is real.

Role: tests of the simulator alone; run it as a program.
Neighbours: simulator.py starts one simulator for all tests here; each test
begins with a reset one.
Failure rule: any test that fails ends the run with a status other than 0.
"""

import concurrent.futures
import copy
import http.client
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import unittest

sys.dont_write_bytecode = True

from simulator import HERE, Simulator  # noqa: E402

PULL = "/order/pull-orders"
STATUS = "/order/update-order-status"
DETAILS = "/order/update-order-details"
PRODUCTS = "/supplier-product"
BULK = "/supplier-product/bulk-update"
LINES = [{"id": 1, "internal_product_id": "7", "amount": 2,
          "selling_price": 10.5},
         {"id": 2, "internal_product_id": "8", "amount": 1,
          "selling_price": 4}]


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.sim = Simulator()

    @classmethod
    def tearDownClass(cls):
        cls.sim.stop()

    def setUp(self):
        self.sim.control("POST", "reset", {})

    def tearDown(self):
        self.assertEqual(self.stats()["internal_errors"], 0)

    def stats(self):
        return self.sim.control("GET", "stats")

    def options(self, **options):
        self.sim.control("POST", "options", options)

    def fault(self, kind, **rule):
        self.sim.control("POST", "faults", [dict(rule, fault=kind)])

    def order(self, **fields):
        fields.setdefault("order_details", LINES)
        return self.sim.control("POST", "orders", [fields])["added"][0]

    def state(self, hashed_id):
        return self.sim.control("GET", "orders/" + hashed_id)

    def send(self, hashed_id, status, **more):
        return self.sim.api("POST", STATUS + "/" + hashed_id, dict(
            more, hashed_id=hashed_id, status=status))[0]

    def pulled(self, query=""):
        status, orders, _ = self.sim.api("GET", PULL + query)
        self.assertEqual(status, 200, orders)
        return [order["hashed_id"] for order in orders]

    def bulk(self, *items):
        return self.sim.api("POST", BULK, list(items))[:2]

    def wait_for(self, condition):
        deadline = time.monotonic() + 10
        while not condition():
            self.assertLess(time.monotonic(), deadline, "waited in vain")

    def requests(self, query=""):
        return self.sim.control("GET", "requests" + query)


class Transport(Case):
    def test_token(self):
        for token in (None, "", "wrong", "test-token2"):
            status, answer, _ = self.sim.api("GET", PULL,
                                             AuthorizationToken=token)
            self.assertEqual(status, 401)
            self.assertIn("error", answer)
        self.options(token="other")
        self.assertEqual(self.sim.api("GET", PULL)[0], 401)

    def test_route_and_method(self):
        for path in ("/nothing", "/order", STATUS + "/", "//order/pull-orders"):
            status, answer, headers = self.sim.api("GET", path)
            self.assertEqual(status, 404, path)
            self.assertIn("<html>", answer)
            self.assertIn("text/html", headers["Content-Type"])
        for method, path, allowed in (("POST", PULL, "GET"),
                                      ("GET", STATUS, "POST"),
                                      ("PUT", BULK, "POST"),
                                      ("DELETE", STATUS + "/x", "POST")):
            status, _, headers = self.sim.api(method, path)
            self.assertEqual((status, headers["Allow"]), (405, allowed))

    def test_content_type_and_body(self):
        for kind in (None, "text/plain",
                     "application/x-www-form-urlencoded"):
            self.assertEqual(self.sim.api("POST", BULK, [],
                                          Content_Type=kind)[0], 415)
        for body in (b"", b"[", b"[NaN]", b"\xff\xfe", b"[" * 100000):
            self.assertEqual(self.sim.api("POST", BULK, body)[0], 400, body)
        for body in ({}, [], "x", 1, None):
            body = json.dumps(body).encode()
            self.assertEqual(self.sim.api("POST", BULK, body)[0], 422, body)
            self.assertEqual(self.sim.api("POST", STATUS, body)[0], 422, body)
            self.assertEqual(self.sim.api("POST", DETAILS, body)[0], 422, body)
        self.assertEqual(self.sim.api("POST", STATUS + "/x", [])[0], 422)

    def test_every_request_is_remembered(self):
        connection = self.sim.connect()
        before = time.time()
        self.sim.api("GET", PULL + "?page=2&from=2025-01-01T00%3A00%3A00Z",
                     connection=connection)
        self.sim.api("POST", BULK, [{"internal_product_id": "٣",
                                     "selling_price": -1}],
                     connection=connection)
        connection.close()
        self.sim.api("GET", "/nothing")
        first, second, third = self.requests()
        self.assertEqual([first["number"], second["number"],
                          third["number"]], [1, 2, 3])
        self.assertTrue(before <= first["time"] <= second["time"]
                        <= time.time())
        self.assertEqual(first["connection"], second["connection"])
        self.assertNotEqual(first["connection"], third["connection"])
        self.assertEqual(first["path"], "/api/v1" + PULL)
        self.assertEqual(first["query"], {"page": "2",
                                          "from": "2025-01-01T00:00:00Z"})
        self.assertEqual(first["headers"]["AuthorizationToken"], "test-token")
        self.assertEqual((first["answer_status"], first["answer_body"]),
                         (200, "[]"))
        self.assertEqual(second["json"][0]["internal_product_id"], "٣")
        self.assertIn("selling_price", second["answer_body"])
        self.assertEqual([one["number"] for one in
                          self.requests("?since=1&path=bulk")], [2])
        self.assertEqual(self.stats()["routes"]["GET " + PULL], {"200": 1})

    def test_waiting_for_requests(self):
        with concurrent.futures.ThreadPoolExecutor() as pool:
            found = pool.submit(self.requests, "?path=pull&at_least=3")
            for _ in range(3):
                self.pulled()
            self.assertEqual(len(found.result()), 3)
        self.assertEqual(len(self.requests("?at_least=9&timeout=0.01")), 3)

    def test_expect_continue(self):
        body = b'[{"internal_product_id": "1"}]'
        with socket.create_connection(("127.0.0.1", self.sim.port), 5) as raw:
            raw.sendall(b"POST /api/v1" + BULK.encode() + b" HTTP/1.1\r\n"
                        b"Host: x\r\nAuthorizationToken: test-token\r\n"
                        b"Content-Type: application/json\r\n"
                        b"Content-Length: %d\r\n"
                        b"Expect: 100-continue\r\n\r\n" % len(body))
            self.assertTrue(raw.recv(100).startswith(b"HTTP/1.1 100 "))
            raw.sendall(body)
            self.assertTrue(raw.recv(1000).startswith(b"HTTP/1.1 200 "))

    def test_success_without_body(self):
        for status in (200, 201, 204):
            self.options(success_status=status)
            got, answer, _ = self.sim.api("POST", BULK,
                                          [{"internal_product_id": "1"}])
            self.assertEqual(got, status)
            self.assertEqual(answer == "", status == 204)

    def test_terminate_at_once(self):
        with tempfile.TemporaryDirectory() as folder:
            log = os.path.join(folder, "state")
            other = Simulator(state_log=log)
            other.control("POST", "orders", [{"hashed_id": "a"}])
            other.api("POST", STATUS + "/a", {"hashed_id": "a",
                                              "status": "approved"})
            other.control("POST", "faults", [{"fault": "hang"}])
            with concurrent.futures.ThreadPoolExecutor() as pool:
                hanging = pool.submit(other.api, "GET", PULL)
                self.wait_for(lambda: other.control("GET",
                                                    "stats")["in_flight"])
                started = time.monotonic()
                other.process.send_signal(signal.SIGTERM)
                other.stop()
                self.assertLess(time.monotonic() - started, 1)
                self.assertIsInstance(hanging.exception(), OSError)
            with open(log, encoding="utf-8") as lines:
                kinds = [json.loads(line)["kind"] for line in lines]
            self.assertEqual(kinds, ["order_added", "order_status"])

    def test_https(self):
        with tempfile.TemporaryDirectory() as folder:
            key, both = (os.path.join(folder, name) for name in ("k", "pem"))
            subprocess.run(
                ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
                 "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                 "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", both],
                check=True, stderr=subprocess.DEVNULL)
            with open(key) as source, open(both, "a") as target:
                target.write(source.read())
            other = Simulator(certificate=both)
            try:
                self.assertTrue(other.url.startswith("https:"))
                self.assertEqual(other.api("GET", PULL)[0], 200)
                stranger = http.client.HTTPSConnection("127.0.0.1", other.port,
                                                       timeout=10)
                with self.assertRaises(ssl.SSLCertVerificationError):
                    stranger.request("GET", PULL)
                other.control("POST", "faults", [{"fault": "reset",
                                                  "times": 1}])
                with self.assertRaises(OSError):
                    other.api("GET", PULL)
                stats = other.control("GET", "stats")
                self.assertEqual((stats["requests"],
                                  stats["internal_errors"]), (2, 0))
            finally:
                other.stop()

    def test_fast(self):
        """No write waits for a delayed acknowledgement (40 ms)."""
        connection = self.sim.connect()
        hashed_id = self.order()
        started = time.monotonic()
        for _ in range(300):
            self.sim.api("POST", STATUS + "/" + hashed_id,
                         {"hashed_id": hashed_id, "status": "pending"},
                         connection=connection)
        spent = time.monotonic() - started
        connection.close()
        self.assertLess(spent, 300 * 0.02)


class Orders(Case):
    def test_pull_until_synced(self):
        first = self.order(created_at="2025-01-01T10:00:00Z")
        second = self.order(created_at="2025-01-01T09:00:00+02:00")
        self.assertEqual(self.pulled(), [second, first])
        self.assertEqual(self.send(first, "synced"), 200)
        self.assertEqual(self.pulled(), [second])
        state = self.state(first)
        self.assertTrue(state["synced"])
        self.assertEqual(state["status"], "pending")
        self.assertEqual([step["status"] for step in state["history"]],
                         ["pending", "synced"])

    def test_acks(self):
        first, second = self.order(), self.order()
        self.assertEqual(self.sim.control("GET", "acks"), {})
        for _ in range(2):
            self.sim.api("POST", "/order/update-order-status", [
                {"hashed_id": first, "status": "synced"}])
        acks = self.sim.control("GET", "acks")
        self.assertEqual(list(acks), [first])
        self.assertEqual(acks[first], self.sim.control(
            "GET", "requests?path=update-order-status")[0]["time"])
        stats = self.sim.control("GET", "stats")
        self.assertEqual((stats["orders"], stats["synced"]), (2, 1))

    def test_pages(self):
        added = self.sim.control("POST", "generate", {"orders": 250,
                                                      "lines": 1})["added"]
        self.assertEqual(self.pulled(), added[:20])
        self.assertEqual(self.pulled("?page=2&per_page=30"), added[30:60])
        self.assertEqual(self.pulled("?limit=7"), added[:7])
        self.assertEqual(self.pulled("?per_page=1000"), added[:100])
        self.assertEqual(self.pulled("?page=3&per_page=100"), added[200:])
        self.assertEqual(self.pulled("?page=4&per_page=100"), [])
        for query in ("?page=0", "?per_page=-1", "?page=x", "?limit="):
            self.assertEqual(self.sim.api("GET", PULL + query)[0], 422, query)
        self.options(overlap=15)
        self.assertEqual(self.pulled("?per_page=10"), added[:10])
        self.assertEqual(self.pulled("?page=2&per_page=10"), added[:20])
        self.assertEqual(self.pulled("?page=3&per_page=10"), added[5:30])

    def test_from_to(self):
        old = self.order(created_at="2025-01-01T00:00:00Z",
                         updated_at="2025-03-01T00:00:00.5Z")
        new = self.order(created_at="2025-02-01T00:00:00Z")
        for query, found in (
                ("?from=2025-01-15", [old, new]),
                ("?from=2025-02-02T00:00:00Z", [old]),
                ("?to=2025-01-01T02:00:00%2B02:00", [old]),
                ("?from=2025-01-31&to=2025-02-02", [new]),
                ("?from=2025-03-01T00:00:00.500001Z", [])):
            self.assertEqual(self.pulled(query), found, query)
        # An unescaped plus sign is a space.
        for query in ("?from=yesterday", "?to=2025-01-01T02:00:00+02:00"):
            self.assertEqual(self.sim.api("GET", PULL + query)[0], 422, query)

    def test_wrapped_and_as_text(self):
        hashed_id = self.order()
        self.options(wrap="data", numbers_as_text=True)
        _, answer, _ = self.sim.api("GET", PULL)
        order = answer["data"][0]
        self.assertEqual(order["hashed_id"], hashed_id)
        self.assertEqual(order["total_price"], "25.0")
        self.assertEqual(order["order_details"][0]["id"], "1")

    def test_as_is(self):
        given = {"hashed_id": "bare", "order_details": []}
        self.sim.control("POST", "orders?as_is=1", [given])
        self.assertEqual(self.sim.api("GET", PULL)[1], [given])
        with self.assertRaises(AssertionError):
            self.sim.control("POST", "orders", [{"hashed_id": "bare"}])

    def test_status_is_checked(self):
        hashed_id = self.order()
        for status in ("cancelled", "done", "editing", "returned", "", None,
                       1, "cancelled_by_retailer"):
            self.assertEqual(self.send(hashed_id, status), 422, status)
        self.assertEqual(self.send("nobody", "approved"), 404)
        path = STATUS + "/" + hashed_id
        for body in ({"status": "approved"},
                     {"hashed_id": "other", "status": "approved"}):
            self.assertEqual(self.sim.api("POST", path, body)[0], 422)
        self.assertEqual(self.send(hashed_id, "cancelled_by_supplier",
                                   cancellation_reason="because"), 422)
        self.assertEqual(self.send(hashed_id, "approved",
                                   estimated_delivery_day="soon"), 422)
        self.assertEqual(self.state(hashed_id)["status"], "pending")
        self.assertEqual(self.send(hashed_id, "cancelled_by_supplier",
                                   cancellation_reason="out_of_stock"), 200)

    def test_life_of_an_order(self):
        hashed_id = self.order()
        for status in ("approved", "assigned_to_salesman", "delivered"):
            self.assertEqual(self.send(hashed_id, status), 200)
        for status in ("pending", "approved", "cancelled_by_supplier"):
            self.assertEqual(self.send(hashed_id, status), 422)
        self.assertEqual(self.send(hashed_id, "delivered"), 200)
        hashed_id = self.order(status="assigned_to_salesman")
        for status in ("pending", "approved"):
            self.assertEqual(self.send(hashed_id, status), 422)
        for status in ("cancelled_by_retailer", "returned", "editing",
                       "cancelled_by_supplier"):
            hashed_id = self.order(status=status)
            self.assertEqual(self.send(hashed_id, "approved"), 422, status)
            self.assertEqual(self.send(hashed_id, "synced"), 200, status)
        for status in ("pending", "approved", "assigned_to_salesman"):
            hashed_id = self.order(status=status)
            self.assertEqual(self.send(hashed_id, "cancelled_by_supplier"),
                             200, status)

    def test_repeat_and_skip(self):
        hashed_id = self.order()
        self.options(refuse_repeat=True, skip_steps=False)
        self.assertEqual(self.send(hashed_id, "pending"), 422)
        self.assertEqual(self.send(hashed_id, "delivered"), 422)
        self.assertEqual(self.send(hashed_id, "synced"), 200)
        self.assertEqual(self.send(hashed_id, "synced"), 422)

    def test_otp(self):
        for owed in ("installment_cost", "wallet_top_up"):
            hashed_id = self.order(status="approved", retailer_otp="4711",
                                   **{owed: "12.5"})
            self.assertNotIn("4711", json.dumps(self.sim.api("GET", PULL)[1]))
            self.assertEqual(self.send(hashed_id, "delivered"), 422)
            self.assertEqual(self.send(hashed_id, "delivered",
                                       retailer_otp="1"), 422)
            self.assertEqual(self.send(hashed_id, "delivered",
                                       retailer_otp="4711"), 200)

    def test_bulk_status(self):
        first, second = self.order(), self.order()

        def both(status):
            return self.sim.api("POST", STATUS, [
                {"hashed_id": first, "status": "approved"},
                {"hashed_id": second, "status": status}])[:2]

        status, answer = both("nonsense")
        self.assertEqual(status, 422)
        self.assertNotIn(second, json.dumps(answer))
        self.assertEqual(self.state(first)["status"], "pending")
        self.options(bulk_partial=True)
        self.assertEqual(both("nonsense")[0], 422)
        self.assertEqual(self.state(first)["status"], "approved")
        self.assertEqual(both("approved")[0], 200)
        self.assertEqual(self.state(second)["status"], "approved")

    def test_retailer_edits(self):
        hashed_id = self.order(updated_at="2025-01-01T00:00:00Z")
        self.send(hashed_id, "synced")
        self.assertEqual(self.pulled(), [])
        self.sim.control("POST", "orders/" + hashed_id, {
            "status": "editing", "retailer": {"retailer_name": "جديد"}})
        self.assertEqual(self.pulled(), [hashed_id])
        state = self.state(hashed_id)
        self.assertGreater(state["order"]["updated_at"], "2025-01-02")
        self.assertEqual(state["order"]["retailer"]["retailer_name"], "جديد")
        self.assertIsNotNone(state["order"]["retailer"]["retailer_number"])
        self.options(changed_orders_return=False)
        self.send(hashed_id, "synced")
        self.sim.control("POST", "orders/" + hashed_id, {
            "status": "pending", "order_details": LINES[:1]})
        self.assertEqual(self.pulled(), [])
        self.assertEqual(self.state(hashed_id)["order"]["total_price"], 21)

    def test_details(self):
        hashed_id = self.order()

        def change(*details):
            return self.sim.api("POST", DETAILS, [
                {"hashed_id": hashed_id, "order_details": list(details)}])[0]

        for wrong in ({"id": 99, "amount": 1}, {"id": 1, "amount": 0},
                      {"id": 1, "price": -1}, {"amount": 1, "price": 1},
                      {"internal_product_id": "9", "amount": 1},
                      {"internal_product_id": "9", "amount": 1, "price": 0},
                      {"id": 1, "amount": "2"}, {"id": 1}, {"id": 1, "qty": 2},
                      {"id": 1, "cancelled": False}, {"id": 2, "amount": 5},
                      {"id": 1, "cancelled": True, "amount": 1}, {}, 5):
            before = copy.deepcopy(self.state(hashed_id)["order"])
            self.assertEqual(change({"id": 2, "amount": 7}, wrong), 422, wrong)
            self.assertEqual(self.state(hashed_id)["order"], before)
        self.assertEqual(change({"id": 1, "amount": 3, "comment": "ناقص"},
                                {"id": 2, "cancelled": True},
                                {"internal_product_id": "9", "amount": 1,
                                 "price": 0.25}), 200)
        order = self.state(hashed_id)["order"]
        self.assertEqual(order["total_price"], 31.75)
        self.assertEqual([(line["internal_product_id"], line["amount"])
                          for line in order["order_details"]],
                         [("7", 3), ("9", 1)])
        # what is cancelled stays cancelled
        self.assertEqual(change({"id": 2, "cancelled": True}), 200)
        self.assertEqual(change({"id": 2, "amount": 1}), 422)
        self.sim.control("POST", "options", {"refuse_repeat": True})
        self.assertEqual(change({"id": 2, "cancelled": True}), 422)
        self.assertTrue(self.send(hashed_id, "synced") == 200
                        and self.state(hashed_id)["synced"])
        self.assertEqual(change({"id": 1, "amount": 4}), 200)
        self.assertTrue(self.state(hashed_id)["synced"])
        self.sim.control("POST", "options", {"own_changes_return": True})
        self.assertEqual(change({"id": 1, "amount": 5}), 200)
        self.assertFalse(self.state(hashed_id)["synced"])
        # delivered is final
        self.send(hashed_id, "delivered")
        self.assertEqual(change({"id": 1, "amount": 4}), 422)
        self.assertEqual(self.send(hashed_id, "cancelled_by_supplier"), 422)

    def test_generate_is_deterministic(self):
        wanted = {"orders": 20, "lines": 3, "seed": 5, "retailers": 4,
                  "created_at": "2025-01-01T00:00:00Z",
                  "delivered_by": "delivered_by_cartona", "products": [
                      {"internal_product_id": "31",
                       "supplier_product_id": "c-31", "price": 12.75}]}
        seen = []
        for _ in range(2):
            self.sim.control("POST", "reset", {})
            self.sim.control("POST", "generate", wanted)
            seen.append(self.sim.api("GET", PULL)[1])
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(len(seen[0]), 20)
        self.assertEqual({line["internal_product_id"] for order in seen[0]
                          for line in order["order_details"]}, {"31"})
        self.assertRegex(seen[0][0]["retailer"]["retailer_name"],
                         "[\u0600-\u06ff]")

    def test_sample_orders(self):
        with open(os.path.join(HERE, "orders.json"), encoding="utf-8") as file:
            orders = json.load(file)
        self.sim.control("POST", "orders", orders)
        pulled = self.sim.api("GET", PULL)[1]
        self.assertEqual(len(pulled), 3)
        for order in pulled:
            self.assertEqual(order["total_price"], sum(
                line["selling_price"] * line["amount"]
                for line in order["order_details"]))
        self.assertIn("🔔", pulled[0]["note_message"])


class Products(Case):
    def test_stock_and_price_are_checked(self):
        for wrong in ({"available_stock_quantity": -1},
                      {"available_stock_quantity": 1.5},
                      {"available_stock_quantity": 5.0},
                      {"available_stock_quantity": "5"},
                      {"available_stock_quantity": None},
                      {"available_stock_quantity": True},
                      {"selling_price": 0}, {"selling_price": -2},
                      {"selling_price": "10"}, {"selling_price": None},
                      {"in_stock": 1}, {"is_unlimited_stock": "yes"},
                      {"min_order": -1}, {"max_order": 1.5}):
            status, answer = self.bulk(
                {"internal_product_id": "1", "available_stock_quantity": 3},
                dict(wrong, internal_product_id="2"))
            self.assertEqual(status, 422, wrong)
            self.assertNotIn("internal_product_id", answer["error"])
        self.assertEqual(self.bulk({"selling_price": 1})[0], 422)
        self.assertEqual(self.sim.control("GET", "products"), [])
        self.options(name_refused_item=True)
        self.assertIn("supplier_product_id c-2", self.bulk(
            {"supplier_product_id": "c-2", "selling_price": 0})[1]["error"])

    def test_precedence(self):
        self.sim.control("POST", "products", [
            {"supplier_product_id": 11, "internal_product_id": "1"},
            {"supplier_product_id": "12", "internal_product_id": "2"}])
        self.assertEqual(self.bulk({"supplier_product_id": "12",
                                    "internal_product_id": "1",
                                    "available_stock_quantity": 4})[0], 200)
        self.assertEqual(self.bulk({"supplier_product_id": "unknown",
                                    "internal_product_id": "1",
                                    "selling_price": 9.99})[0], 200)
        first, second = self.sim.control("GET", "products")
        self.assertEqual(second["available_stock_quantity"], 4)
        self.assertEqual(second["internal_product_id"], "2")
        self.assertEqual((first["selling_price"], first["updates"]),
                         (9.99, 1))

    def test_strict_products(self):
        self.assertEqual(self.bulk({"internal_product_id": "904#2"})[0], 200)
        self.options(strict_products=True)
        self.assertEqual(self.bulk({"internal_product_id": "904#2"})[0], 200)
        self.assertEqual(self.bulk({"internal_product_id": "904"})[0], 422)

    def test_refused_product(self):
        self.sim.control("POST", "products/refuse", {
            "supplier_product_id": "bad", "reason": "المنتج موقوف"})
        good = [{"supplier_product_id": "p%d" % number,
                 "available_stock_quantity": number} for number in range(499)]
        self.assertEqual(self.bulk(*good, {"supplier_product_id": "bad"}),
                         (422, {"error": "المنتج موقوف"}))
        self.assertEqual(self.stats()["products"], 0)
        self.assertEqual(self.bulk(*good)[0], 200)
        self.assertEqual(self.stats()["products"], 499)
        self.sim.control("POST", "products/refuse", {
            "supplier_product_id": "bad", "reason": None})
        self.assertEqual(self.bulk({"supplier_product_id": "bad"})[0], 200)

    def test_list(self):
        self.sim.control("POST", "products", [
            {"supplier_product_id": "a", "internal_product_id": "1",
             "product_name": "شاي"}, {"supplier_product_id": "b",
                                      "internal_product_id": "904#2"}])
        for query, found in (("", ["a", "b"]), ("?page=2&per_page=1", ["b"]),
                             ("?supplier_product_id=a", ["a"]),
                             ("?internal_product_id=904%232", ["b"]),
                             ("?search_token=%D8%B4%D8%A7", ["a"])):
            answer = self.sim.api("GET", PRODUCTS + query)[1]
            self.assertEqual([product["supplier_product_id"]
                              for product in answer], found, query)


class Faulty(Case):
    def test_rules_are_applied_in_order(self):
        self.fault("status", status=503, times=2, match={
            "method": "GET", "path": "pull"})
        self.fault("status", status=418, times=1)
        self.assertEqual(self.sim.api("POST", BULK, [])[0], 418)
        self.assertEqual([self.sim.api("GET", PULL)[0] for _ in range(3)],
                         [503, 503, 200])
        rules = self.sim.control("GET", "faults")
        self.assertEqual([(rule["hits"], rule["left"]) for rule in rules],
                         [(2, 0), (1, 0)])
        self.assertEqual([one["fault"] for one in self.requests()],
                         ["status", "status", "status", None])
        self.fault("status", match={"path": "^/api/v1/order/[a-z-]+$",
                                    "body": "needle"})
        self.assertEqual(self.sim.api("POST", STATUS, ["needle"])[0], 500)
        self.assertEqual(self.sim.api("POST", STATUS, ["hay"])[0], 422)
        self.sim.control("DELETE", "faults")
        self.assertEqual(self.sim.api("POST", STATUS, ["needle"])[0], 422)
        for wrong in ({"fault": "explode"}, {"fault": "hang", "second": 1},
                      {"fault": "reset", "match": {"path": "("}}):
            with self.assertRaises(AssertionError):
                self.sim.control("POST", "faults", [wrong])

    def test_probability(self):
        seen = []
        for _ in range(2):
            self.sim.control("POST", "reset", {"seed": 3})
            self.fault("status", status=500, probability=0.5)
            seen.append([self.sim.api("GET", PULL)[0] for _ in range(30)])
        self.assertEqual(seen[0], seen[1])
        self.assertEqual(set(seen[0]), {200, 500})

    def test_status_and_retry_after(self):
        date = "Fri, 31 Dec 2027 23:59:59 GMT"
        for given, sent in ((2, "2"), (date, date)):
            self.fault("status", status=429, retry_after=given, times=1)
            status, answer, headers = self.sim.api("GET", PULL)
            self.assertEqual((status, headers["Retry-After"]), (429, sent))
            self.assertIn("error", answer)
        self.fault("status", status=400, body="<b>no</b>", times=1)
        self.assertEqual(self.sim.api("GET", PULL)[:2], (400, "<b>no</b>"))

    def test_applied(self):
        for applied in (True, False):
            hashed_id = self.order()
            self.fault("status", status=500, applied=applied, times=1)
            self.assertEqual(self.send(hashed_id, "approved"), 500)
            self.assertEqual(self.state(hashed_id)["status"],
                             "approved" if applied else "pending")
        hashed_id = self.order()
        self.fault("reset", applied=True, times=1)
        with self.assertRaises(ConnectionResetError):
            self.send(hashed_id, "approved")
        self.assertEqual(self.state(hashed_id)["status"], "approved")

    def test_delay(self):
        for applied in (True, False):
            hashed_id = self.order()
            self.fault("delay", seconds=60, applied=applied, times=1)
            with concurrent.futures.ThreadPoolExecutor() as pool:
                sent = pool.submit(self.send, hashed_id, "approved")
                self.wait_for(lambda: self.requests("?path=" + hashed_id))
                if applied:
                    self.wait_for(lambda: self.state(hashed_id)["status"]
                                  == "approved")
                else:
                    self.assertEqual(self.state(hashed_id)["status"],
                                     "pending")
                self.assertFalse(sent.done())
                self.sim.control("DELETE", "faults")
                self.assertEqual(sent.result(5), 200)
            self.assertEqual(self.state(hashed_id)["status"], "approved")
        self.fault("delay", seconds=0.1)
        started = time.monotonic()
        self.pulled()
        self.assertGreater(time.monotonic() - started, 0.1)

    def test_reset(self):
        self.fault("reset")
        with self.assertRaises(ConnectionResetError) as caught:
            self.sim.api("GET", PULL)
        # Its subclass would mean an orderly end without an answer.
        self.assertNotIsInstance(caught.exception,
                                 http.client.RemoteDisconnected)
        self.assertIsNone(self.requests()[0]["answer_status"])

    def test_truncate(self):
        self.order()
        self.fault("truncate", times=1)
        connection = self.sim.connect()
        with self.assertRaises(http.client.IncompleteRead) as caught:
            self.sim.api("GET", PULL, connection=connection)
        connection.close()
        self.assertGreater(len(caught.exception.partial), 100)
        with self.assertRaises(ValueError):
            json.loads(caught.exception.partial.decode("utf-8", "replace"))

    def test_garbage_html_empty(self):
        self.fault("garbage", times=1)
        status, answer, headers = self.sim.api("GET", PULL)
        self.assertEqual((status, headers["Content-Type"]),
                         (200, "application/json"))
        self.assertIsInstance(answer, str)
        self.fault("html", status=502, times=1)
        status, answer, _ = self.sim.api("GET", PULL)
        self.assertEqual(status, 502)
        self.assertIn("<html>", answer)
        for code in (200, 204):
            self.fault("empty", status=code, times=1)
            self.assertEqual(self.sim.api("GET", PULL)[:2], (code, ""))

    def test_hang(self):
        self.fault("hang", times=1)
        connection = self.sim.connect(timeout=0.1)
        with self.assertRaises(socket.timeout):
            self.sim.api("GET", PULL, connection=connection)
        connection.close()
        self.fault("hang", seconds=0.05, times=1)
        with self.assertRaises(http.client.RemoteDisconnected):
            self.sim.api("GET", PULL)
        self.fault("hang")
        with concurrent.futures.ThreadPoolExecutor() as pool:
            hanging = pool.submit(self.sim.api, "GET", PULL)
            self.wait_for(lambda: self.stats()["last"] == 3)
            self.sim.control("DELETE", "faults")
            self.assertIsInstance(hanging.exception(5),
                                  http.client.RemoteDisconnected)
        found = self.requests("?at_least=3")
        self.assertEqual([one["client_left"] for one in found],
                         [True, False, False])

    def test_huge(self):
        self.fault("huge", bytes=3000000, times=1)
        _, answer, headers = self.sim.api("GET", PULL)
        self.assertIsNone(headers["Content-Length"])
        self.assertEqual(len(answer[0]), 3000000)
        # Whoever stops reading half-way leaves the simulator well.
        self.fault("huge", times=1)
        connection = self.sim.connect()
        connection.request("GET", "/api/v1" + PULL)
        connection.sock.recv(1000)
        connection.close()
        self.assertTrue(self.requests("?at_least=2")[1]["client_left"])

    def test_slow(self):
        hashed_id = self.order()
        self.fault("slow", seconds=0.2, times=1)
        started = time.monotonic()
        self.assertEqual(self.send(hashed_id, "approved"), 200)
        self.assertGreater(time.monotonic() - started, 0.19)

    def test_redirect(self):
        self.fault("redirect", times=1)
        status, _, headers = self.sim.api("GET", PULL)
        self.assertEqual(status, 302)
        self.assertEqual(headers["Location"],
                         self.sim.url + "/api/v1/redirected")

    def test_connection_survives_an_answered_fault(self):
        connection = self.sim.connect()
        for kind in ("status", "garbage", "html", "empty", "huge", "slow"):
            self.fault(kind, times=1, bytes=1000, seconds=0.01)
            self.sim.api("GET", PULL, connection=connection)
        self.assertEqual(self.sim.api("GET", PULL, connection=connection)[0],
                         200)
        connection.close()
        self.assertEqual(len({one["connection"]
                              for one in self.requests()}), 1)


if __name__ == "__main__":
    unittest.main()
