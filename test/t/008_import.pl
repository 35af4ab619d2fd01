# 008_import.pl
#	Orders are imported in batches: what is wrong with one stops no other, and
#	Odoo's tables may change meanwhile.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use IPC::Run;
use POSIX qw(strftime);
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time usleep);

my $node = CartonaNode->with_odoo('import');
my $sim = CartonaSimulator->new;
my $number = 0;

$node->sql("UPDATE product_template SET cartona_id = 'T' || id WHERE id IN (11, 12)");
$node->connect_account($sim, orders_since => '2020-01-01', pull_page_size => 100);
$node->wait_settled('connected');

# $n orders at Cartona, five lines each; their hashed ids.  Parameters replace fields.
sub place
{
	my ($n, %params) = @_;
	my @orders;

	foreach (1 .. $n)
	{
		$number++;
		push @orders,
		  {
			hashed_id => "o$number",
			receipt_id => "R$number",
			status => 'pending',
			created_at => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime),
			retailer => { retailer_code => 'S' . ($number % 7), retailer_name => 'Shop ' . ($number % 7) },
			order_details => [
				map { { id => $number * 10 + $_, supplier_product_id => $_ % 2 ? 'T11' : 'T12',
						amount => $_, selling_price => 40 } } 1 .. 5 ],
			%params };
	}
	$sim->control('POST', 'orders?as_is=1', \@orders);
	return map { $_->{hashed_id} } @orders;
}

sub list
{
	return join ',', map { "'$_'" } @_;
}

# Pull, and wait until these orders are in Odoo, each once with its five lines.
sub imported
{
	my ($what, @orders) = @_;
	my $ids = list(@orders);

	$node->sql('SELECT cartona.pull_orders()');
	return $node->wait_sql($what,
		"SELECT count(*), count(DISTINCT o.id) FROM sale_order o JOIN sale_order_line l ON l.order_id = o.id WHERE o.cartona_id IN ($ids)",
		5 * @orders . '|' . @orders);
}

# How often sale_order was read whole, and by index.
sub scans
{
	return split /\|/, $node->sql(q{SELECT seq_scan, idx_scan FROM pg_stat_user_tables WHERE relname = 'sale_order'});
}

# Why orders are not imported.
sub reasons
{
	my $ids = list(@_);

	return $node->sql("SELECT string_agg(DISTINCT error, '; ') FROM cartona.inbox WHERE hashed_id IN ($ids) AND state = 'failed'");
}

# A session that runs something in a transaction and keeps it open until it is ended.
sub hold
{
	my ($sql) = @_;
	my $session = { in => "BEGIN; $sql;\n\\echo held\n", out => '', err => '' };

	$session->{run} = IPC::Run::start(
		[ 'psql', '-X', '-q', '-At', '-v', 'ON_ERROR_STOP=1', '-d', $node->dsn('odoo') ],
		'<', \$session->{in}, '>', \$session->{out}, '2>', \$session->{err});
	my $deadline = time + $CartonaNode::patience;
	while ($session->{out} !~ /held/ && time < $deadline)
	{
		$session->{run}->pump_nb;
		usleep(10_000);
	}
	like($session->{out}, qr/held/, 'another session holds its lock');
	return $session;
}

sub let_go
{
	my ($session) = @_;

	$session->{in} .= "COMMIT;\n\\q\n";
	$session->{run}->finish;
	return;
}

#
# A required column without a default, added while there is no order yet.
#
$node->sql('ALTER TABLE sale_order ADD COLUMN x_none integer NOT NULL, ADD COLUMN x_text varchar NOT NULL');
my @orders = place(10);
imported('a required column without default, unknown to us: imports go on', @orders);
is($node->sql('SELECT DISTINCT x_none, x_text FROM sale_order'), '0|', 'it gets a neutral value');

#
# Many orders, few transactions, one customer of a new retailer.
#
$node->sql('ANALYZE sale_order');
my ($before_seq, $before_idx) = scans();
@orders = place(200, retailer => { retailer_code => 'one', retailer_name => 'The One' });
imported('200 orders of one new retailer', @orders);
$node->wait_for('their 1,000 lines are checked by the index of sale_order, which was one page when the check was planned',
	sub { $node->sql('SELECT cartona.pull_orders()'); return (scans())[1] >= $before_idx + 1000; });
cmp_ok((scans())[0], '<', $before_seq + 500, 'and not by reading it whole for each of them');
is($node->sql("SELECT count(*) FROM res_partner WHERE cartona_id = 'retailer_one'"), '1', 'make one customer');
my $xacts = $node->sql('SELECT count(DISTINCT xmin::text) FROM sale_order WHERE cartona_id IN (' . list(@orders) . ')');
cmp_ok($xacts, '<=', 20, "in $xacts batches");
is( $node->sql("SELECT count(*) - count(DISTINCT name) FROM sale_order"), '0', 'no number is given twice');
is( $node->sql("SELECT count(*) FROM cartona.order_sync s WHERE jsonb_array_length(lines) = 5
	AND NOT EXISTS (SELECT FROM jsonb_array_elements(lines) x JOIN sale_order_line l ON l.id = (x ->> 'line')::int
		WHERE l.order_id <> s.order_id OR l.cartona_line_id <> x ->> 'id')"),
	'210', 'order_sync knows their lines');
$node->wait_settled('all are acknowledged');
is(scalar(grep { !$sim->order($_)->{synced} } @orders), 0, 'Cartona has heard of each');

#
# An order with a line left out, tried a second time because another of its
# batch was refused, and then not even drafted: what the first attempt found
# must not be used any more.
#
$node->sql('SELECT cartona.disable()');
$node->sql(q{CREATE SEQUENCE refusals;
CREATE FUNCTION second_refusal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
	IF nextval('refusals') = 2 THEN RAISE 'refused the second time'; END IF;
	RETURN NULL; END $$;
CREATE FUNCTION refusal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'always refused'; END $$;
CREATE TRIGGER second_refusal AFTER UPDATE OF phone ON res_partner FOR EACH ROW EXECUTE FUNCTION second_refusal();
CREATE TRIGGER refusal AFTER INSERT ON sale_order FOR EACH ROW WHEN (NEW.cartona_id = 'refused') EXECUTE FUNCTION refusal()});
$node->sql(q{INSERT INTO cartona.inbox (account_id, hashed_id, payload)
SELECT 1, n.id, i.payload || jsonb_build_object('hashed_id', n.id, 'created_at', now(),
	'retailer', jsonb_build_object('retailer_code', n.code, 'retailer_name', 'Shop', 'retailer_number', n.phone),
	'order_details', (i.payload -> 'order_details') || (SELECT jsonb_agg(jsonb_build_object('id', n.id || g, 'supplier_product_id', 'nobody ' || g, 'amount', 1, 'selling_price', 1))
		FROM generate_series(1, n.unknown) g))
FROM (SELECT * FROM cartona.inbox WHERE hashed_id = 'o1') i,
	(VALUES (1, 'twice', 'S1', '01009998877', 200), (2, 'refused', 'S2', NULL, 1)) AS n (ord, id, code, phone, unknown) ORDER BY n.ord});
my $before = $node->worker;
$node->sql('SELECT cartona.enable()');
$node->wait_sql('one refused, the other the second time',
	q{SELECT string_agg(hashed_id || ': ' || error || ' ' || coalesce(missing::text, 'nothing missing'), ', ' ORDER BY hashed_id) FROM cartona.inbox WHERE hashed_id IN ('twice', 'refused')},
	'refused: always refused {"s:nobody 1"}, twice: refused the second time nothing missing');
is($node->worker, $before, 'the worker is alive');
$node->sql('DROP FUNCTION second_refusal() CASCADE; DROP FUNCTION refusal() CASCADE');
$node->sql("SELECT cartona.retry_order('$_')") foreach 'twice', 'refused';
imported('both come in when nothing refuses them', 'twice', 'refused');

# Orders of many bytes share no transaction with many others.
$node->sql('SELECT cartona.disable()');
$node->sql(q{INSERT INTO cartona.inbox (account_id, hashed_id, payload)
SELECT 1, 'heavy' || g, i.payload || jsonb_build_object('hashed_id', 'heavy' || g, 'ballast', repeat('x', 20000000))
FROM cartona.inbox i, generate_series(1, 3) g WHERE i.hashed_id = 'o1'});
$node->sql('SELECT cartona.enable()');
imported('three heavy orders', map { "heavy$_" } 1 .. 3);
is($node->sql("SELECT count(DISTINCT xmin::text) FROM sale_order WHERE cartona_id LIKE 'heavy%'"), '2', 'are imported in two transactions');

#
# Tables that change under the worker.
#
foreach my $change (
	[ 'a column with default', 'ALTER TABLE sale_order ADD COLUMN x_five integer NOT NULL DEFAULT 5' ],
	[ 'a nullable column', 'ALTER TABLE sale_order_line ADD COLUMN x_null text' ],
	[ 'a column less', 'ALTER TABLE sale_order DROP COLUMN x_five' ],
	[ 'a known column less', 'ALTER TABLE sale_order DROP COLUMN prepayment_percent' ],
	[ 'a known column back', 'ALTER TABLE sale_order ADD COLUMN prepayment_percent double precision' ],
	[ 'a wider column', 'ALTER TABLE sale_order ALTER COLUMN client_order_ref TYPE text' ],
	[ 'a column of the customer', "ALTER TABLE res_partner ADD COLUMN x_kind varchar NOT NULL DEFAULT 'shop'" ],
	[ 'a new default', "INSERT INTO ir_default (field_id, json_value) SELECT id, '\"one\"' FROM ir_model_fields WHERE model = 'sale.order' AND name = 'picking_policy'" ])
{
	my ($what, $sql) = @$change;

	@orders = place(40);
	$node->sql('SELECT cartona.pull_orders()');
	$node->sql($sql);
	imported("$what: imports go on", @orders, place(3));
}
is($node->sql("SELECT picking_policy FROM sale_order ORDER BY id DESC LIMIT 1"), 'one', 'the shop\'s new default counts');
is($node->sql('SELECT count(*) FROM cartona.inbox WHERE state = \'failed\''), '0', 'nothing failed');

# An exclusive lock delays; nothing fails for good.
my $held = hold('LOCK TABLE sale_order IN ACCESS EXCLUSIVE MODE');
@orders = place(20);
$node->sql('SELECT cartona.pull_orders()');
$node->wait_sql('the worker waits for the lock',
	"SELECT count(*) > 0 FROM pg_stat_activity WHERE backend_type = 'cartona sync' AND wait_event_type = 'Lock'");
let_go($held);
my $start = time;
imported('a table that was locked: imports go on', @orders);
diag(sprintf 'import after the lock was let go: %.0f ms', (time - $start) * 1000);

#
# What is wrong with one order stops no other.
#
$node->sql("ALTER TABLE sale_order ADD CONSTRAINT no_poison CHECK (client_order_ref NOT LIKE 'poison%') NOT VALID");
my @poison = (place(1, receipt_id => 'poison 1'), place(30), place(1, receipt_id => 'poison 2'), place(29));
my @good = grep { $_ ne $poison[0] && $_ ne $poison[31] } @poison;
@poison = @poison[ 0, 31 ];
my @broken = (
	place(1, order_details => []),
	place(1, retailer => 'nobody'),
	place(1, order_details => [ { id => 1, supplier_product_id => 'T11', amount => 'many', selling_price => 1 } ]),
	place(1, order_details => [ { id => 1, supplier_product_id => 'nowhere', amount => 1, selling_price => 1 } ],
		retailer => { retailer_code => 'stranger' }));
imported('good orders beside bad ones', @good);
$node->wait_sql('the bad ones are kept',
	'SELECT count(*) FROM cartona.inbox WHERE state = \'failed\' AND error <> \'\' AND hashed_id IN (' . list(@poison, @broken) . ')', '6');
like(reasons(@poison), qr/no_poison/, 'with Odoo\'s own reason');
unlike(reasons(@broken), qr/subtransaction|SPI|aborted/, 'or one that a clerk understands');
is($node->sql("SELECT missing FROM cartona.inbox WHERE hashed_id = '$broken[3]'"), '{s:nowhere}', 'and the key of the missing product');
is($node->sql("SELECT count(*) FROM res_partner WHERE cartona_id = 'retailer_stranger'"), '0', 'an order that fails makes no customer');
$node->sql('ALTER TABLE sale_order DROP CONSTRAINT no_poison');
$node->sql("SELECT cartona.retry_order('$_')") foreach @poison;
imported('what is mended comes in', @poison);

# What is found out at commit only.
$node->sql(q{
CREATE FUNCTION late_refusal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.client_order_ref LIKE 'late%' THEN
		RAISE EXCEPTION 'refused at commit: %', NEW.client_order_ref;
	END IF;
	RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER late_refusal AFTER INSERT ON sale_order DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION late_refusal();
});
@orders = (place(10), place(1, receipt_id => 'late 1'), place(10));
my $late = splice @orders, 10, 1;
imported('good orders beside one that fails at commit', @orders);
$node->wait_sql('which is kept with the reason',
	"SELECT error ~ 'refused at commit' FROM cartona.inbox WHERE hashed_id = '$late'");
$node->sql('DROP FUNCTION late_refusal() CASCADE');
$node->sql("SELECT cartona.retry_order('$late')");
imported('it comes in when nothing refuses it', $late);

# A row another session holds is passed over, and taken later.
@orders = place(12);
$node->sql('SELECT cartona.disable()');
$node->sql("INSERT INTO cartona.inbox (account_id, hashed_id, payload) SELECT 1, 'held', payload || '{\"hashed_id\": \"held\"}' FROM cartona.inbox LIMIT 1");
$held = hold("SELECT FROM cartona.inbox WHERE hashed_id = 'held' FOR UPDATE");
$node->sql('SELECT cartona.enable()');
imported('an inbox row that somebody holds stops no other', @orders);
is($node->sql("SELECT count(*) FROM sale_order WHERE cartona_id = 'held'"), '0', 'it is passed over');
let_go($held);
imported('and taken later', 'held');

#
# Numbers without gaps: one order per transaction, and no wait for the row.
#
$node->sql(q{UPDATE ir_sequence SET implementation = 'no_gap', number_next = 5000, prefix = 'G' WHERE code = 'sale.order'});
@orders = place(15);
imported('numbers without gaps', @orders);
my $ids = list(@orders);
is( $node->sql("SELECT min(name), max(name), count(DISTINCT name), count(DISTINCT xmin::text) FROM sale_order WHERE cartona_id IN ($ids)"),
	'G05000|G05014|15|15', 'are given one by one, none left out');
$held = hold(q{SELECT FROM ir_sequence WHERE code = 'sale.order' FOR UPDATE});
@orders = place(5);
$node->sql('SELECT cartona.pull_orders()');
$node->wait_sql('a number that somebody holds', 'SELECT count(*) > 0 FROM cartona.inbox WHERE state = \'failed\' AND hashed_id IN (' . list(@orders) . ')');
let_go($held);
imported('is waited for', @orders);
$ids = list(@orders);
is( $node->sql("SELECT min(name), max(name) FROM sale_order WHERE cartona_id IN ($ids)"), 'G05015|G05019', 'and none is left out');

is($sim->control('GET', 'stats')->{internal_errors}, 0, 'the simulator had no trouble of its own');
$sim->stop;
$node->stop;
done_testing();
