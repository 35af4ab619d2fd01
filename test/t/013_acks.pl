# 013_acks.pl
#	Acknowledgements: imports go on while a pull is paging, the acknowledgements
#	wait for its end and go out in bulk, and none is lost or in a clerk's way.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use JSON::PP;
use POSIX qw(strftime);
use PostgreSQL::Test::Utils;
use Test::More;

my $node = CartonaNode->with_odoo('acks');
my $sim = CartonaSimulator->new;
my $number = 0;
my $began = time - 7200;
my $status = 'update-order-status';
my $bulk = "$status\$";

$node->sql("UPDATE product_template SET cartona_id = 'T' || id WHERE id IN (11, 12)");
$node->connect_account($sim, orders_since => '2020-01-01');
$node->wait_settled('connected');

# $n orders at Cartona, the oldest first; their hashed ids.
sub place
{
	my ($n) = @_;
	my @orders;

	foreach (1 .. $n)
	{
		$number++;
		push @orders,
		  {
			hashed_id => "o$number",
			status => 'pending',
			created_at => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime($began + $number)),
			retailer => { retailer_code => 'S' . $number % 5, retailer_name => 'متجر ' . $number % 5 },
			order_details => [ { id => $number, supplier_product_id => 'T11', amount => 1, selling_price => 40 } ]
		  };
	}
	$sim->control('POST', 'orders', \@orders);
	return map { $_->{hashed_id} } @orders;
}

# How many of these are in Odoo, and how many acknowledged.
sub made
{
	my $list = join ',', map { "'$_'" } @_;

	return $node->sql("SELECT count(*) FROM sale_order WHERE cartona_id IN ($list)");
}

sub synced
{
	my %synced = map { ($_->{hashed_id} => $_->{synced}) } @{ $sim->control('GET', 'orders') };

	return scalar grep { $synced{$_} } @_;
}

# Requests since $mark whose path has $path, and of acknowledgements the orders they name.
sub requests
{
	my ($mark, $path) = @_;

	return grep { $_->{path} =~ /$path/ } $sim->requests(since => $mark);
}

sub named
{
	my ($request) = @_;
	my $sent = $request->{json};

	return map { $_->{hashed_id} } ref $sent eq 'ARRAY' ? @$sent : $sent;
}

# All of these are in Odoo once and acknowledged, and nobody has to look after anything.
sub all_well
{
	my ($what, @orders) = @_;

	$node->wait_for("$what: all are acknowledged", sub { synced(@orders) == @orders });
	$node->wait_settled("$what: nothing waits");
	is(made(@orders), scalar @orders, "$what: all are in Odoo");
	is($node->sql('SELECT (SELECT count(*) FROM cartona.dead_letter), (SELECT count(*) FROM cartona.problem)'),
		'0|0', "$what: no problem is left");
	return;
}

#
# A thousand pages: imported while they come, acknowledged when they are through,
# and gone round once.
#
$node->sql('UPDATE cartona.account SET pull_page_size = 1');
my @orders = place(1000);
my $mark = $sim->last;
$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('orders are in Odoo while the pull is paging', sub { made(@orders) > 0 });
my $imported_at = $sim->last;
$node->wait_for('a thousand pages are pulled', sub { requests($mark, 'pull-orders') > @orders }, 180);
all_well('a thousand pages', @orders);
my @pages = requests($mark, 'pull-orders');
my @acks = requests($mark, $status);
is(scalar @pages, 1001, 'are asked for once each, and the empty one after them');
cmp_ok($pages[-1]{number}, '>', $imported_at, 'the pull was still paging when the first orders were in Odoo');
cmp_ok($acks[0]{number}, '>', $pages[-1]{number}, 'nothing was acknowledged before its end');
cmp_ok(scalar @acks, '<=', 20, 'a thousand acknowledgements take few requests');
my %named;
$named{$_}++ foreach map { named($_) } @acks;
is(scalar(grep { ($named{$_} // 0) == 1 } @orders), 1000, 'each is sent once');
is($node->sql(q{SELECT count(*), count(DISTINCT r) FROM cartona.log l, unnest(l.refs) r WHERE l.kind = 'order' AND l.result = 'done' AND l.items = cardinality(l.refs)}),
	'1000|1000', 'the log names them all');
$node->sql('UPDATE cartona.account SET pull_page_size = 20');

#
# One alone goes the usual way.
#
$mark = $sim->last;
@orders = place(1);
$node->pull('one order');
is(join(' ', map { $_->{path} } requests($mark, $status)), "/api/v1/order/$status/$orders[0]", 'is acknowledged by itself');
all_well('one order', @orders);

#
# A clerk confirms an order while the pull that brought it is still paging.
#
@orders = place(200);
$mark = $sim->last;
$sim->fault({ fault => 'delay', seconds => 1, match => { path => 'pull-orders' } });
$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('the first order is in Odoo', sub { made($orders[0]) });
$node->sql('SELECT odoo_sim.confirm(' . $node->order_id($orders[0]) . ')');
$node->wait_for('its confirmation is at Cartona', sub { join(' ', $sim->statuses($orders[0])) eq 'synced approved' });
cmp_ok(synced(@orders), '==', 1, 'with its acknowledgement before it, and no other');
my ($confirmed) = grep { $_->{json}{status} eq 'approved' } requests($mark, $status);
$sim->no_faults;
all_well('an order confirmed amid a pull', @orders);
@pages = requests($mark, 'pull-orders');
cmp_ok($pages[-1]{number}, '>', $confirmed->{number}, 'the pull was not through yet');
cmp_ok(scalar @pages, '<=', 3 * 11, 'it goes round again, but not for ever');

#
# A pull waits for acknowledgements that are on their way.
#
@orders = place(5);
$sim->fault({ fault => 'delay', seconds => 2, match => { path => $bulk }, times => 1 });
$mark = $sim->last;
$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('acknowledgements are on their way', sub { requests($mark, $bulk) });
my ($on_their_way) = requests($mark, $bulk);
push @orders, place(5);
$node->pull('a pull asked for meanwhile');
my ($first) = grep { $_->{number} > $on_their_way->{number} } requests($mark, 'pull-orders');
($on_their_way) = grep { $_->{number} == $on_their_way->{number} } requests($mark, $bulk);
cmp_ok($first->{time}, '>=', $on_their_way->{answered_at}, 'begins when they have been answered');
$sim->no_faults;
all_well('a pull that waited', @orders);

#
# One order whose acknowledgement is refused: halves, until it stands alone.
#
@orders = place(64);
my $bad = $orders[21];
$sim->fault({ fault => 'status', status => 422, match => { path => $status, body => qq{"$bad"} } });
$mark = $sim->last;
$node->pull('one that Cartona refuses');
is(synced(@orders), 63, 'all others are acknowledged');
is($node->sql('SELECT count(*), min(ref), min(status), min(http_status) FROM cartona.dead_letter'),
	"1|$bad|synced|422", 'and it is one dead letter');
my @with_bad = map { scalar named($_) } grep { grep { $_ eq $bad } named($_) } requests($mark, $status);
is("@with_bad", '64 32 16 8 4 2 1', 'after batches of half the size each');
is($node->sql(q{SELECT count(*) FROM cartona.log WHERE result = 'split'}), '6', 'the log says so');
$sim->no_faults;
$node->sql('SELECT cartona.retry()');
all_well('a dead letter sent again', @orders);

#
# Trouble on the way: tried again.
#
foreach my $fault ({ fault => 'status', status => 500 }, { fault => 'reset' }, { fault => 'reset', applied => JSON::PP::true },
	{ fault => 'truncate' }, { fault => 'status', status => 429 })
{
	my $name = $fault->{fault} . ($fault->{status} ? " $fault->{status}" : '') . ($fault->{applied} ? ', after the fact' : '');

	@orders = place(30);
	$sim->fault({ %$fault, match => { path => $bulk }, times => 3 });
	$node->sql('SELECT cartona.pull_orders()');
	all_well($name, @orders);
	$sim->no_faults;
}

# A server that takes them only one by one: batches are refused down to one.
@orders = place(10);
$sim->fault({ fault => 'status', status => 405, match => { path => $bulk } });
$node->pull('a server without the bulk call');
$sim->no_faults;
all_well('one by one', @orders);

# A token that is refused amid them stops the account, and they are sent once there is another.
@orders = place(30);
$sim->fault({ fault => 'status', status => 401, match => { path => $bulk } });
$node->sql('SELECT cartona.pull_orders()');
$node->wait_sql('a refused token stops the account', q{SELECT state FROM cartona.status}, 'stopped');
$sim->no_faults;
$node->sql("SELECT cartona.set_token(1, '" . $sim->token . "')");
$node->sql('SELECT cartona.enable()');
all_well('another token', @orders);

#
# The worker is ended while acknowledgements are held, and while they are on their way.
#
@orders = place(100);
$sim->fault({ fault => 'delay', seconds => 1, match => { path => 'pull-orders' } });
$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('some orders are in Odoo', sub { made(@orders) > 0 });
my $pid = $node->worker;
is(synced(@orders), 0, 'and not acknowledged, when the worker ends');
$node->psql_ok('postgres', "SELECT pg_terminate_backend($pid)");
$node->wait_worker('another has begun', 'odoo', $pid);
$sim->no_faults;
$node->sql('SELECT cartona.pull_orders()');
all_well('after its end amid a pull', @orders);

@orders = place(100);
$sim->fault({ fault => 'hang', match => { path => $bulk } });
$mark = $sim->last;
$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('acknowledgements are on their way', sub { requests($mark, $bulk) });
$pid = $node->worker;
$node->psql_ok('postgres', "SELECT pg_terminate_backend($pid)");
$node->wait_worker('another has begun', 'odoo', $pid);
$sim->no_faults;
all_well('after its end amid acknowledgements', @orders);

is($sim->control('GET', 'stats')->{internal_errors}, 0, 'the simulator had no trouble of its own');
$node->stop('fast');
done_testing();
