"""Shell scripts: what a shell would do with them that nobody meant."""
import check
from check import Check


def is_shell(path):
    with path.open("rb") as file:
        first = file.readline(80)
    return first.startswith(b"#!") and first.split()[-1].endswith(b"sh")


def scripts(folder):
    found = [path for path in check.files(folder, "**/*") if is_shell(path)]
    if not found:
        raise check.Finding("no shell script among the files")
    return found


def shellcheck(folder):
    check.run([check.tool("shellcheck"), *scripts(folder)], folder)


def unquoted(folder):
    script = folder / "infra/build"
    script.write_text(script.read_text() + "\nrm -rf $UNQUOTED/*\n")


CHECKS = [
    Check("shell scripts", "shellcheck", [".ci", "infra", "tests", "compose"], shellcheck, unquoted),
]
