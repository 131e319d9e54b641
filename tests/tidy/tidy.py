#!/usr/bin/env python3
"""Holds the house to its rules: includes run downhill, third-party headers stay behind their fence, sizes, banned calls, plain text.

    tests/tidy/tidy.py [--root DIR] [--quiet]

Prints the includes between folders, then one line a finding: file:line: rule: what and why. Exit code 1 when there is any.
Standard library only. selftest.py plants one violation of each rule and expects it to be found.
"""
import argparse
import pathlib
import sys

import calls
import includes
import sizes
import texts
from source import Tree

# name -> function(Tree) that yields Findings. selftest.py has a planted violation for each name.
RULES = {**includes.RULES, **sizes.RULES, **calls.RULES, **texts.RULES}


def check(root):
    """All findings below `root`, in the order of files and lines."""
    tree = Tree(root)
    findings = [finding for rule in RULES.values() for finding in rule(tree)]
    return sorted(findings, key=lambda f: (f.path, f.line, f.rule))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--quiet", action="store_true", help="findings only")
    options = parser.parse_args()

    findings = check(options.root)
    if not options.quiet:
        print(includes.overview(Tree(options.root)))
        print(sizes.overview(Tree(options.root)))
    for finding in findings:
        print(finding)
    print(f"tidy: {len(findings)} findings by {len(RULES)} rules")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
