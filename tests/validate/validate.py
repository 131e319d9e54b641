#!/usr/bin/env python3
"""Has everything that operators deploy judged by its own real tool: validate.py [--only TEXT] [--no-faults] [--list]

Each check runs on the tree and, with its seeded fault, on a copy: a check that does not find its fault is red. The table shows
check, tool, version, result; the last line is `validate: checks=N ok=N not_run=K`. Exit code 0 when all is well (or not run), else 1.
"""
import argparse
import concurrent.futures
import fnmatch
import importlib.util
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import check as checking  # noqa: E402

# Most of a fetch is waiting for a registry.
FETCHES_AT_ONCE = 6

# What a checkout without git may hold beside what it checks out.
SKIPPED = {".git", "build", "__pycache__", "node_modules", ".terraform"}

HERE = pathlib.Path(__file__).resolve().parent


def checks():
    """Of all files of checks/, in their order."""
    for path in sorted((HERE / "checks").glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"checks.{path.stem}", path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield from module.CHECKS


def walk(paths):
    """All files below these paths, or that match them where they are patterns, as git reads them: a star stands for slashes, too."""
    for folder, below, names in os.walk(checking.TREE):
        below[:] = sorted(set(below) - SKIPPED)
        for name in sorted(names):
            path = os.path.relpath(os.path.join(folder, name), checking.TREE)
            if any(path == asked or path.startswith(asked.rstrip("/") + "/") or fnmatch.fnmatchcase(path, asked) for asked in paths):
                yield os.fsencode(path)


def copy_of(paths, folder):
    """What git knows, and what is new but not ignored, of these paths; without git all that lies there. The tree may be another user's (`make test`
    as root on a user's checkout): nothing is run that its git configuration names."""
    listed = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *paths],
                            cwd=checking.TREE, capture_output=True) if (checking.TREE / ".git").exists() else None
    found = listed.stdout.split(b"\0") if listed and listed.returncode == 0 else walk(paths)
    names = b"".join(name + b"\0" for name in found if name and os.path.exists(os.path.join(os.fsencode(checking.TREE), name)))
    packed = subprocess.run(["tar", "-c", "--null", "-T", "-"], cwd=checking.TREE, input=names, check=True, stdout=subprocess.PIPE).stdout
    subprocess.run(["tar", "-x", "-C", folder], input=packed, check=True)


def version_of(one):
    if one.version:
        return one.version().strip().splitlines()[0]
    done = subprocess.run([checking.TREE / "infra/tools/fetch", "--version", one.tool], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if done.returncode != 0:
        raise checking.Finding(done.stderr.strip())
    return done.stdout.strip()


def judge(one, with_fault):
    """(result, version, what was found, seconds): ok, FAILED, BLIND (did not find its fault), BROKEN (fell over) or not run."""
    started, version = time.monotonic(), "-"

    def done(result, text=""):
        return result, version, text, time.monotonic() - started
    try:
        version = version_of(one)
        with tempfile.TemporaryDirectory(prefix="argosy-validate-") as name:
            folder = pathlib.Path(name)
            copy_of(one.paths, folder)
            one.run(folder)
            if not with_fault:
                return done("ok")
            one.fault(folder)
            try:
                one.run(folder)
            except checking.Finding:
                return done("ok")
            return done("BLIND", "it does not find its seeded fault")
    except checking.NotRun as why:
        return done("not run", str(why))
    except checking.Finding as why:
        return done("FAILED", str(why))
    except Exception:  # a check that falls over has checked nothing
        return done("BROKEN", traceback.format_exc(limit=4))


def fetch_tools(chosen):
    """All tools beside each other, each once, and told while they come: a cold start is minutes, and silence looks like a hang. What cannot be had is
    the business of its check."""
    names = sorted({name for one in chosen for name in ((() if one.version else (one.tool,)) + one.beside)})
    started = time.monotonic()

    def fetch(name):
        done = subprocess.run([checking.TREE / "infra/tools/fetch", name], stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode != 0 or done.stderr:  # it says something when it did something
            print(f"validate: {name} {'is here' if done.returncode == 0 else 'cannot be had'} after {time.monotonic() - started:.0f} s", flush=True)
    with concurrent.futures.ThreadPoolExecutor(FETCHES_AT_ONCE) as pool:
        list(pool.map(fetch, names))
    print(f"validate: {len(names)} tools, ready after {time.monotonic() - started:.0f} s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="checks with this in their name or their tool's")
    parser.add_argument("--no-faults", action="store_true", help="look at the tree alone")
    parser.add_argument("--list", action="store_true", help="name the checks and their tools")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    asked = parser.parse_args()
    chosen = [one for one in checks() if asked.only in one.name or asked.only in one.tool]
    if not chosen:
        print(f"validate: no check has {asked.only!r} in its name or its tool's; --list shows them", file=sys.stderr)
        return 2
    if asked.list:
        for one in chosen:
            print(f"{one.name:<56} {one.tool}")
        return 0
    fetch_tools(chosen)
    counts, started = {"ok": 0, "not run": 0}, time.monotonic()
    print(f"{'check':<56} {'tool':<18} {'version':<22} {'result':<8} s", flush=True)
    with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        for one, (result, version, text, seconds) in zip(chosen, pool.map(lambda one: judge(one, not asked.no_faults), chosen)):
            counts[result] = counts.get(result, 0) + 1
            print(f"{one.name:<56} {one.tool:<18} {version:<22} {result:<8} {seconds:.1f}", flush=True)
            for line in text.splitlines():
                print(f"    {line}", flush=True)
    print(f"validate: {len(chosen)} checks took {time.monotonic() - started:.0f} s")
    print(f"validate: checks={len(chosen)} ok={counts['ok']} not_run={counts['not run']}")
    return 0 if counts["ok"] + counts["not run"] == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
