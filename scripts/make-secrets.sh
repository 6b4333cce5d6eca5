#!/usr/bin/env bash
# make-secrets.sh ORIGIN makes ./secrets for compose.yaml: fresh keys, a password for
# MySQL, and the name under which the union signs its draws. It replaces nothing.
#
# The keys are made by the product itself: by the image that `docker compose build` made,
# or by NIANWEI=bin/nianwei. The files are readable, since a container's user is another
# one than yours; the folder is closed instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
origin=${1:?ORIGIN, e.g. nianwei.example.org}
if [[ -e secrets ]]; then
  echo "./secrets exists: keys that were used are never replaced" >&2
  exit 1
fi

nianwei() {
  if [[ -n ${NIANWEI:-} ]]; then
    NIANWEI_ORIGIN=$origin "$NIANWEI" "$@"
  else
    docker run --rm --env NIANWEI_ORIGIN="$origin" nianwei "$@"
  fi
}

keys=$(nianwei config keys)
key() { # key NAME: its value, without brackets and quotes
  local value
  value=$(sed -n "s/^  $1: //p" <<<"$keys" | tr -d '[]"')
  [[ -n $value ]] || { echo "nianwei config keys gave no $1" >&2; return 1; }
  printf '%s' "$value"
}

umask 022
mkdir -m 700 secrets
printf '%s' "$origin" >secrets/origin
key sealKeys >secrets/seal_keys
key hashKey >secrets/hash_key
key signingKey >secrets/signing_key
key verifier >secrets/verifier
password=$(od -An -tx1 -N24 /dev/urandom | tr -d ' \n')
printf '%s' "$password" >secrets/mysql_password
printf 'mysql:nianwei:%s@tcp(mysql:3306)/nianwei' "$password" >secrets/database_url
echo "made ./secrets; keep a copy of it apart from the backups of the database"
