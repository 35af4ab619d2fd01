# CartonaNode.pm
#	A cluster that preloads the library, with an Odoo in it, for TAP tests.
#
# Neighbours: PostgreSQL::Test::Cluster, which it extends; test/schema, whose
# tables make the Odoo; CartonaSimulator.pm.
#
# The Odoo belongs to role "odoo", which is no superuser, and queries run as
# that role unless told otherwise.
#
# Failure: a query that fails dies, and the test with it; waiting ends at a
# deadline with a failed test that says what was waited for.
#
package CartonaNode;

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

our @ISA = ('PostgreSQL::Test::Cluster');

my $schema = abs_path(dirname(__FILE__)) . '/../schema';

# How much slower than usual this run is: PostgreSQL's tests take their deadline,
# 180 seconds, from the same variable.  Under valgrind check.sh sets it.
our $slowness = ($ENV{PG_TEST_TIMEOUT_DEFAULT} || 180) / 180;

# How long anything may take on a slow machine.
our $patience = 60 * $slowness;

# A cluster, not yet started: CartonaNode->make('name', databases => 'odoo').
sub make
{
	my ($class, $name, %params) = @_;
	my $self = PostgreSQL::Test::Cluster->new($name);

	bless $self, $class;
	$self->init(
		allows_streaming => $params{allows_streaming},
		extra => [ '--encoding=UTF8', '--locale=C' ]);
	$self->append_conf('postgresql.conf', $self->settings(%params));
	return $self;
}

# What postgresql.conf says beyond the test framework's own.
sub settings
{
	my ($self, %params) = @_;
	my $databases = $params{databases} // 'odoo';
	my $preload =
	  ($params{preload} // 1) ? 'cartona_integration' : '';

	return qq{
shared_preload_libraries = '$preload'
cartona.databases = '$databases'
max_connections = 40
max_worker_processes = 12
restart_after_crash = on
log_statement = none
track_commit_timestamp = on
autovacuum_naptime = 1h
timezone = 'UTC'
} . ($params{settings} // '');
}

# A started cluster with an Odoo and the extension; the worker attaches.
sub with_odoo
{
	my ($class, $name, %params) = @_;
	my $self = $class->make($name, %params);

	$self->start;
	$self->psql_ok('postgres', 'CREATE ROLE odoo LOGIN CREATEDB');
	$self->make_odoo('odoo');
	$self->psql_ok('odoo', 'CREATE EXTENSION cartona_integration');
	$self->wait_attached('odoo');
	return $self;
}

# An Odoo in a new database, owned by role odoo.
sub make_odoo
{
	my ($self, $database) = @_;

	$self->psql_ok('postgres',
		"CREATE DATABASE $database OWNER odoo TEMPLATE template0 ENCODING 'UTF8'"
	);
	foreach my $file ('odoo.sql', 'data.sql', 'odoo_actions.sql')
	{
		$self->run_file($database, "$schema/$file");
	}
	return;
}

# Run a file as role odoo.
sub run_file
{
	my ($self, $database, $file) = @_;

	system_or_bail('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1',
		'-o', '/dev/null', '-d', $self->dsn($database), '-f', $file);
	return;
}

# Where role odoo (or another) connects to.
sub dsn
{
	my ($self, $database, $user) = @_;

	return $self->connstr($database) . ' user=' . ($user // 'odoo');
}

# Run SQL as the superuser; what it prints.
sub psql_ok
{
	my ($self, $database, $sql) = @_;

	return $self->safe_psql($database, $sql);
}

# Run SQL as role odoo in database odoo; what it prints.
sub sql
{
	my ($self, $sql, $database) = @_;

	return $self->safe_psql($database // 'odoo', $sql,
		connstr => $self->dsn($database // 'odoo'));
}

# Run SQL that may fail, as role odoo; its exit code, output and error.
sub try_sql
{
	my ($self, $sql, $database, $user) = @_;
	my ($out, $err) = ('', '');
	my $code = $self->psql(
		$database // 'odoo', $sql,
		connstr => $self->dsn($database // 'odoo', $user),
		on_error_stop => 1,
		stdout => \$out,
		stderr => \$err);

	return ($code, $out, $err);
}

# Every row of the extension that role odoo can read, as text.
sub all_rows
{
	my ($self) = @_;

	return $self->sql($self->sql(q{
SELECT string_agg(format('SELECT r::text FROM %s r', c.oid::regclass), ' UNION ALL ')
FROM pg_class c WHERE c.relnamespace = 'cartona'::regnamespace AND c.relkind IN ('r', 'v')
AND has_table_privilege(c.oid, 'SELECT')}));
}

# Wait until a piece of code returns something true; that, or nothing and a
# failed test.
sub wait_for
{
	my ($self, $what, $code, $seconds) = @_;
	my $deadline = time + ($seconds ? $seconds * $slowness : $patience);
	my $result;

	while (1)
	{
		$result = $code->();
		last if $result || time > $deadline;
		usleep(20_000);
	}
	ok($result, $what) or $self->tell;
	return $result;
}

# Wait until a query, as the superuser, says what is expected.
sub wait_sql
{
	my ($self, $what, $sql, $expected, $database, $seconds) = @_;
	my $deadline = time + ($seconds ? $seconds * $slowness : $patience);
	my $got;

	$expected //= 't';
	while (1)
	{
		my $err = '';
		$got = '';
		# a server that goes down may be a broken pipe, which the framework dies of: no answer
		eval { $self->psql($database // 'odoo', $sql, stdout => \$got, stderr => \$err); };
		last if $got eq $expected || time > $deadline;
		$got .= $err;
		usleep(20_000);
	}
	is($got, $expected, $what) or $self->tell;
	return $got eq $expected;
}

# What a failed wait needs to be understood.
sub tell
{
	my ($self) = @_;
	my $out = '';

	$self->psql(
		'odoo',
		q{SELECT row_to_json(s) FROM cartona.status s;
SELECT row_to_json(d) FROM (SELECT * FROM cartona.delivery ORDER BY id LIMIT 5) d;
SELECT row_to_json(p) FROM cartona.problem p LIMIT 5;
SELECT row_to_json(l) FROM (SELECT * FROM cartona.log ORDER BY id DESC LIMIT 5) l},
		stdout => \$out, on_error_stop => 0);
	diag($out);
	return;
}

sub wait_attached
{
	my ($self, $database) = @_;

	return $self->wait_sql("the worker has attached $database",
		'SELECT cartona._attach_state()', 'attached', $database);
}

# The worker's process id; empty when there is none, or no server to ask.
sub worker
{
	my ($self, $database, $kind) = @_;
	my $name = $database // 'odoo';
	my ($out, $err) = ('', '');

	$self->psql(
		'postgres',
		"SELECT pid FROM pg_stat_activity WHERE backend_type = 'cartona "
		  . ($kind // 'sync')
		  . "' AND datname = '$name'",
		stdout => \$out,
		stderr => \$err);
	return $out;
}

# The same of the one that listens for the webhook.
sub webhook_worker
{
	my ($self, $database) = @_;

	return $self->worker($database, 'webhook');
}

# Wait for the worker (another than the one with process id $former).
sub wait_worker
{
	my ($self, $what, $database, $former, $seconds) = @_;
	my $pid;

	$self->wait_for(
		$what,
		sub {
			$pid = $self->worker($database);
			return $pid ne '' && $pid ne ($former // '');
		},
		$seconds);
	return $pid;
}

sub wait_no_worker
{
	my ($self, $what, $database) = @_;

	return $self->wait_for($what, sub { $self->worker($database) eq '' });
}

# Point account 1 at a simulator and enable it, with settings of its own.
sub connect_account
{
	my ($self, $sim, %params) = @_;
	my $database = delete $params{database} // 'odoo';
	my $set = join ', ', map { "$_ = '$params{$_}'" } sort keys %params;

	$self->sql(
		"UPDATE cartona.account SET api_url = '"
		  . $sim->url
		  . "', pull_interval = '1 day', retry_cap = '1 second'"
		  . ($set ? ", $set" : '')
		  . ' WHERE id = 1;'
		  . "SELECT cartona.set_token(1, '"
		  . $sim->token . "');"
		  . 'SELECT cartona.enable()', $database);
	return;
}

# Nothing captured waits, and nothing waits to be sent or imported.
sub wait_settled
{
	my ($self, $what, $database, $seconds) = @_;

	return $self->wait_sql(
		$what // 'everything is delivered',
		"SELECT (SELECT count(*) FROM cartona.outbox), (SELECT count(*) FROM cartona.delivery), "
		  . "(SELECT count(*) FROM cartona.inbox WHERE state = 'new'), "
		  . "(SELECT count(*) FROM cartona.account_state WHERE pull_wanted)",
		'0|0|0|0', $database, $seconds);
}

# Pull now, and wait until what came is in Odoo.
sub pull
{
	my ($self, $what) = @_;
	my $before = $self->sql("SELECT coalesce(last_pull_at, '-infinity') FROM cartona.account_state WHERE account_id = 1");

	$self->sql('SELECT cartona.pull_orders()');
	$self->wait_sql('the pull is through',
		"SELECT last_pull_at > '$before' FROM cartona.account_state WHERE account_id = 1");
	return $self->wait_settled($what // 'and what it brought is settled');
}

# Orders from Cartona, in Odoo as drafts; their hashed ids.
sub import_orders
{
	my ($self, $sim, %params) = @_;
	my $added = $sim->control('POST', 'generate',
		{
			orders => 1,
			lines => 1,
			seed => ++$self->{seed},
			products => [ { internal_product_id => '101', product_name => 'tea', price => 40 } ],
			%params
		})->{added};

	$self->pull;
	return @$added;
}

# The Odoo id of an order from Cartona.
sub order_id
{
	my ($self, $hashed_id) = @_;

	return $self->sql("SELECT id FROM sale_order WHERE cartona_id = '$hashed_id'");
}

# More products like the tea, mapped as M<template id>: templates from 1001 on,
# variants from 5001 on, each with this stock.
sub add_products
{
	my ($self, $n, $stock) = @_;

	$self->sql(qq{
BEGIN;
INSERT INTO product_template SELECT (jsonb_populate_record(t, jsonb_build_object('id', 1000 + i, 'cartona_id', 'M' || (1000 + i)))).*
FROM product_template t, generate_series(1, $n) i WHERE t.id = 11;
INSERT INTO product_product SELECT (jsonb_populate_record(p, jsonb_build_object('id', 5000 + i, 'product_tmpl_id', 1000 + i, 'barcode', NULL))).*
FROM product_product p, generate_series(1, $n) i WHERE p.id = 101;
INSERT INTO stock_quant (product_id, location_id, company_id, quantity, reserved_quantity, in_date, inventory_quantity_set)
SELECT 5000 + i, 5, 1, $stock, 0, now() AT TIME ZONE 'UTC', false FROM generate_series(1, $n) i;
COMMIT;
});
	return;
}

1;
