#!/usr/bin/env bash
# Runs the tests and ends with a line that counts the targets. Called by ./dev test.
set -euo pipefail

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0

# The workspace that uses this one as a dependency; its Bazel server is not kept.
test_consumer() (
  cd tests/bazel_consumer
  code=0
  bazel test --noshow_progress --color=no //... || code=$?
  bazel shutdown
  exit "$code"
)

# count STATUS...: how many lines of Bazel's summary say so: label, perhaps "(cached)", status.
count() {
  local statuses
  statuses=$(IFS='|' && echo "$*")
  grep --count --extended-regexp "^//[^ ]+ +(\(cached\) )?($statuses)" "$log" || true
}

labels=()
flags=()
for argument in "$@"; do
  if [[ $argument == -* ]]; then flags+=("$argument"); else labels+=("$argument"); fi
done

bazel test --keep_going "${flags[@]}" -- "${labels[@]:-//...}" 2>&1 | tee "$log" || status=$?
if ((${#labels[@]} == 0)); then
  test_consumer 2>&1 | tee --append "$log" || status=$?
fi

passed=$(count PASSED FLAKY)
failed=$(count FAILED TIMEOUT 'NO STATUS' INCOMPLETE 'REMOTE FAILURE')
# What does not load is not in the summary.
if ((status != 0 && failed == 0)); then failed=1; fi

echo "$passed test targets passed, $failed failed"
exit "$status"
