#!/usr/bin/env python3
"""Checks that every link of every Markdown file, to a file or to a heading, leads somewhere."""

import pathlib
import re
import subprocess
import sys

LINK = re.compile(r"\]\(([^()\s]+)\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def text_of(path):
    """The file without its blocks of code, where brackets mean something else."""
    return CODE.sub("", path.read_text(encoding="utf-8"))


def anchors(path):
    """The names that headings have in links, as GitHub makes them."""
    names = (re.sub(r"[^\w\- ]", "", heading.strip().lower())
             for heading in HEADING.findall(text_of(path)))
    return {name.replace(" ", "-") for name in names}


def leads_nowhere(path, link):
    file, _, anchor = link.partition("#")
    target = path if not file else path.parent / file
    if not target.exists():
        return True
    return bool(anchor) and anchor not in anchors(target)


def main():
    listed = subprocess.run(["git", "ls-files", "*.md"], check=True, stdout=subprocess.PIPE, text=True)
    broken = [f"{path}: {link} leads nowhere"
              for path in map(pathlib.Path, listed.stdout.split())
              for link in LINK.findall(text_of(path))
              if "://" not in link and leads_nowhere(path, link)]
    print("\n".join(broken), end="\n" if broken else "")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
