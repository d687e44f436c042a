#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the images of a registry as a component of Kustomize, each by the digest under which it was pushed.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
all=(teacher-service selector-service trainer-service gateway kafka models)

usage() {
  cat <<TEXT
Usage: deploy/images/pin.sh --registry PREFIX [options] [IMAGE...]

Prints a component of Kustomize, the kustomization.yaml of a directory of its own, with images that were pushed from here: push first,
since an image has no digest of the registry before.

Images: ${all[*]} (default: all of these), teacher-service-gpu, trainer-service-gpu.

  --registry PREFIX  where they were pushed, such as registry.example.com/team/
  --tag TAG          default: that of build.sh
  --tool NAME        podman or docker (default: the first of them that is installed)
  --help             this text
TEXT
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

tag= registry= tool= images=()
while [ $# -gt 0 ]; do
  case $1 in
    --tag | --registry | --tool)
      [ $# -ge 2 ] && [ -n "$2" ] || fail "$1 needs a value: see --help"
      printf -v "${1#--}" '%s' "$2"
      shift 2
      ;;
    --help | -h) usage; exit 0 ;;
    -*) fail "unknown option '$1': see --help" ;;
    *) images+=("$1"); shift ;;
  esac
done
[ -n "$registry" ] || fail "--registry is missing: see --help"
registry=${registry%/}/
[ ${#images[@]} -gt 0 ] || images=("${all[@]}")
if [ -z "$tool" ]; then
  for tool in podman docker; do
    if command -v "$tool" >/dev/null; then break; fi
    tool=
  done
fi
[ -n "$tool" ] || fail "neither podman nor docker is installed"
tag=${tag:-$("$root/deploy/images/tag.sh")}

block=images:
for image in "${images[@]}"; do
  name=${registry}wildstream/$image
  digest=$("$tool" image inspect --format '{{range .RepoDigests}}{{println .}}{{end}}' "$name:$tag" 2>/dev/null \
    | sed -n "s|^$name@\\(sha256:[0-9a-f]\\{64\\}\\)\$|\\1|p" | head -n 1) || true
  [ -n "$digest" ] || fail "$name:$tag has no digest here: build it, and push it with '$tool push $name:$tag'"
  block+=$'\n'"- name: localhost/wildstream/$image"$'\n'"  newName: $name"$'\n'"  digest: $digest"
done
printf 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n%s\n' "$block"
