#!/usr/bin/env bash
# Checks the Go code with gofmt and go vet, and builds its programs, with Debian's Go and the
# libraries in /usr/share/gocode: Go's module proxy is not asked. Called by Bazel.
#
#   build.sh OUTPUT_FOLDER
#
# There it puts gather_test, conformance_column and page.
set -euo pipefail

output=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

export HOME=$work GOCACHE=$work/cache GOFLAGS=-p=2
export GO111MODULE=off GOPATH=$work:/usr/share/gocode

mkdir -p "$work"/src/{gather/gatherpb,conformance,page}
cp --dereference clients/go/*.go "$work/src/gather"
cp --dereference clients/go/gatherpb/*.go "$work/src/gather/gatherpb"
cp --dereference tests/conformance/go/*.go "$work/src/conformance"
cp --dereference examples/go/*.go "$work/src/page"
protoc -Iexamples --go_out="$work/src/page" --go_opt=module=page \
  --go_opt=Mdemo.proto=page/demo examples/demo.proto

unformatted=$(gofmt -l "$work/src")
if [[ -n $unformatted ]]; then
  echo "gofmt would change:" >&2
  echo "${unformatted//"$work/src/"/}" >&2
  exit 1
fi
go vet gather conformance page
go test -c -o "$output/gather_test" gather
go build -o "$output/conformance_column" conformance
go build -o "$output/page" page
