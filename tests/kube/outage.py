"""Rows about a database that KEDA cannot ask: what the fallback of a ScaledObject does then, and what it does not."""
import contextlib
import math

from cluster import eventually
from rows import QUEUES
from scaling import QUEUE_SPACE


class Outage:
    def conditions(self, queue):
        return {one["type"]: (one["status"], one.get("reason")) for one in self.object(queue)["status"]["conditions"]}

    def falls_back(self, queue):
        return self.conditions(queue)["Fallback"][0] == "True"

    def all_ready(self):
        eventually("KEDA has a scaler for each queue", lambda: all(self.conditions(queue)["Ready"][0] == "True" for queue in QUEUES))

    @contextlib.contextmanager
    def database_away(self):
        """KEDA's role is refused, as with a password that was changed or a network that is cut; everybody else goes on."""
        self.rows.psql("ALTER ROLE argosy_scaler NOLOGIN", "postgres")
        self.rows.psql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'argosy_scaler'", "postgres")
        try:
            yield
        finally:
            self.rows.psql("ALTER ROLE argosy_scaler LOGIN", "postgres")

    def steps_of(self, queue, workers):
        self.rows.ready(queue, math.ceil(workers * float(self.scaled(queue)["triggers"][0]["metadata"]["targetQueryValue"])))

    def fallback_at_zero(self):
        """a database that cannot be asked wakes every queue at zero to its fallback's replicas, and they go back to zero when it can"""
        self.all_ready()
        asleep = [queue for queue in QUEUES if self.rest[f"argosy-{queue}"] == 0]
        with self.database_away():
            for queue in asleep:
                most = self.scaled(queue)["fallback"]["replicas"]
                eventually(f"{queue} falls back, and says so", lambda queue=queue, most=most: self.falls_back(queue) and
                           self.replicas()[f"argosy-{queue}"] == most)
        eventually("they rest again", lambda: self.replicas() == self.rest)
        return " ".join(f"{queue}={self.scaled(queue)['fallback']['replicas']}" for queue in asleep)

    def poll_is_first(self):
        """where KEDA's poll is refused before the HPA is, the fallback's replicas run at once, also instead of more; then the steps count again"""
        most = self.scaled("planning")["fallback"]["replicas"]
        self.steps_of("planning", 5)
        eventually("five run", lambda: self.replicas()["argosy-planning"] == 5)
        with self.cluster.stopped("hpa-controller"), self.database_away():
            eventually("planning falls back, and says so", lambda: self.falls_back("planning") and self.replicas()["argosy-planning"] == most)
        eventually("planning follows its steps, and says so", lambda: self.replicas()["argosy-planning"] == 5 and not self.falls_back("planning"))
        return f"5 to {most} to 5"

    def operator_comes_later(self):
        """an operator that starts while the database cannot be asked has no fallback: what runs stays, however often the HPA is refused"""
        refusals = self.scaled("planning")["fallback"]["failureThreshold"] + 1
        self.cluster.end("keda-operator")
        with self.database_away():
            before = self.refusals("planning")
            self.cluster.again("keda-operator")
            eventually("the operator says that it cannot ask", lambda: self.conditions("planning")["Ready"] == ("False", "ScaledObjectCheckFailed"))
            eventually(f"the HPA is refused {refusals} times", lambda: self.refusals("planning") - before >= refusals)
            status = self.object("planning")["status"]
            counted = max(one["numberOfFailures"] for one in status["health"].values())
            assert counted < refusals, f"KEDA counts {counted} failures: its threshold means something now, and the documents are to be changed"
            assert self.replicas()["argosy-planning"] == 5 and not self.falls_back("planning"), (self.replicas(), status)
        self.all_ready()
        self.rows.ready("planning", 0)
        eventually("it rests again", lambda: self.replicas() == self.rest)
        return f"5 stay; of {refusals} refusals KEDA counts {counted}"

    def refusals(self, queue):
        """How often the HPA of a queue was told by the metrics adapter that there is no value."""
        name = f"keda-hpa-argosy-{queue}"
        return sum(one.get("count", 1) for one in self.api.call("GET", f"/api/v1/namespaces/{QUEUE_SPACE[queue]}/events", fieldSelector=(
            f"involvedObject.name={name},reason=FailedGetExternalMetric"))["items"])
