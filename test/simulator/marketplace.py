"""The marketplace behind the simulator: its orders, its products and its rules.

Role: decides what each API call does and what it answers. Knows nothing of
sockets: cartona_simulator.py reads a request and asks `Marketplace.answer`.

Neighbours: cartona_simulator.py (HTTP), generate.py (makes orders to add).

Failure rule: a call that breaks a rule raises Refused, which becomes a 4xx
answer, and changes nothing at all: every rule is checked before the first
change is made. Any other exception is a defect of the simulator.

The whole state stands under one lock, so each call is atomic, as a call to
the real marketplace is.
"""

import copy
import json
import re
import secrets
import threading
import time
from datetime import datetime, timedelta, timezone
from decimal import Decimal

# How far an order has come. A supplier moves it forward only.
RANK = {"pending": 0, "approved": 1, "assigned_to_salesman": 2, "delivered": 3}
FINAL = ("delivered", "returned", "cancelled_by_retailer",
         "cancelled_by_supplier", "cancelled", "return")
SUPPLIER_STATUSES = ("synced", "pending", "approved", "assigned_to_salesman",
                     "delivered", "cancelled_by_supplier")
ORDER_STATUSES = tuple(RANK) + FINAL[1:] + ("editing",)
CANCELLATION_REASONS = (
    "out_of_stock", "cannot_deliver_the_order", "supplier_asked_me_to_cancel",
    "delayed_order", "pending_order_without_action", "removed_items",
    "supplier_attitude", "missing_items", "expired_products",
    "different_prices", "different_products")

# What an update may say; anything else is a mistake of the caller's.
STATUS_FIELDS = {"hashed_id", "status", "retailer_otp",
                 "estimated_delivery_day", "cancellation_reason",
                 "delivery_day", "internal_supplier_code"}
CHANGE_FIELDS = {"id", "amount", "price", "comment"}
CANCEL_FIELDS = {"id", "cancelled"}
ADD_FIELDS = {"internal_product_id", "supplier_product_id", "amount", "price",
              "comment"}

OPTIONS = {
    # name of the object member that holds a list answer; null: a bare array
    "wrap": None,
    "default_per_page": 20,
    "max_per_page": 100,
    # each page but the first begins this many items early
    "overlap": 0,
    # ids never registered are refused instead of created
    "strict_products": False,
    # the present status sent again, or a cancelled line cancelled again, is
    # refused instead of accepted
    "refuse_repeat": False,
    # pending may go straight to delivered
    "skip_steps": True,
    # a refused bulk status call has still done its good items
    "bulk_partial": False,
    # a synced order which the retailer changes is pulled again
    "changed_orders_return": True,
    # and one whose lines the supplier changed
    "own_changes_return": False,
    # of updates: 200, 201 or 204 (without a body)
    "success_status": 200,
    "stock_error": "available_stock_quantity must be a non-negative integer",
    # a refused bulk-update says which item was wrong
    "name_refused_item": False,
    # pulled orders carry their numbers as text
    "numbers_as_text": False,
    "token": None,
}

LIST_PATHS = {"/order/pull-orders": "GET", "/supplier-product": "GET"}
UPDATE_PATHS = {"/order/update-order-status": "POST",
                "/order/update-order-details": "POST",
                "/supplier-product/bulk-update": "POST"}
ONE_STATUS = "/order/update-order-status/"
PREFIX = "/api/v1"


class Refused(Exception):
    """A call that the API refuses: the answer's status and its message."""

    def __init__(self, status, message, allow=None):
        super().__init__(message)
        self.status = status
        self.message = message
        # of a 405: the method that is allowed
        self.allow = allow


def now():
    return datetime.now(timezone.utc)


def iso(moment):
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")


# datetime.fromisoformat takes neither "Z" nor every length of a fraction
# before Python 3.11.
ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?)?"
                 r"(Z|[+-]\d\d:?\d\d)?$")


def parse_time(text):
    """An ISO 8601 time; without a zone it is UTC. ValueError otherwise."""
    found = ISO.match(text) if isinstance(text, str) else None
    if not found:
        raise ValueError("not an ISO 8601 time: %r" % (text,))
    day, clock, fraction, zone = found.groups()
    moment = datetime.fromisoformat(day + "T" + (clock or "00:00"))
    moment += timedelta(microseconds=int(((fraction or "") + "000000")[:6]))
    offset = timedelta(0)
    if zone and zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
        if zone[0] == "-":
            offset = -offset
    return moment.replace(tzinfo=timezone.utc) - offset


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


def as_text(value):
    """Every number inside as text, as some deployments send them."""
    if isinstance(value, dict):
        return {key: as_text(member) for key, member in value.items()}
    if isinstance(value, list):
        return [as_text(member) for member in value]
    return str(value) if is_number(value) else value


def line_total(lines):
    total = sum((Decimal(str(line.get("selling_price", line.get("price")) or 0))
                 * Decimal(str(line.get("amount") or 0)) for line in lines),
                Decimal(0))
    return float(round(total, 2))


class Order:
    """One order: what is pulled (payload) and what only the marketplace knows."""

    def __init__(self, payload, retailer_otp):
        self.payload = payload
        self.retailer_otp = retailer_otp
        self.cancelled_lines = set()
        self.synced = False
        self.synced_at = None
        created = payload.get("created_at")
        self.created = parse_time(created) if created else now()
        updated = payload.get("updated_at")
        self.updated = parse_time(updated) if updated else self.created
        self.history = [{"time": iso(now()), "by": "retailer",
                         "status": self.status}]

    @property
    def hashed_id(self):
        return self.payload["hashed_id"]

    @property
    def status(self):
        return self.payload.get("status") or "pending"

    def touch(self):
        self.updated = now()
        if "updated_at" in self.payload:
            self.payload["updated_at"] = iso(self.updated)

    def remember(self, by, status, **more):
        self.history.append(dict({"time": iso(now()), "by": by,
                                  "status": status}, **more))

    def state(self):
        return {"hashed_id": self.hashed_id, "status": self.status,
                "synced": self.synced, "synced_at": self.synced_at,
                "updated_at": iso(self.updated), "order": self.payload,
                "history": self.history}


class Marketplace:
    def __init__(self, token, state_log=None):
        self.lock = threading.RLock()
        self.token = token
        self.state_log = state_log
        self.reset()

    def reset(self):
        with self.lock:
            self.options = dict(OPTIONS, token=self.token)
            self.orders = {}
            self.products = []
            self.by_supplier_id = {}
            self.by_internal_id = {}
            self.refusals = {}
            self.next_number = 1

    def log(self, kind, **fact):
        """One line per accepted change, readable after the simulator's end."""
        if self.state_log:
            line = dict({"time": time.time(), "kind": kind}, **fact)
            self.state_log.write(json.dumps(line, ensure_ascii=False) + "\n")
            self.state_log.flush()

    def set_options(self, wanted):
        with self.lock:
            unknown = sorted(set(wanted) - set(OPTIONS))
            if unknown:
                raise Refused(400, "unknown option: " + ", ".join(unknown))
            self.options.update(wanted)
            return self.options

    # ---- the API ---------------------------------------------------------

    def answer(self, method, path, query, headers, body):
        """(status, answer as JSON value or None) of one API call.

        The order of the checks is that of a usual web framework: route,
        method, token, content type, body, and only then what it says.
        """
        route = path[len(PREFIX):] if path.startswith(PREFIX + "/") else ""
        hashed_id = None
        if route.startswith(ONE_STATUS) and len(route) > len(ONE_STATUS):
            hashed_id = route[len(ONE_STATUS):]
            allowed = "POST"
        else:
            allowed = LIST_PATHS.get(route) or UPDATE_PATHS.get(route)
        if allowed is None:
            raise Refused(404, None)
        if method != allowed:
            raise Refused(405, "method %s is not allowed" % method, allowed)
        if headers.get("AuthorizationToken") != self.options["token"]:
            raise Refused(401, "invalid or missing AuthorizationToken")
        value = self.read_body(headers, body) if method == "POST" else None
        with self.lock:
            if route == "/order/pull-orders":
                return 200, self.pull_orders(query)
            if route == "/supplier-product":
                return 200, self.list_products(query)
            if hashed_id is not None:
                self.update_one_status(hashed_id, value)
            elif route == "/order/update-order-status":
                self.update_many_statuses(value)
            elif route == "/order/update-order-details":
                self.update_details(value)
            else:
                self.update_products(value)
            status = self.options["success_status"]
            return status, None if status == 204 else {"success": True}

    @staticmethod
    def read_body(headers, body):
        kind = (headers.get("Content-Type") or "").split(";")[0].strip()
        if kind.lower() != "application/json":
            raise Refused(415, "Content-Type must be application/json")

        def no_constant(name):
            raise ValueError(name + " is not JSON")

        try:
            return json.loads(body.decode("utf-8"), parse_constant=no_constant)
        except (ValueError, RecursionError) as problem:
            raise Refused(400, "the body is not JSON: %s" % problem)

    def page_of(self, query, found):
        """The wanted page of a list, wrapped as the options say."""
        def whole(name, default):
            text = query.get(name)
            if text is None:
                return default
            if not re.match(r"[1-9]\d{0,8}$", text):
                raise Refused(422, "%s must be a positive integer" % name)
            return int(text)

        page = whole("page", 1)
        size = whole("per_page",
                     whole("limit", self.options["default_per_page"]))
        size = min(size, self.options["max_per_page"])
        first = max((page - 1) * size - self.options["overlap"], 0)
        part = found[first:page * size]
        wrap = self.options["wrap"]
        return {wrap: part} if wrap else part

    # ---- orders ----------------------------------------------------------

    def pull_orders(self, query):
        span = {}
        for name in ("from", "to"):
            if query.get(name):
                try:
                    span[name] = parse_time(query[name])
                except ValueError as problem:
                    raise Refused(422, "%s: %s" % (name, problem))
        first = span.get("from", datetime.min.replace(tzinfo=timezone.utc))
        last = span.get("to", datetime.max.replace(tzinfo=timezone.utc))
        found = [order for order in self.orders.values() if not order.synced
                 and (first <= order.created <= last
                      or first <= order.updated <= last)]
        found.sort(key=lambda order: order.created)
        payloads = [order.payload for order in found]
        if self.options["numbers_as_text"]:
            payloads = as_text(payloads)
        return copy.deepcopy(self.page_of(query, payloads))

    def check_status(self, item):
        """The order that `item` may change, or Refused."""
        if not isinstance(item, dict):
            raise Refused(422, "an order update must be an object")
        hashed_id, status = item.get("hashed_id"), item.get("status")
        if not isinstance(hashed_id, str) or not hashed_id:
            raise Refused(422, "hashed_id is missing")
        if status not in SUPPLIER_STATUSES:
            raise Refused(422, "unknown status: %s" % json.dumps(status))
        order = self.orders.get(hashed_id)
        if order is None:
            raise Refused(404, "order not found: %s" % hashed_id)
        self.check_fields(item)
        if status == "synced":
            if order.synced and self.options["refuse_repeat"]:
                raise Refused(422, "the order is already synced")
        elif status == order.status:
            if self.options["refuse_repeat"]:
                raise Refused(422, "the order is already %s" % status)
        else:
            self.check_transition(order, status)
            if status == "delivered":
                self.check_otp(order, item.get("retailer_otp"))
        return order

    @staticmethod
    def check_fields(item):
        Marketplace.check_names(item, STATUS_FIELDS)
        if item.get("retailer_otp") is not None \
                and not isinstance(item["retailer_otp"], str):
            raise Refused(422, "retailer_otp must be text")
        reason = item.get("cancellation_reason")
        if reason is not None \
                and not str(item.get("status")).startswith("cancelled"):
            raise Refused(422, "cancellation_reason without a cancellation")
        if reason is not None and reason not in CANCELLATION_REASONS:
            raise Refused(422, "unknown cancellation_reason: %s"
                          % json.dumps(reason))
        for name in ("estimated_delivery_day", "delivery_day"):
            if item.get(name) is not None:
                try:
                    parse_time(item[name])
                except ValueError as problem:
                    raise Refused(422, "%s: %s" % (name, problem))

    @staticmethod
    def check_names(item, names):
        unknown = sorted(set(item) - names)
        if unknown:
            raise Refused(422, "unknown field: " + ", ".join(unknown))

    def check_transition(self, order, status):
        message = "the order is %s and cannot become %s" % (order.status,
                                                            status)
        if order.status not in RANK or order.status in FINAL:
            raise Refused(422, message)
        if status == "cancelled_by_supplier":
            return
        step = RANK[status] - RANK[order.status]
        if step < 0 or (step > 1 and not self.options["skip_steps"]):
            raise Refused(422, message)

    @staticmethod
    def check_otp(order, otp):
        owed = any(float(order.payload.get(name) or 0) > 0
                   for name in ("installment_cost", "wallet_top_up"))
        if not owed:
            return
        if not isinstance(otp, str) or not otp:
            raise Refused(422, "retailer_otp is required")
        if order.retailer_otp is not None and otp != order.retailer_otp:
            raise Refused(422, "retailer_otp is wrong")

    def apply_status(self, item, order):
        status = item["status"]
        more = {key: value for key, value in item.items()
                if key not in ("hashed_id", "status")}
        order.remember("supplier", status, **more)
        if status == "synced":
            order.synced = True
            order.synced_at = iso(now())
        else:
            for name in ("cancellation_reason", "estimated_delivery_day"):
                if item.get(name) is not None:
                    order.payload[name] = item[name]
            if status != order.status:
                order.payload["status"] = status
            order.touch()

    def log_status(self, item):
        self.log("order_status", hashed_id=item["hashed_id"],
                 status=item["status"])

    def update_one_status(self, hashed_id, item):
        if not isinstance(item, dict):
            raise Refused(422, "the body must be an object")
        if item.get("hashed_id") != hashed_id:
            raise Refused(422, "hashed_id differs from that in the path")
        self.apply_status(item, self.check_status(item))
        self.log_status(item)

    def update_many_statuses(self, items):
        """All or nothing; an order named twice is checked step by step."""
        if not isinstance(items, list) or not items:
            raise Refused(422, "the body must be a non-empty array")
        kept = {}
        done = []
        failed = False
        for item in items:
            try:
                order = self.check_status(item)
            except Refused:
                failed = True
                continue
            if order.hashed_id not in kept:
                kept[order.hashed_id] = copy.deepcopy(order)
            self.apply_status(item, order)
            done.append(item)
        if failed and not self.options["bulk_partial"]:
            self.orders.update(kept)
            done = []
        for item in done:
            self.log_status(item)
        if failed:
            # The API does not say which one.
            raise Refused(422, "the orders could not be updated")

    def update_details(self, items):
        if not isinstance(items, list) or not items:
            raise Refused(422, "the body must be a non-empty array")
        changed = {}
        for item in items:
            if not isinstance(item, dict):
                raise Refused(422, "an order update must be an object")
            hashed_id = item.get("hashed_id")
            order = self.orders.get(hashed_id)
            if order is None:
                raise Refused(404, "order not found: %s" % hashed_id)
            if order.status not in ("pending", "approved",
                                    "assigned_to_salesman"):
                raise Refused(422, "the order is %s: its lines are closed"
                              % order.status)
            details = item.get("order_details")
            if not isinstance(details, list) or not details:
                raise Refused(422, "order_details must be a non-empty array")
            self.check_names(item, {"hashed_id", "order_details",
                                    "internal_supplier_code"})
            lines, cancelled = changed.setdefault(
                hashed_id, (copy.deepcopy(order.payload["order_details"]),
                            set(order.cancelled_lines)))
            named = [str(detail["id"]) for detail in details
                     if isinstance(detail, dict)
                     and detail.get("id") is not None]
            if len(named) != len(set(named)):
                raise Refused(422, "an order detail is named twice")
            for detail in details:
                self.change_line(lines, cancelled, detail)
        for hashed_id, (lines, cancelled) in changed.items():
            order = self.orders[hashed_id]
            order.payload["order_details"] = lines
            order.cancelled_lines = cancelled
            if self.options["own_changes_return"]:
                order.synced = False
            order.payload["total_price"] = line_total(lines)
            order.touch()
            order.remember("supplier", order.status, order_details=lines)
            self.log("order_details", hashed_id=hashed_id)

    def change_line(self, lines, cancelled, detail):
        if not isinstance(detail, dict):
            raise Refused(422, "an order detail must be an object")
        for name in ("amount", "price"):
            value = detail.get(name)
            if value is not None and not (is_number(value) and value > 0):
                raise Refused(422, "%s must be greater than 0" % name)
        if detail.get("id") is not None:
            cancels = "cancelled" in detail
            self.check_names(detail, CANCEL_FIELDS if cancels else CHANGE_FIELDS)
            if cancels and detail["cancelled"] is not True:
                raise Refused(422, "cancelled must be true")
            if len(detail) < 2:
                raise Refused(422, "an order detail changes nothing")
            again = str(detail["id"]) in cancelled
            if cancels and again and not self.options["refuse_repeat"]:
                return
            line = next((line for line in lines
                         if str(line.get("id")) == str(detail["id"])), None)
            if line is None:
                raise Refused(422, "order detail not found: %s" % detail["id"])
            if cancels:
                lines.remove(line)
                cancelled.add(str(detail["id"]))
                return
        else:
            self.check_names(detail, ADD_FIELDS)
            ids = {name: detail.get(name) for name in
                   ("supplier_product_id", "internal_product_id")}
            if not any(ids.values()):
                raise Refused(422, "an added line must name its product")
            if detail.get("amount") is None or detail.get("price") is None:
                raise Refused(422, "an added line needs amount and price")
            product = self.find_product(ids) or {}
            line = {"id": self.number(),
                    "supplier_product_id": product.get("supplier_product_id",
                                                       ids["supplier_product_id"]),
                    "internal_product_id": product.get("internal_product_id",
                                                       ids["internal_product_id"]),
                    "product_name": product.get("product_name")}
            lines.append(line)
        for name, field in (("amount", "amount"), ("price", "selling_price"),
                            ("comment", "comment")):
            if detail.get(name) is not None:
                line[field] = detail[name]

    # ---- products --------------------------------------------------------

    def list_products(self, query):
        found = self.products
        for name in ("supplier_product_id", "internal_product_id"):
            if query.get(name):
                found = [product for product in found
                         if str(product[name]) == query[name]]
        if query.get("search_token"):
            token = query["search_token"].lower()
            found = [product for product in found
                     if token in (product.get("product_name") or "").lower()]
        return copy.deepcopy(self.page_of(query, found))

    def find_product(self, ids):
        """supplier_product_id goes before internal_product_id."""
        return (self.by_supplier_id.get(str(ids.get("supplier_product_id")))
                or self.by_internal_id.get(str(ids.get("internal_product_id"))))

    def add_product(self, given):
        product = {"supplier_product_id": None, "internal_product_id": None,
                   "base_product_id": None, "unit": "piece", "unit_count": 1,
                   "product_name": None, "selling_price": None,
                   "available_stock_quantity": 0, "in_stock": False,
                   "is_published": True, "is_unlimited_stock": False,
                   "min_order": 1, "max_order": None, "updates": 0}
        product.update(given)
        for name in ("supplier_product_id", "internal_product_id"):
            if product[name] is not None:
                product[name] = str(product[name])
        if product["supplier_product_id"] is None:
            product["supplier_product_id"] = "sp-%d" % self.number()
        if product["base_product_id"] is None:
            product["base_product_id"] = self.number()
        self.products.append(product)
        self.by_supplier_id[product["supplier_product_id"]] = product
        if product["internal_product_id"] is not None:
            self.by_internal_id.setdefault(product["internal_product_id"],
                                           product)
        return product

    def register_products(self, given):
        with self.lock:
            for product in given:
                known = self.find_product(product)
                if known:
                    known.update(product)
                else:
                    self.add_product(product)
            return copy.deepcopy(self.products)

    def refuse_product(self, rule):
        """Refuse every bulk-update that holds this product; no reason: stop."""
        with self.lock:
            keys = [(name, str(rule[name])) for name in
                    ("supplier_product_id", "internal_product_id")
                    if rule.get(name) is not None]
            if not keys:
                raise Refused(400, "name supplier_product_id or "
                              "internal_product_id")
            for key in keys:
                if rule.get("reason") is None:
                    self.refusals.pop(key, None)
                else:
                    self.refusals[key] = rule["reason"]
            return [{name: value, "reason": reason} for (name, value), reason
                    in self.refusals.items()]

    def check_product(self, item):
        """Why this item is wrong, or None."""
        if not isinstance(item, dict):
            return "an item must be an object"
        ids = [(name, item.get(name)) for name in
               ("supplier_product_id", "internal_product_id")]
        if not any(value not in (None, "") for name, value in ids):
            return "supplier_product_id or internal_product_id is required"
        for name, value in ids:
            if value is not None and not (isinstance(value, str)
                                          or is_integer(value)):
                return "%s must be text or an integer" % name
            reason = self.refusals.get((name, str(value)))
            if reason:
                return reason
        stock = item.get("available_stock_quantity")
        if "available_stock_quantity" in item and not (is_integer(stock)
                                                       and stock >= 0):
            return self.options["stock_error"]
        price = item.get("selling_price")
        if "selling_price" in item and not (is_number(price) and price > 0):
            return "selling_price must be greater than 0"
        for name in ("in_stock", "is_published", "is_unlimited_stock"):
            if name in item and not isinstance(item[name], bool):
                return "%s must be true or false" % name
        for name in ("min_order", "max_order"):
            value = item.get(name)
            if value is not None and not (is_integer(value) and value >= 0):
                return "%s must be a non-negative integer" % name
        if self.options["strict_products"] and not self.find_product(item):
            return "product not found"
        return None

    def update_products(self, items):
        if not isinstance(items, list) or not items:
            raise Refused(422, "the body must be a non-empty array")
        for number, item in enumerate(items):
            reason = self.check_product(item)
            if reason:
                if self.options["name_refused_item"]:
                    named = item if isinstance(item, dict) else {}
                    reason += " (item %d, supplier_product_id %s, " \
                        "internal_product_id %s)" % (
                            number, named.get("supplier_product_id"),
                            named.get("internal_product_id"))
                raise Refused(422, reason)
        for item in items:
            given = {key: value for key, value in item.items() if key not in
                     ("supplier_product_id", "internal_product_id")}
            product = self.find_product(item)
            if product is None:
                product = self.add_product(dict(item, product_name=None))
            product.update(given)
            product["updates"] += 1
            self.log("product", supplier_product_id=product[
                "supplier_product_id"], internal_product_id=product[
                "internal_product_id"], **{key: value for key, value in
                                           given.items() if key in product})

    # ---- what tests do to it ---------------------------------------------

    def number(self):
        self.next_number += 1
        return self.next_number

    def complete(self, given):
        """`given` with every field that a full order has."""
        number = self.number()
        order = {"hashed_id": secrets.token_hex(8),
                 "receipt_id": 700000 + number, "supplier_code": "SUP-1",
                 "status": "pending",
                 "delivered_by": "delivered_by_supplier",
                 "created_at": iso(now()), "estimated_delivery_day": None,
                 "retailer_preferred_delivery_date": None,
                 "pickup_date": None, "pickup_otp": None,
                 "cancellation_reason": None, "return_reason": None,
                 "note_message": None, "cartona_credit": 0,
                 "installment_cost": 0, "wallet_top_up": 0,
                 "applied_supplier_rebate": 0,
                 "distribution_route_code": None}
        order.update(given)
        retailer = {"retailer_code": "R-%d" % number,
                    "retailer_name": "بقالة رقم %d" % number,
                    "retailer_number": "0100%07d" % number,
                    "retailer_number2": None, "retailer_email": None,
                    "retailer_address": "شارع الجمهورية، القاهرة",
                    "address_notes": None}
        retailer.update(given.get("retailer") or {})
        order["retailer"] = retailer
        order["order_details"] = []
        for line in given.get("order_details") or []:
            full = {"id": self.number(), "supplier_product_id": None,
                    "internal_product_id": None, "base_product_id": None,
                    "unit": "piece", "unit_count": 1, "product_name": None,
                    "amount": 1, "applied_supplier_discount": 0,
                    "applied_cartona_discount": 0, "comment": None}
            full.update(line)
            if "price" not in line:
                full.setdefault("selling_price", 1)
            order["order_details"].append(full)
        if "total_price" not in order:
            order["total_price"] = line_total(order["order_details"])
        return order

    def add_orders(self, given, as_is=False):
        """Add retailers' orders: all, or Refused and none.

        retailer_otp in a given order is the password the retailer was told:
        it is checked at delivery and never pulled.
        """
        with self.lock:
            made = {}
            for one in given:
                if not isinstance(one, dict):
                    raise Refused(400, "an order must be an object")
                one = copy.deepcopy(one)
                otp = one.pop("retailer_otp", None)
                payload = one if as_is else self.complete(one)
                hashed_id = payload.get("hashed_id")
                if not isinstance(hashed_id, str) or not hashed_id:
                    raise Refused(400, "hashed_id must be text")
                if hashed_id in self.orders or hashed_id in made:
                    raise Refused(409, "order exists: %s" % hashed_id)
                try:
                    made[hashed_id] = Order(payload, otp)
                except ValueError as problem:
                    raise Refused(400, str(problem))
            self.orders.update(made)
            for hashed_id in made:
                self.log("order_added", hashed_id=hashed_id)
            return list(made)

    def change_order(self, hashed_id, patch):
        """The retailer (or Cartona's own staff) changes an order."""
        with self.lock:
            order = self.find_order(hashed_id)
            if not isinstance(patch, dict):
                raise Refused(400, "a patch must be an object")
            patch = copy.deepcopy(patch)
            status = patch.get("status", order.status)
            if status not in ORDER_STATUSES:
                raise Refused(400, "unknown status: %s" % json.dumps(status))
            if patch.get("hashed_id", hashed_id) != hashed_id:
                raise Refused(400, "hashed_id cannot change")
            retailer = patch.pop("retailer", None)
            updated = patch.get("updated_at")
            if updated is not None:
                try:
                    updated = parse_time(updated)
                except ValueError as problem:
                    raise Refused(400, str(problem))
            order.retailer_otp = patch.pop("retailer_otp", order.retailer_otp)
            order.payload.update(patch)
            if retailer:
                order.payload.setdefault("retailer", {}).update(retailer)
            if "order_details" in patch and "total_price" not in patch:
                order.payload["total_price"] = line_total(
                    patch["order_details"])
            if updated:
                order.updated = updated
            else:
                order.touch()
            if self.options["changed_orders_return"]:
                order.synced = False
            order.remember("retailer", order.status)
            self.log("order_changed", hashed_id=hashed_id,
                     status=order.status)
            return copy.deepcopy(order.state())

    def find_order(self, hashed_id):
        order = self.orders.get(hashed_id)
        if order is None:
            raise Refused(404, "order not found: %s" % hashed_id)
        return order

    def order_states(self):
        with self.lock:
            return copy.deepcopy([order.state()
                                  for order in self.orders.values()])

    def order_state(self, hashed_id):
        with self.lock:
            return copy.deepcopy(self.find_order(hashed_id).state())
