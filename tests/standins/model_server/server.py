"""HTTP by hand: one request after the other on a connection, answered as the script says. And the control endpoints (README.md)."""
import asyncio
import collections
import email.utils
import hashlib
import json

import faults
import refusals
import wire
from script import Bill, Script

APIS = {"/chat/completions": "openai-chat", "/responses": "openai-responses", "/messages": "anthropic", "/api/chat": "ollama",
        "/embeddings": "openai-chat", "/api/embed": "ollama"}
REASONS = {200: "OK", 302: "Found", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required", 403: "Forbidden", 404: "Not Found",
           413: "Payload Too Large", 429: "Too Many Requests", 500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}
MAX_BODY = 64 << 20
KEPT_REQUESTS = 1000
VECTOR_SIZE = 64


class Request:
    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.text = body.decode("utf-8", "replace")
        try:
            parsed = json.loads(body) if body else {}
        except ValueError:
            parsed = {}
        self.json = parsed if isinstance(parsed, dict) else {}
        self.api = next((api for end, api in APIS.items() if path.endswith(end)), "")
        self.model = self.json.get("model", "")
        self.embeds = path.endswith(("/embeddings", "/api/embed"))
        self.stream = not self.embeds and bool(self.json.get("stream", self.api == "ollama"))
        self.key = headers.get("x-api-key") or headers.get("authorization", "").removeprefix("Bearer ")


class Server:
    def __init__(self, rules):
        self.script = Script(rules)
        self.bill = Bill()
        self.requests = collections.deque(maxlen=KEPT_REQUESTS)
        self.open_streams = 0
        self.left_early = 0  # connections that the client closed in mid-answer
        self.changed = asyncio.Condition()

    async def serve(self, reader, writer):
        early = bytearray()  # of the next request, met while the last one was answered
        try:
            while request := await self.read(reader, early):
                if not await self.answer(request, reader, writer, early):
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.transport.abort()  # a reset where something was left unsent, as when a server dies

    async def read(self, reader, early):
        head = bytes(early) + await reader.readuntil(b"\r\n\r\n")
        early.clear()
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = first.split(" ", 2)
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        size = int(headers.get("content-length", 0))
        return Request(method, path.partition("?")[0], headers, await reader.readexactly(size) if size <= MAX_BODY else b"")

    async def answer(self, request, reader, writer, early):
        """Whether the connection may be used again."""
        if request.path.startswith("/control/"):
            return await self.control(request, writer)
        if request.method == "GET":
            return await self.listing(request, writer)
        if not request.api:
            return await send(writer, 404, b'{"error":{"message":"unknown path","type":"invalid_request_error","param":null,"code":"unknown_url"}}')
        spec = self.script.answer_to(request)
        self.requests.append({"method": request.method, "path": request.path, "headers": request.headers, "body": request.text})
        self.open_streams += 1
        gone = asyncio.ensure_future(reader.read(1))  # a client says nothing while it is answered: what comes is its end
        talk = asyncio.ensure_future(self.model(request, spec, writer))
        try:
            await asyncio.wait({gone, talk}, return_when=asyncio.FIRST_COMPLETED)
            if gone.done() and gone.result():
                early += gone.result()
                return await talk
            if talk.done():
                return talk.result()
            self.left_early += 1
            return False
        finally:
            talk.cancel()
            gone.cancel()
            await asyncio.gather(talk, gone, return_exceptions=True)
            self.open_streams -= 1
            async with self.changed:
                self.changed.notify_all()

    async def model(self, request, spec, writer):
        if delay := spec.get("delay_ms", 0):
            await asyncio.sleep(delay / 1000)
        headers = dict(spec.get("headers", {}))
        if "retry_in_s" in spec:
            headers["Retry-After"] = email.utils.formatdate(email.utils.localtime().timestamp() + spec["retry_in_s"], usegmt=True)
        fault = spec.get("fault", "")
        if fault in refusals.REFUSALS:
            status, body, kind = refusals.refusal(fault, request.api)
            return await send(writer, spec.get("status", status), body, kind, headers)
        if "status" in spec:
            return await send(writer, spec["status"], spec.get("body", "").encode(), spec.get("content_type", "application/json"), headers)
        if fault in faults.WHOLE:
            return await faults.WHOLE[fault](request, spec, writer)
        line = self.bill.open(request, spec)
        if request.embeds:
            line["complete"] = True
            return await send(writer, 200, embeddings(request, spec, line["input"]), "application/json", headers)
        if not request.stream:
            body = wire.plain(request, spec)
            line["output"], line["complete"] = wire.Spec(request, spec).usage["output"], True
            return await send(writer, 200, body, "application/json", headers)
        return await self.stream(request, spec, writer, headers, line)

    async def stream(self, request, spec, writer, headers, line):
        fault = spec.get("fault", "")
        writer.write(head_of(200, {"Content-Type": wire.stream_type(request.api), "Transfer-Encoding": "chunked", "Cache-Control": "no-cache",
                                   "x-request-id": "req_standin0001"} | headers))
        events = list(wire.stream(request, spec))
        whole = wire.Spec(request, spec).usage["output"]
        stop_after = spec.get("after_events", len(events) // 2) if fault in faults.IN_STREAM else len(events)
        for number, event in enumerate(events):
            if number == stop_after:
                await faults.IN_STREAM[fault](request, spec, writer)
                return False
            for at in range(0, len(event), spec.get("split", len(event))):
                writer.write(chunk(event[at:at + spec.get("split", len(event))]))
                await writer.drain()
                if pause := spec.get("pause_ms", 0):
                    await asyncio.sleep(pause / 1000)
            line["output"] = -(-whole * (number + 1) // len(events))  # what was made is billed, whether it arrives or not
        line["complete"] = True
        writer.write(b"0\r\n\r\n")
        await writer.drain()
        return True

    async def listing(self, request, writer):
        models = ["stand-in", "stand-in-small"]
        if request.path.endswith("/api/tags"):
            body = {"models": [{"name": f"{name}:latest", "model": f"{name}:latest", "modified_at": wire.CREATED_AT, "size": 4661224676,
                                "digest": hashlib.sha256(name.encode()).hexdigest(), "details": {"format": "gguf", "family": "llama"}} for name in models]}
        elif request.path.endswith("/models") and "anthropic-version" in request.headers:
            body = {"data": [{"type": "model", "id": name, "display_name": name, "created_at": "2025-11-24T00:00:00Z"} for name in models], "has_more": False,
                    "first_id": models[0], "last_id": models[-1]}
        elif request.path.endswith("/models"):
            body = {"object": "list", "data": [{"id": name, "object": "model", "created": wire.CREATED, "owned_by": "stand-in"} for name in models]}
        else:
            return await send(writer, 404, b'{"error":"not found"}')
        return await send(writer, 200, wire.dump(body).encode())

    async def control(self, request, writer):
        what = request.path.removeprefix("/control/")
        if what == "rules":
            self.script.load(json.loads(request.body))
        elif what == "reset":
            self.bill, self.left_early = Bill(), 0
            self.requests.clear()
        elif what == "idle":  # answers once no call is open
            async with self.changed:
                await self.changed.wait_for(lambda: self.open_streams == 0)
        elif what not in ("bill", "requests", "state"):
            return await send(writer, 404, b"{}")
        state = {"open": self.open_streams, "left_early": self.left_early}
        body = {"bill": self.bill.json(), "requests": list(self.requests)}.get(what, state)
        return await send(writer, 200, wire.dump(body).encode())


def vector_of(text):
    """How often each word stands in it, by the word's digest: texts that share most words lie near, the same text has the same vector."""
    vector = [0] * VECTOR_SIZE
    for word in text.lower().split():
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % VECTOR_SIZE] += 1
    return vector


def embeddings(request, spec, tokens):
    texts = request.json.get("input", "")
    vectors = spec.get("vectors", [vector_of(str(text)) for text in ([texts] if isinstance(texts, str) else texts)])
    if request.api == "ollama":
        body = {"model": request.model, "embeddings": vectors, "total_duration": 14143917, "load_duration": 1019500, "prompt_eval_count": tokens}
    else:
        body = {"object": "list", "data": [{"object": "embedding", "index": at, "embedding": vector} for at, vector in enumerate(vectors)],
                "model": request.model, "usage": {"prompt_tokens": tokens, "total_tokens": tokens}}
    return wire.dump(body).encode()


def head_of(status, headers):
    lines = [f"HTTP/1.1 {status} {REASONS.get(status, 'Status')}"] + [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


async def send(writer, status, body, kind="application/json", headers=None):
    writer.write(head_of(status, {"Content-Type": kind, "Content-Length": len(body)} | (headers or {})) + body)
    await writer.drain()
    return True
