"""`cc_grpc_library` for the installed gRPC, with upstream's attributes."""

load("@rules_cc//cc:defs.bzl", "cc_library")

def _generate(ctx):
    proto = ctx.attr.src[ProtoInfo]
    root = proto.proto_source_root
    outputs = []
    for source in proto.direct_sources:
        stem = source.short_path[:-len(".proto")]
        if stem.startswith("../"):
            stem = stem.split("/", 2)[2]
        if ctx.label.package:
            stem = stem[len(ctx.label.package) + 1:]
        for extension in ctx.attr.extensions:
            outputs.append(ctx.actions.declare_file(stem + extension))

    out_dir = ctx.bin_dir.path
    if root.startswith(out_dir):
        out_dir = root
    elif ctx.label.workspace_root:
        out_dir += "/" + ctx.label.workspace_root

    args = ctx.actions.args()
    args.add(ctx.executable._plugin, format = "--plugin=protoc-gen-grpc=%s")
    args.add("--grpc_out=%s:%s" % (",".join(ctx.attr.plugin_flags), out_dir))
    args.add_all(proto.transitive_proto_path, format_each = "-I%s")
    args.add_all([_import_path(source, root) for source in proto.direct_sources])
    ctx.actions.run(
        inputs = proto.transitive_sources,
        tools = [ctx.executable._plugin],
        outputs = outputs,
        executable = ctx.executable._protoc,
        arguments = [args],
        mnemonic = "GenerateGrpc",
        progress_message = "Generating gRPC code of %s" % ctx.attr.src.label,
    )
    headers = [output for output in outputs if output.extension == "h"]
    sources = [output for output in outputs if output.extension == "cc"]
    return [
        DefaultInfo(files = depset(sources)),
        CcInfo(compilation_context = cc_common.create_compilation_context(
            headers = depset(headers),
            includes = depset([out_dir]),
        )),
    ]

def _import_path(source, root):
    return source.path if root in ("", ".") else source.path[len(root) + 1:]

_generate_grpc = rule(
    implementation = _generate,
    attrs = {
        "extensions": attr.string_list(mandatory = True),
        "plugin_flags": attr.string_list(),
        "src": attr.label(mandatory = True, providers = [ProtoInfo]),
        "_plugin": attr.label(
            default = "@com_github_grpc_grpc//:grpc_cpp_plugin",
            allow_single_file = True,
            executable = True,
            cfg = "exec",
        ),
        "_protoc": attr.label(
            default = "@com_google_protobuf//:protoc",
            allow_single_file = True,
            executable = True,
            cfg = "exec",
        ),
    },
)

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
    _generate_grpc(
        name = name + "_code",
        src = srcs[0],
        extensions = extensions,
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
