"""What docs/quickstart-cpp.md shows is what this workspace builds, and prints what it says."""

import pathlib
import re
import subprocess
import unittest

DOCUMENT = pathlib.Path("external/gather/docs/quickstart-cpp.md")
BLOCK = re.compile(r"^<!-- ([^\n]*) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REGION = re.compile(r"^# \[quickstart\]\n(.*)^# \[/quickstart\]$", re.MULTILINE | re.DOTALL)


def shown():
    return dict(BLOCK.findall(DOCUMENT.read_text(encoding="utf-8")))


def built(name):
    return pathlib.Path(name).read_text(encoding="utf-8")


class QuickstartTest(unittest.TestCase):

    def test_sources_are_those_of_this_workspace(self):
        for name in ("hello.cc", "hello.proto"):
            with self.subTest(name):
                self.assertEqual(built(name), shown()[f"file: {name}"])

    def test_targets_are_those_of_this_workspace(self):
        loads, targets = shown()["file: BUILD.bazel"].split("\n\n", 1)
        self.assertEqual(REGION.search(built("BUILD.bazel")).group(1), targets)
        for load in loads.splitlines():
            self.assertIn(load.split(", ")[0], built("BUILD.bazel"))

    def test_workspace_differs_in_name_and_path_only(self):
        differing = re.compile(r'^workspace.*|^    path = .*', re.MULTILINE)
        self.assertEqual(differing.sub("", built("WORKSPACE")),
                         differing.sub("", shown()["file: WORKSPACE"]))

    def test_prints_what_is_shown(self):
        run = subprocess.run(["./hello"], check=True, stdout=subprocess.PIPE, text=True)
        self.assertEqual(shown()["prints"], run.stdout)


if __name__ == "__main__":
    unittest.main()
