# 022_nginx.pl
#	The webhook behind a real nginx, with the README's own location block.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNginx;
use CartonaNode;
use CartonaSimulator;
use CartonaWebhook;
use JSON::PP qw(encode_json);
use MIME::Base64 qw(encode_base64);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

# The block as it stands in the README; only the listener's port is this test's.
my ($location) = slurp_file("$FindBin::RealBin/../../README.md") =~ /^```nginx\n(.*?)^```/ms;
my ($documented) = slurp_file("$FindBin::RealBin/../../README.md") =~ /^cartona\.webhook_port = (\d+)/m;
my $port = PostgreSQL::Test::Cluster::get_free_port();

is($location =~ s/127\.0\.0\.1:$documented;/127.0.0.1:$port;/g, 1, "the README's location passes to the README's port");

my $secret = 'whsec_' . encode_base64('0123456789abcdefghijklmnopqrstuv', '');
my $sim = CartonaSimulator->new;
my $node = CartonaNode->with_odoo('nginx', settings => qq{
cartona.webhook_port = $port
cartona.webhook_address_rate = 0
cartona.webhook_rate = 0
});
my $front_port = PostgreSQL::Test::Cluster::get_free_port();
my $nginx = CartonaNginx->new(port => $front_port, server => $location);
my %to_nginx = (port => $front_port, secret => $secret);
my $front = CartonaWebhook->new(%to_nginx);
my $seven = CartonaWebhook->new(%to_nginx, from => '127.0.0.7');
my $eight = CartonaWebhook->new(%to_nginx, from => '127.0.0.8');
my $direct = CartonaWebhook->new(port => $port, secret => $secret);
my $stranger = CartonaWebhook->new(port => $port, secret => $secret, from => '127.0.0.8');

# Set and wait until the listener goes by it.
sub set
{
	my ($name, $value, $heeded) = @_;

	$node->psql_ok('postgres', "ALTER SYSTEM SET $name = '$value'");
	$node->reload;
	$node->wait_for("$name = '$value'", $heeded);
	return;
}

sub is_said
{
	my ($answer, $expected, $what) = @_;

	is(CartonaWebhook::said($answer), $expected, $what) or diag(explain($answer), slurp_file($nginx->{error_log}));
	return $answer;
}

$node->sql("UPDATE product_template SET cartona_id = 'T11' WHERE id = 11");
$node->connect_account($sim);
$node->sql("SELECT cartona.set_webhook_secret(1, '$secret')");
$node->wait_for('the listener knows the secret', sub { $direct->event('', '')->{status} == 400 });
my ($order) = $node->import_orders($sim, orders => 1, lines => 1, delivered_by => 'delivered_by_cartona');

#
# Everything a sender may send gets there as he sent it, and so does the answer.
#
my $answer = is_said($front->event($order, 'approved'), '200 handed over', 'an event passes nginx');
is($answer->{headers}{'content-type'}, 'application/json', '... and its answer, in JSON');
my $body = encode_json({ hashed_id => $order, status => 'approved', note => "\x{1F600} \x{645}\x{631}  " });
is_said($front->signed($body), '200 unchanged', 'a signed one: not a byte is changed on the way');
is_said($front->signed($body, secret => 'another-secret-of-nobody'), '401 refused', 'signed by somebody else');
is_said($front->event($order, 'approved', secret => 'wrong'), '401 refused', 'a wrong secret');
is_said($front->event($order, 'approved', secret => undef), '401 refused', 'none');
is_said($front->event($order, 'approved', body => '{'), '400 malformed', 'truncated JSON');
is_said(
	$front->call(
		headers => [
			'Content-Type', 'application/json', 'AuthorizationToken', $secret, 'Transfer-Encoding', 'chunked'
		],
		no_length => 1,
		body => sprintf("%x\r\n%s\r\n", length($body), $body) . "0\r\n\r\n"),
	'200 unchanged', 'in chunks');
$answer = $front->call(method => 'GET');
is("$answer->{status} $answer->{headers}{allow}", '405 POST', 'GET');
my $padding = 65536 - length(encode_json({ hashed_id => $order, status => 'approved', x => '' }));
is_said($front->event($order, 'approved', body => encode_json({ hashed_id => $order, status => 'approved', x => 'x' x $padding })),
	'200 unchanged', '64 kB, the most that both take');
is($front->event($order, 'approved', body => encode_json({ hashed_id => $order, status => 'approved', x => 'x' x ($padding + 1) }))->{status},
	413, 'a byte more');

# Two on one connection, and a sender who stops in the middle holds up nobody.
my $kept = $front->connect;
my $slow = $front->connect;
my @json = ('Content-Type', 'application/json', 'AuthorizationToken', $secret);
$front->put($slow, substr($front->text(headers => \@json, body => $body), 0, -20));
foreach my $n (1, 2)
{
	$front->put($kept, $front->text(headers => \@json, body => $body));
	is_said($front->get($kept), '200 unchanged', "event $n of a connection");
}
$front->put($slow, substr($body, -20));
is_said($front->get($slow), '200 unchanged', 'the slow one, when it has come as a whole');

# Nothing but the webhook is reached from outside.
foreach my $path ('/cartona_integration/health', '/cartona_integration/metrics', '/cartona_integration/webhook/order_status/x')
{
	is($front->call(method => 'GET', path => $path)->{status}, 404, "$path is not there");
}
is($direct->call(method => 'GET', path => '/cartona_integration/metrics')->{status}, 200, 'though the machine itself has it');

# An account that cannot take it now: when to come again reaches the sender.
$node->sql('SELECT cartona.disable()');
$answer = is_said($front->event($order, 'approved'), '503 not now', 'a disabled account');
cmp_ok($answer->{headers}{'retry-after'}, '>', 0, '... and when to come again');
$node->sql('SELECT cartona.enable()');

#
# Who calls?  Believed of the web server once it is trusted, of nobody else.
#
my @named = (headers => [ 'X-Forwarded-For', '127.0.0.7' ]);
set('cartona.webhook_allow', '127.0.0.7', sub { $direct->event($order, 'approved')->{status} == 403 });
is($seven->event($order, 'approved')->{status}, 403, 'without a trusted proxy the web server is the caller, whomever it names');
is($direct->event($order, 'approved', @named)->{status}, 403, 'and a header says nothing');
set('cartona.webhook_trusted_proxies', '127.0.0.1', sub { $seven->event($order, 'approved')->{status} == 200 });
is_said($seven->event($order, 'approved'), '200 unchanged', 'the trusted web server names who is allowed');
is($eight->event($order, 'approved')->{status}, 403, 'and who is not');
is($eight->event($order, 'approved', @named)->{status}, 403, 'who names another one is not believed');
is($stranger->event($order, 'approved', @named)->{status}, 403, 'nor who comes by himself');
is($stranger->event($order, 'approved', headers => [ 'X-Forwarded-For', '127.0.0.7, 127.0.0.1' ])->{status}, 403, '... however he puts it');
is_said($direct->event($order, 'approved', @named), '200 unchanged', 'the web server\'s own address is');
is($front->event($order, 'approved')->{status}, 403, 'of a caller on the web server\'s own machine nothing else is known');
set('cartona.webhook_allow', '', sub { $direct->event($order, 'approved')->{status} == 200 });

# Rates are the caller's, not the web server's.
set('cartona.webhook_address_rate', '2', sub { $seven->event($order, 'approved', secret => 'wrong')->{status} == 429 });
is($eight->event($order, 'approved', secret => 'wrong')->{status}, 401, 'who guesses too often does not lock out another one behind the same web server');
is_said($seven->event($order, 'approved'), '200 unchanged', 'nor himself, when he knows the secret');
$node->wait_sql('the log names the caller',
	"SELECT count(*) > 0 FROM cartona.log WHERE kind = 'webhook' AND account_id IS NULL AND message LIKE '%from 127.0.0.7%'", 't', undef, 150);

#
# Without a listener nginx says so, and goes on when it is there again.
#
$node->stop('fast');
is($front->event($order, 'approved')->{status}, 502, 'no listener: 502');
$node->start;
$node->wait_for('the listener is there again', sub { $front->event($order, 'approved')->{status} == 200 });
$nginx->stop;

done_testing();
