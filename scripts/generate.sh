#!/usr/bin/env bash
# generate.sh [ROOT] makes everything that is made from the contract, api/openapi.yaml:
# the Go server's types and the clients' types. With ROOT it writes below ROOT instead
# of the repository, so that verify.sh can compare.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=${1:-.}

mkdir -p "$root/api/gen"
config=$(mktemp --suffix .yaml)
trap 'rm -f "$config"' EXIT
sed "s#^output:.*#output: $root/api/gen/gen.go#" api/oapi-codegen.yaml >"$config"
go tool oapi-codegen --config "$config" api/openapi.yaml

types() { # types CLIENT FLAG…: as its own npm script does it
  local client=$1
  shift
  make -s "web/$client/node_modules/.package-lock.json"
  mkdir -p "$root/web/$client/src/api"
  "web/$client/node_modules/.bin/openapi-typescript" api/openapi.yaml "$@" \
    -o "$root/web/$client/src/api/schema.d.ts" >/dev/null
}
types worker
# The console builds drafts: a field with a default may be left out of one.
types console --default-non-nullable=false
