#!/usr/bin/env bash
# Say whether an address serves: answers.sh HOST:PORT [PATH]. Without a path a TCP connection is
# enough, with one it must answer 200; the same probes as in stack/readiness.py. Bash alone does
# it, because not every image has an HTTP client.
set -eu

exec 3<>"/dev/tcp/${1%:*}/${1##*:}"
if [ $# -eq 1 ]; then
  exit
fi
printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$2" "$1" >&3
read -r _ status _ <&3
[ "$status" = 200 ]
