"""A Kubernetes without nodes: real etcd and kube-apiserver, KEDA's operator and metrics adapter, and the HPA controller, as processes on
loopback. No kubelet and no controllers for Deployments: nothing is ever started, and only what the API server holds means something."""
import base64
import contextlib
import json
import os
import pathlib
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

PATIENCE_S = 120
ADMIN = "kube-test-admin"


class Refused(Exception):
    def __init__(self, status, body):
        self.status = status
        try:
            self.message = json.loads(body).get("message", body)
        except ValueError:
            self.message = body
        super().__init__(f"{status}: {self.message}")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def eventually(what, question, patience=PATIENCE_S):
    """The first answer that is true; what it raises meanwhile counts as no."""
    until, said = time.monotonic() + patience, None
    while time.monotonic() < until:
        try:
            said = question()
            if said:
                return said
        except (Refused, OSError, KeyError) as why:
            said = why
        time.sleep(0.2)  # between two looks at processes of others, which tell nobody
    raise AssertionError(f"{what}: not within {patience} s; at last: {said}")


class Api:
    """The API server as whoever holds `token`."""

    def __init__(self, url, ca, token):
        self.url, self.token = url, token
        self.context = ssl.create_default_context(cafile=str(ca))
        self.plurals = {}

    def call(self, method, path, body=None, content_type="application/json", **query):
        url = self.url + path + ("?" + urllib.parse.urlencode(query) if query else "")
        request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode(), headers={
            "Authorization": f"Bearer {self.token}", "Content-Type": content_type, "Accept": "application/json"})
        try:
            with urllib.request.urlopen(request, context=self.context, timeout=60) as answer:
                text = answer.read()
                return json.loads(text) if text.startswith(b"{") else text.decode()
        except urllib.error.HTTPError as refused:
            raise Refused(refused.code, refused.read().decode()) from None

    def folder(self, one, namespace=None):
        """The path of an object's kind, in its namespace if it has one."""
        version = one["apiVersion"]
        base = f"/api/{version}" if "/" not in version else f"/apis/{version}"
        if version not in self.plurals or one["kind"] not in self.plurals[version]:
            self.plurals[version] = {kind["kind"]: (kind["name"], kind["namespaced"])
                                     for kind in self.call("GET", base)["resources"] if "/" not in kind["name"]}
        plural, namespaced = self.plurals[version][one["kind"]]
        space = namespace or one["metadata"].get("namespace", "default")
        return f"{base}/namespaces/{space}/{plural}" if namespaced else f"{base}/{plural}"

    def apply(self, one):
        """Server-side, as kubectl would; a field that the schema does not know is a mistake."""
        return self.call("PATCH", f"{self.folder(one)}/{urllib.parse.quote(one['metadata']['name'])}", one, "application/apply-patch+yaml",
                         fieldManager="tests-kube", force="true", fieldValidation="Strict")

    def merge(self, path, body):
        return self.call("PATCH", path, body, "application/merge-patch+json")


class Cluster:
    def __init__(self, programs, folder):
        self.programs, self.folder = pathlib.Path(programs), pathlib.Path(folder)
        self.processes, self.started = {}, {}
        self.port, self.etcd, self.peer, self.metrics = (free_port() for _ in range(4))
        self.url = f"https://127.0.0.1:{self.port}"
        self.api = None

    def start(self, name, *arguments, **environment):
        log = open(self.folder / f"{name}.log", "ab")
        self.started[name] = (arguments, environment)
        self.processes[name] = subprocess.Popen([self.programs / name, *map(str, arguments)], cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log,
                                                stderr=subprocess.STDOUT, env={"PATH": os.environ["PATH"], "HOME": str(self.folder)} | environment)

    def again(self, name):
        """A process that has ended, as it was started before."""
        arguments, environment = self.started[name]
        self.start(name, *arguments, **environment)

    def end(self, *names):
        """By their names, and back when they have ended."""
        for name in names:
            self.processes[name].terminate()
        for name in names:
            try:
                self.processes[name].wait(10)
            except subprocess.TimeoutExpired:
                self.processes[name].kill()
                self.processes[name].wait()

    def stop(self):
        self.end(*reversed(self.processes))

    @contextlib.contextmanager
    def stopped(self, name):
        """The process stands still meanwhile."""
        self.processes[name].send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.processes[name].send_signal(signal.SIGCONT)

    def log(self, name, lines=15):
        return "\n".join((self.folder / f"{name}.log").read_text(errors="replace").splitlines()[-lines:])

    def certificate(self, name, subject, alternative):
        def openssl(*words):
            subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True)
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={subject}", "-keyout", f"{name}.key", "-out", f"{name}.csr")
        (self.folder / f"{name}.ext").write_text(f"subjectAltName={alternative}\n")
        openssl("x509", "-req", "-in", f"{name}.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-out", f"{name}.crt",
                "-extfile", f"{name}.ext")

    def keys(self):
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=ca", "-keyout", "ca.key", "-out",
                        "ca.crt"], cwd=self.folder, check=True, capture_output=True)
        self.certificate("api", "kube-apiserver", "IP:127.0.0.1,DNS:localhost,DNS:kubernetes.default.svc")
        self.certificate("keda", "keda-operator", "IP:127.0.0.1,DNS:localhost")
        (self.folder / "keda").mkdir()
        for source, name in (("ca.crt", "ca.crt"), ("keda.crt", "tls.crt"), ("keda.key", "tls.key")):
            (self.folder / "keda" / name).write_bytes((self.folder / source).read_bytes())
        subprocess.run(["openssl", "genrsa", "-out", "accounts.key", "2048"], cwd=self.folder, check=True, capture_output=True)
        (self.folder / "tokens.csv").write_text(f'{ADMIN},admin,1,"system:masters"\n')
        (self.folder / "kubeconfig").write_text(json.dumps({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "k", "cluster": {"server": self.url, "certificate-authority-data":
                          base64.b64encode((self.folder / "ca.crt").read_bytes()).decode()}}],
            "users": [{"name": "a", "user": {"token": ADMIN}}],
            "contexts": [{"name": "c", "context": {"cluster": "k", "user": "a", "namespace": "default"}}]}))

    def up(self):
        """etcd and the API server, with RBAC and the admission plugins that it has by default."""
        self.keys()
        client, peer = f"http://127.0.0.1:{self.etcd}", f"http://127.0.0.1:{self.peer}"
        self.start("etcd", "--data-dir", self.folder / "etcd", "--unsafe-no-fsync", "--listen-client-urls", client, "--advertise-client-urls", client,
                   "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}")
        self.start("kube-apiserver", "--etcd-servers", client, "--bind-address", "127.0.0.1", "--advertise-address", "127.0.0.1",
                   "--secure-port", self.port, "--endpoint-reconciler-type", "none", "--tls-cert-file", "api.crt", "--tls-private-key-file", "api.key",
                   "--service-account-issuer", "https://kubernetes.default.svc", "--service-account-key-file", "accounts.key",
                   "--service-account-signing-key-file", "accounts.key", "--service-cluster-ip-range", "10.0.0.0/24", "--token-auth-file", "tokens.csv",
                   "--authorization-mode", "RBAC", "--requestheader-client-ca-file", "ca.crt", "--requestheader-username-headers", "X-Remote-User",
                   "--requestheader-group-headers", "X-Remote-Group", "--requestheader-extra-headers-prefix", "X-Remote-Extra-",
                   "--proxy-client-cert-file", "api.crt", "--proxy-client-key-file", "api.key",
                   # What newer versions have without being asked, and the testing worker needs.
                   "--feature-gates", "UserNamespacesSupport=true,ProcMountType=true")
        self.api = Api(self.url, self.folder / "ca.crt", ADMIN)
        eventually("the API server is ready", lambda: self.api.call("GET", "/readyz") == "ok")
        return self.api.call("GET", "/version")["gitVersion"]

    def scale(self):
        """KEDA and the HPA controller: from rows to spec.replicas."""
        self.api.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "keda"}})
        own = {"KEDA_CLUSTER_OBJECT_NAMESPACE": "keda", "POD_NAMESPACE": "keda", "WATCH_NAMESPACE": ""}
        adapter = free_port()
        self.start("keda-operator", "--cert-dir", self.folder / "keda", "--kubeconfig", self.folder / "kubeconfig",
                   "--metrics-bind-address", f"127.0.0.1:{free_port()}", "--health-probe-bind-address", f"127.0.0.1:{free_port()}",
                   "--metrics-service-bind-address", f"127.0.0.1:{self.metrics}", "--zap-log-level", "info", **own)
        self.start("keda-adapter", *(word for option in ("kubeconfig", "lister-kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig")
                                     for word in (f"--{option}", self.folder / "kubeconfig")),
                   "--bind-address", "127.0.0.1", "--secure-port", adapter, "--port", free_port(), "--cert-dir", self.folder / "keda",
                   "--tls-cert-file", self.folder / "keda/tls.crt", "--tls-private-key-file", self.folder / "keda/tls.key",
                   "--metrics-service-address", f"127.0.0.1:{self.metrics}", **own)
        self.api.apply({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "adapter", "namespace": "keda"},
                        "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": adapter}]}})
        self.api.apply({"apiVersion": "apiregistration.k8s.io/v1", "kind": "APIService", "metadata": {"name": "v1beta1.external.metrics.k8s.io"},
                        "spec": {"service": {"name": "adapter", "namespace": "keda", "port": adapter}, "group": "external.metrics.k8s.io",
                                 "version": "v1beta1", "insecureSkipTLSVerify": True, "groupPriorityMinimum": 100, "versionPriority": 100}})
        path = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.external.metrics.k8s.io"
        eventually("the metrics adapter serves", lambda: any(one["type"] == "Available" and one["status"] == "True" for one in self.api.call(
            "GET", path).get("status", {}).get("conditions", [])))
        self.start("hpa-controller", "-kubeconfig", self.folder / "kubeconfig", "-sync", "2s")
