#!/usr/bin/env bash
# Builds every client's column, plays the cases with each and prints the matrix; arguments go to
# run.py (see README.md). Called by ./dev conformance.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# From left to right.
readonly COLUMNS=(cpp-remote cpp-embedded python go node)

columns=()
bazel build //server:gatherd //tests/conformance:run //tests/support:backend_main
for column in "${COLUMNS[@]}"; do
  tests/conformance/columns/"$column".sh build
  columns+=("$column=tests/conformance/columns/$column.sh")
done

export GATHERD=bazel-bin/server/gatherd
export TEST_BACKEND=bazel-bin/tests/support/backend_main
exec bazel-bin/tests/conformance/run "$@" -- "${columns[@]}"
