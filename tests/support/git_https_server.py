"""A stand-in for a forge: real `git http-backend` behind TLS and basic authentication, on a free loopback port.

Usage: git_https_server.py ROOT CERT KEY LOGIN, where LOGIN is a file with "user:secret"; prints "port N" when it listens. While an
authenticated request runs, git's processes are alive: the server looks through /proc for the secret and appends what it finds to
ROOT/leaks, so that a test needs no luck to see a leak. ROOT/requests lists authenticated requests. /redirect/PATH answers 302 to /PATH.
"""
import base64
import http.server
import os
import ssl
import subprocess
import sys

ROOT, CERT, KEY = sys.argv[1:4]
with open(sys.argv[4]) as login_file:
    LOGIN = login_file.read().strip()
SECRET = LOGIN.split(":", 1)[1].encode()


def find_leaks():
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        for name in ("cmdline", "environ"):
            try:
                with open(f"/proc/{pid}/{name}", "rb") as file:
                    if SECRET in file.read():
                        found.append(f"{pid}/{name}")
            except OSError:
                pass
    return found


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def refuse(self, status, headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def body(self):
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        pieces = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def serve(self):
        path, _, query = self.path.partition("?")
        body = self.body()
        if path.startswith("/redirect/"):
            return self.refuse(302, {"Location": self.path.removeprefix("/redirect")})
        wanted = "Basic " + base64.b64encode(LOGIN.encode()).decode()
        if self.headers.get("Authorization") != wanted:
            return self.refuse(401, {"WWW-Authenticate": 'Basic realm="git"'})
        with open(os.path.join(ROOT, "requests"), "a") as file:
            file.write(path + "\n")
        if leaks := find_leaks():
            with open(os.path.join(ROOT, "leaks"), "a") as file:
                file.write("\n".join(leaks) + "\n")
        env = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": ROOT,
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_USER": "robot",
            "REMOTE_ADDR": "127.0.0.1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
        }
        answer = subprocess.run(["git", "http-backend"], input=body, env=env, stdout=subprocess.PIPE, check=False).stdout
        head, _, content = answer.partition(b"\r\n\r\n")
        fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n") if ": " in line)
        status = int(fields.pop("Status", "200").split()[0])
        self.send_response(status)
        for key, value in fields.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = serve


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERT, KEY)
server.socket = context.wrap_socket(server.socket, server_side=True)
print(f"port {server.server_address[1]}", flush=True)
server.serve_forever()
