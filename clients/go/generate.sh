#!/usr/bin/env bash
# Makes the stubs in gatherpb/ anew; with --check it only says whether they are current. Wants
# Debian's protobuf-compiler, protoc-gen-go-1-5 and protoc-gen-go-grpc.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
module=Mgather/v1/gather.proto=gather/gatherpb
protoc -Iproto --go_out="$made" --go_opt=$module --go_opt=module=gather \
  --go-grpc_out="$made" --go-grpc_opt=$module --go-grpc_opt=module=gather gather/v1/gather.proto

if [[ ${1:-} == --check ]]; then
  diff --recursive --brief "$made/gatherpb" clients/go/gatherpb && exit
  echo "gatherpb/ is not what gather.proto says: run clients/go/generate.sh" >&2
  exit 1
fi
cp "$made"/gatherpb/*.go clients/go/gatherpb
