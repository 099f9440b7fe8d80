#!/usr/bin/env bash
# Checks what can be checked without running anything. Called by ./dev lint [--all].
set -uo pipefail

# shellcheck source-path=SCRIPTDIR source=common.sh
source tools/lint/common.sh

readonly MAX_LINES=500

failures=()

# check NAME COMMAND...: runs it and remembers a failure.
check() {
  local name=$1
  shift
  echo "lint: $name"
  "$@" || failures+=("$name")
}

file_length() {
  local file lines status=0
  for file in "${cc_files[@]}" "${bzl_files[@]}"; do
    lines=$(wc --lines <"$file")
    if ((lines > MAX_LINES)); then
      echo "$file: $lines lines, the limit is $MAX_LINES"
      status=1
    fi
  done
  return $status
}

# The rules that this Bazel has built in are used as they are.
lint_bazel_files() {
  local native=-native-proto-info,-native-cc-info,-native-cc-common
  native+=,-native-py-library,-native-py,-native-sh-test,-native-sh-binary
  "$buildifier" --mode=check --lint=warn --warnings="$native" \
    "${bazel_files[@]}"
}

semantics_coverage() {
  tests/semantics_coverage.py >/dev/null
}

lint_protos() {
  "$buf" lint proto && "$buf" format proto --diff --exit-code
}

main() {
  local scope=${1:-changed}
  if [[ $scope != changed && $scope != --all ]]; then
    echo "usage: ./dev lint [--all]" >&2
    return 2
  fi
  install_npm_linters || return 1
  list_files

  check "clang-format" clang-format --dry-run --Werror "${cc_files[@]}"
  check "buildifier" lint_bazel_files
  check "buf" lint_protos
  check "shellcheck" shellcheck --external-sources "${shell_files[@]}"
  check "file length" file_length
  check "links" tools/lint/links.py
  check "semantics coverage" semantics_coverage
  check "named tests" tools/lint/named_tests.py
  check "clang-tidy" tools/lint/clang_tidy.sh "$scope"

  if ((${#failures[@]} > 0)); then
    echo "lint: failed: $(printf '%s, ' "${failures[@]}" | sed 's/, $//')"
    return 1
  fi
  echo "lint: clean"
}

main "$@"
