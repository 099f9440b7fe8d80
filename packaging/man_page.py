"""Makes gatherd's manual page of what `gatherd --help` says.

  man_page GATHERD >gatherd.8
"""

import re
import subprocess
import sys

USAGE = re.compile(r"^(?:usage:)? +(gatherd .*)$")
FLAG = re.compile(r"^  (--\S+)$")

FILES = """\
.SH FILES
.TP
.I /etc/gather/gather.json
What the systemd unit serves. The unit starts when it is there; an example of every field is
.I /usr/share/doc/gather/examples/gather.json
"""


def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "\\[u2026]")
    return "\\&" + text if text.startswith((".", "'")) else text


def synopsis(lines):
    yield ".SH SYNOPSIS\n.nf"
    for line in lines:
        yield f".B {escaped(USAGE.match(line).group(1))}"
    yield ".fi"


def options(lines):
    yield ".SH OPTIONS"
    for line in lines:
        flag = FLAG.match(line)
        yield f".TP\n.B {escaped(flag.group(1))}" if flag else escaped(line.strip())


def main():
    run = subprocess.run([sys.argv[1], "--help"], check=True, stdout=subprocess.PIPE, text=True)
    version = subprocess.run([sys.argv[1], "--version"], check=True, stdout=subprocess.PIPE, text=True)
    usage, about, flags, ending = run.stdout.strip().split("\n\n")
    what, example = about.split("\n")
    page = [
        f'.TH GATHERD 8 "" "gather {version.stdout.split()[1]}" "System Administration"',
        ".SH NAME\ngatherd \\- run many gRPC calls as one",
        *synopsis(usage.split("\n")),
        f".SH DESCRIPTION\n{escaped(what)}\n.PP\n.nf\n.RS\n.B {escaped(example.strip())}\n.RE\n.fi",
        *options(flags.split("\n")),
        f".SH SIGNALS AND EXIT STATUS\n{escaped(ending)}",
        FILES + '.SH SEE ALSO\n.BR gatherctl (1),\n.BR protoc\\-gen\\-gather (1)',
    ]
    print("\n".join(page))


if __name__ == "__main__":
    main()
