"""What a check of `make validate` is made of. A file of checks/ holds a list CHECKS; validate.py runs each one twice: on the tree, where it
must find nothing, and on a copy with its seeded fault, where it must find something. Checks run beside each other, in any order."""
import dataclasses
import os
import pathlib
import subprocess
import typing

TREE = pathlib.Path(__file__).resolve().parents[2]
SHOWN_LINES = 25


class Finding(Exception):
    """What is checked is wrong; the text says what and where."""


class NotRun(Exception):
    """The tool comes through no registry and is not here (Terraform, and nothing else may say this); the text says what is missing."""


@dataclasses.dataclass(frozen=True)
class Check:
    name: str  # what is checked, as an operator would say it
    tool: str  # which program judges it: a name of infra/tools/list, or "python3" and the like with a version of its own
    paths: list[str]  # what of the tree it reads, as git's path patterns: this, and what the fault adds, is all that the copy holds
    run: typing.Callable[[pathlib.Path], None]  # looks at the tree in this folder; raises Finding
    fault: typing.Callable[[pathlib.Path], None]  # damages the copy in this folder in the way that `run` is there to find
    version: typing.Callable[[], str] | None = None  # where the tool is not one of infra/tools/list
    beside: tuple[str, ...] = ()  # more programs of infra/tools/list that it runs: they are fetched with the others, before the first check


def tool(name):
    """The path of a program of infra/tools/list, fetched when it is missing."""
    done = subprocess.run([TREE / "infra/tools/fetch", name], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise Finding(done.stderr.strip())
    return done.stdout.strip()


def run(command, cwd, ok=(0,), env=None, stdin=None):
    """Runs a tool and returns what it printed; raises Finding with its last lines unless it ended with one of `ok`."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=os.environ | (env or {}), text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          **({"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}))
    if done.returncode not in ok:
        lines = done.stdout.strip().splitlines()
        cut = ["..."] if len(lines) > SHOWN_LINES else []
        raise Finding("\n".join(lines[:SHOWN_LINES] + cut) or f"{command[0]} ended with {done.returncode} and said nothing")
    return done.stdout


def files(folder, *patterns):
    """The files of the folder that match a glob, sorted; none is a finding, for a check of nothing finds nothing."""
    found = sorted({path for pattern in patterns for path in folder.glob(pattern) if path.is_file()})
    if not found:
        raise Finding(f"no file matches {' '.join(patterns)}")
    return found


def replace(path, old, new):
    """For faults: replaces one text in a file, which must be there once or more."""
    text = path.read_text()
    if old not in text:
        raise AssertionError(f"{path}: the seeded fault finds no {old!r} to damage")
    path.write_text(text.replace(old, new, 1))
