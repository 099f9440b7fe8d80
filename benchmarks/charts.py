#!/usr/bin/python3
"""Draws what the benchmarks have measured, and writes the tables of docs/performance.md anew.

    charts.py [--root=FOLDER]

Reads benchmarks/results/*.json, and makes docs/charts/*.svg and what stands between the markers of
docs/performance.md. The same results give the same files, to the byte. Wants Debian's
python3-matplotlib. Called by `./dev bench charts`.
"""

import argparse
import pathlib

import matplotlib

matplotlib.use("svg")

from matplotlib import pyplot
from matplotlib import ticker

import measured
import tables

CHARTS = pathlib.Path("docs/charts")

# Of a language, what goes through gatherd is drawn full, what does not, broken.
STYLES = {
    "raw": ("#222222", "--", "o"),
    "paced": ("#8a8a8a", "--", "s"),
    "callback": ("#b07d48", "--", "^"),
    "embedded": ("#1b7f3b", "-", "D"),
    "gatherd": ("#1559b3", "-", "o"),
    "python-gather": ("#d9760a", "--", "o"),
    "python-taskgroup": ("#e8b04b", "--", "^"),
    "python-gatherd": ("#d9760a", "-", "o"),
    "go": ("#0a8f9c", "--", "s"),
    "go-gatherd": ("#0a8f9c", "-", "s"),
    "node": ("#8031a7", "--", "D"),
    "node-gatherd": ("#8031a7", "-", "D"),
}
CPP = ["raw", "paced", "callback", "embedded", "gatherd"]
OTHERS = [door for door in measured.DOORS if door not in CPP]

# The processes of a stacked bar.
PARTS = {"client": "#1559b3", "gatherd": "#e0902f", "backend": "#c4c9d0"}

matplotlib.rcParams.update({
    # Text stays text, and no name in the file is made up at random.
    "svg.fonttype": "none",
    "svg.hashsalt": "gather",
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana"],
    "font.size": 9,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "lines.markersize": 4.5,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
})


def in_thousands(axis):
    axis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:,.7g}"))


def save(figure, results, root, name):
    """Writes a chart, which says below what it is of, and inside what it was made of."""
    figure.text(0.01, 0.01, tables.caption(results), fontsize=7.5, color="#555555")
    path = root / CHARTS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    metadata = {"Date": None, "Creator": "benchmarks/charts.py", "Description": results.source}
    figure.savefig(path, format="svg", metadata=metadata)
    pyplot.close(figure)


def draw_against_calls(results, figure_name, title, unit, line_at_one):
    """One panel for C++ and one for the other languages, of a figure against the calls."""
    figure, panels = pyplot.subplots(1, 2, figsize=(9.6, 4.3))
    for axes, doors, heading in zip(panels, (CPP, OTHERS), ("C++", "other languages")):
        for door in doors:
            points = results.against_calls(door, figure_name)
            if not points:
                continue
            colour, dashes, marker = STYLES[door]
            axes.plot(*zip(*points), color=colour, linestyle=dashes, marker=marker, label=door)
        if line_at_one:
            axes.axhline(1, color="#222222", linewidth=0.8)
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(ticker.NullLocator())
        axes.set_ylim(0, axes.get_ylim()[1] * 1.2)  # the legend is above
        axes.set_title(f"{title}: {heading}", loc="left")
        axes.set_xlabel("calls of one gather")
        axes.set_ylabel(unit)
        in_thousands(axes.xaxis)
        if not line_at_one:
            in_thousands(axes.yaxis)
        axes.legend(fontsize=8, ncols=3, loc="upper left")
    figure.tight_layout(rect=(0, 0.04, 1, 1))
    return figure


def draw_stacked(axes, lines, parts, title, unit):
    """A bar from zero for each door, with the processes' shares after each other."""
    doors = list(lines)
    left = [0.0] * len(doors)
    for part, key in parts.items():
        values = [lines[door].get(key) or 0 for door in doors]
        axes.barh(doors, values, left=left, color=PARTS[part], label=part, height=0.68)
        left = [sum(pair) for pair in zip(left, values)]
    for door, end in zip(doors, left):
        axes.annotate(f"{end:.3g}", (end, door), (3, 0), textcoords="offset points", va="center",
                      fontsize=7.5, color="#333333")
    axes.set_ylim(len(doors) - 0.4, -0.6)
    axes.set_xlim(0, max(left) * 1.12)
    axes.grid(axis="y", visible=False)
    axes.set_title(title, loc="left")
    axes.set_xlabel(unit)


def finish_stacked(figure, axes):
    """One legend above all panels, since there is nothing but bars inside."""
    figure.legend(*axes.get_legend_handles_labels(), fontsize=8, ncols=3, loc="upper right")
    figure.tight_layout(rect=(0, 0.04, 1, 0.95))


def draw_throughput(results, root):
    figure = draw_against_calls(results, "sub_calls_per_second", "throughput",
                                "sub-calls per second", line_at_one=False)
    save(figure, results, root, "throughput.svg")


def draw_ratio(results, root):
    figure = draw_against_calls(results, "to_raw", "against raw", "times as fast as raw C++",
                                line_at_one=True)
    save(figure, results, root, "to_raw.svg")


def draw_cpu(results, root):
    figure, panels = pyplot.subplots(1, 2, figsize=(9.6, 4.3), sharey=True)
    parts = {part: part + "_cpu" for part in PARTS}
    for axes, calls in zip(panels, (100, 1000)):
        draw_stacked(axes, results.doors(**measured.plain(calls=calls)), parts,
                     f"CPU, gathers of {calls:,}", "CPU seconds per 10,000 sub-calls")
    finish_stacked(figure, panels[0])
    save(figure, results, root, "cpu.svg")


def draw_memory(results, root):
    parts = {"client": "client_kb", "gatherd": "gatherd_kb"}
    shapes = {calls: {door: line
                      for door, line in results.doors(**measured.plain(calls=calls)).items()
                      if line.get("client_kb")}
              for calls in (10_000, 100_000)}
    shapes = {calls: lines for calls, lines in shapes.items() if lines}
    figure, panels = pyplot.subplots(1, len(shapes), figsize=(4.8 * len(shapes), 4.3),
                                     squeeze=False)
    for axes, (calls, lines) in zip(panels[0], shapes.items()):
        draw_stacked(axes, lines, parts, f"memory, {calls:,} calls",
                     "peak KB per sub-call of the gather")
    finish_stacked(figure, panels[0][0])
    save(figure, results, root, "memory.svg")


def draw_spread(axes, lines, title):
    """From p50 to p99 of each door, with a mark at each percentile."""
    for row, (door, line) in enumerate(lines.items()):
        colour = STYLES[door][0]
        p50, p90, p99 = (line[key] / 1000 for key in ("p50_us", "p90_us", "p99_us"))
        axes.plot([p50, p99], [row, row], color=colour, linewidth=1.2)
        for value, marker in ((p50, "o"), (p90, "|"), (p99, "D")):
            axes.plot(value, row, marker=marker, color=colour, markersize=5)
    axes.set_yticks(range(len(lines)), list(lines))
    axes.set_ylim(len(lines) - 0.4, -0.6)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    axes.set_title(title, loc="left")


def draw_latency(results, root):
    rows = (10, 1000)
    figure, panels = pyplot.subplots(len(rows), 2, figsize=(9.6, 6.6), sharey="row", sharex="row")
    for pair, calls in zip(panels, rows):
        for axes, slow, heading in zip(pair, (False, True), ("equal calls", "1 % take 20 ms")):
            shape = {**measured.plain(calls=calls), "slow": slow}
            draw_spread(axes, results.doors(**shape), f"gathers of {calls:,}, {heading}")
    for axes in panels[-1]:
        axes.set_xlabel("ms for one gather: ● p50, | p90, ◆ p99 (logarithmic)")
    figure.tight_layout(rect=(0, 0.03, 1, 1))
    save(figure, results, root, "latency.svg")


# What is drawn of scale: what it is called, and how many of its unit are one.
FIGURES = {
    "rate": ("sub-calls per second", 1),
    "kb_each": ("KB each", 1),
    "p99_us": ("p99, ms", 1000),
}


def draw_growth(axes, doors, key):
    """One figure of each door, against what there is more and more of."""
    name, unit = FIGURES[key]
    for door, lines in doors.items():
        points = [(line["x"], line[key] / unit) for line in lines if key in line]
        if points:
            colour, dashes, marker = STYLES.get(door, (None, "-", "."))
            axes.plot(*zip(*points), color=colour, linestyle=dashes, marker=marker, label=door)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(ticker.LogLocator(numticks=10))
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    in_thousands(axes.xaxis)
    if key == "p99_us":
        axes.set_yscale("log")
        name += " (logarithmic)"
        least, most = axes.get_ylim()
        subs = (1, 2, 5) if most < 30 * least else (1,)
        axes.yaxis.set_major_locator(ticker.LogLocator(subs=subs))
        axes.yaxis.set_minor_locator(ticker.NullLocator())
        in_thousands(axes.yaxis)
    else:
        axes.set_ylim(0, axes.get_ylim()[1])
        in_thousands(axes.yaxis)
    axes.set_ylabel(name, fontsize=8)


def draw_scale(results, root, name, label):
    drawn = [(what, doors, key) for what, doors in results.curves().items() for key in FIGURES
             if any(key in line for lines in doors.values() for line in lines)]
    columns = len({key for _, _, key in drawn})
    rows = -(-len(drawn) // columns)
    figure, panels = pyplot.subplots(rows, columns, figsize=(9.6, 2.4 * rows), squeeze=False)
    for axes, (what, doors, key) in zip(panels.flat, drawn):
        draw_growth(axes, doors, key)
        axes.set_xlabel(label.format(what), fontsize=8)
    for axes in panels.flat[len(drawn):]:
        axes.set_visible(False)
    handles = {label: handle for axes in panels.flat
               for handle, label in zip(*axes.get_legend_handles_labels())}
    figure.legend(handles.values(), handles, fontsize=8, ncols=6, loc="upper right")
    figure.tight_layout(rect=(0, 0.1 / rows, 1, 1 - 0.1 / rows))
    save(figure, results, root, name)


def main():
    flags = argparse.ArgumentParser()
    flags.add_argument("--root", type=pathlib.Path, default=measured.ROOT)
    root = flags.parse_args().root
    results = measured.Results("bench.json", root)
    for draw in (draw_throughput, draw_ratio, draw_cpu, draw_memory, draw_latency):
        draw(results, root)
    draw_scale(measured.Results("scale.json", root), root, "scale.svg", "{}")
    draw_scale(measured.Results("workers.json", root), root, "workers.svg",
               "client connections, {}")
    tables.rewrite(root)


if __name__ == "__main__":
    main()
