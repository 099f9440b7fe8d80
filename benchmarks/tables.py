"""The tables of docs/performance.md, made of what the benchmarks have measured.

Each stands between `<!-- table NAME -->` and `<!-- /table -->`, and is never edited by hand.
"""

import pathlib
import re

import measured

PAGE = pathlib.Path("docs/performance.md")
BLOCK = re.compile(r"(<!-- table (\w+) -->\n).*?(<!-- /table -->)", re.DOTALL)
NOTHING = "–"

# Heading, and the shape that it stands for.
SHAPES = {
    "1": measured.plain(calls=1),
    "10": measured.plain(calls=10),
    "100": measured.plain(calls=100),
    "1,000": measured.plain(calls=1000),
    "10,000": measured.plain(calls=10_000),
    "100,000": measured.plain(calls=100_000),
    "64 at once × 10": {**measured.plain(calls=10), "at_once": 64},
    "100, 10 KiB": {**measured.plain(calls=100), "payload_bytes": 10 << 10},
    "10, 1 MiB": {**measured.plain(calls=10), "payload_bytes": 1 << 20},
    "10 × 10": {**measured.plain(calls=10), "levels": 2},
}


def caption(results):
    """Where and when: what figures are worth nothing without."""
    machine = results.machine
    pairs = f", medians of {results.pairs} interleaved pairs" if results.pairs else ""
    return (f"{machine['cpu']}, {machine['cores']} cores, {machine['kernel']}, "
            f"gRPC {machine['grpc']}, {results.date}{pairs}; all processes on this machine")


def _table(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _number(value, unit=1):
    """Two or three digits that count; a dash for what was not measured."""
    if value is None:
        return NOTHING
    value /= unit
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3
    return f"{value:,.{digits}f}"


def where(results):
    return caption(results) + ".\n"


def targets(results):
    return _table(["", "asked", "measured", ""],
                  [[target["what"], _typeset(target["asked"]), _number(target["measured"]),
                    target["verdict"]] for target in results.targets])


def _typeset(bound):
    return bound.replace(">=", "≥").replace("<=", "≤")


def doors(bench):
    """Throughput of every door in every shape against raw's."""
    shapes = {name: lines for name, shape in SHAPES.items() if (lines := bench.doors(**shape))}
    rows = []
    for door in measured.DOORS:
        ratios = [_number(lines.get(door, {}).get("to_raw")) for lines in shapes.values()]
        if any(ratio != NOTHING for ratio in ratios):
            rows.append([door, *ratios])
    return _table(["door", *shapes], rows)


def languages(bench):
    """What a gather through gatherd costs of what it costs without, each in its own language."""
    rows = []
    for door, by_hand in measured.BY_HAND.items():
        for name in ("10", "100", "1,000", "10,000"):
            lines = bench.doors(**SHAPES[name])
            if door in lines and by_hand in lines:
                rows.append([by_hand, name, *_compared(lines[by_hand], lines[door])])
    return _table(["against", "gather of", "ms by hand", "ms through gatherd", "of the time",
                   "of the client's CPU"], rows)


def _compared(by_hand, through):
    return [_number(by_hand["p50_us"], 1000), _number(through["p50_us"], 1000),
            _number(1 / through["to_direct"]), _number(through["client_cpu_to_direct"])]


# Figures of scale that may be there: what they are called, and how many of the unit are one.
FIGURES = {
    "rate": ("sub-calls a second", 1),
    "ratio": ("ratio", 1),
    "kb_each": ("KB each", 1),
    "p50_us": ("p50 ms", 1000),
    "p99_us": ("p99 ms", 1000),
    "held_up_us": ("others held up, ms", 1000),
}


def scale(results):
    """How cost grows with the number of something, for each door."""
    figures = {key: column for key, column in FIGURES.items()
               if any(key in line for line in results.lines)}
    rows = [[line["what"], f"{line['x']:,}", line["door"],
             *(_number(line.get(key), unit) for key, (_, unit) in figures.items())]
            for line in results.lines]
    return _table(["what", "how many", "door", *(name for name, _ in figures.values())], rows)


def workers(results):
    """The rate of each setting against the first one's, by what was asked of them."""
    return _by_setting(results, "ratio")


def workers_cpu(results):
    """gatherd's CPU time for 10,000 sub-calls, likewise."""
    return _by_setting(results, "gatherd_cpu")


def _by_setting(results, figure):
    settings = list(dict.fromkeys(line["door"] for line in results.lines))
    rows = {}
    for line in results.lines:
        rows.setdefault((line["what"], line["x"]), {})[line["door"]] = line.get(figure)
    return _table(["", "client connections", *settings],
                  [[what, f"{connections:,}", *(_number(row.get(door)) for door in settings)]
                   for (what, connections), row in rows.items()])


# What stands between the markers of a name: who makes it, and of what.
MAKERS = {
    "where": (where, "bench.json"),
    "targets": (targets, "bench.json"),
    "doors": (doors, "bench.json"),
    "languages": (languages, "bench.json"),
    "scale_where": (where, "scale.json"),
    "scale_targets": (targets, "scale.json"),
    "scale": (scale, "scale.json"),
    "workers_where": (where, "workers.json"),
    "workers": (workers, "workers.json"),
    "workers_cpu": (workers_cpu, "workers.json"),
}


def made(page, root=measured.ROOT):
    """The page with every table as the results have it."""

    def make(block):
        maker, name = MAKERS[block[2]]
        return block[1] + maker(measured.Results(name, root)) + block[3]

    return BLOCK.sub(make, page)


def rewrite(root):
    path = root / PAGE
    path.write_text(made(path.read_text(encoding="utf-8"), root), encoding="utf-8")
