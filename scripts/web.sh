#!/usr/bin/env bash
# web.sh SCRIPT runs the npm script SCRIPT in each client that has it.
set -euo pipefail
script=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../web"
export CI=true
for client in worker console; do
  [[ -f $client/package.json ]] || continue
  if (cd "$client" && npm pkg get "scripts.$script" | grep -q '"'); then
    echo "web/$client: npm run $script"
    npm --prefix "$client" run --silent "$script" </dev/null
  fi
done
