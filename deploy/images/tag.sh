#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the tag of the images: that of a git tag vX.Y.Z of exactly this commit, else the project's version without -SNAPSHOT.
set -euo pipefail
root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if tag=$(git -C "$root" describe --tags --exact-match --match 'v[0-9]*' 2>/dev/null); then
  printf '%s\n' "${tag#v}"
else
  sed -n 's|^  <version>\(.*\)</version>.*|\1|p' "$root/pom.xml" | head -n 1 | sed 's/-SNAPSHOT$//'
fi
