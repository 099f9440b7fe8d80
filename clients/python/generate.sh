#!/usr/bin/env bash
# Generates the modules of the package that protoc makes; they are kept with it, so that it installs
# without protoc. With an argument: into that folder instead.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

out=$(realpath "${1:-.}")
protoc -I../../proto --python_out="$out" --pyi_out="$out" --grpc_out="$out" \
  --plugin=protoc-gen-grpc=/usr/bin/grpc_python_plugin gather/v1/gather.proto
protoc -I. -I../../proto --python_out="$out" --pyi_out="$out" gather/_lean.proto
