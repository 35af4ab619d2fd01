# 017_settings.pl
#	Settings of Odoo's role and database are not the worker's: with each at its
#	worst, orders come in and prices go out as ever.
#
# Neighbours: worker/session.c pins what matters.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use PostgreSQL::Test::Utils;
use Test::More;

my $sim = CartonaSimulator->new(token => 'token-for-the-settings');
my $node = CartonaNode->with_odoo('settings');

# A trigger of the shop's own.
$node->sql(q{CREATE TABLE shop_seen (id integer);
CREATE FUNCTION shop_see() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.shop_seen VALUES (NEW.id); RETURN NULL; END';
CREATE TRIGGER shop_see AFTER INSERT ON sale_order FOR EACH ROW EXECUTE FUNCTION shop_see()});
$node->sql("UPDATE product_template SET cartona_id = 'T11' WHERE id = 11");
$node->connect_account($sim);
$node->wait_settled('the account works');

# What a DBA may have set for people and reports, and worse.
my %worst = (
	array_nulls => 'off',
	bytea_output => 'escape',
	datestyle => 'German',
	default_transaction_isolation => 'serializable',
	default_transaction_read_only => 'on',
	extra_float_digits => -15,
	idle_in_transaction_session_timeout => '1ms',
	intervalstyle => 'sql_standard',
	lock_timeout => '1ms',
	quote_all_identifiers => 'on',
	row_security => 'off',
	search_path => 'nowhere',
	session_replication_role => 'replica',
	standard_conforming_strings => 'off',
	statement_timeout => '1ms',
	synchronous_commit => 'off',
	transaction_timeout => '1ms',
	transform_null_equals => 'on',
	xmloption => 'document');
my $pid = $node->worker;
my $from = -s $node->logfile;
foreach my $name (sort keys %worst)
{
	# Not every version has all of them.
	next unless $node->psql_ok('odoo', "SELECT count(*) FROM pg_settings WHERE lower(name) = '$name'");
	$node->psql_ok('postgres', "ALTER ROLE odoo IN DATABASE odoo SET $name = '$worst{$name}'");
}
$node->psql_ok('odoo', "SELECT pg_terminate_backend($pid)");
$node->wait_worker('a worker begins with them', 'odoo', $pid);
# Ours are as they were: this is about the worker.
$node->psql_ok('postgres', 'ALTER ROLE odoo IN DATABASE odoo RESET ALL');

my @orders = $node->import_orders($sim, orders => 3);
is($node->sql('SELECT count(*), sum(amount_total) > 0 FROM sale_order JOIN shop_seen USING (id) WHERE cartona_id IS NOT NULL'), '3|t',
	'orders come in, and the shop\'s triggers see them');
my $mark = $sim->last;
$node->sql('SELECT odoo_sim.set_price(11, 51.25)');
$node->wait_settled('a price goes out');
my ($request) = $sim->requests(path => 'bulk-update', since => $mark);
is($request->{json}[0]{selling_price}, 51.25, 'with all its digits');
is($node->sql('SELECT count(*) FROM cartona.problem'), '0', 'nobody has to look at anything');
unlike(substr(slurp_file($node->logfile), $from), qr/WARNING|ERROR|failed/, 'nor does the log have anything to say');

$node->stop('fast');
done_testing();
