"""Runs the demo backends and a gatherd before them, for tests of what the examples print."""

import contextlib
import signal
import subprocess


@contextlib.contextmanager
def _serving(command, stream):
    """Runs a server; yields the first line that it writes to that stream."""
    with subprocess.Popen(command, text=True, **{stream: subprocess.PIPE}) as server:
        try:
            yield getattr(server, stream).readline().strip()
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate()  # to its end, before the pipe is closed
    if server.returncode != 0:
        raise AssertionError(f"{command[0]} ended with status {server.returncode}")


@contextlib.contextmanager
def gatherd():
    """Runs the demo backends and a gatherd before them; yields its address."""
    with _serving(["examples/demo_backends_main"], "stdout") as targets:
        with _serving(["server/gatherd", f"--targets={targets}"], "stderr") as line:
            yield line.removeprefix("gatherd: serving on ")


def output_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
