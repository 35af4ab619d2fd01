#!/bin/bash
#
# check.sh
#	`make check`: install what is needed, build, and run every test.
#
# Everything happens in a temporary directory: a copy of the checkout, and a
# copy of the PostgreSQL installation into which the extension is installed.
# The system's own PostgreSQL is neither changed nor used.  PostgreSQL refuses
# root, so root runs the tests as user "postgres", which Debian's package made.
#
#	test/check.sh [part...]	regress isolation taxes tap hostile unit simulator; all of them by default
#	PROVE_TESTS='test/t/002*'	only these TAP tests
#	VALGRIND=1			every server runs under valgrind; an error with code of ours in its stack is a failure
#				(best with a PG_CONFIG whose PostgreSQL was built with -DUSE_VALGRIND and --enable-cassert)
#	KEEP=1				leave the temporary directory, with every log
#
# Neighbours: setup.sh; sql/ and expected/ (pg_regress), test/specs and
# test/expected (isolation), test/t (TAP), test/taxes, test/hostile, test/unit, test/simulator.
#
# Failure: each part is run whatever became of the others (without a build there
# is nothing to run); what went wrong is shown, and the exit code is 1.
#
set -u

here=$(cd "$(dirname "$0")" && pwd)
root=${here%/test}
parts=${*:-regress isolation taxes tap hostile unit simulator}

# The caller's database and locale are none of ours; his proxies may be what reaches the packages.
unset PGHOST PGHOSTADDR PGPORT PGUSER PGDATABASE PGSERVICE PGPASSWORD PGDATA PGOPTIONS PGAPPNAME \
	PERL5LIB MAKEFLAGS MAKELEVEL
export LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1

PG_CONFIG=$(ALSO="nginx ${ALSO:-}" bash "$here/setup.sh") || exit 1
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY all_proxy ALL_PROXY
# Valgrind makes a server 20 to 50 times as slow, so that what waits for it must wait longer.
[ -z "${VALGRIND:-}" ] || export PG_TEST_TIMEOUT_DEFAULT=1800 PGCTLTIMEOUT=600

work=$(mktemp -d /tmp/cartona_check.XXXXXX)
chmod 755 "$work"
tree=$work/pg
src=$work/src
log=$work/log
mkdir "$src" "$log"

if [ "$(id -u)" -eq 0 ]; then
	user=postgres
else
	user=$(id -un)
fi

# Run something as the user who may run PostgreSQL.
as_user()
{
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups env HOME="$work" USER="$user" LOGNAME="$user" "$@"
	else
		"$@"
	fi
}

clean_up()
{
	if [ -e "$work/data/postmaster.pid" ]; then
		as_user "$bindir/pg_ctl" -D "$work/data" -m immediate -w stop >/dev/null 2>&1
	fi
	if [ -n "${KEEP:-}" ]; then
		echo "check: the logs are in $work"
	else
		rm -rf "$work"
	fi
}
bindir=
without=
trap clean_up EXIT
trap 'exit 130' INT TERM

passed=0
failed=0
summary=

# note <part> <passed> <failed> <exit code>: a part that fails without a failed test counts as one
note()
{
	local bad=$3

	if [ "$4" -ne 0 ] && [ "$bad" -eq 0 ]; then
		bad=1
	fi
	passed=$((passed + $2))
	failed=$((failed + bad))
	summary="$summary$(printf '%-12s %5d passed %5d failed' "$1" "$2" "$bad")"$'\n'
}

heading()
{
	printf '\n=== %s\n' "$*"
}

# The copies: relocatable, because PostgreSQL finds its files beside its own program.
build()
{
	local from libdir sharedir

	from=$("$PG_CONFIG" --bindir)
	libdir=$("$PG_CONFIG" --pkglibdir)
	sharedir=$("$PG_CONFIG" --sharedir)
	bindir=$tree$from
	mkdir -p "$tree$(dirname "$from")" "$tree$libdir" "$tree$sharedir" || return
	cp -r "$from/." "$bindir" &&
		cp -r "$libdir/." "$tree$libdir" &&
		cp -rL "$sharedir/." "$tree$sharedir" || return
	mkdir -p "$tree$(dirname "$("$PG_CONFIG" --includedir)")"
	ln -sfn "$("$PG_CONFIG" --includedir)" "$tree$("$PG_CONFIG" --includedir)"
	PG_CONFIG=$bindir/pg_config
	# To 14, Debian's pg_config says where the package is, wherever it is itself.
	if [ "$("$PG_CONFIG" --pkglibdir)" != "$tree$libdir" ]; then
		mv "$PG_CONFIG" "$PG_CONFIG.bin" && cat >"$PG_CONFIG" <<-END && chmod 755 "$PG_CONFIG" || return
			#!/bin/sh
			"$PG_CONFIG.bin" "\$@" | sed 's,^/,$tree/,'
		END
	fi
	rm -f "$tree$libdir/cartona_integration.so" "$tree$sharedir"/extension/cartona_integration*

	# One more, for a server that does not have the extension; links are enough.
	cp -al "$tree" "$work/without" || return
	without=$work/without$from

	tar -C "$root" --exclude=./.git --exclude='*.o' --exclude='*.bc' --exclude='*.so' --exclude=__pycache__ \
		--exclude=./results --exclude=./tmp_check -cf - . | tar -C "$src" -xf - || return
	if [ "$(id -u)" -eq 0 ]; then
		chown -R "$user" "$work" || return
	fi
	as_user make -s -C "$src" -j "$(nproc)" PG_CONFIG="$PG_CONFIG" with_llvm=no &&
		as_user make -s -C "$src" PG_CONFIG="$PG_CONFIG" with_llvm=no install || return
	[ -z "${VALGRIND:-}" ] || wrap_server
}

# Put valgrind before the server; not before what only makes a cluster or says its version.
wrap_server()
{
	mv "$bindir/postgres" "$bindir/postgres.bin" &&
		as_user mkdir "$work/valgrind" &&
		as_user tee "$bindir/postgres" >/dev/null <<-END &&
			#!/bin/sh
			case "\$1" in
				--boot | --single | --check | -V | --version | -C) exec "$bindir/postgres.bin" "\$@" ;;
			esac
			exec valgrind --quiet --trace-children=yes --leak-check=no --num-callers=40 --error-limit=no \
				--suppressions="$src/test/valgrind.supp" --log-file="$work/valgrind/%p.log" "$bindir/postgres.bin" "\$@"
		END
		chmod 755 "$bindir/postgres"
}

# What valgrind found that went through our code.
judge_valgrind()
{
	local found

	found=$(python3 "$here/valgrind.py" "$work/valgrind" 2>&1)
	code=$?
	echo "$found"
	note valgrind "$(printf '%s\n' "$found" | sed -n 's/^valgrind: \([0-9]*\) processes.*/\1/p')" \
		"$(printf '%s\n' "$found" | grep -c '^error:')" $code
}

# A server for pg_regress, the isolation tests and the taxes, on a socket of its own.
start_server()
{
	[ -e "$work/data/postmaster.pid" ] && return
	as_user "$bindir/initdb" -D "$work/data" -U "$user" -A trust -E UTF8 --locale=C -N >"$log/initdb" &&
		cat >>"$work/data/postgresql.conf" <<-END &&
			listen_addresses = ''
			unix_socket_directories = '$work'
			port = 18800
			fsync = off
			shared_preload_libraries = 'cartona_integration'
			max_worker_processes = 12
			timezone = 'UTC'
		END
		as_user "$bindir/pg_ctl" -D "$work/data" -w -l "$log/server" start >/dev/null
}

server_env()
{
	as_user env PATH="$bindir:$PATH" PGHOST="$work" PGPORT=18800 PGUSER="$user" PGDATABASE=postgres "$@"
}

# installcheck <part> <variable that leaves the other out>.  The two programs say
# "test x ... ok" (to PostgreSQL 15) or "ok 1 - x" (from 16).
installcheck()
{
	local code part=$1 other=$2

	start_server || { note "$part" 0 1 1; return; }
	server_env make -s -C "$src" PG_CONFIG="$PG_CONFIG" "$other=" installcheck </dev/null >"$log/$part" 2>&1
	code=$?
	grep -E '^(test |ok |not ok )' "$log/$part"
	if [ $code -ne 0 ]; then
		find "$src" -name regression.diffs -exec head -400 {} +
		tail -20 "$log/$part"
		grep -E 'PANIC|FATAL|TRAP|was terminated' "$log/server" | tail -20
	fi
	note "$part" "$(grep -cE '^(test .*\.\.\. +ok|ok )' "$log/$part")" \
		"$(grep -cE '^(test .*FAILED|not ok )' "$log/$part")" $code
	find "$src" -name regression.diffs -delete
}

run_regress()
{
	installcheck regress ISOLATION
}

run_isolation()
{
	installcheck isolation REGRESS
}

run_taxes()
{
	local code

	start_server || { note taxes 0 1 1; return; }
	server_env python3 "$src/test/taxes/taxes.py" </dev/null >"$log/taxes" 2>&1
	code=$?
	cat "$log/taxes"
	note taxes "$(grep -c ' 0 of ' "$log/taxes")" "$(grep ' of ' "$log/taxes" | grep -vc ' 0 of ')" $code
}

run_tap()
{
	local code tests=${PROVE_TESTS:-test/t/*.pl}

	as_user mkdir -p "$work/tap/tmp_check"
	(
		cd "$src" && as_user env PATH="$bindir:$PATH" TESTDIR="$work/tap" PGPORT=65432 \
			TESTDATADIR="$work/tap/tmp_check" TESTLOGDIR="$work/tap/tmp_check/log" \
			CARTONA_WITHOUT="${without%/bin}" \
			PG_REGRESS="$("$PG_CONFIG" --pkglibdir)/pgxs/src/test/regress/pg_regress" \
			PERL5LIB="$("$PG_CONFIG" --pkglibdir)/pgxs/src/test/perl" \
			prove --verbose --timer -j 2 $tests
	) </dev/null >"$log/tap" 2>"$log/tap.err"
	code=$?
	# Of what went well only the times and what a test says about itself.
	grep -E '^(not ok |\[|All |Files=|Result: |# [a-z]+ .* ms|# [0-9]+ requests)' "$log/tap"
	if [ $code -ne 0 ]; then
		cat "$log/tap.err"
		sed -n '/^Test Summary Report/,$p' "$log/tap"
		grep -E 'PANIC|FATAL|TRAP|was terminated|failed:' "$work"/tap/tmp_check/log/*.log | tail -40
	fi
	note tap "$(grep -c '^ok [0-9]' "$log/tap")" "$(grep -c '^not ok [0-9]' "$log/tap")" $code
}

# counted <part> <exit code>: one that says itself how many checks it made
counted()
{
	local part=$1 code=$2

	cat "$log/$part"
	set -- $(sed -n "s/^$part: \([0-9]*\) checks, \([0-9]*\) failed\$/\1 \2/p" "$log/$part") 0 0
	note "$part" $(($1 - $2)) "$2" "$code"
}

run_hostile()
{
	start_server || { note hostile 0 1 1; return; }
	server_env python3 "$src/test/hostile/hostile.py" --log "$log/server" ${HOSTILE:+--only "$HOSTILE"} </dev/null >"$log/hostile" 2>&1
	counted hostile $?
}

run_unit()
{
	as_user python3 "$src/test/unit/run.py" "$PG_CONFIG" </dev/null >"$log/unit" 2>&1
	counted unit $?
}

run_simulator()
{
	local code

	(cd "$src/test/simulator" && as_user python3 test_simulator.py) </dev/null >"$log/simulator" 2>&1
	code=$?
	tail -4 "$log/simulator"
	[ $code -eq 0 ] || cat "$log/simulator"
	set -- $(sed -n 's/^Ran \([0-9]*\) tests.*/\1/p' "$log/simulator") 0
	if [ $code -eq 0 ]; then
		note simulator "$1" 0 0
	else
		note simulator 0 0 1
	fi
}

heading "build with $PG_CONFIG"
if ! build >"$log/build" 2>&1; then
	cat "$log/build"
	echo "check: the build failed"
	exit 1
fi
cat "$log/build"

for part in $parts; do
	heading "$part"
	case $part in
		regress | isolation | taxes | tap | hostile | unit | simulator) "run_$part" ;;
		*)
			echo "check: there is no part \"$part\""
			exit 2
			;;
	esac
done

if [ -n "${VALGRIND:-}" ]; then
	heading valgrind
	judge_valgrind
fi

printf '\n%s%d passed, %d failed\n' "$summary" $passed $failed
[ $failed -eq 0 ]
