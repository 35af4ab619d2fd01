# 014_delivered.pl
#	Status out, the whole life: lines, shipped, delivered, passwords, reasons.
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

my $node = CartonaNode->with_odoo('delivered');
my $sim = CartonaSimulator->new;

# Two products by their variant, one of them also as a carton of 12.
$node->sql(q{
UPDATE product_template SET cartona_id = 'T11' WHERE id = 11;
INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, 'T102', 102, 1), (1, 'C102', 102, 12);
UPDATE stock_quant SET quantity = 10000 WHERE location_id = 5 AND product_id IN (101, 102)});
$node->connect_account($sim, orders_since => '2020-01-01');
$node->wait_settled('connected');

# An order with lines of [supplier_product_id, amount, price]; its hashed id and its id in Odoo.
my $number = 0;

sub order
{
	my ($lines, %more) = @_;
	my $hashed_id = 'order' . ++$number;

	$sim->control('POST', 'orders',
		[ {
			hashed_id => $hashed_id,
			order_details => [
				map { { supplier_product_id => $_->[0], amount => $_->[1], selling_price => $_->[2], product_name => $_->[0],
					($_->[0] =~ /^C/ ? (unit => 'carton', unit_count => 12) : ()) } } @$lines
			],
			%more
		} ]);
	$node->pull;
	return ($hashed_id, $node->order_id($hashed_id));
}

# What was sent for an order, behind its acknowledgement: statuses, and lines as id=amount@price, id=0 for a cancelled one.
sub sent
{
	my ($hashed_id, $since) = @_;
	my @sent;

	foreach my $request ($sim->requests(method => 'POST', since => $since // 0))
	{
		my $body = $request->{json};

		next if $request->{fault};
		if ($request->{path} =~ m{update-order-details$})
		{
			foreach my $one (grep { $_->{hashed_id} eq $hashed_id } @$body)
			{
				push @sent, join ',', map {
					($_->{id} // '+' . ($_->{supplier_product_id} // $_->{internal_product_id})) . '='
					  . ($_->{cancelled} ? 0 : ($_->{amount} // '') . (defined $_->{price} ? "\@$_->{price}" : ''))
				} @{ $one->{order_details} };
			}
		}
		elsif ($request->{path} =~ m{update-order-status/\Q$hashed_id\E$})
		{
			push @sent, $body->{status} . (defined $body->{retailer_otp} ? "/$body->{retailer_otp}" : '')
			  . (defined $body->{cancellation_reason} ? "($body->{cancellation_reason})" : '')
			  unless $body->{status} eq 'synced';
		}
	}
	return join ' ', @sent;
}

# Cartona's ids of an order's lines, in their order.
sub line_ids
{
	my ($hashed_id) = @_;

	return map { $_->{id} } @{ $sim->order($hashed_id)->{order}{order_details} };
}

sub odoo_line
{
	my ($cartona_line) = @_;

	return $node->sql("SELECT id FROM sale_order_line WHERE cartona_line_id = '$cartona_line'");
}

sub problems
{
	my ($hashed_id) = @_;

	return $node->sql("SELECT coalesce(string_agg(kind || ': ' || problem, ' | '), '') FROM cartona.problem WHERE subject = '$hashed_id'");
}

#
# Delivered in full: not before the last delivery, and nothing else is said.
#
my ($full, $full_id) = order([ [ 'T11', 10, 40 ], [ 'T102', 5, 20 ] ]);
$node->sql("SELECT odoo_sim.confirm($full_id)");
$node->wait_settled('an order is confirmed');
is(sent($full), 'approved', 'which is all that is told');
$node->sql("SELECT odoo_sim.deliver_part($full_id, 0.5)");
$node->wait_settled('half of it is delivered');
is(sent($full), 'approved', 'which is not told');
$node->sql("SELECT odoo_sim.deliver($full_id)");
$node->wait_settled('and the rest');
is(sent($full), 'approved delivered', 'now it is delivered, and its lines are as they were');
is($sim->order($full)->{status}, 'delivered', 'Cartona knows');
$node->sql("SELECT cartona.sync_status_to_marketplace(ARRAY[$full_id])");
$node->wait_settled('compared again');
is(sent($full), 'approved delivered', 'once is enough');

#
# Delivered short: the retailer is told first, so that he pays for what he got.
#
my ($short, $short_id) = order([ [ 'T11', 10, 40 ], [ 'T102', 1, 20 ], [ 'C102', 2, 240 ] ]);
my ($tea, $piece, $carton) = line_ids($short);
$node->sql("SELECT odoo_sim.confirm($short_id)");
$node->sql("SELECT odoo_sim.deliver_part($short_id, 0.7)");
$node->wait_settled('a part is delivered');
is(sent($short), 'approved', 'while a backorder is open nothing is delivered');
$node->sql("SELECT odoo_sim.cancel_rest($short_id)");
$node->wait_settled('the backorder is cancelled');
is(sent($short), "approved $tea=7,$piece=0,$carton=1 delivered",
	'what was delivered short goes first: pieces, a line of which nothing came, whole cartons');
like(problems($short), qr/16 of line $carton are no whole number of Cartona's units of 12: Cartona was told 1 of them/,
	'of the carton that was not full a human hears');
is($sim->order($short)->{order}{total_price}, 520, 'the retailer pays for 7 and one carton');

# The simulator gives the order back with its new lines: which is no news.
$node->sql("SELECT cartona.resolve('$short')");
$sim->control('POST', "orders/$short", {});
$node->pull;
is(problems($short), '', 'what Cartona says of what we told it is no news');
is($node->sql("SELECT count(*) FROM mail_message WHERE model = 'sale.order' AND res_id = $short_id AND body LIKE '%confirmed in Odoo%'"),
	'0', 'for the clerks neither');

#
# A line whose goods the vendor sends to the customer has no transfer until that purchase is confirmed: it is still to come.
#
my ($asked, $asked_id) = order([ [ 'T11', 10, 40 ], [ 'T102', 5, 20 ] ]);
my $from_vendor = odoo_line((line_ids($asked))[1]);
$node->sql("SELECT odoo_sim.confirm($asked_id);
CREATE TABLE vendor_picking AS SELECT * FROM stock_picking WHERE sale_id = $asked_id;
UPDATE vendor_picking SET id = nextval('stock_picking_id_seq'), name = 'from the vendor', state = 'assigned';
CREATE TABLE vendor_move AS SELECT * FROM stock_move WHERE sale_line_id = $from_vendor;
UPDATE vendor_move SET picking_id = (SELECT id FROM vendor_picking);
DELETE FROM stock_move WHERE sale_line_id = $from_vendor");
$node->sql("BEGIN; SELECT odoo_sim.deliver($asked_id); SELECT odoo_sim.sum_delivered($asked_id); COMMIT");
$node->wait_settled('what is in stock is delivered');
is(sent($asked), 'approved', 'while the vendor is asked for the rest nothing is cancelled, and the order is not delivered');
$node->sql("INSERT INTO stock_picking SELECT * FROM vendor_picking; INSERT INTO stock_move SELECT * FROM vendor_move");
$node->wait_settled('the purchase is confirmed');
is(sent($asked), 'approved', 'which is no delivery either');
$node->sql("BEGIN; UPDATE stock_move SET state = 'done' WHERE sale_line_id = $from_vendor;
SELECT odoo_sim.sum_delivered($asked_id); UPDATE stock_picking SET state = 'done' WHERE name = 'from the vendor'; COMMIT");
$node->wait_settled('the vendor has delivered');
is(sent($asked), 'approved delivered', 'now it is delivered, in full');

#
# A clerk edits a confirmed order: once for each change, also when the answer is lost.
#
my ($edited, $edited_id) = order([ [ 'T11', 10, 40 ], [ 'T102', 5, 20 ], [ 'C102', 2, 240 ] ]);
($tea, $piece, $carton) = line_ids($edited);
my $mark = $sim->last;
$node->sql('SELECT odoo_sim.set_line(' . odoo_line($piece) . ', 4)');
$node->wait_settled('a clerk edits a draft');
is(sent($edited, $mark), '', 'which is not told: the retailer may still change it himself');
$node->sql("SELECT odoo_sim.confirm($edited_id)");
$node->wait_settled('he confirms it');
is(sent($edited, $mark), "approved $piece=4", 'and Cartona hears what he confirmed');
$mark = $sim->last;
$node->sql('SELECT odoo_sim.set_line(' . odoo_line($tea) . ', 12, 41)');
$node->wait_settled('he raises an amount and a price');
is(sent($edited, $mark), "$tea=12", 'the amount is told; prices are not, unless the account says so');
$node->sql('UPDATE cartona.account SET report_prices = true');
$node->sql("SELECT cartona.sync_status_to_marketplace(ARRAY[$edited_id])");
$node->wait_settled('now it does');
is(sent($edited, $mark), "$tea=12 $tea=\@41", 'and the price is told');
$node->sql('UPDATE cartona.account SET report_prices = false');
$mark = $sim->last;
$sim->fault({ fault => 'reset', applied => JSON::PP::true, times => 1, match => { path => 'update-order-details' } });
$node->sql('SELECT odoo_sim.set_line(' . odoo_line($carton) . ', 12)');
$node->wait_settled('the answer to a change is lost');
$sim->no_faults;
is(sent($edited, $mark), "$carton=1", 'it is told again');
is($node->sql("SELECT string_agg(result, ' ' ORDER BY id) FROM (SELECT * FROM cartona.log WHERE ref = '$edited' AND request LIKE '%details' ORDER BY id DESC LIMIT 2) l"),
	'retry done', 'by us, and by nobody behind our back');
is((grep { $_->{id} == $carton } @{ $sim->order($edited)->{order}{order_details} })[0]{amount}, 1, 'with the same effect');
$mark = $sim->last;
$sim->fault({ fault => 'reset', applied => JSON::PP::true, times => 1, match => { path => 'update-order-details' } });
$node->sql('SELECT odoo_sim.set_line(' . odoo_line($piece) . ', 0)');
$node->wait_settled('the answer to a cancelled line is lost');
$sim->no_faults;
is(scalar(grep { $_->{id} == $piece } @{ $sim->order($edited)->{order}{order_details} }), 0, 'the line is gone, once');
$node->sql("SELECT odoo_sim.deliver($edited_id)");
$node->wait_settled('the order is delivered');
is($sim->order($edited)->{status}, 'delivered', 'and Cartona knows');

#
# In the order of what happened: lines behind the confirmation, the cancellation behind the lines.
#
my ($all, $all_id) = order([ [ 'T11', 10, 40 ], [ 'T102', 5, 20 ] ]);
($tea, $piece) = line_ids($all);
$mark = $sim->last;
$sim->fault({ fault => 'status', status => 500, probability => 0.5, match => { path => 'update-order' } });
$node->sql("SELECT odoo_sim.confirm($all_id)");
$node->sql('SELECT odoo_sim.set_line(' . odoo_line($tea) . ', 3)');
$node->wait_sql('the change is known', "SELECT lines -> 0 ->> 'quantity' FROM cartona.order_sync WHERE hashed_id = '$all'", '3');
$node->sql("UPDATE sale_order SET cartona_cancel_reason = 'out_of_stock' WHERE id = $all_id");
$node->sql("SELECT odoo_sim.cancel($all_id)");
$node->wait_settled('confirmed, edited and cancelled');
$sim->no_faults;
is(sent($all, $mark), "approved $tea=3 cancelled_by_supplier(out_of_stock)", 'told in this order, with the reason on the order');

#
# The reason of the account, a reason that Cartona does not have, no reason.
#
my ($why, $why_id) = order([ [ 'T11', 1, 40 ] ]);
$node->sql("SELECT odoo_sim.cancel($why_id)");
$node->wait_settled('cancelled without a reason');
is(sent($why), 'cancelled_by_supplier(cannot_deliver_the_order)', 'the account has one');
($why, $why_id) = order([ [ 'T11', 1, 40 ] ]);
$node->sql("UPDATE sale_order SET cartona_cancel_reason = 'مش عايز' WHERE id = $why_id");
$node->sql("SELECT odoo_sim.cancel($why_id)");
$node->wait_settled('cancelled with a reason that Cartona does not have');
is(sent($why), 'cancelled_by_supplier(cannot_deliver_the_order)', 'the account has one');
like(problems($why), qr/no cancellation reason "مش عايز"/, 'and a human is told');
$node->sql('UPDATE cartona.account SET cancellation_reason = NULL');
($why, $why_id) = order([ [ 'T11', 1, 40 ] ]);
$node->sql("SELECT odoo_sim.cancel($why_id)");
$node->wait_settled('cancelled, and the account has no reason');
is(sent($why), 'cancelled_by_supplier', 'none is sent');
my ($code, undef, $err) = $node->try_sql("UPDATE cartona.account SET cancellation_reason = 'bored'");
isnt($code, 0, 'the account takes none that Cartona does not have');

#
# Shipped, where the account asks for it.
#
$node->sql('UPDATE cartona.account SET report_shipped = true');
my ($shipped, $shipped_id) = order([ [ 'T11', 4, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($shipped_id)");
$node->wait_settled('confirmed, and its delivery is ready');
is(sent($shipped), 'approved assigned_to_salesman', 'it is on its way');
$node->sql("SELECT odoo_sim.deliver_part($shipped_id, 0.5)");
$node->sql("SELECT odoo_sim.deliver($shipped_id)");
$node->wait_settled('delivered in two parts');
is(sent($shipped), 'approved assigned_to_salesman delivered', 'it is delivered once');
$node->sql(q{UPDATE cartona.account SET report_shipped = false});

#
# A state without a mapping says nothing, and that is said.
#
$node->sql(q{DELETE FROM cartona.status_map WHERE direction = 'out' AND odoo_state = 'done'});
my ($unmapped, $unmapped_id) = order([ [ 'T11', 4, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($unmapped_id)");
$node->sql("SELECT odoo_sim.deliver($unmapped_id)");
$node->wait_settled('delivered, which the map does not name');
is(sent($unmapped), 'approved', 'it is not told');
is($node->sql(q{SELECT unmapped FROM cartona.status}), q{Odoo's done}, 'the status says so');
is($node->sql(qq{SELECT count(*) > 0 FROM cartona.log WHERE ref = '$unmapped' AND message LIKE '%no row for Odoo''s "done"%'}), 't', 'and the log');
$node->sql(q{INSERT INTO cartona.status_map (direction, odoo_state, cartona_status) VALUES ('out', 'done', 'delivered')});
$node->sql("SELECT cartona.sync_status_to_marketplace(ARRAY[$unmapped_id])");
$node->wait_settled('mapped again');
is(sent($unmapped), 'approved delivered', 'and told');

$node->sql(q{DELETE FROM cartona.status_map WHERE direction = 'out' AND odoo_state = 'sale'});
($unmapped, $unmapped_id) = order([ [ 'T11', 4, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($unmapped_id)");
$node->wait_settled('confirmed, which the map does not name');
is(sent($unmapped), '', 'it is not told');
is($node->sql(qq{SELECT count(*) > 0 FROM cartona.log WHERE ref = '$unmapped' AND message LIKE '%no row for Odoo''s "sale"%'}), 't', 'and the log says why');
$node->sql(q{INSERT INTO cartona.status_map (direction, odoo_state, cartona_status) VALUES ('out', 'sale', 'approved')});

#
# Locked (Odoo <= 16) is confirmed, and no more.
#
my ($locked, $locked_id) = order([ [ 'T11', 4, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($locked_id); UPDATE sale_order SET state = 'done' WHERE id = $locked_id");
$node->wait_settled('confirmed and locked in one go');
is(sent($locked), 'approved', 'is approved');
$node->sql("SELECT odoo_sim.deliver($locked_id)");
$node->wait_settled('and delivered');
is(sent($locked), 'approved delivered', 'is delivered');

#
# Nothing is moved for an order of services: it is delivered when that is entered on its lines.
#
$node->sql("INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, 'S106', 106, 1)");
my ($service_order, $service_order_id) = order([ [ 'S106', 2, 30 ], [ 'S106', 1, 20 ] ]);
$node->sql("SELECT odoo_sim.confirm($service_order_id)");
$node->wait_settled('an order of services is confirmed');
is(sent($service_order), 'approved', 'is approved');
$node->sql("UPDATE sale_order_line SET qty_delivered = product_uom_qty - 1 WHERE order_id = $service_order_id");
$node->sql("UPDATE sale_order_line SET qty_delivered = product_uom_qty WHERE order_id = $service_order_id AND product_uom_qty = 1");
$node->wait_settled('a part is entered as delivered');
is(sent($service_order), 'approved', 'is not delivered');
$node->sql("UPDATE sale_order_line SET qty_delivered = product_uom_qty WHERE order_id = $service_order_id");
$node->wait_settled('and the rest');
is(sent($service_order), 'approved delivered', 'is delivered');
$node->sql("DELETE FROM cartona.product_map WHERE supplier_product_id = 'S106'");

#
# The retailer's one-time password.
#
my $secret = '739201';
my ($otp, $otp_id) = order([ [ 'T11', 10, 40 ] ], wallet_top_up => 5, retailer_otp => $secret);
($tea) = line_ids($otp);
$node->sql("UPDATE cartona.inbox SET payload = '{}' WHERE hashed_id = '$otp'");
$node->sql("SELECT odoo_sim.confirm($otp_id)");
$node->sql("SELECT odoo_sim.deliver_part($otp_id, 0.8)");
$node->sql("SELECT odoo_sim.cancel_rest($otp_id)");
$node->wait_settled('delivered, without a password');
is(sent($otp), "approved $tea=8", 'the lines are told, the delivery waits');
like(problems($otp), qr/^waiting: .*one-time password: ask him, and enter it as cartona_otp/, 'a human is told what to do');
$node->sql("UPDATE sale_order SET cartona_otp = '111111' WHERE id = $otp_id");
$node->wait_sql('a wrong one is refused',
	"SELECT waiting LIKE '%refused%' FROM cartona.order_sync WHERE hashed_id = '$otp'");
$node->wait_settled('and settled');
is(sent($otp), "approved $tea=8 delivered/111111", 'it was tried once');
is($node->sql("SELECT cartona_otp IS NULL FROM sale_order WHERE id = $otp_id"), 't', 'it is gone from the order');
$node->sql("UPDATE sale_order SET cartona_otp = ' $secret ' WHERE id = $otp_id");
$node->wait_settled('the right one');
is($sim->order($otp)->{status}, 'delivered', 'is accepted');
is(problems($otp), '', 'and nothing waits');
is($node->sql("SELECT cartona_otp IS NULL FROM sale_order WHERE id = $otp_id"), 't', 'the password is wiped');
is( $node->sql("SELECT count(*) FROM cartona.log l WHERE l::text ~ '$secret|111111'") . '|'
	  . $node->sql("SELECT count(*) FROM cartona.order_sync s WHERE s::text ~ '$secret|111111'"),
	'0|0', 'it is in no log and no table of ours');
unlike(slurp_file($node->logfile), qr/$secret/, 'nor in the log of the server');

# Entered before the delivery it goes along at once.
($otp, $otp_id) = order([ [ 'T11', 1, 40 ] ], installment_cost => '12.5', retailer_otp => $secret);
$node->sql("UPDATE sale_order SET cartona_otp = '$secret' WHERE id = $otp_id");
$node->sql("SELECT odoo_sim.confirm($otp_id)");
$node->sql("SELECT odoo_sim.deliver($otp_id)");
$node->wait_settled('a password known before');
is(sent($otp), "approved delivered/$secret", 'goes along with the delivery');

# Accepted, and the answer was lost: the refusal of its repetition does not say that the password was wrong.
$sim->control('POST', 'options', { refuse_repeat => JSON::PP::true });
($otp, $otp_id) = order([ [ 'T11', 1, 40 ] ], wallet_top_up => 5, retailer_otp => $secret);
$node->sql("UPDATE sale_order SET cartona_otp = '$secret' WHERE id = $otp_id");
$node->sql("SELECT odoo_sim.confirm($otp_id)");
$node->wait_settled('confirmed');
$sim->fault({ fault => 'reset', applied => JSON::PP::true, times => 1, match => { path => "update-order-status/$otp" } });
$node->sql("SELECT odoo_sim.deliver($otp_id)");
$node->wait_settled('a delivery without an answer');
$sim->no_faults;
$sim->control('POST', 'options', { refuse_repeat => JSON::PP::false });
is($node->sql("SELECT known_status, waiting FROM cartona.order_sync WHERE hashed_id = '$otp'"), 'delivered|', 'is taken for accepted');
like(problems($otp), qr/^order: .*got no answer, its repetition was refused .*probably accepted/, 'and a human is told');
is($node->sql("SELECT cartona_otp IS NULL FROM sale_order WHERE id = $otp_id"), 't', 'the password is wiped');

# He delivered it by hand at Cartona, which says so: nothing waits any more.
($otp, $otp_id) = order([ [ 'T11', 1, 40 ] ], wallet_top_up => 5, retailer_otp => $secret);
$node->sql("SELECT odoo_sim.confirm($otp_id)");
$node->sql("SELECT odoo_sim.deliver($otp_id)");
$node->wait_settled('a delivery without a password');
like(problems($otp), qr/^waiting: /, 'waits');
my ($code, $out, $err) = $node->try_sql("SELECT cartona.resolve('$otp')");
like($err, qr/still waits to be told.*DETAIL: .*one-time password.*HINT: .*receive_order_status\('\{"hashed_id" : "$otp", "status" : "delivered"\}', 1\)/s,
	'which no person can resolve, but he is told what helps');
$node->sql("UPDATE cartona.order_sync SET problem = 'look at it' WHERE hashed_id = '$otp'");
$node->sql("SELECT cartona.resolve('$otp')");
like(problems($otp), qr/^waiting: /, 'another problem of the order can be resolved');
is($node->sql(qq{SELECT cartona.receive_order_status('{"hashed_id": "$otp", "status": "delivered"}') ->> 'result'}), 'unchanged', 'Cartona says that it is delivered');
is(problems($otp), '', 'and it waits no more');

#
# A clerk adds lines to a confirmed order: each once, whatever becomes of the answer.
#
my ($more, $more_id) = order([ [ 'T11', 10, 40 ] ]);
($tea) = line_ids($more);
$node->sql("SELECT odoo_sim.confirm($more_id)");
$node->wait_settled('confirmed');
$mark = $sim->last;
my $added = $node->sql("SELECT odoo_sim.add_line($more_id, 102, 5, 20)");
$node->wait_settled('pieces are added');
is(sent($more, $mark), '+T102=5@20', 'as pieces');
$node->sql("SELECT odoo_sim.add_line($more_id, 102, 24, 19)");
$node->wait_settled('and two dozen');
is(sent($more, $mark), '+T102=5@20 +C102=2@228', 'as cartons');
is($sim->order($more)->{order}{total_price}, 400 + 100 + 456, 'which the retailer pays');

# Cartona sends the order with the ids it gave: no news, and from then on the line has its id.
$sim->control('POST', "orders/$more", {});
$node->pull;
is(problems($more), '', 'the lines that come back are no news');
my $piece_id = (grep { $_->{supplier_product_id} eq 'T102' } @{ $sim->order($more)->{order}{order_details} })[0]{id};
is($node->sql("SELECT string_agg(l ->> 'id', ' ' ORDER BY o) FROM cartona.order_sync s, jsonb_array_elements(s.lines) WITH ORDINALITY x (l, o) WHERE hashed_id = '$more' AND (l ->> 'line')::int = $added"),
	$piece_id, 'their ids are known');
$mark = $sim->last;
$node->sql("SELECT odoo_sim.set_line($added, 6)");
$node->wait_settled('a line that was added is changed');
is(sent($more, $mark), "$piece_id=6", 'by its id');

# The answer is lost, and the order can be looked up: it arrived.
($more, $more_id) = order([ [ 'T11', 10, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($more_id)");
$node->wait_settled('confirmed');
$sim->control('POST', 'options', { own_changes_return => JSON::PP::true });
$mark = $sim->last;
$sim->fault({ fault => 'reset', applied => JSON::PP::true, times => 1, match => { path => 'update-order-details' } });
$added = $node->sql("SELECT odoo_sim.add_line($more_id, 102, 5, 20)");
$node->wait_settled('the answer to an added line is lost');
$sim->no_faults;
is(scalar(@{ $sim->order($more)->{order}{order_details} }), 2, 'it is added once');
is(scalar($sim->requests(since => $mark, path => 'update-order-details')), 1, 'and was sent once');
is(problems($more), '', 'nobody must be told');
$node->sql("SELECT odoo_sim.set_line($added, 7)");
$node->wait_settled('and changed');
is($sim->order($more)->{order}{order_details}[1]{amount}, 7, 'by its id');

# It did not arrive: it is sent again.
$mark = $sim->last;
$sim->fault({ fault => 'reset', applied => JSON::PP::false, times => 1, match => { path => 'update-order-details' } });
$node->sql("SELECT odoo_sim.add_line($more_id, 102, 3, 21)");
$node->wait_settled('an added line is lost');
$sim->no_faults;
is(scalar($sim->requests(since => $mark, path => 'update-order-details')), 2, 'it is sent again');
is(scalar(@{ $sim->order($more)->{order}{order_details} }), 3, 'and added once');
$sim->control('POST', 'options', { own_changes_return => JSON::PP::false });

# The order cannot be looked up: nothing is repeated, and a human is told.
($more, $more_id) = order([ [ 'T11', 10, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($more_id)");
$node->wait_settled('confirmed');
$mark = $sim->last;
$sim->fault({ fault => 'reset', applied => JSON::PP::true, times => 1, match => { path => 'update-order-details' } });
$node->sql("SELECT odoo_sim.add_line($more_id, 102, 5, 20)");
$node->wait_settled('the answer is lost, and Cartona does not show the order');
$sim->no_faults;
is(scalar($sim->requests(since => $mark, path => 'update-order-details')), 1, 'it is not sent again');
like(problems($more), qr/line added in Odoo was sent, and whether Cartona has it/, 'a human is told');
$node->sql("SELECT odoo_sim.deliver($more_id)");
$node->wait_settled('the order is delivered all the same');
is($sim->order($more)->{status}, 'delivered', 'and Cartona hears it');

# Refused, and what cannot be told.
($more, $more_id) = order([ [ 'T11', 10, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($more_id)");
$sim->fault({ fault => 'status', status => 422, times => 1, body => '{"error": "no"}', match => { path => 'update-order-details' } });
$node->sql("SELECT odoo_sim.add_line($more_id, 102, 5, 20)");
$node->wait_settled('an added line is refused');
like(problems($more), qr/^dead letter: Cartona refused the changed lines/, 'a human is told');
$mark = $sim->last;
$node->sql('SELECT cartona.retry(NULL)');
$node->wait_settled('and tries again');
is(sent($more, $mark), '+T102=5@20', 'it is sent again');
my ($service, $unsold) = map { $node->sql("SELECT min(p.id) FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id"
	  . " WHERE t.type $_ 'service' AND t.cartona_id IS NULL AND NOT EXISTS (SELECT FROM cartona.product_map m WHERE m.product_id = p.id)") } ('=', '<>');
$mark = $sim->last;
$node->sql("SELECT odoo_sim.add_line($more_id, $service, 1, 30)");
$node->wait_settled('what the delivery costs is added');
is(problems($more), '', 'which is between the supplier and his customer');
$node->sql("SELECT odoo_sim.add_line($more_id, $unsold, 1, 30)");
$node->wait_settled('a product that is not sold at Cartona is added');
like(problems($more), qr/was added in Odoo, and Cartona is not told of it: its product is not on sale there/, 'a human is told');
is(sent($more, $mark), '', 'Cartona is not');

$node->sql("SELECT odoo_sim.add_line($more_id, 102, 1, 0)");
$node->wait_settled('one is given away');
is(sent($more, $mark), '', 'nobody pays for it');

# A line that is gone at Cartona is not brought back against the retailer's will.
my ($gone, $gone_id) = order([ [ 'T11', 10, 40 ], [ 'T102', 3, 10 ] ]);
my ($stays, $goes) = line_ids($gone);
my $gone_line = odoo_line($goes);
$node->sql("SELECT odoo_sim.confirm($gone_id)");
$node->wait_settled('confirmed');
$mark = $sim->last;
$node->sql("SELECT odoo_sim.set_line($gone_line, 0)");
$node->wait_settled('a clerk takes a line away');
is(sent($gone, $mark), "$goes=0", 'it is cancelled');
$node->sql("SELECT odoo_sim.set_line($gone_line, 2)");
$node->wait_settled('and wants it again');
is(sent($gone, $mark), "$goes=0", 'which is not told');
like(problems($gone), qr/line $goes is not at Cartona any more, and Odoo has 2 of it/, 'a human is');

# A line that the retailer adds to a confirmed order is not in it, and he does not pay for it.
my ($late_line, $late_line_id) = order([ [ 'T11', 10, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($late_line_id)");
$node->wait_settled('confirmed');
$mark = $sim->last;
my $details = $sim->order($late_line)->{order}{order_details};
$sim->control('POST', "orders/$late_line",
	{ order_details => [ @$details, { id => 'later', supplier_product_id => 'T102', amount => 2, selling_price => 20 } ] });
$node->pull;
is(sent($late_line, $mark), '', 'what the retailer adds afterwards is left to a human');
isnt(problems($late_line), '', 'who is told');
$node->sql("SELECT odoo_sim.deliver($late_line_id)");
$node->wait_settled('delivered without it');
is(sent($late_line, $mark), 'later=0 delivered', 'he is not billed for it');

# A line that was left out, and a clerk who puts the product on the order himself: it is not billed twice.
($more, $more_id) = order([ [ 'T11', 10, 40 ], [ 'LATE', 3, 10 ] ]);
my ($kept, $left_out) = line_ids($more);
$node->sql(qq{
INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor)
SELECT 1, 'LATE', min(p.id), 1 FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id WHERE t.type <> 'service' AND p.id NOT IN (101, 102, $unsold)});
$node->wait_settled('its product is mapped');
is($node->sql("SELECT count(*) FROM sale_order_line WHERE order_id = $more_id"), '2', 'a draft takes the line by itself');
($more, $more_id) = order([ [ 'T11', 10, 40 ], [ 'LATER', 3, 10 ] ]);
($kept, $left_out) = line_ids($more);
$node->sql("SELECT odoo_sim.confirm($more_id)");
$node->wait_settled('another is confirmed without it');
$mark = $sim->last;
$node->sql(qq{INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, 'LATER', $unsold, 1);
SELECT odoo_sim.add_line($more_id, $unsold, 3, 10)});
$node->wait_settled('a clerk adds it');
is(sent($more, $mark), '', 'which is no new line');
like(problems($more), qr/it stands for line $left_out, which was left out/, 'a human is told');
$node->sql("SELECT odoo_sim.deliver($more_id)");
$node->wait_settled('and delivered');
is(sent($more, $mark), 'delivered', 'the line stays');

#
# Refused lines: the delivery waits behind them for a human.
#
my ($refused, $refused_id) = order([ [ 'T11', 10, 40 ] ]);
($tea) = line_ids($refused);
$sim->fault({ fault => 'status', status => 422, times => 1, body => '{"error": "no"}', match => { path => 'update-order-details' } });
$node->sql("SELECT odoo_sim.confirm($refused_id)");
$node->sql("SELECT odoo_sim.deliver_part($refused_id, 0.5)");
$node->sql("SELECT odoo_sim.cancel_rest($refused_id)");
$node->wait_settled('changed lines are refused');
is(sent($refused), 'approved', 'then the delivery is not told either');
like(problems($refused), qr/^dead letter: Cartona refused the changed lines of order $refused: HTTP 422: no$/, 'a human is told');
$node->sql('SELECT cartona.retry(NULL)');
$node->wait_settled('tried again');
is(sent($refused), "approved $tea=5 delivered", 'both are told');

#
# Nothing was delivered at all; services only; an order that Cartona delivers.
#
my ($none, $none_id) = order([ [ 'T11', 2, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($none_id)");
$node->sql("SELECT odoo_sim.cancel_rest($none_id)");
$node->wait_settled('all transfers of an order are cancelled');
is(sent($none), 'approved', 'which is no delivery');
$node->sql("INSERT INTO cartona.product_map (account_id, supplier_product_id, product_id, factor) VALUES (1, 'SERVICE', $service, 1)");
my ($serve, $serve_id) = order([ [ 'SERVICE', 1, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($serve_id)");
$node->wait_settled('an order of a service only');
is(sent($serve), 'approved', 'has nothing that Odoo delivers');
my ($mixed, $mixed_id) = order([ [ 'SERVICE', 1, 40 ], [ 'T11', 2, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($mixed_id)");
$node->sql("SELECT odoo_sim.deliver($mixed_id)");
$node->wait_settled('goods and a service');
is(sent($mixed), 'approved delivered', 'are delivered with the goods, the service as it was ordered');
my ($theirs, $theirs_id) = order([ [ 'T11', 2, 40 ] ], delivered_by => 'delivered_by_cartona');
($tea) = line_ids($theirs);
$node->sql("SELECT odoo_sim.confirm($theirs_id)");
$node->sql('SELECT odoo_sim.set_line(' . odoo_line($tea) . ', 1)');
$node->sql("SELECT odoo_sim.deliver($theirs_id)");
$node->wait_settled('an order that Cartona delivers is edited and delivered');
is(sent($theirs), '', 'of which nothing is told');

#
# While the retailer is editing Cartona takes nothing: it is told when he is ready.
#
my ($busy, $busy_id) = order([ [ 'T11', 2, 40 ] ]);
$sim->control('POST', "orders/$busy", { status => 'editing' });
$node->pull;
$node->sql("SELECT odoo_sim.confirm($busy_id)");
$node->wait_sql('an order is confirmed while the retailer is editing it: it waits',
	"SELECT last_error LIKE 'the retailer is editing%' FROM cartona.delivery WHERE hashed_id = '$busy' AND attempt > 1");
$sim->control('POST', "orders/$busy", { status => 'pending' });
$node->wait_settled('he is ready');
is($sim->order($busy)->{status}, 'approved', 'then it is approved');
is($node->sql("SELECT count(*) FROM cartona.dead_letter WHERE ref = '$busy'"), '0', 'nothing has died');

#
# While the account is disabled: enable() tells what is ahead.
#
my ($late, $late_id) = order([ [ 'T11', 10, 40 ] ]);
($tea) = line_ids($late);
$node->sql('SELECT cartona.disable()');
$node->sql("SELECT odoo_sim.confirm($late_id)");
$node->sql("SELECT odoo_sim.deliver_part($late_id, 0.6)");
$node->sql("SELECT odoo_sim.cancel_rest($late_id)");
is($node->sql("SELECT string_agg(status, ' ') FROM cartona.preview() WHERE kind = 'order' AND id = $late_id"),
	'approved update-order-details', 'preview shows what would be sent');
is($node->psql_ok('odoo', "SELECT string_agg(status, ' ') FROM cartona.preview() WHERE kind = 'order' AND id = $late_id"),
	'approved update-order-details', 'to a superuser, too');
$node->sql('SELECT cartona.enable()');
$node->wait_settled('enabled again');
is(sent($late), "approved $tea=6 delivered", 'all of it is told');
is($node->sql("SELECT count(*) FROM cartona.preview() WHERE kind = 'order' AND id = $late_id"), '0', 'and preview has no more of it');

#
# A crash while a line is on its way to be added: it is not sent a second time.
#
my ($crash, $crash_id) = order([ [ 'T11', 10, 40 ] ]);
$node->sql("SELECT odoo_sim.confirm($crash_id)");
$node->wait_settled('one more is confirmed');
$mark = $sim->last;
$sim->fault({ fault => 'hang', applied => JSON::PP::true, match => { path => 'update-order-details' } });
$node->sql("SELECT odoo_sim.add_line($crash_id, 102, 5, 20)");
$node->wait_for('an added line is on its way', sub { scalar($sim->requests(since => $mark, path => 'update-order-details')) });
$node->stop('immediate');
$sim->no_faults;
$node->start;
$node->wait_worker('the server crashes and comes back');
$node->wait_settled('what was on its way is settled');
is(scalar($sim->requests(since => $mark, path => 'update-order-details')), 1, 'and not sent again');
like(problems($crash), qr/line added in Odoo was sent, and whether Cartona has it/, 'a human is told');
$mark = $sim->last;
my ($lost, $lost_id) = order([ [ 'T11', 10, 40 ] ]);
($tea) = line_ids($lost);
$node->sql("SELECT odoo_sim.confirm($lost_id)");
$node->wait_settled('and the last');
$sim->fault({ fault => 'hang', applied => JSON::PP::true, match => { path => 'update-order-details' } });
$node->sql('SELECT odoo_sim.set_line(' . odoo_line($tea) . ', 9)');
$node->wait_for('a changed line is on its way', sub { scalar($sim->requests(since => $mark, path => 'update-order-details')) });
$node->stop('immediate');
$sim->no_faults;
$node->start;
$node->wait_worker('the server crashes once more');
$node->wait_settled('and comes back');
is($sim->order($lost)->{order}{order_details}[0]{amount}, 9, 'a changed line is sent again, to the same effect');
is(problems($lost), '', 'of which nobody need know');

is($sim->control('GET', 'stats')->{internal_errors}, 0, 'the simulator had no trouble of its own');
$node->stop('fast');
done_testing();
