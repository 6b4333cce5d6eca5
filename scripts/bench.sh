#!/usr/bin/env bash
# bench.sh runs the Go benchmarks that match BENCH (default all) and prints one table.
#
# First the single packages, then the hot path over HTTP: plays per second on SQLite and
# on MariaDB, beside an empty handler and beside one transaction per play. PLAYS is how
# many plays each of those takes. Numbers of a busy machine say nothing: close what else
# is running.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pattern=${BENCH:-.}
plays=${PLAYS:-30000}
tags=(-tags no_ui)

table() {
  awk '
    /^pkg:/ { package = $2; sub(/^nianwei\//, "", package) }
    /^Benchmark/ {
      name = $1; sub(/^Benchmark/, "", name); sub(/-[0-9]+$/, "", name)
      rest = ""
      for (i = 3; i < NF; i += 2) rest = rest sprintf("%16s %-10s", $i, $(i + 1))
      printf "%-22s %-40s%s\n", package, name, rest
      fflush()
    }
    /^(FAIL|panic|---)/ { print; failed = 1 }
    END { exit failed }'
}

packages=()
for dir in $(go list "${tags[@]}" -f '{{.Dir}}' ./...); do
  [[ $dir == "$PWD/cmd/nianwei" ]] && continue
  if grep -qsE "^func Benchmark[A-Za-z0-9_]*" "$dir"/*_test.go; then packages+=("$dir"); fi
done
go test "${tags[@]}" -p 1 -run '^$' -bench "$pattern" -benchmem "${packages[@]}" | table

if [[ Plays =~ $pattern ]]; then
  scripts/with-services.sh go test "${tags[@]}" -run '^$' -bench Plays -benchtime "${plays}x" -timeout 30m ./cmd/nianwei | table
fi
