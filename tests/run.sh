#!/usr/bin/env bash
# The tests, from a fresh machine: installs what is missing, builds, runs.
#
#   tests/run.sh          build with warnings as errors, all tests (< 15 minutes)
#   tests/run.sh full     also: clang, ASan + UBSan, TSan, clang-tidy, fuzzing,
#                         20 kills of each program, 10,000 power cuts, each
#                         allocation failing
#
# FM_BUILD  folder to build in (default: build/ in the checkout)
set -euo pipefail
cd "$(dirname "$0")/.."
mode=${1:-quick}
case $mode in
quick | full) ;;
*)
  echo "usage: tests/run.sh [full]" >&2
  exit 64
  ;;
esac
build=${FM_BUILD:-$PWD/build}
jobs=$(nproc)
. deploy/install-packages.sh
kinds="build run test"
[ "$mode" = full ] && kinds="$kinds full"
install_packages $kinds

step() { printf '\n== %s\n' "$*"; }

# configure FOLDER [CMAKE-OPTION…]
configure() {
  local dir=$1
  shift
  # The folder may be that of deploy/quickstart.sh, which builds no tests.
  cmake -S . -B "$dir" -G Ninja -DFM_WERROR=ON -DFM_TESTS=ON "$@" >"$dir.log" 2>&1 || {
    cat "$dir.log"
    exit 1
  }
}

if [ "$mode" = full ]; then
  step "clang, warnings as errors"
  configure "$build-clang" -DCMAKE_C_COMPILER=clang -DFM_FUZZ=ON \
    -DFM_SANITIZE=address,undefined
  ninja -C "$build-clang" -j "$jobs"
  step "fuzzing, ${FM_FUZZ_SECONDS:-60} s a target"
  FM_WORK=$build-clang/work FM_PROTO_PY=$build-clang/proto_py tests/fuzz/seeds.py "$build-clang/seeds"
  for target in "$build-clang"/bin/*_fuzz "$build-clang"/tests/*_fuzz; do
    [ -x "$target" ] || continue
    name=$(basename "$target")
    mkdir -p "$build-clang/corpus/$name"
    seeds=$build-clang/seeds/$name
    "$target" -max_total_time="${FM_FUZZ_SECONDS:-60}" -rss_limit_mb=2048 -timeout=10 \
      -print_final_stats=1 "$build-clang/corpus/$name" $([ -d "$seeds" ] && echo "$seeds") \
      >"$build-clang/$name.log" 2>&1 || {
      tail -n 40 "$build-clang/$name.log"
      exit 1
    }
    sed -n 's/^stat::number_of_executed_units: */'"$name"' runs: /p' "$build-clang/$name.log"
  done
  for sanitizer in address,undefined thread; do
    step "tests under $sanitizer"
    configure "$build-$sanitizer" -DFM_SANITIZE=$sanitizer
    ninja -C "$build-$sanitizer" -j "$jobs"
    ctest --test-dir "$build-$sanitizer" --no-tests=error -LE 'policy|bench' --output-on-failure -j "$jobs"
  done
  export FM_KILLS=20 FM_IMAGES=10000 FM_MEMORY_STEP=1 FM_WAL=256M FM_FLIPS=3000 FM_WAITING=100000 FM_PUSH_S=30 FM_POISON_ROUNDS=3 FM_FLOOD_S=20 FM_LONG=1
fi

step "build"
configure "$build"
ninja -C "$build" -j "$jobs"
if [ "$mode" = full ]; then
  step "clang-tidy"
  git ls-files 'common/*.c' 'services/*.c' |
    xargs -P "$jobs" -n 4 clang-tidy-14 --quiet -p "$build" --extra-arg=-Wno-unknown-warning-option
fi
step "tests"
ctest --test-dir "$build" --no-tests=error --output-on-failure -j "$jobs"
