# shellcheck shell=bash disable=SC2034 # the scripts that source this use the variables
# Shared by lint and format: where the linters are, which files they read.

readonly NPM_DIRECTORY=tools/lint/node_modules

buildifier=$NPM_DIRECTORY/.bin/buildifier

# Installs the pinned linters, unless this very lock file's are there.
install_npm_linters() {
  if ! cmp --silent tools/lint/package-lock.json "$NPM_DIRECTORY/.installed-lock"; then
    npm ci --prefix tools/lint || return
    cp tools/lint/package-lock.json "$NPM_DIRECTORY/.installed-lock"
  fi
  buf=$(compgen -G "$NPM_DIRECTORY/@bufbuild/buf-linux-*/bin/buf" | head --lines=1)
}

# git_files PATHSPEC...: tracked files, and new ones that are not ignored.
git_files() {
  git ls-files --cached --others --exclude-standard --deduplicate -- "$@" |
    while read -r file; do [[ -e $file ]] && echo "$file"; done
}

list_files() {
  mapfile -t cc_files < <(git_files '*.h' '*.cc')
  mapfile -t bzl_files < <(git_files '*.bzl')
  mapfile -t bazel_files < <(git_files '*.bzl' '*BUILD.bazel' '*WORKSPACE' 'bazel/**BUILD.*')
  mapfile -t shell_files < <(
    git_files | while read -r file; do
      [[ $file == *.sh ]] || head --bytes=40 "$file" | grep --quiet '^#!.*\(bash\|/sh\)' || continue
      echo "$file"
    done
  )
}
