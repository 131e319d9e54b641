#!/usr/bin/env python3
"""Writes ../SCALING.md and the plots beside it, by running `argosy sim scale` on the traces with the numbers of ../scaling.json and with one of
them changed: choose.py ARGOSY [--check]

--check: exit code 1 when a file is not what this makes.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
K8S = HERE.parent
TRACES = ["steady", "burst", "night-to-morning"]
SEEDS = [1, 2, 3]
QUEUES = ["planning", "codegen", "testing", "git", "notifications"]
# What is tried: the label, and what --set takes.
CANDIDATES = [
    ("pollingInterval 5", ["pollingInterval=5"]),
    ("pollingInterval 10", ["pollingInterval=10"]),
    ("pollingInterval 30", ["pollingInterval=30"]),
    ("minReplicaCount 0", ["minReplicaCount=0"]),
    ("minReplicaCount 1", ["minReplicaCount=1"]),
    ("targetQueryValue 1", ["targetQueryValue=1"]),
    ("targetQueryValue 2", ["targetQueryValue=2"]),
    ("targetQueryValue 4", ["targetQueryValue=4"]),
    ("targetQueryValue 8", ["targetQueryValue=8"]),
    ("stabilization down 0 s", ["scaleDown.stabilizationWindowSeconds=0"]),
    ("stabilization down 60 s", ["scaleDown.stabilizationWindowSeconds=60"]),
    ("stabilization down 300 s", ["scaleDown.stabilizationWindowSeconds=300"]),
    ("stabilization down 600 s", ["scaleDown.stabilizationWindowSeconds=600"]),
    ("down 100 % a minute", ["scaleDown.policies.0.value=100"]),
    ("down 50 % a minute", ["scaleDown.policies.0.value=50"]),
    ("down 25 % a minute", ["scaleDown.policies.0.value=25"]),
    ("up 2 pods or 100 % in 15 s", ["scaleUp.policies.1.value=2"]),
    ("up 4 pods or 100 % in 15 s", ["scaleUp.policies.1.value=4"]),
    ("up 8 pods or 100 % in 15 s", ["scaleUp.policies.1.value=8"]),
]


def simulate(argosy, trace, changes=(), more=(), seed=1):
    command = [argosy, "sim", "scale", "--trace", HERE / "traces" / f"{trace}.csv", "--settings", K8S / "scaling.json", "--seed", str(seed),
               "--json", *more]
    for change in changes:
        command += ["--set", change]
    done = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def figures(argosy, changes, more=()):
    """Of each queue, over all traces and seeds: the worst delays, the sums of the rest as the mean of the seeds."""
    runs = [(trace, simulate(argosy, trace, changes, more, seed)) for trace in TRACES for seed in SEEDS]
    out = {}
    for queue in QUEUES:
        mine = [run[queue] for _, run in runs]
        out[queue] = {
            "first": max(one["first_worker_s"] for one in mine),
            "p95": max(one["start_delay_p95_s"] for one in mine),
            "busy": sum(one["busy_workers_killed"] for one in mine) / len(SEEDS),
            "handed": sum(one["steps_handed_back"] for one in mine) / len(SEEDS),
            "wasted": max(one["wasted_pct"] for one in mine),
            "cost": sum(one["worker_minutes"] for one in mine) / len(SEEDS),
            "over": max(one["overshoot_replicas"] for one in mine),
        }
    return out


def current(settings, changes):
    """Whether the change is none."""
    for change in changes:
        name, value = change.split("=")
        place = settings
        for part in name.split("."):
            place = place[int(part)] if isinstance(place, list) else place[part]
        if place != int(value):
            return False
    return True


def row(label, one):
    return (f"| {label} | {one['first']:.0f} | {one['p95']:.0f} | {one['over']} | {one['busy']:.1f} | {one['handed']:.1f} | {one['wasted']:.2f} "
            f"| {one['cost']:.0f} |")


def chosen_table(settings):
    lines = ["| queue | slots and target | polling | cool-down | replicas | grace | up | down |", "|---|---|---|---|---|---|---|---|"]
    for queue in QUEUES:
        one = settings[queue]
        up = ", ".join(f"{p['value']}{' %' if p['type'] == 'Percent' else ' pods'} in {p['periodSeconds']} s" for p in one["scaleUp"]["policies"])
        down = ", ".join(f"{p['value']}{' %' if p['type'] == 'Percent' else ' pods'} in {p['periodSeconds']} s" for p in one["scaleDown"]["policies"])
        lines.append(f"| {queue} | {one['slots']}, {one['targetQueryValue']} | {one['pollingInterval']} s | {one['cooldownPeriod']} s "
                     f"| {one['minReplicaCount']} to {one['maxReplicaCount']} | {one['terminationGracePeriodSeconds']} s | {up} "
                     f"| {down} after {one['scaleDown']['stabilizationWindowSeconds']} s |")
    return lines


def page(argosy):
    settings = json.loads((K8S / "scaling.json").read_text())
    base = figures(argosy, [])
    tried = [(label, changes, figures(argosy, changes)) for label, changes in CANDIDATES]
    by_chance = figures(argosy, [], ["--victims", "random"])
    text = (HERE / "words.md").read_text()
    lines = text.replace("<!-- chosen -->", "\n".join(chosen_table(settings))).rstrip("\n").split("\n")
    head = ["| numbers | first worker, s | p95 start, s | over | busy killed | handed back | wasted, % | worker-minutes |",
            "|---|---|---|---|---|---|---|---|"]
    for queue in QUEUES:
        lines += ["", f"## {queue}", "", *head, row("**as chosen**", base[queue])]
        lines += [row(label, one[queue]) for label, changes, one in tried if not current(settings[queue], changes)]
        lines.append(row("victims at random, not by deletion cost", by_chance[queue]))
    lines += ["", "## The traces, with the numbers chosen", ""]
    lines += [f"![{trace}: load, replicas and workers of each queue](scaling/plots/{trace}.svg)\n" for trace in TRACES]
    return "\n".join(lines).rstrip("\n") + "\n"


def main():
    words = [word for word in sys.argv[1:] if word != "--check"]
    if len(words) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    check, wrong = "--check" in sys.argv[1:], []
    with tempfile.TemporaryDirectory() as folder:
        made = {K8S / "SCALING.md": page(words[0])}
        for trace in TRACES:
            plot = pathlib.Path(folder) / "plot.svg"
            simulate(words[0], trace, more=["--plot", plot])
            made[HERE / "plots" / f"{trace}.svg"] = plot.read_text()
    for path, text in made.items():
        if check and (not path.exists() or path.read_text() != text):
            wrong.append(path.name)
        elif not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
    if wrong:
        print(f"not what choose.py makes of scaling.json: {', '.join(wrong)}; run infra/k8s/scaling/choose.py build/dev/bin/argosy", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
