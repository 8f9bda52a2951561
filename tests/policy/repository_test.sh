#!/bin/sh
# What every folder and file of the repository must keep to.
set -eu
cd "$FM_SOURCE"
bad=0
complain() {
  echo "$*"
  bad=1
}

for dir in proto common common/* services services/* tests tests/* deploy; do
  [ -d "$dir" ] || continue
  git ls-files --error-unmatch "$dir" >/dev/null 2>&1 || continue
  [ -f "$dir/README.md" ] || complain "$dir has no README.md"
done

# A file of more than 700 lines has outgrown its name; generated word lists and
# tables of test cases are data.
for file in $(git ls-files '*.c' '*.h'); do
  lines=$(wc -l <"$file")
  [ "$lines" -le 700 ] || complain "$file has $lines lines"
done

# Every package that is named is named once.
names=$(sed -n 's/^\([a-z0-9][^ ]*\) .*/\1/p' deploy/packages.txt | sort)
[ "$names" = "$(echo "$names" | uniq)" ] || complain "deploy/packages.txt names a package twice"

# Only top-level entries that the design knows.
for entry in $(git ls-files | cut -d/ -f1 | sort -u); do
  case $entry in
  CMakeLists.txt | README.md | LICENSE | NOTICE | proto | services | common | tests | deploy | .*) ;;
  *) complain "$entry does not belong at the top" ;;
  esac
done
exit $bad
