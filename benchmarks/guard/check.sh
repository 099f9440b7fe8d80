#!/bin/bash
# Fails when one gather of 1,000 takes more than 3 % more instructions in the engine than the record
# says. Skips, with a line, where the compiler or a library differs from the record's.
#
#   check.sh            compare
#   check.sh --record   write the record anew; commit it with the change that explains it
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/../.."

record=benchmarks/guard/instructions.txt
tolerance_percent=3
packages=(g++-12 libabsl20220623 libc6 libgrpc++1.51 libprotobuf32 libstdc++6 valgrind)

versions() {
  dpkg-query --show --showformat='${Package} ${Version} ${Architecture}\n' "${packages[@]}" 2>&1 ||
    true
}

# Without fast bins, which now and then are swept all at once: whether that falls into the measured
# part depends on what was allocated before it, and is worth 4 %.
count() {
  local profile
  profile=$(mktemp)
  GLIBC_TUNABLES=glibc.malloc.mxfast=0 valgrind --quiet --tool=callgrind --callgrind-out-file="$profile" \
    --collect-atstart=no --toggle-collect=RunMeasuredGather \
    "$(bazel info -c opt bazel-bin 2>/dev/null)/benchmarks/guard/one_gather" >&2
  awk '$1 == "summary:" { print $2 }' "$profile"
  rm -f "$profile"
}

if [[ ${1:-} != --record ]] && ! diff <(versions) <(tail -n +2 "$record") >/dev/null; then
  echo "guard: skipped: the record is of other versions of the compiler or the libraries"
  diff <(tail -n +2 "$record") <(versions) | grep '^[<>]' || true
  exit 0
fi

bazel build -c opt //benchmarks/guard:one_gather
now=$(count)
if ! [[ $now =~ ^[1-9][0-9]*$ ]]; then
  echo "guard: FAILED: nothing was counted"
  exit 1
fi

if [[ ${1:-} == --record ]]; then
  { echo "instructions $now"; versions; } >"$record"
  echo "guard: recorded $now instructions"
  exit 0
fi

before=$(awk '$1 == "instructions" { print $2 }' "$record")
change=$(awk -v before="$before" -v now="$now" \
  'BEGIN { printf "%d -> %d instructions (%+.1f %%)", before, now, (now / before - 1) * 100 }')
if ((now * 100 > before * (100 + tolerance_percent))); then
  echo "guard: FAILED: a gather of 1,000 grew by more than $tolerance_percent %: $change"
  echo "guard: if that is meant, run $0 --record and commit $record with the reason"
  exit 1
fi
echo "guard: passed: $change"
