"""Reads what the benchmarks have measured, for charts and tables."""

import hashlib
import json
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
RESULTS = pathlib.Path("benchmarks/results")

DOORS = ["raw", "paced", "callback", "embedded", "gatherd", "python-gather", "python-taskgroup",
         "python-gatherd", "go", "go-gatherd", "node", "node-gatherd"]
# Through gatherd from another language, and what people write in it by hand.
BY_HAND = {"python-gatherd": "python-gather", "go-gatherd": "go", "node-gatherd": "node"}
SMALL_BYTES = 100


class Results:
    """One file of results; `source` says which, and what was in it."""

    def __init__(self, name, root=ROOT):
        content = (root / RESULTS / name).read_bytes()
        self.source = f"{RESULTS / name}, SHA-256 {hashlib.sha256(content).hexdigest()}"
        report = json.loads(content)
        self.date = report["date"]
        self.machine = report["machine"]
        self.pairs = report.get("pairs")
        self.targets = report.get("targets", [])
        self.lines = report["lines"]

    def doors(self, **shape):
        """The lines of one shape by door, in the order of DOORS."""
        lines = {line["door"]: line for line in self.lines if _has(line, shape)}
        return {door: lines[door] for door in DOORS if door in lines}

    def against_calls(self, door, figure):
        """What `figure` is for gathers of 1, 10, ... equal small calls, one after the other."""
        points = [(line["calls"], line[figure]) for line in self.lines
                  if line["door"] == door and _has(line, plain()) and line.get(figure)]
        return sorted(points)

    def curves(self):
        """Lines by what there is more and more of, and by door; of which there are several."""
        curves = {}
        for line in self.lines:
            curves.setdefault(line["what"], {}).setdefault(line["door"], []).append(line)
        return {what: doors for what, doors in curves.items()
                if any(len(lines) > 1 for lines in doors.values())}


def plain(**more):
    """The shape of equal small calls, one gather after the other."""
    return {"at_once": 1, "payload_bytes": SMALL_BYTES, "levels": 1, "slow": False, **more}


def _has(line, shape):
    return all(line.get(key) == value for key, value in shape.items())
