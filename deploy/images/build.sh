#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds Wildstream's container images with podman, buildah or docker; no daemon is needed.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
all=(teacher-service selector-service trainer-service gateway kafka models)

usage() {
  cat <<TEXT
Usage: deploy/images/build.sh [options] [IMAGE...]

Images: ${all[*]} (default: all of these), teacher-service-gpu, trainer-service-gpu.

  --tag TAG            default: that of a git tag vX.Y.Z of this commit, else the project's version (tag.sh)
  --registry PREFIX    put before the names, such as registry.example.com/team/ (default: localhost/, as the manifests name them)
  --base IMAGE         of the final stage; needs glibc 2.28 or newer and libstdc++ (default: see Containerfile)
  --jdk IMAGE          of the build stages, a JDK 25 with jlink (default: see Containerfile)
  --gpu-base IMAGE     with PyTorch 2.7.1 and CUDA 12.8 (default: see Containerfile.gpu)
  --torch-library DIR  where the GPU base has libtorch.so (default: see Containerfile.gpu)
  --models DIR         model directories of the image models (default: deploy/models)
  --local-bases        the bases that bases.sh makes, instead of images from a registry
  --tool NAME          podman, buildah or docker (default: the first of them that is installed)
  --no-build           take the jars as they are; by default ./mvnw package runs first
  --help               this text
TEXT
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

tag= registry= base= jdk= gpu_base= torch_library= models=$root/deploy/models tool= build=true images=()
while [ $# -gt 0 ]; do
  case $1 in
    --tag | --registry | --base | --jdk | --gpu-base | --torch-library | --models | --tool)
      [ $# -ge 2 ] && [ -n "$2" ] || fail "$1 needs a value: see --help"
      name=${1#--}
      printf -v "${name//-/_}" '%s' "$2"
      shift 2
      ;;
    --local-bases)
      base=localhost/wildstream/base:debian jdk=localhost/wildstream/jdk:25 models_base=localhost/wildstream/busybox:debian
      shift
      ;;
    --no-build) build=false; shift ;;
    --help | -h) usage; exit 0 ;;
    -*) fail "unknown option '$1': see --help" ;;
    *)
      case " ${all[*]} teacher-service-gpu trainer-service-gpu " in
        *" $1 "*) images+=("$1") ;;
        *) fail "there is no image '$1': use some of ${all[*]} teacher-service-gpu trainer-service-gpu" ;;
      esac
      shift
      ;;
  esac
done
[ ${#images[@]} -gt 0 ] || images=("${all[@]}")
for image in "$base" "$jdk" "$gpu_base"; do
  case $image in
    *:latest) fail "$image: name a fixed tag or a digest instead of latest" ;;
  esac
done
[ "$tag" != latest ] || fail "--tag latest: name a version"
case $registry in
  '' | */) ;;
  *) registry=$registry/ ;;
esac

if [ -z "$tool" ]; then
  for tool in podman buildah docker; do
    if command -v "$tool" >/dev/null; then break; fi
    tool=
  done
fi
[ -n "$tool" ] || fail "none of podman, buildah and docker is installed: on Debian, apt-get install --no-install-recommends podman crun"
command -v "$tool" >/dev/null || fail "$tool is not installed"

java=${JAVA_HOME:+$JAVA_HOME/bin/}java
[ -n "$registry" ] || registry=localhost/
command -v "$java" >/dev/null || fail "no Java found: install JDK 17 or newer, or set JAVA_HOME"
tag=${tag:-$("$root/deploy/images/tag.sh")}
revision=$(git -C "$root" rev-parse HEAD 2>/dev/null || echo unknown)
# The commit's time, so that the same commit gives the same image.
created=$(git -C "$root" log -1 --format=%cI 2>/dev/null || date -u +%Y-%m-%dT%H:%M:%SZ)

version=$(sed -n 's|^  <version>\(.*\)</version>.*|\1|p' "$root/pom.xml" | head -n 1)
if $build; then
  printf 'building    ./mvnw package\n'
  (cd "$root" && ./mvnw -q -B -Dquick -DskipTests package)
fi
jars=("$root/deploy/image-layout/target/image-layout-$version.jar")
[ -f "${jars[0]}" ] || fail "$root/deploy/image-layout/target holds no image-layout-$version.jar: leave out --no-build"

layout() {
  "$java" -cp "${jars[0]}:$root/tools/cli/target/lib/*" io.wildstream.images.ImageLayout \
    "$1" "$root" "$2" "$(uname -m)" || fail "the layout of $1 was not made"
}

build_image() {
  local containerfile=$1 name=$2 context=$3
  shift 3
  printf 'image       %s%s:%s\n' "$registry" "wildstream/$name" "$tag"
  local layers=()
  [ "$tool" = docker ] || layers=(--layers)
  [ "$tool" != podman ] || layers+=(--format oci)
  local log=$contexts/$name.log
  "$tool" build "${layers[@]}" -f "$root/deploy/images/$containerfile" -t "${registry}wildstream/$name:$tag" \
    --build-arg "SERVICE=${name%-gpu}" --build-arg "VERSION=$tag" --build-arg "REVISION=$revision" --build-arg "CREATED=$created" \
    "$@" "$context" >"$log" 2>&1 || {
    tail -n 20 "$log" >&2
    fail "$name was not built: the whole log is $log; without a registry see --local-bases"
  }
}

contexts=$root/deploy/images/target
mkdir -p "$contexts"

# The context of a service: its layout, and the broker and a model for the run that fills the ahead-of-time cache.
service_context() {
  local context=$contexts/$1
  layout "$1" "$context"
  mkdir -p "$context/training/broker"
  [ -d "$contexts/kafka/app" ] || layout kafka "$contexts/kafka"
  cp -p "$contexts"/kafka/lib/*.jar "$contexts"/kafka/app/*.jar "${jars[0]}" "$context/training/broker/"
  mkdir -p "$context/training/models"
  cp -pR "$root/deploy/models/lenet5-1x28-10" "$context/training/models/"
  # Layers are compared by time too.
  find "$context/training" -exec touch -d 2025-01-01T00:00:00Z {} +
}

for image in "${images[@]}"; do
  arguments=()
  case $image in
    models)
      [ -d "$models" ] || fail "--models $models: there is no such directory"
      rm -rf "$contexts/models" && mkdir -p "$contexts/models/models"
      for model in "$models"/*/; do
        [ -f "$model/model.json" ] || continue
        cp -pR "$model" "$contexts/models/models/"
      done
      find "$contexts/models" -exec touch -d 2025-01-01T00:00:00Z {} +
      [ -z "${models_base:-}" ] || arguments+=(--build-arg "MODELS_BASE_IMAGE=$models_base")
      build_image Containerfile.models models "$contexts/models" "${arguments[@]}"
      ;;
    *-gpu)
      [ -d "$contexts/${image%-gpu}/djl-gpu" ] || service_context "${image%-gpu}"
      arguments+=(--build-arg "SERVICE_IMAGE=${registry}wildstream/${image%-gpu}:$tag")
      [ -z "$gpu_base" ] || arguments+=(--build-arg "GPU_BASE_IMAGE=$gpu_base")
      [ -z "$torch_library" ] || arguments+=(--build-arg "TORCH_LIBRARY_PATH=$torch_library")
      build_image Containerfile.gpu "$image" "$contexts/${image%-gpu}" "${arguments[@]}"
      ;;
    *)
      service_context "$image"
      [ -z "$jdk" ] || arguments+=(--build-arg "JDK_IMAGE=$jdk")
      [ -z "$base" ] || arguments+=(--build-arg "BASE_IMAGE=$base")
      build_image Containerfile "$image" "$contexts/$image" "${arguments[@]}"
      ;;
  esac
done
