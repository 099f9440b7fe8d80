"""Programs for Node, whose npm packages are those of the Node client."""

_LAUNCHER = """#!/usr/bin/env bash
# Runs a program with what it was built with, whatever is in the folder of its sources.
set -euo pipefail
runfiles=$${RUNFILES_DIR:-$$(realpath --no-symlinks "$$0").runfiles}
export NODE_PATH=$$runfiles/gather_node_modules/node_modules
exec node --preserve-symlinks --preserve-symlinks-main "$$runfiles/gather/%s" "$$@"
"""

def _launcher(name, main):
    native.genrule(
        name = name + "_launcher",
        outs = [name + ".sh"],
        cmd = "cat >$@ <<'END'\n%sEND\n" % (_LAUNCHER % ("%s/%s" % (native.package_name(), main))),
        tags = ["manual"],
    )

def node_binary(name, main, data, **kwargs):
    """An executable that runs `main`, a file of this package, with its arguments.

    Args:
      name: the executable.
      main: the file that Node runs.
      data: it, and what it needs.
      **kwargs: attributes of sh_binary.
    """
    _launcher(name, main)
    native.sh_binary(
        name = name,
        srcs = [name + ".sh"],
        data = data + ["@gather_node_modules//:node_modules"],
        **kwargs
    )

def node_test(name, main, data, **kwargs):
    """A test that runs `main`, as node_binary does."""
    _launcher(name, main)
    native.sh_test(
        name = name,
        srcs = [name + ".sh"],
        data = data + ["@gather_node_modules//:node_modules"],
        **kwargs
    )
