"""Runbooks: a page that names a command, an option, a metric or a variable that does not exist helps nobody at night."""
import re
import sys

import check
from check import Check, Finding

def code_of(text):
    """Fenced blocks and inline code."""
    return re.findall(r"^```[^\n]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL) + re.findall(r"`([^`\n]+)`", text)


def commands_of(folder):
    """{command: its options} of the command line's table."""
    source, table = ((folder / "workers/cli" / name).read_text() for name in ("commands.cc", "options.h"))
    groups = {}
    for name, body in re.findall(r"^inline constexpr \S+ (k\w+Options)(.*?);$", table, re.MULTILINE | re.DOTALL):
        groups[name] = set(re.findall(r'"(--[\w-]+)"', body)) | (groups["kClientOptions"] if "of_client(" in body else set())
        if re.search(r"\bkState\b", body):
            groups[name].add("--state")
    out = {}
    for name, rest in re.findall(r'Command\{\s*"(\w+)",(.*?)(?=Command\{|\Z)', source, re.DOTALL):
        options = set().union(*(groups[one] for one in re.findall(r"k\w+Options", rest) if one in groups))
        out[name] = options
    return out


def names(folder):
    metrics = set(re.findall(r"^\| `(\w+)`", (folder / "runbooks/METRICS.md").read_text(), re.MULTILINE))
    metrics |= {name + end for name in metrics for end in ("_bucket", "_sum", "_count")}
    variables = {"ARGOSY_" + name for name in re.findall(r'"([A-Z][A-Z0-9_]+)"', (folder / "common/config/variables.cc").read_text())}
    commands, found = commands_of(folder), []
    for page in check.files(folder, "runbooks/**/*.md"):
        text = page.read_text()
        where = page.relative_to(folder)
        for piece in code_of(text):
            for name, rest in re.findall(r"(?<![\w/.-])(?<!-n )argosy ([a-z]+)\b([^|;&#\n`]*)", piece):
                if name not in commands:
                    found.append(f"{where}: there is no command argosy {name}")
                    continue
                found += [f"{where}: argosy {name} has no option {option}" for option in re.findall(r"(?<!\S)(--[a-z][\w-]*)", rest)
                          if option not in commands[name]]
        found += [f"{where}: no process tells {name}" for name in set(re.findall(r"\bargosy_[a-z0-9_]+", "\n".join(code_of(text))))
                  if name not in metrics and not name.startswith("argosy_scaler") and not name.endswith("_")]
        found += [f"{where}: there is no variable {name}" for name in set(re.findall(r"\bARGOSY_[A-Z0-9_]+", text)) if name.removesuffix("_FILE") not in variables and name not in variables]
    if found:
        raise Finding("\n".join(sorted(set(found))))


CHECKS = [
    Check("runbooks name commands, metrics and variables that exist", "python3", ["runbooks", "workers/cli/commands.cc", "workers/cli/options.h", "common/config/variables.cc"], names,
          lambda folder: check.replace(folder / "runbooks/dead-letters.md", "argosy dead redrive", "argosy dead revive --again") or
          check.replace(folder / "runbooks/p2/DiskFills.md", "ARGOSY_TEST_DISK_BYTES", "ARGOSY_TEST_DISC_BYTES"), lambda: sys.version.split()[0]),
]
