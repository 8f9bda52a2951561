#!/usr/bin/env bash
# The facts of the sample articles, as people read them, against golden files.
#   facts_test.sh            compare
#   facts_test.sh --accept   write the golden files anew
set -euo pipefail
source=${FM_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
bin=${FM_BIN:-$source/build/bin}
golden=$source/tests/golden/facts
status=0
mkdir -p "$golden"
for article in "$source"/tests/data/articles/*.json; do
  name=$(basename "$article" .json)
  # Articles are pretty-printed for readers; the tool takes one a line.
  tr '\n' ' ' <"$article" | "$bin/factmill" extract --format=text --input=jsonl --color=never - >"${FM_WORK:-/tmp}.$name" || status=1
  if [ "${1:-}" = --accept ]; then
    mv "${FM_WORK:-/tmp}.$name" "$golden/$name.txt"
  elif ! diff -u "$golden/$name.txt" "${FM_WORK:-/tmp}.$name"; then
    status=1
  else
    rm -f "${FM_WORK:-/tmp}.$name"
  fi
done
exit $status
