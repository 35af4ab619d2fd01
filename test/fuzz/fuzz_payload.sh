#!/bin/bash
#
# fuzz_payload.sh
#	Run fuzz_payload.so, a fuzz target that is a module of a server.
#
#	fuzz_payload.sh <directory of postgres> <directory of the build> <libFuzzer option...>
#
# The server is a throwaway one without clients (postgres --single) in a
# temporary directory.  PostgreSQL refuses root, so root runs it as user
# "postgres", which Debian's package made; the files are copied there and back
# because that user may not see them here.
#
# Neighbours: Makefile calls it, in this directory; fuzz_payload.c, no_messages.c, payload_seeds.py.
#
# Failure: a finding gives another exit code than 0 and is kept as crash-<hash>.
#
set -eu

bindir=$1
build=$2
shift 2
work=$(mktemp -d /tmp/cartona_fuzz.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir "$work/found"
cp "$build/fuzz_payload.so" "$build/no_messages.so" payload.dict "$work"
cp -r "$build/seeds" "$work"
cp -r "$build/corpus/payload/." "$work/found"

as_user()
{
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=postgres --regid="$(id -g postgres)" --init-groups env HOME="$work" "$@"
	else
		"$@"
	fi
}

[ "$(id -u)" -ne 0 ] || chown -R postgres "$work"
cd "$work"
as_user "$bindir/initdb" -D "$work/data" -U postgres -E UTF8 --no-locale -N >"$work/initdb.log" 2>&1 || { cat "$work/initdb.log"; exit 1; }

options="'fuzz_payload'"
for option in "$@" -dict="$work/payload.dict" -artifact_prefix="$work/" "$work/found" "$work/seeds"; do
	options="$options, '$option'"
done
result=0
as_user env ASAN_OPTIONS=detect_leaks=0:detect_stack_use_after_return=0 UBSAN_OPTIONS=print_stacktrace=1 \
	LD_PRELOAD="$(${CC:-clang} -print-file-name="libclang_rt.asan-$(uname -m).so"):$work/no_messages.so" \
	"$bindir/postgres" --single -D "$work/data" -c fsync=off postgres <<END || result=$?
CREATE FUNCTION cartona_fuzz(VARIADIC text[]) RETURNS integer LANGUAGE c AS '$work/fuzz_payload'
SELECT cartona_fuzz($options)
END

cd - >/dev/null
cp "$work"/found/* "$build/corpus/payload" 2>/dev/null || :
cp "$work"/crash-* "$work"/oom-* "$work"/timeout-* . 2>/dev/null || :
exit "$result"
