#!/usr/bin/env bash
# How answers and size grow: fills a store from a feed, made longer by grow.py,
# and at 10,000, 100,000 and 1,000,000 facts prints what questions take while
# articles go on coming at full rate, calls a second with two query threads and
# nothing coming, and what the database takes for each byte of text.
#
#   tests/bench/million.sh FEED.jsonl [FACTS…]
#
# FM_BUILD: build directory (default build/), FM_WORK: where the store is made
# (default a temporary folder), FM_KEEP=1: leave it there.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${FM_BUILD:-$PWD/build}
bin=$build/bin
feed=$1
shift
marks=("$@")
[ ${#marks[@]} -gt 0 ] || marks=(10000 100000 1000000)
work=${FM_WORK:-$(mktemp -d)}
mkdir -p "$work"
pids=()
cleanup() {
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  [ -n "${FM_KEEP:-}" ] || rm -rf "$work"
}
trap cleanup EXIT
export FM_BIN=$bin FM_WORK=$work FM_SOURCE=$PWD FM_PROTO_PY=$build/tests/proto_py

port=${FM_PORT:-17811}
ingest=tcp://127.0.0.1:$port
query=tcp://127.0.0.1:$((port + 10))

# start LOG PROGRAM ARGUMENT…: waits for READY.
start() {
  local log=$1
  shift
  "$@" 2>"$work/$log" &
  pids+=($!)
  for _ in $(seq 300); do
    grep -q READY "$work/$log" && return
    sleep 0.1
  done
  cat "$work/$log"
  exit 1
}
status() { # FIELD
  "$bin/factmill" --ingest "$ingest" status --json | tr -d ' "' | tr ',{}' '\n' |
    awk -F: -v field="$1" '$1 == field { n = $2 } END { print n + 0 }'
}
stored() { # bytes of text, bytes of the database
  sqlite3 "file:$work/data/factmill.db?mode=ro" "SELECT sum(size) FROM article"
  stat -c %s "$work/data/factmill.db"
}

start ingest.log "$bin/factmill-ingest" --data "$work/data" --listen "$ingest" --pull none \
  --http "127.0.0.1:$((port + 2))" --log-level error --high-mark-articles 2000
start query.log "$bin/factmill-query" --data "$work/data" --listen "$query" --threads 2 \
  --http "127.0.0.1:$((port + 12))" --log-level warn

# One feed for all marks. Pushes are refused while 2,000 articles wait, and tried
# again: they come as fast as they are read.
rm -f "$work/feed"
mkfifo "$work/feed"
"$bin/factmill" --ingest "$ingest" push --input jsonl - <"$work/feed" >/dev/null 2>&1 &
push=$!
tests/bench/grow.py "$feed" 100000000 >"$work/feed" 2>/dev/null &
pids+=($push $!)

echo "# $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(date -u +%F)"
for mark in "${marks[@]}"; do
  until [ "$(status facts)" -ge "$mark" ]; do sleep 0.5; done
  echo "## $(status facts) facts of $(status done) articles, load average $(cut -d ' ' -f 1 /proc/loadavg), coming in"
  tests/bench/answers.py "$query" "${FM_ROUNDS:-1000}"
  kill -STOP $push
  until [ "$(status pending)" -eq 0 ] && [ "$(status leased)" -eq 0 ]; do sleep 0.2; done
  entity=$("$bin/factmill" --endpoint "$query" call Query/ListEntities '{"page_size": 1}' |
    tr ',{' '\n' | sed -n 's/.*"id": *"\([0-9]*\)".*/\1/p' | head -n 1)
  "$bin/fm_load" --endpoint "$query" --threads 4 --window 1 --count 10000 --entity "$entity" list |
    sed 's/^/nothing coming, 4 clients: /'
  { read -r text; read -r file; } < <(stored)
  echo "database $((file / 1000000)) MB, text $((text / 1000000)) MB: $(awk "BEGIN { printf \"%.1f\", $file / $text }") times"
  kill -CONT $push
done
