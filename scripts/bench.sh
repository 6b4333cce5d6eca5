#!/usr/bin/env bash
# bench.sh runs the Go benchmarks that match BENCH (default all) and, if nothing was
# selected, the load benchmark of the hot path; it prints one table.
# Numbers of a busy machine say nothing: close what else is running.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

pattern=${BENCH:-.}
packages=()
for dir in $(go list -tags no_ui -f '{{.Dir}}' ./...); do
  if grep -qsE '^func Benchmark' "$dir"/*_test.go; then packages+=("$dir"); fi
done

if [[ ${#packages[@]} -gt 0 ]]; then
  go test -tags no_ui -p 1 -run '^$' -bench "$pattern" -benchmem "${packages[@]}" |
    awk '
      /^pkg:/ { package = $2; sub(/^nianwei\//, "", package) }
      /^Benchmark/ {
        name = $1; sub(/^Benchmark/, "", name); sub(/-[0-9]+$/, "", name)
        rest = ""
        for (i = 3; i < NF; i += 2) rest = rest sprintf("%16s %-10s", $i, $(i + 1))
        printf "%-22s %-40s%s\n", package, name, rest
      }
      /^(FAIL|panic|---)/ { print; failed = 1 }
      END { exit failed }'
fi

if [[ $pattern == . && -d cmd/loadbench ]]; then
  scripts/with-services.sh go run -tags no_ui ./cmd/loadbench
fi
