"""What tests of gatherd with --config share."""

import json
import os
import shutil
import tempfile

EVERYTHING = {"principals": ["*"], "targets": ["*"]}


def config(*targets, **fields):
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
