#!/usr/bin/env bash
# quiet.sh CMD… runs CMD and shows its output only if it fails.
set -euo pipefail
export CI=true # uni-app's build calls home without it
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! "$@" >"$log" 2>&1 </dev/null; then
  cat "$log" >&2
  exit 1
fi
