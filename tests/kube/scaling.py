"""Rows about scaling: each queue's Deployment follows the steps of that queue, and no other does."""
import time

from cluster import eventually
from rows import QUEUES

QUEUE_SPACE = {queue: "argosy-testing" if queue == "testing" else "argosy" for queue in QUEUES}


class Scaling:
    def one_hpa_each(self):
        """KEDA makes one HPA for each queue"""
        self.cluster.scale()
        for space in ("argosy", "argosy-testing"):
            self.api.merge(f"/api/v1/namespaces/{space}/secrets/argosy-scaler", {"stringData": {"connection": self.rows.connection()}})
        # For the test alone: short periods. What they are shipped with is data (infra/k8s/scaling.json) and was simulated.
        quick = {"spec": {"pollingInterval": 1, "cooldownPeriod": 3, "maxReplicaCount": 20, "advanced": {"horizontalPodAutoscalerConfig": {"behavior": {
            "scaleDown": {"stabilizationWindowSeconds": 0, "policies": [{"type": "Percent", "value": 100, "periodSeconds": 1}]}}}}}}
        for queue, space in QUEUE_SPACE.items():
            self.api.merge(f"/apis/keda.sh/v1alpha1/namespaces/{space}/scaledobjects/argosy-{queue}", quick)
        wanted = {(space, f"keda-hpa-argosy-{queue}", f"argosy-{queue}") for queue, space in QUEUE_SPACE.items()}

        def seen():
            found = {(one["metadata"]["namespace"], one["metadata"]["name"], one["spec"]["scaleTargetRef"]["name"])
                     for one in self.api.call("GET", "/apis/autoscaling/v2/horizontalpodautoscalers")["items"]}
            return found == wanted
        eventually("one HPA for each queue", seen)
        return f"{len(wanted)}"

    def replicas(self):
        out = {}
        for space in ("argosy", "argosy-testing"):
            for one in self.api.call("GET", f"/apis/apps/v1/namespaces/{space}/deployments")["items"]:
                out[one["metadata"]["name"]] = one["spec"]["replicas"]
        return out

    def object(self, queue):
        return self.api.call("GET", f"/apis/keda.sh/v1alpha1/namespaces/{QUEUE_SPACE[queue]}/scaledobjects/argosy-{queue}")

    def scaled(self, queue):
        return self.object(queue)["spec"]

    def at_rest(self):
        """with no steps every queue goes to its minReplicaCount, and nothing else moves"""
        rest = {f"argosy-{queue}": self.scaled(queue).get("minReplicaCount", 0) for queue in QUEUES}
        self.rest = {"argosy-ingest": 2, "argosy-fanout": 2, "argosy-scheduler": 2} | rest
        eventually("all rest", lambda: self.replicas() == self.rest)
        return " ".join(f"{name.removeprefix('argosy-')}={count}" for name, count in sorted(rest.items()))

    def follows(self, queue):
        target = float(self.scaled(queue)["triggers"][0]["metadata"]["targetQueryValue"])
        told = []
        for wanted in (5, 2):
            began = time.monotonic()
            self.rows.ready(queue, int(wanted * target))
            expected = self.rest | {f"argosy-{queue}": wanted}
            eventually(f"{expected}", lambda expected=expected: self.replicas() == expected)
            told.append(f"{wanted} after {time.monotonic() - began:.1f} s")
        began = time.monotonic()
        self.rows.ready(queue, 0)
        eventually("it rests again", lambda: self.replicas() == self.rest)
        return f"{', '.join(told)}, {self.rest[f'argosy-{queue}']} after {time.monotonic() - began:.1f} s"

    def at_most(self):
        """no queue passes its maxReplicaCount"""
        most = self.scaled("git")["maxReplicaCount"]
        self.rows.ready("git", 1000)
        eventually("it is at its most", lambda: self.replicas()["argosy-git"] == most)
        self.rows.ready("git", 0)
        eventually("it rests again", lambda: self.replicas() == self.rest)
        return f"{most} for 1000 steps"
