#!/usr/bin/env bash
# verify.sh proves that what is made from something else is fresh: it makes it again,
# elsewhere, and compares. It changes nothing.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
failed=0
stale() {
  echo "stale: $1" >&2
  failed=1
}

# The contract is a valid OpenAPI document.
go run github.com/getkin/kin-openapi/cmd/validate -- api/openapi.yaml >&2 || stale "api/openapi.yaml is not valid"

# Files generated from the contract.
scripts/generate.sh "$fresh"
while IFS= read -r file; do
  cmp -s "$fresh/$file" "$file" || stale "$file (make generate)"
done < <(cd "$fresh" && find . -type f -printf '%P\n')

# Golden files: the tests that compare them say so.
go test -tags no_ui -run 'Golden|Matrix|Vectors|Parity' ./... >"$fresh/golden.log" 2>&1 || {
  grep -vE '^ok|no test files' "$fresh/golden.log" >&2
  stale "a golden file"
}

# go.mod and go.sum hold what the code needs, no more and no less.
go mod tidy -diff >"$fresh/tidy.diff" 2>&1 || {
  grep -v '^go: downloading' "$fresh/tidy.diff" | head -n 40 >&2
  stale "go.mod or go.sum (go mod tidy)"
}
go mod verify >/dev/null || stale "a module in the cache does not match go.sum"

# Links between documents lead somewhere.
while IFS= read -r document; do
  while IFS= read -r target; do
    [[ $target == http* || -e $(dirname "$document")/$target ]] || stale "$document: link to $target"
  done < <(grep -oE '\]\([^)#:]+' "$document" | cut -c3-)
done < <(git ls-files '*.md')

# Versions that must be the same in two places.
go_version=$(sed -n 's/^go \([0-9]*\.[0-9]*\).*/\1/p' go.mod)
grep -q "^FROM golang:$go_version-" Dockerfile || stale "Dockerfile's Go is not go.mod's $go_version"

exit "$failed"
