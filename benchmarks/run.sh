#!/bin/bash
# Builds everything optimised and measures; arguments go to the harness (see README.md).
set -euo pipefail
cd "$(dirname "$0")/.."

targets=(//benchmarks:bench //benchmarks:door_runner //benchmarks:echo_backend //server:gatherd)
bazel build -c opt "${targets[@]}"
bin=$(bazel info -c opt bazel-bin 2>/dev/null)

exec "$bin/benchmarks/bench" \
  --echo_backend="$bin/benchmarks/echo_backend" \
  --door_runner="$bin/benchmarks/door_runner" \
  --gatherd="$bin/server/gatherd" \
  "$@"
