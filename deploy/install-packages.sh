# Bash, to be sourced: install_packages KIND… installs the Debian packages of
# deploy/packages.txt of those kinds (build, run, test, full) that are missing.
# Asks for root by sudo where it is needed and there is any.

packages_of() {
  local list kind
  list=$(dirname "${BASH_SOURCE[0]}")/packages.txt
  for kind in "$@"; do
    sed -n "s/^\([a-z0-9][^ ]*\) $kind\$/\1/p" "$list"
  done
}

install_packages() {
  local missing=() name root=()
  for name in $(packages_of "$@"); do
    # Newer releases rename libraries (libzmq5, libprotobuf-c1t64, …): what the
    # headers depend on is installed with them, so a run package may be absent.
    dpkg-query -W -f '${Status}\n' "$name" 2>/dev/null | grep -q 'ok installed' || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "missing packages, and no apt-get to install them: ${missing[*]}" >&2
    return 0
  fi
  [ "$(id -u)" = 0 ] || root=(sudo)
  echo "installing: ${missing[*]}"
  "${root[@]}" apt-get update -qq
  for name in "${missing[@]}"; do
    apt-cache show "$name" >/dev/null 2>&1 || echo "not in this release, left out: $name"
  done
  # shellcheck disable=SC2046
  DEBIAN_FRONTEND=noninteractive "${root[@]}" apt-get install -y -qq --no-install-recommends \
    $(for name in "${missing[@]}"; do apt-cache show "$name" >/dev/null 2>&1 && echo "$name"; done) >/dev/null
}
