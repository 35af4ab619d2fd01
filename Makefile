# cartona_integration: a PostgreSQL extension (PGXS) that connects Odoo with the Cartona marketplace.
#
#   make, make install        build and install for the PostgreSQL of PG_CONFIG
#   make demo                 set everything up and show the main job (ODOO=19: with a real Odoo)
#   make check                set everything up and run every test on a throwaway cluster
#   make check-odoo           the same story on a real Odoo 19
#   make bench-import         orders per second, beside Odoo's own ORM where a real Odoo's tree is present
#   make bench-webhook        webhooks per second, right and wrong ones, by wrk
#   make fuzz SECONDS=60      each fuzzer of test/fuzz for so long
#   make installcheck         pg_regress and isolation tests on a running server that preloads the library (needs python3)

EXTENSION = cartona_integration
EXTVERSION := $(shell sed -n "s/^default_version = '\(.*\)'/\1/p" $(EXTENSION).control)
MODULE_big = $(EXTENSION)

# The stages, in the order data flows.
STAGES = base config odoo outbox capture http cartona push inbox pull apply webhook monitor ui worker
OBJS = $(patsubst %.c,%.o,$(foreach stage,$(STAGES),$(sort $(wildcard src/$(stage)/*.c))))
FRAGMENTS = $(foreach stage,$(STAGES),$(sort $(wildcard src/$(stage)/*.sql)))

# Texts of the screens in Odoo, which the install script puts into two tables.
UI_PARTS = $(sort $(wildcard src/ui/forms/*.xml src/ui/python/*.py))
UI_WORDS = src/ui/arabic.tsv

DATA_built = $(EXTENSION)--$(EXTVERSION).sql
DATA = $(wildcard src/server_without/*.sql)
REGRESS = $(sort $(patsubst sql/%.sql,%,$(wildcard sql/*.sql)))
REGRESS_OPTS = --inputdir=. --outputdir=.
ISOLATION = $(sort $(patsubst test/specs/%.spec,%,$(wildcard test/specs/*.spec)))
ISOLATION_OPTS = --inputdir=test --outputdir=test
EXTRA_CLEAN = $(EXTENSION)--$(EXTVERSION).sql results regression.diffs regression.out output_iso test/results test/output_iso tmp_check

PG_CPPFLAGS = -I$(srcdir)/src -DCARTONA_VERSION='"$(EXTVERSION)"'
PG_CFLAGS = -std=gnu99 -Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers
SHLIB_LINK = -lcurl -ljson-c -lmicrohttpd -lgnutls

# The targets that set everything up must work before PGXS is there, and PGXS has a "check" of its own.
ifneq ($(filter demo check check-odoo bench-import bench-webhook fuzz,$(MAKECMDGOALS)),)
.PHONY: demo check check-odoo bench-import bench-webhook fuzz
demo:
	@bash test/demo/demo.sh
check:
	@bash test/check.sh
check-odoo:
	@bash test/odoo/check.sh
bench-import:
	@bash test/bench/import.sh
bench-webhook:
	@bash test/bench/webhook.sh
fuzz:
	@FUZZ_SECONDS=$(or $(SECONDS),60) bash test/fuzz/fuzz.sh
else
PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

$(OBJS): $(wildcard src/*/*.h)

# The server reads Odoo's tables for the isolation tests from here (test/specs).
installcheck: export PGOPTIONS = -c test.schema=$(abspath test/schema)

$(EXTENSION)--$(EXTVERSION).sql: $(FRAGMENTS) $(UI_PARTS) $(UI_WORDS) src/final.sql $(EXTENSION).control
	{ printf '%s\n' '\echo Use "CREATE EXTENSION $(EXTENSION)" to load this file. \quit'; cat $(FRAGMENTS); \
	for part in $(UI_PARTS); do printf "INSERT INTO cartona.ui_part VALUES ('%s', \$$part\$$" "$$(basename $$part)"; cat $$part; printf '%s\n' '$$part$$);'; done; \
	awk -F '\t' '/^[^#]/ {printf "INSERT INTO cartona.ui_word VALUES ($$word$$%s$$word$$, $$word$$%s$$word$$);\n", $$1, $$2}' $(UI_WORDS); \
	cat src/final.sql; } > $@
endif
