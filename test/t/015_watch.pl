# 015_watch.pl
#	What the worker reports, and what it forgets.
#
# A person's open form on an account holds up nothing and fails not; an outage is
# in the status; personal data of orders that are over goes after its time,
# and the orders stay.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use Test::More;

my $node = CartonaNode->with_odoo('watch');
my $sim = CartonaSimulator->new;

$node->sql("UPDATE product_template SET cartona_id = 'T' || id WHERE id IN (11, 12)");
$node->connect_account($sim, orders_since => '2020-01-01');
$node->wait_settled('connected');

#
# A form, as Odoo saves it: REPEATABLE READ, the row written, not yet committed.
# What the worker writes about the same account comes before and after.
#
my $form = $node->background_psql('odoo', on_error_stop => 0, extra_params => [ '-U', 'odoo' ]);
my $hold = "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT name FROM cartona.account;";

$form->query_safe($hold);
$node->pull('a pull while somebody looks at the account');
$form->query_safe("UPDATE cartona.account SET name = 'Renamed', pull_page_size = 50");
my ($order) = $node->import_orders($sim);
my $id = $node->order_id($order);
isnt($id, '', 'while somebody has the account open an order is imported');
$node->sql("SELECT odoo_sim.confirm($id); SELECT odoo_sim.set_price(11, 77)");
$node->wait_settled('statuses and products go out');
is(($sim->statuses($order))[-1], 'approved', 'the status is at Cartona');
my %products = $sim->products;
is($products{T11}{selling_price}, 77, 'and the price');
$node->sql('SELECT cartona.test_connection(); SELECT cartona.sync_all_products()');
$node->wait_sql('the connection is tested', q{SELECT last_check_result LIKE 'ok: %' FROM cartona.status});
$node->wait_settled('everything is sent again');
is($node->sql('SELECT name, state FROM cartona.status'), 'Cartona Marketplace|on', 'the status waits for nobody');
is($node->sql('SELECT count(*) FROM cartona.problem'), '0', 'and nothing is wrong');
$form->query_safe('COMMIT');
is($node->sql('SELECT name, pull_page_size FROM cartona.account'), 'Renamed|50', 'and the form is saved');

# A new token through the form, while the worker is busy.
$form->query_safe($hold);
$node->pull;
$form->query_safe("UPDATE cartona.account SET api_token = '" . $sim->token . "'; COMMIT");
$node->pull('a pull with the new token');
$form->quit;

#
# An outage, seen and over.
#
is($node->sql('SELECT breaker, outage_since IS NULL, next_try_at IS NULL FROM cartona.status'), 'closed|t|t', 'Cartona answers');
$sim->fault({ fault => 'status', status => 503 });
$node->sql('SELECT odoo_sim.set_price(11, 78)');
$node->wait_sql('Cartona does not answer', q{SELECT breaker <> 'closed' AND next_try_at IS NOT NULL FROM cartona.status});
like($node->sql('SELECT last_error FROM cartona.status'), qr/503/, 'with its reason');
is($node->sql(q{SELECT count(*) FROM cartona.problem WHERE kind = 'no answer'}), '0', 'which is no problem yet');
like($node->sql('SELECT cartona._metrics()'), qr/^cartona_outage\{account="1"\} 1$/m, 'and is measured');
$node->sql(q{UPDATE cartona.account_state SET outage_since = outage_since - interval '10 minutes'});
like($node->sql(q{SELECT problem FROM cartona.problem WHERE kind = 'no answer'}), qr/^Cartona has not answered since .*503/, 'after some minutes it is one');

# A worker that starts anew knows nothing of it, and finds out for itself.
my $pid = $node->worker;
$node->psql_ok('odoo', "SELECT pg_terminate_backend($pid)");
$node->wait_worker('another worker', 'odoo', $pid);
$node->wait_sql('finds Cartona silent again', q{SELECT outage_since > now() - interval '10 minutes' FROM cartona.account_state});
$sim->no_faults;
$node->wait_settled('it answers again');
is($node->sql('SELECT breaker, outage_since IS NULL, next_try_at IS NULL FROM cartona.status'), 'closed|t|t', 'which the status says');

#
# Retention: of orders that are over, after their time.  A worker that starts
# looks at once.
#
my %orders;
foreach my $what (qw(delivered fresh open old failed))
{
	($orders{$what}) = $node->import_orders($sim, note_message => 'secret words');
}
$node->sql(qq{
UPDATE cartona.order_sync s SET lines = (SELECT jsonb_agg(jsonb_set(l, '{said}', to_jsonb(regexp_replace(l ->> 'said', '^(([^\n]*\n){5}).*\$', '\\1') || 'to Karim himself'))) FROM jsonb_array_elements(s.lines) l)
WHERE hashed_id IN ('$orders{delivered}', '$orders{fresh}', '$orders{open}');
UPDATE cartona.inbox SET payload = payload || '{"note_message": "secret words", "pickup_otp": "9182"}';
UPDATE cartona.order_sync SET known_status = 'delivered' WHERE hashed_id IN ('$orders{delivered}', '$orders{fresh}');
UPDATE cartona.inbox SET applied_at = now() - interval '100 days', seen_at = now() - interval '100 days' WHERE hashed_id <> '$orders{fresh}';
UPDATE cartona.order_sync SET known_at = now() - interval '100 days' WHERE hashed_id <> '$orders{fresh}';
UPDATE cartona.inbox SET applied_at = now() - interval '400 days', seen_at = now() - interval '400 days' WHERE hashed_id = '$orders{old}';
UPDATE cartona.order_sync SET known_at = now() - interval '400 days' WHERE hashed_id = '$orders{old}';
UPDATE cartona.inbox SET state = 'failed', error = 'no', due_at = 'infinity' WHERE hashed_id = '$orders{failed}';
INSERT INTO cartona.customer (account_id, cartona_id, partner_id, sent) VALUES (1, 'retailer_long_gone', 1, '{"phone": "1"}');
INSERT INTO cartona.odoo_task (account_id, kind, hashed_id, arg, state, done_at) VALUES
	(1, 'create', 'x', '{"name": "somebody"}', 'failed', now() - interval '91 days'), (1, 'create', 'y', '{"name": "somebody"}', 'failed', now() - interval '89 days');
INSERT INTO cartona.inbox_page (account_id, reason, body, received_at) VALUES (1, 'old', 'x', now() - interval '31 days'), (1, 'new', 'x', now() - interval '29 days');
});
is($node->sql(qq{SELECT string_agg(kept, ',' ORDER BY kept) FROM cartona.inbox WHERE hashed_id IN ('$orders{delivered}', '$orders{fresh}') AND NOT payload ? 'pickup_otp'}),
	'no passwords,no passwords', 'one-time passwords went with the delivery');
$pid = $node->worker;
$node->psql_ok('odoo', "SELECT pg_terminate_backend($pid)");
$node->wait_worker('another worker', 'odoo', $pid);
$node->wait_sql('what is over and old is reduced',
	qq{SELECT count(*) FROM cartona.inbox WHERE hashed_id IN ('$orders{delivered}', '$orders{old}') AND kept = 'facts' AND NOT payload ?| '{retailer,note_message,pickup_otp}'}, '2');
is($node->sql(q{SELECT string_agg(hashed_id, ',') FROM cartona.order_sync WHERE lines::text LIKE '%to Karim himself%' AND hashed_id = '} . $orders{delivered} . q{'}),
	'', 'nor is what the customer wrote kept with the lines');
is( $node->sql(qq{SELECT count(*) FROM cartona.order_sync WHERE lines::text LIKE '%to Karim himself%' AND hashed_id IN ('$orders{fresh}', '$orders{open}')}),
	'2', 'but with those of an order that is fresh or under way');
is( $node->sql(qq{SELECT count(*) FROM cartona.inbox WHERE hashed_id IN ('$orders{fresh}', '$orders{open}', '$orders{failed}') AND payload ?& '{retailer,note_message}'}),
	'3', 'what is fresh, under way, or failed is whole');
is($node->sql(q{SELECT sent FROM cartona.customer WHERE cartona_id = 'retailer_long_gone'}), '{}', 'a retailer who has not ordered for a year is forgotten')
  if $node->wait_sql('the rest as well', q{SELECT string_agg(hashed_id, ',') FROM cartona.odoo_task WHERE hashed_id IN ('x', 'y')}, 'y');
is($node->sql(q{SELECT string_agg(reason, ',') FROM cartona.inbox_page WHERE reason IN ('old', 'new')}), 'new', 'and an unreadable page after a month');

# Offered again by Cartona, nothing comes back but the acknowledgement.
my $before = $node->sql('SELECT count(*) FROM sale_order');
$node->sql("SELECT cartona.create_or_update_order(payload || '{\"retailer\": {\"retailer_code\": \"1\"}, \"note_message\": \"again\"}') FROM cartona.inbox WHERE hashed_id = '$orders{delivered}'");
is($node->sql("SELECT kept, payload ? 'retailer' FROM cartona.inbox WHERE hashed_id = '$orders{delivered}'"), 'facts|f', 'and does not come back');
is($node->sql('SELECT count(*) FROM sale_order'), $before, 'nor is the order made again');

# The one request that a person makes.
my $retailer = $node->sql("SELECT retailer FROM cartona.order_sync WHERE hashed_id = '$orders{open}'");
like($node->sql("SELECT cartona.forget('$retailer')"), qr/"orders_left": [1-9]/, 'forget() leaves what is under way');
like($node->sql("SELECT cartona.forget('$retailer', force => true)"), qr/"orders_left": 0/, 'unless it must not');
$node->pull('and pulling goes on');
is($node->sql('SELECT count(*) FROM sale_order'), $before, 'without an order twice');

$node->stop('fast');
done_testing();
