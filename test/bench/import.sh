#!/bin/bash
#
# import.sh
#	`make bench-import`: how fast orders come in.
#
# First on an embedded database (Odoo's tables on a throwaway cluster of this
# machine's PostgreSQL), then, where the tree of a real Odoo is present, there,
# beside the same orders made by Odoo's own ORM.
#
#	ORDERS=5000		orders of 5 lines per run on the embedded database
#	RUNS=3			runs
#	ODOO=19			which real Odoo (14 or 19)
#	ODOO_ORDERS=2000	orders per run there, and ORM_ORDERS=200 by the ORM
#	PERF=1  		perf's profile of the import, written to ./bench-import.perf
#
# The last line is `orders_per_s=N orm_orders_per_s=M ratio=R`, all of real
# Odoo; without a tree `orders_per_s=N`, of the embedded database.  No number
# is a failure: machines differ.
#
# Neighbours: test/lib/cluster.sh (the embedded database), import.py (the
# runs), test/odoo (real Odoo; its tree is used where it is, never built here).
#
# Failure: an order that does not arrive is one, with exit code 1.
#
set -eu

project=$(cd "$(dirname "$0")/../.." && pwd)
odoo=${ODOO:-19}
trees=${CARTONA_ODOO_TREES:-/var/tmp/cartona-odoo}
caller=$(pwd)
unset MAKEFLAGS MAKELEVEL MFLAGS ODOO PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGSERVICE \
	PGPASSWORD PGDATA PGOPTIONS PGAPPNAME
export LC_ALL=C.UTF-8 PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1

say()
{
	printf '%s\n' "$*"
}

pg_config=$(bash "$project/test/setup.sh")
. "$project/test/lib/cluster.sh"

python3 "$project/test/bench/import.py" embedded --psql "$bin/psql" --socket-dir "$dir/socket" --result "$dir/result" \
	--orders "${ORDERS:-5000}" --runs "${RUNS:-3}" ${PERF:+--profile "$caller/bench-import.perf"}

if [ -x "$trees/$odoo/usr/bin/odoo" ]; then
	python3 "$project/test/bench/import.py" odoo --version "$odoo" \
		--orders "${ODOO_ORDERS:-2000}" --runs "${RUNS:-3}" --orm-orders "${ORM_ORDERS:-200}"
else
	say "No tree of Odoo $odoo is present: no comparison with the ORM (make check-odoo builds one)."
	say "orders_per_s=$(cat "$dir/result")"
fi
