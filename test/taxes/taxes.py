#!/usr/bin/env python3
"""Compare the amounts this extension writes with what Odoo's own ORM computed.

vectors-14.json and vectors-19.json hold lines and orders (price, quantity,
discount, a set of taxes) with the ORM's results, for both rounding methods.
Each becomes a Cartona order, made by cartona.create_or_update_order() in the
embedded schema of that Odoo; subtotal, tax and total of every line and of
every order must be the ORM's to the last digit.

Needs a running server with the extension installed and a superuser, by the
usual PG* variables; makes and drops a database of its own.
Neighbours: test/schema. Exit code 1 where anything differs.
"""
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

HERE = Path(__file__).resolve().parent
SCHEMA = HERE.parent / "schema"
DATABASE = "cartona_test_taxes"


def psql(script, database=DATABASE):
    """Run a script; its output rows, split at tabs."""
    done = subprocess.run(
        ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", database],
        input=script, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("psql failed: " + done.stderr)
    return [row.split("\t") for row in done.stdout.splitlines() if row]


def literal(value):
    return "'" + str(value).replace("'", "''") + "'"


def included(tax):
    """The vectors name their taxes by what they are: p14i is 14 %, included."""
    return re.match(r"FV [pfd][0-9.]+i", tax["name"]) is not None


def tax_rows(version, taxsets):
    """SQL that makes the taxes, and one product per set; the products' ids."""
    sql, products, made = [], {}, set()

    def add_tax(tax):
        if tax["id"] in made:
            return
        made.add(tax["id"])
        columns = {
            "id": tax["id"] + 1000, "company_id": 1, "sequence": tax["sequence"], "tax_group_id": 1,
            "type_tax_use": "sale", "amount_type": tax["amount_type"], "amount": tax["amount"], "active": True,
            "include_base_amount": tax["include_base_amount"]}
        if version == 19:
            columns.update(name=json.dumps({"en_US": tax["name"]}), country_id=65,
                           is_base_affected=tax["is_base_affected"],
                           price_include_override="tax_included" if included(tax) else "tax_excluded")
        else:
            columns.update(name=tax["name"], price_include=included(tax))
        sql.append("INSERT INTO account_tax (%s) VALUES (%s);" % (
            ", ".join(columns), ", ".join(literal(v) for v in columns.values())))

    for number, (name, taxes) in enumerate(taxsets.items()):
        template, product = 2000 + number, 3000 + number
        products[name] = product
        sql.append("INSERT INTO product_template SELECT (jsonb_populate_record(t, '{\"id\": %d}')).* "
                   "FROM product_template t WHERE t.id = 11;" % template)
        sql.append("INSERT INTO product_product SELECT (jsonb_populate_record(p, '{\"id\": %d, \"product_tmpl_id\": %d, \"barcode\": null}')).* "
                   "FROM product_product p WHERE p.id = 101;" % (product, template))
        for tax in taxes:
            add_tax(tax)
            sql.append("INSERT INTO product_taxes_rel (prod_id, tax_id) VALUES (%d, %d);" % (template, tax["id"] + 1000))
            if tax["amount_type"] == "group":
                # the only group of the vectors, named by its children
                for child, (kind, amount) in enumerate((("percent", 7), ("fixed", 0.3))):
                    row = dict(tax, id=tax["id"] * 100 + child, name="FV child%d" % child, amount_type=kind,
                               amount=amount, sequence=child + 1, is_base_affected=True)
                    add_tax(row)
                    sql.append("INSERT INTO account_tax_filiation_rel (parent_tax, child_tax) VALUES (%d, %d);" % (
                        tax["id"] + 1000, row["id"] + 1000))
    return sql, products


def order(number, lines, products):
    details = []
    for ident, (taxes, price, quantity, discount) in enumerate(lines):
        net = Decimal(str(price)) * (100 - Decimal(str(discount))) / 100
        details.append({"id": ident + 1, "internal_product_id": str(products[taxes]),
                        "amount": str(quantity), "selling_price": str(net)})
    payload = {"hashed_id": "v%d" % number, "retailer": {"id": 1}, "order_details": details}
    return "SELECT cartona.create_or_update_order(%s);" % literal(json.dumps(payload))


def same(ours, theirs):
    """The ORM keeps a line's tax as a binary float, with its noise."""
    return abs(Decimal(ours) - Decimal(theirs)) < Decimal("0.000001")


def run(version, method, vectors):
    setup, products = tax_rows(version, vectors["taxsets"])
    cases = [([(c["taxes"], c["price"], c["qty"], c["disc"])], [c["res"][:3]], None) for c in vectors[method]["lines"]]
    cases += [(c["lines"], c["line_res"], c["res"]) for c in vectors[method]["orders"]]
    suffix = "" if version == 19 else str(version)

    psql("DROP DATABASE IF EXISTS %s;\nCREATE DATABASE %s;" % (DATABASE, DATABASE), "postgres")
    for name in ("odoo%s.sql" % suffix, "data%s.sql" % suffix):
        psql((SCHEMA / name).read_text())
    psql("\n".join(
        ["CREATE EXTENSION cartona_integration;", "SELECT cartona.attach();",
         # the vectors' discounted prices have six digits, quantities one
         "UPDATE decimal_precision SET digits = 6 WHERE name = 'Product Price';",
         "UPDATE res_company SET tax_calculation_rounding_method = %s;" % literal(method)] + setup))
    psql("BEGIN;\n" + "\n".join(order(n, c[0], products) for n, c in enumerate(cases)) + "\nCOMMIT;")
    lines = {}
    for ident, line, subtotal, tax, total in psql(
            "SELECT o.cartona_id, l.cartona_line_id, l.price_subtotal, l.price_tax, l.price_total"
            " FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id;"):
        lines[int(ident[1:]), int(line)] = (subtotal, tax, total)
    orders = {int(ident[1:]): amounts for ident, *amounts in psql(
        "SELECT cartona_id, amount_untaxed, amount_tax, amount_total FROM sale_order;")}

    compared = wrong = 0
    for number, (given, line_results, result) in enumerate(cases):
        pairs = [(lines[number, n + 1], r, given[n]) for n, r in enumerate(line_results)]
        if result:
            pairs.append((orders[number], result, given))
        for ours, theirs, what in pairs:
            compared += 1
            if not all(same(a, b) for a, b in zip(ours, theirs)):
                wrong += 1
                if wrong <= 10:
                    print("  %s\n    Odoo %s\n    ours %s" % (what, list(theirs), list(ours)))
    print("Odoo %d, %s: %d of %d amounts differ" % (version, method, wrong, compared))
    return wrong


def main():
    wrong = 0
    for version in (14, 19):
        vectors = json.loads((HERE / ("vectors-%d.json" % version)).read_text())
        for method in ("round_per_line", "round_globally"):
            wrong += run(version, method, vectors)
    psql("DROP DATABASE %s;" % DATABASE, "postgres")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
