#!/usr/bin/env bash
# with-services.sh CMD… runs CMD with a private MariaDB and a private Redis.
#
# Both live in a temporary folder, listen on free ports of the loopback address
# and are gone when CMD ends, however it ends. Nothing of the system's own
# servers is touched, so two runs can go on side by side. CMD finds them in
#
#   NIANWEI_TEST_MYSQL_DSN   a go-sql-driver DSN of a user who may create databases
#   NIANWEI_TEST_REDIS_ADDR  host:port
#
# MariaDB flushes its log at every commit, as in production: a test that counts
# rows after a crash means what it says.
set -euo pipefail

if [[ $# -eq 0 ]]; then
  echo "usage: with-services.sh CMD…" >&2
  exit 2
fi

PATH="$PATH:/usr/sbin:/usr/local/sbin"
for command in mariadbd mariadb-install-db mariadb-admin redis-server redis-cli; do
  if ! command -v "$command" >/dev/null; then
    echo "$command is not installed; scripts/install-test-deps.sh installs it" >&2
    exit 1
  fi
done

dir=$(mktemp -d "${TMPDIR:-/tmp}/nianwei-services.XXXXXX")
mariadb_pid=
redis_pid=
child_pid=

# die_with_me starts a server that the kernel ends if this script is killed.
die_with_me() {
  if command -v setpriv >/dev/null; then
    exec setpriv --pdeathsig KILL "$@"
  fi
  exec "$@"
}

end() { # end PID: ask, wait, insist
  local pid=$1 i
  [[ -n $pid ]] || return 0
  kill -TERM "$pid" 2>/dev/null || return 0
  for ((i = 0; i < 100; i++)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}

clean() {
  trap - EXIT INT TERM HUP
  end "$child_pid"
  # What is in the folder is thrown away, so the servers need not close in order.
  local pid
  for pid in $mariadb_pid $redis_pid; do kill -KILL "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$dir"
}
trap clean EXIT
trap 'clean; exit 130' INT
trap 'clean; exit 143' TERM HUP

free_port() { # a port below the ephemeral range on which nobody answers
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    if ! (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

ready() { # ready PID CMD…: true once CMD succeeds, false if the server PID ends first
  local pid=$1 i
  shift
  for ((i = 0; i < 600; i++)); do
    "$@" >/dev/null 2>&1 && return 0
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

start_mariadb() {
  mariadb-install-db --no-defaults --datadir="$dir/mysql" --user="$(id -un)" \
    --auth-root-authentication-method=normal --skip-test-db >"$dir/install.log" 2>&1 ||
    { cat "$dir/install.log" >&2; return 1; }
  local try
  for try in 1 2 3 4 5; do
    mysql_port=$(free_port)
    (die_with_me mariadbd --no-defaults --user="$(id -un)" --datadir="$dir/mysql" \
      --socket="$dir/mysql.sock" --pid-file="$dir/mysql.pid" --tmpdir="$dir" \
      --bind-address=127.0.0.1 --port="$mysql_port" --skip-name-resolve \
      --character-set-server=utf8mb4 --collation-server=utf8mb4_bin \
      --innodb-flush-log-at-trx-commit=1 --skip-log-bin \
      --innodb-buffer-pool-size=256M --innodb-log-file-size=128M \
      --max-connections=1000 --max-allowed-packet=64M) </dev/null >"$dir/mysql.log" 2>&1 &
    mariadb_pid=$!
    if ready "$mariadb_pid" mariadb-admin --no-defaults --protocol=tcp -h127.0.0.1 -P"$mysql_port" -uroot ping; then
      return 0
    fi
    echo "MariaDB did not start on port $mysql_port (try $try)" >&2
  done
  tail -n 30 "$dir/mysql.log" >&2
  return 1
}

start_redis() {
  local try
  for try in 1 2 3 4 5; do
    redis_port=$(free_port)
    (die_with_me redis-server --bind 127.0.0.1 --port "$redis_port" --dir "$dir" \
      --save '' --appendonly no) </dev/null >"$dir/redis.log" 2>&1 &
    redis_pid=$!
    if ready "$redis_pid" redis-cli -h 127.0.0.1 -p "$redis_port" ping; then
      return 0
    fi
    echo "Redis did not start on port $redis_port (try $try)" >&2
  done
  tail -n 30 "$dir/redis.log" >&2
  return 1
}

start_mariadb
start_redis

export NIANWEI_TEST_MYSQL_DSN="root@tcp(127.0.0.1:$mysql_port)/?charset=utf8mb4&collation=utf8mb4_bin"
export NIANWEI_TEST_REDIS_ADDR="127.0.0.1:$redis_port"

# In the background, so that a signal to this script is dealt with at once.
"$@" <&0 &
child_pid=$!
status=0
wait "$child_pid" || status=$?
child_pid=
exit "$status"
