#!/usr/bin/env bash
# The Node client.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

case $1 in
  build) bazel build //tests/conformance/node:main ;;
  run) exec bazel-bin/tests/conformance/node/main "${@:2}" ;;
esac
