#!/usr/bin/env bash
# Checks what can be checked without running anything: types, format, and that gather.json is what
# gather.proto says.
set -euo pipefail

# npm's packages are looked for above the files that want them.
node_modules=$(realpath ../gather_node_modules/node_modules)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp --recursive --dereference clients proto "$copy"
cd "$copy/clients/node"
ln -s "$node_modules" node_modules

node node_modules/typescript/bin/tsc -p tsconfig.json
node node_modules/typescript/bin/tsc -p tsconfig.lib.json
node node_modules/prettier/bin/prettier.cjs --check .
node generate.js --check
