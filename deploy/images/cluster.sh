#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A cluster of containers on this machine's network, from the images that build.sh made: read-only, without capabilities, as user 10001.
set -euo pipefail

root=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
tag=$("$root/deploy/images/tag.sh") registry=localhost/ base=19090 models=$root/deploy/models teacher=lenet5-1x28-10 student=dfnd aot=true

usage() {
  cat <<TEXT
Usage: deploy/images/cluster.sh COMMAND [options]

  up             a broker, a gateway, a teacher, a selector and a trainer; returns when all are ready
  start NAME N   one more of kafka, gateway, teacher, selector, trainer, as instance N; prints the milliseconds to readiness
  stop NAME N    ends an instance with SIGTERM and waits for it
  down           ends and removes all containers and their data

  --tag TAG, --registry PREFIX   which images (default: $tag, $registry)
  --port-base PORT   kafka, its controller, gateway, trainer, then teachers and selectors by instance (default: $base)
  --models DIR       mounted at /models (default: deploy/models)
  --teacher NAME     model directory of the teacher in it (default: $teacher, which is untrained)
  --student ID       whose trainer runs (default: $student)
  --no-aot           start without the ahead-of-time cache, to compare
  --help             this text

Then: ./wildstream acceptance --gateway 127.0.0.1:$((base + 2)) --kafka 127.0.0.1:$base
TEXT
}

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

words=()
while [ $# -gt 0 ]; do
  case $1 in
    --tag | --registry | --port-base | --models | --teacher | --student)
      [ $# -ge 2 ] && [ -n "$2" ] || fail "$1 needs a value: see --help"
      case $1 in --port-base) base=$2 ;; *) printf -v "${1#--}" '%s' "$2" ;; esac
      shift 2
      ;;
    --no-aot) aot=false; shift ;;
    --help | -h) usage; exit 0 ;;
    -*) fail "unknown option '$1': see --help" ;;
    *) words+=("$1"); shift ;;
  esac
done
command=${words[0]:-}
case $registry in */) ;; *) registry=$registry/ ;; esac
case $base in '' | *[!0-9]*) fail "--port-base $base: a number is needed" ;; esac
command -v podman >/dev/null || fail "podman is not installed: on Debian, apt-get install --no-install-recommends podman crun"
models=$(cd "$models" 2>/dev/null && pwd) || fail "--models $models: there is no such directory"

port() {
  case $1 in
    kafka) echo "$base" ;;
    gateway) echo $((base + 2)) ;;
    trainer) echo $((base + 3)) ;;
    teacher) echo $((base + 10 + $2)) ;;
    selector) echo $((base + 20 + $2)) ;;
    *) fail "there is no '$1': use kafka, gateway, teacher, selector or trainer" ;;
  esac
}

ready() {
  exec 3<>"/dev/tcp/127.0.0.1/$2" || return 1
  [ "$1" != kafka ] || return 0
  printf 'GET /q/health/ready HTTP/1.0\r\n\r\n' >&3
  local status
  read -r -t 5 status <&3 || return 1
  case $status in *' 200 '*) return 0 ;; *) return 1 ;; esac
}

now() {
  date +%s%3N
}

start() {
  local name=$1 instance=$2 image port more=() arguments=()
  port=$(port "$name" "$instance")
  case $name in
    teacher | trainer | selector) image=$name-service ;;
    *) image=$name ;;
  esac
  if [ "$name" = kafka ]; then
    arguments=("$port" $((port + 1)) localhost)
  else
    more=(--env "KAFKA_BOOTSTRAP_SERVERS=localhost:$base" --env "QUARKUS_HTTP_HOST=127.0.0.1" --env "QUARKUS_HTTP_PORT=$port"
      --env "WILDSTREAM_INSTANCE=$name-$instance")
  fi
  case $name in
    teacher) more+=(--volume "$models:/models:ro" --env "WILDSTREAM_TEACHER_MODEL=$teacher" --memory 1200m) ;;
    trainer) more+=(--volume "$models:/models:ro" --env "WILDSTREAM_TRAINER_STUDENT=$student" --memory 1200m) ;;
    selector) more+=(--env WILDSTREAM_SELECTOR_PUBLISH_REJECTED=true --memory 900m) ;;
    *) more+=(--memory 700m) ;;
  esac
  $aot || more+=(--entrypoint '["/opt/jre/bin/java", "@/opt/wildstream/app/launch.args"]')
  local begun
  begun=$(now)
  podman run --detach --replace --name "wildstream-$name-$instance" --label wildstream-cluster=images --network host \
    --read-only --read-only-tmpfs=false --tmpfs /tmp --cap-drop all --security-opt no-new-privileges \
    --volume "wildstream-$name-$instance:/var/lib/wildstream" "${more[@]}" \
    "${registry}wildstream/$image:$tag" "${arguments[@]}" >/dev/null
  until (ready "$name" "$port") 2>/dev/null; do
    if [ "$(podman inspect --format '{{.State.Running}}' "wildstream-$name-$instance")" != true ]; then
      podman logs --tail 20 "wildstream-$name-$instance" >&2
      fail "$name-$instance ended before it was ready"
    fi
    [ $(($(now) - begun)) -lt 300000 ] || fail "$name-$instance was not ready after 300 s: podman logs wildstream-$name-$instance"
    sleep 0.05
  done
  printf '%s-%s ready after %s ms\n' "$name" "$instance" $(($(now) - begun))
}

case $command in
  up)
    for name in kafka gateway teacher selector trainer; do
      start "$name" 0
    done
    ;;
  start)
    [ ${#words[@]} -eq 3 ] || fail "start needs a name and a number: see --help"
    start "${words[1]}" "${words[2]}"
    ;;
  stop)
    [ ${#words[@]} -eq 3 ] || fail "stop needs a name and a number: see --help"
    port "${words[1]}" "${words[2]}" >/dev/null
    podman stop --time 120 "wildstream-${words[1]}-${words[2]}" >/dev/null
    printf '%s-%s ended with status %s\n' "${words[1]}" "${words[2]}" \
      "$(podman inspect --format '{{.State.ExitCode}}' "wildstream-${words[1]}-${words[2]}")"
    ;;
  down)
    # The broker last: the others say goodbye to it.
    mapfile -t containers < <(podman ps --all --filter label=wildstream-cluster=images --format '{{.Names}}' | sort)
    services=() brokers=()
    for container in "${containers[@]}"; do
      case $container in *-kafka-*) brokers+=("$container") ;; *) services+=("$container") ;; esac
    done
    for container in "${services[@]}" "${brokers[@]}"; do
      podman rm --force --time 60 "$container" >/dev/null
      podman volume rm --force "$container" >/dev/null
    done
    ;;
  '') usage >&2; exit 2 ;;
  *) fail "unknown command '$command': see --help" ;;
esac
