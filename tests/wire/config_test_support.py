"""What tests of gatherd with --config share."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time

from gather.v1 import gather_pb2 as pb
from tests.wire import wire_test_support as wire

EVERYTHING = {"principals": ["*"], "targets": ["*"]}


def config(*targets, **fields):
    """A configuration that lets everybody call these targets."""
    return dict({"targets": list(targets), "allow": [EVERYTHING]}, **fields)


def target(name, address, **fields):
    return dict({"name": name, "address": address}, **fields)


class ConfigFile:
    """A file in a directory of its own, which goes with the test."""

    def __init__(self, test, content):
        directory = tempfile.mkdtemp()
        test.addCleanup(shutil.rmtree, directory)
        self.path = os.path.join(directory, "gather.json")
        self.write(content)

    def write(self, content):
        text = content if isinstance(content, str) else json.dumps(content)
        with open(self.path + ".new", "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(self.path + ".new", self.path)


def run_gatherd(*flags):
    return subprocess.run(
        [wire.GATHERD, *flags], capture_output=True, text=True, check=False,
        timeout=wire.PATIENCE_S)


def await_that(condition):
    """Asks until the condition holds."""
    deadline = time.monotonic() + wire.PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.01)


class ConfigTest(wire.ProcessTest):
    """A backend, and a gatherd that serves what a file says."""

    def setUp(self):
        super().setUp()
        self.backend = self.start(wire.Backend)

    def serve(self, content, *flags):
        self.file = ConfigFile(self, content)
        self.gatherd = self.start(wire.Gatherd, {}, "--config=" + self.file.path, *flags)

    def gather(self, *calls, **fields):
        return self.gatherd.gather(wire.request(calls, **fields))

    def outcome(self, *arguments, **fields):
        """What became of one sub-call."""
        answer = self.gather(
            wire.call(*arguments, **fields), error_delivery=pb.ERROR_DELIVERY_AS_RESPONSE)
        return answer.outcomes[0]

    def capabilities(self):
        return self.gatherd.stub.GetCapabilities(
            pb.GetCapabilitiesRequest(), timeout=wire.PATIENCE_S)

    def reload(self, content):
        self.file.write(content)
        self.gatherd.signal(signal.SIGHUP)

    def await_targets(self, *names):
        await_that(lambda: [each.name for each in self.capabilities().targets] == list(names))

    def connections(self, port=None):
        """Gatherd's connections to that port, the backend's; each by its own address."""
        return self._established(1, 2, port or self.backend.port)

    def accepted(self):
        """Connections that gatherd has accepted, each by its peer's address."""
        return self._established(2, 1, int(self.gatherd.address.rsplit(":", 1)[1]))

    def _established(self, told, fixed, port):
        rows = []
        for name in ("/proc/net/tcp", "/proc/net/tcp6"):
            with open(name, encoding="ascii") as table:
                rows += [line.split() for line in table][1:]
        sockets = self._sockets()
        return {
            row[told] for row in rows
            if row[3] == "01" and int(row[fixed].rsplit(":", 1)[1], 16) == port
            and row[9] in sockets
        }

    def _sockets(self):
        directory = "/proc/%d/fd" % self.gatherd.pid
        links = []
        for name in os.listdir(directory):
            try:
                links.append(os.readlink(os.path.join(directory, name)))
            except FileNotFoundError:
                pass  # closed meanwhile
        return {link[len("socket:["):-1] for link in links if link.startswith("socket:[")}
