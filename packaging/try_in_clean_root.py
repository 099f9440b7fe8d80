#!/usr/bin/python3
"""Installs the Debian package into a clean Debian 12 and does there what docs/quickstart-cpp.md says.

  try_in_clean_root.py gather_VERSION_ARCHITECTURE.deb

Needs root, mmdebstrap, systemd-nspawn (systemd-container) and Debian's mirror. The folder of the
clean root is removed afterwards.
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

# There is no sudo for root.
PRELUDE = """set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
sudo() { "$@"; }
cd /home/hello
"""

# What the quickstart says of the server, by systemd and gatherctl.
SERVER_CHECKS = """
until gatherctl capabilities --server=127.0.0.1:4400; do sleep 0.1; done
systemctl reload gatherd
sed -i s/targets/tragets/ /etc/gather/gather.json
if systemctl reload gatherd; then exit 1; fi
systemctl is-active gatherd
systemctl stop gatherd
test "$(systemctl show --property=Result gatherd)" = Result=success
"""

UNIT = """[Unit]
After=multi-user.target
[Service]
Type=oneshot
ExecStart=/bin/bash /root/commands
StandardOutput=file:/root/printed
StandardError=file:/root/printed
ExecStopPost=/bin/sh -c 'echo $EXIT_STATUS >/root/status; systemctl poweroff --no-block'
"""


def nspawn(root, *arguments, **options):
    return subprocess.run(
        ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", f"--directory={root}", *arguments],
        check=True, stdin=subprocess.DEVNULL, text=True, **options)


def do(root, commands):
    """Runs them there as a user would, and returns what they print."""
    print(textwrap.indent(commands.strip(), "+ "), flush=True)
    return nspawn(root, "--pipe", "bash", "-c", PRELUDE + commands, stdout=subprocess.PIPE).stdout


def do_with_systemd(root, commands):
    """The same on the booted system, which has a network of its own."""
    print(textwrap.indent(commands.strip(), "+ "), flush=True)
    (root / "root/commands").write_text(PRELUDE + commands)
    units = root / "etc/systemd/system"
    (units / "commands.service").write_text(UNIT)
    (units / "graphical.target.wants").mkdir(exist_ok=True)
    (units / "graphical.target.wants/commands.service").symlink_to("../commands.service")
    nspawn(root, "--private-network", "--boot", stdout=subprocess.DEVNULL, timeout=120)
    printed = (root / "root/printed").read_text()
    expect((root / "root/status").read_text() == "0\n", printed)
    return printed


def make_root(root):
    subprocess.run(["mmdebstrap", "--quiet", "--variant=apt", "--include=dbus,systemd-sysv", "bookworm",
                    root], check=True)
    (root / "etc/apt/apt.conf.d/yes").write_text(ASSUME_YES)
    hello = root / "home/hello"
    hello.mkdir()
    for name, content in BLOCKS.items():
        if name.startswith("file: "):
            (hello / name.removeprefix("file: ")).write_text(content)


def expect(condition, what):
    if not condition:
        raise SystemExit(f"try_in_clean_root: {what}")


def follow_quickstart(root, deb):
    shutil.copy(deb, root / "home/hello")
    do(root, BLOCKS["install"])
    for name in ("run: cmake", "run: pkg-config"):
        printed = do(root, BLOCKS[name])
        expect(printed.endswith(BLOCKS["prints"]), f"{name} prints {printed}")
    printed = do_with_systemd(root, BLOCKS["server"] + SERVER_CHECKS)
    expect("greeter" in printed, f"the server says {printed}")
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
