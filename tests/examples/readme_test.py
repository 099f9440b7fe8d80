"""What README and documentation show is what is compiled and run: their blocks are regions of the
example files, and the examples do what it says."""

import pathlib
import re
import textwrap
import unittest

from tests.examples import demo

BLOCK = re.compile(r"^<!-- from (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REGION = re.compile(r"^ *(?://|#) \[README\]\n(.*?)^ *(?://|#) \[/README\]$",
                    re.MULTILINE | re.DOTALL)


class ReadmeTest(unittest.TestCase):

    def test_blocks_are_regions_of_the_examples(self):
        files = []
        for document in ("README.md", "docs/testing.md"):
            for file, block in BLOCK.findall(pathlib.Path(document).read_text()):
                with self.subTest(file):
                    region = REGION.search(pathlib.Path(file).read_text())
                    self.assertEqual(textwrap.dedent(region.group(1)), block)
                files.append(file)
        self.assertEqual(["examples/readme.cc", "examples/python/gather_page.py",
                          "examples/greeting_test.cc"], files)

    def test_first_example_has_fifteen_lines_at_most(self):
        _, block = BLOCK.findall(pathlib.Path("README.md").read_text())[0]
        self.assertLessEqual(len(block.splitlines()), 15)

    def test_cpp_example_shows_the_page_without_the_optional_advert(self):
        with demo.gatherd() as address:
            self.assertEqual("Ada Lovelace has 2 posts. No advert today.\n",
                             demo.output_of("examples/readme", address))

    def test_python_example_tells_reply_and_failure_apart(self):
        with demo.gatherd() as address:
            lines = demo.output_of("examples/python/gather_page", address).splitlines()
        self.assertEqual(["ada     Ada Lovelace", 'nobody  code 5: there is no user "nobody"'],
                         [line.strip() for line in lines])


if __name__ == "__main__":
    unittest.main()
