"""The files of the tree, and C++ with its comments and literals taken out, so that rules look at code when they mean code."""
import pathlib
import re
import subprocess
from dataclasses import dataclass
from functools import cached_property

SKIPPED = {".git", "build", "node_modules", "__pycache__", ".cache"}
CPP = {".cc", ".h"}


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    rule: str
    why: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.rule}: {self.why}"


class File:
    def __init__(self, root, path):
        self.path = path  # relative, with /
        self.parts = path.split("/")
        self.suffix = pathlib.PurePosixPath(path).suffix
        self._bytes = (root / path).read_bytes()

    @cached_property
    def is_text(self):
        return b"\0" not in self._bytes[:8192]

    @cached_property
    def text(self):
        return self._bytes.decode("utf-8", "replace")

    @cached_property
    def lines(self):
        return self.text.splitlines()

    @cached_property
    def code(self):
        """The text with comments, strings and characters blanked out; same length, same lines."""
        return blank(self.text) if self.suffix in CPP else self.text

    @cached_property
    def without_strings(self):
        """The lines with strings and characters blanked out, comments kept."""
        return blank(self.text, keep_comments=True).splitlines() if self.suffix in CPP else self.lines

    @cached_property
    def is_sample(self):
        """Text that others wrote, kept to be read by tests."""
        return self.parts[0] == "tests" and bool({"samples", "fixtures"} & set(self.parts))

    @cached_property
    def code_lines(self):
        return self.code.splitlines()

    def finding(self, line, rule, why):
        return Finding(self.path, line, rule, why)

    def matches(self, pattern, rule, why, of=None):
        """A finding for each line of the code (or of `of`) in which `pattern` is found."""
        for number, line in enumerate(self.code_lines if of is None else of, 1):
            if re.search(pattern, line):
                yield self.finding(number, rule, why)


class Tree:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.files = [File(self.root, path) for path in sorted(self._paths())]

    def _paths(self):
        if (self.root / ".git").exists():
            listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", str(self.root), "ls-files", "-z", "-co", "--exclude-standard"],
                                    capture_output=True, check=False)
            if listed.returncode == 0:
                names = listed.stdout.decode("utf-8", "replace").split("\0")
                return [name for name in names if name and (self.root / name).is_file() and not (self.root / name).is_symlink()]
        return [p.relative_to(self.root).as_posix() for p in self.root.rglob("*")
                if p.is_file() and not p.is_symlink() and not SKIPPED & set(p.relative_to(self.root).parts)]

    @cached_property
    def cpp(self):
        return [f for f in self.files if f.suffix in CPP and f.parts[0] in ("common", "workers", "tests")]

    @cached_property
    def product(self):
        return [f for f in self.cpp if f.parts[0] != "tests"]

    @cached_property
    def tests(self):
        return [f for f in self.cpp if f.parts[0] == "tests"]


LITERAL = re.compile(
    r"""(?P<raw>R"(?P<delim>[^()\\\s]{0,16})\((?:.|\n)*?\)(?P=delim)")
      | (?P<line>//[^\n]*)
      | (?P<block>/\*(?:.|\n)*?\*/)
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<char>(?<![0-9a-zA-Z_])'(?:\\.|[^'\\\n])+')""", re.X)


def blank(text, keep_comments=False):
    def hide(match):
        piece = match.group(0)
        if keep_comments and match.lastgroup in ("line", "block"):
            return piece
        if match.lastgroup == "string" and text[:match.start()].rsplit("\n", 1)[-1].lstrip().startswith("#include"):
            return piece
        return re.sub(r"[^\n]", " ", piece)

    return LITERAL.sub(hide, text)
