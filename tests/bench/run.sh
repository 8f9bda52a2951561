#!/usr/bin/env bash
# The numbers of the README, in one run: starts the services on a data
# directory of its own, makes load, prints a table.
#
#   tests/bench/run.sh [FEED.jsonl]
#
# FEED.jsonl: real articles, one a line (for facts, latency and end to end).
# Without it the sample articles are used, many times over.
# FM_BUILD: build directory (default build/), FM_FACTS: facts to query (100000)
set -euo pipefail
cd "$(dirname "$0")/../.."
build=${FM_BUILD:-$PWD/build}
bin=$build/bin
feed=${1:-}
facts=${FM_FACTS:-100000}
work=$(mktemp -d)
pids=()
cleanup() {
  [ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

port=${FM_PORT:-17411}
ingest=tcp://127.0.0.1:$port
query=tcp://127.0.0.1:$((port + 10))

# start LOG PROGRAM ARGUMENT…: waits for READY.
start() {
  local log=$1
  shift
  "$@" 2>"$work/$log" &
  pids+=($!)
  for _ in $(seq 100); do
    grep -q READY "$work/$log" && return
    sleep 0.1
  done
  cat "$work/$log"
  exit 1
}
stop_all() {
  kill "${pids[@]}"
  wait "${pids[@]}" 2>/dev/null || true
  pids=()
}
ingest_with() {
  start ingest.log "$bin/factmill-ingest" --data "$work/data" --listen "$ingest" \
    --pull "tcp://127.0.0.1:$((port + 1))" --http "127.0.0.1:$((port + 2))" --log-level warn "$@"
}
waiting() {
  "$bin/factmill" --ingest "$ingest" status --json | tr -d ' "' | tr ',{}' '\n' |
    awk -F: '$1 == "pending" || $1 == "leased" { n += $2 } END { print n + 0 }'
}

echo "# $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(date -u +%F)"
echo "## pushes, no workers"
ingest_with --workers 0 --high-mark-articles 100000000 --high-mark-bytes 100G
"$bin/fm_load" --endpoint "$ingest" --threads 4 --window 256 --count 200000 --run a push
"$bin/fm_load" --endpoint "$ingest" --threads 1 --window 1 --count 5000 --run b push
stop_all
rm -rf "$work/data"

# Encrypted beside plain, in turns: what else this machine does hits both.
echo "## pushes with CURVE"
"$bin/factmill" keygen --role server "$work/server" >/dev/null
"$bin/factmill" keygen "$work/feed" | sed -n 's/^ *\(feed producer .*\)/\1/p' >"$work/clients"
for round in 1 2 3; do
  for mode in plain curve; do
    keys=() own=()
    if [ $mode = curve ]; then
      keys=(--secret-key "$work/server.key" --client-keys "$work/clients")
      own=(--key "$work/feed.key" --server-key "$work/server.pub")
    fi
    ingest_with --workers 0 "${keys[@]}"
    "$bin/fm_load" --endpoint "$ingest" --threads 4 --window 256 --count 60000 --run $round "${own[@]}" push |
      sed -n "s/^push/$mode/p" | tee -a "$work/curve"
    stop_all
    rm -rf "$work/data"
  done
done
tr -d ',' <"$work/curve" | awk '{ sub("/s", "", $6); sum[$1] += $6 } END {
  printf "with CURVE: %.2f times without\n", sum["curve:"] / sum["plain:"] }'

echo "## pushes beside Redis Streams and NATS JetStream"
FM_BUILD=$build FM_PORT=$((port + 20)) tests/bench/compare.sh

echo "## end to end"
if [ -n "$feed" ]; then
  cp "$feed" "$work/feed.jsonl"
else
  for i in $(seq 200); do
    for article in tests/data/articles/*.json; do
      tr '\n' ' ' <"$article" | sed "s/\"id\": *\"/&$i-/"
      echo
    done
  done >"$work/feed.jsonl"
fi
articles=$(wc -l <"$work/feed.jsonl")
begin=$(date +%s.%N)
"$bin/factmill" extract --input=jsonl --format=json --jobs "$(nproc)" "$work/feed.jsonl" >"$work/out.jsonl"
end=$(date +%s.%N)
echo "$begin $end $articles" | awk '{ printf "factmill extract, all cores: %.0f articles/s\n", $3 / ($2 - $1) }'
ingest_with --high-mark-articles 100000000 --high-mark-bytes 100G
begin=$(date +%s.%N)
"$bin/factmill" --ingest "$ingest" push "$work/feed.jsonl" >"$work/push.log" 2>&1 || tail -n 3 "$work/push.log"
while [ "$(waiting)" != 0 ]; do sleep 0.1; done
end=$(date +%s.%N)
echo "$begin $end $articles" | awk '{ printf "push to facts in the store: %.0f articles/s\n", $3 / ($2 - $1) }'

echo "## queries at $facts facts or more"
start query.log "$bin/factmill-query" --data "$work/data" --listen "$query" --http "127.0.0.1:$((port + 12))" --log-level warn
round=0
while
  have=$("$bin/factmill" --ingest "$ingest" status --json | tr -d ' "' | tr ',{}' '\n' | awk -F: '$1 == "facts" { print $2 }')
  [ "${have:-0}" -lt "$facts" ] && [ $round -lt 50 ]
do
  round=$((round + 1))
  sed "s/\"id\": *\"/&r$round-/" "$work/feed.jsonl" >"$work/more.jsonl"
  "$bin/factmill" --ingest "$ingest" push "$work/more.jsonl" >"$work/push.log" 2>&1 || true
  while [ "$(waiting)" != 0 ]; do sleep 0.1; done
done
echo "facts: $have"
entity=${FM_ENTITY:-$("$bin/factmill" --endpoint "$query" call /factmill.v1.Query/ListEntities '{"page_size":1}' |
  tr -d '\n' | sed -n 's/.*"name": *"\([^"]*\)".*/\1/p')}
echo "entity: $entity"
for what in get list search; do
  "$bin/fm_load" --endpoint "$query" --threads 1 --count 5000 --entity "$entity" $what
  "$bin/fm_load" --endpoint "$query" --threads 2 --count 10000 --entity "$entity" $what
done
ls -l "$work/data" | awk 'NR > 1 { print $5, $9 }'
