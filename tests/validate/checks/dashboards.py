"""Dashboards and the page of metrics: what the sources and the description say, and no query of a metric that nobody tells."""
import json
import re
import sys

import yaml

import check
from check import Check, Finding


def metrics_current(folder):
    check.run([sys.executable, "infra/prometheus/metrics", "--check"], folder)


def dashboards_current(folder):
    check.run([sys.executable, "infra/grafana/generate", "--check"], folder)


def known(folder):
    """Every name in a query of a dashboard or rule is a metric of the page, or recorded by a rule."""
    page = (folder / "runbooks/METRICS.md").read_text()
    names = set()
    for name, kind in re.findall(r"^\| `(\w+)` \| (\w+) ", page, re.MULTILINE):
        names |= {name + end for end in ("_bucket", "_sum", "_count")} if kind == "histogram" else {name}
    queries = [(path.name, target["expr"]) for path in check.files(folder, "infra/grafana/dashboards/*.json")
               for panel in json.loads(path.read_text())["panels"] for target in panel["targets"]]
    for path in check.files(folder, "infra/prometheus/rules/*.yml"):
        queries += [(path.name, rule["expr"]) for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]]
    if unknown := sorted({f"{where}: no process tells {name}" for where, expr in queries
                          for name in re.findall(r"\b(?:argosy|process)_\w+", expr) if name not in names}):
        raise Finding("\n".join(unknown))


def damage(path, old, new):
    return lambda folder: check.replace(folder / path, old, new)


def python():
    return sys.version.split()[0]


PAGE = ["common", "workers", "infra/prometheus", "runbooks/METRICS.md"]
CHECKS = [
    Check("page of metrics is what the sources say", "python3", PAGE, metrics_current,
          damage("workers/scheduler/measures.cc", '"argosy_workers"', '"argosy_workers_alive"'), python),
    Check("dashboards are what their description says", "python3", ["infra/grafana"], dashboards_current,
          damage("infra/grafana/dashboards.yaml", "Ready steps", "Steps that are ready"), python),
    Check("dashboards and alerts ask for metrics that are told", "python3", ["infra/grafana", "infra/prometheus", "runbooks/METRICS.md"], known,
          damage("infra/grafana/dashboards/queue.json", "argosy_dead_letters", "argosy_dead_letter"), python),
]
