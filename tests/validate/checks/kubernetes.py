"""infra/k8s: every overlay and component is built, and what comes of it held against Kubernetes' own schemas, those of the operators whose
objects it uses, kube-score's rules, and what Argosy itself says of its variables, slots and time limits."""
import json
import platform
import pathlib
import re

import jsonschema
import yaml

import check
from check import Check, Finding

PATHS = ["infra/k8s", "common/config/variables.cc", "common/runtime/drain.h", "schemas/migrations/0057_scaler.up.sql"]
OLDEST, NEWEST = "1.33", "1.37"  # of Kubernetes: the first with the fields that the testing worker needs, and the newest whose schemas are published
# Operators whose resource definitions their Go modules bring: module, version, folder.
OPERATORS = [
    ("github.com/kedacore/keda/v2", "v2.16.1", "config/crd/bases"),
    ("github.com/cloudnative-pg/cloudnative-pg", "v1.25.1", "config/crd/bases"),
    ("github.com/prometheus-operator/prometheus-operator", "v0.79.2", "example/prometheus-operator-crd"),
]
UNPUBLISHED = {"kafka.strimzi.io"}  # no module or package that can be had brings Strimzi's: kustomize alone sees these


def go_environment():
    return {"GOFLAGS": "-modcacherw", "GOSUMDB": "off", "GOTOOLCHAIN": "local"}


def build(folder, target):
    return check.run([check.tool("kustomize"), "build", target], folder)


def overlays(folder):
    """Name and objects of each overlay."""
    return {path.parent.name: build(folder, path.parent) for path in check.files(folder, "infra/k8s/overlays/*/kustomization.yaml")}


class Loader(yaml.CSafeLoader):
    pass


Loader.add_constructor("tag:yaml.org,2002:value", yaml.CSafeLoader.construct_yaml_str)  # a bare `=`, which the API server takes for a text


def objects(text):
    return [one for one in yaml.load_all(text, Loader) if one]


def builds(folder):
    overlays(folder)
    # Components that no overlay has must build, too.
    for path in check.files(folder, "infra/k8s/components/*/kustomization.yaml"):
        trial = folder / "infra/k8s/overlays" / f"trial-{path.parent.name}"
        trial.mkdir(exist_ok=True)
        (trial / "kustomization.yaml").write_text(
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../../base]\n"
            f"components: [../../components/{path.parent.name}]\n")
        try:
            build(folder, trial)
        finally:
            (trial / "kustomization.yaml").unlink()
            trial.rmdir()


def own_kinds(folder):
    # Most objects are alike in all overlays: each is looked at once.
    different = {json.dumps(one, sort_keys=True): one for text in overlays(folder).values() for one in objects(text)
                 if "." not in one["apiVersion"].split("/")[0] or one["apiVersion"].split("/")[0].endswith(".k8s.io")}
    everything = yaml.dump_all(different.values(), Dumper=yaml.CSafeDumper)
    for version in (OLDEST, NEWEST):
        said = check.run([check.tool("kubernetes-validate"), "--strict", "-k", version, "-"], folder, ok=(0, 1), stdin=everything)
        wrong = [line for line in said.splitlines() if line.startswith(("ERROR", "WARN"))]
        if wrong or "deployment/argosy-codegen" not in said:
            raise Finding("\n".join([f"Kubernetes {version}:"] + (wrong or [said])))


def strict(schema):
    """The API server drops fields that it does not know; here they are mistakes."""
    if isinstance(schema, dict):
        for part in schema.values():
            strict(part)
        if "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields") and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
    elif isinstance(schema, list):
        for part in schema:
            strict(part)
    return schema


def definitions(kinds):
    """(group, version, kind) -> schema, of those kinds that the operators define."""
    found = {}
    for module, version, where in OPERATORS:
        told = json.loads(check.run([check.tool("go"), "mod", "download", "-json", f"{module}@{version}"], check.TREE, env=go_environment()))
        for path in sorted(pathlib.Path(told["Dir"], where).glob("*.yaml")):
            text = path.read_text()
            if not any(f"    kind: {kind}\n" in text for kind in kinds):
                continue
            one, = objects(text)
            for served in one["spec"]["versions"]:
                schema = strict(served["schema"]["openAPIV3Schema"])
                schema["properties"]["metadata"] = {"type": "object"}
                found[(one["spec"]["group"], served["name"], one["spec"]["names"]["kind"])] = schema
    return found


def operators_kinds(folder):
    asked = []
    for name, text in overlays(folder).items():
        for one in objects(text):
            group, _, version = one["apiVersion"].rpartition("/")
            if "." in group and not group.endswith(".k8s.io") and group not in UNPUBLISHED:
                asked.append((name, (group, version, one["kind"]), one))
    known, wrong = definitions({key[2] for _, key, _ in asked}), []
    for name, key, one in asked:
        if key not in known:
            raise Finding(f"{name}: nobody defines {'/'.join(key)}")
        wrong += [f"{name}: {one['kind']} {one['metadata']['name']}: {'.'.join(map(str, error.path))}: {error.message[:200]}"
                  for error in jsonschema.Draft4Validator(known[key]).iter_errors(one)]
    if wrong or not asked:
        raise Finding("\n".join(wrong) or "no object of an operator in any overlay")


def scores(folder):
    for name, text in overlays(folder).items():
        said = check.run([check.tool("kube-score"), "score", "--output-format", "ci", "-"], folder, ok=(0, 1), stdin=text)
        wrong = [line for line in said.splitlines() if line.startswith(("[CRITICAL]", "[WARNING]"))]
        if wrong or "[OK]" not in said:
            raise Finding("\n".join([f"{name}:"] + (wrong or [said])))


def constant(text, pattern, what):
    found = re.search(pattern, text)
    if not found:
        raise Finding(f"{what} is not where this check looks for it")
    return int(found.group(1).replace("'", ""))


def agrees(folder):
    names = set(re.findall(r'"([A-Z][A-Z0-9_]+)", &S::', (folder / "common/config/variables.cc").read_text()))
    stop_grace = constant((folder / "common/runtime/drain.h").read_text(), r"kStopGrace\{([0-9']+)\}", "kStopGrace")
    most = constant((folder / "schemas/migrations/0057_scaler.up.sql").read_text(), r"c_most +constant integer := (\d+)", "c_most")
    wrong = []
    for overlay, text in overlays(folder).items():
        def say(what, overlay=overlay):
            wrong.append(f"{overlay}: {what}")
        all_of = objects(text)
        by_kind = {}
        for one in all_of:
            by_kind.setdefault(one["kind"], {})[(one["metadata"].get("namespace"), one["metadata"]["name"])] = one
        variables = {}  # of each Deployment, its own over those of its ConfigMap
        for key, deployment in by_kind["Deployment"].items():
            container = deployment["spec"]["template"]["spec"]["containers"][0]
            merged = {}
            for source in container.get("envFrom", []):
                merged |= by_kind["ConfigMap"][(key[0], source["configMapRef"]["name"])]["data"]
            merged |= {one["name"]: one.get("value", "") for one in container.get("env", [])}
            variables[key] = merged
            for name in merged:
                if name.startswith("ARGOSY_") and not {name[7:], name[7:].removesuffix("_FILE")} & names:
                    say(f"{key[1]} sets {name}, which `argosy config doc` does not know")
        for key, scaled in by_kind["ScaledObject"].items():
            spec = scaled["spec"]
            target = (key[0], spec["scaleTargetRef"]["name"])
            if target not in by_kind["Deployment"]:
                say(f"{key[1]} scales {target}, which there is not")
                continue
            trigger = spec["triggers"][0]["metadata"]
            queue = target[1].removeprefix("argosy-")
            if f"scaler_load_v1('{queue}')" not in trigger["query"]:
                say(f"{key[1]} asks {trigger['query']}, not for the queue {queue}")
            if spec["maxReplicaCount"] * float(trigger["targetQueryValue"]) > most:
                say(f"{key[1]} would need to count more than the {most} that scaler_load_v1 counts")
            if int(variables[target]["ARGOSY_KAFKA_PARTITIONS"]) < 2 * spec["maxReplicaCount"]:
                say(f"{key[1]}: a topic has fewer partitions than twice maxReplicaCount")
        brokers = {int(one.rpartition(":")[2]) for merged in variables.values() for one in merged["ARGOSY_KAFKA_BROKERS"].split(",")}
        for (space, name), policy in by_kind.get("NetworkPolicy", {}).items():
            if name == "to-kafka" and not brokers <= {port["port"] for port in policy["spec"]["egress"][0]["ports"]}:
                say(f"{space}: the policy to-kafka does not let through the brokers' port")
        for (_, topic), declared in by_kind.get("KafkaTopic", {}).items():
            partitions = {int(merged["ARGOSY_KAFKA_PARTITIONS"]) for merged in variables.values()}
            if topic.startswith("argosy.steps.") and {declared["spec"]["partitions"]} != partitions:
                say(f"{topic} has {declared['spec']['partitions']} partitions, and ARGOSY_KAFKA_PARTITIONS is {partitions}")
        for key, deployment in by_kind["Deployment"].items():
            labels = deployment["metadata"].get("labels", {})
            if labels.get("argosy.dev/worker") == "true":
                drain = [variables[key].get(f"ARGOSY_DRAIN_{name}_MS") for name in ("TIMEOUT", "PATIENCE")]
                grace = deployment["spec"]["template"]["spec"].get("terminationGracePeriodSeconds", 30)
                if None in drain:
                    say(f"{key[1]} does not say how long it drains: the defaults are longer than a grace period")
                elif sum(map(int, drain)) + stop_grace >= grace * 1000:
                    say(f"{key[1]} drains longer than its grace period of {grace} s")
            if "replicas" in deployment["spec"] and key in {(ns, s["spec"]["scaleTargetRef"]["name"]) for (ns, _), s in by_kind["ScaledObject"].items()}:
                say(f"{key[1]} has replicas beside a ScaledObject: each apply would set them back")
    if wrong:
        raise Finding("\n".join(wrong))


def lost_patch(folder):
    (folder / "infra/k8s/base/testing/exceptions.yaml").unlink()


def misspelt(folder):
    check.replace(folder / "infra/k8s/base/argosy/ingest.yaml", "minReadySeconds:", "minReadyseconds:")


def text_for_a_number(folder):
    check.replace(folder / "infra/k8s/base/argosy/scaledobjects.yaml", "minReplicaCount: ", "minReplicas: ")


def unlimited(folder):
    path = folder / "infra/k8s/base/argosy/git.yaml"
    path.write_text(re.sub(r"\n +limits: .*", "", path.read_text()))


def unknown_variable(folder):
    check.replace(folder / "infra/k8s/base/argosy/codegen.yaml", "ARGOSY_SLOTS", "ARGOSY_SLOT")


def operators_versions():
    return " ".join(version for _, version, _ in OPERATORS)


CHECKS = [
    Check("kubernetes: overlays and components build", "kustomize", PATHS, builds, lost_patch),
    Check("kubernetes: manifests fit its schemas", "kubernetes-validate", PATHS, own_kinds, misspelt),
    Check("kubernetes: operators' objects fit theirs", "jsonschema", PATHS, operators_kinds, text_for_a_number, operators_versions),
    Check("kubernetes: workloads are sound", "kube-score", PATHS, scores, unlimited),
    Check("kubernetes: manifests agree with Argosy", "python3", PATHS, agrees, unknown_variable, platform.python_version),
]
