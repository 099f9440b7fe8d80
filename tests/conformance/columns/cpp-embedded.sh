#!/usr/bin/env bash
# The C++ client, with an engine of its own.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

case $1 in
  build) bazel build //tests/conformance:cpp_column ;;
  run) exec bazel-bin/tests/conformance/cpp_column --door=embedded "${@:2}" ;;
esac
