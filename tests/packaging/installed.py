"""The packages, unpacked as if they were installed, and the environment that finds them there."""

import os
import pathlib
import subprocess
import tempfile


def output_of(*command, **options):
    """What the command writes to standard output; its own standard error is shown."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


class Installed:
    """A tree with bin, include and the rest below `prefix`."""

    def __init__(self, prefix, library_directory):
        self.prefix = prefix
        self.libraries = prefix / library_directory

    def environment(self):
        """As if `prefix` were a place where compilers and linkers look by themselves."""
        return {
            "PATH": f"{self.prefix}/bin:/usr/bin:/bin",
            "HOME": os.environ["TEST_TMPDIR"],
            "CMAKE_PREFIX_PATH": str(self.prefix),
            "CPATH": f"{self.prefix}/include",
            "LIBRARY_PATH": str(self.libraries),
            "LD_LIBRARY_PATH": str(self.libraries),
            "PKG_CONFIG_PATH": f"{self.libraries}/pkgconfig",
        }


def _new_directory():
    return pathlib.Path(tempfile.mkdtemp(dir=os.environ["TEST_TMPDIR"]))


def from_debian_package():
    root = _new_directory()
    output_of("dpkg-deb", "--extract", "packaging/gather.deb", root)
    multiarch = output_of("dpkg-architecture", "--query", "DEB_HOST_MULTIARCH").strip()
    return Installed(root / "usr", f"lib/{multiarch}")


def from_tarball():
    root = _new_directory()
    output_of("tar", "--extract", "--file=packaging/gather.tar", "--strip-components=2",
              f"--directory={root}")
    return Installed(root, "lib")
