#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a cluster of the images and shows what must hold: counts under restarts, wrong input, rights, start times.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cluster=$root/deploy/images/cluster.sh
tag=$("$root/deploy/images/tag.sh") registry=localhost/ base=19090 models=$root/deploy/models teacher=lenet5-1x28-10 repeats=3 samples=4000 rate=20

usage() {
  cat <<TEXT
Usage: deploy/images/test.sh [options]

Needed: podman, and the images that build.sh made. Takes some minutes.

  --tag TAG, --registry PREFIX, --port-base PORT, --models DIR, --teacher NAME   as of cluster.sh
  --samples N   of the stream (default: $samples)
  --rate N      samples a second (default: $rate)
  --repeats N   starts of each image with and without the ahead-of-time cache, of which the median counts (default: $repeats)
  --help        this text
TEXT
}

fail() {
  printf 'FAILED      %s\n' "$*" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
    --tag | --registry | --models | --teacher | --samples | --rate | --repeats)
      [ $# -ge 2 ] && [ -n "$2" ] || fail "$1 needs a value: see --help"
      printf -v "${1#--}" '%s' "$2"
      shift 2
      ;;
    --port-base) base=${2:?}; shift 2 ;;
    --help | -h) usage; exit 0 ;;
    *) fail "unknown argument '$1': see --help" ;;
  esac
done
options=(--tag "$tag" --registry "$registry" --port-base "$base" --models "$models" --teacher "$teacher")
case $registry in */) ;; *) registry=$registry/ ;; esac
log=$(mktemp)
trap '"$cluster" down "${options[@]}" >/dev/null 2>&1; rm -f "$log"' EXIT

image() {
  case $1 in
    kafka | gateway) printf '%swildstream/%s:%s' "$registry" "$1" "$tag" ;;
    *) printf '%swildstream/%s-service:%s' "$registry" "$1" "$tag" ;;
  esac
}

# A container that must refuse to run: what it must say, then podman's arguments.
refuses() {
  local wanted=$1 output status=0
  shift
  output=$(timeout 120 podman run --rm --network none --read-only --read-only-tmpfs=false --tmpfs /tmp "$@" 2>&1) || status=$?
  [ "$status" -ne 0 ] && [ "$status" -ne 124 ] || fail "status $status of: $*"
  grep -qi -- "$wanted" <<<"$output" || fail "no '$wanted' in what this said: $*"$'\n'"$output"
  printf 'refused     status %s, names %s\n' "$status" "$wanted"
}

printf '\n== rights and labels\n'
for name in kafka gateway teacher selector trainer; do
  user=$(podman image inspect --format '{{.Config.User}}' "$(image "$name")")
  [ "$user" = 10001:10001 ] || fail "$name runs as $user"
  podman image inspect --format '{{json .Config.Labels}}' "$(image "$name")" | grep -q org.opencontainers.image.version ||
    fail "$name has no labels"
  # With the mode 'on' a cache that does not fit the runtime and the class path ends the process.
  podman run --rm --network none --read-only --entrypoint \
    '["/opt/jre/bin/java","-XX:AOTMode=on","-XX:AOTCache=/opt/wildstream/cache/startup.aot","-XX:+UseSerialGC","-cp","/opt/wildstream/app/launch.jar","-Xlog:disable","-version"]' \
    "$(image "$name")" >/dev/null 2>&1 || fail "the ahead-of-time cache of $name does not fit"
  printf '%-12sas %s, the ahead-of-time cache fits\n' "$name" "$user"
done

printf '\n== wrong input\n'
for name in gateway teacher selector trainer; do
  refuses bootstrap.servers --env WILDSTREAM_TRAINER_STUDENT=one --env QUARKUS_HTTP_HOST=127.0.0.1 "$(image "$name")"
done
refuses wildstream.gateway.token --env KAFKA_BOOTSTRAP_SERVERS=localhost:1 "$(image gateway)"
refuses wildstream.trainer.student --env KAFKA_BOOTSTRAP_SERVERS=localhost:1 "$(image trainer)"
refuses wildstream.selector.threads --env KAFKA_BOOTSTRAP_SERVERS=localhost:1 --env WILDSTREAM_SELECTOR_THREADS=0 "$(image selector)"
refuses 'DIRECTORY' "$(image kafka)" only-one-port

printf '\n== a demo, with more teachers and selectors in the middle, and restarts\n'
"$cluster" up "${options[@]}"
steps=$((samples / 20))
WILDSTREAM_BUILD=never "$root/wildstream" acceptance --gateway "127.0.0.1:$((base + 2))" --kafka "127.0.0.1:$base" \
  --samples "$samples" --rate-limit "$rate" --steps "$steps" --time-limit 20m >"$log" &
demo=$!
until grep -q 'ingested [1-9]' "$log"; do
  kill -0 $demo 2>/dev/null || fail "the acceptance test ended before a sample was stored"
  sleep 0.2
done
"$cluster" start teacher 1 "${options[@]}"
"$cluster" start selector 1 "${options[@]}"
for name in teacher selector; do
  "$cluster" stop "$name" 0
  "$cluster" start "$name" 0 "${options[@]}"
  "$cluster" stop "$name" 1
done
"$cluster" stop trainer 0
"$cluster" start trainer 0 "${options[@]}"
grep ingested "$log" | tail -n 1
kill -0 $demo 2>/dev/null || fail "the stream ended before the restarts did: use more --samples or a lower --rate"
wait $demo || fail "the acceptance test: $(tail -n 12 "$log")"
sed -n '/counting/,$p' "$log"

printf '\n== start times: milliseconds from podman run to readiness, and processor milliseconds until then\n'
# Of an instance that is ready: user and system time of its process.
processor() {
  local pid
  pid=$(podman inspect --format '{{.State.Pid}}' "$1")
  awk -v tick="$(getconf CLK_TCK)" '{ sub(/^.*\) /, ""); print int(($12 + $13) * 1000 / tick) }' "/proc/$pid/stat"
}
median() {
  sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
"$cluster" down
"$cluster" start kafka 0 "${options[@]}" >/dev/null
for name in gateway teacher selector trainer kafka; do
  for mode in --aot --no-aot; do
    wall=() work=()
    for ((i = 0; i < repeats; i++)); do
      # A broker that finds its data again waits 9 s until its predecessor counts as gone.
      [ "$name" != kafka ] || "$cluster" down
      arguments=("${options[@]}")
      [ "$mode" = --aot ] || arguments+=("$mode")
      said=$("$cluster" start "$name" 0 "${arguments[@]}")
      work+=("$(processor "wildstream-$name-0")")
      said=${said#*after }
      wall+=("${said% ms}")
      [ "$name" = kafka ] || "$cluster" stop "$name" 0 >/dev/null
    done
    printf '%-9s %-8s %6s ms %6s ms of a processor   (%s)\n' "$name" "$mode" \
      "$(printf '%s\n' "${wall[@]}" | median)" "$(printf '%s\n' "${work[@]}" | median)" "${wall[*]}"
  done
done
printf '\nall of it holds\n'
