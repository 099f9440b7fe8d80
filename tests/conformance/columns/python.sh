#!/usr/bin/env bash
# The Python client, as it stands in clients/python.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

case $1 in
  build) ;;
  run) PYTHONPATH=clients/python exec /usr/bin/python3 tests/conformance/python_column.py "${@:2}" ;;
esac
