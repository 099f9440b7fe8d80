#!/bin/bash
# Builds everything optimised and measures; arguments go to the harness (see README.md).
#
#   run.sh [FLAGS]                gathers through every door against a hand-written fan-out
#   run.sh python [FLAGS]         only those from Python; fails if they do not save what they are to
#   run.sh go|node [FLAGS]        the same from Go, of which nothing is asked, or Node
#   run.sh groups [FLAGS]         what task groups promise: cancelling, and memory over their life
#   run.sh bad-backends [FLAGS]   what backends that go wrong cost the others
#   run.sh fairness [FLAGS]       what a large principal costs a small one
#   run.sh overload [FLAGS]       what is left of the capacity when more is asked for
#   run.sh scale [FLAGS]          very much of everything: how cost grows
#   run.sh workers [FLAGS]        gatherd's workers and gRPC's polling engines
set -euo pipefail
cd "$(dirname "$0")/.."

readonly OF_LANGUAGES=10,100,1000,10000

what=${1:-}
flags=()
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
  scale)
    harness=scale_bench
    programs=(benchmarks/{door_runner,echo_backend,hold_backend,scale_client})
    ;;
  workers)
    harness=workers_bench
    programs=(benchmarks/{echo_backend,scale_client})
    ;;
  python)
    harness=bench
    programs=(benchmarks/echo_backend benchmarks/python_client)
    flags=("--doors=python-gather,python-taskgroup,python-gatherd" "--shapes=$OF_LANGUAGES" --must_meet)
    ;;
  go)
    harness=bench
    programs=(benchmarks/echo_backend benchmarks/go_client)
    flags=("--doors=go,go-gatherd" "--shapes=$OF_LANGUAGES")
    ;;
  node)
    harness=bench
    programs=(benchmarks/echo_backend benchmarks/node_client)
    flags=("--doors=node,node-gatherd" "--shapes=$OF_LANGUAGES" --must_meet)
    ;;
  *)
    what=
    harness=bench
    programs=(benchmarks/door_runner benchmarks/echo_backend benchmarks/middle)
    programs+=(benchmarks/{python,go,node}_client)
    ;;
esac
if [[ -n $what ]]; then shift; fi

programs+=(server/gatherd)
labels=("//benchmarks:$harness")
for program in "${programs[@]}"; do labels+=("//${program%/*}:${program##*/}"); done
bazel build -c opt "${labels[@]}"
bin=$(bazel info -c opt bazel-bin 2>/dev/null)

for program in "${programs[@]}"; do flags+=("--${program##*/}=$bin/$program"); done
exec "$bin/benchmarks/$harness" "${flags[@]}" "$@"
