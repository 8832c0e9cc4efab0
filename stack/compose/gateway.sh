#!/usr/bin/env bash
# Attend Envoy where there is no Python: gateway.sh ADMIN ENVOY'S WORDS… At SIGHUP a successor takes
# the door over, at SIGTERM what has begun is answered first; no request fails of either. One that
# will not start leaves the one before it in place. The same as strangler/envoy/attendant.py.
set -u

admin=$1
shift
drain=5
epoch=-1
current=
before=

run() {
  before=$current
  epoch=$((epoch + 1))
  envoy "$@" --restart-epoch "$epoch" --drain-time-s "$drain" --drain-strategy immediate \
    --parent-shutdown-time-s "$((drain + 1))" &
  current=$!
}

is_there() {
  [ -n "$1" ] && kill -0 "$1" 2>/dev/null
}

ask() {
  exec 3<>"/dev/tcp/${admin%:*}/${admin##*:}" || return
  printf '%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$1" "$admin" >&3
  cat <&3
  exec 3>&-
}

follow() {
  # Never three at a time: who takes over waits until the one before the last has left.
  is_there "$before" && wait "$before"
  run "$@"
}

leave() {
  ask 'POST /drain_listeners?graceful&skip_exit' >/dev/null
  for _ in $(seq $((drain * 10))); do
    ask 'GET /stats?filter=^http.gateway.downstream_rq_active$' | grep -q 'active: [1-9]' || break
    sleep 0.1
  done
  kill $current $before 2>/dev/null
  wait
  exit 0
}

trap 'follow "$@"' HUP
trap leave TERM INT
run "$@"
while true; do
  wait "$current"
  code=$?
  # A signal has ended the waiting, not the one that was waited for.
  is_there "$current" && continue
  is_there "$before" || exit "$code"
  current=$before
  before=
  epoch=$((epoch - 1))
done
