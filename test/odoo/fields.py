#!/usr/bin/env python3
"""Compare the embedded Odoo-shaped schema with a real Odoo's tables.

Role: most tests run on test/schema/odoo.sql, which we wrote; this keeps it
true.  Every column it has must be in the real Odoo with the same type and the
same NOT NULL, and of the tables the extension writes, every column that Odoo
requires must be in it.

Neighbours: odoo_server.py gives the real Odoo; check.sh prints the result as
one of its checks.

Failure: each difference is one line; the exit code is 1 when there is any.
"""
import argparse
import os
import sys

import odoo_server

SCHEMA = os.path.join(odoo_server.PROJECT, 'test', 'schema')
EMBEDDED = {'14': 'odoo14.sql', '19': 'odoo.sql'}

# The extension inserts into these: a required column it never meets in a test
# would be met first at a supplier's.
WRITTEN = ('res_partner', 'sale_order', 'sale_order_line',
           'account_tax_sale_order_line_rel', 'mail_message', 'utm_source')

COLUMNS = """
SELECT c.relname AS table, a.attname AS column,
       format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS required
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
  AND a.attnum > 0 AND NOT a.attisdropped"""


def columns_of(server, database):
    return {(row['table'], row['column']): row
            for row in server.rows(COLUMNS, database=database)}


def differences(server):
    """Lines that say where the embedded schema and the real tables differ."""
    scratch = 'embedded_schema'
    server.sql('DROP DATABASE IF EXISTS ' + scratch, database='postgres')
    server.sql('CREATE DATABASE %s OWNER %s TEMPLATE template0'
               % (scratch, odoo_server.ROLE), database='postgres')
    try:
        with open(os.path.join(SCHEMA, EMBEDDED[server.version])) as schema:
            server.sql(schema.read(), odoo_server.ROLE, scratch)
        ours = columns_of(server, scratch)
    finally:
        server.sql('DROP DATABASE ' + scratch, database='postgres')
    real = columns_of(server, server.database)

    found = []
    for (table, column), we in sorted(ours.items()):
        odoo = real.get((table, column))
        if odoo is None:
            found.append('%s.%s: not in Odoo %s' % (table, column, server.version))
            continue
        for what in ('type', 'required'):
            if we[what] != odoo[what]:
                found.append('%s.%s: %s is %s, in Odoo %s' % (
                    table, column, what, we[what], odoo[what]))
    for (table, column), odoo in sorted(real.items()):
        if table in WRITTEN and odoo['required'] and (table, column) not in ours:
            found.append('%s.%s: required in Odoo %s, missing here'
                         % (table, column, server.version))
    return found, len(ours)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--version', default='19', choices=sorted(EMBEDDED))
    args = parser.parse_args()
    odoo_server.need_root()
    odoo_server.stop_on_signals()
    try:
        with odoo_server.OdooServer(args.version, extension=False) as server:
            found, count = differences(server)
    except odoo_server.NoMirror:
        sys.exit(odoo_server.EX_TEMPFAIL)
    for line in found:
        print(line)
    print('%d columns compared, %d differences' % (count, len(found)))
    sys.exit(1 if found else 0)


if __name__ == '__main__':
    main()
