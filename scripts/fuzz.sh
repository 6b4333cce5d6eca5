#!/usr/bin/env bash
# fuzz.sh [PKG…] runs every fuzz target of the packages for FUZZTIME (default 20s),
# one after the other: the fuzzer takes one target at a time. A new target needs no
# registration. What a run finds is kept below testdata/fuzz and belongs in a commit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
time=${FUZZTIME:-20s}
count=0
for dir in $(go list -tags no_ui -f '{{.Dir}}' "${@:-./...}"); do
  targets=$(grep -hoE '^func Fuzz[A-Za-z0-9_]*' "$dir"/*_test.go 2>/dev/null | cut -d' ' -f2 || true)
  for target in $targets; do
    echo "${dir#"$PWD"/} $target ($time)"
    go test -tags no_ui -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime=1x "$dir"
    count=$((count + 1))
  done
done
echo "$count fuzz targets"
