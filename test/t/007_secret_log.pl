# 007_secret_log.pl
#	The server's log says neither tokens nor passwords nor whom an order is for,
#	whatever mistake was made in the statement that holds them.
#
# Neighbours: 007_secret.pl gives tokens as they should be given.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use PostgreSQL::Test::Utils;
use Test::More;

my $everything = q{
log_statement = all
log_min_duration_statement = 0
log_min_error_statement = debug5
log_parameter_max_length = -1
log_parameter_max_length_on_error = -1
log_error_verbosity = verbose
};
my $node = CartonaNode->make('secret_log', settings => "$everything\nsession_preload_libraries = 'auto_explain'\n"
	. "auto_explain.log_min_duration = 0\nauto_explain.log_nested_statements = on\n");
$node->start;
$node->psql_ok('postgres', 'CREATE ROLE odoo LOGIN CREATEDB');
$node->make_odoo('odoo');
$node->psql_ok('odoo', 'CREATE EXTENSION cartona_integration');
$node->wait_attached('odoo');

# Each way has a secret of its own, in which its name is: a leak names its way.
my @ways;

sub secret
{
	my ($way) = @_;

	push @ways, $way;
	return "leak_${way}_0123456789";
}

# What the log has got since.
sub log_since
{
	my ($from) = @_;

	return substr(slurp_file($node->logfile), $from);
}

sub judge
{
	my ($what, $from) = @_;
	my $log = log_since($from);

	foreach my $way (@ways)
	{
		my ($line) = $log =~ /^(.*leak_${way}_0.*)$/mi;

		is($line, undef, "$what does not show what was given: $way");
	}
	@ways = ();
	return $log;
}

# A statement that is sent as it is, also where psql would wait for its end.
sub as_it_is
{
	my ($sql) = @_;

	IPC::Run::run([ 'psql', '-X', '-d', $node->dsn('odoo'), '-c', $sql ], '>', \my $out, '2>', \my $err);
	return $err;
}

#
# A server that logs everything.
#
my $from = -s $node->logfile;
my $t = secret('before');
$node->sql("WITH t AS (SELECT '$t'::text AS v) UPDATE cartona.account SET api_token = v FROM t WHERE id = 1");
is($node->psql_ok('odoo', 'SELECT value FROM cartona.secret'), $t, 'a token that stands before the column is taken');
$t = secret('dollars');
$node->sql("WITH t AS (SELECT \$q\$$t\$q\$::text AS v) UPDATE cartona.account SET api_token = v FROM t WHERE id = 1");
$t = secret('positional');
$node->sql("INSERT INTO cartona.account VALUES (2, 'Two', 'https://cartona.example', '$t'); DELETE FROM cartona.account WHERE id = 2");
$t = secret('quoted_insert');
$node->try_sql("INSERT INTO \"cartona\".\"account\" VALUES (2, 'Two', 'https://cartona.example', '$t', 1 / 0)");
$t = secret('copied');
$node->try_sql("COPY cartona.account FROM STDIN;\n2\tTwo\thttps://cartona.example\t$t\n\\.\n");
$t = secret('double_quotes');
like(as_it_is("SELECT cartona.set_token(1, \"$t\")"), qr/does not exist/, 'double quotes are a mistake');
as_it_is('SELECT cartona.set_webhook_secret(1, "' . secret('webhook') . '")');
as_it_is('SELECT cartona.set_metrics_token("' . secret('metrics') . '")');
as_it_is('SELECT cartona.set_token(1, ' . secret('no_quotes') . ')');
as_it_is('SELECT cartona.set_token(1, ' . secret('dots') . '.b.c.d)');
as_it_is('SELECT cartona.set_token(1, ' . secret('syntax') . ' x)');
as_it_is("SELECT cartona.set_token('" . secret('swapped') . "', 1)");
as_it_is("SELECT cartona.set_token(1, '" . secret('open') . ')');
as_it_is("SELECT cartona.set_token(1, E'" . secret('escape') . "\\u12')");
as_it_is("SELECT cartona.set_metrics_token('" . secret('metrics_parameter') . "')");
as_it_is("UPDATE cartona.account SET api_url = 'https://user:" . secret('url_password') . "\@cartona.example', company_id = 1 / (id - 1)");
as_it_is("UPDATE cartona.account SET api_url = 'https://cartona.example/?key=" . secret('url_query') . "'");
as_it_is("UPDATE sale_order SET cartona_otp = '" . secret('otp') . "' WHERE id = 1");
as_it_is("UPDATE sale_order SET \"cartona_otp\" = \"" . secret('otp_quotes') . '"');
as_it_is("SELECT cartona.create_or_update_order('{\"retailer\": {\"retailer_name\": \"" . secret('customer') . "\"}}')");
as_it_is("SELECT id, cartona_otp, 'seen_in_a_reading' FROM sale_order");
$node->sql('UPDATE cartona.account SET api_url = \'https://cartona.example\', name = \'seen_in_a_writing\'');

# psql's \bind, and drivers: the statement and its values apart.
my $script = $node->basedir . '/bind.sql';
$t = secret('order_parameter');
append_to_file($script, "SELECT cartona.create_or_update_order(:payload);\n");
IPC::Run::run(
	[ 'pgbench', '-n', '-t', '1', '-M', 'extended', '-D', "payload={\"retailer\":\"$t\"}", '-f', $script, $node->dsn('odoo') ],
	'>', \my $bench_out, '2>', \my $bench_err);
unlink $script;

my $log = judge('a log of everything', $from);
like($log, qr/seen_in_a_reading/, 'but who reads the column of the passwords');
like($log, qr/seen_in_a_writing/, 'and an API URL without a password');
like($log, qr/ERROR: .*no usable hashed_id/, 'and what is wrong with an order');
like($log, qr/statement: UPDATE sale_order SET cartona_otp\*/, 'and that there was a password');

#
# As servers come: errors only, and statements that took long.
#
$node->append_conf('postgresql.conf', "log_statement = none\nlog_parameter_max_length_on_error = 0\n");
$node->reload;
$node->sql('CREATE FUNCTION give(t text, n integer) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM cartona.set_token(n, t); END $$');
$node->wait_sql('the settings are read', 'SHOW log_statement', 'none');
$from = -s $node->logfile;
as_it_is("SELECT give('" . secret('wrapped') . "', 1)");
as_it_is("SELECT give('" . secret('wrapped_failing') . "', 77)");
as_it_is("SELECT give('" . secret('wrapped_control') . "' || chr(7), 1)");
$node->try_sql("PREPARE q (text) AS SELECT cartona.set_token(77, \$1); EXECUTE q ('" . secret('prepared') . "')");
$node->try_sql("PREPARE r (integer, text) AS SELECT cartona.set_token(1, \$2), 1 / \$1;\nEXECUTE r (0, '" . secret('prepared_failing') . "')");
as_it_is("UPDATE sale_order SET cartona_otp = '" . secret('otp_failing') . "' WHERE id = 1 / (id - id)");
as_it_is("SELECT cartona.create_or_update_order('{\"hashed_id\": \"one\", \"retailer\": \"" . secret('customer_failing') . "\"}', 77)");
$log = judge('a log of errors', $from);
like($log, qr/ERROR: .*account 77 does not exist/, 'but what went wrong');
like($log, qr/ERROR: .*division by zero/, 'also with a password');

# A backend that crashes: the postmaster says what it was running.
$from = -s $node->logfile;
my $session = $node->background_psql('odoo', on_error_stop => 0);
my $pid = $session->query_safe('SELECT pg_backend_pid()');
$session->query("BEGIN; UPDATE cartona.account SET api_token = '" . secret('crash') . "' WHERE id = 1");
like($node->psql_ok('odoo', "SELECT query FROM pg_stat_activity WHERE pid = $pid"), qr/^UPDATE cartona\.account/,
	'the list of sessions shows that a token is written');
unlike($node->psql_ok('odoo', "SELECT string_agg(query, ' ') FROM pg_stat_activity"), qr/leak_crash_/, 'but not which');
kill 'KILL', $pid;
$node->wait_for('the server has noticed', sub { log_since($from) =~ /was terminated by signal 9/ });
eval { $session->quit };
$node->wait_sql('and is back', 'SELECT 1', '1', 'postgres');
judge('the log of a crash', $from);

$node->stop('fast');
done_testing();
