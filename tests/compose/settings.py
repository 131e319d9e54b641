#!/usr/bin/env python3
"""What compose/compose.yaml tells each process is what the process takes: settings.py PATH-OF-ARGOSY

Makes the secrets as an operator does (compose/secrets, in a copy), and has `argosy config check` judge the environment of every service, with files
where the containers see them. Without its tokens, or with a secret that is none, it must refuse: else nothing was checked.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

TREE = pathlib.Path(__file__).resolve().parents[2]
SECRETS = "/run/secrets/"
# What argosy-entry puts in its place (infra/docker/entry, which has a check of its own).
OWN_ADDRESS = ("self:", "10.0.0.2:")


def check(argosy, environment):
    return subprocess.run([argosy, "config", "check"], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def environment_of(name, service, secrets):
    given = service["environment"]
    for variable, value in given.items():
        if value.startswith(SECRETS) and value.removeprefix(SECRETS) not in service.get("secrets", []):
            sys.exit(f"compose: {name}: {variable} is a file of a secret that {name} does not get")
    filled = {variable: re.sub(r"\$\{[A-Z_]+:-([^}]*)\}", r"\1", value).replace(*OWN_ADDRESS).replace(SECRETS, f"{secrets}/") for variable, value in given.items()}
    return filled | {"PATH": os.environ["PATH"]}


def main():
    argosy = sys.argv[1]
    services = yaml.safe_load((TREE / "compose/compose.yaml").read_text())["services"]
    with tempfile.TemporaryDirectory(prefix="argosy-compose-") as folder:
        shutil.copytree(TREE / "compose", f"{folder}/compose", ignore=shutil.ignore_patterns("secrets.d"))
        subprocess.run([f"{folder}/compose/secrets"], check=True, stdout=subprocess.DEVNULL)
        environments = {name: environment_of(name, service, f"{folder}/compose/secrets.d") for name, service in services.items()
                        if "ARGOSY_LISTEN" in service.get("environment", {})}
        for name, environment in environments.items():
            done = check(argosy, environment)
            if done.returncode != 0:
                sys.exit(f"compose: {name} would not start:\n{done.stdout}")
        if len(environments) < 18:  # nine of prod, nine of dev
            sys.exit(f"compose: only {sorted(environments)} are processes of ours")
        for wrong in ({"ARGOSY_TOKENS_FILE": ""}, {"ARGOSY_WEBHOOK_SECRET_FILE": f"{folder}/compose/secrets.d/tokens"}):
            if check(argosy, environments["notifications"] | wrong).returncode == 0:
                sys.exit(f"compose: {wrong} is taken")
    print(f"compose: {len(environments)} processes take what they are told")


if __name__ == "__main__":
    main()
