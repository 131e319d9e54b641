"""Answers that are no answers. WHOLE: from the first byte on; IN_STREAM: after some events of a stream that began well. Each runs until it is
done or the client leaves, and returns whether the connection may be used again."""
import asyncio
import functools
import zlib

import refusals
import wire

BLOCK = b"x" * 65536
BOMB_BYTES = 256 << 20
MANY_CALLS = 10_000
DEEP = 100_000


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def head(kind, *more):
    return ("\r\n".join(["HTTP/1.1 200 OK", f"Content-Type: {kind}", *more]) + "\r\n\r\n").encode()


async def put(writer, data):
    writer.write(data)
    await writer.drain()


async def for_ever():
    await asyncio.Event().wait()


async def silence(_request, _spec, _writer):
    await for_ever()


async def garbage(_request, _spec, writer):
    await put(writer, b"\x00\xff\xfe not HTTP at all \x80\x81\r\n\r\n" * 10)
    return False


async def garbage_body(request, _spec, writer):
    await put(writer, head(wire.stream_type(request.api), "Connection: close") + b"\x00\xff\xfe\x80 data: {{{{\n\n" * 50)
    return False


async def endless_head(_request, _spec, writer):
    writer.write(b"HTTP/1.1 200 OK\r\n")
    number = 0
    while True:
        number += 1
        await put(writer, b"X-Header-%d: and another\r\n" % number)


async def endless_line(_request, _spec, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nX-Endless: ")
    while True:
        await put(writer, BLOCK)


async def endless_body(request, spec, writer):
    """Ten gigabytes, if anybody takes them."""
    await put(writer, head(wire.stream_type(request.api), "Connection: close"))
    for _ in range((10 << 30) // len(BLOCK)):
        await put(writer, BLOCK)
    return False


async def endless_stream(request, spec, writer):
    """Proper events without end."""
    await put(writer, head(wire.stream_type(request.api), "Transfer-Encoding: chunked"))
    text = "x" * 4096
    piece = next(event for event in wire.stream(request, spec | {"text": text, "pieces": 1}) if text.encode() in event)
    while True:
        await put(writer, chunk(piece * 16))


async def drip(request, spec, writer):
    """One byte, and then one more after a long while."""
    await put(writer, head(wire.stream_type(request.api), "Connection: close"))
    for at in range(1 << 20):
        await put(writer, b":"[at:at + 1] or b" ")
        await asyncio.sleep(spec.get("pause_ms", 60_000) / 1000)
    return False


async def redirect(_request, spec, writer):
    await put(writer, b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n" % spec.get("location", "http://169.254.169.254/").encode())
    return True


async def html(_request, _spec, writer):
    body = b"<html><body>Sign in to the network</body></html>"
    await put(writer, head("text/html", f"Content-Length: {len(body)}") + body)
    return True


@functools.cache
def bomb():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b"\0" * (1 << 20)
    return b"".join(packer.compress(zeros) for _ in range(BOMB_BYTES // len(zeros))) + packer.flush()


async def gzip_bomb(request, _spec, writer):
    packed = bomb()
    await put(writer, head(wire.stream_type(request.api), "Content-Encoding: gzip", f"Content-Length: {len(packed)}") + packed)
    return True


async def many_calls(request, spec, writer):
    calls = [{"id": f"call_{at}", "name": "read", "arguments": "{}"} for at in range(MANY_CALLS)]
    await put(writer, head(wire.stream_type(request.api), "Transfer-Encoding: chunked"))
    for event in wire.stream(request, spec | {"tool_calls": calls}):
        await put(writer, chunk(event))
    await put(writer, b"0\r\n\r\n")
    return True


async def deep_json(request, _spec, writer):
    nested = '{"a":' * DEEP + "1" + "}" * DEEP
    body = (nested + "\n" if request.api == "ollama" else f"data: {nested}\n\n").encode()
    await put(writer, head(wire.stream_type(request.api), f"Content-Length: {len(body)}") + body)
    return True


WHOLE = {name: globals()[name] for name in ("silence", "garbage", "garbage_body", "endless_head", "endless_line", "endless_body", "endless_stream", "drip", "redirect",
                                            "html", "gzip_bomb", "many_calls", "deep_json")}


async def cut(_request, _spec, _writer):
    return False


async def stall(_request, _spec, _writer):
    await for_ever()


async def error_event(request, _spec, writer):
    await put(writer, chunk(refusals.ERROR_EVENTS[request.api]) + b"0\r\n\r\n")


IN_STREAM = {"cut": cut, "stall": stall, "error_event": error_event}
