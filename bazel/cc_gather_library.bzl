"""`cc_gather_library`: calls of services' methods, to give to a gather."""

load("@rules_cc//cc:defs.bzl", "cc_library")
load("//bazel:protoc_code.bzl", "protoc_code")

def cc_gather_library(name, srcs, deps, **kwargs):
    """Makes a cc_library of the calls that the services of one proto_library offer.

    For `demo.proto`, of package `demo`, `demo.gather.pb.h` has
    `demo::calls::Users::GetUser(target, request)`, a `gather::Call<demo::User>`.

    Args:
      name: the cc_library.
      srcs: exactly one proto_library, of the same package.
      deps: exactly one cc_proto_library, of that proto_library.
      **kwargs: attributes common to all rules.
    """
    if len(srcs) != 1 or len(deps) != 1:
        fail("cc_gather_library takes one proto_library and one cc_proto_library")
    protoc_code(
        name = name + "_code",
        src = srcs[0],
        extensions = [".gather.pb.h"],
        language = "gather",
        plugin = Label("//client/codegen:protoc-gen-gather"),
        visibility = ["//visibility:private"],
    )
    cc_library(
        name = name,
        hdrs = [":" + name + "_code"],
        deps = deps + [
            ":" + name + "_code",
            Label("//client:call"),
            "@com_google_absl//absl/strings",
        ],
        **kwargs
    )
