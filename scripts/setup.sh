#!/usr/bin/env bash
# Installs what is missing on this machine for what is about to be done, and says nothing when nothing is.
#   scripts/setup.sh run    what the demo uses: PostgreSQL and Redis servers
#   scripts/setup.sh test   the same, and what the tests use: Chromium, Node.js, poppler-utils, qpdf
# As root, or with sudo that asks no password, on Debian and Ubuntu. Elsewhere it says in one line what to install. The
# demo goes on without PostgreSQL and Redis (it fetches one and brings the other); the tests do not.
set -euo pipefail

purpose=${1:-run}
case $purpose in
run | test) ;;
*)
	echo "usage: $0 run|test" >&2
	exit 2
	;;
esac

have() { command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ]; }

have_postgres() {
	local dir
	for dir in /usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin; do
		[ -x "$dir/postgres" ] && [ -x "$dir/initdb" ] && return 0
	done
	have postgres && have initdb
}

# The browser tests' driver asks for Node.js 20.
have_node() {
	have node && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ]
}

have_go() {
	if ! have go; then
		echo "Go is missing: install Go 1.26 or newer from go.dev or your distribution" >&2
		exit 1
	fi
}

missing() {
	have_postgres || echo postgresql
	have redis-server || have valkey-server || echo redis-server
	if [ "$purpose" = test ]; then
		have chromium || have chromium-browser || have google-chrome || echo chromium
		{ have pdftotext && have pdftoppm; } || echo poppler-utils
		have qpdf || echo qpdf
		have_node || echo nodejs
		have npm || echo npm
	fi
}

# With this file in place packages do not start the services they bring. We run our own on ports of our own, and a
# machine that had no PostgreSQL before should not have one listening because somebody tried a demo.
quiet_services() {
	policy=/usr/sbin/policy-rc.d
	if [ -e "$policy" ]; then
		return
	fi
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
	as_root chmod 755 "$policy"
	trap 'as_root rm -f "$policy"' EXIT
}

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
	have apt-get || return 1
	[ "$(id -u)" = 0 ] || { have sudo && sudo -n true 2>/dev/null; }
}

install() {
	local log
	log=$(mktemp)
	echo "installing: $*"
	quiet_services
	local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
	if ! { as_root "${apt[@]}" update && as_root "${apt[@]}" install -y --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null; then
		tail -n 20 "$log" >&2
		rm -f "$log"
		return 1
	fi
	rm -f "$log"
}

have_go
mapfile -t packages < <(missing)
[ ${#packages[@]} -gt 0 ] || exit 0
if may_install && install "${packages[@]}"; then
	mapfile -t packages < <(missing)
	[ ${#packages[@]} -gt 0 ] || exit 0
fi
case " ${packages[*]} " in *" nodejs "*) note=" (Node.js 20 or newer)" ;; *) note="" ;; esac
echo "missing: ${packages[*]}$note; install with: sudo apt-get install -y ${packages[*]} (or your system's packages of these)" >&2
[ "$purpose" = run ]
