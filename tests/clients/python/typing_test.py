"""The package is typed, as strictly as mypy can ask for."""

import pathlib
import subprocess
import tempfile
import unittest

PACKAGE = pathlib.Path("clients/python").resolve()
EXAMPLE = pathlib.Path("tests/clients/python/typing_example.py").resolve()


class TypingTest(unittest.TestCase):

    def test_package_and_its_users_are_typed(self):
        with tempfile.TemporaryDirectory() as cache:
            checked = subprocess.run(
                ["/usr/bin/mypy", "--strict", "--cache-dir", cache, "gather", EXAMPLE], cwd=PACKAGE,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        self.assertEqual(0, checked.returncode, checked.stdout)


if __name__ == "__main__":
    unittest.main()
