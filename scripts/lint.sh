#!/usr/bin/env bash
# lint.sh checks everything that needs no running: formatting, shell syntax, the Go
# linters with the architecture's import rules (.golangci.yml) and the clients' types.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

unformatted=$(scripts/go-files.sh | xargs -r gofmt -l)
if [[ -n $unformatted ]]; then
  printf 'not formatted (make fmt):\n%s\n' "$unformatted" >&2
  exit 1
fi

for script in .ci/run scripts/*.sh; do bash -n "$script"; done
if command -v shellcheck >/dev/null; then shellcheck --severity=warning .ci/run scripts/*.sh; fi

# Kinds do not know each other.
for kind in service/kind/*/; do
  [[ -d $kind ]] || continue
  kind=${kind%/}
  others=$(go list -tags no_ui -f '{{join .Imports "\n"}}' "./$kind/..." |
    grep '^nianwei/service/kind/' | grep -vE "^nianwei/$kind(/|\$)" || true)
  if [[ -n $others ]]; then
    echo "$kind imports another kind: $others" >&2
    exit 1
  fi
done

scripts/golangci.sh run --build-tags no_ui ./...

if [[ -d web/worker/node_modules && -d web/console/node_modules ]]; then scripts/web.sh typecheck; fi
scripts/web.sh lint
