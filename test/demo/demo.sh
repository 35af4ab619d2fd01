#!/bin/bash
#
# demo.sh
#	`make demo`: set everything up, and show the main job on a throwaway
#	cluster; ODOO=19: the same with a real Odoo, which stays until Enter.
#
# Neighbours: test/setup.sh (packages), test/lib/cluster.sh (the throwaway
# cluster), demo.py (the story), shop.py (Odoo), test/simulator (Cartona),
# test/odoo (real Odoo).
#
# Failure: the first command that fails ends it, with the end of its output.
#
set -eu

project=$(cd "$(dirname "$0")/../.." && pwd)
odoo=${ODOO:-}
# Neither make's own variables nor the caller's database are any of the demo's.
unset MAKEFLAGS MAKELEVEL MFLAGS ODOO PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGSERVICE \
	PGPASSWORD PGDATA PGOPTIONS PGAPPNAME
export LC_ALL=C.UTF-8 PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1

say()
{
	if [ -t 1 ]; then printf '\033[2m%s\033[0m\n' "$*"; else printf '%s\n' "$*"; fi
}

case $odoo in
	''|19) ;;
	*) echo "demo: ODOO=$odoo is not known; ODOO=19 is" >&2; exit 2 ;;
esac

pg_config=$(bash "$project/test/setup.sh")

if [ -n "$odoo" ]; then
	say "A real Odoo $odoo: the first time this takes some minutes."
	code=0
	python3 "$project/test/demo/demo.py" --odoo "$odoo" || code=$?
	# no mirror: demo.py has said so, and nothing is wrong here
	[ "$code" -ne 75 ] || code=0
	exit "$code"
fi

. "$project/test/lib/cluster.sh"

as_server python3 "$dir/source/test/demo/demo.py" --psql "$bin/psql" --socket-dir "$dir/socket" --log "$log"
