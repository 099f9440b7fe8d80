#!/usr/bin/python3
"""Fails when docs/security.md names a test that there is not."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENT = ROOT / "docs" / "security.md"
NAME = re.compile(r"`(?:(\w+Test)(?:\.(\w+))?|(test_\w+))`")
CASE = re.compile(r"TEST(?:_[FP])?\(\s*(\w+),\s*(\w+)\s*\)|def (test_\w+)\(")


def defined_tests():
    """Returns every suite, suite.test and Python test of the project."""
    names = set()
    for path in (ROOT / "tests").rglob("*"):
        if path.suffix not in (".cc", ".py"):
            continue
        for suite, test, function in CASE.findall(path.read_text(encoding="utf-8")):
            names.update({function} if function else {suite, f"{suite}.{test}"})
    return names


def main():
    known = defined_tests()
    missing = [
        ".".join(filter(None, match))
        for match in NAME.findall(DOCUMENT.read_text(encoding="utf-8"))
        if ".".join(filter(None, match)) not in known
    ]
    for name in missing:
        print(f"docs/security.md: there is no test {name}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
