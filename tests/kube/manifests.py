"""Rows about the manifests themselves: the API server takes every overlay, and lets in the pods that it should."""
import json
import os
import pathlib

import yaml

from cluster import Refused, eventually
from rows import TREE, output, tool

DEFINITIONS = [("github.com/kedacore/keda/v2", "v2.16.1", "config/crd/bases"),
               ("github.com/cloudnative-pg/cloudnative-pg", "v1.25.1", "config/crd/bases"),
               ("github.com/prometheus-operator/prometheus-operator", "v0.79.2", "example/prometheus-operator-crd")]
UNPUBLISHED = "kafka.strimzi.io"  # nobody publishes its definitions where they can be had
WAITED_FOR = {"scaledobjects.keda.sh", "triggerauthentications.keda.sh", "clusters.postgresql.cnpg.io", "scheduledbackups.postgresql.cnpg.io",
              "podmonitors.monitoring.coreos.com"}


class NotRun(Exception):
    pass


class Loader(yaml.CSafeLoader):
    pass


Loader.add_constructor("tag:yaml.org,2002:value", yaml.CSafeLoader.construct_yaml_str)  # a bare `=`, which the API server takes for a text


class Manifests:
    def overlay(self, name):
        text = output(self.kustomize, "build", TREE / "infra/k8s/overlays" / name)
        return [one for one in yaml.load_all(text, Loader) if one]

    def definitions(self):
        """the operators' definitions are taken"""
        go, count = tool("go"), 0
        for module, version, folder in DEFINITIONS:
            told = json.loads(output(go, "mod", "download", "-json", f"{module}@{version}", cwd=self.cluster.folder, env=os.environ | {
                "GOFLAGS": "-modcacherw", "GOSUMDB": "off", "GOTOOLCHAIN": "local"}))
            for path in sorted(pathlib.Path(told["Dir"], folder).glob("*.yaml")):
                one = yaml.load(path.read_text(), Loader)
                if one["metadata"]["name"] not in WAITED_FOR and "keda.sh" not in one["metadata"]["name"]:
                    continue
                self.api.apply(one)
                count += 1
        for name in WAITED_FOR:
            eventually(name, lambda name=name: any(
                one["type"] == "Established" and one["status"] == "True" for one in self.api.call(
                    "GET", f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}")["status"]["conditions"]))
        return f"{count}"

    def strimzi(self):
        """components/strimzi is taken"""
        raise NotRun("Strimzi's definitions are in no module or package that can be had")

    def apply_overlay(self, name):
        objects = self.overlay(name)
        order = {"Namespace": 0, "PriorityClass": 1, "RuntimeClass": 1, "ServiceAccount": 2, "Job": 9}
        objects.sort(key=lambda one: order.get(one["kind"], 5))
        job = "/apis/batch/v1/namespaces/argosy/jobs/argosy-migrate"
        try:
            self.api.call("DELETE", job, {"propagationPolicy": "Background"})
        except Refused as why:
            if why.status != 404:
                raise
        taken = 0
        for one in objects:
            if one["apiVersion"].startswith(UNPUBLISHED):
                continue
            try:
                self.api.apply(one)
            except Refused as why:
                raise AssertionError(f"{one['kind']} {one['metadata']['name']}: {why}") from None
            taken += 1
        self.applied[name] = objects
        return f"{taken} objects"

    def staging(self):
        """overlay staging is taken, server-side, field by field"""
        return self.apply_overlay("staging")

    def prod(self):
        """overlay prod is taken, server-side, field by field"""
        return self.apply_overlay("prod")

    def dev(self):
        """overlay dev is taken, server-side, field by field"""
        return self.apply_overlay("dev")

    def misspelt(self):
        """a field that nobody knows is refused"""
        one = next(one for one in self.overlay("dev") if one["kind"] == "Deployment")
        one["spec"]["template"]["spec"]["terminationGracePeriod"] = 5
        try:
            self.api.apply(one)
        except Refused as why:
            return why.message[-60:]
        raise AssertionError("it was taken")

    def templates(self, overlay):
        for one in self.applied[overlay]:
            if one["kind"] in ("Deployment", "Job"):
                yield one["metadata"]["name"], one["spec"]["template"]

    def pod(self, name, template, namespace):
        labels = template["metadata"]["labels"]
        return self.api.call("POST", f"/api/v1/namespaces/{namespace}/pods", {
            "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "labels": labels}, "spec": template["spec"]})

    def restricted(self):
        """a pod of each template is let into a namespace that enforces `restricted`; the testing worker's is not, and why"""
        made, told = 0, ""
        for overlay in self.applied:
            space = f"restricted-{overlay}"
            self.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {
                "name": space, "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}})
            for name, template in self.templates(overlay):
                self.api.apply({"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": space}})
                try:
                    self.pod(name, template, space)
                    made += 1
                    assert name != "argosy-testing", "the testing worker needs no exceptions: take them away"
                except Refused as why:
                    if name != "argosy-testing":
                        raise AssertionError(f"{name}: {why}") from None
                    reasons = why.message.split('"restricted:latest": ')[-1]
                    for word in ("privileged", "runAsNonRoot", "capabilities", "allowPrivilegeEscalation", "seccomp", "hostPath"):
                        assert word not in reasons, reasons
                    assert "procMount" in reasons and "AppArmor" in reasons, reasons
                    told = reasons
        return f"{made} let in; argosy-testing: {told[:150]}"

    def exceptions(self):
        """the testing worker's pod is let into its own namespace, with its exceptions kept"""
        template = dict(self.templates("dev"))["argosy-testing"]
        pod = self.pod("argosy-testing-trial", template, "argosy-testing")
        container = pod["spec"]["containers"][0]
        assert container["securityContext"]["procMount"] == "Unmasked" and pod["spec"]["hostUsers"] is False, pod["spec"]
        return "procMount Unmasked, hostUsers false"
