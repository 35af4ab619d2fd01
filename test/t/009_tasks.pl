# 009_tasks.pl
#	What only Odoo can do: tasks, and an Odoo that is told of them.  Odoo itself
#	is played here by the calls its scheduled action makes; test/odoo/bridge.py
#	has the real one.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use IPC::Run;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(usleep);

my $node = CartonaNode->with_odoo('tasks');
my $sim = CartonaSimulator->new;

# Odoo's cron, which listens in database postgres.
my ($to_cron, $from_cron) = ('', '');
my $cron = IPC::Run::start(
	[ 'psql', '-X', '-A', '-t', '-q', '-d', $node->dsn('postgres') ],
	'<', \$to_cron, '>', \$from_cron, '2>&1');
$to_cron .= "LISTEN cron_trigger;\n\\echo listening\n";
$cron->pump until $from_cron =~ /listening/;

# Has Odoo been woken since the last time?
sub woken
{
	my ($what) = @_;

	$node->wait_for(
		$what,
		sub {
			$from_cron =~ s/looked//g;
			$to_cron .= "SELECT 1;\n\\echo looked\n";
			$cron->pump until $from_cron =~ /looked/;
			return $from_cron =~ s/Asynchronous notification "cron_trigger" with payload "odoo"//;
		});
	return;
}

# What Odoo's scheduled action sees as its next task.
sub task
{
	my ($what, $kind) = @_;

	$node->wait_sql("$what: Odoo is asked", "SELECT count(*) FROM cartona.odoo_task WHERE state = 'new' AND kind = '$kind'", '1');
	my ($id, $arg) = split /\|/, $node->sql('SELECT id, arg FROM cartona._task_take()'), 2;
	is($node->sql("SELECT kind FROM cartona.odoo_task WHERE id = $id"), $kind, "$what: and takes the task");
	return ($id, $arg);
}

my $installed = q{SELECT c.active, c.user_id, c.interval_number, c.interval_type, a.state, a.usage, m.model, a.code = cartona._bridge_text()
FROM ir_cron c JOIN ir_act_server a ON a.id = c.ir_actions_server_id JOIN ir_model m ON m.id = a.model_id
JOIN ir_model_data d ON d.module = '__cartona__' AND d.name = 'task_cron' AND d.res_id = c.id};
my $all_well = 't|1|10|minutes|code|ir_cron|ir.cron|t';

#
# The scheduled action.
#
is($node->sql($installed), $all_well, 'the worker has installed the scheduled action');
$node->sql('SELECT cartona.attach()');
is($node->sql('SELECT count(*) FROM ir_cron'), 1, 'attach() makes no second one');
$node->sql("UPDATE ir_act_server SET code = 'pass'");
$node->sql('SELECT cartona.attach()');
is($node->sql($installed), $all_well, 'a changed text is put right');
$node->sql('DELETE FROM ir_cron');
$node->sql('SELECT cartona.attach()');
is($node->sql($installed), $all_well, 'a deleted row too');

$node->sql("UPDATE product_template SET cartona_id = 'T' || id WHERE id IN (11, 12)");
$node->connect_account($sim, orders_since => '2020-01-01');
$node->wait_settled('connected');

#
# Columns that Odoo may compute.
#
my ($order) = $node->import_orders($sim);
is($node->sql('SELECT count(*) FROM cartona.odoo_task'), 0, 'a plain Odoo gets no task');

$node->sql('ALTER TABLE sale_order ADD COLUMN x_double float8, ADD COLUMN x_plain varchar');
($order) = $node->import_orders($sim);
my $order_id = $node->order_id($order);
is($node->sql("SELECT kind, coalesce(order_id = $order_id, true), arg FROM cartona.odoo_task ORDER BY id"),
	qq(inspect|t|{"sale.order": ["x_double", "x_plain"]}\n)
	  . qq(recompute|t|{"lang": "ar_001", "columns": {"sale.order": ["x_double", "x_plain"]}}),
	'unknown columns: Odoo is asked which it computes, and to compute them');
$node->wait_sql('its scheduled action is due', q{SELECT count(*) > 0 FROM ir_cron_trigger t JOIN ir_cron c ON c.id = t.cron_id
	WHERE call_at <= now() AT TIME ZONE 'UTC'});
woken('and Odoo is woken');

my ($id) = task('columns', 'inspect');
$node->sql(qq{SELECT cartona._task_inspected('sale.order', '{x_double,x_plain}', '{x_double}'); SELECT cartona._task_done($id, '')});
($id) = task('columns', 'recompute');
$node->sql("SELECT cartona._task_done($id, '')");
is($node->sql("SELECT count(*) FROM cartona.odoo_task WHERE state = 'done'"), 2, 'both are done');
is($node->sql('SELECT count(*) FROM cartona._task_take()'), 0, 'nothing else is due');
($order) = $node->import_orders($sim);
is($node->sql("SELECT arg -> 'columns' FROM cartona.odoo_task WHERE state = 'new'"), '{"sale.order": ["x_double"]}',
	'the next order asks for the computed one');
woken('Odoo is woken again');
$node->sql("UPDATE cartona.odoo_task SET state = 'done', done_at = now() WHERE state = 'new'");
$node->sql("UPDATE cartona.odoo_field SET computed = false");
$node->import_orders($sim);
is($node->sql("SELECT count(*) FROM cartona.odoo_task WHERE state = 'new'"), 0, 'where Odoo computes none, no task');
$node->sql("UPDATE cartona.odoo_field SET asked_at = now() - interval '25 hours'");
$node->import_orders($sim);
is($node->sql("SELECT count(*) FROM cartona.odoo_task WHERE state = 'new' AND kind = 'inspect'"), 1, 'once a day it is asked again');
$node->sql("UPDATE cartona.odoo_task SET state = 'done', done_at = now() WHERE state = 'new'");
$node->sql('ALTER TABLE sale_order DROP COLUMN x_double, DROP COLUMN x_plain');

#
# Taxes in Python code.
#
$node->sql("UPDATE account_tax SET amount_type = 'code' WHERE id = 1");
($order) = $node->import_orders($sim);
$order_id = $node->order_id($order);
is($node->sql("SELECT amount_tax FROM sale_order WHERE id = $order_id"), 0, 'an order with a tax in Python code is there without it');
is($node->sql("SELECT note FROM cartona.inbox WHERE hashed_id = '$order'"), 'Odoo still has to compute its taxes', 'which is said');
($id) = task('taxes', 'recompute');
$node->sql("UPDATE cartona.odoo_task SET arg = arg || '{\"total_price\": \"40.00\"}' WHERE id = $id");
$node->sql("SELECT cartona._task_computed($id, 45.6); SELECT cartona._task_done($id, '')");
is($node->sql("SELECT note FROM cartona.inbox WHERE hashed_id = '$order'"), 'the total is 45.6 in Odoo and 40 at Cartona',
	'when Odoo has computed it, its total is compared');
is($node->sql("SELECT problem FROM cartona.problem WHERE subject = '$order'"), 'the total is 45.6 in Odoo and 40 at Cartona',
	'and a problem where it differs');
$node->sql("UPDATE account_tax SET amount_type = 'percent' WHERE id = 1");

#
# Odoo makes customer and order.
#
$node->sql("UPDATE cartona.account SET order_writer = 'odoo'; UPDATE res_partner SET tz = 'Africa/Cairo' WHERE id = (SELECT partner_id FROM res_company WHERE id = 1)");
my ($new) = @{
	$sim->control('POST', 'generate',
		{ orders => 1, lines => 2, seed => 4711, products => [ { internal_product_id => '101', product_name => 'tea', price => 40 } ] })->{added} };
$node->sql('SELECT cartona.pull_orders()');
my ($task, $arg) = task('a new retailer', 'customer');
is($node->sql("SELECT state, order_id IS NULL, note FROM cartona.inbox WHERE hashed_id = '$new'"), 'waiting|t|Odoo is asked to make it',
	'the order waits');
is($node->sql("SELECT count(*) FROM sale_order WHERE cartona_id = '$new'"), 0, 'and nothing is written by SQL');
$node->sql(qq{INSERT INTO res_partner (name, cartona_id, active, type, autopost_bills, lang)
SELECT arg -> 'values' ->> 'name', arg ->> 'cartona_id', true, 'contact', 'ask', 'en_US' FROM cartona.odoo_task WHERE id = $task;
UPDATE res_partner SET commercial_partner_id = id, complete_name = name WHERE commercial_partner_id IS NULL;
SELECT cartona._task_again($task); SELECT cartona._task_done($task, '')});
($task, $arg) = task('its order', 'create');
$node->sql("CREATE TABLE told AS SELECT arg FROM cartona.odoo_task WHERE id = $task");
is($node->sql("SELECT string_agg(l ->> 'discount', ' ') FROM told, jsonb_array_elements(arg -> 'lines') l"), '0 0',
	"without the discount of the customer's pricelist: Cartona's price is final");
is($node->sql("SELECT arg ->> 'tz' FROM told"), 'Africa/Cairo', "by the shop's clock");
my $made = qq{BEGIN;
SELECT odoo_sim.create_order((t.arg -> 'order' ->> 'partner_id')::int, (t.arg -> 'lines' -> 0 ->> 'product_id')::int,
	(t.arg -> 'lines' -> 0 ->> 'product_uom_qty')::numeric, (t.arg -> 'lines' -> 0 ->> 'price_unit')::numeric) AS id FROM cartona.odoo_task t WHERE t.id = $task \\gset
SELECT odoo_sim.add_line(:id, (t.arg -> 'lines' -> 1 ->> 'product_id')::int, (t.arg -> 'lines' -> 1 ->> 'product_uom_qty')::numeric,
	(t.arg -> 'lines' -> 1 ->> 'price_unit')::numeric) FROM cartona.odoo_task t WHERE t.id = $task;
UPDATE sale_order SET cartona_id = '$new', cartona_account_id = 1 WHERE id = :id;
UPDATE sale_order_line SET cartona_line_id = 'L' || id WHERE order_id = :id;
SELECT cartona._task_created($task, :id, (SELECT array_agg(id ORDER BY id) FROM sale_order_line WHERE order_id = :id),
	(SELECT amount_total FROM sale_order WHERE id = :id));
SELECT cartona._task_done($task, '');
COMMIT;};
$node->sql($made);
$order_id = $node->order_id($new);
is($node->sql("SELECT state, order_id = $order_id, applied_at IS NOT NULL FROM cartona.inbox WHERE hashed_id = '$new'"), 'applied|t|t',
	'Odoo made it: the inbox row is applied');
is($node->sql("SELECT array_agg((l ->> 'line')::int ORDER BY n) = (SELECT array_agg(id ORDER BY id) FROM sale_order_line WHERE order_id = $order_id)
	FROM cartona.order_sync s, jsonb_array_elements(s.lines) WITH ORDINALITY e (l, n) WHERE s.hashed_id = '$new'"), 't',
	'its lines are remembered');
is($node->sql("SELECT arg FROM cartona.odoo_task WHERE id = $task"), '{}', 'what Odoo was told is forgotten');
$node->wait_for('and it is acknowledged', sub { $sim->order($new)->{synced} });
$node->sql("UPDATE cartona.odoo_task SET arg = told.arg FROM told WHERE id = $task");
my ($code, $out, $err) = $node->try_sql($made);
ok($code != 0 && $err =~ /duplicate key/, 'twice is impossible');
$node->sql("UPDATE cartona.account SET order_writer = 'sql'");

#
# The newest wins; what fails is tried again, then given up.
#
$node->sql(q{INSERT INTO cartona.odoo_task (account_id, kind, order_id, hashed_id, arg) VALUES
	(1, 'create', NULL, 'C', '{"n": 1}'), (1, 'create', NULL, 'C', '{"n": 2}')});
is($node->sql('SELECT arg FROM cartona._task_take()'), '{"n": 2}', 'the newest word on an order wins');
is($node->sql(q{SELECT result FROM cartona.odoo_task WHERE hashed_id = 'C' ORDER BY id LIMIT 1}), 'a newer one took its place', 'the older says so');
$node->sql(q{INSERT INTO cartona.odoo_task (account_id, kind, order_id, hashed_id, attempt) VALUES (1, 'recompute', 1, 'C', 1)});
$id = $node->sql(q{SELECT max(id) FROM cartona.odoo_task});
my @waits;
foreach my $attempt (1 .. 4)
{
	$node->sql("SELECT cartona._task_failed($id, 'no reason $attempt')");
	push @waits, $node->sql("SELECT CASE state WHEN 'new' THEN round(extract(epoch FROM due_at - clock_timestamp()) / 60) END FROM cartona.odoo_task WHERE id = $id");
	$node->sql("UPDATE cartona.odoo_task SET due_at = now() WHERE id = $id");
	$node->sql('SELECT count(*) FROM cartona._task_take()');
}
is("@waits", '1 5 30 ', 'a failing task is tried after 1, 5 and 30 minutes');
is($node->sql(q{SELECT problem, what_to_do FROM cartona.problem WHERE kind = 'Odoo task'}),
	"Odoo could not compute the rest of sales order 1: no reason 4|Mend the cause, then SELECT cartona.retry_task($id).", 'then it is a problem');
$node->sql("SELECT cartona.retry_task($id)");
is($node->sql('SELECT count(*) FROM cartona._task_take()'), 1, 'retry_task() has it tried again');
$node->sql("SELECT cartona._task_done($id, '')");
($code, $out, $err) = $node->try_sql("SELECT cartona.retry_task($id)");
ok($code != 0 && $err =~ /does not exist, or is done/, 'what is done is not');
$node->sql(q{INSERT INTO cartona.odoo_task (account_id, kind, order_id, hashed_id, attempt) VALUES (1, 'recompute', 1, 'K', 4)});
is($node->sql('SELECT count(*) FROM cartona._task_take()'), 0, 'one that ended Odoo four times is not given to it again');
is($node->sql(q{SELECT result FROM cartona.odoo_task WHERE hashed_id = 'K'}), 'Odoo ended while it worked on it', 'and says why');
$node->sql(q{UPDATE cartona.odoo_task SET state = 'done' WHERE hashed_id = 'K'});

#
# An Odoo that does nothing.
#
my $silence = q{SELECT problem FROM cartona.problem WHERE kind = 'Odoo does not work'};
$node->sql(q{INSERT INTO cartona.odoo_task (account_id, kind, order_id, hashed_id, due_at) VALUES (1, 'recompute', 1, 'S', now() - interval '4 minutes')});
like($node->sql($silence), qr/does not run its scheduled actions \(ours has never run\)/, 'a task waits too long');
$node->sql(q{UPDATE ir_cron SET lastcall = '2026-01-02 03:04:05'});
like($node->sql($silence), qr/ours ran last at 2026-01-02 03:04:05/, 'and when it ran last');
$node->sql(q{INSERT INTO ir_module_module (name, state) VALUES ('somewhere', 'to upgrade')});
like($node->sql($silence), qr/while modules wait/, 'modules in the way');
$node->sql(q{UPDATE ir_cron SET active = false});
like($node->sql($silence), qr/switched off/, 'switched off');
$node->sql(q{BEGIN; DELETE FROM ir_cron; SELECT problem FROM cartona.problem WHERE kind = 'Odoo does not work'; ROLLBACK});
$node->sql(q{UPDATE ir_cron SET active = true; DELETE FROM ir_module_module WHERE name = 'somewhere'});
$node->sql(q{INSERT INTO ir_config_parameter (key, value) VALUES ('database.is_neutralized', 'True')});
is($node->sql('SELECT count(*) FROM cartona._task_take()'), 0, 'in a neutralized database Odoo does nothing for Cartona');
like($node->sql($silence), qr/neutralized/, 'which is said');
$node->sql(q{DELETE FROM ir_config_parameter WHERE key = 'database.is_neutralized'});
is($node->sql('SELECT count(*) FROM cartona._task_take()'), 1, 'else it goes on');
is($node->sql($silence), '', 'and is silent no more');

# An account that is gone asks for nothing, and stands in nobody's way.
$node->sql(q{INSERT INTO cartona.odoo_task (account_id, kind, order_id, hashed_id, due_at) VALUES (99, 'recompute', 1, 'gone', now() - interval '1 hour'),
	(1, 'recompute', 1, 'next', now() - interval '1 minute')});
is($node->sql(q{SELECT hashed_id FROM cartona._task_take() x JOIN cartona.odoo_task t ON t.id = x.id}), 'next',
	'a task of an account that is gone is passed over');
is($node->sql(q{SELECT state, result FROM cartona.odoo_task WHERE hashed_id = 'gone'}), 'done|its account is gone', 'and done with');
$node->sql(q{DELETE FROM cartona.odoo_task WHERE hashed_id IN ('gone', 'next')});

#
# The emergency stop: what Cartona wants is not done, what finishes orders that are here is.
#
$node->sql(q{INSERT INTO cartona.odoo_task (account_id, kind, hashed_id, due_at) VALUES (1, 'create', 'stopped', now() - interval '1 hour'),
	(1, 'customer', 'stopped too', now() - interval '1 hour')});
$node->sql(q{SELECT cartona.disable()});
is($node->sql('SELECT count(*) FROM cartona._task_take()'), 0, 'disabled: Odoo makes no more orders and customers');
is($node->sql($silence), '', 'and nobody is told that it does not');
$node->sql(q{INSERT INTO cartona.odoo_task (account_id, kind, order_id, hashed_id) VALUES (1, 'recompute', 1, 'goes on')});
is($node->sql(q{SELECT hashed_id FROM cartona._task_take() x JOIN cartona.odoo_task t ON t.id = x.id}), 'goes on', 'an order that is here is finished');
$node->sql(q{UPDATE cartona.odoo_task SET state = 'done' WHERE hashed_id = 'goes on'; DELETE FROM ir_cron_trigger; });
foreach my $look (1 .. 2)
{
	my $before = $node->sql(q{SELECT coalesce(last_check_at, '-infinity') FROM cartona.account_state});

	$node->sql('SELECT cartona.test_connection()');
	$node->wait_sql('the worker has looked', "SELECT last_check_at > '$before' FROM cartona.account_state", 't');
}
is($node->sql('SELECT count(*) FROM ir_cron_trigger'), 0, 'what is stopped does not wake Odoo');
$node->sql(q{SELECT cartona.enable()});
$node->wait_sql('enabled: Odoo is asked', 'SELECT count(*) > 0 FROM ir_cron_trigger', 't');
is($node->sql('SELECT kind FROM cartona._task_take()'), 'create', 'and does the one');
is($node->sql('SELECT kind FROM cartona._task_take()'), 'customer', 'and the other');
$node->sql(q{DELETE FROM cartona.odoo_task WHERE hashed_id LIKE 'stopped%'});

#
# No database to notify in, no right to: Odoo looks by itself.
#
$node->psql_ok('postgres', 'REVOKE CONNECT ON DATABASE postgres FROM PUBLIC');
$node->sql(q{DELETE FROM ir_cron_trigger; INSERT INTO cartona.odoo_task (account_id, kind, order_id, hashed_id) VALUES (1, 'recompute', 1, 'N'); SELECT cartona._wake()});
$node->wait_sql('the trigger is there', 'SELECT count(*) FROM ir_cron_trigger', '1');
unlike(slurp_file($node->logfile), qr/permission denied for database/, 'nothing is tried that must fail');
$node->psql_ok('postgres', 'GRANT CONNECT ON DATABASE postgres TO PUBLIC');

# One that takes no connections is tried less and less often, however much there is to do.
my $offset = -s $node->logfile;
my @tried;
my $more = q{DELETE FROM ir_cron_trigger; INSERT INTO cartona.odoo_task (account_id, kind, order_id, hashed_id) VALUES (1, 'recompute', 1, 'more'); SELECT cartona._wake()};
$node->psql_ok('odoo', 'ALTER DATABASE postgres ALLOW_CONNECTIONS false');
$node->wait_for('a database that takes no connections is tried',
	sub {
		$node->sql($more);
		@tried = map { $_->[0] * 3600 + $_->[1] * 60 + $_->[2] }
		  map { /(\d\d):(\d\d):(\d\d\.\d+) .*FATAL: .*"postgres" is not currently accepting connections/ ? [ $1, $2, $3 ] : () }
		  split /\n/, slurp_file($node->logfile, $offset);
		return @tried >= 3;
	});
# around midnight a gap is negative
my @gaps = map { my $gap = $tried[$_] - $tried[ $_ - 1 ]; $gap < 0 ? $gap + 86_400 : $gap } 1, 2;
cmp_ok($gaps[0], '>=', 1.9, 'after two seconds');
cmp_ok($gaps[1], '>=', 3.9, 'and four');
$node->psql_ok('odoo', 'ALTER DATABASE postgres ALLOW_CONNECTIONS true');
$node->sql($more);
woken('when it takes them, Odoo is woken again');
$node->sql(q{DELETE FROM cartona.odoo_task WHERE hashed_id = 'more'});

#
# Automation rules of the shop's own.
#
$node->sql(q{CREATE TABLE base_automation (id serial PRIMARY KEY, model_id integer, active boolean);
INSERT INTO base_automation (model_id, active) SELECT id, true FROM ir_model WHERE model IN ('sale.order', 'res.partner', 'ir.cron')});
($code, $out, $err) = $node->try_sql('SELECT cartona.attach()');
like($err, qr/NOTICE:  Odoo has 2 automation rules on orders, order lines and customers/, 'attach() advises where Odoo has automation rules');

#
# Taking it away.
#
$node->sql('SELECT cartona.detach()');
is($node->sql(q{SELECT (SELECT count(*) FROM ir_cron), (SELECT count(*) FROM ir_act_server), (SELECT count(*) FROM ir_cron_trigger),
	(SELECT count(*) FROM ir_model_data WHERE module = '__cartona__')}), '0|0|0|0', 'detach() leaves nothing');
$node->sql('SELECT cartona.attach()');
is($node->sql($installed), $all_well, 'attach() brings it back');
$node->psql_ok('odoo', slurp_file("$FindBin::RealBin/../../src/server_without/cartona_uninstall.sql"));
is($node->psql_ok('odoo', q{SELECT (SELECT count(*) FROM ir_cron), (SELECT count(*) FROM ir_act_server), (SELECT count(*) FROM ir_cron_trigger),
	(SELECT count(*) FROM ir_model_data WHERE module = '__cartona__')}), '0|0|0|0', 'and cartona_uninstall.sql neither');

$to_cron .= "\\q\n";
$cron->finish;
$node->stop;
done_testing();
