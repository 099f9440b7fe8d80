#!/usr/bin/python3
"""Lists the tests of each numbered behaviour and fails on a gap.

A comment `// semantics 15, 17-19` (`#` in Python; a colon and words may follow) just
above a test or inside it, or above a case of an INSTANTIATE_TEST_SUITE_P, names the
behaviours that it shows. The numbers that must have a test stand in
semantics_required.txt; those of its line `e2e:` must have one in e2e/, where each test
runs through both doors.
"""

import collections
import pathlib
import re
import sys

TESTS = pathlib.Path(__file__).resolve().parent
REQUIRED = TESTS / "semantics_required.txt"
SUFFIXES = (".cc", ".h", ".py")

COMMENT = re.compile(r"^\s*(?://|#) semantics ([\d, \-–]+)(?:\.|:[^\n]*)?[ \t]*$", re.MULTILINE)
ANY_COMMENT = re.compile(r"\s*(?://|#)[^\n]*\n|\s*@[^\n]*\n|\s*\n")
TEST = re.compile(
    r"^(?:(?:TYPED_)?TEST(?:_[FP])?\(\s*(?P<suite>\w+),\s*(?P<name>\w+)\s*\)"
    r"|INSTANTIATE_TEST_SUITE_P\(\s*(?P<instance>\w+),\s*(?P<pattern>\w+),"
    r"|\s*def (?P<function>test\w*)\()",
    re.MULTILINE,
)
CASE = re.compile(r'[^"\n]*"(\w+)"')


def parse_numbers(text):
    """Returns the numbers of a list such as "1, 4-7"."""
    numbers = []
    for part in text.replace("–", "-").split(","):
        first, _, last = part.strip().partition("-")
        numbers.extend(range(int(first), int(last or first) + 1))
    return numbers


def test_name(match, source, position):
    if match["function"]:
        return match["function"]
    if match["suite"]:
        return f"{match['suite']}.{match['name']}"
    case = CASE.match(source, position)
    return f"{match['instance']}/{match['pattern']}" + (f" {case[1]}" if case else "")


def test_of(source, comment):
    """Returns the name of the test that a comment stands at, or None."""
    position = comment.end()
    if source[position : position + 1] == "\n":
        position += 1
    while skipped := ANY_COMMENT.match(source, position):
        position = skipped.end()
    if following := TEST.match(source, position):
        return test_name(following, source, position)
    enclosing = None
    for match in TEST.finditer(source, 0, comment.start()):
        enclosing = match
    # A line at the margin closes the test before it.
    if enclosing and not re.search(r"^[^\s]", source[enclosing.end() : comment.start()], re.M):
        return test_name(enclosing, source, position)
    return None


def scan(folder):
    """Returns number -> tests, and the comments that stand at no test."""
    tests = collections.defaultdict(list)
    stray = []
    for path in sorted(folder.rglob("*")):
        if path.suffix not in SUFFIXES or path == pathlib.Path(__file__).resolve():
            continue
        source = path.read_text(encoding="utf-8")
        for comment in COMMENT.finditer(source):
            name = test_of(source, comment)
            where = path.relative_to(folder)
            if name is None:
                line = source.count("\n", 0, comment.start(1)) + 1
                stray.append(f"{where}:{line}: at no test: {comment.group(0).strip()}")
                continue
            for number in parse_numbers(comment.group(1)):
                tests[number].append(f"{name} ({where})")
    return tests, stray


def required_numbers():
    """Returns the folder that a test must be in ("": any) -> numbers."""
    required = collections.defaultdict(list)
    for line in REQUIRED.read_text(encoding="utf-8").splitlines():
        if line and line[0] != "#":
            *folder, numbers = line.split(":")
            required["".join(folder)].extend(parse_numbers(numbers))
    return required


def has_test_in(folder, tests):
    return any(test.rpartition("(")[2].startswith(folder) for test in tests)


def main():
    tests, stray = scan(TESTS)
    for number in sorted(tests):
        print(f"{number:3} {tests[number][0]}")
        for name in tests[number][1:]:
            print(f"    {name}")
    complaints = list(stray)
    for folder, numbers in required_numbers().items():
        missing = [n for n in sorted(numbers) if not has_test_in(folder, tests[n])]
        where = f" in {folder}/" if folder else ""
        complaints += [f"semantics {number}: no test{where}" for number in missing]
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
