"""A stand-in for whoever collects traces (OTLP over HTTP) and reports of errors (Sentry's envelopes).

    $(infra/tools/fetch opentelemetry-proto) tests/standins/collector

Prints "port N" when it listens (loopback only) and runs until it is killed. Traces are read with the official protobuf definitions: what
these do not know, or a form that is not binary protobuf, is answered 400. Under a test's hand:

    GET  /control/spans       what was taken: a JSON list, ids in hex
    GET  /control/envelopes   [{"project": "1", "auth": "...", "header": {...}, "item": {...}, "event": {...}}]
    POST /control/answer      {"status": 503, "times": 2, "rejected": 0}: what the next requests are answered
"""
import gzip
import http.server
import json
import re
import sys
import threading

sys.dont_write_bytecode = True
from google.protobuf.unknown_fields import UnknownFieldSet  # noqa: E402
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2  # noqa: E402
from opentelemetry.proto.trace.v1 import trace_pb2  # noqa: E402

ENVELOPES = re.compile(r"^/api/([^/]+)/envelope/$")


class Taken:
    def __init__(self):
        self.lock = threading.Lock()
        self.spans, self.envelopes, self.refused = [], [], []
        self.answer = {"status": 200, "times": 0, "rejected": 0}

    def next_answer(self):
        with self.lock:
            if self.answer["times"] == 0:
                return 200, 0
            self.answer["times"] -= 1
            return self.answer["status"], self.answer.get("rejected", 0)


TAKEN = Taken()


def no_strangers(message):
    """Fields that the definitions do not have are a mistake of the sender's, wherever they stand."""
    if len(UnknownFieldSet(message)) > 0:
        raise ValueError(f"unknown fields in {message.DESCRIPTOR.full_name}")
    for field, value in message.ListFields():
        if field.message_type is None:
            continue
        for one in value if field.is_repeated else [value]:
            no_strangers(one)


def plain(attributes):
    return {one.key: getattr(one.value, one.value.WhichOneof("value")) for one in attributes}


def spans_of(body):
    request = trace_service_pb2.ExportTraceServiceRequest.FromString(body)
    no_strangers(request)
    for by_resource in request.resource_spans:
        resource = plain(by_resource.resource.attributes)
        for by_scope in by_resource.scope_spans:
            for span in by_scope.spans:
                if len(span.trace_id) != 16 or len(span.span_id) != 8 or len(span.parent_span_id) not in (0, 8):
                    raise ValueError("an id of the wrong length")
                yield {
                    "service": resource.get("service.name", ""), "resource": resource, "scope": by_scope.scope.name,
                    "trace_id": span.trace_id.hex(), "span_id": span.span_id.hex(), "parent": span.parent_span_id.hex(), "name": span.name,
                    "kind": trace_pb2.Span.SpanKind.Name(span.kind).removeprefix("SPAN_KIND_").lower(), "flags": span.flags,
                    "start": span.start_time_unix_nano, "end": span.end_time_unix_nano, "attributes": plain(span.attributes),
                    "links": [{"trace_id": link.trace_id.hex(), "span_id": link.span_id.hex()} for link in span.links],
                    "status": trace_pb2.Status.StatusCode.Name(span.status.code).removeprefix("STATUS_CODE_").lower(), "error": span.status.message,
                }


def envelope_of(project, auth, body):
    """Sentry's envelope of one event: three lines of JSON, the second of which may tell the third's length."""
    header, item, payload = body.split(b"\n", 2)
    item = json.loads(item)
    if "length" in item:
        payload = payload[:item["length"]]
    return {"project": project, "auth": auth, "header": json.loads(header), "item": item, "event": json.loads(payload)}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body=b"", kind="application/json"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with TAKEN.lock:
            lists = {"/control/spans": TAKEN.spans, "/control/envelopes": TAKEN.envelopes, "/control/refused": TAKEN.refused}
            found = lists.get(self.path)
            body = b"" if found is None else json.dumps(found).encode()
        self.answer(404 if found is None else 200, body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if self.path == "/control/answer":
            with TAKEN.lock:
                TAKEN.answer = json.loads(body)
            return self.answer(200, b"{}")
        try:
            self.take(body)
        except Exception as problem:  # whatever is wrong with it is the sender's, and a test's to see
            with TAKEN.lock:
                TAKEN.refused.append(str(problem))
            self.answer(400, str(problem).encode(), "text/plain")

    def take(self, body):
        envelopes = ENVELOPES.match(self.path)
        if envelopes is None and self.path != "/v1/traces":
            return self.answer(404)
        if envelopes is None and self.headers.get("Content-Type") != "application/x-protobuf":
            raise ValueError("traces are binary protobuf here")
        made = [envelope_of(envelopes[1], self.headers.get("X-Sentry-Auth", ""), body)] if envelopes else list(spans_of(body))
        status, rejected = TAKEN.next_answer()
        if status == 200:
            with TAKEN.lock:
                for one in made:
                    one["key"] = self.headers.get("x-collector-key", "")
                (TAKEN.envelopes if envelopes else TAKEN.spans).extend(made)
        if envelopes:
            return self.answer(status, b"{}")
        response = trace_service_pb2.ExportTraceServiceResponse()
        if rejected:
            response.partial_success.rejected_spans = rejected
            response.partial_success.error_message = "too old"
        return self.answer(status, response.SerializeToString(), "application/x-protobuf")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler)
print(f"port {server.server_address[1]}", flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    pass
