#!/bin/sh
# Is every C file as clang-format 14 would write it?
set -eu
cd "$FM_SOURCE"
tool=$(command -v clang-format-14 || command -v clang-format || true)
case "$("${tool:-false}" --version 2>/dev/null || true)" in
*version\ 14.*) ;;
*)
  echo "skipped: clang-format 14 is not installed"
  exit 77
  ;;
esac
git ls-files '*.c' '*.h' | xargs "$tool" --dry-run --Werror
echo "$(git ls-files '*.c' '*.h' | wc -l) files are formatted"
