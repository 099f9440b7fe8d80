#!/usr/bin/env bash
# Runs the tests and ends with a line that counts the targets. Called by ./dev test.
set -euo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT

patterns=(//...)
for argument in "$@"; do
  [[ $argument == -* ]] || patterns=()
done

status=0
bazel test --keep_going "$@" "${patterns[@]}" 2>&1 | tee "$log" || status=$?

# Bazel's summary: label, then perhaps "(cached)", then what became of it.
passed=$(grep --count --extended-regexp '^//[^ ]+ +(\(cached\) )?(PASSED|FLAKY)' "$log" || true)
failed=$(grep --count --extended-regexp \
  '^//[^ ]+ +(\(cached\) )?(FAILED|TIMEOUT|NO STATUS|INCOMPLETE|REMOTE FAILURE|FAILED TO BUILD)' \
  "$log" || true)
# What does not load is not in the summary.
[[ $status -ne 0 && $failed -eq 0 ]] && failed=1

echo "$passed test targets passed, $failed failed"
exit "$status"
