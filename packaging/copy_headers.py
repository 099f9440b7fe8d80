"""Copies headers, and those that they include, to where an installed library has them.

  copy_headers OUT --root=NAME... NAME=FILE...

NAME is what a header is included by. Fails for a root that is not there, and for an include in
quotes that belongs to the library and is not.
"""

import argparse
import pathlib
import re
import shutil

INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)
OTHERS = ("absl/", "google/", "grpc/", "grpcpp/")


def closure(roots, files):
    """Yields the names of the roots and of what they include, each once."""
    seen = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in seen or name.startswith(OTHERS):
            continue
        if name not in files:
            raise SystemExit(f"copy_headers: {name} is included, and is no header of the library")
        seen.add(name)
        yield name
        waiting += INCLUDE.findall(pathlib.Path(files[name]).read_text(encoding="utf-8"))


def main():
    parser = argparse.ArgumentParser(fromfile_prefix_chars="@")
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--root", action="append", default=[])
    parser.add_argument("headers", nargs="+")
    arguments = parser.parse_args()
    files = dict(header.split("=", 1) for header in arguments.headers)
    for name in closure(arguments.root, files):
        target = arguments.out / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(files[name], target)


if __name__ == "__main__":
    main()
