#!/bin/bash
#
# fuzz.sh
#	`make fuzz`: each fuzzer for a while, from the corpus kept here.
#
#	FUZZ_SECONDS=60		how long each (make: SECONDS)
#
# Neighbours: Makefile (how they are built), setup.sh (clang, where it is missing).
#
# Failure: a finding ends it with exit code 1 and is kept as crash-<hash>.
#
set -eu

here=$(cd "$(dirname "$0")" && pwd)
pg_config=$(ALSO="clang libclang-rt-dev" bash "$here/../setup.sh") || pg_config=$(ALSO=clang bash "$here/../setup.sh")
unset MAKEFLAGS MAKELEVEL MFLAGS
exec make -s -C "$here" PG_CONFIG="$pg_config" SECONDS="${FUZZ_SECONDS:-60}" fuzz
