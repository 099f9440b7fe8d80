package(default_visibility = ["//visibility:public"])

exports_files(["defs.bzl"])

toolchain_type(name = "toolchain_type")
