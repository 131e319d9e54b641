"""What must not stand in any file: promises to do it later, dead code, registries' names, paths of one machine; scripts must parse."""
import re
import subprocess

OWN = "tests/tidy/"  # speaks of what it forbids

LATER = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# Names of package registries. Clients know them; a file that names one ties the project to it.
REGISTRIES = re.compile(r"registry\.npmjs\.org|registry\.yarnpkg\.com|pypi\.org|files\.pythonhosted\.org|repo1?\.maven\.(apache\.)?org|"
                        r"proxy\.golang\.org|sum\.golang\.org|crates\.io|deb\.debian\.org|registry-1\.docker\.io|services\.gradle\.org")
MACHINE = re.compile(r"(?<![\w.])/work/(shared|main|\.)|/tmp/wt\b")
CODE_COMMENT = re.compile(r"""^\s*//\s*(
      \#\s*(include|define|if|endif)\b
    | (if|for|while|switch)\s*\(.*\)\s*\{\s*$
    | (return|delete|throw|using|auto|const|static|int|bool|std::\w+)\b[^.]*;\s*$
    | [\w:.>\-\[\]]+\s*(=|\+=|\+\+|\()[^.]*;\s*$
    | \}\s*(else\b.*)?$
    )""", re.X)


def later(tree):
    for file in tree.files:
        if file.is_text and not file.path.startswith(OWN) and not file.is_sample:
            yield from file.matches(LATER, "later", "do it now, or write an issue; a note in the code is read by nobody", of=file.without_strings)


def registry(tree):
    for file in tree.files:
        if file.is_text and not file.path.startswith(OWN):
            yield from file.matches(REGISTRIES, "registry", "names a package registry: the clients know theirs, and mirrors are their configuration", of=file.lines)


def machine_path(tree):
    for file in tree.files:
        if file.is_text and not file.path.startswith(OWN):
            yield from file.matches(MACHINE, "machine-path", "a path of one machine: nobody else has it", of=file.lines)


def dead_code(tree):
    why = "code in a comment is neither run nor deleted: git remembers it"
    for file in tree.cpp:
        yield from file.matches(CODE_COMMENT, "dead-code", why, of=file.lines)
        yield from file.matches(r"^\s*#\s*if\s+0\b", "dead-code", why)


def shell_syntax(tree):
    for file in tree.files:
        first = file.lines[0] if file.is_text and file.lines else ""
        if file.suffix == ".sh" or re.match(r"#!\s*(/usr)?/bin/(env\s+)?(ba)?sh\b", first):
            checked = subprocess.run(["bash", "-n", str(tree.root / file.path)], capture_output=True, text=True, check=False)
            if checked.returncode != 0:
                line = re.search(r"line (\d+)", checked.stderr)
                yield file.finding(int(line.group(1)) if line else 1, "shell-syntax", (checked.stderr.strip().splitlines() or ["bash -n fails"])[0])


def python_syntax(tree):
    for file in tree.files:
        first = file.lines[0] if file.is_text and file.lines else ""
        if file.suffix == ".py" or re.match(r"#!.*\bpython3?\b", first):
            try:
                compile(file.text, file.path, "exec", dont_inherit=True)
            except SyntaxError as error:
                yield file.finding(error.lineno or 1, "python-syntax", str(error.msg))


RULES = {"later": later, "registry": registry, "machine-path": machine_path, "dead-code": dead_code, "shell-syntax": shell_syntax, "python-syntax": python_syntax}
