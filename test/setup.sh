#!/bin/bash
#
# setup.sh
#	Install what building, the tests and the demo need (Debian 11 to 13).
#
# Prints the path of the pg_config to build with on stdout, everything else on
# stderr:  PG_CONFIG=$(bash test/setup.sh).  ALSO names more packages.
#
# Does nothing where all is there.  PostgreSQL is the one PG_CONFIG names, else
# the newest installed that can be built against, else the distribution's own.
# No cluster of the system is made, started or touched, and no web server started.
#
# Neighbours: check.sh and the demo call it.
#
# Failure: what cannot be installed ends it with exit code 1 and a message.
#
set -eu

say()
{
	echo "setup: $*" >&2
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		say "root rights are needed for: $*"
		say "run this as root, or install sudo"
		exit 1
	fi
}

installed()
{
	[ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# The newest PostgreSQL here that has a server and the files to build against.
# pgxs.mk does not tell: on Debian 12 it comes with the client, the headers do not.
newest_pg_config()
{
	local dir

	for dir in $(ls -d /usr/lib/postgresql/*/ 2>/dev/null | sort -rV); do
		if [ -x "$dir/bin/postgres" ] && [ -x "$dir/bin/pg_config" ] &&
			[ -e "$("$dir/bin/pg_config" --pgxs)" ] &&
			[ -e "$("$dir/bin/pg_config" --includedir-server)/postgres.h" ]; then
			echo "${dir%/}/bin/pg_config"
			return
		fi
	done
}

pg_config=${PG_CONFIG:-$(newest_pg_config)}

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	if [ -n "$pg_config" ]; then
		say "this is no Debian: taking it that libcurl, json-c, libmicrohttpd, GnuTLS, IPC::Run, python3${ALSO:+ and $ALSO} are there"
		echo "$pg_config"
		exit 0
	fi
	say "this is no Debian: install PostgreSQL with its server headers, libcurl, json-c, libmicrohttpd, GnuTLS, IPC::Run and python3, and set PG_CONFIG"
	exit 1
fi

wanted="gcc make libc6-dev perl python3 openssl libcurl4-openssl-dev libjson-c-dev libmicrohttpd-dev libgnutls28-dev libipc-run-perl ${ALSO:-}"
missing=
for package in $wanted; do
	# whichever package it came with: that one and its service are the administrator's
	[ "$package" = nginx ] && [ -x /usr/sbin/nginx ] && continue
	installed "$package" || missing="$missing $package"
done

if [ -n "$missing" ] || [ -z "$pg_config" ]; then
	export DEBIAN_FRONTEND=noninteractive
	apt="apt-get -q -y -o Dpkg::Use-Pty=0 -o Acquire::Retries=3"

	as_root $apt update >&2 || say "apt-get update failed; trying with the package lists that are here"

	# What this puts where it is read by the packages, it takes away again.
	mine=
	trap 'as_root rm -f $mine' EXIT

	if [ -z "$pg_config" ]; then
		# "postgresql" depends on the distribution's version.
		version=$(apt-cache depends postgresql | sed -n 's/.*Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | head -1)
		if [ -z "$version" ]; then
			say "the package lists name no PostgreSQL"
			exit 1
		fi
		missing="$missing postgresql-$version postgresql-server-dev-$version"
		pg_config=/usr/lib/postgresql/$version/bin/pg_config

		# The package would make and start a cluster of its own: not for us.
		no_cluster=/etc/postgresql-common/createcluster.d/cartona-setup.conf
		if [ ! -e "$no_cluster" ]; then
			as_root mkdir -p "${no_cluster%/*}"
			mine="$mine $no_cluster"
			echo "create_main_cluster = false" | as_root tee "$no_cluster" >/dev/null
		fi
	fi

	# nginx's would start a server on port 80, now and at each boot.
	case " $missing " in
		*" nginx "*)
			policy=/usr/sbin/policy-rc.d
			if [ ! -e "$policy" ]; then
				mine="$mine $policy"
				printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
				as_root chmod 755 "$policy"
			fi
			;;
	esac

	say "installing:$missing"
	as_root env DEBIAN_FRONTEND=noninteractive $apt install --no-install-recommends $missing >&2 || {
		say "these packages could not be installed:$missing"
		exit 1
	}
	case " $missing " in
		*" nginx "*) as_root update-rc.d nginx disable >&2 ;;
	esac
fi

if [ ! -x "$pg_config" ]; then
	say "there is no $pg_config"
	exit 1
fi
echo "$pg_config"
