#!/bin/bash
# Fails when one gather of 1,000 takes more than 3 % more instructions in the engine than the record
# says, without limits or with all of them. Skips, with a line, where the compiler or a library differs
# from the record's.
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
count() { # everything_on, or nothing
  local profile
  profile=$(mktemp)
  GLIBC_TUNABLES=glibc.malloc.mxfast=0 valgrind --quiet --tool=callgrind --callgrind-out-file="$profile" \
    --collect-atstart=no --toggle-collect=RunMeasuredGather \
    "$(bazel info -c opt bazel-bin 2>/dev/null)/benchmarks/guard/one_gather" "$@" >&2
  awk '$1 == "summary:" { print $2 }' "$profile"
  rm -f "$profile"
}

if [[ ${1:-} != --record ]] && ! diff <(versions) <(tail -n +2 "$record") >/dev/null; then
  echo "guard: skipped: the record is of other versions of the compiler or the libraries"
  diff <(tail -n +2 "$record") <(versions) | grep '^[<>]' || true
  exit 0
fi

bazel build -c opt //benchmarks/guard:one_gather

failed=0
plain=$(count)
everything_on=$(count everything_on)
for now in "$plain" "$everything_on"; do
  if ! [[ $now =~ ^[1-9][0-9]*$ ]]; then
    echo "guard: FAILED: nothing was counted"
    exit 1
  fi
done

if [[ ${1:-} == --record ]]; then
  {
    echo "instructions $plain everything_on $everything_on"
    versions
  } >"$record"
  echo "guard: recorded $plain instructions, $everything_on with everything on"
  exit 0
fi

compare() { # WHAT BEFORE NOW
  local change
  change=$(awk -v before="$2" -v now="$3" \
    'BEGIN { printf "%d -> %d instructions (%+.1f %%)", before, now, (now / before - 1) * 100 }')
  if (($3 * 100 > $2 * (100 + tolerance_percent))); then
    echo "guard: FAILED: a gather of 1,000 $1 grew by more than $tolerance_percent %: $change"
    echo "guard: if that is meant, run $0 --record and commit $record with the reason"
    failed=1
  else
    echo "guard: passed: $1: $change"
  fi
}

read -r _ plain_before _ everything_on_before <"$record"
compare "without limits" "$plain_before" "$plain"
compare "with everything on" "$everything_on_before" "$everything_on"
exit "$failed"
