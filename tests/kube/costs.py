"""Rows about the cost of a pod's deletion: a worker sets its own, and may do nothing else."""
import os
import pathlib
import shutil
import subprocess
import tempfile

from cluster import Api, Refused, eventually

COST = "controller.kubernetes.io/pod-deletion-cost"


class Costs:
    def worker_pod(self, name):
        template = dict(self.templates("dev"))["argosy-planning"]
        pod = self.pod(name, template, "argosy")
        answer = self.api.call("POST", "/api/v1/namespaces/argosy/serviceaccounts/argosy-planning/token", {
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": 3600, "boundObjectRef": {
                "kind": "Pod", "apiVersion": "v1", "name": name, "uid": pod["metadata"]["uid"]}}})
        return answer["status"]["token"]

    def as_worker(self):
        return Api(self.cluster.url, self.cluster.folder / "ca.crt", self.token)

    def annotate(self, pod, **metadata):
        return self.as_worker().merge(f"/api/v1/namespaces/argosy/pods/{pod}", {"metadata": metadata or {"annotations": {COST: "10"}}})

    def own_cost(self):
        """with the shipped role a worker's token sets the cost of its own pod"""
        self.token = self.worker_pod("planning-one")
        self.worker_pod("planning-two")
        pod = self.annotate("planning-one")
        assert pod["metadata"]["annotations"][COST] == "10", pod["metadata"]
        return "200"

    def refused(self, reason, attempt):
        def said():
            try:
                attempt()
            except Refused as why:
                return why
            return None
        # The policy is compiled a moment after it was stored.
        why = eventually(f"refused: {reason}", said, 60)
        assert reason in why.message, why
        return f"{why.status}"

    def others_cost(self):
        """it sets no other pod's"""
        return self.refused("a worker changes its own pod only", lambda: self.annotate("planning-two"))

    def nothing_else(self):
        """it changes nothing else of its own pod: annotation, label, image"""
        image = [{"op": "replace", "path": "/spec/containers/0/image", "value": "other"}]
        return " ".join((
            self.refused("the annotation pod-deletion-cost and no other", lambda: self.annotate("planning-one", annotations={"other": "x"})),
            self.refused("a worker changes no label", lambda: self.annotate("planning-one", labels={"app.kubernetes.io/component": "ingest"})),
            self.refused("a worker changes nothing of a pod's spec", lambda: self.as_worker().call(
                "PATCH", "/api/v1/namespaces/argosy/pods/planning-one", image, "application/json-patch+json"))))

    def without_verb(self):
        """without the verb it gets 403"""
        path = "/apis/rbac.authorization.k8s.io/v1/namespaces/argosy/roles/argosy-deletion-cost"
        rules = self.api.call("GET", path)["rules"]
        self.api.merge(path, {"rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"]}]})
        try:
            why = self.refused('cannot patch resource "pods"', lambda: self.annotate("planning-one"))
            assert why == "403", why
        finally:
            self.api.merge(path, {"rules": rules})
        eventually("the role is back", lambda: self.annotate("planning-one"), 60)
        return why

    def no_other_right(self):
        """it may read no pod and no secret"""
        for path in ("/api/v1/namespaces/argosy/pods/planning-one", "/api/v1/namespaces/argosy/secrets/argosy-git-write"):
            try:
                self.as_worker().call("GET", path)
            except Refused as why:
                assert why.status == 403, why
                continue
            raise AssertionError(f"{path} was read")
        return "403"

    def real_worker(self):
        """a real argosy-planning tells the real API server that it is idle"""
        token = self.worker_pod("planning-real")
        with tempfile.TemporaryDirectory(prefix="argosy-kube-") as name:
            folder = pathlib.Path(name)
            (folder / "token").write_text(token)
            shutil.copy(self.cluster.folder / "ca.crt", folder / "ca.crt")
            own = {"PATH": os.environ["PATH"], "HOME": name, "ARGOSY_POSTGRES_URL": self.rows.url, "ARGOSY_KAFKA_EMBEDDED": "true",
                   "ARGOSY_WORK_DIR": name, "ARGOSY_LOG_FORMAT": "json"}
            pod = {"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(self.cluster.port), "POD_NAME": "planning-real",
                   "POD_NAMESPACE": "argosy"}
            with open(folder / "log", "wb") as log, subprocess.Popen(
                    [self.argosy / "argosy", "broker", "--address-file", folder / "broker"], env=own, stdout=log, stderr=log) as broker:
                worker = None
                try:
                    brokers = eventually("the broker listens", lambda: (folder / "broker").read_text().strip())
                    worker = subprocess.Popen(
                        ["bwrap", "--dev-bind", "/", "/", "--tmpfs", "/run", "--bind", folder, "/run/secrets/kubernetes.io/serviceaccount",
                         "--die-with-parent", self.argosy / "argosy-planning"], env=own | pod | {"ARGOSY_KAFKA_BROKERS": brokers}, stdout=log, stderr=log)
                    path = "/api/v1/namespaces/argosy/pods/planning-real"
                    try:
                        eventually("the annotation is there", lambda: self.api.call("GET", path)["metadata"]["annotations"][COST] == "0")
                    except AssertionError as why:
                        raise AssertionError(f"{why}\n{(folder / 'log').read_text()[-2000:]}") from None
                finally:
                    if worker:
                        worker.terminate()
                        worker.wait(60)
                    broker.terminate()
        return COST + "=0"
