#!/usr/bin/env bash
# Records gatherctl's live view in a real terminal (tmux's) and writes docs/gatherctl.svg. Needs tmux.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly COLUMNS_WIDE=116
readonly ROWS_HIGH=30
readonly FRAME_SECONDS=0.06
readonly LAST_FRAME_MS=6000

directory=$(mktemp --directory)
backends=

clean_up() {
  tmux -S "$directory/tmux" kill-server 2>/dev/null || true
  [[ -n $backends ]] && kill "$backends"
  rm -rf "$directory"
}
trap clean_up EXIT

terminal() { tmux -S "$directory/tmux" "$@"; }

# Settings with the demo backends as targets, so that the command names none of their addresses.
start_backends() {
  local targets
  exec 3< <(exec bazel-bin/examples/demo_backends_main)
  backends=$!
  read -r targets <&3
  mkdir "$directory/gather"
  sed 's/\([^=,]*\)=\([^,]*\)/{"name":"\1","address":"\2"}/g; s/.*/{"targets":[&]}/' <<<"$targets" \
    >"$directory/gather/gatherctl.json"
}

main() {
  bazel build --ui_event_filters=-info //cli:gatherctl //examples:demo_backends_main
  start_backends
  terminal -f /dev/null new-session -d -x "$COLUMNS_WIDE" -y "$ROWS_HIGH" \
    env XDG_CONFIG_HOME="$directory" PATH="$PWD/bazel-bin/cli:$PATH" PS1='$ ' TERM=screen-256color \
    bash --norc --noprofile
  while [[ $(terminal capture-pane -p) != '$'* ]]; do sleep "$FRAME_SECONDS"; done
  terminal send-keys -l -- "$(grep --invert-match "^#" docs/gatherctl.sh)"
  terminal send-keys Enter

  local frame=0 frames=() text before=
  # Until the prompt is back on a line of its own.
  while :; do
    text=$(terminal capture-pane -e -p)
    if [[ $text != "$before" ]]; then
      printf '%s\n' "$text" >"$directory/$frame"
      frames+=("$directory/$frame")
      frame=$((frame + 1))
      before=$text
    fi
    [[ $(tail --lines=1 <<<"$text") == '$' || $(tail --lines=1 <<<"$text") == '$ ' ]] && break
    sleep "$FRAME_SECONDS"
  done

  local arguments=() shown
  for shown in "${frames[@]}"; do arguments+=("100=$shown"); done
  arguments[-1]=$LAST_FRAME_MS=${frames[-1]}
  tools/terminal_svg.py "$COLUMNS_WIDE" "$(wc --lines <"${frames[-1]}")" "${arguments[@]}" \
    >docs/gatherctl.svg
  echo "docs/gatherctl.svg: ${#frames[@]} frames"
}

main "$@"
