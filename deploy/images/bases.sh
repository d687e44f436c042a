#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the base images on this machine, for places that reach no image registry: from Debian's packages and a JDK.
set -euo pipefail

usage() {
  cat <<'TEXT'
Usage: deploy/images/bases.sh [--jdk DIR] [--suite NAME]

Makes three images from Debian's packages and a JDK of this machine, where no image registry can be reached:
  localhost/wildstream/base:debian     the shared libraries that Java and libtorch need, time zones, certificates; no shell
  localhost/wildstream/jdk:25          the same with the JDK
  localhost/wildstream/busybox:debian  busybox, for the models' image
build.sh takes them with --local-bases. Needed: Debian, root, buildah.

  --jdk DIR   a JDK 25 (default: $JAVA_HOME, then /usr/lib/jvm/*25*)
  --help      this text
TEXT
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

jdk=
while [ $# -gt 0 ]; do
  case $1 in
    --jdk) [ $# -ge 2 ] || fail "--jdk needs a directory"; jdk=$2; shift 2 ;;
    --help | -h) usage; exit 0 ;;
    *) fail "unknown argument '$1': see --help" ;;
  esac
done

is_jdk_25() {
  [ -x "$1/bin/jlink" ] && grep -q '^JAVA_VERSION="25' "$1/release" 2>/dev/null
}

if [ -z "$jdk" ]; then
  for jdk in "${JAVA_HOME:-}" /usr/lib/jvm/*25*; do
    if is_jdk_25 "$jdk"; then break; fi
    jdk=
  done
fi
[ -n "$jdk" ] || fail "no JDK 25 found: name one with --jdk DIR"
is_jdk_25 "$jdk" || fail "$jdk is no JDK 25: bin/jlink and release say so"
for tool in buildah apt-get dpkg-deb; do
  command -v "$tool" >/dev/null || fail "$tool is not installed: on Debian, apt-get install --no-install-recommends podman buildah crun"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/debs/partial" "$work/root" "$work/busybox"
chmod 755 "$work" "$work/debs"

printf 'packages    from Debian\n'
(cd "$work/debs" && apt-get -qq -o APT::Sandbox::User=root download \
  base-files netbase tzdata ca-certificates libc6 libgcc-s1 libstdc++6 gcc-12-base zlib1g busybox-static)
for deb in "$work"/debs/*.deb; do
  case $deb in
    */busybox-static_*) dpkg-deb -x "$deb" "$work/busybox" ;;
    *) dpkg-deb -x "$deb" "$work/root" ;;
  esac
done
# Documents, translations and character sets that neither Java nor libtorch reads.
rm -rf "$work"/root/usr/share/{doc,man,lintian,locale,bug} "$work"/root/usr/lib/*/gconv
mkdir -p "$work/root/etc/ssl/certs" "$work/root/tmp"
chmod 1777 "$work/root/tmp"
find "$work/root/usr/share/ca-certificates" -name '*.crt' -exec cat {} + >"$work/root/etc/ssl/certs/ca-certificates.crt"
printf 'root:x:0:0:root:/root:/sbin/nologin\nwildstream:x:10001:10001::/var/lib/wildstream:/sbin/nologin\n' >"$work/root/etc/passwd"
printf 'root:x:0:\nwildstream:x:10001:\n' >"$work/root/etc/group"

# Copies a directory into a new image: NAME DIRECTORY FROM [PATH]
image() {
  local container
  container=$(buildah from "$3")
  buildah copy -q "$container" "$2" "${4:-/}" >/dev/null
  if [ "${4:-/}" != / ]; then
    buildah config --env "JAVA_HOME=$4" --env "PATH=$4/bin:/usr/bin:/bin" "$container"
  fi
  buildah commit -q --rm "$container" "$1" >/dev/null
  printf 'image       %s\n' "$1"
}

mkdir -p "$work/bin/bin"
cp "$work/busybox/bin/busybox" "$work/bin/bin/busybox"
for applet in cp sh ls cat; do
  ln -s busybox "$work/bin/bin/$applet"
done
image localhost/wildstream/base:debian "$work/root" scratch
# Debian's packages link the certificates of the JDK to those of the system.
cp -RL "$jdk" "$work/jdk"
image localhost/wildstream/jdk:25 "$work/jdk/." localhost/wildstream/base:debian /opt/jdk
image localhost/wildstream/busybox:debian "$work/bin" scratch
