"""Runs gatherctl against the demo backends, with a gatherd before them and without."""

import json
import os
import subprocess
import unittest

from tests.examples import demo

GATHERCTL = os.path.abspath("cli/gatherctl")

# Long enough for a loaded machine; only a failing test waits so long.
PATIENCE_S = 60

# Nobody's settings or token.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "GATHER_TOKEN"}
ENVIRONMENT.update(HOME="/nonexistent", XDG_CONFIG_HOME="", TERM="xterm-256color")


def run(*arguments, **options):
    """Runs gatherctl to its end."""
    options.setdefault("env", ENVIRONMENT)
    return subprocess.run([GATHERCTL, *arguments], capture_output=True, text=True, check=False,
                          timeout=PATIENCE_S, **options)


def start(*arguments):
    """Starts gatherctl; its standard output is a pipe."""
    return subprocess.Popen([GATHERCTL, *arguments], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=ENVIRONMENT)


class GatherctlTest(unittest.TestCase):
    """Has the demo backends, and a gatherd before them."""

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.targets = cls.enterClassContext(demo.backends())
        cls.address_of = dict(each.split("=") for each in cls.targets.split(","))
        cls.server = cls.enterClassContext(demo.gatherd_of(f"--targets={cls.targets}"))
        cls.embedded = [f"--target={cls.targets}"]
        cls.remote = [f"--server={cls.server}", *cls.embedded]

    def doors(self):
        """Each way to gather, as the flags that ask for it, in a sub-test of its own."""
        for name, flags in (("embedded", self.embedded), ("remote", self.remote)):
            with self.subTest(name):
                yield flags

    def assert_status(self, status, done):
        self.assertEqual(status, done.returncode, done.stdout + done.stderr)

    def assert_complains(self, status, complaint, *arguments, **options):
        """That it ends with one line on standard error, and nothing on standard output."""
        done = run(*arguments, **options)
        self.assert_status(status, done)
        self.assertEqual(f"gatherctl: {complaint}\n", done.stderr)
        self.assertEqual("", done.stdout)

    def document(self, status, *arguments, **options):
        """What it says with --output=json."""
        done = run(*arguments, "--output=json", **options)
        self.assert_status(status, done)
        return json.loads(done.stdout)
