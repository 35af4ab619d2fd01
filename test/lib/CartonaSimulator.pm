# CartonaSimulator.pm
#	The marketplace simulator as an object of a TAP test.
#
# Neighbours: test/simulator (its README lists the control calls, faults and
# options); CartonaNode.pm points an account at it.
#
# Failure: a control call that is refused dies, and the test with it.
#
package CartonaSimulator;

use strict;
use warnings;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use HTTP::Tiny;
use JSON::PP;

my $script = abs_path(dirname(__FILE__)) . '/../simulator/cartona_simulator.py';
my $json = JSON::PP->new->utf8->canonical;

# Start one on a free port: CartonaSimulator->new(token => ...)
sub new
{
	my ($class, %params) = @_;
	my $self = bless { token => $params{token} || 'simulated-token' }, $class;
	my @command = ('python3', $script, '--port', '0', '--token', $self->{token});

	push @command, '--certificate', $params{certificate} if $params{certificate};
	$self->{pid} = open(my $out, '-|', @command)
	  or die "could not start the simulator: $!";
	$self->{out} = $out;
	my $line = <$out>;
	die 'the simulator did not start'
	  unless defined $line && $line =~ /^listening on (\d+)/;
	$self->{port} = $1;
	$self->{http} = HTTP::Tiny->new(timeout => 120);
	return $self;
}

sub token { return $_[0]->{token}; }
sub port { return $_[0]->{port}; }
sub url { return "http://127.0.0.1:$_[0]->{port}"; }

sub stop
{
	my ($self) = @_;

	return unless $self->{pid};
	kill 'TERM', $self->{pid};

	# Waits for the process; its exit code is the signal's, not the test's.
	local ($?, $!);
	close $self->{out};
	delete $self->{pid};
	return;
}

sub DESTROY
{
	my ($self) = @_;

	$self->stop;
	return;
}

# A control call, /_sim/<path>; returns the answer's value.
sub control
{
	my ($self, $method, $path, $value) = @_;
	my %options;

	$options{content} = $json->encode($value) if defined $value;
	my $answer = $self->{http}
	  ->request($method, $self->url . "/_sim/$path", \%options);
	die "$method $path: $answer->{status} $answer->{content}"
	  unless $answer->{success};
	return length($answer->{content}) ? $json->decode($answer->{content}) : undef;
}

# Remembered requests: requests(path => 'bulk-update', since => 7)
sub requests
{
	my ($self, %filter) = @_;
	my $query = join '&', map { "$_=$filter{$_}" } sort keys %filter;

	return @{ $self->control('GET', "requests?$query") };
}

# The number of the last request so far: a mark for requests(since => ...)
sub last
{
	my ($self) = @_;

	return $self->control('GET', 'stats')->{last};
}

# Append fault rules: fault({ fault => 'hang', match => { path => 'bulk' }})
sub fault
{
	my ($self, @rules) = @_;

	return $self->control('POST', 'faults', \@rules);
}

sub no_faults
{
	my ($self) = @_;

	return $self->control('DELETE', 'faults');
}

# How often the fault rules have hit, in all.
sub hits
{
	my ($self) = @_;
	my $hits = 0;

	$hits += $_->{hits} foreach @{ $self->control('GET', 'faults') };
	return $hits;
}

# What it knows of one order; undef when there is none.
sub order
{
	my ($self, $hashed_id) = @_;

	return eval { $self->control('GET', "orders/$hashed_id") };
}

# The statuses an order was given by us, in their order.
sub statuses
{
	my ($self, $hashed_id) = @_;
	my $order = $self->order($hashed_id) or return;

	return map { $_->{status} }
	  grep { $_->{by} eq 'supplier' } @{ $order->{history} };
}

# Its products, by supplier_product_id or else by internal_product_id.
sub products
{
	my ($self) = @_;

	return
	  map { (($_->{supplier_product_id} // $_->{internal_product_id}) => $_) }
	  @{ $self->control('GET', 'products') };
}

1;
