#!/bin/bash
#
# tree.sh VERSION
#	Make, or reuse, a Debian tree that holds a real Odoo, its PostgreSQL and
#	what is needed to build this extension inside it.  Prints the tree's path.
#
# Neighbours: odoo_server.py runs PostgreSQL and Odoo from the tree this makes;
# check.sh turns exit code 75 into a loud SKIPPED.
#
# Failure: a tree appears under its final name only when it is complete (it is
# built beside it and renamed), so what a crash leaves is rebuilt.  Exit code 75
# means that no Debian mirror could be reached, and nothing else means that.
#
# Environment: CARTONA_ODOO_TREES, the folder of the trees
# (default /var/tmp/cartona-odoo; 3.5 GB for each version).
#
set -euo pipefail

readonly EX_TEMPFAIL=75

# Everything stands in functions, so that bash has read the whole script before
# it runs any of it: a build takes minutes, and the file may be edited meanwhile.

usage()
{
	echo "usage: $0 14|19" >&2
	exit 64
}

say()
{
	echo "tree.sh: $*" >&2
}

# Is SUITE at MIRROR within reach?  apt's own helper is asked, because it goes
# the way apt goes (proxies, apt's transports) and is on every Debian.
serves()
{
	/usr/lib/apt/apt-helper \
		-o Acquire::http::Timeout=20 -o Acquire::https::Timeout=20 \
		download-file "$1/dists/$2/Release" "$scratch/Release" \
		>"$scratch/helper.log" 2>&1 || return 1
	grep -q '^Codename:' "$scratch/Release"
}

# The mirrors this machine uses itself; none is named here.
find_mirror()
{
	local site
	local found=

	while read -r site; do
		if serves "$site" "$suite" &&
			{ [ -z "$pinned_from" ] || serves "$site" "$pinned_from"; }; then
			found=$site
			break
		fi
	done < <(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' |
		sort -u)
	echo "$found"
}

no_mirror()
{
	say "*** NO DEBIAN MIRROR CAN BE REACHED ***"
	say "None of this machine's apt sources serves $suite${pinned_from:+ and $pinned_from};"
	say "the tree for Odoo $version cannot be built."
	exit $EX_TEMPFAIL
}

main()
{
	[ $# -eq 1 ] || usage
	version=$1
	trees=${CARTONA_ODOO_TREES:-/var/tmp/cartona-odoo}

	# A Debian release with the PostgreSQL and Python that its Odoo was made for.
	# Odoo 19 lives in sid alone, but sid's own Python is too new for it: take the
	# one package from sid and everything else from trixie.
	case $version in
		14)
			suite=bullseye
			pinned_from=
			packages=odoo-14,postgresql-13,postgresql-server-dev-13,tzdata
			;;
		19)
			suite=trixie
			pinned_from=sid
			# without tzdata-legacy, pytz does not find its zones
			packages=odoo-19,postgresql-17,postgresql-server-dev-17,tzdata,tzdata-legacy
			;;
		*)
			usage
			;;
	esac
	packages=$packages,procps,ca-certificates,gcc,make,pkg-config
	packages=$packages,libcurl4-openssl-dev,libjson-c-dev,libmicrohttpd-dev

	# A tree made by another recipe is not the tree that was asked for.
	recipe="$suite+$pinned_from $packages"
	tree=$trees/$version
	stamp=$tree/etc/cartona-tree

	if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$recipe" ]; then
		echo "$tree"
		exit 0
	fi

	if [ "$(id -u)" -ne 0 ]; then
		exec sudo CARTONA_ODOO_TREES="$trees" "$0" "$version"
	fi

	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT

	mirror=$(find_mirror)
	[ -n "$mirror" ] || no_mirror

	if ! command -v mmdebstrap >/dev/null ||
		[ ! -f /usr/share/keyrings/debian-archive-keyring.gpg ]; then
		say "installing mmdebstrap and the archive's keys"
		DEBIAN_FRONTEND=noninteractive apt-get update >&2
		DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
			mmdebstrap debian-archive-keyring >&2
	fi

	mkdir -p "$trees"
	# A running server holds this lock too (shared): a tree is not pulled away
	# from under it.
	exec 9>"$trees/.lock-$version"
	flock --nonblock 9 || {
		say "waiting until nobody builds or uses the tree of Odoo $version"
		flock 9
	}
	# another run may have built it while this one waited
	if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$recipe" ]; then
		echo "$tree"
		exit 0
	fi

	building=$trees/.building-$version
	log=$trees/build-$version.log

	rm -rf --one-file-system "$tree" "$building"

	{
		echo "deb $mirror $suite main"
		[ -z "$pinned_from" ] || echo "deb $mirror $pinned_from main"
	} >"$scratch/sources.list"

	hooks=()
	if [ -n "$pinned_from" ]; then
		cat >"$scratch/pinned" <<-END
			Package: *
			Pin: release n=$pinned_from
			Pin-Priority: 50

			Package: odoo-$version
			Pin: release n=$pinned_from
			Pin-Priority: 900
		END
		hooks=(--setup-hook="mkdir -p \"\$1\"/etc/apt/preferences.d &&
			cp '$scratch/pinned' \"\$1\"/etc/apt/preferences.d/pinned")
	fi

	# mmdebstrap does not read the machine's apt configuration; a proxy set there
	# is needed here too.
	proxies=()
	for scheme in http https; do
		proxy=
		eval "$(apt-config shell proxy "Acquire::$scheme::Proxy")"
		[ -z "$proxy" ] || proxies+=(--aptopt="Acquire::$scheme::Proxy \"$proxy\"")
	done

	say "building Odoo $version on $suite in $tree (minutes; log: $log)"
	started=$SECONDS
	# Check-Valid-Until: a mirror's copy of sid can be past its date.
	# unshare: what mmdebstrap mounts goes away with it, even when it is killed.
	if ! unshare --mount mmdebstrap --variant=minbase --mode=root \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--aptopt='Acquire::Check-Date "false"' \
		--aptopt='Acquire::Retries "3"' \
		"${proxies[@]}" "${hooks[@]}" \
		--include="$packages" \
		"$suite" "$building" "$scratch/sources.list" >"$log" 2>&1; then
		tail -n 20 "$log" >&2
		rm -rf --one-file-system "$building"
		[ -n "$(find_mirror)" ] || no_mirror
		say "building the tree failed; the whole log is $log"
		exit 1
	fi

	echo "$recipe" >"$building/etc/cartona-tree"
	mv "$building" "$tree"
	say "built in $((SECONDS - started)) s"
	echo "$tree"
}

main "$@"
exit
