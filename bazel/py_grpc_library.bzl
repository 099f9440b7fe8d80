"""Python stubs for one .proto file, for tests and examples that speak the plain wire."""

def py_grpc_library(name, src, import_root = "", **kwargs):
    """Makes a py_library of a file's messages and services.

    Args:
      name: the py_library.
      src: the .proto file, of this package; it may import the well-known protos.
      import_root: the folder of the workspace that imports start from.
      **kwargs: attributes common to all rules.
    """
    stem = src[:-len(".proto")]
    native.genrule(
        name = name + "_code",
        srcs = [src],
        outs = [stem + "_pb2.py", stem + "_pb2_grpc.py"],
        cmd = " ".join([
            "$(execpath @com_google_protobuf//:protoc)",
            "--plugin=protoc-gen-grpc=$(execpath @com_github_grpc_grpc//:grpc_python_plugin)",
            "-I%s" % (import_root or "."),
            "--python_out=$(BINDIR)/" + import_root,
            "--grpc_out=$(BINDIR)/" + import_root,
            "$(execpath %s)" % src,
        ]),
        exec_tools = [
            "@com_github_grpc_grpc//:grpc_python_plugin",
            "@com_google_protobuf//:protoc",
        ],
        visibility = ["//visibility:private"],
    )
    depth = len(native.package_name().split("/")) - len([p for p in import_root.split("/") if p])
    native.py_library(
        name = name,
        srcs = [":" + name + "_code"],
        imports = ["/".join([".."] * depth)] if depth else ["."],
        **kwargs
    )
