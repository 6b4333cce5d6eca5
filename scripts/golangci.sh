#!/usr/bin/env bash
# golangci.sh ARGS… runs the pinned golangci-lint with ARGS.
#
# The linter is built from its Go module the first time, into .tools/, because a
# module needs nothing but the Go proxy and its checksum is verified. That takes
# some minutes once; later calls start at once.
set -euo pipefail

readonly version=v2.15.0
readonly module=github.com/golangci/golangci-lint/v2/cmd/golangci-lint

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
dir="$root/.tools/golangci-lint-$version-$(go env GOVERSION)"

if [[ ! -x "$dir/golangci-lint" ]]; then
  echo "golangci-lint $version: building once into ${dir#"$root"/} (some minutes)" >&2
  # Outside the module, so that the product's go.mod does not choose the linter's dependencies.
  (cd / && GOBIN="$dir" GOFLAGS=-mod=mod go install "$module@$version")
fi

cd "$root"
exec "$dir/golangci-lint" "$@"
