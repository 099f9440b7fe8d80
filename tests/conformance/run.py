"""Lets every client play every case against its own gatherd and backends, and prints a matrix.

usage: run.py [--columns=NAME,...] [--cases=PATTERN] [--verbose] COLUMN=COMMAND...

Called by `./dev conformance`, which builds what is run. The variables GATHERD and TEST_BACKEND name
the server and the backends.
"""

import argparse
import fnmatch
import json
import pathlib
import queue
import subprocess
import sys
import threading
import time

from tests.conformance import matching
from tests.wire import wire_test_support as wire

CASES = pathlib.Path(__file__).parent / "cases"

# A port where nobody listens.
NOWHERE = "127.0.0.1:1"


class Stuck(Exception):
    """A column, or the gather that it plays, does not go on."""


def load_cases(pattern):
    cases = []
    for path in sorted(CASES.glob("*.json")):
        for case in json.loads(path.read_text(encoding="utf-8"))["cases"]:
            if not case["name"].startswith(path.stem + "/"):
                raise ValueError(f"{path.name}: {case['name']} is not of this file")
            cases.append(case)
    names = [case["name"] for case in cases]
    if len(set(names)) != len(names):
        raise ValueError("two cases have the same name")
    return [case for case in cases if fnmatch.fnmatch(case["name"], pattern)]


def cues_of(case):
    """The moments for which the column waits, in their order."""
    cues = [case["cancel"]] if "cancel" in case else []
    return cues + [step["cue"] for step in case.get("steps", []) if "cue" in step]


class Program:
    """A column's process: a case in, a report out."""

    def __init__(self, command):
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._lines = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    @property
    def has_answered(self):
        return not self._lines.empty()

    def write(self, line):
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise Stuck("the client's program has ended") from None

    def read(self):
        try:
            line = self._lines.get(timeout=wire.PATIENCE_S)
        except queue.Empty:
            raise Stuck(f"no answer in {wire.PATIENCE_S} s") from None
        if line is None:
            raise Stuck("the client's program has ended")
        return json.loads(line)

    def finish(self):
        """What is wrong with how it ends after the end of its input; empty: nothing."""
        self._process.stdin.close()
        try:
            status = self._process.wait(wire.PATIENCE_S)
        except subprocess.TimeoutExpired:
            return [f"it runs on {wire.PATIENCE_S} s after the end of its input"]
        return [f"its exit status is {status}"] if status != 0 else []

    def kill(self):
        self._process.kill()
        self._process.wait()


class Column:
    """One client, with backends and a gatherd of its own."""

    def __init__(self, name, command):
        self.name = name
        self.cells = {}  # case's name -> what is wrong with it
        self._backends = {"a": wire.Backend(), "b": wire.Backend()}
        targets = {name: backend.address for name, backend in self._backends.items()}
        targets["nowhere"] = NOWHERE
        self._gatherd = wire.Gatherd(targets)
        listed = ",".join(f"{name}={address}" for name, address in targets.items())
        self._command = [command, "run", f"--server={self._gatherd.address}", f"--targets={listed}"]
        self._program = None

    def play_all(self, cases):
        self.cells = {case["name"]: ["was not played"] for case in cases}
        for case in cases:
            try:
                self.cells[case["name"]] = self._play(case)
            except (Stuck, AssertionError, ValueError) as error:
                self.cells[case["name"]] = [str(error)]
                self._stop_program()
        if self._program is not None and (wrong := self._program.finish()):
            self.cells["(the program's end)"] = wrong

    def _play(self, case):
        if self._program is None:
            self._program = Program(self._command)
        before = [backend.forget_peak() for backend in self._backends.values()]
        told = {key: value for key, value in case.items() if key not in ("expect", "backends")}
        self._program.write(json.dumps(told))
        for cue in cues_of(case):
            self._await_in_flight(cue["in_flight"])
            self._program.write("go")
        answer = self._program.read()
        if answer.get("case") != case["name"]:
            raise Stuck(f"an answer for {answer.get('case')}")
        if "error" in answer:
            return [answer["error"]]
        found = matching.mismatches(case["expect"], answer["saw"])
        self._await_idle()
        return found + list(self._judge_backends(case.get("backends", {}), before))

    def _await_in_flight(self, count):
        deadline = time.monotonic() + wire.PATIENCE_S
        while sum(stats["in_flight"] for stats in self._stats()) < count:
            if self._program.has_answered:
                raise Stuck(f"answered before {count} calls were in flight: {self._program.read()}")
            if time.monotonic() > deadline:
                raise Stuck(f"there were never {count} calls in flight")

    def _await_idle(self):
        for backend in self._backends.values():
            backend.wait_for(lambda stats: stats["in_flight"] == 0)

    def _stats(self):
        return [backend.stats() for backend in self._backends.values()]

    def _judge_backends(self, expected, before):
        after = self._stats()
        for key in ("calls", "cancelled"):
            seen = sum(now[key] - then[key] for then, now in zip(before, after))
            if key in expected and seen != expected[key]:
                yield f"backends.{key}: expected {expected[key]}, saw {seen}"
        most = max(stats["max_in_flight"] for stats in after)
        if most > expected.get("max_in_flight", most):
            yield f"backends.max_in_flight: expected at most {expected['max_in_flight']}, saw {most}"

    def _stop_program(self):
        if self._program is not None:
            self._program.kill()
            self._program = None

    def close(self):
        self._stop_program()
        self._gatherd.stop()
        for backend in self._backends.values():
            backend.stop()


def print_matrix(cases, columns, verbose):
    first = max(len(case["name"]) for case in cases) + 2
    widths = [max(len(column.name), len("RED")) + 2 for column in columns]
    print("case".ljust(first) + "".join(
        column.name.ljust(width) for column, width in zip(columns, widths)))
    for case in cases:
        marks = ("RED" if column.cells[case["name"]] else "ok" for column in columns)
        line = "".join(mark.ljust(width) for mark, width in zip(marks, widths))
        print(case["name"].ljust(first) + line)
    for column in columns:
        for name, found in column.cells.items():
            for mismatch in found if verbose else found[:3]:
                print(f"{column.name}: {name}: {mismatch}")


def main():
    parser = argparse.ArgumentParser(description="Plays the conformance cases.")
    parser.add_argument("--columns", default="", help="only these, separated by commas")
    parser.add_argument("--cases", default="*", help="only cases whose names match this pattern")
    parser.add_argument("--verbose", action="store_true", help="tell everything of red cells")
    parser.add_argument("commands", nargs="+", metavar="COLUMN=COMMAND")
    arguments = parser.parse_args()
    commands = dict(command.split("=", 1) for command in arguments.commands)
    chosen = arguments.columns.split(",") if arguments.columns else list(commands)
    cases = load_cases(arguments.cases)
    if not cases or set(chosen) - set(commands):
        parser.error(f"no such case or column; columns: {', '.join(commands)}")

    columns = [Column(name, commands[name]) for name in chosen]
    try:
        threads = [threading.Thread(target=column.play_all, args=(cases,)) for column in columns]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print_matrix(cases, columns, arguments.verbose)
        red = sum(bool(found) for column in columns for found in column.cells.values())
        cells = sum(len(column.cells) for column in columns)
        print(f"conformance: {cells - red} of {cells} cells are green")
        return 1 if red else 0
    finally:
        for column in columns:
            column.close()


if __name__ == "__main__":
    sys.exit(main())
