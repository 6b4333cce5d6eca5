#!/usr/bin/env bash
# go-files.sh prints the Go files that people write: tracked or new, not generated.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
git ls-files --cached --others --exclude-standard '*.go' | while read -r file; do
  [[ -f $file ]] || continue
  head -n 5 "$file" | grep -q '^// Code generated .* DO NOT EDIT\.$' || printf '%s\n' "$file"
done
