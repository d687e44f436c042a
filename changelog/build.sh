#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes CHANGELOG.md from the files of this folder: unreleased/ first, then each version, the newest first. With --print, to the standard output.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")"

# Entries of one version by kind; lines of an entry are joined and wrapped again.
section() {
  local directory=$1 title=$2 kind file found
  printf '\n## %s\n' "$title"
  for kind in Added Changed Fixed Removed; do
    found=false
    for file in "$directory"/*."${kind,,}".md; do
      [ -f "$file" ] || continue
      $found || printf '\n### %s\n' "$kind"
      found=true
      printf -- '- %s\n' "$(tr '\n' ' ' <"$file" | sed 's/ *$//')" | fold -s -w 150 | sed 's/ *$//; 2,$s/^/  /'
    done
  done
}

build() {
  printf '# Changelog\n\nWritten by `changelog/build.sh` from the files of [changelog](changelog/README.md).\n'
  if compgen -G 'unreleased/*.md' >/dev/null; then
    section unreleased Unreleased
  fi
  for version in $(find . -maxdepth 1 -type d -name '[0-9]*' -printf '%f\n' | sort -rV); do
    section "$version" "$version"
  done
}

case ${1:-} in
  '') build >../CHANGELOG.md ;;
  --print) build ;;
  *) printf 'usage: changelog/build.sh [--print]\n' >&2; exit 2 ;;
esac
