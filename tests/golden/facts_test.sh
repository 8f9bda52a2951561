#!/usr/bin/env bash
# The facts of the sample articles, as people read them, against golden files.
#   facts_test.sh            compare
#   facts_test.sh --accept   write the golden files anew
set -euo pipefail
source=${FM_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
bin=${FM_BIN:-$source/build/bin}
golden=$source/tests/golden/facts
status=0
if [ ! -x "$bin/factmill" ]; then
  echo "skipped: $bin/factmill is not built"
  exit 77
fi
mkdir -p "$golden"
for article in "$source"/tests/data/articles/*.json; do
  name=$(basename "$article" .json)
  # Articles are pretty-printed for readers; the tool takes one a line.
  out=${FM_WORK:-/tmp/facts}.$name
  mkdir -p "$(dirname "$out")"
  tr '\n' ' ' <"$article" | "$bin/factmill" extract --format=text --input=jsonl --color=never - >"$out" || status=1
  if [ "${1:-}" = --accept ]; then
    mv "$out" "$golden/$name.txt"
  elif ! diff -u "$golden/$name.txt" "$out"; then
    status=1
  else
    rm -f "$out"
  fi
done
exit $status
