# 007_secret.pl
#	The token is in no log, no dump, no view, no error, no list of sessions.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use PostgreSQL::Test::Utils;
use Test::More;

# Each way to give a token uses its own, so that a leak names its way.
my %tokens = map { $_ => "leak-$_-0123456789abcdef" }
  ('plain', 'update', 'failing', 'prepared', 'bound', 'do', 'wrong', 'many', 'upper');
my $sim = CartonaSimulator->new(token => $tokens{plain});
my $node = CartonaNode->make('secret');
$node->append_conf('postgresql.conf', q{
log_statement = all
log_min_duration_statement = 0
log_min_error_statement = debug5
log_parameter_max_length = -1
log_parameter_max_length_on_error = -1
log_duration = on
log_error_verbosity = verbose
log_line_prefix = '%m [%p] %q%a %d %u '
track_activity_query_size = 4096
debug_print_parse = off
});
$node->start;
$node->psql_ok('postgres', 'CREATE ROLE odoo LOGIN CREATEDB');
$node->make_odoo('odoo');
$node->psql_ok('odoo', 'CREATE EXTENSION cartona_integration');
$node->wait_attached('odoo');
$node->sql("UPDATE product_template SET cartona_id = 'T11' WHERE id = 11");

#
# Every way to give it.
#
$node->connect_account($sim);
$node->wait_settled('the token works');
is($node->sql('SELECT api_token ~ \'^[*]+$\' FROM cartona.account'), 't', 'the account shows a mask');

$node->sql("UPDATE cartona.account SET api_token = '$tokens{update}' WHERE id = 1");
is($node->sql('SELECT api_token ~ \'^[*]+$\' FROM cartona.account'), 't', 'a token written into the account is masked');
is($node->psql_ok('odoo', 'SELECT value FROM cartona.secret'), $tokens{update}, 'and stored');

$node->try_sql("SELECT cartona.set_token(77, '$tokens{wrong}')");
$node->try_sql("SELECT cartona.set_token(1, '$tokens{failing}'), 1 / (SELECT count(*) FROM cartona.account WHERE id = 99)");
$node->try_sql("UPDATE cartona.account SET api_token = '$tokens{failing}', company_id = 1 / (id - 1)");
$node->try_sql("SELEKT cartona.set_token(1, '$tokens{failing}')");
$node->try_sql("DO \$\$ BEGIN PERFORM cartona.set_token(1, '$tokens{do}'); PERFORM 1 / 0; END \$\$");
$node->try_sql("PREPARE p AS SELECT cartona.set_token(1, '$tokens{prepared}'); EXECUTE p");
$node->try_sql("PREPARE q (text) AS SELECT cartona.set_token(1, \$1); EXECUTE q ('$tokens{bound}')");
$node->try_sql("SELECT 1; SELECT cartona.set_token(1, '$tokens{many}'); SELECT 1/0");
$node->try_sql("SELECT CARTONA.SET_TOKEN(1, '$tokens{upper}')");

# The extended protocol, with and without an error: pgbench binds its variables.
my $script = $node->basedir . '/bind.sql';
foreach my $sql (
	'SELECT cartona.set_token(1, :token);',
	'SELECT cartona.set_token(1, :token), 1 / :zero;',
	'UPDATE cartona.account SET api_token = :token WHERE id = 1;')
{
	append_to_file($script, "$sql\n");
	IPC::Run::run(
		[ 'pgbench', '-n', '-t', '1', '-M', 'extended', '-D', "token=$tokens{bound}", '-D', 'zero=0',
			'-f', $script, $node->dsn('odoo') ],
		'>', \my $bench_out, '2>', \my $bench_err);
	unlink $script;
}
is($node->psql_ok('odoo', 'SELECT value FROM cartona.secret'), $tokens{bound}, 'a bound token is stored');

#
# A session that is just setting it.
#
my $session = $node->background_psql('odoo');
$session->query_safe("BEGIN; SELECT cartona.set_token(1, '$tokens{many}')");
unlike($node->psql_ok('odoo', "SELECT string_agg(query, ' ') FROM pg_stat_activity"),
	qr/$tokens{many}/, 'the list of sessions does not show it');
$session->query_safe('ROLLBACK');
$session->quit;
$node->sql("SELECT cartona.set_token(1, '$tokens{plain}')");

# Errors that the server and the network make while it is used.
$sim->fault({ fault => 'reset', times => 2 }, { fault => 'status', status => 500, times => 1, body => $tokens{plain} });
$node->sql('SELECT odoo_sim.set_price(11, 51)');
$node->wait_settled('delivered through errors');
$sim->control('POST', 'options', { token => 'another' });
$node->sql('SELECT odoo_sim.set_price(11, 52)');
$node->wait_sql('and refused', 'SELECT state FROM cartona.status', 'stopped');
$node->sql('SELECT cartona.test_connection()');
$node->wait_sql('tested',
	"SELECT last_check_result LIKE 'the token is not accepted%' FROM cartona.status");

#
# Who can read it?
#
my ($code, $out, $err) = $node->try_sql('SELECT * FROM cartona.secret');
like($err, qr/permission denied/, 'Odoo\'s role cannot read the secrets');
($code, $out, $err) = $node->try_sql('COPY cartona.secret TO STDOUT');
like($err, qr/permission denied/, 'nor copy them');
($code, $out, $err) = $node->try_sql(q{CREATE FUNCTION pg_temp.spy() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE NOTICE ''%'', NEW; RETURN NEW; END'; CREATE TRIGGER spy BEFORE INSERT OR UPDATE ON cartona.secret FOR EACH ROW EXECUTE FUNCTION pg_temp.spy()});
like($err, qr/permission denied/, 'nor put a trigger on them');

# The planner's statistics of several secrets: a histogram would be made of them.
$node->sql("SELECT cartona.set_webhook_secret(1, 'leak-webhook-0123456789'); SELECT cartona.set_metrics_token('leak-metrics-0123456789')");
$node->psql_ok('odoo', 'ANALYZE cartona.secret');
unlike($node->psql_ok('odoo', 'SELECT s::text FROM pg_statistic s'), qr/leak-/, 'nor are they in the planner\'s statistics');

my $everything = $node->all_rows;
like($everything, qr/,\*+,/, 'Odoo can read the mask');
foreach my $name (sort keys %tokens)
{
	unlike($everything, qr/$tokens{$name}/, "no table or view that Odoo can read holds the token ($name)");
}

foreach my $role ('odoo', scalar getpwuid $<)
{
	my ($dump, $errors) = run_command([ 'pg_dump', '-d', $node->dsn('odoo', $role) ]);

	unlike($dump, qr/leak-/, "no token in a dump made by $role");
	like($dump, qr/COPY cartona\.account /, 'which holds the account');
}

#
# The log has everything else.
#
$node->stop('fast');
my $log = slurp_file($node->logfile);
like($log, qr/statement: SELECT cartona\.set_token/, 'the log shows that a token was set');
foreach my $name (sort keys %tokens)
{
	my ($line) = $log =~ /^(.*$tokens{$name}.*)$/m;

	is($line, undef, "the log does not show the token ($name)");
}

done_testing();
