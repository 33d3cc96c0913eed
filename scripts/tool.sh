#!/usr/bin/env bash
# Puts a development tool of a fixed version at bin/tools/NAME, building it when this machine has not got it yet:
#   scripts/tool.sh golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint v2.15.0
# Built tools are kept in the user's cache by version and Go version, so that another clone finds them ready.
set -euo pipefail

name=$1 package=$2 version=$3
cd "$(dirname "$0")/.."
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/tussentijds-tools/$name-$version-$(go env GOVERSION)
if [ ! -x "$cache/$name" ]; then
	echo "building $name $version (once; this takes a few minutes)"
	mkdir -p "$cache"
	building=$(mktemp -d "$cache/building.XXXXXX")
	trap 'rm -rf "$building"' EXIT
	# Built outside the module, so that our go.mod has no say in its dependencies.
	if ! (cd "$building" && GOBIN=$building GOFLAGS=-buildvcs=false go install "$package@$version") >"$building/log" 2>&1; then
		cat "$building/log" >&2
		exit 1
	fi
	mv "$building/$name" "$cache/$name" # in one step: whoever builds it at the same moment ends with a whole one too.
fi
mkdir -p bin/tools
ln -sfn "$cache/$name" "bin/tools/$name"
