# CartonaWebhook.pm
#	Calls of the webhook's listener, well made and badly made, for TAP tests.
#
# Neighbours: CartonaNode.pm, whose cluster has the listener; src/webhook.
#
# Everything is written on bare sockets, so that a test says each byte.
#
# Failure: no answer within the patience is status 0, with what came instead.
#
package CartonaWebhook;

use strict;
use warnings;

use CartonaNode;
use Digest::SHA qw(hmac_sha256);
use Errno qw(EINTR);
use IO::Select;
use IO::Socket::INET;
use JSON::PP qw(decode_json encode_json);
use MIME::Base64 qw(encode_base64 decode_base64);
use Time::HiRes qw(time);

our $patience = 30 * $CartonaNode::slowness;

our $path = '/cartona_integration/webhook/order_status';

# CartonaWebhook->new(port => 8070, secret => '...'); from => '127.0.0.7' calls from that address
sub new
{
	my ($class, %params) = @_;

	return bless {%params}, $class;
}

# A connection; nothing where it is refused.
sub connect
{
	my ($self) = @_;

	return IO::Socket::INET->new(
		PeerAddr => $self->{host} // '127.0.0.1',
		PeerPort => $self->{port},
		($self->{from} ? (LocalAddr => $self->{from}) : ()),
		Proto => 'tcp',
		Timeout => $patience);
}

# Write all of it, however slowly it is taken; false where the peer hung up.
sub put
{
	my ($self, $socket, $text) = @_;
	my $done = 0;
	local $SIG{PIPE} = 'IGNORE';

	while ($done < length $text)
	{
		my $n = syswrite($socket, $text, 65536, $done);

		next if !defined $n && $! == EINTR;
		return 0 unless $n;
		$done += $n;
	}
	return 1;
}

# One answer off a connection: { status, headers, body, raw }.
sub get
{
	my ($self, $socket, $seconds) = @_;
	my $deadline = time + ($seconds // $patience);
	my $text = $self->{rest}{$socket} // '';
	my $select = IO::Select->new($socket);

	while (1)
	{
		if ($text =~ /^HTTP\/1\.[01] (\d+)[^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n(.*)$/s)
		{
			my ($status, $head, $rest) = ($1, $2, $3);
			my %headers = map { /^([^:]+):\s*(.*)$/ ? (lc $1 => $2) : () } split /\r\n/, $head;
			my $length = $headers{'content-length'} // 0;

			if ($status eq '100')
			{
				$text = $rest;
				next;
			}
			if (length($rest) >= $length)
			{
				$self->{rest}{$socket} = substr($rest, $length);
				return {
					status => $status,
					headers => \%headers,
					body => substr($rest, 0, $length)
				};
			}
		}
		my $left = $deadline - time;
		last if $left <= 0 || !$select->can_read($left);
		my $n = sysread($socket, $text, 65536, length $text);
		next if !defined $n && $! == EINTR;
		last unless $n;
	}
	delete $self->{rest}{$socket};
	return { status => 0, headers => {}, body => '', raw => $text };
}

# Has the peer hung up, within the patience?
sub is_closed
{
	my ($self, $socket, $seconds) = @_;
	my $deadline = time + ($seconds // $patience);
	my $select = IO::Select->new($socket);

	while ((my $left = $deadline - time) > 0)
	{
		last unless $select->can_read($left);
		my $n = sysread($socket, my $junk, 65536);
		return 1 unless $n;
	}
	return 0;
}

# A request as text.  Headers are a list of name, value; a body brings its length.
sub text
{
	my ($self, %params) = @_;
	my @headers = @{ $params{headers} // [] };
	my $head = ($params{method} // 'POST') . ' ' . ($params{path} // $path) . " HTTP/1.1\r\nHost: odoo.example\r\n";

	push @headers, 'Content-Length', length $params{body}
	  if defined $params{body} && !$params{no_length};
	while (my ($name, $value) = splice @headers, 0, 2)
	{
		$head .= "$name: $value\r\n";
	}
	return "$head\r\n" . ($params{body} // '');
}

# One request on a connection of its own, and its answer.
sub call
{
	my ($self, %params) = @_;
	my $socket = $self->connect
	  or return { status => 0, headers => {}, body => '', raw => "no connection: $!" };

	$self->put($socket, $self->text(%params));
	return $self->get($socket, $params{seconds});
}

# An event with the secret in a header, as Cartona sends it.
sub event
{
	my ($self, $hashed_id, $status, %params) = @_;
	my $secret = exists $params{secret} ? $params{secret} : $self->{secret};

	return $self->call(
		headers => [
			'Content-Type', 'application/json',
			(defined $secret ? ('AuthorizationToken', $secret) : ()),
			@{ $params{headers} // [] }
		],
		body => $params{body} // encode_json({ hashed_id => $hashed_id, status => $status }));
}

# The headers of a signed body (Standard Webhooks); each part may be given.
sub signature
{
	my ($self, $body, %params) = @_;
	my $id = $params{id} // 'msg_1';
	my $at = $params{at} // int(time);
	my $secret = $params{secret} // $self->{secret};
	my $key = $secret =~ /^whsec_(.*)$/ ? decode_base64($1) : $secret;

	return (
		'webhook-id', $id,
		'webhook-timestamp', $at,
		'webhook-signature',
		($params{before} // '') . 'v1,' . encode_base64(hmac_sha256("$id.$at.$body", $key), ''));
}

# A signed event.
sub signed
{
	my ($self, $body, %params) = @_;

	return $self->call(
		headers => [ 'Content-Type', 'application/json', $self->signature($body, %params) ],
		body => $body);
}

# What an answer says, as "status result".
sub said
{
	my ($answer) = @_;
	my $json = eval { decode_json($answer->{body}) } // {};

	return join ' ', $answer->{status}, $json->{result} // '-';
}

1;
