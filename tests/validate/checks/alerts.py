"""Alerts: rules that are what the template says, tested by promtool; each with a page, a drill and a test; Alertmanager's routes."""
import re
import subprocess
import sys

import yaml

import check
from check import Check, Finding

PROMETHEUS = ["infra/prometheus", "infra/alertmanager"]


def current(folder):
    check.run([sys.executable, "infra/prometheus/generate", "--check"], folder)


def rules(folder):
    check.run([check.tool("promtool"), "check", "rules", *check.files(folder, "infra/prometheus/rules/*.yml")], folder)


def config(folder):
    check.run([check.tool("promtool"), "check", "config", *check.files(folder, "infra/prometheus/prometheus*.yml")], folder)


def tests(folder):
    """In two processes beside each other: one takes ten seconds."""
    files = check.files(folder, "infra/prometheus/tests/*/*.yml")
    tool, halves = check.tool("promtool"), (files[::2], files[1::2])
    running = [subprocess.Popen([tool, "test", "rules", *half], cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True) for half in halves if half]
    said = [child.communicate()[0] for child in running]
    if any(child.returncode for child in running):
        raise Finding("\n".join(said))


def alerts_of(folder):
    """{name: priority folder} of the rules."""
    out = {}
    for group in yaml.safe_load((folder / "infra/prometheus/rules/argosy.rules.yml").read_text())["groups"]:
        for rule in group["rules"]:
            if "alert" in rule:
                url = rule["annotations"]["runbook_url"]
                out[rule["alert"]] = re.fullmatch(r".*runbooks/(\w+)/" + rule["alert"] + r"\.md", url)[1]
    return out


def complete(folder):
    """Each alert has a page with all parts and commands that a drill follows, a test that fires and one that does not, and a drill."""
    scenarios = (folder / "tests/drills/scenarios.py").read_text()
    drilled = set(re.findall(r'"(\w+)"', "".join(re.findall(r"Scenario\(\[(.*?)\]", scenarios))))
    found, alerts = [], alerts_of(folder)
    for alert, where in sorted(alerts.items()):
        page, test = folder / f"runbooks/{where}/{alert}.md", folder / f"infra/prometheus/tests/{where}/{alert}.yml"
        text = page.read_text() if page.exists() else ""
        for part in (f"# {alert}\n", "## Impact\n", "## Diagnosis\n", "## Mitigation\n", "## Aftercare\n", "```bash drill\n"):
            if part not in text:
                found.append(f"{page.relative_to(folder)} lacks {part.strip()!r}")
        cases = [one for case in yaml.safe_load(test.read_text())["tests"] for one in case["promql_expr_test"]] if test.exists() else []
        if not any(case["exp_samples"] for case in cases) or all(case["exp_samples"] for case in cases):
            found.append(f"{test.relative_to(folder)} must show that {alert} fires and that it does not")
        if any(f'alertname="{alert}"' not in case["expr"] for case in cases):
            found.append(f"{test.relative_to(folder)} looks at another alert")
        if alert not in drilled:
            found.append(f"tests/drills/scenarios.py has no drill of {alert}")
    found += [f"tests/drills/scenarios.py drills {alert}, which is no alert" for alert in sorted(drilled - set(alerts))]
    if found:
        raise Finding("\n".join(found))


def routes(folder):
    check.run([check.tool("amtool"), "check-config", *check.files(folder, "infra/alertmanager/*.yml")], folder)
    where = {"P1": "webhook,pager-now", "P2": "webhook,pager", "P3": "webhook,tickets"}
    for priority, receivers in where.items():
        check.run([check.tool("amtool"), "config", "routes", "test", "--config.file=infra/alertmanager/alertmanager.yml",
                   f"--verify.receivers={receivers}", f"priority={priority}"], folder)


def damage(path, old, new):
    return lambda folder: check.replace(folder / path, old, new)


RULES = "infra/prometheus/rules/argosy.rules.yml"
CHECKS = [
    Check("alert rules are what their template says", "promtool", PROMETHEUS, current, damage("infra/prometheus/alerts.yaml", "for: 10m", "for: 11m")),
    Check("alert rules", "promtool", PROMETHEUS, rules, damage(RULES, "sum by (service, instance)", "sum by (service, instance")),
    Check("Prometheus configuration", "promtool", PROMETHEUS, config, damage("infra/prometheus/prometheus.yml", "scrape_interval", "scrape_intervall")),
    Check("alerts fire and do not fire", "promtool", PROMETHEUS, tests, damage(RULES, "argosy_disk_size_bytes < 0.1", "argosy_disk_size_bytes < 0.01")),
    Check("every alert has a runbook, a test and a drill", "promtool", [*PROMETHEUS, "runbooks", "tests/drills"], complete,
          lambda folder: (folder / "runbooks/p2/DiskFills.md").unlink()),
    Check("Alertmanager's routes", "amtool", PROMETHEUS, routes, damage("infra/alertmanager/alertmanager.yml", "receiver: pager-now, ", "receiver: tickets, ")),
]
