#!/usr/bin/env bash
# Checks go_client.go with gofmt and go vet, and builds it, with Debian's Go and the libraries in
# /usr/share/gocode: Go's module proxy is not asked. Called by Bazel.
#
#   build_go_client.sh PROGRAM
set -euo pipefail

output=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export HOME=$work GOCACHE=$work/cache GOFLAGS=-p=2
export GO111MODULE=off GOPATH=$work:/usr/share/gocode

mkdir -p "$work"/src/{gather/gatherpb,goclient}
cp --dereference clients/go/*.go "$work/src/gather"
cp --dereference clients/go/gatherpb/*.go "$work/src/gather/gatherpb"
cp --dereference benchmarks/go_client.go "$work/src/goclient"
module=Mecho.proto=goclient/echopb
protoc -Ibenchmarks --go_out="$work/src/goclient" --go_opt=$module --go_opt=module=goclient \
  --go-grpc_out="$work/src/goclient" --go-grpc_opt=$module --go-grpc_opt=module=goclient echo.proto

if [[ -n $(gofmt -l "$work/src/goclient/go_client.go") ]]; then
  echo "gofmt would change benchmarks/go_client.go" >&2
  exit 1
fi
go vet goclient
go build -o "$output" goclient
