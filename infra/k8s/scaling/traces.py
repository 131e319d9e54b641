#!/usr/bin/env python3
"""Makes the three traces of this folder, always the same ones: traces.py [--check]

A task is a plan, one to three agents side by side, the tests, a push and a notification. How long each takes is log-normal, with medians
as fleets with hosted models have them; when tasks come is what the traces differ in. --check: exit code 1 when a file is not what this makes.
"""
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent
MINUTE, HOUR = 60, 3600
# queue: median seconds, sigma of the logarithm, most
TIMES = {"planning": (12, 0.6, 120), "codegen": (90, 0.9, 1800), "testing": (60, 0.9, 900), "git": (2, 0.5, 30), "notifications": (0.3, 0.6, 10)}


def arrivals(rate_a_minute, seconds, chance):
    """Times of a Poisson process whose rate is a function of the time, by thinning."""
    most = max(rate_a_minute(at) for at in range(0, seconds, 10)) / MINUTE
    at = 0.0
    while True:
        at += chance.expovariate(most)
        if at >= seconds:
            return
        if chance.random() < rate_a_minute(at) / MINUTE / most:
            yield at


def steady(at):
    return 3


def burst(at):
    return 240 if 10 * MINUTE <= at < 11 * MINUTE else 0.5


def night(at):
    """Two an hour until six, then up to eight a minute at nine, and so on until ten."""
    begin, end = 3 * HOUR, 5 * HOUR
    return 2 / 60 if at < begin else 2 / 60 + (8 - 2 / 60) * min(1, (at - begin) / (end - begin))


TRACES = {"steady": (steady, HOUR), "burst": (burst, 30 * MINUTE), "night-to-morning": (night, 6 * HOUR)}


def rows(rate, seconds, seed):
    chance = random.Random(seed)

    def lasts(queue):
        median, sigma, most = TIMES[queue]
        return min(most, median * chance.lognormvariate(0, sigma))
    found = []
    for at in arrivals(rate, seconds, chance):
        def step(queue, when):
            length = lasts(queue)
            found.append((when, queue, length))
            return when + length
        planned = step("planning", at)
        changed = max(step("codegen", planned) for _ in range(chance.choice((1, 1, 2, 3))))
        step("notifications", step("git", step("testing", changed)))
    return sorted(found)


def text(name):
    rate, seconds = TRACES[name]
    lines = ["time_s,queue,duration_s"]
    lines += [f"{at:.1f},{queue},{length:.2f}" for at, queue, length in rows(rate, seconds, f"argosy {name}")]
    return "\n".join(lines) + "\n"


def main():
    wrong = []
    for name in TRACES:
        path = HERE / "traces" / f"{name}.csv"
        if "--check" in sys.argv[1:]:
            if not path.exists() or path.read_text() != text(name):
                wrong.append(path.name)
        else:
            path.write_text(text(name))
    if wrong:
        print(f"not what traces.py makes: {', '.join(wrong)}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
