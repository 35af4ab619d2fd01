# 021_webhook_hostile.pl
#	Who means ill, or is slow, and what the listener's worker must let go of.
#
# After each attack the listener still takes an event.
#
use strict;
use warnings;

use FindBin;
use lib "$FindBin::RealBin/../lib";

use CartonaNode;
use CartonaSimulator;
use CartonaWebhook;
use IO::Socket::INET;
use JSON::PP qw(encode_json);
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $secret = 'a-secret-of-the-shop-0001';
my $port = PostgreSQL::Test::Cluster::get_free_port();
my $sim = CartonaSimulator->new;
my $node = CartonaNode->with_odoo('hostile', settings => qq{
cartona.webhook_port = $port
cartona.webhook_address_rate = 0
cartona.webhook_rate = 0
cartona.webhook_connections = 100
cartona.webhook_timeout = 2s
});
my $hook = CartonaWebhook->new(port => $port, secret => $secret);
my @json = ('Content-Type', 'application/json', 'AuthorizationToken', $secret);

$node->sql("UPDATE product_template SET cartona_id = 'T11' WHERE id = 11");
$node->connect_account($sim);
$node->sql("SELECT cartona.set_webhook_secret(1, '$secret')");
my ($order) = $node->import_orders($sim, orders => 1, lines => 1, delivered_by => 'delivered_by_cartona');
my $body = encode_json({ hashed_id => $order, status => 'approved' });
$node->wait_for('the listener takes an event', sub { $hook->event($order, 'approved')->{status} == 200 });
my $worker = $node->webhook_worker;

# It is still there, the same process, and serves.
sub serves
{
	my ($what) = @_;

	is($hook->event($order, 'approved')->{status}, 200, "it goes on serving after $what");
	is($node->webhook_worker, $worker, '... by the same worker');
	return;
}

# Bytes as they are, and the statuses that come back until the connection ends.
sub statuses
{
	my ($text, $n) = @_;
	my $socket = $hook->connect;
	my @got;

	$hook->put($socket, $text);
	while (@got < ($n // 99))
	{
		my $answer = $hook->get($socket);
		last unless $answer->{status};
		push @got, $answer->{status};
	}
	return "@got";
}

#
# Chunks, pipelines, and requests that are none.
#
my $chunks = join '', map { sprintf "%x\r\n%s\r\n", length, $_ } $body =~ /(.{1,7})/g;
my $chunked = $hook->text(headers => [ @json, 'Transfer-Encoding', 'chunked' ]);
is(statuses("$chunked${chunks}0\r\n\r\n", 1), '200', 'a body in chunks');
is(statuses("$chunked${chunks}0\r\nX-Trailer: 1\r\n\r\n"), '200', 'with a trailer');
like(statuses("${chunked}zz\r\n"), qr/^(?:400)?$/, 'a chunk without a size');
like(statuses("${chunked}ffffffffffffffff\r\nx"), qr/^(?:400|413)?$/, 'a chunk of endless size');
my $big = sprintf("%x\r\n%s\r\n", 16384, 'x' x 16384) x 640;
is(statuses("$chunked${big}0\r\n\r\n", 1), '413', '10 MB in chunks');
is(statuses($hook->text(headers => \@json, body => 'x' x 10_000_000), 1), '413', '10 MB with its length');
is(statuses($hook->text(headers => [ 'Content-Type', 'application/json' ], body => 'x' x 10_000_000), 1), '413', '... and without a secret');
is(statuses($hook->text(headers => [ @json, 'Content-Length', '99999999999' ]), 1), '413', 'a length of 100 GB');
is(statuses($hook->text(headers => [ @json, 'Content-Length', '10000000', 'Expect', '100-continue' ]), 1), '413', '10 MB that wait for leave');
is(statuses($hook->text(headers => [ @json, 'Expect', '100-continue', ], body => $body), 1), '200', 'an event that waits for leave');
my $one = $hook->text(headers => \@json, body => $body);
is(statuses($one x 5, 5), '200 200 200 200 200', 'five requests in one go');
is(statuses(join('', map { $hook->text(headers => [ 'Content-Type', 'application/json', 'AuthorizationToken', $_ ], body => $body) } $secret, 'wrong', $secret), 3),
	'200 401 200', 'a wrong one between right ones');
foreach my $text (
	"\r\n\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "\0" x 100,
	"POST $CartonaWebhook::path HTTP/9.9\r\n\r\n", "POST $CartonaWebhook::path HTTP/1.1\r\n\r\n",
	"POST $CartonaWebhook::path\r\n\r\n", "POST http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	$hook->text(headers => [ @json, 'Content-Length', '-1' ]),
	$hook->text(headers => [ @json, 'Content-Length', '5x' ]) . 'hello',
	$hook->text(headers => [ @json, 'Content-Length', '5', 'Content-Length', '6' ]) . 'hello!',
	$hook->text(headers => [ @json, 'Content-Length', '5', 'Transfer-Encoding', 'chunked' ]) . "0\r\n\r\n",
	$hook->text(headers => [ @json, 'Transfer-Encoding', 'gzip' ]),
	$hook->text(headers => [ @json, "Bad\0Header", 'x' ]), $hook->text(headers => [ @json, 'Folded', "a\r\n b" ]),
	$hook->text(headers => [ map { ("X-$_", 'x' x 50) } 1 .. 1000 ]), 'A' x 100_000,
	"POST /" . 'a' x 60_000 . " HTTP/1.1\r\nHost: x\r\n\r\n", "POST /%00%ff%zz%2e%2e/..//../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n")
{
	unlike(statuses($text, 3), qr/200/, 'nonsense is not taken: ' . substr($text =~ s/[^ -~]/./gr, 0, 50));
}
serves('nonsense');

# Signed, in chunks, byte by byte.
{
	my $socket = $hook->connect;
	my $text = $hook->text(headers => [ 'Content-Type', 'application/json', $hook->signature($body), 'Transfer-Encoding', 'chunked' ])
	  . join('', map { "1\r\n$_\r\n" } split //, $body) . "0\r\n\r\n";

	$hook->put($socket, $_) foreach split //, $text;
	is($hook->get($socket)->{status}, 200, 'signed, in chunks of a byte, byte by byte');
}

#
# The slow: each is cut off in time, however busily it trickles.
#
foreach my $slow (
	[ 'nothing at all', '', '' ],
	[ 'a header now and then', "POST $CartonaWebhook::path HTTP/1.1\r\n", "X-A: b\r\n" ],
	[ 'a header byte by byte', "POST $CartonaWebhook::path HTTP/1.1\r\nX-A: ", 'b' ],
	[ 'a body byte by byte', $hook->text(headers => [ @json, 'Content-Length', 60000 ]), 'x' ],
	[ 'chunks byte by byte', $chunked, "1\r\nx\r\n" ])
{
	my ($what, $first, $more) = @$slow;
	my $socket = $hook->connect;
	my $begun = time;
	my $select = IO::Select->new($socket);

	$hook->put($socket, $first);
	while (time - $begun < 30)
	{
		last if $select->can_read(0.1) && !sysread($socket, my $junk, 4096);
		last if length $more && !$hook->put($socket, $more);
	}
	my $took = time - $begun;
	cmp_ok($took, '<', 30, "cut off: $what");
	cmp_ok($took, '>', 1.5, '... but not before its time');
}
# An answered connection may wait for its next request as long, and no longer.
{
	my $socket = $hook->connect;

	$hook->put($socket, $one);
	is($hook->get($socket)->{status}, 200, 'an answer on a connection that stays');
	$hook->put($socket, $one);
	is($hook->get($socket)->{status}, 200, 'and one more');
	ok($hook->is_closed($socket), 'then idle: closed');
}
serves('the slow');

#
# A thousand who say nothing keep nobody out.
#
{
	my @idle = grep { defined } map { $hook->connect } 1 .. 1000;

	cmp_ok(scalar @idle, '>', 200, scalar(@idle) . ' idle connections were made');
	my $begun = time;
	is($hook->event($order, 'approved')->{status}, 200, 'beside them an event is taken');
	cmp_ok(time - $begun, '<', 20, '... before they are cut off for their slowness alone');
	my $half = $hook->text(headers => [ @json, 'Content-Length', 1000 ]) . '{';
	$hook->put($_, $half) foreach @idle[ -60 .. -1 ];
	is($hook->event($order, 'approved')->{status}, 200, 'beside half-sent ones, too');
	serves('a thousand connections');
}

#
# Bodies of a hostile mind, with a right secret.
#
my @bodies = ('{' x 60000, '[' x 60000, '{"a":' x 10000, '"' x 60000, '9' x 60000, '{"hashed_id": ' . '9' x 60000 . '}',
	'{"hashed_id": "' . '\\u0000' x 8000 . '", "status": "approved"}', "{\"hashed_id\": \"\xed\xa0\x80\"}", '{"hashed_id": "\\ud800"}',
	'{"hashed_id": {"a": 1}, "status": ["approved"]}', '{"hashed_id": "x", "status": "' . 'y' x 60000 . '"}',
	'{"hashed_id": "\'; DROP TABLE sale_order; --", "status": "\'"}', '{"hashed_id": 1e400, "status": 1}', "\xef\xbb\xbf{}", '{}{}', 'NaN', '{"a": NaN}', "{'a': 1}", '//x');
foreach my $i (0 .. $#bodies)
{
	my $answer = $hook->event($order, 'approved', body => $bodies[$i]);

	like($answer->{status}, qr/^(?:400|404|200)$/, "hostile body $i: " . CartonaWebhook::said($answer));
}
serves('hostile bodies');

#
# The allow-list, and whose X-Forwarded-For is believed.
#
my $reload = sub {
	my ($what, %settings) = @_;

	$node->append_conf('postgresql.conf', join '', map { "$_ = '$settings{$_}'\n" } sort keys %settings);
	$node->reload;
	return;
};
my $from = sub { $hook->event($order, 'approved', headers => [ map { ('X-Forwarded-For', $_) } @_ ])->{status} };

$reload->('', 'cartona.webhook_allow' => '192.0.2.0/24, 2001:db8::/32');
$node->wait_for('an address that is not on the list is refused', sub { $from->() == 403 });
is($from->('192.0.2.7'), 403, 'and cannot say that it is another');
$reload->('', 'cartona.webhook_trusted_proxies' => '127.0.0.0/8, 10.0.0.0/8');
$node->wait_for('a trusted proxy can', sub { $from->('192.0.2.7') == 200 });
is($from->(), 403, '... but is itself not on the list');
is($from->('192.0.3.7'), 403, 'another address');
is($from->('192.0.2.7, 192.0.3.7'), 403, 'what the caller made up himself stands to the left');
is($from->('192.0.2.7', '192.0.3.7'), 403, '... or in a header of its own');
is($from->('203.0.113.9, 192.0.2.7, 10.1.2.3'), 200, 'through two proxies');
is($from->('192.0.2.7:4711'), 200, 'with a port');
is($from->('[2001:db8::7]:4711'), 200, 'IPv6');
is($from->('2001:db9::7'), 403, '... another');
is($from->('unknown'), 403, 'no address');
is($from->(','), 403, 'nothing');
is($from->('192.0.2.7, ' x 300), 403, 'very much');
$reload->('', 'cartona.webhook_allow' => '', 'cartona.webhook_trusted_proxies' => '');
$node->wait_for('anybody again', sub { $from->() == 200 });
foreach my $bad (
	[ 'cartona.webhook_port', '0' ], [ 'cartona.webhook_port', '65536' ], [ 'cartona.webhook_port', 'odoo' ], [ 'cartona.webhook_port', ':8070' ],
	[ 'cartona.webhook_port', '8070x' ], [ 'cartona.webhook_address', 'localhost' ], [ 'cartona.webhook_allow', '10.0.0.0/33' ],
	[ 'cartona.webhook_allow', '10.0.0.0/' ], [ 'cartona.webhook_trusted_proxies', 'proxy' ])
{
	my ($code, $out, $err) = $node->try_sql("ALTER SYSTEM SET $bad->[0] = '$bad->[1]'", 'postgres', scalar getpwuid $<);
	like($err, qr/invalid value for parameter/, "$bad->[0] is not \"$bad->[1]\"");
}

#
# Rates: guessing is slowed down, and the right sender behind the same proxy is not.
#
$reload->('', 'cartona.webhook_address_rate' => 1, 'cartona.webhook_trusted_proxies' => '127.0.0.1');
my $guess = sub { $hook->event($order, 'approved', secret => 'wrong', headers => [ 'X-Forwarded-For', $_[0] ]) };
my $told;
$node->wait_for('who guesses on and on is told to come later', sub { $told = $guess->('192.0.2.9'); $told->{status} == 429 });
cmp_ok($told->{headers}{'retry-after'}, '>', 0, '... and when');
is($guess->('192.0.2.10')->{status}, 401, 'another address is not');
is($hook->event($order, 'approved', headers => [ 'X-Forwarded-For', '192.0.2.9' ])->{status}, 200, 'nor the right secret from the same address');
is($hook->signed($body)->{status}, 200, 'nor a right signature');
$reload->('', 'cartona.webhook_rate' => 1);
$node->wait_for('too many events of one account', sub { $told = $hook->event($order, 'approved'); $told->{status} == 429 });
cmp_ok($told->{headers}{'retry-after'}, '>', 0, '... come again');
$reload->('', 'cartona.webhook_rate' => 0, 'cartona.webhook_address_rate' => 0, 'cartona.webhook_trusted_proxies' => '');
$node->wait_for('no limits again', sub { $hook->event($order, 'approved')->{status} == 200 });

#
# A busy database: 503, then as if nothing had been.
#
my $busy = $node->background_psql('odoo');
$busy->query_safe('BEGIN; LOCK TABLE cartona.log IN ACCESS EXCLUSIVE MODE;');
is(CartonaWebhook::said($hook->event($order, 'approved')), '503 not now', 'the database cannot take it');
is(CartonaWebhook::said($hook->call(path => '/cartona_integration/health', method => 'GET')), '503 failing', 'the health check says so');
$busy->query_safe('ROLLBACK');
$busy->quit;
is($hook->event($order, 'approved')->{status}, 200, 'and takes it again');
is(CartonaWebhook::said($hook->call(path => '/cartona_integration/health', method => 'GET')), '200 ok', 'healthy again');
serves('a lock');

#
# Another port, a port that is taken, none at all.
#
my $old_port = $port;
$port = PostgreSQL::Test::Cluster::get_free_port();
$reload->('', 'cartona.webhook_port' => "odoo:$port, other:1234");
$hook->{port} = $port;
$node->wait_for('after a reload it listens on another port', sub { $hook->event($order, 'approved')->{status} == 200 });
$hook->{port} = $old_port;
is($hook->connect, undef, '... and not on the old one');
is($node->webhook_worker, $worker, '... with the same worker');

my $taken = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5, Proto => 'tcp') or die "no port: $!";
$reload->('', 'cartona.webhook_port' => $taken->sockport);
$node->wait_sql('a port that is taken is told in the status',
	"SELECT webhook, webhook_report LIKE 'port % of 127.0.0.1 is taken by another program' FROM cartona.status", 'failed|t');
is($node->sql("SELECT count(*) FROM cartona.problem WHERE kind = 'webhook' AND problem LIKE '%is taken by another program'"), '1', '... and is a problem');
$hook->{port} = $taken->sockport;
close $taken;
$node->wait_for('and had as soon as it is free', sub { $hook->event($order, 'approved')->{status} == 200 });
$node->wait_sql('the status says so', "SELECT webhook, webhook_report FROM cartona.status", 'running|');

$reload->('', 'cartona.webhook_port' => '');
$node->wait_for('without a port there is no listener', sub { $node->webhook_worker eq '' });
is($node->sql('SELECT webhook FROM cartona.status'), 'not configured', '... and the status says so');
$port = $old_port;
$hook->{port} = $port;
$reload->('', 'cartona.webhook_port' => $port);
$node->wait_for('with one there is again', sub { $hook->event($order, 'approved')->{status} == 200 });

#
# TLS of its own.
#
my $dir = $node->data_dir;
system_or_bail('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=odoo.example',
	'-keyout', "$dir/hook.key", '-out', "$dir/hook.crt");
chmod 0644, "$dir/hook.key";
$reload->('', 'cartona.webhook_certificate' => 'hook.crt', 'cartona.webhook_key' => 'hook.key');
$node->wait_for('a key that others can read is not used: the former settings go on',
	sub { slurp_file($node->logfile) =~ /goes on with its former settings: "hook\.key" can be read by others/ });
is($hook->event($order, 'approved')->{status}, 200, '... without TLS');
chmod 0600, "$dir/hook.key";
$node->reload;
my $tls = sub {
	my ($out, $err) = ('', '');
	my $text = $hook->text(headers => [ @json, 'Connection', 'close' ], body => $body);

	IPC::Run::run([ 'openssl', 's_client', '-quiet', '-no_ign_eof', '-ign_eof', '-connect', "127.0.0.1:$port", '-CAfile', "$dir/hook.crt", '-verify_return_error', @_ ],
		'<', \$text, '>', \$out, '2>', \$err);
	return $out =~ /^HTTP\/1\.1 (\d+)/ ? $1 : 0;
};
$node->wait_for('with the right mode there is TLS', sub { $tls->() == 200 });
is($tls->('-tls1_2'), 200, 'TLS 1.2');
is($tls->('-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'), 0, 'but nothing older');
is($hook->event($order, 'approved', seconds => 5)->{status}, 0, 'and nothing plain');
append_to_file("$dir/hook.crt", "\n");
system_or_bail('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=renewed.example',
	'-keyout', "$dir/hook.key", '-out', "$dir/hook.crt");
chmod 0600, "$dir/hook.key";
$node->reload;
$node->wait_for('a renewed certificate is used after a reload', sub { $tls->() == 200 });
$reload->('', 'cartona.webhook_certificate' => '', 'cartona.webhook_key' => '');
$node->wait_for('and plain again', sub { $hook->event($order, 'approved', seconds => 5)->{status} == 200 });

#
# Metrics: for this machine, or with their token.
#
my $metrics = sub { $hook->call(method => 'GET', path => '/cartona_integration/metrics', headers => [@_]) };
my $text = $metrics->();
is($text->{status}, 200, 'the metrics are for this machine');
like($text->{headers}{'content-type'}, qr/^text\/plain; version=0\.0\.4/, '... as Prometheus reads them');
like($text->{body}, qr/^cartona_webhook_answers_total\{status="200"\} [1-9]/m, '... with the listener\'s own');
is($metrics->('X-Forwarded-For', '127.0.0.1')->{status}, 401, 'not for who comes through a proxy');
is($metrics->('Authorization', 'Bearer wrong')->{status}, 401, 'nor for a wrong token');
is($metrics->('AuthorizationToken', $secret)->{status}, 401, 'nor for the webhook\'s secret');
$node->sql("SELECT cartona.set_metrics_token('the-token-of-the-metrics')");
$node->wait_for('but with their own token, from anywhere',
	sub { $metrics->('X-Forwarded-For', '192.0.2.7', 'Authorization', 'Bearer the-token-of-the-metrics')->{status} == 200 });

#
# It lets go of its database, and of the server, whoever is connected.
#
my @open = map { $hook->connect } 1 .. 50;
my $half = $hook->text(headers => [ @json, 'Content-Length', 1000 ]) . '{';
$hook->put($_, $half) foreach @open[ 0 .. 24 ];
$worker = $node->webhook_worker;
my $begun = time;
$node->psql_ok('postgres', 'CREATE DATABASE copy TEMPLATE odoo');
cmp_ok(time - $begun, '<', 20, 'CREATE DATABASE ... TEMPLATE is not held up');
$node->wait_for('and the listener comes back', sub {
		my $now = $node->webhook_worker;
		return $now ne '' && $now ne $worker && $hook->event($order, 'approved')->{status} == 200;
	}, 120);

# A copy: its listener, with the original's secret, takes nothing.
my $copy_port = PostgreSQL::Test::Cluster::get_free_port();
$node->psql_ok('postgres', 'ALTER DATABASE copy OWNER TO odoo');
$reload->('', 'cartona.databases' => 'odoo, copy', 'cartona.webhook_port' => "odoo:$port, copy:$copy_port");
my $copy = CartonaWebhook->new(port => $copy_port, secret => $secret);
$node->wait_for('a copy says that it is one', sub {
		my $answer = $copy->event($order, 'approved');
		return $answer->{status} == 503 && $answer->{body} =~ /copy/;
	}, 120);
is($hook->event($order, 'approved')->{status}, 200, '... and the original takes it');
@open = map { $copy->connect } 1 .. 20;
$begun = time;
$node->psql_ok('postgres', 'DROP DATABASE copy');
cmp_ok(time - $begun, '<', 20, 'DROP DATABASE with connections open');
$node->wait_for('its listener is gone', sub { !$copy->connect });

# DROP EXTENSION: the listener goes, too.
$node->psql_ok('odoo', 'DROP EXTENSION cartona_integration CASCADE');
$node->wait_for('without the extension nobody listens', sub { !$hook->connect });

@open = grep { defined } map { $hook->connect } 1 .. 20;
$begun = time;
$node->stop('fast');
cmp_ok(time - $begun, '<', 20, 'the server stops at once');
my $log = slurp_file($node->logfile);
unlike($log, qr/PANIC|TRAP|was terminated by signal|\Q$secret\E/, 'nothing crashed, no secret was told');

done_testing();
