"""Sizes that keep a code base readable, and how headers open."""
import pathlib
import re
import statistics
from collections import defaultdict

MAX_CC, MAX_CC_MEDIAN, MAX_HEADER, MAX_FUNCTION, MAX_MAIN = 300, 150, 200, 70, 40
MAX_SCRIPT = 300  # of Python and the shells
MAX_UNITS = 15  # a header and its .cc are one: they are read together
SMALL_FOLDER = 5  # the median of fewer files says nothing


def file_size(tree):
    for file in tree.cpp:
        most = MAX_HEADER if file.suffix == ".h" else MAX_CC
        if re.fullmatch(r"workers/\w+/main\.cc", file.path):
            most = MAX_MAIN
        if len(file.lines) > most:
            yield too_long(file, most)
    for file in tree.files:
        if is_script(file) and len(file.lines) > MAX_SCRIPT:
            yield too_long(file, MAX_SCRIPT)


def too_long(file, most):
    return file.finding(len(file.lines), "file-size", f"{len(file.lines)} lines, at most {most}: split it by meaning")


def is_script(file):
    """Python or shell, by its ending or its first line; not what others wrote."""
    if not file.is_text or file.is_sample or not file.lines:
        return False
    return file.suffix in (".py", ".sh") or (file.suffix == "" and re.match(r"#!.*\b(python3?|bash|sh)\b", file.lines[0]) is not None)


def median_size(tree):
    sizes = [len(f.lines) for f in tree.cpp if f.suffix == ".cc"]
    if len(sizes) >= SMALL_FOLDER and statistics.median(sizes) > MAX_CC_MEDIAN:
        middle = sorted((f for f in tree.cpp if f.suffix == ".cc"), key=lambda f: len(f.lines))[len(sizes) // 2]
        yield middle.finding(1, "median-size", f"the median .cc has {statistics.median(sizes):.0f} lines, at most {MAX_CC_MEDIAN}: giant files are how a house loses its shape")


def folder_size(tree):
    units = defaultdict(set)
    for file in tree.cpp:
        folder, name = file.path.rsplit("/", 1)
        units[folder].add(pathlib.PurePosixPath(name).stem)
    for folder, names in units.items():
        if len(names) > MAX_UNITS:
            first = next(f for f in tree.cpp if f.path.startswith(folder + "/"))
            yield first.finding(1, "folder-size", f"{folder} holds {len(names)} units (a header and its .cc count once), at most {MAX_UNITS}: give it subfolders")


CONTROL = re.compile(r"\b(if|for|while|switch|catch|do|else|try|return)\b")
TYPE = re.compile(r"\b(class|struct|union|enum)\b")


def functions(code):
    """(first line, last line, header) of every function body, found by its braces. Lambdas belong to the function around them."""
    stack, start, line = [], 0, 1
    header_line = 1
    for index, char in enumerate(code):
        if char == "\n":
            line += 1
        elif char == "{":
            header = code[start:index].strip()
            outer = stack[-1][0] if stack else "namespace"
            stack.append((kind_of(header, outer), header_line, header))
            start = index + 1
            header_line = line
        elif char == "}":
            if stack:
                kind, first, header = stack.pop()
                if kind == "function":
                    yield first, line, header
            start, header_line = index + 1, line
        elif char == ";" and code[start:index].count("(") == code[start:index].count(")"):
            start, header_line = index + 1, line
        if not code[start:index + 1].strip():
            header_line = line


def kind_of(header, outer):
    if outer not in ("namespace", "type"):
        return "block"
    if re.search(r"\bnamespace\b", header) or header.endswith('extern "C"') or re.fullmatch(r'extern\s*', header):
        return "namespace"
    before_parenthesis = header.split("(", 1)[0]
    if TYPE.search(before_parenthesis) and not re.search(r"\)\s*(const|noexcept|override|final|\s)*$", header):
        return "type"
    if ")" in header and "=" not in before_parenthesis and not CONTROL.search(before_parenthesis):
        return "function"
    return "block"


def function_size(tree):
    for file in tree.cpp:
        for first, last, header in functions(file.code):
            if last - first + 1 > MAX_FUNCTION:
                name = " ".join(header.split())[-60:]
                yield file.finding(first, "function-size", f"{last - first + 1} lines, at most {MAX_FUNCTION}: \"...{name}\" does more than one thing")


def header_intro(tree):
    for file in tree.cpp:
        if file.suffix != ".h":
            continue
        if not file.lines or not file.lines[0].startswith("// "):
            yield file.finding(1, "header-intro", "a header opens with what it is, who uses it and on which threads")
        if "#pragma once" not in file.lines:
            yield file.finding(1, "header-intro", "#pragma once is missing")


def overview(tree):
    sizes = [len(f.lines) for f in tree.cpp if f.suffix == ".cc"]
    headers = [len(f.lines) for f in tree.cpp if f.suffix == ".h"]
    if not sizes or not headers:
        return ""
    return (f"Sizes: {len(sizes)} .cc, median {statistics.median(sizes):.0f}, largest {max(sizes)}; "
            f"{len(headers)} headers, median {statistics.median(headers):.0f}, largest {max(headers)}")


RULES = {"file-size": file_size, "median-size": median_size, "folder-size": folder_size, "function-size": function_size, "header-intro": header_intro}
