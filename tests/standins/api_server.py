"""A stand-in for Kubernetes' API server: TLS, a bearer token, and the merge patch of a pod's annotations, on a free loopback port.

Usage: api_server.py ROOT, which makes ROOT/ca.crt (and its key) and prints "port N" when it listens. ROOT/token is the token that it lets in,
read anew for each request. ROOT/patches gets a line of JSON for each patch: who, path, type, annotations. While ROOT/refuse is there, it
answers 403 as the real one does to an account whose role lacks the verb. tests/kube asks the real one.
"""
import http.server
import json
import pathlib
import ssl
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
MOST_BYTES = 1 << 20


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def refuse(self, status, reason, message):
        self.answer(status, {"kind": "Status", "status": "Failure", "reason": reason, "code": status, "message": message})

    def do_PATCH(self):
        body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MOST_BYTES))
        if self.headers.get("Authorization") != f"Bearer {(ROOT / 'token').read_text().strip()}":
            return self.refuse(401, "Unauthorized", "Unauthorized")
        if (ROOT / "refuse").exists():
            return self.refuse(403, "Forbidden", 'pods "p" is forbidden: User "u" cannot patch resource "pods" in API group "" in the namespace "n"')
        if self.headers.get("Content-Type") != "application/merge-patch+json":
            return self.refuse(415, "UnsupportedMediaType", "the body of the request was in an unknown format")
        annotations = json.loads(body)["metadata"]["annotations"]
        with open(ROOT / "patches", "a", encoding="utf-8") as patches:
            patches.write(json.dumps({"path": self.path, "token": self.headers["Authorization"][7:], "annotations": annotations}) + "\n")
        return self.answer(200, {"kind": "Pod", "metadata": {"annotations": annotations}})


def main():
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
                    "subjectAltName=IP:127.0.0.1", "-keyout", ROOT / "key.pem", "-out", ROOT / "ca.crt"], check=True, capture_output=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ROOT / "ca.crt", ROOT / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    print(f"port {server.server_address[1]}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
