"""`cc_grpc_library` for the installed gRPC, with upstream's attributes."""

load("@rules_cc//cc:defs.bzl", "cc_library")
load(":protoc_code.bzl", "protoc_code")

def cc_grpc_library(
        name,
        srcs,
        deps,
        grpc_only = False,
        generate_mocks = False,
        plugin_flags = [],
        **kwargs):
    """Makes a cc_library of the services of one proto_library.

    Args:
      name: the cc_library.
      srcs: exactly one proto_library, of the same package.
      deps: exactly one cc_proto_library, of that proto_library.
      grpc_only: must be True: the messages come from `deps`.
      generate_mocks: also generates `…_mock.grpc.pb.h`.
      plugin_flags: handed to gRPC's plugin as they are.
      **kwargs: attributes common to all rules.
    """
    if not grpc_only:
        fail("cc_grpc_library offers grpc_only = True only", "grpc_only")
    if len(srcs) != 1 or len(deps) != 1:
        fail("cc_grpc_library takes one proto_library and one cc_proto_library")
    extensions = [".grpc.pb.cc", ".grpc.pb.h"]
    if generate_mocks:
        extensions.append("_mock.grpc.pb.h")
        plugin_flags = plugin_flags + ["generate_mock_code=true"]
    protoc_code(
        name = name + "_code",
        src = srcs[0],
        extensions = extensions,
        language = "grpc",
        plugin = "@com_github_grpc_grpc//:grpc_cpp_plugin",
        plugin_flags = plugin_flags,
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name,
        srcs = [":" + name + "_code"],
        deps = deps + [
            ":" + name + "_code",
            "@com_github_grpc_grpc//:grpc++_codegen_proto",
        ],
        **kwargs
    )
