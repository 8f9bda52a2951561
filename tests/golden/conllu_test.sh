#!/usr/bin/env bash
# Sentences, tokens, tags, lemmas, names and trees of two sample articles under the
# model that ships, against golden files.
#   conllu_test.sh            compare
#   conllu_test.sh --accept   write the golden files anew
set -euo pipefail
source=${FM_SOURCE:-$(cd "$(dirname "$0")/../.." && pwd)}
bin=${FM_BIN:-$source/build/bin}
golden=$source/tests/golden/conllu
status=0
if [ ! -x "$bin/factmill" ]; then
  echo "skipped: $bin/factmill is not built"
  exit 77
fi
mkdir -p "$golden"
for name in bank-governor lake-treaty; do
  out=${FM_WORK:-/tmp/conllu}.$name
  mkdir -p "$(dirname "$out")"
  tr '\n' ' ' <"$source/tests/data/articles/$name.json" |
    "$bin/factmill" extract --format=conllu --input=jsonl - >"$out" || status=1
  if [ "${1:-}" = --accept ]; then
    mv "$out" "$golden/$name.conllu"
  elif ! diff -u "$golden/$name.conllu" "$out"; then
    status=1
  else
    rm -f "$out"
  fi
done
exit $status
