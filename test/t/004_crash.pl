# 004_crash.pl
#	kill -9 of the worker, a backend and the postmaster amid 1,000 deliveries.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = CartonaNode->with_odoo('crash');
my $sim = CartonaSimulator->new;
my $orders = 1000;

# The point is a crash: what was committed must be on disk.
$node->append_conf('postgresql.conf', 'fsync = on');
$node->reload;
$node->connect_account($sim, orders_since => '2020-01-01');
$node->wait_settled('connected');
$node->import_orders($sim, orders => $orders, retailers => 50);
is($node->sql("SELECT count(*) FROM sale_order WHERE cartona_id IS NOT NULL AND state = 'draft'"),
	$orders, "$orders orders are in Odoo");
is(scalar(grep { $_->{synced} } @{ $sim->control('GET', 'orders') }), $orders, 'all acknowledged');

# How many statuses have arrived since $mark.
my $mark = $sim->last;

sub arrived
{
	return $sim->control('GET', 'stats')->{last} - $mark;
}

# Confirm and cancel them all, by 10 transactions each.
foreach my $state ('sale', 'cancel')
{
	foreach my $part (0 .. 9)
	{
		$node->sql("UPDATE sale_order SET state = '$state' WHERE cartona_id IS NOT NULL AND id % 10 = $part");
	}
	last if $state eq 'cancel';
	$node->wait_for('deliveries have begun', sub { arrived() > 50 });
}

# The worker.
my $pid = $node->worker;
kill 'KILL', $pid;
$pid = $node->wait_worker('the worker was killed and is back', 'odoo', $pid);
my $seen = arrived();
$node->wait_for('it goes on', sub { arrived() > $seen + 20 });

# A backend: the postmaster ends everybody and recovers.
my $session = $node->background_psql('odoo');
my $backend = $session->query_safe('SELECT pg_backend_pid()');
kill 'KILL', $backend;
$session->{run}->kill_kill;
$pid = $node->wait_worker('a backend was killed and the worker is back', 'odoo', $pid);
$seen = arrived();
$node->wait_for('it goes on', sub { arrived() > $seen + 20 });

# The postmaster.
my $postmaster = $node->{_pid};
$node->kill9;
$node->wait_for('the postmaster was killed', sub { !kill 0, $postmaster });
# Its last children leave by themselves; until then a new one may not start.
$node->wait_for('the server starts again', sub { $node->start(fail_ok => 1) });
$node->wait_worker('and the worker is back');

$node->wait_settled('everything is delivered', 'odoo', 180);
note(arrived() . ' requests for ' . 2 * $orders . ' statuses');

my %wrong;
foreach my $order (@{ $sim->control('GET', 'orders') })
{
	# A status may come twice, but never too late.
	my @got = grep { $_ ne 'synced' } map { $_->{status} } grep { $_->{by} eq 'supplier' } @{ $order->{history} };
	my $line = join ' ', @got;

	$wrong{$line}++ if $line !~ /^(approved )+(cancelled_by_supplier ?)+$/;
}
is_deeply(\%wrong, {}, 'every order was approved, then cancelled');
is($node->sql('SELECT count(*) FROM cartona.dead_letter'), '0', 'nothing was given up');
is($node->sql('SELECT count(*) FROM cartona.problem'), '0', 'and nothing needs a human');
$node->stop('fast');
done_testing();
