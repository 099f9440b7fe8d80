"""The rule that runs a plugin of protoc for C++ over one proto_library."""

def _protoc_code(ctx):
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

    language = ctx.attr.language
    args = ctx.actions.args()
    args.add(ctx.executable.plugin, format = "--plugin=protoc-gen-%s=%%s" % language)
    args.add("--%s_out=%s:%s" % (language, ",".join(ctx.attr.plugin_flags), out_dir))
    args.add_all(proto.transitive_proto_path, format_each = "-I%s")
    args.add_all([_import_path(source, root) for source in proto.direct_sources])
    ctx.actions.run(
        inputs = proto.transitive_sources,
        tools = [ctx.executable.plugin],
        outputs = outputs,
        executable = ctx.executable._protoc,
        arguments = [args],
        mnemonic = "GenerateProtoCode",
        progress_message = "Generating %s code of %s" % (language, ctx.attr.src.label),
    )
    headers = [output for output in outputs if output.extension == "h"]
    return [
        DefaultInfo(files = depset(outputs)),
        CcInfo(compilation_context = cc_common.create_compilation_context(
            headers = depset(headers),
            includes = depset([out_dir]),
        )),
    ]

def _import_path(source, root):
    return source.path if root in ("", ".") else source.path[len(root) + 1:]

protoc_code = rule(
    implementation = _protoc_code,
    doc = "Generates files beside those of cc_proto_library; the headers can be depended on.",
    attrs = {
        "extensions": attr.string_list(
            mandatory = True,
            doc = "What stands in the place of .proto in the generated files' names.",
        ),
        "language": attr.string(
            mandatory = True,
            doc = "As protoc calls it: NAME of protoc-gen-NAME.",
        ),
        "plugin": attr.label(
            mandatory = True,
            allow_single_file = True,
            executable = True,
            cfg = "exec",
        ),
        "plugin_flags": attr.string_list(),
        "src": attr.label(mandatory = True, providers = [ProtoInfo]),
        "_protoc": attr.label(
            default = "@com_google_protobuf//:protoc",
            allow_single_file = True,
            executable = True,
            cfg = "exec",
        ),
    },
)
