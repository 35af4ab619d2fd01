# 010_changes.pl
#	What the retailer changes after import, through the worker: the draft
#	follows beside clerks at work, and what waited for a product comes by itself.
#
# Neighbours: sql/changes.sql and sql/products.sql for what an edit writes.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use PostgreSQL::Test::Utils;
use Test::More;

my $node = CartonaNode->with_odoo('changes');
my $sim = CartonaSimulator->new;

$node->sql("UPDATE product_template SET cartona_id = 'T' || id WHERE id IN (11, 12)");
$node->connect_account($sim, orders_since => '2020-01-01');
$node->wait_settled('connected');

sub line
{
	my ($id, $product, $amount, $price) = @_;

	return { id => $id, amount => $amount, selling_price => $price,
		$product =~ /^\d+$/ ? (internal_product_id => $product) : (supplier_product_id => $product) };
}

# An order of these lines at Cartona, not pulled yet.
sub place
{
	my ($id, @lines) = @_;

	$sim->control('POST', 'orders', [ { hashed_id => $id, status => 'pending',
		retailer => { retailer_code => 'R1', retailer_name => 'Shop' }, order_details => \@lines } ]);
	return;
}

# The lines of an order in Odoo: "id:quantity x price", by id.
sub lines
{
	my ($id) = @_;

	return $node->sql(qq{SELECT string_agg(format('%s:%s x %s', cartona_line_id, trim_scale(product_uom_qty), trim_scale(price_unit)), ' ' ORDER BY cartona_line_id)
		FROM sale_order_line l JOIN sale_order o ON o.id = l.order_id WHERE o.cartona_id = '$id'});
}

sub problem
{
	my ($id) = @_;

	return $node->sql("SELECT problem FROM cartona.order_sync WHERE hashed_id = '$id'");
}

sub stock_sent
{
	my %products = $sim->products;

	return $products{$_[0]}{available_stock_quantity};
}

#
# The retailer edits: first the order waits, then the draft is what he made of it.
#
place('edit', line(1, '101', 2, 40), line(2, '102', 1, 37));
$node->pull('an order');
is(lines('edit'), '1:2 x 40 2:1 x 37', 'is a draft');
my $stock = stock_sent('T11');
my $number = $node->sql("SELECT name FROM sale_order WHERE cartona_id = 'edit'");
$sim->control('POST', 'orders/edit', { status => 'editing' });
$node->pull('the retailer is editing it');
is($node->sql(q{SELECT state FROM cartona.inbox WHERE hashed_id = 'edit'}), 'waiting', 'the order waits');
is(lines('edit'), '1:2 x 40 2:1 x 37', 'and the draft stays as it is');
$sim->control('POST', 'orders/edit', { status => 'pending', order_details => [ line(1, '101', 10, 39.5), line(3, '102', 4, 36) ] });
$node->pull('he is done');
is(lines('edit'), '1:10 x 39.5 3:4 x 36', 'the draft has his lines');
is( $node->sql(q{SELECT amount_total FROM sale_order WHERE cartona_id = 'edit'}), '614.46', 'and their sum');
is($node->sql(q{SELECT name FROM sale_order WHERE cartona_id = 'edit'}), $number, 'under the same number');
is(problem('edit'), '', 'it is nobody\'s problem');
is(stock_sent('T11'), $stock - 8, 'what the draft asks for is no longer offered');
is( $node->sql(q{SELECT count(*) FROM mail_message WHERE model = 'sale.order' AND res_id = } . $node->order_id('edit')), '3',
	'the chatter tells of the import, the editing and the change');
is(join(' ', $sim->statuses('edit')), join(' ', grep { $_ eq 'synced' } $sim->statuses('edit')), 'Cartona was told nothing but that we have it');

#
# Confirmed: nothing is edited any more, a human is told.
#
$node->sql('SELECT odoo_sim.confirm(' . $node->order_id('edit') . ')');
$node->wait_settled('confirmed');
$sim->control('POST', 'orders/edit', { order_details => [ line(1, '101', 11, 39.5), line(3, '102', 4, 36) ] });
$node->pull('changed once more');
is(lines('edit'), '1:10 x 39.5 3:4 x 36', 'a confirmed order stays as it is');
like(problem('edit'), qr/line 1 is 11 x 39\.5 instead of 10 x 39\.5/, 'and a human is told');

#
# A clerk at work: nobody waits for him, and nobody loses.
#
place('clerk', line(1, '101', 2, 40));
place('other', line(1, '101', 1, 40));
$node->pull('two orders');
my $clerk = $node->background_psql('odoo', on_error_stop => 0, extra_params => [ '-U', 'odoo' ]);
$clerk->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
$clerk->query_safe(q{UPDATE sale_order SET client_order_ref = 'his' WHERE cartona_id = 'clerk'});
$sim->control('POST', 'orders/clerk', { order_details => [ line(1, '101', 5, 40) ] });
$sim->control('POST', 'orders/other', { order_details => [ line(1, '101', 6, 40) ] });
$node->sql('SELECT cartona.pull_orders()');
$node->wait_for('another order follows while a clerk holds one', sub { lines('other') eq '1:6 x 40' });
$node->wait_sql('the one he holds has to wait', q{SELECT state || ': ' || error FROM cartona.inbox WHERE hashed_id = 'clerk'},
	'failed: somebody is changing this order in Odoo at this moment');
$clerk->query_safe('COMMIT');
$node->wait_for('and follows when he is done', sub { lines('clerk') eq '1:5 x 40' });
is($node->sql(q{SELECT client_order_ref FROM sale_order WHERE cartona_id = 'clerk'}), 'his', 'what he wrote is there');

# He read the order before it changed: his click fails, as Odoo expects, and is repeated on what is there then.
$clerk->query_safe('BEGIN ISOLATION LEVEL REPEATABLE READ');
$clerk->query_safe(q{SELECT * FROM sale_order WHERE cartona_id = 'clerk'});
$sim->control('POST', 'orders/clerk', { order_details => [ line(1, '101', 7, 40) ] });
$node->pull('changed while he looks at it');
is(lines('clerk'), '1:7 x 40', 'the draft follows');
my (undef, $failed) = $clerk->query(q{UPDATE sale_order SET state = 'sale' WHERE cartona_id = 'clerk'});
$clerk->query('ROLLBACK');
is($node->sql(q{SELECT state FROM sale_order WHERE cartona_id = 'clerk'}), 'draft', 'his click did not confirm what he had not seen');
$clerk->quit;

#
# A line without its product, and an order without any: both come by themselves when the product is there.
#
place('skipped', line(1, '101', 1, 40), line(2, 'P-new', 2, 20));
place('nothing', line(1, 'P-new', 1, 20));
place('archived', line(1, '106', 1, 30), line(2, '101', 1, 40));
$node->sql('SELECT odoo_sim.archive(15)');
$node->pull('orders with products that are not there');
is(lines('skipped'), '1:1 x 40', 'a line is left out');
like(problem('skipped'), qr/^not imported: line 2.*P-new.*: no Odoo product for it/, 'and a human is told');
is($node->sql(q{SELECT state FROM cartona.inbox WHERE hashed_id = 'nothing'}), 'failed', 'an order of nothing else waits');
is($sim->order('nothing')->{synced} ? 1 : 0, 0, 'and is not acknowledged');
$node->sql(q{INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, 'P-new', 107, 2)});
$node->wait_for('mapped: the line is added by itself', sub { lines('skipped') eq '1:1 x 40 2:4 x 10' });
$node->wait_for('and the order is made', sub { lines('nothing') eq '1:2 x 10' });
$node->wait_settled('and acknowledged');
is($sim->order('nothing')->{synced} ? 1 : 0, 1, 'Cartona knows');
is(problem('skipped'), '', 'nobody has to look any more');
is(lines('archived'), '2:1 x 40', 'an archived product\'s line is left out');
$node->sql('SELECT odoo_sim.unarchive(15)');
$node->wait_for('sold again: its line is added', sub { lines('archived') eq '1:1 x 30 2:1 x 40' });

# Sold by the carton: that the product is there, and its stock moves, does not help; a mapping does.
place('carton', line(1, '101', 1, 40), { id => 2, supplier_product_id => 'T12', unit => 'carton', unit_count => 12, amount => 1, selling_price => 440 });
$node->pull('an order with a carton');
like(problem('carton'), qr/Cartona sells it by the carton of 12/, 'nobody knows what a carton is');
my $due = $node->sql(q{SELECT due_at FROM cartona.inbox WHERE hashed_id = 'carton'});
my $sent = stock_sent('T12');
$node->sql(q{UPDATE stock_quant SET quantity = quantity + 5 WHERE product_id = 102 AND location_id = 5});
$node->wait_for('its stock moves', sub { stock_sent('T12') == $sent + 5 });
$node->wait_settled('and is sent');
is($node->sql(q{SELECT due_at FROM cartona.inbox WHERE hashed_id = 'carton'}), $due, 'the order is not looked at again for that');
$node->sql(q{INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, 'T12', 102, 12)});
$node->wait_for('mapped: its line is added', sub { lines('carton') =~ /^1:1 x 40 2:12 x 36\.67$/ });

# The same through the template's cartona_id, and under missing_product = reject.
$node->sql(q{UPDATE cartona.account SET missing_product = 'reject'});
place('reject', line(1, '101', 1, 40), line(2, 'T14', 1, 15));
$node->pull('an order with a product that is not mapped');
is($node->sql(q{SELECT count(*) FROM sale_order WHERE cartona_id = 'reject'}), '0', 'rejected: it waits whole');
$node->sql(q{UPDATE product_template SET cartona_id = 'T14' WHERE id = 16});
$node->wait_for('mapped: it is made by itself', sub { lines('reject') eq '1:1 x 40 2:1 x 15' });
place('policy', line(1, '101', 1, 40), line(2, 'P-none', 1, 15));
$node->pull('another one');
$node->sql(q{UPDATE cartona.account SET missing_product = 'skip'});
$node->wait_for('made without the line when the account skips such lines', sub { lines('policy') eq '1:1 x 40' });

$node->stop;
done_testing();
