# 011_faults.pl
#	Ten thousand orders through random faults: each exactly once, acknowledged
#	in the end and never before its commit.
#
# The network fails (resets before and after the call took effect, pages cut in
# the middle, errors, no answer at all), orders stand on several pages, the
# worker is killed and terminated, the server crashes, statements are cancelled,
# other sessions bring the same orders by hand at the same time, and some
# orders cannot be taken at all.
#
# What is random comes from one seed: SEED=n repeats a run's choices.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use IPC::Run;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

my $norders = $ENV{ORDERS} // 10_000;
my $nlines = 3;
my $seed = $ENV{SEED} // time % 100_000;
my $json = JSON::PP->new->canonical->utf8;

note("SEED=$seed");
diag("seed $seed");
srand($seed);

my $node = CartonaNode->with_odoo('faults');
my $sim = CartonaSimulator->new;

$sim->control('POST', 'reset', { seed => $seed });
$node->add_products(20, 100_000);
$node->sql('INSERT INTO product_taxes_rel (prod_id, tax_id) SELECT id, 1 FROM product_template WHERE id > 1000');
$node->connect_account(
	$sim,
	orders_since => '2020-01-01',
	total_timeout => '2 seconds',
	missing_product => 'reject');
$node->sql(q{UPDATE cartona.account SET pull_interval = '10 seconds'});
$node->wait_settled('connected');

#
# The orders, some of them poisoned: an amount below zero, a product nobody
# knows, one that Odoo's database refuses at once, one that it refuses at the
# commit.
#
my @orders = @{
	$sim->control('POST', 'generate',
		{
			seed => $seed,
			orders => $norders,
			lines => $nlines,
			retailers => 500,
			products => [
				map { { supplier_product_id => "M$_", product_name => "product $_", price => 20 + $_ % 7 + 0.25 } }
				  1001 .. 1020
			]
		})->{added} };
my @poison = map { splice(@orders, int(rand(@orders)), 1) } 1 .. 20;
my %poisoned = map { $_ => 1 } @poison;
foreach my $i (0 .. $#poison)
{
	my $details = $sim->order($poison[$i])->{order}{order_details};

	$details->[1]{amount} = -1 if $i % 4 == 0;
	$details->[1]{supplier_product_id} = 'nobody' if $i % 4 == 1;
	$sim->control('POST', "orders/$poison[$i]", { order_details => $details });
}
my ($now, $late) = map {
	my $kind = $_;
	join ',', map { "'$poison[$_]'" } grep { $_ % 4 == $kind } 0 .. $#poison
} (2, 3);
$node->sql(qq{
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \$\$
BEGIN
	RAISE 'this shop takes no such order';
END \$\$;
CREATE TRIGGER refuse AFTER INSERT ON sale_order FOR EACH ROW WHEN (NEW.cartona_id IN ($now)) EXECUTE FUNCTION refuse();
CREATE CONSTRAINT TRIGGER refuse_late AFTER INSERT ON sale_order DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW WHEN (NEW.cartona_id IN ($late)) EXECUTE FUNCTION refuse();
});

#
# The faults of the network.
#
$sim->control('POST', 'options', { overlap => 30 });
$sim->fault(
	(map { { match => { path => 'pull-orders' }, probability => 0.02, %$_ } } (
			{ fault => 'reset' },
			{ fault => 'truncate' },
			{ fault => 'status', status => 503 },
			{ fault => 'hang' },
			{ fault => 'garbage' },
			{ fault => 'slow', seconds => 1 })),
	(map { { match => { path => 'update-order-status' }, probability => 0.01, %$_ } } (
			{ fault => 'reset' },
			{ fault => 'reset', applied => JSON::PP::true },
			{ fault => 'status', status => 500 },
			{ fault => 'status', status => 500, applied => JSON::PP::true },
			{ fault => 'status', status => 429, retry_after => 1 },
			{ fault => 'truncate' })),
	{ match => { path => 'update-order-status' }, probability => 0.001, fault => 'hang' });

#
# The faults of the machine, and other sessions.
#
sub made
{
	my ($out, $err) = ('', '');

	# psql that ends before it has read its input is a broken pipe, which the framework dies of: no answer
	eval { $node->psql('odoo', 'SELECT count(*) FROM sale_order WHERE cartona_id IS NOT NULL', stdout => \$out, stderr => \$err); };
	return $out eq '' ? undef : $out;
}

# Something may be down, and then it need not be asked.
sub try
{
	my ($database, $sql) = @_;
	my ($out, $err) = ('', '');

	eval { $node->psql($database, $sql, stdout => \$out, stderr => \$err); };
	return $out;
}

# Sessions that bring orders by hand, each in a transaction of its own.
my @sessions;

sub by_hand
{
	my ($n) = @_;
	my $first = int(rand(@orders - $n));
	my $sql = '';

	foreach my $hashed_id (@orders[ $first .. $first + $n - 1 ])
	{
		my $order = $json->encode($sim->order($hashed_id)->{order});

		$sql .= "SELECT cartona.create_or_update_order(\$order\$$order\$order\$);\n";
	}

	# two with the same orders, one of them backwards
	foreach my $script ($sql, join("\n", reverse split /\n/, $sql))
	{
		my $file = PostgreSQL::Test::Utils::tempdir() . '/by_hand.sql';
		my %session;

		append_to_file($file, $script);
		$session{run} = IPC::Run::start(
			[ 'psql', '-X', '-q', '-A', '-t', '-d', $node->dsn('odoo'), '-f', $file ],
			'<' => \undef, '>' => \$session{out}, '2>' => \$session{err});
		push @sessions, \%session;
	}
	return;
}

my %events = (
	'two pulls at once' => sub {
		try('odoo', 'SELECT cartona.pull_orders()');
		try('odoo', 'SELECT cartona.pull_orders()');
	},
	'orders by hand' => sub { by_hand(60); },
	'a statement of the worker is cancelled' => sub {
		try('postgres', q{SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE backend_type = 'cartona sync'});
	},
	'the worker is terminated' => sub {
		try('postgres', q{SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'cartona sync'});
	},
	'the worker is killed' => sub {
		my $pid = $node->worker;
		kill 'KILL', $pid if $pid;
	},
	'a session is killed' => sub {
		my $pid = try('postgres', q{SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1});
		kill 'KILL', $pid if $pid;
	},
	'the server is killed' => sub {
		my $postmaster = $node->{_pid};

		$node->kill9;
		$node->wait_for('the server was killed', sub { !kill 0, $postmaster });
		$node->wait_for('the server starts again', sub { $node->start(fail_ok => 1) });
	});
my @plan = (
	('orders by hand') x 6,
	('two pulls at once') x 4,
	('a statement of the worker is cancelled') x 3,
	('the worker is terminated') x 2,
	('the worker is killed') x 2,
	'a session is killed', 'the server is killed');
@plan = map { splice(@plan, int(rand(@plan)), 1) } 1 .. @plan;

my $started = time;
my $deadline = $started + 600 * $CartonaNode::slowness;
my $total = @plan;
$node->sql('SELECT cartona.pull_orders()');
while (@plan && time < $deadline)
{
	my $there = made();

	# the next one when its share of the orders is there
	if (defined $there && $there >= $norders * ($total - @plan + 1) / ($total + 2))
	{
		my $event = shift @plan;

		note(sprintf('%.1f s, %d orders: %s', time - $started, $there, $event));
		$events{$event}->();
	}
	usleep(20_000);
}
is(scalar(@plan), 0, 'every fault has happened');

# The network gets well; what was lost on the way is asked for again.
$node->wait_for('all orders that can be taken are in Odoo',
	sub { my $there = made(); defined $there && $there >= @orders }, 300);
note(sprintf('%.1f s: all there', time - $started));
note("faults of the network: " . $sim->hits);
$sim->no_faults;
IPC::Run::finish($_->{run}) foreach @sessions;

$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('and acknowledged',
	sub { $sim->control('GET', 'stats')->{synced} == @orders }, 300);
$node->wait_sql('nothing waits any more',
	q{SELECT (SELECT count(*) FROM cartona.outbox), (SELECT count(*) FROM cartona.delivery), (SELECT count(*) FROM cartona.inbox WHERE state = 'new')},
	'0|0|0');
note(sprintf('%.1f s: all acknowledged', time - $started));

#
# Each exactly once, whole, with a number of its own.
#
is($node->sql('SELECT count(*), count(DISTINCT cartona_id), count(DISTINCT name) FROM sale_order WHERE cartona_id IS NOT NULL'),
	join('|', (scalar @orders) x 3), 'each order is there once, with a number of its own');
is($node->sql('SELECT count(*) FROM (SELECT name FROM sale_order GROUP BY name HAVING count(*) > 1) d'), '0', 'no number is used twice');
is( $node->sql(qq{
SELECT count(*) FROM sale_order o WHERE cartona_id IS NOT NULL AND ((SELECT count(*) FROM sale_order_line l WHERE l.order_id = o.id) <> $nlines
	OR (SELECT count(*) FROM sale_order_line l JOIN account_tax_sale_order_line_rel r ON r.sale_order_line_id = l.id WHERE l.order_id = o.id) <> $nlines)}),
	'0', 'all with their lines and taxes');
is( $node->sql(q{
SELECT count(*) FROM sale_order o JOIN cartona.inbox i ON i.order_id = o.id
WHERE o.amount_untaxed <> (SELECT sum((d ->> 'amount')::numeric * (d ->> 'selling_price')::numeric) FROM jsonb_array_elements(i.payload -> 'order_details') d)
	OR o.amount_total <> o.amount_untaxed + round(o.amount_untaxed * 0.14, 2)}),
	'0', 'and their totals, taxes rounded once per order as this company has it');
is( $node->sql(q{SELECT count(*) FROM (SELECT cartona_id FROM res_partner WHERE cartona_id IS NOT NULL GROUP BY cartona_id HAVING count(*) > 1) d}),
	'0', 'no customer is doubled');
is( $node->sql(q{SELECT count(DISTINCT partner_id) = (SELECT count(*) FROM res_partner WHERE cartona_id IS NOT NULL) FROM sale_order WHERE cartona_id IS NOT NULL}),
	't', 'or left without an order');
is( $node->sql(q{SELECT count(*) FROM (SELECT i.order_id FROM cartona.inbox i JOIN sale_order o ON o.id = i.order_id AND o.cartona_id = i.hashed_id
	WHERE i.state = 'applied') t}), scalar(@orders), 'the inbox knows each');

#
# Acknowledged only after its commit.
#
my %committed = map { split /\|/ } split /\n/, $node->psql_ok('odoo',
	q{SELECT cartona_id, extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM sale_order WHERE cartona_id IS NOT NULL});
my $acks = $sim->control('GET', 'acks');
my $early = grep { $acks->{$_} < ($committed{$_} // 'inf') } keys %$acks;
is($early, 0, 'no acknowledgement came before its commit');

#
# The poisoned ones are kept with a reason, and nobody told Cartona that they are here.
#
my $list = join ',', map { "'$_'" } @poison;
is($node->sql("SELECT count(*) FROM cartona.inbox WHERE hashed_id IN ($list) AND state = 'failed' AND error <> '' AND order_id IS NULL"),
	scalar(@poison), 'what cannot be taken is kept with a reason');
is(scalar(grep { $sim->order($_)->{synced} } @poison), 0, 'and not acknowledged');
is($node->sql('SELECT count(*) FROM cartona.dead_letter'), '0', 'nothing was given up');

# The cause goes, and they come in.
$node->sql('DROP TRIGGER refuse ON sale_order; DROP TRIGGER refuse_late ON sale_order');
$node->sql("SELECT cartona.retry_order('$poison[$_]')") foreach grep { $_ % 4 >= 2 } 0 .. $#poison;
$node->wait_for('what the shop has learnt to take comes in', sub { made() == @orders + 10 });

is($sim->control('GET', 'stats')->{internal_errors}, 0, 'the simulator had no trouble of its own');
$node->stop('fast');
done_testing();
