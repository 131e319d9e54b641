"""Steps in a Postgres with Argosy's schema, and how programs are asked."""
import os
import pathlib
import subprocess

TREE = pathlib.Path(__file__).resolve().parents[2]
QUEUES = ["planning", "codegen", "testing", "git", "notifications"]


def tool(name):
    return subprocess.run([TREE / "infra/tools/fetch", name], check=True, capture_output=True, text=True).stdout.strip()


def output(*command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    if done.returncode != 0:
        raise AssertionError(f"{command[0]} ended with {done.returncode}: {done.stderr.strip()[-1000:]}")
    return done.stdout


class Rows:
    """Steps in a Postgres with Argosy's schema."""

    def __init__(self, argosy):
        self.admin = os.environ["ARGOSY_TEST_POSTGRES_URL"]
        self.name = "argosy_kube"
        self.psql(f"CREATE DATABASE {self.name}", "postgres")
        self.url = self.on(self.name)
        output(argosy / "argosy", "migrate", "up", env={"PATH": os.environ["PATH"], "ARGOSY_POSTGRES_URL": self.url})
        self.psql("ALTER ROLE argosy_scaler LOGIN PASSWORD 'kube-test'")

    def on(self, database):
        head, _, query = self.admin.partition("?")
        return head.rsplit("/", 1)[0] + f"/{database}" + (f"?{query}" if query else "")

    def psql(self, statement, database=None):
        return output("psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-c", statement, self.on(database or self.name)).strip()

    def connection(self):
        """For KEDA, as the role that may only ask."""
        asked = self.psql("SELECT inet_server_addr() || ':' || inet_server_port()")
        where = asked if asked and not asked.startswith(":") else ""
        if where:
            return f"postgresql://argosy_scaler:kube-test@{where.replace('/32', '')}/{self.name}?sslmode=disable"
        folder, port = self.psql("SHOW unix_socket_directories").split(",")[0].strip(), self.psql("SHOW port")
        return f"user=argosy_scaler password=kube-test host={folder} port={port} dbname={self.name} sslmode=disable"

    def ready(self, queue, count):
        """So many ready steps of the queue, and no others."""
        number = QUEUES.index(queue) + 1
        self.psql(f"DELETE FROM step WHERE queue = {number}; INSERT INTO step (task_id, org_id, ordinal, queue, lane, state, announced_at, deps_left, "
                  f"time_limit_ms) SELECT gen_random_uuid(), gen_random_uuid(), 0, {number}, 1, 'ready', clock_timestamp(), 0, 1000 "
                  f"FROM generate_series(1, {count})")
