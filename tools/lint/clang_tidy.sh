#!/usr/bin/env bash
# Runs clang-tidy over the files that differ from main, or over all of them.
# usage: tools/lint/clang_tidy.sh changed|--all
set -uo pipefail

# base_commit: what the work is compared with.
base_commit() {
  local base
  base=$(git merge-base HEAD origin/main 2>/dev/null || git merge-base HEAD main 2>/dev/null || true)
  if [[ -z $base || $base == "$(git rev-parse HEAD)" ]]; then
    base=$(git rev-parse --quiet --verify HEAD~1 || git rev-parse HEAD)
  fi
  echo "$base"
}

changed_files() {
  git diff --name-only --diff-filter=d "$(base_commit)" -- '*.h' '*.cc'
  git ls-files --others --exclude-standard -- '*.h' '*.cc'
}

# sources: a header is read by way of the source of the same name, if there is one. The workspace
# that consumes this one generates headers of its own.
sources() {
  local file
  while read -r file; do
    [[ $file == tests/bazel_consumer/* ]] && continue
    if [[ $file == *.h && -e ${file%.h}.cc ]]; then
      echo "${file%.h}.cc"
    else
      echo "$file"
    fi
  done | sort --unique
}

# generate_code: makes the headers that protoc generates.
generate_code() {
  local targets
  targets=$(bazel query --noshow_progress \
    'kind("cc_proto_library|protoc_code", //...)' 2>/dev/null) || return
  # shellcheck disable=SC2086 # one label a word
  bazel build --noshow_progress --ui_event_filters=-info $targets @io_grpc_grpc_proto//:all
}

main() {
  local files
  if [[ $1 == --all ]]; then
    mapfile -t files < <(git ls-files -- '*.h' '*.cc' | sources)
  else
    mapfile -t files < <(changed_files | sources)
  fi
  if ((${#files[@]} == 0)); then
    echo "clang-tidy: nothing changed"
    return
  fi
  generate_code || return

  # The SDK's headers are included as "gather/….h".
  links=$(mktemp --directory)
  trap 'rm -r "$links"' EXIT
  ln --symbolic "$PWD/client" "$links/gather"

  local flags=(-std=c++20 -x c++ -I. -I"$links" -isystem bazel-bin
    -isystem bazel-bin/external/io_grpc_grpc_proto) directory
  while read -r directory; do
    flags+=(-isystem "$directory")
  done < <(find -L bazel-bin/ -type d -path '*/_virtual_imports/*' -prune -print)
  echo "clang-tidy: ${#files[@]} files"
  printf '%s\0' "${files[@]}" |
    xargs --null --max-procs="$(nproc)" -I '{}' \
      clang-tidy --quiet '{}' -- "${flags[@]}" 2>&1 |
    grep --invert-match --extended-regexp '^[0-9]+ warnings?( treated as errors?)?( generated)?\.?$|^Suppressed '
  return "${PIPESTATUS[1]}"
}

main "${1:-changed}"
