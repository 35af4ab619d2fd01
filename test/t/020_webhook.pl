# 020_webhook.pl
#	Who may tell what to the webhook, and what is answered.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use CartonaWebhook;
use IO::Socket::INET;
use JSON::PP qw(decode_json encode_json);
use MIME::Base64 qw(encode_base64);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

my $raw = 'a-secret-of-the-shop-0001';
my $standard = 'whsec_' . encode_base64('0123456789abcdefghijklmnopqrstuv', '');
my $port = PostgreSQL::Test::Cluster::get_free_port();
my $sim = CartonaSimulator->new;
my $node = CartonaNode->with_odoo('webhook', settings => qq{
cartona.webhook_port = $port
cartona.webhook_address_rate = 0
cartona.webhook_rate = 0
});
my $hook = CartonaWebhook->new(port => $port, secret => $raw);

# An answer: its status and result, and that it is JSON.
sub is_answer
{
	my ($answer, $expected, $what) = @_;

	is(CartonaWebhook::said($answer), $expected, $what) or diag(explain($answer));
	is($answer->{headers}{'content-type'}, 'application/json', '... in JSON') if $answer->{status};
	return $answer;
}

# An event of the first order that is taken: done, or seen before.
my $taken = 0;
sub is_taken
{
	my ($answer, $what) = @_;

	like(CartonaWebhook::said($answer), qr/^200 (?:handed over|unchanged)$/, $what) or diag(explain($answer));
	$taken++;
	return;
}

$node->sql("UPDATE product_template SET cartona_id = 'T11' WHERE id = 11");
$node->connect_account($sim);
$node->wait_for('the listener is there', sub { $hook->connect });

#
# Without a secret nobody is let in.
#
is($node->sql('SELECT webhook, webhook_report FROM cartona.status'), 'running|no webhook secret: SELECT cartona.set_webhook_secret(1, ...)', 'the status says what is missing');
is_answer($hook->event('x', 'approved'), '401 refused', 'no secret is set: refused');
is_answer($hook->event('x', 'approved', secret => ''), '401 refused', 'an empty secret is none');
is_answer($hook->call(headers => [ $hook->signature('{}') ], body => '{}'), '401 refused', 'nor does a signature help');

#
# Secrets that are none.
#
foreach my $bad (
	[ 'short', 'shorter than 16 bytes' ],
	[ 'whsec_????', 'not base64' ],
	[ 'whsec_' . encode_base64('too short', ''), 'less than 24 bytes' ],
	[ "with a\nline break in it", 'control character' ],
	[ ' a space before the secret', 'begins or ends with a space' ],
	[ 'x' x 5000, 'longer than 4096 bytes' ])
{
	my ($secret, $why) = @$bad;
	my ($code, $out, $err) = $node->try_sql("SELECT cartona.set_webhook_secret(1, '$secret')");

	like($err, qr/$why/, "a secret that cannot be used: $why");
}
my ($code, $out, $err) = $node->try_sql("SELECT cartona.set_webhook_secret(99, '$raw')");
like($err, qr/account 99 does not exist/, 'nor of an account that does not exist');
is($node->sql('SELECT cartona._has_webhook_secret(1)'), 'f', 'none was stored');

#
# The right one, a pulled order, and each answer.
#
$node->sql("SELECT cartona.set_webhook_secret(1, '$raw')");
$node->wait_for('the secret is known without a reload',
	sub { $hook->event('nobody', 'approved')->{status} != 401 });
my @orders = $node->import_orders($sim, orders => 3, lines => 1, delivered_by => 'delivered_by_cartona');
my $order = $orders[0];

my $answer = is_answer($hook->event($order, 'approved'), '200 handed over', 'an event is taken');
like($node->sql("SELECT string_agg(kind, ' ' ORDER BY id) FROM cartona.odoo_task WHERE order_id = "
		  . $node->order_id($order)), qr/confirm/, 'and durable with the answer');
is_taken($hook->event($order, 'approved'), 'repeated: harmless');
is_answer($hook->event($order, 'pending'), '200 unchanged', 'late: nothing changes');
is_answer($hook->event('never-heard-of', 'approved'), '200 kept', 'an order not pulled yet: kept');
is_answer($hook->event($order, 'no such status'), '400 malformed', 'an unknown status');
is_answer($hook->event($order, 'approved', body => '{"hashed_id": "x"'), '400 malformed', 'truncated JSON');
is_answer($hook->event($order, 'approved', body => ''), '400 malformed', 'no body');
is_answer($hook->event($order, 'approved', body => 'null'), '400 malformed', 'JSON null');
is_answer($hook->event($order, 'approved', body => '[1, 2]'), '400 malformed', 'an array');
is_answer($hook->event($order, 'approved', body => '{"status": "approved"}'), '400 malformed', 'no hashed_id');
is_answer($hook->event($order, 'approved', body => "{\"hashed_id\": \"\\u0000\", \"status\": \"approved\"}"),
	'400 malformed', 'a hashed_id of a NUL');
is_answer($hook->event($order, 'approved', body => "{\"hashed_id\": \"\xff\xfe\", \"status\": \"approved\"}"),
	'400 malformed', 'bytes that are no UTF-8');
is_answer($hook->event($order, 'approved', body => '{"hashed_id": ' . '[' x 5000), '400 malformed', 'too deep');
is_taken($hook->event($order, 'approved', body => encode_json({ hashed_id => $order, status => 'approved', note => "\x{1F600} \x{645}\x{631}" })), 'other fields, Arabic and emoji');
is_taken($hook->event($order, 'approved', body => "{\"hashed_id\": \"$order\", \"status\": \"approved\", \"n\": 1e999999, \"z\": \"a\\u0000b\"}"), 'fields that jsonb would not take do no harm');

# The rule: of an order the supplier delivers, Cartona may only cancel.
my ($ours) = $node->import_orders($sim, orders => 1, lines => 1, delivered_by => 'delivered_by_supplier');
is_answer($hook->event($ours, 'approved'), '409 not allowed', 'not Cartona\'s to change');
is_answer($hook->event($ours, 'cancelled_by_retailer'), '200 handed over', 'but to cancel');

# An order that a pull since did not bring.
$node->pull;
$node->wait_for('an order that never came is unknown at last',
	sub { CartonaWebhook::said($hook->event('never-heard-of', 'approved')) eq '404 unknown order' });

#
# Paths, methods, media types, sizes.
#
my @json = ('Content-Type', 'application/json', 'AuthorizationToken', $raw);
my $body = encode_json({ hashed_id => $order, status => 'approved' });
is_answer($hook->call(path => '/', method => 'GET'), '404 refused', 'no such path');
is_answer($hook->call(path => "$CartonaWebhook::path/", headers => \@json, body => $body), '404 refused', 'nor one below');
is_taken($hook->call(path => '/cartona_integration/webhook/order_status?x=1', headers => \@json, body => $body), 'a query does no harm');
$answer = is_answer($hook->call(method => 'GET'), '405 refused', 'GET on the webhook');
is($answer->{headers}{allow}, 'POST', '... is told POST');
$answer = is_answer($hook->call(path => '/cartona_integration/health', headers => \@json, body => $body), '405 refused', 'POST on health');
is($answer->{headers}{allow}, 'GET, HEAD', '... is told GET');
is_answer($hook->call(path => '/cartona_integration/health', method => 'GET'), '200 ok', 'the health check');
is($hook->call(path => '/cartona_integration/health', method => 'DELETE')->{status}, 405, 'DELETE');
is_answer($hook->call(headers => [ 'Content-Type', 'text/plain', 'AuthorizationToken', $raw ], body => $body), '415 refused', 'text/plain');
is_answer($hook->call(headers => [ 'Content-Type', 'application/json; charset=latin1', 'AuthorizationToken', $raw ], body => $body), '415 refused', 'another charset');
is_answer($hook->call(headers => [ 'Content-Type', 'application/jsonx', 'AuthorizationToken', $raw ], body => $body), '415 refused', 'nearly JSON');
is_answer($hook->call(headers => [ @json, 'Content-Encoding', 'gzip' ], body => $body), '415 refused', 'compressed');
is_taken($hook->call(headers => [ 'Content-Type', 'Application/JSON; Charset="UTF-8"', 'AuthorizationToken', $raw ], body => $body), 'UTF-8 named');
is_taken($hook->call(headers => [ 'AuthorizationToken', $raw ], body => $body), 'no media type named');
is_answer($hook->event($order, 'approved', body => '{"hashed_id": "' . 'x' x 65536 . '"}'), '413 refused', 'a body over 64 kB');
is_taken($hook->event($order, 'approved', body => "{\"hashed_id\": \"$order\", \"status\": \"approved\", \"x\": \"" . 'x' x 65000 . '"}'), 'one just below');

#
# Who calls?
#
foreach my $secret ('', ' ', $raw . 'x', substr($raw, 0, -1), uc $raw, "Bearer $raw", 'x' x 5000, "\xff\xfe\xfd")
{
	is($hook->event($order, 'approved', secret => $secret)->{status}, 401, 'a wrong secret: ' . length($secret) . ' bytes');
}
is_answer($hook->event($order, 'approved', secret => undef), '401 refused', 'no secret');
is_answer($hook->call(headers => [ @json, 'AuthorizationToken', $raw ], body => $body), '400 refused', 'the secret twice');
is_answer($hook->call(headers => [ @json, 'AUTHORIZATIONTOKEN', 'wrong' ], body => $body), '400 refused', 'a right and a wrong one');
is_taken($hook->call(headers => [ 'Content-Type', 'application/json', 'authorizationtoken', $raw ], body => $body), 'headers have no case');

# Signatures (Standard Webhooks), by a raw secret and by one in base64.
foreach my $secret ($raw, $standard)
{
	my $name = $secret eq $raw ? 'raw' : 'base64';

	$node->sql("SELECT cartona.set_webhook_secret(1, NULL); SELECT cartona.set_webhook_secret(1, '$secret')");
	$node->wait_for("the secret is set ($name)", sub { $hook->signed($body, secret => $secret)->{status} == 200 });
	my %by = (secret => $secret);
	my $now = time;

	is_taken($hook->signed($body, %by), "signed ($name)");
	is_taken($hook->signed($body, %by), 'the very same again: harmless');
	is_taken($hook->signed($body, %by, before => 'v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= v2,x '), 'one good signature of several');
	is_answer($hook->signed($body, secret => 'another-secret-of-nobody'), '401 refused', 'another secret');
	is_taken($hook->signed($body, %by, at => int($now) - 290), 'four minutes and some old');
	is_answer($hook->signed($body, %by, at => int($now) - 330), '401 refused', 'too old');
	is_answer($hook->signed($body, %by, at => int($now) + 330), '401 refused', 'of the future');
	is_answer($hook->signed($body, %by, at => '99999999999999999999'), '401 refused', 'of a far future');
	is_answer($hook->signed($body, %by, at => '-5'), '401 refused', 'no time');
	is_answer($hook->signed($body, %by, at => ''), '401 refused', 'an empty time');
	my @headers = $hook->signature($body, %by);
	is_answer($hook->call(headers => [ 'Content-Type', 'application/json', @headers ], body => "$body "), '401 refused', 'another body');
	foreach my $i (0, 2, 4)
	{
		my @less = @headers;
		my ($name) = splice @less, $i, 2;
		is_answer($hook->call(headers => [ 'Content-Type', 'application/json', @less ], body => $body), '401 refused', "without $name");
		is_answer($hook->call(headers => [ 'Content-Type', 'application/json', @headers, @headers[ $i, $i + 1 ] ], body => $body), '400 refused', "$name twice");
	}
	foreach my $bad ('', 'v1,', 'v1', substr($headers[5], 3), uc $headers[5], $headers[5] . '=', 'v2' . substr($headers[5], 2), ',' x 3000)
	{
		is_answer($hook->call(headers => [ 'Content-Type', 'application/json', @headers[ 0 .. 4 ], $bad ], body => $body), '401 refused', 'a signature that is none');
	}
	is_answer($hook->call(headers => [ 'Content-Type', 'application/json', @headers, 'AuthorizationToken', 'wrong' ], body => $body), '401 refused', 'signed, with a wrong token beside it');
}

#
# Rotation: the former one stays valid until it is cleared.
#
$node->sql("SELECT cartona.set_webhook_secret(1, NULL); SELECT cartona.set_webhook_secret(1, '$raw')");
$node->sql("SELECT cartona.set_webhook_secret(1, '$standard')");
$node->sql("SELECT cartona.set_webhook_secret(1, '$standard')");
$node->wait_for('the new secret works', sub { $hook->event($order, 'approved', secret => $standard)->{status} == 200 });
is_taken($hook->event($order, 'approved'), 'the former one, too, though the new one was given twice');
is_taken($hook->signed($body, secret => $raw), '... for signatures as well');
$node->sql('SELECT cartona.clear_old_webhook_secret(1)');
$node->wait_for('the former one has had its time', sub { $hook->event($order, 'approved')->{status} == 401 });
is_taken($hook->event($order, 'approved', secret => $standard), 'the new one stays');
$node->sql('SELECT cartona.set_webhook_secret(1, NULL)');
$node->wait_for('removed', sub { $hook->event($order, 'approved', secret => $standard)->{status} == 401 });
$node->sql("SELECT cartona.set_webhook_secret(1, '$raw')");
$node->wait_for('and set again', sub { $hook->event($order, 'approved')->{status} == 200 });

#
# The secret chooses the account.
#
$node->sql("INSERT INTO cartona.account (id, name, api_url, currency) SELECT 2, 'second', api_url, currency FROM cartona.account WHERE id = 1");
($code, $out, $err) = $node->try_sql("SELECT cartona.set_webhook_secret(2, '$raw')");
like($err, qr/another account has this webhook secret/, 'two accounts have two secrets');
$node->sql("SELECT cartona.set_webhook_secret(2, '$standard')");
$node->wait_for('the second account is known, and says that it is off',
	sub { CartonaWebhook::said($hook->event($order, 'approved', secret => $standard)) eq '503 not now' });
$answer = $hook->event($order, 'approved', secret => $standard);
like($answer->{body}, qr/disabled or stopped/, '... with the reason');
cmp_ok($answer->{headers}{'retry-after'}, '>', 0, '... and when to come again');
is_taken($hook->event($order, 'approved'), 'the first one works');
$node->sql('DELETE FROM cartona.account WHERE id = 2');
$node->wait_for('an account that is gone takes its secret along',
	sub { $hook->event($order, 'approved', secret => $standard)->{status} == 401 });

$node->sql('SELECT cartona.disable()');
is_answer($hook->event($order, 'approved'), '503 not now', 'disabled: at once');
$node->sql('SELECT cartona.enable()');
is_taken($hook->event($order, 'approved'), 'and enabled');
$node->sql("INSERT INTO ir_config_parameter (key, value) VALUES ('database.is_neutralized', 'true')");
is_answer($hook->event($order, 'approved'), '503 not now', 'a neutralized database takes nothing');
$node->sql("DELETE FROM ir_config_parameter WHERE key = 'database.is_neutralized'");

#
# Refused calls that name an order of the account: most likely Cartona with another secret.
#
my $elsewhere = CartonaWebhook->new(port => $port, secret => 'a-secret-of-last-year', from => '127.0.0.9');
my $problem = "SELECT problem FROM cartona.problem WHERE kind = 'webhook refused' AND account_id = 1 AND problem LIKE '%127.0.0.9%'";
my $refusals = 0;
foreach my $call (sub { $elsewhere->event($order, 'approved') }, sub { $elsewhere->event($order, 'approved', secret => undef) }, sub { $elsewhere->signed($body) })
{
	is_answer($call->(), '401 refused', 'refused');
	$refusals++;
}
# a stranger who knows no order is nobody's concern, even where he is the last one
my $stranger = CartonaWebhook->new(port => $port, secret => 'a-secret-of-nobody', from => '127.0.0.66');
$stranger->event("guess $_", 'approved') foreach 1 .. 30;
is($stranger->event($order, 'approved', body => "{\"hashed_id\": \"$order\"")->{status}, 401, 'nor what is no JSON');
is($stranger->event($order, 'approved', body => "{\"hashed_id\": \"$order\", \"x\": \"" . 'x' x 20000 . '"}')->{status}, 401, 'nor what is far too long');
# the first report may stand between two of these calls, and the next one comes a minute later
$node->wait_for('the account has a problem of it, which names the last one, his address and why', sub {
	$elsewhere->signed($body);
	$node->sql($problem) =~ /of this account: \d+, the last one at [^,]* from address 127\.0\.0\.9: the signature is not valid$/;
}, 150);
cmp_ok($node->sql('SELECT webhook_refused FROM cartona.account_state WHERE account_id = 1'), '>=', $refusals, 'counted');
is($node->sql("SELECT count(*) FROM cartona.account_state WHERE webhook_refused_from = '127.0.0.66'"), '0', 'the stranger is not in it');
is_taken($hook->event($order, 'approved'), 'a right call');
$node->wait_for('ends it', sub { $node->sql("SELECT count(*) FROM cartona.problem WHERE kind = 'webhook refused'") eq '0' });

#
# What stays of it: the log, the time, no secret anywhere.
#
is($node->sql("SELECT count(*) >= $taken FROM cartona.log WHERE kind = 'webhook' AND account_id = 1 AND result = 'done' AND http_status = 200 AND ref = '$order'"),
	't', 'each call is in the log');
is($node->sql("SELECT http_status, result FROM cartona.log WHERE kind = 'webhook' AND ref = '$ours' ORDER BY id LIMIT 1"), '409|refused', '... those that were refused, too');
$node->wait_sql('unknown callers are counted, not listed',
	"SELECT count(*) BETWEEN 1 AND 20, sum(items) > 1, bool_and(message LIKE '%from 127.0.0.%') FROM cartona.log WHERE kind = 'webhook' AND account_id IS NULL AND http_status = 401",
	't|t|t', undef, 150);
$node->wait_sql('the time of the last event is known',
	"SELECT last_webhook_at > now() - interval '5 minutes' FROM cartona.account_state WHERE account_id = 1");
my $everything = $node->all_rows;
unlike($everything, qr/\Q$raw\E|\Q$standard\E/, 'no secret in any table that Odoo can read');

#
# What was given in SQL is not in the server's log.
#
$node->stop('fast');
my $log = slurp_file($node->logfile);
like($log, qr/webhook of database "odoo" listens on port $port of 127\.0\.0\.1/, 'the log says where it listens');
unlike($log, qr/\Q$raw\E|\Q$standard\E/, 'and no secret');
unlike($log, qr/PANIC|TRAP|was terminated by signal/, 'nothing crashed');

done_testing();
