"""What a drill runs on: a Postgres of its own, `argosy up` beside it, a stand-in for a model's vendor, a real Prometheus with the shipped rules in
small windows, and a real Alertmanager. All of it lies in one folder, listens on loopback only, and ends with `stop()`."""
import json
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
POSTGRES = pathlib.Path("/usr/lib/postgresql/15/bin")
FACTOR, LEAST_S = 1 / 720, 10  # an hour is five seconds; ranges have at least ten scrapes
# Nothing waits for a time, all for a condition: these bounds end what hangs, also on a machine that builds meanwhile.
START_S, RUN_S = 300, 300
# Leases and retries end soon, an answer is not waited for long, and datagrams do not go past a broker that stands still.
ENVIRONMENT = {"ARGOSY_ALLOW_FILE_URLS": "true", "ARGOSY_MAX_ATTEMPTS": "2", "ARGOSY_FAST_RETRIES": "1", "ARGOSY_RETRY_BASE_MS": "100",
               "ARGOSY_PARKED_BASE_MS": "200", "ARGOSY_ANSWER_TIMEOUT_MS": "1000", "ARGOSY_HINT_LISTEN": "", "ARGOSY_TASK_MAX_USD": "none",
               "ARGOSY_CACHE_RULES": "off", "ARGOSY_SETUP": "off", "ARGOSY_SLOTS": "8", "ARGOSY_LEASE_MS": "4000", "ARGOSY_RENEW_MS": "1000"}
PRICE = 1_000  # dollars for a million tokens: a few calls are money
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, condition, seconds):
    """Looks again and again until the condition holds, for what other processes do; returns what it returned. Who does not answer in time is
    asked again."""
    end, why = time.monotonic() + seconds, ""
    while True:
        try:
            if found := condition():
                return found
            why = ""
        except OSError as error:
            why = f" ({error})"
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds} s{why}")
        time.sleep(0.2)


def get(url, timeout=5):
    with opener.open(url, timeout=timeout) as answer:
        return json.load(answer)


def answers(url):
    try:
        opener.open(url, timeout=2).close()
        return True
    except OSError:
        return False


class Fleet:
    def __init__(self, folder, binaries):
        self.folder, self.binaries = folder, binaries
        self.state, self.data = folder / "state", folder / "postgres/data"
        self.children = []
        self.mounts = []
        self.env = os.environ | ENVIRONMENT | {"PATH": f"{folder / 'bin'}:{binaries}:{os.environ['PATH']}", "PGDATA": str(self.data),
                                               "ARGOSY_STATE_DIR": str(self.state)}
        for name in ("ARGOSY_URL", "ARGOSY_TOKEN_FILE", "ARGOSY_TOKEN"):
            self.env.pop(name, None)

    def spawn(self, name, argv, **more):
        log = open(self.folder / f"{name}.log", "ab")
        child = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, env=self.env, start_new_session=True,
                                 stderr=log, **({"stdout": log} | more))
        self.children.append(child)
        return child

    def start(self):
        self.start_postgres()
        self.start_models()
        self.mount_small_disk()
        self.start_argosy()
        self.start_prometheus()

    def start_postgres(self):
        """pg_ctl and psql are found on PATH as an operator has them; as root they run as the package's user, which Postgres wants."""
        (self.folder / "bin").mkdir()
        root = os.geteuid() == 0
        user = "setpriv --reuid=postgres --regid=postgres --clear-groups " if root else ""
        for name in ("pg_ctl", "pg_isready", "psql"):
            script = self.folder / "bin" / name
            script.write_text(f"#!/bin/sh\ncd / && exec {user}{POSTGRES / name} \"$@\"\n")
            script.chmod(0o755)
        self.data.parent.mkdir()
        if root:
            owner = pwd.getpwnam("postgres")
            os.chown(self.data.parent, owner.pw_uid, owner.pw_gid)
        self.run(f"cd / && {user}{POSTGRES}/initdb -D '{self.data}' -U argosy -A trust -E UTF8 --locale=C.UTF-8 --no-instructions")
        port = free_port()
        settings = (f"port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{self.data.parent}'\nmax_connections = 200\n"
                    "fsync = off\n")  # what a drill makes need not outlive the machine
        subprocess.run(["tee", "-a", self.data / "postgresql.conf"], input=settings, text=True, check=True, stdout=subprocess.DEVNULL)
        self.run("pg_ctl -D \"$PGDATA\" -w -l \"$PGDATA/server.log\" start && psql -h 127.0.0.1 -p %d -U argosy -d postgres -qc 'CREATE DATABASE argosy'" % port)
        self.env["ARGOSY_POSTGRES_URL"] = f"postgresql://argosy@127.0.0.1:{port}/argosy"

    def start_models(self):
        child = self.spawn("models", [sys.executable, ROOT / "tests/standins/model_server"], stdout=subprocess.PIPE, text=True)
        self.vendor = f"http://127.0.0.1:{child.stdout.readline().split()[1]}"
        models = self.folder / "models.yaml"
        models.write_text("models:\n  - {name: vendor, api: openai-chat, base_url: '%s/v1', local: true, model: m, context_tokens: 100000,\n"
                          "     max_output_tokens: 16384, can: [tools, schema], usd_per_million_tokens: {input: %d, output: %d}}\n" % (self.vendor, PRICE, PRICE))
        self.env["ARGOSY_MODELS"] = str(models)

    def mount_small_disk(self):
        """A disk of 64 MB for the testing worker, which can be filled without harm; root only."""
        self.small_disk = self.state / "work/testing"
        self.state.mkdir(mode=0o711)
        if os.geteuid() != 0:
            return
        self.small_disk.mkdir(parents=True)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m,mode=755", "tmpfs", self.small_disk], stderr=subprocess.DEVNULL).returncode == 0:
            self.mounts.append(self.small_disk)

    def start_argosy(self):
        up = self.spawn("up", [self.binaries / "argosy", "up", "--api-port", "0", "--ws-port", "0"])

        def ready():
            if up.poll() is not None:
                raise RuntimeError(f"argosy up ended: {(self.folder / 'up.log').read_text()[-2000:]}")
            return (self.state / "up.json").exists() and " up  API" in (self.folder / "up.log").read_text()
        until("the fleet is up", ready, START_S)
        told = json.loads((self.state / "up.json").read_text())
        self.env |= {"ARGOSY_URL": told["api_url"], "UP": str(told["pid"])}

    def metrics_ports(self):
        """Of each process, as its log tells."""
        out = {}
        for log in (self.state / "logs").glob("*.log"):
            for line in log.read_text().splitlines():
                if '"message":"listening"' in line and '"port"' in line:
                    out[log.stem] = json.loads(line)["port"]
        return out

    def start_prometheus(self):
        def program(name):
            done = subprocess.run([ROOT / "infra/tools/fetch", name], stdout=subprocess.PIPE, text=True, check=True)
            return done.stdout.strip()
        rules, alerts, port = self.folder / "rules.yml", free_port(), free_port()
        self.run(f"'{ROOT}/infra/prometheus/generate' --factor {FACTOR} --least {LEAST_S} '{rules}'")
        targets = "".join(f"      - {{targets: ['127.0.0.1:{number}'], labels: {{service: {name}}}}}\n" for name, number in self.metrics_ports().items())
        (self.folder / "prometheus.yml").write_text(
            "global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s, external_labels: {cluster: drill, runbooks: ''}}\n"
            f"rule_files: ['{rules}']\n"
            f"alerting: {{alertmanagers: [{{static_configs: [{{targets: ['127.0.0.1:{alerts}']}}]}}]}}\n"
            f"scrape_configs:\n  - job_name: argosy\n    static_configs:\n{targets}")
        (self.folder / "alertmanager.yml").write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
        self.alertmanager, self.prometheus = f"http://127.0.0.1:{alerts}", f"http://127.0.0.1:{port}"
        self.spawn("alertmanager", [*self.beside_its_templates(program("alertmanager")), f"--config.file={self.folder}/alertmanager.yml", f"--storage.path={self.folder}/alerts",
                                    f"--web.listen-address=127.0.0.1:{alerts}", "--cluster.listen-address="])
        self.spawn("prometheus", [program("prometheus"), f"--config.file={self.folder}/prometheus.yml", f"--storage.tsdb.path={self.folder}/tsdb",
                                  f"--web.listen-address=127.0.0.1:{port}", "--rules.alert.resend-delay=1s"])
        until("Alertmanager answers", lambda: answers(f"{self.alertmanager}/-/ready"), START_S)
        until("Prometheus answers", lambda: answers(f"{self.prometheus}/-/ready"), START_S)
        # What grows before it was seen once is no increase.
        until("Prometheus has seen all processes", lambda: self.query(f"sum(count_over_time(up[1m]) >= bool 5) == {len(self.metrics_ports())}"), START_S)

    def beside_its_templates(self, program):
        """Debian's Alertmanager looks for its templates below /usr/share, where the unpacked package is not: it gets a /usr of its own."""
        package = pathlib.Path(program).parents[2]
        return ["bwrap", "--die-with-parent", "--ro-bind", "/usr/lib", "/usr/lib", "--symlink", "usr/lib", "/lib", "--ro-bind-try", "/usr/lib64", "/usr/lib64",
                "--symlink", "usr/lib64", "/lib64", "--ro-bind", "/etc", "/etc", "--ro-bind", package / "usr/bin", "/usr/bin",
                "--ro-bind", package / "usr/share/prometheus", "/usr/share/prometheus", "--proc", "/proc", "--dev", "/dev",
                "--bind", self.folder, self.folder, "/usr/bin/prometheus-alertmanager"]

    def alerts(self):
        """Names of the alerts that Alertmanager holds as active."""
        return {one["labels"]["alertname"] for one in get(f"{self.alertmanager}/api/v2/alerts?active=true")}

    def query(self, expression):
        quoted = urllib.request.quote(expression)
        return get(f"{self.prometheus}/api/v1/query?query={quoted}")["data"]["result"]

    def run(self, script, check=True, timeout=RUN_S):
        """Runs bash lines as an operator would; what they print goes to the drill's log."""
        with open(self.folder / "commands.log", "ab") as log:
            log.write(f"$ {script}\n".encode())
            log.flush()
            done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], env=self.env, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                                  stderr=log, timeout=timeout)
            log.write(f"ended with {done.returncode}\n".encode())
        if check and done.returncode != 0:
            raise RuntimeError(f"ended with {done.returncode}: {script}")
        return done.returncode

    def output(self, *words):
        return subprocess.run([self.binaries / "argosy", *words], env=self.env, check=True, capture_output=True, text=True, timeout=60).stdout

    def pid_of(self, part):
        """Of a process that `argosy up` keeps running: by its program, and as its child alone. One that was ended comes again."""
        def found():
            return subprocess.run(["pgrep", "-P", self.env["UP"], "-f", part], stdout=subprocess.PIPE, text=True, check=False).stdout.split()
        return int(until(f"{part} runs", found, START_S)[0])

    def signal(self, part, number):
        os.kill(self.pid_of(part), number)

    def stop(self):
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
        for child in reversed(self.children):
            try:
                child.wait(60)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        if self.data.exists():
            self.run("pg_ctl -D \"$PGDATA\" -m immediate stop", check=False)
        for mount in self.mounts:
            subprocess.run(["umount", "-l", mount], check=False)

    def clean(self):
        shutil.rmtree(self.folder, ignore_errors=True)
