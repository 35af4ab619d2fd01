#!/bin/bash
#
# check.sh
#	`make check-odoo`: the checks on a real Odoo (19; ODOO=14 for the other one).
#
# Neighbours: tree.sh (the Debian tree with Odoo), README.md (what each part checks).
#
# PARTS="story" runs one of them alone; arguments go to each that is run.
#
# Failure: any failed check, and anything that goes wrong on the way, is a
# failure.  The one exception is a Debian mirror that cannot be reached: that
# skips the story, loudly, with exit code 0.
#
set -u

here=$(cd "$(dirname "$0")" && pwd)
version=${ODOO:-19}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

"$here/tree.sh" "$version" >/dev/null
case $? in
	0) ;;
	75)
		cat <<-END

			************************************************************
			*                                                          *
			*   SKIPPED: the story on a real Odoo was NOT run.         *
			*   No Debian mirror can be reached, so there is no Odoo.  *
			*                                                          *
			************************************************************

		END
		exit 0
		;;
	*)
		echo "check-odoo: the tree for Odoo $version could not be made" >&2
		exit 1
		;;
esac

if ! command -v python3 >/dev/null; then
	as_root apt-get update && as_root apt-get install -y --no-install-recommends python3 || exit 1
fi

failed=0
# A browser for the screens; a font with Arabic for their pictures.
if ! command -v chromedriver >/dev/null || ! command -v chromium >/dev/null; then
	{ as_root apt-get update && as_root apt-get install -y --no-install-recommends chromium chromium-driver fonts-dejavu-core; } >/dev/null || exit 1
fi

for part in ${PARTS:-story twin life status bridge notes events screens}; do
	python3 "$here/$part.py" --version "$version" "$@" || failed=1
done
exit $failed
