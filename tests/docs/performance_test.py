#!/usr/bin/env python3
"""The charts and tables of docs/performance.md are those of the committed results."""

import pathlib
import re
import unittest
from xml.etree import ElementTree

import measured
import tables

ROOT = pathlib.Path()
CHARTS = ROOT / "docs/charts"
DESCRIPTION = "{http://purl.org/dc/elements/1.1/}description"
SHOWN = re.compile(r"!\[[^\]]+\]\((?:\.\./|docs/)?(charts/[^)]+)\)")
MAX_BYTES = 150_000


class PerformanceTest(unittest.TestCase):

    def setUp(self):
        self.page = (ROOT / tables.PAGE).read_text(encoding="utf-8")
        self.sources = {measured.Results(path.name, ROOT).source
                        for path in (ROOT / measured.RESULTS).glob("*.json")}

    def test_tables_are_those_of_the_results(self):
        self.maxDiff = None
        self.assertEqual(self.page, tables.made(self.page, ROOT), "run ./dev bench charts")

    def test_charts_are_those_of_the_results(self):
        for chart in CHARTS.glob("*.svg"):
            with self.subTest(chart.name):
                described = ElementTree.parse(chart).find(".//" + DESCRIPTION)
                self.assertIn(described.text, self.sources, "run ./dev bench charts")

    def test_charts_are_small(self):
        for chart in CHARTS.glob("*.svg"):
            with self.subTest(chart.name):
                self.assertLess(chart.stat().st_size, MAX_BYTES)

    def test_page_shows_every_chart(self):
        charts = {"charts/" + chart.name for chart in CHARTS.glob("*.svg")}
        self.assertGreater(len(charts), 0)
        self.assertEqual(set(SHOWN.findall(self.page)), charts)

    def test_readme_shows_charts_that_exist(self):
        shown = SHOWN.findall((ROOT / "README.md").read_text(encoding="utf-8"))
        self.assertGreater(len(shown), 0)
        for chart in shown:
            self.assertTrue((ROOT / "docs" / chart).exists(), chart)


if __name__ == "__main__":
    unittest.main()
