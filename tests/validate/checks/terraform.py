"""Terraform's modules and environments. Terraform and its provider come through no registry: where one of them is not here, these rows read
`not run`. Where the provider lies is told by ARGOSY_TEST_TF_PLUGINS (a filesystem mirror) or by Terraform's own configuration."""
import functools
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import threading

import check
from check import Check, Finding, NotRun

# Places whose tests have passed as a whole. A fault is seeded into what is made: what is refused is not asked again of it.
_passed, _lock = set(), threading.Lock()
REFUSALS = "refusals.tftest.hcl"


def terraform():
    found = shutil.which("terraform")
    if not found:
        raise NotRun("no terraform on the PATH")
    return found


@functools.cache
def version():
    return re.search(r"Terraform v([0-9.]+)", check.run([terraform(), "version"], check.TREE, env=environment()))[1]


@functools.cache
def _scratch():
    folder = tempfile.TemporaryDirectory(prefix="argosy-terraform-")
    _scratch.kept = folder  # until the process ends
    return pathlib.Path(folder.name)


@functools.cache
def environment():
    """For each call: the mirror's configuration and no colours. A provider that is initialised once is linked, not copied, from then on."""
    more = {"TF_IN_AUTOMATION": "1", "TF_CLI_ARGS": "-no-color", "CHECKPOINT_DISABLE": "1", "TF_INPUT": "0"}
    mirror = os.environ.get("ARGOSY_TEST_TF_PLUGINS")
    if mirror:
        config = _scratch() / "terraformrc"
        config.write_text(f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n')
        more["TF_CLI_CONFIG_FILE"] = str(config)
    return more


def init(folder):
    done = subprocess.run([terraform(), "init", "-backend=false", "-input=false"], cwd=folder, env=os.environ | environment(),
                          stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode == 0:
        return
    if "Failed to query available provider packages" in done.stdout or "Failed to install provider" in done.stdout:
        raise NotRun("the provider hashicorp/aws is not here: ARGOSY_TEST_TF_PLUGINS names the folder of a filesystem mirror")
    raise Finding(done.stdout.strip())


def test(folder, place):
    """`terraform test` of one module or environment; of environments `validate`, too, which looks at all that they are made of."""
    module = folder / "terraform" / place
    with _lock:
        again = place in _passed
    init(module)
    if place.startswith("environments/") and not again:
        check.run([terraform(), "validate"], module, env=environment())
    asked = [f"-filter={path.relative_to(module)}" for path in check.files(module, "tests/*.tftest.hcl") if not again or path.name != REFUSALS]
    said = check.run([terraform(), "test", *asked], module, ok=(0, 1), env=environment())
    if "Success! " not in said or "Success! 0 passed" in said:
        bad = [line for line in said.splitlines() if not line.endswith("... pass")]
        raise Finding("\n".join(bad[:check.SHOWN_LINES]) or said[-2000:])
    with _lock:
        _passed.add(place)


def tests_of(*places):
    def run(folder):
        for place in places:
            test(folder, place)
    return run


def formatted(folder):
    check.run([terraform(), "fmt", "-check", "-recursive", "-diff", "terraform"], folder, env=environment())


def all_tested(folder):
    """Each module and each environment has tests, each variable a type and a description, each but plain switches a validation, each output
    a description."""
    wrong = []
    for module in sorted({path.parent for path in check.files(folder, "terraform/modules/*/main.tf", "terraform/environments/*/main.tf")}):
        here = module.relative_to(folder / "terraform")
        if not list(module.glob("tests/*.tftest.hcl")) and module.name != "installation":  # which the environments' tests run
            wrong.append(f"{here} has no tests")
        for path in sorted(module.glob("*.tf")):
            for kind, name, body in blocks(path.read_text()):
                for needed in {"variable": ["description", "type"], "output": ["description"]}[kind]:
                    if f"\n  {needed} " not in body:
                        wrong.append(f"{here}: {kind} {name} has no {needed}")
                if kind == "variable" and "\n  validation {" not in body and "= bool\n" not in body:
                    wrong.append(f"{here}: variable {name} has no validation")
    if wrong:
        raise Finding("\n".join(wrong))


def blocks(text):
    """(kind, name, body) of variables and outputs, which `terraform fmt` has given one form."""
    for part in text.split("\n}\n"):
        head = part.lstrip("\n").split("\n", 1)
        words = head[0].split('"')
        if len(words) == 3 and words[0].strip() in ("variable", "output"):
            yield words[0].strip(), words[1], "\n" + (head[1] if len(head) > 1 else "") + "\n"


def cost(folder):
    check.run(["/usr/bin/python3", folder / "terraform/cost.py", "--check"], folder)


def damage(path, old, new):
    return lambda folder: check.replace(folder / "terraform" / path, old, new)


def python():
    return check.run(["/usr/bin/python3", "--version"], check.TREE).split()[1]


def tested(name, places, fault):
    paths = ["terraform/mocks", "infra/k8s/nodes"] + (["terraform"] if places[0].startswith("environments/") else [f"terraform/modules/{place.split('/')[1]}" for place in places])
    return Check(name, "terraform", paths, tests_of(*places), fault, version)


CHECKS = [
    Check("terraform: form", "terraform", ["terraform"], formatted, damage("modules/network/main.tf", "  cidr_block           =", "  cidr_block ="), version),
    Check("terraform: all is tested, typed and described", "python3", ["terraform"], all_tested,
          damage("modules/msk/variables.tf", '  description = "Disk of each broker."\n', ""), python),
    Check("terraform: the cost page is current", "python3", ["terraform"], cost,
          damage("environments/prod/sizing.auto.tfvars.json", '"gigabytes": 200', '"gigabytes": 300'), python),
    tested("terraform test: network", ["modules/network"], damage("modules/network/main.tf", "map_public_ip_on_launch = false", "map_public_ip_on_launch = true")),
    tested("terraform test: cluster", ["modules/eks"], damage("modules/eks/nodes.tf", 'http_tokens                 = "required"', 'http_tokens                 = "optional"')),
    tested("terraform test: database", ["modules/rds-postgres"], damage("modules/rds-postgres/main.tf", "storage_encrypted     = true", "storage_encrypted     = false")),
    tested("terraform test: brokers", ["modules/msk"], damage("modules/msk/main.tf", 'client_broker = "TLS"', 'client_broker = "TLS_PLAINTEXT"')),
    tested("terraform test: buckets", ["modules/s3-artifacts"], damage("modules/s3-artifacts/main.tf", "block_public_policy     = true", "block_public_policy     = false")),
    tested("terraform test: keys and secrets", ["modules/secrets"], damage("modules/secrets/main.tf", "enable_key_rotation     = true", "enable_key_rotation     = false")),
    tested("terraform test: least privilege", ["modules/iam"], damage("modules/iam/main.tf", '["s3:GetObject"]', '["s3:*"]')),
    tested("terraform test: alarms", ["modules/observability"], damage("modules/observability/main.tf", '"breaching"', '"notBreaching"')),
    tested("terraform test: staging", ["environments/staging"], damage("environments/staging/sizing.auto.tfvars.json", '"nat_per_zone": false', '"nat_per_zone": true')),
    tested("terraform test: production", ["environments/prod"], damage("environments/prod/sizing.auto.tfvars.json", '"multi_az": true', '"multi_az": false')),
]
