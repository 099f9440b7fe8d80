"""The package installs from its folder with Debian's tools and no network, and works then."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from tests.wire import wire_test_support as wire

PACKAGE = pathlib.Path("clients/python")

PROGRAM = """
import asyncio, sys
import gather

async def main():
    async with gather.Client(sys.argv[1]) as client:
        print(*await gather.gather(client, gather.call("a", "/x.Y/Z", b"installed", bytes)))

asyncio.run(main())
"""


class InstallTest(wire.ProcessTest):

    def test_an_installed_package_gathers(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        shutil.copytree(PACKAGE, folder / "source")
        site = folder / "site"
        subprocess.run(
            ["/usr/bin/python3", "-m", "pip", "install", "--no-build-isolation", "--no-deps",
             "--no-index", "--quiet", "--target", site, folder / "source"],
            check=True, env={"PATH": os.environ["PATH"], "HOME": str(folder)})
        installed = {str(path.relative_to(site)) for path in site.rglob("*") if path.is_file()}
        self.assertLessEqual({"gather/__init__.py", "gather/py.typed", "gather/_lean_pb2.pyi",
                              "gather/v1/gather_pb2.pyi"}, installed)

        backend = self.start(wire.Backend)
        gatherd = self.start(wire.Gatherd, {"a": backend.address})
        printed = subprocess.run(
            ["/usr/bin/python3", "-c", PROGRAM, gatherd.address], cwd=folder, check=True,
            stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": str(site)}).stdout
        self.assertEqual("b'installed'\n", printed)


if __name__ == "__main__":
    unittest.main()
