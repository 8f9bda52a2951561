#!/usr/bin/env bash
# Speed of reading: tokens a second of each stage and of all, memory, and
# instructions a token by callgrind where valgrind is there.
#
#   tests/bench/nlp.sh [FEED.jsonl[.gz]]
#
# Without a feed: the bulk news beside the project if they are there, else the
# sample articles. FM_BUILD: build directory (default build/), FM_ARTICLES: how
# many to read (1000), FM_ROUNDS: the best of so many (3).
set -euo pipefail
cd "$(dirname "$0")/../.."
bench=${FM_BUILD:-$PWD/build}/bin/nlp_bench
bulk=../shared/data/news/bulk_news_dev.jsonl.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

feed=${1:-}
[ -n "$feed" ] || { [ -f "$bulk" ] && feed=$bulk; } || feed=
python3 tests/bench/texts.py "${FM_ARTICLES:-1000}" $feed >"$work/texts"

echo "# $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(date -u +%F), load $(cut -d' ' -f1 /proc/loadavg)"
"$bench" "$work/texts" "${FM_ROUNDS:-3}"
python3 - "$bench" "$work/texts" <<'PY'
import os, resource, subprocess, sys
subprocess.run([sys.argv[1], sys.argv[2], "1", "extract"], stdout=subprocess.DEVNULL, check=True)
print("resident, with %d kB of texts: %d kB" % (
    os.path.getsize(sys.argv[2]) // 1024, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
PY

if ! command -v callgrind_annotate >/dev/null; then
  echo "callgrind: skipped, no valgrind"
  exit 0
fi
python3 tests/bench/texts.py 20 $feed >"$work/few"
tokens=$("$bench" "$work/few" 1 | sed -n 's/.* \([0-9]*\) tokens, .*/\1/p')
valgrind --tool=callgrind --callgrind-out-file="$work/calls" --toggle-collect=fm_extract_run \
  "$bench" "$work/few" 1 extract >/dev/null 2>"$work/log" || { tail -n 3 "$work/log"; exit 1; }
callgrind_annotate --inclusive=yes --threshold=100 "$work/calls" 2>/dev/null | tr -d ',' >"$work/costs"
for function in fm_sentence_split fm_token_split fm_encoder_run fm_tagger_run fm_parser_run fm_lemma_run fm_names_find fm_nlp_read fm_extract_run; do
  awk -v f="$function" -v t="$tokens" '$0 ~ ":" f " " && !n { n = $1 } END { if (n) printf "%-18s %8.0f instructions a token\n", f, n / t }' "$work/costs"
done
