"""Debian's Abseil under upstream's labels, one BUILD file per package."""

load("//bazel:link_flags.bzl", "ABSEIL_LINK_FLAGS")

_PACKAGES = {
    "absl/algorithm": ["algorithm", "container"],
    "absl/base": ["base", "config", "core_headers", "dynamic_annotations", "log_severity"],
    "absl/cleanup": ["cleanup"],
    "absl/container": [
        "btree",
        "fixed_array",
        "flat_hash_map",
        "flat_hash_set",
        "inlined_vector",
        "node_hash_map",
        "node_hash_set",
    ],
    "absl/debugging": ["failure_signal_handler", "leak_check", "stacktrace", "symbolize"],
    "absl/flags": [
        "commandlineflag",
        "config",
        "flag",
        "marshalling",
        "parse",
        "reflection",
        "usage",
    ],
    "absl/functional": ["any_invocable", "bind_front", "function_ref"],
    "absl/hash": ["hash"],
    "absl/memory": ["memory"],
    "absl/meta": ["type_traits"],
    "absl/numeric": ["bits", "int128"],
    "absl/random": [
        "bit_gen_ref",
        "distributions",
        "mocking_bit_gen",
        "random",
        "seed_gen_exception",
        "seed_sequences",
    ],
    "absl/status": ["status", "statusor"],
    "absl/strings": ["cord", "str_format", "strings"],
    "absl/synchronization": ["synchronization"],
    "absl/time": ["time"],
    "absl/types": ["any", "compare", "optional", "span", "variant"],
    "absl/utility": ["utility"],
}

_HEADER = """\
load("@rules_cc//cc:defs.bzl", "cc_library")

package(default_visibility = ["//visibility:public"])
"""

_LIBRARY = """
cc_library(
    name = "{name}",
    deps = ["//absl:installed"],
)
"""

_INSTALLED = """
cc_library(
    name = "installed",
    linkopts = {linkopts},
)
"""

def abseil_build_files():
    """Writes the BUILD files.

    Returns:
      A dict of the path in the repository to the file's text.
    """
    contents = {
        "absl/BUILD.bazel": _HEADER + _INSTALLED.format(linkopts = ABSEIL_LINK_FLAGS),
    }
    for package, names in _PACKAGES.items():
        contents[package + "/BUILD.bazel"] = _HEADER + "".join([
            _LIBRARY.format(name = name)
            for name in names
        ])
    return contents
