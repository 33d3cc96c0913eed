#!/usr/bin/env bash
# Makes the secrets docker-compose.yml reads, in ./secrets or the folder named: passwords of the database roles and of
# Redis, the addresses that hold them, and the master key. What is there already is kept, so it is safe to repeat.
#
# The folder is closed to all but its owner; the files in it can be read by whoever is inside, because the containers get
# each file as it is and read it as users of their own.
set -euo pipefail

dir=${1:-$(dirname "$0")/../secrets}
umask 077
mkdir -p "$dir"
chmod 700 "$dir"
cd "$dir"

# write NAME: the text on standard input, in one step.
write() {
	cat >"$1.new"
	chmod 444 "$1.new"
	mv -f "$1.new" "$1"
}

# once NAME COMMAND…: what the command prints, unless there is such a secret already.
once() {
	local name=$1
	shift
	[ -s "$name" ] || "$@" | write "$name"
}

password() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; } # 192 bits that no address has to escape.
key() { head -c 32 /dev/urandom | base64; }
mail_catcher() { printf 'smtp://mail:1025?starttls=off'; }

for role in postgres owner app worker metrics redis; do
	once "${role}_password" password
done
once master_key key
once smtp_url mail_catcher

# These follow from the passwords and are written anew each time.
for role in owner app worker metrics; do
	name=$role
	[ "$role" = owner ] && name=migrate
	printf 'postgres://tt_%s:%s@postgres:5432/tussentijds?sslmode=disable' "$role" "$(cat "${role}_password")" | write "${name}_database_url"
done
printf 'redis://:%s@redis:6379/0' "$(cat redis_password)" | write redis_url
printf 'requirepass %s\n' "$(cat redis_password)" | write redis_conf

echo "secrets are in $(pwd): keep a copy in a safe place, apart from the backups of the database"
