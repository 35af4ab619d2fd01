# 002_push.pl
#	Price and stock out: what is sent, what is not, and through which trouble.
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

my $node = CartonaNode->with_odoo('push');
my $sim = CartonaSimulator->new;
my %products;
my $mark;

# The bulk-update requests since $mark, and the items they carried.
sub calls
{
	return $sim->requests(since => $mark, path => 'bulk-update');
}

sub items
{
	return map { @{ $_->{json} } } calls();
}

# What the simulator knows a product as.
sub known
{
	my ($id) = @_;
	my %now = $sim->products;

	return $now{$id};
}

#
# Before enable(): nothing.  With it: what preview() said.
#
$node->sql("UPDATE product_template SET cartona_id = 'T' || id WHERE id IN (11, 13, 15)");
$node->sql("UPDATE cartona.account SET api_url = '" . $sim->url . "'");
is( $node->sql(q{SELECT cartona_id, price, stock, note FROM cartona.preview() ORDER BY 1}),
	"T11|42.5|120|\nT13|95.75|8|\nT15|30||unlimited stock",
	'preview shows what a first enable would send');
$mark = 0;
$node->connect_account($sim);
$node->wait_settled('enable sends');
is(join(' ', map { $_->{supplier_product_id} . ':' . $_->{internal_product_id} } items()),
	'T11:101 T13:103 T15:106',
	'every mapped product, and no other');
is(scalar(calls()), 1, 'in one call');
is(known('T11')->{selling_price}, 42.5, 'with Odoo\'s price');
is(known('T11')->{available_stock_quantity}, 120, 'and Odoo\'s stock');
ok(known('T15')->{is_unlimited_stock}, 'a service has no stock to run out of');
is($node->sql('SELECT count(*) FROM cartona.preview()'),
	'0', 'and preview has nothing more to show');

#
# Price, stock; what did not change is not sent.
#
$mark = $sim->last;
$node->sql('SELECT odoo_sim.set_price(11, 43.25)');
$node->wait_settled('a price goes out');
is(known('T11')->{selling_price}, 43.25, 'it is Odoo\'s');
$node->sql('SELECT odoo_sim.receive(101, 30)');
$node->wait_settled('a receipt goes out');
is(known('T11')->{available_stock_quantity}, 150, 'it is Odoo\'s forecast');
is(known('T11')->{available_stock_quantity},
	$node->sql('SELECT trunc(odoo_sim.virtual_available(101))'),
	'by Odoo\'s own measure');
$mark = $sim->last;
$node->sql('SELECT odoo_sim.set_price(11, 43.25)');
$node->sql('SELECT odoo_sim.set_price(11, 50), odoo_sim.set_price(11, 43.25)');
$node->sql("UPDATE product_template SET cartona_id = 'T11' WHERE id = 11");
$node->sql('SELECT odoo_sim.set_price(12, 77)');
$node->wait_settled('what came to nothing is settled');
is(scalar(calls()), 0, 'what is the same is not sent, nor what is not mapped');

#
# Never below zero, always an integer.
#
$node->sql('SELECT odoo_sim.adjust(103, -5)');
$node->wait_settled('a negative stock is settled');
is(known('T13')->{available_stock_quantity}, 0, 'as 0');
$node->sql('SELECT odoo_sim.adjust(103, 7.9)');
$node->wait_settled('a broken stock is settled');
is(known('T13')->{available_stock_quantity}, 7, 'rounded down');
is(scalar(grep { $_->{available_stock_quantity} !~ /^\d+$/ } grep { !$_->{is_unlimited_stock} } items()),
	0, 'no stock but whole numbers');

#
# Mapped later, archived, unsaleable, unmapped, deleted.
#
$node->sql("UPDATE product_template SET cartona_id = 'T12' WHERE id = 12");
$node->wait_settled('a product mapped later goes out');
is(known('T12')->{selling_price}, 77, 'with the price it had before');
is(known('T12')->{available_stock_quantity}, 40, 'and its stock');
$node->sql('SELECT odoo_sim.archive(12)');
$node->wait_settled('an archived product goes out');
is(known('T12')->{available_stock_quantity}, 0, 'as 0');
$node->sql('SELECT odoo_sim.unarchive(12)');
$node->wait_settled('it comes back');
is(known('T12')->{available_stock_quantity}, 40, 'with its stock');
$node->sql('SELECT odoo_sim.set_sale_ok(12, false)');
$node->wait_settled('a product that is no longer sold goes out');
is(known('T12')->{available_stock_quantity}, 0, 'as 0');
$node->sql('SELECT odoo_sim.set_sale_ok(12, true)');
$node->wait_settled('it is sold again');
is(known('T12')->{available_stock_quantity}, 40, 'with its stock');
$node->sql('UPDATE product_template SET cartona_id = NULL WHERE id = 12');
$node->wait_settled('an unmapped product goes out');
is(known('T12')->{available_stock_quantity}, 0, 'as 0');
$mark = $sim->last;
$node->sql('SELECT odoo_sim.set_price(12, 78)');
$node->wait_settled('and then no more');
is(scalar(calls()), 0, 'not mapped, not sent');

$node->sql("UPDATE product_template SET cartona_id = 'T16' WHERE id = 16");
$node->wait_settled('a product that will be deleted');
$node->sql('DELETE FROM product_taxes_rel WHERE prod_id = 16; DELETE FROM product_product WHERE id = 107; DELETE FROM product_template WHERE id = 16');
$node->wait_settled('a deleted product goes out');
is(known('T16')->{available_stock_quantity}, 0, 'as 0');
is($node->sql('SELECT count(*) FROM cartona.dead_letter'), '0', 'nothing died so far');

#
# A hundred changes while the API is down make one call when it is back.
#
$mark = $sim->last;
$sim->fault({ fault => 'status', status => 503 });
$node->sql("SELECT odoo_sim.set_price(11, 60 + $_)") foreach 1 .. 100;
$node->wait_for('the worker has seen that it is down', sub { $sim->hits > 0 });
my $down = $sim->last;
$sim->no_faults;
$mark = $sim->last;
$node->wait_settled('a hundred changes are delivered');
is(scalar(calls()), 1, 'in one call');
is(known('T11')->{selling_price}, 160, 'with the last price');

#
# Trouble of every kind: all is delivered in the end.
#
my $price = 200;
foreach my $fault (
	{ fault => 'status', status => 500 },
	{ fault => 'status', status => 408 },
	{ fault => 'status', status => 425 },
	{ fault => 'reset' },
	{ fault => 'truncate', applied => JSON::PP::false },
	{ fault => 'html', status => 502 },
	{ fault => 'garbage', status => 500 },
	{ fault => 'hang' })
{
	my $name = $fault->{fault} . ($fault->{status} ? " $fault->{status}" : '');

	$node->sql("UPDATE cartona.account SET total_timeout = '1 second'")
	  if $fault->{fault} eq 'hang';
	$price++;
	$sim->fault({ %$fault, times => 2, match => { path => 'bulk-update' } });
	$node->sql("SELECT odoo_sim.set_price(11, $price)");
	$node->wait_for("$name: hit twice", sub { $sim->hits >= 2 });
	$node->wait_settled("$name: delivered in the end");
	is(known('T11')->{selling_price}, $price, "$name: with the last price");
	$sim->no_faults;
}
$node->sql("UPDATE cartona.account SET total_timeout = '60 seconds'");

# Retry-After is honoured, in seconds.
$mark = $sim->last;
$sim->fault({ fault => 'status', status => 429, retry_after => 3, times => 1, match => { path => 'bulk-update' } });
$node->sql('SELECT odoo_sim.set_price(11, 301)');
$node->wait_settled('429: delivered in the end');
my @calls = calls();
is(scalar(@calls), 2, '429: two calls');
cmp_ok($calls[1]{time} - $calls[0]{answered_at}, '>=', 2.9, 'Retry-After was waited for');
$sim->no_faults;

#
# 401 stops the account; a new token lets it go on.
#
$sim->control('POST', 'options', { token => 'changed' });
$node->sql('SELECT odoo_sim.set_price(11, 310)');
$node->wait_sql('a refused token stops the account',
	q{SELECT state, reason LIKE 'Cartona refused the token (HTTP 401)%' FROM cartona.status},
	'stopped|t');
is($node->sql(q{SELECT count(*) FROM cartona.problem WHERE kind = 'account stopped'}),
	'1', 'it is a problem');
$mark = $sim->last;
$node->sql('SELECT odoo_sim.set_price(11, 311)');
$node->wait_sql('what changes meanwhile is kept',
	'SELECT (SELECT count(*) FROM cartona.outbox), (SELECT count(*) FROM cartona.delivery)', '0|1');
is($sim->last, $mark, 'nothing is sent while it is stopped');
$node->sql(q{SELECT cartona.set_token(1, 'changed')});
$node->wait_settled('with the right token it goes on');
is(known('T11')->{selling_price}, 311, 'with what changed meanwhile');
is($node->sql('SELECT state, reason FROM cartona.status'), 'on|', 'the status is good again');
$sim->control('POST', 'options', { token => $sim->token });
$node->sql('SELECT odoo_sim.set_price(11, 312)');
$node->wait_sql('stopped again', 'SELECT state FROM cartona.status', 'stopped');
$node->sql("SELECT cartona.set_token(1, '" . $sim->token . "'); SELECT cartona.enable()");
$node->wait_settled('enable() resumes as well');
is(known('T11')->{selling_price}, 312, 'and all is delivered');

#
# disable(): nothing is sent; enable() sends what differs.
#
$node->sql('SELECT cartona.disable()');
$mark = $sim->last;
$node->sql('SELECT odoo_sim.set_price(11, 320)');
$node->wait_sql('what changes while it is disabled is dropped',
	'SELECT count(*) FROM cartona.outbox', '0');
is($sim->last, $mark, 'and nothing is sent');
$node->sql('SELECT cartona.enable()');
$node->wait_settled('enable() sends what differs');
is(scalar(map { @{ $_->{json} } } calls()), 1, 'and no more');
is(known('T11')->{selling_price}, 320, 'the last price');

#
# A redirect is not followed; an answer that is too large is cut off.
#
$mark = $sim->last;
$sim->fault({ fault => 'redirect', match => { path => 'bulk-update' }, times => 1 });
$node->sql('SELECT odoo_sim.set_price(11, 330)');
$node->wait_for('a redirect is answered', sub { $sim->hits > 0 });
$node->wait_for('and the answer is judged',
	sub { $node->sql(q{SELECT count(*) FROM cartona.log WHERE http_status = 302}) > 0 });
is(scalar($sim->requests(since => $mark, path => 'redirected')), 0, 'a redirect is not followed');
$sim->no_faults;
$node->sql('SELECT cartona.retry()');
$node->wait_settled('and can be sent again');
is(known('T11')->{selling_price}, 330, 'where it belongs');

$node->sql('UPDATE cartona.account SET max_answer_bytes = 65536');
$sim->fault({ fault => 'huge', bytes => 8 * 1024 * 1024, applied => JSON::PP::true, match => { path => 'bulk-update' }, times => 1 });
$node->sql('SELECT odoo_sim.set_price(11, 331)');
$node->wait_for('a huge answer', sub { $sim->hits > 0 });
$node->wait_settled('is survived');
is(known('T11')->{selling_price}, 331, 'and was an acceptance all the same');
$sim->no_faults;

#
# One product that the API refuses in a batch of 500.
#
$node->add_products(500, 9);
$node->wait_settled('500 products go out');
is(scalar(grep { /^M/ } do { %products = $sim->products; keys %products }), 500, 'all of them');
$sim->control('POST', 'products/refuse',
	{ supplier_product_id => 'M1250', reason => 'the picture of this product is missing' });
$mark = $sim->last;
$node->sql(q{UPDATE product_template SET list_price = 99 WHERE cartona_id LIKE 'M%'});
$node->wait_settled('a batch with a refused product is settled');
%products = $sim->products;
is(scalar(grep { /^M/ && $products{$_}{selling_price} == 99 } keys %products), 499, '499 are accepted');
is( $node->sql('SELECT kind, subject, ref, http_status, error FROM cartona.dead_letter'),
	'product|5250|M1250|422|HTTP 422: the picture of this product is missing',
	'one dead letter, naming it and the reason');
is( $node->sql('SELECT kind, subject, problem FROM cartona.problem'),
	'dead letter|M1250|Cartona refused product M1250: HTTP 422: the picture of this product is missing',
	'it is a problem');
cmp_ok(scalar(calls()), '<=', 22, 'it was found by halves');
my $id = $node->sql('SELECT id FROM cartona.dead_letter');
$node->sql("SELECT cartona.retry($id)");
$node->wait_for('retried too early, it is refused again',
	sub { $node->sql("SELECT count(*) FROM cartona.dead_letter WHERE id > $id") eq '1' });
$sim->control('POST', 'products/refuse', { supplier_product_id => 'M1250', reason => undef });
$node->sql('SELECT cartona.retry()');
$node->wait_settled('retried when the cause is mended');
is(known('M1250')->{selling_price}, 99, 'it is accepted');
is($node->sql('SELECT count(*) FROM cartona.problem'), '0', 'and no problem is left');

#
# A full sync sends everything; some products, only these.
#
$mark = $sim->last;
$node->sql('SELECT cartona.sync_all_products()');
$node->wait_settled('a full sync');
is(scalar(items()), 503, 'sends everything, also what is the same');
$mark = $sim->last;
$node->sql('SELECT cartona.sync_products_to_marketplace(ARRAY[11, 1001, 12, 99999])');
$node->wait_settled('a chosen few');
is(join(' ', sort map { $_->{supplier_product_id} } items()), 'M1001 T11', 'only they are sent');

#
# More than half to 0: held for a human.
#
$node->sql('SELECT cartona.disable()');
$node->sql('UPDATE stock_quant SET quantity = 0 WHERE product_id > 5000');
$mark = $sim->last;
$node->sql('SELECT cartona.enable()');
$node->wait_sql('a push that empties the shop is held',
	q{SELECT state, reason LIKE '500 of 503 products would be set to 0%' FROM cartona.status}, 'held|t');
is(scalar(calls()), 0, 'nothing of it is sent');
is($node->sql(q{SELECT count(*) FROM cartona.problem WHERE kind = 'account held'}), '1', 'it is a problem');
$node->sql('SELECT cartona.enable(force => true)');
$node->wait_settled('forced, it goes out');
%products = $sim->products;
is(scalar(grep { /^M/ && $products{$_}{available_stock_quantity} == 0 } keys %products), 500, 'every 0');

#
# test_connection()
#
$node->sql('SELECT cartona.test_connection()');
$node->wait_sql('the connection is tested',
	q{SELECT last_check_result LIKE 'ok: %' FROM cartona.status}, 't');
$node->sql(q{UPDATE cartona.account SET api_url = 'http://127.0.0.1:1'; SELECT cartona.disable(); SELECT cartona.test_connection()});
$node->wait_sql('a refused connection is told, also while disabled',
	q{SELECT last_check_result LIKE 'failed%' FROM cartona.status}, 't');

is($sim->control('GET', 'stats')->{internal_errors}, 0, 'the simulator had no trouble of its own');
$node->stop('fast');
done_testing();
