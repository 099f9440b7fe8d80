"""What a library is made of when it leaves Bazel: one archive, and the headers that it needs."""

load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

def _archives(dep):
    """The archives of our own libraries; the system's are named by linker flags."""
    archives = []
    for linker_input in dep[CcInfo].linking_context.linker_inputs.to_list():
        for library in linker_input.libraries:
            archive = library.pic_static_library or library.static_library
            if archive:
                archives.append(archive)
    return archives

def _merged_archive(ctx):
    left_out = {archive: None for dep in ctx.attr.without for archive in _archives(dep)}
    archives = depset([
        archive
        for dep in ctx.attr.deps
        for archive in _archives(dep)
        if archive not in left_out
    ]).to_list()
    merged = ctx.actions.declare_file(ctx.label.name + ".a")
    script = ctx.actions.declare_file(ctx.label.name + ".mri")
    ctx.actions.write(script, "\n".join(
        ["create " + merged.path] +
        ["addlib " + archive.path for archive in archives] +
        ["save", "end", ""],
    ))
    ctx.actions.run_shell(
        inputs = archives + [script],
        tools = find_cpp_toolchain(ctx).all_files,
        outputs = [merged],
        command = '"$1" -M <"$2"',
        arguments = [find_cpp_toolchain(ctx).ar_executable, script.path],
        mnemonic = "MergeArchives",
    )
    return [DefaultInfo(files = depset([merged]))]

merged_archive = rule(
    implementation = _merged_archive,
    doc = "Puts libraries with all that they are made of, position-independent, into NAME.a.",
    attrs = {
        "deps": attr.label_list(mandatory = True, providers = [CcInfo]),
        "without": attr.label_list(
            doc = "What these are made of is left out.",
            providers = [CcInfo],
        ),
        "_cc_toolchain": attr.label(default = "@bazel_tools//tools/cpp:current_cc_toolchain"),
    },
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
)

def _include_name(header, directories):
    for directory in directories:
        if header.path.startswith(directory + "/"):
            return header.path[len(directory) + 1:]
    return None

def _header_tree(ctx):
    tree = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add(tree.path)
    args.add_all(ctx.attr.roots, format_each = "--root=%s")
    headers = []
    for dep in ctx.attr.deps:
        context = dep[CcInfo].compilation_context
        directories = context.includes.to_list() + context.system_includes.to_list()
        for header in context.headers.to_list():
            name = _include_name(header, directories)
            if name and name.startswith(ctx.attr.prefix):
                headers.append(header)
                args.add("%s=%s" % (name, header.path))
    args.use_param_file("@%s")
    args.set_param_file_format("multiline")
    ctx.actions.run(
        inputs = headers,
        outputs = [tree],
        executable = ctx.executable._copy,
        arguments = [args],
        mnemonic = "CopyHeaders",
    )
    return [DefaultInfo(files = depset([tree]))]

header_tree = rule(
    implementation = _header_tree,
    doc = "A folder of headers: some, and those that they include, by the names they are included by.",
    attrs = {
        "deps": attr.label_list(mandatory = True, providers = [CcInfo]),
        "prefix": attr.string(
            mandatory = True,
            doc = "What the names of headers that are taken begin with.",
        ),
        "roots": attr.string_list(
            mandatory = True,
            doc = "The headers that users include.",
        ),
        "_copy": attr.label(
            default = "//packaging:copy_headers",
            executable = True,
            cfg = "exec",
        ),
    },
)
