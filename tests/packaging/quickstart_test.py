"""docs/quickstart-cpp.md, word by word, with the packages: its files, its commands, what it prints."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from tests.packaging import installed

BLOCK = re.compile(r"^<!-- ([^\n]*) -->\n```\w*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS = dict(BLOCK.findall(pathlib.Path("docs/quickstart-cpp.md").read_text(encoding="utf-8")))

# What the document only mentions: the static library, and unit tests.
STATIC = """
add_executable(static_hello hello.cc)
gather_generate(static_hello GRPC PROTOS hello.proto)
target_link_libraries(static_hello gather::gather_static)

add_executable(scripted scripted.cc)
gather_generate(scripted PROTOS hello.proto)
target_link_libraries(scripted gather::testing gather::gather_static)
"""
SCRIPTED = """
#include <iostream>

#include "gather/gather.h"
#include "gather/testing/scripted_client.h"
#include "hello.gather.pb.h"

int main() {
  hello::Greeting greeting;
  greeting.set_text("Good morning");
  gather::testing::ScriptedClient script;
  script.On("greeter", "/hello.Greeter/Greet").Reply(greeting);
  const auto [told] = gather::GatherSettled(script.client(),
                                            hello::calls::Greeter::Greet("greeter", {}));
  std::cout << told->text() << "\\n";
}
"""


class QuickstartTest(unittest.TestCase):

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"]))
        for name, content in BLOCKS.items():
            if name.startswith("file: "):
                (self.folder / name.removeprefix("file: ")).write_text(content)

    def run_commands(self, commands, tree):
        return installed.output_of("bash", "-c", f"set -euo pipefail\n{commands}", cwd=self.folder,
                                   env=tree.environment())

    def test_cmake(self):
        printed = self.run_commands(BLOCKS["run: cmake"], installed.from_debian_package())
        self.assertTrue(printed.endswith(BLOCKS["prints"]), printed)

    def test_pkg_config(self):
        printed = self.run_commands(BLOCKS["run: pkg-config"], installed.from_debian_package())
        self.assertEqual(BLOCKS["prints"], printed)

    def test_pkg_config_with_the_static_library(self):
        words = "$(pkg-config --cflags --libs gather)"
        commands = BLOCKS["run: pkg-config"]
        self.assertIn(words, commands)
        tree = installed.from_debian_package()
        printed = self.run_commands(commands.replace(words, BLOCKS["static"].strip()), tree)
        self.assertEqual(BLOCKS["prints"], printed)
        self.assertNotIn("libgather", self.run_commands("ldd hello", tree))

    def test_static_library_and_scripted_client_of_the_tarball(self):
        with (self.folder / "CMakeLists.txt").open("a") as lists:
            lists.write(STATIC)
        (self.folder / "scripted.cc").write_text(SCRIPTED)
        tree = installed.from_tarball()
        self.run_commands("cmake -S . -B build && cmake --build build --target static_hello scripted", tree)
        self.assertEqual(BLOCKS["prints"], self.run_commands("build/static_hello", tree))
        self.assertEqual("Good morning\n", self.run_commands("build/scripted", tree))
        self.assertNotIn("libgather", self.run_commands("ldd build/static_hello", tree))

    def test_another_minor_version_is_refused(self):
        tree = installed.from_debian_package()
        lists = self.folder / "CMakeLists.txt"
        for asked, is_right in (("0.1", True), ("0", True), ("0.2", False), ("1", False)):
            with self.subTest(asked):
                lists.write_text("cmake_minimum_required(VERSION 3.18)\nproject(hello CXX)\n"
                                 f"find_package(gather {asked} REQUIRED)\n")
                run = subprocess.run(["cmake", "-S", ".", "-B", f"build{asked}"], cwd=self.folder,
                                     env=tree.environment(), check=False, stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT, text=True)
                self.assertEqual(is_right, run.returncode == 0, run.stdout)


if __name__ == "__main__":
    unittest.main()
