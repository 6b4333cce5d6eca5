#!/usr/bin/env bash
# install-test-deps.sh installs what the whole test suite needs beside Go and Node:
# MariaDB, Redis, ffmpeg, Chromium and a font with Chinese characters.
# It installs only what is missing, and does nothing when nothing is.
set -euo pipefail

missing=()
need() { # need PACKAGE COMMAND…: any one of the commands is enough
  local package=$1 command
  shift
  for command in "$@"; do
    if PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$command" >/dev/null; then return; fi
  done
  missing+=("$package")
}

need mariadb-server mariadbd mysqld
need redis-server redis-server
need ffmpeg ffmpeg
need chromium chromium chromium-browser google-chrome
need fontconfig fc-list
need curl curl
if ! command -v fc-list >/dev/null || [[ -z "$(fc-list :lang=zh family)" ]]; then
  missing+=(fonts-wqy-microhei)
fi

if [[ ${#missing[@]} -eq 0 ]]; then exit 0; fi

if ! command -v apt-get >/dev/null; then
  echo "missing: ${missing[*]} (names of Debian packages). Install them with your system's package manager, then try again." >&2
  exit 1
fi

as_root=()
if [[ $EUID -ne 0 ]]; then
  if ! command -v sudo >/dev/null; then
    echo "missing: ${missing[*]}. Run as root: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  as_root=(sudo)
fi

echo "installing ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
# The tests start private servers of their own; the packages must not start any.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
  "${as_root[@]}" chmod 755 "$policy"
  trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
