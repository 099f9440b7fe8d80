"""Runs the demo backends and a gatherd before them, for tests of what the examples print."""

import contextlib
import signal
import subprocess


_READY = "gatherd: serving on "


@contextlib.contextmanager
def _serving(command, stream, ready=""):
    """Runs a server; yields what follows `ready` in the first line of that stream that has it."""
    with subprocess.Popen(command, text=True, **{stream: subprocess.PIPE}) as server:
        try:
            line = next(line for line in getattr(server, stream) if line.startswith(ready))
            yield line.removeprefix(ready).strip()
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate()  # to its end, before the pipe is closed
    if server.returncode != 0:
        raise AssertionError(f"{command[0]} ended with status {server.returncode}")


def backends():
    """Runs the demo backends; yields where they are, as gatherd's --targets takes it."""
    return _serving(["examples/demo_backends_main"], "stdout")


def gatherd_of(*flags):
    """Runs a gatherd; yields its address."""
    return _serving(["server/gatherd", *flags], "stderr", _READY)


@contextlib.contextmanager
def gatherd():
    """Runs the demo backends and a gatherd before them; yields its address."""
    with backends() as targets, gatherd_of(f"--targets={targets}") as address:
        yield address


def output_of(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
