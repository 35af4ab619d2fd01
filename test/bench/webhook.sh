#!/bin/bash
#
# webhook.sh
#	`make bench-webhook`: what the webhook's listener takes, and refuses.
#
# On an embedded database (Odoo's tables on a throwaway cluster of this machine's
# PostgreSQL), on loopback, by wrk.
#
#	CALLS=10000		calls per run
#	CONNECTIONS=64		at the same time
#	RUN=30			seconds that wrk takes for a run, done or not; raise it on a slow machine
#
# The last line is `webhooks_per_s=N p99_ms=M`, of calls with the right secret.
#
# Neighbours: test/lib/cluster.sh (the database), webhook.py (the runs),
# webhook.lua (what wrk sends).
#
# Failure: a wrong call accepted, a right one lost, or memory that grows; exit
# code 1.  No time is a failure: machines differ.
#
set -eu

project=$(cd "$(dirname "$0")/../.." && pwd)
unset MAKEFLAGS MAKELEVEL MFLAGS PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGSERVICE \
	PGPASSWORD PGDATA PGOPTIONS PGAPPNAME
export LC_ALL=C.UTF-8 PYTHONUTF8=1 PYTHONDONTWRITEBYTECODE=1

say()
{
	printf '%s\n' "$*"
}

pg_config=$(ALSO=wrk bash "$project/test/setup.sh")
. "$project/test/lib/cluster.sh"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
cat >>"$dir/data/postgresql.conf" <<-END
	cartona.webhook_port = $port
	cartona.webhook_rate = 0
	cartona.webhook_address_rate = 0
	fsync = on
END
run "reloading" as_server "$bin/pg_ctl" reload -s -D "$dir/data"
run "installing the extension" sql -U odoo -d odoo -c "CREATE EXTENSION cartona_integration"
for try in $(seq 600); do
	state=$(sql -U odoo -d odoo -A -t -c "SELECT odoo || ' ' || webhook FROM cartona.status" 2>/dev/null || true)
	[ "$state" != "attached running" ] || break
	sleep 0.1
done
[ "$state" = "attached running" ] || { say "the listener is not there: $state"; exit 1; }

python3 "$project/test/bench/webhook.py" --bin "$bin" --dir "$dir" --socket-dir "$dir/socket" --port "$port" \
	--calls "${CALLS:-10000}" --connections "${CONNECTIONS:-64}" --seconds "${RUN:-30}"
