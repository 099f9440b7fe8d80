"""The example of a configuration is right, and nothing that can be configured is left undescribed."""

import json
import os
import re
import tempfile
import unittest

from tests.wire.certificates import Authority
from tests.wire.config_test_support import ConfigFile, run_gatherd

EXAMPLE = "examples/config/gather.json"
FILES = "/etc/gather/"

# A public key as an issuer of tokens publishes it.
JWKS = {"keys": [{
    "kty": "OKP", "crv": "Ed25519", "kid": "1", "alg": "EdDSA", "use": "sig",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def field_names():
    """Of every message of the configuration."""
    text = re.sub(r"//.*", "", read("proto/gather/config/v1/config.proto"))
    return set(re.findall(r"^\s+(?:repeated |optional )?[\w.]+ (\w+) = \d+;$", text, re.MULTILINE))


def uncommented(text):
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)


def keys_of(value):
    if isinstance(value, list):
        return set().union(*map(keys_of, value))
    if isinstance(value, dict):
        return set(value).union(*map(keys_of, value.values()))
    return set()


class ExampleTest(unittest.TestCase):

    def write_files(self, names):
        """The files that the example names, in a directory of the test."""
        authority = Authority(self)
        directory = tempfile.mkdtemp(dir=os.path.dirname(authority.certificate_file))
        pairs = {}
        for name in sorted(names):
            stem, kind = os.path.splitext(name)
            if stem + ".key" in names:
                pair = pairs.setdefault(stem, authority.issue("DNS:" + stem))
                content = pair.key_pem if kind == ".key" else pair.pem
            elif kind == ".pem":
                content = authority.pem
            else:
                content = json.dumps(JWKS).encode()
            with open(os.path.join(directory, name), "wb") as file:
                file.write(content)
        return directory

    def test_the_example_is_right(self):
        text = read(EXAMPLE)
        directory = self.write_files(set(re.findall(FILES + r"([\w.]+)", text)))
        file = ConfigFile(self, text.replace(FILES, directory + "/"))
        done = run_gatherd("--config=" + file.path, "--check_config")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "OK\n", ""))

    def test_the_example_has_every_field(self):
        self.assertEqual(field_names() - keys_of(json.loads(uncommented(read(EXAMPLE)))), set())

    def test_every_field_is_described(self):
        text = re.sub(r"```.*?```", "", read("docs/operating.md"), flags=re.DOTALL)
        described = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`]+)`", text))))
        self.assertEqual(field_names() - described, set())


if __name__ == "__main__":
    unittest.main()
