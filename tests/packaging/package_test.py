"""What is in the packages."""

import configparser
import os
import pathlib
import re
import signal
import subprocess
import unittest

from tests.packaging import installed
from tests.packaging.installed import output_of

VERSION = re.search(r'kVersion\[\] = "(.*)"', pathlib.Path("server/version.h").read_text()).group(1)
ABI_VERSION = VERSION.rpartition(".")[0]
QUICKSTART = pathlib.Path("docs/quickstart-cpp.md").read_text(encoding="utf-8")
CONFIGURATION = re.search(r"^sudo tee /etc/gather/gather.json <<'END'\n(.*?)^END$", QUICKSTART,
                          re.MULTILINE | re.DOTALL).group(1)


def field(name):
    return output_of("dpkg-deb", "--field", "packaging/gather.deb", name).strip()


class PackageTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        cls.debian = installed.from_debian_package()
        cls.local = installed.from_tarball()

    def unit(self):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read(self.debian.prefix.parent / "lib/systemd/system/gatherd.service")
        return unit

    def command_line(self, entry):
        """The unit's, of a program and a configuration that are elsewhere."""
        configuration = pathlib.Path(os.environ["TEST_TMPDIR"], "gather.json")
        configuration.write_text(CONFIGURATION.replace(":4400", ":0"))
        line = self.unit()["Service"][entry].replace("/etc/gather/gather.json", str(configuration))
        return line.replace("/usr/bin/", f"{self.debian.prefix}/bin/").split()

    def test_both_have_programs_libraries_and_what_builds_ask_for(self):
        for tree in (self.debian, self.local):
            for path in (
                    tree.prefix / "bin/gatherctl",
                    tree.prefix / "bin/gatherd",
                    tree.prefix / "bin/protoc-gen-gather",
                    tree.prefix / "include/gather/gather.h",
                    tree.prefix / "include/gather/testing/scripted_client.h",
                    tree.prefix / "include/gather/v1/gather.grpc.pb.h",
                    tree.prefix / "include/gather/v1/gather.pb.h",
                    tree.prefix / "include/gather/v1/gather.proto",
                    tree.prefix / "share/bash-completion/completions/gatherctl",
                    tree.prefix / "share/doc/gather/examples/gather.json",
                    tree.prefix / "share/doc/gather/in-gatherd/libabsl-dev.copyright",
                    tree.prefix / "share/doc/gather/in-gatherd/libgrpc-dev.copyright",
                    tree.prefix / "share/doc/gather/in-gatherd/libprotobuf-dev.copyright",
                    tree.libraries / "cmake/gather/gather-config.cmake",
                    tree.libraries / "cmake/gather/gather-config-version.cmake",
                    tree.libraries / "cmake/gather/gather-generate.cmake",
                    tree.libraries / "libgather.a",
                    tree.libraries / "libgather.so",
                    tree.libraries / "libgather_testing.a",
                    tree.libraries / "pkgconfig/gather.pc",
            ):
                self.assertTrue(path.exists(), path)

    def test_no_header_of_the_engine_is_shown(self):
        self.assertEqual(["gather"], os.listdir(self.debian.prefix / "include"))
        for header in self.debian.prefix.glob("include/**/*.h"):
            self.assertNotIn('#include "engine/', header.read_text(), header)

    def test_every_header_compiles_by_itself(self):
        names = (path.relative_to(self.debian.prefix / "include")
                 for path in self.debian.prefix.glob("include/gather/*.h"))
        including_all = "".join(f'#include "{name}"\n' for name in sorted(names, reverse=True))
        subprocess.run(["g++", "-std=c++20", "-fsyntax-only", "-x", "c++", "-"], check=True,
                       input=including_all, text=True, env=self.debian.environment())

    def test_no_symbol_of_the_engine_is_exported(self):
        library = self.debian.libraries / "libgather.so"
        symbols = output_of("nm", "--dynamic", "--defined-only", library)
        self.assertTrue("_ZN6gather6Client8Embedded" in symbols)
        self.assertFalse(re.search("_Z[A-Z]+6gather6engine", symbols))

    def test_all_say_the_same_version(self):
        environment = self.debian.environment()
        self.assertEqual(VERSION, field("Version"))
        for program in ("gatherctl", "gatherd"):
            self.assertEqual(f"{program} {VERSION}\n",
                             output_of(self.debian.prefix / "bin" / program, "--version"))
        self.assertEqual(f"{VERSION}\n",
                         output_of("pkg-config", "--modversion", "gather", env=environment))
        self.assertIn(f"Library soname: [libgather.so.{ABI_VERSION}]",
                      output_of("readelf", "--dynamic", self.debian.libraries / "libgather.so"))
        self.assertTrue((self.debian.libraries / f"libgather.so.{VERSION}").is_file())
        self.assertIn(f"gather_{VERSION}_amd64.deb", QUICKSTART)

    def test_depends_on_debians_libraries(self):
        depends = field("Depends")
        for package in ("libabsl20220623", "libgrpc++1.51", "libprotobuf32", "libprotoc32"):
            self.assertIn(package, depends)

    def test_units_command_line_serves_and_drains(self):
        with subprocess.Popen(self.command_line("ExecStart"), stderr=subprocess.PIPE, text=True) as gatherd:
            line = gatherd.stderr.readline()
            gatherd.send_signal(signal.SIGTERM)
            gatherd.communicate()
        self.assertRegex(line, r"^gatherd: serving on 127\.0\.0\.1:\d+$")
        self.assertEqual(0, gatherd.returncode)

    def test_units_reload_checks_the_configuration_first(self):
        # Of two entries of a name the parser keeps the last; the first is asked for by its text.
        text = (self.debian.prefix.parent / "lib/systemd/system/gatherd.service").read_text()
        check, signal_it = re.findall("^ExecReload=(.*)$", text, re.MULTILINE)
        self.assertEqual(self.unit()["Service"]["ExecStart"] + " --check_config", check)
        self.assertEqual("/bin/sh -c 'kill -HUP $MAINPID'", signal_it)

    def test_unit_is_understood_and_hardened(self):
        run = subprocess.run(
            ["systemd-analyze", "security", "--offline=yes", "--threshold=20", "--no-pager",
             f"--root={self.debian.prefix.parent}", "gatherd.service"],
            check=False, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(0, run.returncode, run.stdout)
        self.assertNotIn("gatherd.service:", run.stderr)

    def test_example_of_the_configuration_is_the_documented_one(self):
        self.assertEqual(
            pathlib.Path("examples/config/gather.json").read_text(),
            (self.debian.prefix / "share/doc/gather/examples/gather.json").read_text())


if __name__ == "__main__":
    unittest.main()
