"""A file that a program of the workspace writes."""

def _output_of(ctx):
    ctx.actions.run_shell(
        inputs = [],
        tools = [ctx.executable.program],
        outputs = [ctx.outputs.out],
        command = '"$1" "${@:3}" >"$2"',
        arguments = [ctx.executable.program.path, ctx.outputs.out.path] + ctx.attr.arguments,
        mnemonic = "OutputOf",
        progress_message = "Writing %s" % ctx.label,
    )
    return [DefaultInfo(
        files = depset([ctx.outputs.out]),
        runfiles = ctx.runfiles([ctx.outputs.out]),
    )]

# A genrule builds its tools a second time, for the machine that builds; this takes the program as it
# is built anyway, and so needs to build where it can run.
output_of = rule(
    implementation = _output_of,
    attrs = {
        "arguments": attr.string_list(),
        "out": attr.output(mandatory = True),
        "program": attr.label(mandatory = True, executable = True, cfg = "target"),
    },
    doc = "Runs `program` with `arguments`; `out` is what it writes to standard output.",
)
