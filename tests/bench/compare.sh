#!/usr/bin/env bash
# factmill beside the queues that people use instead: Redis Streams, every append flushed
# (appendfsync always), and NATS JetStream (files, flushed every two minutes). The same bytes, the
# same number of clients and of messages in flight, in turns, so that what else the machine
# does hits all of them. Each is started afresh on loopback, with a folder of its own.
#
#   tests/bench/compare.sh
#
# FM_BUILD: build directory (build/). FM_ROUNDS: how often (3). FM_COUNT: messages of 4 × 256
# (200000); FM_SINGLE: of one at a time (5000). FM_PORT: first port (17951).
# FM_COMPARE: which of "factmill redis nats" (those that are installed).
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${FM_BUILD:-$PWD/build}/bin
rounds=${FM_ROUNDS:-3}
count=${FM_COUNT:-200000}
single=${FM_SINGLE:-5000}
port=${FM_PORT:-17951}
work=$(mktemp -d)
pid=
cleanup() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

who=factmill
! command -v redis-server >/dev/null || who="$who redis"
[ ! -x "$bin/fm_load_nats" ] || ! command -v nats-server >/dev/null || who="$who nats"
who=${FM_COMPARE:-$who}
case $who in *redis*nats*) ;; *) echo "# without redis-server, nats-server, libnats-dev there is less to compare" ;; esac

# An article of 3 kB, as fm_load pushes.
yes "the minister said that prices rose in Marvale by 12 per cent after talks with workers of Kellner on Tuesday." |
  head -c 3000 >"$work/body" || true

until_ready() { # COMMAND…
  for _ in $(seq 200); do
    "$@" >/dev/null 2>&1 && return
    sleep 0.05
  done
  echo "did not start: $*" >&2
  cat "$work"/*.log >&2
  exit 1
}

start_factmill() {
  "$bin/factmill-ingest" --data "$work/data" --listen "tcp://127.0.0.1:$port" --pull none --http none \
    --workers 0 --high-mark-articles 100000000 --high-mark-bytes 100G --log-level warn 2>"$work/factmill.log" &
  pid=$!
  until_ready grep -q READY "$work/factmill.log"
}
# CLIENTS WINDOW COUNT, to lines "rate" or "rate p50 p99 p99.9", the latter in ms
load_factmill() {
  "$bin/fm_load" --endpoint "tcp://127.0.0.1:$port" --threads "$1" --window "$2" --count "$3" --run "$2" push |
    sed -n 's|^push: .* s, \([0-9]*\)/s, ms: p50 \([0-9.]*\) .* p99 \([0-9.]*\) p99.9 \([0-9.]*\) .*|\1 \2 \3 \4|p'
}
start_redis() {
  mkdir -p "$work/data"
  redis-server --port $((port + 1)) --bind 127.0.0.1 --dir "$work/data" --appendonly yes --appendfsync always \
    --save '' --daemonize no >"$work/redis.log" &
  pid=$!
  until_ready redis-cli -p $((port + 1)) ping
}
load_redis() {
  redis-benchmark -p $((port + 1)) -n "$3" -c "$1" -P "$2" --precision 3 XADD s '*' body "$(cat "$work/body")" |
    tr '\r' '\n' | awk '
      /throughput summary/ { rate = $3 }
      /^ *[0-9.]+% <= / { p = $1; sub("%", "", p); if (!(50 in at) && p >= 50) at[50] = $3
        if (!(99 in at) && p >= 99) at[99] = $3; if (!(999 in at) && p >= 99.9) at[999] = $3 }
      END { printf "%.0f %s %s %s\n", rate, at[50], at[99], at[999] }'
}
start_nats() {
  nats-server -js -a 127.0.0.1 -p $((port + 2)) -sd "$work/data" >"$work/nats.log" 2>&1 &
  pid=$!
  until_ready grep -q 'Server is ready' "$work/nats.log"
}
load_nats() {
  "$bin/fm_load_nats" "nats://127.0.0.1:$((port + 2))" "$1" "$2" "$3" "$work/body" |
    sed -n 's|^nats: .* s, \([0-9]*\)/s\(, ms: p50 \([0-9.]*\) p99 \([0-9.]*\) p99.9 \([0-9.]*\).*\)*$|\1 \3 \4 \5|p'
}

echo "# $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(date -u +%F), load average $(cut -d' ' -f1-3 /proc/loadavg)"
for round in $(seq "$rounds"); do
  for peer in $who; do
    for shape in "4 256 $count" "1 1 $single"; do
      start_$peer
      # shellcheck disable=SC2086
      result=$(load_$peer $shape)
      [ -n "$result" ] || { echo "$peer gave no result" >&2; exit 1; }
      echo "$peer ${shape% *} $result" | tr ' ' '\t' >>"$work/results"
      kill "$pid"
      wait "$pid" 2>/dev/null || true
      pid=
      rm -rf "$work/data"
    done
  done
  echo "# round $round: $(tail -n $((2 * $(wc -w <<<"$who"))) "$work/results" | awk '$3 == 256 { printf "%s %s/s  ", $1, $4 }')"
done
awk '
  function median(list, n,   v, i, j, t) {
    n = split(list, v, " ")
    for (i = 2; i <= n; i++) for (j = i; j > 1 && v[j - 1] + 0 > v[j] + 0; j--) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
    return n == 0 ? "" : v[int((n + 1) / 2)]
  }
  { key = $1 " " $3; if (!($1 in seen)) { seen[$1] = 1; order[++n] = $1 }
    for (i = 4; i <= 7; i++) all[key, i] = all[key, i] " " $i
    if ($1 == "factmill" && $3 == 256) mine[++m] = $4
    if ($3 == 256) ratio_of[$1] = ratio_of[$1] " " (mine[m] > 0 && $4 > 0 ? mine[m] / $4 : 0) }
  END {
    printf "%-9s %12s %9s %12s %9s %9s %9s  %s\n", "medians", "4 × 256, /s", "ratio", "1 × 1, /s", "p50 ms", "p99 ms", "p99.9 ms", "ratio of each round"
    for (k = 1; k <= n; k++) { p = order[k]; r = median(all[p " 256", 4]); base = median(all["factmill 256", 4])
      split(ratio_of[p], each, " "); rounds = ""
      for (i = 1; i in each; i++) rounds = rounds sprintf(" %.2f", each[i])
      printf "%-9s %11s %9s %12s %9s %9s %9s %s\n", p, r, sprintf("%.2f", r > 0 ? base / r : 0), median(all[p " 1", 4]),
        median(all[p " 1", 5]), median(all[p " 1", 6]), median(all[p " 1", 7]), rounds }
  }' "$work/results"
echo "# ratio: factmill's rate over the peer's. factmill and Redis flush before they answer, JetStream does not."
