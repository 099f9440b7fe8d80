"""Where gRPC, Protobuf, Abseil and the other libraries come from.

They are Debian's packages, offered under upstream's own labels
(`@com_github_grpc_grpc//:grpc++`), so that BUILD files read as they would
anywhere. A workspace that declares one of these repositories before it calls
`gather_dependencies()` keeps its own.
"""

load("//bazel:abseil.bzl", "abseil_build_files")
load("//bazel:system_repository.bzl", "system_repository")

_WELL_KNOWN_PROTOS = [
    "any",
    "api",
    "descriptor",
    "duration",
    "empty",
    "field_mask",
    "source_context",
    "struct",
    "timestamp",
    "type",
    "wrappers",
]

def _maybe(repository_rule, name, **kwargs):
    if not native.existing_rule(name):
        repository_rule(name = name, **kwargs)

def _bazel_rules():
    """The rule sets that Bazel's own tools and our BUILD files load."""
    _maybe(
        native.local_repository,
        name = "bazel_skylib",
        path = "/usr/share/bazel/tools/skylib",
    )
    _maybe(
        native.local_repository,
        name = "platforms",
        path = "/usr/share/bazel/tools/platforms",
    )
    _maybe(
        native.local_repository,
        name = "rules_java",
        path = "/usr/share/bazel/rules/java",
    )
    _maybe(
        native.local_repository,
        name = "rules_proto",
        path = "/usr/share/bazel/rules/proto",
    )

    # Debian's bazel-rules-cc does not load under Debian's Bazel.
    _maybe(
        system_repository,
        name = "rules_cc",
        files = {
            Label("//bazel:BUILD.empty"): "BUILD.bazel",
            Label("//bazel:BUILD.rules_cc"): "cc/BUILD.bazel",
            Label("//bazel:rules_cc_defs.bzl"): "cc/defs.bzl",
        },
    )

    # `bazel test` resolves these two even when no coverage is asked for, and
    # would download them.
    _maybe(
        system_repository,
        name = "remote_coverage_tools",
        files = {Label("//bazel:BUILD.remote_coverage_tools"): "BUILD.bazel"},
    )

def _protobuf():
    links = {"/usr/bin/protoc": "protoc"}
    for proto in _WELL_KNOWN_PROTOS:
        path = "google/protobuf/%s.proto" % proto
        links["/usr/include/" + path] = path
    _maybe(
        system_repository,
        name = "com_google_protobuf",
        files = {Label("//bazel:BUILD.protobuf"): "BUILD.bazel"},
        links = links,
    )

def _grpc():
    _maybe(
        system_repository,
        name = "com_github_grpc_grpc",
        files = {
            Label("//bazel:BUILD.grpc"): "BUILD.bazel",
            Label("//bazel:BUILD.empty"): "bazel/BUILD.bazel",
            Label("//bazel:cc_grpc_library.bzl"): "bazel/cc_grpc_library.bzl",
            Label("//bazel:protoc_code.bzl"): "bazel/protoc_code.bzl",
        },
        links = {
            "/usr/bin/grpc_cpp_plugin": "grpc_cpp_plugin",
            "/usr/bin/grpc_python_plugin": "grpc_python_plugin",
        },
    )
    _maybe(
        system_repository,
        name = "io_grpc_grpc_proto",
        files = {Label("//bazel:BUILD.grpc_proto"): "BUILD.bazel"},
        links = {
            "/usr/share/grpc-proto/grpc/health/v1/health.proto": "grpc/health/v1/health.proto",
            "/usr/share/grpc-proto/grpc/reflection/v1/reflection.proto": "grpc/reflection/v1/reflection.proto",
            "/usr/share/grpc-proto/grpc/reflection/v1alpha/reflection.proto": "grpc/reflection/v1alpha/reflection.proto",
        },
    )

def gather_dependencies():
    """Declares every repository that Gather needs and the workspace lacks."""
    _bazel_rules()
    _protobuf()
    _grpc()
    _maybe(
        system_repository,
        name = "com_google_absl",
        contents = abseil_build_files(),
    )
    _maybe(
        system_repository,
        name = "com_google_googletest",
        files = {Label("//bazel:BUILD.googletest"): "BUILD.bazel"},
    )
    _maybe(
        system_repository,
        name = "com_github_google_benchmark",
        files = {Label("//bazel:BUILD.benchmark"): "BUILD.bazel"},
    )
    _maybe(
        system_repository,
        name = "com_github_akheron_jansson",
        files = {Label("//bazel:BUILD.jansson"): "BUILD.bazel"},
    )
    _maybe(
        system_repository,
        name = "com_github_babelouest_rhonabwy",
        files = {Label("//bazel:BUILD.rhonabwy"): "BUILD.bazel"},
    )
    _maybe(
        system_repository,
        name = "com_github_jupp0r_prometheus_cpp",
        files = {
            Label("//bazel:BUILD.empty"): "BUILD.bazel",
            Label("//bazel:BUILD.prometheus_cpp"): "core/BUILD.bazel",
        },
    )
    _maybe(
        system_repository,
        name = "openssl",
        files = {Label("//bazel:BUILD.openssl"): "BUILD.bazel"},
    )
    _maybe(
        system_repository,
        name = "org_gnu_libmicrohttpd",
        files = {Label("//bazel:BUILD.microhttpd"): "BUILD.bazel"},
    )
