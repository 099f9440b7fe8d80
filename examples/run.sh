#!/usr/bin/env bash
# The demonstration: gathers from three demo backends, in this process, through gatherd, and from
# Python. Exit status 0 only if every step was what it should be. Called by ./dev run.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly TARGETS=(
  //examples:demo_backends_main
  //examples:quickstart
  //examples/python:gather_page
  //server:gatherd
)

directory=$(mktemp --directory)
running=() # pids
failed=0

# stop PID: asks it to end, waits, and gives its exit status.
stop() {
  kill -TERM "$1"
  wait "$1"
}

clean_up() {
  local pid
  for pid in "${running[@]}"; do stop "$pid" || true; done
  rm -rf "$directory"
}
trap clean_up EXIT

# step COMMAND...: runs it and remembers a failure.
step() {
  "$@" || failed=1
}

build() {
  local flags=("--ui_event_filters=-info,-stdout,-debug" --show_result=0 --noshow_loading_progress)
  [[ -t 2 ]] || flags+=(--noshow_progress)
  echo "Building: minutes the first time, then seconds"
  bazel build "${flags[@]}" "${TARGETS[@]}"
}

# Sets `targets`, as gatherd's --targets takes them.
start_backends() {
  mkfifo "$directory/backends"
  bazel-bin/examples/demo_backends_main >"$directory/backends" &
  running+=($!)
  read -r targets <"$directory/backends"
}

# Sets `address`. What gatherd says afterwards stays readable on descriptor 3.
start_gatherd() {
  mkfifo "$directory/gatherd"
  bazel-bin/server/gatherd --listen=127.0.0.1:0 --targets="$targets" 2>"$directory/gatherd" &
  gatherd=$!
  running+=("$gatherd")
  exec 3<"$directory/gatherd"
  local line
  read -r line <&3
  if [[ $line != "gatherd: serving on "* ]]; then
    echo "$line" >&2
    return 1
  fi
  address=${line#gatherd: serving on }
}

main() {
  local targets address gatherd
  build

  start_backends
  step bazel-bin/examples/quickstart embedded "$targets"

  start_gatherd
  step bazel-bin/examples/quickstart remote "$address"
  printf '\nThe same gatherd, called from plain Python\n'
  step bazel-bin/examples/python/gather_page "$address"

  running=("${running[0]}")
  step stop "$gatherd"
  if ((failed)); then
    cat <&3 >&2
    printf '\nNot everything was as it should be.\n'
    return 1
  fi
  printf '\nEverything was as it should be.\n'
}

main "$@"
