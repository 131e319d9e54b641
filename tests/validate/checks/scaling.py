"""Scaling: the ScaledObjects say what infra/k8s/scaling.json says, and that is what the traces were weighed with."""
import json
import platform

import check
import yaml
from check import Check

NUMBERS = ("pollingInterval", "cooldownPeriod", "minReplicaCount", "maxReplicaCount")


def scaled_objects(folder):
    """(file, queue, spec) of each in the base; overlays may differ, and say so where they do."""
    for path in sorted((folder / "infra/k8s").glob("base/**/*.yaml")):
        for document in yaml.safe_load_all(path.read_text()):
            if isinstance(document, dict) and document.get("kind") == "ScaledObject":
                yield path.relative_to(folder), document["metadata"]["name"].removeprefix("argosy-"), document["spec"]


def differences(where, said, chosen, names):
    return [f"{where}: {name} is {said.get(name)}, and {chosen[name]} in scaling.json" for name in names if str(said.get(name)) != str(chosen[name])]


def of_one(where, spec, chosen):
    wrong = differences(where, spec, chosen, NUMBERS)
    behavior = spec.get("advanced", {}).get("horizontalPodAutoscalerConfig", {}).get("behavior", {})
    for direction in ("scaleUp", "scaleDown"):
        if behavior.get(direction) != chosen[direction]:
            wrong.append(f"{where}: {direction} is {behavior.get(direction)}, and {chosen[direction]} in scaling.json")
    metadata = [trigger["metadata"] for trigger in spec.get("triggers", []) if trigger["type"] == "postgresql"]
    if len(metadata) != 1:
        return wrong + [f"{where}: it has {len(metadata)} triggers of type postgresql, not one"]
    wrong += differences(where, metadata[0], chosen, ("targetQueryValue", "activationTargetQueryValue"))
    return wrong + differences(where, {"fallbackReplicas": spec.get("fallback", {}).get("replicas")}, chosen, ("fallbackReplicas",))


def agree(folder):
    chosen = json.loads((folder / "infra/k8s/scaling.json").read_text())
    wrong, seen = [], set()
    for path, queue, spec in scaled_objects(folder):
        seen.add(queue)
        wrong += of_one(f"{path}: {queue}", spec, chosen[queue]) if queue in chosen else [f"{path}: scaling.json knows no queue {queue}"]
    if seen:  # without any there is nothing that could scale otherwise
        wrong += [f"no ScaledObject of the queue {queue}" for queue in chosen if queue not in seen]
    if wrong:
        raise check.Finding("\n".join(wrong))


def other_number(folder):
    path = folder / "infra/k8s/base/seeded.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    chosen = json.loads((folder / "infra/k8s/scaling.json").read_text())["git"]
    metadata = {name: str(chosen[name]) for name in ("targetQueryValue", "activationTargetQueryValue")}
    spec = {name: chosen[name] for name in NUMBERS} | {
        "fallback": {"replicas": chosen["fallbackReplicas"]},
        "triggers": [{"type": "postgresql", "metadata": metadata}],
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": {
            "scaleUp": chosen["scaleUp"], "scaleDown": chosen["scaleDown"] | {"stabilizationWindowSeconds": 299}}}}}
    path.write_text(yaml.safe_dump({"kind": "ScaledObject", "metadata": {"name": "argosy-git"}, "spec": spec}))


def traces(folder):
    check.run(["python3", "infra/k8s/scaling/traces.py", "--check"], folder)


def other_arrival(folder):
    path = folder / "infra/k8s/scaling/traces/burst.csv"
    path.write_text(path.read_text() + "9999.0,git,1.00\n")


CHECKS = [
    Check("ScaledObjects: the numbers of scaling.json", "python3", ["infra/k8s"], agree, other_number, version=platform.python_version),
    Check("scaling: the traces that their script makes", "python3", ["infra/k8s/scaling"], traces, other_arrival, version=platform.python_version),
]
