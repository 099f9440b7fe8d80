"""The examples of clients in other languages do what their documents say."""

import pathlib
import re
import textwrap
import unittest

from tests.examples import demo

BLOCK = re.compile(r"^<!-- (from|output of) (\S+) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REGION = re.compile(r"^ *(?://|#) \[README\]\n(.*?)\n* *(?://|#) \[/README\]$",
                    re.MULTILINE | re.DOTALL)

# How each example is run, but for the server's address.
PROGRAMS = {
    "clients/node/example/page.js": ("clients/node/page", "examples/demo.proto"),
    "examples/go/main.go": ("clients/go/page",),
    "examples/python/page.py": ("examples/python/page",),
}


class ClientsTest(unittest.TestCase):

    def check(self, document, blocks):
        found = BLOCK.findall(pathlib.Path(document).read_text())
        self.assertEqual(blocks, [(kind, file) for kind, file, _ in found])
        for kind, file, block in found:
            if kind == "from":
                region = REGION.search(pathlib.Path(file).read_text()).group(1) + "\n"
                self.assertEqual(textwrap.dedent(region), block)
            else:
                with demo.gatherd() as address:
                    program, *arguments = PROGRAMS[file]
                    self.assertEqual(block, demo.output_of(program, address, *arguments))

    def test_go_readme_shows_the_example(self):
        self.check("clients/go/README.md", [("from", "examples/go/main.go")])

    def test_go_quickstart_shows_the_example_and_what_it_prints(self):
        self.check("docs/quickstart-go.md",
                   [("from", "examples/go/main.go"), ("output of", "examples/go/main.go")])

    def test_node_readme_shows_the_example(self):
        self.check("clients/node/README.md", [("from", "clients/node/example/page.js")])

    def test_node_quickstart_shows_the_example_and_what_it_prints(self):
        self.check("docs/quickstart-node.md",
                   [("from", "clients/node/example/page.js"),
                    ("output of", "clients/node/example/page.js")])

    def test_python_readme_shows_the_example(self):
        self.check("clients/python/README.md", [("from", "examples/python/page.py")])

    def test_python_quickstart_shows_the_example_and_what_it_prints(self):
        self.check("docs/quickstart-python.md", [("from", "examples/python/page.py"),
                                                 ("output of", "examples/python/page.py")])


if __name__ == "__main__":
    unittest.main()
