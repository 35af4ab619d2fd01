# 001_worker.pl
#	Where the worker runs and as whom, and that it is in nobody's way.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

# A statement of the superuser's that no worker may stand in the way of.
sub quick
{
	my ($node, $what, $sql, $dsn) = @_;
	my $start = time;
	my ($out, $err) = ('', '');
	my $code = $node->psql(
		'postgres', $sql,
		connstr => $dsn // $node->connstr('postgres'),
		on_error_stop => 1,
		stdout => \$out,
		stderr => \$err);
	my $seconds = time - $start;

	is($code, 0, $what) or diag($err);
	# PostgreSQL itself waits 5 s for other sessions
	ok($seconds < 5 * $CartonaNode::slowness, sprintf('%s: in %.2f s', $what, $seconds));
	return;
}

my $sim = CartonaSimulator->new;

# What this is all about: a worker in the middle of a request without answer.
sub hang
{
	my ($node) = @_;
	my $mark = $sim->last;

	$sim->fault({ fault => 'hang', match => { path => 'bulk-update' } });
	$node->sql('SELECT cartona.sync_all_products()');
	$node->wait_for('a request hangs', sub { $sim->hits > 0 });
	return;
}

#
# Started by CREATE EXTENSION; attaches by itself.
#
my $node = CartonaNode->make('worker');
$node->start;
$node->psql_ok('postgres', 'CREATE ROLE odoo LOGIN CREATEDB');
is($node->worker('odoo'), '', 'no worker where there is no database');
$node->make_odoo('odoo');
is($node->worker('odoo'), '', 'no worker where there is no extension');

my $start = time;
$node->psql_ok('odoo', 'CREATE EXTENSION cartona_integration');
my $pid = $node->wait_worker('CREATE EXTENSION wakes the worker');
$node->wait_attached('odoo');
cmp_ok(time - $start, '<', 10 * $CartonaNode::slowness, 'and it attaches within seconds');

is( $node->psql_ok('odoo',
		"SELECT usename, rolsuper FROM pg_stat_activity a JOIN pg_roles r ON r.rolname = usename WHERE pid = $pid"
	),
	'odoo|f',
	'it runs as the owner of the database, who is no superuser');
is($node->sql('SELECT state, reason FROM cartona.status'),
	'off|no token: SELECT cartona.set_token(1, ...)',
	'the status says what is missing');
is( $node->psql_ok('odoo',
		"SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'cartona launcher'"),
	'1',
	'one launcher');

$node->sql("UPDATE product_template SET cartona_id = 'T11' WHERE id = 11");
$node->connect_account($sim);
$node->wait_settled('the worker works');
is(($sim->products)[0], 'T11', 'and has sent the mapped product');

#
# Idle: not a single query.
#
$node->wait_sql('the worker sleeps',
	"SELECT state FROM pg_stat_activity WHERE pid = $pid", 'idle');
my $query_start = $node->psql_ok('odoo',
	"SELECT query_start, xact_start IS NULL FROM pg_stat_activity WHERE pid = $pid");
my $idle_since = time;
$node->wait_for('some seconds pass', sub { time - $idle_since > 4 });
is( $node->psql_ok('odoo',
		"SELECT query_start, xact_start IS NULL FROM pg_stat_activity WHERE pid = $pid"),
	$query_start,
	'an idle worker runs no query');

#
# Nobody waits for it.
#
hang($node);
$node->psql_ok('postgres', 'CREATE DATABASE third');
quick($node, 'DROP DATABASE of another database', 'DROP DATABASE third');
quick($node, 'CREATE DATABASE TEMPLATE of the worker\'s database',
	'CREATE DATABASE copy TEMPLATE odoo', $node->dsn('postgres'));
$node->wait_worker('the worker comes back', 'odoo', $pid);
$sim->no_faults;
$node->wait_settled('and what hung is delivered');

hang($node);
quick($node, 'ALTER DATABASE RENAME', 'ALTER DATABASE odoo RENAME TO other');
is($node->worker('odoo'), '', 'no worker under the old name');
quick($node, 'ALTER DATABASE RENAME back', 'ALTER DATABASE other RENAME TO odoo');
$pid = $node->wait_worker('the worker comes back after a rename',
	'odoo', undef, 15);
$sim->no_faults;
$node->wait_settled('and goes on');

# What Odoo does before it duplicates a database.
hang($node);
$pid = $node->worker;
quick(
	$node,
	'pg_terminate_backend by odoo, then CREATE DATABASE TEMPLATE',
	qq{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'odoo' AND pid <> pg_backend_pid();
CREATE DATABASE copy2 TEMPLATE odoo},
	$node->dsn('postgres'));
$pid = $node->wait_worker('the worker comes back after pg_terminate_backend',
	'odoo', $pid);
$sim->no_faults;
$node->wait_settled('and takes over its lease');

#
# A copy in the list stays silent; removed from it, its worker leaves.
#
$node->append_conf('postgresql.conf', "cartona.databases = 'odoo, copy'");
$node->reload;
my $copy_pid = $node->wait_worker('SIGHUP starts a worker', 'copy');
$node->wait_sql(
	'it says that it is a copy',
	"SELECT state, reason LIKE '%no token%' OR reason LIKE '%copy%' FROM cartona.status",
	'stopped|t', 'copy');
my $mark = $sim->last;
$node->sql('SELECT odoo_sim.set_price(11, 50); SELECT cartona.sync_all_products()',
	'copy');
$node->wait_sql('what is asked of a copy is dropped',
	'SELECT count(*) FROM cartona.outbox', '0', 'copy');
is($sim->last, $mark, 'and Cartona hears nothing');
$node->append_conf('postgresql.conf', "cartona.databases = 'odoo'");
$node->reload;
$node->wait_no_worker('SIGHUP stops a worker', 'copy');
is($node->worker, $pid, 'and leaves the other one alone');

#
# Two databases, each with an account of its own.
#
my $second = CartonaSimulator->new(token => 'second-token');
$node->make_odoo('odoo2');
$node->psql_ok('odoo2', 'CREATE EXTENSION cartona_integration; SELECT cartona.attach()');
is($node->sql('SELECT state FROM cartona._worker()', 'odoo2'),
	'not configured', 'no worker for a database that is not listed');
$node->sql("UPDATE product_template SET cartona_id = 'T11' WHERE id = 11; SELECT odoo_sim.set_price(11, 44)", 'odoo2');
is($node->sql('SELECT count(*) > 0 FROM cartona.outbox', 'odoo2'),
	't', 'and its changes wait in the outbox');
$node->append_conf('postgresql.conf', "cartona.databases = 'odoo,odoo2'");
$node->reload;
$node->wait_worker('the second database has its worker', 'odoo2');
$node->connect_account($second, database => 'odoo2');
$node->wait_settled('it sends', 'odoo2');
my %products = $second->products;
is($products{T11}{selling_price}, 44, 'to its own Cartona');
is($node->worker, $pid, 'beside the first one');

#
# DROP EXTENSION: refused by the triggers; after detach() the worker leaves.
#
my ($code, $out, $err) =
  $node->try_sql('DROP EXTENSION cartona_integration', 'odoo2', scalar getpwuid $<);
like($err, qr/cannot drop extension cartona_integration because other objects depend on it/,
	'DROP EXTENSION is refused while it is attached');
$node->psql_ok('odoo2', 'SELECT cartona.detach()');
quick($node, 'DROP EXTENSION after detach()',
	'DROP EXTENSION cartona_integration', $node->connstr('odoo2'));
$node->wait_no_worker('the worker leaves', 'odoo2');
quick($node, 'DROP DATABASE of a database that was worked on', 'DROP DATABASE odoo2');

hang($node);
quick($node, 'DROP DATABASE of the worker\'s own database', 'DROP DATABASE odoo',
	$node->dsn('postgres'));
$sim->no_faults;

#
# Without preloading: triggers work, nothing fails.
#
$node->append_conf('postgresql.conf', "shared_preload_libraries = ''");
$node->restart;
$node->make_odoo('odoo');
$node->psql_ok('odoo', 'CREATE EXTENSION cartona_integration; SELECT cartona.attach()');
$node->sql("UPDATE product_template SET cartona_id = 'T11' WHERE id = 11; SELECT odoo_sim.set_price(11, 45)");
is($node->sql('SELECT count(*) > 0 FROM cartona.outbox'),
	't', 'without preloading, changes wait in the outbox');
like($node->sql('SELECT reason FROM cartona.status'),
	qr/shared_preload_libraries/, 'and the status says why');
$node->append_conf('postgresql.conf', "shared_preload_libraries = 'cartona_integration'");
$node->restart;
$node->connect_account($sim);
$node->wait_settled('preloaded again, they go out');
%products = $sim->products;
is($products{T11}{selling_price}, 45, 'as they are now');

#
# A fast stop with a request on its way.
#
hang($node);
$start = time;
$node->stop('fast');
cmp_ok(time - $start, '<', 5 * $CartonaNode::slowness, 'a fast stop does not wait for an answer');
$sim->no_faults;

#
# A standby is silent; promoted, it goes on.
#
my $primary = CartonaNode->with_odoo('primary', allows_streaming => 1);
$primary->sql("UPDATE product_template SET cartona_id = 'T12' WHERE id = 12");
$primary->connect_account($sim);
$primary->wait_settled('the primary sends');
$primary->backup('base');
my $standby = bless PostgreSQL::Test::Cluster->new('standby'), 'CartonaNode';
$standby->init_from_backup($primary, 'base', has_streaming => 1);
$standby->start;
$primary->wait_for_catchup($standby, 'replay');
is( $standby->psql_ok('odoo',
		"SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'cartona%'"),
	'0',
	'nothing of ours runs on a standby');
$primary->stop('fast');
$standby->promote;
$standby->wait_worker('after promotion the worker runs');
$standby->sql('SELECT odoo_sim.set_price(12, 39)');
$standby->wait_settled('and delivers');
%products = $sim->products;
is($products{T12}{selling_price}, 39, 'with the account it was replicated with');
$standby->stop('fast');

done_testing();
