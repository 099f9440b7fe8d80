"""A repository made of the npm packages that a lock file names."""

# The folder as a whole: what is in it is what the lock file says.
_BUILD_FILE = """exports_files(["node_modules"])
"""

def _npm_repository(repository_ctx):
    npm = repository_ctx.which("npm")
    if npm == None:
        fail("npm is not installed: `./dev help` lists the packages")
    for label in [repository_ctx.attr.package, repository_ctx.attr.lock]:
        repository_ctx.file(label.name, repository_ctx.read(label), executable = False)
    result = repository_ctx.execute([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    if result.return_code != 0:
        fail("npm ci: " + result.stderr)
    repository_ctx.file("BUILD.bazel", _BUILD_FILE, executable = False)

npm_repository = repository_rule(
    implementation = _npm_repository,
    doc = "Offers the npm packages of a lock file as one folder, `//:node_modules`.",
    attrs = {
        "lock": attr.label(allow_single_file = True, mandatory = True),
        "package": attr.label(allow_single_file = True, mandatory = True),
    },
)
