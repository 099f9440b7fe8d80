#!/usr/bin/env python3
"""Draws what tmux captured of a terminal, one capture or several in turn, as an SVG.

usage: terminal_svg.py COLUMNS ROWS MILLISECONDS=CAPTURE... >PICTURE.svg

A capture is what `tmux capture-pane -e -p` prints; the number before it says how long it is shown.
Where nothing moves the last one is seen.
"""

import html
import re
import sys

CELL_WIDTH = 8.4
CELL_HEIGHT = 18
FONT_SIZE = 14
MARGIN = 12

BACKGROUND = "#16181d"
FOREGROUND = "#d8dbe2"
COLOURS = {31: "#f0727f", 32: "#7fc97a", 33: "#e0b45c", 36: "#63bfc9"}

ESCAPE = re.compile(r"\x1b\[([0-9;]*)m")


class Style:
    """How a character is drawn."""

    def __init__(self):
        self.colour = FOREGROUND
        self.bold = False
        self.faint = False

    def obey(self, numbers):
        for number in map(int, filter(None, numbers.split(";"))) if numbers else (0,):
            if number in (0, 39):
                self.colour = FOREGROUND
            if number in (0, 22):
                self.bold = self.faint = False
            if number in COLOURS:
                self.colour = COLOURS[number]
            self.bold |= number == 1
            self.faint |= number == 2

    def attributes(self):
        weight = ' font-weight="bold"' if self.bold else ""
        opacity = ' opacity="0.55"' if self.faint else ""
        return f'fill="{self.colour}"{weight}{opacity}'


def runs(line):
    """The line's pieces of one style: first column, attributes, text."""
    style = Style()
    column = 0
    for number, piece in enumerate(ESCAPE.split(line)):
        if number % 2:
            style.obey(piece)
            continue
        # Bars are drawn apart from letters.
        for text in re.findall(r"█+|░+|[^█░]+", piece):
            yield column, style.attributes(), text
            column += len(text)


def draw_run(row, column, attributes, text):
    x = MARGIN + column * CELL_WIDTH
    y = MARGIN + row * CELL_HEIGHT
    width = len(text) * CELL_WIDTH
    if text[0] in "█░":
        shade = ' fill-opacity="0.45"' if text[0] == "░" else ""
        # The letters stand there too, for those who copy or search.
        return (f'<rect x="{x:.1f}" y="{y + 2:.1f}" width="{width:.1f}" height="{CELL_HEIGHT - 4}" '
                f'{attributes}{shade}/><text x="{x:.1f}" y="{y + 14:.1f}" opacity="0" '
                f'textLength="{width:.1f}">{text}</text>')
    if not text.strip():
        return ""
    start = len(text) - len(text.lstrip())
    text = text.strip()
    return (f'<text x="{x + start * CELL_WIDTH:.1f}" y="{y + 14:.1f}" {attributes} '
            f'textLength="{len(text) * CELL_WIDTH:.1f}" xml:space="preserve">'
            f'{html.escape(text)}</text>')


def draw_frame(capture):
    return "".join(draw_run(row, *run)
                   for row, line in enumerate(capture.rstrip("\n").split("\n"))
                   for run in runs(line))


def animation(begin, end, whole):
    """Shows its element from `begin` to `end`, again and again."""
    if begin == 0:
        values, times = "visible;hidden", f"0;{end / whole:.4f}"
    elif end == whole:
        values, times = "hidden;visible", f"0;{begin / whole:.4f}"
    else:
        values, times = "hidden;visible;hidden", f"0;{begin / whole:.4f};{end / whole:.4f}"
    return (f'<animate attributeName="visibility" values="{values}" keyTimes="{times}" '
            f'dur="{whole / 1000:.2f}s" calcMode="discrete" repeatCount="indefinite"/>')


def main():
    columns, rows = int(sys.argv[1]), int(sys.argv[2])
    frames = []
    for argument in sys.argv[3:]:
        milliseconds, path = argument.split("=", 1)
        with open(path, encoding="utf-8") as file:
            frames.append((int(milliseconds), file.read()))
    whole = sum(milliseconds for milliseconds, _ in frames)
    width = 2 * MARGIN + columns * CELL_WIDTH
    height = 2 * MARGIN + rows * CELL_HEIGHT
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}" '
          f'viewBox="0 0 {width:.0f} {height}" font-family="DejaVu Sans Mono, Menlo, Consolas, '
          f'monospace" font-size="{FONT_SIZE}">')
    print(f'<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>')
    begin = 0
    for number, (milliseconds, capture) in enumerate(frames):
        last = number == len(frames) - 1
        moving = animation(begin, begin + milliseconds, whole) if len(frames) > 1 else ""
        visibility = "visible" if last else "hidden"
        print(f'<g visibility="{visibility}">{moving}{draw_frame(capture)}</g>')
        begin += milliseconds
    print("</svg>")


if __name__ == "__main__":
    main()
