#!/usr/bin/env bash
# docker-steps.sh OUTDIR runs the Dockerfile's build steps without Docker, in a copy of
# the tree that holds only what git knows: what an image needs must be in the repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
out=$(realpath -m "${1:?OUTDIR}")
version=$(git describe --tags --always --dirty 2>/dev/null || echo dev)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

git ls-files --cached --others --exclude-standard -z |
  while IFS= read -r -d '' file; do if [[ -e $file ]]; then printf '%s\0' "$file"; fi; done |
  tar --null --files-from=- --create --file=- | tar --extract --file=- --directory="$copy"

"$copy/scripts/build-image-steps.sh" pages
VERSION=$version "$copy/scripts/build-image-steps.sh" server "$out"
"$out/nianwei" help >/dev/null
ls -l "$out"
