# CartonaNginx.pm
#	A throwaway nginx with a server block of ours, for TAP tests.
#
# Neighbours: 022_nginx.pl, which puts the README's location into it.
#
# It runs as the test's own user, on a port of its own, with everything it writes
# in one folder; no service of the system is used.
#
# Failure: one that is not there, or does not start, dies with what it said.
#
package CartonaNginx;

use strict;
use warnings;

use Cwd qw(abs_path);
use IO::Socket::INET;
use POSIX ();
use PostgreSQL::Test::Utils;
use Time::HiRes qw(time usleep);

# CartonaNginx->new(port => 8080, server => "location ... {}")
sub new
{
	my ($class, %params) = @_;
	my $self = bless {%params}, $class;
	my ($program) = grep { -x } map { "$_/nginx" } split(/:/, $ENV{PATH}), '/usr/sbin', '/usr/local/sbin';
	my $folder = abs_path(PostgreSQL::Test::Utils::tempdir());

	die 'there is no nginx (test/check.sh installs it)' unless $program;
	append_to_file("$folder/nginx.conf", qq{
daemon off;
pid $folder/nginx.pid;
error_log $folder/error.log info;
worker_processes 1;
events { worker_connections 64; }
http {
	access_log $folder/access.log;
	client_body_temp_path $folder/body;
	proxy_temp_path $folder/proxy;
	fastcgi_temp_path $folder/fastcgi;
	uwsgi_temp_path $folder/uwsgi;
	scgi_temp_path $folder/scgi;
	server {
		listen 127.0.0.1:$self->{port};
$self->{server}
	}
}
});
	$self->{error_log} = "$folder/error.log";
	$self->{pid} = fork;
	die "fork: $!" unless defined $self->{pid};
	if (!$self->{pid})
	{
		open STDOUT, '>', "$folder/out";
		open STDERR, '>&', \*STDOUT;
		exec $program, '-p', $folder, '-c', "$folder/nginx.conf"
		  or POSIX::_exit(127);
	}
	my $deadline = time + 60;
	until (IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $self->{port}))
	{
		my $ended = waitpid($self->{pid}, POSIX::WNOHANG()) > 0;

		delete $self->{pid} if $ended;
		die 'nginx did not start: ' . slurp_file("$folder/out") if $ended || time > $deadline;
		usleep(50_000);
	}
	return $self;
}

sub stop
{
	my ($self) = @_;
	local ($?, $!);

	return unless $self->{pid};
	kill 'TERM', $self->{pid};
	waitpid $self->{pid}, 0;
	delete $self->{pid};
	return;
}

sub DESTROY
{
	my ($self) = @_;

	$self->stop;
	return;
}

1;
