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

for client in worker console; do
  [[ -f web/$client/package.json ]] || continue
  make -s "web/$client/node_modules/.package-lock.json"
  mkdir -p "$root/web/$client/src/api"
  "web/$client/node_modules/.bin/openapi-typescript" api/openapi.yaml \
    -o "$root/web/$client/src/api/schema.d.ts" >/dev/null
done
