# 005_pull.pl
#	Orders in: through whatever the API answers, each once, none lost.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = CartonaNode->with_odoo('pull');
my $sim = CartonaSimulator->new;
my $seed = 100;

$node->sql("UPDATE product_template SET cartona_id = 'T' || id WHERE id IN (11, 12)");
$node->connect_account($sim, orders_since => '2020-01-01', pull_page_size => 7);
$node->wait_settled('connected');

# Orders at Cartona that we have not heard of; their hashed ids.
sub place
{
	my (%params) = @_;

	return @{
		$sim->control('POST', 'generate',
			{
				seed => ++$seed,
				products => [
					{ internal_product_id => '101', supplier_product_id => 'T11', product_name => 'شاي', price => 40 },
					{ internal_product_id => '102', supplier_product_id => 'T12', product_name => 'سكر', price => 37 }
				],
				%params
			})->{added} };
}

# How many of these orders are in Odoo.
sub made
{
	my $list = join ',', map { "'$_'" } @_;

	return $node->sql("SELECT count(*) FROM sale_order WHERE cartona_id IN ($list)");
}

# Ask for a pull that will fail, and wait until it has.
sub failed_pull
{
	my ($what) = @_;
	my $before = $node->sql(q{SELECT coalesce(max(id), 0) FROM cartona.log WHERE kind = 'pull'});

	$node->sql('SELECT cartona.pull_orders()');
	return $node->wait_sql($what,
		"SELECT count(*) > 0 FROM cartona.log WHERE kind = 'pull' AND result <> 'done' AND id > $before");
}

# The failed pull is tried again by itself and succeeds.
sub recovers
{
	my ($what, @orders) = @_;

	$sim->no_faults;
	$node->wait_for($what, sub { made(@orders) == @orders });
	$node->wait_sql("$what: no error is left",
		'SELECT last_pull_error IS NULL FROM cartona.status');
	$node->wait_settled("$what: acknowledged");
	return;
}

#
# Several pages; each acknowledged, and only after its commit.
#
my @orders = place(orders => 30, lines => 3);
my $mark = $sim->last;
$node->pull('30 orders on pages of 7');
is(made(@orders), 30, 'all are in Odoo');
is(scalar(grep { $sim->order($_)->{synced} } @orders), 30, 'and acknowledged');
my %committed = map { split /\|/ } split /\n/, $node->psql_ok('odoo',
	'SELECT cartona_id, extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM sale_order WHERE cartona_id IS NOT NULL');
my $early = 0;
foreach my $r ($sim->requests(since => $mark, path => 'update-order-status'))
{
	my $sent = $r->{json};
	foreach my $item (ref $sent eq 'ARRAY' ? @$sent : $sent)
	{
		$early++ if $r->{time} < $committed{ $item->{hashed_id} };
	}
}
is($early, 0, 'no acknowledgement came before its commit');
is( $node->sql(q{SELECT string_agg(DISTINCT p.cartona_id, ' ') ~ '^(retailer_\S+ ?)+$' FROM sale_order o JOIN res_partner p ON p.id = o.partner_id WHERE o.cartona_id IS NOT NULL}),
	't', 'their customers are named by retailer code');
is( $node->sql(q{SELECT count(*) FROM sale_order o WHERE cartona_id IS NOT NULL
	AND amount_total IS DISTINCT FROM (SELECT sum(price_total) FROM sale_order_line l WHERE l.order_id = o.id)}),
	'0', 'their totals are their lines\'');

#
# A second pull makes none, also where Cartona forgot the acknowledgement.
#
my $orders = $node->sql('SELECT count(*) FROM sale_order');
my $partners = $node->sql('SELECT count(*) FROM res_partner');
$node->pull('pulled again');
is($node->sql('SELECT count(*) FROM sale_order'), $orders, 'a second pull makes no order');
is($node->sql('SELECT count(*) FROM res_partner'), $partners, 'and no customer');
is( $node->sql('SELECT count(*), count(DISTINCT cartona_id) FROM sale_order WHERE cartona_id IS NOT NULL'),
	'30|30', 'each is there once');
$sim->control('POST', "orders/$orders[0]", { note_message => 'changed by the retailer' });
$node->pull('an order that Cartona offers again');
is(made($orders[0]), 1, 'is there once');

#
# A known customer; one product at two prices.
#
my $retailer = $sim->order($orders[0])->{order}{retailer};
my $partner = $node->sql("SELECT partner_id FROM sale_order WHERE cartona_id = '$orders[0]'");
$sim->control('POST', 'orders',
	[ { hashed_id => 'two-prices', status => 'pending', retailer => $retailer,
		order_details => [
			{ id => 1, internal_product_id => '101', supplier_product_id => 'T11', amount => 10, selling_price => 38.5 },
			{ id => 2, internal_product_id => '101', supplier_product_id => 'T11', amount => 2, selling_price => 42.5 } ] } ]);
$node->pull('a known customer\'s order');
is($node->sql("SELECT partner_id FROM sale_order WHERE cartona_id = 'two-prices'"),
	$partner, 'is that customer\'s');
is( $node->sql(q{SELECT string_agg(l.product_id || ':' || l.product_uom_qty || ':' || l.price_unit, ' ' ORDER BY l.id)
	FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id WHERE o.cartona_id = 'two-prices'}),
	'101:10.00:38.50 101:2.00:42.50', 'a product at two prices stands on two lines');

#
# An object around the list; numbers as text; an empty list.
#
$sim->control('POST', 'options', { wrap => 'data', numbers_as_text => JSON::PP::true });
@orders = place(orders => 9);
$node->pull('an object around the list');
is(made(@orders), 9, 'is understood, with numbers as text');
$node->pull('an empty list');
is($node->sql('SELECT last_pull_error IS NULL FROM cartona.status'), 't', 'is no error');
$sim->control('POST', 'options', { wrap => undef, numbers_as_text => JSON::PP::false });

#
# What is no list: the reason is kept, the next pull goes on.
#
foreach my $fault (
	{ fault => 'html' },
	{ fault => 'garbage' },
	{ fault => 'truncate' },
	{ fault => 'status', status => 500 },
	{ fault => 'status', status => 404, body => '<html>nothing here</html>' },
	{ fault => 'reset' })
{
	my $name = $fault->{fault} . ($fault->{status} ? " $fault->{status}" : '');

	@orders = place(orders => 8);
	$sim->fault({ %$fault, match => { path => 'pull-orders' } });
	failed_pull("$name: the pull fails");
	$node->wait_sql("$name: the reason is kept",
		'SELECT last_pull_error IS NOT NULL FROM cartona.status');
	recovers("$name: the next pull goes on", @orders);
}
is($node->sql(q{SELECT count(*) > 0 FROM cartona.inbox_page WHERE body LIKE '%الخدمة غير متاحة%'}),
	't', 'a page that is no list is kept');
is($node->sql(q{SELECT count(*) > 0 FROM cartona.problem WHERE kind = 'unreadable answer'}), 't', 'and is a problem');

# Nothing at all: the time from which orders are asked for must not move on.
@orders = place(orders => 12);
$sim->fault({ fault => 'empty', match => { path => 'pull-orders' } });
my $from = $node->sql('SELECT last_order_sync FROM cartona.status');
failed_pull('an empty body is no list');
is($node->sql('SELECT last_order_sync FROM cartona.status'), $from, 'and orders are asked for from the same time on');
recovers('an empty body: the next pull goes on', @orders);

# Too much.
$node->sql('UPDATE cartona.account SET max_answer_bytes = 65536, pull_page_size = 5');
@orders = place(orders => 6);
$sim->fault({ fault => 'huge', bytes => 16 * 1024 * 1024, match => { path => 'pull-orders' }, times => 1 });
failed_pull('a huge answer is cut off');
recovers('a huge answer: the next pull goes on', @orders);
$node->sql('UPDATE cartona.account SET max_answer_bytes = 33554432, pull_page_size = 7');

# Slow, but good.
@orders = place(orders => 3);
$sim->fault({ fault => 'slow', seconds => 2, match => { path => 'pull-orders' }, times => 1 });
$node->pull('a slow answer');
is(made(@orders), 3, 'is taken');
$sim->no_faults;

# A redirect.
@orders = place(orders => 2);
$mark = $sim->last;
$sim->fault({ fault => 'redirect', match => { path => 'pull-orders' }, times => 1 });
failed_pull('a redirect fails the pull');
is(scalar($sim->requests(since => $mark, path => 'redirected')), 0, 'and is not followed');
recovers('a redirect: the next pull goes on', @orders);

#
# Acknowledgements between two pages shift the rest: none is skipped.
#
@orders = place(orders => 60);
$sim->fault({ fault => 'delay', seconds => 0.3, match => { path => 'pull-orders' } });
$node->pull('pages that shift under the pull');
$sim->no_faults;
$node->pull('and whatever is left');
is(made(@orders), 60, 'none is skipped');
is( $node->sql('SELECT count(*) = count(DISTINCT cartona_id) FROM sale_order WHERE cartona_id IS NOT NULL'),
	't', 'none is doubled');

#
# Broken orders: kept with their reason, the others come in.
#
my $before = $node->sql('SELECT count(*) FROM cartona.inbox_page');
$sim->control('POST', 'orders?as_is=1',
	[
		{ hashed_id => 'no-lines', status => 'pending' },
		{ hashed_id => 'empty-lines', status => 'pending', order_details => [], retailer => $retailer },
		{ hashed_id => 'unknown-product', status => 'pending', retailer => $retailer,
			order_details => [ { id => 1, internal_product_id => '904#2', amount => 1, selling_price => 5 } ] },
		{ hashed_id => 'odd-amount', status => 'pending', retailer => $retailer,
			order_details => [ { id => 1, internal_product_id => '101', amount => 'many', selling_price => 5 } ] },
	]);
my @good = place(orders => 5);
$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('good orders come in beside broken ones', sub { made(@good) == 5 });
$node->wait_sql('the broken ones are kept with a reason',
	q{SELECT count(*) FROM cartona.inbox WHERE hashed_id IN ('no-lines', 'empty-lines', 'unknown-product', 'odd-amount') AND state = 'failed' AND error <> ''}, '4')
  or diag($node->sql(q{SELECT hashed_id, state, error, note FROM cartona.inbox WHERE hashed_id IN ('no-lines', 'empty-lines', 'unknown-product', 'odd-amount')}));
is(scalar(grep { $sim->order($_)->{synced} } ('no-lines', 'empty-lines', 'unknown-product', 'odd-amount')),
	0, 'and not acknowledged');
is($node->sql(q{SELECT count(*) FROM cartona.problem WHERE kind = 'order not imported'}), '4', 'each is a problem');

# The cause is mended: the order comes in.
$node->sql(q{UPDATE product_template SET cartona_id = NULL WHERE id = 12; UPDATE product_template SET cartona_id = '904#2' WHERE id = 13});
$sim->control('POST', 'orders/unknown-product',
	{ order_details => [ { id => 1, internal_product_id => '904#2', supplier_product_id => '904#2', amount => 1, selling_price => 5 } ] });
$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('a broken order that is mended comes in', sub { made('unknown-product') == 1 });

# An order that Cartona takes back while it is a draft here keeps to one row.
my ($back) = place();
$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('an order comes in', sub { made($back) == 1 });
$sim->control('POST', "orders/$back", { status => 'cancelled_by_retailer' });
$node->sql('SELECT cartona.pull_orders()');
$node->wait_sql('its cancellation is known',
	"SELECT known_status FROM cartona.order_sync WHERE hashed_id = '$back'", 'cancelled_by_retailer');
is(made($back), 1, 'and it is there once');

#
# Killed amid a pull: everything is there in the end, once.
#
@orders = place(orders => 200);
$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('a pull is under way', sub { made(@orders) > 0 });
my $pid = $node->worker;
$node->psql_ok('postgres', "SELECT pg_terminate_backend($pid)");
$node->wait_worker('the worker was terminated and is back', 'odoo', $pid);
$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('all orders are there', sub { made(@orders) == 200 });
$node->wait_for('and acknowledged', sub {
	my %synced = map { ($_->{hashed_id} => $_->{synced}) } @{ $sim->control('GET', 'orders') };
	return !grep { !$synced{$_} } @orders;
});
is( $node->sql('SELECT count(*) = count(DISTINCT cartona_id) FROM sale_order WHERE cartona_id IS NOT NULL'),
	't', 'each once');

is($sim->control('GET', 'stats')->{internal_errors}, 0, 'the simulator had no trouble of its own');
$node->stop('fast');
done_testing();
