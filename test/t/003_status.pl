# 003_status.pl
#	Order status out: what Odoo's clerks do, and what Cartona hears of it.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use JSON::PP;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = CartonaNode->with_odoo('status');
my $sim = CartonaSimulator->new;

$node->sql("UPDATE product_template SET cartona_id = 'T11' WHERE id = 11");
$node->connect_account($sim, orders_since => '2020-01-01');
$node->wait_settled('connected');

# The statuses we sent, behind the acknowledgement.
sub sent
{
	my ($hashed_id) = @_;

	return join ' ', grep { $_ ne 'synced' } $sim->statuses($hashed_id);
}

#
# Confirmed is approved, cancelled is cancelled_by_supplier.
#
my ($order) = $node->import_orders($sim);
my $id = $node->order_id($order);

is(join(' ', $sim->statuses($order)), 'synced', 'an import is acknowledged, and that is all');
my $before = $sim->last;
$node->sql("SELECT odoo_sim.confirm($id)");
$node->wait_settled('an order is confirmed');
is(sent($order), 'approved', 'Cartona knows it as approved');

my ($request) = $sim->requests(path => $order, method => 'POST', since => $before);
is_deeply($request->{json}, { hashed_id => $order, status => 'approved' }, 'the body is what the API asks for');

$node->sql("SELECT odoo_sim.cancel($id)");
$node->wait_settled('it is cancelled');
is(sent($order), 'approved cancelled_by_supplier', 'Cartona knows');
$node->sql("SELECT odoo_sim.reset_to_draft($id)");
$node->wait_settled('it is a draft again');
is(sent($order), 'approved cancelled_by_supplier', 'a cancelled order stays cancelled at Cartona');

#
# From commit to request: woken at commit, not by a clock.
#
my @single = $node->import_orders($sim, orders => 20);
my @times;
foreach my $one (@single)
{
	my $one_id = $node->order_id($one);
	my $mark = $sim->last;

	$node->sql("SELECT odoo_sim.confirm($one_id)");
	$sim->control('GET', "requests?path=$one&since=$mark&at_least=1&timeout=60");
	my ($sent) = $sim->requests(path => $one, since => $mark);
	my $commit = $node->psql_ok('odoo',
		"SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM sale_order WHERE id = $one_id");
	push @times, ($sent->{time} - $commit) * 1000;
}
@times = sort { $a <=> $b } @times;
note(sprintf('commit to request: median %.1f ms, best %.1f ms, worst %.1f ms', $times[10], $times[0], $times[-1]));
cmp_ok($times[10], '<', 1000, 'a status leaves at its commit');
$node->wait_settled('all are delivered');

#
# What is no change of state, or no order of Cartona's, goes nowhere.
#
my $mark = $sim->last;
my $own = $node->sql('SELECT odoo_sim.create_order(10, 102, 1)');
$node->sql("SELECT odoo_sim.confirm($own)");
($order) = $node->import_orders($sim);
$id = $node->order_id($order);
$node->sql("UPDATE sale_order SET client_order_ref = 'x', state = state WHERE id = $id");
$node->sql("BEGIN; SELECT odoo_sim.confirm($id); ROLLBACK");
$node->sql("BEGIN; SAVEPOINT s; SELECT odoo_sim.confirm($id); ROLLBACK TO s; COMMIT");
$node->wait_settled('nothing happened');
is(scalar(grep { $_->{json}{status} ne 'synced' } $sim->requests(since => $mark, path => 'update-order-status')),
	0, 'and nothing is told');

#
# delivered_by_cartona: only the cancellation.
#
my ($theirs) = $node->import_orders($sim, delivered_by => 'delivered_by_cartona');
my $their_id = $node->order_id($theirs);
$node->sql("SELECT odoo_sim.confirm($their_id)");
$node->wait_settled('an order that Cartona delivers is confirmed');
is(sent($theirs), '', 'which is not told');
$node->sql("SELECT odoo_sim.cancel($their_id)");
$node->wait_settled('and cancelled');
is(sent($theirs), 'cancelled_by_supplier', 'which is');

#
# No echo: the cause names one order, and only that one keeps quiet.
#
my ($caused, $other) = $node->import_orders($sim, orders => 2);
my ($caused_id, $other_id) = map { $node->order_id($_) } ($caused, $other);
$node->sql("BEGIN; SET LOCAL cartona.cause = '$caused_id'; SELECT odoo_sim.confirm($caused_id), odoo_sim.confirm($other_id); COMMIT");
$node->wait_settled('two are confirmed in one transaction, one because of Cartona');
is(sent($caused), '', 'that one is not echoed');
is(sent($other), 'approved', 'the other one is told');

#
# The level: a status that Cartona knows already is not sent.
#
my ($known) = $node->import_orders($sim);
my $known_id = $node->order_id($known);
$sim->control('POST', "orders/$known", { status => 'approved' });
$node->pull;
is($node->sql("SELECT known_status FROM cartona.order_sync WHERE hashed_id = '$known'"),
	'approved', 'Cartona approved it by itself');
$node->sql("SELECT odoo_sim.confirm($known_id)")
  if $node->sql("SELECT state FROM sale_order WHERE id = $known_id") eq 'draft';
$node->wait_settled('then it is confirmed in Odoo');
is(sent($known), '', 'which is no news');

#
# In order per order, whatever the network does; one in flight per order.
#
my @orders = $node->import_orders($sim, orders => 20);
my %ids = map { $_ => $node->order_id($_) } @orders;
$mark = $sim->last;
$sim->fault({ fault => 'status', status => 500, probability => 0.3, match => { path => 'update-order-status' } });
foreach my $i (@orders)
{
	$node->sql("SELECT odoo_sim.confirm($ids{$i})");
	$node->sql("SELECT odoo_sim.cancel($ids{$i})");
}
$node->wait_settled('twenty orders are confirmed and cancelled');
$sim->no_faults;
is(scalar(grep { sent($_) eq 'approved cancelled_by_supplier' } @orders), 20, 'each in its order');
my $overlap = 0;
foreach my $i (@orders)
{
	my $end = 0;

	foreach my $r ($sim->requests(since => $mark, path => $i))
	{
		$overlap++ if $r->{time} < $end;
		$end = $r->{answered_at};
	}
}
is($overlap, 0, 'one request at a time for each order');

#
# A refused status: dead letter; the next one goes on.
#
my ($refused) = $node->import_orders($sim);
my $refused_id = $node->order_id($refused);
$sim->fault({ fault => 'status', status => 422, times => 1, body => '{"error": "not now"}', match => { path => $refused } });
$node->sql("SELECT odoo_sim.confirm($refused_id)");
$node->wait_settled('a refused status is settled');
is( $node->sql('SELECT kind, subject, ref, status, http_status FROM cartona.dead_letter'),
	"order|$refused_id|$refused|approved|422",
	'as a dead letter');
$sim->no_faults;
$node->sql('SELECT cartona.retry(id) FROM cartona.dead_letter');
$node->wait_settled('it is sent again');
is(sent($refused), 'approved', 'and accepted');

#
# While the account is disabled: enable() tells what is ahead.
#
my ($late) = $node->import_orders($sim);
my $late_id = $node->order_id($late);
$node->sql('SELECT cartona.disable()');
$node->sql("SELECT odoo_sim.confirm($late_id)");
is($node->sql("SELECT status FROM cartona.preview() WHERE kind = 'order' AND id = $late_id"),
	'approved', 'preview shows it');
$node->sql('SELECT cartona.enable()');
$node->wait_settled('enabled again');
is(sent($late), 'approved', 'Cartona knows what happened meanwhile');
is($node->sql("SELECT count(*) FROM cartona.preview() WHERE kind = 'order' AND id = $late_id"),
	'0', 'and preview has no more of it');

#
# sync_status_to_marketplace(): compared by level.
#
$mark = $sim->last;
$node->sql("SELECT cartona.sync_status_to_marketplace(ARRAY[$late_id, $own, 999999])");
$node->wait_settled('compared by hand');
is(scalar($sim->requests(since => $mark)), 0, 'what Cartona knows is not sent');

#
# A draft that a clerk deletes: a problem, and no second import.
#
my ($deleted) = $node->import_orders($sim);
my $deleted_id = $node->order_id($deleted);
$node->sql("SELECT odoo_sim.unlink($deleted_id)");
$node->wait_settled('a draft is deleted');
is($node->sql("SELECT count(*) FROM cartona.problem WHERE kind = 'order' AND subject = '$deleted'"),
	'1', 'it is a problem');
$sim->control('POST', "orders/$deleted", { note_message => 'changed' });
$node->pull;
is($node->order_id($deleted), '', 'it is not imported again');
$node->sql("SELECT cartona.retry_order('$deleted')");
$node->wait_settled('unless somebody asks for it');
isnt($node->order_id($deleted), '', 'then it is');
is($node->sql("SELECT count(*) FROM cartona.problem WHERE subject = '$deleted'"), '0', 'and the problem is gone');

#
# What Cartona says while a status of ours is on its way is newer than its answer.
#
my ($crossed) = $node->import_orders($sim);
my $crossed_id = $node->order_id($crossed);
$sim->fault({ fault => 'delay', seconds => 600, match => { path => "update-order-status/$crossed" } });
$node->sql("SELECT odoo_sim.confirm($crossed_id)");
$node->wait_for('a status is on its way', sub { $sim->order($crossed)->{status} eq 'approved' });
$node->sql(qq{SELECT cartona.receive_order_status('{"hashed_id": "$crossed", "status": "cancelled_by_retailer"}')});
$sim->no_faults;
$node->wait_settled('it is answered');
is($node->sql("SELECT known_status, sent_status FROM cartona.order_sync WHERE hashed_id = '$crossed'"),
	'cancelled_by_retailer|approved', 'the order stays cancelled');

# A refusal that comes of it is nobody's to mend.
my ($cancelled) = $node->import_orders($sim);
my $cancelled_id = $node->order_id($cancelled);
$sim->fault({ fault => 'delay', seconds => 600, applied => JSON::PP::false, match => { path => "update-order-status/$cancelled" } });
$node->sql("SELECT odoo_sim.confirm($cancelled_id)");
$node->wait_for('a status is on its way', sub { $sim->control('GET', 'stats')->{in_flight} > 0 });
$sim->control('POST', "orders/$cancelled", { status => 'cancelled_by_retailer' });
$node->sql(qq{SELECT cartona.receive_order_status('{"hashed_id": "$cancelled", "status": "cancelled_by_retailer"}')});
$sim->no_faults;
$node->wait_settled('it is refused');
is($node->sql("SELECT http_status, result FROM cartona.log WHERE ref = '$cancelled' AND http_status = 422"), '422|dropped', 'which is in the log');
is($node->sql("SELECT count(*) FROM cartona.problem WHERE subject = '$cancelled'"), '0', 'and no problem');
is($node->sql("SELECT known_status FROM cartona.order_sync WHERE hashed_id = '$cancelled'"), 'cancelled_by_retailer', 'the order stays cancelled');

#
# A kept connection that is closed instead of an answer: the request is not sent
# a second time behind our back, so the refusal of the second one is understood.
#
my ($broken, $away) = $node->import_orders($sim, orders => 2);
my ($broken_id, $away_id) = map { $node->order_id($_) } ($broken, $away);
$sim->control('POST', 'options', { refuse_repeat => JSON::PP::true });
$sim->fault({ fault => 'reset', applied => JSON::PP::true, times => 1, match => { path => "update-order-status/$broken" } });
$node->sql("SELECT odoo_sim.confirm($broken_id)");
$node->wait_settled('a connection broke');
is($node->sql("SELECT known_status FROM cartona.order_sync WHERE hashed_id = '$broken'"), 'approved', 'the status was accepted');
is($node->sql("SELECT count(*) FROM cartona.dead_letter WHERE ref = '$broken'"), '0', 'and is no dead letter');
like($node->sql("SELECT problem FROM cartona.problem WHERE subject = '$broken'"), qr/got no answer, its repetition was refused/, 'a human is told');
$sim->control('POST', 'options', { refuse_repeat => JSON::PP::false });

#
# A request that never left has had no effect: the refusal that comes later is one.
#
$node->sql("UPDATE cartona.account SET api_url = 'http://127.0.0.1:1'");
$node->sql("SELECT odoo_sim.confirm($away_id)");
$node->wait_sql('Cartona cannot be reached', "SELECT last_error IS NOT NULL FROM cartona.delivery WHERE hashed_id = '$away'");
$sim->fault({ fault => 'status', status => 422, times => 1, body => '{"error": "no"}', match => { path => "update-order-status/$away" } });
# at once, or what is refused in between would be tried again
$node->sql("BEGIN; UPDATE cartona.account SET api_url = '" . $sim->url . "'; SELECT cartona.retry(); COMMIT");
$node->wait_settled('then it can, and refuses');
$sim->no_faults;
is($node->sql("SELECT status, error FROM cartona.dead_letter WHERE ref = '$away'"), 'approved|HTTP 422: no', 'which is a dead letter');
is($node->sql("SELECT known_status FROM cartona.order_sync WHERE hashed_id = '$away'"), 'pending', 'and not taken for accepted');

is($sim->control('GET', 'stats')->{internal_errors}, 0, 'the simulator had no trouble of its own');
$node->stop('fast');
done_testing();
