#!/usr/bin/python3
"""Installs the Debian package into a clean Debian 12 and does there what docs/quickstart-cpp.md says.

  try_in_clean_root.py gather_VERSION_ARCHITECTURE.deb

Needs root, mmdebstrap and Debian's mirror. The folder of the clean root is removed afterwards.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap

ROOT = pathlib.Path(__file__).resolve().parents[1]
QUICKSTART = (ROOT / "docs" / "quickstart-cpp.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"^<!-- ([^\n]*) -->\n```\w*\n(.*?)^```$", QUICKSTART,
                         re.MULTILINE | re.DOTALL))
ASSUME_YES = 'APT::Get::Assume-Yes "true";\n'

# There is no sudo for root, and no systemd runs in a root that is only a folder: what systemctl
# would start is started as the unit says.
PRELUDE = """set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
sudo() { "$@"; }
systemctl() {
  local unit=/lib/systemd/system/gatherd.service said
  mkfifo /tmp/said
  setpriv --reuid="$(sed -n s/^User=//p $unit)" --regid="$(sed -n s/^Group=//p $unit)" --clear-groups \\
    $(sed -n s/^ExecStart=//p $unit) 2>/tmp/said &
  exec 3</tmp/said
  read -r said <&3
  echo "$said"
  kill -TERM $!
  wait $!
}
cd /home/hello
"""


def make_root(root):
    subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", "--include=systemd", "bookworm", root],
                   check=True)
    (root / "etc/apt/apt.conf.d/yes").write_text(ASSUME_YES)
    # Nothing is started by installing.
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    hello = root / "home/hello"
    hello.mkdir()
    for name, content in BLOCKS.items():
        if name.startswith("file: "):
            (hello / name.removeprefix("file: ")).write_text(content)


def do(root, commands):
    """Runs them in the root as a user would, and returns what they print."""
    print(textwrap.indent(commands.strip(), "+ "), flush=True)
    return subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c",
         'mount -t proc proc "$0/proc" && exec chroot "$0" bash -c "$1"', root, PRELUDE + commands],
        check=True, stdout=subprocess.PIPE, text=True,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}).stdout


def expect(condition, what):
    if not condition:
        raise SystemExit(f"try_in_clean_root: {what}")


def follow_quickstart(root, deb):
    shutil.copy(deb, root / "home/hello")
    do(root, BLOCKS["install"])
    for name in ("run: cmake", "run: pkg-config"):
        printed = do(root, BLOCKS[name])
        expect(printed.endswith(BLOCKS["prints"]), f"{name} prints {printed}")
    # The port may be taken: the clean root has its files for itself, and not the network.
    printed = do(root, BLOCKS["server"].replace(":4400", ":0"))
    expect("gatherd: serving on 127.0.0.1:" in printed, f"the server says {printed}")
    do(root, "systemd-analyze verify --man=no gatherd.service")
    do(root, "apt remove gather && ! test -e /usr/bin/gatherd && apt purge gather")


def main():
    if len(sys.argv) != 2 or os.geteuid() != 0:
        raise SystemExit(__doc__)
    folder = pathlib.Path(tempfile.mkdtemp())
    try:
        make_root(folder / "root")
        follow_quickstart(folder / "root", sys.argv[1])
    finally:
        shutil.rmtree(folder)
    print("try_in_clean_root: as docs/quickstart-cpp.md says")


if __name__ == "__main__":
    main()
