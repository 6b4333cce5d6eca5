#!/usr/bin/env bash
# build-image-steps.sh pages          builds both clients
# build-image-steps.sh server OUTDIR  builds the programs of an image into OUTDIR, pages inside
#
# The Dockerfile runs exactly these steps and `make docker-steps` runs them without
# Docker, so that what CI proves is what an image holds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export CI=true

pages() {
  local client
  for client in worker console; do
    npm --prefix "web/$client" ci --prefer-offline --no-audit --no-fund --loglevel=error
  done
  scripts/quiet.sh npm --prefix web/worker run build:h5
  scripts/quiet.sh npm --prefix web/console run build
  # The builds empty their folders, also of the files that git keeps there.
  touch web/worker/dist/build/h5/.keep web/console/dist/.keep
}

server() {
  local out=$1 version
  version=${VERSION:-$(git describe --tags --always --dirty 2>/dev/null || echo dev)}
  mkdir -p "$out"
  CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$version" \
    -o "$out/" ./cmd/nianwei ./cmd/drawcheck
}

case ${1:-} in
pages) pages ;;
server) server "${2:?OUTDIR}" ;;
*)
  sed -n '2,3s/^# //p' "$0" >&2
  exit 2
  ;;
esac
