#!/usr/bin/env bash
# From a clone to facts: installs what is missing, builds, starts ingest and
# query, pushes the sample articles and shows their facts.
#
#   deploy/quickstart.sh                 all of it
#   deploy/quickstart.sh push FILE…      push more (.txt, .json, .jsonl)
#   deploy/quickstart.sh stop            stop the services
#   deploy/quickstart.sh clean           stop them and delete their data
#
# FM_DATA   data directory   (default: ~/.local/share/factmill)
# FM_BUILD  build directory  (default: build/ in the checkout)
set -euo pipefail
cd "$(dirname "$0")/.."
data=${FM_DATA:-${XDG_DATA_HOME:-$HOME/.local/share}/factmill}
build=${FM_BUILD:-$PWD/build}
bin=$build/bin

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }

pid_of() { cat "$data/$1.pid" 2>/dev/null; }
running() {
  local pid
  pid=$(pid_of "$1") && [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null
}

# start NAME PROGRAM [ARGUMENT…]: in the background, waits for its READY.
start() {
  local name=$1 i
  shift
  if running "$name"; then
    echo "$name is running already (pid $(pid_of "$name"))"
    return
  fi
  : >"$data/$name.log"
  setsid "$@" >>"$data/$name.log" 2>&1 </dev/null &
  echo $! >"$data/$name.pid"
  for i in $(seq 150); do
    grep -q READY "$data/$name.log" && break
    running "$name" || break
    sleep 0.1
  done
  if ! grep -q READY "$data/$name.log"; then
    echo "$name did not start; its log, $data/$name.log:" >&2
    tail -n 5 "$data/$name.log" >&2
    exit 1
  fi
  echo "$name is ready (pid $(pid_of "$name"), log $data/$name.log)"
}

stop() {
  local name=$1 pid i
  if ! running "$name"; then
    rm -f "$data/$name.pid"
    return
  fi
  pid=$(pid_of "$name")
  kill -TERM "$pid"
  for i in $(seq 200); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  kill -0 "$pid" 2>/dev/null && { echo "$name does not stop; killing it" >&2; kill -KILL "$pid"; }
  rm -f "$data/$name.pid"
  echo "$name stopped"
}

# Waits until every article that was pushed has been read.
wait_for_facts() {
  local i
  for i in $(seq 600); do
    "$bin/factmill" status --json |
      grep -Eq '"(pending|leased)": ?"[1-9]' || return 0
    sleep 0.1
  done
  echo "articles are still being read; see: $bin/factmill status" >&2
}

case ${1:-all} in
stop)
  stop query
  stop ingest
  exit
  ;;
clean)
  stop query
  stop ingest
  rm -rf "$data"
  echo "deleted $data"
  exit
  ;;
push)
  shift
  exec "$bin/factmill" push "$@"
  ;;
all) ;;
*)
  sed -n '2,11s/^# \{0,1\}//p' "$0" >&2
  exit 64
  ;;
esac

. deploy/install-packages.sh
install_packages build run
if [ ! -f "$build/build.ninja" ]; then
  say "Building in $build"
  cmake -S . -B "$build" -G Ninja -DFM_TESTS=OFF >"$build.log" 2>&1 || {
    cat "$build.log"
    exit 1
  }
fi
ninja -C "$build" -j "$(nproc)" | tail -n 1

say "Starting the services on $data"
mkdir -p "$data"
start ingest "$bin/factmill-ingest" --data "$data"
start query "$bin/factmill-query" --data "$data"

say "Pushing the sample articles"
"$bin/factmill" push tests/data/articles/*.json
wait_for_facts
"$bin/factmill" status

say "Some of their facts: factmill facts --limit 12"
"$bin/factmill" facts --limit 12

say "Who said what about prices: factmill search 'price OR prices'"
"$bin/factmill" search 'price OR prices' --limit 3

say "One entity: factmill entity NATO"
"$bin/factmill" entity NATO

cat <<END

More to ask (put $bin on your PATH):
  factmill facts --kind QUOTE --speaker Olsen
  factmill facts --kind QUANTITY --min-confidence 0.7 --json
  factmill article bank-governor
  factmill export --format csv >facts.csv
Push your own:       deploy/quickstart.sh push FILE.txt FEED.jsonl
Without services:    factmill extract FILE.txt
Stop:                deploy/quickstart.sh stop
END
