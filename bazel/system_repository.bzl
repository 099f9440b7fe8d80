"""A repository made of a few BUILD files and links to installed files."""

def _system_repository(repository_ctx):
    for label, path in repository_ctx.attr.files.items():
        repository_ctx.symlink(label, path)
    for installed, path in repository_ctx.attr.links.items():
        if not repository_ctx.path(installed).exists:
            fail("%s is not installed: `./dev help` lists the packages" % installed)
        repository_ctx.symlink(installed, path)
    for path, content in repository_ctx.attr.contents.items():
        repository_ctx.file(path, content, executable = False)

system_repository = repository_rule(
    implementation = _system_repository,
    local = True,
    doc = "Offers files of the system under the labels of an upstream repository.",
    attrs = {
        "contents": attr.string_dict(doc = "Path in the repository to the text of the file there."),
        "files": attr.label_keyed_string_dict(
            allow_files = True,
            doc = "File of this workspace to its path in the repository.",
        ),
        "links": attr.string_dict(doc = "Absolute path of an installed file to its path in the repository."),
    },
)
