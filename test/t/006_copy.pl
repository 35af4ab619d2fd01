# 006_copy.pl
#	Dumps, restores and duplicates: everything is there but the token, and a
#	copy never talks to Cartona.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = CartonaNode->with_odoo('origin');
my $sim = CartonaSimulator->new(token => 'very-secret-token');
my $dumps = $node->basedir;
my $super = getpwuid $<;

$node->sql("UPDATE product_template SET cartona_id = 'T' || id WHERE id IN (11, 12)");
$node->connect_account($sim, orders_since => '2020-01-01');
$node->wait_settled('connected');
my ($order) = $node->import_orders($sim, orders => 3);
$node->sql("UPDATE cartona.status_map SET cartona_status = 'cancelled' WHERE direction = 'out' AND odoo_state = 'cancel'");
$node->sql('INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, \'carton\', 102, 12)');
$node->wait_settled('some data of every kind');

# What must be the same in a copy.
my $contents = q{
SELECT 'account', count(*), max(name), bool_and(active) FROM cartona.account
UNION ALL SELECT 'account_state', count(*), max(last_order_sync)::text, bool_and(last_pull_at IS NOT NULL) FROM cartona.account_state
UNION ALL SELECT 'status_map', count(*), max(cartona_status) FILTER (WHERE odoo_state = 'cancel' AND direction = 'out'), NULL FROM cartona.status_map
UNION ALL SELECT 'product_map', count(*), max(factor::text), NULL FROM cartona.product_map
UNION ALL SELECT 'product_sync', count(*), sum(price)::text, NULL FROM cartona.product_sync
UNION ALL SELECT 'order_sync', count(*), max(known_status), NULL FROM cartona.order_sync
UNION ALL SELECT 'inbox', count(*), max(state), NULL FROM cartona.inbox
UNION ALL SELECT 'orders', count(*), min(cartona_id), NULL FROM sale_order WHERE cartona_id IS NOT NULL
UNION ALL SELECT 'triggers', count(*), NULL, NULL FROM pg_trigger WHERE tgname LIKE 'cartona_capture_%'
ORDER BY 1};
my $original = $node->sql($contents);

# Odoo dumps and restores without owners; a superuser must keep them.
sub no_owner
{
	my ($role) = @_;

	return $role eq $super ? () : ('--no-owner');
}

# Dump as a role; the file.
sub dump_as
{
	my ($role, $format, $file) = @_;

	command_ok([ 'pg_dump', '-d', $node->dsn('odoo', $role), '-F', $format, no_owner($role), '-f', "$dumps/$file" ],
		"$role dumps in format $format");
	return "$dumps/$file";
}

# Restore into a new database that role odoo owns; errors are failures.
sub restore_as
{
	my ($where, $role, $format, $file, $database, @more) = @_;

	$where->psql_ok('postgres', "CREATE DATABASE $database OWNER odoo TEMPLATE template0 ENCODING 'UTF8'");
	$where->psql_ok($database, 'ALTER SCHEMA public OWNER TO odoo');
	my @command = $format eq 'p'
	  ? ('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', $where->dsn($database, $role), '-f', $file)
	  : ('pg_restore', '--exit-on-error', @more, no_owner($role), '-d', $where->dsn($database, $role), $file);
	command_ok(\@command, "$role restores format $format as $database");
	return;
}

# A copy is complete, silent, and says so; Odoo works in it.
sub check_copy
{
	my ($where, $database, $what, $has_token) = @_;
	my $mark = $sim->last;

	is($where->psql_ok($database, $contents), $original, "$what: everything is there");
	is($where->psql_ok($database, 'SELECT cartona._has_token(1)'), $has_token // 'f', "$what: " . ($has_token ? 'with' : 'without') . ' the token');
	isnt($where->psql_ok($database, 'SELECT state FROM cartona.status'), 'on', "$what: stopped");
	$where->sql('SELECT odoo_sim.set_price(11, 99), odoo_sim.receive(101, 1)', $database);
	is($where->sql('SELECT list_price FROM product_template WHERE id = 11', $database), '99', "$what: Odoo works");
	is($where->psql_ok($database, 'SELECT count(*) FROM cartona.outbox'), '0', "$what: nothing is captured");
	is($sim->last, $mark, "$what: Cartona hears nothing");
	return;
}

#
# By odoo and by the superuser, in both formats, into the same server.
#
my %dumps;
foreach my $role ('odoo', $super)
{
	foreach my $format ('c', 'p')
	{
		my $file = $dumps{"$role $format"} = dump_as($role, $format, $role . '_' . $format);

		if ($format eq 'p')
		{
			my $text = slurp_file($file);

			unlike($text, qr/very-secret-token/, 'no token in the dump');
			unlike($text, qr/COPY cartona\.(secret|log) /, 'nor the tables secret and log');
		}
	}
}
my $n = 0;
foreach my $key (sort keys %dumps)
{
	my ($role, $format) = split / /, $key;
	my $database = 'restored' . ++$n;

	restore_as($node, $role, $format, $dumps{$key}, $database);
	check_copy($node, $database, "$database ($key)");
}
# Another role's dump, restored by odoo, as a hoster may do it, several tables at a time.
restore_as($node, 'odoo', 'c', $dumps{"$super c"}, 'restored_other', '-j', '3');
check_copy($node, 'restored_other', 'restored_other');

#
# With a worker on it: still silent, and loud about it.
#
my $mark = $sim->last;
$node->append_conf('postgresql.conf', "cartona.databases = 'odoo,restored1,copy'");
my $offset = -s $node->logfile;
$node->reload;
$node->wait_worker('a restored database has its worker', 'restored1');
$node->wait_for('the log says that it is a copy',
	sub { slurp_file($node->logfile, $offset) =~ /this database is a copy: its Cartona account "Cartona Marketplace" is stopped/ });
$node->wait_sql('the status does as well, and asks for the token',
	q{SELECT state, reason LIKE 'this database is a copy of %', reason LIKE '%SELECT cartona.set_token(1, ...)%' FROM cartona.status},
	'stopped|t|t', 'restored1');
is($sim->last, $mark, 'nothing is sent');
my ($code, $out, $err) = $node->try_sql('SELECT cartona.enable()', 'restored1');
like($err, qr/account 1 has no token/, 'enable() asks for the token');
$node->sql(q{SELECT cartona.set_token(1, 'very-secret-token')}, 'restored1');
like($node->sql('SELECT state, reason FROM cartona.status', 'restored1'), qr/^stopped\|.*copy/, 'a token alone does not start it');
is($sim->last, $mark, 'nothing is sent');

# Odoo's duplicate: the token is with it, the binding is not.  The original's
# worker has to leave for it; when it is back, it pulls.
my $pulls = q{SELECT count(*) FROM cartona.log WHERE kind = 'pull'};
my $pulled = $node->sql($pulls);
$mark = $sim->last;
$node->psql('postgres', 'CREATE DATABASE copy TEMPLATE odoo', connstr => $node->dsn('postgres'));
$node->wait_worker('a duplicate has its worker', 'copy');
$node->wait_worker('the original\'s worker is back', 'odoo');
$node->wait_sql('and has pulled', $pulls, $pulled + 1);
is($sim->last, $mark + 1, 'as the only one');
check_copy($node, 'copy', 'a duplicate', 't');
$node->sql('SELECT odoo_sim.set_price(11, 51)');
$node->wait_settled('the original goes on');
my %products = $sim->products;
is($products{T11}{selling_price}, 51, 'and is heard');

# enable() adopts it.
$node->sql('SELECT cartona.disable()');
$node->sql('SELECT cartona.enable()', 'restored1');
$node->wait_settled('enable() adopts a copy', 'restored1');
%products = $sim->products;
is($products{T11}{selling_price}, 99, 'what differs is sent');
$node->sql('SELECT odoo_sim.set_price(11, 98)', 'restored1');
$node->wait_settled('its changes are captured', 'restored1');
%products = $sim->products;
is($products{T11}{selling_price}, 98, 'and sent');
is($node->sql('SELECT state FROM cartona.status', 'restored1'), 'on', 'it is on');

# In place, by two at once, while its worker is there: everything comes back, and it goes on.
my $before = $node->psql_ok('restored1', $contents);
command_ok([ 'pg_dump', '-d', $node->dsn('restored1', 'odoo'), '-F', 'c', '-f', "$dumps/in_place" ], 'a dump of a database at work');
{
	# by which the worker knows it
	delete local $ENV{PGAPPNAME};
	command_ok([ 'pg_restore', '--exit-on-error', '--clean', '--if-exists', '--jobs=2', '--no-owner', '-d', $node->dsn('restored1', 'odoo'), "$dumps/in_place" ],
		'is restored in place');
}
is($node->psql_ok('restored1', $contents), $before, 'with everything');
$node->wait_sql('it is as it was', 'SELECT cartona._attach_state(), count(*) FROM cartona.account', 'attached|1', 'restored1');
$node->wait_worker('its worker is back', 'restored1');
$node->sql(q{SELECT cartona.set_token(1, 'very-secret-token')}, 'restored1');
$node->sql('SELECT odoo_sim.set_price(11, 96)', 'restored1');
$node->wait_settled('its changes are captured again', 'restored1');
%products = $sim->products;
is($products{T11}{selling_price}, 96, 'and sent');

# New rows do not collide with restored ones.
$node->sql(q{INSERT INTO cartona.account (name) VALUES ('second'); INSERT INTO cartona.status_map (direction, odoo_state, cartona_status) VALUES ('out', 'handed_over', 'delivered'); DELETE FROM cartona.account WHERE name = 'second'}, 'restored1');
pass('sequences go on behind the restored rows');

# Neutralized by Odoo: silent, whatever else holds.
$node->sql(q{INSERT INTO ir_config_parameter (key, value) VALUES ('database.is_neutralized', 'true')}, 'restored1');
$mark = $sim->last;
$node->sql('SELECT odoo_sim.set_price(11, 97); SELECT cartona.sync_all_products(); SELECT cartona.pull_orders()', 'restored1');
$node->wait_sql('a neutralized database takes its outbox', 'SELECT count(*) FROM cartona.outbox', '0', 'restored1');
is($sim->last, $mark, 'and sends nothing');

#
# Another server with the library: stopped.
#
my $other = CartonaNode->make('other', databases => 'restored');
$other->start;
$other->psql_ok('postgres', 'CREATE ROLE odoo LOGIN CREATEDB');
restore_as($other, 'odoo', 'c', $dumps{'odoo c'}, 'restored');
$other->wait_worker('on another server', 'restored');
check_copy($other, 'restored', 'on another server');
$other->stop('fast');

#
# A server without the library: Odoo works.
#
die 'CARTONA_WITHOUT must name a PostgreSQL without this extension; test/check.sh does'
  unless $ENV{CARTONA_WITHOUT};
# (the new() of PostgreSQL 14 takes this parameter for a host)
my $new = PostgreSQL::Test::Cluster->can('get_new_node') ? 'get_new_node' : 'new';
my $without = PostgreSQL::Test::Cluster->$new('without', install_path => $ENV{CARTONA_WITHOUT});
$without->init(extra => [ '--encoding=UTF8', '--locale=C' ]);
$without->start;
$without->safe_psql('postgres', 'CREATE ROLE odoo LOGIN CREATEDB');
$without->safe_psql('postgres', "CREATE DATABASE odoo OWNER odoo TEMPLATE template0 ENCODING 'UTF8'");
my $dsn = $without->connstr('odoo') . ' user=odoo';
# What pg_restore cannot make there (the extension and what hangs on it) it reports and passes.
IPC::Run::run([ 'pg_restore', '--no-owner', '-d', $dsn, $dumps{'odoo c'} ], '>', \my $restore_out, '2>', \my $restore_err);
like($restore_err, qr/cartona/, 'without the library the extension cannot be restored');
is( $without->safe_psql('odoo', 'SELECT count(*) FROM sale_order WHERE cartona_id IS NOT NULL', connstr => $dsn),
	'3', 'but the orders are there, with their Cartona ids');
$without->safe_psql('odoo', 'SELECT odoo_sim.set_price(11, 99); SELECT odoo_sim.confirm(min(id)) FROM sale_order', connstr => $dsn);
pass('and Odoo works');
$without->stop('fast');

$node->stop('fast');
done_testing();
