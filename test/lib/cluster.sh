#!/bin/bash
#
# cluster.sh
#	A throwaway cluster with the extension and an Odoo in it; to be sourced.
#
# Sets: $dir (everything is in there, and goes at the end, however it ends),
# $bin (PostgreSQL's programs), $log (the server's), $version.
#
# The system's PostgreSQL is left as it is: the extension is built for, and
# installed into, a private copy of its installation.
#
# Neighbours: test/demo/demo.sh and test/bench/import.sh source it, with
# $project and $pg_config (from test/setup.sh) set and "say" defined;
# test/schema has Odoo's tables.
#
# Failure: the first command that fails ends it, with the end of its output.
#

case $pg_config in
	/usr/lib/postgresql/*/bin/pg_config) ;;
	*) echo "$pg_config is not where Debian's packages have it" >&2; exit 1 ;;
esac
version=${pg_config#/usr/lib/postgresql/}
version=${version%%/*}

# PostgreSQL refuses to run as root; Debian's package has made a user for it.
as_server()
{
	if [ "$(id -u)" -eq 0 ]; then
		runuser -u postgres -- "$@"
	else
		"$@"
	fi
}

dir=$(mktemp -d "${TMPDIR:-/tmp}/cartona-cluster.XXXXXX")
log=$dir/postgresql.log
bin=$dir/usr/lib/postgresql/$version/bin

clean_up()
{
	code=$?
	trap - EXIT
	cd /
	if [ -f "$dir/data/postmaster.pid" ]; then
		as_server "$bin/pg_ctl" stop -s -w -m immediate -D "$dir/data" >/dev/null 2>&1 || true
	fi
	rm -rf "$dir"
	exit "$code"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# run WHAT COMMAND...: quiet unless it fails
run()
{
	what=$1
	shift
	if ! "$@" >"$dir/output" 2>&1; then
		echo "$what failed:" >&2
		tail -n 40 "$dir/output" >&2
		exit 1
	fi
}

sql()
{
	as_server "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$dir/socket" "$@"
}

say "Building for PostgreSQL $version, in $dir ..."
# PostgreSQL finds its parts relative to its own program, so a copy is an
# installation of its own.
mkdir -p "$dir/usr/lib/postgresql" "$dir/usr/share/postgresql" "$dir/usr/include" "$dir/source" "$dir/socket"
cp -a "/usr/lib/postgresql/$version" "$dir/usr/lib/postgresql/"
cp -a "/usr/share/postgresql/$version" "$dir/usr/share/postgresql/"
ln -s /usr/include/postgresql "$dir/usr/include/postgresql"
tar -C "$project" --exclude=./.git --exclude='*.o' --exclude='*.bc' --exclude='*.so' \
	--exclude='./cartona_integration--*.sql' --exclude=__pycache__ -cf - . | tar -C "$dir/source" --no-same-owner -xf -
if [ "$(id -u)" -eq 0 ]; then
	chown -R postgres: "$dir"
fi
cd "$dir"

run "building" as_server make -C "$dir/source" -j2 PG_CONFIG="$bin/pg_config" with_llvm=no
run "installing" as_server make -C "$dir/source" PG_CONFIG="$bin/pg_config" with_llvm=no install

say "Starting a throwaway cluster ..."
run "initdb" as_server "$bin/initdb" -D "$dir/data" -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync
cat >>"$dir/data/postgresql.conf" <<-END
	listen_addresses = ''
	unix_socket_directories = '$dir/socket'
	fsync = off
	shared_preload_libraries = 'cartona_integration'
	cartona.databases = 'odoo'
	# when a transaction was committed, to the microsecond
	track_commit_timestamp = on
END
run "starting PostgreSQL" as_server "$bin/pg_ctl" start -s -w -t 60 -D "$dir/data" -l "$log"
run "making the database" sql -U postgres -d postgres \
	-c "CREATE ROLE odoo LOGIN NOSUPERUSER CREATEDB" \
	-c "CREATE DATABASE odoo OWNER odoo TEMPLATE template0"
for file in odoo data odoo_actions; do
	run "loading $file.sql" sql -U odoo -d odoo -f "$dir/source/test/schema/$file.sql"
done
