#!/usr/bin/env bash
# Feeds the request decoder and the plan with what libFuzzer makes up, for that many seconds, and
# adds what it learns to the corpus that the tests replay. Called by ./dev fuzz.
#
#   fuzz.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=${1:-600}
corpus=tests/fuzz/corpus/request
kept=250  # inputs; the smallest first

# The other compiler gets a place of its own, or each would throw away what the other has built.
bazel_for_fuzzing() {
  bazel --output_base="$HOME/.cache/gather/fuzz" "$@"
}

bazel_for_fuzzing build --config=fuzz //tests/fuzz:request_fuzzer
bin=$(bazel_for_fuzzing info --config=fuzz bazel-bin 2>/dev/null)
bazel_for_fuzzing shutdown

found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
status=0
"$bin/tests/fuzz/request_fuzzer" -max_total_time="$seconds" -max_len=4096 -timeout=5 \
  -rss_limit_mb=2048 -artifact_prefix="$corpus/" -print_final_stats=1 "$found" "$corpus" ||
  status=$?
mkdir "$found/least"
"$bin/tests/fuzz/request_fuzzer" -merge=1 "$found/least" "$corpus" "$found" 2>/dev/null
room=$((kept - $(find "$corpus" -type f | wc -l)))
find "$found/least" -type f -printf '%s %p\n' | sort -n | head -n "$((room > 0 ? room : 0))" |
  while read -r _ input; do cp "$input" "$corpus/"; done
exit "$status"
