#!/usr/bin/env bash
# Rewrites files into the shape that lint asks for. Called by ./dev format.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=common.sh
source tools/lint/common.sh

install_npm_linters
list_files
clang-format -i "${cc_files[@]}"
"$buildifier" --mode=fix "${bazel_files[@]}"
"$buf" format proto --write
