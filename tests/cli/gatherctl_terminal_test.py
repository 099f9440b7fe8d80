"""What a person at a terminal sees of a gather."""

import fcntl
import html
import json
import os
import pty
import re
import shlex
import signal
import struct
import subprocess
import tempfile
import termios
import unittest

from tests.cli.gatherctl_test_support import ENVIRONMENT, GATHERCTL, GatherctlTest

ADA = ("users", "/demo.Users/GetUser", '{"name": "ada"}')
WEATHER = ("adverts", "/demo.Adverts/Pick", '{"topic": "weather"}')  # fails after 50 ms
AUCTION = ("adverts", "/demo.Adverts/Pick", '{"topic": "auction"}')  # takes 5 s

COLUMNS = 120
ROWS = 30

ESCAPE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])")


class Screen:
    """As much of a terminal as gatherctl uses."""

    def __init__(self):
        self.lines = [""]
        self.row = 0
        self.colours = set()
        self._column = 0

    def feed(self, text):
        at = 0
        while at < len(text):
            escape = ESCAPE.match(text, at)
            if escape:
                self._obey(escape[1], escape[2])
                at = escape.end()
                continue
            self._write(text[at])
            at += 1

    def _obey(self, number, what):
        if what == "A":
            self.row -= int(number)
        elif what == "K":
            self.lines[self.row] = self.lines[self.row][:self._column]
        elif what == "J":
            del self.lines[self.row + 1:]
            self.lines[self.row] = self.lines[self.row][:self._column]
        elif what == "m":
            self.colours.add(number)
        elif number not in ("?7", ):
            raise AssertionError(f"an escape that this terminal does not know: {number}{what}")

    def _write(self, character):
        if character == "\r":
            self._column = 0
        elif character == "\n":
            self.row += 1
            if self.row == len(self.lines):
                self.lines.append("")
        else:
            line = self.lines[self.row].ljust(self._column)
            self.lines[self.row] = line[:self._column] + character + line[self._column + 1:]
            self._column += 1


class Terminal:
    """gatherctl on a terminal of its own."""

    def __init__(self, *arguments, environment=None, columns=COLUMNS):
        self._terminal, ours = pty.openpty()
        fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, columns, 0, 0))
        self.process = subprocess.Popen([GATHERCTL, *arguments], stdin=ours, stdout=ours, stderr=ours,
                                        env={**ENVIRONMENT, **(environment or {})})
        os.close(ours)
        self.screen = Screen()
        self._text = b""

    def read_until(self, seen=None):
        """Until the screen shows that text; without one, until the end."""
        while seen is None or not any(seen in line for line in self.screen.lines):
            try:
                block = os.read(self._terminal, 65536)
            except OSError:  # the other side is closed
                block = b""
            if not block:
                break
            self._text += block
            # What is left of a character that was cut waits for the rest.
            text = self._text.decode(errors="ignore")
            if text.encode() == self._text:
                self.screen.feed(text)
                self._text = b""
        return self.screen

    def end(self):
        """The exit status, and what stands on the screen."""
        screen = self.read_until()
        os.close(self._terminal)
        return self.process.wait(), screen


class TerminalTest(GatherctlTest):

    def test_a_gather_is_a_picture_with_a_line_for_each_call(self):
        for flags in self.doors():
            status, screen = Terminal("call", *flags, "--mode=collect", "--max_concurrency=2", *ADA,
                                      "--id=ada", "+", *WEATHER, "+", *ADA).end()
            self.assertEqual(0, status)
            title, axis, ada, weather, last, headline, counts, _, *texts = screen.lines
            self.assertTrue(title.startswith("collect · 3 calls · 2 at once · "), title)
            self.assertRegex(axis, r"^ +0 .* ms +waited +ran")
            self.assertRegex(ada, r"^0 ada users GetUser +[·█]+ .* ✓$")
            self.assertRegex(weather, r'^1 +adverts Pick +[·█]+ .* ✗ UNAVAILABLE: nobody bids')
            self.assertRegex(last, r"^2 +users GetUser +·+█+ .* ✓$")
            self.assertTrue(headline.startswith("satisfied in "), headline)
            self.assertEqual("2 succeeded, 1 failed", counts)
            self.assertEqual('ada  {"name":"ada","fullName":"Ada Lovelace"}', texts[0])
            self.assertLessEqual(max(map(len, screen.lines[:7])), COLUMNS)
            self.assertLessEqual({"32", "31"}, screen.colours)

    def test_no_color_is_heeded(self):
        _, screen = Terminal("call", *self.embedded, *ADA, environment={"NO_COLOR": "1"}).end()
        self.assertEqual(set(), screen.colours)

    def test_what_has_not_ended_grows_until_ctrl_c_stops_it(self):
        for flags in self.doors():
            terminal = Terminal("call", *flags, "--mode=collect", *ADA, "+", *AUCTION)
            screen = terminal.read_until("✓")
            terminal.read_until("░")
            self.assertRegex(screen.lines[3], r"^1 adverts Pick +░+ ")
            terminal.process.send_signal(signal.SIGINT)
            status, screen = terminal.end()
            self.assertEqual(130, status)
            self.assertRegex(screen.lines[2], r"✓$")
            self.assertRegex(screen.lines[3], r"○ cancelled by the caller$")
            self.assertIn("1 succeeded, 1 cancelled", screen.lines)
            self.assertIn('0  {"name":"ada","fullName":"Ada Lovelace"}', screen.lines)

    def test_many_calls_are_a_bar(self):
        calls = []
        for i in range(300):
            calls += ["+", *(WEATHER if i == 7 else ADA)]
        status, screen = Terminal("call", *self.embedded, "--mode=collect", *calls[1:]).end()
        self.assertEqual(0, status)
        self.assertRegex(screen.lines[1], "^█{80}$")
        self.assertRegex(screen.lines[2], r"^300 of 300, [0-9,]+ a second, 1 failed$")
        self.assertEqual('       1  UNAVAILABLE: nobody bids for "weather" (first: call 7)',
                         screen.lines[3])
        self.assertIn("299 succeeded, 1 failed", screen.lines)

    def test_a_refused_gather_is_one_line(self):
        status, screen = Terminal("call", *self.remote, "nobody", "/demo.Users/GetUser", "-q").end()
        self.assertEqual(1, status)
        status, screen = Terminal("call", *self.remote, "nobody", "/demo.Users/GetUser",
                                  '"CgNhZGE="').end()
        self.assertEqual('refused: NOT_FOUND: calls[0].target: no target "nobody"',
                         screen.lines[-2])

    def test_documents_have_no_picture_beside_them_but_progress_has_its_bar(self):
        _, screen = Terminal("call", *self.embedded, "--output=json", *ADA).end()
        self.assertTrue(screen.lines[0].startswith("gatherctl: satisfied in "), screen.lines)
        self.assertEqual('{"outcomes":[', screen.lines[1])
        calls = ["+", *ADA] * 101
        _, screen = Terminal("call", *self.embedded, "--output=json", *calls[1:]).end()
        self.assertIn("101 succeeded", screen.lines)
        self.assertLess(screen.lines.index("101 succeeded"), screen.lines.index('{"outcomes":['))

    def test_a_gather_of_no_calls_is_over_at_once(self):
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("{}")
            file.flush()
            status, screen = Terminal("call", *self.embedded, "-f", file.name).end()
        self.assertEqual(0, status)
        self.assertTrue(screen.lines[1].startswith("satisfied in "), screen.lines)

    def test_a_terminal_that_cannot_draw_has_lines(self):
        _, screen = Terminal("call", *self.embedded, *ADA, environment={"TERM": "dumb"}).end()
        self.assertTrue(screen.lines[0].startswith("0\t0\tusers\t"), screen.lines)


# The recording's width.
RECORDED_COLUMNS = 116

TEXT = re.compile(r'<text x="([0-9.]+)" y="([0-9.]+)"[^>]*>([^<]*)</text>')


def recorded_lines():
    """What stands on the last picture of docs/gatherctl.svg."""
    with open("docs/gatherctl.svg", encoding="utf-8") as file:
        last = file.read().rsplit("<g ", 1)[1]
    lines = {}
    for x, y, text in TEXT.findall(last):
        lines.setdefault(float(y), []).append((float(x), html.unescape(text)))
    return [" ".join(text for _, text in sorted(lines[y])) for y in sorted(lines)]


def shape(line):
    """The line without what differs from run to run: times, and how long bars are."""
    line = re.sub(r"[0-9.]+ (ms|s)\b", "TIME", re.sub(r"[█░·]+", " ", line))
    return re.sub(r" +", " ", re.sub(r"^ *0 .*", "AXIS", line)).strip()


class RecordingTest(GatherctlTest):

    def test_the_documents_picture_is_what_a_person_sees(self):
        with open("docs/gatherctl.sh", encoding="utf-8") as file:
            command = shlex.split(file.read().replace("\\\n", ""), comments=True)
        settings = {"targets": [{"name": name, "address": address}
                                for name, address in self.address_of.items()]}
        with tempfile.TemporaryDirectory() as home:
            os.mkdir(os.path.join(home, "gather"))
            with open(os.path.join(home, "gather", "gatherctl.json"), "w") as file:
                json.dump(settings, file)
            _, screen = Terminal(*command[1:], environment={"XDG_CONFIG_HOME": home},
                                 columns=RECORDED_COLUMNS).end()
        seen = [shape(line) for line in screen.lines if line.strip()]
        recorded = [shape(line) for line in recorded_lines()]
        first = recorded.index(seen[0])
        self.assertEqual(seen, recorded[first:-1])  # the last line is the shell's


if __name__ == "__main__":
    unittest.main()
