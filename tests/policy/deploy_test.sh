#!/bin/sh
# The example configuration is one that the programs take.
set -eu
cd "$FM_SOURCE/deploy/conf"
[ -x "$FM_BIN/factmill-ingest" ] || { echo "skipped: no programs"; exit 77; }
rm -rf "$FM_WORK"
mkdir -p "$FM_WORK"
"$FM_BIN/factmill" keygen --role server "$FM_WORK/server.key" >/dev/null
mv "$FM_WORK/server.key.key" "$FM_WORK/server.key"
# Git keeps no modes but for x.
cp clients "$FM_WORK/clients"
chmod 644 "$FM_WORK/clients"
export CREDENTIALS_DIRECTORY="$FM_WORK"
for program in ingest query worker; do
  grep -q "^\(secret-\)\?key = " $program.conf || { echo "$program.conf has no key"; exit 1; }
done
"$FM_BIN/factmill-ingest" --config ingest.conf --client-keys "$FM_WORK/clients" --check-config
"$FM_BIN/factmill-query" --config query.conf --check-config
"$FM_BIN/factmill-worker" --config worker.conf --check-config
# It can fail: a wrong line is an error, with its number.
echo "nobody reads" >>"$FM_WORK/clients"
if "$FM_BIN/factmill-ingest" --config ingest.conf --client-keys "$FM_WORK/clients" --check-config \
  2>"$FM_WORK/said"; then
  echo "a wrong line was taken"
  exit 1
fi
grep -q "clients:$(wc -l <"$FM_WORK/clients"):" "$FM_WORK/said"
for unit in ../systemd/*.service; do
  exec=$(sed -n 's|^ExecStart=/usr/bin/\([a-z-]*\) .*|\1|p' "$unit")
  [ -x "$FM_BIN/$exec" ] || { echo "$unit starts \"$exec\""; exit 1; }
done
