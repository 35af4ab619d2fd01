"""The supplier's Odoo of the demo: an embedded one, or a real one.

Role: what a clerk and an administrator do in Odoo, behind the same names for
both. Each act of a clerk returns the text that the demo shows for it.

Neighbours: demo.py tells the story with it. EmbeddedShop works on the tables
of test/schema in the cluster that demo.sh has started, RealShop on the server
of test/odoo.

Failure: whatever goes wrong raises Failed or Odoo's own OdooError, with what
the failing program said.
"""

import json
import subprocess

from odoo_server import Failed, quote


class Shop:
    """What both have in common: everything that is asked with SQL."""

    def sql(self, statement):
        """Run statements as Odoo's role; the output as text."""
        raise NotImplementedError

    def rows(self, query):
        """The rows of a query, each a dict."""
        return json.loads(self.sql(
            "SELECT coalesce(json_agg(t), '[]') FROM (%s) t" % query))

    def row(self, query):
        found = self.rows(query)
        return found[0] if found else None

    def order(self, hashed_id):
        """The sales order that stands for one of Cartona's, with its lines."""
        order = self.row("""
            SELECT o.id, o.name, o.state, p.name AS customer, p.phone, p.street,
                   o.amount_untaxed, o.amount_tax, o.amount_total, c.name AS currency
            FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
                 JOIN res_currency c ON c.id = o.currency_id
            WHERE o.cartona_id = %s""" % quote(hashed_id))
        if order:
            order["lines"] = self.rows("""
                SELECT split_part(name, E'\\n', 1) AS name, product_uom_qty AS qty, price_unit, price_subtotal
                FROM sale_order_line WHERE order_id = %d ORDER BY id""" % order["id"])
        return order

    def commit_time(self, order_id):
        """When the transaction that wrote this order's row last was committed."""
        return float(self.row("""
            SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin))::text AS at
            FROM sale_order WHERE id = %d""" % order_id)["at"])


class EmbeddedShop(Shop):
    """Odoo's tables in a cluster of ours; the clerks are the functions of odoo_sim."""

    # Three products of test/schema/data.sql, and what Cartona calls them.
    tea = {"template": 11, "variant": 101, "sku": "C-1001"}
    sugar = {"template": 12, "variant": 102, "sku": "C-1002"}
    oil = {"template": 13, "variant": 103, "sku": "C-1003"}
    currency = "EGP"

    def __init__(self, psql, socket_dir):
        self.command = [psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
                        "-h", socket_dir, "-U", "odoo", "-d", "odoo"]

    def sql(self, statement):
        done = subprocess.run(self.command, input=statement,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              universal_newlines=True)
        if done.returncode != 0:
            raise Failed("%s\n%s" % (statement.strip(), done.stderr.strip()))
        return done.stdout

    def act(self, *calls):
        """One transaction, as Odoo runs a clerk's click."""
        self.sql("BEGIN ISOLATION LEVEL REPEATABLE READ;\n%s\nCOMMIT;"
                 % "\n".join("SELECT odoo_sim.%s;" % call for call in calls))
        return ", ".join(calls)

    def confirm(self, order_id):
        return self.act("confirm(%d)" % order_id)

    def set_prices(self, *prices):
        return self.act(*["set_price(%d, %s)" % (product["template"], price)
                          for product, price in prices])

    def price_and_receipt(self, priced, price, received, quantity):
        return self.act("set_price(%d, %s)" % (priced["template"], price),
                        "receive(%d, %d)" % (received["variant"], quantity))


class RealShop(Shop):
    """A real Odoo; the clerk is its administrator, through Odoo's own API."""

    def __init__(self, server):
        self.server = server
        self.company = 1
        self.currency = self.call("res.company", "read", [self.company], ["currency_id"]
                                  )[0]["currency_id"][1]
        self.tax = self.make_tax()
        self.tea, self.sugar, self.oil = self.make_products()

    def sql(self, statement):
        return self.server.sql(statement, "odoo")

    def call(self, model, method, *args, **kw):
        return self.server.call(model, method, args, dict(
            kw, context={"allowed_company_ids": [self.company]}))

    def make_tax(self):
        country = self.call("res.country", "search", [("code", "=", "US")], limit=1)[0]
        group = self.call("account.tax.group", "create", {
            "name": "ضريبة", "country_id": country, "company_id": self.company})
        return self.call("account.tax", "create", {
            "name": "ضريبة القيمة المضافة 14%", "amount": 14.0, "amount_type": "percent",
            "type_tax_use": "sale", "company_id": self.company,
            "country_id": country, "tax_group_id": group})

    def make_products(self):
        templates = self.call("product.template", "create", [
            {"name": name, "list_price": price, "type": "consu", "is_storable": True,
             "company_id": self.company, "taxes_id": [(6, 0, [self.tax])]}
            for name, price in (("شاي العروسة 250 جم", 42.5), ("سكر أبيض 1 كجم", 38.0),
                                ("زيت عباد الشمس 1 لتر", 95.75))])
        made = [{"template": found["id"], "variant": found["product_variant_id"][0],
                 "sku": "C-%d" % (1001 + number)}
                for number, found in enumerate(
                    self.call("product.template", "read", templates, ["product_variant_id"]))]
        for product in made:
            self.receive(product, 100)
        return made

    def receive(self, product, quantity):
        """A receipt from a vendor, validated."""
        kind = self.call("stock.picking.type", "search_read",
                         [("code", "=", "incoming"), ("company_id", "=", self.company)],
                         ["default_location_dest_id"], limit=1)[0]
        source = self.call("stock.location", "search", [("usage", "=", "supplier")], limit=1)[0]
        target = kind["default_location_dest_id"][0]
        unit = self.call("product.product", "read", [product["variant"]], ["uom_id"])[0]["uom_id"][0]
        picking = self.call("stock.picking", "create", {
            "picking_type_id": kind["id"], "location_id": source, "location_dest_id": target,
            "move_ids": [(0, 0, {"product_id": product["variant"], "product_uom_qty": quantity,
                                 "product_uom": unit, "location_id": source,
                                 "location_dest_id": target})]})
        self.call("stock.picking", "action_confirm", [picking])
        moves = self.call("stock.picking", "read", [picking], ["move_ids"])[0]["move_ids"]
        self.call("stock.move", "write", moves, {"quantity": quantity, "picked": True})
        self.call("stock.picking", "button_validate", [picking])
        return "receipt of %d validated" % quantity

    def confirm(self, order_id):
        self.call("sale.order", "action_confirm", [order_id])
        return "sale.order %d: action_confirm()" % order_id

    def set_prices(self, *prices):
        for product, price in prices:
            self.call("product.template", "write", [product["template"]], {"list_price": price})
        return ", ".join("product.template %d: write({'list_price': %s})"
                         % (product["template"], price) for product, price in prices)

    def price_and_receipt(self, priced, price, received, quantity):
        # two clicks here, and so two transactions
        return "%s, %s" % (self.set_prices((priced, price)), self.receive(received, quantity))
