"""Images and the stack on one machine: what the Dockerfile, compose.yaml and the lists of packages say, before an engine is asked."""
import functools
import json
import os
import pathlib
import re
import subprocess
import tempfile

import check
from check import Check

PROFILES = ["dev", "prod"]
# Which open their port to this machine; Postgres and Kafka never do.
PUBLISHED = {"ingest", "fanout", "ingest-dev", "fanout-dev", "prometheus", "grafana"}
OURS = {"migrate", "ingest", "fanout", "scheduler", "planning", "codegen", "testing", "git", "notifications"}

CALLERS_OF_MODELS = {"ingest", "planning", "codegen"}


def hadolint(folder):
    check.run([check.tool("hadolint"), "--config", ".hadolint.yaml", "--no-color", "infra/docker/Dockerfile"], folder)


def as_root(folder):
    check.replace(folder / "infra/docker/Dockerfile", "USER 10001:10001", "USER root")


def compose(folder, profile, *words):
    # What of the operator's own is set must not decide.
    env = {name: "" for name in os.environ if name.startswith(("STACK_", "COMPOSE_"))}
    return check.run([check.tool("compose"), "--file", "compose/compose.yaml", "--profile", profile, "config", *words], folder, env=env)


def both_profiles(folder):
    for profile in PROFILES:
        compose(folder, profile, "--quiet")


def unknown_volume(folder):
    check.replace(folder / "compose/compose.yaml", "kafka-data:/var", "kafka-date:/var")


def promises_of(name, service):
    """What prod promises of a service and does not keep."""
    limits = service.get("deploy", {}).get("resources", {}).get("limits", {})
    if not {"cpus", "memory", "pids"} <= limits.keys():
        yield "its processors, memory or processes have no limit"
    if not service.get("restart"):
        yield "nobody starts it again"
    if "ALL" not in service.get("cap_drop", []):
        yield "it keeps capabilities"
    if not any(option.startswith("no-new-privileges") for option in service.get("security_opt", [])):
        yield "it may gain rights"
    if service.get("privileged"):
        yield "it is privileged"
    if service.get("ports") and name not in PUBLISHED:
        yield "its port is open to the machine"
    for port in service.get("ports", []):
        if not port.get("host_ip", "").startswith("127."):
            yield f"port {port['published']} is open to the network unless somebody says so"
    for variable, value in service.get("environment", {}).items():
        if value and re.search(r"PASSWORD$|SECRET$|TOKEN$|CREDENTIALS$|POSTGRES_URL$", variable):
            yield f"{variable} stands in the environment instead of in a file"
    if name in OURS:
        if not service.get("read_only"):
            yield "its root can be written"
        if name != "git" and any(secret["source"] == "git_write_credentials" for secret in service.get("secrets", [])):
            yield "it sees credentials that may write"
        models = [volume for volume in service.get("volumes", []) if volume["target"] == "/run/models"]
        if bool(models) != (name in CALLERS_OF_MODELS) or ("ARGOSY_MODELS" in service.get("environment", {})) != (name in CALLERS_OF_MODELS):
            yield "models and their keys are for ingest, planning and codegen, and for nobody else"
        unconfined = [option for option in service.get("security_opt", []) if "unconfined" in option]
        if unconfined and name != "testing":
            yield f"only the testing worker has exceptions: {unconfined}"


def promises(folder):
    services = json.loads(compose(folder, "prod", "--format", "json"))["services"]
    wrong = [f"{name}: {what}" for name, service in sorted(services.items()) for what in promises_of(name, service)]
    wrong += [f"{name} is missing" for name in sorted(OURS | {"postgres", "kafka", "prometheus", "alertmanager", "grafana", "otel-collector"}) if name not in services]
    dev = json.loads(compose(folder, "dev", "--format", "json"))["services"]
    wrong += [f"dev has no {name}" for name in sorted(OURS - {"migrate"}) if f"{name}-dev" not in dev]
    wrong += [f"{name}: its port is open to the machine" for name in ("postgres", "kafka") if dev[name].get("ports")]
    if wrong:
        raise check.Finding("\n".join(wrong))


def publish_postgres(folder):
    check.replace(folder / "compose/compose.yaml", "    secrets: [postgres_password]\n", "    secrets: [postgres_password]\n    ports: [\"5432:5432\"]\n")


def scraping(folder):
    check.run([check.tool("promtool"), "check", "config", "compose/prometheus.yml"], folder)


def no_duration(folder):
    check.replace(folder / "compose/prometheus.yml", "refresh_interval: 10s", "refresh_interval: often")


def stack_variables(folder):
    used = dict(re.findall(r"\$\{(STACK_[A-Z_]+):-([^}]*)\}", (folder / "compose/compose.yaml").read_text()))
    shown = dict(re.findall(r"^#?(STACK_[A-Z_]+)=(.*)$", (folder / "compose/.env.example").read_text(), re.MULTILINE))
    if used != shown or not used:
        raise check.Finding("\n".join(f"{name}: compose.yaml has {used.get(name)!r}, .env.example {shown.get(name)!r}"
                                      for name in sorted(used.keys() | shown.keys()) if used.get(name) != shown.get(name)) or "compose.yaml uses none")


def another_default(folder):
    check.replace(folder / "compose/.env.example", "127.0.0.1:8080", "127.0.0.1:8088")


# Stands in for programs of a container with two networks, of which the broker is in the second.
STAND_INS = {"hostname": 'echo "127.0.0.1 fd00::2 172.19.0.7 172.18.0.7"', "getent": '[ "$2" = kafka ] && echo "172.18.0.3 STREAM kafka"'}


def entry(folder):
    programs = folder / "programs"
    programs.mkdir(exist_ok=True)
    for name, text in STAND_INS.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)

    def told(brokers, hint):
        done = subprocess.run([folder / "infra/docker/entry", "sh", "-c", "echo $ARGOSY_HINT_LISTEN"], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={"PATH": f"{programs}:{os.environ['PATH']}", "ARGOSY_KAFKA_BROKERS": brokers, "ARGOSY_HINT_LISTEN": hint})
        return done.stdout.strip()

    for brokers, hint, wanted in (("kafka:9092", "self:9091", "172.18.0.7:9091"), ("nobody:9092", "self:9091", "172.19.0.7:9091"),
                                  ("kafka:9092", "10.0.0.1:5", "10.0.0.1:5"), ("kafka:9092", "", "")):
        if (heard := told(brokers, hint)) != wanted:
            raise check.Finding(f"infra/docker/entry makes {heard!r} of {hint!r} beside {brokers}, not {wanted!r}")


def farthest(folder):
    check.replace(folder / "infra/docker/entry", "-lt", "-gt")


@functools.cache
def names_of_this_debian():
    """By apt's lists; where a machine has thrown them away, by new ones in a folder of our own, which needs no rights."""
    with tempfile.TemporaryDirectory(prefix="argosy-lists-") as folder:
        own = [] if list(pathlib.Path("/var/lib/apt/lists").glob("*_Packages*")) else ["-o", f"Dir::State::Lists={folder}", "-o", f"Dir::Cache={folder}"]
        if own:
            check.run(["apt-get", *own, "-qq", "update"], folder)
        return set(check.run(["apt-cache", *own, "pkgnames"], folder).split())


def packages(folder):
    sections = re.findall(r"^\[(\S+)\]$", (folder / "infra/packages.txt").read_text(), re.MULTILINE)
    names = check.run([folder / "infra/deps", "--list", *sections], folder).split()
    unknown = sorted(set(names) - names_of_this_debian())
    if unknown:
        raise check.Finding(f"this Debian has no {' '.join(unknown)}")


def misspelled(folder):
    check.replace(folder / "infra/packages.txt", "\nripgrep\n", "\nrip-grep\n")


def apt_version():
    return subprocess.run(["dpkg-query", "-W", "-f=${Version}", "apt"], capture_output=True, text=True).stdout


STACK = ["compose", "infra/docker"]

CHECKS = [
    Check("Dockerfile", "hadolint", ["infra/docker", ".hadolint.yaml"], hadolint, as_root),
    Check("compose, both profiles", "compose", STACK, both_profiles, unknown_volume),
    Check("compose, what prod promises", "compose", STACK, promises, publish_postgres),
    Check("compose, what Prometheus scrapes", "promtool", STACK, scraping, no_duration),
    Check("compose, its variables in .env.example", ".env", STACK, stack_variables, another_default, version=lambda: "ours"),
    Check("containers: which address is told to others", "sh", STACK, entry, farthest, version=lambda: "ours"),
    Check("packages of all sections", "apt-cache", ["infra/deps", "infra/packages.txt"], packages, misspelled, version=apt_version),
]
