# 012_customers.pl
#	Customers while others are at work: batches, a person's transaction, a
#	clerk who has the customer open.
#
# Neighbours: sql/customers.sql has the rules one order at a time.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use POSIX qw(strftime);
use PostgreSQL::Test::Utils;
use Test::More;

my $node = CartonaNode->with_odoo('customers');
my $sim = CartonaSimulator->new;

$node->connect_account($sim, orders_since => '2020-01-01', pull_page_size => 200);
$node->wait_settled('connected');

# An order as Cartona has it, made at this hour of a day that is over.
my $start = time - 20 * 3600;

sub order
{
	my ($id, $hour, %retailer) = @_;

	return {
		hashed_id => $id,
		status => 'pending',
		created_at => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime($start + $hour * 3600)),
		retailer => \%retailer,
		order_details => [ { id => 1, internal_product_id => '101', amount => 1, selling_price => 10 } ]
	};
}

# How a customer is reached.
sub customer_of
{
	my ($code) = @_;

	return $node->sql("SELECT phone FROM res_partner WHERE cartona_id = 'retailer_$code'");
}

#
# One retailer's orders in one batch are one customer, who is what the newest says, wherever in the page it stands.
#
$sim->control('POST', 'orders',
	[
		order('a1', '02', retailer_code => 'A', retailer_name => 'A', retailer_number => '0102', retailer_address => 'Second'),
		order('a2', '03', retailer_code => 'A', retailer_name => 'A', retailer_number => '0103', retailer_address => 'Third'),
		order('b1', '01', retailer_code => 'B', retailer_name => 'B', retailer_number => '0201'),
		order('a3', '01', retailer_code => 'A', retailer_name => 'A', retailer_number => '0101', retailer_address => 'First')
	]);
$node->pull('a page with a retailer three times');
is($node->sql(q{SELECT count(*) FROM res_partner WHERE cartona_id IN ('retailer_A', 'retailer_B')}), '2', 'two retailers are two customers');
is(customer_of('A'), '0103', 'the newest order says how to reach him');
is($node->sql(q{SELECT street FROM res_partner WHERE cartona_id = 'retailer_A'}), 'Third', 'and where');
is($node->sql(q{SELECT count(DISTINCT partner_id) FROM sale_order WHERE cartona_id LIKE 'a_'}), '1', 'all three orders are his');
$sim->control('POST', 'orders',
	[
		order('a4', '05', retailer_code => 'A', retailer_name => 'A', retailer_number => '0105'),
		order('a5', '02', retailer_code => 'A', retailer_name => 'A', retailer_number => '0100'),
		order('a6', '04', retailer_code => 'A', retailer_name => 'A', retailer_number => '0104')
	]);
$node->pull('again three times');
is(customer_of('A'), '0105', 'and so it is when he is known');

#
# A person imports an order of a new retailer and does not commit: the worker waits for that customer, and nobody else waits.
#
my $session = $node->background_psql('odoo', on_error_stop => 0);
$session->query_safe('BEGIN');
$session->query_safe(
	q{SELECT cartona.create_or_update_order('{"hashed_id": "c0", "created_at": "2026-01-01T10:00:00Z", "retailer": {"retailer_code": "C", "retailer_name": "C", "retailer_number": "0301"},
	"order_details": [{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 10}]}')});
$sim->control('POST', 'orders',
	[
		order('d1', '02', retailer_code => 'D', retailer_name => 'D', retailer_number => '0401'),
		order('c1', '02', retailer_code => 'C', retailer_name => 'C', retailer_number => '0302'),
		order('e1', '02', retailer_code => 'E', retailer_name => 'E', retailer_number => '0501')
	]);
$node->sql('SELECT cartona.pull_orders()');
$node->wait_sql('others of the page are imported meanwhile',
	q{SELECT string_agg(cartona_id, ' ' ORDER BY cartona_id) FROM sale_order WHERE cartona_id IN ('c1', 'd1', 'e1')}, 'd1 e1');
$node->wait_sql('his waits, and says for what',
	q{SELECT state || ' ' || (error ~ 'lock') FROM cartona.inbox WHERE hashed_id = 'c1'}, 'failed true');
$session->query_safe('COMMIT');
$node->wait_sql('then it is imported', q{SELECT count(*) FROM sale_order WHERE cartona_id = 'c1'}, '1');
is($node->sql(q{SELECT count(*) FROM res_partner WHERE cartona_id = 'retailer_C'}), '1', 'they made one customer');
is(customer_of('C'), '0302', 'who is what the newer order says');

#
# Two persons meet the same new retailer.
#
my $other = $node->background_psql('odoo');
my $give = sub {
	my ($id) = @_;
	return "SELECT cartona.create_or_update_order('{\"hashed_id\": \"$id\", \"retailer\": {\"retailer_code\": \"F\"},"
	  . '"order_details": [{"id": 1, "internal_product_id": "101", "amount": 1, "selling_price": 10}]}\')';
};
$session->query_safe('BEGIN');
$session->query_safe($give->('f1'));
$other->query_until(qr/sent/, "\\echo sent\n" . $give->('f2') . ";\n\\echo done\n");
$node->wait_sql('the second waits for the first',
	q{SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted}, '1');
$session->query_safe('COMMIT');
$other->query_until(qr/done/, '');
is( $node->sql(q{SELECT count(*), (SELECT count(DISTINCT partner_id) FROM sale_order WHERE cartona_id IN ('f1', 'f2')) FROM res_partner WHERE cartona_id = 'retailer_F'}),
	'1|1', 'they made one customer');
# In a transaction with one snapshot he cannot be used, and that is said as PostgreSQL says it: try again.
$session->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM res_partner');
$other->query_safe(($give->('g1') =~ s/"F"/"G"/r));
$session->query(($give->('g2') =~ s/"F"/"G"/r));
like($session->{stderr}, qr/was made by another session/, 'a snapshot older than the customer is told to try again');
$session->query('ROLLBACK');
$session->{stderr} = '';

#
# A clerk saves the customer while Cartona changes him: it waits, and what he corrected stays.
#
$session->query_safe('BEGIN');
$session->query_safe(q{UPDATE res_partner SET phone = '0999' WHERE cartona_id = 'retailer_B'});
$sim->control('POST', 'orders',
	[
		order('b2', '03', retailer_code => 'B', retailer_name => 'B', retailer_number => '0202'),
		order('e2', '03', retailer_code => 'E', retailer_name => 'E', retailer_number => '0502')
	]);
$node->sql('SELECT cartona.pull_orders()');
$node->wait_sql('another customer\'s order is imported meanwhile',
	q{SELECT count(*) FROM sale_order WHERE cartona_id = 'e2'}, '1');
is(customer_of('E'), '0502', 'with the change');
is($node->sql(q{SELECT count(*) FROM sale_order WHERE cartona_id = 'b2'}), '0', 'his is not yet');
$session->query_safe('COMMIT');
$node->wait_sql('then it is', q{SELECT count(*) FROM sale_order WHERE cartona_id = 'b2'}, '1');
is(customer_of('B'), '0999', 'the clerk\'s phone stays');
is( $node->sql(q{SELECT d.type, d.phone FROM sale_order o JOIN res_partner d ON d.id = o.partner_shipping_id WHERE o.cartona_id = 'b2'}),
	'delivery|0202', 'the order has the other');

#
# A clerk's open order on the customer is no reason to wait, and a page of known customers is one look.
#
$session->query_safe('BEGIN');
$session->query_safe(q{SELECT 1 FROM res_partner WHERE cartona_id = 'retailer_A' FOR KEY SHARE});
$sim->control('POST', 'orders', [ map { order("h$_", '06', retailer_code => 'A', retailer_number => '0106') } 1 .. 50 ]);
$node->pull('fifty orders of one customer');
is(customer_of('A'), '0106', 'who follows');
$session->query_safe('COMMIT');
$session->quit;
$other->quit;
is($node->sql(q{SELECT count(*) FROM sale_order WHERE cartona_id LIKE 'h%'}), '50', 'and has them all');
is( $node->sql(q{SELECT count(*) FROM (SELECT cartona_id FROM res_partner WHERE cartona_id IS NOT NULL GROUP BY 1 HAVING count(*) > 1) d}),
	'0', 'nobody is doubled');

$sim->stop;
$node->stop;
done_testing();
