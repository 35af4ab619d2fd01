# 016_events.pl
#	What Cartona says of orders, through the worker: events that come before
#	their order, at the same moment, from many sessions at once, or while a clerk
#	has the order; statuses by the pull; and nothing that goes back.
#	sql/events.sql has each cell of the rule, test/odoo/events.py a real Odoo.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use IPC::Run;
use POSIX qw(strftime);
use PostgreSQL::Test::Utils;
use Test::More;

my $node = CartonaNode->with_odoo('events');
my $sim = CartonaSimulator->new;

$node->sql("UPDATE product_template SET cartona_id = 'T' || id WHERE id IN (11, 12)");
$node->connect_account($sim, orders_since => '2020-01-01');
$node->wait_settled('connected');

sub event
{
	my ($hashed_id, $status) = @_;

	return $node->sql(qq{SELECT cartona.receive_order_status('{"hashed_id": "$hashed_id", "status": "$status"}') ->> 'result'});
}

# Orders at Cartona that it delivers itself; not pulled yet.
sub offer
{
	my (@ids) = @_;

	$sim->control('POST', 'orders',
		[ map { { hashed_id => $_, status => 'pending', delivered_by => 'delivered_by_cartona', created_at => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime),
					retailer => { retailer_code => 'R1', retailer_name => 'Shop' },
					order_details => [ { id => 1, internal_product_id => '101', amount => 1, selling_price => 40 } ] } } @ids ]);
	return;
}

sub tasks
{
	my ($hashed_id) = @_;

	return $node->sql("SELECT string_agg(kind, ' ' ORDER BY id) FROM cartona.odoo_task WHERE hashed_id = '$hashed_id'");
}

sub known
{
	my ($hashed_id) = @_;

	return $node->sql("SELECT known_status FROM cartona.order_sync WHERE hashed_id = '$hashed_id'");
}

# A script for each of several sessions at once; what they said on stderr.
sub at_once
{
	my (@scripts) = @_;
	my $errors = '';
	my @runs = map {
		my $script = $_;
		IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-o', '/dev/null', '-d', $node->dsn('odoo') ],
			'<', \$script, '2>>', \$errors)
	} @scripts;

	$_->finish foreach @runs;
	return $errors;
}

sub statement
{
	my ($hashed_id, $status) = @_;

	return qq{SELECT cartona.receive_order_status('{"hashed_id": "$hashed_id", "status": "$status"}');\n};
}

#
# Before its order: the pull is woken by the event.
#
offer('early');
is(event('early', 'approved'), 'kept', 'an event of an order that is not here is kept');
$node->wait_sql('the pull it woke brings the order', "SELECT count(*) FROM sale_order WHERE cartona_id = 'early'", '1');
$node->wait_sql('and the event is applied', "SELECT string_agg(kind, ' ') FROM cartona.odoo_task WHERE hashed_id = 'early'", 'confirm');
$node->wait_sql('nothing is kept any more', 'SELECT count(*) FROM cartona.event', '0');
is(known('early'), 'approved', 'it is known at Cartona as approved');

#
# No such order: known after the pull that it woke.
#
is(event('never', 'approved'), 'kept', 'one of an order that is nowhere, too');
$node->wait_sql('the pull is through',
	"SELECT s.last_order_sync > e.received_at FROM cartona.account_state s, cartona.event e WHERE e.hashed_id = 'never'");
is(event('never', 'approved'), 'unknown order', 'repeated, it is unknown');
is($node->sql("SELECT count(*) FROM cartona.problem WHERE subject = 'never'"), 0, 'not a problem at once');
$node->sql("UPDATE cartona.event SET received_at = received_at - interval '2 hours'");
is($node->sql("SELECT kind FROM cartona.problem WHERE subject = 'never'"), 'event without order', 'but after a while');
offer('never');
$node->pull('it comes after all');
$node->wait_sql('and is what the event said', "SELECT string_agg(kind, ' ') FROM cartona.odoo_task WHERE hashed_id = 'never'", 'confirm');

#
# At the same moment as the import, again and again: each event is applied once.
#
my @crossing = map { "cross$_" } 1 .. 60;
offer(@crossing);
is(at_once(
		"SELECT cartona.pull_orders();\n",
		map { my $n = $_; join '', map { statement($crossing[$_], 'approved') } grep { $_ % 3 == $n } 0 .. $#crossing } 0 .. 2),
	'', 'events that cross the import of their orders: no error');
$node->wait_sql('all orders are here', "SELECT count(*) FROM sale_order WHERE cartona_id LIKE 'cross%'", '60');
$node->wait_sql('each is asked for once', "SELECT count(*), count(DISTINCT hashed_id) FROM cartona.odoo_task WHERE hashed_id LIKE 'cross%' AND kind = 'confirm'", '60|60');
$node->wait_sql('nothing is kept', 'SELECT count(*) FROM cartona.event', '0');
is($node->sql("SELECT DISTINCT known_status FROM cartona.order_sync WHERE hashed_id LIKE 'cross%'"), 'approved', 'and all are known');

# An order made by a person whose transaction is open.
my ($in, $out) = ('', '');
my $person = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->dsn('odoo') ], '<', \$in, '>', \$out, '2>&1');
$in = q{BEGIN; SELECT cartona.create_or_update_order('{"hashed_id": "open", "delivered_by": "delivered_by_cartona", "retailer": {"retailer_code": "R1"},
 "order_details": [{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 40}]}') > 0;
\echo made
};
$person->pump until $out =~ /made/;
is(event('open', 'approved'), 'kept', 'an order that is not committed yet is not here');
$in = "COMMIT;\n\\q\n";
$person->finish;
$node->wait_sql('after its commit the event is found by the worker', "SELECT string_agg(kind, ' ') FROM cartona.odoo_task WHERE hashed_id = 'open'", 'confirm',
	undef, 120);

#
# Many sessions, each with every status, at all isolation levels.
#
my @busy = map { "busy$_" } 1 .. 5;
offer(@busy);
$node->pull('five orders');
my @life = qw(approved assigned_to_salesman delivered approved delivered);
is(at_once(map {
			my $level = $_;
			join '', map { my $status = $_; map { "BEGIN ISOLATION LEVEL $level; SELECT count(*) FROM sale_order;\n" . statement($_, $status) . "COMMIT;\n" } @busy } @life
		} ('READ COMMITTED', 'REPEATABLE READ') x 3),
	'', 'six sessions say the same of five orders, under both isolation levels: no error');
is($node->sql("SELECT DISTINCT known_status FROM cartona.order_sync WHERE hashed_id LIKE 'busy%'"), 'delivered', 'all are delivered at the end');
is($node->sql(q{SELECT count(*) FROM (SELECT hashed_id FROM cartona.odoo_task WHERE hashed_id LIKE 'busy%' GROUP BY hashed_id, kind HAVING count(*) > 1) d}), 0, 'none is asked for twice');
is($node->sql(q{SELECT count(DISTINCT hashed_id) FROM cartona.odoo_task t WHERE hashed_id LIKE 'busy%' AND kind = 'deliver'
	AND NOT EXISTS (SELECT FROM cartona.odoo_task n WHERE n.hashed_id = t.hashed_id AND n.id > t.id)}), 5, 'and the delivery is the newest task of each');

# An old snapshot does not hide an order that was committed since.
$in = $out = '';
$person = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->dsn('odoo') ], '<', \$in, '>', \$out, '2>&1');
$in = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM sale_order;\n\\echo begun\n";
$person->pump until $out =~ /begun/;
offer('young');
$node->pull('an order after that snapshot');
is(event('young', 'approved'), 'handed over', 'approved by another session');
$in = statement('young', 'delivered') . "COMMIT;\n\\q\n";
$person->finish;
like($out, qr/handed over/, 'the old snapshot sees order and status as they are now');
is(tasks('young'), 'confirm deliver', 'and nothing is lost');

#
# By the pull, as by the webhook.
#
offer('pulled');
$node->pull('one more');
$sim->control('POST', 'orders/pulled', { status => 'assigned_to_salesman', synced => \0 });
$node->pull('its status has changed');
is(tasks('pulled'), 'assign', 'the same task');
is(known('pulled'), 'assigned_to_salesman', 'and known');

#
# Without an Odoo: what a clerk has in his hands waits for him, nobody else does.
#
$node->sql("UPDATE cartona.account SET apply_status = 'sql'");
offer('direct', 'held');
$node->pull('two more');
is(event('direct', 'approved'), 'applied', 'written at once');
is($node->sql("SELECT state FROM sale_order WHERE cartona_id = 'direct'"), 'sale', 'the order is confirmed');
$in = $out = '';
$person = IPC::Run::start([ 'psql', '-X', '-q', '-A', '-t', '-d', $node->dsn('odoo') ], '<', \$in, '>', \$out, '2>&1');
$in = "BEGIN; SELECT 1 FROM sale_order WHERE cartona_id = 'held' FOR UPDATE;\n\\echo locked\n";
$person->pump until $out =~ /locked/;
is(event('held', 'cancelled'), 'kept', 'the order is in a clerk\'s hands: kept, not waited for');
is($node->sql("SELECT state FROM sale_order WHERE cartona_id = 'held'"), 'draft', 'nothing is written');
$in = "COMMIT;\n\\q\n";
$person->finish;
$node->wait_sql('written when he has done', "SELECT state FROM sale_order WHERE cartona_id = 'held'", 'cancel');
$node->wait_sql('and not kept any more', "SELECT count(*) FROM cartona.event WHERE hashed_id = 'held'", '0');

#
# Nothing of it goes back to Cartona.
#
$node->wait_settled('nothing waits');
is(join(' ', map { "$_:" . join(',', $sim->statuses($_)) } qw(early busy1 young pulled direct held)),
	'early:synced busy1:synced young:synced pulled:synced direct:synced held:synced', 'Cartona heard of none of it');

$sim->stop;
$node->stop;
done_testing();
