"""Documents and YAML of the whole tree: form, links that lead somewhere, words that are spelled as words are."""
import collections
import os
import pathlib
import re
import urllib.parse

import check
from check import Check

# What is said to models and what others wrote is no document of ours.
NOT_OURS = ("tests/fixtures/", "common/llm/prompts/templates/")


def markdownlint(folder):
    check.run([check.tool("node"), check.tool("markdownlint")], folder)


def two_titles(folder):
    check.replace(folder / "ARCHITECTURE.md", "\n## ", "\n# ")


def yamllint(folder):
    files = check.files(folder, "**/*.yaml", "**/*.yml", ".github/**/*.yml")
    check.run([check.tool("yamllint"), "--strict", "--format", "parsable", *(path.relative_to(folder) for path in files)], folder)


def key_twice(folder):
    (folder / "compose/twice.yaml").write_text("one: 1\ntwo: 2\none: 3\n")


def prose(text):
    """Without code, in which brackets mean something else."""
    text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"`[^`\n]*`", "`code`", text)


def anchors(text):
    """As the forges make them of headings: lower case, blanks become hyphens, other signs go, a repeated one gets a number."""
    seen, found = collections.Counter(), set(re.findall(r'<a (?:id|name)="([^"]+)"', text))
    for heading in re.findall(r"^#{1,6} +(.+?) *#*$", re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE):
        name = re.sub(r"[^\w\- ]", "", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()).replace(" ", "-")
        found.add(name if not seen[name] else f"{name}-{seen[name]}")
        seen[name] += 1
    return found


def links_of(text):
    text = prose(text)
    return re.findall(r"\[[^\]]*\]\(<?([^)\s>]+)>?(?: +\"[^\"]*\")?\)", text) + re.findall(r"^\[[^\]]+\]: +(\S+)", text, re.MULTILINE)


def links(folder):
    wrong, headings, seen = [], {}, 0
    for page in check.files(folder, "**/*.md"):
        name = page.relative_to(folder).as_posix()
        if name.startswith(NOT_OURS):
            continue
        for target in links_of(page.read_text()):
            if re.match(r"[a-z][a-z0-9+.-]*:", target):  # elsewhere: a machine without a network could not tell
                continue
            seen += 1
            path, _, anchor = urllib.parse.unquote(target).partition("#")
            there = pathlib.Path(os.path.normpath(page.parent / path)) if path else page
            if not there.exists():
                wrong.append(f"{name}: {target}: there is no {path}")
            elif anchor and there.suffix == ".md":
                if there not in headings:
                    headings[there] = anchors(there.read_text())
                if anchor not in headings[there]:
                    wrong.append(f"{name}: {target}: no heading there is called so")
    if wrong or not seen:
        raise check.Finding("\n".join(wrong) or "no link in any document")


def link_nowhere(folder):
    page = folder / "README.md"
    page.write_text(page.read_text() + "\nSee [there](ARCHITECTURE.md#a-heading-that-is-not-there).\n")


def codespell(folder):
    files = [path.relative_to(folder) for path in check.files(folder, "**/*") if not path.relative_to(folder).as_posix().startswith(NOT_OURS)]
    check.run([check.tool("codespell"), "--config", ".codespellrc", *files], folder)


def misspell(folder):
    page = folder / "README.md"
    page.write_text(page.read_text() + "\nIt is " + "recieved" + ".\n")


WHOLE_TREE = ["."]

CHECKS = [
    Check("documents", "markdownlint", ["*.md", ".markdownlint-cli2.yaml"], markdownlint, two_titles, beside=("node",)),
    Check("links in documents", "links", WHOLE_TREE, links, link_nowhere, version=lambda: "ours"),
    Check("YAML", "yamllint", ["*.yaml", "*.yml", ".yamllint.yaml"], yamllint, key_twice),
    Check("spelling of documents", "codespell", ["*.md", "*.yaml", "*.yml", ".codespellrc"], codespell, misspell),
]
