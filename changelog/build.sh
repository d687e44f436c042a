#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Writes CHANGELOG.md from the files of this folder: unreleased/ first, then each version, the newest first. With --print, to the standard output.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")"

# Entries of one version by kind, each as a bullet that is wrapped at words.
section() {
  local directory=$1 title=$2 kind files
  printf '\n## %s\n' "$title"
  for kind in Added Changed Fixed Removed; do
    files=("$directory"/*."${kind,,}".md)
    [ -f "${files[0]}" ] || continue
    printf '\n### %s\n' "$kind"
    awk '
      function entry(  i, n, words, line) {
        n = split(text, words, " ")
        line = "-"
        for (i = 1; i <= n; i++) {
          if (length(line) + 1 + length(words[i]) > 150) { print line; line = " " }
          line = line " " words[i]
        }
        print line
        text = ""
      }
      FNR == 1 && NR > 1 { entry() }
      { text = text " " $0 }
      END { entry() }' "${files[@]}"
  done
}

build() {
  local directory
  printf '# Changelog\n\nWritten by `changelog/build.sh` from the files of [changelog](changelog/README.md).\n'
  for directory in unreleased $(printf '%s\n' [0-9]*/ | sort -rV); do
    directory=${directory%/}
    if compgen -G "$directory/*.md" >/dev/null; then
      section "$directory" "${directory/unreleased/Unreleased}"
    fi
  done
}

case ${1:-} in
  '') build >../CHANGELOG.md ;;
  --print) build ;;
  *) printf 'usage: changelog/build.sh [--print]\n' >&2; exit 2 ;;
esac
