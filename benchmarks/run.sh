#!/bin/bash
# Builds everything optimised and measures; arguments go to the harness (see README.md).
#
#   run.sh [FLAGS]          gathers against a hand-written fan-out
#   run.sh groups [FLAGS]   what task groups promise: cancelling, and memory over their life
set -euo pipefail
cd "$(dirname "$0")/.."

harness=bench
if [[ ${1:-} == groups ]]; then
  harness=group_bench
  shift
fi
case $harness in
  bench) programs=(door_runner echo_backend) ;;
  group_bench) programs=(group_client hold_backend) ;;
esac

bazel build -c opt //server:gatherd "//benchmarks:$harness" "${programs[@]/#///benchmarks:}"
bin=$(bazel info -c opt bazel-bin 2>/dev/null)

flags=("--gatherd=$bin/server/gatherd")
for program in "${programs[@]}"; do flags+=("--$program=$bin/benchmarks/$program"); done
exec "$bin/benchmarks/$harness" "${flags[@]}" "$@"
