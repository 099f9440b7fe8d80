#!/bin/bash
# Builds everything optimised and measures; arguments go to the harness (see README.md).
#
#   run.sh [FLAGS]                gathers against a hand-written fan-out
#   run.sh groups [FLAGS]         what task groups promise: cancelling, and memory over their life
#   run.sh bad-backends [FLAGS]   what backends that go wrong cost the others
#   run.sh fairness [FLAGS]       what a large principal costs a small one
#   run.sh overload [FLAGS]       what is left of the capacity when more is asked for
#   run.sh python [FLAGS]         gathers from Python against asyncio.gather over grpc.aio
#   run.sh node [FLAGS]           gathers from Node against Promise.all over grpc-js
set -euo pipefail
cd "$(dirname "$0")/.."

what=${1:-}
case $what in
  groups)
    harness=group_bench
    programs=(benchmarks/group_client benchmarks/hold_backend)
    ;;
  bad-backends)
    harness=bad_backends_bench
    programs=(tests/support/backend_main tests/support/scripted_main)
    ;;
  fairness | overload)
    harness=${what}_bench
    programs=(benchmarks/echo_backend)
    ;;
  python | node)
    harness=language_bench
    programs=(benchmarks/echo_backend)
    ;;
  *)
    what=
    harness=bench
    programs=(benchmarks/door_runner benchmarks/echo_backend)
    ;;
esac
if [[ -n $what ]]; then shift; fi

programs+=(server/gatherd)
labels=("//benchmarks:$harness")
for program in "${programs[@]}"; do labels+=("//${program%/*}:${program##*/}"); done
if [[ $harness == language_bench ]]; then labels+=("//benchmarks:${what}_client"); fi
bazel build -c opt "${labels[@]}"
bin=$(bazel info -c opt bazel-bin 2>/dev/null)

flags=()
for program in "${programs[@]}"; do flags+=("--${program##*/}=$bin/$program"); done
case $what in
  python) flags+=(--client="$bin/benchmarks/python_client" --max_wall=0.4 --max_cpu=0.1) ;;
  node) flags+=(--client="$bin/benchmarks/node_client" --max_wall=0.25 --max_cpu=0.08) ;;
esac
exec "$bin/benchmarks/$harness" "${flags[@]}" "$@"
