"""docs/quickstart-cli.md does what it says, command by command."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from tests.cli.gatherctl_test_support import ENVIRONMENT, GATHERCTL, PATIENCE_S, GatherctlTest

DOCUMENT = pathlib.Path("docs/quickstart-cli.md")
BLOCK = re.compile(r"^```(sh|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

# Blocks that do what the test has done already, or will do: build, serve, and end servers.
DONE_ELSEWHERE = ("./dev packages", "exec 3<", "bazel-bin/server/gatherd", "kill ")


def without_times(text):
    """The lines in any order, for two streams end in one, and without what differs each time."""
    return sorted(re.sub(r"[0-9.]+ (ms|s)\b", "TIME", line) for line in text.splitlines())


class QuickstartTest(GatherctlTest):

    def setUp(self):
        self.home = self.enterContext(tempfile.TemporaryDirectory())

    def bash(self, commands):
        environment = {**ENVIRONMENT, "HOME": self.home, "targets": self.targets,
                       "PATH": os.path.dirname(GATHERCTL) + ":" + os.environ["PATH"]}
        done = subprocess.run(["bash", "-uc", commands], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, env=environment,
                              timeout=PATIENCE_S)
        return done.returncode, done.stdout

    def test_every_command_prints_what_the_document_shows(self):
        document = DOCUMENT.read_text().replace("127.0.0.1:4400", self.server)
        document = document.replace("/tmp/", self.home + "/")
        shown = 0
        for kind, block in BLOCK.findall(document):
            if kind == "sh":
                if any(words in block for words in DONE_ELSEWHERE):
                    continue
                if block == pathlib.Path("docs/gatherctl.sh").read_text().split("\n", 1)[1]:
                    continue  # the picture's: RecordingTest
                status, output = self.bash(block)
                self.assertEqual(0, status, block + output)
                continue
            for command, expected in re.findall(r"^\$ (.*)\n((?:[^$].*\n)*)", block, re.MULTILINE):
                _, output = self.bash(command)
                self.assertEqual(without_times(expected), without_times(output), command)
                shown += 1
        self.assertEqual(6, shown)
        replies = pathlib.Path(self.home, "replies.txt").read_text().splitlines()
        self.assertEqual(10_000, len(replies))


if __name__ == "__main__":
    unittest.main()
