#!/usr/bin/env bash
# Builds the packages into dist/ and has them looked at. Called by ./dev package [--try].
#   --try   also install them into a clean Debian 12 and follow docs/quickstart-cpp.md there; as root
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [[ $# -gt 1 || ${1:---try} != --try ]]; then
  echo "usage: ./dev package [--try]" >&2
  exit 2
fi

bazel build -c opt //packaging:deb //packaging:local_tree
bin=$(bazel info -c opt bazel-bin 2>/dev/null)/packaging
version=$(dpkg-deb --field "$bin/gather.deb" Version)
architecture=$(dpkg-deb --field "$bin/gather.deb" Architecture)
deb=dist/gather_${version}_$architecture.deb
tarball=dist/gather-$version-linux-$architecture.tar.gz

mkdir -p dist
install --mode=644 "$bin/gather.deb" "$deb"
gzip --best --no-name <"$bin/gather.tar" >"$tarball"
lintian --allow-root --fail-on=error,warning "$deb"
if [[ ${1:-} == --try ]]; then packaging/try_in_clean_root.py "$deb"; fi
echo "$deb"
echo "$tarball"
