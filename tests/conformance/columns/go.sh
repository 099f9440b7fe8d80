#!/usr/bin/env bash
# The Go client.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

case $1 in
  build) bazel build //clients/go:conformance_column ;;
  run) exec bazel-bin/clients/go/conformance_column "${@:2}" ;;
esac
